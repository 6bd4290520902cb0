"""A subscriber's choices: what they follow and when its mails come, as a form that needs no script.

Choices -> drafted -> Draft -> the form -> filled_in -> Draft -> decided -> Choices, or what is wrong where
"""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor import cadence
from monitor.cadence import Kind
from monitor.digest.composing import MOST_STORIES
from monitor.errors import InputError
from monitor.values import MAIL_LANGUAGES, Choices
from monitor.web import naming

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from monitor.web.asking import Asked

MORNING = "07:30"
"""Offered where no time was chosen yet: before work, in the reader's own zone."""


@dataclass(frozen=True, slots=True)
class When:
    """The cadence of one watchlist as the form holds it."""

    often: str
    """A cadence.Kind, as written."""
    times: str = MORNING
    day: str = cadence.DAYS[0]

    @property
    def written(self) -> str:
        """As cadence.parse reads it."""
        match self.often:
            case Kind.DAILY:
                return f"{self.often} {self.times}"
            case Kind.WEEKLY:
                return f"{self.often} {self.day} {self.times}"
            case _:
                return self.often


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything as it stands in the form, right or wrong."""

    follows: frozenset[str]
    when: Mapping[str, When]
    """Of each watchlist that can be chosen, followed or not."""
    zone: str
    quiet_from: str
    quiet_to: str
    languages: frozenset[str]
    cap: str
    language: str
    sign_of_life: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """What a draft comes to."""

    choices: Choices
    """With the standard in place of what is wrong."""
    wrong: Mapping[str, str]
    """Field -> what is wrong with it; empty: it can be kept."""


def drafted(choices: Choices, offered: Iterable[str]) -> Draft:
    """The form of choices as they are."""
    start, _, end = (choices.quiet or "").partition("-")
    return Draft(
        follows=frozenset(choices.cadences),
        when={watchlist: _when(choices.cadences.get(watchlist, cadence.AT_ONCE)) for watchlist in offered},
        zone=choices.zone,
        quiet_from=start,
        quiet_to=end,
        languages=frozenset(choices.languages),
        cap=str(choices.cap or ""),
        language=choices.language,
        sign_of_life=choices.sign_of_life,
    )


def filled_in(asked: Asked, offered: Iterable[str]) -> Draft:
    """The form as it came back. A watchlist that is not offered is not followed, whatever the form says."""
    offered = tuple(offered)
    return Draft(
        follows=frozenset(asked.fields.get("follow", ())).intersection(offered),
        when={w: When(asked.one(f"often {w}"), asked.one(f"times {w}"), asked.one(f"day {w}")) for w in offered},
        zone=asked.one("zone")[:100],
        quiet_from=asked.one("quiet_from")[:20],
        quiet_to=asked.one("quiet_to")[:20],
        languages=frozenset(asked.fields.get("languages", ())),
        cap=asked.one("cap")[:20],
        language=asked.one("language"),
        sign_of_life="sign_of_life" in asked.fields,
    )


def decided(draft: Draft) -> Decided:
    """What a draft comes to, and what is wrong with which of its fields."""
    wrong: dict[str, str] = {}
    cadences = {}
    for watchlist in sorted(draft.follows):
        cadences[watchlist] = _cadence(draft.when[watchlist], f"when {watchlist}", wrong)
    choices = Choices(
        cadences=cadences,
        zone=_zone(draft, wrong),
        language=draft.language if draft.language in MAIL_LANGUAGES else _is_wrong("language", wrong, "en"),
        languages=tuple(sorted(draft.languages.intersection(naming.ARTICLE_LANGUAGES))),
        quiet=_quiet(draft, wrong),
        cap=_cap(draft, wrong),
        sign_of_life=draft.sign_of_life,
    )
    return Decided(choices, wrong)


def _when(written: str) -> When:
    kept = cadence.parse(written)
    times = " ".join(f"{each:%H:%M}" for each in kept.times) or MORNING
    return When(kept.kind, times, cadence.DAYS[kept.weekday])


def _cadence(when: When, field: str, wrong: dict[str, str]) -> str:
    try:
        return str(cadence.parse(when.written))
    except InputError:
        return _is_wrong(field, wrong, cadence.AT_ONCE, "weekly" if when.often == Kind.WEEKLY else "times")


def _zone(draft: Draft, wrong: dict[str, str]) -> str:
    """By its name, in any letter case, or by how the list calls it in the language of the form."""
    written = draft.zone.casefold()
    language = draft.language if draft.language in MAIL_LANGUAGES else "en"
    called = {label.casefold(): zone for zone, label in naming.zones(language)}
    named = {zone.casefold(): zone for zone in zoneinfo.available_timezones()}
    return named.get(written) or called.get(written) or _is_wrong("zone", wrong, "UTC")


def _quiet(draft: Draft, wrong: dict[str, str]) -> str | None:
    if not draft.quiet_from and not draft.quiet_to:
        return None
    try:
        return str(cadence.parse_quiet(f"{draft.quiet_from}-{draft.quiet_to}"))
    except InputError:
        return _is_wrong("quiet", wrong, "") or None


def _cap(draft: Draft, wrong: dict[str, str]) -> int | None:
    if not draft.cap:
        return None
    if draft.cap.isascii() and draft.cap.isdigit() and 1 <= int(draft.cap) <= MOST_STORIES:
        return int(draft.cap)
    return int(_is_wrong("cap", wrong, "0")) or None


def _is_wrong(field: str, wrong: dict[str, str], standard: str, how: str | None = None) -> str:
    wrong[field] = how or field
    return standard

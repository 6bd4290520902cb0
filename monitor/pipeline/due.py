"""Who is due what now: the news that waits for one subscriber, sorted into what is told and what is held, and why.

A development in a language that its reader does not want waits for a report of it in one that they do: the first
report of its story, where they know nothing of it, or else one that says the same as it. That report then stands for
it. After a week without one it is passed over.
"""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from monitor import cadence
from monitor.cadence import Cadence, Hours, Kind
from monitor.values import Held, News, Waits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from monitor.store.people import Following, Reader
    from monitor.store.telling import Bulletin, Mention, Rhythm

PATIENCE = timedelta(days=7)
"""How long a development waits for a report in a wanted language: so that weeklies have their turn; not measured."""

_cadence = lru_cache(maxsize=1000)(cadence.parse)
_place = lru_cache(maxsize=1000)(cadence.zone)
_quiet = lru_cache(maxsize=1000)(cadence.parse_quiet)


class Haste(enum.Enum):
    """Whether cadences and quiet hours count."""

    AS_CHOSEN = enum.auto()
    NOW = enum.auto()
    """As if every watchlist's time had come: the operator asks."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the news, and of what one subscriber was told."""

    bulletins: Sequence[Bulletin]
    """Everything that may be untold, in the order of its numbers."""
    mentions: Mapping[str, Sequence[Mention]]
    """By story: its articles, oldest first."""
    told: frozenset[int]
    """Of the bulletins, and of those that they echo."""
    stories: frozenset[str]
    """Of the bulletins' stories, those that the subscriber was told of before."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One development that a subscriber should have, and why it is not in the mail."""

    bulletin: Bulletin
    why: Waits
    watchlists: tuple[str, ...]
    """The followed ones that it concerns."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one subscriber gets now."""

    tell: tuple[Bulletin, ...]
    stands_in: Mapping[int, Mention]
    """By development: the report that stands for it."""
    held: tuple[Waiting, ...]
    due: Mapping[str, datetime]
    """By watchlist whose mail this is: the slot that it serves, or now."""
    at_once: bool
    """Every watchlist whose mail this is tells at once."""


@dataclass(slots=True)
class _Sorted:
    """The untold news of one subscriber on its way into a plan."""

    ready: dict[int, datetime] = field(default_factory=dict)
    """When each could be told at the earliest."""
    stands_in: dict[int, Mention] = field(default_factory=dict)
    unwanted: list[Bulletin] = field(default_factory=list)


def plan(reader: Reader, known: Known, now: datetime, apart: timedelta, haste: Haste = Haste.AS_CHOSEN) -> Plan:
    """What `reader` is told now, what is held and why. At-once mails are `apart` from each other."""
    concerns = {each.id: _concerned(each, reader.follows) for each in known.bulletins if each.id not in known.told}
    untold = [each for each in known.bulletins if concerns.get(each.id) and known.told.isdisjoint(each.echoes)]
    news = _sorted(untold, reader, known, now)
    gates = _gates(reader, now, apart, haste)
    due = {w: gate for w, gate in gates.items() if _any_ready(w, gate, concerns, news)}
    told = _without_echoes(each for each in untold if each.id in news.ready and due.keys() & set(concerns[each.id]))
    chosen = {each.id for each in told}
    untold = [each for each in untold if each.id in chosen or chosen.isdisjoint(each.echoes)]
    later = Waits.QUIET if _is_quiet(reader, now) and haste is Haste.AS_CHOSEN else Waits.CADENCE
    held = [
        Waiting(each, later if each.id in news.ready else Waits.LANGUAGE, concerns[each.id])
        for each in untold
        if each.id not in chosen and (each.id in news.ready or each in news.unwanted)
    ]
    at_once = all(_cadence(reader.follows[w].cadence).kind is Kind.AT_ONCE for w in due)
    stands_in = {number: repeat for number, repeat in news.stands_in.items() if number in chosen}
    return Plan(tuple(told), stands_in, tuple(held), due, bool(due) and at_once)


def any_open(rhythms: Iterable[Rhythm], now: datetime, apart: timedelta) -> bool:
    """May anything be told now to any of those whose rhythms these are? A look at ten thousand readers costs more."""
    return any(
        cadence.open_until(
            _cadence(each.cadence),
            each.served,
            Hours(_place(each.zone), _quiet(each.quiet) if each.quiet else None, apart),
            now,
        )
        for each in rhythms
    )


def is_open(reader: Reader, now: datetime, apart: timedelta) -> bool:
    """May anything be told to `reader` now, should there be any?"""
    return bool(_gates(reader, now, apart, Haste.AS_CHOSEN))


def is_awake(reader: Reader, now: datetime) -> bool:
    """Whether it is no quiet hour where `reader` is."""
    common = hours(reader, timedelta(0))
    return cadence.quiet_until(common.quiet, common.place, now) is None


def served(reader: Reader, plan: Plan, haste: Haste) -> dict[str, datetime]:
    """What a mail looks after, by watchlist; one out of turn serves no slot."""
    if haste is Haste.AS_CHOSEN:
        return dict(plan.due)
    return {w: at for w, at in plan.due.items() if _cadence(reader.follows[w].cadence).kind is Kind.AT_ONCE}


def settled(reader: Reader, bulletins: Iterable[Bulletin], left: Iterable[Waiting]) -> dict[str, int]:
    """By watchlist: the number up to which nothing is `left` to be told; only where that is news."""
    newest = max((each.id for each in bulletins), default=0)
    marks = {w: max(newest, each.settled) for w, each in reader.follows.items() if not each.pending}
    for waiting in left:
        for watchlist in waiting.watchlists:
            marks[watchlist] = min(marks[watchlist], waiting.bulletin.id - 1)
    return {w: mark for w, mark in marks.items() if mark > reader.follows[w].settled}


def counted(held: Iterable[Waiting], last_mail: datetime | None) -> tuple[Held, ...]:
    """How many wait for each reason. What waits for its language is counted in one mail, not in each of a week."""
    counts = Counter(
        each.why
        for each in held
        if each.why is not Waits.LANGUAGE or last_mail is None or each.bulletin.seen > last_mail
    )
    return tuple(Held(why, number) for why, number in sorted(counts.items()))


def hours(reader: Reader, apart: timedelta) -> Hours:
    """What all mails to a subscriber have in common."""
    quiet = _quiet(reader.quiet) if reader.quiet else None
    return Hours(_place(reader.subscriber.zone), quiet, apart)


def next_time(reader: Reader, watchlist: str, now: datetime, apart: timedelta) -> datetime:
    """When a mail on a watchlist may come next, should something be new from now on."""
    return cadence.next_time(*_standing(reader, reader.follows[watchlist], now), hours(reader, apart), now)


def wants(language: str, languages: Sequence[str]) -> bool:
    """Is an article's language wanted? One that could not be told is."""
    return not languages or language == "und" or language.partition("-")[0] in languages


def _without_echoes(news: Iterable[Bulletin]) -> list[Bulletin]:
    """Of the news of one mail, what the news before it does not say already."""
    told: dict[int, Bulletin] = {}
    for each in news:
        if told.keys().isdisjoint(each.echoes):
            told[each.id] = each
    return list(told.values())


def _concerned(bulletin: Bulletin, follows: Mapping[str, Following]) -> tuple[str, ...]:
    """The followed watchlists for which a development is news to its reader; none where all have settled it."""
    mine = [w for w in bulletin.concerns if (f := follows.get(w)) and not f.pending and bulletin.seen >= f.since]
    return tuple(mine) if any(bulletin.id > follows[w].settled for w in mine) else ()


def _sorted(untold: Sequence[Bulletin], reader: Reader, known: Known, now: datetime) -> _Sorted:
    wanted = reader.subscriber.languages
    news = _Sorted({each.id: each.ready for each in untold if wants(each.language, wanted)})
    stories = known.stories | {each.story for each in untold if each.id in news.ready}
    for each in untold:
        if each.id in news.ready:
            continue
        repeat = _stand_in(each, reader, known.mentions.get(each.story, ()), each.story in stories)
        if repeat:
            news.ready[each.id], news.stands_in[each.id] = repeat.seen, repeat
            stories |= {each.story}
        elif each.ready > now - PATIENCE:
            news.unwanted.append(each)
    return news


def _stand_in(
    bulletin: Bulletin,
    reader: Reader,
    mentions: Iterable[Mention],
    story_known: bool,  # noqa: FBT001 -- a fact
) -> Mention | None:
    for each in mentions:
        says_it = each.nearest == bulletin.article or not story_known
        if (
            says_it
            and each.news in (News.REPEAT, News.COPY)
            and each.seen >= bulletin.seen
            and wants(each.language, reader.subscriber.languages)
            and any(w in reader.follows for w in each.watchlists)
        ):
            return each
    return None


def _gates(reader: Reader, now: datetime, apart: timedelta, haste: Haste) -> dict[str, datetime]:
    """By watchlist: up to when seen news may be told now; without those whose time has not come."""
    common, found = hours(reader, apart), {}
    for watchlist, each in reader.follows.items():
        if not each.pending:
            gate = now if haste is Haste.NOW else cadence.open_until(*_standing(reader, each, now), common, now)
            if gate:
                found[watchlist] = gate
    return found


def _standing(reader: Reader, following: Following, now: datetime) -> tuple[Cadence, datetime | None]:
    """A cadence, and what was looked after last: at-once mails keep apart from each other whatever their watchlist."""
    own = _cadence(following.cadence)
    if own.kind is not Kind.AT_ONCE:
        return own, following.served
    mails = [each.served for each in reader.follows.values() if _cadence(each.cadence).kind is Kind.AT_ONCE]
    return own, max((served for served in mails if served and served <= now), default=None)


def _any_ready(watchlist: str, gate: datetime, concerns: Mapping[int, Sequence[str]], news: _Sorted) -> bool:
    return any(ready <= gate and watchlist in concerns[number] for number, ready in news.ready.items())


def _is_quiet(reader: Reader, now: datetime) -> bool:
    quiet = _quiet(reader.quiet) if reader.quiet else None
    return cadence.quiet_until(quiet, _place(reader.subscriber.zone), now) is not None

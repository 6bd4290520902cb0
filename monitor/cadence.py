"""When mails are due: a cadence's times, and the hours without mail, by the clock on a subscriber's own wall.

    text -> parse -> Cadence; Cadence x zone x now -> latest, following -> a slot: the moment at which a mail is due

A slot is looked after once, late rather than never. Which error is unforgivable: two daily mails on one day, or a day
without one. So each local day has exactly one slot for each of its times, whatever the clocks do: a time that an hour
put forward leaves out comes when the clock goes on (02:30 at 03:00), one that comes twice counts the first time, and a
day that a zone leaves out (Samoa, 30 December 2011) has none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_ONCE = "at once"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FORMS = f"{AT_ONCE}, hourly, daily 07:30, daily 08:00 13:00 18:00 or weekly monday 08:00"

_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Kind(StrEnum):
    """How often."""

    AT_ONCE = AT_ONCE
    """As soon as something is new; what comes within minutes is one mail."""
    HOURLY = "hourly"
    """At each full hour of UTC: no clock change makes one longer or shorter."""
    DAILY = "daily"
    """At one or more times of each day."""
    WEEKLY = "weekly"
    """At a time of one weekday."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """When the mails of one watchlist come; str() writes it as parse() reads it."""

    kind: Kind
    times: tuple[time, ...] = ()
    """Of the day, in order: one for WEEKLY, one or more for DAILY."""
    weekday: int = 0
    """For WEEKLY; 0 is Monday."""

    def __str__(self) -> str:
        day = (DAYS[self.weekday],) if self.kind is Kind.WEEKLY else ()
        return " ".join((self.kind, *day, *(f"{each:%H:%M}" for each in self.times)))


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of each day without mail; the end may lie on the next day."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


# --- what people write ---------------------------------------------------------------------------------------------


def parse(text: str) -> Cadence:
    """A cadence as it is written; InputError says which forms there are."""
    words = text.lower().replace(",", " ").split()
    if words == AT_ONCE.split():
        return Cadence(Kind.AT_ONCE)
    if words == [Kind.HOURLY]:
        return Cadence(Kind.HOURLY)
    times = [_time(word) for word in words if _TIME.fullmatch(word)]
    if words[:1] == [Kind.DAILY] and times and len(times) == len(words) - 1:
        return Cadence(Kind.DAILY, tuple(sorted(set(times))))
    if words[:1] == [Kind.WEEKLY] and len(words) == 3 and words[1] in DAYS and times:
        return Cadence(Kind.WEEKLY, tuple(times), DAYS.index(words[1]))
    raise InputError(f"cadence {text[:60]!r}", f"is not understood; write {FORMS}")


def parse_quiet(text: str) -> Quiet:
    """Hours without mail, e.g. "22:00-07:00"; InputError for other forms, and for a whole day."""
    start, _, end = ("".join(text.split()).replace("–", "-")).partition("-")
    if not (_TIME.fullmatch(start) and _TIME.fullmatch(end)):
        raise InputError(f"quiet hours {text[:40]!r}", "are not understood; write them as 22:00-07:00")
    if _time(start) == _time(end):
        raise InputError(f"quiet hours {text[:40]!r}", "begin when they end; leave them out, or write two times")
    return Quiet(_time(start), _time(end))


def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name; InputError where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones, such as "America"
        raise InputError(f"time zone {name[:60]!r}", "is not known; write one such as Europe/Paris") from None


def _time(text: str) -> time:
    hour, _, minute = text.partition(":")
    return time(int(hour), int(minute))


# --- slots ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)  # ten thousand subscribers share a few cadences and zones
def latest(cadence: Cadence, place: ZoneInfo, now: datetime) -> datetime | None:
    """The last slot at or before `now`; None for "at once", which knows no slots."""
    return max((slot for slot in _around(cadence, place, now) if slot <= now), default=None)


def following(cadence: Cadence, place: ZoneInfo, now: datetime) -> datetime | None:
    """The first slot after `now`; None for "at once"."""
    return min((slot for slot in _around(cadence, place, now) if slot > now), default=None)


def nearest(cadence: Cadence, place: ZoneInfo, then: datetime) -> datetime:
    """The slot nearest to a moment: the one that a wrong clock looked after. For "at once" the moment itself."""
    slots = list(_around(cadence, place, then))
    return min(slots, key=lambda slot: abs(slot - then)) if slots else then


def _around(cadence: Cadence, place: ZoneInfo, now: datetime) -> Iterator[datetime]:
    """The slots before and after a moment, in UTC: at least one of each."""
    if cadence.kind is Kind.AT_ONCE:
        return
    if cadence.kind is Kind.HOURLY:
        hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        yield from (hour, hour + _HOUR)
        return
    today = now.astimezone(place).date()
    reach = 3 if cadence.kind is Kind.DAILY else 9  # a day may be left out, and a date may come twice
    for days in range(-reach, reach + 1):
        yield from _slots_of(cadence, place, today + timedelta(days))


def _slots_of(cadence: Cadence, place: ZoneInfo, day: date) -> Iterator[datetime]:
    if cadence.kind is Kind.WEEKLY:
        if day.weekday() == cadence.weekday:
            yield _reached(datetime.combine(day, cadence.times[0]), place)
        return
    for each in cadence.times:
        slot = _on(day, each, place)
        if slot is not None:
            yield slot


def _on(day: date, clock: time, place: ZoneInfo) -> datetime | None:
    """When a day's clock first shows a time or a later one; its last minute where it never does, None for no day."""
    slot = _reached(datetime.combine(day, clock), place)
    if slot.astimezone(place).date() == day:
        return slot
    last = slot - _MINUTE
    return last if last.astimezone(place).date() == day else None


def _reached(wall: datetime, place: ZoneInfo) -> datetime:
    """The first moment at which clocks show `wall` or a later time (UTC)."""
    early, late = (wall.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early.astimezone(place).replace(tzinfo=None) == wall:
        return early
    # The clocks jumped over it: PEP 495 gives a moment after the jump for fold 0, and one before it for fold 1.
    before, after = int(late.timestamp()), int(early.timestamp())
    while after - before > 1:
        middle = (before + after) // 2
        if datetime.fromtimestamp(middle, place).replace(tzinfo=None) < wall:
            before = middle
        else:
            after = middle
    return datetime.fromtimestamp(after, UTC)


# --- quiet hours ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def quiet_until(quiet: Quiet | None, place: ZoneInfo, now: datetime) -> datetime | None:
    """When the hours without mail that it is now are over; None where it is none."""
    if quiet is None or not _is_quiet(quiet, now.astimezone(place)):
        return None
    today = now.astimezone(place).date()
    walls = [datetime.combine(today + timedelta(days), quiet.end) for days in (-1, 0, 1, 2)]
    ends = [_reached(wall, place) for wall in walls]
    ends += [wall.replace(tzinfo=place, fold=1).astimezone(UTC) for wall in walls]
    return min(end for end in ends if end > now and not _is_quiet(quiet, end.astimezone(place)))


def _is_quiet(quiet: Quiet, local: datetime) -> bool:
    clock = local.time()
    if quiet.start < quiet.end:
        return quiet.start <= clock < quiet.end
    return clock >= quiet.start or clock < quiet.end


# --- what is due ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hours:
    """What all mails to one subscriber have in common."""

    place: ZoneInfo
    quiet: Quiet | None
    apart: timedelta
    """The shortest time between two at-once mails."""


def open_until(cadence: Cadence, served: datetime | None, hours: Hours, now: datetime) -> datetime | None:
    """Everything seen up to this moment may be told now; None: nothing before `next_time`.

    `served` is what was looked after last: a slot, or for "at once" the moment of the last mail. News of after the slot
    waits for the next one, so a slot at which nothing was new goes by without a mail, and without a note. One that lies
    beyond the next slot was noted by a clock that was wrong, and does not count.
    """
    if quiet_until(hours.quiet, hours.place, now):
        return None
    if cadence.kind is Kind.AT_ONCE:
        waits = served is not None and served <= now < served + hours.apart
        return None if waits else now
    slot = latest(cadence, hours.place, now)
    if served is None or slot is None or slot > served:
        return slot
    ahead = following(cadence, hours.place, now)
    return slot if ahead and served > ahead else None


def next_time(cadence: Cadence, served: datetime | None, hours: Hours, now: datetime) -> datetime:
    """When a mail may come next, should something be new from now on."""
    if cadence.kind is Kind.AT_ONCE:
        due = max(now, served + hours.apart) if served and served <= now else now
    else:
        due = following(cadence, hours.place, max(now, served or now)) or now
    return quiet_until(hours.quiet, hours.place, due) or due

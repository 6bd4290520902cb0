"""When to ask a feed, a page or a mail server again, and why then. Pure: the pipeline passes `now` and acts on it.

a good answer  ->  the feed's floor, stretched by its rhythm, never sooner than server and feed ask for
a bad answer   ->  what the server says, else longer each time
never          ->  before the floor, or after a day
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from monitor.values import Move, Rhythm, Schedule

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = timedelta(hours=24)
"""No feed is left alone for longer, whatever its headers say: news is owed within a day."""

STRETCH = 4
"""A quiet feed is asked at every fourth floor at least; see PATIENCE for the measurement."""

PATIENCE = 0.25
"""Item-floors of waiting that one request is worth: the poll comes when the items expected since the last one would
have waited so long together. For a steady feed of n items a floor that is every sqrt(1/2n) floors, by the square-root
law of the cheapest interval; one that brings an item every other floor is asked at its floor.

Mean hours until an item is seen / requests a day, at a floor of an hour (tests/quality/rhythm.py, 12 invented feeds a
row, six weeks after two of learning). "by amount": the same without regard to the hour of the day.

                            hourly       by amount    0.12         0.25         0.5          0.25, 6 h
  wire, 6 an hour           0.50 / 24.0  0.50 / 24.0  0.50 / 24.0  0.50 / 24.0  0.50 / 24.0  0.50 / 24.0
  by day 1.5 an hour        0.50 / 24.0  0.50 / 24.0  0.51 / 20.7  0.51 / 19.8  0.51 / 19.0  0.51 / 19.7
  weekdays 0.7 an hour      0.49 / 24.0  0.67 / 17.9  0.54 / 15.3  0.58 / 14.0  0.73 / 11.2  0.59 / 13.4
  5 items three times a day 0.51 / 24.0  0.51 / 24.0  0.51 / 16.0  0.56 / 15.1  0.45 / 14.0  0.58 / 15.0
  twice a day               0.49 / 24.0  1.15 / 10.7  0.53 / 11.4  0.68 /  9.5  0.97 /  7.8  0.70 /  8.2
  by chance, 2 a day        0.50 / 24.0  1.14 / 10.5  0.87 / 14.8  1.26 / 10.0  1.72 /  7.2  1.29 / 10.0
  once a day                0.50 / 24.0  1.69 /  7.2  0.52 /  8.5  0.56 /  8.0  0.86 /  7.0  0.60 /  6.0
  once a week               0.48 / 24.0  1.89 /  6.0  2.02 /  6.3  2.02 /  6.0  1.86 /  6.0  3.12 /  4.1

Knowing the hour is worth more than any patience: quiet feeds cost a third to two thirds of the requests, and news that
keeps its hours waits minutes longer. A stretch of six floors saves a quarter to a third of the requests of rare feeds,
and what they bring out of turn waits half as long again.
"""

WATCHED = 3.0
"""Days that a feed must have been watched before its polls are stretched: a weekend, and a day beside it."""

FADING = timedelta(days=7)
"""After so long what was seen of a feed's rhythm weighs half. In the table above 14 days measured the same, and after 3
days news waited up to a tenth longer."""

LOOK_BACK = timedelta(days=14)
"""What a feed holds at its first poll tells its rhythm too, but no further back than this."""

OFF = timedelta(days=1)
"""A new item that is older than the poll before by less than this came late or has its date in another time zone."""

JITTER = 0.1
"""Share by which the wait after a failure is lengthened at most, so that feeds that failed together part."""

SPREAD_EACH = timedelta(seconds=0.6)
"""Feeds that are long overdue together are asked one after this: 95 within a minute, 1,000 within ten."""

SPREAD_MOST = timedelta(minutes=30)

SPREAD_FROM = 20
"""Fewer are no burst: so many are asked at the same time anyway."""

SPREAD_WHY = "overdue with many others, which are asked one after another"

STEP = timedelta(minutes=1)
"""A wall clock that moved against the steady one by more than this was set; less is the drift of a clock."""

MOVED_POLLS, MOVED_TIME = 3, timedelta(hours=24)
"""A permanent redirect is believed after so many good polls over so long: captive portals and broken set-ups send
them too, and pass."""

DOUBTED_AFTER = 3
"""Failures in a row at an address that a redirect named, until the one in feeds.yaml is asked again."""

FULL_FROM = 10
"""A window of fewer items says little of what was missed."""

PAGE_TRIES = (timedelta(minutes=10), timedelta(minutes=30))
"""A page that fails is tried again after these; then the feed's own text stands in, 40 minutes after the news."""

MAIL_TRIES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180))
"""A mail that was refused for now is tried again after these, then every three hours (RFC 5321, 4.5.4.1: four to five
days, half an hour apart at least); sooner at first, for that is what greylisting waits for."""

MAIL_GIVEN_UP = timedelta(days=5)

MAIL_JITTER = 0.2
"""A wait is longer by up to this share: ten thousand mails that an outage held up do not come back in one second."""

OUTLET_TRIES = tuple(timedelta(seconds=s) for s in (15, 60, 120, 300, 600))
"""After trouble with the way out no mail leaves for this long, then ten minutes each: a relay that is restarted is back
within a minute, and one that is down is asked six times an hour, not once for each mail."""

DIGEST_PAST_USE = timedelta(hours=6)
"""After so long an at-once or hourly digest that was not taken is composed anew, with what has come since."""
"""RFC 5321, 4.5.4.1: give up after four to five days."""


@dataclass(frozen=True, slots=True)
class Next:
    """A due time with its reason."""

    at: datetime
    why: str


class Trouble(Enum):
    """What was wrong with an answer, as (how fast the waits grow, how long they may become)."""

    BUSY = (2, LONGEST)
    """429, 503 and other faults of the server: it has enough to do."""
    REFUSED = (4, LONGEST)
    """401, 403, 404 and the like: no quick change is to be hoped for."""
    UNREADABLE = (2, timedelta(hours=6))
    """An answer that is no feed: somebody will notice and mend it."""
    SILENT = (2, timedelta(hours=4))
    """No answer at all: as likely as not it is our own network, which must not cost a day's news."""

    @property
    def growth(self) -> int:
        return self.value[0]

    @property
    def longest(self) -> timedelta:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Found:
    """What a good poll found in the feed's window."""

    at: datetime
    since: datetime | None
    """The good poll before; None: there was none."""
    size: int
    """Items that the window holds."""
    new: int
    published: tuple[datetime, ...]
    """Dates of the window's items, as far as they have one."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What says when a feed is worth asking again."""

    minutes: int
    """Its floor."""
    rhythm: Rhythm = field(default_factory=Rhythm)
    schedule: Schedule = field(default_factory=Schedule)
    max_age: timedelta | None = None
    """How long the server calls its answer fresh."""
    found: Found | None = None
    """None: nothing has changed."""


@dataclass(frozen=True, slots=True)
class Missed:
    """Items went by between two polls."""

    items: int
    """As far as the pace of those seen tells."""
    minutes: int
    """The interval at which a window would be seen half renewed."""

    def advice(self, floor: int) -> str | None:
        """What the operator can do about it; None where the next polls come soon enough by themselves."""
        if self.minutes >= floor:
            return None
        return f"some {self.items} items may have been missed; set minutes: {self.minutes}"


def after_answer(at: datetime, signs: Signs) -> Next:
    """After a good answer: at the feed's floor or later, by its rhythm and by what server and feed ask for.

    `at` is when the answer was there. The server saw the request before that, so a floor counted from here is never
    short for it, however long queues and connections took.
    """
    wait, why = _own_rhythm(at, signs)
    for least, words in (
        (signs.schedule.least_wait, "the feed says that it changes every"),
        (signs.max_age, "the server calls its answer fresh for"),
    ):
        if least is not None and min(least, LONGEST) > wait:
            wait = min(least, LONGEST)
            why = f"{words} {_span(wait)}"
    return _past_skipped(at, Next(at + wait, why), signs.schedule)


def after_failure(at: datetime, minutes: int, failure: Failure) -> Next:
    """After a bad answer: when the server says, else longer each time; the same for the same feed and failure."""
    floor, kind = timedelta(minutes=minutes), failure.trouble
    if failure.retry_after is not None:
        wait = max(floor, min(failure.retry_after, LONGEST))
        return Next(at + wait, f"the server asked to be left alone for {_span(wait)}")
    grown = floor * kind.growth ** min(failure.before, 12)
    jitter = 1 + JITTER * _chance(f"{failure.url} {failure.before}")
    wait = max(floor, min(grown * jitter, kind.longest, LONGEST))
    return Next(at + wait, f"failure number {failure.before + 1} in a row: next try in {_span(wait)}")


@dataclass(frozen=True, slots=True)
class Failure:
    """A bad answer, or none."""

    url: str
    trouble: Trouble
    before: int
    """Failures in a row before this one."""
    retry_after: timedelta | None = None


def observe(rhythm: Rhythm, found: Found) -> Rhythm:
    """The rhythm with what a good poll adds to it.

    New items count at their date where it lies between the two polls. Others came at any time between them with equal
    right: without a date, or with one that is a time zone off. What is older still is an archive that somebody filled.
    """
    start = found.since or _first_seen(found)
    length = found.at - start
    if length <= timedelta(0):
        return rhythm
    dated = [date for date in found.published if start < date <= found.at]
    fade = 0.5 ** (length / FADING)
    hours = [count * fade for count in rhythm.hours]
    for date in dated:
        hours[date.hour] += min(1.0, found.new / len(dated))
    if found.since is not None and (others := _others(found, found.since, len(dated))):
        for hour, share in _shares(start, found.at):
            hours[hour] += share * others
    return Rhythm(tuple(round(count, 4) for count in hours), rhythm.days * fade + length / timedelta(days=1))


def missed(found: Found) -> Missed | None:
    """Whether items went by unseen: (nearly) all of a full window is new, and it does not reach back to the last poll.

    How many, is told by the pace of those that were seen, but never more than ten windows: dates can be wrong.
    """
    if found.since is None or not _nearly_all_new(found):
        return None
    gap = found.at - found.since
    newest = sorted(found.published, reverse=True)
    if len(newest) < found.new:
        return Missed(1, max(1, int(gap / timedelta(minutes=2)))) if found.new == found.size else None
    edge = found.at if found.since < newest[0] <= found.at else newest[0]  # else its dates are of another time zone
    covered = max(edge - newest[found.new - 1], gap / 10)
    if covered >= gap:
        return None
    return Missed(max(1, round(found.new * (gap / covered - 1))), max(1, int(covered / timedelta(minutes=2))))


def follow(move: Move | None, target: str | None, at: datetime) -> Move | None:
    """What a good poll adds to the belief that a feed has moved; `target` is where permanent redirects led it.

    An address that is believed stays so as long as it answers by itself. One redirect less than three, or less
    than a day of them, and everything begins anew.
    """
    if target is None:
        return move if move and move.settled else None
    if move is None or move.settled or move.to != target:
        return Move(target, at)
    settled = move.seen + 1 >= MOVED_POLLS and at - move.since >= MOVED_TIME
    return dataclasses.replace(move, seen=move.seen + 1, settled=settled)


def doubt(move: Move | None, failures: int) -> Move | None:
    """What so many failures in a row leave of that belief."""
    return None if move and move.settled and failures >= DOUBTED_AFTER else move


def spread(late: Sequence[tuple[str, datetime]], now: datetime) -> dict[str, datetime]:
    """New due times for feeds that are long overdue together, each at its own place in a span for all of them.

    `late` are addresses and due times of feeds that were not given a place already: however often the service halts,
    nobody is put off twice. What is overdue by less than the span is as good as in time.
    """
    if len(late) < SPREAD_FROM:
        return {}
    span = min(len(late) * SPREAD_EACH, SPREAD_MOST)
    return {url: now + span * _chance(url) for url, due in late if now - due > span}


def stepped(before: timedelta, after: timedelta) -> timedelta:
    """By how much the wall clock was set, from its lead over a steady clock before and after; zero for mere drift."""
    step = after - before
    return step if abs(step) > STEP else timedelta(0)


def page_again(now: datetime, attempts: int) -> datetime | None:
    """When to try a page again after so many attempts; None: no more."""
    return now + PAGE_TRIES[attempts - 1] if attempts <= len(PAGE_TRIES) else None


def mail_again(now: datetime, attempts: int, since: datetime, message_id: str = "") -> datetime | None:
    """When to try a mail again after so many attempts; None: its recipient is to have it for five days.

    The jitter comes from the Message-ID: the same mail waits equally long, whoever asks.
    """
    share = zlib.crc32(f"{message_id} {attempts}".encode()) / 2**32
    wait = _nth(MAIL_TRIES, attempts - 1) * (1 + MAIL_JITTER * share)
    return None if now + wait > since + MAIL_GIVEN_UP else now + wait


def outlet_again(now: datetime, failures: int) -> datetime:
    """When to try the way out again after so many troubles in a row."""
    return now + _nth(OUTLET_TRIES, failures - 1)


def _own_rhythm(at: datetime, signs: Signs) -> tuple[timedelta, str]:
    """The wait that fits the feed itself, from its floor to STRETCH floors."""
    floor = timedelta(minutes=signs.minutes)
    longest = max(floor, min(floor * STRETCH, LONGEST))
    if signs.found and _nearly_all_new(signs.found):
        return floor, f"nearly all of it was new: asked again after {_span(floor)}"
    if signs.rhythm.days < WATCHED:
        return floor, f"asked every {_span(floor)}"
    wait = _until_worth_it(at, floor, longest, signs.rhythm)
    if wait <= floor:
        return floor, f"asked every {_span(floor)}"
    a_day = sum(signs.rhythm.hours) / signs.rhythm.days
    return wait, f"it brings some {a_day:.2g} items a day, few of them now: asked again after {_span(wait)}"


def _nearly_all_new(found: Found) -> bool:
    return found.since is not None and found.size >= FULL_FROM and found.new >= 0.9 * found.size


def _until_worth_it(at: datetime, floor: timedelta, longest: timedelta, rhythm: Rhythm) -> timedelta:
    """How long until the items expected meanwhile have waited PATIENCE floors together."""
    step = floor / 4
    waited = items = 0.0
    wait = timedelta(0)
    while wait < longest:
        coming = _rate(rhythm, (at + wait + step / 2).hour) * (step / timedelta(hours=1))
        waited += (items + coming / 2) * (step / floor)
        items += coming
        if waited >= PATIENCE:
            break
        wait += step
    return min(max(wait, floor), longest)


def _rate(rhythm: Rhythm, hour: int) -> float:
    """Items an hour to be expected in an hour of the day: what came then, smoothed with the hours beside it."""
    before, here, after = (rhythm.hours[h % 24] for h in (hour - 1, hour, hour + 1))
    return (before + 2 * here + after) / 4 / rhythm.days


def _first_seen(found: Found) -> datetime:
    """Where what a first window tells begins: at its oldest item, if it has enough dates to tell anything."""
    dates = [date for date in found.published if date <= found.at]
    if len(dates) < FULL_FROM:
        return found.at
    return max(min(dates), found.at - LOOK_BACK)


def _others(found: Found, since: datetime, dated: int) -> int:
    """New items that came between two polls although their date, if any, says that they are a little older."""
    undated = found.size - len(found.published)
    older = sum(since - OFF < date <= since for date in found.published)
    return max(0, min(found.new - dated, undated + older))


def _shares(start: datetime, end: datetime) -> list[tuple[int, float]]:
    """(hour of the day, share of the time between) for each hour that two moments have between them."""
    start = max(start, end - timedelta(days=1))
    shares, whole = [], end - start
    while start < end:
        edge = min(end, start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1))
        shares.append((start.hour, (edge - start) / whole))
        start = edge
    return shares


def _past_skipped(at: datetime, due: Next, schedule: Schedule) -> Next:
    """Past the hours and days on which the feed says that nothing comes; all of them, or more than a day, is absurd."""
    latest = at + LONGEST
    moment = due.at
    while moment < latest and (moment.hour in schedule.skip_hours or moment.weekday() in schedule.skip_days):
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    if moment == due.at:
        return due
    if moment >= latest:
        return Next(due.at, due.why) if _absurd(schedule) else Next(latest, f"{due.why}; it skips more than a day")
    return Next(moment, f"{due.why}, then past the hours that the feed skips")


def _absurd(schedule: Schedule) -> bool:
    return len(schedule.skip_hours) == 24 or len(schedule.skip_days) == 7


def _chance(key: str) -> float:
    """From 0 to 1, the same for the same key and without any pattern over different ones."""
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32


def _nth(steps: Sequence[timedelta], index: int) -> timedelta:
    return steps[min(index, len(steps) - 1)]


def _span(time: timedelta) -> str:
    minutes = math.ceil(time.total_seconds() / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.3g} h"

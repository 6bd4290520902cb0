"""How a feed fares, judged by its own past, and what an operator can do about it, in words."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.text import addresses

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from monitor.values import Feed

LEAST_PATIENCE = timedelta(days=2)
"""No feed is called silent sooner: a night, a holiday and an outage of its server are no silence."""

UNKNOWN_PATIENCE = timedelta(days=30)
"""At least, for a feed whose rhythm is not known yet: fewer than LEAST_GAPS gaps, or less than two weekends seen."""

LEAST_GAPS = 10
LEAST_SPAN = timedelta(days=14)
"""With less a feed that rests at weekends would be called silent on its first one."""

WINDOW = timedelta(days=30)
MOST_GAPS = 100
"""The rhythm is that of the last 30 days, or of the last 100 gaps where those reach further back."""

TIMES = 3
SHARE = 0.9
"""Silence is beyond a feed's rhythm after TIMES the gap that nine tenths of its time lie within.

Measured on invented feeds of 0.05 to 50 items a day with full, thin and empty weekends (tests/test_health.py): false
alarms a feed and year are 0.15 at worst and 0.03 in the mean. Three times the 95th percentile of the gaps *counted*
gives 51 at worst: a busy feed has so many gaps of minutes that its weekends are not among the longest twentieth. 2.5
times: 0.30 and 0.06. Twice the longest gap: 0.20 and 0.06, and one long outage blinds it for as long as it is
remembered. On the dates of 53 real feeds, 120 feed-years: 6 alarms, each at a real silence of 33 to 901 days.
"""

LATE = timedelta(hours=1)
"""A poll that is overdue by more says that the service does not run, or cannot keep up."""


class State(StrEnum):
    """How a feed fares; the worst that is true. In the order in which an operator wants to see them."""

    GONE = "gone"
    """The server said 410: it is not asked any more."""
    FAILING = "failing"
    """The last poll brought nothing to read."""
    SILENT = "silent"
    """It answers, and has announced nothing new for longer than it ever does."""
    MOVED = "moved"
    """It has a new address for good."""
    OVERFLOW = "overflow"
    """It announces more between two polls than it lists at a time: items may have been missed."""
    NEVER = "never polled"
    LATE = "late"
    """Its time has come, and nobody asked."""
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a feed's past."""

    url: str
    title: str
    next_due: datetime | None = None
    why_then: str = ""
    last_polled: datetime | None = None
    last_success: datetime | None = None
    failures: int = 0
    """In a row, up to now."""
    failing_since: datetime | None = None
    """When the first of them was."""
    error: str | None = None
    active: bool = True
    """False: it is not polled any more."""
    last_news: datetime | None = None
    """When something new was last announced."""
    moments: tuple[datetime, ...] = ()
    """When its items were published or first seen, in order; looked up only where LEAST_PATIENCE has passed."""
    per_day: float | None = None
    """Items a day over the last two weeks."""
    hits: int = 0
    """Articles with a hit in the last seven days."""
    moved_to: str | None = None
    overflow: str | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A record, what it means, and what to do."""

    record: Record
    state: State
    since: datetime | None = None
    """Since when, where that is known."""
    problem: str = ""
    remedy: str = ""


def diagnose(record: Record, now: datetime) -> Diagnosis:
    """The worst that is true of a feed, since when, and the way out."""
    if record.error and not record.active:
        return _told(record, State.GONE, record.last_polled, record.error)
    if record.error:
        return _told(record, State.FAILING, record.failing_since, record.error)
    if (silence := _silence(record)) is not None:
        return Diagnosis(record, State.SILENT, record.last_news, silence, _filled(_SILENT, record))
    if record.moved_to:
        return Diagnosis(record, State.MOVED, None, f"it has moved to {record.moved_to}", _filled(_MOVED, record))
    if record.overflow:
        return Diagnosis(record, State.OVERFLOW, None, record.overflow, _filled(_OVERFLOW, record))
    return _waiting(record, now)


def fares(feed: Feed, records: Mapping[str, Record], now: datetime) -> Diagnosis:
    """How a feed of feeds.yaml fares, by what is known of each address; one that was never asked is not known yet."""
    return diagnose(records.get(feed.url) or Record(feed.url, feed.title), now)


def worst_first(diagnoses: Iterable[Diagnosis]) -> list[Diagnosis]:
    """In the order of State, and by title within."""
    order = list(State)
    return sorted(diagnoses, key=lambda each: (order.index(each.state), each.record.title.casefold(), each.record.url))


def patience(moments: Sequence[datetime]) -> timedelta:
    """How long a feed with news at these moments (ascending) may be silent before that means something."""
    gaps = [(later - earlier, later) for earlier, later in itertools.pairwise(moments) if later > earlier]
    if not gaps:
        return UNKNOWN_PATIENCE
    recent = sum(later >= moments[-1] - WINDOW for _, later in gaps)
    usual = sorted(gap for gap, _ in gaps[-max(recent, MOST_GAPS) :])
    whole = sum(usual, timedelta(0))
    if len(usual) < LEAST_GAPS or whole < LEAST_SPAN:
        return max(UNKNOWN_PATIENCE, TIMES * usual[-1])
    return max(LEAST_PATIENCE, TIMES * _time_quantile(usual, SHARE * whole))


def _time_quantile(ascending: Sequence[timedelta], time: timedelta) -> timedelta:
    """The gap up to which all shorter ones together fill `time`."""
    filled = timedelta(0)
    for gap in ascending:
        filled += gap
        if filled >= time:
            return gap
    return ascending[-1]


def _silence(record: Record) -> str | None:
    """What is wrong with the silence of a feed that answers; None where it is within its rhythm.

    Measured up to the last good answer, not to now: while nobody asks, nobody knows.
    """
    if record.last_success is None or record.last_news is None:
        return None
    silent, usual = record.last_success - record.last_news, patience(record.moments)
    if silent <= usual:
        return None
    known = len(set(record.moments)) > LEAST_GAPS
    rhythm = f"{span(usual / TIMES)} is long for it" if known else "its rhythm is hardly known"
    return f"it answers, but announced nothing new for {span(silent)}; {rhythm}"


def _waiting(record: Record, now: datetime) -> Diagnosis:
    overdue = record.next_due is None or record.next_due < now - LATE
    if record.last_polled is None:
        return Diagnosis(record, State.NEVER, None, "", _RUN if overdue else "")
    if record.active and overdue:
        return Diagnosis(record, State.LATE, record.next_due, f"due since {record.next_due:%Y-%m-%d %H:%M} UTC", _RUN)
    return Diagnosis(record, State.OK)


def _told(record: Record, state: State, since: datetime | None, problem: str) -> Diagnosis:
    return Diagnosis(record, state, since, problem, remedy(problem, record.url))


def remedy(problem: str, url: str) -> str:
    """What to do about what went wrong with a feed's address."""
    return next(words for sign, words in _REMEDIES if re.search(sign, problem)).format(
        url=url, site=addresses.site(url)
    )


def span(time: timedelta) -> str:
    """A length of time in the words of a person: "40 min", "3 h", "12 days"."""
    minutes = max(0, round(time.total_seconds() / 60))
    if minutes < 120:
        return f"{minutes} min"
    hours = round(minutes / 60)
    return f"{hours} h" if hours < 48 else f"{round(hours / 24)} days"


def _filled(words: str, record: Record) -> str:
    return words.format(url=record.url, site=addresses.site(record.url), moved_to=record.moved_to)


_RUN = "nobody polls: start the service with 'monitor run', or see its log"
_ELSEWHERE = "'monitor feeds add {site}' looks for the new one"
_SILENT = "look at {site}: where newer articles are, the feed has moved; " + _ELSEWHERE
_MOVED = "put the new address into feeds.yaml: 'monitor feeds add {moved_to}', then 'monitor feeds remove {url}'"
_OVERFLOW = "give it fewer 'minutes:' in feeds.yaml, or add the feeds of its sections"
_SEARCH = "'monitor feeds add {site}' looks for its feed; then 'monitor feeds remove {url}'"
_WAIT = "nothing to do for some days; after that " + _SEARCH
_ASK = "the site turns programs away: set MONITOR_CONTACT so that its owner can reach you, ask to be let in, or look "
_OWN = "it leads into a private network: permit it in MONITOR_ALLOW_NETWORKS if that is yours, else remove it"
_CHILD = "'monitor feeds add {url}' puts one of its sitemaps in; then 'monitor feeds remove {url}'"
_REMEDIES = (  # the sign in our own doors' words, and the way out; tests/test_health.py holds each against its door
    (r"index of sitemaps", _CHILD),
    (r"answered 410", "the outlet ended this feed: " + _SEARCH),
    (r"answered 404|HTML page", "the address is no feed any more: " + _SEARCH),
    (r"browser|answered (?:401|403|451)", _ASK + "for another feed of the outlet"),
    (r"answered 429", "asked too often: give it more 'minutes:' in feeds.yaml, and few feeds of one host"),
    (r"answered 5\d\d", "the server is in trouble: " + _WAIT),
    (r"answered \d", "open {url} in a browser to see what it says"),
    (r"MONITOR_ALLOW_NETWORKS", _OWN),
    (r"https to unprotected", "the site sends readers to a page without TLS: use that http:// address if you trust it"),
    (r"redirected", "its redirects lead nowhere: " + _SEARCH),
    (r"is not known|name service", "the site's name is gone, or this machine's DNS is: if others work, " + _SEARCH),
    (r"certificate|secure connection", "the site's TLS is broken: its owner must mend it; try the http:// address"),
    (
        r"no connection|no whole answer|closed the connection|broke|no end|not proper",
        "the server does not answer: " + _WAIT,
    ),
    (
        r"is empty|no feed|not a feed|breaks off|damaged|longer than|larger|unpacks|memory|process",
        "it sends what cannot be read as a feed: 'monitor feeds try {url}' shows what came; " + _SEARCH,
    ),
    (r"", "'monitor feeds try {url}' shows what comes from there"),
)

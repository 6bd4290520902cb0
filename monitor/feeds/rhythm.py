"""When a feed says that it is worth asking: RSS 2.0's ttl, skipHours and skipDays, and the syndication module."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.values import Schedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

NAMES = ("ttl", "skiphours", "skipdays", "updateperiod", "updatefrequency")
"""Elements of a channel, by casefolded local name; `skiphours` and `skipdays` hold `hour` and `day`."""

_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_LONGEST_TTL = timedelta(days=7)  # beyond it a feed counts seconds or milliseconds: 86400 and 3600000 are common
_MOST_FREQUENT = 1_440  # times a period
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def read(said: Mapping[str, Sequence[str]]) -> Schedule:
    """The schedule that a channel's elements speak of; what is absurd says nothing.

    `said`: the texts of each of `NAMES`. RSS 2.0 counts hours 0 to 23, RSS 0.91 1 to 24: 24 is 0. A feed that skips
    every hour or every day never came to be read, so it means none.
    """
    waits = [wait for wait in (_ttl(said.get("ttl", ())), _period(said)) if wait]
    hours = frozenset(hour % 24 for hour in _numbers(said.get("skiphours", ())) if hour <= 24)
    names = (name.strip().lower()[:3] for name in said.get("skipdays", ()))
    days = frozenset(_DAYS.index(name) for name in names if name in _DAYS)
    return Schedule(
        least_wait=max(waits, default=None),
        skip_hours=hours if len(hours) < 24 else frozenset(),
        skip_days=days if len(days) < 7 else frozenset(),
    )


def _ttl(texts: Iterable[str]) -> timedelta | None:
    minutes = next(iter(_numbers(texts)), 0)
    return timedelta(minutes=minutes) if 0 < minutes <= _LONGEST_TTL / timedelta(minutes=1) else None


def _period(said: Mapping[str, Sequence[str]]) -> timedelta | None:
    """The updatePeriod divided by updateFrequency, 1 by default (RDF Site Summary 1.0 Modules: Syndication)."""
    period = next((_PERIODS.get(text.strip().lower()) for text in said.get("updateperiod", ())), None)
    frequency = next(iter(_numbers(said.get("updatefrequency", ()))), 1)
    return period / frequency if period and 1 <= frequency <= _MOST_FREQUENT else None


def _numbers(texts: Iterable[str]) -> list[int]:
    """Digits are ASCII and few: what is longer is no number of hours or minutes."""
    bare = (text.strip() for text in texts)
    return [int(text) for text in bare if text.isascii() and text.isdigit() and len(text) < 9]

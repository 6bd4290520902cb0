"""Figures -> the places of bars and lines in a drawing; the templates write the SVG, and the numbers as a table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

SLOTS = 24
"""Bars of a small timeline."""
TALL = 100.0
"""Height of a drawing, in its own units; wide is one for each slot."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where it stands, how high, and the number that it shows."""

    slot: int
    height: float
    """From 0 to `TALL`."""
    count: int
    label: str


@dataclass(frozen=True, slots=True)
class Point:
    """One figure in time: `x` and `y` from 0 to `TALL`, `y` counted downwards as SVG does."""

    x: float
    y: float
    value: float
    when: datetime
    source: str
    shown: str


def bars(moments: Iterable[datetime], since: datetime, until: datetime) -> tuple[Bar, ...]:
    """A small timeline: how many moments fall into each of `SLOTS` equal parts of a time."""
    span = (until - since) / SLOTS
    counted = Counter(min(SLOTS - 1, int((when - since) / span)) for when in moments if since <= when <= until)
    most = max(counted.values(), default=1)
    return tuple(
        Bar(slot, TALL * count / most, count, f"{since + span * slot:%d %b %H:%M}")
        for slot, count in sorted(counted.items())
    )


def days(counted: Counter[date], since: datetime, until: datetime) -> tuple[Bar, ...]:
    """One bar for each UTC day of a time, those without anything too."""
    first = since.astimezone(UTC).date()
    slots = [first + timedelta(days=slot) for slot in range((until.astimezone(UTC).date() - first).days + 1)]
    most = max(counted.values(), default=1)
    return tuple(
        Bar(slot, TALL * counted[day] / most, counted[day], f"{day:%a %d %b}") for slot, day in enumerate(slots)
    )


def by_day(moments: Iterable[datetime]) -> Counter[date]:
    """How many moments fall on each UTC day."""
    return Counter(when.astimezone(UTC).date() for when in moments)


def line(told: Sequence[tuple[datetime, float, str, str]]) -> tuple[Point, ...]:
    """Figures (when, value, source, as written) as points; the lowest stands at the bottom, the highest on top."""
    if not told:
        return ()
    values, moments = [each[1] for each in told], [each[0] for each in told]
    low, high = min(values), max(values)
    first, last = min(moments), max(moments)
    return tuple(
        Point(
            TALL * ((when - first) / (last - first)) if last > first else TALL / 2,
            TALL * (1 - (value - low) / (high - low)) if high > low else TALL / 2,
            value,
            when,
            source,
            shown,
        )
        for when, value, source, shown in told
    )

"""How long news waits for its poll, and what that costs in requests, for feeds that publish in different rhythms.

    python tests/quality/rhythm.py [--days 60] [--feeds 20]

Prints the table that stands beside PATIENCE in monitor/pipeline/pace.py: invented feeds publish at random times by a
pattern, a poller asks them as pace says, and the first two weeks, in which it learns, are not counted.
"""

from __future__ import annotations

import argparse
import bisect
import random
import statistics
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.pipeline import pace
from monitor.values import Rhythm

if TYPE_CHECKING:
    from collections.abc import Callable

START = datetime(2025, 6, 2, tzinfo=UTC)  # a Monday
LEARNING = 14
WINDOW = 30
DAY = timedelta(days=1)


def by_rate(rate: Callable[[datetime], float]) -> Callable[[random.Random, int], list[datetime]]:
    """Items by chance, so many an hour."""

    def publish(chance: random.Random, days: int) -> list[datetime]:
        minutes = (START + timedelta(minutes=n) for n in range(days * 1440))
        return [minute for minute in minutes if chance.random() < rate(minute) / 60]

    return publish


def by_clock(hours: tuple[float, ...], spread: float, items: int = 1, every: int = 1):
    """So many items at once at set hours, give or take; `every` days apart."""

    def publish(chance: random.Random, days: int) -> list[datetime]:
        shifted = chance.randrange(24)
        rounds = [START + timedelta(days=d, hours=h + shifted) for d in range(0, days, every) for h in hours]
        times = [at + timedelta(hours=chance.gauss(0, spread)) for at in rounds]
        return sorted(at + timedelta(seconds=n) for at in times for n in range(items))

    return publish


def awake(at: datetime, first: int, last: int) -> bool:
    return first <= at.hour < last


PATTERNS = {
    "wire, 6 an hour": by_rate(lambda _: 6),
    "by day 1.5 an hour": by_rate(lambda at: 1.5 if awake(at, 6, 22) else 0.05),
    "weekdays 0.7 an hour": by_rate(lambda at: 0.7 if awake(at, 8, 18) and at.weekday() < 5 else 0.02),
    "5 items three times a day": by_clock((6, 12, 18), 0.2, items=5),
    "twice a day": by_clock((8, 17), 0.75),
    "by chance, 2 a day": by_rate(lambda _: 2 / 24),
    "once a day": by_clock((7,), 0.5),
    "once a week": by_clock((9,), 2, every=7),
}


@dataclass(frozen=True)
class Way:
    """How to choose the next poll."""

    name: str
    stretch: int = pace.STRETCH
    patience: float = pace.PATIENCE
    flat: bool = False
    """Only how much comes a day counts, not when."""
    fading: timedelta = pace.FADING

    def wait(self, at: datetime, rhythm: Rhythm, found: pace.Found | None) -> timedelta:
        if self.flat:
            rhythm = Rhythm((sum(rhythm.hours) / 24,) * 24, rhythm.days)
        pace.STRETCH, pace.PATIENCE, pace.FADING = self.stretch, self.patience, self.fading
        return pace.after_answer(at, pace.Signs(60, rhythm, found=found)).at - at


WAYS = (
    Way("hourly", stretch=1),
    Way("flat, 4 h, 0.25", flat=True, patience=0.25),
    Way("4 h, 0.12", patience=0.12),
    Way("4 h, 0.25", patience=0.25),
    Way("4 h, 0.5", patience=0.5),
    Way("4 h, 1", patience=1.0),
    Way("6 h, 0.25", patience=0.25, stretch=6),
    Way("fading 3 d", patience=0.25, fading=timedelta(days=3)),
    Way("fading 14 d", patience=0.25, fading=timedelta(days=14)),
)


def poll(way: Way, published: list[datetime], days: int) -> tuple[list[float], float]:
    """(hours that each item waited, requests a day), after the learning."""
    at, before, rhythm = START + timedelta(days=3), None, Rhythm()
    waits, polls = [], 0
    while at < START + timedelta(days=days):
        new = published[bisect.bisect_right(published, before) if before else 0 : bisect.bisect_right(published, at)]
        seen = published[: bisect.bisect_right(published, at)][-WINDOW:]
        found = pace.Found(at, before, len(seen), min(len(new), len(seen)), tuple(seen))
        rhythm = pace.observe(rhythm, found)
        if at >= START + LEARNING * DAY:
            waits += [(at - each) / timedelta(hours=1) for each in new]
            polls += 1
        at, before = at + way.wait(at, rhythm, found if new else None) + timedelta(seconds=random.random() * 5), at
    return waits, polls / (days - LEARNING)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    ask.add_argument("--days", type=int, default=60)
    ask.add_argument("--feeds", type=int, default=20)
    args = ask.parse_args()
    random.seed(1)
    print("mean hours until an item is seen / requests a day")
    print(f"{'':27}" + "".join(f"{way.name:>18}" for way in WAYS))
    for name, publish in PATTERNS.items():
        feeds = [publish(random.Random(f"{name} {n}"), args.days) for n in range(args.feeds)]
        cells = []
        for way in WAYS:
            outcomes = [poll(way, feed, args.days) for feed in feeds]
            waits = statistics.mean(wait for waits, _ in outcomes for wait in waits)
            cells.append(f"{waits:.2f} / {statistics.mean(polls for _, polls in outcomes):4.1f}")
        print(f"{name:27}" + "".join(f"{cell:>18}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()

"""The figures of a story over time: what several reports count, and who said how much when."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from monitor.novelty.measuring import FAR, Amount
from monitor.web.desk import charts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.store.overview import Told
    from monitor.web.desk.charts import Point

MOST_SERIES = 6
"""Figures that are drawn: those that most reports give."""


@dataclass(frozen=True, slots=True)
class Series:
    """One figure of a story over time: what is counted, and who said how much when."""

    name: str
    points: tuple[Point, ...]
    changes: bool
    """More than one value was told."""

    @property
    def told(self) -> str:
        """The value that all agree on, as the first report writes it."""
        return self.points[0].shown


def figures(reports: Sequence[Told]) -> tuple[Series, ...]:
    """The figures that at least two reports give, those that change first.

    A report counts once for each figure, with the value that it gives first: headlines come before texts.
    """
    told: dict[str, dict[str, tuple[datetime, float, str, str]]] = defaultdict(dict)
    for report in reports:
        for fact in report.figures:
            amount = Amount.of_fact(fact)
            name = " ".join(part for part in (amount.unit, amount.of) if part)
            if name:
                when = report.published or report.seen
                told[name].setdefault(report.id, (when, amount.value, report.source, fact.shown))
    found = [_series(name, list(values.values())) for name, values in told.items() if len(values) > 1]
    found = [each for each in found if len(each.points) > 1]
    return tuple(sorted(found, key=lambda each: (not each.changes, -len(each.points), each.name))[:MOST_SERIES])


def _series(name: str, values: list[tuple[datetime, float, str, str]]) -> Series:
    """One figure over time, without counts that are a count of something else (novelty.measuring)."""
    middle = median(value for _, value, _, _ in values)
    values = sorted(each for each in values if middle <= each[1] * FAR and each[1] <= middle * FAR)
    return Series(name, charts.line(values), len({value for _, value, _, _ in values}) > 1)

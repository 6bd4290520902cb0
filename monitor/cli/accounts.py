"""The commands that check the house: does what was told come out even?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import printing
from monitor.cli.printing import HERE, Home

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.balance import Balance

SHOWN = 50
"""Differences that are printed one by one."""


def add_to(app: typer.Typer) -> None:
    app.command()(balance)


def balance(
    days: Annotated[int, typer.Option(min=1, help="How far to look back.")] = 7,
    home: Home = HERE,
) -> None:
    """Hold what each subscriber should have been told against what was; exit code 1 when anything is missing."""
    from monitor import pipeline, service
    from monitor.pipeline.balancing import Auditor

    desk = pipeline.prepare(home)
    with printing.opened_store(home) as store:
        drawn = Auditor(store, pipeline.composer_of(desk, store)).draw(service.now(), days)
    for line in _table(drawn, days):
        print(line)
    if drawn.different:
        raise typer.Exit(1)


def _table(drawn: Balance, days: int) -> Iterator[str]:
    yield f"{drawn.developments:,} developments of the last {days} days, {drawn.subscribers:,} subscribers"
    yield f"{drawn.due:12,}  due"
    yield f"{drawn.told:12,}  told"
    for standing, counts in (("held", drawn.held), ("failed", drawn.failed)):
        yield f"{sum(counts.values()):12,}  {standing}"
        for why, count in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
            yield f"{'':14}{count:,}: {why}"
    yield f"{drawn.different:12,}  differences"
    for each in drawn.differences[:SHOWN]:
        yield f"{'':14}{each.address}, development {each.development}: {each.problem}"
    if drawn.different > SHOWN:
        yield f"{'':14}and {drawn.different - SHOWN:,} more"

"""`python -m benchmarks`: the table on the terminal, and in benchmarks/RESULTS.md."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from benchmarks import measures
from monitor import __version__

RESULTS = Path(__file__).with_name("RESULTS.md")
HEADINGS = ("what", "a second", "instead", "a second", "ratio")


def main() -> None:
    figures: list[measures.Figure] = []
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, transient=True) as progress:
        task = progress.add_task("measuring", total=None)
        for figure in measures.all_of_them():
            figures.append(figure)
            progress.update(task, description=f"measured {figure.what}")
    rows = [_row(figure) for figure in figures]
    Console().print(_table(rows))
    RESULTS.write_text(_markdown(rows), "utf-8")


def _row(figure: measures.Figure) -> tuple[str, ...]:
    if figure.rival_rate is None:
        return (figure.what, _rounded(figure.rate), "", "", "")
    return (
        figure.what,
        _rounded(figure.rate),
        figure.rival,
        _rounded(figure.rival_rate),
        f"{figure.rate / figure.rival_rate:.2g} x",
    )


def _rounded(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.2g}"


def _table(rows: list[tuple[str, ...]]) -> Table:
    table = Table(title=f"news-monitor {__version__}: inputs a second of CPU time, one core")
    for number, heading in enumerate(HEADINGS):
        table.add_column(heading, justify="left" if number in (0, 2) else "right")
    for row in rows:
        table.add_row(*row)
    return table


def _markdown(rows: list[tuple[str, ...]]) -> str:
    lines = [
        "# How fast",
        "",
        f"Written by `make bench`: inputs a second of CPU time on one core, {measures.SECONDS:g} s for each figure, on",
        "invented articles of 250 words in nine languages. Machines differ and so do runs: read the ratios.",
        "The rival does less in most rows, and the same inputs go through both in the same run.",
        "",
        f"news-monitor {__version__}, Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores",
        "",
        f"| {' | '.join(HEADINGS)} |",
        "|---|---:|---|---:|---:|",
        *(f"| {' | '.join(row)} |" for row in rows),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()

"""What the commands share: where the home is, how lines are written, how progress shows."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, Self

import structlog
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from monitor.pipeline import RoundReport
    from monitor.store import Store

Home = Annotated[Path, typer.Option("--home", help="The folder with feeds.yaml, watchlists/ and storage/.")]
HERE = Path()
Row = dict[str, Any]


def log_from(level: str) -> None:
    """Log lines of at least this level go to standard error, coloured on a terminal only."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
    )


@contextlib.contextmanager
def opened_store(home: Path) -> Iterator[Store]:
    """The store of a home folder."""
    from monitor import config, store

    opened = store.Store(config.settings(home).database_url)
    try:
        yield opened
    finally:
        opened.close()


def write(row: Row, lines: IO[str]) -> None:
    """One JSON object as one line."""
    lines.write(json.dumps(row, ensure_ascii=False) + "\n")


def show(row: Row, lines: IO[str]) -> None:
    """One row for people: a field a line, texts and lists below their name."""
    for key, value in row.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines.write(f"{key}: {len(value)}\n")
            for entry in value:
                lines.write("\n".join(f"    {k}: {v}" for k, v in entry.items()) + "\n\n")
        elif isinstance(value, str) and "\n" in value:
            lines.write(f"{key}:\n" + "\n".join(f"    {part}" for part in value.splitlines()) + "\n")
        else:
            lines.write(f"{key}: {value}\n")


@contextlib.contextmanager
def opened(out: Path | None) -> Iterator[IO[str]]:
    """The file to write to, or standard output."""
    if out is None:
        yield sys.stdout
    else:
        with out.open("w", encoding="utf-8", newline="\n") as lines:
            yield lines


def _progress() -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True)


def counted(things: Iterable[Any], total: int, doing: str) -> Iterator[Any]:
    """The same things, with a progress bar on a terminal."""
    with _progress() as progress:
        yield from progress.track(things, total=total, description=doing)


class Steps:
    """Progress of a walk: the step, and how many items it settled."""

    def __init__(self) -> None:
        self._progress = _progress()
        self._task = self._progress.add_task("starting", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def on(self, step: str, done: int) -> None:
        self._progress.update(self._task, description=step, advance=done)


def round_lines(report: RoundReport) -> list[str]:
    """A walk's report for people."""
    polled, read, told = report.polled, report.read, report.told
    news = ", ".join(f"{count} {kind}" for kind, count in sorted(read.news.items()) if kind != "none")
    return [
        f"feeds    {polled.asked} asked, {polled.unchanged} unchanged, {polled.failed} failed",
        f"items    {polled.new_items} new, {read.known} known before, {read.put_off} put off, {read.given_up} given up",
        f"read     {read.from_page} from their pages, {read.from_feed} from the feed's own text",
        f"matched  {read.hits}" + (f": {news}" if news else ""),
        f"mail     {told.composed} composed, {told.sent} sent, {told.deferred} put off, {told.failed} failed",
    ]

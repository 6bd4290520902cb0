"""How feeds fare, as a table for any width, and as rows for programs."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from monitor import health
from monitor.digest import wording
from monitor.health import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from monitor.cli.printing import Row
    from monitor.health import Diagnosis

COLOURS = {
    State.OK: "green",
    State.LATE: "yellow",
    State.NEVER: "yellow",
    State.OVERFLOW: "yellow",
    State.MOVED: "yellow",
}
"""Every other state is red."""

NO_REMARKS = (State.OK, State.NEVER, State.LATE)
"""Of these a feed's own line says everything; what to do is the same for all, and said once."""

NARROWEST_TITLE = 18
"""Columns; where a title would have fewer, a column makes room."""


@dataclass(frozen=True, slots=True)
class _Column:
    head: str
    width: int
    cell: Callable[[Diagnosis, datetime], str]
    right: bool = True


def table(diagnoses: Sequence[Diagnosis], now: datetime, width: int | None) -> Iterator[Text]:
    """A line a feed, and what is wrong with it below. `width` None: as wide as it needs, for a file or a pipe."""
    longest = max((cell_len(_title(each)) for each in diagnoses), default=0)
    columns, title = _fitted(longest, width)
    yield Text(_line("STATE", "FEED", [(column.head, column) for column in columns], title), style="bold")
    for each in diagnoses:
        cells = [(column.cell(each, now), column) for column in columns]
        text = _line(each.state.value, _title(each), cells, title)
        line = Text(text if width is None or cell_len(text) <= width else _cut(text, width))
        line.stylize(COLOURS.get(each.state, "red"), 0, len(each.state.value))
        yield line
        if each.state not in NO_REMARKS:
            yield Text(f"    {each.record.url}", style="dim")
            yield from map(Text, _remarks(each, width))
        if each.state is State.FAILING and len(columns) < len(_COLUMNS):
            yield from map(Text, _wrapped(f"next poll {_next(each, now)}: {each.record.why_then}", "    ", width))


def summary(diagnoses: Sequence[Diagnosis]) -> str:
    """How many feeds fare how: "418 feeds: 3 failing, 1 silent, 414 ok"."""
    counts = [(state, sum(each.state is state for each in diagnoses)) for state in State]
    return f"{len(diagnoses)} feeds: " + ", ".join(f"{count} {state.value}" for state, count in counts if count)


def hints(diagnoses: Sequence[Diagnosis]) -> list[str]:
    """What to do about feeds whose lines do not say it."""
    return sorted({each.remedy for each in diagnoses if each.state in NO_REMARKS and each.remedy})


def row(diagnosis: Diagnosis) -> Row:
    """Everything about one feed, for programs."""
    record = diagnosis.record
    return {
        "url": record.url,
        "title": record.title,
        "state": diagnosis.state.value,
        "since": _moment(diagnosis.since),
        "problem": diagnosis.problem or None,
        "remedy": diagnosis.remedy or None,
        "last_success": _moment(record.last_success),
        "last_news": _moment(record.last_news),
        "items_a_day": None if record.per_day is None else round(record.per_day, 2),
        "hits_a_week": record.hits,
        "next_poll": _moment(record.next_due) if record.active else None,
        "why_then": record.why_then or None,
        "failures": record.failures,
        "error": record.error,
    }


def _fitted(longest: int, width: int | None) -> tuple[list[_Column], int]:
    """The columns that fit, the last ones dropped first, and the width of the title."""
    columns = list(_COLUMNS)
    while True:
        rest = _STATE_WIDTH + 2 + sum(column.width + 2 for column in columns)
        if width is None or width - rest >= min(longest, NARROWEST_TITLE) or not columns:
            return columns, max(longest if width is None else min(longest, max(width - rest, 8)), len("FEED"))
        columns.pop()


def _line(state: str, title: str, cells: Sequence[tuple[str, _Column]], width: int) -> str:
    parts = [state.ljust(_STATE_WIDTH), _cut(title, width)]
    parts += [text.rjust(column.width) if column.right else text for text, column in cells]
    return "  ".join(parts).rstrip()


def _cut(text: str, width: int) -> str:
    """Exactly so many columns; letters of Chinese, Japanese and Korean take two."""
    return set_cell_size(text, width) if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"


def _remarks(diagnosis: Diagnosis, width: int | None) -> Iterator[str]:
    """What is wrong, since when, and what to do, below the feed's own line."""
    since = f" (since {diagnosis.since:%Y-%m-%d %H:%M} UTC)" if diagnosis.since else ""
    yield from _wrapped(diagnosis.problem + since, "    ", width)
    yield from _wrapped(diagnosis.remedy, "    -> ", width)


def _wrapped(text: str, mark: str, width: int | None) -> list[str]:
    if width is None:
        return [mark + text]
    return textwrap.wrap(
        text,
        max(width, 30),
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_on_hyphens=False,
        break_long_words=False,
    )


def _title(diagnosis: Diagnosis) -> str:
    return wording.clean(diagnosis.record.title)


def _ago(then: datetime | None, now: datetime) -> str:
    if then is None:
        return "never"
    return "just now" if now - then < timedelta(minutes=1) else f"{health.span(now - then)} ago"


def _ahead(then: datetime, now: datetime) -> str:
    return "now" if then <= now else f"in {health.span(then - now)}"


def _next(diagnosis: Diagnosis, now: datetime) -> str:
    record = diagnosis.record
    if not record.active:
        return "not asked"
    return _ahead(record.next_due, now) if record.next_due else "now"


def _rate(diagnosis: Diagnosis, _now: datetime) -> str:
    rate = diagnosis.record.per_day
    return "-" if rate is None else f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}"


def _moment(when: datetime | None) -> str | None:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if when else None


_STATE_WIDTH = max(len(state.value) for state in State)
_COLUMNS = (  # in the order in which they are wanted: a narrow terminal drops the last ones
    _Column("LAST ANSWER", 11, lambda each, now: _ago(each.record.last_success, now)),
    _Column("A DAY", 5, _rate),
    _Column("HITS", 4, lambda each, _now: str(each.record.hits)),
    _Column("NEXT POLL", 9, _next),
    _Column("WHY THEN", 24, lambda each, _now: each.record.why_then, right=False),
)

"""Two versions of a text -> the lines that differ, with the words that do, and a few lines around them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

AROUND = 3
"""Unchanged lines shown before and behind a change."""
MOST_LINES = 2_000
"""Lines on either side that are compared one by one; difflib takes some seconds for more that differ throughout."""
MOST_WORDS = 400
"""Of a line whose words are compared."""
SHOWN = 400
"""Lines of a difference that a page shows."""


class Side(StrEnum):
    """Where a line stands."""

    BOTH = "both"
    OLD = "old"
    NEW = "new"
    GAP = "gap"
    """Lines that are the same and left out."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a difference."""

    side: Side
    pieces: tuple[tuple[str, bool], ...] = ()
    """The line in parts, and whether each is what differs."""
    count: int = 0
    """Of a gap: how many lines it leaves out."""


def differ(old: str, new: str) -> tuple[Line, ...]:
    """The difference, empty where there is none; at most `SHOWN` lines, the last one a gap where there were more."""
    if old == new:
        return ()
    found = list(_lines(old.split("\n"), new.split("\n")))
    if len(found) > SHOWN:
        return (*found[:SHOWN], Line(Side.GAP, count=len(found) - SHOWN))
    return tuple(found)


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    changes = _changes(old, new)
    last = 0
    for number, (a, b, c, d) in enumerate(changes):
        yield from _same(old, last, a, first=number == 0)
        yield from _pair(old[a:b], new[c:d])
        last = b
    yield from _rest(old, last)


def _changes(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """Stretches that differ: lines of the old text, lines of the new one."""
    head, most = 0, min(len(old), len(new))
    while head < most and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < most - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    one, other = old[head : len(old) - tail], new[head : len(new) - tail]
    if max(len(one), len(other)) > MOST_LINES:
        return [(head, head + len(one), head, head + len(other))]
    codes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return [(a + head, b + head, c + head, d + head) for tag, a, b, c, d in codes if tag != "equal"]


def _same(lines: Sequence[str], start: int, end: int, *, first: bool) -> Iterator[Line]:
    """Unchanged lines before a change."""
    head = [] if first else lines[start : min(start + AROUND, end)]
    tail = lines[max(start + len(head), end - AROUND) : end]
    left_out = end - start - len(head) - len(tail)
    yield from (_whole(Side.BOTH, line) for line in head)
    if left_out > 1:
        yield Line(Side.GAP, count=left_out)
    elif left_out:
        tail = lines[max(start + len(head), end - AROUND - 1) : end]
    yield from (_whole(Side.BOTH, line) for line in tail)


def _rest(lines: Sequence[str], start: int) -> Iterator[Line]:
    yield from (_whole(Side.BOTH, line) for line in lines[start : start + AROUND])
    if len(lines) > start + AROUND:
        yield Line(Side.GAP, count=len(lines) - start - AROUND)


def _pair(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Lines that give way to others; where they are as many, each is held against its own."""
    if len(old) != len(new):
        yield from (_whole(Side.OLD, line, differs=True) for line in old)
        yield from (_whole(Side.NEW, line, differs=True) for line in new)
        return
    both = [_words(one, other) for one, other in zip(old, new, strict=True)]
    yield from (Line(Side.OLD, one) for one, _ in both)
    yield from (Line(Side.NEW, other) for _, other in both)


_WORD = re.compile(r"\w+|\s+|[^\w\s]")
Pieces = tuple[tuple[str, bool], ...]


def _words(old: str, new: str) -> tuple[Pieces, Pieces]:
    one, other = _WORD.findall(old), _WORD.findall(new)
    if max(len(one), len(other)) > MOST_WORDS:
        return ((old, True),), ((new, True),)
    before, after = [], []
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        before.append(("".join(one[a:b]), tag != "equal"))
        after.append(("".join(other[c:d]), tag != "equal"))
    return tuple(each for each in before if each[0]), tuple(each for each in after if each[0])


def _whole(side: Side, line: str, *, differs: bool = False) -> Line:
    return Line(side, ((line, differs),))

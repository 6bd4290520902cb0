"""What sites say to their readers in some forty languages, found in one pass over a text."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import NamedTuple

from daachorse import CharwiseDoubleArrayAhoCorasick

_UNPARTED = ("th", "ja", "zh", "ko")
"""Languages whose phrases may begin anywhere: no blanks between words, or words that fuse."""


class Phrase(NamedTuple):
    """A phrase of the list found in a text."""

    theme: str
    start: int
    end: int
    sure: bool
    """False: news use these words as well."""


class _Entry(NamedTuple):
    phrase: str
    theme: str
    sure: bool
    anywhere: bool


@cache
def _list() -> tuple[CharwiseDoubleArrayAhoCorasick, list[_Entry]]:
    """The list, and the automaton that gives the numbers of its entries."""
    entries: dict[str, _Entry] = {}
    theme = ""
    for line in (resources.files("monitor.extract") / "data/furniture.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            theme = line[1 : line.index("]")]
        elif line and not line.startswith("#"):
            head, _, phrases = line.partition(": ")
            for phrase in phrases.casefold().split("|"):
                entry = _Entry(phrase, theme, not head.endswith("?"), head.rstrip("?") in _UNPARTED)
                entries.setdefault(phrase, entry)
    listed = list(entries.values())
    return CharwiseDoubleArrayAhoCorasick([entry.phrase for entry in listed]), listed


def find(line: str) -> list[Phrase]:
    """The phrases in a line, from left to right, none within another; positions are of the casefolded line."""
    automaton, listed = _list()
    folded = line.casefold()
    found: list[Phrase] = []
    for start, end, index in sorted(automaton.find_overlapping(folded), key=lambda place: (place[0], -place[1])):
        entry = listed[index]
        begins = start == 0 or not folded[start - 1].isalnum() or entry.anywhere
        if begins and (not found or start >= found[-1].end):
            found.append(Phrase(entry.theme, start, end, entry.sure))
    return found

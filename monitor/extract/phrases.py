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


@cache
def _list() -> tuple[CharwiseDoubleArrayAhoCorasick, list[str], frozenset[str]]:
    """The automaton, the theme of each phrase, and the phrases that may begin within a word."""
    themes: dict[str, str] = {}
    anywhere: set[str] = set()
    theme = ""
    for line in (resources.files("monitor.extract") / "data/furniture.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            theme = line[1 : line.index("]")]
        elif line and not line.startswith("#"):
            language, _, phrases = line.partition(": ")
            written = [phrase.casefold() for phrase in phrases.split("|")]
            themes |= {phrase: themes.get(phrase, theme) for phrase in written}
            if language in _UNPARTED:
                anywhere.update(written)
    words = sorted(themes)
    return CharwiseDoubleArrayAhoCorasick(words), [themes[word] for word in words], frozenset(anywhere)


def find(line: str) -> list[Phrase]:
    """The phrases in a line, from left to right, none within another; positions are of the casefolded line."""
    automaton, themes, anywhere = _list()
    folded = line.casefold()
    found: list[Phrase] = []
    for start, end, index in sorted(automaton.find_overlapping(folded), key=lambda place: (place[0], -place[1])):
        begins = start == 0 or not folded[start - 1].isalnum() or folded[start:end] in anywhere
        if begins and (not found or start >= found[-1].end):
            found.append(Phrase(themes[index], start, end))
    return found

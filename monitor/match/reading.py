"""One field of an article made ready for matching: folded, and cut into pieces that a spelling's words can equal."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from monitor.text import fold, words


class Piece(NamedTuple):
    """A word, or the letters or the digits of one that has both (S1 is S and 1)."""

    clean: str
    script: words.Script


@dataclass(frozen=True)
class Reading:
    """A text in the shape in which every index reads it; places are those of the folded text.

    What only some texts need is made when it is asked for, and then for every index once.
    """

    folded: fold.Folded
    language: str

    @cached_property
    def _written(self) -> str:
        """The folded text with blanks for addresses, so that every place stays."""
        clean = self.folded.clean
        return _LINK.sub(lambda link: " " * len(link[0]), clean) if "://" in clean or "@" in clean else clean

    @cached_property
    def _apart(self) -> list[str]:
        return words.apart(self._written)

    @cached_property
    def runs(self) -> list[str]:
        """The text's runs of word characters: enough to know that a text holds nothing."""
        return self._apart[1::2]

    @cached_property
    def starts(self) -> list[int]:
        """Where each run starts."""
        return list(itertools.accumulate(map(len, self._apart)))[:-1:2]

    @cached_property
    def has_unspaced(self) -> bool:
        return not self.folded.clean.isascii() and bool(_UNSPACED.search(self.folded.clean))


def read(text: str, language: str) -> Reading:
    """A text ready for every index; its places lead back to the original by `folded.origin`."""
    return Reading(fold.fold(text), language)


def split(spelling: str) -> list[str]:
    """A spelling's words, cut as a text's words are."""
    return [piece.clean for run in read(spelling, "und").runs for _, piece in cut(run)]


def cut(run: str) -> tuple[tuple[int, Piece], ...]:
    """The pieces of a run with their places in it."""
    return _cut_once(run) if comes_again(run) else _cut(run)


def comes_again(run: str) -> bool:
    """May a run be a word that stands in other texts too? In scripts without spaces it is a whole clause."""
    return len(run) <= LONGEST_REMEMBERED and (run.isascii() or not _UNSPACED.search(run))


def is_unspaced(run: str) -> bool:
    """Are all its letters of scripts whose spellings only the automaton finds?"""
    return bool(_BY_AUTOMATON.fullmatch(run))


def _cut(run: str) -> tuple[tuple[int, Piece], ...]:
    if run.isalpha() and run.isascii():
        return ((0, Piece(run, words.Script.LATIN)),)
    pieces: list[tuple[int, Piece]] = []
    for start, end, script in words.parts(run):
        word = run[start:end]
        if word.isalpha() or word.isdecimal():
            pieces.append((start, Piece(word, script)))
        else:
            pieces += _split(word, start)
    return tuple(pieces)


_cut_once = lru_cache(maxsize=50_000)(_cut)
LONGEST_REMEMBERED = 40
"""Letters of a run that is remembered; the longest words of German have as many."""
BY_AUTOMATON = words.UNSPACED - {words.Script.KATAKANA}
"""Scripts whose spellings are never found word by word."""
_UNSPACED = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Letters of the scripts without spaces: without them no text needs the automaton."""
_BY_AUTOMATON = re.compile("[\u3005\u3041-\u3096\u3400-\u4dbf\u4e00-\u9fff]+")
"""Han and Hiragana: the clauses of most Chinese texts, and most of Japanese ones."""
_LINK = re.compile(r"https?://\S+|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
"""Addresses of pages and mailboxes: what stands in them was not written of anybody."""
_SUB = re.compile(r"\d+|[^\d]+")
_HUMP = re.compile(r"(?<=[^\W\d_])(?=[A-ZА-Я]\d*$)")
"""Before a last capital that a number follows: PantsirS1 is Pantsir S 1."""


def _split(word: str, offset: int) -> list[tuple[int, Piece]]:
    pieces = []
    for part in _SUB.finditer(word):
        start = part.start()
        cuts = [start, part.end()]
        if part.end() < len(word) and (hump := _HUMP.search(word, start, part.end())):
            cuts.insert(1, hump.start())
        for a, b in itertools.pairwise(cuts):
            pieces.append((offset + a, Piece(word[a:b], words.script(word[a:b]))))
    return pieces

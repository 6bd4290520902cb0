"""One field of an article made ready for matching: folded, and cut into pieces that a spelling's words can equal."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from monitor.text import fold, words


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, or the letters or the digits of one that has both (S1 is S and 1)."""

    start: int
    end: int
    clean: str
    script: words.Script


@dataclass(frozen=True, slots=True)
class Reading:
    """A text in the shape in which every index reads it; places are those of the folded text."""

    folded: fold.Folded
    pieces: tuple[Piece, ...]
    language: str
    has_unspaced: bool


_SUB = re.compile(r"\d+|[^\d]+")
_HUMP = re.compile(r"(?<=[^\W\d_])(?=[A-ZА-Я]\d*$)")
"""Before a last capital that a number follows: PantsirS1 is Pantsir S 1."""


def read(text: str, language: str) -> Reading:
    """The pieces of a text; its places lead back to the original by `folded.origin`."""
    folded = fold.fold(text)
    pieces: list[Piece] = []
    unspaced = False
    for token in words.tokens(folded.clean):
        unspaced = unspaced or token.script in words.UNSPACED
        word = folded.clean[token.start : token.end]
        if word.isalpha() or word.isdecimal():
            pieces.append(Piece(token.start, token.end, word, token.script))
        else:
            pieces += _split(word, token.start, token.script)
    return Reading(folded, tuple(pieces), language, unspaced)


def split(spelling: str) -> list[str]:
    """A spelling's words, cut as a text's words are."""
    return [piece.clean for piece in read(spelling, "und").pieces]


def _split(word: str, offset: int, script: words.Script) -> list[Piece]:
    pieces = []
    for part in _SUB.finditer(word):
        start = part.start()
        cuts = [start, part.end()]
        if part.end() < len(word) and (hump := _HUMP.search(word, start, part.end())):
            cuts.insert(1, hump.start())
        for a, b in itertools.pairwise(cuts):
            kind = words.Script.DIGIT if word[a].isdecimal() else script
            pieces.append(Piece(offset + a, offset + b, word[a:b], kind))
    return pieces

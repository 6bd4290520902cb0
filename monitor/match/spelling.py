"""A spelling taken apart: the words that a text must have in a row, and how exactly each of them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.match import reading
from monitor.text import fold, words
from monitor.values import Spelling

if TYPE_CHECKING:
    from collections.abc import Iterator


class Case(StrEnum):
    """What a word of a spelling asks of a text's capitals."""

    STRICT = "strict"
    """An acronym: the very capitals, marks kept."""
    CAPITAL = "capital"
    """A name: its forms open with a capital letter."""
    ANY = "any"
    """A common word, or a script without capitals."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word to look for."""

    clean: str
    low: str
    bare: str
    script: words.Script
    case: Case
    rule: Spelling
    stem: bool = False
    """True: any ending may follow."""
    alone: bool = True
    """False: other words of the spelling stand beside it, so it need not be sure of itself."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row; `entry` is the number of the spelling they come from."""

    words: tuple[Word, ...]
    entry: int

    @property
    def letters(self) -> int:
        return sum(len(word.low) for word in self.words)


LONGEST_ACRONYM = 5
"""Capitals of one acronym; longer ones (UNESCO, UNICEF) are written with small letters as well."""


def is_unspaced(spelling: str) -> bool:
    """Is there a letter in it of a script that puts no spaces between words?"""
    return any(words.script_of(char) in words.UNSPACED for char in spelling)


LEAST_DOTTED = 3
"""Capitals of an acronym that may be written with full stops; two (J. P.) are a person's initials."""


def phrases(spelling: str, rule: Spelling, entry: int, *, stem: bool = False) -> list[Phrase]:
    """The ways in which a spelling's words may stand in a row."""
    clean = fold.fold(spelling).clean
    pieces = reading.split(clean)
    shouted = (
        len(pieces) > 1 and all(p.isupper() for p in pieces if p.isalpha()) and sum(map(len, pieces)) > LONGEST_ACRONYM
    )
    rows = [pieces, *_otherwise(clean, pieces, rule)]
    found = (Phrase(_row(each, rule, shouted=shouted, stem=stem), entry) for each in rows if each)
    return list(dict.fromkeys(found))


def _otherwise(clean: str, pieces: list[str], rule: Spelling) -> Iterator[list[str]]:
    """Other ways of writing it: Jongun for Jong-un, I.A.E.A. for IAEA, Muenchen for München, C1 in Cyrillic letters."""
    joined = reading.split(_joined(clean))
    if len(joined) < len(pieces):
        yield joined
    if len(pieces) == 1 and LEAST_DOTTED <= len(clean) <= LONGEST_ACRONYM and clean.isalpha() and clean.isupper():
        yield list(clean)
    if rule is not Spelling.EXACT and (spelt_out := clean.translate(_SPELT_OUT)) != clean:
        yield reading.split(spelt_out)
    if (looked := [_look_alike(*pair) for pair in itertools.pairwise([*pieces, ""])]) != pieces:
        yield looked


_SPELT_OUT = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ø": "oe",
        "å": "aa",
        "æ": "ae",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "Ø": "Oe",
        "Å": "Aa",
    }
)
_LATIN, _CYRILLIC = "ABEKMHOPCTYX", "АВЕКМНОРСТУХ"
_LOOKS_LIKE = str.maketrans(_LATIN + _CYRILLIC, _CYRILLIC + _LATIN)


def _look_alike(piece: str, following: str) -> str:
    """A single capital before a number, in the other alphabet: nobody sees whether the S1 of a model is Cyrillic."""
    return piece.translate(_LOOKS_LIKE) if len(piece) == 1 and following.isdecimal() else piece


def _joined(clean: str) -> str:
    """Hyphens between letters, and the spaces of Korean, are left out at will."""
    out = []
    for place, char in enumerate(clean):
        before, after = clean[place - 1 : place], clean[place + 1 : place + 2]
        hyphen = char == "-" and before.isalpha() and after.islower()
        korean = char == " " and all(words.script_of(c) is words.Script.HANGUL for c in (before, after) if c)
        if not (hyphen or korean):
            out.append(char)
    return "".join(out)


def _row(pieces: list[str], rule: Spelling, *, shouted: bool, stem: bool) -> tuple[Word, ...]:
    row = []
    dotted = len(pieces) >= LEAST_DOTTED and all(len(piece) == 1 and piece.isupper() for piece in pieces)
    for piece in pieces:
        low = fold.lower(piece)
        script = words.script(piece)
        case = Case.STRICT if dotted else _case(piece, script, shouted=shouted)
        row.append(Word(piece, low, fold.strip(low), script, case, rule, stem, alone=len(pieces) == 1))
    return tuple(row)


def _case(piece: str, script: words.Script, *, shouted: bool) -> Case:
    if script not in words.CASED or not piece[0].isupper():
        return Case.ANY
    capitals = sum(char.isupper() for char in piece)
    acronym = 2 <= len(piece) <= LONGEST_ACRONYM and capitals >= max(2, len(piece) - 2)
    return Case.STRICT if acronym and not shouted else Case.CAPITAL

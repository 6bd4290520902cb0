"""Folding: one text in three plainer spellings of equal length, each letter knowing where it stood in the original."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Folded:
    """A text and its folded spellings: `clean`, `low` and `bare`, with a place in the original for each character."""

    text: str
    """The original."""
    clean: str
    """Case and marks kept; invisible characters, ligatures, full width, mixed alphabets and broken lines mended."""
    low: str
    """`clean` in lower case, with Arabic and Greek letter variants made one."""
    bare: str
    """`low` without the marks of Latin and Greek letters: what an operator types on a plain keyboard."""
    starts: Sequence[int]
    ends: Sequence[int]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that `clean[start:end]` was made from; start < end."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """Every folded spelling of a text, with the way back to its offsets."""
    plain = _ZERO_WIDTH_GAP.sub(" ", text)
    joins = _joins(text)
    if not joins and all(_TIDY[c] is not None for c in set(plain)):
        clean = plain.translate(_ONE_TO_ONE)
        starts: Sequence[int] = range(len(text))
        ends: Sequence[int] = range(1, len(text) + 1)
    else:
        clean, starts, ends = _walk(plain, joins)
    clean = _mend_alphabets(clean)
    low = lower(clean)
    return Folded(text, clean, low, strip(low), starts, ends)


def lower(clean: str) -> str:
    """Lower case, character for character: dotted and dotless i are one, ς is σ, Arabic variants are one."""
    return clean.replace("İ", "I").lower().translate(_VARIANTS)


def strip(low: str) -> str:
    """Take the marks off Latin and Greek letters, one for one; Cyrillic й and ї are letters of their own."""
    return low if low.isascii() else low.translate(_BARE)


# --- one character -----------------------------------------------------------------------------------------------

_APOSTROPHES = "'\u2018\u2019\u201b\u02bc\u02b9\u2032\u05f3\uff07`\u00b4"
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u05be\u1806"
_TATWEEL = "\u0640"  # a stretched line, no letter
_WRITTEN_OUT = {
    **dict.fromkeys(_APOSTROPHES, "'"),
    **dict.fromkeys(_HYPHENS, "-"),
    "ß": "ss",
    "ẞ": "SS",
    _TATWEEL: "",
    "\u0901": "\u0902",
    **dict.fromkeys("・･‧•", "·"),  # between the parts of foreign names
}
_NUKTAS = frozenset("\u093c\u09bc\u0a3c\u0abc\u0b3c")  # Indic dots that print leaves out at will
_OPTIONAL_MARKS = re.compile(
    "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u0653\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8]"
)
_COMBINES = re.compile("[\u0300-\u036f\u0654\u0655\u1160-\u11ff\u3099\u309a\uff9e\uff9f]")
"""Characters that belong to the letter before them: marks, Hangul medials and finals, kana voicing."""


def _tidied(char: str) -> str:
    """What one character is written as; empty where nothing is seen of it."""
    if (written := _WRITTEN_OUT.get(char)) is not None:
        return written
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if char.isspace():
        return " "
    invisible = category in ("Cf", "Cc") or char in _NUKTAS or _OPTIONAL_MARKS.match(char)
    return "" if invisible else _compatible(char, category)


def _compatible(char: str, category: str) -> str:
    """Ligatures, full and half width and presentation forms as plain letters; symbols (№, ™) stay."""
    wide = "\uff00" <= char <= "\uffef" or "\ufb00" <= char <= "\ufeff"
    letter = category.startswith("L") and not "\u0e00" <= char <= "\u0eff"  # Thai am must stay one character
    plain = unicodedata.normalize("NFKC", char) if wide or letter else unicodedata.normalize("NFC", char)
    return "".join(c for c in plain if c not in _NUKTAS and c != _TATWEEL)


class _Tidy(dict[str, str | None]):
    """Character -> its one tidy character, or None where it becomes none or several or leans on its neighbour."""

    def __missing__(self, char: str) -> str | None:
        tidy = _tidied(char)
        value = tidy if len(tidy) == 1 and not _COMBINES.match(char) else None
        self[char] = value
        return value


class _OneToOne(dict[int, str]):
    """The table of `str.translate` for texts whose characters all have one tidy character."""

    def __missing__(self, code: int) -> str:
        value = _TIDY[chr(code)] or chr(code)
        self[code] = value
        return value


_TIDY = _Tidy()
_ONE_TO_ONE = _OneToOne()

_VARIANTS = {
    **str.maketrans("ςıأإآٱ", "σiاااا"),
    **str.maketrans("ىیېکڪ", "يييكك"),  # Persian and Maghrebi letters that Arabic keyboards lack
    **str.maketrans("ةۀہھ", "هههه"),
}


class _Bare(dict[int, str]):
    """Letter -> the same without marks, for the scripts whose writers leave marks out."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        base = unicodedata.normalize("NFD", char)[0] if _drops_marks(char) else char
        self[code] = base
        return base


def _drops_marks(char: str) -> bool:
    return "\u00c0" <= char <= "\u024f" or "\u1e00" <= char <= "\u1fff" or "\u0370" <= char <= "\u03ff"


_BARE = _Bare(
    {ord(a): b for a, b in ("øo", "łl", "đd", "ħh", "ŧt", "ðd", "ŀl", "ƒf", "ёе", "ѐе", "ѝи", "əa", "ơo", "ưu")}
)


# --- the whole text ----------------------------------------------------------------------------------------------

_ZERO_WIDTH_GAP = re.compile("(?<=[\u0620-\u06ff])\u200c(?=[\u0620-\u06ff])")
"""The zero-width non-joiner parts Persian words and endings; elsewhere it is invisible."""
_BROKEN_LINE = re.compile(r"(?<=[^\W\d_])([-\u2010\u00ad][ \t]*\r?\n[ \t]*)(?=([^\W\d_]))")
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_LINE_IN_UNSPACED = re.compile(rf"(?<=[{_UNSPACED}])(\s*\n\s*)(?=([{_UNSPACED}]))")


def _joins(text: str) -> set[int]:
    """Offsets that a line break put into a word: a hyphen at a line's end, or the break between Chinese characters."""
    if "\n" not in text:
        return set()
    dropped: set[int] = set()
    for found in _BROKEN_LINE.finditer(text):
        if not found[2].isupper():
            dropped.update(range(*found.span(1)))
    for found in _LINE_IN_UNSPACED.finditer(text):
        if found[1].count("\n") == 1:
            dropped.update(range(*found.span(1)))
    return dropped


def _walk(text: str, dropped: set[int]) -> tuple[str, list[int], list[int]]:
    """The clean text, cluster by cluster, with the original start and end of each of its characters."""
    clean: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    place, length = 0, len(text)
    while place < length:
        end = place + 1
        while end < length and _COMBINES.match(text[end]):
            end += 1
        if place not in dropped:
            one = _TIDY[text[place]] if end == place + 1 else None
            made = one if one is not None else _cluster(text[place:end])
            clean.append(made)
            starts.extend([place] * len(made))
            ends.extend([end] * len(made))
        place = end
    return "".join(clean), starts, ends


def _cluster(cluster: str) -> str:
    """A letter with its marks as one character where Unicode has it; marks that compose with nothing are dropped."""
    if len(cluster) == 1:
        return "" if "\u0300" <= cluster <= "\u036f" else _tidied(cluster)
    composed = unicodedata.normalize("NFKC" if "\uff00" <= cluster[0] <= "\uffef" else "NFC", cluster)
    return "".join(_tidied(c) for c in composed if not "\u0300" <= c <= "\u036f")


# --- letters that look alike -------------------------------------------------------------------------------------

_LATIN_TWINS = "aceopxyijsABCEHIJKMOPSTXY"
_CYRILLIC_TWINS = "асеорхуіјѕАВСЕНІЈКМОРЅТХУ"
_TO_CYRILLIC = {
    latin: twin for latin, twin in str.maketrans(_LATIN_TWINS, _CYRILLIC_TWINS).items() if chr(twin) not in "ѕЅјЈ"
}
_TO_LATIN = str.maketrans(_CYRILLIC_TWINS, _LATIN_TWINS)
_MIXED = re.compile(r"[A-Za-z][Ѐ-ӿ]|[Ѐ-ӿ][A-Za-z]")
_WORD = re.compile(r"[^\W\d_]+")
_ASCII_LETTER = re.compile("[A-Za-z]")
_CYRILLIC_LETTER = re.compile("[Ѐ-ӿ]")


def _mend_alphabets(clean: str) -> str:
    """Write a word that mixes Latin with Cyrillic twins (Пaнциpь, МSМТ) in the one alphabet that can hold it."""
    return _WORD.sub(lambda word: _one_alphabet(word[0]), clean) if _MIXED.search(clean) else clean


def _one_alphabet(word: str) -> str:
    if not _MIXED.search(word):
        return word
    cyrillic, latin = word.translate(_TO_CYRILLIC), word.translate(_TO_LATIN)
    if not _ASCII_LETTER.search(cyrillic):
        return cyrillic
    return word if _CYRILLIC_LETTER.search(latin) else latin

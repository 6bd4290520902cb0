"""Folding: one text in three plainer spellings of equal length, each letter knowing where it stood in the original."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Folded:
    """A text and its folded spellings: `clean`, `low` and `bare`, with a place in the original for each character."""

    text: str
    """The original."""
    clean: str
    """Case and marks kept; invisible characters, ligatures, full width, mixed alphabets and broken lines mended."""
    starts: Sequence[int]
    ends: Sequence[int]

    @cached_property
    def low(self) -> str:
        """`clean` in lower case, with Arabic and Greek letter variants made one."""
        return lower(self.clean)

    @cached_property
    def bare(self) -> str:
        """`low` without the marks of Latin and Greek letters: what an operator types on a plain keyboard."""
        return strip(self.low)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that `clean[start:end]` was made from; start < end."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """Every folded spelling of a text, with the way back to its offsets."""
    plain = _ZERO_WIDTH_GAP.sub(" ", text) if "\u200c" in text else text
    dropped = _joins(text) if "\n" in text else []
    clean = None if dropped else _tidy_one_to_one(plain)
    starts: Sequence[int] = range(len(text))
    ends: Sequence[int] = range(1, len(text) + 1)
    if clean is None:
        clean, starts, ends = _walk(plain, dropped)
    return Folded(text, _mend_alphabets(clean), starts, ends)


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


class _Marked(dict[int, str]):
    """The table of `str.translate`: the one tidy character, or a control character where there is none."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        value = _TIDY[char] or (_LEANS if _COMBINES.match(char) else _ODD)
        self[code] = value
        return value


_TIDY = _Tidy()
_ODD, _LEANS, _DROPPED = "\x00", "\x01", "\x02"
"""Control characters never come out of tidying, so they can mark what becomes several characters or none, what belongs
to the letter before it, and what a broken line put in."""
_MARKED = _Marked()
_ITSELF = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-'")
"""Characters known to be tidy: a text's few others are looked at one by one."""


def _tidy_one_to_one(plain: str) -> str | None:
    """The clean text where each character has one tidy character, else None."""
    for char in set(plain) - _ITSELF:
        tidy = _TIDY[char]
        if tidy is None:
            return None
        if tidy == char:
            _ITSELF.add(char)
        else:
            plain = plain.replace(char, tidy)
    return plain


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
_BROKEN_LINE = re.compile(r"[-\u2010\u00ad][ \t]*\r?\n[ \t]*")
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_LINE_IN_UNSPACED = re.compile(rf"[{_UNSPACED}](\s*\n\s*)(?=[{_UNSPACED}])")


def _joins(text: str) -> list[tuple[int, int]]:
    """Spans that a line break put into a word: a hyphen at a line's end, or the break between Chinese characters."""
    dropped = [
        found.span()
        for found in _BROKEN_LINE.finditer(text)
        if _is_letter(text[found.start() - 1 : found.start()])
        and _is_letter(following := text[found.end() : found.end() + 1])
        and not following.isupper()
    ]
    dropped += [found.span(1) for found in _LINE_IN_UNSPACED.finditer(text) if found[1].count("\n") == 1]
    return sorted(dropped)


def _is_letter(char: str) -> bool:
    return char.isalnum() and not char.isdecimal()


_CLUSTER = re.compile(rf"{_DROPPED}+{_LEANS}*|[\s\S]{_LEANS}+|[{_ODD}{_LEANS}]")


def _walk(text: str, dropped: list[tuple[int, int]]) -> tuple[str, list[int], list[int]]:
    """The clean text with the original start and end of each of its characters; only odd clusters are looked at."""
    marked = _without(text.translate(_MARKED), dropped)
    clean: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    place = 0
    for found in _CLUSTER.finditer(marked):
        start, end = found.span()
        made = "" if marked[start] == _DROPPED else _cluster(text[start:end])
        clean += (marked[place:start], made)
        starts += range(place, start)
        starts += [start] * len(made)
        ends += range(place + 1, start + 1)
        ends += [end] * len(made)
        place = end
    clean.append(marked[place:])
    starts += range(place, len(text))
    ends += range(place + 1, len(text) + 1)
    return "".join(clean), starts, ends


def _without(marked: str, dropped: list[tuple[int, int]]) -> str:
    if not dropped:
        return marked
    kept: list[str] = []
    place = 0
    for start, end in dropped:
        kept += (marked[place:start], _DROPPED * (end - start))
        place = end
    return "".join([*kept, marked[place:]])


@lru_cache(maxsize=10_000)
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
_LATIN_RUN = re.compile("[A-Za-z]+")
_WORD = re.compile(r"[^\W\d_]+")
_ASCII_LETTER = re.compile("[A-Za-z]")
_CYRILLIC_LETTER = re.compile("[Ѐ-ӿ]")


def _mend_alphabets(clean: str) -> str:
    """Write a word that mixes Latin with Cyrillic twins (Пaнциpь, МSМТ) in the one alphabet that can hold it."""
    return _WORD.sub(lambda word: _one_alphabet(word[0]), clean) if _is_mixed(clean) else clean


def _is_mixed(clean: str) -> bool:
    # The same as _MIXED.search, five times as quick: in most texts one of the two alphabets is rare or absent.
    if clean.isascii() or not _CYRILLIC_LETTER.search(clean):
        return False
    spans = (run.span() for run in _LATIN_RUN.finditer(clean))
    return any("Ѐ" <= char <= "ӿ" for start, end in spans for char in (clean[start - 1 : start], clean[end : end + 1]))


def _one_alphabet(word: str) -> str:
    if not _MIXED.search(word):
        return word
    cyrillic, latin = word.translate(_TO_CYRILLIC), word.translate(_TO_LATIN)
    if not _ASCII_LETTER.search(cyrillic):
        return cyrillic
    return word if _CYRILLIC_LETTER.search(latin) else latin

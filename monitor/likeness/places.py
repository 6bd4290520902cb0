"""The countries that a text names, roughly and fast: enough to say that two texts speak of one part of the world."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from monitor.text import countries, fold, words
from monitor.text.words import Script

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

K = TypeVar("K")

REACH = 4000
"""Letters of a text that are read: what stands below is background."""
_LEAST_STEM = 4
"""Letters of a one-word name that any ending may follow; shorter names are looked for as they are."""
_ENDING = 5
"""Letters that may follow: Australia, Australiassa."""
_CASE = 2
"""Letters that may stand for a name's last one: Россия, России, Россией."""
_LEAST_CUT = 6
"""Letters of such a name: with five, every fourth Russian find was no country (with six, every seventh)."""
_PART = 4
"""Letters compared of each word of a longer name: endings stand behind them (Северная Корея, Северной Кореи)."""
_LONGEST = 4
"""Words of a longer name that are compared."""
_JOINED = words.UNSPACED | {Script.HANGUL, Script.ARABIC, Script.HEBREW}
"""Scripts in which a name is no word of its own: it is looked for anywhere."""
_LEAST_JOINED = {Script.ARABIC: 4, Script.HEBREW: 4}
"""Letters of such a name; fewer stand inside other words. Elsewhere two are enough."""


@dataclass(frozen=True, slots=True)
class _Names:
    """A language's names of countries, by how they are found."""

    capitals: dict[str, str] = field(default_factory=dict)
    """US and UK: looked for as they stand, for in small letters they are other words."""
    joined: dict[str, str] = field(default_factory=dict)
    stems: dict[str, str] = field(default_factory=dict)
    """One-word names and stems of adjectives."""
    cut: dict[str, str] = field(default_factory=dict)
    """One-word names without their last letter, which a case may change."""
    phrases: dict[tuple[str, ...], str] = field(default_factory=dict)
    heads: frozenset[str] = frozenset()
    """The first letters of all stems and phrases: most words of a text begin otherwise, and are passed over."""


def named(text: str, spoken: Sequence[str], language: str) -> dict[str, int]:
    """ISO 3166 codes of the countries that a text names in its language, and how often. `spoken` are its folded words.

    Names that two countries share, and those of no country, count for none. Against the matching room's own finder,
    which knows every inflection and takes ten times as long: see `weighing`, where the signal is weighed.
    """
    known = _names(language)
    text = text[:REACH]
    found = Counter(code for code in _spaced(spoken, known) if code)
    plain = fold.fold(text).bare if known.joined else ""
    for name, code in known.joined.items():
        times = plain.count(name)
        if times:
            plain = plain.replace(name, " ")  # the longest come first: 北朝鮮 is not 朝鮮 as well
            if code:
                found[code] += times
    for name, code in known.capitals.items():
        if name in text:
            found[code] += len(re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", text))
    return {code: times for code, times in sorted(found.items()) if times}


def _spaced(spoken: Sequence[str], known: _Names) -> Iterator[str]:
    """The code of each name among words with spaces between them, the longest name at each place."""
    parts = [word[:_PART] for word in spoken]
    place = 0
    while place < len(spoken):
        length = 1
        if parts[place] in known.heads:
            length, code = _phrase_at(parts, place, known.phrases)
            yield code or _single(spoken[place], known)
        place += length


def _phrase_at(parts: list[str], place: int, phrases: dict[tuple[str, ...], str]) -> tuple[int, str]:
    for length in range(_LONGEST, 1, -1):
        key = tuple(parts[place : place + length])
        if len(key) == length and key in phrases:
            return length, phrases[key]
    return 1, ""


def _single(word: str, known: _Names) -> str:
    for length in range(len(word), max(_LEAST_STEM, len(word) - _ENDING) - 1, -1):
        stem = word[:length]
        if stem in known.stems:
            return known.stems[stem]
        if stem in known.cut and len(word) - length <= _CASE:
            return known.cut[stem]
    return ""


@lru_cache(maxsize=128)
def _names(language: str) -> _Names:
    """The names of a language; a spelling of two countries has no code."""
    found = _Collected()
    for called in countries.names(language):
        found.enter(called, inflected=language != "en")
    joined = _owned(found.joined)
    stems, cut, phrases = _owned(found.stems), _owned(found.cut), _owned(found.phrases)
    heads = frozenset({stem[:_PART] for stem in (*stems, *cut)} | {key[0] for key in phrases})
    longest_first = dict(sorted(joined.items(), key=lambda entry: (-len(entry[0]), entry[0])))
    return _Names(_owned(found.capitals), longest_first, stems, cut, phrases, heads)


def _owned(spellings: dict[K, set[str]]) -> dict[K, str]:
    return {spelling: next(iter(codes)) if len(codes) == 1 else "" for spelling, codes in spellings.items()}


class _Collected:
    """The names of a language while they are collected: each spelling with the countries that it stands for."""

    def __init__(self) -> None:
        self.capitals: dict[str, set[str]] = defaultdict(set)
        self.joined: dict[str, set[str]] = defaultdict(set)
        self.stems: dict[str, set[str]] = defaultdict(set)
        self.cut: dict[str, set[str]] = defaultdict(set)
        self.phrases: dict[tuple[str, ...], set[str]] = defaultdict(set)

    def enter(self, called: countries.Called, *, inflected: bool) -> None:
        spelling, code = called.spelling, called.country
        letters = spelling.replace(".", "")
        plain = fold.fold(spelling).bare
        tokens = words.tokens(plain)
        joined = next((token.script for token in tokens if token.script in _JOINED), None)
        if joined:
            if len(plain) >= _LEAST_JOINED.get(joined, 2):
                self.joined[plain].add(code)
        elif letters.isupper() and len(letters) <= _PART:
            self.capitals[spelling].add(code)
        elif len(tokens) > 1:
            parts = tuple(plain[token.start : token.end][:_PART] for token in tokens[:_LONGEST])
            self.phrases[parts].add(code)
        elif len(plain) >= _LEAST_STEM:
            self.stems[plain].add(code)
            if inflected and not called.stem and len(plain) >= _LEAST_CUT:
                self.cut[plain[:-1]].add(code)

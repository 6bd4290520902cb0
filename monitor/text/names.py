"""Names in running text and their sound in Latin consonants, comparable across scripts: Kursk, Курск and クルスク."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import anyascii
import babel
from babel import UnknownLocaleError

from monitor.text import fold, stems, words
from monitor.text.words import Script

_SOUNDS = (  # in this order: spellings of several letters first
    (r"sch|tch|tsch|shch|szcz", "s"), (r"tz|ts|cz|sz|ch|sh|zh|dzh|dj|dz", "s"), (r"kh|gh|ck|qu|x", "k"), (r"ph", "p"),
    (r"th", "t"), (r"c(?=[eiy])", "s"), (r"[cqgk]", "k"), (r"[zjs]", "s"), (r"[dt]", "t"), (r"[bpvfw]", "p"),
    (r"[rl]", "l"), (r"[^sktplmn]", ""), (r"(.)\1+", r"\1"),
)  # fmt: skip
_PATTERNS = tuple((re.compile(spelling), sound) for spelling, sound in _SOUNDS)
_KEPT = 6
"""Consonants kept of a name: endings of case stand behind them."""
_NAMELESS = frozenset({Script.DIGIT, Script.OTHER, Script.HAN, Script.HIRAGANA})
_EVERYDAY = 0.05
"""A word in every twentieth article opens a sentence with a capital, or is an Arabic noun: no name."""
_SHORTEST = 3
"""Two consonants are shared by chance too often to say anything."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as it stands in a text."""

    start: int
    end: int
    key: str
    """Its skeleton, or for an acronym the capitals themselves."""


@lru_cache(maxsize=65536)
def skeleton(word: str) -> str:
    """The consonants of a word by classes of sound (Double Metaphone's idea, coarser): Панцирь and 판치르 are `pnsl`.

    Distinctions that transliterations do not keep are dropped: voice (b/p, d/t, g/k), l/r, hissing sounds, vowels.
    """
    sound = anyascii.anyascii(word).lower()
    for spelling, letter in _PATTERNS:
        sound = spelling.sub(letter, sound)
    return sound[:_KEPT]


def find(text: str, language: str) -> list[Mention]:
    """Every name that a text shows as one: capitals inside a sentence, acronyms, katakana, Latin among other letters.

    Scripts without capitals (Arabic, Han, Hangul, Devanagari) show no names: see `sounds`.
    """
    tokens = words.tokens(text)
    opening = {start for start, _ in words.sentences(text, language)}
    inside = {text[t.start : t.end] for t in tokens if not _opens(t, opening, text)}
    mostly_latin = _mostly_latin(tokens)
    return [m for t in tokens if (m := _mention(text, t, mostly_latin, _opens(t, opening, text), inside))]


def sounds(text: str, language: str) -> frozenset[str]:
    """Skeletons of every word that may be a name: without capitals to go by, every word that is no everyday one."""
    found = set()
    for token in words.tokens(text):
        word = text[token.start : token.end]
        if token.script in words.CASED and not word[0].isupper():
            continue
        if token.script in _NAMELESS:
            continue
        key = _key(word)
        if key and not (is_everyday(word, language) and not _is_acronym(word)):
            found.add(key)
    return frozenset(found)


@lru_cache(maxsize=65536)
def is_everyday(word: str, language: str) -> bool:
    """Does a word stand in every twentieth article or more, or name a month or a day of the week?"""
    return fold.strip(fold.lower(word)) in _calendar(language) or all(
        stems.share(stem, language) >= _EVERYDAY for stem in stems.of(word)
    )


@lru_cache(maxsize=128)
def _calendar(language: str) -> frozenset[str]:
    try:
        locale = babel.Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return frozenset()
    tables = (locale.days, locale.months)
    shown = [name for table in tables for use in ("format", "stand-alone") for name in table[use]["wide"].values()]
    return frozenset(fold.strip(fold.lower(name)) for name in shown)


def _opens(token: words.Token, opening: set[int], text: str) -> bool:
    """Does this word open a sentence, with nothing but quotation marks before it?"""
    place = token.start
    while place > 0 and place not in opening and not text[place - 1].isalnum() and not text[place - 1].isspace():
        place -= 1
    return place in opening


def _mostly_latin(tokens: list[words.Token]) -> bool:
    latin = sum(t.script is Script.LATIN for t in tokens)
    return 2 * latin > len(tokens)


def _mention(text: str, token: words.Token, mostly_latin: bool, opens: bool, inside: set[str]) -> Mention | None:  # noqa: FBT001  two facts about one token
    word = text[token.start : token.end]
    shown = token.script in words.CASED and word[0].isupper() and len(word) > 1
    foreign = token.script is Script.KATAKANA or (token.script is Script.LATIN and not mostly_latin and len(word) > 1)
    if not foreign and not (shown and (not opens or word in inside or _is_acronym(word))):
        return None
    key = _key(word)
    return Mention(token.start, token.end, key or anyascii.anyascii(word).lower())


def _is_acronym(word: str) -> bool:
    return 2 <= len(word) <= 6 and word.isupper()


def _key(word: str) -> str:
    if _is_acronym(word) and word.isascii():
        return word
    sound = skeleton(word)
    return sound if len(sound) >= _SHORTEST else ""

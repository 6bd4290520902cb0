"""Names across scripts: a word in any script as the sounds it stands for, and how alike two such words sound."""

from __future__ import annotations

import itertools
import math
import re
import string
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from anyascii import anyascii

from monitor.text import fold
from monitor.text.words import Script

if TYPE_CHECKING:
    from collections.abc import Iterator


class Rule(NamedTuple):
    """What some letters are written as."""

    needed: str
    """Letters without which it changes nothing, so that few patterns need be searched for."""
    pattern: re.Pattern[str] | None
    """What is replaced; None: just the needed letters."""
    made: str


Rules = tuple[Rule, ...]


def _rules(*pairs: tuple[str, str]) -> Rules:
    """Rules in order; of letters that only stand side by side, `a|b`, none may begin within another."""
    return tuple(rule for pattern, made in pairs for rule in _parted(pattern, made))


def _parted(pattern: str, made: str) -> Iterator[Rule]:
    if not _SPECIAL.search(pattern):
        yield from (Rule(letters, None, made) for letters in pattern.split("|"))
        return
    before = _OPENING.match(pattern)
    assert before
    yield Rule("" if _CHOICE.search(pattern) else before[1], re.compile(pattern), made)


_SPECIAL = re.compile(r"[\[\]()^$?]")
_OPENING = re.compile(r"(?:\^|\(\?<[=!][^)]*\))?([^\[\]()^$?|]*)")
"""The letters that a pattern opens with, after what it looks back at."""
_CHOICE = re.compile(r"^[^(]*\|")
"""A pattern of which a part alone may be found."""


def _by(rules: Rules, text: str) -> str:
    for needed, pattern, made in rules:
        if needed in text:
            text = text.replace(needed, made) if pattern is None else pattern.sub(made, text)
    return text


_HEBREW = str.maketrans("אבגדהוזחטיכךלמםנןסעפףצץקרשת", "abgdhwzhtikklmmnnsappccqrSt")
_BEFORE: dict[Script, Rules] = {  # letters whose sound anyascii cannot tell from one character
    Script.GREEK: _rules(
        ("^ου(?=[αειο])", "w"), ("ου", "u"), ("^ντ", "d"), ("^μπ", "b"), ("γι(?=[αοε])", "j"), ("ντ", "nd"),
        ("μπ", "mb"), ("γκ", "g"), ("τζ", "j"), ("τσ", "c"), ("χ", "h"), ("η|υ", "i"),
    ),
    Script.CYRILLIC: _rules(
        ("дж", "j"), ("х", "h"), ("ц", "c"), ("ь|ъ", ""), ("кс", "x"), ("э|є", "e"), ("ю", "u"), ("я", "ia"),
        ("ї", "i"),
    ),
    Script.HEBREW: _rules(("[גצז]'", "j"), ("^ו|וו", "v")),
    Script.ARABIC: _rules(
        ("تش|چ|ژ", "j"), ("پ", "p"), ("گ|غ", "g"), ("خ", "h"), ("ق", "q"), ("ث", "s"), ("اي", "i"), ("ع|ا", "a"),
    ),
}  # fmt: skip
_SPELLED = _rules(
    ("'", ""), ("sch|tch|dzh|sh|ch|zh|dj|j", "S"), ("ph", "f"), ("gh(?=t|$|[^aeiouy])", ""), ("kh", "h"), ("th", "t"),
    ("ck|q", "k"), ("c(?=[eiy])", "s"), ("tz|ts", "c"), ("x", "ks"), ("wh", "w"), ("rh", "r"), ("ng", "n"),
    ("mb$", "m"),
    ("y", "i"),
)  # fmt: skip
_HALF_VOWEL = ("(?<![aeiou])w(?![aeiou])", "u")
_AFTER: dict[Script, Rules] = {  # what the romanised letters of one script stand for
    Script.LATIN: _rules(
        ("^kn", "n"), ("^wr", "r"), ("^mc(?=[a-z])", "mak"), ("ch(?=[rl])", "k"), ("c(?=[^eiyhkS]|$)", "k"),
        ("ce$", "s"),
        ("(?<=[^aeiou])e$", ""),
    ),
    Script.HANGUL: _rules(("eu", ""), ("eo", "o"), ("ae", "e"), ("wo", "uo")),
    Script.ARABIC: _rules(_HALF_VOWEL),
    Script.HEBREW: _rules(_HALF_VOWEL),
    Script.INDIC: _rules(("m(?=[gkcstdj])", "n")),
}  # fmt: skip
_TWICE = re.compile(r"(.)\1+")


@lru_cache(maxsize=20_000)
def sounds(low: str, script: Script) -> str:
    """The sounds of a lower-case word: consonants (S for sh, ch and j; c for ts) and the five vowels."""
    text = _by(_BEFORE.get(script, ()), low)
    if script is Script.HEBREW:
        text = text.translate(_HEBREW)
    elif script is not Script.LATIN:
        text = text.translate(_ROMAN)
    text = _by(_SPELLED, _by(_AFTER.get(script, ()), text))
    return _TWICE.sub(r"\1", text if text.isalpha() and text.isascii() else _NO_SOUND.sub("", text))


class _Roman(dict[int, str]):
    """Character -> what anyascii writes for it, in small letters; no character changes another's."""

    def __missing__(self, code: int) -> str:
        self[code] = written = anyascii(chr(code)).lower()
        return written


_ROMAN = _Roman()
_NO_SOUND = re.compile("[^a-zS]")
_READ_ALOUD: dict[str, Rules] = {  # what letters stand for in languages that write Latin letters otherwise than English
    "de": _rules(("tsch|sch", "S"), ("tz|z", "c"), ("w", "v"), ("j", "i")),
    "fr": _rules(("tch|ch|j", "S"), ("ou", "u"), ("gu(?=[ei])", "g"), ("qu", "k")),
    "pl": _rules(("cz|sz|rz|ż|ź|ś|ć", "S"), ("ch", "h"), ("w", "v"), ("j", "i"), ("ł", "l")),
    "hu": _rules(
        ("cs|zs", "S"), ("sz", "ß"), ("s", "S"), ("ß", "s"), ("j", "i"), ("ny", "n"), ("gy", "d"), ("ty", "t")
    ),
    "nl": _rules(("tsj|sj", "S"), ("oe", "u"), ("w", "v"), ("j", "i")),
    "tr": _rules(("ş|ç|c|j", "S"), ("ı", "i")),
    "ro": _rules(("ș|ş", "S"), ("ț|ţ", "c")),
    "sv": _rules(("sj|tj|sch|sh", "S"), ("j", "i"), ("w", "v")),
    "hr": _rules(("[šžčćđ]|dž", "S"), ("ch", "h"), ("j", "i"), ("w", "v")),
}
_READ_ALOUD |= dict.fromkeys(("cs", "sk", "sl", "sr", "bs", "lt", "lv", "et", "fi"), _READ_ALOUD["hr"])
_READ_ALOUD |= dict.fromkeys(("da", "no"), _READ_ALOUD["sv"]) | {"az": _READ_ALOUD["tr"]}
_LOOSE_ENDS = _rules(("w", "v"), ("y", "i"), ("[dt]S", "S"), ("ts", "c"), ("ei", "i"))


@lru_cache(maxsize=20_000)
def read_aloud(low: str, language: str) -> str:
    """The sounds of a Latin word as its language reads it: Panzir, Pancir and (in English, "en") Pantsir are one."""
    if language not in _READ_ALOUD:
        return _even(sounds(fold.strip(low), Script.LATIN))
    return _even(_NO_SOUND.sub("", fold.strip(_by(_READ_ALOUD[language], low))))


def reads_otherwise(language: str) -> bool:
    """Does a language read Latin letters by rules of its own that are known here?"""
    return language in _READ_ALOUD


def _even(sounded: str) -> str:
    return _TWICE.sub(r"\1", _by(_LOOSE_ENDS, sounded))


_VOWELS = frozenset("aeiou")
_FAMILY = str.maketrans(
    dict.fromkeys(string.ascii_letters, "")
    | {
        c: family
        for family, members in {"P": "pbfv", "T": "td", "S": "szSc", "K": "kgq", "L": "lr", "M": "mn"}.items()
        for c in members
    }
)


def skeleton(sounded: str) -> str:
    """The families of a word's consonants, h and glides left out: what candidates are looked up by."""
    first = "P" if sounded[:1] == "w" else ""
    return first + sounded.translate(_FAMILY)


def keys(sounded: str) -> frozenset[str]:
    """The beginnings of skeletons by which a name may be looked up: r may fall silent, ti may become chi."""
    whole = skeleton(sounded)
    variants = {
        whole,
        whole[:1] + whole[1:].replace("L", ""),
        whole.replace("T", "S"),
        skeleton(sounded.replace("ti", "Si")),
    }
    return frozenset(v[:KEY] for v in variants if v)


KEY = 3
"""Consonant families of a key: three leave some hundred candidates of 100,000 names."""

_NEAR = {
    frozenset(pair): cost
    for cost, pairs in {
        0.1: ["sz"],
        0.25: ["pb", "td", "kg", "fv", "cs", "vw", "uw", "kh", "gh"],
        0.4: ["fp", "vb", "zS", "sS", "mn", "cS", "cz", "bw", "gS", "tc", "dS", "fw", "ts", "tS", "iS"],
    }.items()
    for pair in pairs
}  # fmt: skip
"""What it costs to hear one sound for another; set by ear, not measured one by one."""


class Costs(NamedTuple):
    """What it costs to hear one word for another."""

    single: dict[str, float]
    """A sound that only one of them has."""
    change: dict[str, dict[str, float]]
    """One sound for another."""
    weights: dict[str, float]
    """What each sound weighs."""
    sure: frozenset[str]
    """Sounds that no cheaper way leads around: where both words begin or end with one, it was heard for itself."""


@dataclass(frozen=True, eq=False)
class Ear:
    """What a script's spelling keeps apart."""

    vowels: float = 0.4
    """What a vowel weighs: little where a script leaves vowels out or puts them in between consonants."""
    liquids: float = 0.8
    """What it costs to hear r for l."""

    @cached_property
    def costs(self) -> Costs:
        single = {a: _single(a, self) for a in _EVERY}
        change = {a: {b: _change(a, b, self) for b in _EVERY} for a in _EVERY}
        weights = {a: self.vowels if a in _VOWELS else 1.0 for a in _EVERY}
        return Costs(single, change, weights, _sure(single, change))

    @cached_property
    def costs_of_frames(self) -> Costs:
        """The same where any vowel may stand beside: a consonant may be lost, or be heard for a vowel."""
        single, change, weights, _ = self.costs
        single = {a: min(single[a], *(change[a][v] for v in _VOWELS)) for a in _EVERY}
        return Costs(single, change, weights, _sure(single, change))


def _sure(single: dict[str, float], change: dict[str, dict[str, float]]) -> frozenset[str]:
    return frozenset(a for a in _EVERY if all(single[b] <= change[a][b] + single[a] for b in _EVERY))


_EARS = {
    Script.ARABIC: Ear(vowels=0.1),
    Script.HEBREW: Ear(vowels=0.1),
    Script.HANGUL: Ear(vowels=0.2, liquids=0.1),
    Script.KATAKANA: Ear(vowels=0.15, liquids=0.1),
    Script.INDIC: Ear(vowels=0.15),
}
_PLAIN = Ear()


def ear(script: Script) -> Ear:
    """How to listen to a script."""
    return _EARS.get(script, _PLAIN)


def alike(one: str, other: str, by: Ear, least: float = 0.0) -> float:
    """How alike two words sound, from 0 to 1: a weighted edit distance over their weighted length.

    0 where it does not reach `least`: most pairs that are asked about sound quite unlike, which is seen on the way.
    """
    weights = by.costs.weights
    total = max(sum([weights[a] for a in one]), sum([weights[b] for b in other]))
    if not total:
        return 0.0
    allowed = (1 - least) * total + _ROUNDING
    apart = _distance(one, other, by.costs, allowed)
    return 1 - apart / total if apart <= min(allowed, total) else 0.0


def frame(sounded: str) -> str:
    """A word's consonants as they are: many words share one."""
    return sounded.translate(_NO_VOWELS)


@lru_cache(maxsize=200_000)
def frames_apart(one: str, other: str, by: Ear) -> float:
    """What two frames cost at least: no words of them are nearer, whatever vowels stand between."""
    return _distance(one, other, by.costs_of_frames, math.inf)


def _distance(one: str, other: str, costs: Costs, allowed: float) -> float:
    """The weighted edit distance of two words, or infinity where it is seen on the way to be over what is allowed."""
    singles, changes, _, sure = costs
    one, other = _apart_at_edges(one, other, sure)
    added = [singles[b] for b in other]
    row = [0.0, *itertools.accumulate(added)]
    for a in one:
        drop, change = singles[a], changes[a]
        diagonal, *before = row
        last = diagonal + drop
        row = [last]
        for b, above, add in zip(other, before, added, strict=True):
            last += add
            if diagonal + change[b] < last:  # noqa: PLR1730  the innermost step: a call takes longer
                last = diagonal + change[b]
            if above + drop < last:  # noqa: PLR1730
                last = above + drop
            row.append(last)
            diagonal = above
        if min(row) > allowed:
            return math.inf
    return row[-1]


def _apart_at_edges(one: str, other: str, sure: frozenset[str]) -> tuple[str, str]:
    """Two words without the sounds at both ends that they share for sure."""
    begin, most = 0, min(len(one), len(other))
    while begin < most and one[begin] == other[begin] and one[begin] in sure:
        begin += 1
    end, least = -1, begin - most
    while end >= least and one[end] == other[end] and one[end] in sure:
        end -= 1
    return one[begin : len(one) + end + 1], other[begin : len(other) + end + 1]


_ROUNDING = 1e-9
"""Sums of costs are not exact; a pair at the very border is computed to the end."""
_EVERY = string.ascii_lowercase + "S"


def _single(sound: str, by: Ear) -> float:
    """What a sound costs that only one of the two words has."""
    return by.vowels if sound in _VOWELS else _LOST.get(sound, 0.9)


_LOST = {"h": 0.3, "r": 0.5, "w": 0.6}
"""Sounds that fall silent, or that spellings leave out."""


def _change(a: str, b: str, by: Ear) -> float:
    if a == b:
        return 0.0
    if a in _VOWELS and b in _VOWELS:
        return by.vowels * 0.6
    if {a, b} == {"l", "r"}:
        return by.liquids
    return _NEAR.get(frozenset((a, b)), 1.0)


_NO_VOWELS = str.maketrans(dict.fromkeys("aeiou", ""))
_OUTLINES = str.maketrans(
    dict.fromkeys("pb", "b")
    | dict.fromkeys("td", "d")
    | dict.fromkeys("kg", "g")
    | dict.fromkeys("fv", "v")
    | dict.fromkeys("szc", "s")
    | dict.fromkeys("lr", "l")
    | dict.fromkeys("aeiouhw", "")
)


def outline(sounded: str) -> str:
    """The consonants with those made one that are heard for each other at little cost; h and w are left out.

    Where two outlines differ by n edits the words' distance has a lower bound: see `most_edits`.
    """
    return sounded.translate(_OUTLINES)


def heaviness(sounded: str, by: Ear) -> float:
    """What a word weighs in `alike`, but for rounding: told without looking at each letter in turn."""
    return len(sounded) - (1 - by.vowels) * sum(map(sounded.count, "aeiou"))


def breathes(sounded: str) -> bool:
    """Does a word have one of the sounds that outlines leave out, for which k, g or v may be heard?"""
    return "h" in sounded or "w" in sounded


def most_edits(heavy: float, alike_at_least: float, *, breathing: bool) -> int:
    """How many edits apart two outlines may be when one word weighs `heavy` and they sound so much alike.

    The other word's weight is bounded first: it can weigh more only by what was lost or heard for a vowel, which weighs
    at most 2.25 times its cost (i for sh), or 3.6 times (u for w). Then each edit costs at least 0.4, or 0.25 where h
    or w were heard for k, g or v.
    """
    apart = 1 - alike_at_least
    heaviest = heavy / (1 - (3.6 if breathing else 2.25) * apart)
    return int(apart * heaviest / (0.25 if breathing else 0.4) + _ROUNDING)

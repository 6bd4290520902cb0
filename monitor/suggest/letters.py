"""How a name written in Latin letters is probably spelled in other scripts, the likeliest spelling first.

Each language has a table of what letters become (letters.txt); where a letter has several spellings, those that depart
least from the commonest come first.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources

from anyascii import anyascii

from monitor.text import fold

Options = list[list[str]]
"""For each place of a word what may stand there, the commonest first."""

Table = dict[str, list[str]]
"""What letters become, the commonest first."""

Join = Callable[[Sequence[str]], str]

MOST = 5
"""Spellings of one name in one language: an operator reads no more."""


def languages() -> tuple[str, ...]:
    """The languages whose spellings can be proposed."""
    return tuple(_tables())


def spellings(name: str, language: str, most: int = MOST) -> list[str]:
    """The likeliest spellings of a name in a language, best first. A name in another script is romanised before."""
    words = [word for word in re.split(r"[\s\-·・]+", _latin(name)) if word]
    by_word = [_of_word(word, language, most) for word in words]
    if not by_word or not all(by_word):
        return []
    gap = "・" if language == "ja" else " "
    return _best(gap.join, by_word, most)


def _latin(name: str) -> str:
    low = fold.strip(fold.fold(name).low)
    return re.sub(r"[^a-z\s\-·・]", "", anyascii(low).lower() if not low.isascii() else low)


def _of_word(word: str, language: str, most: int) -> list[str]:
    cut, join = _SCRIPTS.get(language, (_plain, "".join))
    heard = word if language in _DOUBLED else re.sub(r"([^aeiou])\1", r"\1", word)
    return _best(join, cut(heard, _tables()[language]), most)


_DOUBLED = frozenset({"ru", "uk"})
"""Languages that write a doubled consonant twice."""


def _best(join: Join, options: Options, most: int) -> list[str]:
    """The joined choices that take the fewest steps down their lists, at most so many."""
    start = (0,) * len(options)
    waiting, known = [(0, start)], {start}
    found: dict[str, None] = {}
    while waiting and len(found) < most:
        cost, picked = heapq.heappop(waiting)
        found[join([options[place][pick] for place, pick in enumerate(picked)])] = None
        for place, pick in enumerate(picked):
            if pick + 1 < len(options[place]):
                other = (*picked[:place], pick + 1, *picked[place + 1 :])
                if other not in known:
                    known.add(other)
                    heapq.heappush(waiting, (cost + 1, other))
    return list(found)


@cache
def _tables() -> dict[str, Table]:
    tables: dict[str, Table] = {}
    language = letters = ""
    for line in resources.files("monitor.suggest").joinpath("letters.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            language = line.strip("[]")
            tables[language] = {}
        elif not line.startswith("#"):
            for part in line.split():
                before, sign, spelling = part.rpartition("=")
                letters = before if sign else letters
                tables[language].setdefault(letters, []).append("" if spelling == "_" else spelling)
    return tables


def _cut(word: str, table: Table) -> list[str]:
    """A word as keys of its table, the longest first; letters that it does not know are left out."""
    keys, place = [], 0
    while place < len(word):
        for length in range(min(_LONGEST, len(word) - place), 0, -1):
            part = word[place : place + length]
            tries = (f"^{part}" if place == 0 else "", f"{part}$" if place + length == len(word) else "", part)
            if key := next((t for t in tries if t in table), ""):
                keys.append(key)
                break
        else:
            length = 1
        place += length
    return keys


_LONGEST = 5


def _plain(word: str, table: Table) -> Options:
    return [table[key] for key in _cut(word, table)]


# --- Devanagari: consonants lean on each other, vowels on consonants -------------------------------------------------

_VIRAMA = "\u094d"
_ALONE = {"": "अ", "ा": "आ", "ि": "इ", "ी": "ई", "ु": "उ", "ू": "ऊ", "े": "ए", "ै": "ऐ", "ो": "ओ", "ौ": "औ"}


def _devanagari(word: str, table: Table) -> Options:
    """Vowels are marked by a + in front, so that the join knows them from consonants."""
    options = []
    for key in _cut(word, table):
        vowel = key.strip("^$")[0] in "aeiou" or (key == "y$")
        options.append([f"+{s}" if vowel else s for s in table[key]])
    return options


def _lean(parts: Sequence[str]) -> str:
    text, open_consonant = "", False
    for place, part in enumerate(parts):
        if part.startswith("+"):
            text += part[1:] if open_consonant else _ALONE.get(part[1:], part[1:])
            open_consonant = False
        else:
            rest = parts[place:]
            ends = all(not p.startswith("+") for p in rest)
            leans = open_consonant and part != "ं" and (ends or not text[1:] or part in _GLIDES or text[-1] in _HISSES)
            text += (_VIRAMA if leans else "") + part
            open_consonant = part != "ं"
    return text


_GLIDES = frozenset("रलयव")
_HISSES = frozenset("सश")
"""Consonants that share a sign with the one before, or after, them; between other two Hindi leaves a silent a."""


# --- kana: a consonant and its vowel are one sign --------------------------------------------------------------------

_KANA = re.compile(".[ァィゥェォャュョ]?")
_VOWELS = "aiueo"
_VOWEL_SIGNS = dict(zip(_VOWELS, "アイウエオ", strict=True))
_SYLLABLE = re.compile(
    r"(sh|ch|zh|ts|tz|kh|th|ph|ck|gh|[bcdfghjklmnpqrstvwxz]|y(?=[aiueo]))?(y[auo](?![aiueo])|aa|ee|ii|oo|uu|ou|ew|ah$|[aiueo]|y)?"
)


def _kana(word: str, table: Table) -> Options:
    options: Options = []
    for found in _SYLLABLE.finditer(word):
        consonant, vowel = found[1], found[2] or ""
        if not found[0]:
            continue
        small = _SMALL.get(vowel, "")
        long = (len(vowel) == 2 and not small and vowel != "ah") or vowel == "ew"
        sound = "i" if small else {"y": "i", "ou": "u", "oo": "u", "ee": "i"}.get(vowel, vowel[:1])
        last = found.end() == len(word)
        if small and consonant:
            signs = [_KANA.findall(row)[1][:1] + small for row in table[consonant]]
            options.append([s for sign in signs for s in _lengths(sign, long=long, last=False)])
        elif small:
            options.append(_lengths({"ャ": "ヤ", "ュ": "ユ", "ョ": "ヨ"}[small], long=long, last=False))
        elif not consonant:
            options.append(_lengths(_VOWEL_SIGNS[sound], long=long, last=False))
        elif not sound:
            options.append(_bare_kana(consonant, word[found.end() :], table))
        else:
            signs = [_KANA.findall(row)[_VOWELS.index(sound)] for row in table[consonant]]
            lengths = [_lengths(sign, long=long, last=last and sound == "i") for sign in signs]
            options.append(list(dict.fromkeys(s for pair in zip(*lengths, strict=True) for s in pair)))
    return options


_SMALL = {"ya": "ャ", "yu": "ュ", "yo": "ョ", "ew": "ュ"}


def _bare_kana(consonant: str, rest: str, table: Table) -> list[str]:
    """A consonant without a vowel takes the row's u (or o); m closes before b and p; v hardens at the end."""
    if consonant == "m" and rest[:1] in ("b", "p"):
        return ["ン", "ム"]
    if consonant == "v":
        return ["ブ", "ヴ"] if rest else ["フ", "ブ"]
    return ["".join(_KANA.findall(row)[5:]) for row in table[consonant]]


def _lengths(sign: str, *, long: bool, last: bool) -> list[str]:
    return [sign + "ー", sign] if long or last else [sign, sign + "ー"]


# --- Hangul: syllables are put together from their letters -----------------------------------------------------------

_FIRST = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_MIDDLE = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_LAST = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
_MEDIALS = {
    "a": ["ㅏ"], "ah": ["ㅏ"], "e": ["ㅔ", "ㅐ"], "i": ["ㅣ"], "o": ["ㅗ", "ㅓ"], "u": ["ㅜ", "ㅓ"], "y": ["ㅣ"],
    "ya": ["ㅑ", "ㅣㅏ"], "ye": ["ㅖ", "ㅣㅔ"], "yo": ["ㅛ", "ㅣㅗ"], "yu": ["ㅠ"], "wa": ["ㅘ"], "we": ["ㅞ"],
    "wi": ["ㅟ"], "wo": ["ㅝ"], "ee": ["ㅣ"], "oo": ["ㅜ"], "ou": ["ㅜ"], "ae": ["ㅐ"], "eo": ["ㅓ"], "eu": ["ㅡ"],
    "ia": ["ㅣㅏ", "ㅑ"], "yi": ["ㅣ"], "wu": ["ㅜ"],
}  # fmt: skip
_SOFT = {"ㅏ": "ㅑ", "ㅔ": "ㅖ", "ㅗ": "ㅛ", "ㅜ": "ㅠ", "ㅓ": "ㅕ", "ㅐ": "ㅖ"}
_BLOCK = re.compile(
    r"(sh|ch|zh|ts|tz|kh|th|ph|ck|gh|ng(?![aeiou])|[bcdfghjklmnpqrstvxz])?"
    r"((?:y|w)[aeiou]|ah$|ee|oo|ou|ae|eo|eu|ia|[aeiouy]|w)?"
)


def _jamo(word: str, table: Table) -> Options:
    """For each block its letters: a consonant, the vowels after it, or nothing."""
    options: Options = []
    for found in _BLOCK.finditer(word):
        consonant, vowel = found[1] or "", found[2] or ""
        if not found[0]:
            continue
        vowel = "u" if vowel == "w" else vowel
        firsts = table[consonant] if consonant else ["ㅇ"]
        medials = _MEDIALS[vowel] if vowel else [""]
        if consonant == "sh":
            medials = [_SOFT.get(m[:1], m[:1]) + m[1:] for m in medials] if vowel else ["ㅣ", "ㅠ"]
        hard = consonant in ("v", "f") and not vowel and found.end() == len(word)
        options.append([f"{'ㅍ' if hard else first}{medial}" for medial in medials for first in firsts])
    return options


def _blocks(parts: Sequence[str]) -> str:
    """Blocks as syllables: what has no vowel closes the one before, or takes ㅡ."""
    rows: list[list[str]] = []
    for part in parts:
        first, medials = part[0], part[1:]
        open_before = bool(rows) and not rows[-1][2]
        if first == "ㄹ" and open_before:
            rows[-1][2] = "ㄹ"
        if first == "ㄹ" and open_before and not medials:
            continue
        if not medials and open_before and first in "ㄴㅁㅇ":
            rows[-1][2] = first
            continue
        first = "ㄹ" if first == "R" else first
        rows.append([first, (medials or "ㅡ")[0], ""])
        rows += [["ㅇ", medial, ""] for medial in medials[1:]]
    return "".join(chr(0xAC00 + (_FIRST.index(a) * 21 + _MIDDLE.index(b)) * 28 + _LAST.index(c)) for a, b, c in rows)


_SCRIPTS: dict[str, tuple[Callable[[str, Table], Options], Join]] = {
    "hi": (_devanagari, _lean),
    "ja": (_kana, "".join),
    "ko": (_jamo, _blocks),
}

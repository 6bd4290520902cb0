"""Numbers in running text, in any language: what they amount to and in what unit."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from monitor.text import fold, measures, spelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_POINT = frozenset(
    {"en", "zh", "ja", "ko", "th", "he", "hi", "bn", "ur", "ta", "te", "mr", "ms", "my", "km", "sw", "ar", "fa"}
)
"""Languages that write 1,234.5; the others write 1.234,5 or 1 234,5."""
_HAN_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"两": 2, "兩": 2, "零": 0}
_HAN_SCALES = {
    "十": 10, "百": 100, "千": 1000, "万": 10**4, "萬": 10**4, "億": 10**8, "亿": 10**8, "兆": 10**12,
    "십": 10, "백": 100, "천": 1000, "만": 10**4, "억": 10**8, "조": 10**12,
}  # fmt: skip
_DIGITS = r"\d{1,3}(?:[.,'’\u00a0\u202f\u2009 ]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_HAN = "[〇一二三四五六七八九两兩零十百千万萬億亿兆]"
_HAN_COUNTED = frozenset("人名具隻只艘台辆輛座架枚头頭匹棟校社件個个歳岁年時小天週周村つ")
"""What a lone Han digit counts: 二人, 四具; in other places 二 and 三 are parts of words and names."""
_HANGUL = r"(?<=[\d십백천만억])\s?[십백천만억조]"
_KOREAN_COUNTED = (
    r"\s?(?:명|사람|시간|마리|살|차례|가지|번째|달러|유로|퍼센트)|\s(?:대|척|개|달|주|해|채|곳|건|발|원|나라|도시|마을)"
)
_NATIVE_TENS = {
    "열": 10, "스물": 20, "스무": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70, "여든": 80, "아흔": 90,
}  # fmt: skip
_NATIVE_ONES = {
    "한": 1, "하나": 1, "두": 2, "둘": 2, "세": 3, "셋": 3, "네": 4, "넷": 4, "다섯": 5, "여섯": 6, "일곱": 7,
    "여덟": 8, "아홉": 9,
}  # fmt: skip
_SINO = {c: n for n, c in enumerate("일이삼사오육칠팔구", 1)}
_KOREAN = (
    rf"(?<![가-힣])(?:(?P<native>(?:(?:{'|'.join(_NATIVE_TENS)})\s?)?(?:{'|'.join(_NATIVE_ONES)})"
    rf"|(?:{'|'.join(_NATIVE_TENS)}))|(?P<sino>[{''.join(_SINO)}십백천만억조]{{2,}}))(?={_KOREAN_COUNTED})"
)
"""Korean numbers in words stand before a counter: 두 명, 마흔다섯 살, 삼천 명; elsewhere 두 and 이 are other words."""
_DECIMALS = str.maketrans(
    {chr(c): str(unicodedata.decimal(chr(c))) for c in range(0x80, 0x1FBFA) if chr(c).isdecimal()}
    | {"٫": ".", "٬": ","}
)
_FIVE = (
    r"(?<!\w)năm(?=\s(?:người|trẻ|tàu|chiếc|ngày|tuần|giờ|thi\sthể|nạn|công|quốc|nước|tỉnh|con|bé|cảnh|binh|phần|đứa))"
)
"""Vietnamese five, which is also "year": five where it counts something."""
_TENTHS = "割"
_TENFOLD = frozenset({"vi", "id"})
"""Languages in which "ten" multiplies: hai mươi and dua puluh are twenty."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it stands in a text, with what it is a number of."""

    start: int
    end: int
    """The span holds the number and its unit."""
    value: float
    unit: str
    """ISO 4217 code of a currency, "%", a unit of measure, or empty for a count of things."""

    @property
    def key(self) -> str:
        """Equal for equal quantities in every language, e.g. "11000" or "20000000000 USD"."""
        rounded = float(f"{self.value:.6g}")
        return f"{rounded:.0f} {self.unit}".strip() if rounded.is_integer() else f"{rounded} {self.unit}".strip()


def find(text: str, language: str) -> list[Quantity]:
    """Every quantity of a text in order: 11 000, 1만1천, 1.1万, eleven thousand, $20bn. `language` is ISO 639-1.

    1 written as a word is an article in most languages and no quantity by itself. Of 135 numbers from 2 to 12,000,000
    in each of 38 languages, spelled out by num2words 0.5 (which had no part in the word lists), .92 are read right,
    with the locale data's words alone .68; of those in 28 languages (not Korean, Japanese, Thai, Bengali) .99.
    """
    grammar = _grammar(spelled.ALIKE.get(language, language))
    line = plain(text, grammar.language)
    found: list[Quantity] = []
    atoms: list[_Atom] = []
    for match in grammar.atom.finditer(line):
        for atom in _atoms(match, grammar):
            if atoms and not _goes_on(line, atoms, atom):
                _close(found, atoms, line, grammar)
                atoms = []
            if not found or atom.start >= found[-1].end:  # the hundred of "per cent" is no number
                atoms.append(atom)
    _close(found, atoms, line, grammar)
    return found


def plain(text: str, language: str = "und") -> str:
    """A text with ASCII digits, lower case and no Latin marks, letter for letter in place.

    Vietnamese keeps its marks: `sáu` is six and `sau` is after.
    """
    low = fold.lower(text.translate(_DECIMALS))
    return low if language in spelled.MARKED else fold.strip(low).translate(_SAME_LETTER)


_SAME_LETTER = str.maketrans({"ʼ": "'", "’": "'", "ё": "е"})


# --- the pieces of a number --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Atom:
    """One piece: digits, a number word or a scale."""

    start: int
    end: int
    value: float
    scale: bool = False
    digits: bool = False
    short: bool = False
    """An "m" right behind digits: million with a currency, metres without."""


@dataclass(frozen=True, slots=True)
class _Grammar:
    language: str
    words: dict[str, float]
    units: dict[str, str]
    atom: re.Pattern[str]
    unit_after: re.Pattern[str]


@lru_cache(maxsize=128)
def _grammar(language: str) -> _Grammar:
    words = {plain(word, language): value for word, value in spelled.words(language).items()}
    units = {plain(word, language): code for word, code in measures.words(language).items()}
    atom = rf"(?P<digits>{_DIGITS})|(?P<han>{_HAN})|{_KOREAN}|(?P<hangul>{_HANGUL})"
    atom += r"|(?P<short>(?<=\d)m(?![^\W_]))" if language == "en" else r"|(?P<short>(?!))"
    atom += rf"|(?P<five>{_FIVE})" if language == "vi" else ""
    if words:
        opens = (
            r"(?:(?<![^\W\d_])|(?<=\bو)|(?<=\bו))"  # "and" is written together with the Arabic or Hebrew word behind it
        )
        again = "+" if language in spelled.FUSED else ""
        closes = "" if language in spelled.UNSPACED else r"(?![^\W_])"
        atom += rf"|{opens}(?P<word>(?:{_any_of(words)}){again}){closes}"
    ending = r"(?![a-z\u0370-\u06ff])"
    unit_after = re.compile(rf"(?:(?<=[^\W\d_])\.)?[\s-]?(?:de |di |d'|of )?({_any_of(units)}){ending}")
    return _Grammar(language, words, units, re.compile(atom), unit_after)


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def _atoms(match: re.Match[str], grammar: _Grammar) -> Iterator[_Atom]:
    start, end = match.span()
    kind, piece = match.lastgroup, match[0].strip()
    if kind == "digits":
        yield _Atom(start, end, _read_digits(piece, grammar.language), digits=True)
    elif kind == "word":
        yield from _spelled(piece, start, grammar)
    elif kind == "native":
        tens = next((tens for tens in _NATIVE_TENS if piece.startswith(tens)), "")
        yield _Atom(start, end, _NATIVE_TENS.get(tens, 0) + _NATIVE_ONES.get(piece[len(tens) :].strip(), 0))
    elif kind == "five":
        yield _Atom(start, end, 5)
    elif kind == "sino":
        pieces = [_Atom(0, 0, _SINO.get(c) or _HAN_SCALES[c], scale=c not in _SINO) for c in piece]
        yield _Atom(start, end, _amount(pieces))
    elif kind == "short":
        yield _Atom(start, end, 10.0**6, scale=True, short=True)
    else:
        yield _Atom(start, end, _HAN_DIGITS.get(piece) or _HAN_SCALES.get(piece, 0), scale=piece in _HAN_SCALES)


def _spelled(word: str, start: int, grammar: _Grammar) -> Iterator[_Atom]:
    """The pieces of a number word: one, or several that are written as one."""
    pieces = _split(word, grammar.words)
    values = [grammar.words[piece] for piece in pieces]
    if not all(_multiplies(later) or 10 <= earlier > later for earlier, later in pairwise(values)):
        return  # Swedish "entre" is no one and three
    for piece, value in zip(pieces, values, strict=True):
        tenfold = piece in spelled.DOZENS or (value == 10 and grammar.language in _TENFOLD)
        yield _Atom(start, start + len(piece), value, scale=tenfold or _multiplies(value))
        start += len(piece)


def _split(word: str, words: dict[str, float]) -> list[str]:
    if word in words:
        return [word]
    for end in range(len(word) - 1, 0, -1):
        if word[:end] in words and (rest := _split(word[end:], words)):
            return [word[:end], *rest]
    return []


def _multiplies(value: float) -> bool:
    """A power of ten multiplies what stands before it; 200 and 900 are added."""
    return value >= 100 and f"{value:.0f}".rstrip("0") == "1"


def _read_digits(digits: str, language: str) -> float:
    """11 000, 11.000, 11,000 and 1.1 as numbers; a lone separator before three digits is read by the language."""
    plain = re.sub(r"['’\s]", "", digits)
    marks = [c for c in plain if c in ".,"]
    if not marks:
        return float(plain)
    decimal = "." if language in _POINT else ","
    last, tail = marks[-1], plain[max(plain.rfind("."), plain.rfind(",")) + 1 :]
    grouped = len(set(marks)) == 1 and (len(marks) > 1 or (len(tail) == 3 and (last != decimal or plain[0] != "0")))
    if grouped and not (len(marks) == 1 and last == decimal):
        return float(plain.replace(last, ""))
    whole = plain[: -len(tail) - 1].replace(".", "").replace(",", "")
    return float(f"{whole}.{tail}")


# --- putting them together ---------------------------------------------------------------------------------------

_AND = "and|y|e|и|і|und|ו|و|en|og|och|et|i|si|a|an|ja|και|со?|з|-i-"
_JOIN = re.compile(rf"\.?[\s-]{{0,2}}(?:(?:{_AND})[\s-]?(?:an?\s)?)?")
_AND_A_HALF = "bucuk"
"""Turkish says one and a half without an "and": elsewhere "one half" is a half."""


def _goes_on(line: str, atoms: list[_Atom], atom: _Atom) -> bool:
    """Does this piece belong to the number before it?"""
    last = atoms[-1]
    gap = line[last.end : atom.start]
    if not _JOIN.fullmatch(gap) or ("." in gap and not last.scale):
        return False
    if atom.value == spelled.HALF and not atom.digits:
        return last.value > 1 or bool(gap.strip(" -")) or line[atom.start : atom.end] == _AND_A_HALF
    if atom.scale:
        return True
    if last.scale:
        return atom.value < last.value and (not atom.digits or not gap)
    return not atom.digits and not last.digits and _adds(last, atom, gap)


def _adds(last: _Atom, atom: _Atom, gap: str) -> bool:
    """Is one number word added to the one before it: two hundred ten, forty five, five and twenty?"""
    if "و" in gap and last.value < 10 and _is_tens(atom):
        return True  # five and twenty
    below = 10 if last.value < 100 else 100 if last.value < 1000 else 1000
    fits = last.value >= 10 and last.value % below == 0 and atom.value < below
    return fits or (_is_tens(last) and atom.value < min(20, last.value))


def _is_tens(atom: _Atom) -> bool:
    return 10 <= atom.value <= 90 and atom.value % 10 == 0


def _close(found: list[Quantity], atoms: list[_Atom], line: str, grammar: _Grammar) -> None:
    """Add up the pieces, find the unit, keep the quantity unless it is a bare scale word ("millions of")."""
    bare_scale = bool(atoms) and atoms[0].scale and atoms[0].value > 1000
    if not atoms or bare_scale or _says_nothing(atoms, line) or _part_of_word(line, atoms):
        return
    start, end = atoms[0].start, atoms[-1].end
    unit = ""
    after = grammar.unit_after.match(line, end)
    before = _BEFORE.search(line, max(0, start - 8), start)
    if after:
        unit, end = grammar.units[after[1]], after.end()
    elif before:
        unit, start = measures.BEFORE[before[1]], before.start()
    elif atoms[-1].short:
        unit, atoms = "m", atoms[:-1]
    amount = _amount(atoms)
    if line[end : end + 1] == _TENTHS:
        amount, unit, end = amount * 10, "%", end + 1
    found.append(Quantity(start, end, amount, unit))


_BEFORE = re.compile(rf"(?<![^\W\d_])({_any_of(measures.BEFORE)})\s?$")


def _says_nothing(atoms: list[_Atom], line: str) -> bool:
    """A lone one, a lone half, thousands of."""
    if len(atoms) > 1 or atoms[0].digits:
        return False
    return atoms[0].value in (1, spelled.HALF) or line[atoms[0].start : atoms[0].end] in spelled.vague()


def _part_of_word(line: str, atoms: list[_Atom]) -> bool:
    """S-300, Mi-24 and 二 in a name are no quantities: letters stand before, or a lone Han digit counts nothing."""
    start, end = atoms[0].start, atoms[0].end
    before = line[start - 1] if start else " "
    if atoms[0].digits:
        joined = before == "-" and start > 1 and line[start - 2].isalpha()
        return joined or (before.isalpha() and before < "\u0e00")
    lone = len(atoms) == 1 and line[start] in _HAN_DIGITS | _HAN_SCALES and end == start + 1
    return lone and not (line[start] in _HAN_DIGITS and line[end : end + 1] in _HAN_COUNTED)


def _amount(atoms: list[_Atom]) -> float:
    """Hundreds gather in a section, thousands and more close it: (3 천) 만, two (hundred) thousand."""
    total = section = current = 0.0
    for atom, before in zip(atoms, (None, *atoms), strict=False):
        if atom.value == spelled.HALF and before and before.scale:
            total += before.value / 2  # a million and a half
        elif not atom.scale:
            digits = 0 < current < 10 and 1 <= atom.value < 10 and current.is_integer()
            current = current * 10 + atom.value if digits else current + atom.value
        elif atom.value < 1000 or (atom.value == 1000 and not total and not section):
            section += (current or 1.0) * atom.value
            current = 0.0
        else:
            total += (section + current or 1.0) * atom.value
            section = current = 0.0
    return total + section + current

"""Numbers in running text, in any language: what they amount to and in what unit."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import babel
from babel import UnknownLocaleError

from monitor.text import fold

_CURRENCIES = ("USD", "EUR", "GBP", "JPY", "CNY", "KRW", "RUB", "UAH", "INR", "CHF", "TRY", "PLN", "BRL")
_FAMILIES = {"USD": ("USD", "CAD", "AUD"), "RUB": ("RUB", "BYN"), "KRW": ("KRW", "KPW"), "GBP": ("GBP", "EGP")}
"""Currencies of one name: a bare "dollar" is what their full names share, and means the first."""
_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₩": "KRW", "₽": "RUB", "₴": "UAH", "₹": "INR", "₺": "TRY"}
_OWN_WORDS = {
    "ja": {"ドル": "USD", "円": "JPY"},
    "zh": {"美元": "USD", "元": "CNY"},
    "ko": {"달러": "USD", "원": "KRW"},
}
"""Currency words that the Common Locale Data Repository has only inside longer names."""
_MEASURES = {
    "length-kilometer": "km", "length-meter": "m", "mass-ton": "t", "mass-tonne": "t", "mass-kilogram": "kg",
    "area-hectare": "ha", "temperature-celsius": "°C", "power-megawatt": "MW", "volume-barrel": "barrel",
    "concentr-percent": "%", "length-mile": "mi", "length-foot": "ft", "area-acre": "acre",
}  # fmt: skip
_POINT = frozenset(
    {"en", "zh", "ja", "ko", "th", "he", "hi", "bn", "ur", "ta", "te", "mr", "ms", "my", "km", "sw", "ar"}
)
"""Languages that write 1,234.5; the others write 1.234,5 or 1 234,5."""
_HAN_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"两": 2, "兩": 2, "零": 0}
_HAN_SCALES = {
    "十": 10, "百": 100, "千": 1000, "万": 10**4, "萬": 10**4, "億": 10**8, "亿": 10**8, "兆": 10**12,
    "십": 10, "백": 100, "천": 1000, "만": 10**4, "억": 10**8, "조": 10**12,
}  # fmt: skip
_DIGITS = r"\d{1,3}(?:[.,'’\u00a0\u202f\u2009 ]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_HAN = "[〇一二三四五六七八九两兩零十百千万萬億亿兆]"
_DECIMALS = str.maketrans(
    {chr(c): str(unicodedata.decimal(chr(c))) for c in range(0x80, 0x1FBFA) if chr(c).isdecimal()}
)


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

    Number words are those of the Unicode Common Locale Data Repository's spell-out rules; 1 written as a word is
    an article in most languages and no quantity.
    """
    grammar = _grammar(language)
    line = plain(text)
    found: list[Quantity] = []
    atoms: list[_Atom] = []
    for match in grammar.atom.finditer(line):
        atom = _atom(match, language, grammar)
        if atoms and not _goes_on(line, atoms, atom):
            _close(found, atoms, line, grammar)
            atoms = []
        atoms.append(atom)
    _close(found, atoms, line, grammar)
    return found


# --- the pieces of a number --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Atom:
    """One piece: digits, a number word or a scale."""

    start: int
    end: int
    value: float
    scale: bool
    digits: bool = False


@dataclass(frozen=True, slots=True)
class _Grammar:
    words: dict[str, float]
    units: dict[str, str]
    atom: re.Pattern[str]
    unit_after: re.Pattern[str]


def plain(text: str) -> str:
    """A text with ASCII digits, lower case and no Latin marks, letter for letter in place."""
    return fold.strip(fold.lower(text.translate(_DECIMALS))).translate(_SAME_LETTER)


_SAME_LETTER = str.maketrans({"ʼ": "'", "’": "'", "ё": "е"})


@lru_cache(maxsize=128)
def _grammar(language: str) -> _Grammar:
    words = {plain(word): value for word, value in _number_words().get(language, {}).items()}
    units = _units(language)
    spelled = "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))
    atom = rf"(?P<digits>{_DIGITS})|(?P<han>{_HAN})|(?P<hangul>(?<=[\d십백천만억])\s?[십백천만억조])"
    if spelled:
        opens = r"(?:(?<![^\W\d_])|(?<=\bو))"  # Arabic "and" is written together with the word behind it
        atom += rf"|{opens}(?P<word>{spelled})(?![^\W_])"
    names = "|".join(map(re.escape, sorted(units, key=len, reverse=True)))
    ending = r"(?![a-z\u0370-\u06ff])"
    return _Grammar(words, units, re.compile(atom), re.compile(rf"[\s-]?(?:de |di |d'|of )?({names}){ending}"))


@lru_cache(maxsize=1)
def _number_words() -> dict[str, dict[str, float]]:
    table: dict[str, dict[str, float]] = json.loads(
        (resources.files("monitor.text") / "data/number_words.json").read_text("utf-8")
    )
    return table | {"ar": table["ar"] | _arabic()}


_ONES = (  # three to nine: with masculine nouns, with feminine ones, as the beginning of a hundred
    "ثلاثة ثلاث ثلاث", "أربعة أربع أربع", "خمسة خمس خمس", "ستة ست ست", "سبعة سبع سبع",
    "ثمانية ثماني ثمان", "تسعة تسع تسع"
)  # fmt: skip
_TENS = "عشرين ثلاثين أربعين خمسين ستين سبعين ثمانين تسعين"
_OTHERS: dict[str, float] = {
    "اثنين": 2, "اثنتين": 2, "عشر": 10, "أحد عشر": 11, "إحدى عشرة": 11, "اثني عشر": 12, "اثنتي عشرة": 12,
    "اثنا عشر": 12, "اثنتا عشرة": 12, "مئة": 100, "مئتين": 200, "مائتين": 200, "مائتي": 200, "مئتي": 200,
    "ألفا": 1000, "ألفي": 2000, "ألفين": 2000, "مليوني": 2 * 10**6, "مليونين": 2 * 10**6, "ملياري": 2 * 10**9,
}  # fmt: skip


def _arabic() -> dict[str, float]:
    """What the spell-out rules have in one case and gender alone: feminine ones, oblique tens, duals, eleven to 19."""
    found = _OTHERS | {word: 20.0 + 10 * n for n, word in enumerate(_TENS.split())}
    for value, forms in enumerate(_ONES, 3):
        masculine, feminine, hundred = forms.split()
        found |= {feminine: value, f"{masculine} عشر": value + 10, f"{feminine} عشرة": value + 10}
        found[f"{hundred}مئة"] = 100 * value
    return found


def _units(language: str) -> dict[str, str]:
    """Every currency and measure word of a language with its code."""
    units = {"%": "%", "％": "%"} | _SYMBOLS
    try:
        locale = babel.Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return units
    names = {code: _currency_names(locale, code) for code in _CURRENCIES}
    units |= {name: code for code, group in names.items() for name in group}
    for code, family in _FAMILIES.items():
        units |= {word: code for word in _shared_words(locale, family) if word not in units}
    patterns = locale._data["unit_patterns"]  # noqa: SLF001  babel reads whole phrases only through this table
    for unit, code in _MEASURES.items():
        for forms in patterns.get(unit, {}).values():
            shapes = forms.values() if hasattr(forms, "values") else ()
            units |= {w: code for w in (plain(str(s)).replace("{0}", "").strip() for s in shapes) if len(w) > 1}
    return units | {plain(word): code for word, code in _OWN_WORDS.get(language, {}).items()}


def _currency_names(locale: babel.Locale, code: str) -> set[str]:
    plural = locale._data["currency_names_plural"].get(code, {})  # noqa: SLF001  plural forms have no public reader
    names = {*(str(name) for name in plural.values()), str(locale.currencies.get(code, code)), code}
    return {plain(name) for name in names}


def _shared_words(locale: babel.Locale, family: tuple[str, ...]) -> set[str]:
    """The bare word for dollar: what the names of the American, Canadian and Australian dollar share."""
    shared = [{word for name in _currency_names(locale, code) for word in name.split()} for code in family]
    return {word for word in set.intersection(*shared) if len(word) > 2}


def _atom(match: re.Match[str], language: str, grammar: _Grammar) -> _Atom:
    start, end = match.span()
    if match["digits"]:
        return _Atom(start, end, _read_digits(match[0], language), scale=False, digits=True)
    piece = match[0].strip()
    if "word" in match.groupdict() and match["word"]:
        value = grammar.words[piece]
        return _Atom(start, end, value, scale=_multiplies(value))
    if piece in _HAN_DIGITS:
        return _Atom(start, end, _HAN_DIGITS[piece], scale=False)
    return _Atom(start, end, _HAN_SCALES[piece], scale=True)


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

_JOIN = re.compile(r"[\s-]{0,2}(?:(?:and|y|e|и|und|ו|و|en|og|och)\s?)?")


def _goes_on(line: str, atoms: list[_Atom], atom: _Atom) -> bool:
    """Does this piece belong to the number before it?"""
    last = atoms[-1]
    gap = line[last.end : atom.start]
    if not _JOIN.fullmatch(gap):
        return False
    if atom.scale:
        return True
    if last.scale:
        return atom.value < last.value and (not atom.digits or not gap)
    if "و" in gap and not last.digits and last.value < 10 and _is_tens(atom):
        return True  # five and twenty
    tens = _is_tens(last)
    return not atom.digits and not last.digits and tens and atom.value < min(20, last.value)


def _is_tens(atom: _Atom) -> bool:
    return 10 <= atom.value <= 90 and atom.value % 10 == 0


def _close(found: list[Quantity], atoms: list[_Atom], line: str, grammar: _Grammar) -> None:
    """Add up the pieces, find the unit, keep the quantity unless it is a bare scale word ("millions of")."""
    bare_scale = bool(atoms) and atoms[0].scale and atoms[0].value > 1000
    if not atoms or bare_scale or _is_article(atoms) or _part_of_word(line, atoms):
        return
    start, end = atoms[0].start, atoms[-1].end
    unit = ""
    after = grammar.unit_after.match(line, end)
    if after:
        unit, end = grammar.units[after[1]], after.end()
    elif start and line[start - 1] in _SYMBOLS:
        unit, start = _SYMBOLS[line[start - 1]], start - 1
    found.append(Quantity(start, end, _amount(atoms), unit))


def _is_article(atoms: list[_Atom]) -> bool:
    return len(atoms) == 1 and not atoms[0].digits and atoms[0].value == 1


def _part_of_word(line: str, atoms: list[_Atom]) -> bool:
    """S-300, Mi-24 and 二 in a name are no quantities: letters stand right before, or a lone Han digit stands alone."""
    start = atoms[0].start
    before = line[start - 1] if start else " "
    if atoms[0].digits:
        joined = before == "-" and start > 1 and line[start - 2].isalpha()
        return joined or (before.isalpha() and before < "\u0e00")
    return len(atoms) == 1 and line[start] in _HAN_DIGITS | _HAN_SCALES


def _amount(atoms: list[_Atom]) -> float:
    """Hundreds gather in a section, thousands and more close it: (3 천) 만, two (hundred) thousand."""
    total = section = current = 0.0
    for atom in atoms:
        if not atom.scale:
            current = current * 10 + atom.value if 0 < current < 10 and atom.value < 10 else current + atom.value
        elif atom.value < 1000 or (atom.value == 1000 and not total and not section):
            section += (current or 1.0) * atom.value
            current = 0.0
        else:
            total += (section + current or 1.0) * atom.value
            section = current = 0.0
    return total + section + current

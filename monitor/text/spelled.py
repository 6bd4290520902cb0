"""Number words of sixty languages: what they amount to, in every case, gender and abbreviation that news uses."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from monitor.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

Table = dict[str, float]

ALIKE = {"no": "nb", "nn": "nb", "bs": "hr", "gl": "pt", "ms": "id"}
"""A language that is read with the number words of another."""
FUSED = frozenset({"de", "lb", "nl", "sv", "nb", "da", "it", "hu", "fi", "et", "sk", "tr", "is"})
"""Languages that write the pieces of a number as one word: zwölftausend, tremila, kétezer."""
UNSPACED = frozenset({"th", "lo", "km", "my"})
"""Languages that write no space around a number word."""
MARKED = frozenset({"vi"})
"""Languages in which a mark makes another word: `sáu` is six, `sau` is after."""
HALF = 0.5
DOZENS = frozenset({"dozen", "dutzend", "dozijn", "dussin", "dusin", "tucet", "tuzin", "duzine", "दर्जन"})
"""Twelve where it stands alone, and so many times twelve."""

_TEEN = 10
_LARGE = 1000
"""Where words have no edges, smaller numbers are parts of other words too often."""
_ONES = (  # three to nine: with masculine nouns, with feminine ones, as the beginning of a hundred
    "ثلاثة ثلاث ثلاث", "أربعة أربع أربع", "خمسة خمس خمس", "ستة ست ست", "سبعة سبع سبع",
    "ثمانية ثماني ثمان", "تسعة تسع تسع"
)  # fmt: skip
_TENS = "عشرين ثلاثين أربعين خمسين ستين سبعين ثمانين تسعين"
_OTHERS: Table = {
    "اثنين": 2, "اثنتين": 2, "عشر": 10, "أحد عشر": 11, "إحدى عشرة": 11, "اثني عشر": 12, "اثنتي عشرة": 12,
    "اثنا عشر": 12, "اثنتا عشرة": 12, "مئة": 100, "مائة": 100, "مئتين": 200, "مائتين": 200, "مائتي": 200, "مئتي": 200,
    "ألفا": 1000, "ألفي": 2000, "ألفين": 2000, "مليوني": 2 * 10**6, "مليونين": 2 * 10**6, "ملياري": 2 * 10**9,
}  # fmt: skip
_HEBREW = (  # one to nine before "ten": masculine, feminine
    "אחד אחת", "שנים שתים", "שלושה שלוש", "ארבעה ארבע", "חמישה חמש", "שישה שש", "שבעה שבע", "שמונה שמונה", "תשעה תשע",
)  # fmt: skip


@lru_cache(maxsize=64)
def words(language: str) -> Table:
    """Each number word of a language, written as people write it, with its value."""
    language = ALIKE.get(language, language)
    if language in MARKED:
        return _forms().get(language, {})  # the locale data's words went through a sieve that takes the marks off
    table = dict(_from_locale_data().get(language, {})) | _forms().get(language, {})
    if language == "ar":
        table |= _arabic()
    if language == "he":
        table |= _hebrew()
    return {word: value for word, value in table.items() if value >= _LARGE} if language in UNSPACED else table


@lru_cache(maxsize=1)
def vague() -> frozenset[str]:
    """Thousands of: no number unless one stands before them. Lower case, without marks."""
    return frozenset(fold.strip(fold.lower(word)) for table in _rows("vague") for word in table[1:])


@lru_cache(maxsize=1)
def _from_locale_data() -> dict[str, Table]:
    found: dict[str, Table] = json.loads(_data("number_words.json"))
    return found


@lru_cache(maxsize=1)
def _forms() -> dict[str, Table]:
    tables: dict[str, Table] = {}
    for value, rows in _lines():
        if value != "vague":
            for language, *forms in rows:
                table = tables.setdefault(language, {})
                table |= {form.replace("_", " "): float(value) for form in forms}
    return tables


def _rows(value: str) -> list[list[str]]:
    return [row for named, rows in _lines() if named == value for row in rows]


def _lines() -> Iterator[tuple[str, list[list[str]]]]:
    for line in _data("number_forms.txt").splitlines():
        if line and not line.startswith("#"):
            value, *rows = line.split(" | ")
            yield value, [row.split() for row in rows]


def _arabic() -> Table:
    """What the spell-out rules have in one case and gender alone: feminine ones, oblique tens, duals, eleven to 19."""
    found = _OTHERS | {word: 20.0 + 10 * n for n, word in enumerate(_TENS.split())}
    for value, forms in enumerate(_ONES, 3):
        masculine, feminine, hundred = forms.split()
        found |= {feminine: value, f"{masculine} عشر": value + _TEEN, f"{feminine} عشرة": value + _TEEN}
        found |= {f"{hundred}مئة": 100 * value, f"{hundred}مائة": 100 * value}
    return found


def _hebrew() -> Table:
    """Eleven to nineteen in both genders."""
    found: Table = {}
    for value, forms in enumerate(_HEBREW, 1 + _TEEN):
        masculine, feminine = forms.split()
        found |= {f"{masculine} עשר": value, f"{feminine} עשרה": value}
    return found


def _data(name: str) -> str:
    return (resources.files("monitor.text") / "data" / name).read_text("utf-8")

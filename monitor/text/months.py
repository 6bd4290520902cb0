"""Month names of some seventy languages (CLDR) and of the Persian calendar, as numbers."""

from __future__ import annotations

from functools import cache

from babel.core import Locale


def _numbered(names: tuple[str, ...]) -> dict[str, int]:
    return {name: number for number, alike in enumerate(names, 1) for name in alike.split()}


ENGLISH = _numbered((
    "jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
    "sep sept september", "oct october", "nov november", "dec december",
))  # fmt: skip
PERSIAN = _numbered((
    "فروردین حمل", "اردیبهشت ثور", "خرداد جوزا", "تیر سرطان", "مرداد امرداد اسد", "شهریور سنبله",
    "مهر میزان", "آبان عقرب", "آذر قوس", "دی جدی", "بهمن دلو", "اسفند حوت",
))  # fmt: skip
"""Iranian and Afghan names of the solar Hijri months; CLDR has them, babel's locale data does not."""

_LOCALES = (
    "en af am ar ar_DZ ar_IQ ar_MA ar_TN az be bg bn bs ca cs cy da de de_AT el es et eu fa fi fil fr ga gl gu "
    "ha he hi hr hu hy id is it ja ka kk kn ko ky lo lt lv mk ml mn mr ms mt my nb ne nl nn pa pl ps pt ro ru "
    "si sk sl so sq sr sr_Latn sv sw ta te tg th tk tr uk ur uz uz_Cyrl vi yo zh zu "
)
_SHORTEST_STEM = 3  # letters; of two, "ma" is March and May in one language


def number(name: str, language: str | None = None) -> int | None:
    """The month, 1 to 12, that a casefolded word names in any language; None where it names none or several.

    Languages disagree on few words, which `language` settles: `listopad` is November in Polish, October in Croatian.
    """
    word = name.rstrip(".")
    if (month := ENGLISH.get(word)) is not None:
        return month
    if not any(letter.isalpha() for letter in word):
        return None
    meant = _names().get(word) or (_by_stem(word) if len(word) >= _SHORTEST_STEM else None)
    if not meant:
        return None
    months = {month for month, languages in meant.items() if language in languages} or set(meant)
    return months.pop() if len(months) == 1 else None


@cache
def _names() -> dict[str, dict[int, set[str]]]:
    """Word -> month -> languages; read at the first foreign name (0.6 s), so that English feeds do not wait for it."""
    names: dict[str, dict[int, set[str]]] = {}
    for code in _LOCALES.split():
        for widths in Locale.parse(code).months.values():
            for width in ("wide", "abbreviated"):
                for month, written in widths[width].items():
                    word = written.casefold().rstrip(".")
                    if not word[:1].isdigit():
                        names.setdefault(word, {}).setdefault(month, set()).add(code.partition("_")[0])
    return names


def _by_stem(word: str) -> dict[int, set[str]]:
    """Months whose names begin with the word: feeds shorten names in ways that CLDR does not list."""
    meant: dict[int, set[str]] = {}
    for name, months in _names().items():
        if name.startswith(word):
            for month, languages in months.items():
                meant.setdefault(month, set()).update(languages)
    return meant

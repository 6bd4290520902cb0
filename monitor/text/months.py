"""Names of months and weekdays in a hundred languages (CLDR), and of Persian months, as numbers."""

from __future__ import annotations

from functools import cache

from monitor.text import locales

Names = dict[str, dict[int, set[str]]]
"""Word -> number -> languages in which it means that number."""


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

_SHORTEST_STEM = 3  # letters; of two, "ma" is March and May in one language
_SHORTEST_INFLECTED = 5  # letters; "mart" begins martedì, a Tuesday
_AFFIXES = "'’`׳.,ʼ"


def number(name: str, language: str | None = None) -> int | None:
    """The month, 1 to 12, that a casefolded word names in any language; None where it names none or several.

    Languages disagree on few words, which `language` settles: `listopad` is November in Polish, October in Croatian.
    """
    meant = meanings(name, language)
    return meant.pop() if len(meant) == 1 else None


def meanings(name: str, language: str | None = None) -> set[int]:
    """The months that a casefolded word may name; where `language` knows it, what it means there."""
    word = name.strip(_AFFIXES)
    if not any(letter.isalpha() for letter in word):
        return set()
    own = _of_language(language) if language else None
    if own is not None and word in own:
        return set(own[word])
    if (month := ENGLISH.get(word)) is not None:
        return {month}
    if own is not None:
        return set()
    meant = _months().get(word) or _hebrew(word) or _by_stem(word) or _inflected(word)
    return {month for month, languages in meant.items() if language in languages} or set(meant)


def known(phrase: str) -> bool:
    """Is the phrase, letter for letter, a month's name in some language? Persian and Irish have names of two words."""
    return phrase in _months()


def weekdays(name: str, language: str | None = None) -> set[int]:
    """The weekdays, Monday 0, that a casefolded word or phrase may name."""
    word = name.strip(_AFFIXES)
    meant = _weekdays().get(word, {})
    return {day for day, languages in meant.items() if language in languages} or set(meant)


def _hebrew(word: str) -> dict[int, set[str]]:
    """Hebrew writes "in" and the month as one word."""
    return _months().get(word[1:], {}) if word.startswith("ב") else {}


@cache
def _of_language(language: str) -> Names | None:
    locale = locales.other(language)
    if locale is None:
        return None
    names: Names = {}
    _take(names, locale.months, language)
    return names


@cache
def _months() -> Names:
    """Read at the first foreign name (0.4 s), so that English feeds do not wait for it."""
    names: Names = {}
    for code, locale in locales.all_of():
        _take(names, locale.months, code)
    return names


@cache
def _weekdays() -> Names:
    names: Names = {}
    for code, locale in locales.all_of():
        _take(names, locale.days, code)
    for name, meant in list(names.items()):  # Welsh "dydd Mawrth" is Tuesday, "Mawrth" alone March
        if " " in name:
            names.setdefault(name.rpartition(" ")[2], meant)
    return names


def _take(names: Names, contexts: object, code: str) -> None:
    """CLDR's wide and abbreviated names, as written in a date and standing alone."""
    for widths in contexts.values():  # type: ignore[attr-defined] # babel types its data as Mapping of Mapping of Mapping
        for width in ("wide", "abbreviated"):
            for number, written in widths[width].items():
                word = locales.plain(written).strip(_AFFIXES)
                if len(word) > 1 and not word[:1].isdigit() and not word[-1:].isdigit():
                    names.setdefault(word, {}).setdefault(number, set()).add(code)


def _by_stem(word: str) -> dict[int, set[str]]:
    """Months whose names begin with the word: feeds shorten names in ways that CLDR does not list."""
    meant: dict[int, set[str]] = {}
    for name, months in _months().items():
        if len(word) >= _SHORTEST_STEM and name.startswith(word):
            for month, languages in months.items():
                meant.setdefault(month, set()).update(languages)
    return meant


def _inflected(word: str) -> dict[int, set[str]]:
    """The longest name that the word begins with: Basque, Finnish and Turkish say "in March" by an ending."""
    names = _months()
    found = (word[:end] for end in range(len(word) - 1, _SHORTEST_INFLECTED - 1, -1) if word[:end] in names)
    return names.get(next(found, ""), {})

"""Countries by their names, adjectives and short forms in every language: CLDR's names and a table of the rest."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import NamedTuple

import babel
from babel import localedata

from monitor.text import fold, forms

_NO_COUNTRY = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
_CLDR_LOCALES = {
    "sr": ("sr", "sr_Latn"),
    "zh": ("zh", "zh_Hant"),
    "no": ("nb", "nn"),
    "tl": ("fil",),
    "uz": ("uz", "uz_Cyrl"),
}
"""Languages written in two ways, or known to CLDR under another code."""
_SHIELD = "--"
"""The code of longer names that are no country: the Korean peninsula is not North Korea."""


class Called(NamedTuple):
    """One way of naming a country in one language."""

    spelling: str
    country: str
    """ISO 3166 alpha-2 code; empty for a longer name that holds a country's name and means something else."""
    stem: bool
    """True: any ending may follow, as after an adjective's stem."""


@cache
def codes() -> frozenset[str]:
    """Every ISO 3166 alpha-2 code that a watchlist may name."""
    return frozenset(code for code in _cldr("en") if len(code) == 2) - _NO_COUNTRY


@cache
def languages() -> frozenset[str]:
    """Every ISO 639-1 code that a watchlist may name."""
    return frozenset(code for code in map(str, babel.Locale("en").languages) if len(code) == 2)


def code_of(name: str) -> str | None:
    """The code of the country that English calls so, whatever the case."""
    wanted = name.casefold()
    return next((code for code, called in sorted(_cldr("en").items()) if called.casefold() == wanted), None)


def english(code: str) -> str:
    """What English calls a country; the code itself where it is unknown."""
    return _cldr("en").get(code, code)


@cache
def names(language: str) -> tuple[Called, ...]:
    """What a language calls the countries: CLDR's names without their brackets, then the table's."""
    found = []
    for locale in _CLDR_LOCALES.get(language, (language,)):
        for code, called in sorted(_cldr(locale).items()):
            if len(code) == 2 and code not in _NO_COUNTRY:
                plain = _without_brackets(called)
                found += [
                    Called(plain, code, stem=False),
                    *(Called(stem, code, stem=True) for stem in _adjectives(plain, language)),
                ]
    found += _table().get(language, ())
    return tuple(dict.fromkeys(found))


@cache
def _cldr(locale: str) -> dict[str, str]:
    if not localedata.exists(locale):
        return {}
    return {str(code): str(called) for code, called in babel.Locale.parse(locale).territories.items()}


def _without_brackets(called: str) -> str:
    """CLDR writes "Myanmar (Burma)"; news write one or the other, and the table has the other."""
    opening = called.find("(")
    return called[:opening].strip() if opening > 0 else called


def _adjectives(called: str, language: str) -> list[str]:
    """Stems of a one-word country's adjectives, by the language's rule: Австралия, австралийск-."""
    if len(called) < LEAST_ADJECTIVAL or not called.isalpha() or called.isupper():
        return []
    low = fold.fold(called).low
    bases = [low, *(low[:-cut] for cut in (1, 2) if all(c in _VOWELS for c in fold.strip(low[-cut:])))]
    return [base + made for base in bases for made in sorted(forms.endings(language).adjectives)]


LEAST_ADJECTIVAL = 5
"""Letters of a country's name from which adjectives are made by rule; short ones (Чад, Перу) stand in the table."""
_VOWELS = frozenset("aeiouyаеиоуыэюяьйіїαεηιουωიაეոա")


@cache
def _table() -> dict[str, tuple[Called, ...]]:
    """Language -> names, from the lines `code name; name; stem*` under each `[language]`."""
    lines = (resources.files("monitor.text") / "data/countries.txt").read_text("utf-8").splitlines()
    table: dict[str, list[Called]] = {}
    language = ""
    for line in lines:
        if line.startswith("["):
            language = line.strip("[]")
        elif line and not line.startswith("#"):
            code, _, rest = line.partition(" ")
            country = "" if code == _SHIELD else code
            parts = [part.strip() for part in rest.split(";")]
            called = [Called(part.rstrip("*"), country, part.endswith("*")) for part in parts if part]
            table.setdefault(language, []).extend(called)
    return {language: tuple(called) for language, called in table.items()}

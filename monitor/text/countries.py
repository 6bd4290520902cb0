"""Countries by their names, adjectives and short forms in every language: CLDR's names and a table of the rest."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import NamedTuple

import babel
from babel import localedata

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
                found += [Called(plain, code, stem=False) for plain in _without_brackets(called)]
    found += _table().get(language, ())
    return tuple(dict.fromkeys(found))


@cache
def _cldr(locale: str) -> dict[str, str]:
    if not localedata.exists(locale):
        return {}
    return {str(code): str(called) for code, called in babel.Locale.parse(locale).territories.items()}


def _without_brackets(called: str) -> list[str]:
    """CLDR writes "Myanmar (Burma)" and "Congo - Kinshasa"; news write one or the other."""
    opening = called.find("(")
    if opening > 0:
        return [called[:opening].strip()]
    return [called]


@cache
def _table() -> dict[str, tuple[Called, ...]]:
    """Language -> names, from lines of `code language: name; name; stem*`."""
    lines = (resources.files("monitor.text") / "data/countries.txt").read_text("utf-8").splitlines()
    table: dict[str, list[Called]] = {}
    for line in lines:
        if line and not line.startswith("#"):
            head, _, rest = line.partition(":")
            code, language = head.split()
            for part in rest.split(";"):
                spelling = part.strip()
                country = "" if code == _SHIELD else code
                table.setdefault(language, []).append(Called(spelling.rstrip("*"), country, spelling.endswith("*")))
    return {language: tuple(called) for language, called in table.items()}

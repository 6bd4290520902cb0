"""Countries by their names, adjectives and short forms in every language: CLDR's names and a table of the rest."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

import babel
from babel import localedata

from monitor.text import fold, forms

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    """What a language calls the countries: CLDR's names, adjectives that a rule makes of them, and the table's rows."""
    listed = _listed(language)
    shields = {called.spelling.casefold() for called in listed if not called.country}
    plain = [called for called in _without_brackets(language) if called.spelling.casefold() not in shields]
    return tuple(dict.fromkeys((*plain, *_made(plain, listed, language), *listed)))


@cache
def _cldr(locale: str) -> dict[str, str]:
    if not localedata.exists(locale):
        return {}
    return {str(code): str(called) for code, called in babel.Locale.parse(locale).territories.items()}


def _without_brackets(language: str) -> list[Called]:
    """CLDR writes "Myanmar (Burma)"; news write one or the other, and the table has the other."""
    found = []
    for locale in _CLDR_LOCALES.get(language, (language,)):
        for code, called in sorted(_cldr(locale).items()):
            if len(code) == 2 and code not in _NO_COUNTRY:
                opening = called.find("(")
                found.append(Called(called[:opening].strip() if opening > 0 else called, code, stem=False))
    return found


def _made(plain: list[Called], listed: tuple[Called, ...], language: str) -> list[Called]:
    """Adjectives by rule, without those that are also another country's: Russian Niger would take Nigeria's."""
    made = [Called(stem, one.country, stem=True) for one in plain for stem in _adjectives(one.spelling, language)]
    owners: dict[str, set[str]] = {}
    for one in (*made, *listed):
        owners.setdefault(one.spelling, set()).add(one.country)
    return [one for one in made if len(owners[one.spelling]) == 1]


def _adjectives(called: str, language: str) -> list[str]:
    """Stems of a one-word country's adjectives, by the language's rule: Австралия, австралийск-."""
    if len(called) < LEAST_ADJECTIVAL or not called.isalpha() or called.isupper():
        return []
    low = fold.fold(called).low
    bases = [low, *(low[:-cut] for cut in (1, 2) if all(c in _VOWELS for c in fold.strip(low[-cut:])))]
    endings = sorted(forms.endings(language).adjectives)
    return [base + made for base in bases if len(base) >= LEAST_BASE for made in endings]


LEAST_ADJECTIVAL = 5
"""Letters of a country's name from which adjectives are made by rule; short ones (Чад, Перу) stand in the table."""
LEAST_BASE = 4
"""Letters that must be left of the name: German Pal-er, of Palau, would find Palermo."""
_VOWELS = frozenset("aeiouyаеиоуыэюяьйіїαεηιουωიაეոաի")


# --- the table ---------------------------------------------------------------------------------------------------


def _listed(language: str) -> tuple[Called, ...]:
    """The table's rows for a language; only the asked language's are taken apart."""
    called = [one for section in _sections().get(language, ()) for row in section for one in _row(row)]
    if language == "sr":
        called += [one._replace(spelling=_in_cyrillic(one.spelling)) for one in called]
    return tuple(called)


@cache
def _sections() -> dict[str, list[list[str]]]:
    """Language -> the rows under each heading that names it."""
    text = (resources.files("monitor.text") / "data/countries.txt").read_text("utf-8")
    sections: dict[str, list[list[str]]] = {}
    for section in text.split("\n[")[1:]:
        heading, *rows = section.split("\n")
        for language in heading.rstrip("]").split():
            sections.setdefault(language, []).append(rows)
    return sections


def _row(row: str) -> Iterator[Called]:
    """The names of a row `code name; name; stem*`."""
    code, _, rest = row.partition(" ")
    for part in rest.split("; ") if rest else ():
        yield Called(part.rstrip("*"), "" if code == _SHIELD else code, part.endswith("*"))


_PAIRS = (("dž", "џ"), ("lj", "љ"), ("nj", "њ"))
_CYRILLIC = str.maketrans("abvgdđežzijklmnoprstćufhcčšyw", "абвгдђежзијклмнопрстћуфхцчшив")


def _in_cyrillic(latin: str) -> str:
    """Serbian's other alphabet, letter for letter (Vuk Karadžić's orthography); Cyrillic stays as it is."""
    return "".join(_cyrillic_word(word) for word in re.split(r"\b", latin))


def _cyrillic_word(word: str) -> str:
    low = word.lower()
    for pair, letter in _PAIRS:
        low = low.replace(pair, letter)
    low = low.translate(_CYRILLIC)
    if len(word) > 1 and word.isupper():
        return low.upper()
    return low[:1].upper() + low[1:] if word[:1].isupper() else low

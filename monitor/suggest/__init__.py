"""Spellings that a name may have in other languages, each with its reason, for the operator to choose from.

name -> transliteration (letters.py), country data -> proposals
kept articles -> near-sounding words in the stories of its hits (listening.py) -> proposals
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import babel

from monitor.suggest import letters
from monitor.suggest.listening import Listening
from monitor.suggest.proposals import Proposal, Why
from monitor.text import countries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Finds = Callable[[str, str], bool]
    """Does the matcher find a spelling, in a text of a language, when it looks for the name alone?"""

__all__ = ["Listening", "Proposal", "Why", "country_of", "languages", "propose"]


def languages() -> tuple[str, ...]:
    """The languages for which spellings are made by rule."""
    return letters.languages()


def propose(name: str, wanted: Sequence[str], finds: Finds) -> list[Proposal]:
    """Spellings by rule and by country data, by language, the likeliest first."""
    found = []
    code = country_of(name)
    for language in wanted:
        if code:
            found += [
                Proposal(called.spelling, language, Why.COUNTRY, finds(called.spelling, language))
                for called in countries.names(language)
                if called.country == code and not called.stem
            ]
        elif language in letters.languages():
            made = (_as_written(spelling, name) for spelling in letters.spellings(name, language))
            found += [Proposal(each, language, Why.TRANSLITERATION, finds(each, language)) for each in made]
    return found


def country_of(name: str) -> str | None:
    """The code of the country that any language calls so."""
    if code := countries.code_of(name):
        return code
    low = name.casefold()
    for language in sorted(countries.languages()):
        if babel.localedata.exists(language):
            for called in countries.names(language):
                if called.country and not called.stem and called.spelling.casefold() == low:
                    return called.country
    return None


def _as_written(spelling: str, name: str) -> str:
    """With the name's own capitals; scripts without capitals stay as they are."""
    if name.isupper():
        return spelling.upper()
    return " ".join(word[:1].upper() + word[1:] for word in spelling.split(" ")) if name[:1].isupper() else spelling

"""The languages in which dates are read: CLDR's data of each, loaded when a first foreign word has to be understood."""

from __future__ import annotations

import unicodedata
from functools import cache

from babel.core import Locale, UnknownLocaleError

_READ = (
    "en af am ar ar_DZ ar_IQ ar_MA ar_TN as az be bg bn br bs ca ceb ckb cs cy da de de_AT el es et eu fa fi fil fo fr "
    "fy ga gd gl gu ha he hi hr hu hy id ig is it ja jv ka kk km kn ko ku ky lb lo lt lv mi mk ml mn mr ms mt my nb ne "
    "nl nn or pa pl ps pt rm ro ru sd si sk sl so sq sr sr_Latn sv sw ta te tg th tk tr tt ug uk ur uz uz_Cyrl vi yo "
    "zh zh_Hant zu"
)


@cache
def all_of() -> tuple[tuple[str, Locale], ...]:
    """(ISO 639-1 code, locale) of each; some take their names from a script or country of their own."""
    return tuple((code.partition("_")[0], Locale.parse(code)) for code in _READ.split())


@cache
def other(language: str) -> Locale | None:
    """The locale of a language that is not among these, where CLDR has one."""
    if any(code == language for code, _ in all_of()):
        return None
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return None


def plain(written: str) -> str:
    """Casefolded, without invisible marks: the form in which names are compared."""
    visible = (letter for letter in unicodedata.normalize("NFKC", written) if unicodedata.category(letter) != "Cf")
    return "".join(visible).casefold().strip()

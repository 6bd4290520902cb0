"""What an operator probably meant by a code of a country or language that does not exist."""

from __future__ import annotations

import difflib
from functools import cache

import babel
from babel.core import get_global

from monitor.text import countries


def country_meant(written: str) -> str | None:
    """The ISO 3166 alpha-2 code behind a name, a three-letter code or an old code: Russia, PRK and UK have one."""
    aliases = get_global("territory_aliases").get(written.upper(), ())
    if len(aliases) == 1 and aliases[0] in countries.codes():
        return str(aliases[0])
    return countries.code_of(written) or _nearest(written, _country_names())


def language_meant(written: str) -> str | None:
    """The ISO 639-1 code behind a name, a three-letter code, a regional tag or a country: Korean, kor, pt-BR, jp."""
    low = written.lower()
    alias = get_global("language_aliases").get(low, "")
    tag = low.replace("_", "-").partition("-")[0]
    likely = get_global("likely_subtags").get(f"und_{written.upper()}", "").partition("_")[0]
    for code in (alias, tag, likely):
        if code in countries.languages():
            return str(code)
    return _nearest(written, _language_names())


def _nearest(written: str, names: dict[str, str]) -> str | None:
    near = difflib.get_close_matches(written.casefold(), names, 1, cutoff=0.8)
    return names[near[0]] if near else None


@cache
def _country_names() -> dict[str, str]:
    return {countries.english(code).casefold(): code for code in sorted(countries.codes())}


@cache
def _language_names() -> dict[str, str]:
    called = babel.Locale("en").languages
    own = {babel.Locale.parse(c).display_name.casefold(): c for c in countries.languages() if _has_locale(c)}
    return own | {str(called[code]).casefold(): code for code in sorted(countries.languages())}


def _has_locale(code: str) -> bool:
    return bool(babel.localedata.exists(code))

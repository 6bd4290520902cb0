"""The pages' words in each language of the mails: gettext catalogues, read from their .po files when first needed."""

from __future__ import annotations

import gettext
import io
import re
from functools import cache
from importlib import resources

from babel.core import Locale, negotiate_locale
from babel.messages import mofile, pofile

from monitor.values import MAIL_LANGUAGES

ENGLISH = "en"
_PREFERENCE = re.compile(r"([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q=([01](?:\.\d{0,3})?))?")


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The translations into a language; English is what the templates say."""
    if language == ENGLISH:
        return gettext.NullTranslations()
    text = resources.files("monitor").joinpath("locale", language, "LC_MESSAGES", "pages.po").read_bytes()
    compiled = io.BytesIO()
    mofile.write_mo(compiled, pofile.read_po(io.BytesIO(text), locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@cache
def locale(language: str) -> Locale:
    return Locale.parse(language)


def names() -> dict[str, str]:
    """The languages of mails and pages, each by its own name."""
    return {code: _titled(locale(code).get_display_name(code) or code) for code in sorted(MAIL_LANGUAGES)}


def preferred(accept: str) -> str:
    """The language that a browser asks for (RFC 9110, 12.5.4) among those there are; else English."""
    asked = [
        (-float(match[2] or 1), match[1])
        for part in accept[:1000].split(",")
        if (match := _PREFERENCE.fullmatch(part.strip()))
    ]
    wanted = [code for weight, code in sorted(asked, key=lambda each: each[0]) if weight]
    return negotiate_locale(wanted, MAIL_LANGUAGES, sep="-") or ENGLISH


def _titled(name: str) -> str:
    return name[:1].upper() + name[1:]

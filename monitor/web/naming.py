"""Time zones, weekdays and languages by their names in a reader's language, from CLDR; and which language that is."""

from __future__ import annotations

import re
import zoneinfo
from functools import cache

from babel.core import Locale, get_global, negotiate_locale
from babel.dates import get_day_names, get_timezone_location

from monitor import cadence, speech
from monitor.values import MAIL_LANGUAGES

ARTICLE_LANGUAGES = (
    "af", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "eu", "fa",
    "fi", "fr", "ga", "gl", "gu", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "km", "kn",
    "ko", "ku", "ky", "lb", "lo", "lt", "lv", "mk", "ml", "mn", "mr", "ms", "mt", "ne", "nl", "no", "or", "pa",
    "pl", "ps", "pt", "ro", "ru", "si", "sk", "sl", "sq", "sr", "sv", "sw", "ta", "te", "th", "tl", "tr", "ug",
    "uk", "ur", "uz", "vi", "xh", "zh", "zu",
)  # fmt: skip
"""What a reader can choose among: languages that the monitor tells apart."""
_AREAS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


_PREFERENCE = re.compile(r"([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q=([01](?:\.\d{0,3})?))?")


@cache
def zones(language: str) -> tuple[tuple[str, str], ...]:
    """(IANA name, what a reader calls it) of each zone of a place, in the order of the names."""
    names = sorted(name for name in zoneinfo.available_timezones() if name.partition("/")[0] in _AREAS)
    return (("UTC", "UTC"), *((name, _place(name, language)) for name in names))


@cache
def days(language: str) -> tuple[tuple[str, str], ...]:
    """(Weekday as a cadence is written, its name) from Monday on."""
    names = get_day_names("wide", "stand-alone", locale=_words(language))
    return tuple((day, names[number]) for number, day in enumerate(cadence.DAYS))


@cache
def languages(language: str) -> tuple[tuple[str, str], ...]:
    """(Code, name) of each language of articles, in the alphabet of its name."""
    named = _words(language).languages
    return tuple(sorted(((code, named.get(code, code)) for code in ARTICLE_LANGUAGES), key=lambda each: each[1]))


def mail_languages() -> dict[str, str]:
    """The languages of mails and pages, each by its own name."""
    names = {code: _words(code).get_display_name(code) or code for code in sorted(MAIL_LANGUAGES)}
    return {code: name[:1].upper() + name[1:] for code, name in names.items()}


def preferred(accept: str) -> str:
    """The language that a browser asks for (RFC 9110, 12.5.4) among those there are; else English."""
    asked = [
        (-float(match[2] or 1), match[1])
        for part in accept[:1000].split(",")
        if (match := _PREFERENCE.fullmatch(part.strip()))
    ]
    wanted = [code for weight, code in sorted(asked, key=lambda each: each[0]) if weight]
    return negotiate_locale(wanted, MAIL_LANGUAGES, sep="-") or speech.ENGLISH


def _words(language: str) -> Locale:
    return speech.voice(language, "pages").locale


def _place(name: str, language: str) -> str:
    """Its city and country."""
    words = _words(language)
    city = str(get_timezone_location(name, locale=words, return_city=True))
    country = words.territories.get(get_global("zone_territories").get(name, ""))
    return f"{city}, {country}" if country else city

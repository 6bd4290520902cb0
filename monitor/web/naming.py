"""Time zones, weekdays and languages by their names in a reader's language, from CLDR."""

from __future__ import annotations

import zoneinfo
from functools import cache

from babel.core import get_global
from babel.dates import get_day_names, get_timezone_location

from monitor import cadence
from monitor.web import speech

ARTICLE_LANGUAGES = (
    "af", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "eu", "fa",
    "fi", "fr", "ga", "gl", "gu", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "km", "kn",
    "ko", "ku", "ky", "lb", "lo", "lt", "lv", "mk", "ml", "mn", "mr", "ms", "mt", "ne", "nl", "no", "or", "pa",
    "pl", "ps", "pt", "ro", "ru", "si", "sk", "sl", "sq", "sr", "sv", "sw", "ta", "te", "th", "tl", "tr", "ug",
    "uk", "ur", "uz", "vi", "xh", "zh", "zu",
)  # fmt: skip
"""What a reader can choose among: languages that the monitor tells apart."""
_AREAS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def zones(language: str) -> tuple[tuple[str, str], ...]:
    """(IANA name, what a reader calls it) of each zone of a place, in the order of the names."""
    names = sorted(name for name in zoneinfo.available_timezones() if name.partition("/")[0] in _AREAS)
    return (("UTC", "UTC"), *((name, _place(name, language)) for name in names))


@cache
def days(language: str) -> tuple[tuple[str, str], ...]:
    """(Weekday as a cadence is written, its name) from Monday on."""
    names = get_day_names("wide", "stand-alone", locale=speech.locale(language))
    return tuple((day, names[number]) for number, day in enumerate(cadence.DAYS))


@cache
def languages(language: str) -> tuple[tuple[str, str], ...]:
    """(Code, name) of each language of articles, in the alphabet of its name."""
    named = speech.locale(language).languages
    return tuple(sorted(((code, named.get(code, code)) for code in ARTICLE_LANGUAGES), key=lambda each: each[1]))


def _place(name: str, language: str) -> str:
    """Its city and country."""
    words = speech.locale(language)
    city = str(get_timezone_location(name, locale=words, return_city=True))
    country = words.territories.get(get_global("zone_territories").get(name, ""))
    return f"{city}, {country}" if country else city

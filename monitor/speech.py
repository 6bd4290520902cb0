"""What mails and pages say, in their reader's language: gettext catalogues, and CLDR for dates, numbers and names.

The English sentence is the key (`msgid`); `locale/<language>/LC_MESSAGES/<domain>.po` holds what is said instead. The
.po files are read as they are when a language is first needed, so nothing has to be compiled for a fresh clone, a wheel
or a container.
"""

from __future__ import annotations

import gettext
import io
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError, dates
from babel.messages import mofile, pofile

from monitor.values import MAIL_LANGUAGES

if TYPE_CHECKING:
    from datetime import tzinfo

ENGLISH = "en"
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Voice:
    """One language's words."""

    language: str
    locale: Locale
    catalogue: gettext.NullTranslations

    @property
    def direction(self) -> str:
        """For `dir`: "ltr" or "rtl"."""
        return self.locale.text_direction

    def say(self, sentence: str, /, **values: object) -> str:
        """A sentence with its values in place."""
        said = self.catalogue.gettext(sentence)
        return said % values if values else said

    def count(self, one: str, many: str, number: int, /, **values: object) -> str:
        """A sentence about a number, which it calls %(number)s, in the plural form that the language asks for."""
        return self.catalogue.ngettext(one, many, number) % {"number": number, **values}

    def language_name(self, language: str | None) -> str:
        """A language by its name in this one, e.g. "Korean" for ko."""
        other = locale(language)
        name = self.locale.languages.get(other.language) if other else None
        return name or self.say("language unknown")

    def clock(self, moment: datetime, place: tzinfo) -> str:
        """A time of day."""
        return str(dates.format_time(moment, "HH:mm", tzinfo=place, locale=self.locale))

    def moment(self, then: datetime | None, now: datetime, place: tzinfo) -> str:
        """When something was, as short as `now` allows: "14:05", "21 Nov, 14:05" or "3 Dec 2024"."""
        if then is None:
            return self.say("undated")
        there, today = then.astimezone(place), now.astimezone(place)
        if there.date() == today.date():
            return self.clock(then, place)
        if there.year != today.year:
            return self._date(there, "d MMM y", "yMMMd")
        return self._together(self._date(there, "d MMM", "MMMd"), self.clock(then, place))

    def day(self, now: datetime, place: tzinfo) -> str:
        """The date line of a mail, e.g. "Sunday 22 November 2026, 18:30"."""
        there = now.astimezone(place)
        date = dates.format_date(there, "EEEE d MMMM y" if self.language == ENGLISH else "full", locale=self.locale)
        return self._together(date, self.clock(now, place))

    def date(self, written: str) -> str:
        """A day as ISO 8601 writes it, e.g. "29 May 2025"; a part of one, or what is none, as it stands."""
        try:
            return self._date(datetime.strptime(written, "%Y-%m-%d"), "d MMM y", "yMMMd")  # noqa: DTZ007 a day of no zone
        except ValueError:
            return written

    def _together(self, date: str, time: str) -> str:
        """A date and a time, with the comma or blank that CLDR puts between them."""
        return str(self.locale.datetime_formats["medium"]).format(time, date)

    def _date(self, there: datetime, english: str, skeleton: str) -> str:
        """English dates as most of the world writes them; the others as CLDR has them."""
        if self.language == ENGLISH:
            return str(dates.format_date(there, english, locale=self.locale))
        return str(dates.format_skeleton(skeleton, there, locale=self.locale))


@cache
def voice(language: str, domain: str) -> Voice:
    """The words of a domain ("mail", "pages") in a language; in English where there is no such catalogue."""
    known = language if language in MAIL_LANGUAGES else ENGLISH
    return Voice(known, Locale.parse(known), _catalogue(known, domain))


@cache
def locale(language: str | None) -> Locale | None:
    """What CLDR knows of a language; None for a code that it does not know."""
    if not language or language == "und" or not _LANGUAGE_TAG.fullmatch(language):
        return None
    try:
        return Locale.parse(language, sep="-" if "-" in language else "_")
    except (UnknownLocaleError, ValueError):
        return None


def _catalogue(language: str, domain: str) -> gettext.NullTranslations:
    if language == ENGLISH:
        return gettext.NullTranslations()
    text = resources.files("monitor").joinpath("locale", language, "LC_MESSAGES", f"{domain}.po").read_bytes()
    compiled = io.BytesIO()
    mofile.write_mo(compiled, pofile.read_po(io.BytesIO(text), locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)

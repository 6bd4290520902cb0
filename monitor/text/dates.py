"""Calendar dates in running text, in any language: 29 mai 2025, 5월 29일 and 29.05.2025 are one day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import babel
from babel import UnknownLocaleError

from monitor.text import fold, numbers

_YEARS = range(1900, 2100)
_EAST = (
    r"(?:(?P<ey>\d{4})\s?[年년]\s?)?(?P<em>\d{1,2})\s?[月월](?:\s?(?P<ed>\d{1,2})\s?[日일号])?|(?P<eyo>\d{4})\s?[年년]"
    r"|(?<!\d)(?P<edo>\d{1,2})\s?(?:日(?!間)|일(?=[\s,.에은의자부까)]|$)|号(?=[\s,，。]))"
)
_ISO = r"(?P<iy>\d{4})-(?P<im>\d\d)-(?P<id>\d\d)|(?P<dd>\d{1,2})[./](?P<dm>\d{1,2})[./](?P<dy>\d{4})"


@dataclass(frozen=True, slots=True)
class Day:
    """A day, month or year that a text names."""

    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None

    @property
    def key(self) -> str:
        """ISO 8601, as exact as the text is: 2025-05-29, 2025-05, 2025; --05-29 without year, ---29 without month."""
        year = f"{self.year:04}" if self.year else "-"
        month = f"-{self.month:02}" if self.month else "" if self.year else "-"
        return year + month + (f"-{self.day:02}" if self.day else "")

    def near(self, when: date) -> Day:
        """The same day with month and year filled in: those that bring it closest to `when`."""
        if self.year:
            return self
        if not self.month:
            return Day(self.start, self.end, when.year, when.month, self.day)
        reached = [when.year - 1, when.year, when.year + 1]
        best = min(reached, key=lambda y: abs((date(y, self.month or 1, min(self.day or 15, 28)) - when).days))
        return Day(self.start, self.end, best, self.month, self.day)


def find(text: str, language: str) -> list[Day]:
    """Every calendar date of a text, in order. `language` is ISO 639-1 and chooses the month names (CLDR)."""
    plain = numbers.plain(text)
    found = []
    for match in _grammar(language).finditer(plain):
        day = _read(match, language)
        if day:
            found.append(day)
    return found


@lru_cache(maxsize=128)
def _months(language: str) -> dict[str, int]:
    """Month names in every form that the locale data has, without marks and case."""
    try:
        tables = babel.Locale.parse(language).months
    except (UnknownLocaleError, ValueError):
        return {}
    forms = [tables[use][width] for use in ("format", "stand-alone") for width in ("wide", "abbreviated")]
    names = {fold.strip(fold.lower(name)).rstrip("."): month for form in forms for month, name in form.items()}
    return {name: month for name, month in names.items() if len(name) > 2 and not name[0].isdigit()}


@lru_cache(maxsize=128)
def _grammar(language: str) -> re.Pattern[str]:
    names = "|".join(re.escape(n) for n in sorted(_months(language), key=len, reverse=True))
    western = ""
    if names:
        month, end = rf"(?<![^\W_])(?:{names})", r"\.?(?![^\W\d_])"
        linked, written = r",?\s(?:de |del )?", r"(?!\d)"
        western = (
            rf"(?<!\d)(?P<d1>\d{{1,2}})(?:\.|er|o|º|-(?:го|e))?,?\s(?:de |ב|d')?(?P<m1>{month}){end}"
            rf"(?:{linked}(?P<y1>\d{{4}}){written})?"
            rf"|(?P<m2>{month}){end}\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?{written}(?:,?\s(?P<y2>\d{{4}}){written})?"
            rf"|(?P<m3>{month}){end}{linked}(?P<y3>\d{{4}}){written}|"
        )
    year = r"(?<![\d.,$€£#-])(?P<y4>19\d\d|20\d\d)(?![\d%$€]|[.,:]\d|-\d)"
    return re.compile(f"{western}{_EAST}|{_ISO}|{year}")


def _read(match: re.Match[str], language: str) -> Day | None:
    """A match as a day, or None where no such day exists."""
    got = match.groupdict()
    pick = {part: next((got[k] for k in keys if got.get(k)), None) for part, keys in _GROUPS.items()}
    name = pick["name"]
    month = _months(language).get(name) if name else _whole(pick["month"])
    year, day = _whole(pick["year"]), _whole(pick["day"])
    if got.get("dm") and month and month > 12 >= (day or 0):
        month, day = day, month
    real = (not month or month in range(1, 13)) and (not day or day in range(1, 32)) and (not year or year in _YEARS)
    return Day(*match.span(), year, month, day) if real else None


_GROUPS = {
    "year": ("y1", "y2", "y3", "y4", "ey", "eyo", "iy", "dy"),
    "month": ("em", "im", "dm"),
    "day": ("d1", "d2", "ed", "edo", "id", "dd"),
    "name": ("m1", "m2", "m3"),
}


def _whole(digits: str | None) -> int | None:
    return int(digits) if digits else None

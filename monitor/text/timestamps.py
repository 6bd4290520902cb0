"""What instant a feed or page means by the date it writes: read honestly, or not at all.

A wrong date is worse than none: it hides news behind old news, and "first seen" is always at hand. So every number of
the string must be accounted for, an order of day and month that could be either is no date, and dates outside the life
of the web are none.
A date without a zone is read as UTC; one without a time of day as noon UTC, which is that day almost everywhere.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING

from monitor.text import months, zones

if TYPE_CHECKING:
    from collections.abc import Iterator

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)  # before it there were no news sites; 1970 and 0001 are unset fields
LATEST = datetime(2032, 1, 1, tzinfo=UTC)  # where no clock is given (the workbench)
AHEAD = timedelta(
    hours=15
)  # a local time called UTC is up to 14 hours ahead; beyond it a date is an announcement or an error
_LONGEST = 120  # characters; no honest date is longer

_RFC822 = re.compile(
    r"(?:[A-Za-z]{3,9}\.?,?\s*)?(\d{1,2})[ -]([A-Za-z]{3,9})\.?[ -](\d{4})"
    r"[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([A-Za-z]{1,4}|[+-]\d{4})?"
)
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s?([Zz]|[+-]\d{2}:?\d{2})?"
)

_EPOCH = re.compile(r"(\d{9,10})(\d{3}|\d{6})?(?:\.\d+)?")
_COMPACT = re.compile(
    r"((?:19|20)\d{2})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?(Z|[+-]\d{2}:?\d{2})?", re.IGNORECASE
)
_APACHE = re.compile(r"(\d{4}):(?=\d{2}:\d{2})")
_CLOCK = re.compile(r"(?<![\d:.])(\d{1,2})\s?[:∶]\s?(\d{1,2})(?:\s?[:∶]\s?(\d{1,2})(?:[.,]\d{1,9})?)?(?![\d:])")
_HOURS = re.compile(
    r"(?<!\d)(\d{1,2})\s?(?:時|时|点|點|시|h|uhr\b|ч\b)\s?(?:(\d{1,2})(?!\d)\s?(?:分|분|m(?:in)?\b|мин\b)?\s?(?:(\d{1,2})\s?(?:秒|초|s\b))?)?"
)
_DOTTED_CLOCK = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{2})(?:\.(\d{2}))?(?![\d.])")
_MARKS = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|ère|º|ª|°)(?![^\W\d_])")
_CJK_DAY = re.compile(
    r"(令和|平成|民國|民国|佛曆)?\s?(\d{1,4}|元)\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日号號일]"
)
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?([-./])\s?(\d{1,2})\s?\2\s?(\d{1,2})\.?(?=\D|$)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s?([-./])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})\.?(?!\d)")
_WORD = re.compile(r"[^\s\d,،、;:/()\[\]+\-–'’|@·_]+")
_NUMBER = re.compile(r"\d+")
_VIETNAMESE = re.compile(r"(?<!\d)(\d{1,2})\s?(?:tháng|thg\.?)\s?(\d{1,2})(?:,|\s|năm)+(\d{4})")
_MORNING = {
    "am",
    "a.m",
    "오전",
    "上午",
    "午前",
    "凌晨",
    "早上",
    "清晨",
    "ص",
    "صباحا",
    "صباحاً",
    "π.μ",
    "πμ",
    "sa",
    "de.",
    "de",
    "öö",
    "पूर्वाह्न",
}
_EVENING = {"pm", "p.m", "오후", "下午", "午後", "晚上", "م", "مساء", "مساءً", "μ.μ", "μμ", "ch", "du", "अपराह्न", "ös"}
_ERAS = {"令和": 2018, "平成": 1988, "民國": 1911, "民国": 1911, "佛曆": -543}
_BUDDHIST = range(2530, 2580)
_SOLAR_HIJRI = range(1374, 1415)


def read(raw: str, *, language: str | None = None, now: datetime | None = None) -> datetime | None:
    """The instant (UTC) that a written date means; None where no honest reading exists.

    `language` (ISO 639-1) settles month names that languages disagree on; `now` closes the window (default: `LATEST`).
    """
    found = _read(raw.strip()[: _LONGEST + 1], language)
    return found if found and EARLIEST <= found <= (now + AHEAD if now else LATEST) else None


@lru_cache(maxsize=512)
def _read(raw: str, language: str | None) -> datetime | None:
    try:
        return _usual(raw) or _unusual(raw, language)
    except (ValueError, OverflowError):  # a 30th of February, an hour 25, a year beyond datetime's
        return None


def _usual(raw: str) -> datetime | None:
    """The two forms of nearly every feed, RFC 822 and RFC 3339; others are left to `_unusual`."""
    if (form := _RFC822.fullmatch(raw)) and (month := months.ENGLISH.get(form[2].lower())):
        return _instant(
            (int(form[3]), month, int(form[1])), _time(form[4], form[5], form[6]), zones.offset(form[7] or "utc")
        )
    if form := _ISO.fullmatch(raw):
        day = int(form[1]), int(form[2]), int(form[3])
        return (
            _instant(day, _time(form[4], form[5], form[6]), zones.offset(form[7] or "utc"))
            if day[0] > max(_SOLAR_HIJRI)
            else None
        )
    return None


def _unusual(raw: str, language: str | None) -> datetime | None:
    text = _plain(raw)
    if len(text) > _LONGEST or not text:
        return None
    if number := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(number[1]), UTC) if not _COMPACT.fullmatch(text) else _compact(text)
    if _COMPACT.fullmatch(text):
        return _compact(text)
    day, rest = _day(text, language)
    if day is None:
        return None
    time, rest = _clock(rest)
    offset, rest = zones.cut(rest)
    if _NUMBER.search(rest) or offset is None:
        return None
    return _instant(day, time, offset) if time else datetime(*day, 12, tzinfo=UTC)


def _plain(raw: str) -> str:
    """Casefolded, with plain digits of any script, without invisible marks and ordinal endings."""
    text = _MARKS.sub("", unicodedata.normalize("NFKC", raw)).replace("\u2212", "-").casefold().strip()
    text = "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)
    return _APACHE.sub(r"\1 ", _ORDINAL.sub("", text))


def _compact(text: str) -> datetime | None:
    form = _COMPACT.fullmatch(text)
    if form is None:
        return None
    day = int(form[1]), int(form[2]), int(form[3])
    return (
        _instant(day, _time(form[4], form[5], form[6]), zones.offset(form[7] or "utc"))
        if form[4]
        else datetime(*day, 12, tzinfo=UTC)
    )


def _time(hour: str, minute: str | None, second: str | None) -> tuple[int, int, int]:
    """A leap second is read as the second before it."""
    return int(hour), int(minute or 0), min(int(second or 0), 59) if int(second or 0) <= 60 else 99


def _instant(day: tuple[int, int, int], time: tuple[int, int, int], offset: timedelta | None) -> datetime | None:
    """24:00 is the midnight that ends the day (ISO 8601)."""
    if offset is None:
        return None
    midnight = time == (24, 0, 0)
    local = datetime(*day, *((0, 0, 0) if midnight else time), tzinfo=timezone(offset))
    return (local + timedelta(days=midnight)).astimezone(UTC)


# --- the day ------------------------------------------------------------------------------------------------------


def _day(text: str, language: str | None) -> tuple[tuple[int, int, int] | None, str]:
    """Year, month and day in our calendar, and what is left of the text."""
    if form := _CJK_DAY.search(text):
        year = 1 if form[2] == "元" else int(form[2])
        year += _ERAS[form[1]] if form[1] else 0
        return _calendar(year, int(form[3]), int(form[4])), _without(text, form)
    if form := _VIETNAMESE.search(text):
        return (int(form[3]), int(form[2]), int(form[1])), _without(text, form)
    if form := _YEAR_FIRST.search(text):
        return _calendar(int(form[1]), int(form[3]), int(form[4])), _without(text, form)
    if form := _YEAR_LAST.search(text):
        return _only(list(_orders(form))), _without(text, form)
    return _named(text, language)


def _without(text: str, form: re.Match[str]) -> str:
    return f"{text[: form.start()]} {text[form.end() :]}"


def _calendar(year: int, month: int, day: int) -> tuple[int, int, int]:
    """A day of the Buddhist era or of the solar Hijri calendar becomes one of ours."""
    if year in _BUDDHIST:
        return year - 543, month, day
    if year in _SOLAR_HIJRI:
        return _from_solar_hijri(year, month, day)
    return year, month, day


def _from_solar_hijri(year: int, month: int, day: int) -> tuple[int, int, int]:
    """Arithmetic 33-year leap cycle (Borkowski 1996 gives the same days for the years 1374 to 1414).

    Raises ValueError for a day that the month does not have.
    """
    leap = (25 * year + 11) % 33 < 8
    longest = 31 if month <= 6 else 30 if month < 12 or leap else 29
    if not (1 <= month <= 12 and 1 <= day <= longest):
        raise ValueError(f"no day {year}-{month}-{day}")
    before = 365 * (year - 1) + (8 * year + 21) // 33 + (month - 1) * 31 - max(0, month - 7) + day
    found = datetime.fromordinal(before + 226_894)
    return found.year, found.month, found.day


def _orders(form: re.Match[str]) -> Iterator[tuple[int, int, int]]:
    """Every order in which these numbers are written; points go day first, but for Korea's short years."""
    first, second, last = int(form[1]), int(form[3]), int(form[4])
    year = last if len(form[4]) == 4 else 2000 + last
    yield year, second, first
    if form[2] != ".":
        yield year, first, second
    if len(form[4]) == 2:
        yield 2000 + first, second, last


def _only(readings: list[tuple[int, int, int]]) -> tuple[int, int, int] | None:
    """The one reading that is a day within the window."""
    days = set()
    for reading in readings:
        try:
            if EARLIEST <= datetime(*reading, tzinfo=UTC) <= LATEST:
                days.add(reading)
        except ValueError:
            continue
    return days.pop() if len(days) == 1 else None


def _named(text: str, language: str | None) -> tuple[tuple[int, int, int] | None, str]:
    """A day whose month is a word: "28 juil. 2022", "Jul 28, 2022", "28 de julio de 2022", "28-Jul-22"."""
    found = _month(text, language)
    if found is None:
        return None, text
    month, start, end, persian = found
    before, after = list(_NUMBER.finditer(text[:start])), list(_NUMBER.finditer(text, end))
    if before and after and before[-1][0] and len(before[-1][0]) <= 2:
        day, year = before[-1], after[0]
    elif before and len(before[-1][0]) == 4 and after:
        year, day = before[-1], after[0]
    elif len(after) >= 2:
        day, year = after[0], next((n for n in after[1:] if len(n[0]) == 4), after[1])
    else:
        return None, text
    if len(day[0]) > 2 or len(year[0]) not in (2, 4):
        return None, text
    whole = int(year[0]) + (2000 if len(year[0]) == 2 else 0)
    rest = _blank(text, (start, end), day.span(), year.span())
    if persian:
        return (_from_solar_hijri(whole, month, int(day[0])) if whole in _SOLAR_HIJRI else None), rest
    return _calendar(whole, month, int(day[0])), rest


def _blank(text: str, *spans: tuple[int, int]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _month(text: str, language: str | None) -> tuple[int, int, int, bool] | None:
    """Month, where its name starts and ends, and whether it is of the Persian calendar."""
    words = list(_WORD.finditer(text))
    for word, following in zip(words, [*words[1:], None], strict=True):
        if following and (month := months.number(f"{word[0]} {following[0]}", language)):
            return month, word.start(), following.end(), False
    for word in words:
        if month := months.PERSIAN.get(word[0]):
            return month, word.start(), word.end(), True
        if not zones.offset(word[0]) and (month := months.number(word[0], language)):
            return month, word.start(), word.end(), False
    return None


# --- the time of day ------------------------------------------------------------------------------------------------


def _clock(text: str) -> tuple[tuple[int, int, int] | None, str]:
    """Hour, minute and second where the text has them, and what is left of it."""
    form = _CLOCK.search(text) or _HOURS.search(text) or _DOTTED_CLOCK.search(text)
    if form is None:
        return None, text
    hour, minute, second = _time(form[1], form[2], form[3])
    rest = _without(text, form)
    marks = {word.rstrip(".") for word in _WORD.findall(rest)}
    if hour <= 12 and marks & _EVENING:
        hour = hour % 12 + 12
    elif hour == 12 and marks & _MORNING:
        hour = 0
    return (hour, minute, second), rest

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
from typing import TYPE_CHECKING, NamedTuple

from monitor.text import dayparts, locales, months, zones

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

_EPOCH = re.compile(r"@?(\d{9,10})(\d{3}|\d{6}|\d{9})?(?:\.\d+)?")
_COMPACT = re.compile(
    r"((?:19|20)\d{2})(\d{2})(\d{2})(?:[t ]?(\d{2}):?(\d{2}):?(\d{2})?(?:[.,]\d{1,9})?)?\s?"
    r"(z|[+-]\d{2}:?\d{2}|[+-]\d{2})?"
)
_ORDINAL_DAY = re.compile(r"(\d{4})-(\d{3})(?=t|\s|$)")
_WEEK_DAY = re.compile(r"(\d{4})-?w(\d{2})-?([1-7])(?=t|\s|$)")
_APACHE = re.compile(r"(\d{4}):(?=\d{2}:\d{2})")
_CLOCK = re.compile(
    r"(?<![\d:.])(\d{1,2})\s?[:∶]\s?(\d{1,2})(?:\s?[:∶]\s?(\d{1,2})(?:[.,:]\d{1,9})?)?\s?(?:h(?:rs?)?\b\.?)?(?![\d:])"
)
_HOURS = re.compile(
    r"(?<![\d.])(\d{1,2})\s?(?:時|时|点|點|시|h|hod\b|uhr\b|ч\b|giờ|g(?=\d)|น\.|นาฬิกา|ໂມງ)\s?"
    r"(?:(\d{1,2})(?!\d)\s?(?:分|분|m(?:in)?\b|мин\b|хв\b|phút|นาที|ນາທີ)?\s?(?:(\d{1,2})\s?(?:秒|초|s\b|วินาที|ວິນາທີ))?)?"
)
_DOTTED_CLOCK = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{2})(?:\.(\d{2}))?(?!\.?\d)")
_HOUR_ALONE = re.compile(r"(?<![\d.:])(\d{1,2})()()\s?(?=[ap]\.?m\b)")
_LOOSE_CLOCKS = (_HOURS, _DOTTED_CLOCK, _HOUR_ALONE)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|ère|º|ª|°|o\b|a\b)(?![^\W\d_])")
_CJK_DAY = re.compile(
    r"(令和|平成|昭和|民國|民国|佛曆)?\s?(\d{1,4}|元)\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日号號일]"
)
_YEAR_FIRST = re.compile(r"(?<![^\W_])(\d{4})\s?([-./])\s?(\d{1,2})\s?\2\s?(\d{1,2})\.?(?=\D|$)")
_YEAR_LAST = re.compile(r"(?<![^\W_])(\d{1,2})\s?([-./])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})\.?(?!\d)")
_IN_WORDS = (
    re.compile(r"(?<!\d)(?P<day>\d{1,2})\s?(?:tháng|thg\.?)\s?(?P<month>\d{1,2})(?:,|\s|năm)+(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})\s?оны\s?(?P<month>\d{1,2})[- ]?р\s?сарын\s?(?P<day>\d{1,2})"),
)
"""Vietnamese and Mongolian count their months."""
_COUNTED_WEEKDAY = re.compile(r"\bthứ [2-7]\b|\bth [2-7]\b")  # Vietnamese
_TIME_MARK = re.compile(r"(?<=\d)t(?=\d)")
_WORD = re.compile(r"[^\s\d,،、;:/()\[\]+\-–'’|@·_]+")
_ENGLISH_DAY = re.compile(r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?")
_NEXT_WORD = re.compile(r"\s*[(\[]?\s*([^\W\d_][^\s\d,،、;:/()\[\]+\-–|@·_]*)")
_NUMBER = re.compile(r"\d+")
_WORDS_AFTER_A_CLOCK = """h hs hrs hr hod uhr uur u godz ч час часов год година г น น. klo kl ora ore on de del du den
dne des d le am um of o'clock oclock ساعة بتوقيت توقيت 에 分 분"""
_AFTER_A_CLOCK = frozenset(_WORDS_AFTER_A_CLOCK.split())
"""Words after a clock that change nothing. Any other might be a zone or a part of the day: then there is no date."""
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911, "佛曆": -543}
_BUDDHIST = range(2530, 2580)
_SOLAR_HIJRI = range(1374, 1415)
_YEAR_FIRST_IN = frozenset({None, "ko", "ja", "zh", "hu", "mn"})

Day = tuple[int, int, int]
Time = tuple[int, int, int]


def read(raw: str, *, language: str | None = None, now: datetime | None = None) -> datetime | None:
    """The instant (UTC) that a written date means; None where no honest reading exists.

    `language` (ISO 639-1) settles month names that languages disagree on; `now` closes the window (default: `LATEST`).
    """
    found = _read(raw.strip()[: _LONGEST + 1], language)
    return found if found and EARLIEST <= found <= (now + AHEAD if now else LATEST) else None


@lru_cache(maxsize=512)
def _read(raw: str, language: str | None) -> datetime | None:
    try:
        return _usual(raw, language) or _unusual(raw, language)
    except (ValueError, OverflowError):  # a 30th of February, an hour 25, a year beyond datetime's
        return None


def _usual(raw: str, language: str | None) -> datetime | None:
    """The two forms of nearly every feed, RFC 822 and RFC 3339; others are left to `_unusual`."""
    if (form := _RFC822.fullmatch(raw)) and (month := months.ENGLISH.get(form[2].lower())):
        day = int(form[3]), month, int(form[1])
        return _instant(day, _time(form[4], form[5], form[6]), zones.offset(form[7] or "utc", language))
    if (form := _ISO.fullmatch(raw)) and int(form[1]) > max(_SOLAR_HIJRI):
        day = int(form[1]), int(form[2]), int(form[3])
        return _instant(_calendar(*day), _time(form[4], form[5], form[6]), zones.offset(form[7] or "utc"))
    return None


def _unusual(raw: str, language: str | None) -> datetime | None:
    text = _plain(raw)
    if len(text) > _LONGEST or not text:
        return None
    if _COMPACT.fullmatch(text):
        return _compact(text)
    if number := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(number[1]), UTC)
    for clock, day, rest in _readings(text, language):
        if day and not _NUMBER.search(rest):
            return _at(day, clock, rest, language)
    return None


def _readings(text: str, language: str | None) -> Iterator[tuple[Clock | None, Day | None, str]]:
    """Clock, day and what is left of the text: a clock with colons first, then those that might be days as well."""
    clock, rest = _clock(text, (_CLOCK,), language)
    yield clock, *_day(rest, language)
    if clock is None:
        clock, rest = _clock(text, _LOOSE_CLOCKS, language)
        yield clock, *_day(rest, language)
        day, rest = _day(text, language)
        clock, rest = _clock(rest, _LOOSE_CLOCKS, language)
        yield clock, day, rest


def _at(day: Day, clock: Clock | None, rest: str, language: str | None) -> datetime | None:
    if clock is None:
        return datetime(*day, 12, tzinfo=UTC)
    zone = clock.offset if clock.offset is not None else zones.within(rest, language)
    return _instant(day, clock.time, zone or timedelta(0))


def _plain(raw: str) -> str:
    """Casefolded, with plain digits of any script, without invisible marks and ordinal endings."""
    text = locales.plain(raw).replace("\u2212", "-")
    text = "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)
    text = _COUNTED_WEEKDAY.sub(" ", _APACHE.sub(r"\1 ", _ORDINAL.sub("", text)))
    return text if _COMPACT.fullmatch(text) else _TIME_MARK.sub(" ", text)


def _compact(text: str) -> datetime | None:
    form = _COMPACT.fullmatch(text)
    if form is None:
        return None
    day = int(form[1]), int(form[2]), int(form[3])
    if not form[4]:
        return datetime(*day, 12, tzinfo=UTC)
    return _instant(day, _time(form[4], form[5], form[6]), zones.offset(form[7] or "utc"))


def _time(hour: str, minute: str | None, second: str | None) -> Time:
    """A leap second is read as the second before it."""
    return int(hour), int(minute or 0), min(int(second or 0), 59) if int(second or 0) <= 60 else 99


def _instant(day: Day, time: Time, offset: timedelta | None) -> datetime | None:
    """24:00 is the midnight that ends the day (ISO 8601)."""
    if offset is None:
        return None
    midnight = time == (24, 0, 0)
    local = datetime(*day, *((0, 0, 0) if midnight else time), tzinfo=timezone(offset))
    return (local + timedelta(days=midnight)).astimezone(UTC)


# --- the day ------------------------------------------------------------------------------------------------------


def _day(text: str, language: str | None) -> tuple[Day | None, str]:
    """Year, month and day in our calendar, and what is left of the text."""
    if form := _CJK_DAY.search(text):
        year = 1 if form[2] == "元" else int(form[2])
        year += _ERAS[form[1]] if form[1] else 0
        return _calendar(year, int(form[3]), int(form[4])), _without(text, form)
    for words in _IN_WORDS:
        if form := words.search(text):
            return (int(form["year"]), int(form["month"]), int(form["day"])), _without(text, form)
    if form := _ORDINAL_DAY.search(text) or _WEEK_DAY.search(text):
        return _counted_day(form), _without(text, form)
    return _numeric(text, language) or _named(text, language)


def _numeric(text: str, language: str | None) -> tuple[Day | None, str] | None:
    """A day in numbers alone; None where the text has none."""
    if form := _YEAR_FIRST.search(text):
        return _calendar(int(form[1]), int(form[3]), int(form[4])), _without(text, form)
    if form := _YEAR_LAST.search(text):
        rest = _without(text, form)
        return _only(list(_orders(form, language)), _weekday(rest, language)), rest
    return None


def _counted_day(form: re.Match[str]) -> Day:
    """ISO 8601's ordinal and week dates. Raises ValueError for a day that the year does not have."""
    if form.re is _WEEK_DAY:
        found = datetime.fromisocalendar(int(form[1]), int(form[2]), int(form[3]))
    else:
        found = datetime(int(form[1]), 1, 1, tzinfo=UTC) + timedelta(days=int(form[2]) - 1)
        if found.year != int(form[1]):
            raise ValueError(f"no day {form[0]}")
    return found.year, found.month, found.day


def _without(text: str, form: re.Match[str]) -> str:
    return f"{text[: form.start()]} {text[form.end() :]}"


def _calendar(year: int, month: int, day: int) -> Day:
    """A day of the Buddhist era or of the solar Hijri calendar becomes one of ours."""
    if year in _BUDDHIST:
        return year - 543, month, day
    if year in _SOLAR_HIJRI:
        return _from_solar_hijri(year, month, day)
    return year, month, day


def _from_solar_hijri(year: int, month: int, day: int) -> Day:
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


def _orders(form: re.Match[str], language: str | None) -> Iterator[Day]:
    """Every order in which these numbers are written; points go day first, but for East Asia's short years."""
    first, second, last = int(form[1]), int(form[3]), int(form[4])
    year = last if len(form[4]) == 4 else 2000 + last
    if year in _BUDDHIST:
        year -= 543
    yield year, second, first
    if form[2] != ".":
        yield year, first, second
    if len(form[4]) == 2 and (form[2] != "." or language in _YEAR_FIRST_IN):
        yield 2000 + first, second, last


def _only(readings: list[Day], weekday: int | None) -> Day | None:
    """The one reading that is a day within the window; of several, the one on the weekday that is written."""
    days: dict[Day, int] = {}
    for reading in readings:
        try:
            found = datetime(*reading, tzinfo=UTC)
        except ValueError:
            continue
        if EARLIEST <= found <= LATEST:
            days[reading] = found.weekday()
    if len(days) > 1:
        days = {day: its for day, its in days.items() if its == weekday}
    return next(iter(days)) if len(days) == 1 else None


def _weekday(text: str, language: str | None) -> int | None:
    words = _words(text)
    meant = [days for word in words if len(days := months.weekdays(word[0], language)) == 1]
    return meant[0].pop() if len(meant) == 1 else None


def _words(text: str) -> list[re.Match[str]]:
    return list(_WORD.finditer(text))


def _named(text: str, language: str | None) -> tuple[Day | None, str]:
    """A day whose month is a word, beside its day and its year and no other number: "28 juil. 2022", "28-Jul-22"."""
    numbers = list(_NUMBER.finditer(text))
    found = _month(text, language) if len(numbers) == 2 else None
    if found is None:
        return None, text
    month, start, end, persian = found
    day, year = numbers if len(numbers[0][0]) <= 2 else reversed(numbers)
    if len(day[0]) > 2 or not (len(year[0]) == 4 or (len(year[0]) == 2 and day.end() <= start <= end <= year.start())):
        return None, text
    whole = int(year[0]) + (2000 if len(year[0]) == 2 else 0)
    rest = _blank(text, (start, end), day.span(), year.span())
    if persian:
        return (_from_solar_hijri(whole, month, int(day[0])) if whole in _SOLAR_HIJRI else None), rest
    if whole in _SOLAR_HIJRI:
        return None, text
    return _calendar(whole, month, int(day[0])), rest


def _blank(text: str, *spans: tuple[int, int]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _month(text: str, language: str | None) -> tuple[int, int, int, bool] | None:
    """Month, where its name starts and ends, and whether it is of the Persian calendar; None where words disagree.

    "mar 7 abr" is a Tuesday in April: a word that is also a weekday yields to one that is not.
    """
    words = _words(text)
    persian = [word for word in words if word[0] in months.PERSIAN]
    if len(persian) == 1:
        return months.PERSIAN[persian[0][0]], persian[0].start(), persian[0].end(), True
    english = [word for word in words if word[0].rstrip(".") in months.ENGLISH]
    if len(english) == 1 and all(word in english or _ENGLISH_DAY.fullmatch(word[0]) for word in words):
        return months.ENGLISH[english[0][0].rstrip(".")], english[0].start(), english[0].end(), False
    named = [
        (meant, start, end)
        for name, start, end in _phrases(words)
        if (meant := months.meanings(name, language)) and zones.offset(name) is None
    ]
    sure = [each for each in named if not months.weekdays(text[each[1] : each[2]], language)] or named
    meanings = set.intersection(*(meant for meant, _, _ in sure)) if sure else set()
    if len(meanings) != 1:
        return None
    return meanings.pop(), sure[0][1], sure[-1][2], False


def _phrases(words: list[re.Match[str]]) -> Iterator[tuple[str, int, int]]:
    """Words, or two of them where these are a month's name."""
    taken = -1
    for word, following in zip(words, [*words[1:], None], strict=True):
        if word.start() < taken:
            continue
        if following and months.known(pair := f"{word[0]} {following[0]}"):
            taken = following.end()
            yield pair, word.start(), taken
        else:
            yield word[0], word.start(), word.end()


# --- the time of day ------------------------------------------------------------------------------------------------


class Clock(NamedTuple):
    """A time of day, and the zone written beside it."""

    time: Time
    offset: timedelta | None


def _clock(text: str, forms: tuple[re.Pattern[str], ...], language: str | None) -> tuple[Clock | None, str]:
    """The time of day in a text where it has one, and what is left of the text.

    None where a word beside it may change its meaning, and nobody knows how.
    """
    form = next((found for pattern in forms if (found := pattern.search(text))), None)
    if form is None:
        return None, text
    hour, minute, second = _time(form[1], form[2], form[3])
    before, after = text[: form.start()], text[form.end() :]
    part, after = dayparts.beside(before, after, language)
    if part:
        hour = dayparts.whole(hour, part)
    while (word := _NEXT_WORD.match(after)) and word[1].strip(".") in _AFTER_A_CLOCK:
        after = after[word.end() :]
    offset, after = zones.beside(after, language)
    if offset is None and (word := _NEXT_WORD.match(after)) and not _harmless(word[1], language):
        return None, text
    return Clock((hour, minute, second), offset), f"{before} {after}"


def _harmless(word: str, language: str | None) -> bool:
    return bool(word in months.PERSIAN or months.meanings(word, language) or months.weekdays(word, language))

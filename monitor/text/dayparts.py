"""Parts of the day in many languages (CLDR): what "4:05" means beside "PM", "오후", "π.μ." or "akşam"."""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import cache

from monitor.text import locales, zones

_MOST_WORDS = 4  # "saa sita za usiku"
_WORD_BEFORE = re.compile(r"(?:[^\W\d_][^\s\d,;:()|/]*\s*)$")
_WORD_AFTER = re.compile(r"\s*([^\W\d_][^\s\d,;:()|/+\-]*)")
_ENGLISH_AFTER = re.compile(r"\s*([ap])\.?m\b\.?")
"""Answered before CLDR is loaded (0.5 s)."""
_MORE = (  # what CLDR lacks: Chinese and Arabic as it is written, Greek and Hungarian without points
    ("am", "am a.m 凌晨 清晨 早晨 午前 صباحا صباحاً ق.ظ قبل‌ازظهر"),
    ("pm", "pm p.m 午后 下晝 مساء مساءً ب.ظ بعدازظهر"),
)
_ONLY_HERE = {"de": "hu", "du": "hu", "e": "", "da": "", "i": "", "la": "", "a": "", "na": "", "kl": ""}
"""Words that are a part of the day in one language, or in none, and something else in the others."""


class Part(Enum):
    """How a part of the day completes an hour of twelve."""

    MORNING = auto()
    """Midnight to noon."""
    AFTERNOON = auto()
    """Noon to midnight."""
    NIGHT = auto()
    """Six in the evening to six in the morning."""


def whole(hour: int, part: Part) -> int:
    """The hour of twenty-four; one above twelve says all that there is to say."""
    if hour > 12:
        return hour
    if part is Part.MORNING:
        return hour % 12
    if part is Part.AFTERNOON:
        return hour % 12 + 12
    return hour + 12 if 6 <= hour < 12 else hour % 12


def beside(before: str, after: str, language: str | None) -> tuple[Part | None, str]:
    """The part of the day that stands directly after or before a clock (casefolded), and what is left of `after`."""
    if english := _ENGLISH_AFTER.match(after):
        return Part.MORNING if english[1] == "a" else Part.AFTERNOON, after[english.end() :]
    words: list[str] = []
    end, found = 0, None
    if (form := _WORD_AFTER.match(after)) and zones.offset(form[1], language) is not None:
        return _ahead(before.rstrip(), language), after
    while len(words) < _MOST_WORDS and (form := _WORD_AFTER.match(after, end)):
        words.append(form[1])
        end = form.end()
        if part := _meant(" ".join(words), language):
            found = part, after[end:]
    return found or (_ahead(before.rstrip(), language), after)


def _ahead(before: str, language: str | None) -> Part | None:
    """Chinese, Japanese and Korean write it before the clock, with or without a gap; Hindi and others as a word."""
    if not before[-1:].isalpha() and not _WORD_BEFORE.search(before):
        return None
    glued = next((phrase for phrase in _east_asian() if before.endswith(phrase)), None)
    if glued:
        return _meant(glued, language)
    form = _WORD_BEFORE.search(before)
    return _meant(form[0].strip(), language) if form else None


def _meant(phrase: str, language: str | None) -> Part | None:
    phrase = phrase.replace(".", "")
    if _ONLY_HERE.get(phrase, language) != language:
        return None
    meant = _phrases().get(phrase, {})
    parts = {part for part, languages in meant.items() if language in languages} or set(meant)
    return parts.pop() if len(parts) == 1 else None


@cache
def _phrases() -> dict[str, dict[Part, set[str]]]:
    """Phrase -> part of the day -> languages."""
    phrases: dict[str, dict[Part, set[str]]] = {}
    for code, locale in locales.all_of():
        for widths in locale.day_periods.values():
            for width in ("wide", "abbreviated"):
                for period, written in widths.get(width, {}).items():
                    if period != "noon":  # "12 noon", and nothing else
                        phrases.setdefault(_bare(written), {}).setdefault(_part(period), set()).add(code)
    for period, words in _MORE:
        for word in words.split():
            phrases.setdefault(_bare(word), {}).setdefault(_part(period), set()).add("en")
    return phrases


def _bare(written: str) -> str:
    return locales.plain(written).replace(".", "")


def _part(period: str) -> Part:
    """CLDR's names: am, pm, midnight, morning1, morning2, afternoon1, afternoon2, evening1, night1 and so on."""
    if period == "am" or period.startswith("morning"):
        return Part.MORNING
    return Part.NIGHT if period == "midnight" or period.startswith("night") else Part.AFTERNOON


@cache
def _east_asian() -> tuple[str, ...]:
    found = [phrase for phrase in _phrases() if phrase and "\u2e80" <= phrase[0] <= "\uffff"]
    return tuple(sorted(found, key=len, reverse=True))

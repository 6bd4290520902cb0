"""The checkable statements of an article: numbers, dates, names, denials, turns, its source; each with its sentence."""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.novelty import counting, origins, phrases, turns
from monitor.text import dates, fold, names, numbers, words
from monitor.values import Fact, FactKind, Field

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from monitor.values import Article

_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:：]\d{2}(?!\d)")
"""A time of day counts nothing: it stands in datelines above all."""
_LARGEST = 400
"""Facts kept of one article; a long table would fill the store and tell nothing."""


def facts(article: Article) -> tuple[Fact, ...]:
    """Every fact of title and text, in order, each once by its key and field."""
    found: dict[tuple[str, Field], Fact] = {}
    for where, text in ((Field.TITLE, article.title), (Field.TEXT, article.text)):
        for fact in _facts_of(text, where, article):
            found.setdefault((fact.key, where), fact)
    cited = _cited(article)
    if cited:
        found.setdefault((cited.key, cited.where), cited)
    return tuple(found.values())[:_LARGEST]


def _cited(article: Article) -> Fact | None:
    """The outlet that the article says it has its news from, with the sentence that says so."""
    origin = origins.origin(article)
    start = article.text.find(origin.outlet) if origin else -1
    if not origin or start < 0:
        return None
    spans = words.sentences(article.text, article.language or "und")
    sentence = next((article.text[a:b] for a, b in spans if a <= start < b), article.text)
    key, end = f"{FactKind.SOURCE}:{fold.lower(origin.outlet)}", start + len(origin.outlet)
    return Fact(FactKind.SOURCE, key, origin.outlet, sentence, Field.TEXT, start, end)


def _facts_of(text: str, where: Field, article: Article) -> list[Fact]:
    language = article.language or "und"
    when = article.published.date() if article.published else None
    spans = words.sentences(text, language)
    starts = [start for start, _ in spans]
    found = []
    for kind, key, start, end in _spans(text, language, when):
        place = max(0, bisect_right(starts, start) - 1)
        sentence = text[slice(*spans[place])] if spans else text
        found.append(Fact(kind, f"{kind}:{key}", text[start:end], sentence, where, start, end))
    return sorted(found, key=lambda fact: fact.start)


def _spans(text: str, language: str, when: date | None) -> Iterator[tuple[FactKind, str, int, int]]:
    plain = phrases.ready(text)
    named = dates.find(text, language)
    days = [day for day in named if day.month or day.day or not counting.counts(plain, day.end, language)]
    for day in days:
        yield FactKind.DATE, (day.near(when) if when else day).key, day.start, day.end
    if when:
        yield from _weekdays(text, language, when)
    timed = [(day.start, day.end) for day in days] + [match.span() for match in _CLOCK.finditer(text)]
    for quantity in numbers.find(text, language):
        if not any(start < quantity.end and quantity.start < end for start, end in timed):
            yield FactKind.NUMBER, _number(quantity, plain, language), quantity.start, quantity.end
    for mention in names.find(text, language):
        yield FactKind.NAME, mention.key, mention.start, mention.end
    for _, start, end in phrases.found("denials", plain, language):
        yield FactKind.DENIAL, plain[start:end], start, phrases.whole(plain, start, end)
    for turn, start, end in turns.find(text, language):
        yield FactKind.TURN, turn, start, phrases.whole(plain, start, end)


def _weekdays(text: str, language: str, when: date) -> Iterator[tuple[FactKind, str, int, int]]:
    """Days of the week as days of the calendar: the last one up to that of the report, for news is of what happened."""
    for name, start, end in phrases.found("weekdays", phrases.ready(text), language):
        back = (when.weekday() - int(name.removeprefix("d"))) % 7
        yield FactKind.DATE, (when - timedelta(days=back)).isoformat(), start, end


def _number(quantity: numbers.Quantity, plain: str, language: str) -> str:
    """Its key, and for a count what is counted: 11000:soldiers."""
    kind = "" if quantity.unit else counting.counted(plain, (quantity.start, quantity.end), language)
    return f"{quantity.key}:{kind}" if kind else quantity.key

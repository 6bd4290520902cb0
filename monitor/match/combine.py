"""From mentions to hits: longer names win, `near` and `not` are asked, the rows of `all` must stand together."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from monitor.text import words
from monitor.values import Field, Hit, Spelling, Within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.text.words import Script
    from monitor.values import Article, Name, Term, Watchlist


@dataclass(frozen=True, slots=True)
class Found:
    """A spelling or country found in an article; places are the original's."""

    where: Field
    start: int
    end: int
    rule: str
    """How the text's words are the spelling's, e.g. "inflected form"."""
    spelling: str
    score: float
    words: str
    """The text's own words."""
    heard: bool = False
    """Known by its sound alone."""
    country: bool = False
    """A country's name, which the rule tells; the term's own name is a label."""

    def across(self, scripts: frozenset[Script]) -> bool:
        """Was it heard from another script, though the term is written in one of `scripts`, the text's own?"""
        here = words.script(self.words)
        return self.heard and here in scripts and words.script(self.spelling) is not here


@dataclass
class Sightings:
    """Everything that was found in one article, for all watchlists."""

    article: Article
    spellings: dict[tuple[str, Spelling], list[Found]] = field(default_factory=dict)
    countries: dict[str, list[Found]] = field(default_factory=dict)

    def of(self, names: Sequence[Name], rule: Spelling) -> list[Found]:
        """Where any of these names stands, in the order of places."""
        found: list[Found] = []
        for name in names:
            found += self.countries.get(name.country, ()) if name.country else self.spellings.get((name.text, rule), ())
        # Who writes Pantsir and Панцирь knows how Latin letters spell it: a German Panzer only sounds like Панцир.
        scripts = frozenset(words.script(name.text) for name in names if name.text)
        found = [each for each in found if not each.across(scripts)]
        return sorted(set(found), key=lambda f: (f.where is Field.TEXT, f.start, -f.end, -f.score, f.spelling))

    @cached_property
    def sentences(self) -> list[tuple[Field, int, int]]:
        language = self.article.language or "und"
        return [(w, a, b) for w, text in self._fields() for a, b in words.sentences(text, language)]

    @cached_property
    def paragraphs(self) -> list[tuple[Field, int, int]]:
        return [(w, a, b) for w, text in self._fields() for a, b in words.paragraphs(text)]

    @cached_property
    def word_starts(self) -> dict[Field, list[int]]:
        """Where each word starts; in scripts without spaces two characters count as a word."""
        starts: dict[Field, list[int]] = {}
        for where, text in self._fields():
            starts[where] = []
            for token in words.tokens(text):
                starts[where] += range(token.start, token.end, 2) if token.script in words.UNSPACED else [token.start]
        return starts

    def _fields(self) -> tuple[tuple[Field, str], ...]:
        return (Field.TITLE, self.article.title), (Field.TEXT, self.article.text)


def beside(rule: Spelling) -> Spelling:
    """The rule for `near` and `not` words: slips are forgiven in what is looked for alone."""
    return Spelling.FORMS if rule is Spelling.LOOSE else rule


class Plan:
    """One watchlist, ready to be asked only about the terms of which something was seen."""

    def __init__(self, watchlist: Watchlist) -> None:
        self._watchlist = watchlist
        self._by_spelling: dict[tuple[str, Spelling], list[int]] = {}
        self._by_country: dict[str, list[int]] = {}
        for number, term in enumerate(watchlist.terms):
            for name in term.all_of[0] if term.all_of else term.names:
                if name.country:
                    self._by_country.setdefault(name.country, []).append(number)
                else:
                    self._by_spelling.setdefault((name.text, term.spelling), []).append(number)

    def decide(self, seen: Sightings) -> list[Hit]:
        """The hits of the watchlist, in the order of its terms."""
        asked = self._asked(seen)
        if not asked or seen.of(self._watchlist.never, Spelling.FORMS):
            return []
        named = {term.name: seen.of(term.names, term.spelling) for term in asked}
        names = Names(found for mentions in named.values() for found in mentions)
        hits: list[Hit] = []
        for term in asked:
            mine = together(term, seen) if term.all_of else _longest(named[term.name], names)
            hits += _hits(self._watchlist, term, seen, mine)
        return hits

    def _asked(self, seen: Sightings) -> list[Term]:
        """The terms of which a spelling, or a word of the first row, was seen, in languages they are meant for."""
        numbers: set[int] = set()
        for key in seen.spellings.keys() & self._by_spelling.keys():
            numbers.update(self._by_spelling[key])
        for code in seen.countries.keys() & self._by_country.keys():
            numbers.update(self._by_country[code])
        terms = (self._watchlist.terms[number] for number in sorted(numbers))
        return [term for term in terms if not term.languages or seen.article.language in term.languages]


class Names:
    """Everything that was found of a watchlist, to be asked whether a place lies in a longer name."""

    def __init__(self, found: Iterable[Found]) -> None:
        self._starts: dict[Field, list[int]] = {where: [] for where in Field}
        self._reach: dict[Field, list[int]] = {where: [] for where in Field}
        for one in sorted(found, key=lambda f: f.start):
            reach = self._reach[one.where]
            self._starts[one.where].append(one.start)
            reach.append(max(one.end, reach[-1] if reach else 0))

    def hold(self, one: Found) -> bool:
        """Is this strictly inside another?"""
        starts, reach = self._starts[one.where], self._reach[one.where]
        before, here = bisect_left(starts, one.start), bisect_right(starts, one.start)
        return (before > 0 and reach[before - 1] >= one.end) or (here > 0 and reach[here - 1] > one.end)


def _longest(mine: list[Found], names: Names) -> list[Found]:
    """A term's mentions that stand in no longer name, its own or another's; overlapping ones count once."""
    kept: list[Found] = []
    for found in mine:  # in the order of places: only the last one kept can overlap
        overlaps = kept and kept[-1].where is found.where and found.start < kept[-1].end
        if not overlaps and not names.hold(found):
            kept.append(found)
    return kept


def _hits(watchlist: Watchlist, term: Term, seen: Sightings, mine: list[Found]) -> Iterator[Hit]:
    rule = beside(term.spelling)
    if not mine or seen.of(term.never, rule):
        return
    near = seen.of(term.near, rule)
    if term.near and not near:
        return
    beside_it = f"; near it: {near[0].words}" if near else ""
    for found in mine:
        how = _how(found, term) + beside_it
        yield Hit(watchlist.id, term.name, found.words, found.where, found.start, found.end, how, found.score)


def _how(found: Found, term: Term) -> str:
    if not found.spelling:
        return found.rule
    label = "" if found.country or found.spelling == term.name else f", a spelling of {term.name}"
    return f"{found.words}: {found.rule}{label}"


# --- all of several rows -----------------------------------------------------------------------------------------


def together(term: Term, seen: Sightings) -> list[Found]:
    """Where one of each row stands within the term's reach: one find for each place."""
    rows = [seen.of(row, term.spelling) for row in term.all_of]
    if not all(rows):
        return []
    if term.within is Within.ARTICLE:
        return [_across(rows, seen)]
    if term.within is Within.WORDS:
        return _within_words(rows, seen, term.words)
    units = seen.sentences if term.within is Within.SENTENCE else seen.paragraphs
    placed = [_by_field(row) for row in rows]
    found = []
    for where, start, end in units:
        inside = [[f for f in _between(row[where], start, end) if f.end <= end] for row in placed]
        if all(inside):
            found.append(_joined(_closest(inside), seen))
    return found


def _by_field(row: list[Found]) -> dict[Field, list[Found]]:
    return {where: [found for found in row if found.where is where] for where in Field}


def _between(row: list[Found], start: int, end: int) -> list[Found]:
    """The finds that start in a stretch of text, of a row in the order of places."""
    return row[bisect_left(row, start, key=_start) : bisect_left(row, end, key=_start)]


def _start(found: Found) -> int:
    return found.start


def _across(rows: list[list[Found]], seen: Sightings) -> Found:
    """The rows anywhere in the article: one field that holds them all, or the first row's first place."""
    for where in Field:
        inside = [[f for f in row if f.where is where] for row in rows]
        if all(inside):
            return _joined(_closest(inside), seen)
    return _joined([row[0] for row in rows], seen)


def _within_words(rows: list[list[Found]], seen: Sightings, reach: int) -> list[Found]:
    found: list[Found] = []
    for where, starts in seen.word_starts.items():
        inside = [[f for f in row if f.where is where] for row in rows]
        taken: set[int] = set()
        for first in inside[0] if all(inside) else ():
            group = _closest([[first], *inside[1:]])
            low, high = min(f.start for f in group), max(f.start for f in group)
            apart = bisect_right(starts, high) - bisect_right(starts, low)
            if apart <= reach and low not in taken:
                found.append(_joined(group, seen))
                taken.update(range(found[-1].start, found[-1].end))
    return found


def _closest(rows: Sequence[Sequence[Found]]) -> list[Found]:
    """One of each row, as close to each other as the row with the fewest mentions allows."""
    anchors = min(rows, key=len)
    groups = ([min(_around(row, anchor), key=lambda f: _distance(f, anchor)) for row in rows] for anchor in anchors)
    return min(groups, key=lambda group: max(f.end for f in group) - min(f.start for f in group))


def _around(row: Sequence[Found], anchor: Found) -> Sequence[Found]:
    """The finds of a row in whose midst an anchor stands: the nearest is among them, and thousands are not asked."""
    if len(row) <= 2 * _NEIGHBOURS:
        return row
    place = bisect_left(row, anchor.start, key=_start)
    return row[max(0, place - _NEIGHBOURS) : place + _NEIGHBOURS]


_NEIGHBOURS = 50
"""Finds on each side; that many of one row would have to start within one name to hide the nearest."""


def _distance(one: Found, other: Found) -> int:
    return max(one.start, other.start) - min(one.end, other.end) if one is not other else -1


def _joined(group: Sequence[Found], seen: Sightings) -> Found:
    """The stretch of text from the first word to the last; the first row's place where they stand in two fields."""
    reason = "together: " + ", ".join(f"{f.words} ({f.rule})" for f in group)
    score = min(f.score for f in group)
    if len({f.where for f in group}) > 1:
        first = group[0]
        return Found(first.where, first.start, first.end, f"{reason} in title and text", "", score, first.words)
    start, end = min(f.start for f in group), max(f.end for f in group)
    text = seen.article.title if group[0].where is Field.TITLE else seen.article.text
    return Found(group[0].where, start, end, reason, "", score, text[start:end])

"""What the watchlists ask for, found in an article: each hit with its place, its rule and its score.

article -> readings of title and text -> mentions of every spelling (index) and country (gazetteer)
        -> for each watchlist: longer names win -> near, not, all -> hits
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from monitor.match import combine, gazetteer, reading
from monitor.match.combine import Found, Sightings
from monitor.match.index import Entry, Index
from monitor.match.kinds import SCORES, Kind, meaning
from monitor.text import countries, words
from monitor.values import Field, Spelling

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.match.gazetteer import Country
    from monitor.match.index import Mention
    from monitor.match.reading import Reading
    from monitor.values import Article, Hit, Name, Watchlist


__all__ = ["Matcher", "compile_all", "meaning"]


def compile_all(watchlists: Sequence[Watchlist]) -> Matcher:
    """One matcher for many watchlists; none of them changes what another finds."""
    return Matcher(watchlists)


class Matcher:
    """Watchlists compiled once; its memory of words grows with what is read, within bounds, and changes no result."""

    def __init__(self, watchlists: Sequence[Watchlist]) -> None:
        self._plans = [combine.Plan(watchlist) for watchlist in watchlists]
        named = [pair for watchlist in watchlists for pair in _names(watchlist)]
        self._entries = list(dict.fromkeys(Entry(name.text, rule) for name, rule in named if not name.country))
        self._index = Index(self._entries)
        self._countries = {name.country for name, _ in named if name.country}

    def find(self, article: Article) -> tuple[Hit, ...]:
        """Every hit of every watchlist, in the order of watchlists, terms and places."""
        seen = Sightings(article)
        for where, text in ((Field.TITLE, article.title), (Field.TEXT, article.text)):
            if text:
                self._look(where, reading.read(text, article.language or "und"), seen)
        return tuple(hit for plan in self._plans for hit in plan.decide(seen))

    def _look(self, where: Field, text: Reading, seen: Sightings) -> None:
        """Add what one field holds to the sightings."""
        for mention in self._index.find(text):
            entry = self._entries[mention.entry]
            found = _found(where, text, mention, entry.text)
            seen.spellings.setdefault((entry.text, entry.rule), []).append(found)
        for country in gazetteer.find(text) if self._countries else ():
            if country.code in self._countries:
                found = _found(where, text, country, country.spelling)
                rule = f"{found.rule}, a name of {countries.english(country.code)}"
                seen.countries.setdefault(country.code, []).append(dataclasses.replace(found, rule=rule, country=True))


def _found(where: Field, text: Reading, mention: Mention | Country, spelling: str) -> Found:
    start, end = text.folded.origin(mention.start, mention.end)
    here = text.folded.text[start:end]
    heard = mention.kind is Kind.SOUND
    return Found(where, start, end, _rule(mention.kind, spelling, here), spelling, SCORES[mention.kind], here, heard)


def _rule(kind: Kind, spelling: str, here: str) -> str:
    """How the text's words are the spelling's, in the operator's words."""
    script = words.script(here)
    if kind is Kind.WRITTEN:
        return kind.value
    if kind is Kind.SOUND and script is not words.script(spelling):
        return f"{kind.value} {spelling} in {script} letters"
    if kind is Kind.FORM and script is words.Script.HANGUL:
        return f"particle or suffix added to {spelling}"
    return f"{kind.value} {spelling}"


def _names(watchlist: Watchlist) -> Iterator[tuple[Name, Spelling]]:
    """Every name of a watchlist with the rule it is looked for by."""
    for name in watchlist.never:
        yield name, Spelling.FORMS
    for term in watchlist.terms:
        for name in (*term.names, *(name for row in term.all_of for name in row)):
            yield name, term.spelling
        for name in (*term.near, *term.never):
            yield name, combine.beside(term.spelling)

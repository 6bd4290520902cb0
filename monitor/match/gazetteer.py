"""Countries in a text: one index for each language, in which the longest name wins."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from monitor.match.index import Entry, Index
from monitor.match.kinds import Kind
from monitor.text import countries

if TYPE_CHECKING:
    from monitor.match.index import Mention
    from monitor.match.reading import Reading

_NOWHERE = ""
"""The code of a name that holds a country's and means something else."""


class Country(NamedTuple):
    """A country named in a text; places are those of the folded text."""

    code: str
    start: int
    end: int
    kind: Kind
    spelling: str


class _Gazetteer:
    """One language's names of countries, compiled."""

    def __init__(self, language: str) -> None:
        called = countries.names(language)
        self._entries: dict[Entry, set[str]] = {}
        for one in called:
            self._entries.setdefault(Entry(one.spelling, stem=one.stem), set()).add(one.country)
        self._codes = list(self._entries.values())
        self._spellings = [entry.text for entry in self._entries]
        self._index = Index(list(self._entries))

    def find(self, text: Reading) -> list[Country]:
        """The longest names in the order of places, those of no country among them: they bar their place to others.

        Every language has its own names, so none is taken for what it only sounds like: by sound a Japanese siren was
        Syria and an Arabic pound sterling Australia (13 of 110 look-alikes were found, without it 1).
        """
        mentions = [mention for mention in self._index.find(text) if mention.kind is not Kind.SOUND]
        found = []
        for mention in mentions:
            if not any(self._bars(other, mention) for other in mentions):
                spelling = self._spellings[mention.entry]
                codes = sorted(self._codes[mention.entry])
                found += [Country(code, mention.start, mention.end, mention.kind, spelling) for code in codes]
        return found

    def _bars(self, other: Mention, mention: Mention) -> bool:
        """A longer name around this one; or a name of no country in the same place that is as sure."""
        if not (other.start <= mention.start and mention.end <= other.end):
            return False
        longer = other.end - other.start > mention.end - mention.start
        shields = _NOWHERE in self._codes[other.entry] and _NOWHERE not in self._codes[mention.entry]
        return longer or (shields and other.score >= mention.score)


@lru_cache(maxsize=128)
def _gazetteer(language: str) -> _Gazetteer:
    return _Gazetteer(language)


def find(text: Reading) -> list[Country]:
    """The countries that a text names in its own language, or in English where its own language has no say."""
    found = _gazetteer(text.language).find(text)
    if text.language != "en":
        taken = [(c.start, c.end) for c in found]
        found += [c for c in _gazetteer("en").find(text) if not any(a < c.end and c.start < b for a, b in taken)]
    return [country for country in found if country.code != _NOWHERE]

"""Countries in a text: one index for each language, in which the longest name wins."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from monitor.match.index import Entry, Index
from monitor.text import countries

if TYPE_CHECKING:
    from monitor.match.kinds import Kind
    from monitor.match.reading import Reading


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
        mentions = self._index.find(text)
        found = []
        for mention in mentions:
            length = mention.end - mention.start
            inside = any(
                m.start <= mention.start and mention.end <= m.end and m.end - m.start > length for m in mentions
            )
            if not inside:
                spelling = self._spellings[mention.entry]
                found += [
                    Country(code, mention.start, mention.end, mention.kind, spelling)
                    for code in sorted(self._codes[mention.entry])
                    if code
                ]
        return found


@lru_cache(maxsize=128)
def _gazetteer(language: str) -> _Gazetteer:
    return _Gazetteer(language)


def find(text: Reading) -> list[Country]:
    """The countries that a text names in its own language, or in English."""
    found = _gazetteer(text.language).find(text)
    if text.language != "en":
        taken = [(c.start, c.end) for c in found]
        found += [c for c in _gazetteer("en").find(text) if not any(a < c.end and c.start < b for a, b in taken)]
    return found

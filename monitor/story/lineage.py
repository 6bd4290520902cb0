"""Whom a report retells, and whom that one retells: the chain of origins, as far as its reports are kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.values import Origin

_LONGEST = 5
"""Origins named of one report; nobody reads further."""
_SECTION = re.compile(r"\s+[-–—|:·]\s+|:\s")
"""A feed's title names the outlet, then the section: "Harbour Weekly - World"."""
_WORD = re.compile(r"\w+")
_NO_NAME = frozenset({"www", "com", "net", "org", "the"})


def lineage(origin: Origin | None, told: Iterable[tuple[str, Origin]]) -> tuple[Origin, ...]:
    """The origins of a report, the nearest first; empty where it names none.

    `told` are the outlets of the story's reports with the origins that these name, oldest first. An outlet that stands
    in the chain already ends it: two that cite each other have no origin that can be told.
    """
    theirs: dict[tuple[str, ...], Origin] = {}
    for outlet, its_origin in told:
        theirs.setdefault(_key(outlet), its_origin)
    chain: dict[tuple[str, ...], Origin] = {}
    while origin and len(chain) < _LONGEST and _key(origin.outlet) not in chain:
        chain[_key(origin.outlet)] = origin
        origin = theirs.get(_key(origin.outlet))
    return tuple(chain.values())


def _key(outlet: str) -> tuple[str, ...]:
    """An outlet by its name alone: "The Harbour Weekly - World" and "harbourweekly.com" differ, as they may be two."""
    name = _SECTION.split(outlet.strip(), maxsplit=1)[0]
    return tuple(word for word in _WORD.findall(fold.lower(name)) if word not in _NO_NAME)

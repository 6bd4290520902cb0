"""What is proposed to an operator, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """Where a proposed spelling comes from."""

    TRANSLITERATION = "transliteration"
    """By rule, from the letters of the name."""
    COUNTRY = "country data"
    """What CLDR, or the table of the names that it lacks, calls the country."""
    SEEN = "seen in kept articles"
    """It sounds like the name and stands in articles of a story in which the name was found."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One spelling in one language."""

    spelling: str
    language: str
    why: Why
    found: bool
    """The matcher finds it already when it looks for the name alone."""
    count: int = 0
    """Articles in which it was seen."""
    sentence: str = ""
    """The first sentence in which it was seen."""

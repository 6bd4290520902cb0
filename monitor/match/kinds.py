"""How a text's word can be a spelling's word, and how sure each way is."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """How a text's word is a spelling's word; the value reads on with the spelling."""

    WRITTEN = "as written"
    """Letter for letter; capitals of names apart."""
    MARKS = "with other marks than"
    """The same letters, marks left out or added."""
    FORM = "inflected form of"
    """Another case, number or article of the same word."""
    PREFIX = "with a prefix before"
    """A conjunction, article or preposition is written together with it."""
    SOUND = "the sound of"
    """Another script's, or another language's, spelling of the same sounds."""
    SLIP = "one slip away from"
    """One letter wrong, missing, too many or changed with its neighbour."""


class Judged(NamedTuple):
    """A text's word taken for a spelling's word."""

    kind: Kind
    alike: float = 1.0
    """How alike the two sound; 1 where the letters themselves agree."""
    before: bool = False
    """Something was taken off in front to make them alike."""
    after: bool = False
    """Something was taken off behind."""
    everyday: bool = False
    """The text's word is also a common word of its language."""


SCORES = {Kind.WRITTEN: 1.0, Kind.MARKS: 0.97, Kind.FORM: 0.94, Kind.PREFIX: 0.94, Kind.SOUND: 0.8, Kind.SLIP: 0.75}
"""How sure each kind is."""


def meaning(score: float) -> str:
    """What a hit's score says, in a word; of `all` rows it is that of the least sure word."""
    if score >= SCORES[Kind.WRITTEN]:
        return "exact"
    if score >= SCORES[Kind.MARKS]:
        return "other marks"
    if score >= SCORES[Kind.FORM]:
        return "a form"
    return "by sound" if score >= SCORES[Kind.SOUND] else "a slip"


LEAST_PREFIXED = 3
"""Letters that must be left when a Hebrew or Arabic prefix is taken off."""

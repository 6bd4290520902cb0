"""What likeness compares, where an article belongs, and what is new in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from monitor.values.matching import Field

Vector = NDArray[np.floating[Any]]
"""A sentence embedding: shape (dimensions,), length 1, not yet centred; half floats where it is kept."""


class FactKind(StrEnum):
    """What a fact speaks of."""

    NUMBER = "number"
    """A quantity with its unit and what it counts."""
    DATE = "date"
    """A day, month or year that the text names."""
    NAME = "name"
    """A person, place or body."""
    SOURCE = "source"
    """Someone who is cited or quoted: an outlet, an official, a report."""
    DENIAL = "denial"
    """Somebody denies, rejects or corrects something."""
    TURN = "turn"
    """A state of things changes: somebody was arrested, resigned, signed, confirmed it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One checkable statement of an article, comparable across languages by its key."""

    kind: FactKind
    key: str
    """Normalised: equal keys mean the same fact in any language, e.g. "number:11000:person"."""
    shown: str
    """The words as they stand in the article."""
    sentence: str
    """The sentence that carries it, in its own language."""
    where: Field
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Excerpts:
    """What the sentence models read of an article."""

    lead: str
    """Title and first sentences."""
    title: str
    whole: str
    """Title and text, as far as a quick model reads."""
    language: str


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """What the sentence models make of an article; None where a model does not run or has nothing to read.

    Lead and title are one model's, the whole is another's: like is compared with like.
    """

    lead: Vector | None = None
    title: Vector | None = None
    whole: Vector | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """What likeness compares: small enough to keep for every placed article."""

    article: str
    language: str
    published: datetime | None
    source: str | None
    fingerprint: tuple[int, ...]
    """MinHash of word shingles."""
    shingles: int
    """How many shingles the fingerprint stands for: a short text proves little."""
    words: dict[str, float] = field(default_factory=dict)
    """Weighted words of title and text, for likeness within a language."""
    names: frozenset[str] = frozenset()
    """Names as romanised skeletons: comparable across scripts."""
    numbers: frozenset[str] = frozenset()
    """Normalised quantities and dates."""
    places: dict[str, int] = field(default_factory=dict)
    """Countries named, and how often."""
    vectors: Vectors = Vectors()


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two articles are, and why."""

    score: float
    """From 0 to 1."""
    same_story: bool
    copy: bool
    why: str
    weights: Mapping[str, float] = field(default_factory=dict)
    """By signal, what it speaks for one story (above 0) or against it, in log odds."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The outlet, author and day (ISO 8601, or a part) that an article says it retells: it confirms nothing."""

    outlet: str
    author: str | None = None
    date: str | None = None


class Placing(StrEnum):
    """How an article came to its story."""

    NEW_STORY = "new story"
    """Nothing kept tells this story."""
    SAME_STORY = "same story"
    """Other words for a story already kept."""
    COPY = "copy"
    """The same text as one already kept."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an article belongs."""

    story: str
    placing: Placing
    nearest: str | None
    """The id of the kept article that decided it, None for a new story."""
    score: float
    sure: bool
    """False: told as "possibly the same as ...", never hidden."""
    why: str
    alike: float = 0.0
    """How near in meaning its nearest report is: the higher, the less room for news."""
    rival: str | None = None
    """Another story that it answers to as surely: perhaps the two are one."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """By signal, what it spoke for or against its nearest report being the same story, in log odds."""


class News(StrEnum):
    """What an article means to a reader of its story."""

    STORY = "story"
    """The first report of a story."""
    DEVELOPMENT = "development"
    """A known story with something new in it."""
    REPEAT = "repeat"
    """A known story, nothing new."""
    COPY = "copy"
    """The same text again."""
    NONE = "none"
    """Not placed: nothing in it was asked for."""


class Change(StrEnum):
    """How a fact is new."""

    NEW = "new"
    """Nobody reported it in this story before."""
    CHANGED = "changed"
    """A figure that differs from the one reported before."""
    CONFIRMED = "confirmed"
    """An independent source now says it too."""
    DENIED = "denied"
    """Somebody denies or corrects it."""


@dataclass(frozen=True, slots=True)
class Novel:
    """One thing that is new in an article."""

    change: Change
    text: str
    """What is new, in few words: the fact as it stands, e.g. "20 billion dollars (KIDA)"."""
    sentence: str
    """The sentence that carries it, in the article's language."""
    before: str | None = None
    """What was reported before, for CHANGED and DENIED."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an article brings to its story."""

    news: News
    new: tuple[Novel, ...]
    why: str


class WordKind(StrEnum):
    """What a person says of stories."""

    MERGE = "merge"
    """Two stories are one."""
    SPLIT = "split"
    """Some articles of a story tell another one."""
    APART = "apart"
    """An article does not belong to a story, nor does anything else that its own story tells."""
    NOT_NEWS = "not news"
    """What an article brought was none."""
    MUTE = "mute"
    """No more of a story."""

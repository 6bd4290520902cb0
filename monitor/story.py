"""Which story an article belongs to: a copy of a kept text, other words for a kept story, or a story of its own.

Which error is worse. A false merge hides news: a subscriber never hears of it. A false split repeats it: a subscriber
hears something twice. Hiding is the worse one, so an article joins a story only when the joining is likelier
than not on the average over the story's articles, and joins it *surely* only well above that; between the
two it is told as "possibly the same as ...", never hidden.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict, deque
from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING

import numpy as np

from monitor import likeness
from monitor.likeness import Member
from monitor.values import Placement, Placing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.values import Likeness, Sketch

__all__ = ["CAPACITY", "Member", "Memory", "place"]

CAPACITY = 50_000
"""Articles remembered; the oldest makes room. At 500 placed articles a day that is three months."""
_POSTINGS = 48
"""Newest articles looked at for one term: a term in more of them tells nothing."""
_NEAREST = 24
"""Candidates by vector."""
_CROWD = 12
"""Nearest articles whose mean nearness tells how crowded a matter is."""
_SHARED = 24
"""Candidates by shared rare terms."""
_TELLING = 8
"""Rarest names and numbers, and words, of an article that candidates are looked up by."""
_BANDS = 32
"""Of four minima each: two texts with a third of their shingles in common meet with a chance of .33, half .87."""
_JUDGED = 12
"""Members of one story that an article is compared with: the newest, and those that were candidates."""


_LINKS = 3
"""Articles of a story that decide together."""
_LEAST = 1e-6


class Memory:
    """The stories that are remembered, with an index to find those that may be meant. Bounded; knows no clock."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.rarity = likeness.Rarity()
        self._capacity = capacity
        self._members: dict[str, Member] = {}
        self._prepared: dict[str, likeness.Prepared] = {}
        self._story_of: dict[str, str] = {}
        self._stories: dict[str, dict[str, None]] = defaultdict(dict)
        self._postings: dict[str, deque[str]] = defaultdict(lambda: deque(maxlen=_POSTINGS))
        self._vectors = _Vectors()

    @property
    def size(self) -> int:
        """How many articles are remembered."""
        return len(self._members)

    def add(self, member: Member, story: str) -> None:
        """Remember an article as one of its story; one that is remembered already is only moved to that story."""
        article = member.sketch.article
        known = self._story_of.get(article)
        if known is not None:
            self._stories[known].pop(article)
        else:
            self._index(member.sketch)
        self._members[article] = member
        self._prepared[article] = likeness.prepare(member.sketch, self.rarity)
        self._story_of[article] = story
        self._stories[story][article] = None
        while len(self._members) > self._capacity:
            self._forget(next(iter(self._members)))

    def members(self, story: str) -> tuple[Member, ...]:
        """The remembered articles of a story, oldest first."""
        return tuple(self._members[article] for article in self._stories.get(story, ()))

    def prepared(self, article: str) -> likeness.Prepared:
        """A remembered article's sketch with its terms weighed as they were when it came."""
        return self._prepared[article]

    def story_of(self, article: str) -> str | None:
        """The story of a remembered article."""
        return self._story_of.get(article)

    def nearest(self, sketch: Sketch) -> dict[str, float]:
        """The articles nearest in meaning with their cosines, the nearest first; empty without vectors."""
        return self._vectors.nearest(sketch, _NEAREST)

    def candidates(self, sketch: Sketch, nearest: Iterable[str]) -> list[Member]:
        """Remembered articles that may tell the same story: copies, the `nearest` ones, shared rare terms."""
        found: dict[str, None] = {}
        for band in _bands(sketch):
            found.update(dict.fromkeys(self._postings.get(band, ())))
        found.update(dict.fromkeys(nearest))
        found.update(dict.fromkeys(self._sharing(sketch)))
        found.pop(sketch.article, None)
        return [self._members[article] for article in found if article in self._members]

    def _index(self, sketch: Sketch) -> None:
        for key in (*_bands(sketch), *(key for key, _ in self._terms(sketch))):
            self._postings[key].append(sketch.article)
        if sketch.vector is not None:
            self._vectors.add(sketch)
        self.rarity.learn(sketch)

    def _forget(self, article: str) -> None:
        """Drop one article; its postings fall out as newer ones come."""
        story = self._story_of.pop(article)
        self._stories[story].pop(article)
        if not self._stories[story]:
            del self._stories[story]
        sketch = self._members.pop(article).sketch
        del self._prepared[article]
        for key in (*_bands(sketch), *(key for key, _ in self._terms(sketch))):
            held = self._postings.get(key)
            if held and article in held:
                held.remove(article)
            if held is not None and not held:
                del self._postings[key]
        self._vectors.forget(article)

    def _terms(self, sketch: Sketch) -> list[tuple[str, float]]:
        """Names and numbers in all languages, words in their own, with their rarity."""
        rarity, language = self.rarity, sketch.language
        return [
            *((f"n:{name}", rarity.name(name)) for name in sorted(sketch.names)),
            *((f"q:{number}", rarity.number(number)) for number in sorted(sketch.numbers)),
            *((f"{language}:{word}", rarity.word(word, language)) for word in sketch.words),
        ]

    def _sharing(self, sketch: Sketch) -> list[str]:
        """The articles that share most of this one's rarest terms."""
        terms = self._terms(sketch)
        across = sorted((t for t in terms if t[0][1] == ":"), key=lambda t: (-t[1], t[0]))[: 3 * _TELLING]
        within = sorted((t for t in terms if t[0][1] != ":"), key=lambda t: (-t[1], t[0]))[: 6 * _TELLING]
        weight: dict[str, float] = defaultdict(float)
        for key, rarity in (*across, *within):
            for article in self._postings.get(key, ()):
                weight[article] += rarity
        return sorted(weight, key=lambda article: (-weight[article], article))[:_SHARED]


class _Vectors:
    """Centred vectors as rows of one matrix, found again by article; freed rows are used again."""

    def __init__(self) -> None:
        self._rows: np.ndarray[tuple[int, ...], np.dtype[np.float32]] = np.zeros((0, 0), np.float32)
        self._article: list[str | None] = []
        self._row_of: dict[str, int] = {}
        self._free: list[int] = []

    def add(self, sketch: Sketch) -> None:
        assert sketch.vector is not None
        vector = likeness.centred(sketch.vector, sketch.language)
        if self._rows.shape[1] != len(vector):
            self.__init__()  # type: ignore[misc]  # another embedder: its vectors cannot be compared with the old
            self._rows = np.zeros((64, len(vector)), np.float32)
        row = self._free.pop() if self._free else len(self._article)
        if row == len(self._article):
            self._article.append(None)
        if row == len(self._rows):
            self._rows = np.vstack([self._rows, np.zeros_like(self._rows)])
        self._rows[row] = vector
        self._article[row] = sketch.article
        self._row_of[sketch.article] = row

    def forget(self, article: str) -> None:
        row = self._row_of.pop(article, None)
        if row is not None:
            self._rows[row] = 0
            self._article[row] = None
            self._free.append(row)

    def nearest(self, sketch: Sketch, count: int) -> dict[str, float]:
        if sketch.vector is None or self._rows.shape[1] != len(sketch.vector):
            return {}
        alike = self._rows[: len(self._article)] @ likeness.centred(sketch.vector, sketch.language)
        best = np.argsort(-alike, kind="stable")[:count]
        return {article: float(alike[row]) for row in best if (article := self._article[row]) is not None}


def _bands(sketch: Sketch) -> list[str]:
    rows = len(sketch.fingerprint) // _BANDS
    if not sketch.shingles or not rows:
        return []
    return [
        f"b{band}:{hash(sketch.fingerprint[band * rows : band * rows + rows])}" for band in range(_BANDS)
    ]  # a tuple of whole numbers hashes alike in every process


# --- placing -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Match:
    """How one story answers to an article."""

    story: str
    score: float
    best: Likeness
    nearest: Member
    alike: float


def place(sketch: Sketch, memory: Memory) -> Placement:
    """Where an article belongs among the stories that memory holds. Reads memory, changes nothing."""
    matches = _matches(sketch, memory)
    copied = max((m for m in matches if m.best.copy), key=lambda m: (m.best.score, m.story), default=None)
    if copied:
        return _joined(copied, Placing.COPY, copied.best.score)
    top = max(matches, key=lambda m: (m.score, m.story), default=None)
    if top and top.score >= likeness.SAME:
        return _joined(top, Placing.SAME_STORY, top.score)
    nearest = f"; nearest is {top.nearest.sketch.article} at {top.score:.2f}" if top else ""
    why = f"nothing kept tells this story{nearest}"
    return Placement(_new_id(sketch), Placing.NEW_STORY, None, top.score if top else 0.0, sure=True, why=why)


def _joined(match: _Match, placing: Placing, score: float) -> Placement:
    nearest = match.nearest.sketch.article
    sure = placing is Placing.COPY or score >= likeness.SURE
    why = f"{placing} as {nearest} ({score:.2f}): {match.best.why}"
    return Placement(match.story, placing, nearest, score, sure, why, match.alike)


def _matches(sketch: Sketch, memory: Memory) -> list[_Match]:
    by_story: dict[str, list[Member]] = defaultdict(list)
    nearest = memory.nearest(sketch)
    for member in memory.candidates(sketch, nearest):
        story = memory.story_of(member.sketch.article)
        if story is not None:
            by_story[story].append(member)
    new = _Newcomer(likeness.prepare(sketch, memory.rarity), _crowd(list(nearest.values())))
    return [_match(new, story, members, memory) for story, members in sorted(by_story.items())]


def _crowd(nearest: list[float]) -> float:
    """The mean of the nearest; those that are not there yet are taken to be as near as is usual.

    Taken for far away, they would make the first articles after a start join whatever came before them.
    """
    known = nearest[:_CROWD]
    return (sum(known) + (_CROWD - len(known)) * likeness.USUAL_CROWD) / _CROWD


@dataclass(frozen=True, slots=True)
class _Newcomer:
    """The article to be placed, ready for many comparisons."""

    ready: likeness.Prepared
    crowd: float
    """How near the nearest remembered articles are in meaning: the mean cosine of `_CROWD` of them."""


def _match(new: _Newcomer, story: str, candidates: list[Member], memory: Memory) -> _Match:
    """Compare with the candidates of a story, and with its newest articles, which may not have been candidates."""
    ready = new.ready
    chosen = {m.sketch.article: m for m in (*candidates, *memory.members(story)[-_JUDGED:])}
    others = {article: memory.prepared(article) for article in chosen if article != ready.sketch.article}
    judged = [(likeness.liken(ready, other, new.crowd), chosen[article]) for article, other in others.items()]
    best, nearest = max(judged, key=lambda pair: (pair[0].score, pair[1].sketch.article))
    alike = max(likeness.meaning(ready, other) for other in others.values())
    return _Match(story, _linkage([found.score for found, _ in judged]), best, nearest, alike)


def _linkage(scores: Iterable[float]) -> float:
    """How well a story as a whole answers: the mean log odds of its three best articles, as a likeness.

    One article alone chains stories together (best link: BCubed F1 .73 on the invented stream, this .82); the average
    of all leaves developments behind, which are near the latest reports only (.77).
    """
    best = sorted(scores, reverse=True)[:_LINKS]
    odds = [log(min(max(score, _LEAST), 1 - _LEAST) / (1 - min(max(score, _LEAST), 1 - _LEAST))) for score in best]
    return 1 / (1 + exp(-sum(odds) / len(odds)))


def _new_id(sketch: Sketch) -> str:
    """A story is named after its first article: the same stream gives the same names anywhere."""
    return hashlib.sha256(sketch.article.encode()).hexdigest()[:12]

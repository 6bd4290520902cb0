"""The stories that are remembered, and the articles among them that may tell the same as a new one."""

from __future__ import annotations

from collections import defaultdict, deque
from heapq import nlargest, nsmallest
from typing import TYPE_CHECKING

import numpy as np

from monitor import likeness

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.likeness import Member
    from monitor.values import Sketch

CAPACITY = 50_000
"""Articles remembered; the oldest makes room. At 500 placed articles a day that is three months."""
_POSTINGS = 48
"""Newest articles looked at for one term: a term in more of them tells nothing."""
_NEAREST = 24
"""Candidates by vector."""
_WINDOW = 10_000
"""Newest articles that are searched by vector, all of them: three weeks at 500 a day. An older story is found by what
it shares: its text, rare names and numbers, and within its language rare words."""
_SHARED = 24
"""Candidates by shared rare terms."""
_TELLING = 8
"""Rarest names and numbers, and words, of an article that candidates are looked up by."""
_BANDS = 32
"""Of four minima each: two texts with a third of their shingles in common meet with a chance of .33, half .87."""


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
        self._arrived: dict[str, int] = {}
        self._arrivals = 0
        self._apart: frozenset[frozenset[str]] = frozenset()

    @property
    def size(self) -> int:
        """How many articles are remembered."""
        return len(self._members)

    def add(self, member: Member, story: str) -> None:
        """Remember an article as one of its story; one that is remembered already is only moved to that story."""
        article = member.sketch.article
        if article not in self._story_of:
            self._index(member.sketch)
            self._arrived[article] = self._arrivals = self._arrivals + 1
        self._members[article] = member
        self._prepared[article] = likeness.prepare(member.sketch, self.rarity)
        self.move([article], story)
        while len(self._members) > self._capacity:
            self._forget(next(iter(self._members)))

    def move(self, articles: Iterable[str], story: str) -> None:
        """Join articles to a story, taking them out of theirs; those that are not remembered are passed over.

        Afterwards everything is as if they had been added to that story when they came.
        """
        moved = [article for article in articles if article in self._members]
        for article in moved:
            self._part(article)
            self._story_of[article] = story
        if moved:
            there = sorted((*self._stories[story], *moved), key=self._arrived.__getitem__)
            self._stories[story] = dict.fromkeys(there)

    def keep_apart(self, stories: Iterable[frozenset[str]]) -> None:
        """Pairs of stories that a person says are two; they take the place of the earlier ones."""
        self._apart = frozenset(stories)

    def are_apart(self, story: str, other: str) -> bool:
        """Does a person say that these two are not one story?"""
        return frozenset((story, other)) in self._apart

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

    def _part(self, article: str) -> None:
        """Take an article out of the story that it is in; a story without articles is none."""
        story = self._story_of.pop(article, None)
        if story is not None:
            del self._stories[story][article]
            if not self._stories[story]:
                del self._stories[story]

    def _index(self, sketch: Sketch) -> None:
        for key in (*_bands(sketch), *_terms(sketch)):
            self._postings[key].append(sketch.article)
        self._vectors.add(sketch)
        self.rarity.learn(sketch)

    def _forget(self, article: str) -> None:
        """Drop one article; its postings fall out as newer ones come."""
        self._part(article)
        del self._arrived[article]
        sketch = self._members.pop(article).sketch
        del self._prepared[article]
        for key in (*_bands(sketch), *_terms(sketch)):
            held = self._postings.get(key)
            if held and article in held:
                held.remove(article)
            if held is not None and not held:
                del self._postings[key]
        self._vectors.forget(article)

    def _sharing(self, sketch: Sketch) -> list[str]:
        """The articles that share most of this one's rarest terms; names and numbers are of all languages."""
        rarity, language = self.rarity, sketch.language
        across = [(rarity.name(name), f"n:{name}") for name in sketch.names]
        across += [(rarity.number(number), f"q:{number}") for number in sketch.numbers]
        within = [(rarity.word(word, language), f"{language}:{word}") for word in sketch.words]
        weight: dict[str, float] = defaultdict(float)
        for rare, key in (*nlargest(3 * _TELLING, across), *nlargest(6 * _TELLING, within)):
            for article in self._postings.get(key, ()):
                weight[article] += rare
        return nsmallest(_SHARED, weight, key=lambda article: (-weight[article], article))


class _Vectors:
    """The newest articles' centred vectors, as rows of one matrix; a newer one takes the oldest one's row."""

    def __init__(self) -> None:
        self._rows: np.ndarray[tuple[int, ...], np.dtype[np.float32]] = np.zeros((0, 0), np.float32)
        self._article: list[str | None] = []
        self._row_of: dict[str, int] = {}
        self._oldest = 0

    def add(self, sketch: Sketch) -> None:
        vector = likeness.first_vector(sketch)
        if vector is None:
            return
        if self._rows.shape[1] != len(vector):
            self.__init__()  # type: ignore[misc]  # another model: its vectors cannot be compared with the old
            self._rows = np.zeros((64, len(vector)), np.float32)
        row = self._free_row()
        self._rows[row] = vector
        self._article[row] = sketch.article
        self._row_of[sketch.article] = row

    def _free_row(self) -> int:
        row = len(self._article)
        if row < _WINDOW:
            self._article.append(None)
            if row == len(self._rows):
                self._rows = np.vstack([self._rows, np.zeros_like(self._rows)])
            return row
        row, self._oldest = self._oldest, (self._oldest + 1) % _WINDOW
        self.forget(self._article[row])
        return row

    def forget(self, article: str | None) -> None:
        row = self._row_of.pop(article, None) if article else None
        if row is not None:
            self._rows[row] = 0
            self._article[row] = None

    def nearest(self, sketch: Sketch, count: int) -> dict[str, float]:
        vector = likeness.first_vector(sketch)
        if vector is None or self._rows.shape[1] != len(vector):
            return {}
        alike = np.vecdot(
            self._rows[: len(self._article)], vector
        )  # in one thread: BLAS spins in all where a core is busy
        rows = np.argpartition(-alike, count)[:count] if len(alike) > count else range(len(alike))
        found = [(float(alike[row]), article) for row in rows if (article := self._article[row]) is not None]
        return {article: near for near, article in sorted(found, key=lambda each: (-each[0], each[1]))}


def _terms(sketch: Sketch) -> list[str]:
    """Names and numbers in all languages, words in their own."""
    return [
        *(f"n:{name}" for name in sketch.names),
        *(f"q:{number}" for number in sketch.numbers),
        *(f"{sketch.language}:{word}" for word in sketch.words),
    ]


def _bands(sketch: Sketch) -> list[str]:
    rows = len(sketch.fingerprint) // _BANDS
    if not sketch.shingles or not rows:
        return []
    return [
        f"b{band}:{hash(sketch.fingerprint[band * rows : band * rows + rows])}" for band in range(_BANDS)
    ]  # a tuple of whole numbers hashes alike in every process

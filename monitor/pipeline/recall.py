"""Keeps the memory of stories in step with the store, whoever wrote there: this process, another one, a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor import likeness, story
from monitor.points import Point, passing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from monitor.pipeline.mind import Mind, Thought
    from monitor.store import Store
    from monitor.store.archive import Kept
    from monitor.values import Article


class Recall:
    """The memory of stories as the store has it: the same as if the service had never stopped."""

    def __init__(self, store: Store) -> None:
        self.memory = story.Memory()
        self._store = store
        self._turn = store.stories.turn()
        self._add(store.archive.placed())
        self._obey(0)

    def catch_up(self) -> int:
        """Take into use what was placed and said since the last turn; returns the turn up to which all is known."""
        turn, since = self._store.stories.turn(), self._turn
        if turn != since:
            self._add(self._store.archive.placed_after(since))
            self._obey(since)
            self._turn = turn  # what came in between is taken into use once more: it stays where it is
        return turn

    def took(self, turn: int) -> None:
        """The turn was taken by an article that the memory has."""
        self._turn = turn

    def bound(self, article: Article) -> str | None:
        """The story that a person put an earlier version of its page into."""
        return self._store.stories.bound(article.url)

    def _obey(self, since: int) -> None:
        changes = self._store.stories.changes(since)
        for article, name in changes.moved.items():
            self.memory.move([article], name)
        self.memory.keep_apart(changes.apart)

    def _add(self, placed: Iterable[Kept]) -> None:
        for kept in placed:
            if kept.sketch and kept.placement:
                member = story.Member(likeness.unpack(kept.sketch), kept.facts, kept.origin)
                self.memory.add(member, kept.placement.story)


@dataclass(frozen=True, slots=True)
class Thinker:
    """A mind whose memory is kept in step with the store."""

    mind: Mind
    recall: Recall

    def settle(self, article: Article, keep: Callable[[Thought, int], int | None]) -> Thought:
        """Think about an article and keep it, by a function that takes the thought and the turn it was thought after.

        It is decided from all that was kept up to the turn after which it is kept itself; `keep` gives None where
        another came between, and it is decided anew. So two processes cannot place side by side, and no article that
        is under way passes a person's word over.
        """
        noticed = self.mind.notice(article)
        vector = self.mind.embed([noticed]).get(article.id)
        while True:
            turn = self.recall.catch_up()
            bound = self.recall.bound(article) if noticed.wanted else None
            thought = self.mind.judge(noticed, vector, bound)
            passing(Point.READ_DECIDED)
            taken = keep(thought, turn)
            if taken is not None:
                break
        passing(Point.READ_KEPT)
        self.mind.remember(thought)
        if thought.placement:
            self.recall.took(taken)
        return thought

"""A newsroom whose articles are really thought about: placed in stories, judged, kept, as the service does it."""

from __future__ import annotations

from newsroom import NOW, Newsroom

from monitor import embed, likeness
from monitor.pipeline import mind
from monitor.pipeline.balancing import Auditor
from monitor.pipeline.recall import Recall, Thinker
from monitor.store.archive import Kept
from monitor.values import Article, Field, Hit


class Listed:
    """A matcher that finds what a test says is in an article."""

    def __init__(self) -> None:
        self.watchlists: dict[str, tuple[str, ...]] = {}

    def find(self, article: Article) -> tuple[Hit, ...]:
        """A hit of one term for each watchlist."""
        named = self.watchlists.get(article.id, ())
        return tuple(Hit(w, "term", "x", Field.TEXT, 0, 1, "as written", 1.0) for w in named)


class Service:
    """One process: a mind with its memory, on a store that others may share."""

    def __init__(self, room: Storyroom) -> None:
        self.room = room
        self.recall = Recall(room.store)
        self.thinker = Thinker(mind.Mind(room.listed, embed.NoEmbedder(), self.recall.memory), self.recall)

    def reads(self, article: Article, seen=NOW) -> mind.Thought:
        """Think about an article and keep it."""

        def keep(thought: mind.Thought, turn: int) -> int | None:
            archive, place = self.room.store.archive, thought.placement
            told = archive.watchlists_of(place.story) if place else frozenset()
            packed = likeness.pack(thought.sketch) if thought.sketch else None
            kept = Kept(
                thought.article, seen, thought.hits, place, thought.verdict, thought.facts, packed, thought.origin
            )
            return archive.keep(kept, mind.concerns(thought, told), turn=turn)

        return self.thinker.settle(article, keep)


class Storyroom(Newsroom):
    """Verbs for what comes in, what is told, and what a person says of it."""

    def __init__(self, folder) -> None:
        super().__init__(folder)
        self.listed = Listed()
        self.service = Service(self)
        self.stories = self.store.stories
        self.auditor = Auditor(self.store, self.composer)

    def restarts(self) -> None:
        """Another process, which knows what the store knows."""
        self.service = Service(self)

    def comes(
        self, name: str, text: str, *, title: str = "", seen=NOW, watchlists=("arms",), url=None, source="Wire"
    ) -> str:  # fmt: skip
        """An article comes in and is placed; returns its story."""
        self.listed.watchlists[name] = watchlists
        url = url or f"https://wire.example/{name}"
        article = Article(name, title or name, text, url, "en", seen, source)
        return self.service.reads(article, seen).placement.story

    def news_of(self, name: str) -> str:
        return self.store.archive.find(name).verdict.news.value

    def story_of(self, name: str) -> str:
        return self.store.archive.find(name).placement.story

    def number(self, name: str) -> int:
        """Of the development that an article brought."""
        return self.store.telling.bulletin(name).id

    def uneven(self, now=NOW) -> list[str]:
        """The differences that the balance finds."""
        return [each.problem for each in self.auditor.draw(now).differences]

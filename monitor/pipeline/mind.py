"""The thinking part of the way, for the service and the workbench alike: language, match, story, novelty."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from monitor import language, likeness, novelty, story
from monitor.values import Article, Fact, Hit, News, Origin, Placement, Sketch, Vectors, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor import embed, match


class Scope(Enum):
    """Which articles are placed in stories."""

    HITS = auto()
    """Those in which a term was found: what the service does."""
    EVERYTHING = auto()
    """Every article."""
    NOTHING = auto()
    """None: matching alone."""


@dataclass(frozen=True, slots=True)
class Thought:
    """Everything that was thought about an article."""

    article: Article
    """With its language told."""
    hits: tuple[Hit, ...]
    verdict: Verdict
    facts: tuple[Fact, ...] = ()
    sketch: Sketch | None = None
    placement: Placement | None = None
    origin: Origin | None = None
    """Where the article says that it has its story from."""


NOTHING_ASKED = Verdict(News.NONE, (), "no term of any watchlist was found")
NOT_PLACED = Verdict(News.NONE, (), "matched, not placed")


@dataclass(frozen=True, slots=True)
class Noticed:
    """An article after matching."""

    article: Article
    hits: tuple[Hit, ...]
    wanted: bool
    """It is to be placed in a story."""


class Mind:
    """What the thinking rooms share: the compiled watchlists, the memory of stories, the sentence model."""

    def __init__(
        self,
        matcher: match.Matcher,
        embedder: embed.Embedder,
        memory: story.Memory | None = None,
        scope: Scope = Scope.HITS,
    ) -> None:
        self.matcher = matcher
        self.memory = memory or story.Memory()
        self._embedder = embedder
        self._scope = scope

    def think(self, article: Article) -> Thought:
        """Everything about one article. `remember` it before the next one is thought about."""
        noticed = self.notice(article)
        return self.judge(noticed, self.embed([noticed]).get(article.id))

    def notice(self, article: Article) -> Noticed:
        """The article with its language told, and what the watchlists ask for in it."""
        told = language.tell(article.title, article.text, article.language)
        article = dataclasses.replace(article, language=told)
        hits = self.matcher.find(article)
        wanted = self._scope is Scope.EVERYTHING or (self._scope is Scope.HITS and bool(hits))
        return Noticed(article, hits, wanted)

    def embed(self, noticed: Sequence[Noticed]) -> dict[str, Vectors]:
        """Vectors of those that are to be placed, by article id; one call, for the model is quicker on many texts."""
        articles = [each.article for each in noticed if each.wanted]
        vectors = self._embedder.encode([likeness.excerpts(article) for article in articles]) if articles else ()
        return dict(zip((article.id for article in articles), vectors, strict=True))

    def judge(self, noticed: Noticed, vectors: Vectors | None, bound: str | None = None) -> Thought:
        """Where the article belongs and what is new in it. `remember` it before the next one is judged.

        `bound` is the story that a person put an earlier version of its page into: there it stays.
        """
        if noticed.wanted:
            sketch = likeness.sketch(noticed.article, vectors or Vectors())
            return self._place(noticed.article, noticed.hits, sketch, bound)
        return Thought(noticed.article, noticed.hits, NOTHING_ASKED if not noticed.hits else NOT_PLACED)

    def remember(self, thought: Thought) -> None:
        """Later articles are compared with this one."""
        if thought.sketch and thought.placement:
            self.memory.add(story.Member(thought.sketch, thought.facts, thought.origin), thought.placement.story)

    def _place(self, article: Article, hits: tuple[Hit, ...], sketch: Sketch, bound: str | None) -> Thought:
        placement = self._put(sketch, bound) if bound else story.place(sketch, self.memory)
        facts = novelty.facts(article)
        verdict = novelty.judge(article, facts, placement, self.memory.members(placement.story))
        return Thought(article, hits, verdict, facts, sketch, placement, novelty.origin(article))

    def _put(self, sketch: Sketch, bound: str) -> Placement:
        """Into the story that a person's word names."""
        others = [self.memory.prepared(member.sketch.article) for member in self.memory.members(bound)]
        return story.joined(likeness.prepare(sketch, self.memory.rarity), others, bound)


def concerns(thought: Thought, told: frozenset[str]) -> Mapping[str, News]:
    """Which watchlists an article is news for, and as what; `told` are those whose followers know the story."""
    return novelty.concerns(thought.verdict.news, (h.watchlist for h in thought.hits), told)

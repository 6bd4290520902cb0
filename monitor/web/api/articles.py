"""Articles: everything that was read, searched and one by one; and why an address was told, or was not."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import Query
from pydantic import Field

from monitor import match
from monitor.store import Store
from monitor.store.archive import Kept
from monitor.store.listing import Window
from monitor.store.search import Sought
from monitor.values import News
from monitor.web.api import cursors, problems
from monitor.web.api.cursors import Portion, Turning
from monitor.web.api.shapes import Hit, Moment, New, Outlet, Shape
from monitor.web.frame import House


class ArticleBrief(Shape):
    """One article in a list."""

    id: str
    title: str
    source: str
    language: str
    url: str | None
    seen: datetime
    news: News
    story: str | None = Field(description="The story that it belongs to; null: nothing in it was asked for.")


class Placement(Shape):
    """How an article came to its story."""

    story: str
    placing: str = Field(description="new story, same story or copy")
    nearest: str | None = Field(description="The kept article that decided it.")
    score: float
    sure: bool
    why: str


class Article(Shape):
    """One article, whole, with everything that was thought about it."""

    id: str
    title: str
    text: str
    source: str | None
    language: str | None
    url: str | None
    authors: list[str]
    published: datetime | None
    read_from: str = Field(description="page or feed")
    seen: datetime
    hits: list[Hit]
    placement: Placement | None
    news: News
    why: str = Field(description="Why it is news or none.")
    new: list[New]
    origin: Outlet = Field(description="The outlet that it says to have its story from.")
    told_to: list[str] = Field(description="Addresses of the subscribers who were told of it.")


class Outcome(StrEnum):
    """What became of an article at a gate."""

    PASSED = "passed"
    FAILED = "failed"
    WAITS = "waits"


class Gate(Shape):
    """One gate that an article has to pass before anybody is told of it."""

    gate: str = Field(description="announced, read, matched, placed, news or told, in this order.")
    outcome: Outcome
    why: str


class Why(Shape):
    """What became of an address."""

    url: str
    article: str | None = Field(description="The id of the article that was read there.")
    told: bool
    gates: list[Gate] = Field(description="Up to the first one that was not passed.")


class ArticleFilters(Turning):
    """Which articles a list has."""

    q: str = Field("", max_length=500, description="Words in any script; an article must have them all.")
    watchlist: str = Field("", max_length=200, description="Only with a hit of this watchlist.")
    language: str = Field("", max_length=20)
    source: str = Field("", max_length=500)
    since: Moment | None = Field(None, description="Only what was read since then.")


@dataclass(frozen=True, slots=True)
class Articles:
    """What is asked of articles."""

    house: House

    def page(self, wanted: Annotated[ArticleFilters, Query()]) -> Portion[ArticleBrief]:
        """List or search articles, matched or not, the newest first."""
        place = cursors.numbers(wanted.cursor, 1)
        window = Window(below=place[0]) if place else Window()
        sought = Sought(wanted.q, wanted.watchlist, wanted.language, wanted.source, wanted.since)
        found = self.house.store.listing.articles(sought, window, wanted.limit + 1)
        more = cursors.cursor(found[wanted.limit - 1][0]) if len(found) > wanted.limit else None
        return Portion(items=[ArticleBrief.model_validate(each) for _, each in found[: wanted.limit]], next=more)

    def one(self, article: str) -> Article:
        """Show one article with its text, its hits and what was decided of it."""
        kept = self.house.store.archive.find(article)
        if kept is None or kept.article.id != article:
            raise problems.missing("This article is not kept, or not any more.")
        return _whole(kept, _told(self.house.store, article))

    def why(
        self, url: Annotated[str, Query(min_length=1, max_length=2000, description="The address of a page.")]
    ) -> Why:
        """Say why an address was told to nobody, or to whom: every gate with its reason."""
        store = self.house.store
        kept = store.archive.find(url)
        gates = [*_announced(store, url, kept), *(_judged(kept, _told(store, kept.article.id)) if kept else ())]
        told = bool(gates) and gates[-1].gate == "told" and gates[-1].outcome is Outcome.PASSED
        return Why(url=url, article=kept.article.id if kept else None, told=told, gates=gates)


def _told(store: Store, article: str) -> list[str]:
    numbers = store.archive.told_to(article)
    return sorted(
        reader.subscriber.address for number in numbers if (reader := store.people.reader(number)) is not None
    )


def _announced(store: Store, url: str, kept: Kept | None) -> list[Gate]:
    told = [
        f"{feed}: {state}" + (f" ({reason})" if reason else "") for feed, state, reason in store.sources.announced(url)
    ]
    if told:
        return [Gate(gate="announced", outcome=Outcome.PASSED, why="; ".join(told))]
    if kept:
        return [Gate(gate="announced", outcome=Outcome.PASSED, why="by which feed is not known any more")]
    return [Gate(gate="announced", outcome=Outcome.FAILED, why="no feed announced this address, so it was never read")]


def _judged(kept: Kept, told: list[str]) -> list[Gate]:
    """The gates of an article that was read."""
    verdict, placement = kept.verdict, kept.placement
    gates = [
        Gate(
            gate="read", outcome=Outcome.PASSED, why=f"{kept.seen:%Y-%m-%d %H:%M} UTC from the {kept.article.read_from}"
        )
    ]
    if not kept.hits:
        return [*gates, Gate(gate="matched", outcome=Outcome.FAILED, why=verdict.why or "no watchlist asks for it")]
    hits = [f"{hit.watchlist} / {hit.term}: {hit.how} ({match.meaning(hit.score)})" for hit in kept.hits]
    gates.append(Gate(gate="matched", outcome=Outcome.PASSED, why="; ".join(dict.fromkeys(hits))))
    if placement is None:
        return [*gates, Gate(gate="placed", outcome=Outcome.FAILED, why=verdict.why)]
    gates.append(
        Gate(gate="placed", outcome=Outcome.PASSED, why=f"{placement.placing} {placement.story}: {placement.why}")
    )
    is_news = verdict.news in (News.STORY, News.DEVELOPMENT)
    gates.append(Gate(gate="news", outcome=_outcome(passed=is_news), why=f"{verdict.news}: {verdict.why}"))
    if not is_news:
        return gates
    waits = "it waits for the next digest of those who follow"
    outcome = Outcome.PASSED if told else Outcome.WAITS
    return [*gates, Gate(gate="told", outcome=outcome, why=", ".join(told) or waits)]


def _outcome(*, passed: bool) -> Outcome:
    return Outcome.PASSED if passed else Outcome.FAILED


def _whole(kept: Kept, told: list[str]) -> Article:
    article = kept.article
    return Article(
        id=article.id,
        title=article.title,
        text=article.text,
        source=article.source,
        language=article.language,
        url=article.url,
        authors=list(article.authors),
        published=article.published,
        read_from=article.read_from,
        seen=kept.seen,
        hits=[Hit.model_validate(hit) for hit in kept.hits],
        placement=Placement.model_validate(kept.placement) if kept.placement else None,
        news=kept.verdict.news,
        why=kept.verdict.why,
        new=[New.model_validate(new) for new in kept.verdict.new],
        origin=kept.origin.outlet if kept.origin else None,
        told_to=told,
    )

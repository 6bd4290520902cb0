"""What is measured: each room's main verb, and beside it what one would reach for instead, in the same run."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import feedparser
import py3langid
import trafilatura
from rapidfuzz import fuzz

from benchmarks import invention
from monitor import digest, embed, extract, feeds, language, likeness, match, novelty, story, values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SECONDS = 2.0  # of CPU time for each figure: enough that a second run differs by less than a tenth
FUZZY_CUTOFF = 85  # the usual `partial_ratio` threshold of keyword monitors
PAGE_URL = "https://news.example/article"
FEED_URL = "https://news.example/feed.xml"

T = TypeVar("T")


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    what: str
    rate: float
    """A second of CPU time."""
    rival: str = ""
    rival_rate: float | None = None


def rate(do: Callable[[T], object], inputs: Sequence[T]) -> float:
    """How many inputs a second of CPU time, once every tongue's dictionaries have been loaded."""
    for each in inputs[: len(invention.TONGUES)]:
        do(each)
    done, started = 0, time.process_time()
    while (spent := time.process_time() - started) < SECONDS:
        do(inputs[done % len(inputs)])
        done += 1
    return done / spent


def all_of_them() -> Iterator[Figure]:
    """Every figure, one after the other."""
    news = invention.articles(540)
    yield _feeds(news)
    yield _pages(news)
    yield _languages(news)
    for terms in (10, 1_000):
        yield _matching(news, terms)
    yield Figure("novelty.facts", rate(novelty.facts, news))
    yield _placing(news)
    yield from _embedding(news)
    yield _rendering(news)


def _feeds(news: list[values.Article]) -> Figure:
    bodies = [invention.feed(news[n : n + 30]) for n in range(0, len(news), 30)]
    ours = rate(lambda body: feeds.parse(body, url=FEED_URL), bodies)
    return Figure("feeds.parse, 30 items", ours, "feedparser.parse", rate(feedparser.parse, bodies))


def _pages(news: list[values.Article]) -> Figure:
    pages = [invention.page(article) for article in news[:60]]
    ours = rate(lambda page: extract.read(page, url=PAGE_URL), pages)
    rival = rate(lambda page: trafilatura.bare_extraction(page, url=PAGE_URL, with_metadata=True), pages)
    return Figure("extract.read", ours, "trafilatura with metadata", rival)


def _languages(news: list[values.Article]) -> Figure:
    ours = rate(lambda article: language.tell(article.title, article.text), news)
    rival = rate(lambda article: py3langid.classify(f"{article.title} {article.text}"), news)
    return Figure("language.tell", ours, "py3langid on the whole text", rival)


def _matching(news: list[values.Article], count: int) -> Figure:
    """Every other term is two words, so that a short name stands inside longer ones as it does in real lists."""
    asked = [name if n % 2 else f"{name} {invention.NAMES[-n]}" for n, name in enumerate(invention.NAMES[:count], 1)]
    terms = tuple(values.Term(name, (values.Name(name),)) for name in asked)
    matcher = match.compile_all([values.Watchlist("bench", "Bench", terms)])

    def loop(article: values.Article) -> list[str]:
        text = f"{article.title}\n{article.text}".casefold()
        return [name for name in asked if fuzz.partial_ratio(name.casefold(), text, score_cutoff=FUZZY_CUTOFF)]

    return Figure(f"match.find, {count:,} terms", rate(matcher.find, news), "partial_ratio in a loop", rate(loop, news))


def _placing(news: list[values.Article]) -> Figure:
    """Sketch and place without vectors, into a memory that grows as it does in service."""
    memory = story.Memory()

    def place(article: values.Article) -> None:
        sketch = likeness.sketch(article)
        memory.add(story.Member(sketch), story.place(sketch, memory).story)

    return Figure("likeness.sketch + story.place", rate(place, news))


def _embedding(news: list[values.Article]) -> Iterator[Figure]:
    embedder = embed.open_embedder()
    if embedder.dimensions:
        yield Figure(f"embed.encode ({embedder.name})", rate(lambda each: embedder.encode([likeness.lead(each)]), news))


def _rendering(news: list[values.Article]) -> Figure:
    settings = digest.MailSettings("news@news.example", "https://news.example", "secret", "desk@news.example")
    digests = [digest_of(news[n : n + 10], n) for n in range(0, 100, 10)]
    return Figure("digest.render, 10 stories", rate(lambda each: digest.render(each, settings), digests))


def digest_of(news: list[values.Article], number: int) -> values.Digest:
    """What one subscriber is told of some articles."""
    reader = values.Subscriber(1, "reader@news.example", ("bench",))
    developments = [_development(article, number) for article in news]
    composed = digest.compose(reader, developments, {}, frozenset(), {"bench": "Bench"}, invention.START)
    assert composed
    return composed


def _development(article: values.Article, number: int) -> values.Development:
    name = article.title.split(" ")[0]
    hit = values.Hit("bench", name, name, values.Field.TITLE, 0, len(name), "as written", 1.0)
    novel = values.Novel(values.Change.NEW, name, article.title)
    report = values.Report(
        article.title,
        PAGE_URL,
        "Invented News",
        article.language or "und",
        article.published,
        values.News.STORY,
        (hit,),
    )
    return values.Development(
        number, article.id, values.News.STORY, (novel,), report, ("bench",), seen=article.published or invention.START
    )

"""Second step: read what is owed, think about it, keep it with its verdict."""

from __future__ import annotations

import asyncio
import collections
import functools
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog

from monitor import likeness
from monitor.errors import FetchError, NotNowError, PageError, RefusedError
from monitor.feeds import addresses
from monitor.fetch import shown
from monitor.pipeline import pace
from monitor.pipeline.mind import concerns as concerned
from monitor.points import Point, passing
from monitor.store.archive import Kept
from monitor.store.sources import Request
from monitor.values import Article, ReadFrom

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from monitor.fetch import Fetcher
    from monitor.pipeline.manners import Manners
    from monitor.pipeline.mind import Thought
    from monitor.pipeline.recall import Thinker
    from monitor.pipeline.workers import Workers
    from monitor.store import Store
    from monitor.store.sources import OwedItem
    from monitor.values import Feed

log = structlog.get_logger(__name__)

LOOK = 2_000
"""Owed items from which a batch is picked, the oldest news first."""

BATCH = 128
"""Items under way at once: enough hosts to keep the workers busy, few enough that a restart repeats little."""

PER_HOST = 8
"""Items of one host in a batch: with a gap of a second between requests more would keep the others waiting.
Measured on 500 feeds of 30 items: batches of 32 in the order of news alone read one page a second."""

LONGEST_TURNS = 8.0
"""Seconds until a host's last turn in a batch: what PER_HOST items take by the usual gap. Hosts that want longer gaps
(Crawl-delay) get fewer turns, so that the others need not wait for them."""

LONGEST_PUT_OFF = timedelta(hours=2)
"""A site that wants to be left alone for longer is not waited for: the feed's own text can be matched now."""

FOR_NOW = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that may pass (RFC 9110, 15.5 and 15.6; RFC 6585); others will be the same in half an hour."""


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What a round of reading came to."""

    from_page: int = 0
    from_feed: int = 0
    put_off: int = 0
    given_up: int = 0
    known: int = 0
    """Announced by another feed and read before."""
    hits: int = 0
    """Articles in which a term was found."""
    news: collections.Counter[str] = field(default_factory=collections.Counter)

    def __add__(self, other: ReadReport) -> ReadReport:
        return ReadReport(
            self.from_page + other.from_page,
            self.from_feed + other.from_feed,
            self.put_off + other.put_off,
            self.given_up + other.given_up,
            self.known + other.known,
            self.hits + other.hits,
            self.news + other.news,
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """An owed item after its page was asked for: an article, or a reason why there is none yet."""

    owed: OwedItem
    article: Article | None
    reason: str | None = None
    again: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads owed items: pages at once, thoughts in order, each article kept in one transaction."""

    fetcher: Fetcher
    workers: Workers
    store: Store
    manners: Manners

    async def read_owed(
        self,
        thinker: Thinker,
        feeds: Mapping[str, Feed],
        now: datetime,
        progress: Callable[[int], None] = lambda _: None,
    ) -> ReadReport:
        """Read until nothing is owed. `progress` hears how many items each batch settled.

        What is announced in the meantime is read too: a slow host may keep this busy for long, and must not keep the
        others' news waiting.
        """
        clock = asyncio.get_running_loop().time
        total, started = ReadReport(), clock()
        while batch := spread(
            self.store.sources.owed(now + timedelta(seconds=clock() - started), LOOK), self.fetcher.wait
        ):
            total += await self._read_batch(batch, thinker, feeds, now)
            progress(len(batch))
        return total

    async def _read_batch(
        self, batch: list[OwedItem], thinker: Thinker, feeds: Mapping[str, Feed], now: datetime
    ) -> ReadReport:
        """Fetch all at once, settle in the order of the news: what is placed first does not hang on the network."""
        fresh, report = self._set_aside_known(batch)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._read(owed, feeds.get(owed.feed), now)) for owed in fresh]
            for task in tasks:
                report += await self._settle(await task, thinker, now)
        return report

    async def _settle(self, reading: Reading, thinker: Thinker, now: datetime) -> ReadReport:
        if reading.article:
            return await self._think(reading, reading.article, thinker, now)
        return self._settle_unread(reading)

    def _set_aside_known(self, batch: list[OwedItem]) -> tuple[list[OwedItem], ReadReport]:
        """An article is read once ever: a second announcement, under whatever address, points to the same article.

        Of two items with one article in a batch the second waits for the next batch, where it is known.
        """
        fresh: dict[str, OwedItem] = {}
        known = 0
        for owed in batch:
            article = article_id(owed)
            if self.store.archive.has(article):
                self.store.sources.same_article(owed.id, article)
                known += 1
            else:
                fresh.setdefault(article, owed)
        return list(fresh.values()), ReadReport(known=known)

    async def _read(self, owed: OwedItem, feed: Feed | None, now: datetime) -> Reading:
        language, url = feed.language if feed else None, owed.item.url
        if url is None or addresses.leads_to_no_article(addresses.canonical(url)):
            given = "the site's front page" if url else "no address of a page"
            return _from_feed(owed, language, f"the feed gives {given}")
        try:
            return await self._read_page(owed, url, language, now)
        except NotNowError as error:
            return _unread(owed, language, error.problem, now, error.until)
        except (RefusedError, PageError) as error:
            return _unread(owed, language, error.problem, None)
        except FetchError as error:
            self.store.sources.keep_request(Request(now, shown(url), error=error.problem))
            return _unread(owed, language, error.problem, now)
        except Exception as error:  # a fault of ours in one page must not cost the others their news
            log.exception("page failed", url=shown(url))
            return _unread(owed, language, f"internal error: {error!r}", now)

    async def _read_page(self, owed: OwedItem, url: str, language: str | None, now: datetime) -> Reading:
        response = await self.fetcher.get(addresses.unwrapped(url), gate=self.manners.gate(now))
        problem = response.problem
        self.store.sources.keep_request(
            Request(now, shown(url), status=response.status, size=response.wire_bytes, error=problem)
        )
        if problem:
            not_before = self.manners.hear(response, now)
            return _unread(owed, language, problem, now if response.status in FOR_NOW else None, not_before)
        passing(Point.READ_ANSWERED)
        page = await self.workers.read(response.body, response.url, response.content_type, now)
        if not page.usable:
            return _unread(owed, language, page.reason or "the page holds no article", None)
        article = Article(
            id=article_id(owed),
            title=page.title or owed.item.title,
            text=page.text,
            url=url,
            language=language,
            published=page.published or owed.item.published,
            source=owed.source,
            authors=page.authors,
        )
        return Reading(owed, article)

    def _settle_unread(self, reading: Reading) -> ReadReport:
        reason = reading.reason or "no reason"
        log.info(
            "page could not be read", url=shown(reading.owed.item.url or ""), problem=reason, again=str(reading.again)
        )
        if reading.again:
            self.store.sources.put_off(reading.owed.id, reading.again, reason)
            return ReadReport(put_off=1)
        self.store.sources.give_up(reading.owed.id, reason)
        return ReadReport(given_up=1)

    async def _think(self, reading: Reading, article: Article, thinker: Thinker, now: datetime) -> ReadReport:
        """In a thread: the sentence model must not keep the web and the mail waiting."""
        try:
            keep = functools.partial(self._keep, reading, now)
            thought = await asyncio.to_thread(thinker.settle, article, keep)
        except Exception as error:  # a fault of ours in one article must neither cost the others nor be tried for ever
            log.exception("article failed", url=article.url, feed=article.source)
            return self._settle_unread(_stumbled(reading.owed, error, now))
        return _counted(thought)

    def _keep(self, reading: Reading, now: datetime, thought: Thought, turn: int) -> int | None:
        told = self.store.archive.watchlists_of(thought.placement.story) if thought.placement else frozenset()
        kept = Kept(
            thought.article,
            now,
            thought.hits,
            thought.placement,
            thought.verdict,
            thought.facts,
            likeness.pack(thought.sketch) if thought.sketch else None,
            thought.origin,
        )
        concerns = concerned(thought, told)
        return self.store.archive.keep(kept, concerns, reading.owed.id, reading.reason or "", turn)


def spread(owed: Sequence[OwedItem], wait: Callable[[str, int], float] = lambda _url, _ahead: 0.0) -> list[OwedItem]:
    """A batch of items over as many hosts as there are: a first of each host, a second of each, and so on.

    `wait` tells how many seconds the host of a URL makes wait, with so many requests ahead: those with long gaps get
    few turns, and none while they rest, unless nothing else is owed; then those whose rest is over first. The batch
    stands in the order in which the items were given.
    """
    turns: collections.Counter[str] = collections.Counter()
    waits = []
    for place, each in enumerate(owed):
        url = each.item.url or ""
        host = urlsplit(url).netloc
        turns[host] += 1
        if turns[host] <= PER_HOST:
            waits.append((turns[host], place, wait(url, turns[host] - 1)))
    longest = min((seconds for *_, seconds in waits), default=0.0) + LONGEST_TURNS
    ranked = sorted((turn, place) for turn, place, seconds in waits if seconds <= longest)
    return [owed[place] for place in sorted(place for _, place in ranked[:BATCH])]


def _counted(thought: Thought) -> ReadReport:
    by_page = thought.article.read_from is ReadFrom.PAGE
    return ReadReport(
        from_page=int(by_page),
        from_feed=int(not by_page),
        hits=int(bool(thought.hits)),
        news=collections.Counter([thought.verdict.news.value]),
    )


def article_id(owed: OwedItem) -> str:
    """Stable over restarts and machines: of what the article is known by, and of the feed where that is no page."""
    known_by = owed.item.key if owed.item.url else f"{owed.feed} {owed.item.key}"
    return hashlib.sha256(known_by.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _unread(
    owed: OwedItem, language: str | None, problem: str, now: datetime | None, not_before: datetime | None = None
) -> Reading:
    """Put off where the trouble may pass (`now` given) and tries are left; else the feed's text stands in."""
    again = pace.page_again(now, owed.attempts + 1) if now else None
    if now and again:
        again = max(again, not_before or again)
        if again <= now + LONGEST_PUT_OFF:
            return Reading(owed, None, problem, again)
    return _from_feed(owed, language, problem)


def _stumbled(owed: OwedItem, error: Exception, now: datetime) -> Reading:
    return Reading(owed, None, f"internal error: {error!r}", pace.page_again(now, owed.attempts + 1))


def _from_feed(owed: OwedItem, language: str | None, problem: str) -> Reading:
    item = owed.item
    if not (item.title or item.summary):
        return Reading(owed, None, f"{problem}; the feed gives no text either")
    article = Article(
        id=article_id(owed),
        title=item.title,
        text=item.summary,
        url=item.url,
        language=language,
        published=item.published,
        source=owed.source,
        read_from=ReadFrom.FEED,
    )
    return Reading(owed, article, f"read from the feed: {problem}")

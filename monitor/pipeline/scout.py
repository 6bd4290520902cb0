"""Looks for the feeds of a site, with few and polite requests.

the address itself -> what its page names -> the usual paths -> the sitemaps of its robots.txt
"""

from __future__ import annotations

import http
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urljoin, urlsplit

from monitor import discover, language
from monitor.digest import wording
from monitor.errors import FeedError, FetchError
from monitor.text import addresses
from monitor.values import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.fetch import Fetcher, Response
    from monitor.values import Item, ParsedFeed

_INDEX = "an index of sitemaps, none of which can be read"
_GZIP = b"\x1f\x8b"  # of what lives on the web packed as a file, only sitemaps are read as sources
_LEAVE_ALONE = (http.HTTPStatus.TOO_MANY_REQUESTS, http.HTTPStatus.SERVICE_UNAVAILABLE)
_TITLES = 30  # of a feed's items; enough to tell its language


class Parser(Protocol):
    """What a scout needs of the workers."""

    async def parse(self, body: bytes, url: str, content_type: str | None, now: datetime | None = None) -> ParsedFeed:
        """What feeds.parse says."""

    async def named(self, body: bytes, url: str, content_type: str | None) -> tuple[discover.Named, ...]:
        """What discover.named says."""


class How(StrEnum):
    """How feeds were found."""

    ITSELF = "this address is a feed"
    NAMED = "the page names them"
    USUAL = "found where feeds usually are"
    SITEMAP = "no feed can be found, but a sitemap, which does as well"


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that was read."""

    url: str
    """Where it lives: the new address where it has moved for good."""
    kind: Kind
    feed: ParsedFeed
    asked: str
    """The address that led there."""
    response: Response
    """What it was read from."""

    @property
    def title(self) -> str:
        return wording.clean(self.feed.title) or urlsplit(self.url).netloc

    @property
    def newest(self) -> list[Item]:
        """Its items, the latest by date first; in the feed's own order where it gives none."""
        undated = datetime.min.replace(tzinfo=UTC)
        return sorted(self.feed.items, key=lambda item: item.published or undated, reverse=True)

    @property
    def language(self) -> str:
        """The language of its titles; "und" where there are none."""
        return language.tell("", "\n".join(item.title for item in self.feed.items[:_TITLES]))


@dataclass(frozen=True, slots=True)
class Search:
    """What a search came to."""

    found: tuple[Found, ...]
    how: How | None = None
    problem: str | None = None
    """What was wrong with the address itself."""


@dataclass(frozen=True, slots=True)
class Scout:
    """Asks and reads; keeps nothing."""

    fetcher: Fetcher
    parser: Parser

    async def look(self, url: str, now: datetime) -> Search:
        """The feeds at an address, or of the site that it belongs to: by one request, in the worst case by some forty.

        Raises FetchError where the address cannot be asked at all, or the site wants to be left alone.
        """
        response = _welcome(await self.fetcher.get(url))
        if children := discover.index(response.body, response.url):
            return Search(
                await self._first(children, now), How.SITEMAP, "an index of sitemaps, none of which can be read"
            )
        here = await self._read(response, url, now)
        if isinstance(here, Found):
            return Search((here,), How.ITSELF)
        names = await self.parser.named(response.body, response.url, response.content_type)
        if found := await self._named(names, now):
            return Search(found, How.NAMED, here)
        if found := await self._first(discover.usual(response.url), now):
            return Search(found, How.USUAL, here)
        if found := await self._sitemap(response.url, now):
            return Search(found, How.SITEMAP, here)
        return Search((), problem=here)

    async def _named(self, names: Sequence[discover.Named], now: datetime) -> tuple[Found, ...]:
        """The feeds behind these names; where all lead to pages, those that the first such page lists."""
        found, pages = await self._all(names, now)
        for page in () if found else pages[:1]:
            more = await self.parser.named(page.body, page.url, page.content_type)
            found, _ = await self._all([each for each in more if each not in names], now)
        return found

    async def _all(self, names: Iterable[discover.Named], now: datetime) -> tuple[tuple[Found, ...], list[Response]]:
        """The feeds with items among these, each once, and the answers that are none."""
        found: dict[str, Found] = {}
        pages = []
        for name in names:
            response = await self._get(name.url)
            one = await self._read(response, name.url, now) if response else None
            if isinstance(one, Found) and one.feed.items:
                found.setdefault(addresses.same(one.url), one)
            elif response:
                pages.append(response)
        return tuple(found.values()), pages

    async def _first(self, names: Iterable[discover.Named], now: datetime) -> tuple[Found, ...]:
        for name in names:
            if found := await self._try(name.url, now):
                return (found,)
        return ()

    async def _sitemap(self, url: str, now: datetime) -> tuple[Found, ...]:
        robots = await self._get(urljoin(url, "/robots.txt"))
        for name in discover.sitemaps(robots.body, robots.url) if robots else ():
            response = await self._get(name.url)
            children = discover.index(response.body, response.url) if response else ()
            if found := await self._first(children or (name,), now):
                return found
        return ()

    async def _try(self, url: str, now: datetime) -> Found | None:
        response = await self._get(url)
        found = await self._read(response, url, now) if response else None
        return found if isinstance(found, Found) else None

    async def _get(self, url: str) -> Response | None:
        """The answer, where there is one worth reading."""
        try:
            response = await self.fetcher.get(url)
        except FetchError:
            return None
        return None if _welcome(response).problem else response

    async def _read(self, response: Response, asked: str, now: datetime) -> Found | str:
        """The feed of an answer, or what came instead."""
        if response.problem:
            return response.problem
        if discover.index(response.body, response.url):
            return _INDEX
        try:
            feed = await self.parser.parse(response.body, response.url, response.content_type, now)
        except FeedError as error:
            return error.problem
        listed = discover.is_sitemap(response.body) or response.body.startswith(_GZIP)
        url = response.moved_permanently_to or asked
        return Found(url, Kind.SITEMAP if listed else Kind.FEED, feed, asked, response)


def _welcome(response: Response) -> Response:
    """The answer, unless it asks to be left alone: then a search ends."""
    if response.status in _LEAVE_ALONE:
        raise FetchError(response.url, f"{response.problem}: it wants no more requests now; try again in some hours")
    return response

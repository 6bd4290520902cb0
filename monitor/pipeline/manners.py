"""What sites ask of those who read their pages: robots.txt, a Crawl-delay, and to be left alone for a while."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor import fetch
from monitor.errors import FetchError, NotNowError, RefusedError
from monitor.fetch import robots
from monitor.pipeline import pace
from monitor.store.robots import RobotsFile
from monitor.store.sources import Request

if TYPE_CHECKING:
    from monitor.fetch import Fetcher, Response
    from monitor.store import Store

FRESH = timedelta(hours=24)
"""How long a robots.txt is used before it is read again: the longest that RFC 9309, 2.4, allows."""

AGAIN = timedelta(minutes=5)
"""A robots.txt that could not be read is not asked for sooner: in time for the second try of a page, after ten."""

_SITES = 2_000  # held in memory; the others are in the database

_TOO_MANY, _UNAVAILABLE = 429, 503
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class _Site:
    """What is known of one origin."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: robots.Rules | None = None
    problem: str = ""
    """Why there are no rules yet."""
    until: datetime = _LONG_AGO
    """When the rules, or their absence, are to be looked at again."""
    alone_until: datetime = _LONG_AGO
    """The site wants no request before."""


class Manners:
    """Remembers what each site asks for; its `gate` stands before every hop to an article page."""

    def __init__(self, fetcher: Fetcher, store: Store) -> None:
        self._fetcher = fetcher
        self._store = store
        self._sites: dict[str, _Site] = {}

    def gate(self, now: datetime) -> fetch.Gate:
        """Lets pass what may be fetched at `now`.

        Raises RefusedError where robots.txt forbids it, NotNowError where the site is to be left alone for now: it
        asked for that, or its robots.txt may exist but cannot be read (RFC 9309, 2.3.1.4).
        """
        return _Gate(self, now)

    async def admit(self, url: str, now: datetime) -> None:
        origin = fetch.origin(url)
        host, site = urlsplit(origin).netloc, self._site(origin)
        self.check(url, now)
        async with site.lock:  # many pages of a site wait for one look at its robots.txt
            if site.until <= now:
                await self._look(site, origin, now)
        if site.rules is None:
            problem = f"no page of {host} may be fetched while its robots.txt cannot be read ({site.problem})"
            raise NotNowError(url, problem, site.until)
        if not site.rules.allow(url):
            raise RefusedError(url, f"robots.txt of {host} forbids it")

    def check(self, url: str, now: datetime) -> None:
        origin = fetch.origin(url)
        then = self._site(origin).alone_until
        if now < then:
            host = urlsplit(origin).netloc
            raise NotNowError(url, f"{host} asked to be left alone until {then:%Y-%m-%d %H:%M} UTC", then)

    def hear(self, response: Response, now: datetime) -> datetime | None:
        """When a page's site wants to be asked again, where it said that it was asked too much; it is left alone."""
        wait = response.retry_after
        if response.status == _TOO_MANY:
            wait = wait if wait is not None else pace.PAGE_TRIES[0]
        elif response.status != _UNAVAILABLE or wait is None:
            return None
        site = self._site(fetch.origin(response.url))
        site.alone_until = max(site.alone_until, now + min(wait, pace.LONGEST))
        return site.alone_until

    def _site(self, origin: str) -> _Site:
        site = self._sites.setdefault(origin, _Site())
        if len(self._sites) > _SITES:
            idle = next(
                (each for each, known in self._sites.items() if known is not site and not known.lock.locked()), ""
            )
            self._sites.pop(idle, None)
        return site

    async def _look(self, site: _Site, origin: str, now: datetime) -> None:
        """Take the rules from the database where they are fresh, else from the site."""
        kept = self._store.robots.get(origin)
        if kept and timedelta(0) <= now - kept.read < FRESH:
            self._take(site, kept, kept.read + FRESH)
            return
        try:
            file = await self._ask(origin, now)
        except RefusedError:  # in circles (RFC 9309, 2.3.1.2: as if there were none) or where nobody may go
            self._take(site, RobotsFile(origin, "", now), now + AGAIN)
        except NotNowError as error:
            site.problem, site.until = error.problem, error.until
            if kept:  # RFC 9309, 2.4: older rules stand while newer ones cannot be had
                self._take(site, kept, error.until)
        else:
            self._store.robots.keep(file)
            self._take(site, file, now + FRESH)

    def _take(self, site: _Site, file: RobotsFile, until: datetime) -> None:
        site.rules, site.until = robots.Rules(file.rules), until
        self._fetcher.slow_down(file.origin, site.rules.delay)

    async def _ask(self, origin: str, now: datetime) -> RobotsFile:
        """Read a site's robots.txt; RefusedError where it must not be asked, NotNowError where it cannot be had."""
        url = f"{origin}/robots.txt"
        try:
            response = await self._fetcher.get(url)
        except RefusedError:
            raise
        except FetchError as error:
            self._store.sources.keep_request(Request(now, url, error=error.problem))
            raise NotNowError(url, error.problem, now + AGAIN) from error
        problem = response.problem if robots.unreachable(response) else None
        self._store.sources.keep_request(
            Request(now, url, status=response.status, size=response.wire_bytes, error=problem)
        )
        if problem:
            raise NotNowError(url, problem, now + min(max(response.retry_after or AGAIN, AGAIN), pace.LONGEST))
        return RobotsFile(origin, robots.text(response), now)


@dataclass(frozen=True, slots=True)
class _Gate:
    manners: Manners
    now: datetime

    async def admit(self, url: str) -> None:
        await self.manners.admit(url, self.now)

    def check(self, url: str) -> None:
        self.manners.check(url, self.now)

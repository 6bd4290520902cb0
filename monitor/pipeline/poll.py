"""First step: ask the feeds whose time has come, and owe what they announce."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from monitor.errors import FeedError, FetchError
from monitor.fetch import Validators
from monitor.pipeline import pace
from monitor.store.sources import Polled, Request

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from monitor.fetch import Fetcher, Response
    from monitor.pipeline.workers import Workers
    from monitor.store import Store
    from monitor.store.sources import FeedState
    from monitor.values import Feed, ParsedFeed

log = structlog.get_logger(__name__)

GONE = 410


@dataclass(frozen=True, slots=True)
class PollReport:
    """What a round of polls came to."""

    asked: int = 0
    unchanged: int = 0
    failed: int = 0
    new_items: int = 0

    def __add__(self, other: PollReport) -> PollReport:
        return PollReport(
            self.asked + other.asked,
            self.unchanged + other.unchanged,
            self.failed + other.failed,
            self.new_items + other.new_items,
        )


@dataclass(frozen=True, slots=True)
class Poller:
    """Asks feeds; each answer is kept in one transaction with its items and validators."""

    fetcher: Fetcher
    workers: Workers
    store: Store

    async def poll_due(self, feeds: Mapping[str, Feed], now: datetime) -> PollReport:
        """Poll every due feed at once (the fetcher bounds how many); one feed's trouble is its own."""
        due = [state for state in self.store.sources.due(now) if state.url in feeds]
        reports = await asyncio.gather(*(self._poll(state, feeds[state.url], now) for state in due))
        return sum(reports, PollReport())

    async def _poll(self, state: FeedState, feed: Feed, now: datetime) -> PollReport:
        try:
            return await self._ask(state, feed, now)
        except Exception as error:  # a fault of ours in one feed must not cost the others their news
            log.exception("feed failed", feed=feed.title, url=feed.url)
            return self._fail(state, feed, now, f"internal error: {error!r}")

    async def _ask(self, state: FeedState, feed: Feed, now: datetime) -> PollReport:
        sent = Validators(state.etag, state.last_modified, state.validated_url)
        try:
            response = await self.fetcher.get(state.url, sent)
            if response.problem:
                return self._fail(state, feed, now, response.problem, response)
            parsed = None if response.not_modified else await self._parse(response, now)
        except FetchError as error:
            return self._fail(state, feed, now, error.problem)
        except FeedError as error:
            return self._fail(state, feed, now, error.problem, response)
        return self._keep(feed, response, parsed, now)

    async def _parse(self, response: Response, now: datetime) -> ParsedFeed:
        return await self.workers.parse(response.body, response.url, response.content_type, now)

    def _keep(self, feed: Feed, response: Response, parsed: ParsedFeed | None, now: datetime) -> PollReport:
        due = pace.after_answer(now, feed.minutes, response.max_age)
        given = response.validators
        polled = Polled(
            _request(feed.url, response, now),
            due.at,
            due.why,
            etag=given.etag,
            last_modified=given.last_modified,
            validated_url=given.url,
        )
        new = self.store.sources.keep_poll(feed.url, polled, parsed.items if parsed else None)
        if parsed and parsed.note:
            log.info("feed read in part", feed=feed.title, note=parsed.note)
        return PollReport(asked=1, unchanged=int(parsed is None), new_items=new)

    def _fail(
        self, state: FeedState, feed: Feed, now: datetime, problem: str, response: Response | None = None
    ) -> PollReport:
        due = pace.after_failure(now, feed.minutes, state.failures, response.retry_after if response else None)
        gone = response is not None and response.status == GONE
        request = _request(feed.url, response, now, problem)
        self.store.sources.keep_poll(feed.url, Polled(request, due.at, due.why, error=problem, gone=gone), None)
        then = "not asked again" if gone else due.why
        log.warning("feed could not be read", feed=feed.title, url=feed.url, problem=problem, then=then)
        return PollReport(asked=1, failed=1)


def _request(url: str, response: Response | None, now: datetime, error: str | None = None) -> Request:
    if response is None:
        return Request(now, url, error=error)
    return Request(now, url, status=response.status, size=response.wire_bytes, error=error)

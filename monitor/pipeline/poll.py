"""First step: ask the feeds whose time has come, and owe what they announce.

due -> claim -> fetch.get -> 304, or the same body: nothing new
                          -> feeds.parse -> items owed, rhythm observed, validators kept
                          -> trouble: old items and validators stay, and the next try is later
"""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog

from monitor import feeds as feeds_room
from monitor import fetch
from monitor.errors import FeedError, FetchError
from monitor.fetch import Validators
from monitor.pipeline import clock, pace
from monitor.pipeline.pace import Trouble
from monitor.points import Point, passing
from monitor.store.polls import Polled, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from monitor.fetch import Fetcher, Response
    from monitor.pipeline.workers import Workers
    from monitor.store import Store
    from monitor.store.polls import FeedState
    from monitor.values import Feed, ParsedFeed

log = structlog.get_logger(__name__)

CLAIMED_AT_ONCE = 20
"""Feeds that are claimed together. As many again may be under way: a slow one holds nobody up, and a kill costs at
most so many feeds a turn."""

CLAIMED_WHY = "the service was stopped while it asked; it counts as asked"

MAY_WAIT = timedelta(minutes=10)
"""So long after its claim a request may start, behind others to the same host."""

LONG_VALIDATORS = 1000
"""Characters from which a refusal may be due to the validators; servers take 4 to 16 kB of headers in all."""

SHOWN = 200
"""Characters of a validator that the log of requests keeps."""

_ENDED = re.compile(rb"</[^<>]{0,20}(?:rss|rdf|feed|channel|urlset|sitemapindex)\s*>", re.IGNORECASE)


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
class _Time:
    """The time within a round: when it began, and what has passed since by a clock that nobody sets."""

    start: datetime
    begun: float
    steady: Callable[[], clock.Steady]

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.steady().seconds - self.begun)


@dataclass(frozen=True, slots=True)
class _Poll:
    """One feed's turn: what is known of it, and the time."""

    state: FeedState
    feed: Feed
    time: _Time

    @property
    def sent(self) -> Validators:
        """What the last body that was read came with, if this version of the parser read it."""
        state = self.state
        if state.parser != feeds_room.PARSER:
            return Validators()
        return Validators(state.etag, state.last_modified, state.validated_url)

    def conditional(self, response: Response) -> bool:
        """Whether the request that got this answer carried validators."""
        sent = self.sent
        return bool(sent.etag or sent.last_modified) and response.url == (sent.url or self.state.address)

    def request(self, answer: _Answer) -> Request:
        request = Request(answer.at, self.state.address, _shown(self.sent), error=answer.problem)
        if answer.response is None:
            return request
        return dataclasses.replace(request, status=answer.response.status, size=answer.response.wire_bytes)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a feed's turn brought."""

    at: datetime
    response: Response | None
    parsed: ParsedFeed | None = None
    """None: nothing has changed, or nothing could be read."""
    body: str | None = None
    """Hash of the body that was read."""
    problem: str | None = None
    trouble: Trouble = Trouble.SILENT

    def found(self, since: datetime | None, new: int) -> pace.Found:
        items = self.parsed.items if self.parsed else ()
        dates = tuple(item.published for item in items if item.published)
        return pace.Found(self.at, since, len(items), new, dates)


@dataclass(frozen=True, slots=True)
class Poller:
    """Asks feeds; each answer is kept in one transaction with its items and validators."""

    fetcher: Fetcher
    workers: Workers
    store: Store
    steady: Callable[[], clock.Steady] = clock.steady

    def keep_pace(self, now: datetime) -> None:
        """See to it that due times make sense: after the clock was set, while the service ran or while it did not."""
        clock.follow(self.store, now, self.steady)
        if mended := self.store.sources.mend(now, pace.LONGEST):
            log.warning("due times lay in an impossible future; has the clock been set back?", feeds=mended)

    def spread_overdue(self, now: datetime) -> None:
        """Let feeds that are long overdue together, as after a halt, be asked one after another."""
        due = [state for state in self.store.sources.due(now) if state.last_polled]
        late = [(state.url, state.next_due) for state in due if state.why_then != pace.SPREAD_WHY]
        self.store.sources.put_off_polls(pace.spread(late, now), pace.SPREAD_WHY)

    async def poll_due(self, feeds: Mapping[str, Feed], now: datetime) -> PollReport:
        """Poll every due feed, many at a time; one feed's trouble is its own.

        Feeds are claimed before they are asked: a service that is killed and started a hundred times within an hour
        asks each of them once.
        """
        time = _Time(now, self.steady().seconds, self.steady)
        due = [state for state in self.store.sources.due(now) if state.url in feeds]
        slots = asyncio.Semaphore(2 * CLAIMED_AT_ONCE)
        polls = []
        async with asyncio.TaskGroup() as group:
            for start in range(0, len(due), CLAIMED_AT_ONCE):
                some = [_Poll(state, feeds[state.url], time) for state in due[start : start + CLAIMED_AT_ONCE]]
                for _ in some:
                    await slots.acquire()
                self._claim(some, time.now())
                passing(Point.POLL_CLAIMED)
                polls += [group.create_task(self._poll(poll, slots)) for poll in some]
        return sum((poll.result() for poll in polls), PollReport())

    def _claim(self, polls: list[_Poll], now: datetime) -> None:
        holds = {poll.state.url: now + timedelta(minutes=poll.feed.minutes) + MAY_WAIT for poll in polls}
        self.store.sources.put_off_polls(holds, CLAIMED_WHY)

    async def _poll(self, poll: _Poll, slots: asyncio.Semaphore) -> PollReport:
        try:
            answer = await self._ask(poll)
            return self._fail(poll, answer) if answer.problem else self._keep(poll, answer)
        except Exception as error:  # a fault of ours in one feed must not cost the others their news
            log.exception("feed failed", feed=poll.feed.title, url=fetch.shown(poll.feed.url))
            return self._fail(poll, _Answer(poll.time.now(), None, problem=f"internal error: {error!r}"))
        finally:
            slots.release()

    async def _ask(self, poll: _Poll) -> _Answer:
        """The feed's answer, read; or what was wrong with it."""
        try:
            response = await self.fetcher.get(poll.state.address, poll.sent)
        except FetchError as error:
            return _Answer(poll.time.now(), None, problem=error.problem)
        at = poll.time.now()
        if response.problem:
            return _Answer(at, response, problem=response.problem, trouble=_trouble(response.status))
        if response.not_modified:
            if poll.conditional(response):
                return _Answer(at, response, body=poll.state.body)
            problem = "the server answered 304 Not Modified although it was asked without a condition"
            return _Answer(at, response, problem=problem, trouble=Trouble.UNREADABLE)
        return await self._read(poll, at, response)

    async def _read(self, poll: _Poll, at: datetime, response: Response) -> _Answer:
        """A body becomes items, unless it is the one that was read before."""
        body = _hash(response)
        if body == poll.state.body and poll.state.parser == feeds_room.PARSER:
            return _Answer(at, response, body=body)
        try:
            parsed = await self.workers.parse(response.body, response.url, response.content_type, at)
        except FeedError as error:
            return _Answer(at, response, problem=error.problem, trouble=Trouble.UNREADABLE)
        if parsed.note and _cut_short(response.body):
            problem = f"the feed breaks off in the middle; {len(parsed.items)} items could be read"
            return _Answer(at, response, parsed, body, problem, Trouble.UNREADABLE)
        if parsed.children and not parsed.items:
            some = ", ".join(parsed.children[:3])
            problem = f"an index of sitemaps that lists no articles; name one of its sitemaps in its place: {some}"
            return _Answer(at, response, problem=problem, trouble=Trouble.UNREADABLE)
        return _Answer(at, response, parsed, body)

    def _keep(self, poll: _Poll, answer: _Answer) -> PollReport:
        passing(Point.POLL_ANSWERED)
        new, kept = _kept(self.store, poll, answer)
        passing(Point.POLL_KEPT)
        self._tell(poll, answer, kept)
        return PollReport(asked=1, unchanged=int(answer.parsed is None), new_items=new)

    def _tell(self, poll: _Poll, answer: _Answer, kept: Polled) -> None:
        """Log what the operator should know of a good answer."""
        feed, before = poll.feed, poll.state.move
        if answer.parsed and answer.parsed.note:
            log.info("feed read in part", feed=feed.title, note=answer.parsed.note)
        if kept.missed:
            log.warning("items may have been missed", feed=feed.title, items=kept.missed, todo=kept.advice)
        if kept.move and kept.move.settled and not (before and before.settled):
            url = fetch.shown(feed.url)
            log.warning("feed has moved: change its url", feed=feed.title, url=url, to=fetch.shown(kept.move.to))

    def _fail(self, poll: _Poll, answer: _Answer) -> PollReport:
        state, feed, response = poll.state, poll.feed, answer.response
        retry_after = response.retry_after if response else None
        failure = pace.Failure(feed.url, answer.trouble, state.failures, retry_after)
        due = pace.after_failure(answer.at, feed.minutes, failure)
        gone = response is not None and response.status == HTTPStatus.GONE
        polled = Polled(
            poll.request(answer),
            due.at,
            "gone for good: not asked again" if gone else due.why,
            body=answer.body,
            parser=feeds_room.PARSER,
            error=answer.problem,
            gone=gone,
            announced=poll.time.start,
            refuses_validators=_refuses(poll.sent, response),
            move=pace.doubt(state.move, state.failures + 1),
        )
        new = self.store.sources.keep_poll(feed.url, polled, answer.parsed.items if answer.parsed else None)
        url = fetch.shown(feed.url)
        log.warning("feed could not be read", feed=feed.title, url=url, problem=answer.problem, then=polled.why_then)
        return PollReport(asked=1, failed=1, new_items=new)


def take(store: Store, feed: Feed, response: Response, parsed: ParsedFeed, now: datetime) -> int:
    """Keep an answer that an operator asked for as the first poll of a feed that the store knows; the number of items.

    So the feed need not be asked again at once, and is asked with a condition then. One that breaks off is not kept.
    """
    if parsed.note and _cut_short(response.body):
        return 0
    state = next(state for state in store.sources.all() if state.url == feed.url)
    poll = _Poll(state, feed, _Time(now, clock.steady().seconds, clock.steady))
    return _kept(store, poll, _Answer(now, response, parsed, _hash(response)))[0]


def _kept(store: Store, poll: _Poll, answer: _Answer) -> tuple[int, Polled]:
    """Keep a good answer; how many items were new, and what was decided in the end."""
    decided = _decided(poll, answer, 0)
    if answer.parsed is None:
        return store.sources.keep_poll(poll.feed.url, decided, None), decided
    new = store.sources.keep_poll(poll.feed.url, decided, answer.parsed.items, lambda new: _decided(poll, answer, new))
    return new, _decided(poll, answer, new)


def _decided(poll: _Poll, answer: _Answer, new: int) -> Polled:
    """What to keep of a good answer that brought so many new items, and when to ask again."""
    state, response = poll.state, answer.response
    assert response is not None, "a good answer has come from somewhere"
    found = answer.found(state.last_success, new)
    rhythm = pace.observe(state.rhythm, found)
    schedule = answer.parsed.schedule if answer.parsed else state.schedule
    due = pace.after_answer(answer.at, pace.Signs(poll.feed.minutes, rhythm, schedule, response.max_age, found))
    lost = pace.missed(found)
    given = response.validators
    return Polled(
        poll.request(answer),
        due.at,
        due.why,
        etag=given.etag,
        last_modified=given.last_modified,
        validated_url=given.url,
        body=answer.body,
        parser=feeds_room.PARSER,
        announced=poll.time.start,
        schedule=schedule,
        rhythm=rhythm,
        move=pace.follow(state.move, response.moved_permanently_to, answer.at),
        missed=lost.items if lost else 0,
        advice=lost.advice(poll.feed.minutes) if lost else None,
    )


def _trouble(status: int) -> Trouble:
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Trouble.BUSY
    return Trouble.REFUSED if status >= HTTPStatus.BAD_REQUEST else Trouble.UNREADABLE


def _refuses(sent: Validators, response: Response | None) -> bool:
    """Whether a server cannot take back the validators that it gave: some give 8 kB and refuse as much."""
    long = len(sent.etag or "") + len(sent.last_modified or "") >= LONG_VALIDATORS
    return long and response is not None and response.status in _TOO_LARGE


_TOO_LARGE = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
)


def _hash(response: Response) -> str:
    """Tells a body that was read before: the same bytes mean the same only at the same place and as the same type."""
    place = f"{response.url}\n{response.content_type}\n".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(place + response.body, digest_size=16).hexdigest()


def _cut_short(body: bytes) -> bool:
    """Whether a feed that is not well-formed lacks its end: what follows may be missing, so 304 must not hide it.

    One that never has an end comes the same twice, and is then taken for whole.
    """
    return not _ENDED.search(body[-1000:].replace(b"\0", b""))


def _shown(sent: Validators) -> str | None:
    """The validators as the log of requests keeps them."""
    headers = {"If-None-Match": sent.etag, "If-Modified-Since": sent.last_modified}
    return "; ".join(f"{name}: {_shortened(value)}" for name, value in headers.items() if value) or None


def _shortened(value: str) -> str:
    return value if len(value) <= SHOWN else f"{value[:SHOWN]}... ({len(value):,} characters)"

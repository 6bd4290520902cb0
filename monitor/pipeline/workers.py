"""Worker processes for what may hang or explode: the parsing of feeds and pages, within time and memory."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import resource
from typing import TYPE_CHECKING, Self, TypeVar

import pebble
import structlog

from monitor import discover, extract, feeds
from monitor.errors import FeedError, PageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from types import TracebackType

    from monitor.values import Page, ParsedFeed

T = TypeVar("T")

log = structlog.get_logger(__name__)

SECONDS = 10.0
"""The slowest honest input of our own measurements, a feed of 10 MB, takes 3 s; a page of 2 MB 1.5 s."""

MEMORY = 2 << 30
"""Address space of a worker in bytes; what trafilatura maps at the start is some 600 MB of it."""

TASKS = 500
"""A worker is replaced after so many documents, so that what a parser leaks never adds up."""


class Workers:
    """A pool of processes; a worker that hangs or dies costs the one document that it was reading."""

    def __init__(self, count: int | None = None, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["monitor.pipeline.workers"])
        self._pool = pebble.ProcessPool(
            max_workers=count or os.cpu_count() or 1,
            max_tasks=TASKS,
            initializer=_bound_memory,
            context=context,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call] # pebble has no annotation there
        self._pool.join()

    async def parse(self, body: bytes, url: str, content_type: str | None, now: datetime | None = None) -> ParsedFeed:
        """What feeds.parse says; FeedError also where it takes too long or too much."""
        outcome = await self._run(_parse, body, url, content_type, now)
        if isinstance(outcome, str):
            raise FeedError(url, outcome)
        return outcome

    async def read(self, body: bytes, url: str, content_type: str | None, now: datetime | None = None) -> Page:
        """What extract.read says; PageError also where it takes too long or too much."""
        outcome = await self._run(_read, body, url, content_type, now)
        if isinstance(outcome, str):
            raise PageError(url, outcome)
        return outcome

    async def named(self, body: bytes, url: str, content_type: str | None) -> tuple[discover.Named, ...]:
        """What discover.named says; nothing where it takes too long or too much."""
        outcome = await self._run(discover.named, body, url, content_type)
        return () if isinstance(outcome, str) else outcome

    async def _run(self, work: Callable[..., T], *args: object) -> T | str:
        """The work's outcome, or what went wrong as a sentence."""
        try:
            return await asyncio.wrap_future(self._pool.schedule(work, args=args, timeout=self._seconds))
        except TimeoutError:
            return f"reading it took longer than {self._seconds:g} s"
        except pebble.ProcessExpired as error:
            return f"the process that read it died (exit code {error.exitcode})"
        except MemoryError:
            return f"reading it took more than {MEMORY >> 30} GB of memory"
        except Exception as error:  # a fault of ours in one document must not cost the others theirs
            log.exception("reading failed", work=work.__name__, url=next((a for a in args if isinstance(a, str)), None))
            return f"reading it failed ({type(error).__name__}: {error})"


def _bound_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _parse(body: bytes, url: str, content_type: str | None, now: datetime | None) -> ParsedFeed | str:
    try:
        return feeds.parse(body, url=url, content_type=content_type, now=now)
    except FeedError as error:
        return error.problem


def _read(body: bytes, url: str, content_type: str | None, now: datetime | None) -> Page | str:
    try:
        return extract.read(body, url=url, content_type=content_type, now=now)
    except PageError as error:
        return error.problem

"""Keeps time: walks the way once, or for ever with APScheduler as the tick; starts and stops cleanly."""

from __future__ import annotations

import asyncio
import logging
import signal
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog
import watchfiles
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor import edits, pipeline, web
from monitor.pipeline import RoundReport

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from monitor.pipeline import Way

log = structlog.get_logger(__name__)

logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a step that outlasts its tick is no news

TICK = 5
"""Seconds between two looks at what is due; due times themselves live in the database."""

WATCH = timedelta(hours=6)
"""Between two looks at how the feeds fare; what is found goes into at most one mail a day."""

RETURNS = timedelta(minutes=5)
"""Between two looks for mails that came back."""

PATIENCE = 6.0
"""Seconds that a step may take to finish after SIGTERM, of the ten that a container engine gives."""


SETTLED = 0.25
"""Seconds without a change after which an edit is taken to be whole: some editors write a file in several goes."""

PATIENT_LOOKS = 20
"""Looks at files that go on changing, after which they are read as they are."""


def now() -> datetime:
    return datetime.now(UTC)


async def once(home: Path, progress: Callable[[str, int], None] = lambda _step, _done: None) -> RoundReport:
    """Poll what is due, read what is owed, send what is due. `progress` hears each step and what it settled."""
    async with pipeline.open_way(home) as way:
        start = now()
        way.store.outbox.release_claims(start)
        way.store.hooks.release_claims(start)
        way.keep_pace(start)
        way.sync(start)
        progress("polling", 0)
        polled = await way.poll_due(start)
        progress("reading", 0)
        read = await way.read_owed(now(), lambda done: progress("reading", done))
        way.watch_feeds(now())
        progress("telling", 0)
        told = await way.tell_due(now())
        await way.post_due(now())
        return RoundReport(polled, read, told)


async def run(home: Path, say: Callable[[str], None] = lambda _line: None) -> None:
    """Walk the way until SIGTERM or SIGINT; nothing is lost by stopping at any time.

    `say` hears what is for the person at the terminal and for no log: the set-up link, while nobody can sign in.
    """
    async with pipeline.open_way(home) as way:
        stop = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        way.store.outbox.release_claims(now())
        way.store.hooks.release_claims(now())
        way.keep_pace(now())
        way.sync(now())
        beats = _Beats(way, home)
        async with web.serving(web.house_of(way, now), way.desk.config.settings.listen) as address:
            if address and (greeting := web.greeting(way.store, way.desk.config.settings.base_url or address, now())):
                say(greeting)
            beats.start()
            log.info("running", feeds=len(way.desk.config.feeds), watchlists=len(way.desk.watchlists), home=str(home))
            await stop.wait()
            log.info("stopping")
            await beats.stop()


class _Beats:
    """The steps of the way, each with its own tick, so that a slow page never delays a mail."""

    def __init__(self, way: Way, home: Path) -> None:
        self._way = way
        self._home = home
        self._edited = edits.stamps(home)
        self._looking = asyncio.Lock()
        self._watching: asyncio.Task[None] | None = None
        self._tidied = now()
        self._watched: datetime | None = None
        self._returned: datetime | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    def start(self) -> None:
        way = self._way
        for step in (
            self._look_at_files,
            self._poll,
            lambda: way.read_owed(now()),
            self._tell,
            lambda: way.post_due(now()),
            self._housekeep,
        ):
            # misfire_grace_time None: a late tick still counts; the default of one second would skip it.
            self._scheduler.add_job(
                self._guarded(step),
                "interval",
                seconds=TICK,
                next_run_time=now(),
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )
        self._scheduler.start()
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """No new steps; those under way may finish, then are cut off: what they had not kept is still owed."""
        self._scheduler.pause()
        if self._watching:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=PATIENCE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._scheduler.shutdown(wait=False)

    def _guarded(self, step: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
        async def beat() -> None:
            task = asyncio.current_task()
            assert task is not None
            self._running.add(task)
            try:
                await step()
            except Exception:  # the service goes on whatever happens; the next tick tries again
                log.exception("step failed")
            finally:
                self._running.discard(task)

        return beat

    async def _poll(self) -> None:
        moment = now()
        self._way.keep_pace(moment)
        self._way.spread_overdue(moment)
        await self._way.poll_due(moment)

    async def _tell(self) -> None:
        moment = now()
        self._way.keep_pace(moment)  # before a clock that was set makes mails due
        await self._way.tell_due(moment)

    async def _watch(self) -> None:
        """Look at the operator's files as soon as something happens in their folders.

        The tick looks too: network and other mounts tell of no changes, and a folder may be moved away and back.
        """
        while True:
            folders = edits.folders(self._home) or {self._home: 0}
            try:
                async for _ in watchfiles.awatch(*folders, recursive=False, watch_filter=None, step=100):
                    await self._look_at_files()
                    if edits.folders(self._home) != folders:
                        break
            except (OSError, RuntimeError) as error:  # no more watches to be had, or a folder went in between
                log.debug("edits are seen by the tick alone", reason=str(error))
                await asyncio.sleep(TICK)

    async def _look_at_files(self) -> None:
        """Take the operator's edits into use; a wrong file is named, and its last good version stays."""
        async with self._looking:
            edited = edits.stamps(self._home)
            if edited == self._edited:
                return
            self._edited = await self._settled(edited)
            before = self._way.desk
            desk, complaints = await asyncio.to_thread(pipeline.renew, before)
            for complaint in complaints:
                log.warning("the last good version stays in use", complaint=str(complaint))
            if (desk.config.feeds, desk.watchlists) == (before.config.feeds, before.watchlists):
                return
            self._way.desk = desk
            self._way.sync(now())
            log.info("edited files are in use", feeds=len(desk.config.feeds), watchlists=len(desk.watchlists))
            for complaint in await asyncio.to_thread(pipeline.failing_examples, desk):
                log.warning("an example fails", complaint=str(complaint))

    async def _settled(self, edited: edits.Stamps) -> edits.Stamps:
        """The files' state once nothing changed for a moment."""
        for _ in range(PATIENT_LOOKS):
            await asyncio.sleep(SETTLED)
            before, edited = edited, edits.stamps(self._home)
            if edited == before:
                break
        return edited

    async def _housekeep(self) -> None:
        self._way.store.alive(now())
        if self._watched is None or now() - self._watched > WATCH:
            self._watched = now()
            await asyncio.to_thread(self._way.watch_feeds, now())  # seconds where there are millions of items
        if self._returned is None or now() - self._returned > RETURNS:
            self._returned = now()
            await asyncio.to_thread(self._way.read_bounces, now())
        await asyncio.to_thread(self._way.balance_nightly, now())
        if now() - self._tidied > timedelta(days=1):
            self._tidied = now()
            self._way.tidy(now())

"""Last step: send what waits in the outbox, and keep what came of each mail before its connection takes the next.

claim -> [MAIL RCPT DATA] -> in doubt -> content -> the server's reply -> sent, deferred or failed
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from monitor.deliver import Reply, return_path
from monitor.errors import DeliveryError, Fault
from monitor.pipeline import pace
from monitor.points import Point, passing
from monitor.store.outbox import Failure

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.deliver import Outlet
    from monitor.store import Store
    from monitor.store.outbox import Waiting

log = structlog.get_logger(__name__)

AHEAD = 4
"""Mails claimed at once for each connection: one commit for several, and few enough to be sent within their lease."""

AT_ONCE = 2
"""Mails on their way to one domain at a time, of the four that go out together."""

SLOWED = timedelta(minutes=10)
"""So long a domain that asked for less (421, 4.7.x) gets one mail at a time, and none in the first minute."""

REST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class TellReport:
    """What a round of telling came to."""

    composed: int = 0
    sent: int = 0
    deferred: int = 0
    failed: int = 0

    def __add__(self, other: TellReport) -> TellReport:
        return TellReport(
            self.composed + other.composed,
            self.sent + other.sent,
            self.deferred + other.deferred,
            self.failed + other.failed,
        )


@dataclass(frozen=True, slots=True)
class Bounces:
    """Where bounces come back to, each naming its mail."""

    address: str
    key: str


@dataclass(slots=True)
class Road:
    """What is known of the way out, for as long as the process lives."""

    failures: int = 0
    """Troubles of the way out in a row."""
    closed_until: datetime | None = None
    slowed: dict[str, datetime] = field(default_factory=dict)
    """Domains that asked for less, and when they did."""

    def is_closed(self, now: datetime) -> bool:
        return self.closed_until is not None and now < self.closed_until

    def close(self, now: datetime) -> datetime:
        """Nothing leaves for a while; returns until when. What several connections met at once is one trouble."""
        if self.closed_until is None or now >= self.closed_until:
            self.failures += 1
            self.closed_until = pace.outlet_again(now, self.failures)
        return self.closed_until

    def open(self) -> None:
        self.failures, self.closed_until = 0, None

    def slow(self, domain: str, now: datetime) -> None:
        self.slowed = {d: when for d, when in self.slowed.items() if now < when + SLOWED} | {domain: now}

    def at_once(self, domain: str, now: datetime) -> int:
        """How many mails may be on their way to a domain."""
        when = self.slowed.get(domain)
        if when is None or now >= when + SLOWED:
            return AT_ONCE
        return 1

    def rests_until(self, domain: str, now: datetime) -> datetime | None:
        """Until when a domain gets no mail at all; None where it may have one."""
        when = self.slowed.get(domain)
        return when + REST if when is not None and now < when + REST else None


class Sender:
    """Empties the outbox, over as many connections as the way out has."""

    def __init__(self, store: Store, outlet: Outlet, bounces: Bounces | None = None) -> None:
        self._store = store
        self._outlet = outlet
        self._bounces = bounces
        self._road = Road()

    async def send_waiting(self, now: datetime) -> TellReport:
        """Send until nothing waits or the way out is closed; one recipient's trouble is his own."""
        round_ = _Round(self._store, self._outlet, self._bounces, self._road, now)
        return await round_.run()


class _Round:
    """One emptying of the outbox: a few workers that take from one heap of claimed mails."""

    def __init__(self, store: Store, outlet: Outlet, bounces: Bounces | None, road: Road, now: datetime) -> None:
        self._outbox = store.outbox
        self._outlet = outlet
        self._bounces = bounces
        self._road = road
        self._begun, self._clock = now, time.monotonic()
        self._claimed: deque[Waiting] = deque()
        self._under_way: Counter[str] = Counter()
        self._changed = asyncio.Event()
        self._report = TellReport()

    @property
    def now(self) -> datetime:
        """The moment, counted from the round's `now`: a round may last longer than a lease."""
        return self._begun + timedelta(seconds=time.monotonic() - self._clock)

    async def run(self) -> TellReport:
        try:
            async with asyncio.TaskGroup() as workers:
                for _ in range(self._outlet.connections):
                    workers.create_task(self._work())
        finally:
            for waiting in self._claimed:
                self._outbox.give_back(waiting, self._road.closed_until or self._begun)
        return self._report

    async def _work(self) -> None:
        while not self._road.is_closed(self.now):
            waiting = self._next()
            if waiting is not None:
                await self._attend(waiting)
            elif self._claimed or self._under_way.total():
                self._changed.clear()
                await self._changed.wait()
            else:
                return

    def _next(self) -> Waiting | None:
        """A claimed mail whose domain may have one more at the moment."""
        while self._claimed or self._claim():
            for _ in range(len(self._claimed)):
                waiting = self._claimed.popleft()
                rests = self._road.rests_until(waiting.domain, self.now)
                if rests:
                    self._outbox.give_back(waiting, rests)
                elif self._under_way[waiting.domain] < self._road.at_once(waiting.domain, self.now):
                    return waiting
                else:
                    self._claimed.append(waiting)
            if self._claimed:
                return None  # all their domains have what they may have
        return None

    def _claim(self) -> bool:
        self._claimed.extend(self._outbox.claim(self.now, AHEAD * self._outlet.connections))
        if self._claimed:
            passing(Point.CLAIMED)
        return bool(self._claimed)

    async def _attend(self, waiting: Waiting) -> None:
        self._under_way[waiting.domain] += 1
        try:
            came_to = await self._send(waiting)
            self._report += came_to
        finally:
            self._under_way[waiting.domain] -= 1
            self._under_way += Counter()  # forgets who is at zero
            self._changed.set()

    async def _send(self, waiting: Waiting) -> TellReport:
        try:
            await self._outlet.send(waiting.mail, lambda: self._reach(waiting), self._return_path(waiting))
        except _LostClaimError:
            log.warning("another process sends this mail", to=waiting.mail.to)
            return TellReport()
        except DeliveryError as error:
            return self._not_sent(waiting, error)
        except Exception as error:  # a fault of ours in one mail must not cost the others theirs
            log.exception("mail failed", to=waiting.mail.to)
            return self._not_sent(waiting, DeliveryError(waiting.mail.to, repr(error), Fault.MAIL, in_doubt=True))
        passing(Point.ANSWERED)
        self._outbox.sent(waiting, self.now)
        passing(Point.SETTLED)
        self._road.open()
        log.info("mail sent", to=waiting.mail.to, subject=waiting.mail.subject)
        return TellReport(sent=1)

    def _reach(self, waiting: Waiting) -> None:
        if not self._outbox.reach(waiting, self.now):
            raise _LostClaimError

    def _return_path(self, waiting: Waiting) -> str | None:
        return return_path(waiting.id, self._bounces.address, self._bounces.key) if self._bounces else None

    def _not_sent(self, waiting: Waiting, error: DeliveryError) -> TellReport:
        now, mail = self.now, waiting.mail
        if error.fault is Fault.SERVER:
            until = self._road.close(now)
            self._outbox.give_back(waiting, until, error.problem)
            log.error("no mail can leave for now", problem=error.problem, again=str(until))
            return TellReport(deferred=1)
        if error.fault is Fault.DOMAIN:
            self._road.slow(waiting.domain, now)
        enhanced = Reply.read(error.reply).enhanced if error.reply else None
        failure = Failure(error.problem, error.reply, enhanced, error.in_doubt)
        dead = error.fault is Fault.ADDRESS
        again = None if dead else pace.mail_again(now, waiting.attempts, waiting.since, mail.message_id)
        log.warning("mail not accepted", to=mail.to, problem=error.problem, again=str(again))
        if again:
            self._outbox.defer(waiting, again, failure)
            return TellReport(deferred=1)
        self._outbox.fail(waiting, failure, error.problem if dead else None)
        return TellReport(failed=1)


class _LostClaimError(Exception):
    """The lease lapsed, and another process has the mail in hand."""

"""Whose turn it is: one request at a time for each host, a gap before the next, and so many in all."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import timedelta


@dataclass(slots=True)
class _Lane:
    """The queue in front of one host."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    rested: float | None = None
    """When the last request ended, on the loop's own clock, which no change of the wall clock moves."""


class Turns:
    """Gives out turns; waiting for one has no time limit, since every turn before it has."""

    def __init__(self, gap: timedelta, at_once: int) -> None:
        self._gap = gap.total_seconds()
        self._wishes: dict[str, float] = {}  # of the hosts that want a longer gap
        self._slots = asyncio.Semaphore(at_once)
        self._lanes: dict[str, _Lane] = {}

    def slow_down(self, host: str, gap: timedelta) -> None:
        """Rest at least `gap` between two requests to `host` from now on."""
        if gap.total_seconds() > self._gap:
            self._wishes[host] = gap.total_seconds()
        else:
            self._wishes.pop(host, None)

    def gap(self, host: str) -> float:
        """Seconds between two requests to `host`."""
        return self._wishes.get(host, self._gap)

    def wait(self, host: str) -> float:
        """Seconds until a free lane may be used again; 0 for a host that nobody has asked lately."""
        lane = self._lanes.get(host)
        if lane is None or lane.rested is None:
            return 0.0
        return max(0.0, lane.rested + self.gap(host) - asyncio.get_running_loop().time())

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Hold the only turn at `host`; the slot among all hosts is taken last, so nobody waits while holding one."""
        loop = asyncio.get_running_loop()
        lane = self._lanes.setdefault(host, _Lane())
        lane.waiting += 1
        try:
            async with lane.lock:
                await asyncio.sleep(self.wait(host))
                async with self._slots:
                    try:
                        yield
                    finally:  # from the end: a slow connection would shorten, for the server, a gap from the start
                        lane.rested = loop.time()
        finally:
            lane.waiting -= 1
            loop.call_later(self.gap(host), self._forget, host)

    def _forget(self, host: str) -> None:
        """Keep no lane for a host that nobody asks any more: over the years these are many."""
        lane = self._lanes.get(host)
        if lane and not lane.waiting and not self.wait(host):
            del self._lanes[host]

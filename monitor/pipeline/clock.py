"""Notices that the wall clock was set, by a clock that nobody sets.

Due times are wall-clock times, since they must outlive the process. When the clock is set a day forward they would all
be over at once, and a day back none would come for a day: so they are moved along with it.
"""

from __future__ import annotations

import functools
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from monitor.pipeline import pace

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from monitor.store import Store

log = structlog.get_logger(__name__)

NOTE = "clock"
"""Under this name the store keeps "<boot> <lead>", so that a step is noticed over a restart of the service too."""


@dataclass(frozen=True, slots=True)
class Steady:
    """A reading of a clock that only ever runs on."""

    boot: str
    """Readings of different boots cannot be compared."""
    seconds: float


def steady() -> Steady:
    """The seconds since this machine was started; where the system has such a clock, sleep counts too."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return Steady(_boot(), time.clock_gettime(clock))


def follow(store: Store, now: datetime, read: Callable[[], Steady] = steady) -> timedelta:
    """Move the store's due times along when the wall clock was set since the last look; returns by how much it was."""
    reading = read()
    lead = timedelta(seconds=now.timestamp() - reading.seconds)
    before = _noted(store, reading.boot)
    step = pace.stepped(before, lead) if before is not None else timedelta(0)
    noted = f"{reading.boot} {lead.total_seconds()}"
    if step:
        log.warning("the clock was set: due times move along", by=str(step))
        store.shift(step, now, {NOTE: noted})
    elif before is None:
        store.note(NOTE, noted)
    return step


def _noted(store: Store, boot: str) -> timedelta | None:
    """How far the wall clock was ahead of the steady one, if that was noted since the machine started."""
    name, _, lead = (store.noted(NOTE) or "").partition(" ")
    return timedelta(seconds=float(lead)) if name == boot else None


@functools.cache
def _boot() -> str:
    """The kernel's name for this boot; without one readings can be compared within this process alone."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return secrets.token_hex(16)

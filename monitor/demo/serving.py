"""Keeps the demo's pages up, at the moment at which its story ends: the service goes on, the clock does not."""

from __future__ import annotations

import asyncio
import secrets
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor import edits, pipeline, web
from monitor.errors import InputError
from monitor.web.door import passwords

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from monitor.demo.stage import Stage
    from monitor.pipeline import Way

HOST = "127.0.0.1"
"""Nobody but this machine: the password stands on a screen."""
OPERATOR = "demo"
TICK = 1.0
"""Seconds between two looks at what an operator edited and what is due."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The pages, and who may sign in."""

    address: str
    operator: str
    password: str


def address(port: int) -> str:
    return f"http://{HOST}:{port}"


def claim(port: int) -> None:
    """Say so before the demo plays, rather than after it, where the port is taken: an InputError."""
    try:
        socket.create_server((HOST, port)).close()
    except (OSError, OverflowError) as error:
        raise InputError(f"port {port}", f"cannot be listened at: {error}; name another one by --port") from None


@asynccontextmanager
async def open_pages(here: Stage, port: int, now: datetime) -> AsyncIterator[Opened]:
    """The pages of a stage that was played until `now` answer inside the block; whoever has the password may sign in.

    The service goes on: mails to new subscribers are written, feeds that are added are read. Its outlets must be open.
    """
    async with pipeline.open_way(here.home) as way:
        password = await asyncio.to_thread(_let_in, way, now)
        async with web.serving(web.house_of(way, lambda: now), f"{HOST}:{port}"):
            going = asyncio.create_task(_go_on(way, here, now))
            try:
                yield Opened(address(port), OPERATOR, password)
            finally:
                going.cancel()
                await asyncio.gather(going, return_exceptions=True)


def _let_in(way: Way, now: datetime) -> str:
    """An operator of the demo alone, with a password that nobody had before."""
    password = secrets.token_urlsafe(12)
    way.store.operators.add(OPERATOR, passwords.Passwords().hash(password), now)
    way.store.alive(now)
    return password


async def _go_on(way: Way, here: Stage, now: datetime) -> None:
    """What the service does at its ticks, at a moment that lasts."""
    seen = edits.stamps(here.home)
    while True:
        await asyncio.sleep(TICK)
        if (stamps := edits.stamps(here.home)) != seen:
            seen = stamps
            way.desk, _ = await asyncio.to_thread(pipeline.renew, way.desk)
        await way.round(now)

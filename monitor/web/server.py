"""Serves the pages inside the running service: one socket, no signals of its own, a quick end."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING

import uvicorn

from monitor.errors import Complaint, ConfigError
from monitor.web import pages

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

SETTING = "MONITOR_LISTEN"
PATIENCE = 2
"""Seconds that open requests may take once the service stops."""


@contextlib.asynccontextmanager
async def serving(store: pages.Desk, secret_key: str, listen: str) -> AsyncIterator[str | None]:
    """The pages answer at `listen` ("host:port") inside the block, which gets their URL; an empty one serves nothing.

    An address that cannot be listened at is a ConfigError that names the setting.
    """
    if not listen:
        yield None
        return
    listener = _bound(listen)
    server = _Server(
        uvicorn.Config(
            pages.app(store, secret_key),
            log_config=None,
            access_log=False,  # the addresses hold the readers' tokens
            server_header=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=PATIENCE,
        )
    )
    task = asyncio.create_task(server.serve([listener]))
    try:
        yield _address(listener)
    finally:
        server.should_exit = True
        await task


class _Server(uvicorn.Server):
    """The service itself hears SIGTERM and stops this server in its turn."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _bound(listen: str) -> socket.socket:
    host, colon, port = listen.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ConfigError([Complaint(SETTING, 0, f"{listen!r} is not host:port, e.g. 127.0.0.1:8080")])
    try:
        return socket.create_server(
            (host.strip("[]"), int(port)), family=socket.AF_INET6 if ":" in host else socket.AF_INET
        )
    except OSError as error:
        raise ConfigError([Complaint(SETTING, 0, f"cannot listen at {listen}: {error.strerror}")]) from None


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

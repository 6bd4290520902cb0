"""Hands a few bytes to an address that the operator named: the same doors as reading, and never a second address."""

from __future__ import annotations

import asyncio
import functools
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

import aiohttp

from monitor import __version__, errors
from monitor.fetch import address, answers, guard, robots, troubles
from monitor.text.addresses import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import timedelta

PATIENCE = 15.0
"""Seconds from the first connection to the answer's headers; its body is not read."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the other side answered."""

    status: int
    retry_after: timedelta | None = None


class Poster:
    """Posts; an async context manager. Which addresses may be asked is as for a Fetcher."""

    def __init__(self, allow_networks: Sequence[guard.Network] = (), allow_ports: Sequence[int] = ()) -> None:
        self._permitted = guard.Permitted(tuple(allow_networks), tuple(allow_ports))
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=guard.GuardedResolver(self._permitted),
                socket_factory=functools.partial(guard.guarded_socket, permitted=self._permitted),
                force_close=True,  # a connection kept open may be closed under the next message
            ),
            headers={"User-Agent": f"{robots.PRODUCT}/{__version__}"},
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),
            auto_decompress=False,
            middlewares=(troubles.only_once,),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session:
            await self._session.close()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Post to `url` once; a redirect is an answer like others.

        Raises RefusedError for an address that must not be asked, FetchError where there is no answer within PATIENCE.
        """
        assert self._session is not None, "a Poster is used inside `async with`"
        to = _parsed(url)
        given = dict(headers)
        if to.login is not None:
            user, _, password = to.login.partition(":")
            given["Authorization"] = aiohttp.encode_basic_auth(user, password, encoding="utf-8")
        try:
            async with (
                asyncio.timeout(PATIENCE),
                self._session.post(to.wire, data=body, headers=given, allow_redirects=False) as reply,
            ):
                return Reply(reply.status, answers.retry_after(reply.headers, datetime.now(UTC)))
        except TimeoutError as error:
            raise errors.FetchError(str(to), f"no answer within {PATIENCE:g} s") from error
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, guard.ForbiddenAddressError):
                raise errors.RefusedError(str(to), str(error.os_error)) from error
            raise errors.FetchError(str(to), troubles.unreachable(error)) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise errors.FetchError(str(to), troubles.broken(error)) from error


def _parsed(url: str) -> address.Address:
    try:
        return address.parse(url)
    except ValueError as error:
        raise errors.RefusedError(shown(url), str(error)) from error

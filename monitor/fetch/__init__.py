"""The door in: asks the web politely, within bounds, and only where it may.

    get(url) -> for each hop: wait for the host's turn -> connect to a permitted address -> read within bounds

A status other than 200 is an answer, not an error: what it means is for the pipeline to decide. Errors are raised only
where there is no answer to decide on (FetchError) or where the address must not be asked at all (RefusedError).
"""

from __future__ import annotations

import asyncio
import functools
import http
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol, Self

import aiohttp

from monitor import __version__, errors
from monitor.fetch import address, answers, guard, robots, troubles, turns, unpack
from monitor.fetch.answers import Response, Validators
from monitor.fetch.unpack import Bounds
from monitor.text.addresses import shown

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from monitor.fetch.address import Address

__all__ = ["Bounds", "Fetcher", "Gate", "Response", "Validators", "origin", "shown"]

_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)

_AT_ONCE = 20
"""Requests under way in all."""

_KEPT_OPEN = 4.0
"""Seconds that a connection may wait for the next request. Servers close idle ones after five (Apache, Node.js) or
more: a request that meets such a close is lost, and here no request is ever sent twice."""

_HEADER = 32_768
"""Bytes of one header line. aiohttp's 8,190 are little for a content security policy, and curl takes 102,400. There may
be 128 lines."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Trail:
    """How far a request has come: the addresses asked so far, in order."""

    hops: tuple[Address, ...]
    moved: Address | None = None
    """The last address reached by permanent redirects alone."""
    temporary: bool = False

    @property
    def asked(self) -> str:
        return str(self.hops[0])

    @property
    def here(self) -> Address:
        return self.hops[-1]

    def onward(self, target: Address, status: int) -> _Trail:
        temporary = self.temporary or status not in _PERMANENT
        return _Trail((*self.hops, target), self.moved if temporary else target, temporary)


class Gate(Protocol):
    """Decides about each hop of a request; both raise a FetchError where it must not be made."""

    async def admit(self, url: str) -> None:
        """Asked before the turn, and may ask the web in its turn."""

    def check(self, url: str) -> None:
        """Asked when the turn has come: much may have happened since."""


class Fetcher:
    """Gets addresses; an async context manager, to be shared by everything that reads from the web.

    `contact` (an address or URL) goes into the User-Agent; `allow_networks` are private networks that the operator
    permits, at any port, and `allow_ports` further ports of public addresses. Each host sees one request at a time and
    a rest of `gap` before the next. `clock` is asked what dates in answers mean; a simulation brings its own.
    """

    def __init__(
        self,
        contact: str | None = None,
        allow_networks: Sequence[guard.Network] = (),
        *,
        allow_ports: Sequence[int] = (),
        gap: timedelta = timedelta(seconds=1),
        bounds: Bounds | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        name = f"{robots.PRODUCT}/{__version__}"
        self._agent = f"{name} (+{contact})" if contact else name
        self._permitted = guard.Permitted(tuple(allow_networks), tuple(allow_ports))
        self._bounds = bounds or Bounds()
        self._turns = turns.Turns(gap, _AT_ONCE)
        self._session: aiohttp.ClientSession | None = None
        self.clock = clock

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=guard.GuardedResolver(self._permitted),
                socket_factory=functools.partial(guard.guarded_socket, permitted=self._permitted),
                limit=0,  # the turns bound it
                limit_per_host=1,
                keepalive_timeout=_KEPT_OPEN,
            ),
            headers={"User-Agent": self._agent, "Accept-Encoding": unpack.ACCEPTED},
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),  # Bounds.time rules over all hops together
            auto_decompress=False,  # unpack.py does it within bounds
            max_line_size=_HEADER,
            max_field_size=_HEADER,
            middlewares=(troubles.only_once,),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session:
            await self._session.close()

    async def get(self, url: str, validators: Validators | None = None, gate: Gate | None = None) -> Response:
        """The answer of `url`, after at most Bounds.redirects redirects, each of which `gate` must admit.

        Raises RefusedError for an address that must not be asked, FetchError when there is no answer within bounds.
        """
        trail, left = _Trail((_first(url),)), self._bounds.time.total_seconds()
        while True:
            if gate:
                await gate.admit(str(trail.here))
            async with self._turns.turn(trail.here.host):
                if gate:
                    gate.check(str(trail.here))
                started = asyncio.get_running_loop().time()
                answer = await self._ask(trail, validators or Validators(), left)
                left -= asyncio.get_running_loop().time() - started
            if isinstance(answer, Response):
                return answer
            trail = self._follow(trail, answer)

    def slow_down(self, url: str, gap: timedelta) -> None:
        """Leave at least `gap` between two requests to the host of `url` from now on."""
        self._turns.slow_down(_first(url).host, gap)

    def wait(self, url: str, ahead: int = 0) -> float:
        """Seconds until the host of `url` may be asked, with so many requests `ahead`; 0 for what is no address."""
        try:
            host = address.parse(url).host
        except ValueError:
            return 0.0
        return self._turns.wait(host) + ahead * self._turns.gap(host)

    async def _ask(self, trail: _Trail, sent: Validators, seconds: float) -> Response | _Redirect:
        """One request; its errors in words that name the hop."""
        given = self._bounds.time.total_seconds()
        try:
            async with asyncio.timeout(seconds), self._open(trail, sent) as reply:
                return await self._read(reply, trail, sent)
        except TimeoutError as error:
            raise errors.FetchError(trail.asked, _at(trail, f"no whole answer within {given:g} s")) from error
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, guard.ForbiddenAddressError):
                raise errors.RefusedError(trail.asked, _at(trail, str(error.os_error))) from error
            raise errors.FetchError(trail.asked, _at(trail, troubles.unreachable(error))) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise errors.FetchError(trail.asked, _at(trail, troubles.broken(error))) from error

    @asynccontextmanager
    async def _open(self, trail: _Trail, sent: Validators) -> AsyncIterator[aiohttp.ClientResponse]:
        assert self._session is not None, "a Fetcher is used inside `async with`"
        given: dict[str, str | None] = {}
        if str(trail.here) == (sent.url or trail.asked):
            given = {"If-None-Match": sent.etag, "If-Modified-Since": sent.last_modified}
        if trail.here.login is not None:
            user, _, password = trail.here.login.partition(":")
            given["Authorization"] = aiohttp.encode_basic_auth(user, password, encoding="utf-8")
        headers = {name: value for name, value in given.items() if value}
        async with self._session.get(trail.here.wire, headers=headers, allow_redirects=False) as reply:
            yield reply

    async def _read(self, reply: aiohttp.ClientResponse, trail: _Trail, sent: Validators) -> Response | _Redirect:
        location = reply.headers.get("Location")
        if reply.status in _REDIRECTS and location:
            return _Redirect(reply.status, location)
        body = unpack.Body(trail.asked, reply.headers.get("Content-Encoding", ""), self._bounds)
        if reply.status == http.HTTPStatus.OK:
            async for chunk in reply.content.iter_any():
                body.add(chunk)
        now, url = self.clock(), str(trail.here)
        return Response(
            url=url,
            status=reply.status,
            body=body.whole(),
            content_type=reply.headers.get("Content-Type"),
            validators=answers.validators(reply.headers, reply.status, url, sent),
            retry_after=answers.retry_after(reply.headers, now),
            max_age=answers.max_age(reply.headers, now),
            moved_permanently_to=trail.moved.whole if trail.moved else None,
            challenged=answers.challenged(reply.headers),
            wire_bytes=body.wire_bytes,
        )

    def _follow(self, trail: _Trail, redirect: _Redirect) -> _Trail:
        try:
            target = trail.here.join(redirect.location)
        except ValueError as error:
            where = shown(redirect.location)[:200]
            raise errors.RefusedError(trail.asked, f"redirected to {where!r}: {error}") from error
        if target in trail.hops:
            raise errors.RefusedError(trail.asked, f"redirected in a circle (to {target})")
        if len(trail.hops) > self._bounds.redirects:
            raise errors.RefusedError(trail.asked, f"redirected more than {self._bounds.redirects} times")
        if trail.here.scheme == "https" and target.scheme == "http":
            raise errors.RefusedError(trail.asked, f"redirected from https to unprotected http ({target})")
        return trail.onward(target, redirect.status)


@dataclass(frozen=True, slots=True)
class _Redirect:
    status: int
    location: str


def origin(url: str) -> str:
    """Scheme, host and port of an address (RFC 6454); raises RefusedError for what is no web address."""
    return _first(url).origin


def _first(url: str) -> Address:
    try:
        return address.parse(url)
    except ValueError as error:
        raise errors.RefusedError(shown(url), str(error)) from error


def _at(trail: _Trail, problem: str) -> str:
    """The problem, with the hop it arose at where that is not the address asked for."""
    return problem if len(trail.hops) == 1 else f"redirected to {trail.here}: {problem}"

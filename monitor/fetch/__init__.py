"""The door in: asks the web politely, within bounds, and only where it may.

    get(url) -> for each hop: wait for the host's turn -> connect to a permitted address -> read within bounds

A status other than 200 is an answer, not an error: what it means is for the pipeline to decide. Errors are raised only
where there is no answer to decide on (FetchError) or where the address must not be asked at all (RefusedError).
"""

from __future__ import annotations

import asyncio
import functools
import http
import os
import urllib.parse
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

import aiohttp
import yarl

from monitor import __version__, errors
from monitor.fetch import answers, guard, turns, unpack
from monitor.fetch.answers import Response, Validators
from monitor.fetch.unpack import Bounds

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

__all__ = ["Bounds", "Fetcher", "Response", "Validators"]

_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)


@dataclass(frozen=True, slots=True)
class _Trail:
    """How far a request has come: the addresses asked so far, in order."""

    hops: tuple[str, ...]
    moved: str | None = None
    """The last address reached by permanent redirects alone."""
    temporary: bool = False

    @property
    def here(self) -> str:
        return self.hops[-1]

    def onward(self, target: str, status: int) -> _Trail:
        temporary = self.temporary or status not in _PERMANENT
        return _Trail((*self.hops, target), self.moved if temporary else target, temporary)


class Fetcher:
    """Gets addresses; an async context manager, to be shared by everything that reads from the web.

    `contact` (an address or URL) goes into the User-Agent; `allow_networks` are private networks that the operator
    permits, at any port. Each host sees one request at a time and a rest of `gap` before the next; at most `at_once`
    requests are under way in all.
    """

    def __init__(
        self,
        contact: str | None = None,
        allow_networks: Sequence[guard.Network] = (),
        *,
        gap: timedelta = timedelta(seconds=1),
        at_once: int = 20,
        bounds: Bounds | None = None,
    ) -> None:
        name = f"news-monitor/{__version__}"
        self._agent = f"{name} (+{contact})" if contact else name
        self._permitted = tuple(allow_networks)
        self._bounds = bounds or Bounds()
        self._turns = turns.Turns(gap, at_once)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=guard.GuardedResolver(self._permitted),
                socket_factory=functools.partial(guard.guarded_socket, permitted=self._permitted),
                limit=0,  # the turns bound it
                limit_per_host=1,
            ),
            headers={"User-Agent": self._agent, "Accept-Encoding": unpack.ACCEPTED},
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),  # Bounds.time rules over all hops together
            auto_decompress=False,  # unpack.py does it within bounds
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session:
            await self._session.close()

    async def get(self, url: str, validators: Validators | None = None) -> Response:
        """The answer of `url`, after at most Bounds.redirects redirects.

        Raises RefusedError for an address that must not be asked, FetchError when there is no answer within bounds.
        """
        trail, left = _Trail((url,)), self._bounds.time.total_seconds()
        while True:
            self._check_address(trail)
            async with self._turns.turn(_host(trail.here)):
                started = asyncio.get_running_loop().time()
                answer = await self._ask(trail, validators or Validators(), left)
                left -= asyncio.get_running_loop().time() - started
            if isinstance(answer, Response):
                return answer
            trail = self._follow(trail, answer)

    async def _ask(self, trail: _Trail, sent: Validators, seconds: float) -> Response | _Redirect:
        """One request; its errors in words that name the hop."""
        given = self._bounds.time.total_seconds()
        try:
            async with asyncio.timeout(seconds), self._open(trail, sent) as reply:
                return await self._read(reply, trail, sent)
        except TimeoutError as error:
            raise errors.FetchError(trail.hops[0], _at(trail, f"no whole answer within {given:g} s")) from error
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, guard.ForbiddenAddressError):
                raise errors.RefusedError(trail.hops[0], _at(trail, str(error.os_error))) from error
            raise errors.FetchError(trail.hops[0], _at(trail, _unreachable(error))) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise errors.FetchError(trail.hops[0], _at(trail, _broken(error))) from error

    @asynccontextmanager
    async def _open(self, trail: _Trail, sent: Validators) -> AsyncIterator[aiohttp.ClientResponse]:
        assert self._session is not None, "a Fetcher is used inside `async with`"
        conditions = {}
        if trail.here == (sent.url or trail.hops[0]):
            conditions = {"If-None-Match": sent.etag, "If-Modified-Since": sent.last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        async with self._session.get(yarl.URL(trail.here), headers=headers, allow_redirects=False) as reply:
            yield reply

    async def _read(self, reply: aiohttp.ClientResponse, trail: _Trail, sent: Validators) -> Response | _Redirect:
        location = reply.headers.get("Location")
        if reply.status in _REDIRECTS and location:
            return _Redirect(reply.status, location)
        body = unpack.Body(trail.hops[0], reply.headers.get("Content-Encoding", ""), self._bounds)
        if http.HTTPStatus.OK <= reply.status < http.HTTPStatus.MULTIPLE_CHOICES:
            async for chunk in reply.content.iter_any():
                body.add(chunk)
        now = datetime.now(UTC)
        return Response(
            url=trail.here,
            status=reply.status,
            body=body.whole(),
            content_type=reply.headers.get("Content-Type"),
            validators=answers.validators(reply.headers, reply.status, trail.here, sent),
            retry_after=answers.retry_after(reply.headers, now),
            max_age=answers.max_age(reply.headers, now),
            moved_permanently_to=trail.moved,
            challenged=answers.challenged(reply.headers),
            wire_bytes=body.wire_bytes,
        )

    def _check_address(self, trail: _Trail) -> None:
        """Refuse what needs no connection to be refused."""
        try:
            target = yarl.URL(trail.here)
        except ValueError as error:
            raise errors.RefusedError(trail.hops[0], _at(trail, "this is no web address")) from error
        if target.scheme not in ("http", "https") or not target.host:
            raise errors.RefusedError(trail.hops[0], _at(trail, "only http and https addresses are read"))

    def _follow(self, trail: _Trail, redirect: _Redirect) -> _Trail:
        asked = trail.hops[0]
        try:
            target = yarl.URL(trail.here).join(yarl.URL(_sound(redirect.location))).with_fragment(None)
        except ValueError as error:
            raise errors.FetchError(asked, "redirected to something that is no web address") from error
        onward = trail.onward(str(target), redirect.status)
        if onward.here in trail.hops:
            raise errors.FetchError(asked, f"redirected in a circle (to {onward.here})")
        if len(trail.hops) > self._bounds.redirects:
            raise errors.FetchError(asked, f"redirected more than {self._bounds.redirects} times")
        if yarl.URL(trail.here).scheme == "https" and target.scheme == "http":
            raise errors.RefusedError(asked, f"redirected from https to unprotected http ({onward.here})")
        return onward


@dataclass(frozen=True, slots=True)
class _Redirect:
    status: int
    location: str


def _sound(location: str) -> str:
    """A Location header whose bytes are no UTF-8, percent-encoded as browsers send it; any other as it is."""
    raw = location.strip().encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return urllib.parse.quote(raw, safe="%/:?#[]@!$&'()*+,;=~|")


def _host(url: str) -> str:
    return yarl.URL(url).host or ""


def _at(trail: _Trail, problem: str) -> str:
    """The problem, with the hop it arose at where that is not the address asked for."""
    return problem if len(trail.hops) == 1 else f"redirected to {trail.here}: {problem}"


def _unreachable(error: aiohttp.ClientConnectorError) -> str:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"the name {error.host} is not known"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"the certificate does not prove that this is {error.host} ({error.certificate_error})"
    if isinstance(error, aiohttp.ClientSSLError):
        return f"no secure connection ({error.os_error})"
    number = error.os_error.errno
    return f"no connection ({os.strerror(number).lower() if number else error.os_error})"


def _broken(error: Exception) -> str:
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "the server closed the connection without an answer"
    if isinstance(error, aiohttp.ClientPayloadError):
        return "the answer broke off before its announced end"
    if isinstance(error, aiohttp.ClientResponseError):
        return f"the answer is not proper HTTP ({error.message[:80]})"
    if isinstance(error, (aiohttp.InvalidURL, ValueError)):
        return "this is no web address"
    return f"the connection broke ({error})"

"""A request -> what was asked, read within bounds of size and time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

LARGEST_FORM = 64_000
"""Octets of a request's body: the choices of two hundred watchlists with long names."""
LARGEST_EDIT = 2_000_000
"""The same where an operator writes: a watchlist of 10,000 terms is 300 KB, in Korean a form makes it 1 MB."""
MOST_FIELDS = 2_000
PATIENCE = 15.0
"""Seconds that a body may take to come in."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, whole."""

    path: Mapping[str, str]
    """The named parts of its path."""
    query: Mapping[str, str]
    fields: Mapping[str, tuple[str, ...]]
    """Of its form, as written; none where the body is no form."""
    headers: Mapping[str, str]
    client: str
    """The address that asks, as the proxy in front tells it; "" where it is not known."""
    method: str = "GET"
    target: str = "/"
    """Path and query as they were asked for, below the path that a proxy may serve the pages under."""
    cookies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The values of each name; two of one name are no work of ours (RFC 6265, 8.6: a neighbour may set one)."""

    def one(self, field: str) -> str:
        """The first value of a field without outer blanks; "" where there is none."""
        return self.fields.get(field, ("",))[0].strip()


async def read(request: Request) -> Asked:
    """Everything that was asked; HTTPException 408 for a body that does not come, 413 for one of too many fields."""
    try:
        async with asyncio.timeout(PATIENCE):
            body = await request.body()
    except TimeoutError:
        raise HTTPException(408) from None
    client = request.client.host if request.client else ""
    path = {name: str(value) for name, value in request.path_params.items()}
    return Asked(
        path,
        dict(request.query_params),
        _fields(body),
        request.headers,
        client,
        method=request.method,
        target=_target(request),
        cookies=_cookies(request.headers.getlist("cookie")),
    )


def _fields(body: bytes) -> dict[str, tuple[str, ...]]:
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise HTTPException(413) from None
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), value)
    return fields


def _target(request: Request) -> str:
    """From the request's own line: `request.url` is made with the Host header, which may hold anything."""
    path: bytes = request.scope["raw_path"]
    query: bytes = request.scope["query_string"]
    return (path + b"?" + query if query else path).decode("latin-1")


def _cookies(lines: list[str]) -> dict[str, tuple[str, ...]]:
    """The values of each cookie as they were sent, two at most: ours need no unquoting."""
    cookies: dict[str, tuple[str, ...]] = {}
    for pair in ";".join(lines).split(";"):
        name, equals, value = pair.strip(" \t").partition("=")
        if equals:
            cookies[name] = (*cookies.get(name, ())[:1], value)
    return cookies


def comes_from_us(asked: Asked, base_url: str | None) -> bool:
    """Whether the browser says that a form stood on a page of ours, or says nothing.

    Sec-Fetch-Site outranks Origin, since a proxy may rename our host; browsers send it to https and this machine alone
    (W3C Fetch Metadata, 2), so that on plain http Origin decides. "null" is another origin.
    """
    site = asked.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = asked.headers.get("origin")
    if origin is None:
        return True
    hosts = {asked.headers.get("host", ""), urlsplit(base_url or "").netloc} - {""}
    return urlsplit(origin).netloc.lower() in {host.lower() for host in hosts}

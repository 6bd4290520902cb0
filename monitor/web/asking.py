"""A request -> what was asked, read within bounds of size and time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

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
    return Asked(path, dict(request.query_params), _fields(body), request.headers, client)


def _fields(body: bytes) -> dict[str, tuple[str, ...]]:
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise HTTPException(413) from None
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), value)
    return fields

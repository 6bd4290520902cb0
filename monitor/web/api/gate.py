"""Who may call: every address of the API asks for a token before anything of the request is read."""

from __future__ import annotations

import asyncio
import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from fastapi import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers

from monitor.web import asking
from monitor.web.api import problems
from monitor.web.api.problems import Kind, ProblemError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from monitor.store.operators import Scope as May
    from monitor.web.door import ApiCaller

CALLER = "monitor.caller"
"""Where the gate leaves the caller in the scope of a request."""
FEEDS = ".xml"
"""What readers of feeds ask for: they know no bearer tokens, so the token may come as a password (RFC 7617)."""


class Porter(Protocol):
    """Knows programs by their token."""

    def caller(self, headers: Mapping[str, str]) -> ApiCaller | None:
        """The program that asks; None where its token is not good."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets through who shows a token; a cookie counts for nothing, so no other site can call in an operator's name."""

    app: ASGIApp
    porter: Porter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        is_feed = scope["path"].endswith(FEEDS)
        headers = Headers(scope=scope)
        shown = headers.get("authorization", "")
        caller = await run_in_threadpool(self.porter.caller, {"authorization": _bearer(shown) if is_feed else shown})
        if caller is None:
            await unknown(bool(shown), is_feed=is_feed)(scope, receive, send)
        else:
            await self.app({**scope, CALLER: caller}, _in_time(receive), send)


def unknown(shown: bool, *, is_feed: bool = False) -> ASGIApp:  # noqa: FBT001 -- a fact, not a decision
    """401: who has no token is told how to show one (RFC 6750, 3)."""
    why = ', error="invalid_token"' if shown else ""
    challenges = f'Bearer realm="news-monitor"{why}' + (', Basic realm="news-monitor", charset="UTF-8"' * is_feed)
    detail = "The token is not good, or not any more." if shown else "Send a token: 'Authorization: Bearer nm_...'."
    return problems.answer(ProblemError(Kind.UNKNOWN, detail), {"WWW-Authenticate": challenges})


def may(request: Request, wanted: May) -> ApiCaller:
    """The caller, where its token is good for so much; else 403."""
    caller: ApiCaller = request.scope[CALLER]
    if not caller.may(wanted):
        raise ProblemError(Kind.FORBIDDEN, f"This takes a token of scope {wanted}; {caller.name!r} has {caller.scope}.")
    return caller


def _bearer(shown: str) -> str:
    """A token that came as the password of whatever user, as a bearer token."""
    scheme, _, given = shown.partition(" ")
    if scheme.lower() != "basic":
        return shown
    try:
        whole = base64.b64decode(given.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return f"Bearer {whole.partition(':')[2]}"


def _in_time(receive: Receive) -> Receive:
    """A body that does not come within asking.PATIENCE is given up; once it is there nobody is hurried."""
    deadline = asyncio.get_running_loop().time() + asking.PATIENCE
    whole = False

    async def received() -> Message:
        nonlocal whole
        if whole:
            return await receive()
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408) from None
        whole = not message.get("more_body", False)
        return message

    return received

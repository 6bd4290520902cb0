"""The few pages that a mail links to: what this is, leaving and coming back, and a sign of health."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qs

import jinja2
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from monitor import digest

if TYPE_CHECKING:
    from starlette.requests import Request

LARGEST_FORM = 10_000
"""Octets of a request's body; one click sends 26."""


class Desk(Protocol):
    """What these pages need of the store."""

    def unsubscribe(self, subscriber: int) -> bool:
        """No more mail to a subscriber; False where there is none of that number."""

    def resubscribe(self, subscriber: int) -> bool:
        """Mail again; False where there is none of that number."""

    def healthy(self, now: datetime) -> tuple[bool, str]:
        """Whether the service is at work, and a sentence that says so."""


def app(store: Desk, secret_key: str) -> Starlette:
    """The pages over a store; `secret_key` is the one that signed the links in the mails.

    GET changes nothing, since mail scanners follow links. POST to the same address unsubscribes at once and without a
    cookie, as RFC 8058 asks, and `back=yes` in its body undoes that.
    """
    leaving = _Leaving(store, secret_key)
    return Starlette(
        routes=[
            Route("/", _front),
            Route("/healthz", _Health(store).tell),
            Route("/u/{token}", leaving.ask, methods=["GET"]),
            Route("/u/{token}", leaving.act, methods=["POST"]),
        ],
        exception_handlers={404: _missing, 405: _wrong_method, 413: _too_large, 500: _broken},
        max_body_size=LARGEST_FORM,
    )


class _Health:
    """What a container engine asks every half minute."""

    def __init__(self, store: Desk) -> None:
        self._store = store

    async def tell(self, _request: Request) -> Response:
        alive, sentence = await run_in_threadpool(self._store.healthy, datetime.now(UTC))
        return PlainTextResponse("ok" if alive else sentence, 200 if alive else 503, {"Cache-Control": "no-store"})


class _Leaving:
    """The page behind a mail's unsubscribe link."""

    def __init__(self, store: Desk, secret_key: str) -> None:
        self._store = store
        self._secret_key = secret_key

    async def ask(self, request: Request) -> Response:
        known = self._subscriber(request) is not None
        return _page("ask") if known else _page("bad_link", 404)

    async def act(self, request: Request) -> Response:
        subscriber = self._subscriber(request)
        if subscriber is None:
            return _page("bad_link", 404)
        back = "back" in parse_qs((await request.body()).decode("ascii", "replace"))
        change = self._store.resubscribe if back else self._store.unsubscribe
        if not await run_in_threadpool(change, subscriber):
            return _page("bad_link", 404)
        return _page("returned" if back else "left")

    def _subscriber(self, request: Request) -> int | None:
        return digest.read_token(request.path_params["token"], self._secret_key)


async def _front(_request: Request) -> Response:
    return _page("front")


async def _missing(_request: Request, _error: Exception) -> Response:
    return _page("missing", 404)


async def _wrong_method(_request: Request, _error: Exception) -> Response:
    return _page("missing", 405)


async def _too_large(_request: Request, _error: Exception) -> Response:
    return _page("missing", 413)


async def _broken(_request: Request, _error: Exception) -> Response:
    return _page("broken", 500)


def _page(what: str, status: int = 200) -> Response:
    return HTMLResponse(_PAGE.render(what=what, style=_STYLE), status, _HEADERS)


_TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("monitor"), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
)
_PAGE = _TEMPLATES.get_template("page.html")
_STYLE = _TEMPLATES.get_template("page.css").render()
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the address holds the reader's token
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}

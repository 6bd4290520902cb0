"""The demo's small web: each outlet a server of its own on a loopback address, publishing by the demo clock."""

from __future__ import annotations

import hashlib
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

from monitor.demo import printing
from monitor.demo.world import PageKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.demo.printing import Document
    from monitor.demo.world import Outlet, Piece, World

FIRST = 11
"""The outlets stand at 127.0.0.11 and up: separate hosts, as on the real web, and 127.0.0.1 stays free."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request was answered with."""

    status: HTTPStatus
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that came in."""

    outlet: str
    path: str
    status: HTTPStatus


class Web:
    """All outlets of a world as servers; a context manager. Set `now` to let time pass."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.now = world.start
        self.asked: list[Asked] = []
        self._failed: set[str] = set()
        self._sites: dict[str, str] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        for number, outlet in enumerate(self.world.outlets):
            server = _listen(FIRST + number, _handler(self, outlet))
            self._open.callback(server.server_close)
            self._open.callback(server.shutdown)
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
            host, port = server.server_address[:2]
            self._sites[outlet.id] = f"http://{host!s}:{port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def feed_url(self, outlet: Outlet) -> str:
        return f"{self._sites[outlet.id]}/feed"

    def page_url(self, piece: Piece) -> str:
        return f"{self._sites[piece.outlet.id]}/{piece.id}.html"

    def answer(self, outlet: Outlet, path: str, conditions: Mapping[str, str]) -> Answer:
        """The answer to a GET of `path`, and a note that it was asked."""
        given = self._feed(outlet, conditions) if path == "/feed" else self._page(outlet, path)
        self.asked.append(Asked(outlet.id, path, given.status))
        return given

    def _feed(self, outlet: Outlet, conditions: Mapping[str, str]) -> Answer:
        pieces = self.world.published(outlet, self.now)
        document = printing.feed(outlet, pieces, self._sites[outlet.id])
        etag = f'"{hashlib.sha256(document.body).hexdigest()[:16]}"'
        validators = {"ETag": etag}
        if pieces:
            validators["Last-Modified"] = format_datetime(pieces[0].published, usegmt=True)
        if conditions.get("If-None-Match") == etag:
            return Answer(HTTPStatus.NOT_MODIFIED, validators)
        return _ok(document, validators)

    def _page(self, outlet: Outlet, path: str) -> Answer:
        name = path.removeprefix("/").removesuffix(".html")
        piece = next((p for p in self.world.published(outlet, self.now) if p.id == name), None)
        if piece is None:
            return Answer(HTTPStatus.NOT_FOUND)
        if piece.page is PageKind.FAILS_ONCE and piece.id not in self._failed:
            self._failed.add(piece.id)
            return Answer(HTTPStatus.INTERNAL_SERVER_ERROR)
        return _ok(printing.page(self.world, piece, self._sites[outlet.id]), {})


def _ok(document: Document, headers: dict[str, str]) -> Answer:
    return Answer(HTTPStatus.OK, {"Content-Type": document.content_type, **headers}, document.body)


def _listen(last: int, handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    """A server at 127.0.0.<last>; where only 127.0.0.1 exists (macOS) at a port of its own there."""
    try:
        return ThreadingHTTPServer((f"127.0.0.{last}", 0), handler)
    except OSError:
        return ThreadingHTTPServer(("127.0.0.1", 0), handler)


def _handler(web: Web, outlet: Outlet) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            given = web.answer(outlet, self.path, dict(self.headers.items()))
            self.send_response(given.status)
            for name, value in given.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(given.body)))
            self.end_headers()
            self.wfile.write(given.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the name that http.server gave it
            """Say nothing: the demo tells what was asked at its end."""

    return Handler

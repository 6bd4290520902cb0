"""Serves the pages inside the running service: one socket, no signals of its own, a quick end."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from monitor.errors import Complaint, ConfigError
from monitor.web import api, asking, desk, door
from monitor.web.desk.sheets import Sheets, Visit
from monitor.web.frame import Frame, House
from monitor.web.reader.archive import Archive
from monitor.web.reader.judging import Judging
from monitor.web.reader.leaving import Leaving
from monitor.web.reader.preferring import Preferring
from monitor.web.reader.signup import SignUp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from monitor.web.asking import Asked
    from monitor.web.desk.office import Office

SETTING = "MONITOR_LISTEN"
PATIENCE = 2
"""Seconds that open requests may take once the service stops."""
MOST_AT_ONCE = 200
"""Connections and requests at a time; more are answered 503, so that the news goes on being read."""


class Gate(Protocol):
    """Who may come in to the operator's desk."""

    def visit(self, asked: Asked) -> Visit | Response:
        """The visit of an operator who is signed in, or what is said to anybody else."""


def app(house: House, gate: Gate | None = None) -> Starlette:
    """The pages of a house. GET changes nothing, since mail scanners follow links; POST to the same address acts.

    The desk stands behind the house's own door, unless another gate is put before it.
    """
    frame = Frame(house)
    signup, leaving, preferring = SignUp(frame), Leaving(frame), Preferring(frame)
    archive, judging = Archive(frame), Judging(frame)
    return Starlette(
        routes=[
            _route("/", "GET", signup.front),
            _route("/signup", "POST", signup.ask),
            _route("/c/{token}", "GET", signup.look),
            _route("/c/{token}", "POST", signup.say_yes),
            _route("/u/{token}", "GET", leaving.ask),
            _route("/u/{token}", "POST", leaving.act),
            _route("/p/{token}", "GET", preferring.ask),
            _route("/p/{token}", "POST", preferring.act),
            _route("/v/{token}", "GET", archive.list),
            _route("/v/{token}/{key}", "GET", archive.show),
            _route("/j/{token}/{development}", "GET", judging.ask),
            _route("/j/{token}/{development}", "POST", judging.act),
            Route("/healthz", _Health(house).tell),
            Route("/readyz", _ready(house)),
            *_desk(house, gate),
            *(_programs(house, house.office) if house.office else ()),
        ],
        exception_handlers=_troubles(frame),
        max_body_size=asking.LARGEST_FORM,
    )


def _route(path: str, method: str, work: Callable[[Asked], Response], largest: int = asking.LARGEST_FORM) -> Route:
    """The request is read here; the work, which asks the disk, is done in a thread."""

    async def answered(request: Request) -> Response:
        return await run_in_threadpool(work, await asking.read(request))

    return Route(path, answered, methods=[method], max_body_size=largest)


def _desk(house: House, gate: Gate | None) -> Iterator[Route]:
    """The door, and the pages behind it: GET shows, POST acts."""
    sheets, entrance = Sheets(house), door.Door(house)
    guard = gate or _Guarded(entrance, sheets)

    def behind(work: Callable[[Visit], Response]) -> Callable[[Asked], Response]:
        def answered(asked: Asked) -> Response:
            visit = guard.visit(asked)
            return visit if isinstance(visit, Response) else work(visit)

        return answered

    for path, method, answer in door.routes(entrance, sheets.page):
        yield _route(path, method, answer)
    yield Route("/desk/desk.js", lambda _request: sheets.script())
    for method, path, work in desk.pages(sheets):
        yield _route(path, method, behind(work), asking.LARGEST_EDIT)


def _programs(house: House, office: Office) -> Iterator[BaseRoute]:
    """What is for programs, behind a token: the API, and the numbers for Prometheus."""
    entrance = door.Door(house)
    feed = RedirectResponse(f"{house.root}{api.ROOT}/atom.xml", 308)
    yield Route("/desk/atom.xml", lambda _request: feed)
    yield Mount(api.ROOT, api.api(house, office, entrance))
    yield Route("/metrics", api.metrics(house, office, entrance))


@dataclass(frozen=True, slots=True)
class _Guarded:
    """Lets operators in who are signed in, and of what they send only forms that are ours."""

    entrance: door.Door
    sheets: Sheets

    def visit(self, asked: Asked) -> Visit | Response:
        signed_in = self.entrance.signed_in(asked)
        if signed_in is None:
            return self.entrance.to_login(asked)
        visit = Visit(asked, signed_in.operator, signed_in.csrf)
        if asked.method not in ("GET", "HEAD") and not self.entrance.genuine(asked, signed_in):
            return self.sheets.page("refused", visit, 403)
        return visit


def _troubles(frame: Frame) -> dict[int | type[Exception], Callable[[Request, Exception], Awaitable[Response]]]:
    """A page for everything that goes wrong, in the language that the browser asks for."""

    async def trouble(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        asked = asking.Asked({}, dict(request.query_params), {}, request.headers, "")
        answer = frame.trouble("broken" if status == 500 else "missing", asked, status)
        for name, value in (getattr(error, "headers", None) or {}).items():  # Allow, which 405 must name
            answer.headers[name] = value
        return answer

    return dict.fromkeys((404, 405, 408, 413, 500), trouble)


def _ready(house: House) -> Callable[[Request], Awaitable[Response]]:
    """Whether the service can work, for who sends it work: 503 with the reasons where it cannot."""

    async def tell(_request: Request) -> Response:
        reasons = await run_in_threadpool(lambda: list(api.unready(house)))
        said = {"ready": not reasons, "reasons": reasons}
        return JSONResponse(said, 503 if reasons else 200, {"Cache-Control": "no-store"})

    return tell


class _Health:
    """What a container engine asks every half minute."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def tell(self, _request: Request) -> Response:
        alive, sentence = await run_in_threadpool(self._house.store.healthy, datetime.now(UTC))
        return PlainTextResponse("ok" if alive else sentence, 200 if alive else 503, {"Cache-Control": "no-store"})


@contextlib.asynccontextmanager
async def serving(house: House, listen: str) -> AsyncIterator[str | None]:
    """The pages answer at `listen` ("host:port") inside the block, which gets their URL; an empty one serves nothing.

    An address that cannot be listened at is a ConfigError that names the setting.
    """
    if not listen:
        yield None
        return
    listener = _bound(listen)
    server = _Server(
        uvicorn.Config(
            app(house),
            log_config=None,
            access_log=False,  # the addresses hold the readers' tokens
            server_header=False,
            lifespan="off",
            ws="none",
            limit_concurrency=MOST_AT_ONCE,
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

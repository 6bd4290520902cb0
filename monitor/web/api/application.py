"""The API as an application: FastAPI over the operations, behind the gate, with its description for callers alone."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Depends, FastAPI, Request, Response, Security
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.security import HTTPBasic, HTTPBearer
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from monitor import __version__
from monitor.errors import ConfigError, FetchError, InputError
from monitor.store.operators import Scope
from monitor.web.api import gate, operations, problems
from monitor.web.api.gate import Gate, Porter
from monitor.web.api.metrics import CONTENT_TYPE, Metrics
from monitor.web.api.operations import Operation
from monitor.web.api.problems import Problem, ProblemError
from monitor.web.desk.office import Office
from monitor.web.frame import House

ROOT = "/api/v1"
ABOUT = """What the pages for operators show and do, for programs.

Each request needs a token (`monitor tokens new NAME --scope read|write|admin`, or the page of your account) as
`Authorization: Bearer nm_...`. Problems are `application/problem+json` (RFC 9457); times are RFC 3339 in UTC; lists
come by the portion, each with the cursor of the next one."""
_ALWAYS = {401: "No token, or none that is good", 403: "The token may not do this", 422: "What was sent cannot be used"}
_OWN = {
    404: "There is no such thing, or not any more",
    409: "It is there already",
    412: "Somebody changed it meanwhile",
    428: "If-Match is missing",
    502: "The address cannot be read",
}
_BEARER = HTTPBearer(auto_error=False, description="A token of the API.")
_BASIC = HTTPBasic(auto_error=False, description="For readers of feeds: any user, the token as the password.")


def api(house: House, office: Office, porter: Porter) -> ASGIApp:
    """The API, to be mounted at ROOT."""
    app = FastAPI(
        title="news-monitor",
        version=__version__,
        description=ABOUT,
        openapi_url=None,  # given out below: to callers alone
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # a redirect would be made with the Host header
        exception_handlers=_handlers(),
        servers=[{"url": f"{house.root}{ROOT}"}],
    )
    for operation in operations.of(house, office):
        _add(app, operation)

    def described(_request: Request) -> JSONResponse:
        return JSONResponse(description(app))

    app.add_route("/openapi.json", described)
    return Gate(app, porter)


def metrics(house: House, office: Office, porter: Porter) -> ASGIApp:
    """The numbers for Prometheus, for callers alone; where they say that they come from is naught."""
    numbers = Metrics(house, office)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, exception_handlers=_handlers())

    def text() -> PlainTextResponse:
        return PlainTextResponse(numbers.text(), media_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})

    app.add_api_route("/metrics", text, dependencies=[Depends(_allowed(Scope.READ))])
    return Gate(app, porter)


def description(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of the API."""
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes, servers=app.servers
        )
        shapes = found["components"]["schemas"]
        for unused in ("HTTPValidationError", "ValidationError"):  # ours say the same as problem details
            shapes.pop(unused, None)
        said = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        shapes |= {**said.pop("$defs", {}), "Problem": said}
        app.openapi_schema = found
    return app.openapi_schema


def _add(app: FastAPI, operation: Operation) -> None:
    text = " ".join((operation.work.__doc__ or "").split("\n")[0].split())
    plain = operation.media == "application/json"
    app.add_api_route(
        operation.path,
        operation.work,
        methods=[operation.method],
        operation_id=operation.name,
        summary=text.rstrip("."),
        status_code=operation.status,
        tags=[operation.group],
        response_class=JSONResponse if plain else Response,
        responses=_answers(operation),
        openapi_extra={"x-scope": operation.scope.value},
        dependencies=[
            Depends(_allowed(operation.scope)),
            Security(_BEARER),
            *([Security(_BASIC)] if operation.path.endswith(gate.FEEDS) else ()),
        ],
    )


def _allowed(scope: Scope) -> Callable[[Request], Awaitable[None]]:
    async def allowed(request: Request) -> None:
        gate.may(request, scope)

    return allowed


def _answers(operation: Operation) -> dict[int | str, dict[str, Any]]:
    """What the description says of problems, and of answers that are no JSON."""
    found: dict[int | str, dict[str, Any]] = {
        status: _problem(words)
        for status, words in (_ALWAYS | {each: _OWN[each] for each in operation.troubles}).items()
    }
    found["default"] = _problem("Any other problem")
    if operation.media != "application/json":
        found[operation.status] = {"content": {operation.media: {"schema": {"type": "string"}}}}
    for status in operation.also:
        found[status] = {"description": "Nothing is new"}
    return found


def _problem(words: str) -> dict[str, Any]:
    return {
        "description": words,
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _handlers() -> dict[int | type[Exception], Callable[..., Any]]:
    return {
        ProblemError: problems.of_ours,
        ConfigError: problems.of_files,
        InputError: problems.of_files,
        FetchError: problems.of_the_web,
        RequestValidationError: problems.of_requests,
        HTTPException: problems.of_http,
        Exception: problems.of_faults,
    }

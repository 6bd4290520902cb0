"""What is said when something is wrong: problem details (RFC 9457), the same form everywhere."""

import http
from collections.abc import Mapping, Sequence
from enum import StrEnum

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from monitor.errors import ConfigError, FetchError, InputError

MEDIA_TYPE = "application/problem+json"


class Kind(StrEnum):
    """The kinds of problems; each is a URN, since they are explained in docs/api.md and not by an address."""

    UNKNOWN = "unknown-caller"
    """No token that is good came with the request."""
    FORBIDDEN = "scope"
    """The token may not do this."""
    MISSING = "not-found"
    METHOD = "method"
    INVALID = "invalid"
    """What was sent cannot be used; `errors` says what and where."""
    CONFLICT = "conflict"
    """It is there already."""
    CHANGED = "changed"
    """Somebody else changed it since it was read."""
    UNCONDITIONAL = "unconditional"
    """A change must say which version it is a change of."""
    TOO_LARGE = "too-large"
    TOO_SLOW = "too-slow"
    UNREACHABLE = "unreachable"
    """The address cannot be asked, or has nothing that could be read."""
    BROKEN = "broken"
    """A fault of the service."""

    @property
    def urn(self) -> str:
        return f"urn:news-monitor:problem:{self}"


class Flaw(BaseModel):
    """One thing that is wrong in what was sent."""

    where: str = Field(description="The part of the request, e.g. `query.limit` or `body.text`.")
    line: int | None = Field(default=None, description="Of a watchlist or feeds.yaml: its line, from 1.")
    problem: str = Field(description="What is wrong, in words.")


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    type: str = Field(description="What kind of problem it is, as a URN; see the documentation.")
    title: str = Field(description="The kind in words; the same for each problem of the kind.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong this time.")
    errors: list[Flaw] = Field(default=[], description="What is wrong where, for what was sent and cannot be used.")


_TITLES = {
    Kind.UNKNOWN: "Not signed in",
    Kind.FORBIDDEN: "The token may not do this",
    Kind.MISSING: "Not found",
    Kind.METHOD: "Method not allowed",
    Kind.INVALID: "What was sent cannot be used",
    Kind.CONFLICT: "It is there already",
    Kind.CHANGED: "It was changed meanwhile",
    Kind.UNCONDITIONAL: "A version must be named",
    Kind.TOO_LARGE: "Too large",
    Kind.TOO_SLOW: "Too slow",
    Kind.UNREACHABLE: "The address cannot be read",
    Kind.BROKEN: "The service has a fault",
}
_STATUS = {
    Kind.UNKNOWN: 401,
    Kind.FORBIDDEN: 403,
    Kind.MISSING: 404,
    Kind.METHOD: 405,
    Kind.TOO_SLOW: 408,
    Kind.CONFLICT: 409,
    Kind.CHANGED: 412,
    Kind.TOO_LARGE: 413,
    Kind.INVALID: 422,
    Kind.UNCONDITIONAL: 428,
    Kind.BROKEN: 500,
    Kind.UNREACHABLE: 502,
}
_KINDS = {status: kind for kind, status in _STATUS.items()}


class ProblemError(Exception):
    """An operation of the API cannot do what it was asked for."""

    def __init__(self, kind: Kind, detail: str, flaws: Sequence[Flaw] = ()) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.flaws = tuple(flaws)


def missing(what: str) -> ProblemError:
    """404, with what was looked for."""
    return ProblemError(Kind.MISSING, what)


def invalid(where: str, problem: str) -> ProblemError:
    """422 for one field."""
    return ProblemError(Kind.INVALID, problem, [Flaw(where=where, problem=problem)])


def flaws_of(error: ConfigError, where: str) -> list[Flaw]:
    """The complaints about a file whose text stands in a field of the request."""
    return [Flaw(where=where, line=each.line or None, problem=each.problem) for each in error.complaints]


def answer(error: ProblemError, headers: Mapping[str, str] | None = None) -> Response:
    """A problem as a response."""
    status = _STATUS[error.kind]
    said = Problem(
        type=error.kind.urn, title=_TITLES[error.kind], status=status, detail=error.detail, errors=list(error.flaws)
    )
    shown = said.model_dump(mode="json", exclude_none=True)
    return JSONResponse(shown, status, {"Cache-Control": "no-store", **(headers or {})}, MEDIA_TYPE)


# --- handlers of errors ----------------------------------------------------------------------------------------------


async def of_ours(_request: Request, error: Exception) -> Response:
    """A problem that an operation raised."""
    assert isinstance(error, ProblemError)
    return answer(error)


async def of_files(_request: Request, error: Exception) -> Response:
    """An operator's file, or a feed, that would not be usable."""
    assert isinstance(error, ConfigError | InputError)
    flaws = flaws_of(error, "body") if isinstance(error, ConfigError) else [Flaw(where="body", problem=error.problem)]
    return answer(ProblemError(Kind.INVALID, str(error), flaws))


async def of_the_web(_request: Request, error: Exception) -> Response:
    """An address that could not be asked."""
    assert isinstance(error, FetchError)
    return answer(ProblemError(Kind.UNREACHABLE, str(error)))


async def of_requests(_request: Request, error: Exception) -> Response:
    """A request that breaks its form. What was sent is not repeated: it may hold a secret."""
    assert isinstance(error, RequestValidationError)
    flaws = [Flaw(where=".".join(map(str, each["loc"])), problem=str(each["msg"])) for each in error.errors()]
    return answer(ProblemError(Kind.INVALID, f"{flaws[0].where}: {flaws[0].problem}", flaws))


async def of_http(_request: Request, error: Exception) -> Response:
    """No such address or method, and bodies that are too large or too slow."""
    assert isinstance(error, HTTPException)
    kind = _KINDS.get(error.status_code, Kind.INVALID)
    phrase = http.HTTPStatus(error.status_code).description or error.detail
    return answer(ProblemError(kind, phrase), error.headers)


async def of_faults(_request: Request, _error: Exception) -> Response:
    """A fault of ours; the log has it."""
    return answer(ProblemError(Kind.BROKEN, "Something went wrong here; the service's log says what."))

"""Where a list goes on: a few numbers that a program hands back as they are."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from monitor.web.api import problems

MOST = 100
"""Entries of one portion, at most."""
USUAL = 25
LONGEST = 200
"""Letters of a cursor."""

T = TypeVar("T")


class Turning(BaseModel):
    """Which portion of a list is wanted."""

    limit: int = Field(USUAL, ge=1, le=MOST, description="How many entries to give at most.")
    cursor: str = Field(
        "", max_length=LONGEST, description="`next` of the portion before; leave it out for the first one."
    )


Turn = Annotated[Turning, Query()]


class Portion(BaseModel, Generic[T]):
    """One portion of a list."""

    items: list[T] = Field(description="The entries of this portion.")
    next: str | None = Field(
        description="The cursor of the portion that follows; null where this is the last one. Opaque: hand it back as "
        "it is, with the same filters. What comes in meanwhile neither repeats an entry nor hides one."
    )


def cursor(*places: int | str) -> str:
    """Some numbers and words as a cursor."""
    return base64.urlsafe_b64encode(json.dumps(places, separators=(",", ":")).encode()).decode().rstrip("=")


def numbers(written: str, count: int) -> tuple[int, ...] | None:
    """The numbers of a cursor; None for the first portion, 422 where it is none of ours."""
    if not written:
        return None
    places = _places(written)
    found = tuple(each for each in places if isinstance(each, int) and 0 <= each < 2**63)
    if len(found) != count or len(places) != count:
        raise _foreign()
    return found


def word(written: str) -> str:
    """The word of a cursor; "" for the first portion, 422 where it is none of ours."""
    if not written:
        return ""
    match _places(written):
        case [str(place)]:
            return place
    raise _foreign()


def _places(written: str) -> list[object]:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", written):
        raise _foreign()
    try:
        places = json.loads(base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        raise _foreign() from None
    if not isinstance(places, list):
        raise _foreign()
    return places


def _foreign() -> problems.ProblemError:
    return problems.invalid("query.cursor", "is no cursor of this list; leave it out to begin anew")

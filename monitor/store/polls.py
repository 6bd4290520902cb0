"""What is remembered of a feed from poll to poll, and how it lies in the tables."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import SQLModel

from monitor import tables  # noqa: F401 they are known to SQLModel's metadata from then on
from monitor.text import addresses
from monitor.values import Move, Rhythm, Schedule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlmodel import Session

    from monitor.tables import FeedRow


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between two polls: what to send, when and why then, and how it fares."""

    url: str
    """As feeds.yaml has it."""
    title: str
    minutes: int
    active: bool
    gone: datetime | None
    etag: str | None
    last_modified: str | None
    validated_url: str | None
    body: str | None
    parser: int
    next_due: datetime
    why_then: str
    last_polled: datetime | None
    last_success: datetime | None
    last_new: datetime | None
    failures: int
    failing_since: datetime | None
    error: str | None
    schedule: Schedule
    rhythm: Rhythm
    move: Move | None
    missed: int
    missed_at: datetime | None
    advice: str | None

    @property
    def address(self) -> str:
        """Where it is asked: feeds.yaml's address, or the one to which it moved for good."""
        return self.move.to if self.move and self.move.settled else self.url


@dataclass(frozen=True, slots=True)
class Request:
    """One request to the web, for the log of requests."""

    at: datetime
    url: str
    validators: str | None = None
    status: int | None = None
    size: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll came to: kept in one transaction with the items it brought."""

    request: Request
    next_due: datetime
    why_then: str
    etag: str | None = None
    last_modified: str | None = None
    validated_url: str | None = None
    body: str | None = None
    parser: int = 0
    error: str | None = None
    gone: bool = False
    announced: datetime | None = None
    """When its items count as announced, where that is not when the answer was there: the round that asked for them
    shall read them too."""
    refuses_validators: bool = False
    """They are what the server cannot take: the next request goes without."""
    schedule: Schedule = field(default_factory=Schedule)
    rhythm: Rhythm = field(default_factory=Rhythm)
    move: Move | None = None
    missed: int = 0
    advice: str | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """What a feed's row counts on from."""

    url: str
    failures: int
    failing_since: datetime | None
    missed: int


_FEEDS, _REQUESTS = (SQLModel.metadata.tables[name] for name in ("feed", "request"))
_COUNTS = select(_FEEDS.c.failures, _FEEDS.c.failing_since, _FEEDS.c.missed).where(_FEEDS.c.url == bindparam("this"))
_LOG = insert(_REQUESTS)
_CHANGE = update(_FEEDS).where(_FEEDS.c.url == bindparam("this"))
"""Built once: with statements built anew and rows as objects a poll without news cost 2.5 ms of CPU, and so 1.1."""


def before(session: Session, url: str) -> Before:
    """Read it in the transaction that is going to write; LookupError where there is no such feed."""
    row = session.connection().execute(_COUNTS, {"this": url}).first()
    if row is None:
        raise LookupError(f"{url}: no such feed in the store")
    return Before(url, *row)


def keep(session: Session, before: Before, polled: Polled, new: int) -> None:
    """Write what a poll came to, but for its items: a line in the log of requests, and the feed's row."""
    then = {"next_due": polled.next_due, "why_then": polled.why_then}
    log(session, polled.request, then)
    values = _failed(polled, before) if polled.error else _succeeded(polled, before, new)
    session.connection().execute(_CHANGE, {"this": before.url, **values, **then})


def log(session: Session, request: Request, then: Mapping[str, Any] | None = None) -> None:
    """A line in the log of requests; `then` says when the next is due and why then, where it is a feed's."""
    bare = dataclasses.replace(request, url=addresses.shown(request.url))
    session.connection().execute(_LOG, {**dataclasses.asdict(bare), **(then or {})})


def put_off(session: Session, dues: Mapping[str, datetime], why: str) -> None:
    rows = [{"this": url, "next_due": at, "why_then": why} for url, at in dues.items()]
    if rows:
        session.connection().execute(_CHANGE, rows)


def _succeeded(polled: Polled, before: Before, new: int) -> dict[str, Any]:
    at = polled.request.at
    values: dict[str, Any] = {
        "last_polled": at,
        "last_success": at,
        "failures": 0,
        "failing_since": None,
        "error": None,
        "rhythm": [polled.rhythm.days, *polled.rhythm.hours],
        "schedule": _schedule_row(polled.schedule),
        "move": _move_row(polled.move),
    }
    values |= {name: getattr(polled, name) for name in ("etag", "last_modified", "validated_url", "body", "parser")}
    if new:
        values["last_new"] = at
    if polled.missed:
        values |= {"missed": before.missed + polled.missed, "missed_at": at}
    if polled.advice:
        values["advice"] = polled.advice
    return values


def _failed(polled: Polled, before: Before) -> dict[str, Any]:
    at = polled.request.at
    values: dict[str, Any] = {
        "last_polled": at,
        "failures": before.failures + 1,
        "failing_since": before.failing_since or at,
        "error": polled.error,
        "move": _move_row(polled.move),
    }
    if polled.gone:
        values |= {"active": False, "gone": at}
    if polled.body:
        values |= {"body": polled.body, "parser": polled.parser}
    if polled.refuses_validators:
        values |= {"etag": None, "last_modified": None, "validated_url": None}
    return values


MOMENTS = ("next_due", "last_polled", "last_success", "last_new", "failing_since", "missed_at", "gone")
"""What a feed's row notes by the wall clock."""

_AS_THEY_ARE = tuple(
    each.name for each in dataclasses.fields(FeedState) if each.name not in ("schedule", "rhythm", "move")
)


def state(row: FeedRow) -> FeedState:
    rhythm = Rhythm(tuple(row.rhythm[1:]), row.rhythm[0]) if row.rhythm else Rhythm()
    plain = {name: getattr(row, name) for name in _AS_THEY_ARE}
    return FeedState(**plain, schedule=_schedule(row.schedule), rhythm=rhythm, move=_move(row.move))


def _schedule_row(schedule: Schedule) -> dict[str, Any] | None:
    if schedule == Schedule():
        return None
    least = schedule.least_wait and schedule.least_wait.total_seconds()
    return {"least": least, "hours": sorted(schedule.skip_hours), "days": sorted(schedule.skip_days)}


def _schedule(row: dict[str, Any] | None) -> Schedule:
    if row is None:
        return Schedule()
    least = None if row["least"] is None else timedelta(seconds=row["least"])
    return Schedule(least, frozenset(row["hours"]), frozenset(row["days"]))


def _move_row(move: Move | None) -> dict[str, Any] | None:
    return {**dataclasses.asdict(move), "since": move.since.isoformat()} if move else None


def _move(row: dict[str, Any] | None) -> Move | None:
    return Move(**{**row, "since": datetime.fromisoformat(row["since"])}) if row else None


def due_anew(row: FeedRow, minutes: int, now: datetime) -> datetime:
    """When the operator changes a feed's interval: a longer one is never cut short, a shorter one counts at once.

    A server that has to be left alone after a failure stays so.
    """
    if row.last_polled is None or row.error:
        return row.next_due
    due = row.last_polled + timedelta(minutes=minutes)
    return max(row.next_due, due) if minutes > row.minutes else min(row.next_due, max(due, now))

"""When to ask a feed, a page or a mail server again, and why then. Pure: the pipeline passes `now` and acts on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = timedelta(hours=24)
"""No feed is left alone for longer, whatever its headers say: news is owed within a day."""

PAGE_TRIES = (timedelta(minutes=10), timedelta(minutes=30))
"""A page that fails is tried again after these; then the feed's own text stands in, 40 minutes after the news."""

MAIL_TRIES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180))
"""A mail that was refused for now is tried again after these, then every three hours."""

MAIL_GIVEN_UP = timedelta(days=5)
"""RFC 5321, 4.5.4.1: give up after four to five days."""


@dataclass(frozen=True, slots=True)
class Next:
    """A due time with its reason."""

    at: datetime
    why: str


def after_answer(now: datetime, minutes: int, max_age: timedelta | None) -> Next:
    """After a good answer: the feed's own interval, or longer where the server says that it stays fresh."""
    interval = timedelta(minutes=minutes)
    if max_age is not None and max_age > interval:
        return Next(
            now + min(max_age, LONGEST), f"the server calls its answer fresh for {_span(min(max_age, LONGEST))}"
        )
    return Next(now + interval, f"asked every {_span(interval)}")


def after_failure(now: datetime, minutes: int, failures: int, retry_after: timedelta | None) -> Next:
    """After a bad answer: when the server says, else twice as long each time. `failures` counts those before."""
    interval = timedelta(minutes=minutes)
    if retry_after is not None:
        wait = max(interval, min(retry_after, LONGEST))
        return Next(now + wait, f"the server asked to be left alone for {_span(wait)}")
    wait = min(interval * 2 ** min(failures, 10), LONGEST)
    return Next(now + wait, f"failure number {failures + 1} in a row: next try in {_span(wait)}")


def page_again(now: datetime, attempts: int) -> datetime | None:
    """When to try a page again after so many attempts; None: no more."""
    return now + PAGE_TRIES[attempts - 1] if attempts <= len(PAGE_TRIES) else None


def mail_again(now: datetime, attempts: int, created: datetime) -> datetime | None:
    """When to try a mail again; None: it is five days old."""
    wait = _nth(MAIL_TRIES, attempts - 1)
    return None if now + wait > created + MAIL_GIVEN_UP else now + wait


def _nth(steps: Sequence[timedelta], index: int) -> timedelta:
    return steps[min(index, len(steps) - 1)]


def _span(time: timedelta) -> str:
    minutes = round(time.total_seconds() / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:g} h"

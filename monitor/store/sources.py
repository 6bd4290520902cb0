"""Feeds and the items they announced: polled when due, owed until read."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session, col, func, select, update

from monitor.store import announcing
from monitor.tables import FeedRow, ItemRow, RequestRow
from monitor.values import Feed, Item

if TYPE_CHECKING:
    from sqlmodel.sql.expression import SelectOfScalar

Sessions = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between two polls."""

    url: str
    title: str
    etag: str | None
    last_modified: str | None
    validated_url: str | None
    next_due: datetime
    failures: int
    last_success: datetime | None
    error: str | None
    active: bool


@dataclass(frozen=True, slots=True)
class OwedItem:
    """An announced item that nobody has read yet."""

    id: int
    feed: str
    source: str
    """The feed's title."""
    item: Item
    attempts: int
    announced: datetime


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
    error: str | None = None
    gone: bool = False


class Sources:
    """The tables of feeds, requests and items."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def sync(self, feeds: Sequence[Feed], now: datetime) -> None:
        """Make the table say what feeds.yaml says; a feed taken out keeps its history and its owed items."""
        wanted = {feed.url: feed for feed in feeds}
        with self._sessions() as session:
            for row in session.exec(select(FeedRow)):
                if row.url not in wanted:
                    row.active = False
                else:
                    feed = wanted.pop(row.url)
                    row.title = feed.title
                    if not row.active and row.error is None:
                        row.active = True
            session.add_all(
                FeedRow(url=f.url, title=f.title, next_due=now, why_then="never polled") for f in wanted.values()
            )

    def due(self, now: datetime) -> list[FeedState]:
        """Active feeds whose time has come, the longest waiting first."""
        with self._sessions() as session:
            rows = session.exec(
                select(FeedRow).where(col(FeedRow.active), FeedRow.next_due <= now).order_by(col(FeedRow.next_due))
            )
            return [_state(row) for row in rows]

    def all(self) -> list[FeedState]:
        with self._sessions() as session:
            return [_state(row) for row in session.exec(select(FeedRow).order_by(FeedRow.title))]

    def keep_poll(self, url: str, polled: Polled, items: Iterable[Item] | None) -> int:
        """Keep an answer: new items are owed from now on. Validators stand only beside the items they answer for.

        `items` None: nothing was read (304 or an error), so validators stay unless the answer gave newer ones.
        Returns the number of items not seen before.
        """
        at = polled.request.at
        with self._sessions() as session:
            session.add(_request_row(polled.request))
            row = session.get_one(FeedRow, url)
            row.last_polled, row.next_due, row.why_then = at, polled.next_due, polled.why_then
            row.error, row.failures = polled.error, row.failures + 1 if polled.error else 0
            row.active = row.active and not polled.gone
            if polled.error is None:
                row.last_success = at
                row.etag, row.last_modified = polled.etag, polled.last_modified
                row.validated_url = polled.validated_url
            return announcing.announce(session, url, items or (), at)

    def keep_request(self, request: Request) -> None:
        with self._sessions() as session:
            session.add(_request_row(request))

    def owed(self, now: datetime, limit: int) -> list[OwedItem]:
        """Items to be read now, the oldest news first."""
        with self._sessions() as session:
            rows = session.exec(
                select(ItemRow, FeedRow.title)
                .join(FeedRow, col(FeedRow.url) == ItemRow.feed)
                .where(ItemRow.state == "owed", ItemRow.next_try <= now)
                .order_by(func.coalesce(ItemRow.published, ItemRow.announced), col(ItemRow.id))
                .limit(limit)
            )
            return [_owed(row, title) for row, title in rows]

    def owed_count(self) -> int:
        with self._sessions() as session:
            return session.exec(_counted("owed")).one()

    def next_owed(self) -> datetime | None:
        """When the next owed item may be tried, None where nothing is owed."""
        with self._sessions() as session:
            return session.exec(select(func.min(ItemRow.next_try)).where(ItemRow.state == "owed")).one()

    def put_off(self, item: int, until: datetime, reason: str) -> None:
        """The page could not be read this time: the item stays owed."""
        with self._sessions() as session:
            session.exec(
                update(ItemRow)
                .where(col(ItemRow.id) == item)
                .values(attempts=ItemRow.attempts + 1, next_try=until, reason=reason)
            )

    def give_up(self, item: int, reason: str) -> None:
        """There is nothing to read: no page and no text in the feed."""
        with self._sessions() as session:
            session.exec(update(ItemRow).where(col(ItemRow.id) == item).values(state="given up", reason=reason))

    def same_article(self, item: int, article: str) -> None:
        """Another feed announced an address that was read already."""
        with self._sessions() as session:
            session.exec(
                update(ItemRow)
                .where(col(ItemRow.id) == item)
                .values(state="read", article=article, reason="read before, announced again by this feed")
            )

    def announced(self, url: str) -> list[tuple[str, str, str | None]]:
        """(feed title, state, reason) of each announcement of an address."""
        with self._sessions() as session:
            rows = session.exec(
                select(FeedRow.title, ItemRow.state, ItemRow.reason)
                .join(FeedRow, col(FeedRow.url) == ItemRow.feed)
                .where(ItemRow.url == url)
            )
            return [(title, state, reason) for title, state, reason in rows]

    def forget_requests(self, before: datetime) -> None:
        """The log of requests is kept for a month: it explains politeness, not news."""
        with self._sessions() as session:
            for row in session.exec(select(RequestRow).where(RequestRow.at < before - timedelta(days=30))):
                session.delete(row)


def _counted(state: str) -> SelectOfScalar[int]:
    return select(func.count()).select_from(ItemRow).where(ItemRow.state == state)


def _request_row(request: Request) -> RequestRow:
    return RequestRow(**dataclasses.asdict(request))


def _state(row: FeedRow) -> FeedState:
    return FeedState(**{field.name: getattr(row, field.name) for field in dataclasses.fields(FeedState)})


def _owed(row: ItemRow, source: str) -> OwedItem:
    item = Item(row.key, row.url, row.title, row.summary, row.published, row.guid)
    return OwedItem(row.id or 0, row.feed, source, item, row.attempts, row.announced)

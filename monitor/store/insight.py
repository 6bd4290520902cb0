"""What the operator's pages show of feeds and mail: single rows of the logs that other rooms only sum up."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003

from sqlmodel import Session, col, func, select

from monitor.tables import ArticleRow, BounceRow, HitRow, ItemRow, MailRow, RequestRow
from monitor.values import WAITING

Sessions = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Announced:
    """One item of a feed, and what became of it."""

    title: str
    url: str | None
    announced: datetime
    published: datetime | None
    state: str
    reason: str | None
    attempts: int
    next_try: datetime
    article: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to a feed, and what came of it."""

    at: datetime
    status: int | None
    size: int
    error: str | None
    next_due: datetime | None
    why_then: str | None


@dataclass(frozen=True, slots=True)
class Posted:
    """One mail, and how far it got."""

    id: int
    subscriber: int | None
    address: str
    kind: str
    subject: str
    state: str
    attempts: int
    created: datetime
    next_try: datetime
    sent: datetime | None
    problem: str | None
    reply: str | None


@dataclass(frozen=True, slots=True)
class Returned:
    """One mail that came back."""

    at: datetime
    outcome: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits in one place, and since when the oldest of it does."""

    waiting: int
    oldest: datetime | None


class Insight:
    """Rows of the logs. Only reads."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def items(self, feed: str, most: int) -> list[Announced]:
        """A feed's items, the newest first."""
        with self._sessions() as session:
            rows = session.exec(
                select(ItemRow).where(ItemRow.feed == feed).order_by(col(ItemRow.id).desc()).limit(most)
            )
            return [
                Announced(
                    row.title,
                    row.url,
                    row.announced,
                    row.published,
                    row.state,
                    row.reason,
                    row.attempts,
                    row.next_try,
                    row.article,
                )
                for row in rows
            ]

    def requests(self, feed: str, most: int) -> list[Asked]:
        """The requests to a feed, the newest first; the log knows an address without its user and password."""
        with self._sessions() as session:
            rows = session.exec(
                select(RequestRow).where(RequestRow.url == feed).order_by(col(RequestRow.id).desc()).limit(most)
            )
            return [Asked(row.at, row.status, row.size, row.error, row.next_due, row.why_then) for row in rows]

    def announced(self, feed: str, since: datetime) -> list[datetime]:
        """When each item of a feed was announced, since a moment."""
        with self._sessions() as session:
            return list(session.exec(select(ItemRow.announced).where(ItemRow.feed == feed, ItemRow.announced >= since)))

    def found(self, feed: str, since: datetime) -> list[datetime]:
        """When each article of a feed in which a term was found was read, since a moment."""
        with self._sessions() as session:
            rows = (
                select(ArticleRow.id, ArticleRow.seen)
                .join(ItemRow, col(ItemRow.article) == ArticleRow.id)
                .join(HitRow, col(HitRow.article) == ArticleRow.id)
                .where(ItemRow.feed == feed, ArticleRow.seen >= since)
                .distinct()
            )
            return [seen for _, seen in session.exec(rows)]

    def hits(self, since: datetime, watchlist: str | None = None) -> dict[str, list[datetime]]:
        """When each article in which a watchlist found something was read, since a moment; by watchlist."""
        with self._sessions() as session:
            # What a term was found in is in a story; so said, an index of those alone answers, in a tenth of the time.
            read = select(ArticleRow.id).where(ArticleRow.seen >= since, col(ArticleRow.story).is_not(None))
            rows = (
                select(HitRow.watchlist, ArticleRow.number, ArticleRow.seen)
                .join(ArticleRow, col(ArticleRow.id) == HitRow.article)
                .where(col(HitRow.article).in_(read))
                .distinct()
            )
            if watchlist is not None:
                rows = rows.where(HitRow.watchlist == watchlist)
            found: dict[str, list[datetime]] = {}
            for list_, _, seen in session.exec(rows):
                found.setdefault(list_, []).append(seen)
            return found

    def owed(self) -> Queue:
        """Items that are to be read."""
        with self._sessions() as session:
            counted = select(func.count(), func.min(ItemRow.announced)).where(ItemRow.state == "owed")
            waiting, oldest = session.exec(counted).one()
            return Queue(waiting, oldest)

    def outbox(self) -> Queue:
        """Mails that the server has not taken yet."""
        with self._sessions() as session:
            counted = select(func.count(), func.min(MailRow.since)).where(col(MailRow.state).in_(WAITING))
            waiting, oldest = session.exec(counted).one()
            return Queue(waiting, oldest)

    def waiting_mails(self, most: int) -> list[Posted]:
        """Mails that the server has not taken yet, those that wait longest first."""
        with self._sessions() as session:
            rows = select(MailRow).where(col(MailRow.state).in_(WAITING)).order_by(col(MailRow.since)).limit(most)
            return [posted(row) for row in session.exec(rows)]

    def failed_mails(self, since: datetime, most: int) -> list[Posted]:
        """Mails that were given up, the newest first."""
        with self._sessions() as session:
            rows = (
                select(MailRow)
                .where(col(MailRow.state).in_(["failed", "suppressed"]), MailRow.created >= since)
                .order_by(col(MailRow.id).desc())
                .limit(most)
            )
            return [posted(row) for row in session.exec(rows)]

    def mails_to(self, subscriber: int, most: int) -> list[Posted]:
        """A subscriber's mails, the newest first."""
        with self._sessions() as session:
            rows = select(MailRow).where(MailRow.subscriber == subscriber).order_by(col(MailRow.id).desc()).limit(most)
            return [posted(row) for row in session.exec(rows)]

    def bounces_of(self, subscriber: int, most: int) -> list[Returned]:
        """A subscriber's mails that came back, the newest first."""
        with self._sessions() as session:
            rows = (
                select(BounceRow)
                .where(BounceRow.subscriber == subscriber)
                .order_by(col(BounceRow.at).desc())
                .limit(most)
            )
            return [Returned(row.at, row.outcome, row.status, row.reason) for row in session.exec(rows)]

    def sizes(self) -> dict[str, int]:
        """How many articles, items and mails are kept."""
        with self._sessions() as session:
            tables = {"articles": ArticleRow.number, "items": ItemRow.id, "mails": MailRow.id}
            return {name: session.exec(select(func.count(column))).one() for name, column in tables.items()}  # type: ignore[arg-type]


def posted(row: MailRow) -> Posted:
    return Posted(
        row.id or 0,
        row.subscriber,
        row.address,
        row.kind,
        row.subject,
        row.state,
        row.attempts,
        row.created,
        row.next_try,
        row.sent,
        row.error,
        row.reply,
    )

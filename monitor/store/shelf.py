"""What a subscriber's pages show of the disk: their mails, what they may follow, and who was asked to confirm."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, exists, func, select
from sqlmodel.sql.expression import SelectOfScalar  # noqa: TC002

from monitor.store import outbox
from monitor.tables import MailRow, SubscriberRow, SubscriptionRow
from monitor.values import Mail

Sessions = Callable[[], AbstractContextManager[Session]]

SHOWN = ("digest", "sign of life")
QUESTION = "confirmation"
ONE_QUESTION = timedelta(hours=1)
"""Between two questions to one address: enough for who lost the first, too few to annoy a stranger."""
UNANSWERED = timedelta(days=30)
"""After which an address that never said yes is forgotten, and the question that it was asked."""
MOST_QUESTIONS = 200
"""Questions an hour, all in all: a flood of sign-ups must not cost the sender its good name."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """One mail in the list of a subscriber's mails."""

    key: str
    """The local part of its Message-ID."""
    subject: str
    written: datetime


class Shelf:
    """The tables as a subscriber sees them."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def mail(self, subscriber: int, key: str) -> Mail | None:
        """A subscriber's own mail by its key; None for another's, and for one that there is not."""
        with self._sessions() as session:
            like = col(MailRow.message_id).startswith(f"<{key}@", autoescape=True)
            rows = session.exec(_mine(subscriber).where(like))
            row = next((row for row in rows if _key(row.message_id) == key), None)
            return Mail(row.address, row.subject, row.message_id, row.data) if row else None

    def mails(self, subscriber: int, skip: int, most: int) -> list[Shelved]:
        """A subscriber's mails, newest first."""
        with self._sessions() as session:
            newest = _mine(subscriber).order_by(col(MailRow.created).desc(), col(MailRow.id).desc())
            rows = session.exec(newest.offset(skip).limit(most))
            return [Shelved(_key(row.message_id), row.subject, row.created) for row in rows]

    def once_followed(self, subscriber: int) -> frozenset[str]:
        """The watchlists that a subscriber follows or followed: they may take them up again."""
        with self._sessions() as session:
            return frozenset(_watchlists(session, subscriber, pending=False))

    def asked_for(self, subscriber: int) -> frozenset[str]:
        """The watchlists that wait for a subscriber's confirmation."""
        with self._sessions() as session:
            return frozenset(_watchlists(session, subscriber, pending=True))

    def may_ask(self, now: datetime) -> bool:
        """Whether a question can be put to anybody at the moment."""
        with self._sessions() as session:
            return _questions(session, now - timedelta(hours=1)) < MOST_QUESTIONS

    def ask(self, question: Mail, now: datetime) -> bool:
        """Put a question into the outbox; False where its address was asked within the hour, or too many were."""
        with self._sessions() as session:
            lately = select(MailRow.id).where(
                MailRow.kind == QUESTION, MailRow.address == question.to, MailRow.created > now - ONE_QUESTION
            )
            if session.exec(lately).first() or _questions(session, now - timedelta(hours=1)) >= MOST_QUESTIONS:
                return False
            outbox.queue(session, question, now, kind=QUESTION)
            return True

    def forget(self, now: datetime) -> int:
        """Once a day: addresses that never said yes are not ours to keep. Returns how many."""
        with self._sessions() as session:
            gone = _unanswered(session, now)
            session.exec(delete(SubscriptionRow).where(col(SubscriptionRow.subscriber).in_(gone)))
            session.exec(delete(SubscriberRow).where(col(SubscriberRow.id).in_(gone)))
            session.exec(delete(MailRow).where(col(MailRow.kind) == QUESTION, col(MailRow.created) < now - UNANSWERED))
            return len(gone)


def _unanswered(session: Session, now: datetime) -> list[int | None]:
    """Who was asked, never said yes, and was never written to otherwise."""
    written_to = exists().where(col(MailRow.subscriber) == SubscriberRow.id)
    old = (col(SubscriberRow.confirmed).is_(None), SubscriberRow.created < now - UNANSWERED)
    return list(session.exec(select(SubscriberRow.id).where(*old, ~written_to)))


def _mine(subscriber: int) -> SelectOfScalar[MailRow]:
    return select(MailRow).where(
        MailRow.subscriber == subscriber, col(MailRow.kind).in_(SHOWN), MailRow.state != "replaced"
    )


def _key(message_id: str) -> str:
    return message_id.strip("<>").rpartition("@")[0]


def _watchlists(session: Session, subscriber: int, *, pending: bool) -> list[str]:
    rows = select(SubscriptionRow.watchlist).where(
        SubscriptionRow.subscriber == subscriber, SubscriptionRow.pending == pending
    )
    return list(session.exec(rows))


def _questions(session: Session, since: datetime) -> int:
    asked = select(func.count()).select_from(MailRow).where(MailRow.kind == QUESTION, MailRow.created > since)
    return session.exec(asked).one()

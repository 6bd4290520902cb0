"""The outbox: frozen mails on their way, and the promise that a development is told once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, or_, select, update

from monitor.tables import MailRow, ToldRow
from monitor.values import Mail

Sessions = Callable[[], AbstractContextManager[Session]]

LEASE = timedelta(minutes=10)
"""How long a claim holds; after a crash the same bytes go out again when it has lapsed or at the next start."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A claimed mail, ready to be sent."""

    id: int
    subscriber: int | None
    """None: the operator."""
    mail: Mail
    attempts: int
    created: datetime


def queue(session: Session, mail: Mail, now: datetime, subscriber: int | None = None) -> int:
    """Put a frozen mail into the outbox, within the caller's transaction; returns its number."""
    row = MailRow(
        subscriber=subscriber,
        story=mail.story,
        address=mail.to,
        subject=mail.subject,
        message_id=mail.message_id,
        data=mail.data,
        next_try=now,
        created=now,
    )
    session.add(row)
    session.flush()
    return row.id or 0


class Outbox:
    """The tables of mails and of what was told."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def keep(self, subscriber: int, mail: Mail, developments: Sequence[int], now: datetime) -> None:
        """One transaction: the frozen mail, and each development as told. Told twice is a database error."""
        with self._sessions() as session:
            number = queue(session, mail, now, subscriber)
            session.add_all(ToldRow(subscriber=subscriber, development=d, mail=number) for d in developments)

    def claim(self, now: datetime) -> Waiting | None:
        """Take the mail that waits longest, for the time of a lease."""
        with self._sessions() as session:
            row = session.exec(
                select(MailRow)
                .where(col(MailRow.state).in_(["queued", "deferred", "claimed"]), MailRow.next_try <= now)
                .order_by(col(MailRow.next_try), col(MailRow.id))
                .limit(1)
            ).first()
            if row is None:
                return None
            row.state, row.next_try, row.attempts = "claimed", now + LEASE, row.attempts + 1
            mail = Mail(row.address, row.subject, row.message_id, row.data)
            return Waiting(row.id or 0, row.subscriber, mail, row.attempts, row.created)

    def release_claims(self, now: datetime) -> int:
        """At the start: claims of a process that died are free again. Returns how many."""
        with self._sessions() as session:
            done = session.exec(
                update(MailRow).where(col(MailRow.state) == "claimed").values(state="queued", next_try=now)
            )
            return int(done.rowcount)

    def sent(self, mail: int, now: datetime) -> None:
        self._set(mail, state="sent", sent=now, error=None)

    def defer(self, mail: int, until: datetime, error: str) -> None:
        self._set(mail, state="deferred", next_try=until, error=error)

    def fail(self, mail: int, error: str) -> None:
        self._set(mail, state="failed", error=error)

    def counts(self) -> dict[str, int]:
        """Mails by state."""
        with self._sessions() as session:
            return dict(session.exec(select(MailRow.state, func.count()).group_by(MailRow.state)).all())

    def mails(self, subscriber: int | None = None) -> list[Mail]:
        """Mails that were composed, oldest first."""
        with self._sessions() as session:
            rows = session.exec(
                select(MailRow)
                .where(or_(subscriber is None, col(MailRow.subscriber) == subscriber))
                .order_by(col(MailRow.id))
            )
            return [Mail(row.address, row.subject, row.message_id, row.data) for row in rows]

    def _set(self, mail: int, **values: object) -> None:
        with self._sessions() as session:
            session.exec(update(MailRow).where(col(MailRow.id) == mail).values(**values))

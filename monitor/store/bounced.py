"""Mails that came back: kept once, with what follows from each in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from monitor.bounces import Bounce, Outcome, is_lasting
from monitor.tables import BounceRow, MailRow, SubscriberRow

if TYPE_CHECKING:
    from collections.abc import Iterable

Sessions = Callable[[], AbstractContextManager[Session]]

ARRIVED = ("sent", "in doubt")
"""States of mails that can have come back; others never left, or their fate is known."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail of ours that something came back of."""

    mail: int
    subscriber: int | None
    """None: to the operator, or to an address that is not confirmed yet."""
    address: str


class Bounced:
    """The table of bounces, and what they do to mails and subscribers."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def has(self, key: str) -> bool:
        with self._sessions() as session:
            return session.get(BounceRow, key) is not None

    def by_number(self, mails: Sequence[int]) -> Sent | None:
        """The first of these mails that is one."""
        return self._find(col(MailRow.id).in_(mails[:20]))

    def by_message(self, message_ids: Sequence[str], subscribers: Iterable[int]) -> Sent | None:
        """The mail with one of these Message-IDs, to one of these subscribers."""
        ours = col(MailRow.subscriber).in_(list(subscribers))
        return self._find(col(MailRow.message_id).in_(message_ids[:20]), ours)

    def keep(self, key: str, bounce: Bounce, sent: Sent, now: datetime) -> str | None:
        """One transaction: the bounce, and what follows; returns why the address gets no more mail, if that follows.

        A hard one ends the address at once, soft ones when they last; a complaint ends the subscription.
        """
        with self._sessions() as session:
            session.add(_row(key, bounce, sent, now))
            mail = session.get(MailRow, sent.mail)
            lost = bounce.outcome in (Outcome.HARD, Outcome.SOFT, Outcome.POLICY)
            if mail is not None and lost and mail.state in ARRIVED:
                mail.error = f"came back: {bounce.reason or bounce.status}"
            reader = session.get(SubscriberRow, sent.subscriber) if sent.subscriber else None
            if reader is None or reader.address != sent.address.lower():
                return None  # it was another address of theirs
            if bounce.outcome is Outcome.COMPLAINT:
                reader.active = False
            reason = _end(session, bounce, reader, now)
            if reason and not reader.suppressed:
                reader.suppressed = reason
                return reason
            return None

    def _find(self, *which: object) -> Sent | None:
        with self._sessions() as session:
            found = select(MailRow.id, MailRow.subscriber, MailRow.address).where(*which)  # type: ignore[arg-type] # conditions
            row = session.exec(found.order_by(col(MailRow.id))).first()
            return Sent(row[0] or 0, row[1], row[2]) if row else None


def _row(key: str, bounce: Bounce, sent: Sent, now: datetime) -> BounceRow:
    return BounceRow(
        key=key,
        at=now,
        mail=sent.mail,
        subscriber=sent.subscriber,
        outcome=bounce.outcome.value,
        status=bounce.status,
        reason=bounce.reason,
    )


def _end(session: Session, bounce: Bounce, reader: SubscriberRow, now: datetime) -> str | None:
    """Why no more mail goes there, where that follows."""
    if bounce.outcome is Outcome.HARD:
        return f"came back {now:%Y-%m-%d}: {bounce.reason or bounce.status}"
    if bounce.outcome is not Outcome.SOFT:
        return None
    soft = select(BounceRow.at).where(BounceRow.subscriber == reader.id, BounceRow.outcome == Outcome.SOFT.value)
    since = reader.confirmed or reader.created
    days = {moment.date() for moment in session.exec(soft) if moment >= since}
    return f"came back on {len(days)} days until {now:%Y-%m-%d}: {bounce.reason}" if is_lasting(days) else None

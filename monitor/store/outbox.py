"""The outbox: frozen mails on their way, and the promise that a development is told once."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import defer
from sqlmodel import Session, col, delete, func, or_, select, update

from monitor.store import people
from monitor.tables import ConcernRow, MailRow, SubscriberRow, ToldRow
from monitor.values import WAITING, Mail, MailEvent, MailState
from monitor.values.posting import after

Sessions = Callable[[], AbstractContextManager[Session]]

LEASE = timedelta(minutes=15)
"""How long a claim holds: longer than the ten minutes that a server has for its last reply. After a crash the same
bytes go out again when it has lapsed, or at the next start."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A claimed mail, ready to be sent."""

    id: int
    subscriber: int | None
    """None: the operator."""
    mail: Mail
    attempts: int
    """This one included."""
    since: datetime
    """Since when its recipient was to have it."""
    lease: str
    in_doubt: bool
    """Whether an earlier attempt may have delivered it."""

    @property
    def domain(self) -> str:
        return self.mail.to.rpartition("@")[2].lower()


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt came to nothing."""

    problem: str
    """In words."""
    reply: str | None = None
    """The server's own, with their code."""
    enhanced: str | None = None
    in_doubt: bool = False
    """Whether the mail may have arrived all the same."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """A digest that is certainly not at its reader yet."""

    id: int
    subscriber: int
    created: datetime
    watchlists: frozenset[str]
    """What its developments concern."""


def queue(session: Session, mail: Mail, now: datetime, subscriber: int | None = None, kind: str = "digest") -> int:
    """Put a frozen mail into the outbox, within the caller's transaction; returns its number.

    It takes the place of the subscriber's mails that were replaced: its attempts go on where theirs had come to.
    """
    old = _replaced(session, subscriber) if kind == "digest" else []
    row = MailRow(
        subscriber=subscriber,
        kind=kind,
        story=mail.story,
        address=mail.to,
        subject=mail.subject,
        message_id=mail.message_id,
        data=mail.data,
        attempts=max((each.attempts for each in old), default=0),
        next_try=max((each.next_try for each in old), default=now),
        created=now,
        since=min((each.since for each in old), default=now),
    )
    session.add(row)
    session.flush()
    for each in old:
        each.replaced_by = row.id
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

    def claim(self, now: datetime, most: int = 1) -> list[Waiting]:
        """Take the mails that wait longest, for the time of a lease; those whose reader left are not sent any more."""
        while True:
            found, claimed = self._claim(now, most, secrets.token_hex(8))
            if claimed or not found:
                return claimed

    def _claim(self, now: datetime, most: int, lease: str) -> tuple[int, list[Waiting]]:
        """One transaction: how many mails were looked at, and those that are to be sent."""
        with self._sessions() as session:
            rows = session.exec(
                select(MailRow, SubscriberRow)
                .outerjoin(SubscriberRow, col(SubscriberRow.id) == MailRow.subscriber)
                .where(col(MailRow.id).in_(_longest_waiting(session, now, most)))
                .order_by(col(MailRow.next_try), col(MailRow.id))
            ).all()
            claimed = []
            for row, reader in rows:
                if reader is not None and (reader.suppressed or not reader.active):
                    row.error = reader.suppressed or "its reader left"
                    if row.state != MailState.IN_DOUBT:  # should they come back, it is still news to them
                        _untell(session, row)
                    _move(row, MailEvent.WITHDRAW)
                else:
                    claimed.append(_claimed(row, lease, now))
            return len(rows), claimed

    def release_claims(self, now: datetime) -> int:
        """At the start: claims of a process that died are free again. Returns how many."""
        with self._sessions() as session:
            rows = session.exec(select(MailRow).where(col(MailRow.lease).is_not(None))).all()
            for row in rows:
                row.next_try = now
                _move(row, MailEvent.RELEASE)
            return len(rows)

    def give_back(self, waiting: Waiting, until: datetime, why: str | None = None) -> None:
        """The attempt was none: nobody was asked to take the mail."""
        with self._sessions() as session:
            row = _held(session, waiting)
            if row is not None:
                row.next_try, row.attempts, row.error = until, row.attempts - 1, why or row.error
                _move(row, MailEvent.RELEASE)

    def reach(self, waiting: Waiting, now: datetime) -> bool:
        """The mail is in doubt from now on; False where the claim is no longer ours, and nothing may leave."""
        with self._sessions() as session:
            row = _held(session, waiting)
            if row is None:
                return False
            row.state, row.next_try = _next(row, MailEvent.REACH), now + LEASE
            return True

    def sent(self, waiting: Waiting, now: datetime) -> None:
        """The server answers for it."""
        with self._sessions() as session:
            row = _held(session, waiting)
            if row is not None:
                row.sent, row.error = now, None
                _move(row, MailEvent.ACCEPT)

    def defer(self, waiting: Waiting, until: datetime, failure: Failure) -> None:
        """The same bytes are tried again at `until`."""
        with self._sessions() as session:
            row = _held(session, waiting)
            if row is not None:
                row.next_try = until
                _note(row, failure)
                _move(row, _came_to(row, waiting, failure))

    def fail(self, waiting: Waiting, failure: Failure, suppress: str | None = None) -> None:
        """No more attempts; `suppress` is why no other mail goes to the address either, in the same transaction."""
        with self._sessions() as session:
            row = _held(session, waiting)
            if row is not None:
                _note(row, failure)
                _move(row, MailEvent.GIVE_UP)
            if suppress and waiting.subscriber is not None:
                mine = col(SubscriberRow.id) == waiting.subscriber
                session.exec(update(SubscriberRow).where(mine).values(suppressed=suppress))

    def unsent(self, now: datetime) -> list[Unsent]:
        """Digests that were tried or held up and wait again, whose content never left: those that may be replaced."""
        with self._sessions() as session:
            rows = session.exec(
                select(MailRow.id, MailRow.subscriber, MailRow.created, ConcernRow.watchlist)
                .join(ToldRow, col(ToldRow.mail) == MailRow.id)
                .join(ConcernRow, col(ConcernRow.development) == ToldRow.development)
                .where(col(MailRow.state).in_([MailState.QUEUED, MailState.DEFERRED]), MailRow.created < now)
                .where(col(MailRow.subscriber).is_not(None), col(MailRow.error).is_not(None))
                .distinct()
            ).all()
        found: dict[int, Unsent] = {}
        for mail, subscriber, created, watchlist in rows:
            before = found[mail].watchlists if mail in found else frozenset()
            found[mail or 0] = Unsent(mail or 0, subscriber or 0, created, before | {watchlist})
        return list(found.values())

    def replace(self, mails: Collection[int]) -> int:
        """What these mails told is untold again, in the transaction that marks them; returns how many were marked.

        Only those that are still certainly not there, and in nobody's hands.
        """
        with self._sessions() as session:
            rows = session.exec(select(MailRow).where(col(MailRow.id).in_(mails))).all()
            replaced = [row for row in rows if after(MailState(row.state), MailEvent.SUPERSEDE)]
            for row in replaced:
                _untell(session, row)
                _move(row, MailEvent.SUPERSEDE)
            return len(replaced)

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
            return [_mail(row) for row in rows]


def _mail(row: MailRow) -> Mail:
    return Mail(row.address, row.subject, row.message_id, row.data, row.story)


def _longest_waiting(session: Session, now: datetime, most: int) -> list[int]:
    """Numbers alone, state by state: the index gives them in order, and ten thousand waiting mails are not sorted."""
    found: list[tuple[datetime, int]] = []
    for state in WAITING:
        due = select(MailRow.next_try, MailRow.id).where(MailRow.state == state, MailRow.next_try <= now)
        rows = session.exec(due.order_by(col(MailRow.next_try), col(MailRow.id)).limit(most))
        found += [(at, number or 0) for at, number in rows]
    return [number for _, number in sorted(found)[:most]]


def _claimed(row: MailRow, lease: str, now: datetime) -> Waiting:
    doubted = row.state == MailState.IN_DOUBT
    row.state = _next(row, MailEvent.CLAIM)
    row.lease, row.next_try, row.attempts = lease, now + LEASE, row.attempts + 1
    return Waiting(row.id or 0, row.subscriber, _mail(row), row.attempts, row.since, lease, doubted)


def _held(session: Session, waiting: Waiting) -> MailRow | None:
    """The mail's row, where the claim is still ours: another process may have taken it when the lease had lapsed."""
    unread = defer(MailRow.data)  # type: ignore[arg-type] # SQLModel's columns are SQLAlchemy's, unseen by mypy
    row = session.get(MailRow, waiting.id, options=[unread])
    return row if row is not None and row.lease == waiting.lease else None


def _next(row: MailRow, event: MailEvent) -> MailState:
    state = after(MailState(row.state), event)
    assert state is not None, f"mail {row.id} is {row.state}: it cannot {event}"
    return state


def _untell(session: Session, row: MailRow) -> None:
    """Nobody has the mail: what it tells is untold, and is looked at again."""
    told = list(session.exec(select(ToldRow.development).where(ToldRow.mail == row.id)))
    if told:
        session.exec(delete(ToldRow).where(col(ToldRow.mail) == row.id))
        people.reopen(session, [(row.subscriber or 0, min(told))])


def _came_to(row: MailRow, waiting: Waiting, failure: Failure) -> MailEvent:
    if row.state != MailState.IN_DOUBT:
        return MailEvent.REFUSE
    if failure.in_doubt:
        return MailEvent.LOSE
    return MailEvent.MISS if waiting.in_doubt else MailEvent.REFUSE


def _move(row: MailRow, event: MailEvent) -> None:
    """Into the state that the event leads to, and out of everybody's hands."""
    row.state, row.lease = _next(row, event), None


def _note(row: MailRow, failure: Failure) -> None:
    row.error = failure.problem
    if failure.reply:
        row.reply, row.enhanced = failure.reply, failure.enhanced


def _replaced(session: Session, subscriber: int | None) -> Sequence[MailRow]:
    """A subscriber's mails whose news no other mail tells yet."""
    if subscriber is None:
        return []
    mine = select(MailRow).where(MailRow.subscriber == subscriber, MailRow.state == MailState.REPLACED)
    return session.exec(mine.where(col(MailRow.replaced_by).is_(None))).all()

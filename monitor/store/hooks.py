"""Webhooks and their outbox: each development once for each hook, frozen until it is taken or given up."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlmodel import Session, col, delete, exists, func, select

from monitor.store import listing
from monitor.tables import ConcernRow, DevelopmentRow, WithdrawalRow
from monitor.tables.hooks import HookMessageRow, HookRow

if TYPE_CHECKING:
    from monitor.store.listing import Issue

Sessions = Callable[[], AbstractContextManager[Session]]

LEASE = timedelta(minutes=15)
"""How long a claim holds: longer than all that is claimed together may take (pipeline.heralding.A_CLAIM)."""
LOOK_BACK = timedelta(days=7)
"""Developments that are older were offered to every hook long ago."""
KEPT = timedelta(days=30)
"""How long a message that was taken or given up is shown; longer than LOOK_BACK, so that none is written twice."""


class MessageState(StrEnum):
    """Where a message is."""

    WAITING = "waiting"
    """Not taken yet; in a sender's hands where it has a lease."""
    SENT = "sent"
    """The other side said that it took it."""
    FAILED = "failed"
    """Given up, with the reason."""


@dataclass(frozen=True, slots=True)
class Hook:
    """Another system that hears of a watchlist's developments."""

    id: int
    url: str
    """With its password, where it has one: never to be shown as it is."""
    watchlist: str
    created: datetime
    ended: datetime | None
    why_ended: str | None


@dataclass(frozen=True, slots=True)
class HookState:
    """A hook and how it fares."""

    hook: Hook
    waiting: int
    failed: int
    last_sent: datetime | None
    problem: str | None
    """Of the message that waits longest."""


@dataclass(frozen=True, slots=True)
class Message:
    """A claimed message, ready to be sent."""

    id: int
    hook: int
    url: str
    secret: str
    key: str
    body: bytes
    attempts: int
    """This one included."""
    created: datetime
    lease: str


class Hooks:
    """The tables of webhooks and their messages."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    # --- by the operator

    def add(self, url: str, watchlist: str, secret: str, now: datetime) -> Hook:
        """A new hook hears of what comes from now on."""
        with self._sessions() as session:
            last = session.exec(select(func.max(DevelopmentRow.id))).one() or 0
            row = HookRow(url=url, watchlist=watchlist, secret=secret, created=now, after=last)
            session.add(row)
            session.flush()
            return _hook(row)

    def remove(self, hook: int) -> bool:
        """End a hook and forget its messages; False where there is none of this number."""
        with self._sessions() as session:
            row = session.get(HookRow, hook)
            if row is not None:
                session.exec(delete(HookMessageRow).where(col(HookMessageRow.hook) == hook))
                session.delete(row)
            return row is not None

    def all(self) -> list[HookState]:
        """Every hook, in the order of their numbers."""
        with self._sessions() as session:
            return [_state(session, row) for row in session.exec(select(HookRow).order_by(col(HookRow.id)))]

    def secret(self, hook: int) -> tuple[Hook, str] | None:
        """A hook with what signs its messages; None where there is none of this number."""
        with self._sessions() as session:
            row = session.get(HookRow, hook)
            return (_hook(row), row.secret) if row else None

    def counts(self) -> dict[str, int]:
        """Messages by state."""
        with self._sessions() as session:
            counted = select(HookMessageRow.state, func.count()).group_by(HookMessageRow.state)
            return dict.fromkeys(MessageState, 0) | dict(session.exec(counted).all())

    # --- writing messages

    def unwritten(self, now: datetime, most: int) -> list[tuple[Hook, Issue]]:
        """Developments that a hook is to hear of, oldest first: those of its watchlist that no word withdrew."""
        with self._sessions() as session:
            hooks = session.exec(select(HookRow).where(col(HookRow.ended).is_(None)).order_by(col(HookRow.id))).all()
            return [(_hook(row), issue) for row in hooks for issue in _unwritten(session, row, now, most)]

    def keep(self, hook: int, development: int, body: bytes, now: datetime) -> None:
        """One message, frozen; a second one for the same development is a database error."""
        with self._sessions() as session:
            if session.get(HookRow, hook):  # removed meanwhile
                key = f"msg_{secrets.token_urlsafe(18)}"
                session.add(
                    HookMessageRow(hook=hook, development=development, key=key, body=body, next_try=now, created=now)
                )

    # --- sending them

    def claim(self, now: datetime, most: int) -> list[Message]:
        """Take the messages that wait longest, for the time of a lease."""
        lease = secrets.token_hex(8)
        with self._sessions() as session:
            rows = session.exec(
                select(HookMessageRow, HookRow)
                .join(HookRow, col(HookRow.id) == HookMessageRow.hook)
                .where(HookMessageRow.state == MessageState.WAITING, HookMessageRow.next_try <= now)
                .where(col(HookRow.ended).is_(None))
                .order_by(col(HookMessageRow.next_try), col(HookMessageRow.id))
                .limit(most)
            ).all()
            for row, _ in rows:
                row.lease, row.next_try, row.attempts = lease, now + LEASE, row.attempts + 1
            return [_message(row, hook, lease) for row, hook in rows]

    def release_claims(self, now: datetime) -> None:
        """At the start: claims of a process that died are free again."""
        with self._sessions() as session:
            for row in session.exec(select(HookMessageRow).where(col(HookMessageRow.lease).is_not(None))):
                row.lease, row.next_try = None, now

    def give_back(self, message: Message, now: datetime) -> None:
        """The attempt was none: nobody was asked to take it."""
        with self._sessions() as session:
            if row := _held(session, message):
                row.lease, row.next_try, row.attempts = None, now, row.attempts - 1

    def sent(self, message: Message, now: datetime) -> None:
        """The other side took it."""
        with self._sessions() as session:
            if row := _held(session, message):
                row.state, row.sent, row.error, row.lease = MessageState.SENT, now, None, None

    def defer(self, message: Message, until: datetime, problem: str) -> None:
        """The same bytes are tried again at `until`."""
        with self._sessions() as session:
            if row := _held(session, message):
                row.next_try, row.error, row.lease = until, problem, None

    def fail(self, message: Message, problem: str) -> None:
        """No more attempts."""
        with self._sessions() as session:
            if row := _held(session, message):
                row.state, row.error, row.lease = MessageState.FAILED, problem, None

    def end(self, hook: int, now: datetime, why: str) -> None:
        """Nothing goes to a hook any more; what waits for it has failed by that."""
        with self._sessions() as session:
            row = session.get(HookRow, hook)
            if row is None:
                return
            row.ended, row.why_ended = now, why
            waiting = select(HookMessageRow).where(HookMessageRow.hook == hook)
            for message in session.exec(waiting.where(HookMessageRow.state == MessageState.WAITING)):
                message.state, message.error, message.lease = MessageState.FAILED, why, None

    def forget(self, now: datetime) -> None:
        """Drop messages that were taken or given up long ago."""
        with self._sessions() as session:
            old = col(HookMessageRow.created) < now - KEPT
            session.exec(delete(HookMessageRow).where(old, col(HookMessageRow.state) != MessageState.WAITING))


def _unwritten(session: Session, hook: HookRow, now: datetime, most: int) -> Sequence[Issue]:
    number = col(DevelopmentRow.id)
    concern = exists().where(col(ConcernRow.development) == number, col(ConcernRow.watchlist) == hook.watchlist)
    written = exists().where(col(HookMessageRow.development) == number, col(HookMessageRow.hook) == hook.id)
    gone = exists().where(col(WithdrawalRow.development) == number, col(WithdrawalRow.watchlist) == hook.watchlist)
    recent = col(DevelopmentRow.seen) >= now - LOOK_BACK
    return listing.issues(session, [number > hook.after, recent, concern, ~written, ~gone], most, oldest=True)


def _hook(row: HookRow) -> Hook:
    return Hook(row.id or 0, row.url, row.watchlist, row.created, row.ended, row.why_ended)


def _state(session: Session, row: HookRow) -> HookState:
    mine = select(HookMessageRow).where(HookMessageRow.hook == row.id)
    counted = select(HookMessageRow.state, func.count()).where(HookMessageRow.hook == row.id)
    counts = dict(session.exec(counted.group_by(HookMessageRow.state)).all())
    oldest = session.exec(
        mine.where(HookMessageRow.state == MessageState.WAITING).order_by(col(HookMessageRow.id))
    ).first()
    last = session.exec(select(func.max(HookMessageRow.sent)).where(HookMessageRow.hook == row.id)).one()
    problem = oldest.error if oldest else None
    return HookState(_hook(row), counts.get(MessageState.WAITING, 0), counts.get(MessageState.FAILED, 0), last, problem)


def _message(row: HookMessageRow, hook: HookRow, lease: str) -> Message:
    return Message(row.id or 0, row.hook, hook.url, hook.secret, row.key, row.body, row.attempts, row.created, lease)


def _held(session: Session, message: Message) -> HookMessageRow | None:
    """The message's row, where the claim is still ours: another process may have taken it when the lease had lapsed."""
    row = session.get(HookMessageRow, message.id)
    return row if row is not None and row.lease == message.lease else None

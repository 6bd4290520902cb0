"""Who may sign in, with which browsers they are signed in, and the tokens of programs; of secrets hashes alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, delete, func, or_, select
from sqlmodel.sql.expression import Select  # noqa: TC002

from monitor.tables import NoteRow
from monitor.tables.door import OperatorRow, SessionRow, TokenRow

Sessions = Callable[[], AbstractContextManager[Session]]

INVITATION = "invitation"
"""The note that holds the hash of the set-up link and until when it is good."""
SESSION_SEEN = timedelta(hours=1)
TOKEN_USED = timedelta(minutes=1)
"""Between two notes that a session or a token is in use: looking at a page writes next to nothing."""


class Scope(StrEnum):
    """What a token may do; each may what those before it may."""

    READ = "read"
    """Look at everything that the pages show."""
    WRITE = "write"
    """Judge, merge and split stories, edit watchlists and feeds."""
    ADMIN = "admin"
    """Subscribers, mail and settings."""

    def covers(self, wanted: Scope) -> bool:
        order = list(Scope)
        return order.index(self) >= order.index(wanted)


class Refused(StrEnum):
    """Why nobody was added by a set-up link."""

    LINK = "link"
    """It was used, is too old, or was replaced by a newer one."""
    NAME = "name"
    """Somebody has it already."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody who may sign in."""

    name: str
    created: datetime
    changed: datetime
    """When the password was set last."""
    sessions: int
    seen: datetime | None
    """When a session of theirs was last used; None: they have none."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is held against."""

    id: int
    name: str
    password: str
    """Its hash."""


@dataclass(frozen=True, slots=True)
class Signed:
    """One session."""

    key: str
    operator: int
    name: str
    begun: datetime
    seen: datetime


@dataclass(frozen=True, slots=True)
class Token:
    """A program's token, but for the token itself."""

    name: str
    scope: Scope
    created: datetime
    ends: datetime | None
    used: datetime | None


def name_key(name: str) -> str:
    """What two ways of writing one name share: a compatibility form without case (Unicode, D146)."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


class Operators:
    """The tables of operators and their sessions."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def exist(self) -> bool:
        with self._sessions() as session:
            return session.exec(select(OperatorRow.id)).first() is not None

    def all(self) -> list[Operator]:
        """Everybody, by name."""
        with self._sessions() as session:
            rows = session.exec(
                select(OperatorRow, func.count(col(SessionRow.key)), func.max(SessionRow.seen))
                .join(SessionRow, col(SessionRow.operator) == OperatorRow.id, isouter=True)
                .group_by(col(OperatorRow.id))
                .order_by(OperatorRow.key)
            )
            return [Operator(row.name, row.created, row.changed, count, seen) for row, count, seen in rows]

    def add(self, name: str, password: str, now: datetime) -> int | None:
        """Let somebody sign in, by the hash of their password; None where the name is taken."""
        with self._sessions() as session:
            return _add(session, name, password, now)

    def credentials(self, name: str) -> Credentials | None:
        with self._sessions() as session:
            row = _named(session, name)
            return Credentials(row.id, row.name, row.password) if row and row.id else None

    def set_password(self, operator: int, password: str, now: datetime) -> None:
        """Set the hash of a password; every session ends, that which asks for it too."""
        with self._sessions() as session:
            row = session.get(OperatorRow, operator)
            if row:
                row.password, row.changed = password, now
                session.exec(delete(SessionRow).where(col(SessionRow.operator) == operator))

    def rehash(self, kept: Credentials, password: str) -> None:
        """The same password hashed anew, unless it was changed meanwhile; sessions go on."""
        with self._sessions() as session:
            row = session.get(OperatorRow, kept.id)
            if row and row.password == kept.password:
                row.password = password

    def remove(self, name: str) -> bool:
        """End an operator and all their sessions; False where there is none of that name."""
        with self._sessions() as session:
            row = _named(session, name)
            if row is None:
                return False
            session.exec(delete(SessionRow).where(col(SessionRow.operator) == row.id))
            session.delete(row)
            return True

    # --- sessions

    def begin(self, key: str, whose: Credentials, now: datetime) -> bool:
        """Keep a session by its hash; False where the password was changed, or its owner removed, since it was checked.

        Else a sign-in with the old password could end up behind the end of all sessions.
        """
        with self._sessions() as session:
            row = session.get(OperatorRow, whose.id)
            if row is None or row.password != whose.password:
                return False
            session.add(SessionRow(key=key, operator=whose.id, begun=now, seen=now))
            return True

    def session(self, key: str) -> Signed | None:
        with self._sessions() as session:
            row = session.exec(_signed().where(SessionRow.key == key)).first()
            return _shown(*row) if row else None

    def sessions(self, operator: int) -> list[Signed]:
        """An operator's sessions, the one used last first."""
        with self._sessions() as session:
            mine = _signed().where(SessionRow.operator == operator).order_by(col(SessionRow.seen).desc())
            return [_shown(*row) for row in session.exec(mine)]

    def see(self, key: str, now: datetime) -> None:
        with self._sessions() as session:
            row = session.get(SessionRow, key)
            if row:
                row.seen = now

    def end(self, key: str) -> None:
        with self._sessions() as session:
            session.exec(delete(SessionRow).where(col(SessionRow.key) == key))

    def end_others(self, operator: int, key: str) -> None:
        """End every session of an operator but one."""
        with self._sessions() as session:
            session.exec(delete(SessionRow).where(col(SessionRow.operator) == operator, col(SessionRow.key) != key))

    def forget(self, begun: datetime, seen: datetime) -> None:
        """Sessions that were begun or last used before these moments."""
        with self._sessions() as session:
            session.exec(delete(SessionRow).where(or_(col(SessionRow.begun) < begun, col(SessionRow.seen) < seen)))

    # --- the set-up link

    def invite(self, key: str, until: datetime) -> None:
        """One link may add an operator until then; any earlier one no longer."""
        with self._sessions() as session:
            session.merge(NoteRow(key=INVITATION, value=f"{key} {until.isoformat()}"))

    def invited(self, key: str, now: datetime) -> bool:
        with self._sessions() as session:
            return _invitation(session, key, now) is not None

    def accept(self, key: str, name: str, password: str, now: datetime) -> int | Refused:
        """Add an operator by a set-up link, which is used up by it; a taken name leaves it good."""
        with self._sessions() as session:
            note = _invitation(session, key, now)
            if note is None:
                return Refused.LINK
            added = _add(session, name, password, now)
            if added is None:
                return Refused.NAME
            session.delete(note)
            return added


class Tokens:
    """The table of the API's tokens."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def add(self, key: str, token: Token) -> bool:
        """Keep a token by its hash; False where its name is taken."""
        with self._sessions() as session:
            if session.exec(select(TokenRow).where(TokenRow.name == token.name)).first():
                return False
            session.add(TokenRow(key=key, name=token.name, scope=token.scope, created=token.created, ends=token.ends))
            return True

    def all(self) -> list[Token]:
        """Every token, by name; those that ended too."""
        with self._sessions() as session:
            return [_token(row) for row in session.exec(select(TokenRow).order_by(TokenRow.name))]

    def use(self, key: str, now: datetime) -> Token | None:
        """A token by its hash, noted as used; None where there is none, or its end has come."""
        with self._sessions() as session:
            row = session.get(TokenRow, key)
            if row is None or (row.ends and row.ends <= now):
                return None
            if row.used is None or abs(now - row.used) >= TOKEN_USED:
                row.used = now
            return _token(row)

    def revoke(self, name: str) -> bool:
        """End a token; False where there is none of that name."""
        with self._sessions() as session:
            row = session.exec(select(TokenRow).where(TokenRow.name == name)).first()
            if row:
                session.delete(row)
            return row is not None


def _named(session: Session, name: str) -> OperatorRow | None:
    return session.exec(select(OperatorRow).where(OperatorRow.key == name_key(name))).first()


def _add(session: Session, name: str, password: str, now: datetime) -> int | None:
    if _named(session, name):
        return None
    row = OperatorRow(name=name, key=name_key(name), password=password, created=now, changed=now)
    session.add(row)
    session.flush()
    return row.id


def _signed() -> Select[SessionRow, str]:
    return select(SessionRow, OperatorRow.name).join(OperatorRow, col(OperatorRow.id) == SessionRow.operator)


def _shown(row: SessionRow, name: str) -> Signed:
    return Signed(row.key, row.operator, name, row.begun, row.seen)


def _invitation(session: Session, key: str, now: datetime) -> NoteRow | None:
    """The note of the link whose hash this is, while it is good."""
    note = session.get(NoteRow, INVITATION)
    kept, _, until = note.value.partition(" ") if note else ("", "", "")
    return note if kept == key and datetime.fromisoformat(until) > now else None


def _token(row: TokenRow) -> Token:
    return Token(row.name, Scope(row.scope), row.created, row.ends, row.used)

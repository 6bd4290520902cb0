"""Every text that a watchlist had, since it was first edited on a page: by whom, when, and what they said of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003

from sqlmodel import Session, col, select

from monitor.tables import WatchlistVersionRow

Sessions = Callable[[], AbstractContextManager[Session]]

FIRST, BY_HAND = "as it was before the first edit here", "edited in the file by hand"
"""What is noted of a version that no page has saved."""


@dataclass(frozen=True, slots=True)
class Version:
    """One text of a watchlist, as it was saved."""

    id: int
    """0: not kept yet, for nothing was saved on a page since."""
    text: str
    by: str
    """The operator's name; empty: nobody signed in."""
    at: datetime
    note: str


class Versions:
    """The table of versions."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def keep(self, watchlist: str, version: Version, before: Version | None) -> int:
        """Keep a text that was saved; and the one before it where no page has saved that. Returns the new one's id."""
        with self._sessions() as session:
            newest = _newest(session, watchlist)
            if before and (newest is None or newest.text != before.text):
                session.add(_row(watchlist, before))
                session.flush()
            row = _row(watchlist, version)
            session.add(row)
            session.flush()
            return row.id or 0

    def all(self, watchlist: str, most: int) -> list[Version]:
        """The newest versions of a watchlist, the newest first."""
        with self._sessions() as session:
            rows = select(WatchlistVersionRow).where(WatchlistVersionRow.watchlist == watchlist)
            return [
                _version(row) for row in session.exec(rows.order_by(col(WatchlistVersionRow.id).desc()).limit(most))
            ]

    def find(self, watchlist: str, number: int) -> Version | None:
        with self._sessions() as session:
            row = session.get(WatchlistVersionRow, number)
            return _version(row) if row and row.watchlist == watchlist else None

    def before(self, watchlist: str, number: int) -> Version | None:
        """The version that one took the place of."""
        with self._sessions() as session:
            row = _newest(session, watchlist, col(WatchlistVersionRow.id) < number)
            return _version(row) if row else None


def _newest(session: Session, watchlist: str, *which: object) -> WatchlistVersionRow | None:
    rows = select(WatchlistVersionRow).where(WatchlistVersionRow.watchlist == watchlist, *which)  # type: ignore[arg-type]
    return session.exec(rows.order_by(col(WatchlistVersionRow.id).desc())).first()


def _row(watchlist: str, version: Version) -> WatchlistVersionRow:
    return WatchlistVersionRow(watchlist=watchlist, text=version.text, by=version.by, at=version.at, note=version.note)


def _version(row: WatchlistVersionRow) -> Version:
    return Version(row.id or 0, row.text, row.by, row.at, row.note)

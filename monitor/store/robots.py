"""The robots.txt files of sites, as they were last read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete

from monitor.tables import RobotsRow

Sessions = Callable[[], AbstractContextManager[Session]]

OLDEST = timedelta(days=30)
"""How long rules are kept that were not read again: those of sites that are no longer read, and those that stand in
for newer ones, which RFC 9309, 2.3.1.4, lets a reader give up after so long."""


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """What a site said, and when."""

    origin: str
    """Scheme, host and port."""
    rules: str
    """Its text; empty where the site has no such file."""
    read: datetime


class Robots:
    """The table of robots.txt files."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def get(self, origin: str) -> RobotsFile | None:
        with self._sessions() as session:
            row = session.get(RobotsRow, origin)
            return RobotsFile(row.origin, row.rules, row.read) if row else None

    def keep(self, file: RobotsFile) -> None:
        with self._sessions() as session:
            session.merge(RobotsRow(origin=file.origin, rules=file.rules, read=file.read))

    def forget(self, now: datetime) -> None:
        """Rules that are too old to be used."""
        with self._sessions() as session:
            session.exec(delete(RobotsRow).where(col(RobotsRow.read) < now - OLDEST))

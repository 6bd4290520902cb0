"""The door to the disk: what is owed, what was read, what was judged, who was told."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlalchemy import event
from sqlmodel import Session, SQLModel, create_engine

from monitor.errors import StoreError
from monitor.store import search, shifting
from monitor.store.archive import Archive
from monitor.store.balance import Books
from monitor.store.bounced import Bounced
from monitor.store.health import Health
from monitor.store.hooks import Hooks
from monitor.store.insight import Insight
from monitor.store.judgements import Judgements
from monitor.store.listing import Listing
from monitor.store.operators import Operators, Tokens
from monitor.store.outbox import Outbox
from monitor.store.overview import Overview
from monitor.store.people import People
from monitor.store.robots import Robots
from monitor.store.search import Search
from monitor.store.shelf import Shelf
from monitor.store.sources import Sources
from monitor.store.stories import Stories
from monitor.store.telling import Telling
from monitor.store.versions import Versions
from monitor.tables import NoteRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SCHEMA = "4"


class Store:
    """One database. Each part answers for its own tables; each `keep` is one transaction."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        try:
            SQLModel.metadata.create_all(self._engine)
            _index(self._engine)
            self._check_schema()
            search.create(self._engine)
        except sqlalchemy.exc.OperationalError as error:
            raise StoreError(_shown(url), f"cannot be opened: {error.orig}") from None
        self._reading = self._engine.execution_options(reading=True)
        self.sources = Sources(self.session)
        self.archive = Archive(self.session)
        self.robots = Robots(self.session)
        self.people = People(self.session)
        self.telling = Telling(self.session)
        self.outbox = Outbox(self.session)
        self.health = Health(self.session)
        self.judgements = Judgements(self.session)
        self.shelf = Shelf(self.session)
        self.books = Books(self.session)
        self.bounced = Bounced(self.session)
        self.versions = Versions(self.session)
        self.search = Search(self.reading)
        self.overview = Overview(self.reading)
        self.insight = Insight(self.reading)
        self.listing = Listing(self.reading)
        self.hooks = Hooks(self.session)
        self.stories = Stories(self.session)
        self.operators = Operators(self.session)
        self.tokens = Tokens(self.session)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        with Session(self._engine) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads: it sees one state of everything, and neither waits nor lets others wait."""
        with Session(self._reading) as session, session.begin():
            yield session

    def close(self) -> None:
        self._engine.dispose()

    def note(self, key: str, value: str) -> None:
        with self.session() as session:
            session.merge(NoteRow(key=key, value=value))

    def noted(self, key: str) -> str | None:
        with self.session() as session:
            row = session.get(NoteRow, key)
            return row.value if row else None

    def shift(self, step: timedelta, now: datetime, notes: Mapping[str, str]) -> None:
        """The wall clock was set by `step`: one transaction moves what was noted by it, and notes that it did."""
        with self.session() as session:
            shifting.shift(session, step, now)
            for key, value in notes.items():
                session.merge(NoteRow(key=key, value=value))

    def alive(self, now: datetime) -> None:
        """Leave a sign of life for `monitor health`."""
        self.note("alive", now.isoformat())

    def answers(self) -> bool:
        """Whether the database can be asked at all."""
        try:
            with self.reading() as session:
                session.connection().exec_driver_sql("SELECT 1 FROM note LIMIT 1")
        except sqlalchemy.exc.SQLAlchemyError:
            return False
        return True

    def healthy(self, now: datetime) -> tuple[bool, str]:
        """Whether a running service left a sign of life in the last five minutes, and a sentence that says so."""
        seen = self.noted("alive")
        if seen is None:
            return False, "the service has not run here yet"
        age = (now - datetime.fromisoformat(seen)).total_seconds()
        drawn = self.books.last()
        amiss = f"; balance: {drawn.words}" if drawn and drawn.differences else ""
        return age < 300, f"last sign of life {age:.0f} s ago{amiss}"

    def unsubscribe(self, subscriber: int) -> bool:
        return self.people.unsubscribe(subscriber)

    def resubscribe(self, subscriber: int) -> bool:
        return self.people.resubscribe(subscriber)

    def _check_schema(self) -> None:
        found = self.noted("schema")
        if found is None:
            self.note("schema", SCHEMA)
        elif found != SCHEMA:
            raise StoreError(
                "database", f"has schema {found}, this version needs {SCHEMA}; move it aside to start anew"
            )


def _shown(url: str) -> str:
    return sqlalchemy.engine.make_url(url).render_as_string(hide_password=True)


def _engine(url: str) -> sqlalchemy.Engine:
    try:
        parsed = sqlalchemy.engine.make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed)
    except (sqlalchemy.exc.ArgumentError, ModuleNotFoundError, OSError) as error:
        raise StoreError("MONITOR_DATABASE_URL", f"cannot be used: {error}") from None
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin)
    return engine


def _index(engine: sqlalchemy.Engine) -> None:
    """The indices of tables that were made by an earlier version, which may have had fewer."""
    with engine.begin() as connection:
        for table in SQLModel.metadata.sorted_tables:
            for index in table.indexes:
                connection.execute(sqlalchemy.schema.CreateIndex(index, if_not_exists=True))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """WAL: readers never wait; FULL: a committed mail survives a power cut; a writer waits rather than fails."""
    connection.isolation_level = None  # we say BEGIN ourselves, see below
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sqlalchemy.Connection) -> None:
    """Take the write lock at once: a transaction that reads first and writes later could fail with SQLITE_BUSY."""
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

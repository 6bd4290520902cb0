"""How the service fares: what waits, what is wrong, versions; and whether it is ready to work."""

import platform
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from monitor import __version__
from monitor.doctor import Grade
from monitor.pipeline import checkup
from monitor.web.api.shapes import Shape
from monitor.web.desk import standing
from monitor.web.desk.office import Office
from monitor.web.frame import House


class Finding(Shape):
    """One thing that was looked at."""

    grade: Grade
    subject: str
    words: str
    remedy: str = Field(description="What to do about it.")


class Queue(Shape):
    """What waits in one place, and since when the oldest of it does."""

    waiting: int
    oldest: datetime | None


class Health(Shape):
    """How the service fares."""

    now: datetime
    findings: list[Finding]
    items: Queue = Field(description="Announced and not read yet.")
    mails: Queue = Field(description="Written and not taken by the server yet.")
    articles: int
    feeds: int
    watchlists: int
    memory_mb: float | None
    versions: dict[str, str]


@dataclass(frozen=True, slots=True)
class Standing:
    """What is asked of the service itself."""

    house: House
    office: Office

    def health(self) -> Health:
        """Show how the service fares."""
        store, now, files = self.house.store, self.house.now(), self.office.files()
        return Health(
            now=now,
            findings=[Finding.model_validate(each) for each in checkup.house(files.config, store, now)],
            items=Queue.model_validate(store.insight.owed()),
            mails=Queue.model_validate(store.insight.outbox()),
            articles=store.insight.sizes()["articles"],
            feeds=len(files.feeds),
            watchlists=len(files.watchlists),
            memory_mb=standing.memory(),
            versions=versions(self.office),
        )


def versions(office: Office) -> dict[str, str]:
    """What runs here."""
    return {
        "news-monitor": __version__,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "model": office.embedder.name,
    }


def unready(house: House) -> Iterator[str]:
    """Why the service cannot do its work; nothing where it can."""
    if not house.store.answers():
        yield "the database does not answer"
        return
    alive, words = house.store.healthy(house.now())
    if not alive:
        yield words
    if not house.titles():
        yield "no watchlist is loaded"

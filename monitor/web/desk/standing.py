"""Health: what waits and since when, what is wrong and what to do, disk, memory, versions."""

from __future__ import annotations

import platform
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor import __version__
from monitor.pipeline import checkup

if TYPE_CHECKING:
    from starlette.responses import Response

    from monitor.web.desk.office import Office
    from monitor.web.desk.sheets import Sheets, Visit


@dataclass(frozen=True, slots=True)
class Standing:
    """The page of the service's health."""

    sheets: Sheets
    office: Office

    def show(self, visit: Visit) -> Response:
        """Everything that tells whether the service does its work."""
        store, now = self.sheets.house.store, self.sheets.house.now()
        files = self.office.files()
        return self.sheets.page(
            "health",
            visit,
            here="health",
            findings=list(checkup.house(files.config, store, now, self.office.embedder)),
            queues={"items to be read": store.insight.owed(), "mails on their way": store.insight.outbox()},
            sizes=store.insight.sizes(),
            versions={
                "news-monitor": __version__,
                "Python": platform.python_version(),
                "SQLite": sqlite3.sqlite_version,
                "sentence model": self.office.embedder.name,
            },
            memory=memory(),
            loaded={"watchlists": len(files.watchlists), "feeds": len(files.feeds)},
        )


def memory() -> float | None:
    """Resident memory of this process in MB; None where the system does not tell (it is Linux that does)."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * 4096 / 1e6

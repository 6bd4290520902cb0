"""The files of watchlists/: as they stand, what they were, and saving one so that nobody's edit is overwritten."""

from __future__ import annotations

import hashlib
import re
import threading
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor import edits
from monitor.errors import InputError
from monitor.store.versions import BY_HAND, FIRST, Version

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.store import Store

ENDS = (".yaml", ".yml")
LONGEST_NAME = 60
RESERVED = ("open", "closed")
"""Words of MONITOR_SIGNUP, which names watchlists too."""
_WRITING = threading.Lock()
"""Comparing a file with what an edit began from and replacing it are one step for all pages."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A watchlist's file at one moment."""

    id: str
    path: Path
    text: str
    """With line ends of one letter, as a page shows it."""
    changed: datetime
    mark: str
    """Tells this content of the file from any other."""
    problem: str = ""
    """Why it cannot be read."""
    windows: bool = False
    """Its lines end as Windows ends them."""

    @property
    def file(self) -> str:
        return f"watchlists/{self.path.name}"


NOTHING = ""
"""The mark of a file that is not there."""


@dataclass(frozen=True, slots=True)
class Cabinet:
    """The watchlists of a home folder, with their history in the store."""

    home: Path
    store: Store

    def papers(self) -> list[Paper]:
        """Every watchlist's file by name, those that cannot be read too."""
        found = [_paper(path) for path in sorted((self.home / "watchlists").glob("*")) if path.suffix in ENDS]
        return [paper for paper in found if paper]

    def find(self, id_: str) -> Paper | None:
        return next((paper for paper in self.papers() if paper.id == id_), None)

    def save(self, id_: str, version: Version, mark: str) -> Paper | None:
        """Write a text that was edited from the file of this mark; ConfigError, and the old one stays, if it is wrong.

        Returns what stands in the file by now, where that is something else: then nothing was written.
        """
        with _WRITING:
            paper = self.find(id_) or Paper(id_, self.home / "watchlists" / f"{id_}.yaml", "", version.at, NOTHING)
            if paper.mark != mark:
                return paper
            edits.save(paper.path, version.text.replace("\n", "\r\n") if paper.windows else version.text)
            self.store.versions.keep(id_, version, self._before(paper))
        return None

    def history(self, paper: Paper, most: int) -> list[Version]:
        """What a watchlist was, the newest first; an edit that was made in the file by hand is among it."""
        kept = self.store.versions.all(paper.id, most)
        if kept and kept[0].text == paper.text:
            return kept
        return [Version(0, paper.text, "", paper.changed, BY_HAND if kept else ""), *kept]

    def _before(self, paper: Paper) -> Version | None:
        """What a save takes the place of, as it is kept where no page has saved it."""
        if paper.mark == NOTHING:
            return None
        note = BY_HAND if self.store.versions.all(paper.id, 1) else FIRST
        return Version(0, paper.text, "", paper.changed, note)


def _paper(path: Path) -> Paper | None:
    try:
        data, state = path.read_bytes(), path.stat()
    except FileNotFoundError:  # renamed or deleted since the folder was listed
        return None
    except OSError as error:
        problem = f"cannot be read: {error.strerror}; mend it or move it out of the folder"
        return Paper(path.stem, path, "", datetime.fromtimestamp(0, UTC), "unreadable", problem)
    text = data.decode("utf-8", "replace")
    changed = datetime.fromtimestamp(state.st_mtime, UTC)
    mark = hashlib.sha256(data).hexdigest()
    return Paper(path.stem, path, plain_ends(text), changed, mark, windows="\r\n" in text)


def plain_ends(text: str) -> str:
    """With line ends of one letter: forms send two (HTML, 4.10.21.8)."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


_NAME = re.compile(r"\w(?:[\w-]*\w)?")


def name_of(written: str) -> str:
    """A watchlist's name from what was written: it stands in files, addresses and settings. InputError if it cannot."""
    name = re.sub(r"[\s_./\\,;:!?&()'\"-]+", "-", unicodedata.normalize("NFC", written).casefold()).strip("-")
    if not name:
        raise InputError("the name", "is missing; write one, or give the watchlist a title")
    if len(name) > LONGEST_NAME:
        raise InputError(name, f"has more than {LONGEST_NAME} letters; write a shorter name")
    if not _NAME.fullmatch(name):
        raise InputError(name, "has signs that are no letters; write letters, digits and hyphens")
    if name in RESERVED:
        raise InputError(name, "is a word of the setting MONITOR_SIGNUP; choose another name")
    return name

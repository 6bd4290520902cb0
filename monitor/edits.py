"""The operator's files: when one of them changed, and writing one whole or not at all."""

from __future__ import annotations

import contextlib
import errno
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor import config, language, match, watchlist
from monitor.errors import Complaint, ConfigError
from monitor.values import Article

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.values import Hit, Watchlist

Stamps = dict[str, tuple[int, int, int]]
"""For each file: when it was written, when it or its rights changed (nanoseconds), and its inode."""


def stamps(home: Path) -> Stamps:
    """What tells one state of a home folder's files from another, without reading them."""
    found: Stamps = {}
    for file in [home / "feeds.yaml", *(home / "watchlists").glob("*.y*ml")]:
        with contextlib.suppress(OSError):  # an editor that saves by renaming leaves a moment without the file
            state = file.stat()
            found[file.name] = (state.st_mtime_ns, state.st_ctime_ns, state.st_ino)
    return found


def folders(home: Path) -> dict[Path, int]:
    """The folders of those files, with their inodes: a watch on a file itself ends when another is renamed over it."""
    found: dict[Path, int] = {}
    for folder in (home, home / "watchlists"):
        with contextlib.suppress(OSError):
            found[folder] = folder.stat().st_ino
    return found


def save(path: Path, text: str) -> None:
    """Write feeds.yaml or a watchlist as it was typed, comments and all, after it was found good.

    Raises ConfigError with every complaint (a failing example is one), and the old file stays as it was. A reader,
    and a machine that loses its power, sees the old text or the new one, never half of either.
    """
    if path.name == "feeds.yaml":
        config.read_feeds(text, path.name)
    else:
        read = watchlist.read(text, file=f"{path.parent.name}/{path.name}")
        if failing := failing_examples(read):
            raise ConfigError(failing)
    try:
        config.write_whole(path, text.encode("utf-8"))
    except OSError as error:
        raise ConfigError([Complaint(path.name, 0, f"cannot be written: {_reason(error)}")]) from None


def failing_examples(read: Watchlist) -> tuple[Complaint, ...]:
    """The examples of a watchlist that do not come out as they should."""
    return watchlist.check_examples(read, _Finder(match.compile_all([read])).find)


@dataclass(frozen=True, slots=True)
class _Finder:
    """Matches a bare text, as an article without a title."""

    matcher: match.Matcher

    def find(self, text: str) -> tuple[Hit, ...]:
        return self.matcher.find(Article("", "", text, language=language.tell("", text)))


def _reason(error: OSError) -> str:
    if error.errno == errno.EBUSY:
        return "it is mounted as a single file and cannot be replaced; mount the folder that holds it"
    return f"{error.strerror or error}; give this program the right to write in its folder"

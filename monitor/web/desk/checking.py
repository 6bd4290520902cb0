"""The text of a watchlist, saved or not -> what is wrong in it, what is doubtful, and which of its examples fail."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from monitor import edits, watchlist
from monitor.errors import ConfigError

if TYPE_CHECKING:
    from monitor.errors import Complaint
    from monitor.values import Watchlist

LONGEST_LINE = 160
"""Letters shown of the line that a complaint is about."""
SHOWN = 100
"""Complaints of one kind that a page shows; a text that is wrong throughout needs no more to be mended."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Everything that can be said of a text without looking at articles."""

    text: str
    read: Watchlist | None
    """None: something in it is wrong."""
    wrong: tuple[Complaint, ...]
    failing: tuple[Complaint, ...]
    """Examples that do not come out as they should."""
    doubts: tuple[Complaint, ...]

    @property
    def good(self) -> bool:
        """Whether it can be saved."""
        return not self.wrong and not self.failing

    @property
    def examples(self) -> int:
        return len(self.read.must_match) + len(self.read.must_ignore) if self.read else 0

    def line(self, complaint: Complaint) -> str:
        """The words of the line that a complaint is about; empty where it is about none."""
        lines = self.text.split("\n")
        return lines[complaint.line - 1].strip()[:LONGEST_LINE] if 0 < complaint.line <= len(lines) else ""


@lru_cache(maxsize=32)
def check(text: str, file: str) -> Checked:
    """The answer for one text is kept: the list of all watchlists asks for the same ones again and again."""
    try:
        read = watchlist.read(text, file=file)
    except ConfigError as error:
        return Checked(text, None, error.complaints, (), ())
    return Checked(text, read, (), edits.failing_examples(read), watchlist.warnings(read))

"""The named points at which a process may die, and what a test may do at them.

Nothing happens at a point in production: only code can `watch` them, no setting and no environment variable does.
`make torture` kills the process at each of them, again and again.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Point(StrEnum):
    """Between two steps of the way; what is not kept yet at a point is done again."""

    POLL_CLAIMED = "poll: feeds are claimed"
    POLL_ANSWERED = "poll: an answer is there, its items are not kept"
    POLL_KEPT = "poll: its items are owed"
    READ_ANSWERED = "read: a page is there, nothing is decided"
    READ_DECIDED = "decide: the verdict is there, not kept"
    READ_KEPT = "decide: article, hits, place and verdict are kept"
    COMPOSED = "compose: mails are written, nobody is told"
    FROZEN = "compose: they are in the outbox, and told"
    CLAIMED = "claim: mails are in a sender's hands"
    REACHED = "send: the mail is in doubt, no byte of it has left"
    GIVEN = "send: all its bytes have left, no reply is there"
    ANSWERED = "send: the server has taken it, nobody knows yet"
    SETTLED = "commit: the reply is kept"


_watcher: Callable[[Point], None] | None = None


def passing(point: Point) -> None:
    """Say that the process is at a point."""
    if _watcher is not None:
        _watcher(point)


def watch(watcher: Callable[[Point], None]) -> None:
    """For tests: have every passage of a point from now on."""
    global _watcher  # noqa: PLW0603 -- one process, one watcher: it must cost nothing where there is none
    _watcher = watcher


def unwatch() -> None:
    """Nothing happens at a point any more."""
    global _watcher  # noqa: PLW0603 -- as above
    _watcher = None

"""An edit tried on what is kept, and spellings heard in it: bounded, one at a time, given up for a newer one."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from monitor import preview, spellings
from monitor.web.desk import checking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from monitor.embed import Embedder
    from monitor.preview import Follower, Report, Versions
    from monitor.store import Store
    from monitor.store.archive import Kept
    from monitor.suggest import Proposal
    from monitor.values import Term
    from monitor.web.desk.checking import Checked

    _Check = Callable[[], None]

Found = TypeVar("Found")

BACK = timedelta(days=30)
MOST_ARTICLES = 10_000
"""The newest of the month that are looked at, at 1 ms each (news of 2,000 letters, eight names)."""
BOUNDS = preview.Bounds(embedded=25, placed=150)
"""Of a page that somebody waits for: embedding takes a fifth of a second each, placing 20 ms for either version."""
MOST_KEPT = 50
"""Names whose proposals are remembered while they are clicked on."""
FRESH = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an edit would change."""

    report: Report
    followers: tuple[Follower, ...]
    cut: bool
    """More articles are kept than were looked at."""


class _ReplacedError(Exception):
    """A newer one was asked for."""


@dataclass
class Rehearsals:
    """Runs in the threads of pages; the service goes on beside it."""

    store: Store
    embedder: Embedder
    _newest: dict[str, int] = field(default_factory=dict)
    """Whose -> the number of their newest preview."""
    _last: int = 0
    _counting: threading.Lock = field(default_factory=threading.Lock)
    _at_work: threading.Lock = field(default_factory=threading.Lock)
    """One at a time: two would take the interpreter from the service twice."""
    _at_checks: threading.Lock = field(default_factory=threading.Lock)
    """Checks are quick and wait for each other alone, for a preview may take seconds."""
    _heard: dict[str, tuple[datetime, list[Proposal]]] = field(default_factory=dict)

    def size(self, now: datetime) -> int:
        """How many articles a preview looks at."""
        return min(self.store.archive.count(now - BACK), MOST_ARTICLES)

    def check(self, whose: str, text: str, file: str) -> Checked | None:
        """What is wrong in a text; None where somebody asked for a newer check of theirs before this one began."""
        return self._newest_of(f"{whose}\ncheck", self._at_checks, lambda _: checking.check(text, file))

    def look(self, whose: str, versions: Versions, now: datetime) -> Outlook | None:
        """What an edit would change; None where somebody asked for a newer preview of theirs meanwhile."""
        return self._newest_of(f"{whose}\nlook", self._at_work, lambda still: self._look(versions, still, now))

    def _newest_of(self, whose: str, turn: threading.Lock, work: Callable[[_Check], Found]) -> Found | None:
        """Do a work in its turn; give it up once a newer one has the same owner."""
        number = self._begin(whose)
        unless_replaced = self._unless_replaced(whose, number)
        with turn:
            try:
                unless_replaced()
                return work(unless_replaced)
            except _ReplacedError:
                return None
            finally:
                self._end(whose, number)

    def _look(self, versions: Versions, check: _Check, now: datetime) -> Outlook:
        archive, edited = self.store.archive, versions.edited
        since = archive.newest(now - BACK, MOST_ARTICLES)
        kept = _watched(archive.kept_since(since), check)
        report = preview.look(kept, versions, self.embedder, now, BOUNDS)
        follows = preview.follows(self.store.people.readers(), edited)
        told = preview.followers(report, edited.id, follows, archive.concerned(since))
        return Outlook(report, tuple(told), cut=since > now - BACK)

    def spellings(self, term: Term, now: datetime) -> list[Proposal]:
        """Proposals for a term: those heard in what is kept first. What was heard is remembered for some minutes."""
        known = self._heard.get(term.name)
        if known is None or now - known[0] > FRESH:
            since = self.store.archive.newest(now - BACK, MOST_ARTICLES)
            with self._at_work:
                known = now, spellings.heard(term, lambda: self.store.archive.placed_since(since))
            while len(self._heard) >= MOST_KEPT:
                self._heard.pop(next(iter(self._heard)), None)
            self._heard[term.name] = known
        finds = spellings.Alone.of(term).finds
        seen = [replace(each, found=finds(each.spelling, each.language)) for each in known[1]]
        return [*seen, *spellings.by_rule(term)]

    def _begin(self, whose: str) -> int:
        with self._counting:
            self._last += 1
            self._newest[whose] = self._last
            return self._last

    def _end(self, whose: str, number: int) -> None:
        with self._counting:
            if self._newest.get(whose) == number:
                del self._newest[whose]

    def _unless_replaced(self, whose: str, number: int) -> _Check:
        def check() -> None:
            if self._newest.get(whose) != number:
                raise _ReplacedError

        return check


def _watched(articles: Iterable[Kept], check: _Check) -> Iterator[Kept]:
    for each in articles:
        check()
        yield each

"""The balance: each development x each subscriber who should have it is told, held or failed; all else is an error.

    who follows what, since when  x  what was seen when  ->  due pairs
    due pairs  -  what mails say of them  -  what waits, with a reason  ->  differences

It is drawn from other tables than those by which mails are composed: what is due comes from `since` and `seen`, and no
mark of what was settled is believed.
"""

from __future__ import annotations

import bisect
import itertools
from collections import Counter, defaultdict
from collections.abc import Mapping  # noqa: TC003 the dataclasses' own annotations
from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003
from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.values import Waits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST = 1000
"""Differences that are listed one by one; all are counted."""


class Standing(StrEnum):
    """What became of a development that a subscriber should have."""

    TOLD = "told"
    """In a mail that the server took."""
    HELD = "held"
    FAILED = "failed"
    """In a mail that never arrived, or came back."""
    DIFFERENCE = "difference"
    """Neither: somebody waits for it in vain."""


_MAILS = {
    "sent": Standing.TOLD,
    "queued": Standing.HELD,
    "claimed": Standing.HELD,
    "deferred": Standing.HELD,
    "in doubt": Standing.HELD,
    "failed": Standing.FAILED,
    "suppressed": Standing.FAILED,
}
"""By the state of the mail. A replaced one tells nothing: what it told should be untold again, or in another."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A development, as far as it decides who should have it."""

    id: int
    seen: datetime
    language: str
    watchlists: frozenset[str]
    ready: datetime | None = None
    """When it could be told, where a person's word brought it out later than it was seen."""
    withdrawn: frozenset[str] = frozenset()
    """Watchlists from whose followers a person's word withdrew it."""
    echoes: frozenset[int] = frozenset()
    """Who was told one of these learns nothing from it."""

    def is_withdrawn_from(self, since: Mapping[str, datetime]) -> bool:
        """From every watchlist by which it is due to somebody who follows since then?"""
        mine = {w for w in self.watchlists if w in since and since[w] <= self.seen}
        return mine <= self.withdrawn


@dataclass(frozen=True, slots=True)
class Follower:
    """A subscriber who has not left, as far as it decides what they should have."""

    id: int
    address: str
    since: Mapping[str, datetime]
    """By followed watchlist."""
    asked: Mapping[str, datetime] = field(default_factory=dict)
    """The same, for what they asked for and did not confirm."""
    barred: Waits | None = None
    """Why nothing at all is mailed to them."""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Posted:
    """Developments that mails of one state tell, or told, one subscriber."""

    state: str
    error: str | None
    developments: frozenset[int]

    @property
    def standing(self) -> Standing:
        """A mail that the server took and that came back with a reason has failed after all."""
        found = _MAILS.get(self.state, Standing.DIFFERENCE)
        return Standing.FAILED if found is Standing.TOLD and self.error else found


@dataclass(frozen=True, slots=True)
class Difference:
    """One development that one subscriber should have, and nothing that says where it is."""

    subscriber: int
    address: str
    development: int
    problem: str


@dataclass(frozen=True, slots=True)
class Balance:
    """The sums; `due` is the sum of them all."""

    developments: int = 0
    subscribers: int = 0
    """Those to whom anything is due."""
    due: int = 0
    told: int = 0
    held: Mapping[str, int] = field(default_factory=dict)
    """By reason."""
    failed: Mapping[str, int] = field(default_factory=dict)
    """By reason."""
    different: int = 0
    differences: tuple[Difference, ...] = ()
    """The first of them."""

    def __str__(self) -> str:
        return (
            f"{self.developments} developments, {self.subscribers} subscribers: due {self.due}, told {self.told}, "
            f"held {sum(self.held.values())}, failed {sum(self.failed.values())}, differences {self.different}"
        )


class Calendar:
    """What was seen, by watchlist and time: says what is due to whom."""

    def __init__(self, developments: Iterable[Seen]) -> None:
        self.seen = {each.id: each for each in developments}
        by_watchlist: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
        for each in sorted(self.seen.values(), key=lambda each: (each.seen, each.id)):
            for watchlist in each.watchlists:
                by_watchlist[watchlist].append((each.seen, each.id))
        self._times = {w: [seen for seen, _ in rows] for w, rows in by_watchlist.items()}
        self._numbers = {w: [number for _, number in rows] for w, rows in by_watchlist.items()}
        self._cut: dict[tuple[tuple[str, int], ...], frozenset[int]] = {}

    def due_to(self, since: Mapping[str, datetime]) -> frozenset[int]:
        """The developments of each watchlist that were seen at its moment or later."""
        known = [(w, bisect.bisect_left(self._times[w], at)) for w, at in since.items() if w in self._times]
        key = tuple(sorted(known))
        if key not in self._cut:  # ten thousand followers share a few hundred of them
            self._cut[key] = frozenset(number for w, start in key for number in self._numbers[w][start:])
        return self._cut[key]


@dataclass(slots=True)
class Account:
    """What one subscriber should have, and what became of it so far."""

    follower: Follower
    due: frozenset[int]
    told: int = 0
    held: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    lost: dict[int, str] = field(default_factory=dict)
    """By development: what is wrong."""
    untold: frozenset[int] = frozenset()
    """In no mail, and nothing bars them: each needs a reason."""
    posted: frozenset[int] = frozenset()
    """Everything that is in a mail of theirs, due or not."""


def open_account(follower: Follower, calendar: Calendar, posted: Sequence[Posted]) -> Account:
    """What is due to a subscriber, and what their mails say of it."""
    firm = calendar.due_to(follower.since)
    mailed = frozenset(number for each in posted for number in each.developments)
    account = Account(follower, firm | calendar.due_to(follower.asked), posted=mailed)
    rest = account.due
    for each in posted:
        mine = each.developments & account.due
        rest -= mine
        _enter(account, each, mine)
    barred = follower.barred
    unconfirmed = frozenset() if barred else rest - firm
    if barred:
        account.held[barred.value] += len(rest)
    elif unconfirmed:
        account.held[Waits.UNCONFIRMED.value] += len(unconfirmed)
    account.untold = frozenset() if barred else rest - unconfirmed
    return account


def close_account(account: Account, reasons: Mapping[int, str], overdue: Mapping[int, str]) -> Account:
    """What is in no mail is held for its reason; `overdue` or without one it is a difference."""
    for number in account.untold:
        if number in overdue:
            account.lost[number] = overdue[number]
        elif number in reasons:
            account.held[reasons[number]] += 1
        else:
            account.lost[number] = "it is in no mail, and none will look for it again"
    return account


def draw(developments: int, accounts: Iterable[Account]) -> Balance:
    """The sums of all accounts."""
    some = [account for account in accounts if account.due]
    held: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for account in some:
        held.update(account.held)
        failed.update(account.failed)
    differences = (
        Difference(account.follower.id, account.follower.address, number, problem)
        for account in some
        for number, problem in sorted(account.lost.items())
    )
    different = sum(len(account.lost) for account in some)
    told = sum(account.told for account in some)
    due = sum(len(account.due) for account in some)
    return Balance(
        developments, len(some), due, told, +held, +failed, different, tuple(itertools.islice(differences, MOST))
    )


def _enter(account: Account, posted: Posted, mine: frozenset[int]) -> None:
    standing = posted.standing
    if standing is Standing.TOLD:
        account.told += len(mine)
    elif standing is Standing.HELD:
        account.held[Waits.OUTBOX.value] += len(mine)
    elif standing is Standing.FAILED:
        account.failed[posted.error or posted.state] += len(mine)
    else:
        account.lost.update(dict.fromkeys(mine, f"its mail is {posted.state}, and no other tells it"))

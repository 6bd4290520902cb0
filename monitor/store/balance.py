"""What the balance is drawn from: developments, who follows what since when, and what their mails tell.

Asked in portions, so that the outbox never waits long for the database: the telling tables of one portion are one
transaction, and so of one moment.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy
from sqlmodel import Session, String, cast, col, func, select

from monitor.balance import Follower, Posted, Seen
from monitor.store import outbox, untold
from monitor.tables import (
    ArticleRow,
    ConcernRow,
    DevelopmentRow,
    MailRow,
    NoteRow,
    SubscriberRow,
    SubscriptionRow,
    ToldRow,
)
from monitor.values import Mail, Waits

if TYPE_CHECKING:
    from collections.abc import Iterable

Sessions = Callable[[], AbstractContextManager[Session]]

Entry = tuple[Follower, list[Posted]]
"""A subscriber, and what their mails tell."""

PORTION = 500
"""Subscribers in one transaction: with 500 developments told to each 0.7 s, on a busy machine (benchmarks.balance)."""

_NOTE = "balance"


@dataclass(frozen=True, slots=True)
class Drawn:
    """The last balance, as it was noted."""

    at: datetime
    words: str
    differences: int
    told: frozenset[tuple[int, int]] = frozenset()
    """Subscriber and development of the differences that the operator was told of."""


class Books:
    """The tables of developments, subscriptions and mails, as the balance reads them."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def developments(self, since: datetime, until: datetime, watchlists: Sequence[str]) -> list[Seen]:
        """What was seen in between, and concerns any of the watchlists."""
        with self._sessions() as session:
            rows = session.exec(
                select(DevelopmentRow, ArticleRow.language, ConcernRow.watchlist)
                .join(ConcernRow, col(ConcernRow.development) == DevelopmentRow.id)
                .join(ArticleRow, col(ArticleRow.id) == DevelopmentRow.article)
                .where(DevelopmentRow.seen >= since, DevelopmentRow.seen <= until)
                .where(col(ConcernRow.watchlist).in_(watchlists))
            )
            concerns: dict[int, set[str]] = defaultdict(set)
            found: dict[int, tuple[DevelopmentRow, str]] = {}
            for row, language, watchlist in rows:
                concerns[row.id or 0].add(watchlist)
                found[row.id or 0] = (row, language)
            first = min(found, default=0) - 1
            gone, echoes = untold.withdrawn(session, first), untold.echoed(session, first)
            return [
                Seen(
                    number, row.seen, language, frozenset(concerns[number]), row.ready, frozenset(gone[number]),
                    frozenset(echoes[number]),
                )
                for number, (row, language) in found.items()
            ]  # fmt: skip

    def followers(self, watchlists: Sequence[str], first: int) -> Iterator[Entry]:
        """Everyone who follows any of the watchlists, with what mails tell of the developments from `first` on."""
        after = 0
        while True:
            with self._sessions() as session:
                numbers = _numbers(session, watchlists, after)
                portion = list(_portion(session, watchlists, numbers, first))
            yield from portion
            if len(numbers) < PORTION:
                return
            after = numbers[-1]

    def some(self, numbers: Iterable[int], watchlists: Sequence[str], first: int) -> list[Entry]:
        """The same of these subscribers alone."""
        with self._sessions() as session:
            return list(_portion(session, watchlists, sorted(numbers), first))

    def last(self) -> Drawn | None:
        """What the last nightly balance came to."""
        with self._sessions() as session:
            row = session.get(NoteRow, _NOTE)
            if row is None:
                return None
            noted = json.loads(row.value)
            told = frozenset((subscriber, development) for subscriber, development in noted["told"])
            return Drawn(datetime.fromisoformat(noted["at"]), noted["words"], noted["differences"], told)

    def keep(self, drawn: Drawn, mail: Mail | None) -> None:
        """One transaction: what it came to, and the mail that tells the operator of it."""
        told = sorted(list(pair) for pair in drawn.told)
        noted = {"at": drawn.at.isoformat(), "words": drawn.words, "differences": drawn.differences, "told": told}
        with self._sessions() as session:
            session.merge(NoteRow(key=_NOTE, value=json.dumps(noted)))
            if mail:
                outbox.queue(session, mail, drawn.at, kind="notice")


def _numbers(session: Session, watchlists: Sequence[str], after: int) -> list[int]:
    """The next portion of those who follow any of the watchlists."""
    followed = select(SubscriptionRow.subscriber).where(
        col(SubscriptionRow.left).is_(None), col(SubscriptionRow.watchlist).in_(watchlists)
    )
    mine = select(SubscriberRow.id).where(
        col(SubscriberRow.active), col(SubscriberRow.id) > after, col(SubscriberRow.id).in_(followed)
    )
    return [number or 0 for number in session.exec(mine.order_by(col(SubscriberRow.id)).limit(PORTION))]


def _portion(session: Session, watchlists: Sequence[str], numbers: Sequence[int], first: int) -> Iterator[Entry]:
    posted = _posted(session, numbers, first)
    since: dict[int, dict[str, datetime]] = defaultdict(dict)
    asked: dict[int, dict[str, datetime]] = defaultdict(dict)
    follows = select(
        SubscriptionRow.subscriber, SubscriptionRow.watchlist, SubscriptionRow.since, SubscriptionRow.pending
    ).where(
        col(SubscriptionRow.subscriber).in_(numbers),
        col(SubscriptionRow.left).is_(None),
        col(SubscriptionRow.watchlist).in_(watchlists),
    )
    for subscriber, watchlist, moment, pending in session.exec(follows):
        (asked if pending else since)[subscriber][watchlist] = moment
    people = select(SubscriberRow).where(col(SubscriberRow.id).in_(numbers), col(SubscriberRow.active))
    for row in session.exec(people.order_by(col(SubscriberRow.id))):
        number = row.id or 0
        barred = Waits.SUPPRESSED if row.suppressed else None if row.confirmed else Waits.UNCONFIRMED
        follower = Follower(number, row.address, since[number], asked[number], barred, tuple(row.languages))
        yield follower, posted.get(number, [])


def _posted(session: Session, numbers: Sequence[int], first: int) -> dict[int, list[Posted]]:
    """One row for each subscriber, state and reason: a row for each development would be millions."""
    listed = func.aggregate_strings(cast(ToldRow.development, String), ",")
    rows = session.execute(
        sqlalchemy.select(col(ToldRow.subscriber), col(MailRow.state), col(MailRow.error), listed)
        .join(MailRow, col(MailRow.id) == ToldRow.mail)
        .where(col(ToldRow.subscriber).in_(numbers), col(ToldRow.development) >= first)
        .group_by(col(ToldRow.subscriber), col(MailRow.state), col(MailRow.error))
    )
    found: dict[int, list[Posted]] = defaultdict(list)
    for subscriber, state, error, developments in rows:
        found[subscriber].append(Posted(state, error, frozenset(map(int, developments.split(",")))))
    return found

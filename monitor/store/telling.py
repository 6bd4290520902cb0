"""What is still to be told, asked for all subscribers at once; and the one transaction that marks it as told.

Each subscription has a mark, `settled`: up to that development nothing is left to be told. So a look that finds nothing
new costs one query, however many subscribers and however much history there is. Who makes told developments untold
again (a mail that never went out) calls `people.reopen` in the same transaction.
"""

from __future__ import annotations

import itertools
import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime  # noqa: TC003
from typing import Any

import sqlalchemy
from sqlalchemy import bindparam
from sqlalchemy.orm import defer
from sqlmodel import Session, and_, col, func, or_, select, update

from monitor.store import citing, untold
from monitor.store.archive import novels_of
from monitor.store.outbox import Outbox, queue
from monitor.store.people import Following, Reader
from monitor.tables import (
    ArticleRow,
    ConcernRow,
    DevelopmentRow,
    HitRow,
    MailRow,
    SubscriberRow,
    SubscriptionRow,
    ToldRow,
)
from monitor.values import Development, Mail, News, Report, Subscriber, Thread

Sessions = Callable[[], AbstractContextManager[Session]]

CHUNK = 500
"""Numbers in one IN (...)."""
GONE = ("failed", "suppressed", "replaced")
"""States of mails that never reached their reader."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When the mails of a subscription may come: ten thousand of them share a few."""

    zone: str
    quiet: str | None
    cadence: str
    served: datetime | None


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A development as one decides about it: without its texts."""

    id: int
    story: str
    article: str
    seen: datetime
    language: str
    concerns: Mapping[str, News]
    """By watchlist, what it is there; without those from whose followers a person's word withdrew it."""
    ready: datetime
    """When it could be told: when it was seen, or when a person's word brought it out."""
    echoes: frozenset[int] = frozenset()
    """Developments of its story: who was told one of them learns nothing from it."""
    withdrawn: Mapping[str, str] = field(default_factory=dict)
    """By watchlist, the word that withdrew it."""


@dataclass(frozen=True, slots=True)
class Mention:
    """An article of a story, whether it brought something new or not: without its texts."""

    article: str
    seen: datetime
    language: str
    news: News
    nearest: str | None
    """The article that it resembles most."""
    watchlists: frozenset[str]
    """Those that hit it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A development in a mail to one subscriber."""

    development: int
    subject: str
    state: str
    composed: datetime
    sent: datetime | None
    next_try: datetime
    error: str | None


@dataclass(frozen=True, slots=True)
class Letter:
    """A digest on its way into the outbox, with everything that changes with it."""

    subscriber: int
    mail: Mail
    told: Sequence[int]
    served: Mapping[str, datetime]
    settled: Mapping[str, int]


class Telling:
    """The tables of developments, subscriptions and mails, where they meet."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def rhythms(self, watchlists: Sequence[str]) -> list[Rhythm]:
        """The rhythms of those who may be mailed and for whom something may be untold: each once."""
        with self._sessions() as session:
            which = _unsettled(session, watchlists)
            rows = session.execute(
                sqlalchemy.select(
                    col(SubscriberRow.zone),
                    col(SubscriberRow.quiet),
                    col(SubscriptionRow.cadence),
                    col(SubscriptionRow.served),
                )
                .join(SubscriptionRow, col(SubscriptionRow.subscriber) == SubscriberRow.id)
                .where(*which)
                .distinct()
            )
            return [Rhythm(*row) for row in rows]

    def unsettled(self, watchlists: Sequence[str]) -> list[Reader]:
        """Those who may be mailed and for whom something may be untold, with the watchlists that they follow."""
        with self._sessions() as session:
            which = _unsettled(session, watchlists)
            numbers = (
                select(SubscriptionRow.subscriber)
                .join(SubscriberRow, col(SubscriberRow.id) == SubscriptionRow.subscriber)
                .where(*which)
            )
            return list(_readers(session, watchlists, col(SubscriberRow.id).in_(numbers)))

    def bulletins(self, watchlists: Iterable[str], after: int) -> list[Bulletin]:
        """The developments of some watchlists above a mark, in the order of their numbers."""
        with self._sessions() as session:
            rows = session.exec(
                select(DevelopmentRow, ArticleRow.language, ConcernRow.watchlist, ConcernRow.news)
                .join(ConcernRow, col(ConcernRow.development) == DevelopmentRow.id)
                .join(ArticleRow, col(ArticleRow.id) == DevelopmentRow.article)
                .where(col(ConcernRow.watchlist).in_(list(watchlists)), col(DevelopmentRow.id) > after)
                .order_by(col(DevelopmentRow.id), col(ConcernRow.watchlist))
            )
            gone, echoes = untold.withdrawn(session, after), untold.echoed(session, after)
            found: dict[int, Bulletin] = {}
            concerns: dict[int, dict[str, News]] = defaultdict(dict)
            for row, language, watchlist, news in rows:
                number = row.id or 0
                if watchlist not in gone[number]:
                    concerns[number][watchlist] = News(news)
                if number not in found:
                    found[number] = Bulletin(
                        number, row.story, row.article, row.seen, language, concerns[number], row.ready or row.seen,
                        frozenset(echoes[number]), gone[number],
                    )  # fmt: skip
            return list(found.values())

    def bulletin(self, article: str) -> Bulletin | None:
        """The development that an article brought, if it brought one."""
        with self._sessions() as session:
            number = session.exec(select(DevelopmentRow.id).where(DevelopmentRow.article == article)).first()
            if number is None:
                return None
            concerned = session.exec(select(ConcernRow.watchlist).where(ConcernRow.development == number)).all()
        return next((each for each in self.bulletins(concerned, number - 1) if each.id == number), None)

    def mails_of(self, subscriber: int, story: str) -> list[Sent]:
        """The mails that told a subscriber of a story, oldest first."""
        with self._sessions() as session:
            rows = session.exec(
                select(MailRow, ToldRow.development)
                .join(ToldRow, col(ToldRow.mail) == MailRow.id)
                .join(DevelopmentRow, col(DevelopmentRow.id) == ToldRow.development)
                .where(ToldRow.subscriber == subscriber, DevelopmentRow.story == story)
                .order_by(col(MailRow.id))
            )
            return [
                Sent(development, row.subject, row.state, row.created, row.sent, row.next_try, row.error)
                for row, development in rows
            ]

    def told(self, marks: Mapping[int, int], others: Iterable[int] = ()) -> dict[int, frozenset[int]]:
        """By subscriber: the developments that they were told, of those above their mark and of some `others`."""
        beside = list(others)
        found: dict[int, set[int]] = defaultdict(set)
        with self._sessions() as session:
            for chunk in _chunks(sorted(marks, key=marks.__getitem__)):
                above = col(ToldRow.development) > min(marks[each] for each in chunk)
                above = or_(above, col(ToldRow.development).in_(beside)) if beside else above
                told = select(ToldRow.subscriber, ToldRow.development)
                for subscriber, development in session.exec(told.where(col(ToldRow.subscriber).in_(chunk), above)):
                    found[subscriber].add(development)
        return {subscriber: frozenset(each) for subscriber, each in found.items()}

    def stories_told(self, subscribers: Sequence[int], stories: Iterable[str]) -> dict[int, frozenset[str]]:
        """By subscriber: which of these stories they were told of."""
        found: dict[int, set[str]] = defaultdict(set)
        told = (
            select(ToldRow.subscriber, DevelopmentRow.story)
            .join(DevelopmentRow, col(DevelopmentRow.id) == ToldRow.development)
            .where(col(DevelopmentRow.story).in_(set(stories)))
            .distinct()
        )
        with self._sessions() as session:
            for chunk in _chunks(subscribers):
                for subscriber, story in session.exec(told.where(col(ToldRow.subscriber).in_(chunk))):
                    found[subscriber].add(story)
        return {subscriber: frozenset(each) for subscriber, each in found.items()}

    def last_mails(self, subscribers: Sequence[int]) -> dict[int, datetime]:
        """By subscriber: when their last digest was composed."""
        found: dict[int, datetime] = {}
        with self._sessions() as session:
            for chunk in _chunks(subscribers):
                latest = select(MailRow.subscriber, func.max(MailRow.created)).where(
                    col(MailRow.subscriber).in_(chunk), MailRow.kind == "digest"
                )
                for subscriber, moment in session.exec(latest.group_by(col(MailRow.subscriber))):
                    found[subscriber or 0] = moment
        return found

    def silent(self, watchlists: Sequence[str], since: datetime) -> list[tuple[Reader, datetime]]:
        """Who wants a sign of life and got no mail after `since`, with when they got the last, or said yes."""
        person = SubscriberRow
        wanting = (
            col(person.sign_of_life),
            col(person.active),
            col(person.confirmed) <= since,
            col(person.suppressed).is_(None),
        )
        with self._sessions() as session:
            last = dict(session.exec(select(person.id, person.confirmed).where(*wanting)).all())
            for chunk in _chunks(list(last)):
                latest = (
                    select(MailRow.subscriber, func.max(MailRow.created))
                    .where(col(MailRow.subscriber).in_(chunk), col(MailRow.kind).in_(["digest", "sign of life"]))
                    .group_by(col(MailRow.subscriber))
                )
                last.update(session.exec(latest).all())
            readers = list(_readers(session, watchlists, *wanting)) if last else []
        dated = ((reader, last[reader.subscriber.id]) for reader in readers)
        return [(reader, at) for reader, at in dated if at is not None and at <= since]

    def keep_sign_of_life(self, subscriber: int, mail: Mail, now: datetime) -> None:
        """It waits in the outbox as digests do."""
        with self._sessions() as session:
            queue(session, mail, now, subscriber, kind="sign of life")

    def mentions(self, stories: Iterable[str]) -> dict[str, list[Mention]]:
        """By story: its articles, oldest first."""
        found: dict[str, list[Mention]] = defaultdict(list)
        with self._sessions() as session:
            for chunk in _chunks(sorted(set(stories))):
                hits: dict[str, set[str]] = defaultdict(set)
                placed = select(HitRow.article, HitRow.watchlist).join(ArticleRow, col(ArticleRow.id) == HitRow.article)
                for article, watchlist in session.exec(placed.where(col(ArticleRow.story).in_(chunk)).distinct()):
                    hits[article].add(watchlist)
                rows = sqlalchemy.select(
                    col(ArticleRow.story), col(ArticleRow.id), col(ArticleRow.seen), col(ArticleRow.language),
                    col(ArticleRow.news), col(ArticleRow.nearest),
                ).where(col(ArticleRow.story).in_(chunk))  # fmt: skip
                ordered = rows.order_by(col(ArticleRow.seen))
                for story, article, seen, language, news, nearest in session.execute(ordered):
                    mention = Mention(article, seen, language, News(news), nearest, frozenset(hits[article]))
                    found[story or ""].append(mention)
        return dict(found)

    def developments(self, bulletins: Iterable[Bulletin]) -> dict[int, Development]:
        """Developments with their texts, by number; each as what it is to those who follow all its watchlists."""
        wanted = {each.article: each for each in bulletins}
        with self._sessions() as session:
            rows = [(wanted[row.id], row, report) for row, report in citing.cited(session, sorted(wanted))]
            reasons = citing.reasons(session, [row for _, row, _ in rows])
            return {each.id: _development(each, row, report, reasons[row.id]) for each, row, report in rows}

    def reports(self, articles: Iterable[str]) -> dict[str, Report]:
        """Articles as a digest cites them, by id."""
        with self._sessions() as session:
            return {row.id: report for row, report in citing.cited(session, sorted(set(articles)))}

    def threads(self, subscribers: Sequence[int], stories: Iterable[str]) -> dict[tuple[int, str], Thread]:
        """By subscriber and story: the mails that told of the story alone."""
        found: dict[tuple[int, str], Thread] = {}
        with self._sessions() as session:
            for chunk in _chunks(subscribers):
                mails = (
                    select(MailRow)
                    .options(defer(col(MailRow.data)))  # type: ignore[arg-type] # a column as SQLAlchemy knows it
                    .where(col(MailRow.story).in_(set(stories)), col(MailRow.subscriber).in_(chunk))
                    .where(col(MailRow.state).not_in(GONE))
                )
                for mail in session.exec(mails.order_by(col(MailRow.id))):
                    key = (mail.subscriber or 0, mail.story or "")
                    known = found.get(key, Thread(mail.subject, mail.message_id, "", 0, mail.created))
                    found[key] = replace(known, latest=mail.message_id, mails=known.mails + 1)
        return found

    def keep(self, letters: Sequence[Letter], now: datetime) -> None:
        """One transaction: the frozen mails, what they tell as told, what they serve as served."""
        with self._sessions() as session:
            outbox = Outbox(lambda: nullcontext(session))
            for letter in letters:
                outbox.keep(letter.subscriber, letter.mail, letter.told, now)
            served = [(letter.subscriber, letter.served) for letter in letters]
            _note(session, SubscriptionRow.served, served)
            _note(session, SubscriptionRow.settled, [(letter.subscriber, letter.settled) for letter in letters])

    def settle(self, marks: Mapping[int, Mapping[str, int]]) -> None:
        """By subscriber and watchlist: up to there nothing is left to be told."""
        with self._sessions() as session:
            _note(session, SubscriptionRow.settled, list(marks.items()))


# --- rows ----------------------------------------------------------------------------------------------------------


def _chunks(numbers: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (numbers[start : start + CHUNK] for start in range(0, len(numbers), CHUNK))


def _unsettled(session: Session, watchlists: Sequence[str]) -> list[Any]:
    """Conditions: subscriptions with something above their mark, of those who may be mailed."""
    behind = []
    for watchlist in watchlists:  # an index answers each at once, however many developments there are
        newest = session.exec(select(func.max(ConcernRow.development)).where(ConcernRow.watchlist == watchlist)).one()
        if newest is not None:
            behind.append(and_(SubscriptionRow.watchlist == watchlist, SubscriptionRow.settled < newest))
    return [
        or_(False, *behind),
        col(SubscriptionRow.left).is_(None),
        col(SubscriptionRow.pending).is_(False),
        col(SubscriberRow.active),
        col(SubscriberRow.confirmed).is_not(None),
        col(SubscriberRow.suppressed).is_(None),
    ]


def _readers(session: Session, watchlists: Sequence[str], *which: Any) -> Iterator[Reader]:
    """Columns instead of rows of the mapper: there may be ten thousand of them at each look."""
    person, follows = SubscriberRow, SubscriptionRow
    rows = session.execute(
        sqlalchemy.select(
            col(person.id), col(person.address), col(person.zone), col(person.language), col(person.languages),
            col(person.quiet), col(person.cap), col(follows.watchlist), col(follows.since), col(follows.cadence),
            col(follows.served), col(follows.settled), col(follows.pending),
        )
        .join(follows, col(follows.subscriber) == person.id)
        .where(*which, col(follows.left).is_(None), col(follows.watchlist).in_(watchlists))
        .order_by(col(person.id), col(follows.watchlist))
    )  # fmt: skip
    for _, group in itertools.groupby(rows, key=operator.itemgetter(0)):
        mine = list(group)
        number, address, zone, language, languages, quiet, cap, *_ = mine[0]
        following = {row[7]: Following(*row[8:]) for row in mine}
        followed = tuple(watchlist for watchlist, each in following.items() if not each.pending)
        subscriber = Subscriber(number, address, followed, zone, language, tuple(languages), cap)
        yield Reader(subscriber, following, None, active=True, suppressed=None, confirmed=True, quiet=quiet)


def _development(bulletin: Bulletin, row: ArticleRow, report: Report, why: str) -> Development:
    return Development(
        id=bulletin.id,
        story=bulletin.story,
        news=News.DEVELOPMENT if News.DEVELOPMENT in bulletin.concerns.values() else News.STORY,
        new=novels_of(row.new),
        report=report,
        watchlists=tuple(bulletin.concerns),
        seen=bulletin.seen,
        sure=row.sure,
        why=why,
    )


def _note(session: Session, column: Any, notes: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
    """Set one column of subscriptions, given by subscriber and watchlist."""
    rows = [
        {"by": subscriber, "of": watchlist, "value": value}
        for subscriber, each in notes
        for watchlist, value in each.items()
    ]
    if rows:
        which = and_(
            col(SubscriptionRow.subscriber) == bindparam("by"), col(SubscriptionRow.watchlist) == bindparam("of")
        )
        session.connection().execute(
            update(SubscriptionRow).where(which).values({column.key: bindparam("value", type_=column.type)}), rows
        )

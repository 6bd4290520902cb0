"""How feeds fare, from what is kept of them, and which troubles the operator was told of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, and_, case, col, exists, func, or_, select

from monitor.health import LEAST_PATIENCE, Record, State
from monitor.store import outbox
from monitor.tables import AlarmRow, ArticleRow, FeedRow, HitRow, ItemRow, NoteRow

if TYPE_CHECKING:
    from monitor.values import Mail

Sessions = Callable[[], AbstractContextManager[Session]]

RECENT = timedelta(days=14)
"""The days over which items a day are counted."""

WEEK = timedelta(days=7)

MOST_ITEMS = 2000
"""Of a quiet feed so many of its latest items are looked at: a month of the busiest."""

_LETTER = "operator was written to"
_MOMENT: Any = case(
    (and_(col(ItemRow.published).is_not(None), col(ItemRow.published) <= ItemRow.announced), ItemRow.published),
    else_=ItemRow.announced,
)
"""When an item was news: its own date, unless it has none or one that lies ahead."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A trouble that the operator was told of."""

    feed: str
    trouble: State
    told: datetime
    by_mail: bool
    over: bool = False


@dataclass(frozen=True, slots=True)
class _News:
    """What a feed's items say of it, in sums."""

    last: datetime
    per_day: float


class Health:
    """Records of the feeds, and the table of alarms."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def records(self, now: datetime, feed: str | None = None) -> dict[str, Record]:
        """What is known of each feed, or of one, by its address."""
        with self._sessions() as session:
            rows = session.connection().execute(_RECORDS.where(*_only(feed, FeedRow.url))).all()
            news, hits = _news(session, now, feed), _hits(session, now - WEEK, feed)
            quiet = [url for url, sums in news.items() if now - sums.last > LEAST_PATIENCE]
            moments = _moments(session, quiet)
            return {
                row.url: _record(
                    row,
                    last_news=news[row.url].last if row.url in news else None,
                    per_day=news[row.url].per_day if row.url in news else None,
                    moments=moments.get(row.url, ()),
                    hits=hits.get(row.url, 0),
                )
                for row in rows
            }

    def alarms(self) -> list[Alarm]:
        """The troubles that the operator was told of, those that have ended too."""
        with self._sessions() as session:
            return [
                Alarm(row.feed, State(row.trouble), row.told, row.mail is not None, row.over is not None)
                for row in session.exec(select(AlarmRow).order_by(AlarmRow.feed, AlarmRow.trouble))
            ]

    def last_letter(self) -> datetime | None:
        """When the operator was last written to."""
        with self._sessions() as session:
            row = session.get(NoteRow, _LETTER)
            return datetime.fromisoformat(row.value) if row else None

    def keep_alarms(
        self, told: Iterable[tuple[str, State]], ended: Iterable[tuple[str, State]], mail: Mail | None, now: datetime
    ) -> None:
        """One transaction: the mail into the outbox, its troubles as told, the ended ones as over."""
        with self._sessions() as session:
            number = outbox.queue(session, mail, now, kind="notice") if mail else None
            if mail:
                session.merge(NoteRow(key=_LETTER, value=now.isoformat()))
            for feed, trouble in told:
                session.merge(AlarmRow(feed=feed, trouble=trouble.value, told=now, mail=number, over=None))
            for feed, trouble in ended:
                row = session.get(AlarmRow, (feed, trouble.value))
                if row is not None:
                    row.over = now


_RECORDS = select(  # type: ignore[call-overload, misc]  # columns, for a whole row of SQLModel's takes five times as long
    FeedRow.url, FeedRow.title, FeedRow.next_due, FeedRow.why_then, FeedRow.last_polled, FeedRow.last_success,
    FeedRow.failures, FeedRow.error, FeedRow.active, FeedRow.failing_since, FeedRow.move, FeedRow.advice,
)  # fmt: skip


def _record(row: Any, **more: Any) -> Record:
    """The one place where a feed's row becomes a record."""
    return Record(
        row.url,
        row.title,
        next_due=row.next_due,
        why_then=row.why_then,
        last_polled=row.last_polled,
        last_success=row.last_success,
        failures=row.failures,
        error=row.error,
        active=row.active,
        failing_since=row.failing_since,
        moved_to=row.move["to"] if row.move and row.move["settled"] else None,
        overflow=f"items may have been missed: {row.advice}" if row.advice else None,
        **more,
    )


def _only(feed: str | None, column: str) -> list[Any]:
    """The condition that it is this feed; none where all of them are meant."""
    return [] if feed is None else [column == feed]


def _news(session: Session, now: datetime, only: str | None) -> dict[str, _News]:
    """Sums over each feed's items. What its first answer held was news when it was dated, not when we came.

    Each question goes by the index of a feed's items in their order: over 100,000 items they take 16 ms together, one
    question that looks at each item 60 ms (benchmarks/pages.py).
    """
    counted = _recent(session, now - RECENT, only)
    found = {}
    for feed, began, latest in _ends(session, only):
        count, since = counted.get(feed, (0, None))
        days = max(timedelta(days=1), now - since) / timedelta(days=1) if since else 1.0
        last = latest if latest > began else session.exec(select(func.max(_MOMENT)).where(ItemRow.feed == feed)).one()
        found[feed] = _News(last, count / days)
    return found


def _recent(session: Session, since: datetime, only: str | None) -> dict[str, tuple[int, datetime]]:
    """Of each feed that had any: how many items were news since then, and when the first of them was."""
    rows = session.exec(
        select(FeedRow.url, func.count(), func.min(_MOMENT))
        .join(ItemRow, col(ItemRow.feed) == FeedRow.url)
        .where(ItemRow.announced >= since, _is_fresh(since), *_only(only, FeedRow.url))
        .group_by(FeedRow.url)
    )
    return {feed: (count, first) for feed, count, first in rows}


def _is_fresh(since: datetime) -> Any:
    """Whether what was announced since a moment was news since then: `since <= _MOMENT` at half its price."""
    return or_(col(ItemRow.published).is_(None), col(ItemRow.published) >= since)


def _ends(session: Session, only: str | None) -> list[tuple[str, datetime, datetime]]:
    """Each feed that has items, with the moments at which the first and the last of them were announced."""
    announced, of_it = col(ItemRow.announced), ItemRow.feed == FeedRow.url
    first = select(announced).where(of_it).order_by(announced).limit(1).scalar_subquery()
    last = select(announced).where(of_it).order_by(announced.desc()).limit(1).scalar_subquery()
    rows = session.exec(select(FeedRow.url, first, last).where(*_only(only, FeedRow.url)))
    return [(url, began, latest) for url, began, latest in rows if began]


def _hits(session: Session, since: datetime, only: str | None) -> dict[str, int]:
    """Articles with a hit that were read since then, by the feed that announced them."""
    is_hit = exists().where(col(HitRow.article) == ArticleRow.id)
    found = select(ArticleRow.id).where(ArticleRow.seen >= since, col(ArticleRow.story).is_not(None), is_hit)
    return dict(
        session.exec(
            select(ItemRow.feed, func.count(func.distinct(ItemRow.article)))
            .where(col(ItemRow.article).in_(found), *_only(only, ItemRow.feed))
            .group_by(ItemRow.feed)
        ).all()
    )


def _moments(session: Session, feeds: Sequence[str]) -> dict[str, tuple[datetime, ...]]:
    """Of each of these feeds: when its latest items were news."""
    place = func.row_number().over(partition_by=col(ItemRow.feed), order_by=col(ItemRow.id).desc())
    ranked = select(ItemRow.feed, _MOMENT.label("moment"), place.label("place")).where(col(ItemRow.feed).in_(feeds))
    latest = ranked.subquery()
    found: dict[str, set[datetime]] = {}
    for feed, moment in session.exec(select(latest.c.feed, latest.c.moment).where(latest.c.place <= MOST_ITEMS)):
        found.setdefault(feed, set()).add(moment)
    return {feed: tuple(sorted(moments)) for feed, moments in found.items()}

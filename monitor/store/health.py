"""How feeds fare, from what is kept of them, and which troubles the operator was told of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, and_, case, col, func, select

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

    def records(self, now: datetime) -> dict[str, Record]:
        """What is known of each feed, by its address."""
        with self._sessions() as session:
            rows = session.exec(select(FeedRow)).all()
            news, hits = _news(session, now), _hits(session, now - WEEK)
            quiet = [url for url, sums in news.items() if now - sums.last > LEAST_PATIENCE]
            moments = {url: _moments(session, url) for url in quiet}
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


def _record(row: FeedRow, **more: Any) -> Record:
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


def _news(session: Session, now: datetime) -> dict[str, _News]:
    """Sums over each feed's items. What its first answer held was news when it was dated, not when we came."""
    recent = func.count(case((now - RECENT <= _MOMENT, 1)))
    first = func.min(case((now - RECENT <= _MOMENT, _MOMENT)))
    dates = (func.min(ItemRow.announced), func.max(ItemRow.announced), func.max(_MOMENT))
    found = {}
    for feed, count, since, began, latest, dated in session.exec(
        select(ItemRow.feed, recent, first, *dates).group_by(ItemRow.feed)  # type: ignore[call-overload] # six columns
    ):
        days = max(timedelta(days=1), now - since) / timedelta(days=1) if since else 1.0
        found[feed] = _News(latest if latest > began else dated, count / days)
    return found


def _hits(session: Session, since: datetime) -> dict[str, int]:
    """Articles with a hit that were read since then, by the feed that announced them."""
    return dict(
        session.exec(
            select(ItemRow.feed, func.count(func.distinct(ArticleRow.id)))
            .join(ArticleRow, col(ArticleRow.id) == ItemRow.article)
            .join(HitRow, col(HitRow.article) == ArticleRow.id)
            .where(ArticleRow.seen >= since)
            .group_by(ItemRow.feed)
        ).all()
    )


def _moments(session: Session, feed: str) -> tuple[datetime, ...]:
    latest = select(_MOMENT).where(ItemRow.feed == feed).order_by(col(ItemRow.id).desc()).limit(MOST_ITEMS)
    return tuple(sorted(set(session.exec(latest))))

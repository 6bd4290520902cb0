"""The wall clock was set: what was noted by it moves along, so that every wait keeps its length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, col, select, update

from monitor import cadence
from monitor.store import polls
from monitor.tables import ArticleRow, DevelopmentRow, FeedRow, ItemRow, MailRow, SubscriberRow, SubscriptionRow
from monitor.values import WAITING

if TYPE_CHECKING:
    from datetime import datetime, timedelta


def shift(session: Session, step: timedelta, now: datetime) -> None:
    """Move what was noted before the clock was set by `step` to `now`, within the caller's transaction."""
    _feeds(session, step)
    _items(session, step, now)
    _mails(session, step)
    _subscriptions(session, step)
    _not_in_the_future(session, now)


def _feeds(session: Session, step: timedelta) -> None:
    for row in session.exec(select(FeedRow).where(col(FeedRow.last_polled).is_not(None))):
        for name in polls.MOMENTS:
            moment = getattr(row, name)
            setattr(row, name, moment and moment + step)


def _items(session: Session, step: timedelta, now: datetime) -> None:
    for item in session.exec(select(ItemRow).where(ItemRow.state == "owed", ItemRow.next_try > now)):
        item.next_try += step


def _mails(session: Session, step: timedelta) -> None:
    """The next try, and the age that decides when a mail is given up."""
    for mail in session.exec(select(MailRow).where(col(MailRow.state).in_(WAITING))):
        mail.next_try += step
        mail.created += step
        mail.since += step


def _subscriptions(session: Session, step: timedelta) -> None:
    """The slot that a wrong clock looked after is the one nearest to it by the right clock.

    So a clock that was some hours wrong serves no day twice and leaves none out.
    """
    served = select(SubscriptionRow, SubscriberRow.zone).join(
        SubscriberRow, col(SubscriberRow.id) == SubscriptionRow.subscriber
    )
    for row, zone in session.exec(served.where(col(SubscriptionRow.served).is_not(None))):
        assert row.served is not None
        row.served = cadence.nearest(cadence.parse(row.cadence), cadence.zone(zone), row.served + step)


def _not_in_the_future(session: Session, now: datetime) -> None:
    """What was seen and begun by a clock that ran ahead was so by now, and in the same order.

    All of it at `now` itself would make news of before a subscription look like news of after it.
    """
    ahead = [
        (table, key, at)
        for table in _DATED
        for key, at in session.exec(select(table.key, table.moment).where(table.moment > now)).all()
    ]
    latest = max((at for _, _, at in ahead), default=now)
    for table, key, at in ahead:
        closer = now - (latest - at) / _CLOSER
        session.exec(update(table.rows).where(table.key == key).values({table.moment.key: closer}))


@dataclass(frozen=True, slots=True)
class _Dated:
    """A table with moments that have an order among each other."""

    rows: Any
    key: Any
    moment: Any


_DATED = (
    _Dated(DevelopmentRow, DevelopmentRow.id, DevelopmentRow.seen),
    _Dated(ArticleRow, ArticleRow.number, ArticleRow.seen),
    _Dated(SubscriptionRow, SubscriptionRow.id, SubscriptionRow.since),
)
_CLOSER = 100_000
"""Times as near to each other as they were: hours become tenths of a second, and a tenth of a second a microsecond."""

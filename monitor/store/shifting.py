"""The wall clock was set: what was noted by it moves along, so that every wait keeps its length."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, col, select, update

from monitor import cadence
from monitor.store import polls
from monitor.tables import ArticleRow, DevelopmentRow, FeedRow, ItemRow, MailRow, SubscriberRow, SubscriptionRow
from monitor.tables.hooks import HookMessageRow
from monitor.values import WAITING

if TYPE_CHECKING:
    from datetime import datetime


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
    """The next try, and the age that decides when a mail or a webhook's message is given up."""
    for mail in session.exec(select(MailRow).where(col(MailRow.state).in_(WAITING))):
        mail.next_try += step
        mail.created += step
        mail.since += step
    for message in session.exec(select(HookMessageRow).where(HookMessageRow.state == "waiting")):
        message.next_try += step
        message.created += step


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
    """What was seen and begun by a clock that ran ahead was so by now; in its order, a microsecond apart.

    By the step it would come to lie before what is not in the future, and was seen earlier. At one moment all together,
    what was seen right before somebody began to follow would be theirs.
    """
    columns: list[tuple[Any, Any]] = [(DevelopmentRow, col(DevelopmentRow.seen)), (ArticleRow, col(ArticleRow.seen))]
    columns += [(DevelopmentRow, col(DevelopmentRow.ready)), (SubscriptionRow, col(SubscriptionRow.since))]
    ahead = {moment for _, each in columns for moment in session.exec(select(each).where(each > now).distinct())}
    for place, moment in enumerate(sorted(ahead, reverse=True)):
        for table, each in columns:
            session.exec(update(table).where(each == moment).values({each.key: now - timedelta(microseconds=place)}))

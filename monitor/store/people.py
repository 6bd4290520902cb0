"""Subscribers and what they follow; addresses under `notify:` are vouched for by the operator."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003

from sqlmodel import Session, col, delete, func, select, update

from monitor.tables import MailRow, SubscriberRow, SubscriptionRow
from monitor.values import Subscriber

Sessions = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Following:
    """One watchlist that a subscriber follows."""

    since: datetime
    cadence: str
    """As it is written, e.g. "daily 07:30"."""
    served: datetime | None
    """The due time that was last looked after."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A subscriber with everything that decides what is due to them."""

    subscriber: Subscriber
    follows: dict[str, Following]
    """By watchlist id."""
    last_mail: datetime | None
    """When their last digest was composed."""
    active: bool
    suppressed: str | None
    confirmed: bool
    quiet: str | None
    """Hours without mail, in their zone, e.g. "22:00-07:00"."""

    @property
    def since(self) -> dict[str, datetime]:
        """Since when they follow each watchlist."""
        return {watchlist: following.since for watchlist, following in self.follows.items()}


class People:
    """The tables of subscribers and subscriptions."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def add(self, address: str, watchlists: Sequence[str], now: datetime, zone: str = "UTC") -> Subscriber:
        """Subscribe an address to watchlists; known or unsubscribed before, they are back."""
        with self._sessions() as session:
            row = _subscriber(session, address, now)
            row.active, row.suppressed, row.zone = True, None, zone
            row.confirmed = row.confirmed or now
            known = set(session.exec(select(SubscriptionRow.watchlist).where(SubscriptionRow.subscriber == row.id)))
            for watchlist in watchlists:
                if watchlist not in known:
                    session.add(SubscriptionRow(subscriber=row.id or 0, watchlist=watchlist, since=now))
            session.flush()
            return _person(row, known | set(watchlists))

    def remove(self, address: str) -> bool:
        """End every subscription of an address; False where it is not known."""
        with self._sessions() as session:
            row = session.exec(select(SubscriberRow).where(SubscriberRow.address == address.lower())).first()
            if row is None:
                return False
            row.active = False
            session.exec(delete(SubscriptionRow).where(col(SubscriptionRow.subscriber) == row.id))
            return True

    def vouch(self, notify: Mapping[str, Sequence[str]], now: datetime) -> None:
        """Make `notify:` of each watchlist (id -> addresses) true; who unsubscribed stays unsubscribed."""
        wanted = {(address.lower(), w) for w, addresses in notify.items() for address in addresses}
        with self._sessions() as session:
            rows = session.exec(
                select(SubscriptionRow, SubscriberRow.address).join(
                    SubscriberRow, col(SubscriberRow.id) == SubscriptionRow.subscriber
                )
            ).all()
            for row, address in rows:
                if row.vouched and (address, row.watchlist) not in wanted:
                    session.delete(row)
            for address, watchlist in sorted(wanted - {(address, row.watchlist) for row, address in rows}):
                subscriber = _subscriber(session, address, now)
                if subscriber.active:
                    subscriber.confirmed = subscriber.confirmed or now
                    session.add(
                        SubscriptionRow(subscriber=subscriber.id or 0, watchlist=watchlist, since=now, vouched=True)
                    )

    def readers(self) -> list[Reader]:
        """Everyone, in the order of their sign-up."""
        with self._sessions() as session:
            follows: dict[int, dict[str, Following]] = {}
            for row in session.exec(select(SubscriptionRow).order_by(SubscriptionRow.watchlist)):
                follows.setdefault(row.subscriber, {})[row.watchlist] = Following(row.since, row.cadence, row.served)
            latest = select(MailRow.subscriber, func.max(MailRow.created)).group_by(col(MailRow.subscriber))
            last = dict(session.exec(latest).all())
            rows = session.exec(select(SubscriberRow).order_by(col(SubscriberRow.id)))
            return [_reader(row, follows.get(row.id or 0, {}), last.get(row.id or 0)) for row in rows]

    def unsubscribe(self, subscriber: int) -> bool:
        return self._set_active(subscriber, active=False)

    def resubscribe(self, subscriber: int) -> bool:
        return self._set_active(subscriber, active=True)

    def suppress(self, subscriber: int, reason: str) -> None:
        """No more mail to an address that cannot take any; the reason is shown to the operator."""
        with self._sessions() as session:
            session.exec(update(SubscriberRow).where(col(SubscriberRow.id) == subscriber).values(suppressed=reason))

    def _set_active(self, subscriber: int, *, active: bool) -> bool:
        with self._sessions() as session:
            row = session.get(SubscriberRow, subscriber)
            if row is not None:
                row.active = active
            return row is not None


def _subscriber(session: Session, address: str, now: datetime) -> SubscriberRow:
    row = session.exec(select(SubscriberRow).where(SubscriberRow.address == address.lower())).first()
    if row is None:
        row = SubscriberRow(address=address.lower(), created=now)
        session.add(row)
        session.flush()
    return row


def _reader(row: SubscriberRow, follows: dict[str, Following], last: datetime | None) -> Reader:
    return Reader(
        _person(row, follows), follows, last, row.active, row.suppressed, row.confirmed is not None, row.quiet
    )


def _person(row: SubscriberRow, watchlists: Iterable[str]) -> Subscriber:
    return Subscriber(
        row.id or 0,
        row.address,
        tuple(sorted(watchlists)),
        row.zone,
        row.language,
        tuple(row.languages),
        row.cap,
    )

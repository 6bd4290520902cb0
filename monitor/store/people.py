"""Subscribers, what they follow and how they want it; addresses under `notify:` are vouched for by the operator."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import datetime  # noqa: TC003
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, col, delete, func, select, update

from monitor import cadence as cadences
from monitor.cadence import AT_ONCE
from monitor.tables import DevelopmentRow, MailRow, SubscriberRow, SubscriptionRow
from monitor.values import Choices, Subscriber

if TYPE_CHECKING:
    from monitor.values import Notify

Sessions = Callable[[], AbstractContextManager[Session]]

STANDARD = Choices({})
"""What somebody gets who chooses nothing."""


@dataclass(frozen=True, slots=True)
class Following:
    """One watchlist that a subscriber follows."""

    since: datetime
    cadence: str
    """As it is written, e.g. "daily 07:30"."""
    served: datetime | None
    """What was looked after last: a due time, or of "at once" the moment of the last mail."""
    settled: int = 0
    """Every development of the watchlist up to this number is told, or passed over for good."""
    pending: bool = False
    """Asked for and not confirmed."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A subscriber with everything that decides what is due to them."""

    subscriber: Subscriber
    follows: dict[str, Following]
    """By watchlist id."""
    last_mail: datetime | None
    """When their last mail was composed."""
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

    # --- by the operator

    def add(
        self, address: str, watchlists: Sequence[str], now: datetime, zone: str | None = None, cadence: str = AT_ONCE
    ) -> Subscriber:
        """Subscribe an address to watchlists; known or unsubscribed before, they are back. None: the zone they have."""
        with self._sessions() as session:
            row = _subscriber(session, address, now)
            row.active, row.suppressed, row.zone = True, None, zone or row.zone
            row.confirmed = row.confirmed or now
            rows = _subscriptions(session, row)
            for watchlist in watchlists:
                fresh = watchlist not in rows or rows[watchlist].left
                followed = _follow(session, rows.get(watchlist) or _new(row, watchlist), now)
                if fresh:
                    followed.cadence = str(cadences.parse(cadence))
            session.flush()
            return _person(row, {w for w, each in rows.items() if each.left is None} | set(watchlists))

    def remove(self, address: str) -> bool:
        """End every subscription of an address; False where it is not known."""
        with self._sessions() as session:
            row = session.exec(select(SubscriberRow).where(SubscriberRow.address == address.lower())).first()
            if row is None:
                return False
            row.active = False
            session.exec(delete(SubscriptionRow).where(col(SubscriptionRow.subscriber) == row.id))
            return True

    def vouch(self, notify: Mapping[str, Sequence[Notify]], now: datetime, cadence: str = AT_ONCE) -> None:
        """Make `notify:` of each watchlist true; `cadence` is for new followers of whom it says none.

        What an entry says is taken over when it is new or says something else than before: until then a subscriber's
        own choice outweighs it. Who unsubscribed, or stopped following a watchlist, is not brought back.
        """
        wanted = {(each.address.lower(), w): each for w, entries in notify.items() for each in entries}
        with self._sessions() as session:
            named = select(SubscriptionRow, SubscriberRow.address).join(
                SubscriberRow, col(SubscriberRow.id) == SubscriptionRow.subscriber
            )
            rows = {(address, row.watchlist): row for row, address in session.exec(named)}
            for key, row in rows.items():
                if row.vouched and key not in wanted:
                    _let_go(session, row)
            for (address, watchlist), entry in sorted(wanted.items(), key=lambda each: each[0]):
                known = rows.get((address, watchlist))
                if known and (known.left or known.entry == _said(entry)):
                    continue
                subscriber = _subscriber(session, address, now)
                if subscriber.active:
                    subscriber.confirmed = subscriber.confirmed or now
                    row = known or _vouched(session, subscriber, watchlist, cadence, now)
                    _take(row, subscriber, entry, now, cadence)

    # --- by the subscriber

    def ask(self, address: str, choices: Choices, now: datetime) -> int:
        """Somebody wrote an address into a form: it gets no digest before `confirm`, and nothing is lost until then.

        Returns the subscriber. Asking again is fine. What a subscriber has and follows already stays as it is, since
        anybody can ask; more watchlists wait beside it.
        """
        with self._sessions() as session:
            row = _subscriber(session, address, now)
            if row.confirmed is None:
                _set_choices(row, choices)
            rows = _subscriptions(session, row)
            for watchlist, cadence in choices.cadences.items():
                known = rows.get(watchlist)
                if known is None or known.left or not row.active:
                    known = _begin(session, known or _new(row, watchlist), now)
                    known.pending = True
                if known.pending:
                    _set_cadence(known, cadence, now)
            return row.id or 0

    def confirm(self, subscriber: int, now: datetime) -> bool:
        """Whoever reads the address' mail wants what was asked for; False where nothing of theirs is to be had."""
        with self._sessions() as session:
            row = session.get(SubscriberRow, subscriber)
            if row is None:
                return False
            rows = list(_subscriptions(session, row).values())
            if not any(each.pending for each in rows):
                return row.active and row.confirmed is not None
            for each in rows:
                each.left = None if each.pending else each.left if row.active else each.left or now
                each.pending = False
            row.active, row.suppressed, row.confirmed = True, None, row.confirmed or now
            return True

    def choices(self, subscriber: int) -> Choices | None:
        """What a subscriber has chosen; None where nobody has this number."""
        with self._sessions() as session:
            row = session.get(SubscriberRow, subscriber)
            if row is None:
                return None
            rows = _subscriptions(session, row).values()
            follows = {each.watchlist: each.cadence for each in rows if each.left is None and not each.pending}
            return Choices(follows, row.zone, row.language, tuple(row.languages), row.quiet, row.cap, row.sign_of_life)

    def choose(self, subscriber: int, choices: Choices, now: datetime) -> bool:
        """Let a subscriber's choices be these, and no others; False where nobody has this number.

        A watchlist that is not among them is no longer followed; a new cadence counts from now on. InputError where a
        cadence, the quiet hours or the zone cannot be read.
        """
        with self._sessions() as session:
            row = session.get(SubscriberRow, subscriber)
            if row is None:
                return False
            _set_choices(row, choices)
            rows = _subscriptions(session, row)
            for watchlist, cadence in choices.cadences.items():
                followed = _follow(session, rows.get(watchlist) or _new(row, watchlist), now)
                _set_cadence(followed, cadence, now)
            for watchlist, each in rows.items():
                if watchlist not in choices.cadences and not each.pending:
                    each.left = each.left or now
            return True

    def unsubscribe(self, subscriber: int) -> bool:
        return self._set_active(subscriber, active=False)

    def resubscribe(self, subscriber: int) -> bool:
        return self._set_active(subscriber, active=True)

    # --- for those who tell

    def readers(self) -> list[Reader]:
        """Everyone, in the order of their sign-up."""
        return self._readers()

    def find(self, address: str) -> Reader | None:
        """The subscriber of an address."""
        return next(iter(self._readers(SubscriberRow.address == address.lower())), None)

    def reader(self, subscriber: int) -> Reader | None:
        """The subscriber of a number."""
        return next(iter(self._readers(SubscriberRow.id == subscriber)), None)

    def followers(self) -> dict[str, int]:
        """How many who take mail follow each watchlist."""
        with self._sessions() as session:
            counted = (
                select(SubscriptionRow.watchlist, func.count())
                .join(SubscriberRow, col(SubscriberRow.id) == SubscriptionRow.subscriber)
                .where(
                    col(SubscriptionRow.left).is_(None),
                    col(SubscriberRow.active),
                    col(SubscriberRow.suppressed).is_(None),
                )
                .group_by(SubscriptionRow.watchlist)
            )
            return dict(session.exec(counted).all())

    def addresses(self, subscribers: Sequence[int]) -> list[str]:
        """The addresses of subscribers, in the alphabet."""
        with self._sessions() as session:
            mine = col(SubscriberRow.id).in_(subscribers)
            return list(session.exec(select(SubscriberRow.address).where(mine).order_by(SubscriberRow.address)))

    def _readers(self, *which: Any) -> list[Reader]:
        with self._sessions() as session:
            rows = session.exec(select(SubscriberRow).where(*which).order_by(col(SubscriberRow.id))).all()
            mine = col(SubscriptionRow.subscriber).in_([row.id for row in rows]) if which else True
            follows: dict[int, dict[str, Following]] = {}
            followed = select(SubscriptionRow).where(col(SubscriptionRow.left).is_(None), mine)
            for row in session.exec(followed.order_by(SubscriptionRow.watchlist)):
                follows.setdefault(row.subscriber, {})[row.watchlist] = Following(
                    row.since, row.cadence, row.served, row.settled, row.pending
                )
            latest = select(MailRow.subscriber, func.max(MailRow.created)).group_by(col(MailRow.subscriber))
            latest = latest.where(col(MailRow.subscriber).in_([row.id for row in rows])) if which else latest
            last = dict(session.exec(latest).all())
            return [_reader(row, follows.get(row.id or 0, {}), last.get(row.id or 0)) for row in rows]

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


def reopen(session: Session, told: Iterable[tuple[int, int]]) -> None:
    """Pairs of subscriber and development are untold again, within the caller's transaction: look there once more."""
    for subscriber, development in told:
        session.exec(
            update(SubscriptionRow)
            .where(col(SubscriptionRow.subscriber) == subscriber, col(SubscriptionRow.settled) >= development)
            .values(settled=development - 1)
        )


def reopen_all(session: Session, watchlists: Iterable[str], development: int) -> None:
    """A development may be untold to any follower of these watchlists: look there once more, as above."""
    session.exec(
        update(SubscriptionRow)
        .where(col(SubscriptionRow.watchlist).in_(list(watchlists)), col(SubscriptionRow.settled) >= development)
        .values(settled=development - 1)
    )


# --- rows ----------------------------------------------------------------------------------------------------------


def _subscriber(session: Session, address: str, now: datetime) -> SubscriberRow:
    row = session.exec(select(SubscriberRow).where(SubscriberRow.address == address.lower())).first()
    if row is None:
        row = SubscriberRow(address=address.lower(), created=now)
        session.add(row)
        session.flush()
    return row


def _subscriptions(session: Session, row: SubscriberRow) -> dict[str, SubscriptionRow]:
    """Everything that they follow, followed or asked for, by watchlist."""
    rows = session.exec(select(SubscriptionRow).where(SubscriptionRow.subscriber == row.id))
    return {each.watchlist: each for each in rows}


def _new(row: SubscriberRow, watchlist: str) -> SubscriptionRow:
    return SubscriptionRow(subscriber=row.id or 0, watchlist=watchlist, since=row.created)


def _begin(session: Session, row: SubscriptionRow, now: datetime) -> SubscriptionRow:
    """They follow from now on: what was seen before is not theirs to be told."""
    first = session.exec(select(func.min(DevelopmentRow.id)).where(DevelopmentRow.seen >= now)).one()
    last = session.exec(select(func.max(DevelopmentRow.id))).one()
    row.since, row.served = now, None
    row.settled = first - 1 if first is not None else last or 0
    session.add(row)
    return row


def _follow(session: Session, known: SubscriptionRow, now: datetime) -> SubscriptionRow:
    if known.id is None or known.left:
        _begin(session, known, now)
    known.left, known.pending = None, False
    return known


def _set_cadence(row: SubscriptionRow, text: str, now: datetime) -> None:
    """A changed one counts from now on: a time of today that is over is not made up for."""
    cadence = str(cadences.parse(text))
    if cadence != row.cadence:
        row.cadence, row.served = cadence, None if cadence == AT_ONCE else now


def _set_choices(row: SubscriberRow, choices: Choices) -> None:
    row.zone = cadences.zone(choices.zone).key
    row.quiet = str(cadences.parse_quiet(choices.quiet)) if choices.quiet else None
    row.language, row.languages = choices.language, list(choices.languages)
    row.cap, row.sign_of_life = choices.cap, choices.sign_of_life


# --- what the operator's files say ---------------------------------------------------------------------------------


def _said(entry: Notify) -> str:
    """What an entry says beside the address, in one form."""
    said = {key: value for key, value in asdict(entry).items() if key != "address" and value is not None}
    return json.dumps(said, sort_keys=True, ensure_ascii=False)


def _vouched(session: Session, row: SubscriberRow, watchlist: str, cadence: str, now: datetime) -> SubscriptionRow:
    followed = _begin(session, _new(row, watchlist), now)
    followed.vouched, followed.cadence = True, str(cadences.parse(cadence))
    return followed


def _take(row: SubscriptionRow, subscriber: SubscriberRow, entry: Notify, now: datetime, cadence: str) -> None:
    """What an entry says counts from now on; what it said before and does not say any more is as for anybody."""
    said = _said(entry)
    before, now_says = json.loads(row.entry or "{}"), json.loads(said)
    standard = {**asdict(STANDARD), "cadence": cadence}
    for key in sorted({*before, *now_says}):
        value = now_says.get(key, standard[key])
        if key == "cadence":
            _set_cadence(row, value, now)
        else:
            setattr(subscriber, key, list(value) if key == "languages" else value)
    row.entry, row.pending = said, False


def _let_go(session: Session, row: SubscriptionRow) -> None:
    """The operator took an address out; that its reader had stopped following before is not forgotten."""
    if row.left:
        row.vouched, row.entry = False, None
    else:
        session.delete(row)


def _reader(row: SubscriberRow, follows: dict[str, Following], last: datetime | None) -> Reader:
    person = _person(row, (watchlist for watchlist, each in follows.items() if not each.pending))
    return Reader(person, follows, last, row.active, row.suppressed, row.confirmed is not None, row.quiet)


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

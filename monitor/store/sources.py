"""Feeds and the items they announced: polled when due, owed until read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session, col, delete, func, or_, select, update

from monitor.store import announcing, polls
from monitor.store.polls import FeedState, Polled, Request
from monitor.tables import FeedRow, ItemRow, RequestRow
from monitor.values import Feed, Item

if TYPE_CHECKING:
    from sqlmodel.sql.expression import SelectOfScalar

__all__ = ["FeedState", "OwedItem", "Polled", "Request", "Sources"]

Sessions = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class OwedItem:
    """An announced item that nobody has read yet."""

    id: int
    feed: str
    source: str
    """The feed's title."""
    item: Item
    attempts: int
    announced: datetime


class Sources:
    """The tables of feeds, requests and items."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def sync(self, feeds: Sequence[Feed], now: datetime) -> None:
        """Make the table say what feeds.yaml says; a feed taken out keeps its history and its owed items.

        A feed that was gone for good and taken out may come back: somebody has put it in again.
        """
        wanted = {feed.url: feed for feed in feeds}
        with self._sessions() as session:
            for row in session.exec(select(FeedRow)):
                feed = wanted.pop(row.url, None)
                if feed is None:
                    row.active, row.gone = False, None
                    continue
                row.title, row.active = feed.title, row.gone is None
                if row.minutes != feed.minutes:
                    row.next_due = polls.due_anew(row, feed.minutes, now)
                    row.minutes, row.advice = feed.minutes, None
            session.add_all(
                FeedRow(url=f.url, title=f.title, minutes=f.minutes, next_due=now, why_then="never polled")
                for f in wanted.values()
            )

    def due(self, now: datetime) -> list[FeedState]:
        """Active feeds whose time has come, the longest waiting first.

        A feed that moved to an address that feeds.yaml names too is left out: it would be asked twice.
        """
        with self._sessions() as session:
            rows = session.exec(
                select(FeedRow).where(col(FeedRow.active), FeedRow.next_due <= now).order_by(col(FeedRow.next_due))
            )
            states = [polls.state(row) for row in rows]
            moved = [state.address for state in states if state.address != state.url]
            twice = session.exec(select(FeedRow.url).where(col(FeedRow.url).in_(moved), col(FeedRow.active))).all()
        return [state for state in states if state.address == state.url or state.address not in twice]

    def all(self) -> list[FeedState]:
        with self._sessions() as session:
            return [polls.state(row) for row in session.exec(select(FeedRow).order_by(FeedRow.title))]

    def put_off_polls(self, dues: Mapping[str, datetime], why: str) -> None:
        """Give feeds other due times, all at once."""
        with self._sessions() as session:
            polls.put_off(session, dues, why)

    def mend(self, now: datetime, longest: timedelta) -> int:
        """Bring back what lies in an impossible future, and tell how many feeds that was.

        So it looks when the clock was set back while the service was down: a wait that began later than now begins
        now, and none is longer than `longest`.
        """
        late = now + timedelta(minutes=1)
        with self._sessions() as session:
            found = session.exec(
                select(FeedRow).where(or_(col(FeedRow.last_polled) > late, col(FeedRow.next_due) > late + longest))
            ).all()
            for row in found:
                wait = row.next_due - (row.last_polled or row.next_due)
                row.next_due = now + min(max(wait, timedelta(0)), longest)
                row.last_polled = min(row.last_polled, now) if row.last_polled else None
        return len(found)

    def keep_poll(
        self,
        url: str,
        polled: Polled,
        items: Iterable[Item] | None,
        reconsider: Callable[[int], Polled] | None = None,
    ) -> int:
        """Keep an answer: new items are owed from now on. Validators stand only beside the items they answer for.

        `items` None: nothing was read. An error leaves the validators as they were. `reconsider` may say anew when to
        ask again, once it is known how many items were new. Returns their number.
        """
        at = polled.announced or polled.request.at
        with self._sessions() as session:
            before = polls.before(session, url)
            new = announcing.announce(session, url, items, at) if items is not None else 0
            polls.keep(session, before, reconsider(new) if reconsider else polled, new)
            return new

    def keep_request(self, request: Request) -> None:
        with self._sessions() as session:
            polls.log(session, request)

    def owed(self, now: datetime, limit: int) -> list[OwedItem]:
        """Items to be read now, the oldest news first."""
        with self._sessions() as session:
            rows = session.exec(
                select(ItemRow, FeedRow.title)
                .join(FeedRow, col(FeedRow.url) == ItemRow.feed)
                .where(ItemRow.state == "owed", ItemRow.next_try <= now)
                .order_by(func.coalesce(ItemRow.published, ItemRow.announced), col(ItemRow.id))
                .limit(limit)
            )
            return [_owed(row, title) for row, title in rows]

    def owed_count(self) -> int:
        with self._sessions() as session:
            return session.exec(_counted("owed")).one()

    def next_owed(self) -> datetime | None:
        """When the next owed item may be tried, None where nothing is owed."""
        with self._sessions() as session:
            return session.exec(select(func.min(ItemRow.next_try)).where(ItemRow.state == "owed")).one()

    def put_off(self, item: int, until: datetime, reason: str) -> None:
        """The page could not be read this time: the item stays owed."""
        with self._sessions() as session:
            session.exec(
                update(ItemRow)
                .where(col(ItemRow.id) == item)
                .values(attempts=ItemRow.attempts + 1, next_try=until, reason=reason)
            )

    def give_up(self, item: int, reason: str) -> None:
        """There is nothing to read: no page and no text in the feed."""
        with self._sessions() as session:
            session.exec(update(ItemRow).where(col(ItemRow.id) == item).values(state="given up", reason=reason))

    def same_article(self, item: int, article: str) -> None:
        """Another feed announced an address that was read already."""
        with self._sessions() as session:
            session.exec(
                update(ItemRow)
                .where(col(ItemRow.id) == item)
                .values(state="read", article=article, reason="read before, announced again by this feed")
            )

    def announced(self, url: str) -> list[tuple[str, str, str | None]]:
        """(feed title, state, reason) of each announcement of an address."""
        with self._sessions() as session:
            rows = session.exec(
                select(FeedRow.title, ItemRow.state, ItemRow.reason)
                .join(FeedRow, col(FeedRow.url) == ItemRow.feed)
                .where(ItemRow.url == url)
            )
            return [(title, state, reason) for title, state, reason in rows]

    def forget_requests(self, before: datetime) -> None:
        """The log of requests is kept for a month: it explains politeness, not news."""
        with self._sessions() as session:
            session.exec(delete(RequestRow).where(col(RequestRow.at) < before - timedelta(days=30)))


def _counted(state: str) -> SelectOfScalar[int]:
    return select(func.count()).select_from(ItemRow).where(ItemRow.state == state)


def _owed(row: ItemRow, source: str) -> OwedItem:
    item = Item(row.key, row.url, row.title, row.summary, row.published, row.guid)
    return OwedItem(row.id or 0, row.feed, source, item, row.attempts, row.announced)

"""Announced articles come into the table: each once, an edited one as a new version of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import Session, col, or_, select

from monitor.feeds import sameness
from monitor.feeds.sameness import Known
from monitor.tables import ArticleRow, ItemRow
from monitor.values import ReadFrom

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from monitor.feeds.sameness import Settled
    from monitor.values import Item

_AT_A_TIME = 5_000  # items a query: SQLite takes 32,766 parameters
_MOST_JUDGED = 3
"""Versions of an article that are judged by the feed's words, where its page cannot be read: some feeds count comments
in their summaries, and each judgement asks for the page again."""


def announce(session: Session, feed: str, items: Iterable[Item], at: datetime) -> int:
    """Owe what is new, update what was edited; the number of new ones.

    The new words of an article count where it is still owed, or was judged by the feed's words alone; a page that was
    read is not asked for again.
    """
    announced = list(items)
    new = 0
    for start in range(0, len(announced), _AT_A_TIME):
        batch = announced[start : start + _AT_A_TIME]
        rows = _rows(session, feed, batch)
        settled = sameness.settle(batch, [_known(row) for row in rows.values()])
        for each in settled:
            if each.known and each.edited:
                _edit(session, rows[each.known.id], each.item, at)
        new += _owe(session, feed, [each for each in settled if each.known is None], at)
    return new


def _rows(session: Session, feed: str, batch: Sequence[Item]) -> dict[int, ItemRow]:
    identities, guids = {item.key for item in batch}, {item.guid for item in batch if item.guid}
    found = session.exec(
        select(ItemRow).where(
            ItemRow.feed == feed, or_(col(ItemRow.identity).in_(identities), col(ItemRow.guid).in_(guids))
        )
    )
    return {row.id: row for row in found if row.id is not None}


def _known(row: ItemRow) -> Known:
    return Known(row.id or 0, row.identity, row.guid, row.title, row.summary, row.published)


def _owe(session: Session, feed: str, fresh: Sequence[Settled], at: datetime) -> int:
    """The first article on a page is known by the page, a second one by its title too."""
    taken = set(
        session.exec(select(ItemRow.key).where(ItemRow.feed == feed, col(ItemRow.key).in_([e.item.key for e in fresh])))
    )
    for each in fresh:
        item = each.item
        key = f"{item.key} {sameness.fold(item.title)}" if item.key in taken else item.key
        taken.add(item.key)
        session.add(
            ItemRow(
                feed=feed,
                key=key,
                identity=item.key,
                guid=item.guid,
                url=item.url,
                title=item.title,
                summary=item.summary,
                published=item.published,
                announced=at,
                next_try=at,
            )
        )
    session.flush()
    return len(fresh)


def _edit(session: Session, row: ItemRow, item: Item, at: datetime) -> None:
    row.title, row.summary = item.title or row.title, item.summary or row.summary
    row.guid, row.published = item.guid or row.guid, row.published or item.published
    row.version, row.edited = row.version + 1, at
    if row.state != "owed" and row.version <= _MOST_JUDGED and _judged_by_feed(session, row):
        row.state, row.next_try, row.attempts = "owed", at, 0
        row.key = f"{row.identity} version {row.version}"


def _judged_by_feed(session: Session, row: ItemRow) -> bool:
    """No page was read: the feed's words were judged, or there were none."""
    if row.article is None:
        return True
    read_from = session.exec(select(ArticleRow.read_from).where(ArticleRow.id == row.article)).first()
    return read_from == ReadFrom.FEED

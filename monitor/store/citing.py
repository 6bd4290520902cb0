"""Articles as a digest cites them, with the chain of those whom they retell."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from monitor import story
from monitor.store.archive import hits_of, novels_of, origin_of
from monitor.tables import ArticleRow
from monitor.values import Hit, News, Origin, ReadFrom, Report

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_CHUNK = 500
"""Articles in one IN (...)."""


def cited(session: Session, articles: Sequence[str]) -> Iterator[tuple[ArticleRow, Report]]:
    """Those of the articles that are kept."""
    for start in range(0, len(articles), _CHUNK):
        chunk = articles[start : start + _CHUNK]
        hits = hits_of(session, chunk)
        rows = session.exec(select(ArticleRow).where(col(ArticleRow.id).in_(chunk))).all()
        told = _origins(session, {row.story for row in rows if row.origin and row.story})
        for row in rows:
            origins = story.lineage(origin_of(row.origin), told[row.story or ""])
            yield row, _report(row, hits.get(row.id, ()), origins)


def reasons(session: Session, rows: Iterable[ArticleRow]) -> dict[str, str]:
    """By article: why it was placed where it is; of a doubtful one with the nearest article as a reader knows it."""
    doubted = {row.nearest for row in rows if not row.sure and row.nearest}
    named = select(ArticleRow.id, ArticleRow.title, ArticleRow.source).where(col(ArticleRow.id).in_(doubted))
    titles = {article: f"“{title}” ({source})" for article, title, source in session.exec(named)}
    return {row.id: row.placed_why.replace(near := row.nearest or "", titles.get(near, near), 1) for row in rows}


def _origins(session: Session, stories: set[str]) -> dict[str, list[tuple[str, Origin]]]:
    """By story: its outlets with the origins that their reports name, oldest first."""
    found: dict[str, list[tuple[str, Origin]]] = defaultdict(list)
    told = select(ArticleRow.story, ArticleRow.source, ArticleRow.origin).where(
        col(ArticleRow.story).in_(stories), col(ArticleRow.origin).is_not(None)
    )
    for name, outlet, origin in session.exec(told.order_by(col(ArticleRow.number))) if stories else ():
        if read := origin_of(origin):
            found[name or ""].append((outlet, read))
    return found


def _report(row: ArticleRow, hits: tuple[Hit, ...], origins: tuple[Origin, ...]) -> Report:
    return Report(
        row.title,
        row.url,
        row.source,
        row.language,
        row.published,
        News(row.news),
        hits,
        origins,
        ReadFrom(row.read_from),
        lead=row.text.partition("\n")[0],
        new=novels_of(row.new),
    )

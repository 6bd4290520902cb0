"""Long lists by the portion, for programs: what follows a row is the same whatever came in since the first portion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003
from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlmodel import Session, col, exists, func, select

from monitor.store import insight, overview, search
from monitor.store.archive import hits_of
from monitor.tables import ArticleRow, ConcernRow, DevelopmentRow, HitRow, MailRow, RequestRow
from monitor.text import searching

if TYPE_CHECKING:
    from monitor.store.insight import Posted
    from monitor.store.overview import Brief, Told, Wanted
    from monitor.store.search import Found, Sought
    from monitor.values import Hit, News

Sessions = Callable[[], AbstractContextManager[Session]]

LAST = 2**63 - 1
"""Above every number of a row."""


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows a portion may hold, by their numbers, newest first."""

    top: int = LAST
    """None above: what came in since the first portion changes nothing that follows."""
    below: int = LAST
    """Those before this one have been given out."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One development with the report that brought it."""

    id: int
    story: str
    seen: datetime
    report: Told
    watchlists: tuple[tuple[str, News], ...]
    """Whom it concerns, and as what."""
    hits: tuple[Hit, ...]


class Listing:
    """Portions of what the store has. Only reads."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def newest(self) -> int:
        """The number of the newest development; 0 where there is none."""
        with self._sessions() as session:
            return session.exec(select(func.max(DevelopmentRow.id))).one() or 0

    def stories(self, wanted: Wanted, window: Window, most: int) -> list[tuple[int, Brief]]:
        """Stories by their newest development within the window, each with its number."""
        newest = func.max(DevelopmentRow.id)
        with self._sessions() as session:
            chosen = (
                select(DevelopmentRow.story, newest)
                .where(DevelopmentRow.seen >= wanted.since, col(DevelopmentRow.id) <= window.top)
                .where(*overview.filters(wanted))
                .group_by(col(DevelopmentRow.story))
                .having(newest < window.below)
                .order_by(newest.desc())
                .limit(most)
            )
            rows = [(story, number or 0) for story, number in session.exec(chosen)]
            numbers = dict(rows)
            return [(numbers[brief.story], brief) for brief in overview.briefs(session, rows)]

    def articles(self, sought: Sought, window: Window, most: int) -> list[tuple[int, Found]]:
        """Articles with all the words, matched or not; without words all articles."""
        question = searching.question(sought.words)
        if sought.words and question is None:
            return []
        with self._sessions() as session:
            numbers = select(ArticleRow.number).where(col(ArticleRow.number) < window.below, *search.filters(sought))
            if question is not None:
                asked = sqlalchemy.text(_WITH_WORDS).bindparams(question=question)
                numbers = numbers.where(asked)
            chosen = numbers.order_by(col(ArticleRow.number).desc()).limit(most)
            rows = session.exec(
                select(ArticleRow)
                .where(col(ArticleRow.number).in_(chosen.scalar_subquery()))
                .order_by(col(ArticleRow.number).desc())
            )
            return [(row.number or 0, search.found(row)) for row in rows]

    def issues(self, watchlist: str, window: Window, most: int) -> list[Issue]:
        """Developments of a watchlist, or of all where it is "", the newest first."""
        with self._sessions() as session:
            return issues(session, [*_concerning(watchlist), col(DevelopmentRow.id) < window.below], most)

    def mails(self, states: Sequence[str], window: Window, most: int) -> list[Posted]:
        """Mails in these states, the newest first."""
        with self._sessions() as session:
            rows = session.exec(
                select(MailRow)
                .where(col(MailRow.state).in_(states), col(MailRow.id) < window.below)
                .order_by(col(MailRow.id).desc())
                .limit(most)
            )
            return [insight.posted(row) for row in rows]

    def matched(self) -> int:
        """How many of the articles that are kept have a hit."""
        with self._sessions() as session:
            return session.exec(select(func.count(func.distinct(HitRow.article)))).one()

    def polls(self, since: datetime) -> dict[str, int]:
        """Requests to the web since a moment, by what came of them: ok, unchanged, refused, failed."""
        outcome = sqlalchemy.case(
            (col(RequestRow.status).is_(None), "no answer"),
            (col(RequestRow.status) == 304, "unchanged"),
            (col(RequestRow.error).is_not(None), "refused"),
            else_="ok",
        )
        with self._sessions() as session:
            counted: Any = select(outcome, func.count()).where(RequestRow.at >= since).group_by(outcome)
            return dict(session.exec(counted).all())


_WITH_WORDS = "article.number IN (SELECT rowid FROM article_words WHERE article_words MATCH :question)"


def issues(session: Session, which: Sequence[Any], most: int, *, oldest: bool = False) -> list[Issue]:
    """Developments with their reports, within the caller's transaction."""
    number = col(DevelopmentRow.id)
    rows = session.exec(
        select(DevelopmentRow).where(*which).order_by(number if oldest else number.desc()).limit(most)
    ).all()
    articles = [row.article for row in rows]
    reports, hits = overview.by_id(session, articles), hits_of(session, articles)
    concerns = overview.concerns_of(session, [row.id for row in rows])
    return [
        Issue(
            row.id or 0,
            row.story,
            row.seen,
            reports[row.article],
            tuple(concerns[row.id or 0]),
            hits.get(row.article, ()),
        )
        for row in rows
        if row.article in reports
    ]


def _concerning(watchlist: str) -> list[Any]:
    if not watchlist:
        return []
    mine = col(ConcernRow.development) == DevelopmentRow.id
    return [exists().where(mine, col(ConcernRow.watchlist) == watchlist)]

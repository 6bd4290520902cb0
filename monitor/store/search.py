"""Full-text search over everything that is kept, in any script: SQLite's FTS5 over words that text.searching folds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003
from typing import Any

import sqlalchemy
from sqlmodel import Session, col, exists, select

from monitor.tables import ArticleRow, HitRow
from monitor.text import searching

Sessions = Callable[[], AbstractContextManager[Session]]

_CREATE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS article_words "
    "USING fts5(words, content='', tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* Co M*'\")"
)
"""Without a copy of the texts, which stand in `article`: to drop a row, the index is told its words (FTS5, 4.4.3)."""
_ADD = sqlalchemy.text("INSERT INTO article_words(rowid, words) VALUES (:number, :words)")
_DROP = sqlalchemy.text("INSERT INTO article_words(article_words, rowid, words) VALUES ('delete', :number, :words)")
_ASK = "SELECT rowid FROM article_words WHERE article_words MATCH :question ORDER BY rowid DESC LIMIT :most"

MOST_FOUND = 2000
"""The newest articles with the words, among which a page and its filters choose."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for; an empty word or None leaves a filter out."""

    words: str
    watchlist: str = ""
    language: str = ""
    source: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One article with the words."""

    id: str
    title: str
    text: str
    source: str
    language: str
    url: str | None
    seen: datetime
    news: str
    story: str | None


class Search:
    """The index of words."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def find(self, sought: Sought, skip: int, most: int) -> list[Found]:
        """Articles with all the words, newest first; none where nothing is asked for."""
        question = searching.question(sought.words)
        if question is None:
            return []
        with self._sessions() as session:
            asked = sqlalchemy.text(_ASK).bindparams(question=question, most=MOST_FOUND)
            numbers = list(session.connection().execute(asked).scalars())
            rows = session.exec(
                select(ArticleRow)
                .where(col(ArticleRow.number).in_(numbers), *filters(sought))
                .order_by(col(ArticleRow.number).desc())
                .offset(skip)
                .limit(most)
            )
            return [found(row) for row in rows]


def create(engine: sqlalchemy.Engine) -> None:
    """The index's table, filled from the articles that are kept already."""
    with engine.begin() as connection:
        known = sqlalchemy.inspect(connection).has_table("article_words")
        connection.exec_driver_sql(_CREATE)
        if not known:
            kept = select(col(ArticleRow.number), col(ArticleRow.title), col(ArticleRow.text))
            for number, title, text in connection.execute(kept):
                connection.execute(_ADD, _words(number, title, text))


def add(session: Session, row: ArticleRow) -> None:
    """Put an article's words into the index, in the transaction that keeps it."""
    session.connection().execute(_ADD, _words(row.number, row.title, row.text))


def drop(session: Session, rows: Sequence[ArticleRow]) -> None:
    """Take articles' words out of the index, in the transaction that forgets them."""
    for row in rows:
        session.connection().execute(_DROP, _words(row.number, row.title, row.text))


def _words(number: int | None, title: str, text: str) -> dict[str, Any]:
    return {"number": number, "words": searching.indexed(f"{title}\n{text}")}


def filters(sought: Sought) -> list[Any]:
    chosen: list[Any] = []
    if sought.watchlist:
        chosen.append(exists().where(col(HitRow.article) == ArticleRow.id, col(HitRow.watchlist) == sought.watchlist))
    if sought.language:
        chosen.append(ArticleRow.language == sought.language)
    if sought.source:
        chosen.append(ArticleRow.source == sought.source)
    if sought.since:
        chosen.append(ArticleRow.seen >= sought.since)
    return chosen


def found(row: ArticleRow) -> Found:
    return Found(row.id, row.title, row.text, row.source, row.language, row.url, row.seen, row.news, row.story)

"""What readers say of what they were told, and what that makes of each term: its measured precision."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003
from enum import StrEnum

from sqlmodel import Session, col, delete, exists, select

from monitor.tables import (
    ArticleRow,
    ConcernRow,
    DevelopmentRow,
    HitRow,
    JudgementRow,
    SubscriberRow,
    SubscriptionRow,
    ToldRow,
)

Sessions = Callable[[], AbstractContextManager[Session]]

Z = 1.959964
"""The normal quantile of an interval that holds 95 of 100 times."""


class Judged(StrEnum):
    """A reader's word on one development."""

    NOT_RELEVANT = "not relevant"
    """It has nothing to do with what they follow: a term was found where it should not."""
    SAME_STORY = "same story"
    """They had been told this story already: a story was split, or nothing in the report was new."""


@dataclass(frozen=True, slots=True)
class Judgeable:
    """A development that a reader was told of, as its judgement page shows it."""

    headline: str
    source: str
    language: str
    url: str | None
    judged: Judged | None
    """What they said of it so far."""


@dataclass(frozen=True, slots=True)
class Word:
    """One judgement."""

    by: str | None
    """The reader's address; None: the operator."""
    judged: Judged
    at: datetime


@dataclass(frozen=True, slots=True)
class TermPrecision:
    """How often one term of a watchlist led to news that nobody called irrelevant."""

    watchlist: str
    term: str
    told: int
    """Developments in which the term was found and that at least one reader was told of."""
    not_relevant: int
    """Those of them that at least one follower of the watchlist called so."""
    same_story: int
    examples: tuple[str, ...]
    """Headlines that were called not relevant, newest first."""

    @property
    def precision(self) -> float:
        """The share of what was told that nobody called irrelevant: an upper bound, for silence is no praise."""
        return 1 - self.not_relevant / self.told

    @property
    def interval(self) -> tuple[float, float]:
        """Where the precision lies 95 times of 100, had more been told."""
        return wilson(self.told - self.not_relevant, self.told)


def wilson(right: int, all_: int) -> tuple[float, float]:
    """The score interval of a share at 95 % (E. B. Wilson, JASA 22, 1927); (0, 1) where nothing was counted.

    Unlike the textbook's p +- 1.96 s it stays within 0 and 1 and keeps its promise for few cases and shares near 1.
    """
    if not all_:
        return 0.0, 1.0
    share, weight = right / all_, Z * Z / all_
    middle = share + weight / 2
    reach = Z * math.sqrt(share * (1 - share) / all_ + weight / (4 * all_))
    return max(0.0, (middle - reach) / (1 + weight)), min(1.0, (middle + reach) / (1 + weight))


class Judgements:
    """The table of judgements."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def told(self, subscriber: int, development: int) -> Judgeable | None:
        """A development as told to a reader; None where they were not told of it."""
        with self._sessions() as session:
            article = session.exec(
                select(ArticleRow)
                .join(DevelopmentRow, col(DevelopmentRow.article) == ArticleRow.id)
                .join(ToldRow, col(ToldRow.development) == DevelopmentRow.id)
                .where(ToldRow.subscriber == subscriber, ToldRow.development == development)
            ).first()
            if article is None:
                return None
            row = _row(session, subscriber, development)
            judged = Judged(row.kind) if row else None
            return Judgeable(article.title, article.source, article.language, article.url, judged)

    def judge(self, subscriber: int, development: int, judged: Judged, now: datetime) -> bool:
        """Keep a reader's word, in place of what they said before; False where they were not told of it."""
        with self._sessions() as session:
            if session.get(ToldRow, (subscriber, development)) is None:
                return False
            row = _row(session, subscriber, development)
            if row is None:
                session.add(JudgementRow(at=now, subscriber=subscriber, kind=judged, development=development))
            elif row.kind != judged:
                row.kind, row.at = judged, now
            return True

    def withdraw(self, subscriber: int, development: int) -> None:
        """Take a reader's word back; fine where they said none."""
        with self._sessions() as session:
            session.exec(
                delete(JudgementRow).where(
                    col(JudgementRow.subscriber) == subscriber, col(JudgementRow.development) == development
                )
            )

    def of_article(self, article: str) -> list[Word]:
        """What was said of the development that an article brought, oldest first."""
        with self._sessions() as session:
            rows = session.exec(
                select(SubscriberRow.address, JudgementRow)
                .select_from(JudgementRow)
                .join(DevelopmentRow, col(DevelopmentRow.id) == JudgementRow.development)
                .join(SubscriberRow, col(SubscriberRow.id) == JudgementRow.subscriber, isouter=True)
                .where(DevelopmentRow.article == article)
                .order_by(col(JudgementRow.at))
            )
            return [Word(address, Judged(row.kind), row.at) for address, row in rows]

    def precision(self, since: datetime, watchlist: str | None = None) -> list[TermPrecision]:
        """Each term that led to something told since a moment, the worst first.

        A judgement counts against every term found in the article, for nobody says which one misled; and only in
        watchlists that the judge follows or followed: what is beside one matter may be the heart of another.
        """
        with self._sessions() as session:
            words = _words(session, since)
            found = (
                select(HitRow.watchlist, HitRow.term, DevelopmentRow.id, ArticleRow.title)
                .join(DevelopmentRow, col(DevelopmentRow.article) == HitRow.article)
                .join(ArticleRow, col(ArticleRow.id) == HitRow.article)
                .join(
                    ConcernRow,
                    (col(ConcernRow.development) == DevelopmentRow.id)
                    & (col(ConcernRow.watchlist) == HitRow.watchlist),
                )
                .where(DevelopmentRow.seen >= since, exists().where(col(ToldRow.development) == DevelopmentRow.id))
                .distinct()
                .order_by(col(DevelopmentRow.id).desc())
            )
            if watchlist is not None:
                found = found.where(HitRow.watchlist == watchlist)
            terms: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
            for list_, term, development, title in session.exec(found):
                terms[list_, term].append((development or 0, title))
        measured = [_measured(key, told, words) for key, told in terms.items()]
        return sorted(measured, key=lambda each: (each.interval[1], each.precision, each.watchlist, each.term))


Words = dict[tuple[str, int], set[Judged]]
"""(Watchlist, development) -> what its followers said."""


def _words(session: Session, since: datetime) -> Words:
    words: Words = defaultdict(set)
    rows = session.exec(
        select(ConcernRow.watchlist, JudgementRow.development, JudgementRow.kind)
        .select_from(JudgementRow)
        .join(DevelopmentRow, col(DevelopmentRow.id) == JudgementRow.development)
        .join(ConcernRow, col(ConcernRow.development) == DevelopmentRow.id)
        .join(
            SubscriptionRow,
            (col(SubscriptionRow.subscriber) == JudgementRow.subscriber)
            & (col(SubscriptionRow.watchlist) == ConcernRow.watchlist),
        )
        .where(DevelopmentRow.seen >= since)
    )
    for watchlist, development, kind in rows:
        words[watchlist, development].add(Judged(kind))
    return words


def _measured(key: tuple[str, str], told: Iterable[tuple[int, str]], words: Words) -> TermPrecision:
    watchlist, term = key
    said = [(title, words.get((watchlist, development), set())) for development, title in told]
    wrong = tuple(title for title, each in said if Judged.NOT_RELEVANT in each)
    same = sum(Judged.SAME_STORY in each for _, each in said)
    return TermPrecision(watchlist, term, len(said), len(wrong), same, wrong[:3])


def _row(session: Session, subscriber: int, development: int) -> JudgementRow | None:
    return session.exec(
        select(JudgementRow).where(JudgementRow.subscriber == subscriber, JudgementRow.development == development)
    ).first()

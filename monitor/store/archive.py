"""Every article that was read, matched or not, with its verdict; and the developments it brought."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, delete, exists, func, select, update

from monitor.store import search, turns
from monitor.tables import (
    ArticleRow,
    ConcernRow,
    DevelopmentRow,
    EchoRow,
    HitRow,
    ItemRow,
    OfferRow,
    ToldRow,
    WithdrawalRow,
    WordRow,
)
from monitor.values import (
    Article,
    Change,
    Fact,
    FactKind,
    Field,
    Hit,
    News,
    Novel,
    Origin,
    Placement,
    Placing,
    ReadFrom,
    Verdict,
    WordKind,
)

Sessions = Callable[[], AbstractContextManager[Session]]


UNJUDGED = Verdict(News.NONE, (), "")


@dataclass(frozen=True, slots=True)
class Kept:
    """An article with everything that was thought about it."""

    article: Article
    seen: datetime
    hits: tuple[Hit, ...] = ()
    placement: Placement | None = None
    verdict: Verdict = UNJUDGED
    facts: tuple[Fact, ...] = ()
    sketch: bytes | None = None
    """As likeness.pack gives it."""
    origin: Origin | None = None
    """Where the article says that it has its story from."""


class Archive:
    """The tables of articles, hits and developments."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def keep(
        self,
        kept: Kept,
        concerns: Mapping[str, News],
        item: int | None = None,
        reason: str = "",
        turn: int | None = None,
    ) -> int | None:
        """One transaction: the article, its hits, what it develops for which watchlist, and its item as read.

        Returns the last turn of placing, which is its own where it has a story. None, and nothing is kept, where it has
        one and `turn` is no longer the last: something was placed or said since its place was decided.
        """
        with self._sessions() as session:
            taken = turns.take(session, turn) if kept.placement else turns.current(session)
            if taken is None:
                return None
            article = _article_row(kept, taken)
            session.add(article)
            session.flush()
            search.add(session, article)
            session.add_all(HitRow(article=kept.article.id, **asdict(hit)) for hit in kept.hits)
            if kept.placement:
                _keep_news(session, kept, kept.placement, concerns)
            if item is not None:
                session.exec(
                    update(ItemRow)
                    .where(col(ItemRow.id) == item)
                    .values(state="read", article=kept.article.id, reason=reason or None)
                )
            return taken

    def has(self, article: str) -> bool:
        """Was the article kept?"""
        with self._sessions() as session:
            return session.exec(select(ArticleRow.id).where(ArticleRow.id == article)).first() is not None

    def find(self, url_or_id: str) -> Kept | None:
        with self._sessions() as session:
            row = session.exec(
                select(ArticleRow).where((ArticleRow.url == url_or_id) | (ArticleRow.id == url_or_id))
            ).first()
            return kept_of(row, hits_of(session, [row.id]).get(row.id, ())) if row else None

    def watchlists_of(self, story: str) -> frozenset[str]:
        """The watchlists whose followers were, or will be, told of a story."""
        with self._sessions() as session:
            rows = session.exec(
                select(ConcernRow.watchlist)
                .join(DevelopmentRow, col(DevelopmentRow.id) == ConcernRow.development)
                .where(DevelopmentRow.story == story)
                .distinct()
            )
            return frozenset(rows)

    def placed(self) -> Iterator[Kept]:
        """Every placed article, in the order of placing: what a Memory is filled from at the start."""
        with self._sessions() as session:
            rows = session.exec(
                select(ArticleRow).where(col(ArticleRow.story).is_not(None)).order_by(col(ArticleRow.number))
            )
            for row in rows.yield_per(500):
                yield kept_of(row, ())

    def placed_after(self, turn: int) -> list[Kept]:
        """Those that took a later turn than this one, in the order of their turns."""
        with self._sessions() as session:
            rows = session.exec(select(ArticleRow).where(col(ArticleRow.turn) > turn).order_by(col(ArticleRow.turn)))
            return [kept_of(row, ()) for row in rows]

    def count(self, since: datetime) -> int:
        """How many articles were kept since a moment."""
        return self._count(ArticleRow.seen >= since)

    def newest(self, since: datetime, most: int) -> datetime:
        """A moment since which at most about `most` articles were kept: `since` itself where there are no more."""
        with self._sessions() as session:
            seen = select(ArticleRow.seen).where(ArticleRow.seen >= since).order_by(col(ArticleRow.seen).desc())
            return session.exec(seen.offset(most - 1).limit(1)).first() or since

    def kept_since(self, since: datetime) -> Iterator[Kept]:
        """Every article kept since a moment, oldest first. A page is a transaction: the service goes on in between."""
        return self._pages(ArticleRow.seen >= since)

    def count_placed(self, since: datetime) -> int:
        """How many of them belong to a story."""
        return self._count(ArticleRow.seen >= since, col(ArticleRow.story).is_not(None))

    def placed_since(self, since: datetime) -> Iterator[Kept]:
        """Those that belong to a story."""
        return self._pages(ArticleRow.seen >= since, col(ArticleRow.story).is_not(None))

    def _count(self, *which: Any) -> int:
        with self._sessions() as session:
            return session.exec(select(func.count()).select_from(ArticleRow).where(*which)).one()

    def _pages(self, *which: Any, page: int = 200) -> Iterator[Kept]:
        last = 0
        while True:
            with self._sessions() as session:
                wanted = select(ArticleRow).where(*which, col(ArticleRow.number) > last)
                rows = session.exec(wanted.order_by(col(ArticleRow.number)).limit(page)).all()
                hits = hits_of(session, [row.id for row in rows])
                kept = [kept_of(row, hits.get(row.id, ())) for row in rows]
                last = rows[-1].number or 0 if rows else last
            if not kept:
                return
            yield from kept

    def concerned(self, since: datetime) -> list[frozenset[str]]:
        """For each development since a moment, the watchlists that it concerns."""
        with self._sessions() as session:
            rows = session.exec(
                select(ConcernRow.development, ConcernRow.watchlist)
                .join(DevelopmentRow, col(DevelopmentRow.id) == ConcernRow.development)
                .where(DevelopmentRow.seen >= since)
            )
            found: dict[int, set[str]] = {}
            for development, watchlist in rows:
                found.setdefault(development, set()).add(watchlist)
            return [frozenset(each) for each in found.values()]

    def told_to(self, article: str) -> list[int]:
        """Subscribers who were told of the development that an article brought."""
        with self._sessions() as session:
            rows = session.exec(
                select(ToldRow.subscriber)
                .join(DevelopmentRow, col(DevelopmentRow.id) == ToldRow.development)
                .where(DevelopmentRow.article == article)
            )
            return list(rows)

    def forget(self, now: datetime, days: int) -> int:
        """Drop articles older than `days` that no untold development rests on. Returns how many went."""
        with self._sessions() as session:
            old = col(ArticleRow.seen) < now - timedelta(days=days)
            held = exists().where(col(DevelopmentRow.article) == ArticleRow.id)
            ids = list(session.exec(select(ArticleRow.id).where(old, ~held)))
            for start in range(0, len(ids), 500):
                chunk = ids[start : start + 500]
                search.drop(session, session.exec(select(ArticleRow).where(col(ArticleRow.id).in_(chunk))).all())
                session.exec(delete(HitRow).where(col(HitRow.article).in_(chunk)))
                session.exec(delete(ArticleRow).where(col(ArticleRow.id).in_(chunk)))
            return len(ids)


def _keep_news(session: Session, kept: Kept, placement: Placement, concerns: Mapping[str, News]) -> None:
    """What it develops, and what a person said of its story; which stories it joined as surely."""
    if concerns:
        row = DevelopmentRow(story=placement.story, article=kept.article.id, seen=kept.seen)
        session.add(row)
        session.flush()
        number = row.id or 0
        session.add_all(ConcernRow(development=number, watchlist=w, news=n) for w, n in concerns.items())
        if kept.verdict.news in (News.REPEAT, News.COPY):  # news to those alone who were told nothing of the story
            told = select(DevelopmentRow.id).where(DevelopmentRow.story == placement.story, DevelopmentRow.id != number)
            session.add_all(EchoRow(development=number, of=each or 0) for each in session.exec(told))
        muted = select(WordRow.id).where(
            WordRow.kind == WordKind.MUTE,
            WordRow.story == placement.story,
            col(WordRow.undone).is_(None),
            col(WordRow.ended).is_(None),
        )
        for word in session.exec(muted):
            session.add_all(WithdrawalRow(development=number, watchlist=w, word=word or 0) for w in concerns)
    if placement.rival:
        pair = sorted((placement.story, placement.rival))
        if session.get(OfferRow, tuple(pair)) is None:
            session.add(OfferRow(story=pair[0], other=pair[1], article=kept.article.id, at=kept.seen))


def _article_row(kept: Kept, turn: int) -> ArticleRow:
    article, placement, verdict = kept.article, kept.placement, kept.verdict
    return ArticleRow(
        id=article.id,
        url=article.url,
        title=article.title,
        text=article.text,
        language=article.language or "und",
        published=article.published,
        source=article.source or "",
        authors=list(article.authors),
        read_from=article.read_from,
        seen=kept.seen,
        story=placement.story if placement else None,
        turn=turn if placement else None,
        news=verdict.news,
        placing=placement.placing if placement else None,
        nearest=placement.nearest if placement else None,
        score=placement.score if placement else None,
        sure=placement.sure if placement else True,
        placed_why=placement.why if placement else "",
        weights=dict(placement.weights) if placement else {},
        why=verdict.why,
        origin=asdict(kept.origin) if kept.origin else None,
        new=[asdict(novel) for novel in verdict.new],
        facts=[asdict(fact) for fact in kept.facts],
        sketch=kept.sketch,
    )


def kept_of(row: ArticleRow, hits: tuple[Hit, ...]) -> Kept:
    article = Article(
        row.id,
        row.title,
        row.text,
        row.url,
        row.language,
        row.published,
        row.source,
        tuple(row.authors),
        ReadFrom(row.read_from),
    )
    placement = None
    if row.story and row.placing:
        why = (row.nearest, row.score or 0.0, row.sure, row.placed_why)
        placement = Placement(row.story, Placing(row.placing), *why, weights=row.weights)
    verdict = Verdict(News(row.news), novels_of(row.new), row.why)
    facts = tuple(Fact(**{**fact, "kind": FactKind(fact["kind"]), "where": Field(fact["where"])}) for fact in row.facts)
    return Kept(article, row.seen, hits, placement, verdict, facts, row.sketch, origin_of(row.origin))


def origin_of(row: Mapping[str, Any] | None) -> Origin | None:
    return Origin(**row) if row else None


def novels_of(rows: Iterable[dict[str, Any]]) -> tuple[Novel, ...]:
    return tuple(Novel(**{**row, "change": Change(row["change"])}) for row in rows)


def hits_of(session: Session, articles: Sequence[str]) -> dict[str, tuple[Hit, ...]]:
    found: dict[str, tuple[Hit, ...]] = {}
    for row in session.exec(select(HitRow).where(col(HitRow.article).in_(list(articles))).order_by(col(HitRow.id))):
        hit = Hit(row.watchlist, row.term, row.found, Field(row.where), row.start, row.end, row.how, row.score)
        found[row.article] = (*found.get(row.article, ()), hit)
    return found

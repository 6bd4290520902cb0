"""What the operator's pages show of stories: the newest first, one as a whole, who was told of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003
from typing import Any

from sqlmodel import Session, col, exists, func, select

from monitor.store.archive import novels_of, origin_of
from monitor.tables import (
    ArticleRow,
    ConcernRow,
    DevelopmentRow,
    MailRow,
    SubscriberRow,
    ToldRow,
    WithdrawalRow,
)
from monitor.values import Fact, FactKind, Field, News, Novel, Origin, Placing

Sessions = Callable[[], AbstractContextManager[Session]]

MOST_REPORTS = 300
"""Of one story on its page: its first report and the newest ones."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which stories a list shows: those with a development that all of this is true of; "" leaves a filter out."""

    since: datetime
    watchlist: str = ""
    language: str = ""
    source: str = ""
    news: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One report of a story, without its text."""

    id: str
    title: str
    source: str
    language: str
    url: str | None
    published: datetime | None
    seen: datetime
    news: News
    new: tuple[Novel, ...]
    placing: Placing | None
    nearest: str | None
    score: float | None
    sure: bool
    placed_why: str
    why: str
    origin: Origin | None
    """The outlet that it says it retells."""
    figures: tuple[Fact, ...] = ()
    """Its facts of the kind NUMBER, where they were asked for."""


@dataclass(frozen=True, slots=True)
class Brief:
    """One story in a list."""

    story: str
    first: Told
    latest: Told
    """The report that brought the newest development."""
    watchlists: tuple[tuple[str, News], ...]
    """Whom the newest development concerns, and as what."""
    languages: tuple[tuple[str, int], ...]
    """How many reports in which language, the most first."""
    seen: tuple[datetime, ...]
    """When each report was kept, oldest first."""
    sources: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """One subscriber who was told of a report, and how far the mail got."""

    article: str
    address: str
    state: str
    written: datetime
    sent: datetime | None


@dataclass(frozen=True, slots=True)
class Whole:
    """One story with everything that is kept of it."""

    story: str
    reports: tuple[Told, ...]
    """Oldest first; at most `MOST_REPORTS`."""
    count: int
    deliveries: tuple[Delivery, ...]
    watchlists: tuple[str, ...]


_LIGHT = (
    ArticleRow.id, ArticleRow.title, ArticleRow.source, ArticleRow.language, ArticleRow.url, ArticleRow.published,
    ArticleRow.seen, ArticleRow.news, ArticleRow.new, ArticleRow.placing, ArticleRow.nearest, ArticleRow.score,
    ArticleRow.sure, ArticleRow.placed_why, ArticleRow.why, ArticleRow.origin,
)  # fmt: skip


class Overview:
    """Stories as the operator's pages show them. Only reads."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def stories(self, wanted: Wanted, skip: int, most: int) -> list[Brief]:
        """Stories, the one with the newest development first."""
        with self._sessions() as session:
            newest = func.max(DevelopmentRow.id)
            chosen = (
                select(DevelopmentRow.story, newest)
                .where(DevelopmentRow.seen >= wanted.since, *filters(wanted))
                .group_by(col(DevelopmentRow.story))
                .order_by(newest.desc())
                .offset(skip)
                .limit(most)
            )
            rows = [(story, number) for story, number in session.exec(chosen)]
            return briefs(session, rows)

    def developments(self, since: datetime) -> list[datetime]:
        """When each development since a moment was seen."""
        with self._sessions() as session:
            return list(session.exec(select(DevelopmentRow.seen).where(DevelopmentRow.seen >= since)))

    def languages_and_sources(self, since: datetime) -> tuple[list[str], list[str]]:
        """What the filters of a list offer: of the developments since a moment, in order."""
        with self._sessions() as session:
            rows = session.exec(
                select(ArticleRow.language, ArticleRow.source)
                .join(DevelopmentRow, col(DevelopmentRow.article) == ArticleRow.id)
                .where(DevelopmentRow.seen >= since)
                .distinct()
            ).all()
            return sorted({row[0] for row in rows}), sorted({row[1] for row in rows}, key=str.casefold)

    def story(self, story: str) -> Whole | None:
        """One story, whole; None where no article of it is kept."""
        with self._sessions() as session:
            of_it = ArticleRow.story == story
            count = session.exec(select(func.count()).select_from(ArticleRow).where(of_it)).one()
            if not count:
                return None
            rows = session.connection().execute(
                select(*_LIGHT, ArticleRow.facts)  # type: ignore[call-overload]  # more columns than it has signatures
                .where(of_it)
                .order_by(col(ArticleRow.number).desc())
                .limit(MOST_REPORTS)
            )
            reports = [_told(row, row.facts) for row in rows][::-1]
            return Whole(story, tuple(reports), count, _deliveries(session, story), _watchlists(session, story))

    def titles(self, articles: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Title and source of articles, by id."""
        with self._sessions() as session:
            rows = session.exec(
                select(ArticleRow.id, ArticleRow.title, ArticleRow.source).where(col(ArticleRow.id).in_(articles))
            )
            return {id_: (title, source) for id_, title, source in rows}


def filters(wanted: Wanted) -> list[Any]:
    """Of developments that concern a watchlist still: what a person's word withdrew is out of sight."""
    withdrawn = exists().where(
        col(WithdrawalRow.development) == ConcernRow.development, col(WithdrawalRow.watchlist) == ConcernRow.watchlist
    )
    concern = [col(ConcernRow.development) == DevelopmentRow.id, ~withdrawn]
    if wanted.watchlist:
        concern.append(col(ConcernRow.watchlist) == wanted.watchlist)
    if wanted.news:
        concern.append(col(ConcernRow.news) == wanted.news)
    chosen: list[Any] = [exists().where(*concern)]
    if wanted.language or wanted.source:
        article = [col(ArticleRow.id) == DevelopmentRow.article]
        if wanted.language:
            article.append(col(ArticleRow.language) == wanted.language)
        if wanted.source:
            article.append(col(ArticleRow.source) == wanted.source)
        chosen.append(exists().where(*article))
    return chosen


def briefs(session: Session, rows: Sequence[tuple[str, int | None]]) -> list[Brief]:
    stories = [story for story, _ in rows]
    developments = [number for _, number in rows]
    latest = dict(
        session.exec(
            select(DevelopmentRow.story, DevelopmentRow.article).where(col(DevelopmentRow.id).in_(developments))
        ).all()
    )
    reports = defaultdict(list)
    kept = select(ArticleRow.story, ArticleRow.id, ArticleRow.language, ArticleRow.source, ArticleRow.seen)  # type: ignore[call-overload]
    for row in session.connection().execute(
        kept.where(col(ArticleRow.story).in_(stories)).order_by(col(ArticleRow.number))
    ):
        reports[row.story].append(row)
    shown = by_id(session, [*latest.values(), *(each[0].id for each in reports.values())])
    concerns = concerns_of(session, developments)
    return [
        _brief(story, reports[story], (shown[reports[story][0].id], shown[latest[story]]), concerns[number or 0])
        for story, number in rows
        if story in latest and reports[story]
    ]


def _brief(story: str, reports: Sequence[Any], ends: tuple[Told, Told], concerns: Sequence[tuple[str, News]]) -> Brief:
    languages: dict[str, int] = defaultdict(int)
    for report in reports:
        languages[report.language] += 1
    first, latest = ends
    return Brief(
        story,
        first,
        latest,
        tuple(concerns),
        tuple(sorted(languages.items(), key=lambda each: (-each[1], each[0]))),
        tuple(report.seen for report in reports),
        len({report.source for report in reports}),
    )


def by_id(session: Session, articles: Sequence[str]) -> dict[str, Told]:
    rows = session.connection().execute(select(*_LIGHT).where(col(ArticleRow.id).in_(articles)))  # type: ignore[call-overload]
    return {row.id: _told(row) for row in rows}


def _told(row: Any, facts: Sequence[dict[str, Any]] = ()) -> Told:
    figures = tuple(
        Fact(**{**fact, "kind": FactKind.NUMBER, "where": Field(fact["where"])})
        for fact in facts
        if fact["kind"] == FactKind.NUMBER
    )
    return Told(
        id=row.id,
        title=row.title,
        source=row.source,
        language=row.language,
        url=row.url,
        published=row.published,
        seen=row.seen,
        news=News(row.news),
        new=novels_of(row.new),
        placing=Placing(row.placing) if row.placing else None,
        nearest=row.nearest,
        score=row.score,
        sure=row.sure,
        placed_why=row.placed_why,
        why=row.why,
        origin=origin_of(row.origin),
        figures=figures,
    )


def concerns_of(session: Session, developments: Sequence[int | None]) -> dict[int, list[tuple[str, News]]]:
    found: dict[int, list[tuple[str, News]]] = defaultdict(list)
    rows = select(ConcernRow).where(col(ConcernRow.development).in_(developments)).order_by(col(ConcernRow.watchlist))
    for row in session.exec(rows):
        found[row.development].append((row.watchlist, News(row.news)))
    return found


def _deliveries(session: Session, story: str) -> tuple[Delivery, ...]:
    rows = session.exec(
        select(DevelopmentRow.article, SubscriberRow.address, MailRow)
        .join(ToldRow, col(ToldRow.development) == DevelopmentRow.id)
        .join(SubscriberRow, col(SubscriberRow.id) == ToldRow.subscriber)
        .join(MailRow, col(MailRow.id) == ToldRow.mail)
        .where(DevelopmentRow.story == story)
        .order_by(col(MailRow.created), col(SubscriberRow.address))
        .limit(1000)
    )
    return tuple(Delivery(article, address, mail.state, mail.created, mail.sent) for article, address, mail in rows)


def _watchlists(session: Session, story: str) -> tuple[str, ...]:
    rows = (
        select(ConcernRow.watchlist)
        .join(DevelopmentRow, col(DevelopmentRow.id) == ConcernRow.development)
        .where(DevelopmentRow.story == story)
        .distinct()
    )
    return tuple(sorted(session.exec(rows)))

"""What the operator's pages show of stories: the newest first, one as a whole, who was told of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
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
"""Of one story at a time: the newest ones."""


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
    """One story: a page of its reports, and what is kept of it as a whole."""

    story: str
    first: Told
    """The report that began it."""
    reports: tuple[Told, ...]
    """Those that were asked for, oldest first."""
    count: int
    """Of all its reports."""
    told: int
    """How many of them somebody was told of."""
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

    def developments(self, since: datetime) -> Counter[date]:
        """How many developments were seen on each UTC day, since a moment."""
        day = func.date(DevelopmentRow.seen)
        counted = select(day, func.count()).where(DevelopmentRow.seen >= since).group_by(day)
        with self._sessions() as session:
            return Counter({date.fromisoformat(str(found)): count for found, count in session.exec(counted)})

    def languages_and_sources(self, since: datetime) -> tuple[list[str], list[str]]:
        """What the filters of a list offer: of the reports with news since a moment, in order."""
        is_news = col(ArticleRow.news).in_([News.STORY, News.DEVELOPMENT])
        of_them = (col(ArticleRow.story).is_not(None), is_news, ArticleRow.seen >= since)
        with self._sessions() as session:
            rows = session.exec(select(ArticleRow.language, ArticleRow.source).where(*of_them).distinct()).all()
            return sorted({row[0] for row in rows}), sorted({row[1] for row in rows}, key=str.casefold)

    def story(self, story: str, skip: int = 0, most: int = MOST_REPORTS) -> Whole | None:
        """One story, with so many of its reports after the `skip` newest; None where there is none of them."""
        with self._sessions() as session:
            of_it = ArticleRow.story == story
            count = session.exec(select(func.count()).select_from(ArticleRow).where(of_it)).one()
            if count <= skip:
                return None
            with_facts = select(*_LIGHT, ArticleRow.facts).where(of_it)  # type: ignore[call-overload]  # many columns
            newest = with_facts.order_by(col(ArticleRow.number).desc()).offset(skip).limit(most)
            reports = [_told(row, row.facts) for row in session.connection().execute(newest)][::-1]
            begun = select(ArticleRow.id).where(of_it).order_by(col(ArticleRow.number)).limit(1)
            first = by_id(session, [session.exec(begun).one()]).popitem()[1]
            deliveries = _deliveries(session, [report.id for report in reports])
            told, watchlists = _told_of(session, story), _watchlists(session, story)
            return Whole(story, first, tuple(reports), count, told, deliveries, watchlists)

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
        reports = select(ArticleRow.id).where(col(ArticleRow.story).is_not(None))
        reports = reports.where(ArticleRow.language == wanted.language) if wanted.language else reports
        reports = reports.where(ArticleRow.source == wanted.source) if wanted.source else reports
        chosen.append(col(DevelopmentRow.article).in_(reports))
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


def _deliveries(session: Session, articles: Sequence[str]) -> tuple[Delivery, ...]:
    rows = session.exec(
        select(DevelopmentRow.article, SubscriberRow.address, MailRow.state, MailRow.created, MailRow.sent)  # type: ignore[call-overload]  # five columns
        .join(ToldRow, col(ToldRow.development) == DevelopmentRow.id)
        .join(SubscriberRow, col(SubscriberRow.id) == ToldRow.subscriber)
        .join(MailRow, col(MailRow.id) == ToldRow.mail)
        .where(col(DevelopmentRow.article).in_(articles))
        .order_by(col(MailRow.created), col(SubscriberRow.address))
        .limit(1000)
    )
    return tuple(Delivery(*row) for row in rows)


def _told_of(session: Session, story: str) -> int:
    is_told = exists().where(col(ToldRow.development) == DevelopmentRow.id)
    return session.exec(select(func.count()).where(DevelopmentRow.story == story, is_told)).one()


def _watchlists(session: Session, story: str) -> tuple[str, ...]:
    rows = (
        select(ConcernRow.watchlist)
        .join(DevelopmentRow, col(DevelopmentRow.id) == ConcernRow.development)
        .where(DevelopmentRow.story == story)
        .distinct()
    )
    return tuple(sorted(session.exec(rows)))

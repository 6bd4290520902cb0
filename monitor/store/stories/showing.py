"""A story as a person sees it who wants to correct it: its articles, what each brought, and what was said of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 the dataclasses' own annotations
from typing import TYPE_CHECKING

from sqlalchemy.orm import aliased, defer
from sqlmodel import Session, col, exists, func, or_, select

from monitor.store import untold
from monitor.store.archive import novels_of, origin_of
from monitor.store.stories import words
from monitor.store.stories.words import StoryWord, word_of
from monitor.tables import ArticleRow, DevelopmentRow, OfferRow, ToldRow, WordRow
from monitor.values import News, Novel, Origin, WordKind

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class StoryArticle:
    """One article of a story."""

    id: str
    url: str | None
    title: str
    source: str
    language: str
    published: datetime | None
    seen: datetime
    news: News
    new: tuple[Novel, ...]
    placed: str
    """How it came to this story, and why."""
    sure: bool
    origin: Origin | None
    development: int | None
    """The number of what it brought, where it brought something to anybody."""
    told: int
    """Subscribers who were told of that."""
    withdrawn: tuple[str, ...]
    """The words by which others are not told of it any more."""


@dataclass(frozen=True, slots=True)
class StoryState:
    """A story with all that is kept of it."""

    id: str
    headline: str
    articles: tuple[StoryArticle, ...]
    """In the order in which they were kept."""
    words: tuple[StoryWord, ...]
    """What was said of it, taken back or not, oldest first."""
    perhaps: tuple[tuple[str, str], ...]
    """Stories that may be the same, each with its headline."""
    muted: StoryWord | None


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A story in a list."""

    id: str
    headline: str
    articles: int
    newest: datetime
    perhaps: tuple[str, ...]
    """Stories that may be the same."""
    turn: int
    """Of placing, that its newest article took."""


_HEAVY = [defer(column) for column in (ArticleRow.text, ArticleRow.sketch, ArticleRow.facts)]  # type: ignore[arg-type]
"""What no list of articles shows, and is most of a row."""


def shown(session: Session, story: str, only: Sequence[str] | None) -> StoryState:
    of_it = select(ArticleRow).where(ArticleRow.story == story).order_by(col(ArticleRow.number))
    of_it = of_it if only is None else of_it.where(col(ArticleRow.id).in_(only))
    rows = session.exec(of_it.options(*_HEAVY)).all()
    about = or_(WordRow.story == story, WordRow.other == story)
    said = [word_of(row) for row in session.exec(select(WordRow).where(about).order_by(col(WordRow.id)))]
    muted = [each for each in said if each.kind is WordKind.MUTE and not (each.undone or each.ended)]
    others = _offered(session).get(story, ())
    titles = _headlines(session, [story, *others])
    perhaps = tuple((other, titles.get(other, "")) for other in others)
    return StoryState(
        story, titles.get(story, ""), _articles(session, rows), tuple(said), perhaps, next(iter(muted), None)
    )


def listed(session: Session, most: int, before: int | None) -> list[StoryLine]:
    """The stories whose newest articles were placed last, down from a turn of placing."""
    newer = aliased(ArticleRow)
    newest = ~exists().where(col(newer.story) == col(ArticleRow.story), col(newer.turn) > col(ArticleRow.turn))
    rows = select(ArticleRow).where(col(ArticleRow.turn).is_not(None), newest).order_by(col(ArticleRow.turn).desc())
    if before is not None:
        rows = rows.where(col(ArticleRow.turn) < before)
    last = session.exec(rows.limit(most)).all()
    names = [row.story or "" for row in last]
    counted = select(ArticleRow.story, func.count()).where(col(ArticleRow.story).in_(names)).group_by(ArticleRow.story)
    counts, titles, offered = dict(session.exec(counted).all()), _headlines(session, names), _offered(session)
    return [
        StoryLine(name, titles[name], counts[name], row.seen, offered.get(name, ()), row.turn or 0)
        for name, row in zip(names, last, strict=True)
    ]


def _articles(session: Session, rows: Sequence[ArticleRow]) -> tuple[StoryArticle, ...]:
    brought = select(DevelopmentRow.article, DevelopmentRow.id).where(
        col(DevelopmentRow.article).in_([row.id for row in rows])
    )
    numbers = {article: number or 0 for article, number in session.exec(brought)}
    told = Counter(session.exec(select(ToldRow.development).where(col(ToldRow.development).in_(numbers.values()))))
    gone = untold.withdrawn(session, min(numbers.values(), default=0) - 1)
    return tuple(_article(row, numbers.get(row.id), told, gone) for row in rows)


def _article(row: ArticleRow, number: int | None, told: Counter[int], gone: dict[int, dict[str, str]]) -> StoryArticle:
    withdrawn = tuple(dict.fromkeys(gone.get(number or 0, {}).values()))
    return StoryArticle(
        row.id, row.url, row.title, row.source, row.language, row.published, row.seen, News(row.news),
        novels_of(row.new), row.placed_why, row.sure, origin_of(row.origin), number, told[number or 0], withdrawn,
    )  # fmt: skip


def _headlines(session: Session, stories: Sequence[str]) -> dict[str, str]:
    """By story: the title of its first article."""
    first = select(func.min(ArticleRow.number)).where(col(ArticleRow.story).in_(stories)).group_by(ArticleRow.story)
    rows = session.exec(select(ArticleRow.story, ArticleRow.title).where(col(ArticleRow.number).in_(first)))
    return {story or "": title for story, title in rows}


def _offered(session: Session) -> dict[str, tuple[str, ...]]:
    """By story: those that some article joined as surely, and that nobody has called the same or another."""
    said = words.standing(session)
    apart = words.apart(said)
    rows = session.exec(select(OfferRow).order_by(col(OfferRow.at), col(OfferRow.story), col(OfferRow.other))).all()
    pairs = [(words.resolved(said, row.story), words.resolved(said, row.other)) for row in rows]
    there = select(ArticleRow.story).where(col(ArticleRow.story).in_({name for pair in pairs for name in pair}))
    known = set(session.exec(there.distinct())) if pairs else set()
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for one, other in pairs:
        if one != other and {one, other} <= known and frozenset((one, other)) not in apart:
            found[one][other] = found[other][one] = None
    return {story: tuple(others) for story, others in found.items()}

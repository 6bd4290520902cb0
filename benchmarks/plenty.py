"""A home folder with plenty in it: 100,000 articles of a month, 1,000 stories, 500 feeds, written by bulk inserts."""

from __future__ import annotations

import json
import random
import zlib
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, insert, text

from benchmarks import invention
from monitor import novelty
from monitor.tables import (
    ArticleRow,
    ConcernRow,
    DevelopmentRow,
    FeedRow,
    HitRow,
    ItemRow,
    MailRow,
    RequestRow,
    SubscriberRow,
    SubscriptionRow,
    ToldRow,
)
from monitor.text import searching
from monitor.values import Change, FactKind, Field, News, Novel, Placing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Table
    from sqlmodel import SQLModel

    from monitor.store import Store
    from monitor.values import Article

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
DAYS = 30
ARTICLES, STORIES, FEEDS = 100_000, 1_000, 500
PLACED = 12_000
"""Articles that belong to a story: one in eight of what was read."""
WATCHLISTS, SUBSCRIBERS = 20, 300
UNSETTLED = 100
"""Of the last developments it is looked up who was told of them; nearly all were."""
REQUESTS_A_DAY = 24
"""To each feed."""
DISTINCT = 3_000
"""Different texts, which come back under other titles: what they say does not matter to a page's speed."""
A_GO = 2_000
"""Rows in one insert."""


@dataclass(frozen=True)
class Written:
    """One text with what is the same wherever it comes back."""

    article: Article
    words: str
    facts: list[dict[str, Any]]
    new: list[dict[str, Any]]
    """What a development with this text brings."""


def home(folder: Path) -> None:
    """Write the operator's files: feeds.yaml and the watchlists."""
    (folder / "watchlists").mkdir(parents=True)
    rows = "".join(f"  - url: {feed_url(n)}\n    title: {json.dumps(title_of(n))}\n" for n in range(FEEDS))
    (folder / "feeds.yaml").write_text("feeds:\n" + rows, "utf-8")
    for n in range(WATCHLISTS):
        terms = "".join(f"  - {name}\n" for name in invention.NAMES[n * 20 : n * 20 + 20])
        (folder / "watchlists" / f"{watchlist(n)}.yaml").write_text(f"title: Matter {n}\nterms:\n{terms}", "utf-8")


def fill(store: Store) -> None:
    """Write everything that the service would have kept by `NOW`."""
    chance = random.Random(11)
    texts = [_written(article) for article in invention.articles(DISTINCT)]
    with store.session() as session:
        connection = session.connection()
        _feeds(connection)
        developments = _articles(connection, texts, chance)
        _people(connection, len(developments) - UNSETTLED)
        _mails(connection, developments, chance)
    store.alive(NOW)


def feed_url(number: int) -> str:
    return f"https://outlet{number}.example/feed"


def title_of(number: int) -> str:
    return f"The {invention.NAMES[number * 3]} {('Herald', 'Gazette', 'Zeitung', 'Nouvelles')[number % 4]}"


def watchlist(number: int) -> str:
    return f"matter{number}"


def story(number: int) -> str:
    return f"{zlib.crc32(str(number).encode()):08x}"


def name(number: int) -> str:
    return f"{number:020x}"


# --- what is written -------------------------------------------------------------------------------------------------


def _written(article: Article) -> Written:
    facts = novelty.facts(article)
    numbers = [fact for fact in facts if fact.kind is FactKind.NUMBER][:2]
    new = [asdict(Novel(Change.NEW, fact.shown, fact.sentence)) for fact in numbers]
    words = searching.indexed(f"{article.title}\n{article.text}")
    return Written(article, words, [asdict(fact) for fact in facts], new)


def _seen(number: int) -> datetime:
    return NOW - timedelta(days=DAYS) * (ARTICLES - number) / ARTICLES


def _placed(chance: random.Random) -> dict[int, int]:
    """Article -> story: a few stories have hundreds of reports, most a handful, each within a week or so."""
    weights = [1 / (rank + 1) ** 0.8 for rank in range(STORIES)]
    sizes = [max(2, round(PLACED * weight / sum(weights))) for weight in weights]
    found: dict[int, int] = {}
    week = ARTICLES * 7 // DAYS
    for number, size in enumerate(sizes):
        start = chance.randrange(ARTICLES)
        for _ in range(size):
            found.setdefault(min(ARTICLES - 1, start + int(abs(chance.gauss(0, 0.3)) * week)), number)
    return found


def _articles(connection: Connection, texts: Sequence[Written], chance: random.Random) -> list[tuple[int, str]]:
    """Articles with their items, words, hits and developments; (id, watchlist) of the developments."""
    placed, told, first = _placed(chance), dict[int, int](), dict[int, int]()
    rows: dict[type[SQLModel], list[dict[str, Any]]] = {
        kind: [] for kind in (ItemRow, ArticleRow, HitRow, DevelopmentRow, ConcernRow)
    }
    words, found = [], []
    for number in range(ARTICLES):
        written, belongs = texts[number % len(texts)], placed.get(number)
        news = News.NONE
        if belongs is not None:
            told[belongs] = told.get(belongs, -1) + 1
            news = News.STORY if not told[belongs] else News.REPEAT if told[belongs] % 4 else News.DEVELOPMENT
            first.setdefault(belongs, number)
            rows[HitRow] += _hits(number, written.article, belongs)
        rows[ItemRow].append(_item(number, written.article))
        rows[ArticleRow].append(_article(number, written, belongs, news, first))
        words.append({"number": number + 1, "words": f"{number} {written.words}"})
        if belongs is not None and news in (News.STORY, News.DEVELOPMENT):
            found.append((len(found) + 1, watchlist(belongs % WATCHLISTS)))
            seen = {"story": story(belongs), "article": name(number), "seen": _seen(number)}
            rows[DevelopmentRow].append({"id": len(found), **seen})
            rows[ConcernRow].append({"development": len(found), "watchlist": found[-1][1], "news": news})
    for kind in (ArticleRow, ItemRow, HitRow, DevelopmentRow, ConcernRow):
        _insert(connection, kind, rows[kind])
    for some in _goes(words):
        connection.execute(text("INSERT INTO article_words(rowid, words) VALUES (:number, :words)"), some)
    return found


def _article(number: int, written: Written, belongs: int | None, news: News, first: dict[int, int]) -> dict[str, Any]:
    article, begun = written.article, first.get(belongs) if belongs is not None else None
    placing = None if belongs is None else Placing.NEW_STORY if begun == number else Placing.SAME_STORY
    return {
        "number": number + 1, "id": name(number), "url": _url(number), "title": f"{number} {article.title}",
        "text": article.text, "language": article.language, "published": _seen(number), "source": _source(number),
        "authors": [], "read_from": "page", "seen": _seen(number), "story": None if belongs is None else story(belongs),
        "news": news, "placing": placing, "nearest": None if begun in (None, number) else name(begun), "score": 0.7,
        "sure": number % 17 > 0, "placed_why": "names 0.61, meaning 0.71, the same day", "why": "new: a figure",
        "new": written.new if news is News.DEVELOPMENT else [], "facts": written.facts if belongs is not None else [],
        "sketch": None if belongs is None else bytes(2_000), "weights": {},
    }  # fmt: skip


def _item(number: int, article: Article) -> dict[str, Any]:
    seen = _seen(number)
    state = "owed" if number > ARTICLES - 40 else "read"
    return {
        "feed": feed_url(_feed(number)), "key": _url(number), "identity": _url(number), "url": _url(number),
        "title": article.title, "summary": article.text[:200], "published": seen - timedelta(minutes=20),
        "announced": seen - timedelta(minutes=5), "state": state, "next_try": seen, "attempts": 0,
        "article": name(number),
    }  # fmt: skip


def _hits(number: int, article: Article, belongs: int) -> Iterator[dict[str, Any]]:
    for start in range(0, 30, 10):
        yield {
            "article": name(number), "watchlist": watchlist(belongs % WATCHLISTS), "term": "Kalinek",
            "found": article.text[start : start + 6], "where": Field.TEXT, "start": start, "end": start + 6,
            "how": "as written", "score": 1.0,
        }  # fmt: skip


def _feed(number: int) -> int:
    """A tenth of the feeds brings half of the news, and one in twenty has been silent for a fortnight."""
    feed = zlib.crc32(str(number).encode()) % (FEEDS // 10 if number % 2 else FEEDS)
    silent = feed % 20 == 3 and number > ARTICLES // 2
    return feed + 1 if silent else feed


def _url(number: int) -> str:
    return f"https://outlet{_feed(number)}.example/{number}.html"


def _source(number: int) -> str:
    return title_of(_feed(number))


def _feeds(connection: Connection) -> None:
    failing = {"failures": 4, "error": "answered 503 Service Unavailable", "failing_since": NOW - timedelta(days=3)}
    well = {"failures": 0, "error": None, "failing_since": None}
    due = {"next_due": NOW + timedelta(minutes=9), "last_polled": NOW, "last_success": NOW, "why_then": "its rhythm"}
    rows = [
        {"url": feed_url(n), "title": title_of(n), "minutes": 60, "active": True, **due}
        | (failing if n % 25 == 7 else well)
        for n in range(FEEDS)
    ]
    _insert(connection, FeedRow, rows)
    asked = (
        {"at": NOW - timedelta(hours=hour), "url": feed_url(n), "status": 200 if hour % 3 else 304, "size": 9_000,
         "next_due": NOW - timedelta(hours=hour - 1), "why_then": "its rhythm"}
        for hour in range(DAYS * REQUESTS_A_DAY, 0, -1) for n in range(FEEDS)
    )  # fmt: skip
    for some in _goes(asked):
        _insert(connection, RequestRow, some)


def _people(connection: Connection, settled: int) -> None:
    joined = NOW - timedelta(days=200)
    people = [
        {"id": n + 1, "address": f"reader{n}@example.org", "zone": "Europe/Paris", "confirmed": joined,
         "created": joined}
        for n in range(SUBSCRIBERS)
    ]  # fmt: skip
    _insert(connection, SubscriberRow, people)
    follows = [
        {"subscriber": n + 1, "watchlist": watchlist((n + step) % WATCHLISTS), "since": joined,
         "cadence": "daily 07:30", "served": NOW - timedelta(hours=2), "settled": settled}
        for n in range(SUBSCRIBERS) for step in (0, 7)
    ]  # fmt: skip
    _insert(connection, SubscriptionRow, follows)


def _mails(connection: Connection, developments: Sequence[tuple[int, str]], chance: random.Random) -> None:
    """Everybody was told of everything but the last few, a score of stories in a mail."""
    mails, told = [], []
    for person in range(SUBSCRIBERS):
        theirs = {watchlist(person % WATCHLISTS), watchlist((person + 7) % WATCHLISTS)}
        news = [number for number, concerned in developments if concerned in theirs][:-3]
        for start in range(0, len(news), 20):
            mails.append(_mail(len(mails) + 1, person, chance))
            some = news[start : start + 20]
            told += [{"subscriber": person + 1, "development": number, "mail": len(mails)} for number in some]
    _insert(connection, MailRow, mails)
    _insert(connection, ToldRow, told)


def _mail(number: int, person: int, chance: random.Random) -> dict[str, Any]:
    written = NOW - timedelta(hours=chance.randrange(2, DAYS * 24))
    return {
        "id": number, "subscriber": person + 1, "kind": "digest", "address": f"reader{person}@example.org",
        "subject": f"{number} stories: {invention.NAMES[number % 2000]}", "message_id": f"<{number}@news.example>",
        "data": bytes(20_000), "state": "queued" if number % 200 == 0 else "sent", "attempts": 1, "next_try": written,
        "created": written, "since": written, "sent": written,
    }  # fmt: skip


def _insert(connection: Connection, kind: type[SQLModel], rows: Iterable[dict[str, Any]]) -> None:
    table: Table = kind.__table__  # type: ignore[attr-defined]
    for some in _goes(rows):
        connection.execute(insert(table), some)


def _goes(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    some: list[dict[str, Any]] = []
    for row in rows:
        some.append(row)
        if len(some) == A_GO:
            yield some
            some = []
    if some:
        yield some

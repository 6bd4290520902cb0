"""The thinking rooms on files: replay, compare and inspect, JSON lines in, JSON lines out; offline, deterministic."""

from __future__ import annotations

import asyncio
import collections
import gzip
import itertools
import json
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor import config, embed, fetch, language, likeness, match, pipeline
from monitor.errors import FeedError, InputError, PageError
from monitor.pipeline.mind import Mind, Scope
from monitor.pipeline.workers import Workers
from monitor.values import Article

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence

    from monitor.pipeline.mind import Thought
    from monitor.values import Hit, Item, Novel, Page, ParsedFeed, Sketch, Watchlist

Row = dict[str, Any]

CHUNK = 64
"""Documents whose vectors are computed in one call of the sentence model."""


def rows(path: Path) -> Iterator[tuple[int, Row]]:
    """The JSON objects of a file, one a line, with their line numbers; InputError names a line that is none."""
    try:
        with path.open(encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, _object(line, f"{path.name}:{number}")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"cannot be read: {error}") from None


def count(path: Path) -> int:
    """How many lines a file has, for a progress bar; 0 where it cannot be read: `rows` says why."""
    try:
        with path.open("rb") as lines:
            return sum(1 for _ in lines)
    except OSError:
        return 0


def replay(lines: Iterable[tuple[int, Row]], file: str, watchlists: Sequence[Watchlist], scope: Scope) -> Iterator[Row]:
    """What the pipeline thinks of each document, in file order, from an empty memory."""
    mind = Mind(match.compile_all(watchlists), embed.open_embedder(), scope=scope)
    documents = (_article(row, f"{file}:{number}") for number, row in lines)
    while chunk := list(itertools.islice(documents, CHUNK)):
        noticed = [mind.notice(article) for article in chunk]
        vectors = mind.embed(noticed)
        for seen in noticed:
            thought = mind.judge(seen, vectors.get(seen.article.id))
            mind.remember(thought)
            yield _thought_row(thought)


def compare(lines: Iterable[tuple[int, Row]], file: str) -> Iterator[Row]:
    """How alike the two documents of each pair are. A document that stands in many pairs is sketched once."""
    sketcher = _Sketcher(embed.open_all())
    pairs = ((row["id"], *_pair(row, f"{file}:{number}")) for number, row in lines)
    while chunk := list(itertools.islice(pairs, CHUNK)):
        sketcher.take([article for _, a, b in chunk for article in (a, b)])
        for name, a, b in chunk:
            found = likeness.compare(sketcher.of(a), sketcher.of(b))
            yield {
                "id": name,
                "likeness": round(found.score, 4),
                "same_story": found.same_story,
                "copy": found.copy,
                "why": found.why,
                "weights": {name: round(part, 4) for name, part in found.weights.items()},
            }


class _Sketcher:
    """Sketches by the documents' content."""

    def __init__(self, embedder: embed.Embedder) -> None:
        self._embedder = embedder
        self._sketches: dict[Article, Sketch] = {}

    def take(self, articles: Iterable[Article]) -> None:
        new = [article for article in dict.fromkeys(map(_nameless, articles)) if article not in self._sketches]
        told = [_told(article) for article in new]
        vectors = self._embedder.encode([likeness.excerpts(article) for article in told]) if told else ()
        for key, article, vector in zip(new, told, vectors, strict=True):
            self._sketches[key] = likeness.sketch(article, vector)

    def of(self, article: Article) -> Sketch:
        return self._sketches[_nameless(article)]


def _nameless(article: Article) -> Article:
    """The evaluators give one document a new id in each pair; its content is what counts."""
    return Article("", article.title, article.text, article.url, article.language, article.published, article.source)


def _told(article: Article) -> Article:
    told = language.tell(article.title, article.text, article.language)
    return Article("", article.title, article.text, article.url, told, article.published, article.source)


# --- pages and feeds ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """A page or feed to look at."""

    id: str
    stored: Path | bytes
    url: str
    content_type: str | None = None


async def sources(named: str) -> list[Source]:
    """What a manifest (.jsonl, its files relative to it), a stored file or a URL stands for."""
    if named.startswith(("http://", "https://")):
        return [await _fetched(named)]
    path = Path(named)
    if path.suffix != ".jsonl":
        return [Source(path.name, path, f"file:{named}")]
    found = []
    for number, row in rows(path):
        _need(row, ("id", "file", "url"), f"{path.name}:{number}")
        found.append(Source(row["id"], path.parent / row["file"], row["url"], row.get("content_type")))
    return found


async def _fetched(url: str) -> Source:
    async with pipeline.new_fetcher(config.settings(Path())) as fetcher:
        response = await fetcher.get(url)
    if response.problem:
        raise InputError(fetch.shown(url), response.problem)
    return Source(url, response.body, response.url, response.content_type)


async def inspect_pages(sources: Iterable[Source]) -> AsyncIterator[Row]:
    """What extraction takes from each page, in order."""
    with Workers() as workers:

        async def look(source: Source) -> Row:
            try:
                page = await workers.read(_bytes(source), source.url, source.content_type)
            except (PageError, InputError) as error:
                return _page_row(source.id, None, error.problem)
            return _page_row(source.id, page, None)

        async for row in _in_order(look, sources):
            yield row


async def inspect_feeds(sources: Iterable[Source]) -> AsyncIterator[Row]:
    """What the feed reader takes from each feed, in order."""
    with Workers() as workers:

        async def look(source: Source) -> Row:
            try:
                feed = await workers.parse(_bytes(source), source.url, source.content_type)
            except (FeedError, InputError) as error:
                return _no_feed_row(source.id, error.problem)
            return _feed_row(source.id, feed)

        async for row in _in_order(look, sources):
            yield row


async def _in_order(
    look: Callable[[Source], Awaitable[Row]], sources: Iterable[Source], ahead: int = 32
) -> AsyncIterator[Row]:
    """Rows in the order of their sources, with some under way at a time: one that takes its full time holds up few."""
    waiting: collections.deque[asyncio.Future[Row]] = collections.deque()
    for source in sources:
        waiting.append(asyncio.ensure_future(look(source)))
        if len(waiting) >= ahead:
            yield await waiting.popleft()
    while waiting:
        yield await waiting.popleft()


def _bytes(source: Source) -> bytes:
    if isinstance(source.stored, bytes):
        return source.stored
    try:
        data = source.stored.read_bytes()
        return gzip.decompress(data) if source.stored.suffix == ".gz" else data
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(str(source.stored), f"cannot be read: {error}") from None


def _page_row(name: str, page: Page | None, error: str | None) -> Row:
    return {
        "id": name,
        "title": page.title if page else "",
        "text": page.text if page else "",
        "language": language.tell(page.title, page.text) if page else None,
        "published": _moment(page.published) if page else None,
        "authors": list(page.authors) if page else [],
        "usable": page.usable if page else False,
        "error": error or (page.reason if page else None),
    }


def _no_feed_row(name: str, error: str) -> Row:
    return {"id": name, "title": None, "items": [], "error": error}


def _feed_row(name: str, feed: ParsedFeed) -> Row:
    return {"id": name, "title": feed.title, "items": [_item_row(item) for item in feed.items], "error": feed.note}


def _item_row(item: Item) -> Row:
    return {
        "id": item.guid or item.key,
        "title": item.title,
        "url": item.url,
        "published": _moment(item.published),
        "summary": item.summary,
    }


# --- rows in and out ---------------------------------------------------------------------------------------------


def _object(line: str, where: str) -> Row:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise InputError(where, f"is not JSON: {error}") from None
    if not isinstance(row, dict):
        raise InputError(where, "is not a JSON object")
    return row


def _need(row: Row, keys: Sequence[str], where: str) -> None:
    for key in keys:
        if not isinstance(row.get(key), str):
            raise InputError(where, f"needs {key!r} as a text")


def _pair(row: Row, where: str) -> tuple[Article, Article]:
    _need(row, ("id",), where)
    sides = [row.get(side) for side in ("a", "b")]
    if not all(isinstance(side, dict) for side in sides):
        raise InputError(where, "needs the documents 'a' and 'b' as objects")
    a, b = (_article({"id": side, **row[side]}, f"{where} {side}") for side in ("a", "b"))
    return a, b


def _article(row: Row, where: str) -> Article:
    _need(row, ("id", "text"), where)
    for key in ("title", "url", "language", "source", "published"):
        if row.get(key) is not None and not isinstance(row[key], str):
            raise InputError(where, f"{key!r} must be a text or null")
    return Article(
        id=row["id"],
        title=row.get("title") or "",
        text=row["text"],
        url=row.get("url"),
        language=row.get("language"),
        published=_instant(row.get("published"), where),
        source=row.get("source"),
    )


def _instant(text: str | None, where: str) -> datetime | None:
    if not text:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(where, f"published {text!r} is no ISO 8601 time") from None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _moment(when: datetime | None) -> str | None:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if when else None


def _thought_row(thought: Thought) -> Row:
    placement, verdict = thought.placement, thought.verdict
    return {
        "id": thought.article.id,
        "language": thought.article.language,
        "hits": [_hit_row(hit) for hit in thought.hits],
        "story": placement.story if placement else None,
        "news": verdict.news.value,
        "new": _novel_texts(verdict.new),
        "why": f"{placement.why}; {verdict.why}" if placement else verdict.why,
    }


def _hit_row(hit: Hit) -> Row:
    return {
        "watchlist": hit.watchlist,
        "term": hit.term,
        "found": hit.found,
        "where": hit.where.value,
        "start": hit.start,
        "end": hit.end,
        "how": hit.how,
        "score": round(hit.score, 4),
    }


def _novel_texts(novels: Sequence[Novel]) -> list[str]:
    """What is new, a line a sentence: the facts first, then the sentence that carries them."""
    by_sentence: dict[str, list[str]] = {}
    for novel in novels:
        before = f" (before: {novel.before})" if novel.before else ""
        by_sentence.setdefault(novel.sentence, []).append(novel.text + before)
    return [f"{', '.join(texts)}: {sentence}" for sentence, texts in by_sentence.items()]

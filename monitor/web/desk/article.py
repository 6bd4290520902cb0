"""One article: its text with what was found marked in place, and every gate that it passed or failed; also by URL."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor import match
from monitor.values import Field

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.responses import Response

    from monitor.store.archive import Kept
    from monitor.values import Article as Text
    from monitor.values import Hit
    from monitor.web.desk.sheets import Sheets, Visit

MOST_TOLD = 20
"""Subscribers who are named."""
LONGEST_TEXT = 40_000
"""Letters of a text that its page shows; a hit further on shows in the list of hits alone."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; with `hits`, it is what they found."""

    text: str
    hits: tuple[int, ...] = ()
    """Numbers of hits in the page's list, from 1."""


@dataclass(frozen=True, slots=True)
class Article:
    """The page of one article."""

    sheets: Sheets

    def show(self, visit: Visit) -> Response:
        """The article of the address; 404 for one that is not kept."""
        kept = self.sheets.house.store.archive.find(visit.asked.path["article"])
        if kept is None:
            return self.sheets.missing(visit, "This article is not kept, or not any more.")
        return self._page(visit, kept)

    def why(self, visit: Visit) -> Response:
        """Why was this not told? For any address, seen by the monitor or not."""
        url = visit.asked.query.get("url", "").strip()[:2000]
        kept = self.sheets.house.store.archive.find(url) if url else None
        if kept is not None:
            return self._page(visit, kept)
        announced = self.sheets.house.store.sources.announced(url) if url else []
        return self.sheets.page("why", visit, here="why", url=url, announced=announced)

    def _page(self, visit: Visit, kept: Kept) -> Response:
        store, article = self.sheets.house.store, kept.article
        hits = [(hit, match.meaning(hit.score)) for hit in kept.hits]
        placement = kept.placement
        nearest = store.archive.find(placement.nearest) if placement and placement.nearest else None
        told = store.archive.told_to(article.id)
        return self.sheets.page(
            "article",
            visit,
            here="article",
            kept=kept,
            article=article,
            hits=hits,
            title=pieces(article.title, _within(kept.hits, Field.TITLE, article)),
            paragraphs=_paragraphs(article, kept.hits),
            cut=len(article.text) > LONGEST_TEXT,
            announced=store.sources.announced(article.url) if article.url else [],
            nearest=nearest.article if nearest else None,
            told=store.people.addresses(told[:MOST_TOLD]),
            told_beyond=max(0, len(told) - MOST_TOLD),
            words=store.judgements.of_article(article.id),
        )


def _within(hits: Iterable[Hit], where: Field, article: Text) -> list[tuple[int, int, int]]:
    """(start, end, number) of the hits in title or text that are still there: an edited text may have moved them."""
    text = article.title if where is Field.TITLE else article.text
    return [
        (hit.start, hit.end, number)
        for number, hit in enumerate(hits, 1)
        if hit.where is where and text[hit.start : hit.end] == hit.found
    ]


def _paragraphs(article: Text, hits: Iterable[Hit]) -> list[tuple[Piece, ...]]:
    """The text by its lines, each in pieces."""
    spans, found, start = _within(hits, Field.TEXT, article), [], 0
    for line in article.text[:LONGEST_TEXT].split("\n"):
        end = start + len(line)
        inside = [(a - start, b - start, number) for a, b, number in spans if a >= start and b <= end]
        if line.strip():
            found.append(pieces(line, inside))
        start = end + 1
    return found


def pieces(text: str, spans: Iterable[tuple[int, int, int]]) -> tuple[Piece, ...]:
    """A text cut at the ends of spans (start, end, number), which may overlap; together the pieces are the text."""
    spans = list(spans)
    ends = sorted({0, len(text), *(end for span in spans for end in span[:2])})
    return tuple(
        Piece(text[a:b], tuple(number for start, end, number in spans if start <= a and b <= end))
        for a, b in itertools.pairwise(ends)
    )

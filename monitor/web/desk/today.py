"""The first page of the morning: stories with what is new in them, newest development first, and the search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.store.overview import Wanted
from monitor.store.search import Sought
from monitor.text import searching
from monitor.values import News
from monitor.web.desk import charts, sheets

if TYPE_CHECKING:
    from starlette.responses import Response

    from monitor.store import Store
    from monitor.web.desk.sheets import Sheets, Visit

SPANS = {"day": ("24 hours", 1), "three": ("3 days", 3), "week": ("7 days", 7), "month": ("30 days", 30)}
"""What a list may reach back to: name in the address -> words, days."""
USUAL = "week"
A_PAGE = 25
"""Stories, or articles that were found, on one page: 25 stories of eight languages are some 60 KB."""
LONGEST_QUESTION = 500


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list was asked for, as its address says."""

    span: str
    watchlist: str
    language: str
    source: str
    news: str
    words: str
    page: int

    def since(self, now: datetime) -> datetime:
        return now - timedelta(days=SPANS[self.span][1])

    def other(self, **changes: object) -> str:
        """The query of the same list with some of it changed; a changed filter leads to the first page."""
        chosen = {
            "span": "" if self.span == USUAL else self.span,
            "watchlist": self.watchlist,
            "language": self.language,
            "source": self.source,
            "news": self.news,
            "q": self.words,
        }
        return sheets.query(**(chosen | changes))


@dataclass(frozen=True, slots=True)
class Today:
    """The list of stories, and the list of what a search found."""

    sheets: Sheets

    @property
    def _store(self) -> Store:
        return self.sheets.house.store

    def show(self, visit: Visit) -> Response:
        """Stories with a development in the chosen time."""
        chosen, now = _filters(visit), self.sheets.house.now()
        since = chosen.since(now)
        wanted = Wanted(since, chosen.watchlist, chosen.language, chosen.source, chosen.news)
        found = self._store.overview.stories(wanted, (chosen.page - 1) * A_PAGE, A_PAGE + 1)
        languages, sources = self._store.overview.languages_and_sources(since)
        stories = found[:A_PAGE]
        return self.sheets.page(
            "today",
            visit,
            here="today",
            chosen=chosen,
            spans=SPANS,
            stories=[(story, charts.bars(story.seen, since, now)) for story in stories],
            more=len(found) > A_PAGE,
            languages=languages,
            sources=sources,
            days=charts.days(self._store.overview.developments(since), since, now),
        )

    def search(self, visit: Visit) -> Response:
        """Articles with the words, matched or not, newest first."""
        chosen = _filters(visit)
        sought = Sought(chosen.words, chosen.watchlist, chosen.language, chosen.source)
        found = self._store.search.find(sought, (chosen.page - 1) * A_PAGE, A_PAGE + 1)
        return self.sheets.page(
            "search",
            visit,
            here="search",
            chosen=chosen,
            found=found[:A_PAGE],
            more=len(found) > A_PAGE,
            shown=searching.plain(chosen.words),
        )


def _filters(visit: Visit) -> Filters:
    asked = visit.asked.query
    span, news = asked.get("span", USUAL), asked.get("news", "")
    return Filters(
        span=span if span in SPANS else USUAL,
        watchlist=asked.get("watchlist", ""),
        language=asked.get("language", ""),
        source=asked.get("source", ""),
        news=news if news in (News.STORY, News.DEVELOPMENT) else "",
        words=asked.get("q", "")[:LONGEST_QUESTION].strip(),
        page=sheets.number(asked.get("page", "")),
    )

"""Stories: the list of the desk's first page, and one story whole."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from monitor.store.listing import Window
from monitor.store.overview import Brief, Wanted, Whole
from monitor.web.api import cursors, problems
from monitor.web.api.cursors import Portion, Turning
from monitor.web.api.shapes import Concern, Moment, Report, Shape
from monitor.web.desk.figures import Series, figures
from monitor.web.frame import House

WEEK = timedelta(days=7)
LATEST = 253_402_300_799
"""The last second of the year 9999, in seconds since 1970: a cursor may hold any number."""


class LanguageCount(Shape):
    """How many reports of a story are in one language."""

    language: str
    reports: int


class StoryBrief(Shape):
    """One story in a list."""

    id: str
    first: Report
    latest: Report = Field(description="The report that brought the newest development.")
    development: int = Field(description="The number of the newest development.")
    concerns: list[Concern] = Field(description="Whom the newest development concerns, and as what.")
    reports: int
    sources: int
    languages: list[LanguageCount]


class FigurePoint(Shape):
    """What one report says of a figure."""

    value: float
    shown: str = Field(description="As the report writes it.")
    source: str
    when: datetime


class Figure(Shape):
    """A figure of a story over time."""

    name: str = Field(description='What is counted, e.g. "soldiers".')
    changes: bool = Field(description="More than one value was told.")
    points: list[FigurePoint]


class Delivery(Shape):
    """A subscriber who was told of a report, and how far the mail got."""

    article: str
    address: str
    state: str = Field(description="Of the mail: queued, claimed, deferred, in doubt, sent, failed, suppressed.")
    written: datetime
    sent: datetime | None


class Story(Shape):
    """One story, whole."""

    id: str
    count: int = Field(description="Reports that are kept; `reports` has the first and the newest ones of very many.")
    reports: list[Report] = Field(description="Oldest first.")
    watchlists: list[str]
    figures: list[Figure]
    deliveries: list[Delivery]


class StoryFilters(Turning):
    """Which stories a list has: those with a development that all of this is true of."""

    watchlist: str = Field("", max_length=200, description="Only what concerns this watchlist.")
    language: str = Field("", max_length=20, description="Only developments in this language.")
    source: str = Field("", max_length=500, description="Only developments by this outlet.")
    news: Literal["story", "development", ""] = Field("", description="Only first reports, or only developments.")
    since: Moment | None = Field(None, description="Only developments since then; default: seven days.")


@dataclass(frozen=True, slots=True)
class Stories:
    """What is asked of stories."""

    house: House

    def page(self, wanted: Annotated[StoryFilters, Query()]) -> Portion[StoryBrief]:
        """List stories, the one with the newest development first.

        A list that is read portion by portion stays as it was at its first one: what comes in meanwhile is at the
        head of the next list.
        """
        listing = self.house.store.listing
        place = cursors.numbers(wanted.cursor, 3)
        if place is None:
            newest, start = listing.newest(), wanted.since or self.house.now() - WEEK
            place = (newest, newest + 1, _seconds(start))
        top, below, began = place
        filters = Wanted(_moment(began), wanted.watchlist, wanted.language, wanted.source, wanted.news)
        found = listing.stories(filters, Window(top, below), wanted.limit + 1)
        shown = found[: wanted.limit]
        more = cursors.cursor(top, shown[-1][0], began) if len(found) > wanted.limit else None
        return Portion(items=[_brief(number, brief) for number, brief in shown], next=more)

    def one(self, story: str) -> Story:
        """Show one story with its reports, figures and deliveries."""
        whole = self.house.store.overview.story(story)
        if whole is None:
            raise problems.missing("No article of this story is kept, or not any more.")
        return _whole(whole)


def _brief(number: int, brief: Brief) -> StoryBrief:
    return StoryBrief(
        id=brief.story,
        first=Report.model_validate(brief.first),
        latest=Report.model_validate(brief.latest),
        development=number,
        concerns=[Concern(watchlist=watchlist, news=news) for watchlist, news in brief.watchlists],
        reports=len(brief.seen),
        sources=brief.sources,
        languages=[LanguageCount(language=language, reports=count) for language, count in brief.languages],
    )


def _whole(whole: Whole) -> Story:
    return Story(
        id=whole.story,
        count=whole.count,
        reports=[Report.model_validate(report) for report in whole.reports],
        watchlists=list(whole.watchlists),
        figures=[_figure(series) for series in figures(whole.reports)],
        deliveries=[Delivery.model_validate(each) for each in whole.deliveries],
    )


def _figure(series: Series) -> Figure:
    return Figure(
        name=series.name,
        changes=series.changes,
        points=[FigurePoint.model_validate(point) for point in series.points],
    )


def _seconds(moment: datetime) -> int:
    """For a cursor, which holds whole numbers from 0 on: nothing is older than 1970 here."""
    return max(0, int(moment.timestamp()))


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(min(seconds, LATEST), UTC)

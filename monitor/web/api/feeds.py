"""Feeds: how each fares, trying and adding new ones, taking one out, OPML."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Path, Query, Response
from pydantic import BaseModel, Field

from monitor import config, health, opml
from monitor.errors import ConfigError
from monitor.health import Diagnosis, Record, State
from monitor.text import addresses
from monitor.values import Feed, Kind
from monitor.web.api import cursors, problems
from monitor.web.api.cursors import Portion, Turning
from monitor.web.api.problems import ProblemError
from monitor.web.api.shapes import Shape
from monitor.web.desk import sheets
from monitor.web.desk.office import Office
from monitor.web.frame import House

SHOWN_ITEMS, SHOWN_REQUESTS, SHOWN_TITLES = 40, 20, 3
Key = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="The feed's id.")]
Url = Annotated[str, Field(min_length=1, max_length=2000)]


class FeedState(Shape):
    """One feed and how it fares."""

    id: str = Field(description="Made from its address, which may hold a password and is never in an address here.")
    title: str
    url: str = Field(description="Without user and password.")
    kind: Kind
    language: str | None
    country: str | None
    minutes: int = Field(description="The shortest time between two polls.")
    state: State
    since: datetime | None = Field(description="Since when it is so, where that is known.")
    problem: str
    remedy: str = Field(description="What an operator can do about it.")
    last_polled: datetime | None
    last_success: datetime | None
    last_news: datetime | None
    next_due: datetime | None
    why_then: str
    items_a_day: float | None
    hits_a_week: int


class Announced(Shape):
    """One item of a feed, and what became of it."""

    title: str
    url: str | None
    announced: datetime
    published: datetime | None
    state: str = Field(description="owed, read or given up")
    reason: str | None
    attempts: int
    next_try: datetime
    article: str | None = Field(description="The id of the article that was read.")


class Asked(Shape):
    """One request to a feed, and what came of it."""

    at: datetime
    status: int | None
    size: int
    error: str | None
    next_due: datetime | None
    why_then: str | None


class FeedWhole(FeedState):
    """One feed with its newest items and requests."""

    items: list[Announced]
    requests: list[Asked]


class Trying(BaseModel):
    """Where to look for feeds."""

    address: Url = Field(description="Of a feed, or of a site.")


class FoundFeed(Shape):
    """A feed that was found and read."""

    url: str
    title: str
    kind: Kind
    language: str
    items: int
    newest: list[str] = Field(description="The first titles of it.")
    known: str | None = Field(description="The id of the feed that it is already.")


class Tried(Shape):
    """What was found at an address; nothing is added."""

    found: list[FoundFeed]
    how: str | None = Field(description="How it was found, in words.")


class NewFeed(BaseModel):
    """A feed to add."""

    url: Url
    title: str = Field("", max_length=200)
    language: str | None = Field(None, pattern="^[a-z]{2,3}$")
    country: str | None = Field(None, pattern="^[A-Z]{2}$")
    minutes: int = Field(60, ge=1, le=1440)
    kind: Kind = Kind.FEED


class FeedFilters(Turning):
    """Which feeds a list has."""

    state: State | None = Field(None, description="Only feeds in this state.")


@dataclass(frozen=True, slots=True)
class Feeds:
    """What is asked of feeds."""

    house: House
    office: Office

    def page(self, wanted: Annotated[FeedFilters, Query()]) -> Portion[FeedState]:
        """List the feeds of feeds.yaml with how they fare, by id."""
        after, most = cursors.word(wanted.cursor), wanted.limit
        states = sorted((self._state(feed, told) for feed, told in self._diagnoses()), key=lambda each: each.id)
        found = [each for each in states if each.id > after and wanted.state in (None, each.state)]
        return Portion(items=found[:most], next=cursors.cursor(found[most - 1].id) if len(found) > most else None)

    def one(self, feed: Key) -> FeedWhole:
        """Show one feed: its state, its newest items, the last requests to it."""
        known = self._known(feed)
        insight = self.house.store.insight
        told = next(told for each, told in self._diagnoses() if each.url == known.url)
        return FeedWhole(
            **self._state(known, told).model_dump(),
            items=[Announced.model_validate(each) for each in insight.items(known.url, SHOWN_ITEMS)],
            requests=[Asked.model_validate(each) for each in insight.requests(known.url, SHOWN_REQUESTS)],
        )

    def opml(self) -> Response:
        """Give the feeds as OPML, for any other reader."""
        document = opml.write(self._named(), self.house.now())
        return Response(
            document, media_type="text/x-opml", headers={"Content-Disposition": 'attachment; filename="feeds.opml"'}
        )

    def look(self, body: Trying) -> Tried:
        """Look for feeds at an address; nothing is added. 502 where it cannot be asked or has none."""
        url = _whole(body.address, "body.address")
        search = self.office.scout(url)
        if not search.found:
            raise ProblemError(
                problems.Kind.UNREACHABLE, f"{addresses.shown(url)}: {search.problem}; no feed was found."
            )
        known = {addresses.same(feed.url): sheets.key(feed.url) for feed in self._named()}
        found = [
            FoundFeed(
                url=each.url,
                title=each.title,
                kind=each.kind,
                language=each.language,
                items=len(each.feed.items),
                newest=[item.title for item in each.feed.items[:SHOWN_TITLES]],
                known=known.get(addresses.same(each.url)),
            )
            for each in search.found
        ]
        return Tried(found=found, how=search.how)

    def add(self, response: Response, body: NewFeed) -> FeedState:
        """Add a feed to feeds.yaml; it is polled within seconds. 409 where it is there already."""
        url = _whole(body.url, "body.url")
        if addresses.same(url) in {addresses.same(feed.url) for feed in self._named()}:
            raise ProblemError(problems.Kind.CONFLICT, f"{addresses.shown(url)} is in feeds.yaml already.")
        title = " ".join(body.title.split()) or addresses.shown(url)
        feed = Feed(url, title, body.language, body.country, body.minutes, body.kind)
        try:
            config.add_feeds(self.office.home, [feed])
        except ConfigError as error:
            raise problems.invalid("body", str(error)) from None
        response.headers["Location"] = f"{self.house.root}/api/v1/feeds/{sheets.key(url)}"
        return self._state(feed, health.diagnose(Record(url, title), self.house.now()))

    def remove(self, feed: Key) -> None:
        """Take a feed out of feeds.yaml; what was read from it stays."""
        config.remove_feed(self.office.home, self._known(feed).url)

    # --- what there is -----------------------------------------------------------------------------------------------

    def _named(self) -> tuple[Feed, ...]:
        return config.feeds_so_far(self.office.home)

    def _known(self, key: str) -> Feed:
        known = next((feed for feed in self._named() if sheets.key(feed.url) == key), None)
        if known is None:
            raise problems.missing("feeds.yaml has no such feed, or not any more.")
        return known

    def _diagnoses(self) -> list[tuple[Feed, Diagnosis]]:
        now = self.house.now()
        records = self.house.store.health.records(now)
        return [(feed, health.fares(feed, records, now)) for feed in self._named()]

    def _state(self, feed: Feed, told: Diagnosis) -> FeedState:
        record = told.record
        return FeedState(
            id=sheets.key(feed.url),
            title=feed.title,
            url=addresses.shown(feed.url),
            kind=feed.kind,
            language=feed.language,
            country=feed.country,
            minutes=feed.minutes,
            state=told.state,
            since=told.since,
            problem=told.problem,
            remedy=told.remedy,
            last_polled=record.last_polled,
            last_success=record.last_success,
            last_news=record.last_news,
            next_due=record.next_due,
            why_then=record.why_then,
            items_a_day=record.per_day,
            hits_a_week=record.hits,
        )


def _whole(written: str, where: str) -> str:
    url = addresses.whole(written)
    if url is None:
        raise problems.invalid(where, "is no web address; write it as https://example.org/")
    return url

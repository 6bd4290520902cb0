"""What comes from the web: feeds, the items they announce, the articles they lead to."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta


class Kind(StrEnum):
    """How a source announces its articles."""

    FEED = "feed"
    """RSS, RDF, Atom, CDF or JSON Feed."""
    SITEMAP = "sitemap"
    """A sitemap (sitemaps.org), best one with the news extension."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A source that the operator's feeds.yaml names."""

    url: str
    title: str
    language: str | None = None
    """ISO 639-1 code, or None for a feed of many languages."""
    country: str | None = None
    """ISO 3166 alpha-2 code of the outlet."""
    minutes: int = 60
    """The shortest time between two polls."""
    kind: Kind = Kind.FEED


@dataclass(frozen=True, slots=True)
class Item:
    """One entry as a feed announces it; text fields are plain text, never markup."""

    key: str
    """What the article is known by, whatever the feed calls it: its page's address in the form that all its addresses
    have in common, or its words. Reports that share a page share it; the store's keys tell them apart."""
    url: str | None
    """An http(s) address, or None."""
    title: str
    summary: str = ""
    published: datetime | None = None
    """Aware; None where no honest reading of the feed's date exists."""
    guid: str = ""
    """What the feed calls it, where it calls no other so."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a feed says that it is worth asking: a least wait, and hours and days on which nothing comes."""

    least_wait: timedelta | None = None
    """The longer of RSS 2.0's `ttl` and the syndication module's updatePeriod / updateFrequency."""
    skip_hours: frozenset[int] = frozenset()
    """RSS 2.0 skipHours: hours of the day in UTC, 0 to 23."""
    skip_days: frozenset[int] = frozenset()
    """RSS 2.0 skipDays: days of the week in UTC, Monday is 0."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a feed brings its items, as far as it was watched."""

    hours: tuple[float, ...] = (0.0,) * 24
    """Items that came in each hour of the day (UTC); what is long past weighs less."""
    days: float = 0.0
    """How long it was watched, in days that weigh alike."""


@dataclass(frozen=True, slots=True)
class Move:
    """A feed's answers come from another address, by permanent redirects alone."""

    to: str
    since: datetime
    seen: int = 1
    """Good polls in a row that were led there."""
    settled: bool = False
    """The new address is believed, and asked directly."""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What a feed's bytes say."""

    title: str
    items: tuple[Item, ...]
    language: str | None = None
    note: str | None = None
    """What was wrong but could be read all the same."""
    schedule: Schedule = field(default_factory=Schedule)
    children: tuple[str, ...] = ()
    """Addresses of the documents that hold the items, the newest first: of an index of sitemaps."""


@dataclass(frozen=True, slots=True)
class Page:
    """What extraction took from an article page."""

    title: str
    text: str
    """Paragraphs parted by newlines."""
    published: datetime | None = None
    authors: tuple[str, ...] = ()
    usable: bool = True
    reason: str | None = None
    """Why the page is no article, where it is not usable."""


class ReadFrom(StrEnum):
    """Where an article's text came from."""

    PAGE = "page"
    """Taken from the article's own page."""
    FEED = "feed"
    """The page could not be read: the feed's own title and summary stand in."""


@dataclass(frozen=True, slots=True)
class Article:
    """One text that is matched, placed and judged."""

    id: str
    title: str
    text: str
    url: str | None = None
    language: str | None = None
    """ISO 639-1 code once told; before that a hint or None."""
    published: datetime | None = None
    source: str | None = None
    """The outlet: a feed's title or a host name."""
    authors: tuple[str, ...] = ()
    read_from: ReadFrom = ReadFrom.PAGE

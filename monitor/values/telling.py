"""Who is told, of what, and the mail that tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.values.reading import ReadFrom

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.values.matching import Hit
    from monitor.values.stories import News, Novel


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Someone who gets digests."""

    id: int
    address: str
    watchlists: tuple[str, ...]
    """Ids of the watchlists they follow."""
    zone: str = "UTC"
    """IANA time zone name for the times in their mail."""


@dataclass(frozen=True, slots=True)
class Report:
    """One article as a digest cites it."""

    title: str
    url: str | None
    source: str
    language: str
    published: datetime | None
    news: News
    hits: tuple[Hit, ...]
    origin: str | None = None
    """The outlet this report retells, where it says so."""
    read_from: ReadFrom = ReadFrom.PAGE
    lead: str = ""
    """How the article opens: quoted where no new fact is."""


@dataclass(frozen=True, slots=True)
class Development:
    """Something that subscribers of some watchlists are to be told once."""

    id: int
    story: str
    news: News
    """STORY or DEVELOPMENT."""
    new: tuple[Novel, ...]
    report: Report
    """The article that brought it."""
    watchlists: tuple[str, ...]
    seen: datetime
    """When the monitor judged it."""
    sure: bool = True
    """False: possibly the same as a story already told."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class StoryNews:
    """One story as it appears in one subscriber's digest."""

    story: str
    headline: str
    developments: tuple[Development, ...]
    """New to this subscriber, oldest first; at least one."""
    also: tuple[Report, ...] = ()
    """Other reports of the story since the last digest: repeats and copies."""
    told_before: bool = False
    """True where the subscriber was told of this story in an earlier digest."""


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything one mail says to one subscriber."""

    subscriber: Subscriber
    stories: tuple[StoryNews, ...]
    now: datetime
    titles: dict[str, str]
    """Watchlist id -> its title."""
    held: int = 0
    """Developments that wait for the next mail because this one is full."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One message, frozen: what is sent again after a crash is these very bytes."""

    to: str
    subject: str
    message_id: str
    """With its angle brackets."""
    data: bytes
    """The whole message, CRLF line ends."""

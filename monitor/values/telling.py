"""Who is told, of what, and the mail that tells it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.values.reading import ReadFrom

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from monitor.values.matching import Hit
    from monitor.values.stories import News, Novel, Origin


MAIL_LANGUAGES = ("ar", "de", "en", "es", "fr", "ja", "ko", "ru", "uk", "zh")
"""Languages in which mails and pages can be had."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Someone who gets digests."""

    id: int
    address: str
    watchlists: tuple[str, ...]
    """Ids of the watchlists they follow."""
    zone: str = "UTC"
    """IANA time zone name for the times in their mail."""
    language: str = "en"
    """Of their mail, as a CLDR language code."""
    languages: tuple[str, ...] = ()
    """Of the articles they want to be told of; empty: of any."""
    cap: int | None = None
    """Stories in one mail, at most."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a subscriber chooses of their mail, whole: what is not in it is not chosen."""

    cadences: Mapping[str, str]
    """The watchlists they follow, and when the mails of each come, as it is written: "daily 07:30"."""
    zone: str = "UTC"
    """IANA time zone name of their cadences, quiet hours and the times in their mail."""
    language: str = "en"
    """Of their mail and pages."""
    languages: tuple[str, ...] = ()
    """Of the articles they want to be told of; empty: of any."""
    quiet: str | None = None
    """Hours without mail, e.g. "22:00-07:00"."""
    cap: int | None = None
    """Stories in one mail, at most."""
    sign_of_life: bool = False
    """Whether a week without news is told in a mail."""


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
    origins: tuple[Origin, ...] = ()
    """Whom this report retells, where it says so; then whom that one retells, where its report is kept."""
    read_from: ReadFrom = ReadFrom.PAGE
    lead: str = ""
    """How the article opens: quoted where no new fact is."""
    new: tuple[Novel, ...] = ()
    """What it brought to its story."""


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
class Before:
    """One thing that a story had already told before its reader came to it."""

    text: str
    language: str
    """Of the text."""
    outlet: str


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
    so_far: tuple[Before, ...] = ()
    """Where the story stood before, for who is new to it: its newest facts, the newest first; how it began last."""


class Waits(StrEnum):
    """Why a development that a subscriber should have was not in their mail."""

    CAP = "cap"
    """The mail was full."""
    CADENCE = "cadence"
    """The watchlist's time has not come."""
    QUIET = "quiet"
    """It is quiet hours where the subscriber is."""
    UNCONFIRMED = "unconfirmed"
    """The address is not confirmed yet."""
    LANGUAGE = "language"
    """Its report is in a language that the subscriber does not want."""
    SUPPRESSED = "suppressed"
    """The address takes no mail."""
    OUTBOX = "outbox"
    """It is in a mail that the server has not taken yet."""


@dataclass(frozen=True, slots=True)
class Held:
    """How many developments wait for one reason."""

    why: Waits
    developments: int


@dataclass(frozen=True, slots=True)
class Thread:
    """The mails about one story that one subscriber got, as a mail program shows them together."""

    subject: str
    """Of the first mail."""
    first: str
    """Message-ID of the first mail, with its angle brackets."""
    latest: str
    """Message-ID of the latest one."""
    mails: int
    began: datetime
    """When the first one was composed."""


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything one mail says to one subscriber."""

    subscriber: Subscriber
    stories: tuple[StoryNews, ...]
    now: datetime
    titles: dict[str, str]
    """Watchlist id -> its title."""
    held: tuple[Held, ...] = ()
    """What the subscriber should have and does not get with this mail."""
    thread: Thread | None = None
    """Where the mail tells one story only, at once, and an earlier one did."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One message, frozen: what is sent again after a crash is these very bytes."""

    to: str
    subject: str
    message_id: str
    """With its angle brackets."""
    data: bytes
    """The whole message, CRLF line ends."""
    story: str | None = None
    """The one story that it tells at once: its thread."""

"""The words that travel between the rooms: frozen dataclasses and enums, no behaviour beyond their own sense."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]
    """A sentence embedding as the model gave it: shape (dimensions,), length 1, not yet centred."""


# --- reading -----------------------------------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class Item:
    """One entry as a feed announces it; text fields are plain text, never markup."""

    key: str
    """What tells this item from the feed's others: its GUID, or else its URL, or else its title."""
    url: str | None
    """An http(s) address, or None."""
    title: str
    summary: str = ""
    published: datetime | None = None
    """Aware; None where no honest reading of the feed's date exists."""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What a feed's bytes say."""

    title: str
    items: tuple[Item, ...]
    language: str | None = None
    note: str | None = None
    """What was wrong but could be read all the same."""


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


# --- matching ----------------------------------------------------------------------------------------------------


class Field(StrEnum):
    """The two fields of an article in which a place can stand."""

    TITLE = "title"
    TEXT = "text"


class Within(StrEnum):
    """How close together the rows of an `all` term must stand."""

    SENTENCE = "sentence"
    """In one sentence."""
    PARAGRAPH = "paragraph"
    """In one paragraph (a title is a paragraph of its own)."""
    ARTICLE = "article"
    """Anywhere in the article."""
    WORDS = "words"
    """Within a number of words of each other."""


class Spelling(StrEnum):
    """How far from the written spelling a text may be."""

    EXACT = "exact"
    """As written; letters may differ in case and width alone (acronyms not even in case)."""
    FORMS = "forms"
    """Also its inflected forms and its usual spelling in other scripts: the default."""
    LOOSE = "loose"
    """Also one typing slip in words of six letters and more."""


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling to look for, or a country whose names are to be looked for."""

    text: str
    """The spelling as the operator wrote it; empty for a country."""
    country: str | None = None
    """ISO 3166 alpha-2 code: every language's names, adjectives and short forms of that country."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a watchlist looks for.

    Without `all_of` any of `names` is a hit. With it one of each row must stand `within` reach of the others.
    """

    name: str
    names: tuple[Name, ...] = ()
    all_of: tuple[tuple[Name, ...], ...] = ()
    within: Within = Within.ARTICLE
    words: int = 0
    """The reach, where `within` is WORDS."""
    near: tuple[Name, ...] = ()
    """One of these must stand in the article, else there is no hit."""
    never: tuple[Name, ...] = ()
    """None of these may stand in the article (`not:` in YAML)."""
    spelling: Spelling = Spelling.FORMS
    languages: tuple[str, ...] = ()
    """Look only in articles of these languages; empty: in all."""
    line: int = 0
    """Where it stands in its file, from 1."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text that a watchlist must match, or must ignore."""

    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Watchlist:
    """What one watchlists/*.yaml asks for."""

    id: str
    """The file's stem."""
    title: str
    terms: tuple[Term, ...]
    notify: tuple[str, ...] = ()
    never: tuple[Name, ...] = ()
    must_match: tuple[Example, ...] = ()
    must_ignore: tuple[Example, ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found in an article, with its place and its reason."""

    watchlist: str
    term: str
    found: str
    """The words as they stand: exactly article.<where>[start:end]."""
    where: Field
    start: int
    end: int
    how: str
    """The rule in plain words, e.g. "Панциря: inflected form of Панцирь"."""
    score: float
    """From 0 to 1: how sure the match is; 1 is the exact spelling."""


# --- stories -----------------------------------------------------------------------------------------------------


class FactKind(StrEnum):
    """What a fact speaks of."""

    NUMBER = "number"
    """A quantity with its unit and what it counts."""
    DATE = "date"
    """A day, month or year that the text names."""
    NAME = "name"
    """A person, place or body."""
    SOURCE = "source"
    """Someone who is cited or quoted: an outlet, an official, a report."""
    DENIAL = "denial"
    """Somebody denies, rejects or corrects something."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One checkable statement of an article, comparable across languages by its key."""

    kind: FactKind
    key: str
    """Normalised: equal keys mean the same fact in any language, e.g. "number:11000:person"."""
    shown: str
    """The words as they stand in the article."""
    sentence: str
    """The sentence that carries it, in its own language."""
    where: Field
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """What likeness compares: small enough to keep for every placed article."""

    article: str
    language: str
    published: datetime | None
    source: str | None
    fingerprint: tuple[int, ...]
    """MinHash of word shingles."""
    shingles: int
    """How many shingles the fingerprint stands for: a short text proves little."""
    words: dict[str, float] = field(default_factory=dict)
    """Weighted words of title and text, for likeness within a language."""
    names: frozenset[str] = frozenset()
    """Names as romanised skeletons: comparable across scripts."""
    numbers: frozenset[str] = frozenset()
    """Normalised quantities and dates."""
    vector: Vector | None = None
    """Embedding of title and first sentences; None where no embedder runs."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two articles are, and why."""

    score: float
    """From 0 to 1."""
    same_story: bool
    copy: bool
    why: str


@dataclass(frozen=True, slots=True)
class Origin:
    """The outlet, author and day (ISO 8601, or a part) that an article says it retells: it confirms nothing."""

    outlet: str
    author: str | None = None
    date: str | None = None


class Placing(StrEnum):
    """How an article came to its story."""

    NEW_STORY = "new story"
    """Nothing kept tells this story."""
    SAME_STORY = "same story"
    """Other words for a story already kept."""
    COPY = "copy"
    """The same text as one already kept."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an article belongs."""

    story: str
    placing: Placing
    nearest: str | None
    """The id of the kept article that decided it, None for a new story."""
    score: float
    sure: bool
    """False: told as "possibly the same as ...", never hidden."""
    why: str
    alike: float = 0.0
    """How near in meaning its nearest report is: the higher, the less room for news."""


class News(StrEnum):
    """What an article means to a reader of its story."""

    STORY = "story"
    """The first report of a story."""
    DEVELOPMENT = "development"
    """A known story with something new in it."""
    REPEAT = "repeat"
    """A known story, nothing new."""
    COPY = "copy"
    """The same text again."""
    NONE = "none"
    """Not placed: nothing in it was asked for."""


class Change(StrEnum):
    """How a fact is new."""

    NEW = "new"
    """Nobody reported it in this story before."""
    CHANGED = "changed"
    """A figure that differs from the one reported before."""
    CONFIRMED = "confirmed"
    """An independent source now says it too."""
    DENIED = "denied"
    """Somebody denies or corrects it."""


@dataclass(frozen=True, slots=True)
class Novel:
    """One thing that is new in an article."""

    change: Change
    text: str
    """What is new, in few words: the fact as it stands, e.g. "20 billion dollars (KIDA)"."""
    sentence: str
    """The sentence that carries it, in the article's language."""
    before: str | None = None
    """What was reported before, for CHANGED and DENIED."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an article brings to its story."""

    news: News
    new: tuple[Novel, ...]
    why: str


# --- telling -----------------------------------------------------------------------------------------------------


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

"""The tables as they lie on the disk. Only store.py uses them; everything else speaks in values."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 SQLModel reads the annotations at run time
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from monitor.tables.moments import Moment


def _of_placed(name: str, *columns: str) -> Index:
    """An index of the articles that belong to a story alone: one in eight or fewer."""
    where = text("story IS NOT NULL")
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


class FeedRow(SQLModel, table=True):
    """A feed that is or was polled, with what politeness needs to remember."""

    __tablename__ = "feed"
    url: str = Field(primary_key=True)
    title: str
    minutes: int = 60
    active: bool = True
    """False: no longer in feeds.yaml, or gone for good (410)."""
    gone: datetime | None = Field(default=None, sa_type=Moment)
    """When it answered 410; it is polled again once it was out of feeds.yaml, or has another address there."""

    etag: str | None = None
    last_modified: str | None = None
    validated_url: str | None = None
    """The address that gave the validators, after redirects."""
    body: str | None = None
    """Hash of the body that they stand for."""
    parser: int = 0
    """The version of the parser that read it: another one may find more, so it must see the body again."""

    next_due: datetime = Field(sa_type=Moment, index=True)
    why_then: str = ""
    last_polled: datetime | None = Field(default=None, sa_type=Moment)
    last_success: datetime | None = Field(default=None, sa_type=Moment)
    last_new: datetime | None = Field(default=None, sa_type=Moment)
    failures: int = 0
    failing_since: datetime | None = Field(default=None, sa_type=Moment)
    error: str | None = None

    schedule: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    """What the feed itself says of when to ask (values.Schedule)."""
    rhythm: list[float] | None = Field(default=None, sa_type=JSON)
    """values.Rhythm: the days, then the 24 hours."""
    move: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    """values.Move: where permanent redirects lead."""

    missed: int = 0
    """Items that were suspected to have gone by unseen, all in all."""
    missed_at: datetime | None = Field(default=None, sa_type=Moment)
    advice: str | None = None
    """What the operator can do about it."""


class RequestRow(SQLModel, table=True):
    """One request to the web, and what came of it."""

    __tablename__ = "request"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Moment, index=True)
    """When its answer was there, or the hope for one was given up."""
    url: str = Field(index=True)
    """Without user and password."""
    validators: str | None = None
    """What was sent, shortened where it is long."""
    status: int | None = None
    size: int = 0
    error: str | None = None
    next_due: datetime | None = Field(default=None, sa_type=Moment)
    """For a feed: when it was to be asked again."""
    why_then: str | None = None


class ItemRow(SQLModel, table=True):
    """An announced item: owed until it is read or given up with a reason."""

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("feed", "key"),
        Index("item_identity", "feed", "identity"),
        Index("item_guid", "feed", "guid"),
        Index("item_owed", "state", "next_try"),
        Index("item_announced", "feed", "announced", "published"),
    )
    id: int | None = Field(default=None, primary_key=True)
    feed: str = Field(foreign_key="feed.url")
    key: str
    """What its article is known by over all feeds: its identity, and more where reports share a page."""
    identity: str
    guid: str = ""
    url: str | None = Field(default=None, index=True)
    title: str
    summary: str
    published: datetime | None = Field(default=None, sa_type=Moment)
    announced: datetime = Field(sa_type=Moment)
    version: int = 1
    """Counts the edits that the feed announced."""
    edited: datetime | None = Field(default=None, sa_type=Moment)
    state: str = "owed"
    """owed, read or given up"""
    attempts: int = 0
    next_try: datetime = Field(sa_type=Moment)
    reason: str | None = None
    article: str | None = Field(default=None, index=True)


class ArticleRow(SQLModel, table=True):
    """An article as it was read, with its verdict, matched or not."""

    __tablename__ = "article"
    __table_args__ = (  # what lists count and filter stands in these: the rows hold texts, and reading them costs most
        _of_placed("article_placed", "seen", "news", "language", "source", "id"),
        _of_placed("article_told", "story", "number", "language", "source", "seen", "id"),
    )
    number: int | None = Field(default=None, primary_key=True)
    """The order of keeping: a Memory is filled in the order in which articles were placed."""
    id: str = Field(unique=True)
    url: str | None = Field(default=None, index=True)
    title: str
    text: str
    language: str
    published: datetime | None = Field(default=None, sa_type=Moment)
    source: str
    authors: list[str] = Field(default_factory=list, sa_type=JSON)
    read_from: str
    seen: datetime = Field(sa_type=Moment, index=True)
    story: str | None = Field(default=None, index=True)
    turn: int | None = Field(default=None, index=True)
    """Of placing: which one it took; None where it is in no story."""
    news: str = "none"
    placing: str | None = None
    nearest: str | None = None
    score: float | None = None
    sure: bool = True
    placed_why: str = ""
    weights: dict[str, float] = Field(default_factory=dict, sa_type=JSON)
    """values.Placement.weights"""
    why: str = ""
    """Of the verdict."""
    origin: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    """values.Origin: where it says that it has its story from."""
    new: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    facts: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    sketch: bytes | None = Field(default=None, sa_type=LargeBinary)


class HitRow(SQLModel, table=True):
    """A term found in an article."""

    __tablename__ = "hit"
    id: int | None = Field(default=None, primary_key=True)
    article: str = Field(foreign_key="article.id", index=True)
    watchlist: str = Field(index=True)
    term: str
    found: str
    where: str
    start: int
    end: int
    how: str
    score: float


class DevelopmentRow(SQLModel, table=True):
    """Something to be told once to each follower of the watchlists it concerns."""

    __tablename__ = "development"
    id: int | None = Field(default=None, primary_key=True)
    story: str = Field(index=True)
    article: str = Field(foreign_key="article.id", unique=True)
    seen: datetime = Field(sa_type=Moment, index=True)
    ready: datetime | None = Field(default=None, sa_type=Moment)
    """When it could be told, where a person's word brought it out later than it was seen."""


class ConcernRow(SQLModel, table=True):
    """Which watchlist a development concerns, and what it is there: a story new to one list may be old to another."""

    __tablename__ = "concern"
    __table_args__ = (Index("concern_newest", "watchlist", "development"),)
    development: int = Field(foreign_key="development.id", primary_key=True)
    watchlist: str = Field(primary_key=True)
    news: str


class SubscriberRow(SQLModel, table=True):
    """Someone who gets digests, or once did."""

    __tablename__ = "subscriber"
    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(unique=True)
    zone: str = "UTC"
    """IANA name of the time zone of their cadences, quiet hours and the times in their mail."""
    language: str = "en"
    """Of their mail and pages."""
    languages: list[str] = Field(default_factory=list, sa_type=JSON)
    """Of the articles they want to be told of; empty: of any."""
    quiet: str | None = None
    """Hours without mail, in their zone, e.g. "22:00-07:00"."""
    cap: int | None = None
    """Stories in one mail, at most."""
    sign_of_life: bool = False
    """Whether a week without news is told in a mail."""
    active: bool = True
    """False: unsubscribed; a name under `notify:` does not bring them back."""
    confirmed: datetime | None = Field(default=None, sa_type=Moment)
    """When they confirmed their address, or an operator vouched for it; None: no mail but the question."""
    suppressed: str | None = None
    """Why no mail goes to this address any more, e.g. the server's words that it does not exist."""
    created: datetime = Field(sa_type=Moment)


class SubscriptionRow(SQLModel, table=True):
    """Who follows which watchlist, and since when."""

    __tablename__ = "subscription"
    __table_args__ = (
        UniqueConstraint("subscriber", "watchlist"),
        Index("subscription_unsettled", "watchlist", "settled"),
    )
    id: int | None = Field(default=None, primary_key=True)
    subscriber: int = Field(foreign_key="subscriber.id", index=True)
    watchlist: str
    since: datetime = Field(sa_type=Moment)
    cadence: str = "at once"
    """As it is written: "at once", "hourly", "daily 07:30", "daily 08:00 13:00 18:00", "weekly monday 08:00"."""
    served: datetime | None = Field(default=None, sa_type=Moment)
    """What was looked after last: the due time of the last mail, or when the cadence was chosen; of "at once" the
    moment of the last mail. None: nothing yet."""
    settled: int = 0
    """Every development of the watchlist up to this number is told, or passed over for good: none is looked for."""
    pending: bool = False
    """Asked for in a form and not confirmed: anybody can write another's address into a form."""
    left: datetime | None = Field(default=None, sa_type=Moment)
    """When they stopped following; the row stays, so that `notify:` does not bring it back."""
    vouched: bool = False
    """True: from `notify:` in the watchlist; ends when the operator takes the address out."""
    entry: str | None = None
    """What `notify:` says of them, as it was last taken over: it outweighs their own choice once it changes."""


class MailRow(SQLModel, table=True):
    """The outbox: a frozen message on its way to one subscriber, or to the operator."""

    __tablename__ = "mail"
    __table_args__ = (Index("mail_waiting", "state", "next_try"), Index("mail_to", "subscriber", "created"))
    id: int | None = Field(default=None, primary_key=True)
    subscriber: int | None = Field(default=None, foreign_key="subscriber.id")
    """None: to the operator, or to an address that is not confirmed yet."""
    kind: str = "digest"
    """digest, notice (to the operator), confirmation (of a sign-up) or sign of life"""
    story: str | None = Field(default=None, index=True)
    """The one story that it tells, where it is an at-once mail: its thread in a mail program."""
    address: str
    subject: str
    message_id: str = Field(unique=True)
    data: bytes = Field(sa_type=LargeBinary)
    state: str = "queued"
    """A `values.MailState`: queued, claimed, deferred, in doubt, sent, failed, suppressed, replaced."""
    attempts: int = 0
    """Attempts that were about this mail, those of the mails that it replaced included; a server's outage is none."""
    next_try: datetime = Field(sa_type=Moment)
    """Of a mail in a sender's hands: when its lease ends."""
    lease: str | None = None
    """Who has it in hands; None: nobody."""
    created: datetime = Field(sa_type=Moment)
    since: datetime = Field(sa_type=Moment)
    """Since when its recipient was to have it: when the first of the mails that it replaced was composed."""
    sent: datetime | None = Field(default=None, sa_type=Moment)
    error: str | None = None
    """Why it was not accepted the last time, in words."""
    reply: str | None = None
    """The server's last words about it, e.g. "452 4.2.2 mailbox full"."""
    enhanced: str | None = None
    """Their enhanced code (RFC 3463), e.g. "4.2.2"."""
    replaced_by: int | None = Field(default=None, foreign_key="mail.id", index=True)
    """Of a replaced mail: the one that tells what it told; None until that is composed."""


class BounceRow(SQLModel, table=True):
    """One mail that came back to the bounce address, and was ours: read twice, it is known."""

    __tablename__ = "bounce"
    key: str = Field(primary_key=True)
    """Hash of its bytes."""
    at: datetime = Field(sa_type=Moment)
    """When it was read."""
    mail: int = Field(foreign_key="mail.id", index=True)
    subscriber: int | None = Field(default=None, foreign_key="subscriber.id", index=True)
    outcome: str
    """A `bounces.Outcome`."""
    status: str
    reason: str


class ToldRow(SQLModel, table=True):
    """Promise 3: a development is told to a subscriber once. The primary key is the promise."""

    __tablename__ = "told"
    subscriber: int = Field(foreign_key="subscriber.id", primary_key=True)
    development: int = Field(foreign_key="development.id", primary_key=True, index=True)
    mail: int = Field(foreign_key="mail.id", index=True)


class JudgementRow(SQLModel, table=True):
    """A person's word on what the monitor decided; no later run undoes it."""

    __tablename__ = "judgement"
    __table_args__ = (UniqueConstraint("subscriber", "development"),)
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Moment, index=True)
    subscriber: int | None = Field(default=None, foreign_key="subscriber.id")
    """Whose word it is; None: the operator's."""
    kind: str
    """not relevant, same story"""
    development: int = Field(foreign_key="development.id", index=True)


class WatchlistVersionRow(SQLModel, table=True):
    """A watchlist's text as it stood in its file once, saved on a page or found there."""

    __tablename__ = "watchlist_version"
    id: int | None = Field(default=None, primary_key=True)
    watchlist: str = Field(index=True)
    text: str
    by: str
    """The operator's name; empty: written into the file by hand."""
    at: datetime = Field(sa_type=Moment)
    note: str = ""


class NoteRow(SQLModel, table=True):
    """A few words that the service keeps for itself: its schema's version and its last sign of life."""

    __tablename__ = "note"
    key: str = Field(primary_key=True)
    value: str


class RobotsRow(SQLModel, table=True):
    """A site's robots.txt as it was last read: a restart does not ask for it again."""

    __tablename__ = "robots"
    origin: str = Field(primary_key=True)
    """Scheme, host and port."""
    rules: str
    """Its text; empty where the site has none."""
    read: datetime = Field(sa_type=Moment, index=True)


class AlarmRow(SQLModel, table=True):
    """A trouble of a feed that the operator was told of: once, whatever restarts."""

    __tablename__ = "alarm"
    feed: str = Field(primary_key=True)
    trouble: str = Field(primary_key=True)
    told: datetime = Field(sa_type=Moment)
    mail: int | None = Field(default=None, foreign_key="mail.id")
    """None: told in the log alone, because MONITOR_OPERATOR was not set."""
    over: datetime | None = Field(default=None, sa_type=Moment)
    """When the trouble was found to have ended; it may be told again from then on."""


class WordRow(SQLModel, table=True):
    """A person's word on stories: obeyed by what is placed and told later, until it is taken back."""

    __tablename__ = "word"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Moment)
    by: str
    kind: str
    """A `values.WordKind`."""
    story: str = Field(index=True)
    other: str | None = Field(default=None, index=True)
    """The story that became a part of it, was taken out of it, or has nothing to do with it."""
    articles: list[str] = Field(default_factory=list, sa_type=JSON)
    """Those that it moved, or the one that brought no news."""
    before: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """By article, what was thought of it before: what undoing it restores."""
    changed: int = Field(index=True)
    """The turn of placing in which it was said, or taken back."""
    undone: datetime | None = Field(default=None, sa_type=Moment)
    undone_by: str | None = None
    ended: datetime | None = Field(default=None, sa_type=Moment)
    """Of a mute: it holds for what came before."""


class WithdrawalRow(SQLModel, table=True):
    """A development is not told to followers of a watchlist who were not told of it yet, by a person's word."""

    __tablename__ = "withdrawal"
    development: int = Field(foreign_key="development.id", primary_key=True)
    watchlist: str = Field(primary_key=True)
    word: int = Field(foreign_key="word.id", primary_key=True, index=True)


class EchoRow(SQLModel, table=True):
    """A development says nothing to whoever was told another one of its story."""

    __tablename__ = "echo"
    development: int = Field(foreign_key="development.id", primary_key=True)
    of: int = Field(foreign_key="development.id", primary_key=True)
    word: int = Field(default=0, primary_key=True)
    """The one that brought them together; 0: it was so when the article was kept."""


class OfferRow(SQLModel, table=True):
    """Two stories that one article joined surely: perhaps they are one, which a person may say."""

    __tablename__ = "offer"
    story: str = Field(primary_key=True)
    other: str = Field(primary_key=True, index=True)
    article: str
    """The first that joined both."""
    at: datetime = Field(sa_type=Moment)

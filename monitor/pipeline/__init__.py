"""Walks the way: polls what is due, reads what is owed, tells what is new.

    poll_due  feeds.yaml -> fetch.get -> feeds.parse -> items owed
    read_owed item -> fetch.get -> extract.read -> mind.think -> store.archive.keep
    tell_due  untold developments -> digest -> outbox -> deliver.send -> told

Each step asks the store, lets the thinking rooms decide, and keeps the outcome in one transaction; it can be killed
between any two of them and goes on from what is kept.
"""

from __future__ import annotations

import asyncio
import functools
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from monitor import cadence, deliver, digest, edits, embed, fetch, match, watchlist
from monitor import config as config_room
from monitor.errors import Complaint, ConfigError, InputError
from monitor.pipeline.alarms import Told, Watch
from monitor.pipeline.balancing import Auditor, Night
from monitor.pipeline.compose import Composer
from monitor.pipeline.heralding import Herald, Heralded
from monitor.pipeline.manners import Manners
from monitor.pipeline.mind import Mind
from monitor.pipeline.poll import Poller, PollReport
from monitor.pipeline.read import Reader, ReadReport
from monitor.pipeline.recall import Recall, Thinker
from monitor.pipeline.returns import Returns
from monitor.pipeline.scout import Scout, Search
from monitor.pipeline.send import Bounces, Sender, TellReport
from monitor.pipeline.supersede import replace_past_use
from monitor.pipeline.workers import Workers
from monitor.store import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable
    from datetime import datetime
    from pathlib import Path

    from monitor.config import Config
    from monitor.values import Feed, Mail, Watchlist

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """The operator's files, read and compiled."""

    config: Config
    watchlists: tuple[Watchlist, ...]
    matcher: match.Matcher

    @property
    def feeds(self) -> dict[str, Feed]:
        return {feed.url: feed for feed in self.config.feeds}


@dataclass(frozen=True, slots=True)
class RoundReport:
    """What one walk came to."""

    polled: PollReport = field(default_factory=PollReport)
    read: ReadReport = field(default_factory=ReadReport)
    told: TellReport = field(default_factory=TellReport)


def prepare(home: Path) -> Desk:
    """Read and compile a home folder; every complaint about every file comes at once as a ConfigError."""
    config = None
    complaints: list[Complaint] = []
    try:
        config = _load(home)
    except ConfigError as error:
        complaints += error.complaints
    watchlists, wrong = _read(config_room.watchlist_files(home))
    if complaints or wrong or config is None:
        raise ConfigError([*complaints, *wrong])
    return Desk(config, tuple(watchlists), match.compile_all(watchlists))


def renew(desk: Desk) -> tuple[Desk, list[Complaint]]:
    """The desk after an edit, and what is wrong: each wrong file's last good version stays in use, the others go on."""
    complaints: list[Complaint] = []
    try:
        config = _load(desk.config.home)
    except ConfigError as error:
        complaints += error.complaints
        config = replace(desk.config, watchlist_files=_still_there(desk.config))
    found, wrong = _read(config.watchlist_files)
    spoilt = {complaint.file for complaint in (*complaints, *wrong)} - {each.file for each in found}
    kept = [each for each in desk.watchlists if each.file in spoilt]
    watchlists = tuple(sorted((*found, *kept), key=lambda each: each.file)) or desk.watchlists
    same = watchlists == desk.watchlists
    return Desk(config, watchlists, desk.matcher if same else match.compile_all(watchlists)), [*complaints, *wrong]


def _load(home: Path) -> Config:
    config = config_room.load(home)
    try:
        cadence.parse(config.settings.cadence)
    except InputError as error:
        raise ConfigError([Complaint("environment", 0, f"MONITOR_CADENCE: {error}")]) from None
    return config


def _still_there(config: Config) -> tuple[config_room.WatchlistFile, ...]:
    try:
        return config_room.watchlist_files(config.home) or config.watchlist_files
    except ConfigError:
        return config.watchlist_files


def read_watchlists(path: Path) -> tuple[Watchlist, ...]:
    """The watchlists of one file or of a folder; every complaint comes at once as a ConfigError."""
    files = sorted(p for p in path.iterdir() if p.suffix in (".yaml", ".yml")) if path.is_dir() else [path]
    found, complaints = _read([config_room.WatchlistFile(str(p), _text(p)) for p in files])
    if complaints or not found:
        raise ConfigError(complaints or [Complaint(str(path), 0, "holds no watchlist")])
    return tuple(found)


def warnings(desk: Desk) -> list[Complaint]:
    """What is allowed but doubtful in the watchlists, and in who may sign up for them."""
    return [complaint for each in desk.watchlists for complaint in watchlist.warnings(each)] + _signup_doubts(desk)


def _signup_doubts(desk: Desk) -> list[Complaint]:
    settings = desk.config.settings
    known = {"open", "closed", *(each.id for each in desk.watchlists)}
    problem = "is no watchlist here; write open, closed, or names of watchlists parted by commas"
    doubts = [f"{name!r} {problem}" for name in settings.signup if name not in known]
    if settings.signup != ("closed",) and not settings.base_url:
        doubts.append("the link that confirms a sign-up leads nowhere without MONITOR_BASE_URL: set it too")
    return [Complaint("MONITOR_SIGNUP", 0, doubt) for doubt in doubts]


def failing_examples(desk: Desk) -> list[Complaint]:
    """Examples of the watchlists that do not come out as they should."""
    return [complaint for each in desk.watchlists for complaint in edits.failing_examples(each)]


class Way:
    """The whole way from feeds to mailboxes, on one home folder."""

    def __init__(self, desk: Desk, store: Store, fetcher: fetch.Fetcher, workers: Workers) -> None:
        self.store = store
        self._scout = Scout(fetcher, workers)
        self._poller = Poller(fetcher, workers, store)
        self._reader = Reader(fetcher, workers, store, Manners(fetcher, store))
        self.embedder = embed.open_embedder(desk.config.settings.embedder)
        if self.embedder.note:
            log.warning("not the best sentence model", model=self.embedder.name, cost=self.embedder.note)
        self._outlet = _outlet(desk.config)
        self.sign = _signing(desk.config.settings)
        self._sender = Sender(store, self._outlet, _bounces(desk.config.settings))
        self._herald = Herald(store, desk.config.settings)
        self._recall = Recall(store)
        self.desk = desk

    @property
    def desk(self) -> Desk:
        return self._desk

    @desk.setter
    def desk(self, desk: Desk) -> None:
        """Take new watchlists and feeds into use; what is remembered of stories stays."""
        self._desk = desk
        self._mind = Mind(desk.matcher, self.embedder, self._recall.memory)

    def sync(self, now: datetime) -> None:
        """Make the store say what the operator's files say."""
        self.store.sources.sync(self._desk.config.feeds, now)
        standard = self._desk.config.settings.cadence
        self.store.people.vouch({w.id: w.notify for w in self._desk.watchlists}, now, standard)

    def keep_pace(self, now: datetime) -> None:
        self._poller.keep_pace(now)

    def spread_overdue(self, now: datetime) -> None:
        self._poller.spread_overdue(now)

    async def poll_due(self, now: datetime) -> PollReport:
        return await self._poller.poll_due(self._desk.feeds, now)

    async def read_owed(self, now: datetime, progress: Callable[[int], None] = lambda _: None) -> ReadReport:
        return await self._reader.read_owed(Thinker(self._mind, self._recall), self._desk.feeds, now, progress)

    async def scout(self, url: str, now: datetime) -> Search:
        """The feeds at an address, or of the site that it belongs to; nothing is kept."""
        return await self._scout.look(url, now)

    async def tell_due(self, now: datetime) -> TellReport:
        composer = composer_of(self._desk, self.store, self.sign)
        replace_past_use(self.store, now, composer.every)
        # In a thread: ten thousand digests take a while, and the web must not wait for them.
        composed = TellReport(composed=await asyncio.to_thread(composer.compose_due, now))
        try:
            return composed + await self._sender.send_waiting(now)
        finally:
            await self._outlet.close()

    async def post_due(self, now: datetime) -> Heralded:
        """Post what is new to the webhooks of its watchlist."""
        return await self._herald.post_due({each.id: each.title for each in self._desk.watchlists}, now)

    def watch_feeds(self, now: datetime) -> Told:
        """Write to the operator of feeds that broke or fell silent for long: once each, at most one mail a day."""
        settings = self._desk.config.settings
        return Watch(self.store, letterhead(settings), settings.operator, self.sign).look(self._desk.config.feeds, now)

    def balance_nightly(self, now: datetime) -> None:
        """Once a day: is everything told, or held for a reason?"""
        settings = self._desk.config.settings
        auditor = Auditor(self.store, composer_of(self._desk, self.store, self.sign))
        night = Night(auditor, letterhead(settings), settings.operator, self.sign)
        if night.is_due(now):
            night.look(now)

    def read_bounces(self, now: datetime) -> None:
        """Act on the mails that came back, where the operator keeps them in a Maildir."""
        settings = self._desk.config.settings
        if settings.bounces:
            try:
                Returns(self.store, settings.secret_key).look(self._desk.config.home / settings.bounces, now)
            except InputError as error:
                log.warning("returned mail cannot be read", problem=str(error))

    async def round(self, now: datetime) -> RoundReport:
        """One walk: poll what is due, read what is owed, tell what is new."""
        self.sync(now)
        self.store.alive(now)
        polled = await self.poll_due(now)
        read = await self.read_owed(now)
        told = await self.tell_due(now)
        return RoundReport(polled, read, told)

    def tidy(self, now: datetime) -> None:
        """Once a day: forget what is older than the operator wants to keep."""
        self.store.archive.forget(now, self._desk.config.settings.keep_days)
        self.store.sources.forget_requests(now)
        self.store.robots.forget(now)
        self.store.shelf.forget(now)
        self.store.hooks.forget(now)


def composer_of(desk: Desk, store: Store, sign: Callable[[Mail], Mail] | None = None) -> Composer:
    """Who writes the digests of a home folder."""
    settings = desk.config.settings
    titles = {each.id: each.title for each in desk.watchlists}
    return Composer(
        store, letterhead(settings), titles, timedelta(minutes=settings.digest_minutes), sign or _signing(settings)
    )


def new_fetcher(settings: config_room.Settings) -> fetch.Fetcher:
    """The door to the web as the operator has set it; to be entered with `async with`."""
    return fetch.Fetcher(
        settings.reachable_at,
        settings.allow_networks,
        allow_ports=settings.allow_ports,
        gap=timedelta(seconds=settings.host_gap),
    )


@asynccontextmanager
async def open_way(home: Path) -> AsyncIterator[Way]:
    """Everything that a walk needs, opened on a home folder and closed again."""
    desk = prepare(home)
    settings = desk.config.settings
    store = Store(settings.database_url)
    if not settings.contact:
        log.warning("no MONITOR_CONTACT: sites are told to write here; please set it", contact=settings.reachable_at)
    try:
        with Workers() as workers:
            async with new_fetcher(settings) as fetcher:
                yield Way(desk, store, fetcher, workers)
    finally:
        store.close()


def _read(files: Iterable[config_room.WatchlistFile]) -> tuple[list[Watchlist], list[Complaint]]:
    watchlists: list[Watchlist] = []
    complaints: list[Complaint] = []
    for file in files:
        try:
            read = watchlist.read(file.text, file=file.path)
        except ConfigError as error:
            complaints += error.complaints
            continue
        if other := next((w for w in watchlists if w.id == read.id), None):
            problem = f"has the name of {other.file}; rename it, subscribers follow names"
            complaints.append(Complaint(file.path, 0, problem))
        else:
            watchlists.append(read)
    return watchlists, complaints


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([Complaint(str(path), 0, f"cannot be read: {error}")]) from None


def letterhead(settings: config_room.Settings) -> digest.MailSettings:
    """What every mail and page of this installation shares."""
    return digest.MailSettings(settings.mail_from, settings.base_url, settings.secret_key, settings.contact)


def _outlet(config: Config) -> deliver.Outlet:
    settings, folder = config.settings, config.storage / "mail"
    if not settings.smtp_url:
        log.info("no MONITOR_SMTP_URL: mail goes to a folder", folder=str(folder))
    return deliver.open_outlet(settings.smtp_url, folder, settings.mail_from, settings.smtp_connections)


def _bounces(settings: config_room.Settings) -> Bounces | None:
    return Bounces(settings.bounce_address, settings.secret_key) if settings.bounce_address else None


def _signing(settings: config_room.Settings) -> Callable[[Mail], Mail]:
    signer = _signer(settings.dkim_key, settings.dkim_selector, settings.mail_from)
    return signer.sign if signer else lambda mail: mail


@functools.cache
def _signer(key: Path | None, selector: str | None, mail_from: str) -> deliver.Signer | None:
    """Read and tried once: a composer is made at each tick."""
    return deliver.open_signer(key, selector, mail_from)

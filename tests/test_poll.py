"""Polling is polite and loses nothing: what is sent, what is kept, and when a feed is asked again."""

from __future__ import annotations

import asyncio
import shutil
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from fakes import LOOPBACK, FakeWeb
from sqlmodel import select

from monitor import feeds as feeds_room
from monitor import health
from monitor.fetch import Fetcher
from monitor.pipeline import clock, workers
from monitor.pipeline.poll import CLAIMED_WHY, MAY_WAIT, Poller
from monitor.store import Store
from monitor.tables import RequestRow
from monitor.values import Feed, Item, ParsedFeed, Schedule

NOW = datetime(2025, 5, 29, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RSS = "application/rss+xml; charset=utf-8"


def rss(*numbers: float, cut: bool = False) -> str:
    """A feed of items named by how many hours before NOW they were published."""
    rows = "".join(
        f"<item><title>Report {n}</title><guid>{n}</guid><pubDate>{format_datetime(NOW - n * HOUR)}</pubDate></item>"
        for n in numbers
    )
    end = "" if cut else "</channel></rss>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title>{rows}{end}'


@pytest.fixture(scope="module")
def pool():
    with workers.Workers(1) as running:
        yield running


@pytest.fixture
def web():
    with FakeWeb() as server:
        yield server


class Desk:
    """A poller with a home: `desk.polls(NOW)` walks once and returns the report; the store is opened anew each time."""

    def __init__(self, folder, pool, *feeds: Feed) -> None:
        self.database, self.pool = folder / "monitor.db", pool
        self.feeds = {feed.url: feed for feed in feeds}
        self.boot, self.ahead = "boot", timedelta(0)
        """By how much the wall clock is ahead of the steady one."""
        self.sync(NOW)

    def store(self) -> Store:
        return Store(f"sqlite:///{self.database}")

    def sync(self, now: datetime) -> None:
        store = self.store()
        store.sources.sync(list(self.feeds.values()), now)
        store.close()

    def polls(self, now: datetime, *, running: bool = False):
        store, begun = self.store(), time.monotonic()

        def steady() -> clock.Steady:
            return clock.Steady(self.boot, (now - self.ahead).timestamp() + time.monotonic() - begun)

        async def walk():
            async with Fetcher("ops@monitor.example", LOOPBACK, gap=timedelta(0)) as fetcher:
                poller = Poller(fetcher, self.pool, store, steady)
                poller.keep_pace(now)
                if running:
                    poller.spread_overdue(now)
                return await poller.poll_due(self.feeds, now)

        try:
            return asyncio.run(walk())
        finally:
            store.close()

    @property
    def state(self):
        store = self.store()
        (state,) = [state for state in store.sources.all() if state.url in self.feeds]
        store.close()
        return state

    def requests(self) -> list[RequestRow]:
        store = self.store()
        with store.session() as session:
            rows = list(session.exec(select(RequestRow)))
            session.expunge_all()
        store.close()
        return rows

    def titles(self) -> list[str]:
        store = self.store()
        owed = [owed.item.title for owed in store.sources.owed(NOW + 999 * DAY, 999)]
        store.close()
        return sorted(owed)


@pytest.fixture
def desk(tmp_path, pool, web):
    return Desk(tmp_path, pool, Feed(web.url("/feed"), "Wire"))


def sent(web: FakeWeb, header: str, path: str = "/feed") -> list[str | None]:
    return [request.headers.get(header) for request in web.asked(path)]


# --- validators


def test_only_the_first_request_of_a_feed_is_unconditional_and_both_validators_go_back_byte_for_byte(desk, web):
    etag, modified = 'W/"a b"', "Sun,  1 Jun 2025 10:00:00 GMT"
    web.publish("/feed", rss(1), RSS, ETag=etag, Last_Modified=modified)
    for hour in range(3):
        desk.polls(NOW + hour * HOUR * 2)
    assert sent(web, "If-None-Match") == [None, etag, etag]
    assert sent(web, "If-Modified-Since") == [None, modified, modified]


def test_a_feed_without_validators_gets_none_invented(desk, web):
    web.publish("/feed", rss(1), RSS)
    web.documents["/feed"].validated = False
    desk.polls(NOW)
    desk.polls(NOW + 2 * HOUR)
    assert sent(web, "If-None-Match") == sent(web, "If-Modified-Since") == [None, None]


def test_a_body_that_was_read_before_is_not_parsed_again_but_its_validators_are_the_new_ones(desk, web, monkeypatch):
    web.publish("/feed", rss(1), RSS, ETag='"1"')
    desk.polls(NOW)
    web.publish("/feed", rss(1), RSS, ETag='"2"')
    monkeypatch.setattr(desk.pool, "parse", None)  # to call it would fail
    assert desk.polls(NOW + 2 * HOUR).unchanged == 1
    assert desk.state.etag == '"2"'


def test_another_version_of_the_parser_reads_the_body_again(desk, web, monkeypatch):
    web.publish("/feed", rss(1), RSS)
    desk.polls(NOW)
    monkeypatch.setattr(feeds_room, "PARSER", feeds_room.PARSER + 1)
    assert desk.polls(NOW + 2 * HOUR).unchanged == 0
    assert desk.polls(NOW + 4 * HOUR).unchanged == 1
    assert [bool(tag) for tag in sent(web, "If-None-Match")] == [False, False, True]


def test_a_304_to_a_request_without_a_condition_is_an_error_and_its_validators_are_not_kept(desk, web):
    web.answer("/feed", 304, ETag='"x"')
    assert desk.polls(NOW).failed == 1
    assert "without a condition" in desk.state.error
    assert desk.state.etag is None


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("<!DOCTYPE html><html><title>Sign in</title></html>", "HTML"),
        ("", "empty"),
        (rss(1, 2, 3, cut=True), "breaks off"),
        ("<sitemapindex><sitemap><loc>https://x.org/news.xml</loc></sitemap></sitemapindex>", "https://x.org/news.xml"),
    ],
)
def test_an_answer_that_is_no_whole_feed_is_an_error_that_keeps_items_and_validators(desk, web, body, problem):
    web.publish("/feed", rss(3, 4), RSS, ETag='"good"')
    desk.polls(NOW)
    web.publish("/feed", body, RSS, ETag='"bad"')
    assert desk.polls(NOW + 2 * HOUR).failed == 1
    assert problem in desk.state.error
    assert desk.state.etag == '"good"'
    web.publish("/feed", rss(0, 1, 2, 3), RSS, ETag='"new"')
    assert desk.polls(NOW + 5 * HOUR).failed == 0
    assert desk.titles() == [f"Report {n}" for n in range(5)]
    assert sent(web, "If-None-Match") == [None, '"good"', '"good"']


def test_of_an_index_of_sitemaps_the_operator_hears_how_to_name_one_of_them(desk, web):
    web.publish("/feed", "<sitemapindex><sitemap><loc>https://x.org/news.xml</loc></sitemap></sitemapindex>", RSS)
    desk.polls(NOW)
    assert "puts one of its sitemaps in" in health.remedy(desk.state.error, "https://x.org/index.xml")


def test_a_feed_that_never_has_an_end_is_taken_for_whole_when_it_comes_the_same_again(desk, web):
    web.publish("/feed", rss(1, 2, cut=True), RSS, ETag='"cut"')
    assert desk.polls(NOW).new_items == 2
    assert desk.state.etag is None
    assert desk.polls(NOW + 2 * HOUR).failed == 0
    assert desk.state.etag == '"cut"'


def test_validators_of_8_kb_go_back_until_the_server_refuses_them(desk, web):
    huge = '"' + "e" * 8000 + '"'
    web.publish("/feed", rss(1), RSS, ETag=huge)
    desk.polls(NOW)
    web.answer("/feed", 431)
    desk.polls(NOW + 2 * HOUR)
    web.publish("/feed", rss(1, 2), RSS, ETag=huge)
    assert desk.polls(NOW + 9 * HOUR).new_items == 1
    assert [len(tag or "") for tag in sent(web, "If-None-Match")] == [0, 8002, 0]
    assert len(desk.requests()[1].validators) < 300


def test_validators_and_items_come_back_with_a_backup(desk, web, tmp_path):
    web.publish("/feed", rss(1), RSS, ETag='"1"')
    desk.polls(NOW)
    shutil.copy(desk.database, tmp_path / "backup.db")
    web.publish("/feed", rss(1, 2), RSS, ETag='"2"')
    desk.polls(NOW + 2 * HOUR)
    shutil.copy(tmp_path / "backup.db", desk.database)
    assert desk.polls(NOW + 4 * HOUR).new_items == 1
    assert sent(web, "If-None-Match") == [None, '"1"', '"1"']


# --- when


def test_a_feed_is_never_asked_within_its_floor_counted_from_when_its_answer_was_there(desk, web):
    web.publish("/feed", rss(1), RSS)
    desk.polls(NOW)
    (request,) = desk.requests()
    assert NOW < request.at < NOW + timedelta(minutes=1)
    assert desk.state.next_due == request.at + HOUR
    assert desk.polls(NOW + HOUR).asked == 0


class KilledError(BaseException):
    """As sudden as a kill, seen from the poller."""


def test_a_hundred_restarts_within_an_hour_ask_once_even_if_the_first_is_killed_at_it(desk, web, monkeypatch):
    async def read(*_):
        raise KilledError

    web.publish("/feed", rss(1), RSS)
    monkeypatch.setattr(Poller, "_read", read)
    with pytest.raises(BaseExceptionGroup):
        desk.polls(NOW, running=True)
    monkeypatch.undo()
    for n in range(1, 100):
        desk.polls(NOW + n * HOUR / 100, running=True)
    assert len(web.asked("/feed")) == 1
    assert desk.state.why_then == CLAIMED_WHY
    assert desk.polls(NOW + HOUR + MAY_WAIT + timedelta(minutes=1)).new_items == 1


@pytest.mark.parametrize("step", [DAY, -DAY, 3 * HOUR, -400 * DAY])
def test_a_step_of_the_clock_makes_no_storm_and_no_stall(desk, web, step):
    web.publish("/feed", rss(1), RSS)
    desk.polls(NOW, running=True)
    desk.ahead = step
    assert desk.polls(NOW + timedelta(minutes=30) + step, running=True).asked == 0
    assert desk.polls(NOW + timedelta(minutes=61) + step, running=True).asked == 1


def test_a_clock_set_back_over_a_reboot_makes_no_stall_either(desk, web):
    web.publish("/feed", rss(1), RSS)
    desk.polls(NOW)
    desk.boot = "another boot"
    before = NOW - 3 * DAY
    assert desk.polls(before).asked == 0
    assert desk.polls(before + timedelta(minutes=61)).asked == 1


def test_many_overdue_feeds_are_spread_and_none_is_put_off_twice(tmp_path, pool, web):
    feeds = [Feed(web.publish(f"/{n}", rss(n), RSS), f"Wire {n}") for n in range(60)]
    desk = Desk(tmp_path, pool, *feeds)
    assert desk.polls(NOW, running=True).asked == 60
    asked = [desk.polls(NOW + DAY + n * timedelta(seconds=9), running=True).asked for n in range(5)]
    assert sum(asked) == 60
    assert max(asked) < 35


def test_a_walk_that_nobody_waits_for_asks_all_that_is_overdue(tmp_path, pool, web):
    desk = Desk(tmp_path, pool, *(Feed(web.publish(f"/{n}", rss(n), RSS), f"Wire {n}") for n in range(50)))
    desk.polls(NOW)
    assert desk.polls(NOW + DAY).asked == 50


def test_what_the_operator_changes_of_the_interval_counts_at_once_but_never_too_soon(desk, web):
    web.publish("/feed", rss(1), RSS)
    desk.polls(NOW)
    answered = desk.requests()[0].at
    for minutes, at in ((10, NOW), (600, NOW)):
        desk.feeds = {url: Feed(url, "Wire", minutes=minutes) for url in desk.feeds}
        desk.sync(at)
        assert desk.state.next_due == answered + timedelta(minutes=minutes)


class Parser:
    """Stands in for the worker processes: every body is a feed that asks to be left alone for three hours."""

    async def parse(self, *_) -> ParsedFeed:
        return ParsedFeed("Wire", (Item("1", None, "Report"),), schedule=Schedule(least_wait=3 * HOUR))


def test_what_a_feed_says_of_its_schedule_counts_after_a_304_too(tmp_path, web):
    desk = Desk(tmp_path, Parser(), Feed(web.publish("/feed", "any", RSS), "Wire"))
    desk.polls(NOW)
    assert desk.polls(NOW + 4 * HOUR).unchanged == 1
    assert desk.state.next_due - desk.state.last_polled == 3 * HOUR
    assert desk.state.why_then == "the feed says that it changes every 3 h"


def test_items_that_went_by_are_told_with_the_interval_that_would_have_seen_them(desk, web, capsys):
    web.publish("/feed", rss(*range(20)), RSS)
    desk.polls(NOW)
    web.publish("/feed", rss(*(n / 30 - 2 for n in range(1, 21))), RSS)
    desk.polls(NOW + 2 * HOUR)
    assert desk.state.missed == 40
    assert desk.state.advice == "some 40 items may have been missed; set minutes: 20"
    assert desk.state.next_due - desk.state.last_polled == HOUR
    assert "items may have been missed" in capsys.readouterr().out


# --- bad answers


def test_retry_after_is_kept_to(desk, web):
    web.answer("/feed", 429, Retry_After="7200")
    desk.polls(NOW)
    assert desk.state.next_due - desk.state.last_polled == 2 * HOUR
    assert "asked to be left alone" in desk.state.why_then


@pytest.mark.parametrize(("status", "hours"), [(500, 2), (429, 2), (404, 4), (403, 4), (401, 4)])
def test_the_second_failure_waits_longer(desk, web, status, hours):
    web.answer("/feed", status)
    desk.polls(NOW)
    desk.polls(NOW + 2 * HOUR)
    wait = desk.state.next_due - desk.state.last_polled
    assert hours * HOUR <= wait <= hours * 1.1 * HOUR
    assert desk.state.failing_since == desk.requests()[0].at


def test_a_bot_challenge_is_named(desk, web):
    web.answer("/feed", 403, cf_mitigated="challenge")
    desk.polls(NOW)
    assert "bot challenge" in desk.state.error


def test_a_feed_that_is_gone_is_never_asked_again_until_it_was_taken_out_and_put_in(desk, web):
    web.answer("/feed", 410)
    desk.polls(NOW)
    assert (desk.state.active, desk.state.gone is not None) == (False, True)
    desk.sync(NOW + DAY)
    assert desk.polls(NOW + 30 * DAY).asked == 0
    feeds, desk.feeds = desk.feeds, {}
    desk.sync(NOW + 31 * DAY)
    desk.feeds = feeds
    desk.sync(NOW + 31 * DAY)
    assert desk.polls(NOW + 31 * DAY).asked == 1


def test_a_failing_feed_that_was_taken_out_is_asked_again_when_it_is_put_in(desk, web):
    web.answer("/feed", 500)
    desk.polls(NOW)
    feeds, desk.feeds = desk.feeds, {}
    desk.sync(NOW + HOUR)
    desk.feeds = feeds
    desk.sync(NOW + HOUR)
    assert desk.polls(NOW + 3 * HOUR).asked == 1


# --- moved


def moved(web: FakeWeb, status: int = 301) -> None:
    web.publish("/new", rss(1), RSS)
    web.answer("/feed", status, Location=web.url("/new"))


def test_a_permanent_redirect_is_followed_directly_after_three_polls_over_a_day(desk, web):
    moved(web)
    for hours in (0, 5, 10, 25):
        desk.polls(NOW + hours * HOUR)
    assert desk.state.address == web.url("/new")
    desk.polls(NOW + 30 * HOUR)
    assert (len(web.asked("/feed")), len(web.asked("/new"))) == (4, 5)
    assert sent(web, "If-None-Match", "/new")[1:] == [desk.state.etag] * 4
    assert desk.state.url == web.url("/feed")


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_redirect_for_now_is_never_remembered(desk, web, status):
    moved(web, status)
    for hours in (0, 5, 10, 25, 30):
        desk.polls(NOW + hours * HOUR)
    assert desk.state.move is None
    assert len(web.asked("/feed")) == 5


def test_a_redirect_to_what_is_no_feed_is_not_believed(desk, web):
    moved(web)
    web.publish("/new", "<!DOCTYPE html><html><title>Welcome</title></html>")
    for hours in (0, 5, 20, 50):
        desk.polls(NOW + hours * HOUR)
    assert desk.state.move is None


def test_a_new_address_that_fails_three_times_gives_way_to_the_old_one(desk, web):
    moved(web)
    for hours in (0, 5, 10, 25):
        desk.polls(NOW + hours * HOUR)
    web.answer("/new", 500)
    for hours in (30, 40, 50):
        desk.polls(NOW + hours * HOUR)
    web.publish("/feed", rss(1, 2), RSS)
    assert desk.polls(NOW + 70 * HOUR).new_items == 1


def test_a_feed_that_moved_to_one_that_is_listed_too_is_not_asked_for_twice(tmp_path, pool, web):
    moved(web)
    desk = Desk(tmp_path, pool, Feed(web.url("/feed"), "Old"), Feed(web.url("/new"), "New"))
    for hours in (0, 5, 10, 25):
        desk.polls(NOW + hours * HOUR)
    assert desk.polls(NOW + 50 * HOUR).asked == 1


# --- the log of requests


def test_every_request_leaves_a_row_that_explains_itself_without_credentials(tmp_path, pool, web):
    url = web.publish("/feed", rss(1), RSS)
    desk = Desk(tmp_path, pool, Feed(url.replace("//", "//user:secret@"), "Wire"))
    desk.polls(NOW)
    desk.polls(NOW + 2 * HOUR)
    first, second = desk.requests()
    assert (first.url, first.status, first.validators) == (url.replace("//", "//***@"), 200, None)
    assert first.size > 0
    assert (second.status, second.size) == (304, 0)
    assert second.validators.startswith('If-None-Match: "')
    assert (second.next_due, second.why_then) == (desk.state.next_due, "asked every 60 min")


def test_the_log_of_requests_is_forgotten_after_a_month(desk, web):
    web.publish("/feed", rss(1), RSS)
    desk.polls(NOW)
    store = desk.store()
    store.sources.forget_requests(NOW + 29 * DAY)
    assert len(desk.requests()) == 1
    store.sources.forget_requests(NOW + 31 * DAY)
    store.close()
    assert desk.requests() == []

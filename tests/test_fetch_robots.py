"""A site's wishes are respected: robots.txt by RFC 9309, Crawl-delay, and to be left alone."""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from fakes import LOOPBACK, FakeWeb
from hypothesis import given
from hypothesis import strategies as st

from monitor import errors, fetch, pipeline
from monitor.fetch import robots
from monitor.pipeline import read
from monitor.pipeline.manners import Manners
from monitor.store import Store
from monitor.store.sources import OwedItem, Polled, Request
from monitor.values import Item

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def web():
    with FakeWeb() as server:
        for path in ("/news/1", "/private/1", "/other"):
            server.publish(path, "a page")
        yield server


@pytest.fixture
def store(tmp_path):
    store = Store(f"sqlite:///{tmp_path}/monitor.db")
    yield store
    store.close()


def visit(store: Store, *visits: tuple[str, datetime], **settings) -> list[str]:
    """What becomes of each visit, one after the other, by one fetcher with its manners."""

    async def all_of_them() -> list[str]:
        async with fetch.Fetcher(None, LOOPBACK, **{"gap": timedelta(0), **settings}) as fetcher:
            manners = Manners(fetcher, store)
            return [await one(fetcher, manners, url, now) for url, now in visits]

    async def one(fetcher: fetch.Fetcher, manners: Manners, url: str, now: datetime) -> str:
        try:
            response = await fetcher.get(url, gate=manners.gate(now))
        except errors.FetchError as error:
            return f"{type(error).__name__}: {error.problem}"
        manners.hear(response, now)
        return str(response.status)

    return asyncio.run(all_of_them())


def paths(web: FakeWeb) -> list[str]:
    return [request.path for request in web.requests]


# --- the rules -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "allowed", "forbidden"),
    [
        ("User-agent: *\nDisallow: /private/\nAllow: /private/open/", "/ /private /private/open/", "/private/1"),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf.html /a.pdf?x", "/a.pdf /b/c.pdf"),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a /ab", ""),
        ("User-agent: *\nDisallow: /\nUser-agent: News-Monitor\nDisallow: /x", "/a", "/x"),
        ("User-agent: *\nDisallow:\nUser-agent: news-monitor/9.9 (+http://a)\nDisallow: /", "", "/a"),
        ("User-agent: other\nUser-agent: news-monitor\nDisallow: /x\n\nUser-agent: *\nDisallow: /", "/a", "/x"),
        ("User-agent: news-monitor\nDisallow: /x\nUser-agent: news-monitor\nDisallow: /y", "/a", "/x /y"),
        ("User-agent: news-monitor\n\nUser-agent: *\nDisallow: /x", "/a", "/x"),
        ("User-agent: news\nDisallow: /\nUser-agent: monitor\nDisallow: /\nUser-agent: new\nDisallow: /", "/a", ""),
        ("User-agent: *\nSitemap: http://a/s.xml\nDisallow: /x", "/a", "/x"),
        ("\ufeffUser-agent: *\r\nDisallow: /x # not here\r\n", "/a", "/x"),
        ("User-agent: *\nDisallow: /a%2fb\nDisallow: /мир", "/a/b", "/a%2Fb /%D0%BC%D0%B8%D1%80"),
        ("Disallow: /", "/a", ""),
        ("<!DOCTYPE html><html><body>User-agent: * Disallow: /</body></html>", "/a", ""),
        ("", "/a", ""),
    ],
)  # fmt: skip
def test_the_longest_rule_of_the_own_group_decides(rules: str, allowed: str, forbidden: str):
    read_rules = robots.Rules(rules.removeprefix("\ufeff"))
    assert [path for path in allowed.split() if not read_rules.allow(f"http://example.org{path}")] == []
    assert [path for path in forbidden.split() if read_rules.allow(f"http://example.org{path}")] == []


@pytest.mark.parametrize(
    ("line", "seconds"),
    [("Crawl-delay: 7", 7), ("crawl-delay: 0.5", 0.5), ("Crawl-delay: 3600", 60), ("Crawl-delay: soon", 0), ("", 0)],
)
def test_a_crawl_delay_is_taken_up_to_a_minute(line: str, seconds: float):
    assert robots.Rules(f"User-agent: *\n{line}\nDisallow: /x").delay == timedelta(seconds=seconds)


@given(st.text(alphabet=st.sampled_from("User-agent:disalow *$#/%.\n\r\x00é")))
def test_no_text_whatever_breaks_the_reading_of_rules(text: str):
    rules = robots.Rules(f"User-agent: *\n{text}")
    assert rules.allow("http://example.org/a%2f?b") in (True, False)
    assert timedelta(0) <= rules.delay <= robots.LONGEST_DELAY


def test_a_hostile_file_is_read_in_reasonable_time():
    many = "".join(f"User-agent: a{n}\n" for n in range(15_000)) + "".join(f"Disallow: /{n}*x\n" for n in range(15_000))
    started = time.process_time()
    rules = robots.Rules(many + "User-agent: *\n" + "Disallow: /*a*a*a*a*a*a*a*a*b$\n" * 5_000)
    assert rules.allow("http://example.org/" + "a" * 2_000)
    assert time.process_time() - started < 5


# --- asking for them -------------------------------------------------------------------------------------------------


def test_a_forbidden_page_is_not_fetched_and_the_reason_names_the_site(web: FakeWeb, store: Store):
    web.publish("/robots.txt", "User-agent: *\nDisallow: /private/", "text/plain")
    came = visit(store, (web.url("/private/1"), NOW), (web.url("/news/1"), NOW))
    assert came == [f"RefusedError: robots.txt of {web.home.removeprefix('http://')} forbids it", "200"]
    assert paths(web) == ["/robots.txt", "/news/1"]


def test_robots_txt_is_read_once_a_day_even_over_a_restart(web: FakeWeb, store: Store):
    web.publish("/robots.txt", "User-agent: *\nDisallow: /private/", "text/plain")
    visit(store, *((web.url(path), NOW + n * HOUR) for n, path in enumerate(["/news/1", "/other", "/private/1"])))
    visit(store, (web.url("/news/1"), NOW + 23 * HOUR))
    assert paths(web).count("/robots.txt") == 1
    visit(store, (web.url("/news/1"), NOW + 24 * HOUR))
    assert paths(web).count("/robots.txt") == 2


def test_many_pages_wait_for_one_look_at_robots_txt(web: FakeWeb, store: Store):
    async def all_at_once() -> None:
        async with fetch.Fetcher(None, LOOPBACK, gap=timedelta(0)) as fetcher:
            manners = Manners(fetcher, store)
            await asyncio.gather(*(manners.admit(web.url(f"/{n}"), NOW) for n in range(9)))

    asyncio.run(all_at_once())
    assert paths(web) == ["/robots.txt"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 300])
def test_a_site_without_the_file_allows_everything(web: FakeWeb, store: Store, status: int):
    web.answer("/robots.txt", status)
    assert visit(store, (web.url("/private/1"), NOW)) == ["200"]


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_while_the_file_cannot_be_had_nothing_is_fetched(web: FakeWeb, store: Store, status: int):
    web.answer("/robots.txt", status)
    first, soon, later = visit(store, *((web.url("/news/1"), NOW + n * MINUTE) for n in (0, 1, 10)))
    assert "while its robots.txt cannot be read" in first
    assert f"the server answered {status}" in first
    assert first.startswith("NotNowError")
    assert first == soon == later
    assert paths(web) == ["/robots.txt"] * 2  # asked again after ten minutes, not after one


def test_a_host_that_cannot_be_reached_is_not_asked_for_pages(web: FakeWeb, store: Store):
    web.misbehave("/robots.txt", lambda _: None)
    assert "closed the connection" in visit(store, (web.url("/news/1"), NOW))[0]
    assert paths(web) == ["/robots.txt"]


def test_older_rules_stand_while_there_are_no_newer_ones(web: FakeWeb, store: Store):
    web.publish("/robots.txt", "User-agent: *\nDisallow: /private/", "text/plain")
    visit(store, (web.url("/news/1"), NOW))
    web.answer("/robots.txt", 503)
    came = visit(store, (web.url("/news/1"), NOW + 25 * HOUR), (web.url("/private/1"), NOW + 25 * HOUR))
    assert came[0] == "200"
    assert "forbids it" in came[1]


def test_the_file_is_read_over_up_to_five_redirects_and_taken_for_none_beyond(web: FakeWeb, store: Store):
    for n in range(1, 6):
        web.answer(f"/{n}", 302, Location=f"/{n + 1}")
    web.publish("/6", "User-agent: *\nDisallow: /private/", "text/plain")
    web.answer("/robots.txt", 302, Location="/2")
    assert "forbids it" in visit(store, (web.url("/private/1"), NOW))[0]
    web.answer("/robots.txt", 302, Location="/1")
    assert visit(store, (web.url("/private/1"), NOW + 25 * HOUR)) == ["200"]


def test_only_the_first_500_kilobytes_count_and_no_half_line(web: FakeWeb, store: Store):
    rules = "User-agent: *\nDisallow: /private/\n" + "#" * 511_952 + "\nDisallow: /news/and/more\nDisallow: /other\n"
    assert rules.encode()[: 500 * 1024].endswith(b"/ne")
    web.publish("/robots.txt", rules, "text/plain")
    came = visit(store, *((web.url(path), NOW) for path in ("/private/1", "/news/1", "/other")))
    assert [each[:3] for each in came] == ["Ref", "200", "200"]


def test_every_hop_is_asked_about_at_its_own_site(web: FakeWeb, store: Store):
    with FakeWeb("127.0.0.2") as other:
        other.publish("/robots.txt", "User-agent: *\nDisallow: /private/", "text/plain")
        web.answer("/out", 302, Location=other.publish("/private/1", "a page"))
        assert "robots.txt of 127.0.0.2" in visit(store, (web.url("/out"), NOW))[0]
        assert paths(other) == ["/robots.txt"]


def test_a_crawl_delay_is_the_gap_of_its_host(web: FakeWeb, store: Store):
    web.publish("/robots.txt", "User-agent: *\nCrawl-delay: 0.3", "text/plain")
    visit(store, *((web.url(path), NOW) for path in ("/news/1", "/other")))
    starts = [request.started for request in web.requests]
    assert len(starts) == 3
    assert min(after - before for before, after in itertools.pairwise(starts)) >= 0.3


# --- leaving alone ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "headers", "minutes"),
    [(429, {"Retry-After": "1800"}, 30), (503, {"Retry-After": "60"}, 1), (429, {}, 10), (503, {}, 0), (500, {}, 0)],
)
def test_a_site_that_asks_for_it_is_left_alone_with_all_its_pages(web: FakeWeb, store: Store, status, headers, minutes):
    web.answer("/news/1", status, **headers)
    before, after = NOW + minutes * MINUTE - timedelta(seconds=1), NOW + minutes * MINUTE
    came = visit(store, (web.url("/news/1"), NOW), (web.url("/other"), before), (web.url("/other"), after))
    assert came[0] == str(status)
    assert came[2] == "200"
    assert came[1] == "200" if not minutes else "asked to be left alone until 2025-06-01 12:" in came[1]


def owed(*urls: str) -> list[OwedItem]:
    return [OwedItem(n, "feed", "Feed", Item(url, url, "title"), 0, NOW) for n, url in enumerate(urls)]


def test_hosts_with_long_gaps_get_few_turns_and_none_while_they_rest():
    gaps = {"slow": 60, "quick": 1}
    rests = {"slow": 0.0}

    def wait(url: str, ahead: int) -> float:
        host = url.split("/")[2]
        return rests.get(host, 0.0) + ahead * gaps[host]

    waiting = owed(*(f"http://{host}/{n}" for n in range(20) for host in gaps))
    batch = [each.item.url for each in read.spread(waiting, wait)]
    assert [url for url in batch if "slow" in url] == ["http://slow/0"]
    assert len([url for url in batch if "quick" in url]) == read.PER_HOST
    rests["slow"] = 59
    assert not [each for each in read.spread(waiting, wait) if "slow" in str(each.item.url)]
    gaps["slower"], rests["slower"] = 60, 30.0
    left = owed(*(f"http://{host}/{n}" for n in range(20) for host in ("slow", "slower")))
    assert [each.item.url for each in read.spread(left, wait)] == ["http://slower/0"]


def test_what_is_announced_while_a_slow_host_is_read_is_read_too(web: FakeWeb, tmp_path: Path, settings):
    web.publish("/robots.txt", "User-agent: *\nCrawl-delay: 0.8", "text/plain")
    newsroom = Newsroom(tmp_path, web, pages=3)
    late = web.page(
        "/late", "Pantsir again", ["A Pantsir was seen again, said a guard at the gate of the harbour."] * 3, NOW
    )

    async def walk() -> read.ReadReport:
        async with pipeline.open_way(tmp_path) as way:
            way.sync(NOW)
            await way.poll_due(NOW)
            reading = asyncio.create_task(way.read_owed(NOW))
            await asyncio.sleep(0.5)
            asked = Request(NOW + timedelta(seconds=0.5), newsroom.feed)
            polled = Polled(asked, NOW + HOUR, "")
            way.store.sources.keep_poll(newsroom.feed, polled, [Item("late", late, "Pantsir again")])
            return await reading

    assert asyncio.run(walk()).from_page == 4


@pytest.mark.parametrize(("minutes", "waits"), [(None, 10), (5, 10), (60, 60), (180, None)])
def test_a_page_is_put_off_until_its_site_wants_to_be_asked_but_not_for_half_a_day(minutes, waits):
    until = NOW + minutes * MINUTE if minutes else None
    reading = read._unread(owed("http://a/1")[0], None, "busy", NOW, until)
    assert reading.again == (NOW + waits * MINUTE if waits else None)
    assert (reading.article is None) == bool(waits)


# --- the whole way ---------------------------------------------------------------------------------------------------


class Newsroom:
    """A home folder with one feed, whose site is the fake web."""

    def __init__(self, folder: Path, web: FakeWeb, pages: int) -> None:
        self.folder = folder
        text = (
            "A Pantsir was seen at the harbour on Thursday, two dockers told the paper, and was driven off by night. "
        )
        self.urls = [web.page(f"/a/{n}", f"Pantsir report {n}", [text * 3], NOW) for n in range(pages)]
        self.feed = web.feed("/feed.xml", [(f"Pantsir report {n}", url, NOW) for n, url in enumerate(self.urls)])
        (folder / "feeds.yaml").write_text(f"feeds:\n  - url: {self.feed}\n")
        (folder / "watchlists").mkdir()
        (folder / "watchlists" / "arms.yaml").write_text("title: Arms\nterms: [Pantsir]\n")

    def walks(self, now: datetime) -> read.ReadReport:
        async def walk() -> read.ReadReport:
            async with pipeline.open_way(self.folder) as way:
                return (await way.round(now)).read

        return asyncio.run(walk())

    def reasons(self) -> list[str | None]:
        store = Store(f"sqlite:///{self.folder}/storage/monitor.db")
        reasons = [reason for url in self.urls for _, _, reason in store.sources.announced(url)]
        store.close()
        return reasons


@pytest.fixture
def settings(monkeypatch):
    for name in [name for name in os.environ if name.startswith("MONITOR_")]:
        monkeypatch.delenv(name)
    for name, value in {"ALLOW_NETWORKS": "127.0.0.0/8", "HOST_GAP": "0", "EMBEDDER": "none"}.items():
        monkeypatch.setenv(f"MONITOR_{name}", value)


def test_what_robots_txt_forbids_is_told_from_the_feed_with_the_reason(web: FakeWeb, tmp_path: Path, settings):
    web.publish("/robots.txt", "User-agent: *\nDisallow: /a/", "text/plain")
    newsroom = Newsroom(tmp_path, web, pages=2)
    report = newsroom.walks(NOW)
    assert (report.from_feed, report.hits) == (2, 2)
    assert newsroom.reasons() == [f"read from the feed: robots.txt of {web.home[7:]} forbids it"] * 2
    assert paths(web) == ["/feed.xml", "/robots.txt"]


def test_while_robots_txt_cannot_be_had_pages_are_put_off_and_read_later(web: FakeWeb, tmp_path: Path, settings):
    web.answer("/robots.txt", 503)
    newsroom = Newsroom(tmp_path, web, pages=2)
    assert newsroom.walks(NOW).put_off == 2
    assert "/a/0" not in paths(web)
    web.withdraw("/robots.txt")
    assert newsroom.walks(NOW + 10 * MINUTE).from_page == 2


def test_when_one_page_is_too_much_the_others_wait_with_it(web: FakeWeb, tmp_path: Path, settings):
    newsroom = Newsroom(tmp_path, web, pages=4)
    page = web.documents["/a/0"]
    web.answer("/a/0", 429, Retry_After="1500")
    assert newsroom.walks(NOW).put_off == 4
    assert [path for path in paths(web) if path.startswith("/a/")] == ["/a/0"]
    assert newsroom.walks(NOW + 24 * MINUTE) == read.ReadReport()
    web.documents["/a/0"] = page
    assert newsroom.walks(NOW + 25 * MINUTE).from_page == 4

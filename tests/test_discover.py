"""A site's feeds are found where its page, its robots.txt and its sitemaps say they are."""

from __future__ import annotations

import asyncio
import random
import re
from datetime import UTC, datetime, timedelta

import pytest
from fakes import LOOPBACK, FakeWeb
from hypothesis import given
from hypothesis import strategies as st

from monitor import discover, feeds, fetch
from monitor.errors import FetchError, RefusedError
from monitor.pipeline.scout import How, Scout, Search
from monitor.values import Item, Kind, ParsedFeed

NOW = datetime(2025, 5, 29, 12, tzinfo=UTC)
SITE = "https://site.example/"


def named(page: str, url: str = SITE) -> list[str]:
    return [found.url for found in discover.named(page.encode(), url)]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('<link rel="alternate" type="application/rss+xml" href="/rss.xml" title="All">', "rss.xml"),
        ("<LINK REL='feed alternate' TYPE='Application/Atom+XML' HREF='atom.xml'>", "atom.xml"),
        ('<link rel=alternate type=application/feed+json href="https://site.example/f.json">', "f.json"),
        ('<link rel="alternate" type="text/xml" href="//site.example/x">', "x"),
        ('<link rel="alternate" type="application/rss+xml; charset=utf-8" href=" /a\n/b ">', "a/b"),
        ('<a href="/nachrichten/rss">RSS</a>', "nachrichten/rss"),
        ('<a href="/feed/?lang=ko">구독</a>', "feed/?lang=ko"),
        ('<base href="https://site.example/de/"><link rel="alternate" type="application/rss+xml" href="f">', "de/f"),
    ],
)
def test_a_feed_is_found_however_the_page_names_it(line, found):
    page = f"<!doctype html><html><head><title>Site</title>{line}</head><body><p>Text</p></body></html>"
    assert named(page) == [SITE + found]


@pytest.mark.parametrize(
    "line",
    [
        '<link rel="alternate" hreflang="de" href="/de/">',
        '<link rel="stylesheet" type="text/css" href="/rss.css">',
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed/">',
        '<link rel="alternate" type="application/json+oembed" href="/wp-json/oembed">',
        '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">',
        '<link rel="alternate" type="application/rss+xml" href="http://[::1">',
        '<a href="/articles/the-feed-the-world-shares">Feeding</a>',
        '<a href="/sitemap.xml">Map</a>',
        '<link rel="alternate" type="application/rss+xml" href="/a/feed" title="Site: Kommentar-Feed zu A">',
    ],
)
def test_what_is_no_feed_of_the_site_is_left_alone(line):
    assert named(f"<html><head>{line}</head><body>Text</body></html>") == []


def test_links_of_the_text_count_only_where_the_head_names_nothing():
    announced = '<link rel="alternate" type="application/rss+xml" href="/one">'
    assert named(f'<html><head>{announced}</head><body><a href="/rss">RSS</a></body></html>') == [SITE + "one"]


def test_an_address_is_named_once_and_not_without_end():
    lines = "".join(f'<a href="/rss/{n % 40}">x</a>' for n in range(200))
    found = named(f"<body>{lines}</body>")
    assert len(found) == len(set(found)) == discover.MOST_NAMED


def test_robots_txt_names_sitemaps_and_those_of_news_come_first():
    robots = b"User-agent: *\nSitemap: /all.xml\nsitemap : https://site.example/news.xml # daily\n#Sitemap: /no"
    assert [each.url for each in discover.sitemaps(robots, SITE + "robots.txt")] == [
        SITE + "news.xml",
        SITE + "all.xml",
    ]


def test_an_index_lists_its_sitemaps_and_archives_come_last():
    rows = "".join(f"<sitemap><loc>{SITE}{n}.xml</loc></sitemap>" for n in ("video", "posts", "2019-01", "news"))
    index = (
        f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>'
    )
    found = [each.url.removeprefix(SITE) for each in discover.index(index.encode(), SITE)]
    assert found == ["news.xml", "posts.xml", "video.xml"]
    assert discover.index(b"<urlset><url><loc>https://site.example/1</loc></url></urlset>", SITE) == ()


@given(st.binary(max_size=300))
def test_any_bytes_are_taken(body):
    discover.named(body, SITE)
    discover.sitemaps(body, SITE)
    discover.index(body, SITE)
    discover.is_sitemap(body)


def test_damaged_pages_are_taken():
    chance = random.Random(7)
    whole = b'<html><head><base href="/a/"><link rel="alternate" type="text/xml" href="/rss"></head><a href=/feed>'
    for _ in range(2000):
        body = bytearray(whole)
        for _ in range(chance.randrange(1, 10)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        discover.named(bytes(body), SITE)


# --- with real requests ---------------------------------------------------------------------------------------------


class Reader:
    """Reads feeds as the workers do, in this process, and lists of addresses as a reader of sitemaps would."""

    async def parse(self, body, url, content_type, now=None) -> ParsedFeed:
        if discover.is_sitemap(body):
            found = re.findall(r"<loc>(.*?)</loc>", body.decode())
            return ParsedFeed("", tuple(Item(each, each, each) for each in found))
        if discover.index(body, url):
            return ParsedFeed("", ())
        return feeds.parse(body, url=url, content_type=content_type, now=now)

    async def named(self, body, url, content_type):
        return discover.named(body, url, content_type)


def look(url: str, permitted=LOOPBACK) -> Search:
    async def ask() -> Search:
        async with fetch.Fetcher(None, permitted, gap=timedelta(0)) as fetcher:
            return await Scout(fetcher, Reader()).look(url, NOW)

    return asyncio.run(ask())


@pytest.fixture
def web():
    with FakeWeb() as server:
        yield server


def feed(web: FakeWeb, path: str, title: str = "Wire") -> str:
    return web.feed(path, [("Eine Nachricht aus Berlin über das Wetter", web.url("/1"), NOW)], title)


def urlset(*urls: str) -> str:
    rows = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'


def test_a_feeds_own_address_costs_one_request(web):
    search = look(feed(web, "/feed"))
    assert (search.how, [found.url for found in search.found]) == (How.ITSELF, [web.url("/feed")])
    assert (search.found[0].title, search.found[0].language, search.found[0].kind) == ("Wire", "de", Kind.FEED)
    assert len(web.requests) == 1


def test_a_page_leads_to_the_feeds_that_it_names_and_that_can_be_read(web):
    lines = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{path}">' for path in ("/a", "/b", "/gone")
    )
    web.publish("/", f"<html><head>{lines}</head><body>Hello</body></html>")
    feed(web, "/a", "A")
    feed(web, "/b", "B")
    search = look(web.url("/"))
    assert (search.how, [found.title for found in search.found]) == (How.NAMED, ["A", "B"])
    assert len(web.requests) == 4


def test_a_page_that_lists_the_feeds_is_followed_once(web):
    web.publish("/", '<html><body><a href="/rss.html">RSS</a></body></html>')
    web.publish(
        "/rss.html", '<html><body><a href="/rss/politics">P</a> <a href="/rss/more.html">more</a></body></html>'
    )
    web.publish("/rss/more.html", '<html><body><a href="/rss/deep">D</a></body></html>')
    feed(web, "/rss/politics")
    feed(web, "/rss/deep")
    assert [found.url for found in look(web.url("/")).found] == [web.url("/rss/politics")]


def test_the_usual_paths_are_asked_in_turn_until_one_answers(web):
    web.publish("/", "<html><body>Hello</body></html>")
    feed(web, "/rss.xml")
    search = look(web.url("/"))
    assert (search.how, [found.url for found in search.found]) == (How.USUAL, [web.url("/rss.xml")])
    assert [request.path for request in web.requests] == ["/", "/feed", "/rss", "/rss.xml"]


def test_a_site_that_shows_programs_no_front_page_may_have_a_feed_all_the_same(web):
    web.answer("/", 403)
    feed(web, "/feed")
    assert look(web.url("/")).how is How.USUAL


def test_the_sitemap_stands_in_where_there_is_no_feed(web):
    web.publish("/", "<html><body>Hello</body></html>")
    web.publish("/robots.txt", f"User-agent: *\nSitemap: {web.url('/index.xml')}\n", "text/plain")
    index = f"<sitemapindex><sitemap><loc>{web.url('/news.xml')}</loc></sitemap></sitemapindex>"
    web.publish("/index.xml", index, "text/xml")
    web.publish("/news.xml", urlset(web.url("/1"), web.url("/2")), "text/xml")
    for address in (web.url("/"), web.url("/index.xml")):
        search = look(address)
        assert search.how is How.SITEMAP
        assert [(found.url, found.kind) for found in search.found] == [(web.url("/news.xml"), Kind.SITEMAP)]


def test_an_index_of_sitemaps_that_cannot_be_read_is_no_source(web):
    index = f"<sitemapindex><sitemap><loc>{web.url('/gone.xml')}</loc></sitemap></sitemapindex>"
    search = look(web.publish("/index.xml", index, "text/xml"))
    assert (search.found, search.problem) == ((), "an index of sitemaps, none of which can be read")


def test_a_feed_that_has_moved_for_good_is_found_at_its_new_address(web):
    feed(web, "/new")
    web.answer("/old", 301, Location="/new")
    web.answer("/today", 302, Location="/new")
    assert look(web.url("/old")).found[0].url == web.url("/new")
    assert look(web.url("/today")).found[0].url == web.url("/today")


def test_nothing_found_says_what_came_and_asks_no_more_than_ten_times(web):
    web.publish("/", "<!doctype html><html><body>Hello</body></html>")
    assert look(web.url("/")) == Search((), problem="an HTML page, not a feed")
    assert len(web.requests) <= 10


def test_a_site_that_wants_to_be_left_alone_is(web):
    web.publish("/", '<html><head><link rel="alternate" type="text/xml" href="/a"></head><body></body></html>')
    web.answer("/a", 429, Retry_After="3600")
    with pytest.raises(FetchError, match="wants no more requests now; try again"):
        look(web.url("/"))
    assert [request.path for request in web.requests] == ["/", "/a"]


def test_a_private_address_is_refused_and_one_that_a_page_names_is_passed_over(web):
    with pytest.raises(RefusedError):
        look(web.url("/"), permitted=())
    lines = "".join(f'<link rel="alternate" type="text/xml" href="{u}">' for u in ("http://10.0.0.1/f", web.url("/a")))
    web.publish("/", f"<html><head>{lines}</head><body></body></html>")
    feed(web, "/a")
    assert [found.url for found in look(web.url("/")).found] == [web.url("/a")]

"""The commands for feeds: what an operator sees, and what is written into feeds.yaml."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from fakes import FakeWeb
from rich.cells import cell_len
from typer.testing import CliRunner

from monitor import config, health
from monitor.cli import app, feed_table
from monitor.errors import ConfigError, InputError
from monitor.health import Record
from monitor.store import Store
from monitor.store.sources import Polled, Request
from monitor.values import Feed, Item, Kind

NOW = datetime(2025, 5, 29, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HEADLINES = ("Ein Sturm zieht über die Küste im Norden", "Der Rat berät über den Haushalt", "Neue Brücke in Bremen")


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in config.Settings.model_fields:
        monkeypatch.delenv(f"MONITOR_{name.upper()}", raising=False)
    monkeypatch.setenv("MONITOR_ALLOW_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("MONITOR_HOST_GAP", "0")
    return tmp_path


@pytest.fixture
def web():
    with FakeWeb() as server:
        yield server


def feeds(home, *words: str) -> str:
    """What a command prints; its error is raised."""
    done = CliRunner().invoke(app, ["feeds", *words, "--home", str(home)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def refused(home, *words: str) -> str:
    with pytest.raises((InputError, ConfigError)) as caught:
        feeds(home, *words)
    return str(caught.value)


def wire(web: FakeWeb, path: str = "/feed", title: str = "Wire") -> str:
    return web.feed(path, [(line, web.url(f"/{n}"), NOW - n * HOUR) for n, line in enumerate(HEADLINES)], title)


# --- adding ---------------------------------------------------------------------------------------------------------


def test_a_feeds_address_is_checked_shown_and_written(home, web):
    shown = feeds(home, "add", wire(web))
    assert config.feeds(home) == (Feed(web.url("/feed"), "Wire"),)
    assert "this address is a feed" in shown
    assert all(line in shown for line in HEADLINES)
    assert f"- url: {web.url('/feed')}" in shown


def test_the_operators_own_words_win(home, web):
    feeds(home, "add", wire(web), "--title", "Draht", "--language", "de", "--minutes", "15")
    assert config.feeds(home) == (Feed(web.url("/feed"), "Draht", language="de", minutes=15),)


def test_the_feeds_own_language_is_written_only_where_its_titles_agree(home, web):
    said = web.documents[wire(web).removeprefix(web.home)].body
    for declared, written in ((b"de-AT", "de"), (b"en", None)):
        (home / "feeds.yaml").unlink(missing_ok=True)
        web.publish("/feed", said.replace(b"<channel>", b"<channel><language>" + declared + b"</language>"), "text/xml")
        feeds(home, "add", web.url("/feed"))
        assert config.feeds(home)[0].language == written


def test_of_several_feeds_one_is_chosen_by_its_number(home, web):
    lines = "".join(f'<link rel="alternate" type="application/rss+xml" href="{path}">' for path in ("/a", "/b"))
    web.publish("/", f"<html><head>{lines}</head><body></body></html>")
    wire(web, "/a", "First")
    wire(web, "/b", "Second")
    shown = feeds(home, "add", web.url("/"))
    assert "  1  First" in shown
    assert "  2  Second" in shown
    assert "3 items, the newest of 2025-05-29 12:00 UTC, language de" in shown
    assert "--pick 1" in shown
    assert not (home / "feeds.yaml").exists()
    feeds(home, "add", web.url("/"), "--pick", "2")
    assert [feed.title for feed in config.feeds(home)] == ["Second"]
    assert "there are 2" in refused(home, "add", web.url("/"), "--pick", "3")


def test_what_was_read_to_check_a_feed_counts_as_its_first_poll(home, web):
    url = wire(web)
    assert f"{len(HEADLINES)} of them are to be read" in feeds(home, "add", url)
    store = Store(config.settings(home).database_url)
    (state,) = store.sources.all()
    assert (state.url, bool(state.etag), store.sources.owed_count()) == (url, True, len(HEADLINES))
    assert state.next_due > datetime.now(UTC) + timedelta(minutes=50)
    store.close()


def test_nothing_is_ever_there_twice(home, web):
    wire(web)
    web.answer("/old", 301, Location="/feed")
    feeds(home, "add", web.url("/old"))
    assert config.feeds(home)[0].url == web.url("/feed")
    for spelling in ("/feed", "/feed#top", "/old"):
        assert "is in feeds.yaml already" in refused(home, "add", web.url(spelling))
    assert len(config.feeds(home)) == 1


@pytest.mark.parametrize(
    ("serve", "words"),
    [
        (
            lambda web: web.publish("/", "<!doctype html><html><body>x</body></html>"),
            "an HTML page, not a feed, and no feed",
        ),
        (lambda web: web.answer("/", 403), "403 Forbidden, and no feed or sitemap was found; look in a browser"),
        (lambda web: "http://10.1.2.3/feed", "name it in MONITOR_ALLOW_NETWORKS to permit it"),
        (lambda web: "http://nowhere.invalid/", "the name nowhere.invalid is not known; "),
        (lambda web: "word", "is no web address; write it as https://example.org/"),
    ],
)
def test_what_cannot_be_added_is_named_with_the_way_out(home, web, serve, words):
    assert words in refused(home, "add", serve(web))
    assert not (home / "feeds.yaml").exists()


def test_trying_shows_the_items_and_the_newest_page_and_adds_nothing(home, web):
    web.page(
        "/0", HEADLINES[0], [f"Ein Satz über den Sturm, Nummer {n}, mit allem, was dazu gehört." for n in range(9)]
    )
    shown = feeds(home, "try", wire(web))
    assert HEADLINES[0] in shown
    assert "letters: Ein Satz über den Sturm, Nummer 0" in shown
    web.withdraw("/0")
    assert "404 Not Found: the feed's own text would be used" in feeds(home, "try", wire(web))
    assert not (home / "feeds.yaml").exists()


def test_an_item_without_a_title_is_shown_by_its_address(home, web):
    body = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": web.url("/1")}]}
    shown = feeds(home, "add", web.publish("/feed", json.dumps(body), "application/feed+json"))
    assert f"undated           {web.url('/1')}" in shown


def test_a_hostile_title_cannot_write_to_the_terminal_or_into_the_file(home, web):
    body = {"version": "https://jsonfeed.org/version/1.1", "title": "Wi\x1b[2Jre\n- url: x", "items": []}
    body["items"] = [{"id": "1", "url": web.url("/1"), "title": "Ne\x1b]0;pwned\x07ws"}]
    shown = feeds(home, "add", web.publish("/feed", json.dumps(body), "application/feed+json"))
    assert "\x1b" not in shown
    assert "\x07" not in shown
    (feed,) = config.feeds(home)
    assert feed.url == web.url("/feed")
    assert feed.title.isprintable()


# --- removing, import, export ---------------------------------------------------------------------------------------


def test_a_feed_is_removed_by_its_address_however_it_is_spelt(home):
    config.add_feeds(home, [Feed("https://one.example/feed", "One"), Feed("https://two.example/feed", "Two")])
    assert "One is out of" in feeds(home, "remove", "one.example/feed/")
    assert [feed.title for feed in config.feeds(home)] == ["Two"]
    assert "monitor feeds list" in refused(home, "remove", "https://nine.example/")


def test_an_import_counts_what_it_added_knew_and_refused(home, tmp_path):
    config.add_feeds(home, [Feed("https://one.example/feed", "One")])
    rows = ("http://one.example/feed/", "https://two.example/feed", "https://two.example/feed#x", "mailto:x")
    body = "".join(f'<outline text="T" xmlUrl="{url}"/>' for url in rows)
    (tmp_path / "list.opml").write_text(f"<opml><body>{body}</body>")
    shown = feeds(home, "import", str(tmp_path / "list.opml"))
    assert "1 added, 2 known before or listed twice, 1 refused" in shown
    assert "refused: T: 'mailto:x' is no http(s) address" in shown
    assert [feed.url for feed in config.feeds(home)] == ["https://one.example/feed", "https://two.example/feed"]
    assert "0 added, 3 known" in feeds(home, "import", str(tmp_path / "list.opml"))


@pytest.mark.parametrize("begun", ["", "# ours\n", "feeds:\n", "# ours\nfeeds:\n"])
def test_an_import_fills_a_file_that_names_no_feed_yet(home, tmp_path, begun):
    (home / "feeds.yaml").write_text(begun)
    (tmp_path / "list.opml").write_text('<opml><body><outline xmlUrl="https://wire.example/rss"/></body></opml>')
    assert "1 added" in feeds(home, "import", str(tmp_path / "list.opml"))
    assert [feed.url for feed in config.feeds(home)] == ["https://wire.example/rss"]
    assert (home / "feeds.yaml").read_text().startswith(begun.removesuffix("feeds:\n"))


def test_what_is_exported_can_be_imported_elsewhere(home, tmp_path_factory):
    there, named = tmp_path_factory.mktemp("there"), tmp_path_factory.mktemp("lists") / "feeds.opml"
    mine = [
        Feed("https://one.example/feed?a=1&b=2", "Ann & Bob <1>", "ko", "KR", 15),
        Feed("https://two.example/news.xml", "둘", kind=Kind.SITEMAP),
    ]
    config.add_feeds(home, mine)
    assert "2 feeds written" in feeds(home, "export", str(named))
    assert feeds(home, "export").startswith("<?xml")
    feeds(there, "import", str(named))
    assert config.feeds(there) == tuple(mine)


def test_a_file_that_is_not_there_is_named(home):
    assert "nowhere.opml: cannot be read" in refused(home, "import", "nowhere.opml")


# --- the list -------------------------------------------------------------------------------------------------------


@pytest.fixture
def watched(home):
    """A home whose first feed works, whose second fails, and whose third was never asked."""
    now = datetime.now(UTC)
    config.add_feeds(home, [Feed(f"https://{name.lower()}.example/feed", name) for name in ("Fine", "Broken", "Fresh")])
    store = Store(config.settings(home).database_url)
    store.sources.sync(config.feeds(home), now)
    fine, broken = ("https://fine.example/feed", "https://broken.example/feed")
    items = [Item(str(n), None, "t", published=now - n * HOUR) for n in range(48)]
    polled = Polled(Request(now, fine, status=200), now + HOUR, "asked every 60 min")
    store.sources.keep_poll(fine, polled, items)
    error = "the server answered 404 Not Found"
    failed = Polled(Request(now, broken, status=404), now + HOUR, "failure number 1 in a row", error=error)
    store.sources.keep_poll(broken, failed, None)
    store.close()
    return home


def test_the_list_shows_trouble_first_with_what_to_do(watched):
    lines = feeds(watched, "list").splitlines()
    assert [line.split()[0] for line in lines if line and not line.startswith(" ")] == [
        "STATE", "failing", "never", "ok", "3",
    ]  # fmt: skip
    text = "\n".join(lines)
    assert "the server answered 404 Not Found" in text
    assert "'monitor feeds remove https://broken.example/feed'" in text
    assert "  25  " in next(line for line in lines if line.startswith("ok"))
    assert "asked every 60 min" in text
    assert lines[-1] == "3 feeds: 1 failing, 1 never polled, 1 ok"


def test_trouble_alone_can_be_listed(watched):
    shown = feeds(watched, "list", "--trouble")
    assert "Broken" in shown
    assert "Fine" not in shown


def test_programs_get_a_row_a_feed(watched):
    rows = {row["title"]: row for row in map(json.loads, feeds(watched, "list", "--json").splitlines())}
    assert rows["Broken"]["state"] == "failing"
    assert rows["Broken"]["failures"] == 1
    assert rows["Fresh"]["state"] == "never polled"
    assert rows["Fine"]["items_a_day"] == pytest.approx(24, rel=0.05)
    assert rows["Fine"]["remedy"] is None


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_the_table_fits_every_terminal(width):
    record = Record(
        "https://a.example/f", "연합뉴스 북한 " * 9, NOW, "asked every 60 min, because " * 5, last_polled=NOW
    )
    broken = Record("https://b.example/f", "B", NOW, "soon", last_polled=NOW, error="the server answered 404 Not Found")
    diagnoses = [health.diagnose(each, NOW) for each in (broken, record)]
    lines = [line.plain for line in feed_table.table(diagnoses, NOW, width)]
    assert all(cell_len(line) <= width for line in lines)
    assert any(line.startswith("ok") and "연합" in line for line in lines)


def test_the_table_cuts_nothing_in_a_file():
    record = Record("https://a.example/f", "뉴스 " * 40, NOW, "asked every 60 min", last_polled=NOW)
    lines = [line.plain for line in feed_table.table([health.diagnose(record, NOW)], NOW, None)]
    assert ("뉴스 " * 40).strip() in lines[1]
    assert lines[1].endswith("asked every 60 min")

"""The operator's settings and files are read whole, and every complaint names file and line."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import config
from monitor.errors import ConfigError
from monitor.values import Feed, Kind

FEEDS = """\
feeds:
  - url: https://one.example/feed.xml
    title: One
    language: ko
    country: KR
    minutes: 30
  - url: https://two.example/rss
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in config.Settings.model_fields:
        monkeypatch.delenv(f"MONITOR_{name.upper()}", raising=False)
    (tmp_path / "feeds.yaml").write_text(FEEDS)
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "watchlists" / "a.yaml").write_text("title: A\nterms: [Alpha]\n")
    return tmp_path


def complaints_of(home) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        config.load(home)
    return [str(complaint) for complaint in caught.value.complaints]


def test_a_home_folder_is_read_with_its_feeds_and_the_texts_of_its_watchlists(home):
    read = config.load(home)
    assert [(f.title, f.language, f.minutes) for f in read.feeds] == [("One", "ko", 30), ("two.example", None, 60)]
    assert [file.path for file in read.watchlist_files] == ["watchlists/a.yaml"]


def test_every_complaint_about_feeds_comes_at_once_with_its_line(home):
    (home / "feeds.yaml").write_text(
        "feeds:\n"
        "  - url: ftp://one.example/\n"
        "  - url: https://two.example/\n"
        "    titel: Two\n"
        "  - url: https://three.example/\n"
        "  - url: https://three.example/\n"
        "  - just text\n"
        "  - url: https://four.example/\n"
        "    minutes: 0\n"
        "  - url: https://five.example/\n"
        "    kind: twitter\n"
    )
    assert complaints_of(home) == [
        "feeds.yaml:2: url 'ftp://one.example/' is no http(s) address",
        "feeds.yaml:3: unknown key 'titel' (did you mean 'title'?)",
        "feeds.yaml:6: https://three.example/ stands here a second time; remove one",
        "feeds.yaml:7: a feed is written as '- url: https://...' with its keys below",
        "feeds.yaml:8: minutes 0 is no whole number from 1 to 1440",
        "feeds.yaml:10: kind 'twitter' is not known; write 'feed' (or nothing) or 'sitemap'",
    ]


def test_broken_yaml_is_named_with_its_line(home):
    (home / "feeds.yaml").write_text("feeds:\n  - url: [\n")
    assert complaints_of(home)[0].startswith("feeds.yaml:3: is not YAML")


def test_missing_files_are_named_with_the_way_out(tmp_path):
    (first, second) = complaints_of(tmp_path)
    assert first.startswith("feeds.yaml: not found in")
    assert "--home" in first
    assert second.startswith("watchlists/: holds no *.yaml file")


def test_norwegian_is_a_language_and_not_a_truth_value(home):
    (home / "feeds.yaml").write_text("feeds:\n  - url: https://one.example/\n    language: no\n")
    assert config.load(home).feeds[0].language == "no"


def test_the_secret_is_made_once_and_kept_for_its_owner_alone(home):
    first = config.settings(home).secret_key
    assert len(first) > 30
    assert config.settings(home).secret_key == first
    assert (home / "storage" / "secret.key").stat().st_mode & 0o077 == 0


def test_settings_come_from_the_environment_and_a_dot_env(home, monkeypatch):
    (home / ".env").write_text("MONITOR_CONTACT=desk@example.org\nMONITOR_KEEP_DAYS=90\n")
    monkeypatch.setenv("MONITOR_ALLOW_NETWORKS", "127.0.0.0/8, ::1/128")
    monkeypatch.setenv("MONITOR_ALLOW_PORTS", "8080, 8443")
    monkeypatch.setenv("MONITOR_KEEP_DAYS", "60")
    read = config.settings(home)
    assert read.contact == "desk@example.org"
    assert read.keep_days == 60
    assert read.allow_networks == (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
    assert read.allow_ports == (8080, 8443)
    assert read.database_url == f"sqlite:///{home}/storage/monitor.db"


def test_an_empty_listen_means_nowhere_and_none_at_all_the_default(home, monkeypatch):
    assert config.settings(home).listen == "127.0.0.1:8080"
    (home / ".env").write_text("MONITOR_LISTEN=\nMONITOR_SMTP_URL=\n")
    assert config.settings(home).listen == ""
    assert config.settings(home).smtp_url is None
    monkeypatch.setenv("MONITOR_LISTEN", "127.0.0.1:9000")
    assert config.settings(home).listen == "127.0.0.1:9000"
    monkeypatch.setenv("MONITOR_LISTEN", "")
    assert config.settings(home).listen == ""


@pytest.mark.parametrize(
    ("said", "contact"),
    [
        ({}, "news-monitor@localhost"),
        ({"MAIL_FROM": "News <news@example.org>"}, "news@example.org"),
        ({"MAIL_FROM": "news@example.org", "BASE_URL": "https://news.example.org"}, "https://news.example.org"),
        ({"CONTACT": "desk@example.org", "BASE_URL": "https://news.example.org"}, "desk@example.org"),
    ],
)
def test_there_is_always_someone_to_complain_to(home, monkeypatch, said, contact):
    for name, value in said.items():
        monkeypatch.setenv(f"MONITOR_{name}", value)
    assert config.settings(home).reachable_at == contact


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MONITOR_KEEP_DAYS", "3"),
        ("MONITOR_ALLOW_NETWORKS", "everything"),
        ("MONITOR_ALLOW_PORTS", "8080,70000"),
        ("MONITOR_OPERATOR", "me"),
        ("MONITOR_EMBEDDER", "oracle"),
    ],
)
def test_a_wrong_setting_is_named(home, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=name):
        config.settings(home)


# --- editing feeds.yaml ---------------------------------------------------------------------------------------------

OWN_STYLE = """\
# My feeds, and my reasons for each.
feeds:

# --- Korea
-   url: "https://one.example/feed.xml"   # the first
    title: >-
        One
        and only

# --- France, slow
-   url: https://two.example/rss
    minutes: 120      # they asked for it

# the end
"""
NEW = Feed("https://three.example/sitemap.xml", "Drei: 셋", "ko", "KR", 15, Kind.SITEMAP)


def test_feeds_are_added_at_the_end_and_everything_else_stays_to_the_byte(home):
    (home / "feeds.yaml").write_text(OWN_STYLE)
    before = config.feeds(home)
    lines = config.add_feeds(home, [NEW, Feed("https://four.example/", "Four")])
    assert (home / "feeds.yaml").read_text() == OWN_STYLE + lines
    assert config.feeds(home) == (*before, NEW, Feed("https://four.example/", "Four"))
    assert "kind: sitemap" in lines
    assert lines.count("minutes") == 1


def test_a_removed_feed_takes_its_own_lines_with_it_and_no_others(home):
    (home / "feeds.yaml").write_text(OWN_STYLE)
    config.remove_feed(home, "https://one.example/feed.xml")
    left = (home / "feeds.yaml").read_text()
    assert left.startswith("# My feeds, and my reasons for each.\nfeeds:\n\n# --- Korea\n\n# --- France, slow\n")
    assert left.endswith("# the end\n")
    assert [feed.url for feed in config.feeds(home)] == ["https://two.example/rss"]


def test_what_was_added_and_removed_again_leaves_no_trace(home):
    (home / "feeds.yaml").write_bytes(OWN_STYLE.replace("\n", "\r\n").encode())
    before = (home / "feeds.yaml").read_bytes()
    config.add_feeds(home, [NEW])
    config.remove_feed(home, NEW.url)
    assert (home / "feeds.yaml").read_bytes() == before


def test_the_first_feed_makes_the_file(tmp_path):
    config.add_feeds(tmp_path, [NEW])
    assert config.feeds(tmp_path) == (NEW,)
    (tmp_path / "feeds.yaml").write_text("# none yet\nfeeds:\n")
    config.add_feeds(tmp_path, [NEW])
    assert config.feeds(tmp_path) == (NEW,)
    assert (tmp_path / "feeds.yaml").read_text().startswith("# none yet\n")


def test_the_last_feed_stays_because_a_service_without_feeds_would_go_on_with_its_old_ones(home):
    config.remove_feed(home, "https://two.example/rss")
    with pytest.raises(ConfigError, match="add another one first"):
        config.remove_feed(home, "https://one.example/feed.xml")


def test_an_unknown_feed_cannot_be_removed(home):
    with pytest.raises(ConfigError, match="monitor feeds list"):
        config.remove_feed(home, "https://nine.example/")


@pytest.mark.parametrize(
    "text",
    [
        "feeds: [{url: https://one.example/}, {url: https://two.example/}]\n",
        "feeds:\n  -\n    url: https://one.example/\n  - url: https://two.example/\nother: 1\n",
        "feeds:\n  - url: https://one.example/\n    titel: wrong\n",
    ],
)
def test_a_file_that_cannot_be_edited_safely_is_left_as_it_was(home, text):
    (home / "feeds.yaml").write_text(text)
    for edit in (lambda: config.add_feeds(home, [NEW]), lambda: config.remove_feed(home, "https://one.example/")):
        with pytest.raises(ConfigError, match=r"feeds\.yaml"):
            edit()
    assert (home / "feeds.yaml").read_text() == text
    assert [path.name for path in home.glob(".feeds*")] == []


def test_a_file_that_is_a_link_stays_one(home, tmp_path_factory):
    kept = tmp_path_factory.mktemp("repository") / "feeds.yaml"
    (home / "feeds.yaml").rename(kept)
    (home / "feeds.yaml").symlink_to(kept)
    config.add_feeds(home, [NEW])
    assert (home / "feeds.yaml").is_symlink()
    assert NEW.url in kept.read_text()


TITLES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1).filter(str.strip)
FEEDS_OF = st.builds(
    Feed,
    st.integers(0, 10**6).map(lambda n: f"https://outlet-{n}.example/feed?a=1&b=#x"),
    TITLES,
    st.sampled_from([None, "no", "ko"]),
    st.sampled_from([None, "NO", "KR"]),
    st.integers(1, 1440),
    st.sampled_from(Kind),
)


@given(st.lists(FEEDS_OF, min_size=1, max_size=5, unique_by=lambda feed: feed.url))
def test_whatever_is_written_is_read_back_the_same(tmp_path_factory, feeds):
    home = tmp_path_factory.mktemp("home")
    config.add_feeds(home, feeds[:1])
    if feeds[1:]:
        config.add_feeds(home, feeds[1:])
    assert config.feeds(home) == tuple(feeds)

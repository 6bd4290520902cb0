"""The operator's settings and files are read whole, and every complaint names file and line."""

from __future__ import annotations

import ipaddress

import pytest

from monitor import config
from monitor.errors import ConfigError

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
    )
    assert complaints_of(home) == [
        "feeds.yaml:2: url 'ftp://one.example/' is no http(s) address",
        "feeds.yaml:3: unknown key 'titel' (did you mean 'title'?)",
        "feeds.yaml:6: https://three.example/ stands here a second time; remove one",
        "feeds.yaml:7: a feed is written as '- url: https://...' with its keys below",
        "feeds.yaml:8: minutes 0 is no whole number from 1 to 1440",
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
        ("MONITOR_EMBEDDER", "oracle"),
    ],
)
def test_a_wrong_setting_is_named(home, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=name):
        config.settings(home)

"""The whole way on real wires: feeds and pages over HTTP, the real pipeline, a real mail server."""

from __future__ import annotations

import asyncio
import email
import email.policy
import os
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from fakes import FakeMailServer, FakeWeb

from monitor import pipeline
from monitor.store import Store

if TYPE_CHECKING:
    from monitor.pipeline import RoundReport

NOW = datetime(2025, 5, 29, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

WATCHLIST = """\
title: Arms for Pyongyang
notify: [desk@example.org]
terms:
  - name: Pantsir
    also: [판치르, Панцирь]
  - name: KIDA
    also: [Korea Institute for Defense Analyses]
"""

HARBOR = (
    "Russia gave North Korea a Pantsir air defense system, report says",
    [
        (
            "Russia has handed at least one Pantsir air defense vehicle to North Korea, says a report of "
            "Thursday by the Multilateral Sanctions Monitoring Team, which eleven governments founded in 2024."
        ),
        (
            "The vehicle came with electronic jamming equipment, the report says. In return Pyongyang sent artillery "
            "shells, ballistic missiles and 11,000 soldiers who fought beside Russian troops in the Kursk region."
        ),
        (
            "The authors call the exchange an open breach of resolutions of the Security Council. The Russian mission "
            "in New York did not answer questions from Harbor Weekly."
        ),
    ],
)
FRENCH = (
    "La Russie a livré un système Pantsir à la Corée du Nord",
    [
        (
            "D'après un article de Harbor Weekly publié le 29 mai 2025, la Russie a remis à la Corée du Nord au moins "
            "un véhicule de défense antiaérienne Pantsir. Le journal cite un rapport de l'équipe multilatérale de "
            "surveillance des sanctions, créée par onze gouvernements."
        ),
        (
            "Le véhicule est arrivé avec du matériel de brouillage électronique. En échange, Pyongyang a envoyé des "
            "obus, des missiles balistiques et 11 000 soldats, qui ont combattu dans la région de Koursk."
        ),
        (
            "L'institut sud-coréen KIDA estime que cette aide a rapporté plus de 20 milliards de dollars à l'économie "
            "nord-coréenne."
        ),
    ],
)
KOREAN = (
    "러시아, 북한에 판치르 방공체계 제공…감시팀 보고서",
    [
        (
            "러시아가 북한에 판치르 방공 차량을 최소 한 대 넘겨줬다고 다국적제재모니터링팀이 목요일 보고서에서 밝혔다. "
            "이 팀은 지난해 11개국이 만들었다."
        ),
        (
            "보고서에 따르면 이 차량은 전자전 교란 장비와 함께 들어갔다. 그 대가로 평양은 포탄과 탄도미사일, 그리고 "
            "쿠르스크 지역에서 싸운 병력 1만1000명을 보냈다."
        ),
    ],
)
WEATHER = (
    "Rain ends a dry month on the coast",
    ["A steady rain fell on the coast on Wednesday and ended the driest month of May in eleven years.", "More is due."],
)


@pytest.fixture(autouse=True)
def settings(monkeypatch):
    for name in [name for name in os.environ if name.startswith("MONITOR_")]:
        monkeypatch.delenv(name)
    for name, value in {"ALLOW_NETWORKS": "127.0.0.0/8", "HOST_GAP": "0", "DIGEST_MINUTES": "0", "LISTEN": ""}.items():
        monkeypatch.setenv(f"MONITOR_{name}", value)


@pytest.fixture
def web():
    with FakeWeb() as server:
        yield server


@pytest.fixture
def server(monkeypatch):
    with FakeMailServer() as mail:
        monkeypatch.setenv("MONITOR_SMTP_URL", mail.url)
        yield mail


class Newsroom:
    """A home folder whose feeds are paths of the fake web."""

    def __init__(self, folder, web: FakeWeb) -> None:
        self.folder, self.web = folder, web
        (folder / "watchlists").mkdir()
        (folder / "watchlists" / "arms.yaml").write_text(WATCHLIST)
        self._items: dict[str, list] = {}

    def publishes(self, feed: str, article, published: datetime = NOW) -> str:
        """A new article stands on its page and first in its feed."""
        title, paragraphs = article
        items = self._items.setdefault(feed, [])
        url = self.web.page(f"/{feed}/{len(items) + 1}", title, paragraphs, published)
        items.insert(0, (title, url, published))
        self.web.feed(f"/{feed}.xml", items, title=feed)
        self.lists(*self._items)
        return url

    def lists(self, *feeds: str) -> None:
        rows = "".join(f"  - {{url: '{self.web.url(f'/{feed}.xml')}', title: {feed}}}\n" for feed in feeds)
        (self.folder / "feeds.yaml").write_text("feeds:\n" + rows)

    def walks(self, now: datetime = NOW) -> RoundReport:
        async def walk() -> RoundReport:
            async with pipeline.open_way(self.folder) as way:
                return await way.round(now)

        return asyncio.run(walk())

    def store(self) -> Store:
        return Store(f"sqlite:///{self.folder}/storage/monitor.db")


@pytest.fixture
def newsroom(tmp_path, web):
    return Newsroom(tmp_path, web)


def body_of(mail) -> str:
    message = email.message_from_bytes(mail.data, policy=email.policy.default)
    return message.get_body(("plain",)).get_content()


def test_a_report_travels_from_its_feed_to_the_subscribers_mailbox(newsroom, server):
    newsroom.publishes("harbor", HARBOR)
    newsroom.publishes("coast", WEATHER)
    report = newsroom.walks()
    assert (report.polled.asked, report.read.from_page, report.read.hits) == (2, 2, 1)
    (mail,) = server.mails
    assert mail.to == ("desk@example.org",)
    assert HARBOR[0] in re.sub(r"\s+", " ", body_of(mail))
    assert "Rain ends" not in body_of(mail)


def test_the_second_poll_is_all_304_and_sends_nothing(newsroom, server, web):
    newsroom.publishes("harbor", HARBOR)
    newsroom.publishes("coast", WEATHER)
    newsroom.walks()
    report = newsroom.walks(NOW + 2 * HOUR)
    assert (report.polled.asked, report.polled.unchanged) == (2, 2)
    assert report.told.composed == 0
    assert len(server.mails) == 1
    assert len(web.asked("/harbor/1")) == 1


def test_a_french_rewrite_is_the_same_story_and_only_its_new_fact_is_told(newsroom, server):
    newsroom.publishes("harbor", HARBOR)
    newsroom.walks()
    newsroom.publishes("courrier", FRENCH, NOW + HOUR)
    report = newsroom.walks(NOW + 2 * HOUR)
    assert report.read.news == {"development": 1}
    text = re.sub(r"\s+", " ", body_of(server.mails[1]))
    assert "20 milliards" in text
    assert "KIDA" in text
    new = text[: text.index("Harbor")] if "Harbor" in text else text
    assert "11 000" not in new, "the eleven thousand soldiers were told before"


def test_a_korean_report_of_the_same_story_with_nothing_new_is_not_told(newsroom, server):
    newsroom.publishes("harbor", HARBOR)
    newsroom.walks()
    newsroom.publishes("hangang", KOREAN, NOW + HOUR)
    report = newsroom.walks(NOW + 2 * HOUR)
    assert report.read.news == {"repeat": 1}
    assert len(server.mails) == 1


def test_the_same_text_under_another_address_is_a_copy_and_is_not_told(newsroom, server):
    newsroom.publishes("harbor", HARBOR)
    newsroom.walks()
    newsroom.publishes("reprint", ("Pantsir for Pyongyang", HARBOR[1]), NOW + HOUR)
    assert newsroom.walks(NOW + 2 * HOUR).read.news == {"copy": 1}
    assert len(server.mails) == 1


def test_a_page_that_fails_stays_owed_then_its_feed_text_is_matched_and_marked_so(newsroom, server, web):
    url = newsroom.publishes("harbor", HARBOR)
    web.answer("/harbor/1", 500)
    assert newsroom.walks().read.put_off == 1
    assert newsroom.walks(NOW + timedelta(minutes=15)).read.put_off == 1
    report = newsroom.walks(NOW + 2 * HOUR)
    assert (report.read.from_feed, report.read.hits) == (1, 1)
    assert newsroom.store().archive.find(url).article.read_from == "feed"
    assert len(server.mails) == 1


def test_bad_feeds_are_named_and_cost_the_others_nothing(newsroom, server, web, capsys):
    newsroom.publishes("harbor", HARBOR)
    web.publish("/html.xml", "<!DOCTYPE html><html><body>Hello</body></html>")
    web.publish("/empty.xml", "", "application/rss+xml")
    web.publish("/truncated.xml", '<?xml version="1.0"?><rss version="2.0"><channel><ti', "application/rss+xml")
    web.publish("/huge.xml", b"<rss>" + b" " * 50_000_000 + b"</rss>", "application/rss+xml")
    bad = ("html", "empty", "truncated", "huge", "missing")
    newsroom.lists("harbor", *bad)
    report = newsroom.walks()
    assert (report.polled.asked, report.polled.failed) == (6, 5)
    assert len(server.mails) == 1
    states = {state.title: state for state in newsroom.store().sources.all()}
    assert all(states[name].error and states[name].next_due > NOW for name in bad)
    logged = capsys.readouterr().out
    assert all(len(re.findall(rf"could not be read.*feed={name}\b", logged)) == 1 for name in bad), logged


def test_a_mail_that_is_refused_for_now_goes_out_later_as_the_very_same_bytes(newsroom, server):
    newsroom.publishes("harbor", HARBOR)
    server.refuse("desk@", "451 4.3.0 later")
    assert newsroom.walks().told.deferred == 1
    server.accept_everyone()
    assert newsroom.walks(NOW + HOUR).told.sent == 1
    (kept,) = newsroom.store().outbox.mails()
    assert server.mails[0].data == kept.data


KILLED = """\
import asyncio, os, signal, sys
from datetime import datetime
from pathlib import Path
from monitor import pipeline

async def walk(home, now, last):
    async with pipeline.open_way(home) as way:
        way.sync(now)
        for step in (way.poll_due, way.read_owed, way.tell_due):
            if step.__name__ == last:
                os.kill(os.getpid(), signal.SIGKILL)
            await step(now)

asyncio.run(walk(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), sys.argv[3]))
"""


@pytest.mark.parametrize("step", ["read_owed", "tell_due"])
def test_a_kill_between_the_poll_and_the_mail_loses_nothing(newsroom, server, step):
    newsroom.publishes("harbor", HARBOR)
    command = [sys.executable, "-c", KILLED, str(newsroom.folder), NOW.isoformat(), step]
    assert subprocess.run(command, check=False, timeout=60, stdout=subprocess.DEVNULL).returncode == -signal.SIGKILL
    assert server.mails == []
    report = newsroom.walks(NOW + timedelta(minutes=5))
    assert report.polled.asked == 0, "the feed was asked before the kill; its answer was kept"
    (mail,) = server.mails
    assert HARBOR[0] in re.sub(r"\s+", " ", body_of(mail))


def test_the_service_tells_by_itself_and_stops_cleanly_on_sigterm(newsroom, server, tmp_path):
    newsroom.publishes("harbor", HARBOR)
    command = [sys.executable, "-c", "from monitor.cli import main; main()", "run", "--home", str(newsroom.folder)]
    log = (tmp_path / "log").open("w+")
    with log, subprocess.Popen(command, stderr=log, stdout=log, env=os.environ) as service:
        try:
            deadline = time.monotonic() + 60
            while not server.mails and time.monotonic() < deadline:
                time.sleep(0.2)
            asked_to_stop = time.monotonic()
            service.send_signal(signal.SIGTERM)
            assert service.wait(timeout=20) == 0
            assert time.monotonic() - asked_to_stop < 10
        finally:
            service.kill()
        log.seek(0)
        assert len(server.mails) == 1, log.read()


def test_without_a_mail_server_digests_go_to_the_mail_folder_and_the_log_says_so(newsroom, capsys):
    newsroom.publishes("harbor", HARBOR)
    assert newsroom.walks().told.sent == 1
    assert len(list((newsroom.folder / "storage" / "mail" / "new").iterdir())) == 1
    assert "mail goes to a folder" in capsys.readouterr().out


WRONG = WATCHLIST + "  - name: X\n    alos: [Y]\n"


def test_edits_are_in_use_within_seconds_and_a_wrong_one_leaves_the_last_good_version(newsroom, server, tmp_path):
    newsroom.publishes("coast", WEATHER)
    command = [sys.executable, "-c", "from monitor.cli import main; main()", "run", "--home", str(newsroom.folder)]
    log, lists = tmp_path / "log", newsroom.folder / "watchlists"

    def renamed_over() -> None:
        (newsroom.folder / "arms.part").write_text(WATCHLIST + "  - Rain\n")
        (newsroom.folder / "arms.part").replace(lists / "arms.yaml")

    def folder_moved_away_and_back() -> None:
        lists.rename(newsroom.folder / "old")
        time.sleep(0.5)
        (newsroom.folder / "old").rename(lists)
        (lists / "more.yaml").write_text("terms: [Sleet]\n")

    with log.open("w") as out, subprocess.Popen(command, stderr=out, stdout=out, env=os.environ) as service:
        try:
            _until(lambda: "running" in log.read_text())
            for edit, seen in (
                (
                    partial((lists / "arms.yaml").write_text, WATCHLIST + "  - name: X\n    alos: [Y]\n"),
                    "last good version",
                ),
                (renamed_over, "feeds=1 watchlists=1"),
                (partial((lists / "snow.yaml").write_text, "terms: [Snow]\n"), "feeds=1 watchlists=2"),
                (folder_moved_away_and_back, "feeds=1 watchlists=3"),
                ((lists / "snow.yaml").unlink, "feeds=1 watchlists=2"),
                (partial(_one_more_feed, newsroom.folder / "feeds.yaml"), "feeds=2 watchlists=2"),
            ):
                told = log.read_text().count(seen)
                edit()
                _until(lambda seen=seen, told=told: log.read_text().count(seen) > told, seconds=15)
            service.send_signal(signal.SIGTERM)
            assert service.wait(timeout=20) == 0
        finally:
            service.kill()
    assert "arms.yaml:9: unknown key 'alos' (did you mean 'also'?)" in log.read_text()


def _one_more_feed(file) -> None:
    file.write_text(file.read_text().rstrip() + "\n  - url: http://127.0.0.1:9/feed\n")


def _until(true, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)

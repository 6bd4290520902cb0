"""The pages as a whole: leaving with one click, nothing changed by looking, nothing let in or out."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import http.client
import io
import logging
import re
import socket
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from babel.messages import pofile
from desk import BASE, KEY, MAIL, TITLES, Desk
from jinja2.ext import babel_extract

from monitor import digest, speech, web
from monitor.errors import ConfigError
from monitor.store import Store
from monitor.values import MAIL_LANGUAGES
from monitor.web import asking, server

HOUSE = Path(web.__file__).parent.parent
ANYWHERE = "127.0.0.1:0"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def desk(tmp_path):
    store = Store(f"sqlite:///{tmp_path}/monitor.db")
    yield Desk(store)
    store.close()


@dataclass(frozen=True)
class Heard:
    status: int
    headers: dict[str, str]
    body: str


def served(desk, ask):
    """What `ask` makes of the address at which the pages of a desk are served over HTTP."""

    async def serving():
        house = web.House(desk.store, MAIL, lambda: desk.titles, now=lambda: desk.now)
        async with web.serving(house, ANYWHERE) as address:
            return await asyncio.to_thread(ask, urlsplit(address).netloc)

    return asyncio.run(asyncio.wait_for(serving(), 30))


def heard(desk, path, method="GET", body=None, headers=None):
    def ask(place):
        connection = http.client.HTTPConnection(place, timeout=10)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return Heard(response.status, dict(response.getheaders()), response.read().decode())
        finally:
            connection.close()

    return served(desk, ask)


def subscribed(desk):
    return desk.store.people.reader(desk.reader).active


# --- leaving -------------------------------------------------------------------------------------------------------


def test_looking_at_the_link_shows_a_button_and_changes_nothing(desk):
    before = desk.everything()
    answer = desk.get(desk.path("u"))
    assert answer.status == 200
    assert '<form method="post"><button>Unsubscribe</button></form>' in answer.body
    assert desk.head(desk.path("u")).status == 200
    assert desk.everything() == before


@pytest.mark.parametrize("body", ["List-Unsubscribe=One-Click", "", "x" * 9000, "\xff", "a=1&" * 5])
def test_one_click_unsubscribes_that_one_subscriber_without_a_cookie(desk, body):
    other = desk.follows("other@example.org", "arms")
    answer = heard(desk, desk.path("u"), "POST", body.encode("latin-1"), FORM)
    assert answer.status == 200
    assert "You are unsubscribed." in answer.body
    assert "set-cookie" not in {name.lower() for name in answer.headers}
    assert (subscribed(desk), desk.store.people.reader(other).active) == (False, True)


def test_a_click_in_a_form_of_many_parts_unsubscribes_too(desk):
    body = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
    answer = heard(desk, desk.path("u"), "POST", body, {"Content-Type": "multipart/form-data; boundary=b"})
    assert (answer.status, subscribed(desk)) == (200, False)


def test_unsubscribing_twice_is_no_error(desk):
    assert [desk.post(desk.path("u")).status, desk.post(desk.path("u")).status] == [200, 200]
    assert not subscribed(desk)


def test_who_left_by_mistake_comes_back_from_the_same_page(desk):
    page = desk.post(desk.path("u"))
    hidden = re.search(r'<input type="hidden" name="(\w+)" value="(\w+)">', page.body)
    assert "Welcome back." in desk.post(desk.path("u"), {hidden[1]: hidden[2]}).said
    assert subscribed(desk)


def test_one_watchlist_can_be_left_while_the_others_go_on(desk):
    page = desk.get(desk.path("u"))
    assert re.findall(r'name="only" value="(\w+)"', page.body) == ["arms", "ports"]
    answer = desk.post(desk.path("u"), {"only": "arms"})
    assert "You no longer follow Arms & <embargoes> ." in answer.said
    assert (subscribed(desk), set(desk.store.people.choices(desk.reader).cadences)) == (True, {"ports"})
    assert 'name="only"' not in desk.get(desk.path("u")).body


# --- tokens --------------------------------------------------------------------------------------------------------

GOOD = digest.reader_token(1, KEY)
FORGED = [
    GOOD[:-1],
    GOOD + "x",
    "x",
    digest.reader_token(1, "another key"),
    digest.reader_token(99, KEY),
    "%00",
    "%C3%A9",
]


@pytest.mark.parametrize("token", FORGED)
@pytest.mark.parametrize("page", ["/u/{}", "/p/{}", "/v/{}", "/v/{}/key", "/j/{}/1", "/c/{}"])
def test_a_link_that_nobody_signed_shows_nothing_does_nothing_and_says_what_to_do(desk, page, token):
    desk.told("a", desk.reader)
    before = desk.everything()
    for answer in (
        desk.get(page.format(token)),
        desk.post(page.format(token), {"kind": "same story", "follow": "arms"}),
    ):
        assert answer.status in (404, 405)
        assert answer.status == 405 or "open it from the mail again" in answer.said
    assert desk.everything() == before


def test_a_mail_scanner_that_follows_every_link_of_a_mail_and_of_the_pages_changes_nothing(desk):
    number = desk.told("a", desk.reader)
    desk.offered = frozenset(TITLES)
    with_mail = desk.get(desk.path("v")).links
    to_see = {*with_mail, "/", "/healthz", *(desk.path(page) for page in "upv"), f"{desk.path('j')}/{number}"}
    confirm = digest.confirm_token(desk.reader, KEY, desk.now)
    to_see.add(f"/c/{confirm}")
    before, seen = desk.everything(), set()
    while to_see - seen:
        path = min(to_see - seen)
        seen.add(path)
        answer = desk.get(path)
        assert desk.head(path).status == answer.status
        found = (link.removeprefix(BASE) for link in answer.links)
        to_see |= {link for link in found if link.startswith(("/", "?")) and not link.startswith("//")} - {"?"}
        to_see = {f"/{link}" if link.startswith("?") else link for link in to_see}
    assert desk.everything() == before
    assert len(seen) >= 6 + len(MAIL_LANGUAGES)


def test_no_page_says_its_readers_token_to_the_log(desk, caplog):
    caplog.set_level(logging.DEBUG)

    def ask(place):
        for path in (desk.path("p"), desk.path("u") + "x", "/nowhere/" + GOOD):
            connection = http.client.HTTPConnection(place, timeout=10)
            connection.request("GET", path)
            connection.getresponse().read()
            connection.close()

    served(desk, ask)
    assert GOOD not in caplog.text


# --- what all answers share ----------------------------------------------------------------------------------------


def test_health_is_a_status_and_a_word(desk):
    assert (heard(desk, "/healthz").status, "has not run here yet" in heard(desk, "/healthz").body) == (503, True)
    desk.store.alive(datetime.now(UTC))
    assert (heard(desk, "/healthz").status, heard(desk, "/healthz").body) == (200, "ok")


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/", "GET", 200), ("/", "HEAD", 200), ("/nowhere", "GET", 404), ("/u/", "GET", 404), ("/", "POST", 405),
        ("/signup", "GET", 405), (f"/u/{GOOD}", "DELETE", 405), (f"/v/{GOOD}", "POST", 405), (f"/p/{GOOD}", "PUT", 405),
    ],
)  # fmt: skip
def test_every_other_address_answers_with_a_page(desk, path, method, status):
    answer = heard(desk, path, method)
    assert answer.status == status
    assert method == "HEAD" or "<h1>" in answer.body
    assert status != 405 or "allow" in {name.lower() for name in answer.headers}


def test_a_body_that_is_too_large_or_has_too_many_fields_is_refused(desk):
    assert heard(desk, desk.path("p"), "POST", "x" * (asking.LARGEST_FORM + 1), FORM).status == 413
    assert heard(desk, desk.path("p"), "POST", "&a=" * (asking.MOST_FIELDS + 1), FORM).status == 413
    assert subscribed(desk)


def test_a_body_that_does_not_come_is_given_up(desk, monkeypatch):
    monkeypatch.setattr(asking, "PATIENCE", 0.2)

    def ask(place):
        host, _, port = place.partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as line:
            line.sendall(f"POST {desk.path('u')} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nhalf".encode())
            return line.recv(100)

    started = time.monotonic()
    assert b" 408 " in served(desk, ask)
    assert time.monotonic() - started < 8
    assert subscribed(desk)


def test_more_connections_than_the_desk_can_hold_are_told_so(desk, monkeypatch):
    monkeypatch.setattr(server, "MOST_AT_ONCE", 5)

    def ask(place):
        host, _, port = place.partition(":")
        slow = [socket.create_connection((host, int(port)), timeout=10) for _ in range(8)]
        try:
            time.sleep(0.2)
            connection = http.client.HTTPConnection(place, timeout=10)
            connection.request("GET", "/")
            return connection.getresponse().status
        finally:
            for line in slow:
                line.close()

    assert served(desk, ask) == 503


def test_a_store_that_fails_shows_a_page_and_no_secrets(desk):
    with desk.store.session() as session:
        session.connection().exec_driver_sql("DROP TABLE subscription")
    answer = heard(desk, desk.path("u"), "POST", "List-Unsubscribe=One-Click", FORM)
    assert answer.status == 500
    assert "Nothing was changed." in answer.body
    assert "subscription" not in answer.body


def test_a_page_may_load_nothing_tell_nobody_and_be_kept_nowhere(desk):
    number = desk.told("a", desk.reader)
    for path in ("/", desk.path("u"), desk.path("p"), desk.path("v"), f"{desk.path('j')}/{number}", "/nowhere"):
        answer = desk.get(path)
        style = re.search(r"<style>(.*?)</style>", answer.body, re.DOTALL)[1]
        hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'")
        assert policy.endswith(f"style-src 'sha256-{hashed}'")
        known = path not in ("/", "/nowhere")  # its address holds a token, which no other page may learn
        assert answer.headers["referrer-policy"] == ("no-referrer" if known else "same-origin")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"
        assert not re.search(r"<(script|img|link)|\bstyle=|\bon\w+=", answer.body)
        assert re.search(r'<html lang="en" dir="ltr">', answer.body)


def test_a_desk_behind_a_path_of_a_proxy_links_to_that_path(desk):
    letterhead = digest.MailSettings("n@example.org", "https://example.org/news/", KEY, None)
    desk.app = web.app(web.House(desk.store, letterhead, lambda: desk.titles, now=lambda: desk.now))
    links = [link for link in desk.get(desk.path("p")).links if not link.startswith("mailto:")]
    assert links
    assert all(link.startswith("/news/") for link in links)


# --- words ---------------------------------------------------------------------------------------------------------


def messages():
    found = set()
    for path in (HOUSE / "templates").glob("**/*.html"):
        if path.parent.name == "pages":
            said = babel_extract(io.BytesIO(path.read_bytes()), ("_", "gettext"), [], {"trimmed": "true"})
            found |= {message for _, _, message, _ in said}
    return found


@pytest.mark.parametrize("language", sorted({*MAIL_LANGUAGES} - {"en"}))
def test_every_word_of_the_pages_is_said_in_every_language_with_its_places_kept(language):
    text = (HOUSE / "locale" / language / "LC_MESSAGES" / "pages.po").read_bytes()
    catalogue = {message.id: message.string for message in pofile.read_po(io.BytesIO(text)) if message.id}
    assert set(catalogue) == messages()
    for said, translated in catalogue.items():
        assert translated.strip()
        for kept in (r"%\(\w+\)s", r"</?\w+", r"\d\d:\d\d"):
            assert sorted(re.findall(kept, said)) == sorted(re.findall(kept, translated)), said
    assert speech.voice(language, "pages").say("Save") == catalogue["Save"]


# --- serving -------------------------------------------------------------------------------------------------------


async def _enter(desk, listen):
    async with web.serving(web.House(desk.store, MAIL, lambda: desk.titles), listen) as address:
        return address


def test_an_empty_address_serves_nothing(desk):
    assert asyncio.run(_enter(desk, "")) is None


@pytest.mark.parametrize(
    "listen", ["8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:99999", "203.0.113.1:0"]
)
def test_an_address_that_cannot_be_listened_at_is_named_with_its_setting(desk, listen):
    with pytest.raises(ConfigError, match="MONITOR_LISTEN"):
        asyncio.run(_enter(desk, listen))


def test_a_taken_port_is_named(desk):
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ConfigError, match="cannot listen"):
        asyncio.run(_enter(desk, f"127.0.0.1:{taken.getsockname()[1]}"))

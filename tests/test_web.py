"""The pages: leaving with one click, coming back, a sign of health; over real HTTP on loopback."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import http.client
import re
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from monitor import digest, web
from monitor.errors import ConfigError, StoreError

if TYPE_CHECKING:
    from datetime import datetime

KEY = "a key"
ANYWHERE = "127.0.0.1:0"
LINK = f"/u/{digest.reader_token(7, KEY)}"


@dataclass
class FakeDesk:
    """A store of nothing but who is subscribed."""

    subscribed: dict[int, bool] = field(default_factory=lambda: {7: True, 8: True})
    health: tuple[bool, str] = (True, "at work")
    broken: bool = False

    def unsubscribe(self, subscriber: int) -> bool:
        return self._set(subscriber, subscribed=False)

    def resubscribe(self, subscriber: int) -> bool:
        return self._set(subscriber, subscribed=True)

    def healthy(self, now: datetime) -> tuple[bool, str]:
        assert now.tzinfo is not None
        return self.health

    def _set(self, subscriber: int, *, subscribed: bool) -> bool:
        if self.broken:
            raise StoreError("storage/monitor.db", "is locked")
        known = subscriber in self.subscribed
        if known:
            self.subscribed[subscriber] = subscribed
        return known


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: str


def asked(desk, path, method="GET", body=None, headers=None):
    """What the pages over `desk` answer to one request."""

    def ask(address):
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read().decode())
        finally:
            connection.close()

    async def served():
        async with web.serving(desk, KEY, ANYWHERE) as address:
            return await asyncio.to_thread(ask, address)

    return asyncio.run(asyncio.wait_for(served(), 30))


def clicked(desk, path=LINK, body="List-Unsubscribe=One-Click"):
    return asked(desk, path, "POST", body, {"Content-Type": "application/x-www-form-urlencoded"})


def test_looking_at_the_link_shows_a_button_and_changes_nothing():
    desk = FakeDesk()
    answer = asked(desk, LINK)
    assert answer.status == 200
    assert '<form method="post"><button>Unsubscribe</button></form>' in answer.body
    assert asked(desk, LINK, "HEAD").status == 200
    assert desk.subscribed == {7: True, 8: True}


@pytest.mark.parametrize("body", ["List-Unsubscribe=One-Click", "", "x" * 9000, "\xff"])
def test_one_click_unsubscribes_that_one_subscriber_without_a_cookie(body):
    desk = FakeDesk()
    answer = clicked(desk, body=body.encode("latin-1"))
    assert answer.status == 200
    assert "You are unsubscribed." in answer.body
    assert "set-cookie" not in {name.lower() for name in answer.headers}
    assert desk.subscribed == {7: False, 8: True}


def test_a_click_in_a_form_of_many_parts_unsubscribes_too():
    desk = FakeDesk()
    body = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
    assert asked(desk, LINK, "POST", body, {"Content-Type": "multipart/form-data; boundary=b"}).status == 200
    assert desk.subscribed[7] is False


def test_unsubscribing_twice_is_no_error():
    desk = FakeDesk()
    assert [clicked(desk).status, clicked(desk).status] == [200, 200]
    assert desk.subscribed[7] is False


def test_who_left_by_mistake_comes_back_from_the_same_page():
    desk = FakeDesk()
    hidden = re.search(r'<input type="hidden" name="(\w+)" value="(\w+)">', clicked(desk).body)
    answer = clicked(desk, body=f"{hidden[1]}={hidden[2]}")
    assert "Welcome back." in answer.body
    assert desk.subscribed[7] is True


@pytest.mark.parametrize("token", [LINK[3:-1], LINK[3:] + "x", "x", digest.reader_token(7, "another key"), "%00", "é"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_nobody_signed_does_nothing_and_says_what_to_do(token, method):
    desk = FakeDesk()
    answer = asked(desk, "/u/" + token.replace("é", "%C3%A9"), method)
    assert answer.status == 404
    assert "open it from the mail again" in answer.body
    assert desk.subscribed == {7: True, 8: True}


def test_a_link_of_someone_who_is_gone_says_so():
    assert clicked(FakeDesk(), f"/u/{digest.reader_token(99, KEY)}").status == 404


def test_an_endless_body_is_refused():
    assert clicked(FakeDesk(), body="x" * 20_000).status == 413


@pytest.mark.parametrize(
    ("health", "status", "body"), [((True, "fine"), 200, "ok"), ((False, "asleep"), 503, "asleep")]
)
def test_health_is_a_status_and_a_word(health, status, body):
    answer = asked(FakeDesk(health=health), "/healthz")
    assert (answer.status, answer.body) == (status, body)


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/", "GET", 200), ("/nowhere", "GET", 404), ("/u/", "GET", 404), ("/", "POST", 405), (LINK, "DELETE", 405)],
)
def test_every_other_address_answers_with_a_page(path, method, status):
    answer = asked(FakeDesk(), path, method)
    assert answer.status == status
    assert "<h1>" in answer.body


def test_a_store_that_fails_shows_a_page_and_no_secrets(caplog):
    answer = clicked(FakeDesk(broken=True))
    assert answer.status == 500
    assert "Nothing was changed." in answer.body
    assert "monitor.db" not in answer.body


def test_a_page_may_load_nothing_tell_nobody_and_be_kept_nowhere():
    answer = asked(FakeDesk(), LINK)
    style = re.search(r"<style>(.*?)</style>", answer.body, re.DOTALL)[1]
    digest_of_style = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    headers = {name.lower(): value for name, value in answer.headers.items()}
    assert headers["content-security-policy"].startswith("default-src 'none'; form-action 'self'")
    assert f"style-src 'sha256-{digest_of_style}'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert not re.search(r"<(script|img|link)|style=|https?://", answer.body)


def test_an_empty_address_serves_nothing():
    async def served():
        async with web.serving(FakeDesk(), KEY, "") as address:
            return address

    assert asyncio.run(served()) is None


@pytest.mark.parametrize(
    "listen", ["8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:99999", "203.0.113.1:0"]
)
def test_an_address_that_cannot_be_listened_at_is_named_with_its_setting(listen):
    async def served():
        async with web.serving(FakeDesk(), KEY, listen):
            pytest.fail("nothing can listen there")

    with pytest.raises(ConfigError, match="MONITOR_LISTEN"):
        asyncio.run(served())


def test_a_taken_port_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ConfigError, match="cannot listen"):
        asyncio.run(_enter(f"127.0.0.1:{taken.getsockname()[1]}"))


async def _enter(listen):
    async with web.serving(FakeDesk(), KEY, listen):
        pass

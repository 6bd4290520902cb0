"""Webhooks: each development once, signed, tried until it is taken; what the other side does harms nobody else."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_network

import pytest
from desk import NOW
from hypothesis import given
from hypothesis import strategies as st
from switchboard import Switchboard
from typer.testing import CliRunner

from monitor import config, pipeline
from monitor.cli import app
from monitor.fetch import poster
from monitor.pipeline import heralding
from monitor.pipeline.heralding import Herald
from monitor.values import News

HERE = "127.0.0.1"


class _Killed(BaseException):
    """The process dies: no room catches it."""


TITLES = {"arms": "Arms"}


@pytest.fixture
def board(tmp_path):
    made = Switchboard(tmp_path)
    yield made
    made.store.close()


@dataclass
class Got:
    """One request that arrived."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Another system, on loopback: answers as it is told, and remembers what came."""

    status: int = 200
    more: str = ""
    silent: bool = False
    cut: bool = False
    got: list[Got] = field(default_factory=list)
    port: int = 0
    answering: set[asyncio.Task] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://{HERE}:{self.port}/hook"

    @property
    def ids(self) -> list[str]:
        return [each.headers["webhook-id"] for each in self.got]

    @contextlib.asynccontextmanager
    async def listening(self):
        server = await asyncio.start_server(self._answer, HERE, self.port)
        self.port = server.sockets[0].getsockname()[1]
        self.over = asyncio.Event()
        async with server:
            yield self
            self.over.set()
            await asyncio.gather(*self.answering)

    async def _answer(self, reader, writer):
        self.answering.add(asyncio.current_task())
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in head.split("\r\n")[1:])}
        body = await reader.readexactly(int(headers["content-length"]))
        self.got.append(Got(headers, body))
        with contextlib.suppress(ConnectionError):
            if self.silent:
                await self.over.wait()
            elif not self.cut:
                writer.write(f"HTTP/1.1 {self.status} So\r\n{self.more}Content-Length: 0\r\n\r\n".encode())
                await writer.drain()
        writer.close()
        self.answering.discard(asyncio.current_task())


def herald(board, **settings):
    allowed = {"allow_networks": (ip_network("127.0.0.0/8"),), "base_url": "https://news.example.org"} | settings
    return Herald(board.store, config.settings(board.home).model_copy(update=allowed))


def rounds(board, receiver, *moments, **settings):
    """Rounds of posting at these moments, while the receiver listens; what each came to."""

    async def walk():
        async with receiver.listening():
            return [await herald(board, **settings).post_due(TITLES, moment) for moment in moments]

    return asyncio.run(walk())


def hooked(board, receiver):
    """A hook at the receiver, whose port is chosen now."""

    async def choose():
        async with receiver.listening():
            pass

    asyncio.run(choose())
    secret = heralding.new_secret()
    return board.store.hooks.add(receiver.url, "arms", secret, NOW - timedelta(hours=9)), secret


def verified(got: Got, secret: str) -> bool:
    """As a receiver verifies it by the specification of Standard Webhooks."""
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{right}" in got.headers["webhook-signature"].split(" ")


def test_a_development_is_posted_once_signed_with_what_is_new(board):
    receiver = Receiver()
    _, secret = hooked(board, receiver)
    board.report("a", "one", News.DEVELOPMENT)
    first, second = rounds(board, receiver, NOW, NOW + timedelta(days=1))
    assert (first.written, first.sent, second.written, second.sent) == (1, 1, 0, 0)
    (got,) = receiver.got
    assert verified(got, secret)
    assert int(got.headers["webhook-timestamp"]) == int(NOW.timestamp())
    said = json.loads(got.body)
    assert (said["type"], said["timestamp"]) == ("development", "2026-11-25T05:30:00Z")
    data = said["data"]
    assert data["watchlist"] == {"id": "arms", "title": "Arms"}
    assert data["new"] == [{"change": "new", "text": "20 ships", "sentence": "They sent 20 ships.", "before": None}]
    assert data["report"]["url"] == "https://wire.example/a"
    assert data["pages"]["story"] == "https://news.example.org/desk/stories/one"


def test_only_what_concerns_its_watchlist_and_came_after_it_was_added(board):
    board.report("before", "zero")
    receiver = Receiver()
    hooked(board, receiver)
    board.report("other", "two", watchlist="ports")
    board.report("repeat", "one", News.REPEAT)
    board.report("mine", "one")
    rounds(board, receiver, NOW)
    assert [json.loads(got.body)["data"]["report"]["id"] for got in receiver.got] == ["mine"]


def test_what_a_person_withdrew_is_not_posted(board):
    receiver = Receiver()
    hooked(board, receiver)
    board.report("a", "one")
    board.store.stories.mute("one", "Ann", NOW)
    assert rounds(board, receiver, NOW)[0].written == 0


@pytest.mark.parametrize(
    "trouble", [{"status": 500}, {"status": 404}, {"status": 301, "more": "Location: /\r\n"}, {"cut": True}]
)
def test_what_was_not_taken_comes_again_with_the_same_id_and_bytes(board, trouble):
    receiver = Receiver(**trouble)
    _, secret = hooked(board, receiver)
    board.report("a", "one")
    (first,) = rounds(board, receiver, NOW)
    assert (first.sent, first.deferred) == (0, 1)
    (state,) = board.store.hooks.all()
    assert state.waiting == 1
    assert state.problem
    receiver.status, receiver.cut = 204, False
    too_early, later = rounds(board, receiver, NOW + timedelta(seconds=30), NOW + timedelta(minutes=2))
    assert (too_early.sent, later.sent) == (0, 1)
    one, other = receiver.got
    assert (one.headers["webhook-id"], one.body) == (other.headers["webhook-id"], other.body)
    assert one.headers["webhook-timestamp"] != other.headers["webhook-timestamp"]
    assert verified(other, secret)


def test_a_redirect_is_not_followed_and_says_so(board):
    receiver = Receiver(status=302, more="Location: /elsewhere\r\n")
    hooked(board, receiver)
    board.report("a", "one")
    rounds(board, receiver, NOW)
    assert len(receiver.got) == 1
    assert "redirects are not followed" in board.store.hooks.all()[0].problem


def test_a_silent_receiver_is_given_up_on_in_time_and_holds_up_no_other(board, monkeypatch):
    monkeypatch.setattr(poster, "PATIENCE", 0.3)
    silent, good = Receiver(silent=True), Receiver()
    for receiver in (silent, good):
        hooked(board, receiver)
    for name in "abc":
        board.report(name, name)

    async def walk():
        async with silent.listening(), good.listening():
            return await asyncio.wait_for(herald(board).post_due(TITLES, NOW), 5)

    came_to = asyncio.run(walk())
    assert (came_to.sent, came_to.deferred) == (3, 1)
    assert len(silent.got) == 1, "after a failure the others wait for the next round"
    assert "no answer within" in board.store.hooks.all()[0].problem


def test_410_ends_a_hook(board):
    receiver = Receiver(status=410)
    hooked(board, receiver)
    board.report("a", "one")
    rounds(board, receiver, NOW)
    board.report("b", "one")
    assert rounds(board, receiver, NOW + timedelta(days=1))[0].written == 0
    (state,) = board.store.hooks.all()
    assert (state.waiting, state.failed, state.hook.why_ended) == (0, 1, "it answered 410: it wants nothing any more")


def test_a_message_is_given_up_after_five_days_with_the_reason(board):
    receiver = Receiver(status=503)
    hooked(board, receiver)
    board.report("a", "one")
    moments = [NOW + timedelta(hours=4 * n) for n in range(40)]
    came_to = rounds(board, receiver, *moments)
    assert sum(each.failed for each in came_to) == 1
    gave_up = next(moment for moment, each in zip(moments, came_to, strict=True) if each.failed)
    assert timedelta(days=4, hours=12) < gave_up - NOW <= timedelta(days=5)
    assert len(set(receiver.ids)) == 1
    assert board.store.hooks.counts() == {"waiting": 0, "sent": 0, "failed": 1}


def test_the_other_side_may_ask_for_more_time(board):
    receiver = Receiver(status=429, more="Retry-After: 7200\r\n")
    hooked(board, receiver)
    board.report("a", "one")
    rounds(board, receiver, NOW, NOW + timedelta(hours=1), NOW + timedelta(hours=3))
    assert len(receiver.got) == 2


def test_a_kill_after_the_answer_sends_the_same_again_and_nothing_twice_after_that(board, monkeypatch):
    receiver = Receiver()
    hooked(board, receiver)
    board.report("a", "one")

    def die(*_):
        raise _Killed

    with monkeypatch.context() as patch:
        patch.setattr(board.store.hooks, "sent", die)
        with pytest.raises(_Killed):
            rounds(board, receiver, NOW)
    board.store.hooks.release_claims(NOW)
    rounds(board, receiver, NOW, NOW + timedelta(days=1))
    assert len(receiver.got) == 2
    assert receiver.got[0].body == receiver.got[1].body
    assert len(set(receiver.ids)) == 1


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://[::ffff:127.0.0.1]:{port}/"]
)
def test_private_addresses_are_refused_unless_the_operator_names_them(board, url):
    receiver = Receiver()
    hooked(board, receiver)
    board.store.hooks.remove(1)
    board.store.hooks.add(url.format(port=receiver.port), "arms", heralding.new_secret(), NOW)
    board.report("a", "one")
    (came_to,) = rounds(board, receiver, NOW, allow_networks=())
    assert (receiver.got, came_to.deferred) == ([], 1)
    assert "MONITOR_ALLOW_NETWORKS" in board.store.hooks.all()[0].problem


def test_messages_of_a_hook_keep_the_order_of_their_developments(board):
    receiver = Receiver()
    hooked(board, receiver)
    names = [f"r{number:02}" for number in range(40)]
    for name in names:
        board.report(name, name)
    (came_to,) = rounds(board, receiver, NOW)
    assert came_to.sent == 40
    assert [json.loads(got.body)["data"]["report"]["id"] for got in receiver.got] == names


def test_old_messages_are_forgotten_and_their_developments_stay_told(board):
    receiver = Receiver()
    hooked(board, receiver)
    board.report("a", "one")
    later = NOW + timedelta(days=31)
    rounds(board, receiver, NOW)
    board.store.hooks.forget(later)
    assert board.store.hooks.counts()["sent"] == 0
    assert rounds(board, receiver, later)[0].written == 0


@given(st.binary(max_size=200), st.text("abcXYZ_-", min_size=1, max_size=30))
def test_a_signature_stands_for_id_time_and_bytes(body, key):
    secret = heralding.new_secret()
    assert verified(Got(heralding.signed(secret, key, body, NOW), body), secret)
    assert not verified(Got(heralding.signed(secret, key, body, NOW), body + b"x"), secret)
    assert not verified(Got(heralding.signed(heralding.new_secret(), key, body, NOW), body), secret)


def test_the_service_posts_as_it_goes_its_way(board, monkeypatch):
    receiver = Receiver()
    hooked(board, receiver)
    board.report("a", "one")
    for name, value in {
        "MONITOR_DATABASE_URL": f"sqlite:///{board.home}/monitor.db",
        "MONITOR_ALLOW_NETWORKS": "127.0.0.0/8",
        "MONITOR_EMBEDDER": "none",
    }.items():
        monkeypatch.setenv(name, value)

    async def walk():
        async with receiver.listening(), pipeline.open_way(board.home) as way:
            return await way.post_due(NOW)

    assert asyncio.run(walk()).sent == 1
    assert json.loads(receiver.got[0].body)["data"]["watchlist"]["title"] == "Arms & <embargoes>"


# --- the command -----------------------------------------------------------------------------------------------------


def command(board, *words):
    return CliRunner().invoke(app, ["webhooks", *words, "--home", str(board.home)])


def test_the_command_shows_a_secret_once_and_no_password_ever(board, monkeypatch):
    monkeypatch.setenv("MONITOR_DATABASE_URL", f"sqlite:///{board.home}/monitor.db")
    added = command(board, "add", "https://anna:hidden@chat.example/hook", "-w", "arms")
    assert added.exit_code == 0, added.output
    secret = added.output.splitlines()[-1]
    assert secret.startswith("whsec_")
    listed = command(board, "list").output
    assert "nothing taken yet, 0 waiting" in listed
    assert secret not in listed
    assert "hidden" not in added.output + listed
    assert command(board, "remove", "1").output == "webhook 1 is removed\n"
    assert "none yet" in command(board, "list").output


@pytest.mark.parametrize(
    "words",
    [
        ("add", "https://a.example/", "-w", "none"),
        ("add", "javascript:x", "-w", "arms"),
        ("remove", "7"),
        ("test", "7"),
    ],
)
def test_the_command_says_what_is_wrong(board, words, monkeypatch):
    monkeypatch.setenv("MONITOR_DATABASE_URL", f"sqlite:///{board.home}/monitor.db")
    assert command(board, *words).exit_code != 0


def test_a_hook_is_tried_with_a_signed_ping(board):
    receiver = Receiver(status=202)
    hook, secret = hooked(board, receiver)

    async def ping():
        async with receiver.listening():
            return await herald(board).ping(hook, secret, NOW)

    assert asyncio.run(ping()).status == 202
    (got,) = receiver.got
    assert verified(got, secret)
    assert json.loads(got.body)["type"] == "ping"

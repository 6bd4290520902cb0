"""Over a thousand ways to an address that must not be asked: written, redirected to, looked up. None arrives.

Every attempt to connect, to whatever address, is led to a canary on this machine: nothing leaves it, and nothing that
slips through the guard stays unseen.
"""

from __future__ import annotations

import asyncio
import ipaddress
import itertools
import os
import socket
import threading
from asyncio.selector_events import BaseSelectorEventLoop
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from fakes import FakeWeb

from monitor import errors, fetch, pipeline
from monitor.pipeline.manners import Manners
from monitor.store import Store

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
DOOR = "127.0.0.77"
"""The only address that is permitted: the site that sends its visitors elsewhere."""

V4 = "0.0.0.0 10.0.0.1 100.100.100.200 127.0.0.1 169.254.169.254 172.16.0.1 192.168.1.1 224.0.0.251"
"""One of each kind, in every spelling."""
MORE_V4 = (
    "100.64.0.1 127.255.255.254 168.63.129.16 169.254.1.1 172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 198.18.0.1 "
    "198.51.100.1 203.0.113.1 239.255.255.250 240.0.0.1 255.255.255.255"
)
V6 = (
    ":: ::1 0:0:0:0:0:0:0:1 100::1 2001::1 2001:0:7f00:1::1 2001:20::1 2001:db8::1 2620:4f:8000::1 3fff::1 5f00::1 "
    "fc00::1 fd00:ec2::254 fd20:ce::254 fe80::1 fec0::1 ff02::1 ff0e::1 ::ffff:0:127.0.0.1 64:ff9b:1::a00:1"
)
NAMES = ("localhost", "LOCALHOST", "localhost.", "ｌｏｃａｌｈｏｓｔ", "%6c%6f%63alhost")


def numbers(address: str) -> list[int]:
    return [int(part) for part in address.split(".")]


def within_v6(address: str) -> list[str]:
    """The IPv6 addresses that stand for an IPv4 one."""
    a, b, c, d = numbers(address)
    tail = f"{a * 256 + b:x}:{c * 256 + d:x}"
    return [
        f"::ffff:{address}",  # mapped
        f"::{address}",  # compatible
        f"64:ff9b::{tail}",  # NAT64
        f"64:ff9b:1::{tail}",  # NAT64 of a local network
        f"2002:{tail}::",  # 6to4
        f"2002:{tail}::1",
        f"2606:4700::5efe:{tail}",  # ISATAP
        f"2606:4700::200:5efe:{tail}",
        f"2001:0:{tail}::",  # Teredo server
    ]


def spellings(address: str) -> list[str]:
    """An IPv4 address as hosts of URLs have it."""
    a, b, c, d = numbers(address)
    whole = int(ipaddress.IPv4Address(address))
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
    return [
        address,
        f"{address}.",
        f"user:pass@{address}",
        f"good.example@{address}",
        f"{whole}",
        f"{whole:#x}",
        f"{whole:#X}",
        f"{whole:#013o}".replace("o", ""),
        f"{a:#x}.{b:#x}.{c:#x}.{d:#x}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"{a}.{whole & 0xFFFFFF}",
        f"{a}.{b}.{whole & 0xFFFF}",
        f"{a:#x}.0{b:o}.{c}.{d}",
        address.translate(wide),
        address.replace(".", "。"),
        "".join(f"%{ord(letter):02x}" for letter in address),
        *(f"[{each}]" for each in within_v6(address)),
    ]


ADDRESSES = [*V4.split(), *MORE_V4.split(), *V6.split(), *(each for v4 in V4.split() for each in within_v6(v4))]
HOSTS = [
    *(spelling for v4 in V4.split() for spelling in spellings(v4)),
    *MORE_V4.split(),
    *(f"[{v6}]" for v6 in V6.split()),
    *NAMES,
    "[fe80::1%25lo]",
]


class Canary:
    """A server that nobody may reach, and the way there: all connections but those to the door end at it."""

    def __init__(self) -> None:
        self.hits = 0
        self.tried: list[object] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self.hits += 1
            connection.close()

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()

    def lead_here(self, monkeypatch) -> None:
        connect = BaseSelectorEventLoop.sock_connect

        async def led(loop, sock, address):
            if address[0] == DOOR:
                return await connect(loop, sock, address)
            self.tried.append(address)
            with socket.create_connection(("127.0.0.1", self.port)):
                raise ConnectionRefusedError(111, "the canary's own")

        monkeypatch.setattr(BaseSelectorEventLoop, "sock_connect", led)


class NameService:
    """A name service that gives each name's answers one after the other, the last one again and again."""

    def __init__(self) -> None:
        self.answers: dict[str, list[list[str]]] = {}

    def __call__(self, host, port, *_args, **_more):
        known = self.answers.get(host, [["127.0.0.1"]])  # localhost
        return [self._row(address, port) for address in (known.pop(0) if len(known) > 1 else known[0])]

    def _row(self, address: str, port: int):
        if ":" in address:
            return (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
        return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))


@pytest.fixture
def canary(monkeypatch):
    canary = Canary()
    canary.lead_here(monkeypatch)
    yield canary
    canary.close()


@pytest.fixture
def names(monkeypatch):
    service = NameService()
    monkeypatch.setattr(socket, "getaddrinfo", service)
    return service


@pytest.fixture
def door():
    with FakeWeb(DOOR) as web:
        yield web


SINKS = ("feed", "page", "robots")


class Attack:
    """Sends the fetcher to an address on every way there is."""

    def __init__(self, fetcher: fetch.Fetcher, door: FakeWeb, names: NameService, port: int) -> None:
        self.fetcher, self.door, self.names, self.port = fetcher, door, names, port
        self.store = Store("sqlite://")
        self.days = itertools.count()
        self.refused: Counter[tuple[str, str]] = Counter()
        self.arrived: list[tuple[str, str, str]] = []

    async def by_url(self, host: str) -> None:
        url = f"http://{host}:{self.port}/x"
        for sink in SINKS:
            await self._try(sink, "direct", url)
            await self._try(sink, "redirect", self._sent_on(sink, url))

    async def by_name(self, address: str) -> None:
        name, port = f"n{next(self.days)}.example", self.port
        self.names.answers[f"bad.{name}"] = [[address]]
        self.names.answers[f"mixed.{name}"] = [["1.1.1.1", address]]
        for sink in SINKS:
            await self._try(sink, "name", f"http://bad.{name}:{port}/x")
            await self._try(sink, "name with one good answer", f"http://mixed.{name}:{port}/x")
            await self._try(sink, "name after redirect", self._sent_on(sink, f"http://bad.{name}:{port}/x"))
            turning = f"{sink}.{name}"
            self.names.answers[turning] = [[DOOR], [address]]
            own = self._sent_on(sink, f"http://{turning}:{port}/x").replace(DOOR, turning)
            await self._try(sink, "name with another second answer", own)

    def _sent_on(self, sink: str, target: str) -> str:
        """The door's address that leads to `target`."""
        location = target.encode().decode("latin-1")
        self.door.answer("/x", 302, Location=location)
        if sink == "robots":
            self.door.answer("/robots.txt", 302, Location=location)
        else:
            self.door.withdraw("/robots.txt")
        return self.door.url("/x")

    async def _try(self, sink: str, hop: str, url: str) -> None:
        manners, now = Manners(self.fetcher, self.store), self._another_day()
        ask = {
            "feed": lambda: self.fetcher.get(url, fetch.Validators('"1"', None, url)),
            "page": lambda: self.fetcher.get(url, gate=manners.gate(now)),
            "robots": lambda: manners.admit(url, now),
        }[sink]
        try:
            await ask()
        except errors.RefusedError:
            self.refused[sink, hop] += 1
        except errors.FetchError as error:
            self.arrived.append((sink, hop, f"{url}: {error}"))
        else:
            if sink == "robots":  # what may not be asked for its robots.txt has none; its pages are refused
                self.refused[sink, hop] += 1
            else:
                self.arrived.append((sink, hop, url))

    def _another_day(self) -> datetime:
        return NOW + timedelta(days=2 * next(self.days))


def besiege(door: FakeWeb, names: NameService, port: int) -> Attack:
    async def all_ways() -> Attack:
        allowed = ipaddress.ip_network(f"{DOOR}/32")
        async with fetch.Fetcher(None, [allowed], allow_ports=(port,), gap=timedelta(0)) as fetcher:
            attack = Attack(fetcher, door, names, port)
            try:
                for host in HOSTS:
                    await attack.by_url(host)
                for address in ADDRESSES:
                    await attack.by_name(address)
            finally:
                attack.store.close()
            return attack

    return asyncio.run(all_ways())


def test_no_way_leads_to_an_address_that_must_not_be_asked(canary: Canary, door: FakeWeb, names: NameService, capsys):
    attack = besiege(door, names, canary.port)
    total = sum(attack.refused.values())
    assert attack.arrived == []
    assert (canary.hits, canary.tried) == (0, [])
    assert total >= 1_000
    assert len(door.requests) >= 1_000  # the redirects were followed as far as the door
    with capsys.disabled():
        ways = f"{len(HOSTS)} spellings and {len(ADDRESSES)} answers of a name service, {len(SINKS)} sinks"
        print(f"\naddresses: {total} combinations ({ways}): {canary.hits} connections to the canary")  # noqa: T201


def test_the_canary_sees_who_comes(canary: Canary, door: FakeWeb, names: NameService):
    async def knock(host: str) -> None:
        async with fetch.Fetcher(None, [ipaddress.ip_network("127.0.0.0/8")], gap=timedelta(0)) as fetcher:
            with pytest.raises(errors.FetchError, match="no connection"):
                await fetcher.get(f"http://{host}:{canary.port}/x")

    names.answers["name.example"] = [["127.0.0.1"]]
    hosts = ["name.example", *(host for host in spellings("127.0.0.1")[:17])]
    for host in hosts:
        asyncio.run(knock(host))
    assert len(canary.tried) == len(hosts)


def test_the_whole_way_polls_and_reads_none_of_them(
    canary: Canary, door: FakeWeb, names: NameService, tmp_path, monkeypatch
):
    for name in [name for name in os.environ if name.startswith("MONITOR_")]:
        monkeypatch.delenv(name)
    settings = {"ALLOW_NETWORKS": f"{DOOR}/32", "ALLOW_PORTS": str(canary.port), "HOST_GAP": "0", "EMBEDDER": "none"}
    for name, value in settings.items():
        monkeypatch.setenv(f"MONITOR_{name}", value)
    bad = [f"http://{host}:{canary.port}/x" for host in (*spellings("127.0.0.1"), *NAMES)]
    for number, url in enumerate(bad):
        door.answer(f"/{number}", 302, Location=url.encode().decode("latin-1"))
    links = [*bad, *(door.url(f"/{number}") for number in range(len(bad)))]
    good = door.feed("/feed", [(f"Report {number}", url, NOW) for number, url in enumerate(links)])
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "watchlists" / "all.yaml").write_text("title: All\nterms: [Report]\n")
    feeds = "".join(f'  - url: "{url}"\n' for url in [good, *links])
    (tmp_path / "feeds.yaml").write_text(f"feeds:\n{feeds}")

    async def walk() -> pipeline.RoundReport:
        async with pipeline.open_way(tmp_path) as way:
            return await way.round(NOW)

    report = asyncio.run(walk())
    assert report.polled.asked == report.polled.failed + 1 == len(links) + 1
    assert report.read.from_page == report.read.put_off == 0
    assert report.read.from_feed > len(bad)  # told from the feed's own words all the same
    assert (canary.hits, canary.tried) == (0, [])

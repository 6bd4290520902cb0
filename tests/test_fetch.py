"""The door in: polite, bounded, and never led astray."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import socket
import subprocess
import sys
import threading
import time
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp.abc
import brotli
import pytest
from fakes import LOOPBACK, FakeWeb
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import errors, fetch
from monitor.fetch import address, answers, guard, unpack

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
FEED = "<rss><channel><title>News</title></channel></rss>" * 20


@pytest.fixture
def web():
    with FakeWeb() as server:
        yield server


def get(url: str, validators: fetch.Validators | None = None, **settings) -> fetch.Response:
    """One request by a fetcher that may ask loopback and waits for nobody."""

    async def ask() -> fetch.Response:
        async with fetch.Fetcher(**{"allow_networks": LOOPBACK, "gap": timedelta(0), **settings}) as fetcher:
            return await fetcher.get(url, validators)

    return asyncio.run(ask())


def in_short(**bounds) -> fetch.Bounds:
    return fetch.Bounds(**{"time": timedelta(seconds=1), **bounds})


# --- polite ----------------------------------------------------------------------------------------------------------


def test_a_document_is_read_with_its_type_and_validators(web: FakeWeb):
    url = web.publish("/feed.xml", FEED, "application/rss+xml; charset=utf-8")
    response = get(url)
    assert (response.status, response.body, response.url) == (200, FEED.encode(), url)
    assert response.content_type == "application/rss+xml; charset=utf-8"
    assert response.wire_bytes < len(response.body)
    assert response.problem is None


def test_validators_go_back_byte_for_byte_and_nothing_new_is_no_body(web: FakeWeb):
    etag = 'W/"é, odd"'.encode().decode("latin-1")  # how Python's server writes and reads the bytes of UTF-8
    url = web.publish("/feed.xml", FEED, ETag=etag, Last_Modified="Sunday, 01-Jun-25 10:00:00 GMT")
    first = get(url)
    second = get(url, first.validators)
    assert (second.not_modified, second.body) == (True, b"")
    assert web.requests[1].headers["If-None-Match"] == etag
    assert web.requests[1].headers["If-Modified-Since"] == "Sunday, 01-Jun-25 10:00:00 GMT"
    assert second.validators == first.validators


def test_a_validator_that_cannot_go_back_as_it_came_is_not_kept(web: FakeWeb):
    url = web.publish("/feed.xml", FEED, ETag='"\xe9"')  # one byte of Latin-1: no UTF-8
    assert get(url).validators.etag is None


def test_the_first_request_is_unconditional_and_validators_are_never_invented(web: FakeWeb):
    url = web.publish("/feed.xml", FEED)
    web.documents["/feed.xml"].validated = False
    assert get(url).validators == fetch.Validators(None, None, url)
    assert web.requests[0].headers["If-None-Match"] is None
    assert web.requests[0].headers["If-Modified-Since"] is None


def test_a_request_names_the_monitor_and_its_contact_and_nothing_else(web: FakeWeb):
    url = web.publish("/feed.xml", FEED, Set_Cookie="session=1; Path=/")

    async def twice() -> None:
        async with fetch.Fetcher("https://desk.example/", LOOPBACK, gap=timedelta(0)) as fetcher:
            await fetcher.get(url)
            await fetcher.get(url)

    asyncio.run(twice())
    sent = {name.lower(): value for name, value in web.requests[1].headers.items()}
    assert sent.pop("user-agent").endswith("(+https://desk.example/)")
    assert sent.pop("accept-encoding") == "gzip, deflate, br"
    assert set(sent) == {"host", "accept"}


def test_a_host_sees_one_request_at_a_time_and_a_gap_between_their_starts(web: FakeWeb):
    urls = [web.publish(f"/{n}", FEED) for n in range(4)]

    async def all_at_once() -> None:
        async with fetch.Fetcher(None, LOOPBACK, gap=timedelta(seconds=0.1)) as fetcher:
            await asyncio.gather(*map(fetcher.get, urls))

    asyncio.run(all_at_once())
    starts = [request.started for request in web.requests]
    gaps = [after - before for before, after in itertools.pairwise(starts)]
    assert min(gaps) > 0.095


def test_hosts_do_not_wait_for_each_other(web: FakeWeb):
    answered = threading.Event()
    slow = web.misbehave("/slow", lambda connection: answered.wait(20) and connection.sendall(b"HTTP/1.1 204 \r\n\r\n"))
    with FakeWeb("127.0.0.2") as other:
        quick = other.publish("/quick", FEED)

        async def both() -> tuple[int, int]:
            async with fetch.Fetcher(None, LOOPBACK, gap=timedelta(0)) as fetcher:
                waiting = asyncio.create_task(fetcher.get(slow))
                first = await fetcher.get(quick)
                answered.set()
                return first.status, (await waiting).status

        assert asyncio.run(both()) == (200, 204)


def test_waiting_for_a_turn_costs_nothing_of_the_time_to_answer(web: FakeWeb):
    urls = [web.publish(f"/{n}", FEED) for n in range(4)]

    async def all_at_once() -> list[fetch.Response]:
        bounds = in_short(time=timedelta(seconds=1.2))
        async with fetch.Fetcher(None, LOOPBACK, gap=timedelta(seconds=0.5), bounds=bounds) as fetcher:
            return await asyncio.gather(*map(fetcher.get, urls))

    assert [response.status for response in asyncio.run(all_at_once())] == [200] * 4


# --- answers ---------------------------------------------------------------------------------------------------------


def test_a_refusal_is_an_answer_in_words(web: FakeWeb):
    response = get(web.answer("/gone", 410))
    assert response.problem == "the server answered 410 Gone"
    challenge = get(web.answer("/wall", 403, cf_mitigated="challenge"))
    assert challenge.problem == "the server wants a browser to pass its check (status 403, a bot challenge)"


@pytest.mark.parametrize(
    ("status", "words"),
    [(206, "a part, where the whole was asked for"), (302, "302 Found without saying where"), (799, "answered 799")],
)
def test_an_answer_of_no_use_says_why(web: FakeWeb, status: int, words: str):
    response = get(web.answer("/odd", status))
    assert words in (response.problem or "")
    assert response.body == b""


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("Sun, 01 Jun 2025 12:02:00 GMT", 120),
        ("Sunday, 01-Jun-25 12:02:00 GMT", 120),
        ("Sun Jun  1 12:02:00 2025", 120),
        ("Sun, 01 Jun 2025 11:00:00 GMT", 0),
        ("999999999999999999", 7 * 86400),
        ("Fri, 01 Jan 9999 00:00:00 GMT", 7 * 86400),
        ("-1", None),
        ("in a while", None),
        ("", None),
    ],
)
def test_retry_after_is_understood_in_every_form_and_bounded(value: str, seconds: int | None):
    wait = answers.retry_after({"Retry-After": value}, NOW)
    assert wait == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache-Control": "public, max-age=600"}, 600),
        ({"Cache-Control": "max-age=600", "Age": "500"}, 100),
        ({"Cache-Control": "max-age=600", "Age": "900"}, 0),
        ({"Cache-Control": 'max-age="600"', "Expires": "0"}, 600),
        ({"Cache-Control": "s-maxage=600"}, None),
        ({"Cache-Control": "no-cache, max-age=600"}, None),
        ({"Expires": "Sun, 01 Jun 2025 12:10:00 GMT"}, 600),
        ({"Expires": "Sun, 01 Jun 2025 12:10:00 GMT", "Date": "Sun, 01 Jun 2025 12:00:00 GMT"}, 600),
        ({"Expires": "0"}, None),
        ({}, None),
    ],
)
def test_freshness_is_max_age_or_expires_less_the_age(headers: dict[str, str], seconds: int | None):
    assert answers.max_age(headers, NOW) == (None if seconds is None else timedelta(seconds=seconds))


@settings(deadline=None)  # a busy machine must not fail a test
@given(st.dictionaries(st.sampled_from(["Retry-After", "Cache-Control", "Expires", "Age", "Date"]), st.text()))
def test_no_header_whatever_it_says_breaks_the_reading(headers: dict[str, str]):
    for wait in (answers.retry_after(headers, NOW), answers.max_age(headers, NOW)):
        assert wait is None or timedelta(0) <= wait <= answers.LONGEST_WAIT


# --- redirects -------------------------------------------------------------------------------------------------------


def test_a_permanent_move_is_told_and_a_temporary_one_is_not(web: FakeWeb):
    target = web.publish("/new", FEED)
    assert get(web.answer("/old", 301, Location="/new")).moved_permanently_to == target
    assert get(web.answer("/old", 308, Location=target)).moved_permanently_to == target
    assert get(web.answer("/old", 302, Location="/new")).moved_permanently_to is None


def test_a_move_is_permanent_only_as_far_as_every_hop_was(web: FakeWeb):
    web.publish("/c", FEED)
    web.answer("/b", 302, Location="/c")
    response = get(web.answer("/a", 301, Location="/b"))
    assert (response.url, response.moved_permanently_to) == (web.url("/c"), web.url("/b"))


def test_validators_are_sent_only_to_the_address_that_gave_them(web: FakeWeb):
    web.publish("/new", FEED)
    first = get(web.answer("/old", 302, Location="/new"))
    assert get(web.url("/old"), first.validators).not_modified
    assert web.asked("/old")[1].headers["If-None-Match"] is None
    assert web.asked("/new")[1].headers["If-None-Match"] == first.validators.etag


@pytest.mark.parametrize(
    ("location", "problem"),
    [
        ("/start", "in a circle"),
        ("file:///etc/hostname", "only http and https"),
        ("gopher://127.0.0.1/", "only http and https"),
        ("http://169.254.169.254/latest/", "metadata"),
        ("http://[::ffff:169.254.169.254]/", "metadata"),
        ("http://[::1]/", "special or private"),
        ("http://10.1.2.3/", "a private network"),
        ("http://[fe80::1%25eth0]/", "no web address"),
        ("http://2852039166/", "metadata"),
        ("http://0xa9.0xfe.0xa9.0xfe/", "metadata"),
        ("http://0251.0376.0251.0376/", "metadata"),
        ("http://１６９.２５４.１６９.２５４/", "metadata"),
        ("http://[::1/", "no web address"),
        ("http://good.example\\@169.254.169.254/", "no web address"),
        ("http://good.example@169.254.169.254/", "metadata"),
        ("//169.254.169.254/", "metadata"),
    ],
)
def test_a_redirect_to_where_it_must_not_lead_is_refused(web: FakeWeb, location: str, problem: str):
    url = web.answer("/start", 302, Location=location.encode().decode("latin-1"))
    with pytest.raises(errors.FetchError, match=problem) as caught:
        get(url)
    assert caught.value.subject == url


def test_a_chain_of_redirects_ends_after_the_fifth(web: FakeWeb):
    for n in range(7):
        web.answer(f"/{n}", 302, Location=f"/{n + 1}")
    web.publish("/7", FEED)
    assert get(web.url("/2")).status == 200
    with pytest.raises(errors.FetchError, match="more than 5 times"):
        get(web.url("/1"))
    assert web.asked("/7")[1:] == []


def test_https_does_not_fall_back_to_http():
    trail = fetch._Trail((address.parse("https://example.org/feed"),))
    with pytest.raises(errors.RefusedError, match="unprotected"):
        fetch.Fetcher()._follow(trail, fetch._Redirect(301, "http://example.org/feed"))


def test_a_location_in_raw_bytes_is_followed(web: FakeWeb):
    web.publish("/caf%E9", FEED)
    assert get(web.answer("/start", 302, Location="/caf\xe9")).status == 200


# --- safe ------------------------------------------------------------------------------------------------------------

PUBLIC = ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::808:808", "2606:4700::5efe:808:808"]
FORBIDDEN = (
    "0.0.0.0 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 168.63.129.16 169.254.1.1 169.254.169.254 "
    "172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 "
    "203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1 ::ffff:10.0.0.1 "
    "::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 2001::1 2001:20::1 2001:db8::1 "
    "2002:7f00:1:: 2002:a9fe:a9fe:: 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%1 fec0::1 ff02::1 ff0e::1 "
    "2606:4700::5efe:7f00:1 2606:4700::200:5efe:a9fe:a9fe"
)


@pytest.mark.parametrize("address", FORBIDDEN.split())
def test_special_addresses_are_refused_in_every_form(address: str):
    assert guard.objection(address, 80, guard.Permitted(ports=(8730,)))
    assert guard.objection(address, 8730, guard.Permitted(ports=(8730,)))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_asked_at_the_webs_ports_alone(address: str):
    assert guard.objection(address, 80, guard.Permitted()) is None
    assert guard.objection(address, 443, guard.Permitted()) is None
    assert "MONITOR_ALLOW_PORTS" in (guard.objection(address, 8443, guard.Permitted()) or "")
    assert guard.objection(address, 8443, guard.Permitted(ports=(8443,))) is None
    assert guard.objection(address, 22, guard.Permitted(ports=(8443,)))


def test_a_network_that_the_operator_permits_is_open_at_any_port():
    permitted = guard.Permitted(LOOPBACK)
    assert guard.objection("127.0.0.1", 8730, permitted) is None
    assert guard.objection("::ffff:127.0.0.1", 25, permitted) is None
    assert guard.objection("10.0.0.1", 80, permitted)


def test_without_permission_loopback_is_refused_and_the_error_says_how_to_permit_it(web: FakeWeb):
    for url in (web.publish("/feed.xml", FEED), "http://localhost/", "http://127.1/", "http://[::ffff:127.0.0.1]/"):
        with pytest.raises(errors.RefusedError):
            get(url, allow_networks=())
    with pytest.raises(errors.RefusedError, match=r"this machine \(127.0.0.1\); name it in MONITOR_ALLOW_NETWORKS"):
        get(web.home, allow_networks=())
    assert web.requests == []


class Names(aiohttp.abc.AbstractResolver):
    """A name service that says what it is told to, one answer after the other."""

    def __init__(self, *replies: list[str]) -> None:
        self.replies = list(replies)

    async def resolve(self, host, port=0, family=socket.AF_INET):
        reply = self.replies.pop(0)
        return [
            {"hostname": host, "host": a, "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0} for a in reply
        ]

    async def close(self):
        pass


def test_one_bad_address_among_good_ones_spoils_a_name():
    for addresses in (["1.1.1.1", "127.0.0.1"], ["127.0.0.1", "1.1.1.1"]):
        with pytest.raises(guard.ForbiddenAddressError, match="this machine"):
            asyncio.run(guard.GuardedResolver(guard.Permitted(), Names(addresses)).resolve("mixed.example", 80))


def test_what_counts_is_the_address_at_the_moment_of_connecting():
    with pytest.raises(guard.ForbiddenAddressError, match="a private network"):
        guard.guarded_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.168.0.1", 80)), guard.Permitted())


@pytest.mark.parametrize("url", ["ftp://example.org/", "file:///etc/passwd", "feed.xml", "", "http://", "http://[bad/"])
def test_only_web_addresses_are_asked(url: str):
    with pytest.raises(errors.RefusedError):
        get(url)


# --- bounded ---------------------------------------------------------------------------------------------------------


def drip(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(500):
        connection.sendall(b"x")
        time.sleep(0.05)


def drip_headers(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for n in range(500):
        connection.sendall(b"X-%d: y\r\n" % n)
        time.sleep(0.05)


def endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65536)


def endless_headers(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-More: " + b"y" * 500 + b"\r\n")


@pytest.mark.parametrize(
    ("misbehaviour", "problem"),
    [
        (drip, "no whole answer within 1 s"),
        (drip_headers, "no whole answer within 1 s"),
        (lambda _: time.sleep(1.5), "no whole answer within 1 s"),
        (endless, "larger than 1,000,000 bytes"),
        (endless_headers, "not proper HTTP"),
        (
            lambda c: c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf"),
            "broke off before its announced end",
        ),
        (lambda c: c.sendall(b"SSH-2.0-OpenSSH_9.2\r\n"), "not proper HTTP"),
        (lambda _: None, "closed the connection without an answer"),
    ],
)
def test_a_misbehaving_server_ends_in_bounded_time_with_a_clear_error(web: FakeWeb, misbehaviour, problem: str):
    started = time.monotonic()
    with pytest.raises(errors.FetchError, match=problem) as caught:
        get(web.misbehave("/bad", misbehaviour), bounds=in_short(wire=1_000_000))
    assert "\n" not in str(caught.value)
    assert time.monotonic() - started < 10


def test_a_host_that_is_not_there_is_told_in_plain_words():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        with pytest.raises(errors.FetchError, match="no connection"):
            get(f"http://127.0.0.1:{bound.getsockname()[1]}/")
    with pytest.raises(errors.FetchError, match=r"the name no-such-name\.invalid is not known"):
        get("http://no-such-name.invalid/")


def test_a_name_service_that_does_not_answer_is_told_from_a_name_that_is_not_known(monkeypatch):
    def silent(*_):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    with pytest.raises(errors.FetchError, match=r"could not tell where example\.org is; check this machine's network"):
        get("http://example.org/")


def test_a_server_without_tls_is_told_in_plain_words(web: FakeWeb):
    with pytest.raises(errors.FetchError, match=r"no secure connection to 127\.0\.0\.1:[0-9]+ \([a-z ]+\)$"):
        get(web.home.replace("http://", "https://"))


def packed(plain: bytes, wbits: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return packer.compress(plain) + packer.flush()


@pytest.mark.parametrize(("encoding", "wbits"), [("gzip", 31), ("x-gzip", 31), ("deflate", 15), ("deflate", -15)])
def test_what_is_packed_is_unpacked(web: FakeWeb, encoding: str, wbits: int):
    assert get(web.publish("/feed.xml", packed(FEED.encode(), wbits), Content_Encoding=encoding)).body == FEED.encode()


def test_brotli_is_unpacked(web: FakeWeb):
    assert get(web.publish("/feed.xml", brotli.compress(FEED.encode()), Content_Encoding="br")).body == FEED.encode()


def test_gzip_in_several_members_with_padding_is_read_whole(web: FakeWeb):
    body = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0\0\0"
    assert get(web.publish("/feed.xml", body, Content_Encoding="gzip")).body == b"one two"


def test_plain_text_that_says_gzip_is_read_all_the_same(web: FakeWeb):
    assert get(web.publish("/feed.xml", FEED, Content_Encoding="gzip")).body == FEED.encode()


@pytest.mark.parametrize(
    ("body", "encoding", "problem"),
    [
        (gzip.compress(b"x" * 300)[:-9], "gzip", "has no end"),
        (gzip.compress(b"x" * 300)[:-8] + b"\xff" * 8, "gzip", "damaged"),
        (brotli.compress(bytes(range(256)) * 9)[:-9], "br", "has no end"),
        (b"whatever", "br", "damaged"),
        (b"whatever", "zstd", "not asked for"),
        (gzip.compress(b"") * 2000, "gzip", "damaged"),
        (gzip.compress(gzip.compress(b"x" * 300)), "gzip, gzip", "not asked for"),
    ],
)
def test_what_cannot_be_unpacked_is_an_error(web: FakeWeb, body: bytes, encoding: str, problem: str):
    with pytest.raises(errors.FetchError, match=problem):
        get(web.publish("/feed.xml", body, Content_Encoding=encoding))


BOMBS = {
    "gzip": lambda blanks: packed(blanks, 31),
    "deflate": lambda blanks: packed(blanks, 15),
    "br": lambda blanks: brotli.compress(blanks, quality=5),
}

VICTIM = """
import asyncio, ipaddress, pathlib, re, sys
from datetime import timedelta
from monitor import errors, fetch

def peak():  # of this program alone: what getrusage tells starts from what its parent had
    return int(re.search("VmHWM:\\s+([0-9]+) kB", pathlib.Path("/proc/self/status").read_text())[1]) * 1024

async def ask(harmless, *urls):
    async with fetch.Fetcher(None, [ipaddress.ip_network("127.0.0.0/8")], gap=timedelta(0)) as fetcher:
        await fetcher.get(harmless)
        before = peak()
        for url in urls:
            try:
                await fetcher.get(url)
            except errors.FetchError as error:
                print(error.problem)
        print(peak() - before)

asyncio.run(ask(*sys.argv[1:]))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells a program's peak of memory here")
def test_bombs_stop_early_and_cost_less_than_64_megabytes(web: FakeWeb):
    blanks = b" " * 100_000_000
    urls = [web.publish(f"/{kind}", make(blanks), Content_Encoding=kind) for kind, make in BOMBS.items()]
    urls.append(web.misbehave("/endless", endless))
    done = subprocess.run(
        [sys.executable, "-c", VICTIM, web.publish("/feed.xml", FEED), *urls],
        capture_output=True,
        text=True,
        check=True,
    )
    *problems, cost = done.stdout.splitlines()
    assert [problem.rpartition(" ")[2] for problem in problems] == ["bomb", "bomb", "bomb", "bytes"]
    assert int(cost) < 64_000_000


def test_a_body_that_unpacks_beyond_the_bound_is_left(web: FakeWeb):
    url = web.publish("/large", packed(bytes(range(256)) * 10_000, 31), Content_Encoding="gzip")
    with pytest.raises(errors.FetchError, match="unpacks to more than 2,000,000 bytes"):
        get(url, bounds=in_short(decoded=2_000_000, ratio=10**6))


@settings(deadline=None)  # a busy machine must not fail a test
@given(
    st.binary(max_size=3000),
    st.sampled_from([("gzip", 31), ("deflate", 15), ("deflate", -15), ("br", 0), ("", 0)]),
    st.data(),
)
def test_a_body_comes_out_whole_however_the_wire_cuts_it(plain: bytes, packing: tuple[str, int], data: st.DataObject):
    encoding, wbits = packing
    wire = {"br": lambda: brotli.compress(plain), "": lambda: plain}.get(encoding, lambda: packed(plain, wbits))()
    body = unpack.Body("http://a/", encoding, fetch.Bounds())
    while wire:
        size = data.draw(st.integers(1, len(wire)))
        body.add(wire[:size])
        wire = wire[size:]
    assert body.whole() == plain


@settings(deadline=None)  # a busy machine must not fail a test
@given(st.binary(max_size=2000), st.sampled_from(["gzip", "deflate", "br", ""]))
def test_no_bytes_whatever_raise_anything_but_our_own_error(wire: bytes, encoding: str):
    body = unpack.Body("http://a/", encoding, fetch.Bounds())
    try:
        body.add((b"\x1f\x8b" if encoding == "gzip" else b"") + wire)
        body.whole()
    except errors.FetchError as error:
        assert error.subject == "http://a/"  # noqa: PT017 -- an answer is as good as our error

"""What goes over the wire: the address as it was given, once, and nobody's secrets."""

from __future__ import annotations

import asyncio
import base64
import socket
from contextlib import contextmanager
from datetime import timedelta

import aiohttp
import pytest
from fakes import LOOPBACK, FakeWeb
from hypothesis import given
from hypothesis import strategies as st

from monitor import errors, fetch
from monitor.fetch import address, guard


@pytest.fixture
def web():
    with FakeWeb() as server:
        yield server


def get(url: str, **settings) -> fetch.Response:
    async def ask() -> fetch.Response:
        async with fetch.Fetcher(**{"allow_networks": LOOPBACK, "gap": timedelta(0), **settings}) as fetcher:
            return await fetcher.get(url)

    return asyncio.run(ask())


# --- addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("/a%2Fb", "/a%2Fb"),
        ("/a%2fb%7e%41", "/a%2fb%7e%41"),
        ("/feed;jsessionid=1?a=1;b=2", "/feed;jsessionid=1?a=1;b=2"),
        ("/q?a=1+2%2B3&b=%20", "/q?a=1+2%2B3&b=%20"),
        ("/feed?", "/feed?"),
        ("/feed?a&b=&&", "/feed?a&b=&&"),
        ("?page=2", "/?page=2"),
        ("", "/"),
        ("/double//slash", "/double//slash"),
        ("/a/../b/./c", "/a/../b/./c"),
        ("/100%", "/100%"),
        (
            "/новости?тема=мир",
            "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8?%D1%82%D0%B5%D0%BC%D0%B0=%D0%BC%D0%B8%D1%80",
        ),
        ("/a b?c d", "/a%20b?c%20d"),
        ("/[x]?y[]=1&z={2}|3", "/[x]?y[]=1&z=%7B2%7D%7C3"),
        ("/a\n\tb", "/ab"),
        ("/page#part", "/page"),
    ],
)
def test_path_and_query_arrive_as_they_were_given(web: FakeWeb, given: str, sent: str):
    get(web.home + given)
    assert [request.path for request in web.requests] == [sent]


def test_a_query_is_kept_over_a_redirect(web: FakeWeb):
    web.answer("/old", 302, Location="/new%2f?a=1+2&b=%7e")
    get(web.url("/old"))
    assert web.requests[-1].path == "/new%2f?a=1+2&b=%7e"


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("HTTP://Example.ORG:80/A", "http://example.org/A"),
        ("https://example.org.:8443/", "https://example.org:8443/"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("http://例え。jp/", "http://xn--r8jz45g.jp/"),
        ("http://[2001:DB8:0::1]:8080/", "http://[2001:db8::1]:8080/"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("http://0x7f.0.0x1/", "http://127.0.0.1/"),
        ("http://0177.1/", "http://127.0.0.1/"),
        ("http://１２７.１/", "http://127.0.0.1/"),
        ("http://%31%32%37.1/", "http://127.0.0.1/"),
        ("http://user:pass@example.org/x", "http://example.org/x"),
        (" http://example.org ", "http://example.org/"),
    ],
)
def test_a_host_has_one_form_however_it_is_written(given: str, meant: str):
    assert str(address.parse(given)) == meant


@pytest.mark.parametrize(
    "url",
    [
        "http://256.1/", "http://1.2.3.4.5/", "http://08.1/", "http://a..b/", "http://a b/", "http://a%00b/",
        "http://[fe80::1%25eth0]/", "http://[::1/", "http://h:99999/", "http://h:0/", "http://h:8x/", "http:///path",
        "http://good.example\\@other.example/", "http:/one-slash", "mailto:a@example.org", "javascript:alert(1)",
        "\ud800", "http://example.org/\ud800",
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused_in_words(url: str):
    with pytest.raises(ValueError, match=r"this is no web address|only http and https"):
        address.parse(url)


@given(st.text(st.characters(codec=None)))
def test_no_text_whatever_breaks_the_reading_and_what_is_read_is_read_the_same_again(text: str):
    for url in (text, f"http://{text}", f"http://example.org/{text}"):
        try:
            found = address.parse(url)
        except ValueError:
            continue
        assert address.parse(found.whole) == found
        assert str(address.parse(str(found))) == str(found)
        assert f"{found.host}{found.target}".isascii()


# --- secrets ---------------------------------------------------------------------------------------------------------


def test_a_login_in_an_address_is_sent_as_basic_and_shown_nowhere(web: FakeWeb):
    url = web.publish("/feed", "news").replace("http://", "http://reader:p%40ss:w@")
    response = get(url)
    sent = web.requests[0].headers["Authorization"]
    assert base64.b64decode(sent.removeprefix("Basic ")).decode() == "reader:p@ss:w"
    assert (response.url, response.validators.url) == (web.url("/feed"), web.url("/feed"))


def test_a_login_goes_along_within_its_origin_alone(web: FakeWeb):
    with FakeWeb("127.0.0.2") as other:
        web.publish("/here", "news")
        web.answer("/moved", 301, Location="/here")
        web.answer("/away", 301, Location=other.publish("/there", "news"))
        inside = get(web.url("/moved").replace("http://", "http://reader:secret@"))
        outside = get(web.url("/away").replace("http://", "http://reader:secret@"))
        assert "Authorization" in web.asked("/here")[0].headers
        assert "Authorization" not in other.requests[0].headers
    assert inside.moved_permanently_to == web.url("/here").replace("http://", "http://reader:secret@")
    assert "secret" not in str(outside.moved_permanently_to)


@pytest.mark.parametrize("path", ["/cut", "/loop", "/nowhere"])
def test_no_error_names_a_password(web: FakeWeb, path: str):
    web.misbehave("/cut", lambda _: None)
    web.answer("/loop", 302, Location="/loop")
    web.answer("/nowhere", 302, Location="http://name:secret@no.such.invalid\\/")
    with pytest.raises(errors.FetchError) as caught:
        get(web.url(path).replace("http://", "http://reader:secret@"))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://reader:secret@example.org/a@b", "https://***@example.org/a@b"),
        ("https://secret@example.org", "https://***@example.org"),
        ("http:/reader:secret@example.org/", "http:/***@example.org/"),
        ("http://reader:sec@ret\\@example.org/", "http://***@example.org/"),
        ("https://example.org/?mail=a@b", "https://example.org/?mail=a@b"),
        ("no address @ all", "no address @ all"),
    ],
)
def test_an_address_is_shown_without_its_login(url: str, shown: str):
    assert fetch.shown(url) == shown


# --- once ------------------------------------------------------------------------------------------------------------


def test_a_request_that_was_cut_off_is_not_sent_again(web: FakeWeb):
    url = web.misbehave("/cut", lambda _: None)
    with pytest.raises(errors.FetchError, match="closed the connection without an answer"):
        get(url)
    assert len(web.requests) == 1


def test_not_even_on_a_connection_that_had_answered_before(web: FakeWeb):
    good, cut = web.publish("/good", "news"), web.misbehave("/cut", lambda _: None)

    async def both() -> None:
        async with fetch.Fetcher(None, LOOPBACK, gap=timedelta(0)) as fetcher:
            await fetcher.get(good)
            await fetcher.get(cut)

    with pytest.raises(errors.FetchError, match="closed the connection"):
        asyncio.run(both())
    assert [request.path for request in web.requests] == ["/good", "/cut"]


def test_a_connection_is_used_again_within_its_time(web: FakeWeb):
    urls = [web.publish(f"/{n}", "news") for n in range(3)]

    async def all_of_them() -> None:
        async with fetch.Fetcher(None, LOOPBACK, gap=timedelta(0)) as fetcher:
            for url in urls:
                await fetcher.get(url)
            assert web.connections == 1

    asyncio.run(all_of_them())


# --- two address families --------------------------------------------------------------------------------------------


@contextmanager
def deaf_listener(family: socket.AddressFamily, host: str):
    """A port that takes connections up to its backlog and then lets every further attempt hang."""
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        listening.bind((host, 0))
        listening.listen(0)
        name = listening.getsockname()
        fillers = []
        try:
            for _ in range(4):
                filler = socket.socket(family, socket.SOCK_STREAM)
                filler.setblocking(False)
                filler.connect_ex(name)
                fillers.append(filler)
            yield name[1]
        finally:
            for filler in fillers:
                filler.close()


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.parametrize(
    ("family", "dead"),
    [
        pytest.param(
            socket.AF_INET6, "::1", marks=pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
        ),
        (socket.AF_INET, "127.0.0.9"),
    ],
)
def test_an_address_that_does_not_answer_does_not_cost_the_answer(monkeypatch, family, dead: str):
    loopback = (*LOOPBACK, guard.ipaddress.ip_network("::1/128"))
    with deaf_listener(family, dead) as port, FakeWeb("127.0.0.1", port) as web:
        web.publish("/feed", "news")

        def names(_host, port, *_):
            v4 = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
            deaf = (dead, port, 0, 0) if family is socket.AF_INET6 else (dead, port)
            return [(family, socket.SOCK_STREAM, 6, "", deaf), v4]

        monkeypatch.setattr(socket, "getaddrinfo", names)
        response = get(
            f"http://two.example:{port}/feed",
            allow_networks=loopback,
            bounds=fetch.Bounds(time=timedelta(seconds=5)),
        )
    assert response.body == b"news"


def test_the_switch_for_sending_twice_is_still_where_it_was_left():
    """When aiohttp gets a public one, `_only_once` can go."""
    assert "retry" not in " ".join(aiohttp.ClientSession.__init__.__code__.co_varnames)

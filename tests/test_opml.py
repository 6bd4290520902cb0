"""Lists of feeds are read however broken they are, and written so that every reader takes them."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from monitor import opml
from monitor.errors import InputError
from monitor.values import Feed, Kind

NOW = datetime(2025, 5, 29, 12, tzinfo=UTC)
HEAD = '<?xml version="1.0" encoding="utf-8"?><opml version="2.0"><head><title>Mine</title></head><body>'
TAIL = "</body></opml>"
A = '<outline type="rss" text="A" xmlUrl="https://a.example/feed"/>'
B = '<outline type="rss" text="B" xmlUrl="https://b.example/feed"/>'


def read(text: str | bytes) -> list[tuple[str, str]]:
    body = text if isinstance(text, bytes) else text.encode()
    return [(feed.title, feed.url) for feed in opml.read(body, "list.opml").feeds]


BOTH = [("A", "https://a.example/feed"), ("B", "https://b.example/feed")]


@pytest.mark.parametrize(
    "text",
    [
        HEAD + A + B + TAIL,
        "\ufeff" + HEAD + A + B + TAIL,
        HEAD + A + B,
        A + B,
        HEAD + A + B + '<outline text="C" xmlUrl="https://c.exa',
        HEAD + "</outline></outline>" + A + "</folder>" + B + TAIL,
        HEAD + f'<outline text="F"><outline title="G">{A}</outline>{B}</outline>' + TAIL,
        HEAD + '<outline text="f">' * 3000 + A + "</outline>" * 3000 + B + TAIL,
        HEAD + A + "<!-- -- a remark -->" + B + TAIL,
        HEAD + "<outline text=A xmlurl=https://a.example/feed>" + B + TAIL,
        HEAD + A.replace("outline", "OUTLINE").replace("xmlUrl", "XMLURL") + B + TAIL,
        HEAD + A.replace("/>", "\x00\x0b/>") + B + TAIL,
        HEAD.replace("<opml", '<o:opml xmlns:o="urn:x"') + A.replace("<", "<o:") + B.replace("<", "<o:") + TAIL,
        '<!DOCTYPE opml [<!ENTITY x "xxxx"><!ENTITY y SYSTEM "file:///etc/passwd">]>' + HEAD[38:] + A + B + TAIL,
    ],
)
def test_a_list_is_read_however_it_is_damaged(text):
    assert read(text) == BOTH


@pytest.mark.parametrize("name", ["utf-16", "utf-8-sig", "euc-kr", "utf-8"])
@pytest.mark.parametrize("declared", [True, False])
def test_a_list_is_read_in_whatever_charset_it_came(name, declared):
    titles = [
        "연합뉴스 최신기사",
        "북한 소식",
        "한겨레 정치",
        "국방일보 오늘의 뉴스",
        "경제 신문 사설",
        "지역 방송 보도",
    ]
    head = HEAD.replace('"utf-8"', f'"{name}"') if declared else HEAD[38:]
    body = head + "".join(A.replace('"A"', f'"{title}"') for title in titles) + TAIL
    assert [title for title, _ in read(body.encode(name))] == titles


def test_marks_in_titles_and_addresses_need_no_escape():
    line = '<outline text="A & B < C" xmlUrl="https://a.example/?x=1&y=2&copy=3"/>'
    assert read(HEAD + line + TAIL) == [("A & B < C", "https://a.example/?x=1&y=2&copy=3")]


@pytest.mark.parametrize(
    ("line", "name", "reason"),
    [
        ('<outline text="N" htmlUrl="https://n.example/"/>', "N", "'monitor feeds add https://n.example/'"),
        ('<outline text="N" type="link" url="n.example"/>', "N", "'monitor feeds add https://n.example'"),
        ('<outline text="N" xmlUrl=" "/>', "N", "has no feed's address (xmlUrl)"),
        ("<outline/>", "an entry without a name", "has no feed's address (xmlUrl)"),
        ('<outline text="N" xmlUrl="javascript:alert(1)"/>', "N", "'javascript:alert(1)' is no http(s) address"),
        ('<outline text="N" xmlUrl="file:///etc/passwd"/>', "N", "'file:///etc/passwd' is no http(s) address"),
        ('<outline xmlUrl="http://[::1/"/>', "http://[::1/", "'http://[::1/' is no http(s) address"),
    ],
)
def test_what_is_no_feed_is_refused_with_the_reason(line, name, reason):
    found = opml.read((HEAD + A + line + TAIL).encode(), "list.opml")
    assert len(found.feeds) == 1
    (refused,) = found.refused
    assert refused.name == name
    assert reason in refused.reason


def test_a_reader_scheme_is_taken_for_what_it_means():
    lines = "".join(f'<outline xmlUrl="{url}"/>' for url in ("feed://a.example/f", "feed:https://a.example/f"))
    assert read(HEAD + lines + TAIL) == [("a.example", "http://a.example/f"), ("a.example", "https://a.example/f")]


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"<html><body><p>Hello</p></body></html>", b"just words"])
def test_what_is_no_list_is_an_error_with_the_way_out(body):
    with pytest.raises(InputError, match=r"list\.opml: is no OPML.*export it"):
        opml.read(body, "list.opml")


def test_a_list_of_ten_megabytes_is_read_whole_and_a_larger_one_than_any_is_refused():
    line = (
        '<outline text="Outlet {0}" title="Outlet {0}" type="rss" xmlUrl="https://outlet-{0}.example/rss/all.xml"/>\n'
    )
    body = (HEAD + "".join(line.format(n) for n in range(90_000)) + TAIL).encode()
    assert len(body) > 9_000_000
    assert len(read(body)) == 90_000
    with pytest.raises(InputError, match="more than any list"):
        opml.read(body * 3, "list.opml")


def test_damage_of_any_kind_raises_nothing_but_our_own_error():
    chance = random.Random(7)
    whole = (HEAD + f'<outline text="F">{A}{B}</outline><outline text="&amp; 한" xmlUrl="feed:x"/>' + TAIL).encode()
    for _ in range(3000):
        body = bytearray(whole)
        for _ in range(chance.randrange(1, 12)):
            at = chance.randrange(len(body))
            body[at : at + chance.choice((0, 1, 1, 9))] = chance.choice(
                (b"", b"<", b'"', b">", b"\x00", b"\xff", b"</")
            )
        try:
            opml.read(bytes(body), "list.opml")
        except InputError:
            continue


TITLES = st.text(min_size=1).map(lambda text: " ".join(opml._NOT_XML.sub("", text).split())[:150].strip()).filter(bool)
FEEDS = st.builds(
    Feed,
    st.tuples(st.integers(0, 999), st.text("abc/&=?;#%-._~'\"<>한é", max_size=20)).map(
        lambda parts: f"https://outlet-{parts[0]}.example/feed{parts[1]}"
    ),
    TITLES,
    st.sampled_from([None, "no", "ko", "ceb"]),
    st.sampled_from([None, "NO", "KR"]),
    st.integers(1, 1440),
    st.sampled_from(Kind),
)


@given(st.lists(FEEDS, min_size=1, max_size=10))
def test_what_is_written_is_read_back_the_same(feeds):
    assert opml.read(opml.write(feeds, NOW), "list.opml") == opml.Subscriptions(tuple(feeds), ())


@given(st.lists(FEEDS, max_size=10))
def test_what_is_written_is_valid_opml(feeds):
    root = etree.fromstring(opml.write(feeds, NOW))
    assert (root.tag, root.get("version"), [child.tag for child in root]) == ("opml", "2.0", ["head", "body"])
    for outline in root.find("body"):
        assert outline.get("text")
        assert outline.get("type") == "rss"
        assert outline.get("xmlUrl")
        plain = {name for name in outline.attrib if not name.startswith("{")}
        assert plain <= {"type", "text", "title", "xmlUrl", "language"}

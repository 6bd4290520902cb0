"""feeds: bytes become items, honestly and whatever the bytes are."""

from __future__ import annotations

import contextlib
import gzip
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from monitor import feeds
from monitor.errors import FeedError
from monitor.feeds import plain

CASES = Path(__file__).parent / "cases" / "feeds"
URL = "https://feed.example/rss"
RSS = '<rss version="2.0"><channel><title>t</title>{}</channel></rss>'


def cases():
    return [
        pytest.param(YAML(typ="safe").load(path.read_text("utf-8")), id=path.stem)
        for path in sorted(CASES.glob("*.yaml"))
    ]


@pytest.mark.parametrize("case", cases())
def test_each_case_file_holds(case):
    expected = case["expect"]
    if "error" in expected:
        with pytest.raises(FeedError, match=expected["error"]):
            feeds.parse(case["body"].encode(), url=URL)
        return
    found = feeds.parse(case["body"].encode(), url=URL)
    assert found.title == expected["title"]
    assert found.language == expected.get("language")
    assert (expected["note"] in found.note) if "note" in expected else found.note is None
    assert len(found.items) == len(expected["items"])
    for item, wanted in zip(found.items, expected["items"], strict=True):
        for key, value in wanted.items():
            got = getattr(item, key)
            assert (got.isoformat() if isinstance(got, datetime) else got) == value


def item(inner: str, **settings):
    return feeds.parse(RSS.format(f"<item>{inner}</item>").encode(), url=URL, **settings).items[0]


def test_the_first_honest_date_of_an_item_stands():
    found = item(
        '<pubDate>soon</pubDate><d:date xmlns:d="http://purl.org/dc/elements/1.1/">2026-03-03T07:05:09Z</d:date>'
    )
    assert found.published == datetime(2026, 3, 3, 7, 5, 9, tzinfo=UTC)


def test_a_channel_s_date_is_not_lent_to_its_items():
    body = RSS.format("<pubDate>Tue, 03 Mar 2026 07:05:09 GMT</pubDate><item><title>x</title></item>")
    assert feeds.parse(body.encode(), url=URL).items[0].published is None


def test_a_date_beyond_tomorrow_is_none_where_the_time_is_known():
    date = "<title>x</title><pubDate>Tue, 03 Mar 2026 07:05:09 GMT</pubDate>"
    assert item(date, now=datetime(2026, 3, 3, 6, tzinfo=UTC)).published is not None
    assert item(date, now=datetime(2026, 3, 1, tzinfo=UTC)).published is None


def test_an_empty_feed_is_a_feed():
    assert feeds.parse(RSS.format("").encode(), url=URL).items == ()


def test_a_gzip_file_is_unpacked():
    assert (
        feeds.parse(gzip.compress(RSS.format("<item><title>x</title></item>").encode()), url=URL).items[0].title == "x"
    )


def test_a_damaged_gzip_file_is_named():
    with pytest.raises(FeedError, match="gzip"):
        feeds.parse(b"\x1f\x8b" + b"\0" * 20, url=URL)


def test_entities_are_not_expanded():
    bomb = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + RSS.format("<item><title>&b;</title></item>")
    assert "haha" not in feeds.parse(bomb.encode(), url=URL).items[0].title


@pytest.mark.parametrize("reference", ["&#1114112;", "&#x110000;", "&#55296;", "&#0;", "&unknown;", "\x01"])
def test_what_is_no_letter_costs_no_item(reference):
    found = feeds.parse(RSS.format(f"<item><title>a{reference}b</title></item>" * 2).encode(), url=URL)
    assert found.items[0].title.startswith("a")


def test_hostile_sizes_are_read_in_linear_time():
    attributes = " ".join(f'a{n}="1"' for n in range(100_000))
    for inner in (f"<x {attributes}/>", "<a>" * 100_000, "&lt;" * 200_000, f"<title>{'t' * 1_000_000}</title>"):
        feeds.parse(RSS.format(f"<item><title>t</title>{inner}</item>").encode(), url=URL)


@settings(deadline=None)  # the first guess of a charset reads the detector's tables
@given(st.binary(max_size=300))
def test_any_bytes_are_a_feed_or_a_feed_error(body):
    for head in (b"", b"<rss><channel><item>", b'{"items": [', b"<feed><entry>"):
        with contextlib.suppress(FeedError):
            feeds.parse(head + body, url=URL)


@given(st.text(alphabet="<>&;\"'/!ablt#x1 \n", max_size=60))
def test_no_markup_ever_leaves(markup):
    assert not re.search(r"<[a-zA-Z/!?]", plain.text(markup))
    assert not re.search(r"<[a-zA-Z/!?]", plain.line(markup))


@given(st.text(max_size=80))
def test_a_line_is_one_line_without_controls(markup):
    line = plain.line(markup)
    assert line == " ".join(line.split())
    assert all(letter.isprintable() or not letter.isascii() for letter in line)

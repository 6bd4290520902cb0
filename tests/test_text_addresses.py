"""Addresses as people write them become the ones that are meant, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text import addresses


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("example.org", "https://example.org"),
        (" https://example.org/a b\n", "https://example.org/ab"),
        ("example.org:8080/feed", "https://example.org:8080/feed"),
        ("//example.org/feed", "http://example.org/feed"),
        ("feed://example.org/feed", "http://example.org/feed"),
        ("feed:https://example.org/feed", "https://example.org/feed"),
        ("http://localhost:8701/", "http://localhost:8701/"),
        ("http://[::1]/", "http://[::1]/"),
        ("https://뉴스.example/피드", "https://뉴스.example/피드"),
        ("mailto:ann@example.org", None),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("word", None),
        ("", None),
        ("http://example.org:port/", None),
        ("http://[::1/", None),
    ],
)
def test_an_address_is_made_whole_or_refused(written, meant):
    assert addresses.whole(written) == meant


@given(st.text())
def test_whatever_is_written_raises_nothing_and_what_comes_out_stays_as_it_is(written):
    whole = addresses.whole(written)
    if whole is not None:
        assert addresses.whole(whole) == whole
        assert addresses.same(whole)


def test_spellings_of_one_address_are_the_same_and_others_are_not():
    same = ["https://Example.org/feed", "http://example.org:80/feed/", "https://example.org/feed#top"]
    assert len({addresses.same(url) for url in same}) == 1
    others = ["https://example.org/Feed", "https://example.org/feed?a=1", "https://example.org:8080/feed"]
    assert len({addresses.same(url) for url in [same[0], *others]}) == 4

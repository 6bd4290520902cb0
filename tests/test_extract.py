"""extract: a page becomes an article, and furniture does not."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from monitor import extract
from monitor.errors import PageError
from monitor.extract import phrases

CASES = Path(__file__).parent / "cases" / "pages"
URL = "https://paper.example/bridge"


def cases():
    return [
        pytest.param(YAML(typ="safe").load(path.read_text("utf-8")), id=path.stem)
        for path in sorted(CASES.glob("*.yaml"))
    ]


@pytest.mark.parametrize("case", cases())
def test_each_case_file_holds(case):
    page = extract.read(case["body"].encode(), url=URL)
    expected = dict(case["expect"])
    reason = expected.pop("reason", None)
    assert (page.reason is None) == page.usable
    assert reason is None or reason in page.reason
    for key, value in expected.items():
        got = getattr(page, key)
        got = got.isoformat() if isinstance(got, datetime) else list(got) if isinstance(got, tuple) else got
        assert got == value, (key, page)


@pytest.mark.parametrize("body", [b"", b" \n", b"\x00" * 40, b"%PDF-1.7 x"])
def test_what_is_no_page_is_named(body):
    with pytest.raises(PageError, match=r"https://paper\.example/bridge: "):
        extract.read(body, url=URL)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_page_or_a_page_error(body):
    for head in (b"", b"<html><body><article><p>", b'<html><script type="application/ld+json">'):
        with contextlib.suppress(PageError):
            extract.read(head + body, url=URL)


def test_phrases_begin_where_words_begin_but_in_scripts_without_blanks():
    assert [found.theme for found in phrases.find("Please log in.")] == ["login"]
    assert phrases.find("The blog in question") == []
    assert [found.theme for found in phrases.find("詳しくはログイン後に")] == ["login"]

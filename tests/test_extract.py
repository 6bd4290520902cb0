"""extract: a page becomes an article, and furniture does not."""

from __future__ import annotations

import contextlib
import re
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


def _load(path: Path) -> dict:
    return YAML(typ="safe").load(path.read_text("utf-8"))


def cases():
    return [pytest.param(_load(path), id=path.stem) for path in sorted(CASES.glob("*.yaml"))]


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


def framed():
    """The cases of tests/cases/pages/framed: a main part each, put into a frame with its language's surroundings."""
    around = _load(CASES / "frames" / "surroundings.yaml")
    for path in sorted((CASES / "framed").glob("*.yaml")):
        for name, case in _load(path).items():
            usable = path.stem.endswith("articles")
            yield pytest.param(name, _page(case, name[:2], around[name[:2]]), usable, id=f"{path.stem}-{name}")


def _page(case: dict, language: str, around: dict) -> str:
    def links(texts: list[str], joined: str) -> str:
        return joined.join(f'<a href="/{language}/{len(text)}-{place}">{text}</a>' for place, text in enumerate(texts))

    nav, footer, others = around["nav"], around["footer"], around["others"]
    titles = [title for title, _ in others]
    parts = {
        "lang": language,
        "dir": "rtl" if language in ("ar", "fa", "he") else "ltr",
        "site": around["site"],
        "banner": around["banner"],
        "title": case["title"],
        "head": case.get("head", ""),
        "main": case["main"],
        "nav": f"<li>{links(nav, '</li><li>')}</li>",
        "nav0": nav[0],
        "navflat": links(nav, " "),
        "footer": f"<li>{links(footer, '</li><li>')}</li>",
        "footerflat": links(footer, " | "),
        "links": f"<li>{links(titles, '</li><li>')}</li>",
        "linksflat": links(titles, "<br>"),
        "teasers": "".join(f'<div class="c-teaser"><h3>{links([t], "")}</h3><p>{text}</p></div>' for t, text in others),
        "cards": "".join(f'<a class="card" href="/{len(t)}"><h4>{t}</h4><p>{text}</p></a>' for t, text in others),
    }
    frame = (CASES / "frames" / f"{case['frame']}.html").read_text("utf-8")
    return re.sub(r"\{([a-z0-9]+)\}", lambda found: parts.get(found[1], found[0]), frame)


@pytest.mark.parametrize(("name", "body", "usable"), list(framed()))
def test_furniture_is_told_from_short_articles_whatever_stands_around_them(name, body, usable):
    page = extract.read(body.encode(), url=f"https://paper.example/{name}")
    assert page.usable == usable, (page.reason, page.text)


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


@pytest.mark.parametrize(
    "forbidden", ["\x0b", "\x0e", "\x00", "\ufffe", "&#1;", "&#11", "&#x1F;", "&#xffff;", "&#65534;"]
)
def test_what_xml_forbids_is_dropped_wherever_it_stands(forbidden):
    menu = "".join(f"<li><a href='/{place}'>Section</a></li>" for place in range(5))
    lead = "The old harbour bridge has been closed to lorries since Tuesday, the town said."
    page = extract.read(f"<html><body><ul>{menu}</ul>{forbidden}{lead}{forbidden}</body></html>".encode(), url=URL)
    assert page.text == lead


def test_a_reference_to_no_letter_costs_itself_alone():
    endless = f"&#{'9' * 5_000};"
    told = f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{endless}" ]</script>'
    page = extract.read(
        f"<html><title>Bridge {endless}</title>{told}<article><h1>Bridge {endless}</h1>".encode(), url=URL
    )
    assert page.title.startswith("Bridge")


def test_phrases_begin_where_words_begin_but_in_scripts_without_blanks():
    assert [found.theme for found in phrases.find("Please log in.")] == ["login"]
    assert phrases.find("The blog in question") == []
    assert [found.theme for found in phrases.find("詳しくはログイン後に")] == ["login"]

"""feeds: one item per article, whatever a feed does with its GUIDs and addresses."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import feeds
from monitor.feeds import addresses, sameness
from monitor.feeds.sameness import Known

if TYPE_CHECKING:
    from monitor.values import Item

NOW = datetime(2026, 3, 3, 7, 5, 9, tzinfo=UTC)
LINES = (Path(__file__).parent / "cases" / "feeds" / "addresses.txt").read_text("utf-8").splitlines()
ONE = [line.split(" = ") for line in LINES if " = " in line and not line.startswith("#")]
SEVERAL = [line.split(" / ") for line in LINES if " / " in line and not line.startswith("#")]


@pytest.mark.parametrize("forms", ONE, ids=[forms[0] for forms in ONE])
def test_all_addresses_of_one_article_are_one(forms):
    assert {addresses.canonical(form) for form in forms} == {addresses.canonical(forms[0])}


@pytest.mark.parametrize("forms", SEVERAL, ids=[forms[0] for forms in SEVERAL])
def test_addresses_of_different_articles_stay_different(forms):
    assert len({addresses.canonical(form) for form in forms}) == len(forms)


@given(
    st.text(max_size=80), st.sampled_from(["https://a.example/", "https://", "http://[", "", "https://www.google.com/"])
)
def test_no_address_breaks_the_canonical_form_and_it_is_its_own(text, head):
    found = addresses.canonical(head + text)
    assert addresses.canonical(addresses.canonical(head + text)) == found or not found.startswith("a.example")


def test_what_is_fetched_stays_as_the_feed_gives_it_but_for_tracking():
    link = "http://m.port.example/A/?b=2&utm_source=rss&a=1#part"
    assert addresses.first([link], "") == "http://m.port.example/A/?b=2&a=1#part"


# --- one document after the other ----------------------------------------------------------------------------------


@dataclass
class Shelf:
    """A feed's known articles, kept as the store keeps them."""

    known: dict[int, Known]
    edits: int = 0

    def poll(self, items: list[Item]) -> int:
        settled = sameness.settle(items, list(self.known.values()))
        for each in settled:
            number = each.known.id if each.known else len(self.known) + 1
            item = each.item
            self.edits += each.edited
            self.known[number] = Known(number, item.key, item.guid, item.title, item.summary, item.published)
        return sum(each.known is None for each in settled)


def announced(*inner: str) -> list[Item]:
    body = f"<rss><channel><title>t</title>{''.join(f'<item>{item}</item>' for item in inner)}</channel></rss>"
    return list(feeds.parse(body.encode(), url="https://port.example/rss").items)


def entry(title: str, link: str = "", guid: str = "", date: datetime | None = None, text: str = "") -> str:
    fields = {
        "title": title,
        "link": link,
        "guid": guid,
        "pubDate": date.isoformat() if date else "",
        "description": text,
    }
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items() if value)


def polls(*documents: list[Item]) -> list[int]:
    shelf = Shelf({})
    return [shelf.poll(document) for document in documents]


A, B = "https://port.example/a", "https://port.example/b"


@pytest.mark.parametrize(
    ("first", "second", "new"),
    [
        pytest.param(entry("One", A, "1"), entry("One", A, "2"), 0, id="a GUID that changes with each poll"),
        pytest.param(entry("One", A, "1"), entry("Two", B, "1"), 1, id="a GUID that every article has"),
        pytest.param(entry("One", A), entry("One", A + "?utm_source=x"), 0, id="no GUID, other tracking"),
        pytest.param(entry("One", A, "1"), entry("One, edited", A, "1"), 0, id="an edited title"),
        pytest.param(entry("One", A), entry("One, edited", A), 0, id="an edited title without GUID and date"),
        pytest.param(entry("One", A, "1", NOW), entry("One, edited", A, "2", NOW), 0, id="an edit under a new GUID"),
        pytest.param(
            entry("Monday", A, "1", NOW), entry("Tuesday", A, "2", NOW + timedelta(days=1)), 1, id="a page used again"
        ),
        pytest.param(entry("One", A, "1", NOW), entry("One", B, "1", NOW), 0, id="a page that moved"),
        pytest.param(entry("Weather", A, "1", NOW), entry("Weather", B, "1"), 1, id="one title and GUID, two pages"),
        pytest.param(entry("Weather", text="Rain."), entry("Weather", text="Sun."), 1, id="no page, other words"),
        pytest.param(
            entry("Weather", guid="1", text="Rain."), entry("Weather", guid="2", text="Rain."), 0, id="no page"
        ),
        pytest.param(
            entry("One", "https://port.example/"),
            entry("Two", "https://port.example/"),
            1,
            id="links to the front page",
        ),
        pytest.param(entry("One", A + "#block-1"), entry("Two", A + "#block-2"), 1, id="two reports of a live page"),
        pytest.param(entry("One", A + "#p1"), entry("One", A + "#p2"), 0, id="one report, another fragment"),
    ],
)
def test_what_a_second_poll_brings(first, second, new):
    assert polls(announced(first), announced(second)) == [1, new]


def test_two_articles_on_one_page_are_two_in_every_poll():
    one, two = entry("One", A, "1"), entry("Two", A, "2")
    assert polls(announced(one, two), announced(two), announced(one), announced(two, one)) == [2, 0, 0, 0]


def test_an_edit_counts_once_and_an_empty_title_is_none():
    shelf = Shelf({})
    one = announced(entry("One", A, "1", text="Text."))[0]
    for item in (one, replace(one, title="New"), replace(one, title="New"), replace(one, title="", summary="")):
        shelf.poll([item])
    assert (len(shelf.known), shelf.edits) == (1, 1)


FORMS = (
    "https://{}",
    "http://www.{}",
    "https://m.{}?utm_source=rss",
    "https://{}/amp",
    "https://{}#top",
    "http://{}/?fbclid=q",
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_polls_in_any_order_with_any_game_give_each_article_once(data):
    count = data.draw(st.integers(1, 8))
    serial = itertools.count()
    guid = data.draw(
        st.sampled_from([lambda _: "1", lambda _: f"new {next(serial)}", lambda n: f"own {n}", lambda _: ""])
    )

    def announce(number: int) -> str:
        form = data.draw(st.sampled_from(FORMS))
        edited = ", edited" * data.draw(st.integers(0, 1))
        link = form.format(f"port.example/news/{number}")
        return entry(f"Article {number}{edited}", link, guid(number), NOW + timedelta(hours=number))

    shelf, seen = Shelf({}), set()
    for _ in range(data.draw(st.integers(1, 5))):
        window = data.draw(st.lists(st.integers(0, count - 1), unique=True))
        new = shelf.poll(announced(*(announce(number) for number in window)))
        assert new == len(set(window) - seen)
        seen |= set(window)
    assert len(shelf.known) == len(seen)

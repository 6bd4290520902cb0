"""The fuzz run makes the same inputs again, sees harm where there is some, and finds none in a first few."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from monitor import feeds
from monitor.errors import FeedError
from monitor.values import Item, ParsedFeed

sys.path.insert(0, str(Path(__file__).parent / "quality"))
mutate = importlib.import_module("mutate")
fuzz = importlib.import_module("fuzz")

GIVEN = mutate.Input("feed", 1, b"<rss/>", None)


@pytest.mark.parametrize("kind", ["feed", "page"])
def test_an_input_can_be_made_again_from_seed_kind_and_number(kind):
    made = [mutate.make(3, kind, number) for number in range(50)]
    assert made == [mutate.make(3, kind, number) for number in range(50)]
    assert len({given.body for given in made}) > 40


@pytest.mark.parametrize("kind", ["feed", "page"])
@pytest.mark.filterwarnings("ignore")
def test_the_first_inputs_do_no_harm(kind):
    assert [found for number in range(60) if (found := fuzz.look(mutate.make(3, kind, number)))] == []


@pytest.mark.parametrize(
    ("item", "harm"),
    [
        (Item("1", "javascript:alert(1)", "Title"), "link"),
        (Item("1", None, "A <b>title</b>"), "markup in the title"),
        (Item("1", None, "Title", "<img src=x>"), "markup in the summary"),
        (Item("1", None, "Title", "", fuzz.NOW.replace(tzinfo=None)), "published"),
        (Item("1", None, "Title", "", fuzz.NOW.replace(year=1901)), "published"),
    ],
)
def test_a_broken_promise_is_harm(item, harm, monkeypatch):
    monkeypatch.setattr(feeds, "parse", lambda *_, **__: ParsedFeed("Feed", (item,)))
    assert harm in fuzz.look(GIVEN).detail


def test_what_escapes_is_harm_but_for_our_own_errors(monkeypatch):
    def parse(*_: object, **__: object) -> ParsedFeed:
        raise error

    monkeypatch.setattr(feeds, "parse", parse)
    error: Exception = ValueError("odd")
    assert fuzz.look(GIVEN).what == "uncaught"
    error = MemoryError()
    assert fuzz.look(GIVEN).what == "large"
    error = FeedError("https://paper.example/feed", "no feed")
    assert fuzz.look(GIVEN) is None

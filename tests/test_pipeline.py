"""The decisions that the pipeline makes between the rooms: when to ask again, whom an article concerns."""

from __future__ import annotations

import asyncio
import collections
import os
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import FeedError
from monitor.pipeline import mind, read, workers
from monitor.store.sources import OwedItem
from monitor.values import Article, Field, Hit, Item, News, Verdict

NOW = datetime(2025, 5, 29, 12, tzinfo=UTC)


def thought(news: News, *watchlists: str) -> mind.Thought:
    hits = tuple(Hit(w, "t", "x", Field.TEXT, 0, 1, "as written", 1.0) for w in watchlists)
    return mind.Thought(Article("a", "", "x"), hits, Verdict(news, (), ""))


@pytest.mark.parametrize(
    ("news", "told", "expected"),
    [
        (News.STORY, set(), {"v": News.STORY, "w": News.STORY}),
        (News.DEVELOPMENT, {"v", "w"}, {"v": News.DEVELOPMENT, "w": News.DEVELOPMENT}),
        (News.DEVELOPMENT, {"v"}, {"v": News.DEVELOPMENT, "w": News.STORY}),
        (News.REPEAT, {"v", "w"}, {}),
        (News.REPEAT, {"v"}, {"w": News.STORY}),
        (News.COPY, {"w"}, {"v": News.STORY}),
    ],
)
def test_a_repeat_is_news_to_those_who_were_not_told_of_its_story(news, told, expected):
    assert mind.concerns(thought(news, "v", "w"), frozenset(told)) == expected


def test_an_article_without_a_hit_concerns_nobody():
    assert mind.concerns(thought(News.NONE), frozenset()) == {}


def _sleep(seconds: float) -> str:
    time.sleep(seconds)
    return "slept"


def _devour(size: int) -> str:
    return str(len(bytearray(size)))


def _stumble(number: int) -> str:
    return str(1 // number)


def _die(code: int) -> str:
    os._exit(code)


def test_a_worker_that_hangs_dies_stumbles_or_devours_memory_costs_its_document_alone():
    async def five() -> list[str]:
        with workers.Workers(1, seconds=1.0) as pool:
            works = ((_sleep, 30), (_devour, 100 << 30), (_die, 3), (_stumble, 0), (_sleep, 0))
            return [await pool._run(*work) for work in works]

    slow, large, dead, odd, good = asyncio.run(five())
    assert "died (exit code 3)" in dead
    assert odd == "reading it failed (ZeroDivisionError: integer division or modulo by zero)"
    assert slow == "reading it took longer than 1 s"
    assert "GB of memory" in large
    assert good == "slept"


def test_an_unreadable_feed_comes_back_from_its_worker_as_our_error_with_its_subject():
    async def parse():
        with workers.Workers(1) as pool:
            await pool.parse(b"<!DOCTYPE html><html><body>no feed</body></html>", "https://x.example/feed", "text/html")

    with pytest.raises(FeedError, match=r"https://x\.example/feed: "):
        asyncio.run(parse())


def owed(number: int, host: str) -> OwedItem:
    item = Item(str(number), f"https://{host}/{number}", "Title")
    return OwedItem(number, f"https://{host}/feed", host, item, 0, NOW)


@given(hosts=st.lists(st.sampled_from("abcdefghij"), max_size=400))
def test_a_batch_is_spread_over_the_hosts_and_keeps_the_order_of_the_news(hosts):
    waiting = [owed(number, host) for number, host in enumerate(hosts)]
    batch = read.spread(waiting)
    assert [each.id for each in batch] == sorted(each.id for each in batch)
    taken = collections.Counter(each.source for each in batch)
    assert all(count <= read.PER_HOST for count in taken.values())
    assert set(taken) == set(hosts)
    assert bool(batch) == bool(waiting)

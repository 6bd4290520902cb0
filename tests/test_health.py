"""A feed is judged by its own past: no alarm for a quiet weekend, and a way out for each trouble."""

from __future__ import annotations

import asyncio
import itertools
import random
from datetime import UTC, datetime, timedelta

import pytest
from fakes import LOOPBACK, FakeWeb
from hypothesis import given
from hypothesis import strategies as st

from monitor import feeds, fetch, health
from monitor.errors import FeedError, FetchError
from monitor.health import Record, State

NOW = datetime(2025, 5, 29, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
URL = "https://wire.example/rss/all.xml"


def record(**more) -> Record:
    known = {"last_polled": NOW - HOUR, "last_success": NOW - HOUR, "next_due": NOW + HOUR, "last_news": NOW - HOUR}
    return Record(URL, "Wire", **{**known, **more})


def regular(every: timedelta, count: int, last: datetime) -> tuple[datetime, ...]:
    return tuple(last - every * number for number in reversed(range(count)))


def test_a_feed_that_brings_news_in_time_is_ok():
    assert health.diagnose(record(), NOW).state is State.OK


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({"last_polled": None, "last_success": None, "last_news": None, "next_due": NOW - DAY}, State.NEVER),
        ({"next_due": NOW - 2 * HOUR}, State.LATE),
        ({"error": "the server answered 500 Internal Server Error", "failures": 1}, State.FAILING),
        ({"error": "the server answered 410 Gone", "active": False}, State.GONE),
        ({"moved_to": "https://wire.example/new"}, State.MOVED),
        ({"overflow": "all 20 items were new: some may have been missed"}, State.OVERFLOW),
        ({"last_news": NOW - 40 * DAY}, State.SILENT),
    ],
)
def test_each_state_is_told_with_what_to_do(more, state):
    diagnosis = health.diagnose(record(**more), NOW)
    assert diagnosis.state is state
    assert diagnosis.remedy


def test_a_new_feed_whose_time_has_just_come_needs_nothing_done():
    fresh = Record(URL, "Wire", next_due=NOW)
    assert health.diagnose(fresh, NOW) == health.Diagnosis(fresh, State.NEVER)


def test_silence_is_judged_by_the_feeds_own_rhythm():
    weekly = regular(7 * DAY, 12, NOW - 10 * DAY)
    hourly = regular(HOUR, 400, NOW - 3 * DAY)
    assert health.diagnose(record(last_news=weekly[-1], moments=weekly), NOW).state is State.OK
    assert health.diagnose(record(last_news=hourly[-1], moments=hourly), NOW).state is State.SILENT


def test_nobody_calls_a_feed_silent_that_was_not_asked_since():
    hourly = regular(HOUR, 400, NOW - 9 * DAY)
    asleep = record(last_news=hourly[-1], moments=hourly, last_success=NOW - 9 * DAY, next_due=NOW - 9 * DAY)
    assert health.diagnose(asleep, NOW).state is State.LATE


@given(st.lists(st.integers(0, 60 * 24 * 40), max_size=300))
def test_patience_is_never_under_two_days_and_never_under_a_gap_that_fills_a_tenth_of_the_time(minutes):
    moments = sorted(NOW - timedelta(minutes=m) for m in minutes)
    patience = health.patience(moments)
    assert patience >= health.LEAST_PATIENCE
    gaps = [b - a for a, b in itertools.pairwise(moments)]
    if len(set(moments)) > health.LEAST_GAPS and gaps and max(gaps) * 10 >= sum(gaps, timedelta(0)):
        assert patience >= min(max(gaps), health.UNKNOWN_PATIENCE)


# --- false alarms, measured on invented feeds ----------------------------------------------------------------------


def invented(chance: random.Random, a_day: float, weekend: float, days: int) -> list[datetime]:
    """News of a feed that is polled hourly: a Poisson process by day, thinner at weekends."""
    moments = set()
    for day in range(days):
        rate, at = a_day * (weekend if day % 7 >= 5 else 1.0), 0.0
        while rate and (at := at + chance.expovariate(rate)) < 1.0:
            moments.add(day * 24 + 6 + round(at * 17))
    return [NOW + HOUR * hour for hour in sorted(moments)]


def false_alarms(a_day: float, weekend: float, years: int = 3, feeds: int = 10) -> float:
    """Alarms a feed and year, of feeds that never fell silent."""
    chance, alarms = random.Random(7), 0
    for _ in range(feeds):
        moments = invented(chance, a_day, weekend, 365 * years)
        for number in range(1, len(moments)):
            gap = moments[number] - moments[number - 1]
            if gap > health.LEAST_PATIENCE:
                alarms += gap > health.patience(moments[max(0, number - 1000) : number])
    return alarms / feeds / years


@pytest.mark.parametrize("a_day", [0.05, 0.15, 0.5, 1, 3, 10, 50])
@pytest.mark.parametrize("weekend", [1.0, 0.3, 0.0])
def test_a_living_feed_is_called_silent_less_than_once_in_seven_years(a_day, weekend):
    assert false_alarms(a_day, weekend, years=2 if a_day >= 10 else 6) <= 0.15


@pytest.mark.parametrize(("a_day", "weekend", "within"), [(50, 1.0, 2), (50, 0.0, 9), (10, 0.3, 4), (3, 1.0, 6)])
def test_a_dead_feed_is_noticed_within_days(a_day, weekend, within):
    moments = invented(random.Random(7), a_day, weekend, 60)
    assert health.patience(moments) <= within * DAY


# --- every trouble's way out ----------------------------------------------------------------------------------------


def problem_of(web: FakeWeb, url: str, permitted=LOOPBACK) -> str:
    async def ask() -> str:
        async with fetch.Fetcher(None, permitted, gap=timedelta(0)) as fetcher:
            response = await fetcher.get(url)
            if response.problem:
                return response.problem
            feeds.parse(response.body, url=response.url, content_type=response.content_type)
            raise AssertionError("a feed without a problem")

    try:
        return asyncio.run(ask())
    except (FetchError, FeedError) as error:
        return error.problem


@pytest.mark.parametrize(
    ("serve", "remedy"),
    [
        (lambda web: web.answer("/", 404), "no feed any more"),
        (lambda web: web.answer("/", 410), "ended this feed"),
        (lambda web: web.answer("/", 403), "turns programs away"),
        (lambda web: web.answer("/", 403, cf_mitigated="challenge"), "turns programs away"),
        (lambda web: web.answer("/", 429), "asked too often"),
        (lambda web: web.answer("/", 503), "in trouble"),
        (lambda web: web.answer("/", 418), "in a browser"),
        (lambda web: web.publish("/", "<!doctype html><html><body>Hello</body></html>"), "no feed any more"),
        (lambda web: web.publish("/", ""), "cannot be read as a feed"),
        (lambda web: web.publish("/", "just words"), "cannot be read as a feed"),
        (lambda web: web.publish("/", "<rss><channel><title>x"), "cannot be read as a feed"),
        (lambda web: web.answer("/", 302, Location="/"), "redirects lead nowhere"),
        (lambda web: web.misbehave("/", lambda connection: None), "does not answer"),
        (lambda web: "http://nowhere.invalid/", "name is gone"),
    ],
)
def test_each_trouble_that_our_doors_name_has_its_way_out(serve, remedy):
    with FakeWeb() as web:
        problem = problem_of(web, serve(web) or web.url("/"))
    assert remedy in health.remedy(problem, URL), problem


def test_a_private_network_is_permitted_by_its_setting():
    with FakeWeb() as web:
        problem = problem_of(web, web.feed("/", []), permitted=())
    assert "private network" in health.remedy(problem, URL)


def test_trouble_comes_first():
    titles = {"b": None, "a": None, "c": "the server answered 404 Not Found"}
    listed = health.worst_first(
        health.diagnose(Record(URL, t, last_polled=NOW, next_due=NOW, error=e), NOW) for t, e in titles.items()
    )
    assert [each.record.title for each in listed] == ["c", "a", "b"]


def test_the_way_out_names_the_site_and_the_feed():
    words = health.remedy("the server answered 404 Not Found", URL)
    assert "'monitor feeds add https://wire.example/'" in words
    assert f"'monitor feeds remove {URL}'" in words

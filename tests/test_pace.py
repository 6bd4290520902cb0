"""When to ask again: never before the floor, never after a day, as server and feed ask, and always with a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.pipeline import pace
from monitor.pipeline.pace import Failure, Found, Signs, Trouble
from monitor.values import Move, Rhythm, Schedule

NOW = datetime(2025, 5, 29, 12, 34, 56, tzinfo=UTC)  # a Thursday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SPANS = st.none() | st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=7))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
MINUTES = st.integers(1, 1440)
RHYTHMS = st.builds(Rhythm, st.tuples(*[st.floats(0, 1000)] * 24), st.floats(0, 30, exclude_min=True) | st.just(0.0))
SCHEDULES = st.builds(Schedule, SPANS, st.frozensets(st.integers(0, 23)), st.frozensets(st.integers(0, 6), max_size=7))


@st.composite
def founds(draw) -> Found:
    size = draw(st.integers(0, 50))
    at = draw(MOMENTS)
    ages = draw(st.lists(st.timedeltas(timedelta(days=-1), timedelta(days=400)), max_size=size))
    since = draw(st.none() | st.timedeltas(timedelta(0), timedelta(days=60)))
    new = draw(st.integers(0, size))
    return Found(at, None if since is None else at - since, size, new, tuple(at - age for age in ages))


# --- good answers


@given(MOMENTS, st.builds(Signs, MINUTES, RHYTHMS, SCHEDULES, SPANS, st.none() | founds()))
def test_a_good_feed_is_asked_again_no_sooner_than_its_floor_and_within_a_day_for_a_reason(at, signs):
    due = pace.after_answer(at, signs)
    assert at + timedelta(minutes=signs.minutes) <= due.at <= at + DAY
    assert due.why
    for least in (signs.max_age, signs.schedule.least_wait):
        assert least is None or due.at >= at + min(least, DAY)


@given(MOMENTS, st.builds(Signs, MINUTES, RHYTHMS, SCHEDULES, SPANS))
def test_hours_and_days_that_a_feed_skips_are_skipped_unless_that_is_more_than_a_day(at, signs):
    due, schedule = pace.after_answer(at, signs).at, signs.schedule
    skips_everything = len(schedule.skip_hours) == 24 or len(schedule.skip_days) == 7
    if not skips_everything and due < at + DAY:
        assert due.hour not in schedule.skip_hours
        assert due.weekday() not in schedule.skip_days


def test_a_schedule_that_leaves_no_hour_is_ignored():
    nights = Schedule(skip_hours=frozenset(range(24)))
    assert pace.after_answer(NOW, Signs(60, schedule=nights)).at == NOW + HOUR


def test_a_feed_of_which_little_is_known_is_asked_at_its_floor():
    assert pace.after_answer(NOW, Signs(60)) == pace.Next(NOW + HOUR, "asked every 60 min")
    assert pace.after_answer(NOW, Signs(30, Rhythm(days=2.9))).at == NOW + HOUR / 2


def test_a_silent_feed_is_asked_at_every_fourth_floor():
    assert pace.after_answer(NOW, Signs(60, Rhythm(days=20))).at == NOW + 4 * HOUR
    assert pace.after_answer(NOW, Signs(600, Rhythm(days=20))).at == NOW + DAY


def test_a_feed_is_asked_more_often_in_the_hours_in_which_it_publishes():
    mornings = Rhythm(tuple(14.0 if hour in (6, 7, 8) else 0.0 for hour in range(24)), 14.0)
    night, morning = NOW.replace(hour=20), NOW.replace(hour=6)
    assert pace.after_answer(night, Signs(60, mornings)).at == night + 4 * HOUR
    assert pace.after_answer(morning, Signs(60, mornings)).at == morning + HOUR
    before_dawn = NOW.replace(hour=4, minute=0)
    assert HOUR < pace.after_answer(before_dawn, Signs(60, mornings)).at - before_dawn < 3 * HOUR


@given(MOMENTS, RHYTHMS, RHYTHMS)
def test_a_feed_that_brings_more_is_never_asked_later(at, one, other):
    more = Rhythm(tuple(map(max, one.hours, other.hours)), max(one.days, pace.WATCHED))
    less = Rhythm(one.hours, max(one.days, pace.WATCHED))
    assert pace.after_answer(at, Signs(60, more)).at <= pace.after_answer(at, Signs(60, less)).at


# --- rhythm


@given(RHYTHMS, founds())
def test_what_is_observed_is_never_less_than_nothing_nor_more_than_came(rhythm, found):
    seen = pace.observe(rhythm, found)
    assert min(seen.hours) >= 0
    assert seen.days >= 0
    assert sum(seen.hours) <= sum(rhythm.hours) + found.new + 0.01


def test_items_count_in_the_hour_of_their_date():
    found = Found(NOW, NOW - 2 * HOUR, 30, 2, (NOW - HOUR, NOW - HOUR, *[NOW - 3 * HOUR] * 28))
    assert pace.observe(Rhythm(), found).hours[11] == 2


def test_items_without_a_date_or_with_one_of_another_time_zone_count_somewhere_between_the_polls():
    for dates in ((), (NOW - 9 * HOUR,) * 4):
        seen = pace.observe(Rhythm(), Found(NOW, NOW - 2 * HOUR, 4, 4, dates))
        assert sum(seen.hours) == pytest.approx(4, abs=0.01)
        assert all(seen.hours[hour] == 0 for hour in range(24) if hour not in (10, 11, 12))


def test_an_archive_that_somebody_fills_is_no_rhythm():
    found = Found(NOW, NOW - HOUR, 30, 30, tuple(NOW - n * DAY for n in range(40, 70)))
    assert sum(pace.observe(Rhythm(), found).hours) == 0


def test_a_first_window_tells_the_rhythm_as_far_as_it_reaches_back():
    found = Found(NOW, None, 20, 20, tuple(NOW - n * HOUR * 12 for n in range(20)))
    seen = pace.observe(Rhythm(), found)
    assert seen.days == pytest.approx(9.5)
    assert sum(seen.hours) / seen.days == pytest.approx(2, rel=0.1)
    assert pace.observe(Rhythm(), Found(NOW, None, 20, 20, ())) == Rhythm()


# --- what went by


def test_a_window_that_turned_over_entirely_tells_how_many_items_went_by():
    dates = tuple(NOW - n * timedelta(minutes=1) for n in range(1, 31))
    lost = pace.missed(Found(NOW, NOW - HOUR, 30, 30, dates))
    assert lost == pace.Missed(30, 15)
    assert lost.advice(60) == "some 30 items may have been missed; set minutes: 15"
    assert lost.advice(15) is None


def test_an_item_that_stays_on_top_hides_no_loss():
    dates = (NOW - 30 * DAY, *[NOW - n * timedelta(minutes=1) for n in range(1, 30)])
    assert pace.missed(Found(NOW, NOW - HOUR, 30, 29, dates)).items == 31


def test_a_window_that_still_reaches_back_to_the_poll_before_has_lost_nothing():
    dates = tuple(NOW - n * timedelta(minutes=2) for n in range(1, 31))
    assert pace.missed(Found(NOW, NOW - HOUR, 30, 30, dates)) is None
    assert pace.missed(Found(NOW, NOW - HOUR, 30, 20, dates)) is None
    assert pace.missed(Found(NOW, None, 30, 30, dates)) is None
    assert pace.missed(Found(NOW, NOW - HOUR, 5, 5, ())) is None


@given(founds())
def test_losses_are_told_as_whole_numbers_of_at_least_one_with_a_possible_interval(found):
    lost = pace.missed(found)
    assert lost is None or (1 <= lost.items <= 9 * found.size + 1 and lost.minutes >= 1)


def test_a_feed_that_nearly_overflowed_is_asked_at_its_floor_whatever_its_rhythm():
    found = Found(NOW, NOW - 4 * HOUR, 30, 28, ())
    assert pace.after_answer(NOW, Signs(60, Rhythm(days=20), found=found)).at == NOW + HOUR


# --- bad answers


@given(MINUTES, st.integers(0, 100_000), SPANS, st.sampled_from(Trouble))
def test_a_failing_feed_is_left_alone_for_longer_but_never_over_a_day(minutes, failures, asked, trouble):
    failure = Failure("https://wire.example/feed", trouble, failures, asked)
    due = pace.after_failure(NOW, minutes, failure)
    assert NOW + timedelta(minutes=minutes) <= due.at <= NOW + DAY
    assert due.why
    assert due == pace.after_failure(NOW, minutes, failure)
    if asked:
        assert due.at >= NOW + min(asked, DAY)


@pytest.mark.parametrize(
    ("trouble", "hours"),
    [
        (Trouble.BUSY, [1, 2, 4, 8, 16, 24, 24]),
        (Trouble.REFUSED, [1, 4, 16, 24, 24]),
        (Trouble.UNREADABLE, [1, 2, 4, 6, 6]),
        (Trouble.SILENT, [1, 2, 4, 4]),
    ],
)
def test_the_waits_grow_by_the_kind_of_trouble_and_by_a_tenth_of_jitter_at_most(trouble, hours):
    failures = [Failure("https://wire.example/feed", trouble, n) for n in range(len(hours))]
    waits = [(pace.after_failure(NOW, 60, failure).at - NOW) / HOUR for failure in failures]
    longest = trouble.longest / HOUR
    assert all(hour <= wait <= min(hour * 1.1, longest) for hour, wait in zip(hours, waits, strict=True)), waits


def test_feeds_that_failed_together_part():
    failures = [Failure(f"https://wire{n}.example/feed", Trouble.BUSY, 2) for n in range(100)]
    assert len({pace.after_failure(NOW, 60, failure).at for failure in failures}) == 100


# --- moves


def followed(*hours: float, move: Move | None = None) -> Move | None:
    for hour in hours:
        move = pace.follow(move, "https://new.example/feed", NOW + hour * HOUR)
    return move


def test_a_permanent_redirect_is_believed_after_three_polls_over_a_day():
    assert not followed(0, 1, 2, 3, 23).settled
    assert not followed(0, 24).settled
    assert followed(0, 1, 24).settled


def test_another_target_or_none_begins_the_count_anew():
    assert pace.follow(followed(0, 1, 24), "https://other.example/", NOW) == Move("https://other.example/", NOW)
    assert pace.follow(followed(0, 1), None, NOW) is None
    assert not followed(24, move=pace.follow(followed(0, 1), "https://other.example/", NOW)).settled


def test_a_believed_address_stays_while_it_answers_and_is_doubted_after_three_failures():
    settled = followed(0, 1, 24)
    assert pace.follow(settled, None, NOW) == settled
    assert pace.doubt(settled, 2) == settled
    assert pace.doubt(settled, 3) is None
    assert pace.doubt(followed(0, 1), 3) == followed(0, 1)


# --- after a halt


def test_a_thousand_overdue_feeds_are_asked_over_ten_minutes_rather_than_at_once():
    late = [(f"https://wire{n}.example/feed", NOW - HOUR) for n in range(1000)]
    dues = pace.spread(late, NOW)
    assert len(dues) == 1000
    per_minute = [
        sum(NOW + m * HOUR / 60 <= due < NOW + (m + 1) * HOUR / 60 for due in dues.values()) for m in range(10)
    ]
    assert sum(per_minute) == 1000
    assert max(per_minute) < 150
    assert dues == pace.spread(late, NOW)


def test_feeds_that_are_hardly_overdue_are_not_put_off():
    late = [(f"https://wire{n}.example/feed", NOW - timedelta(seconds=n)) for n in range(100)]
    assert {int((NOW - due).total_seconds()) for url, due in late if url in pace.spread(late, NOW)} == set(
        range(61, 100)
    )


@given(st.timedeltas(timedelta(days=-400), timedelta(days=400)), st.timedeltas(timedelta(days=-3), timedelta(days=3)))
def test_a_step_of_the_clock_is_told_from_its_drift(lead, moved):
    step = pace.stepped(lead, lead + moved)
    assert step == (moved if abs(moved) > timedelta(minutes=1) else timedelta(0))


# --- pages and mails


def test_a_page_is_tried_three_times_within_forty_minutes():
    assert pace.page_again(NOW, 1) == NOW + timedelta(minutes=10)
    assert pace.page_again(NOW, 2) == NOW + timedelta(minutes=30)
    assert pace.page_again(NOW, 3) is None


def test_a_mail_is_tried_for_five_days():
    assert timedelta(minutes=1) <= pace.mail_again(NOW, 1, NOW, "<1@x>") - NOW < timedelta(minutes=1.2)
    assert len({pace.mail_again(NOW, 5, NOW, f"<{n}@x>") for n in range(100)}) == 100
    at, attempts = NOW, 0
    while (again := pace.mail_again(at, attempts := attempts + 1, NOW)) is not None:
        at = again
    assert timedelta(days=4, hours=20) < at - NOW <= timedelta(days=5)

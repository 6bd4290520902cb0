"""When mails are due: each slot once, on the right local day, whatever clocks, ticks and zones do."""

from __future__ import annotations

import itertools
import zoneinfo
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor import cadence
from monitor.cadence import Cadence, Hours, Kind, Quiet
from monitor.errors import InputError

ZONES = sorted(zoneinfo.available_timezones())
PARIS, SAMOA, HAVANA = (zoneinfo.ZoneInfo(name) for name in ("Europe/Paris", "Pacific/Apia", "America/Havana"))
LORD_HOWE, KWAJALEIN = (zoneinfo.ZoneInfo(name) for name in ("Australia/Lord_Howe", "Pacific/Kwajalein"))
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)

clocks = st.builds(time, st.integers(0, 23), st.integers(0, 59))
dailies = st.lists(clocks, min_size=1, max_size=4).map(lambda times: Cadence(Kind.DAILY, tuple(sorted(set(times)))))
weeklies = st.builds(lambda clock, day: Cadence(Kind.WEEKLY, (clock,), day), clocks, st.integers(0, 6))
cadences = st.one_of(st.just(Cadence(Kind.HOURLY)), dailies, weeklies)
places = st.sampled_from(ZONES).map(zoneinfo.ZoneInfo)
moments = st.integers(-631_152_000, 2_208_988_800).map(lambda since_1970: datetime.fromtimestamp(since_1970, UTC))


def slots(each: Cadence, place: zoneinfo.ZoneInfo, start: datetime, end: datetime) -> list[datetime]:
    found, now = [], start
    while (now := cadence.following(each, place, now)) < end:
        found.append(now)
    return found


def local(slot: datetime, place: zoneinfo.ZoneInfo) -> str:
    return slot.astimezone(place).strftime("%Y-%m-%d %H:%M")


def daily(*times: str) -> Cadence:
    return cadence.parse(" ".join(("daily", *times)))


# --- what people write ---------------------------------------------------------------------------------------------


@given(st.one_of(cadences, st.just(Cadence(Kind.AT_ONCE))))
def test_what_is_written_is_read_as_the_same(each):
    assert cadence.parse(str(each)) == each


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("At once", "at once"),
        ("HOURLY", "hourly"),
        ("daily 7:05", "daily 07:05"),
        ("daily 18:00, 08:00,08:00", "daily 08:00 18:00"),
        (" weekly  Monday 8:00 ", "weekly monday 08:00"),
    ],
)
def test_small_liberties_are_taken(text, written):
    assert str(cadence.parse(text)) == written


@pytest.mark.parametrize(
    "text",
    ["", "daily", "daily 24:00", "daily 7", "daily 07:60", "weekly 08:00", "weekly someday 08:00", "at 07:30",
     "weekly monday 08:00 09:00", "hourly 07:30", "daily monday 07:30", "daily 07:30 often", "07:30", "daily ٠٧:٣٠"],
)  # fmt: skip
def test_another_form_is_refused_with_the_forms_there_are(text):
    with pytest.raises(InputError, match=r"write at once, hourly, daily 07:30"):
        cadence.parse(text)


@pytest.mark.parametrize("text", ["22:00", "22-7", "22:00-22:00", "25:00-07:00", "at night", ""])
def test_quiet_hours_of_another_form_are_refused(text):
    with pytest.raises(InputError, match="quiet hours"):
        cadence.parse_quiet(text)


def test_quiet_hours_are_written_as_they_are_read():
    assert str(cadence.parse_quiet(" 22:00 – 7:00 ")) == "22:00-07:00"


@pytest.mark.parametrize("name", ["Mars/Olympus", "America", "", "../etc/passwd", "Europe/Paris\0"])
def test_a_zone_that_is_none_is_refused(name):
    with pytest.raises(InputError, match="write one such as Europe/Paris"):
        cadence.zone(name)


# --- slots ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "place", "day", "shown"),
    [
        ("02:30", PARIS, date(2026, 3, 29), "2026-03-29 03:00"),  # does not exist
        ("02:30", PARIS, date(2026, 10, 25), "2026-10-25 02:30"),  # exists twice
        ("02:15", LORD_HOWE, date(2026, 10, 4), "2026-10-04 02:30"),  # half an hour is left out
        ("01:45", LORD_HOWE, date(2026, 4, 5), "2026-04-05 01:45"),  # half an hour comes twice
        ("00:30", HAVANA, date(2026, 3, 8), "2026-03-08 01:00"),  # a day that begins at one
        ("23:45", zoneinfo.ZoneInfo("America/Toronto"), date(1919, 3, 30), "1919-03-30 23:29"),  # ends at half past 11
    ],
)
def test_a_time_that_the_clocks_leave_out_or_show_twice_is_one_slot(clock, place, day, shown):
    noon = datetime.combine(day, time(12), UTC)
    on_the_day = {
        slot
        for slot in slots(daily(clock), place, noon - 2 * DAY, noon + 2 * DAY)
        if local(slot, place)[:10] == str(day)
    }
    assert [local(slot, place) for slot in on_the_day] == [shown]


def test_a_time_shown_twice_counts_the_first_time():
    (slot,) = slots(
        daily("02:30"), PARIS, datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 12, tzinfo=UTC)
    )
    assert slot == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_two_times_in_a_gap_are_one_slot():
    found = slots(
        daily("02:10", "02:50"), PARIS, datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 3, 29, 12, tzinfo=UTC)
    )
    assert found == [datetime(2026, 3, 29, 1, tzinfo=UTC)]


@pytest.mark.parametrize(("place", "left_out"), [(SAMOA, date(2011, 12, 30)), (KWAJALEIN, date(1993, 8, 21))])
def test_a_day_that_a_zone_leaves_out_has_no_slot(place, left_out):
    noon = datetime.combine(left_out, time(12), UTC)
    days = [local(slot, place)[:10] for slot in slots(daily("07:30"), place, noon - 5 * DAY, noon + 5 * DAY)]
    assert len(days) == len(set(days))
    assert str(left_out) not in days
    assert {str(left_out - DAY), str(left_out + DAY)} < set(days)


def test_a_week_whose_day_is_left_out_comes_when_that_day_would_have_been():
    friday = slots(
        cadence.parse("weekly friday 07:30"),
        SAMOA,
        datetime(2011, 12, 24, tzinfo=UTC),
        datetime(2012, 1, 8, tzinfo=UTC),
    )
    assert [local(slot, SAMOA) for slot in friday] == ["2011-12-31 00:00", "2012-01-06 07:30"]


@given(places, st.integers(1950, 2039), clocks)
@example(SAMOA, 2011, time(7, 30))
@example(PARIS, 2026, time(2, 30))
@example(HAVANA, 2026, time(0, 0))
@example(zoneinfo.ZoneInfo("America/St_Johns"), 2006, time(23, 30))
def test_a_daily_cadence_has_exactly_one_slot_on_each_local_day(place, year, clock):
    start = datetime(year, 1, 1, tzinfo=place).astimezone(UTC) - MINUTE
    found = slots(Cadence(Kind.DAILY, (clock,)), place, start, start + 366 * DAY)
    days = [slot.astimezone(place).date() for slot in found]
    assert all(before < after for before, after in itertools.pairwise(found))
    assert len(days) == len(set(days))
    there = {(start + hours * HOUR).astimezone(place).date() for hours in range(1, 365 * 24)}
    assert there <= set(days)


@given(cadences, places, moments)
def test_slots_increase_and_now_lies_between_two_of_them(each, place, now):
    before, after = cadence.latest(each, place, now), cadence.following(each, place, now)
    assert before <= now < after
    assert cadence.latest(each, place, after) == after
    assert cadence.following(each, place, before) == after
    assert cadence.nearest(each, place, before) == before


def test_at_once_knows_no_slots():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    each = cadence.parse("at once")
    assert (cadence.latest(each, PARIS, now), cadence.following(each, PARIS, now)) == (None, None)
    assert cadence.nearest(each, PARIS, now) == now


# --- quiet hours ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-01-10 21:59", None),
        ("2026-01-10 22:00", "2026-01-11 07:00"),
        ("2026-01-11 06:59", "2026-01-11 07:00"),
        ("2026-01-11 07:00", None),
        ("2026-03-29 03:30", "2026-03-29 07:00"),
        ("2026-10-25 00:30", "2026-10-25 07:00"),
    ],
)
def test_quiet_hours_reach_over_midnight(now, until):
    moment = datetime.fromisoformat(now).replace(tzinfo=PARIS)
    found = cadence.quiet_until(cadence.parse_quiet("22:00-07:00"), PARIS, moment)
    assert (found and local(found, PARIS)) == until


@given(st.builds(Quiet, clocks, clocks).filter(lambda quiet: quiet.start != quiet.end), places, moments)
@example(Quiet(time(22), time(2, 30)), PARIS, datetime(2026, 10, 25, 1, 10, tzinfo=UTC))
@example(Quiet(time(22), time(2, 30)), PARIS, datetime(2026, 3, 29, 0, 59, tzinfo=UTC))
def test_quiet_hours_end_within_a_day_and_the_end_is_not_quiet(quiet, place, now):
    until = cadence.quiet_until(quiet, place, now)
    if until:
        assert now < until < now + DAY + DAY
        assert cadence.quiet_until(quiet, place, until) is None


# --- what is due ---------------------------------------------------------------------------------------------------


def served(each: Cadence, hours: Hours, ticks: list[datetime], start: datetime) -> list[datetime]:
    """The slots at which mails go out, where something is always new."""
    mails, last = [], cadence.latest(each, hours.place, start)
    for now in ticks:
        upto = cadence.open_until(each, last, hours, now)
        if upto:
            assert upto <= now
            mails.append(upto)
            last = upto
    return mails


@given(places, st.lists(clocks, min_size=1, max_size=3), moments, st.lists(st.integers(1, 40), min_size=5, max_size=60))
def test_each_slot_that_a_tick_can_see_brings_one_mail_whenever_the_ticks_come(place, times, start, waits):
    each, hours = Cadence(Kind.DAILY, tuple(sorted(set(times)))), Hours(place, None, MINUTE)
    ticks = [start + each_wait * HOUR for each_wait in itertools.accumulate(waits)]
    mails = served(each, hours, ticks, start)
    assert all(before < after for before, after in itertools.pairwise(mails))
    assert set(mails) == {cadence.latest(each, place, now) for now in ticks} - {cadence.latest(each, place, start)}


@given(places, clocks, st.builds(Quiet, clocks, clocks).filter(lambda q: q.start != q.end), moments)
def test_with_quiet_hours_too_each_day_has_its_mail(place, clock, quiet, start):
    hours = Hours(place, quiet, MINUTE)
    ticks = [start + minutes * 20 * MINUTE for minutes in range(6 * 72)]
    mails = served(Cadence(Kind.DAILY, (clock,)), hours, ticks, start)
    days = [slot.astimezone(place).date() for slot in mails]
    assert len(days) == len(set(days))
    assert len(days) >= 4 or _nearly_always(quiet)


def _nearly_always(quiet: Quiet) -> bool:
    """Quiet for so long that ticks of twenty minutes may miss the time between."""
    length = (quiet.end.hour * 60 + quiet.end.minute - quiet.start.hour * 60 - quiet.start.minute) % 1440
    return length > 1440 - 80


def test_a_mail_whose_time_is_quiet_comes_at_the_end_of_the_quiet_hours():
    hours = Hours(PARIS, cadence.parse_quiet("22:00-07:00"), MINUTE)
    each = daily("06:30")
    six, seven = datetime(2026, 1, 11, 5, 45, tzinfo=UTC), datetime(2026, 1, 11, 6, 0, tzinfo=UTC)
    yesterday = datetime(2026, 1, 10, 5, 30, tzinfo=UTC)
    assert cadence.open_until(each, yesterday, hours, six) is None
    assert cadence.open_until(each, yesterday, hours, seven) == yesterday + DAY
    assert cadence.next_time(each, yesterday, hours, yesterday) == seven


def test_after_downtime_the_missed_slot_is_served_once_late():
    hours = Hours(PARIS, None, MINUTE)
    monday = datetime(2026, 1, 5, 6, 30, tzinfo=UTC)
    assert served(daily("07:30"), hours, [monday + 3 * DAY + 5 * HOUR, monday + 3 * DAY + 6 * HOUR], monday) == [
        monday + 3 * DAY
    ]


def test_a_burst_is_one_mail_and_its_first_news_comes_at_once():
    hours, each, now = Hours(PARIS, None, 10 * MINUTE), cadence.parse("at once"), datetime(2026, 1, 1, tzinfo=UTC)
    assert cadence.open_until(each, None, hours, now) == now
    assert cadence.open_until(each, now, hours, now + 9 * MINUTE) is None
    assert cadence.next_time(each, now, hours, now + 9 * MINUTE) == now + 10 * MINUTE
    assert cadence.open_until(each, now, hours, now + 10 * MINUTE) == now + 10 * MINUTE


def test_a_last_mail_in_the_future_holds_no_at_once_mail_back():
    """The clock was set back."""
    hours, now = Hours(PARIS, None, 10 * MINUTE), datetime(2026, 1, 1, tzinfo=UTC)
    assert cadence.open_until(cadence.parse("at once"), now + HOUR, hours, now) == now

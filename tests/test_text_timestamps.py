"""timestamps: a written date is read rightly, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path

import pytest
from babel import dates
from hypothesis import given
from hypothesis import strategies as st

from monitor.text import locales, timestamps

LINES = (Path(__file__).parent / "cases" / "feeds" / "dates.txt").read_text("utf-8").splitlines()
CASES = [[part.strip() for part in line.split("|")] for line in LINES if not line.startswith("#")]
INSTANTS = st.datetimes(datetime(1996, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given a zone
ZONES = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))

UNREAD = {"ar": 2, "as": 2, "ckb": 6, "ga": 5, "gd": 2, "ku": 12, "mn": 2, "rm": 2, "sd": 5, "so": 5, "vi": 5, "yo": 5}
"""Of fifteen: days whose numbers could be read in two orders, and words that CLDR has in its formats only."""


@pytest.mark.parametrize("case", CASES, ids=[" ".join(case) for case in CASES])
def test_each_written_form_means_this_instant(case):
    written, meant, *language = case
    found = timestamps.read(written, language=language[0] if language else None)
    assert found == (None if meant == "-" else datetime.fromisoformat(meant).replace(tzinfo=UTC))


@pytest.mark.parametrize("code", sorted({code for code, _ in locales.all_of()}))
def test_a_date_as_a_language_s_own_formats_write_it_is_read_rightly_or_not_at_all(code):
    days = [
        datetime(2024, month, day, 16, 5, 9, tzinfo=UTC) for month, day in ((1, 13), (3, 5), (5, 31), (9, 19), (11, 2))
    ]
    written = [
        (dates.format_datetime(day, width, locale=code), day) for day in days for width in ("medium", "long", "full")
    ]
    found = [(timestamps.read(text, language=code), day) for text, day in written]
    assert all(instant in (None, day) for instant, day in found)
    unread = sum(instant is None for instant, _ in found)
    assert unread == UNREAD.get(code, 0)


@given(INSTANTS, ZONES)
def test_rfc_822_and_rfc_3339_dates_of_any_zone_come_back(instant, zone):
    local = instant.replace(microsecond=0).astimezone(zone)
    assert timestamps.read(format_datetime(local)) == local
    assert timestamps.read(local.isoformat()) == local


@given(st.text(max_size=140))
def test_no_text_raises_and_every_date_is_within_the_window(text):
    found = timestamps.read(text)
    assert found is None or timestamps.EARLIEST <= found <= timestamps.LATEST


@given(st.dates(datetime(1996, 1, 1).date(), datetime(2031, 1, 1).date()))  # noqa: DTZ001 - days have no zone
def test_a_numeric_date_is_never_read_in_the_wrong_order(day):
    found = timestamps.read(f"{day:%d/%m/%Y}")
    assert found is None or found.date() == day

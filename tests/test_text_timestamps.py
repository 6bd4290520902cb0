"""timestamps: a written date is read rightly, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text import timestamps

LINES = (Path(__file__).parent / "cases" / "feeds" / "dates.txt").read_text("utf-8").splitlines()
CASES = [[part.strip() for part in line.split("|")] for line in LINES if not line.startswith("#")]
INSTANTS = st.datetimes(datetime(1996, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given a zone
ZONES = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))


@pytest.mark.parametrize("case", CASES, ids=[" ".join(case) for case in CASES])
def test_each_written_form_means_this_instant(case):
    written, meant, *language = case
    found = timestamps.read(written, language=language[0] if language else None)
    assert found == (None if meant == "-" else datetime.fromisoformat(meant).replace(tzinfo=UTC))


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

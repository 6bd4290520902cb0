"""Two days of the simulated month, lived through by each change; and the simulation sees harm that is done."""

from __future__ import annotations

import importlib
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import update

from monitor.tables import SubscriptionRow

sys.path.insert(0, str(Path(__file__).parent / "quality"))
month = importlib.import_module("month")

HALF = timedelta(minutes=30)


@pytest.mark.filterwarnings("ignore")
def test_two_rough_days_come_out_even(capsys):
    assert month.run(2, 10, "march", 1, HALF) == 0, capsys.readouterr().out


@pytest.mark.filterwarnings("ignore")
def test_news_that_the_composer_passes_over_are_seen_as_lost_and_in_the_balance(tmp_path):
    world = month.Month(tmp_path, 1, month.STARTS["march"], HALF)
    for _ in range(6):
        world.signs_up(steady=True)
    while not any(person.due for person in world.people):
        world.reports()
    with world.store.session() as session:
        session.exec(update(SubscriptionRow).values(settled=1000))
    world.walk()
    world.rough = False
    assert world.lost()
    assert world.differences > 0
    world.close()


@pytest.mark.parametrize(
    ("zone", "cadence", "slot"),
    [
        ("Europe/Paris", "daily 02:30", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        ("Europe/Paris", "daily 07:30", datetime(2026, 3, 29, 5, 30, tzinfo=UTC)),
        ("America/New_York", "daily 01:30", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
    ],
)
def test_the_simulation_knows_the_time_of_a_daily_mail_by_itself(zone, cadence, slot):
    slots = [opens for opens, _, _ in month._slots(zone, cadence, slot - timedelta(days=3), slot + timedelta(days=3))]
    assert slot in slots
    assert len({each.date() for each in slots}) == len(slots)

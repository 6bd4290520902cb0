"""Killed at every named point, the monitor loses nothing, and tells nothing twice but what was in doubt."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "quality"))

from torture import torture

from monitor import points
from monitor.points import Point

KILLS = 5 * len(Point)
"""Spread evenly; `make torture` kills at other moments too."""


@pytest.mark.slow
def test_a_process_that_is_killed_at_each_point_five_times_loses_nothing_and_doubles_only_what_was_in_doubt():
    outcome = torture(KILLS, timed=0.0)
    assert outcome.lost == []
    assert outcome.outside == []
    assert min(outcome.kills[point] for point in Point) >= 5, outcome.kills
    assert outcome.developments >= 0.9 * outcome.published > 30


def test_nothing_watches_the_points_unless_a_test_says_so():
    assert points._watcher is None
    for point in Point:
        points.passing(point)

"""What all tests share."""

import pytest
import structlog
from hypothesis import settings

from monitor import points

# A busy machine is slow, not wrong: laws are tested on values, speed by benchmarks.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(autouse=True)
def nothing_is_left_behind():
    """A command sets where its process logs to, a simulation watches the points: the next test starts afresh."""
    yield
    structlog.reset_defaults()
    points.unwatch()

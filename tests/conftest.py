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


def pytest_terminal_summary(terminalreporter):
    """Say loudly where nobody looked at the pages: a skip is easily overlooked."""
    skipped = [report.longrepr for report in terminalreporter.stats.get("skipped", [])]
    reasons = {str(each[2]) for each in skipped if isinstance(each, tuple) and "no Chromium" in each[2]}
    for reason in sorted(reasons):
        terminalreporter.section("the pages were not tried in a browser", sep="=", yellow=True, bold=True)
        terminalreporter.line(reason.removeprefix("Skipped: "), yellow=True, bold=True)

"""The invented streams: what is news in each is told so, and every stream is whole."""

from __future__ import annotations

import kinds
import pytest

from monitor import embed
from monitor.values import News

CASES = kinds.streams()
STREAMS = sorted({case.stream for case in CASES})


@pytest.fixture(scope="module")
def blind():
    """Every article in its own story, without a sentence model: quick, and the same on every machine."""
    return kinds.given(CASES, embed.NoEmbedder())


def test_of_all_streams_nearly_everything_is_told_as_what_it_is(blind):
    found = kinds.figures(blind)
    assert found["kind_macro_f1"] >= 0.96
    assert found["told_again"] <= 0.09
    assert found["missed"] <= 0.03
    assert found["named"] >= 0.96


@pytest.mark.parametrize("stream", STREAMS)
def test_a_stream_opens_its_stories_once_and_names_what_each_development_must_hold(stream):
    cases = [case for case in CASES if case.stream == stream]
    opened = [case.story for case in cases if case.news is News.STORY]
    assert sorted(opened) == sorted({case.story for case in cases})
    assert all(case.names for case in cases if case.news is News.DEVELOPMENT)
    assert len({case.language for case in cases}) >= 6

"""Likeness: copies by their text, the same both ways, and sketches that survive the disk."""

from datetime import UTC, datetime
from math import exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import likeness
from monitor.values import Article

FLOOD = (
    "The river Lenne left its banks near Altena on Tuesday night after two days of rain. Firefighters brought 340 "
    "people out of their houses by boat, the district said. Three bridges were closed. The mayor, Karin Voss, spoke of "
    "the worst flood since 1965 and asked the state for help. Schools will stay closed until Friday."
)
STRIKE = (
    "Bus drivers in Valdavia walked out on Monday in a dispute over night shifts. Their union wants nine percent more "
    "pay; the company offers four. Some 60,000 commuters had to find another way to work. Talks go on this week."
)


def article(number, text, title="", language="en", when="2031-03-04"):
    return Article(
        str(number), title, text, language=language, published=datetime.fromisoformat(when).replace(tzinfo=UTC)
    )


def compared(a, b):
    return likeness.compare(likeness.sketch(a), likeness.sketch(b))


def test_a_copy_under_another_headline_and_between_boilerplate_is_a_copy():
    copy = f"Home | World | Subscribe\n{FLOOD}\nAll rights reserved. Sign up for our newsletter and follow us."
    found = compared(article(1, FLOOD, "River floods town"), article(2, copy, "Altena under water"))
    assert found.copy
    assert found.same_story


def test_two_matters_are_not_one_story():
    found = compared(article(1, FLOOD, "River floods town"), article(2, STRIKE, "Bus drivers walk out"))
    assert not found.same_story
    assert not found.copy


def test_a_few_words_alone_prove_no_copy():
    assert not compared(article(1, "Read more here."), article(2, f"Read more here. {STRIKE}")).copy


def test_why_names_every_signal_that_was_measured():
    why = compared(article(1, FLOOD), article(2, STRIKE)).why
    assert all(signal in why for signal in ("words", "numbers", "days apart"))


def test_a_lead_is_title_and_first_sentences_within_reach():
    lead = likeness.lead(article(1, FLOOD * 3, "River floods town"))
    assert lead.startswith("River floods town. The river Lenne")
    assert len(lead) <= 320


def test_korean_takes_half_the_letters():
    assert len(likeness.lead(article(1, "가나다라마바사아" * 80, language="ko"))) == 160


@settings(deadline=None)  # the first call reads locale data
@given(st.text(max_size=200), st.text(max_size=200))
def test_likeness_is_symmetric_and_between_0_and_1(one, other):
    a, b = likeness.sketch(article(1, one)), likeness.sketch(article(2, other))
    there, back = likeness.compare(a, b), likeness.compare(b, a)
    assert there.score == back.score
    assert 0 <= there.score <= 1


@settings(deadline=None)  # the first call reads locale data
@given(st.text(max_size=300), st.booleans())
def test_a_sketch_comes_back_from_the_disk_as_it_went(text, embedded):
    vector = np.random.default_rng(1).normal(size=384).astype(np.float32) if embedded else None
    before = likeness.sketch(article(1, text, "Title"), vector)
    after = likeness.unpack(likeness.pack(before))
    assert likeness.pack(after) == likeness.pack(before)
    assert (after.words, after.names, after.fingerprint) == (before.words, before.names, before.fingerprint)
    assert (after.vector is None) == (before.vector is None)
    assert before.vector is None or np.array_equal(before.vector, after.vector)


def test_a_word_grows_common_as_the_stream_runs():
    rarity = likeness.Rarity()
    before = rarity.word("river", "en")
    for number in range(50):
        rarity.learn(likeness.sketch(article(number, FLOOD)))
    assert rarity.word("river", "en") < before < rarity.word("strike", "en") + 1


SIGNAL = st.floats(0, 1) | st.none()


@given(SIGNAL, SIGNAL, SIGNAL, SIGNAL, st.floats(0, 400) | st.none(), st.booleans())
def test_what_the_signals_add_is_together_the_likeness(vector, words, names, numbers, days, one_language):
    signals = likeness.Signals(0.0, vector, words, names, numbers, days)
    parts = likeness.contributions(signals, 0.4, one_language=one_language)
    assert likeness.weigh(signals, 0.4, one_language=one_language) == pytest.approx(1 / (1 + exp(-sum(parts.values()))))
    assert "bias" in parts


def test_a_pair_carries_the_weight_of_every_signal():
    found = compared(article(1, FLOOD), article(2, STRIKE))
    assert {"bias", "words"} <= found.weights.keys()

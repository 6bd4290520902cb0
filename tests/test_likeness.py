"""Likeness: copies by their text, the same both ways, and sketches that survive the disk."""

from datetime import UTC, datetime
from math import exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import likeness
from monitor.values import Article, Vectors

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
    vector = np.random.default_rng(1).normal(size=384).astype(np.float32)
    before = likeness.sketch(article(1, text, "Title"), Vectors(lead=vector, whole=vector) if embedded else Vectors())
    after = likeness.unpack(likeness.pack(before))
    assert likeness.pack(after) == likeness.pack(before)
    assert (after.words, after.names, after.fingerprint) == (before.words, before.names, before.fingerprint)
    assert (after.vectors.lead is None) == (not embedded)
    assert not embedded or np.array_equal(before.vectors.lead, after.vectors.lead)
    assert not embedded or np.array_equal(before.vectors.whole, after.vectors.whole)


def test_a_word_grows_common_as_the_stream_runs():
    rarity = likeness.Rarity()
    before = rarity.word("river", "en")
    for number in range(50):
        rarity.learn(likeness.sketch(article(number, FLOOD)))
    assert rarity.word("river", "en") < before < rarity.word("strike", "en") + 1


SIGNAL = st.floats(0, 1) | st.none()


@given(SIGNAL, SIGNAL, SIGNAL, SIGNAL, st.floats(0, 400) | st.none(), st.booleans())
def test_what_the_signals_add_is_together_the_likeness(vector, words, names, numbers, days, one_language):
    signals = likeness.Signals(0.0, vector, None, None, words, names, numbers, None, days)
    parts = likeness.contributions(signals, 0.4, one_language=one_language)
    assert likeness.weigh(signals, 0.4, one_language=one_language) == pytest.approx(1 / (1 + exp(-sum(parts.values()))))
    assert "bias" in parts


def test_a_pair_carries_the_weight_of_every_signal():
    found = compared(article(1, FLOOD), article(2, STRIKE))
    assert {"bias", "words"} <= found.weights.keys()


@pytest.mark.parametrize(
    ("language", "text", "codes"),
    [
        ("en", "North Korea and the US spoke; we told us so. Iranian ships left Oman.", {"KP", "US", "IR", "OM"}),
        ("ru", "В Северной Корее и России ждут вестей из Австралии.", {"KP", "RU", "AU"}),
        ("fi", "Australiassa ja Ruotsissa on tulvia.", {"AU", "SE"}),
        ("ja", "北朝鮮と中国が合意した。", {"KP", "CN"}),
        ("ko", "북한은 러시아에 군인을 보냈다.", {"KP", "RU"}),
        ("ar", "وصل الوفد إلى روسيا قادما من باكستان", {"RU", "PK"}),
        ("xx", "Nowhere in particular.", set()),
    ],
)
def test_countries_are_read_in_any_script(language, text, codes):
    assert set(likeness.sketch(article(1, text, language=language)).places) == codes


def test_a_country_of_two_words_is_not_counted_for_its_parts():
    assert likeness.sketch(article(1, "South Korea, South Korea and South Africa.")).places == {"KR": 2, "ZA": 1}


def vectors(*numbers):
    """Unit vectors of a dimension that no language's mean is kept for."""
    return np.array(numbers, np.float32) / np.linalg.norm(numbers)


def test_meaning_is_told_by_lead_and_whole_or_by_what_there_is():
    near, far = vectors(1, 0.2), vectors(0, 1)
    both = likeness.sketch(article(1, FLOOD), Vectors(lead=near, whole=near))
    others = [Vectors(lead=near), Vectors(lead=near, whole=far), Vectors(whole=near), Vectors()]
    rarity = likeness.Rarity()
    one = likeness.prepare(both, rarity)
    measured = [likeness.measure(one, likeness.prepare(likeness.sketch(article(2, STRIKE), o), rarity)) for o in others]
    found = [likeness.meaning_of(signals, title=0.0, whole=0.5) for signals in measured]
    assert found[0] == pytest.approx(1, abs=1e-3)
    assert found[1] < 0.8
    assert found[2] == pytest.approx(1, abs=1e-3)
    assert found[3] is None


def test_where_everything_is_near_nearness_says_less():
    near = Vectors(lead=vectors(1, 0.5))
    one, other = (
        likeness.prepare(likeness.sketch(article(n, FLOOD[:60] + STRIKE[: n * 90]), near), likeness.Rarity())
        for n in (1, 2)
    )
    assert likeness.liken(one, other, crowd=0.8).score < likeness.liken(one, other, crowd=0.2).score


def test_the_commonest_terms_outlive_the_limit(monkeypatch):
    monkeypatch.setattr("monitor.likeness.rarity._LIMIT", 60)
    rarity = likeness.Rarity()
    for number in range(40):
        rarity.learn(likeness.sketch(article(number, f"Lenne flood {number}word {number}other {number}third")))
    assert rarity.word("lenne", "en") < rarity.word("5word", "en")

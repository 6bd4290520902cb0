"""Dictionaries both ways: what the library knows, and every word that leads to a lemma."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simplemma.strategies.dictionaries import StreamDictionaryFactory

from monitor.text import dictionaries, fold, forms

LIBRARY = StreamDictionaryFactory()


@pytest.mark.parametrize("name", ["lv", "hi", "sq", "el", "en"])  # small ones, of three scripts
def test_a_dictionary_knows_what_the_library_knows_and_leads_back_to_every_lemma(name):
    theirs, ours = LIBRARY.get_dictionary(name), dictionaries.Dictionary(name)
    words = list(theirs)[::97]
    lemmas = {word: theirs[word] for word in words}
    assert {word: ours.get(word) for word in words} == lemmas
    assert ours.get("qqxqq") is None
    wanted = {fold.strip(fold.lower(lemma)) for lemma in list(lemmas.values())[::2]}
    low = {word.lower(): word for word in words if word in (word.lower(), word.lower().capitalize())}
    led = {small for small, word in low.items() if fold.strip(fold.lower(lemmas[word])) in wanted}
    found = ours.ways(wanted).among(list(low))
    assert led <= found
    assert len(found - led) < 0.05 * len(low) + 5


def test_nothing_leads_to_no_lemma():
    assert not dictionaries.Dictionary("sq").ways([]).among(["shtet"])
    assert forms.ways([], "ru") is None
    assert forms.ways(["haus"], "th") is None


NAMES = ["панцирь", "зеленский", "шойгу", "бучаров", "нашо", "человек", "лёд", "идти", "ядерный", "вагнер"]
ENDINGS = ["", "а", "у", "ом", "е", "ы", "ов", "ами", "ого", "ему", "ими", "ской", "ёв", "ю", "ь", "я", "и"]


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from([*NAMES, "люди", "людей", "шла", "льда", "ледяной"]),
    st.sampled_from(ENDINGS),
    st.integers(0, 2),
    st.sampled_from(["ru", "uk"]),
)
def test_no_russian_or_ukrainian_word_with_a_wanted_lemma_is_left_aside(word, ending, cut, language):
    wanted = frozenset(lemma for name in NAMES for lemma in forms.lemmas(name, language))
    low = word[: len(word) - cut] + ending
    ways = forms.ways(wanted, language)
    assert ways is not None
    if forms.lemmas(low, language) & wanted:
        assert low in ways.among([low, "мост"])

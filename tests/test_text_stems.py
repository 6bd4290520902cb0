"""Stems: one for the forms of a word, pairs of letters where words have no edges, everyday words known as such."""

from monitor.text import stems


def test_forms_of_a_word_share_a_stem():
    assert stems.of("Ministry ministries") == ["minist", "minist"]


def test_unspaced_scripts_give_pairs_of_letters():
    assert stems.of("国防省") == ["国防", "防省"]


def test_everyday_words_are_known_by_language():
    assert stems.share("the", "en") == 1
    assert stems.share("the", "fr") < 0.5
    assert stems.share("pantsi", "en") == 0

"""Names: one skeleton in every script, and only what a text shows as a name."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.text import names


@pytest.mark.parametrize("word", ["Pantsir", "Панцирь", "판치르", "パーンツィリ", "بانتسير", "Panzir"])
def test_one_name_has_one_skeleton_in_every_script(word):
    assert names.skeleton(word) == names.skeleton("Pantsir")


def test_names_are_told_by_capitals_inside_a_sentence():
    text = "Yesterday the ministry in Ottawa praised Marie Tremblay. Critics disagreed."
    assert [text[m.start : m.end] for m in names.find(text, "en")] == ["Ottawa", "Marie", "Tremblay"]


def test_foreign_letters_and_katakana_are_names():
    text = "国防省は29日、クルスク州に送られたとNATOに説明した。"
    assert [text[m.start : m.end] for m in names.find(text, "ja")] == ["クルスク", "NATO"]


@settings(deadline=None)  # the first call reads locale data
@given(st.text(max_size=60))
def test_any_text_is_read(text):
    assert all(text[m.start : m.end] for m in names.find(text, "en"))
    assert all(len(sound) >= 2 for sound in names.sounds(text, "en"))

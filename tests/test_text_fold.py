"""Folding: plainer letters, exact ways back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text import fold

LETTERS = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from(
            "aéßİıŁ\u00ad\u200b\u200c\u200d\ufeff\u0640\u0301\u3099\u1161\u11a8ｱﾞﬁＡС́Сcаoрp- \n'’׳،يیكأةक़ज़ำ각"
        ),
    ),
    max_size=40,
)


@given(LETTERS)
def test_folding_a_folded_text_changes_nothing(text):
    once = fold.fold(text)
    assert fold.fold(once.clean).clean == once.clean
    assert fold.fold(once.bare).bare == once.bare


@given(LETTERS)
def test_every_folded_character_knows_its_place(text):
    folded = fold.fold(text)
    assert len(folded.clean) == len(folded.low) == len(folded.bare) == len(folded.starts) == len(folded.ends)
    for place in range(len(folded.clean)):
        start, end = folded.origin(place, place + 1)
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize(
    ("written", "low"),
    [
        ("Paciﬁc", "pacific"),
        ("Pant\u00adsir", "pantsir"),
        ("\ufeffPan\u2060tsir", "pantsir"),
        ("Ｐａｎｔｓｉｒ－Ｓ１", "pantsir-s1"),
        ("بانتسيـــر", "بانتسير"),
        ("پانتسیر", "پانتسير"),
        ("أون", "اون"),
        ("Пaнциpь", "панцирь"),
        ("МSМТ", "msmt"),
        ("Pant-\n  sir", "pantsir"),
        ("Пан-\nцирь", "панцирь"),
        ("İZMİR", "izmir"),
        ("Straße", "strasse"),
        ("ΟΔΟΣ", "οδοσ"),
        ("ﾊﾟﾘ", "パリ"),
        ("한국", "한국"),
        ("ج׳ונג", "ج'ונג"),
        ("٢٠٢٥", "2025"),
        ("Па\u0301нцирь", "панцирь"),
        ("朝\n鮮", "朝鮮"),
        ("कज़ाख़", "कजाख"),
        ("پیونگ‌یانگ", "پيونگ يانگ"),
    ],
)
def test_what_hides_a_word_from_a_naive_search_is_folded_away(written, low):
    assert fold.fold(written).low == low


def test_marks_are_kept_apart_from_case():
    folded = fold.fold("MŠMT á Ёж Ίμια")
    assert folded.clean == "MŠMT á Ёж Ίμια"
    assert folded.low == "mšmt á ёж ίμια"
    assert folded.bare == "msmt a еж ιμια"


def test_a_word_of_one_alphabet_stays_in_it():
    assert fold.fold("КНДР and DPRK, С-300, Zелёный").clean == "КНДР and DPRK, С-300, Zелёный"


def test_a_hyphen_before_a_capital_is_no_broken_word():
    assert fold.fold("Kim Jong-\nUn").clean.split() == ["Kim", "Jong-", "Un"]

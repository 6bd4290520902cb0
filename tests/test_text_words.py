"""Words, sentences and paragraphs in many scripts."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text import words


def parts(text, language="en"):
    return [text[a:b] for a, b in words.sentences(text, language)]


def spelled(text):
    return [text[t.start : t.end] for t in words.tokens(text)]


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("en", "Gen. Kim said the U.S. Army sent approx. 3.5 tons.", "Nobody saw it."),
        ("en", "“We saw it!” said J. Smith.", "Then he left."),
        ("fr", "M. Dupont a parlé.", "« Personne n’a répondu. »"),
        ("de", "Am 29. Mai kam Dr. Braun.", "Er ging z. B. am 3. Juni."),
        ("cs", "Stalo se to 29. května.", "Nikdo nepřišel."),
        ("ru", "В 2024 г. завод закрыли.", "Рабочих уволили."),
        ("zh", "朝鲜否认了。", "军队到了。"),
        ("ja", "「行きます。」と彼は言った。", "誰も来なかった。"),
        ("hi", "यह सच है।", "वह गया।"),
        ("ar", "هل وصلوا؟", "لا أحد يعرف."),
        ("ur", "یہ سچ ہے۔", "وہ چلا گیا۔"),
        ("hy", "Նա գնաց։", "Ոչ ոք չեկավ։"),
        ("am", "ወደ ቤት ሄደ።", "ማንም አልመጣም።"),
        ("ko", "그는 떠났다.", "아무도 오지 않았다."),
    ],
)
def test_a_sentence_ends_where_a_reader_ends_it(language, first, second):
    gap = "" if language in ("zh", "ja") else " "
    found = parts(first + gap + second, language)
    assert "".join(found).replace(" ", "") == (first + second).replace(" ", "")
    assert second in found or found[-1] == second[-len(found[-1]) :]
    assert found[0] == first or language == "ja"


def test_a_line_break_ends_a_sentence_unless_the_next_line_goes_on():
    assert parts("A title\nA text. More") == ["A title", "A text.", "More"]
    assert parts("the order was signed by Kim Jong\nun on Tuesday") == [
        "the order was signed by Kim Jong\nun on Tuesday"
    ]


def test_paragraphs_are_lines_that_hold_something():
    text = "  one \n\n two\r\n"
    assert [text[a:b] for a, b in words.paragraphs(text)] == ["one", "two"]


@given(st.text(max_size=200))
def test_sentences_lose_no_letter_and_never_overlap(text):
    spans = words.sentences(text, "en")
    assert all(a < b for a, b in spans)
    assert all(spans[i][1] <= spans[i + 1][0] for i in range(len(spans) - 1))
    kept = "".join(text[a:b] for a, b in spans)
    assert "".join(kept.split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Kim Jong-un’s S1", ["Kim", "Jong", "un", "s", "S1"]),
        ("MSMTの報告書は", ["MSMT", "の", "報告書", "は"]),
        ("PantsirS1 판치르가", ["PantsirS1", "판치르가"]),
        ("उत्तर कोरिया", ["उत्तर", "कोरिया"]),
        ("北朝鮮へ11000人", ["北朝鮮", "へ", "11000", "人"]),
        ("KIDA는 200억", ["KIDA", "는", "200", "억"]),
    ],
)
def test_words_part_where_scripts_change(text, tokens):
    assert spelled(text) == tokens


@given(st.text(max_size=80))
def test_tokens_come_in_order_and_hold_every_letter(text):
    found = words.tokens(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    covered = {i for t in found for i in range(t.start, t.end)}
    assert all(i in covered for i, c in enumerate(text) if c.isalnum())

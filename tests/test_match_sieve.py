"""The cheap refusals of matching: they let nothing go by that the full answer would find."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import match
from monitor.match.index import Entry, Index
from monitor.match.sieve import Doubt
from monitor.text import sounds, words
from monitor.values import Article, Name, Spelling, Term, Watchlist

NAMES = [
    "Pantsir", "Gazprom", "Kim Jong Un", "IAEA", "München", "Филиппины", "Панцирь", "الجيش", "غزة", "حماس", "판치르",
    "북한", "Diyarbakır", "Helsinki", "Ρωσία", "ישראל", "troops", "Soldat", "ракета", "Boris Johnson", "Putin", "बम",
]  # fmt: skip
ENTRIES = [
    *(Entry(name, rule) for name in NAMES for rule in (Spelling.FORMS, Spelling.LOOSE)),
    Entry("UNESCO", Spelling.EXACT),
    Entry("австралийск", stem=True),
]
INDEX = Index(ENTRIES)
LANGUAGES = ["en", "de", "ru", "uk", "fi", "hu", "tr", "ar", "he", "ko", "pl", "el", "hi", "und"]
EDGES = [
    "",
    "a",
    "s",
    "lla",
    "mal",
    "nek",
    "ом",
    "а",
    "ской",
    "ий",
    "و",
    "وال",
    "لل",
    "ها",
    "는",
    "에서",
    "군",
    "'da",
    "in",
    "ος",
    "7",
    "S1",
]

unhurried = settings(deadline=None, max_examples=400)  # a dictionary opens at the first word of its language


@st.composite
def near_words(draw):
    """A word of a name, changed as languages, writers and typing slips change one."""
    word = draw(st.sampled_from([part for name in NAMES for part in name.split()]))
    cut = draw(st.integers(0, 2))
    word = draw(st.sampled_from(EDGES)) + word[: len(word) - cut] + draw(st.sampled_from(EDGES))
    place = draw(st.integers(0, len(word)))
    word = draw(st.sampled_from([word, word[:place] + word[place + 1 :], word.lower(), word.upper(), word.title()]))
    return draw(st.sampled_from([word, word.replace("a", "á"), word.replace("'", "")]))


@unhurried
@given(near_words(), st.sampled_from(LANGUAGES))
def test_a_word_that_may_be_an_entrys_is_never_let_go_by(word, language):
    for run in words.apart(word)[1::2]:
        held = INDEX._sieve.doubtful([run, "xq"], language)
        full = INDEX._judged(run, language, Doubt.LETTERS | Doubt.SOUND)
        kept = INDEX._judged(run, language, held[run]) if run in held else ()
        assert [one for _, one in kept if one] == [one for _, one in full if one]


SOUNDED = st.text(st.sampled_from("aeiouhwrlsSzckgtdpbfvmnj"), max_size=9)


@settings(max_examples=400)
@given(SOUNDED, SOUNDED, st.sampled_from(list(words.Script)))
def test_no_two_words_sound_more_alike_than_their_consonants(one, other, script):
    by = sounds.ear(script)
    weights = by.costs.weights
    total = max(sum(weights[a] for a in one), sum(weights[b] for b in other))
    if total:
        apart = sounds.frames_apart(sounds.frame(one), sounds.frame(other), by)
        assert sounds.alike(one, other, by) <= 1 - apart / total + 1e-9


@settings(max_examples=400)
@given(SOUNDED, SOUNDED, SOUNDED, st.sampled_from(list(words.Script)))
def test_what_two_words_share_at_their_edges_changes_no_likeness(one, other, edge, script):
    by = sounds.ear(script)
    for a, b in ((edge + one, edge + other), (one + edge, other + edge), (edge + one + edge, edge + other + edge)):
        assert sounds.alike(a, b, by) == pytest.approx(plain_likeness(a, b, by))


def plain_likeness(one, other, by):
    """The definition, cell by cell."""
    single, change, weights, _ = by.costs
    cells = {(0, 0): 0.0}
    for i in range(len(one) + 1):
        for j in range(len(other) + 1):
            ways = []
            if i:
                ways.append(cells[i - 1, j] + single[one[i - 1]])
            if j:
                ways.append(cells[i, j - 1] + single[other[j - 1]])
            if i and j:
                ways.append(cells[i - 1, j - 1] + change[one[i - 1]][other[j - 1]])
            cells[i, j] = min(ways, default=0.0)
    total = max(sum(weights[a] for a in one), sum(weights[b] for b in other))
    return max(0.0, 1 - cells[len(one), len(other)] / total) if total else 0.0


@pytest.mark.parametrize(
    "spelling",
    ["P" + "antsirov" * 1_250, " ".join(f"Name{n}" for n in range(1_250)), "朝鮮半島" * 2_500],
    ids=["one word", "many words", "unspaced"],
)
@pytest.mark.parametrize("rule", [Spelling.FORMS, Spelling.LOOSE])
def test_a_term_of_ten_thousand_characters_costs_its_length_and_is_found(spelling, rule):
    started = time.process_time()
    matcher = match.compile_all([Watchlist("w", "W", (Term("long", (Name(spelling),), spelling=rule),))])
    hits = matcher.find(Article("a", "", f"Before {spelling} after. {spelling[:-9]}", language="en"))
    assert [hit.found for hit in hits] == [spelling]
    assert time.process_time() - started < 2


def test_a_score_is_told_in_a_word():
    said = [match.meaning(score) for score in (1.0, 0.97, 0.94, 0.8, 0.75)]
    assert said == ["exact", "other marks", "a form", "by sound", "a slip"]

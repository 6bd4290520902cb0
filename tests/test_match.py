"""Matching: every case file, and the laws that hold for all texts."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein
from ruamel.yaml import YAML

from monitor import match, watchlist
from monitor.match import hearing
from monitor.text import sounds, words
from monitor.values import Article, Field

CASES = sorted((Path(__file__).parent / "cases" / "match").glob("*.yaml"))


def matcher(*terms, name="w", **more):
    """A matcher over one watchlist of these terms, written as an operator writes them."""
    return match.compile_all([compiled(*terms, name=name, **more)])


def compiled(*terms, name="w", **more):
    lines = ["terms:", *("  - " + json.dumps(t, ensure_ascii=False) for t in terms)]
    lines += [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in more.items()]
    return watchlist.read("\n".join(lines), file=f"{name}.yaml")


def article(text, language="en", title=""):
    return Article(id="a", title=title, text=text, language=language)


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_case(path):
    """A case says which words of its text are found for which terms, and which terms stay quiet."""
    case = YAML(typ="safe").load(path)
    read = article(case["text"], case["language"], case.get("title", ""))
    hits = matcher(*case["terms"], **({"not": case["not"]} if "not" in case else {})).find(read)
    for term, found in case.get("find", {}).items():
        places = [hit.found for hit in hits if hit.term == term]
        assert any(found in place for place in places), f"{term}: {found!r} expected, found {places}"
    for term in case.get("quiet", []):
        assert not [hit for hit in hits if hit.term == term]


unhurried = settings(deadline=None, max_examples=60)  # a dictionary opens at the first text of its language
WORDS = st.sampled_from(
    [
        "Pantsir", "Панциря", "пан\u00adцирь", "Kim", "Jong-un", "Jong", "Un,", "北朝鮮", "KIDA", "KIDAn", ".", "\n",
        "İzmir",
        "Paciﬁc", "Forum", "Diyarbakır’da", "판치르가", "الجيش", "troops", "Pantisr",
    ]
)  # fmt: skip
TEXTS = st.lists(WORDS, max_size=12).map(" ".join)
TERMS = [
    "Pantsir", "Панцирь", "Kim Jong Un", "KIDA", "Pacific Forum", "Diyarbakir", "판치르",
    {"name": "North Korea", "country": "KP"}, {"name": "Kims", "also": ["Kim"], "spelling": "loose"},
    {"name": "both", "all": [["troops"], [{"country": "KP"}]], "within": "5 words"},
]  # fmt: skip
ALL_TERMS = matcher(*TERMS)
REVERSED = matcher(*reversed(TERMS))
FEWER = matcher(*(t for t in TERMS if t != "Kim Jong Un"))


@unhurried
@given(TEXTS, TEXTS, st.sampled_from(["en", "ru", "fi", "tr", "ko", "und"]))
def test_every_hit_is_exactly_where_it_says(title, text, language):
    read = article(text, language, title)
    for hit in ALL_TERMS.find(read):
        field = read.title if hit.where is Field.TITLE else read.text
        assert hit.start < hit.end
        assert field[hit.start : hit.end] == hit.found
        assert 0 < hit.score <= 1
        assert hit.how


@unhurried
@given(TEXTS, st.sampled_from(["en", "ru", "und"]))
def test_the_order_of_terms_does_not_matter(text, language):
    read = article(text, language)
    assert sorted(ALL_TERMS.find(read), key=repr) == sorted(REVERSED.find(read), key=repr)


@unhurried
@given(TEXTS)
def test_a_new_term_takes_no_hit_from_another_but_one_inside_a_longer_name(text):
    read = article(text)
    everything = set(ALL_TERMS.find(read))
    longer = [h for h in everything if h.term == "Kim Jong Un"]
    for hit in FEWER.find(read):
        inside = any(one.start <= hit.start and hit.end <= one.end for one in longer)
        assert hit in everything or inside


@unhurried
@given(TEXTS)
def test_watchlists_do_not_change_each_other(text):
    read = article(text)
    one, other = compiled("Kim Jong Un", name="one"), compiled(*TERMS[3:], name="other", **{"not": ["الجيش"]})
    both = match.compile_all([one, other]).find(read)
    assert [h for h in both if h.watchlist == "one"] == list(match.compile_all([one]).find(read))
    assert [h for h in both if h.watchlist == "other"] == list(match.compile_all([other]).find(read))


@unhurried
@given(st.lists(TEXTS, min_size=2, max_size=5), st.sampled_from(["en", "ru", "ko"]), st.integers(0, 6))
def test_what_was_read_before_changes_no_result(texts, language, remembered):
    forgetful = matcher(*TERMS)
    forgetful._index._memory.most = remembered  # forgets after so many words
    for text in texts:
        read = article(text, language)
        assert forgetful.find(read) == matcher(*TERMS).find(read) == ALL_TERMS.find(read)


@unhurried
@given(st.sampled_from(["Pantsir", "Kim Jong Un", "Kursk", "Khmeimim", "Wagner"]), st.data())
def test_a_name_that_sounds_enough_alike_is_never_left_out_by_its_outline(name, data):
    low = name.replace(" ", "").lower()
    place = data.draw(st.integers(0, len(low) - 1))
    other = low[:place] + data.draw(st.sampled_from(["", *"aeiouhwrlsSzckgtdpbfvmn"])) + low[place + 1 :]
    for script in words.Script:
        by = sounds.ear(script)
        for least in (hearing.ALONE, hearing.ALONE_SMALL, hearing.SHORT):
            alike = sounds.alike(low, other, by, least)
            assert alike in (0.0, sounds.alike(low, other, by))
            if alike >= least:
                breathing = sounds.breathes(low) or sounds.breathes(other)
                edits = sounds.most_edits(sounds.heaviness(other, by), least, breathing=breathing)
                assert Levenshtein.distance(sounds.outline(low), sounds.outline(other)) <= edits


@pytest.mark.parametrize(
    "text",
    [
        "Pantsir troops Korea Kursk. " * 4_000,
        "朝鮮半島" * 100_000,
        "a" * 300_000,
        "Пан\u0301цирь-\n" * 30_000,
        "пантсир " * 40_000,
        "Pantsir " + "пишите a@b.org " * 20_000,
    ],
    ids=["hits", "unspaced", "one word", "marks and breaks", "words", "addresses"],
)
def test_a_monstrous_article_costs_no_more_than_its_length(text):
    terms = ["Pantsir", {"name": "both", "all": [["troops"], ["Kursk"], ["Korea"]], "within": "9 words"}]
    together = {"name": "near", "all": [["Pantsir"], ["Kursk"]], "within": "paragraph"}
    slow = matcher(*terms, together, {"name": "Kurs", "spelling": "loose", "also": ["Korean"]})
    seconds = []
    for length in (len(text) // 4, len(text)):
        start = time.process_time()
        slow.find(article(text[:length], "ru"))
        seconds.append(time.process_time() - start)
    assert seconds[1] < 10 * seconds[0] + 1  # four times as long: quadratic would be sixteen


def test_a_hit_says_the_rule_in_plain_words():
    hit = matcher({"name": "Pantsir", "also": ["Панцирь"], "near": ["ракета"]}).find(
        article("Ракета и «Панциря» нет", "ru")
    )[0]
    assert hit.how == "Панциря: inflected form of Панцирь, a spelling of Pantsir; near it: Ракета"


def test_all_rows_must_stand_within_reach():
    term = {"name": "t", "all": [["troops"], ["Kursk"]]}
    text = "The troops left.\nKursk was quiet. The troops of Kursk stayed."
    found = {
        w: [h.found for h in matcher({**term, "within": w}).find(article(text))]
        for w in ("sentence", "paragraph", "3 words")
    }
    assert found["sentence"] == ["troops of Kursk"]
    assert found["paragraph"] == ["troops of Kursk"]
    assert found["3 words"] == ["troops left.\nKursk", "troops of Kursk"]
    assert matcher({**term, "within": "article"}).find(article("Kursk", title="The troops"))[0].where is Field.TITLE


def test_a_term_for_some_languages_is_quiet_in_others():
    term = {"name": "Wagner", "languages": ["de"]}
    assert matcher(term).find(article("Wagner kam.", "de"))
    assert not matcher(term).find(article("Wagner came.", "en"))


def test_a_watchlists_not_silences_all_its_terms():
    assert not matcher("Wagner", **{"not": ["opera"]}).find(article("Wagner wrote an opera."))

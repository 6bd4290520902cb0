"""Search over what is kept: every script, words and phrases, and nothing typed is syntax."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.store import Store
from monitor.store.archive import Kept
from monitor.store.search import Sought
from monitor.text import searching
from monitor.values import Article, Field, Hit, News

NOW = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)
KEPT = {
    "ko": ("북한이 러시아에 병력을 보냈다", "ko"),
    "ja": ("北朝鮮の部隊が移動した", "ja"),
    "zh": ("朝鲜士兵抢修堤坝", "zh"),
    "th": ("กองทัพเกาหลีเหนือ", "th"),
    "ru": ("Панцирь сгорел в порту", "ru"),
    "fr": ("Un système livré à la Corée du Nord", "fr"),
    "hi": ("उत्तर कोरिया के सैनिक", "hi"),
    "ar": ("كوريا الشمالية ترسل جنودا", "ar"),
    "en": ("North Korea sent troops; the Kremlin denies it", "en"),
    "el": ("Η Βόρεια Κορέα", "el"),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('search')}/monitor.db")
    for number, (name, (title, language)) in enumerate(KEPT.items()):
        article = Article(name, title, f"{title}.", None, language, NOW, f"Source {name}")
        hits = (Hit("arms", "x", title[:2], Field.TITLE, 0, 2, "as written", 1.0),) if name == "en" else ()
        store.archive.keep(Kept(article, NOW - timedelta(days=20 - number), hits), {})
    yield store
    store.close()


def found(store, words, **filters):
    return {each.id for each in store.search.find(Sought(words, **filters), 0, 50)}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("북한", {"ko"}),  # two letters, before a particle
        ("러시아", {"ko"}),
        ("北朝鮮", {"ja"}),
        ("朝鲜", {"zh"}),
        ("朝", {"ja", "zh"}),  # one letter, anywhere but at the end of a run
        ("เกาหลี", {"th"}),
        ("панцирь", {"ru"}),
        ("КОРЕЯ", set()),
        ("coree", {"fr"}),  # without its mark
        ("LIVRÉ systeme", {"fr"}),
        ("सैनिक", {"hi"}),
        ("الشمالية", {"ar"}),
        ("Βορεια", {"el"}),
        ("north korea", {"en"}),
        ("korea north", {"en"}),
        ('"korea north"', set()),
        ('"North Korea"', {"en"}),
        ("kor*", {"en"}),
        ("kor", set()),
        ("korea -kremlin", set()),
        ("-kremlin", set()),
        ("", set()),
        ('"', set()),
        ("***", set()),
        ("source", set()),
    ],
)
def test_what_is_asked_for_in_any_script_is_found(store, words, expected):
    assert found(store, words) == expected


@given(st.text(max_size=60))
def test_nothing_that_is_typed_is_an_error(store, words):
    assert found(store, words) <= set(KEPT)


@given(st.sampled_from(sorted(KEPT)), st.data())
def test_any_piece_of_an_unparted_script_is_found(store, name, data):
    title = KEPT[name][0]
    word = data.draw(st.sampled_from(title.split()))
    assert name in found(store, word)


def test_filters_choose_among_what_was_found(store):
    assert found(store, "korea", language="en", watchlist="arms", source="Source en") == {"en"}
    assert found(store, "korea", watchlist="ports") == set()
    assert found(store, "korea", since=NOW) == set()


def test_the_newest_comes_first(store):
    assert [each.id for each in store.search.find(Sought("朝"), 0, 9)] == ["zh", "ja"]


def test_what_is_forgotten_is_found_no_more(tmp_path):
    store = Store(f"sqlite:///{tmp_path}/monitor.db")
    for name, days in (("old", 40), ("young", 1)):
        store.archive.keep(Kept(Article(name, "A ship", "A ship.", None, "en"), NOW - timedelta(days=days)), {})
    assert store.archive.forget(NOW, 30) == 1
    assert found(store, "ship") == {"young"}
    assert store.search.find(Sought("ship"), 0, 9)[0].news == News.NONE
    store.close()


def test_articles_that_were_kept_before_there_was_an_index_are_found_too(tmp_path):
    store = Store(f"sqlite:///{tmp_path}/monitor.db")
    store.archive.keep(Kept(Article("a", "A ship", "", None, "en"), NOW), {})
    with store.session() as session:
        session.connection().exec_driver_sql("DROP TABLE article_words")
    store.close()
    again = Store(f"sqlite:///{tmp_path}/monitor.db")
    assert found(again, "ship") == {"a"}
    again.close()


def test_a_question_has_a_bounded_number_of_words():
    assert searching.question("word " * 1000).count("AND") == searching.MOST_WORDS - 1


def test_the_excerpt_shows_what_was_asked_for_first():
    assert [searching.plain(asked) for asked in ("-no kor* x", '"North Korea" x', "", "-no")] == [
        "kor", "North Korea", "", "",
    ]  # fmt: skip

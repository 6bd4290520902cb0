"""Novelty: what a story already has is no news, and what is new is named with its sentence."""

import pytest
from test_likeness import FLOOD, article
from test_story import REWRITE

from monitor import likeness, novelty, story
from monitor.values import Article, FactKind, News, Origin

UPDATE = (
    "Four people drowned in the Altena flood, police said on Thursday. The bodies were found near the Lenne bridge. "
    "Mayor Karin Voss had called it the worst flood since 1965; 340 people were brought out of their houses by boat."
)


def judged(articles):
    memory, verdicts = story.Memory(), []
    for each in articles:
        sketch, facts = likeness.sketch(each), novelty.facts(each)
        placement = story.place(sketch, memory)
        verdicts.append(novelty.judge(each, facts, placement, memory.members(placement.story)))
        memory.add(story.Member(sketch, facts), placement.story)
    return verdicts


def test_facts_carry_their_sentence_and_place():
    flood = article(1, FLOOD, "Flood in Altena")
    for fact in novelty.facts(flood):
        text = flood.title if fact.where == "title" else flood.text
        assert text[fact.start : fact.end] == fact.shown
        assert fact.shown in fact.sentence


def test_a_number_is_a_fact_with_a_key_that_every_language_shares():
    french = article(1, "Environ 340 personnes ont été évacuées.", language="fr")
    english = article(2, "Some 340 people were moved.")
    assert {f.key for f in novelty.facts(french)} & {f.key for f in novelty.facts(english)} == {"number:340"}


def test_a_denial_is_a_fact():
    kinds = {f.kind for f in novelty.facts(article(1, "The mayor denied the report."))}
    assert FactKind.DENIAL in kinds


def test_the_first_is_a_story_the_same_text_a_copy_and_other_words_a_repeat():
    verdicts = judged([article(1, FLOOD), article(2, f"Home.\n{FLOOD}"), article(3, REWRITE)])
    assert [v.news for v in verdicts] == [News.STORY, News.COPY, News.REPEAT]


def test_a_new_fact_is_a_development_and_is_quoted():
    verdict = judged([article(1, FLOOD, "Flood in Altena"), article(2, UPDATE, "Four die in Altena flood")])[-1]
    assert verdict.news is News.DEVELOPMENT
    assert any("drowned" in novel.sentence for novel in verdict.new)


@pytest.mark.parametrize(
    ("language", "text", "outlet"),
    [
        ("fr", "D’après un article de Nora Brandt publié dans Newsweek le 3 mars 2031.", "Newsweek"),
        ("en", "The talks failed, two diplomats said, citing Yonhap.", "Yonhap"),
        ("ru", "Переговоры сорвались, сообщает со ссылкой на агентство Интерфакс.", "Интерфакс"),
        ("ko", "연합뉴스에 따르면 회담이 결렬됐다.", "연합뉴스"),
        ("ja", "共同通信によると、会談は決裂した。", "共同通信"),
        ("de", "Das Treffen platzte, berichtet die Lenne-Zeitung.", "Lenne-Zeitung"),
    ],
)
def test_the_origin_of_a_retelling_is_read(language, text, outlet):
    assert novelty.origin(article(1, text, language=language)).outlet == outlet


def test_an_origin_has_its_author_and_day():
    text = "D'après un article de Nora Brandt publié dans Newsweek le 3 mars 2031."
    assert novelty.origin(article(1, text, language="fr")) == Origin("Newsweek", "Nora Brandt", "2031-03-03")


def test_a_ministry_that_is_quoted_is_no_origin():
    assert novelty.origin(article(1, "The ministry in Ottawa reported three deaths, citing police.")) is None


def test_the_outlet_that_an_article_cites_is_a_fact_with_the_sentence_that_cites_it():
    text = "D'après un article de Ann Dove publié dans Harbor Weekly le 29 mai 2025, le port est fermé. Il pleut."
    (source,) = [f for f in novelty.facts(Article("a", "", text, language="fr")) if f.kind is FactKind.SOURCE]
    assert (source.shown, source.key) == ("Harbor Weekly", "source:harbor weekly")
    assert source.sentence.startswith("D'après")
    assert text[source.start : source.end] == source.shown

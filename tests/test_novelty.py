"""Novelty: what a story already has is no news, and what is new is named with its sentence."""

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from test_likeness import FLOOD, article
from test_story import REWRITE

from monitor import likeness, novelty, story
from monitor.likeness import Member
from monitor.values import Article, Change, FactKind, News, Origin, Placement, Placing

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
    english = article(2, "Some 340 people were evacuated.")
    assert "number:340:evacuated" in {f.key for f in novelty.facts(french)} & {f.key for f in novelty.facts(english)}


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
        ("fr", "Les pourparlers ont échoué, selon le quotidien Le Courrier.", "Le Courrier"),
        ("ru", "Переговоры сорвались, как пишет газета Вестник.", "Вестник"),
        ("fa", "به گزارش رویترز، گفتگوها شکست خورد.", "رویترز"),
        ("tr", "Yonhap ajansına göre görüşmeler koptu.", "Yonhap"),
        ("zh", "据路透社报道，会谈破裂。", "路透社"),
        ("uk", "Переговори зірвано, посилаючись на Інтерфакс.", "Інтерфакс"),
    ],
)
def test_the_origin_of_a_retelling_is_read(language, text, outlet):
    assert novelty.origin(article(1, text, language=language)).outlet == outlet


RETOLD = YAML(typ="safe").load(Path(__file__).parent / "cases/origins/open.yaml")


@pytest.mark.parametrize("case", RETOLD, ids=lambda case: f"{case['language']}: {case['outlet']}")
def test_an_origin_is_read_in_every_language_as_its_case_says(case, request):
    if "not_yet" in case:
        request.applymarker(pytest.mark.xfail(reason=case["not_yet"], strict=True))
    found = novelty.origin(article(1, case["text"], language=case["language"]))
    assert (found.outlet if found else "none") == case["outlet"]
    if "author" in case:
        assert (found.author, found.date) == (case["author"], case["day"])


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


# --- cases that anyone may add to: tests/cases/novelty/*.yaml ----------------------------------------------------

CASES = {
    f"{path.stem}: {case['name']}": case
    for path in sorted((Path(__file__).parent / "cases/novelty").glob("*.yaml"))
    for case in YAML(typ="safe").load(path)
}
SAME_STORY = Placement("story", Placing.SAME_STORY, "0", 0.9, sure=True, why="", alike=0.55)
"""As near in meaning as two reports of one story in two languages usually are."""


def told(number, said):
    language, text = next((key, text) for key, text in said.items() if key not in ("outlet", "day"))
    when = datetime(2031, 3, said.get("day", 4), tzinfo=UTC)
    return Article(str(number), "", text, language=language, source=said.get("outlet"), published=when)


def verdict_of(now, *known):
    articles = [told(number, said) for number, said in enumerate(known)]
    members = [Member(likeness.sketch(each), novelty.facts(each), novelty.origin(each)) for each in articles]
    article = told("now", now)
    return novelty.judge(article, novelty.facts(article), SAME_STORY, members)


@pytest.mark.parametrize("name", CASES)
def test_an_article_brings_what_its_case_says(name, request):
    case = CASES[name]
    if "not_yet" in case:
        request.applymarker(pytest.mark.xfail(reason=case["not_yet"], strict=True))
    verdict = verdict_of(case["now"], *case["known"])
    assert verdict.news == case["news"], verdict.why
    if verdict.news is News.DEVELOPMENT:
        assert case["change"] in {novel.change for novel in verdict.new}
        assert any(case["names"] in novel.sentence + novel.text for novel in verdict.new)


def test_the_figure_that_is_replaced_stands_beside_the_new_one_with_its_outlet():
    known = {"en": "Some 4,200 soldiers stand at the border, the ministry said.", "outlet": "Harbor Weekly"}
    (novel,) = verdict_of({"de": "An der Grenze stehen jetzt 6.800 Soldaten."}, known).new
    assert (novel.change, novel.before) == (Change.CHANGED, "4,200 soldiers stand (Harbor Weekly)")


@pytest.mark.parametrize(
    "now",
    [
        {"en": "The takeover will cost 3,000 jobs and not 1,850, the union says."},
        {"fr": "Le rachat supprimera 3 000 emplois, et non 1 850, selon le syndicat."},
        {"ja": "組合は、削減されるのは1850人ではなく3000人だと主張している。"},
        {"ru": "По данным профсоюза, сократят 3000 рабочих мест, а не 1850."},
    ],
)
def test_a_figure_that_says_that_another_is_wrong_contradicts_it_with_both_sources(now):
    known = {"de": "Nach der Übernahme sollen 1.850 Arbeitsplätze wegfallen.", "outlet": "Rheinkurier"}
    (novel,) = verdict_of(now, known).new
    assert (novel.change, novel.before) == (Change.DENIED, "1.850 Arbeitsplätze wegfallen (Rheinkurier)")


def test_a_number_that_counts_something_is_no_year():
    found = novelty.facts(article(1, "1900人が避難した。2031年の冬だった。", language="ja"))
    assert [f.key for f in found if f.kind in (FactKind.NUMBER, FactKind.DATE)] == [
        "number:1900:evacuated",
        "date:2031",
    ]


def test_a_report_that_opens_with_a_later_day_is_news_and_one_that_does_not_is_none():
    known = {"en": "The ferry ran aground off Lissa on Monday, the coast guard said.", "day": 3}
    assert (
        verdict_of({"en": "The ferry that ran aground off Lissa was freed on Tuesday."}, known).news is News.DEVELOPMENT
    )
    assert verdict_of({"de": "Vor Lissa lief am Montag eine Fähre auf Grund."}, known).news is News.REPEAT


def test_who_retells_an_outlet_of_the_story_needs_more_news():
    known = {"en": "The ferry ran aground off Lissa, the coast guard said.", "outlet": "harborweekly.example"}
    own = {"en": "The ferry off Lissa has been abandoned by its crew."}
    retold = {"en": "The ferry off Lissa has been abandoned by its crew, Harbor Weekly reported."}
    assert verdict_of(own, known).news is News.DEVELOPMENT
    assert verdict_of(retold, known).news is News.REPEAT


def test_a_rough_number_is_no_news_where_the_story_has_the_exact_one():
    known = {"en": "The bank pays 4.2 billion euros."}
    for now in (
        {"sv": "Banken betalar drygt fyra miljarder euro."},
        {"fr": "La banque paie plus de 4 milliards d'euros."},
    ):
        assert verdict_of(now, known).news is News.REPEAT


def test_a_denial_stands_beside_the_figure_that_it_denies():
    known = {"en": "The bank lost 4.8 billion dollars, an agency reported.", "outlet": "Harbor Weekly"}
    (novel,) = verdict_of({"uk": "Банк заперечив, що втратив 4,8 мільярда доларів."}, known).new
    assert (novel.change, novel.before) == (Change.DENIED, "4.8 billion dollars (Harbor Weekly)")


def test_what_is_not_confirmed_is_no_confirmation():
    known = {"en": "The queen is ill, a paper wrote.", "outlet": "Le Phare"}
    for now in (
        {"en": "The report that the queen is ill could not be confirmed."},
        {"ko": "왕비가 아프다는 보도는 확인되지 않았다."},
    ):
        assert verdict_of(now, known).news is News.REPEAT


def test_a_change_of_state_far_down_in_a_report_is_background():
    known = {"en": "The ferry lies in the harbour. Its owner is waiting for a pilot. The crew sleeps on board."}
    now = {"en": f"{known['en']} A man was arrested in another matter."}
    assert verdict_of(now, known).news is News.REPEAT


def test_an_old_text_that_is_published_again_says_how_old_it_is():
    old, again = article(1, FLOOD, when="2031-03-04"), article(2, f"From our pages. {FLOOD}", when="2031-05-13")
    verdict = judged([old, again])[-1]
    assert (verdict.news, verdict.why) == (News.COPY, "the same text again, 70 days after 2031-03-04")


def test_a_wire_copy_of_the_same_day_says_nothing_of_its_age():
    assert judged([article(1, FLOOD), article(2, f"Home.\n{FLOOD}")])[-1].why == "the same text again"


def test_what_may_tell_another_story_is_told_though_it_brings_nothing_new():
    known = told(1, {"en": "Forty homes in Altena were flooded."})
    again = told(2, {"en": "In Altena forty homes were flooded."})
    facts = novelty.facts(again)
    members = [Member(likeness.sketch(known), novelty.facts(known))]
    sure = novelty.judge(again, facts, SAME_STORY, members)
    unsure = novelty.judge(again, facts, dataclasses.replace(SAME_STORY, sure=False), members)
    assert (sure.news, unsure.news, unsure.new) == (News.REPEAT, News.DEVELOPMENT, ())
    assert "may tell another story" in unsure.why

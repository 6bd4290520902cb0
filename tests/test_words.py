"""A person's word on stories: it is kept, later placements obey it, nobody is told twice, and it can be taken back."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from newsroom import ANN, DAY, HOUR, MINUTE, NOW
from storyroom import Service, Storyroom
from test_likeness import FLOOD, STRIKE

from monitor.cli import stories as cli
from monitor.cli import story_of, telling
from monitor.errors import InputError
from monitor.pipeline.balancing import KNOWN, WITHDRAWN
from monitor.store import Store
from monitor.store.archive import Kept
from monitor.values import Article, News, Placement, Placing, Verdict, WordKind

REWRITE = (
    "After two days of rain the Lenne flooded parts of Altena on Tuesday night. Boats carried 340 people from their "
    "houses, firefighters said, and three bridges were closed. Mayor Karin Voss called it the worst flood since 1965."
)
GERMAN = "Land unter im Sauerland: Der Fluss ist über die Ufer getreten, Feuerwehrleute holten Anwohner heraus."
"""Nothing in it is new, and nothing in it says to the machine that it is the same."""
RESCUE = (
    "Soldiers joined the rescue in the valley. A dam above the town may not hold, engineers warned, and 2,100 "
    "residents were told to leave. The army sent forty trucks."
)
TOLL = (
    "The flood in Altena has cost lives: two people drowned in their cellar, police said on Wednesday. The river Lenne "
    "is falling. 340 people are still in shelters, mayor Karin Voss said. Damage is put at 30 million euros."
)
BUSES = (
    "Bus drivers in Valdavia walked out on Monday over night shifts, the union of Valdavia said. Some 60,000 commuters "
    "had to find another way to work, and 140 schools stayed closed."
)
ED = "ed"


@pytest.fixture
def room(tmp_path):
    opened = Storyroom(tmp_path)
    yield opened
    opened.store.close()


# --- merge ---------------------------------------------------------------------------------------------------------


def test_what_brings_nothing_to_the_joined_story_is_withdrawn_and_told_to_nobody(room):
    ann = room.follows(arms="daily 07:30")
    flood, german = room.comes("flood", FLOOD), room.comes("german", GERMAN)
    assert flood != german
    room.stories.merge(flood, german, ED, NOW)
    assert room.story_of("german") == flood
    assert room.news_of("german") == "repeat"
    room.tells(NOW + DAY)
    assert room.told(ann) == ["flood"]
    assert room.at_rest()
    assert room.auditor.draw(NOW + DAY).held[WITHDRAWN] == 1
    assert room.uneven(NOW + DAY) == []


def test_real_news_of_the_other_story_is_told_as_a_development_of_the_known_one(room):
    ann = room.follows(arms="at once")
    flood = room.comes("flood", FLOOD)
    room.tells()
    rescue = room.comes("rescue", RESCUE, seen=NOW + HOUR)
    room.stories.merge(flood, rescue, ED, NOW + HOUR)
    _, letter = room.look(NOW + HOUR)
    (story,) = letter.stories
    assert story.told_before
    assert [each.news.value for each in story.developments] == ["development"]
    assert "rescue" in story.developments[0].new[0].sentence
    room.tells(NOW + HOUR)
    assert room.told(ann) == ["flood", "rescue"]


def test_who_was_told_of_one_story_is_not_told_the_same_of_the_other_whichever_came_first(room):
    ann = room.follows(arms="weekly monday 08:00", gas="at once")
    flood = room.comes("flood", FLOOD, watchlists=("arms",))
    german = room.comes("german", REWRITE.replace("Altena", "Plettenberg"), watchlists=("gas",))
    if flood == german:
        german = room.stories.split(flood, ["german"], ED, NOW).other
    room.tells()
    assert room.told(ann) == ["german"]
    room.stories.merge(flood, german, ED, NOW)
    room.tells(NOW + 8 * DAY)
    assert room.told(ann) == ["german"]
    assert room.at_rest()
    assert room.auditor.draw(NOW + DAY).held.get(KNOWN, 0) == 1


def test_followers_of_another_watchlist_are_told_of_the_joined_story_once(room):
    bob = room.follows("bob@example.org", gas="daily 07:30")
    ann = room.follows(arms="daily 07:30")
    both = room.follows("both@example.org", arms="daily 07:30", gas="daily 07:30")
    flood, german = room.comes("flood", FLOOD), room.comes("german", GERMAN, watchlists=("gas",))
    room.stories.merge(flood, german, ED, NOW)
    room.tells(NOW + DAY)
    assert (room.told(bob), room.told(ann), room.told(both)) == (["german"], ["flood"], ["flood"])
    assert room.uneven(NOW + DAY) == []


def test_later_reports_of_either_story_join_the_one_also_after_a_restart(room):
    flood, strike = room.comes("flood", FLOOD), room.comes("strike", STRIKE)
    room.stories.merge(flood, strike, ED, NOW)
    assert room.comes("buses", BUSES) == flood
    room.restarts()
    assert room.comes("copy", f"Our archive. {STRIKE}") == flood
    assert room.stories.find(strike) == flood


def test_a_merge_is_undone_with_all_that_it_withdrew(room):
    ann = room.follows(arms="at once")
    flood, german = room.comes("flood", FLOOD), room.comes("german", GERMAN)
    before = room.stories.show(german).articles
    word = room.stories.merge(flood, german, ED, NOW)
    room.tells()
    assert room.told(ann) == ["flood"]
    room.stories.undo(word.id, ED, NOW + HOUR)
    assert room.stories.show(german).articles == before
    room.tells(NOW + HOUR)
    room.tells(NOW + DAY)
    assert room.told(ann) == ["flood", "german"]
    assert room.uneven(NOW + 3 * HOUR) == []


def test_what_joined_after_a_merge_goes_with_its_nearest_when_that_is_undone(room):
    flood, strike = room.comes("flood", FLOOD), room.comes("strike", STRIKE)
    word = room.stories.merge(flood, strike, ED, NOW)
    room.comes("buses", BUSES)
    room.comes("rewrite", REWRITE)
    room.stories.undo(word.id, ED, NOW)
    assert {name: room.story_of(name) for name in ("flood", "rewrite", "strike", "buses")} == {
        "flood": flood, "rewrite": flood, "strike": strike, "buses": strike,
    }  # fmt: skip
    assert room.comes("copy", f"Our archive. {STRIKE}") == strike


# --- split and apart -----------------------------------------------------------------------------------------------


def test_a_hidden_repeat_that_is_split_off_is_told_as_a_story_once(room):
    ann = room.follows(arms="at once")
    flood = room.comes("flood", FLOOD)
    room.tells()
    assert room.comes("rewrite", REWRITE) == flood
    assert room.news_of("rewrite") == "repeat"
    word = room.stories.split(flood, ["rewrite"], ED, NOW + HOUR)
    assert room.story_of("rewrite") == word.other != flood
    _, letter = room.look(NOW + HOUR)
    assert not letter.stories[0].told_before
    room.tells(NOW + HOUR)
    room.tells(NOW + DAY)
    assert room.told(ann) == ["flood", "rewrite"]
    assert room.uneven(NOW + DAY) == []


def test_who_follows_since_later_is_not_told_what_was_brought_out(room):
    flood = room.comes("flood", FLOOD)
    room.comes("rewrite", REWRITE)
    room.follows(arms="at once", now=NOW + HOUR)
    room.stories.split(flood, ["rewrite"], ED, NOW + 2 * HOUR)
    assert room.tells(NOW + 2 * HOUR) == 0


def test_a_daily_mail_that_was_served_today_brings_it_tomorrow(room):
    room.follows(arms="daily 07:30")
    flood = room.comes("flood", FLOOD)
    room.comes("rewrite", REWRITE)
    room.tells(NOW + DAY)
    room.stories.split(flood, ["rewrite"], ED, NOW + DAY + HOUR)
    assert room.tells(NOW + DAY + 2 * HOUR) == 0
    assert room.tells(NOW + 2 * DAY) == 1


def test_copies_go_with_what_they_were_copied_from(room):
    flood = room.comes("flood", FLOOD)
    room.comes("rewrite", REWRITE)
    room.comes("copy", f"Home | World. {REWRITE}")
    word = room.stories.split(flood, ["rewrite"], ED, NOW)
    assert word.articles == ("rewrite", "copy")
    assert room.news_of("copy") == "copy"


@pytest.mark.parametrize("restarted", [False, True])
def test_a_later_article_goes_to_the_part_whose_article_is_nearest(room, restarted):
    flood = room.comes("flood", FLOOD)
    room.comes("toll", TOLL)
    room.comes("rewrite", REWRITE)
    split = room.stories.split(flood, ["rewrite"], ED, NOW).other
    if restarted:
        room.restarts()
    assert room.comes("again", REWRITE.replace("firefighters said", "a spokesman said today")) == split
    assert room.comes("more", TOLL.replace("police said on Wednesday", "the district said")) == flood


def test_what_was_hidden_for_what_is_taken_out_is_told_after_all(room):
    ann = room.follows(arms="at once")
    flood = room.comes("flood", FLOOD)
    room.comes("toll", TOLL)
    room.comes("again", TOLL.replace("has cost lives", "took lives").replace("police said on Wednesday", "we hear"))
    room.tells()
    assert room.told(ann) == ["flood", "toll"]
    assert room.news_of("again") == "repeat"
    room.stories.split(flood, ["toll"], ED, NOW + HOUR)
    assert room.news_of("again") == "development"
    room.tells(NOW + HOUR)
    assert room.told(ann) == ["flood", "toll", "again"]
    assert room.uneven(NOW + DAY) == []


def test_an_article_that_does_not_belong_is_taken_out_of_its_story(room):
    flood = room.comes("flood", FLOOD)
    room.comes("rewrite", REWRITE)
    word = room.stories.apart("rewrite", flood, ED, NOW)
    assert word.kind is WordKind.APART
    assert room.story_of("rewrite") == word.other


def test_two_stories_that_are_set_apart_are_not_offered_as_one_and_nothing_moves(room):
    flood, strike = room.comes("flood", FLOOD), room.comes("strike", STRIKE)
    word = room.stories.apart("strike", flood, ED, NOW)
    assert (room.story_of("strike"), word.articles) == (strike, ())
    assert frozenset((flood, strike)) in room.stories.changes(0).apart
    room.stories.undo(word.id, ED, NOW)
    assert room.stories.changes(0).apart == frozenset()


def test_an_undone_split_tells_nobody_what_it_had_brought_out_and_nobody_twice(room):
    ann = room.follows(arms="at once")
    bob = room.follows("bob@example.org", arms="daily 07:30")
    flood = room.comes("flood", FLOOD)
    room.comes("rewrite", REWRITE)
    word = room.stories.split(flood, ["rewrite"], ED, NOW)
    room.tells()
    assert room.told(ann) == ["flood", "rewrite"]
    room.stories.undo(word.id, ED, NOW + HOUR)
    room.tells(NOW + DAY)
    assert room.told(bob) == ["flood"]
    assert room.news_of("rewrite") == "repeat"
    room.stories.split(flood, ["rewrite"], ED, NOW + DAY)
    room.tells(NOW + 2 * DAY)
    assert room.told(bob) == ["flood", "rewrite"]
    assert room.told(ann) == ["flood", "rewrite"]
    assert len(room.mails(ann)) == 1
    assert room.uneven(NOW + 2 * DAY) == []


def test_an_edited_page_stays_where_a_person_put_its_earlier_version(room):
    flood = room.comes("flood", FLOOD)
    room.comes("rewrite", REWRITE, url="https://wire.example/page")
    split = room.stories.split(flood, ["rewrite"], ED, NOW).other
    assert room.comes("version 2", FLOOD, url="https://wire.example/page") == split


# --- not news, mute ------------------------------------------------------------------------------------------------


def test_what_was_no_news_is_not_told_to_who_was_not_told_yet(room):
    ann = room.follows(arms="at once")
    bob = room.follows("bob@example.org", arms="daily 07:30")
    room.comes("flood", FLOOD)
    room.tells()
    word = room.stories.not_news(room.number("flood"), ED, NOW)
    room.tells(NOW + DAY)
    assert (room.told(ann), room.told(bob)) == (["flood"], [])
    assert room.uneven(NOW + DAY) == []
    room.stories.undo(word.id, ED, NOW + DAY)
    room.tells(NOW + 2 * DAY)
    assert (room.told(ann), room.told(bob)) == (["flood"], ["flood"])
    assert len(room.mails(ann)) == 1


def test_a_repeat_of_what_was_no_news_is_none_either(room):
    room.follows(arms="at once")
    room.comes("flood", FLOOD)
    room.stories.not_news(room.number("flood"), ED, NOW)
    room.comes("rewrite", REWRITE)
    assert room.tells() == 0


def test_of_a_muted_story_nothing_more_is_told_until_that_is_undone(room):
    ann = room.follows(arms="at once")
    flood = room.comes("flood", FLOOD)
    room.tells()
    word = room.stories.mute(flood, ED, NOW)
    room.restarts()
    assert room.comes("toll", TOLL, seen=NOW + HOUR) == flood
    assert room.news_of("toll") == "development"
    assert room.tells(NOW + HOUR) == 0
    assert room.uneven(NOW + DAY) == []
    room.stories.undo(word.id, ED, NOW + DAY)
    room.tells(NOW + DAY)
    assert room.told(ann) == ["flood", "toll"]


def test_after_an_unmute_only_what_comes_from_then_on_is_told(room):
    ann = room.follows(arms="at once")
    flood = room.comes("flood", FLOOD)
    room.tells()
    room.stories.mute(flood, ED, NOW)
    room.comes("toll", TOLL, seen=NOW + HOUR)
    room.stories.unmute(flood, ED, NOW + 2 * HOUR)
    rescue = room.comes("rescue", RESCUE, seen=NOW + 3 * HOUR)
    room.stories.merge(flood, rescue, ED, NOW + 3 * HOUR)
    room.tells(NOW + 3 * HOUR)
    assert room.told(ann) == ["flood", "rescue"]
    assert room.uneven(NOW + 5 * HOUR) == []


def test_what_is_split_off_a_muted_story_is_told(room):
    ann = room.follows(arms="at once")
    flood = room.comes("flood", FLOOD)
    room.stories.mute(flood, ED, NOW)
    room.comes("toll", TOLL)
    room.stories.split(flood, ["toll"], ED, NOW)
    room.tells()
    assert room.told(ann) == ["toll"]


# --- taking back, and what cannot be said --------------------------------------------------------------------------


def test_a_word_is_taken_back_after_the_later_ones_on_the_same_story(room):
    flood, strike = room.comes("flood", FLOOD), room.comes("strike", STRIKE)
    room.comes("rewrite", REWRITE)
    first = room.stories.merge(flood, strike, ED, NOW)
    second = room.stories.split(flood, ["rewrite"], ED, NOW)
    with pytest.raises(InputError, match=f"word {second.id} moved articles .* undo that first"):
        room.stories.undo(first.id, ED, NOW)
    room.stories.undo(second.id, ED, NOW)
    assert room.stories.undo(first.id, ED, NOW).undone == NOW
    with pytest.raises(InputError, match="is no word that stands"):
        room.stories.undo(first.id, ED, NOW)
    assert [each.kind for each in room.stories.words(flood)] == [WordKind.SPLIT, WordKind.MERGE]


def test_what_makes_no_sense_is_refused_and_says_the_way_out(room):
    flood = room.comes("flood", FLOOD)
    for said, problem in (
        (lambda: room.stories.merge(flood, flood, ED, NOW), "name two"),
        (lambda: room.stories.merge(flood, "nowhere", ED, NOW), "monitor story list"),
        (lambda: room.stories.split(flood, ["flood"], ED, NOW), "name some"),
        (lambda: room.stories.split(flood, ["strike"], ED, NOW), "monitor story show"),
        (lambda: room.stories.apart("strike", flood, ED, NOW), "monitor why"),
        (lambda: room.stories.not_news(99, ED, NOW), "monitor story show"),
        (lambda: room.stories.unmute(flood, ED, NOW), "is not muted"),
    ):
        with pytest.raises(InputError, match=problem):
            said()
    assert room.stories.words() == []


# --- two processes -------------------------------------------------------------------------------------------------


def test_a_word_said_in_another_process_counts_for_the_next_article(room, tmp_path):
    flood = room.comes("flood", FLOOD)
    strike = room.comes("strike", STRIKE)
    other = Store(f"sqlite:///{tmp_path}/monitor.db")
    other.stories.merge(flood, strike, ED, NOW)
    other.close()
    assert room.comes("buses", BUSES) == flood


def test_two_processes_place_one_event_in_one_story(room):
    first, second = Service(room), Service(room)
    room.service = first
    flood = room.comes("flood", FLOOD)
    room.service = second
    assert room.comes("rewrite", REWRITE) == flood


def test_two_articles_that_are_placed_at_the_same_moment_make_one_story(room):
    first, second = Service(room), Service(room)
    judged = second.thinker.mind.judge
    come: list[str] = []

    def slowly(*given):
        thought = judged(*given)
        if not come:  # the other process is quicker
            room.service = first
            come.append(room.comes("flood", FLOOD))
        return thought

    second.thinker.mind.judge = slowly
    room.service = second
    assert room.comes("rewrite", REWRITE) == room.story_of("flood")
    assert [room.news_of(name) for name in ("flood", "rewrite")] == ["story", "repeat"]


def test_what_was_decided_before_a_word_is_decided_anew(room):
    flood, strike = room.comes("flood", FLOOD), room.comes("strike", STRIKE)
    judge, words = room.service.thinker.mind.judge, []

    def slowly(*given):
        thought = judge(*given)
        if not words:
            words.append(room.stories.merge(flood, strike, ED, NOW))
        return thought

    room.service.thinker.mind.judge = slowly
    assert room.comes("buses", BUSES) == flood
    assert room.stories.show(flood).articles[-1].id == "buses"


def test_a_story_shows_its_articles_what_was_said_and_who_was_told(room):
    room.follows(arms="at once")
    flood = room.comes("flood", FLOOD, title="Flood in Altena")
    room.comes("rewrite", REWRITE)
    room.tells()
    room.stories.not_news(room.number("flood"), ED, NOW + MINUTE)
    shown = room.stories.show("https://wire.example/rewrite")
    assert (shown.id, shown.headline) == (flood, "Flood in Altena")
    assert [(each.id, each.news.value, each.told) for each in shown.articles] == [
        ("flood", "story", 1), ("rewrite", "repeat", 0),
    ]  # fmt: skip
    assert shown.articles[0].withdrawn == ("not news by ed, 2026-03-02 12:01 UTC",)
    strike = room.comes("strike", STRIKE)
    assert [(line.id, line.articles) for line in room.stories.recent()] == [(strike, 1), (flood, 2)]
    (first,) = room.stories.recent(1)
    assert [line.id for line in room.stories.recent(1, first.turn)] == [flood]


def test_two_stories_that_an_article_joins_surely_are_offered_until_a_person_says_what_they_are(room):
    flood = room.comes("flood", FLOOD)
    room.comes("rewrite", REWRITE)
    split = room.stories.split(flood, ["rewrite"], ED, NOW).other
    _joins_both(room, flood, split)
    assert room.stories.show(flood).perhaps == ()  # they are set apart already
    room.stories.undo(1, ED, NOW)
    strike = room.comes("strike", STRIKE)
    _joins_both(room, flood, strike)
    assert room.stories.show(strike).perhaps == ((flood, "flood"),)
    assert {line.id: line.perhaps for line in room.stories.recent()} == {flood: (strike,), strike: (flood,)}
    room.stories.merge(flood, strike, ED, NOW)
    assert room.stories.show(flood).perhaps == ()


def _joins_both(room, story, rival):
    """An article is kept that answers to two stories as surely."""
    name = f"{story} and {rival}"
    place = Placement(story, Placing.SAME_STORY, "flood", 0.9, sure=True, why="both", rival=rival)
    room.store.archive.keep(
        Kept(Article(name, name, "x"), NOW, placement=place, verdict=Verdict(News.REPEAT, (), "")), {}
    )


def test_the_commands_say_what_became_of_a_word(room):
    flood, german = room.comes("flood", FLOOD), room.comes("german", GERMAN)
    room.stories.merge(flood, german, ED, NOW)
    shown = "\n".join(cli.lines(room.stories.show(flood)))
    assert f"said      1  merge by ed, 2026-03-02 12:00 UTC: {flood} and {german}" in shown
    assert "told to 0 subscribers; to nobody more: merge by ed" in shown
    why = "\n".join(story_of.article(room.store, "https://wire.example/german"))
    assert "withdrawn from followers of arms who were not told yet: merge by ed, 2026-03-02 12:00 UTC" in why
    assert why.endswith("told      nobody, and nobody will be")
    room.follows(arms="at once")
    reader, kept = room.store.people.find(ANN), room.store.archive.find("german")
    assert list(telling.for_subscriber(room.store, room.composer, kept, reader, NOW))[-1].startswith("withdrawn merge")


def test_every_signal_stands_with_its_weight_in_why(room):
    room.comes("flood", FLOOD)
    room.comes("rewrite", REWRITE)
    (line,) = [
        line for line in story_of.article(room.store, "https://wire.example/rewrite") if line.startswith("weighed")
    ]
    assert all(name in line for name in ("bias -", "words +", "no names +", "numbers +", "together +"))


def test_a_retelling_of_a_retelling_shows_the_whole_chain_in_why(room):
    room.comes("first", f"{FLOOD} It was a dam that broke, the paper wrote, citing Yonhap.", source="Newsweek")
    room.comes("second", f"{REWRITE} The dam broke, said the paper, citing Newsweek.", source="Courier")
    why = list(story_of.article(room.store, "https://wire.example/second"))
    assert "retells   Yonhap -> Newsweek -> this: no new facts" in why


# --- to whom -------------------------------------------------------------------------------------------------------


def test_a_repeat_that_hits_another_watchlist_is_told_to_those_alone_who_know_nothing_of_its_story(room):
    ann = room.follows(arms="at once")
    bob = room.follows("bob@example.org", gas="at once")
    both = room.follows("both@example.org", arms="at once", gas="at once")
    room.comes("flood", FLOOD)
    room.comes("rewrite", REWRITE, watchlists=("arms", "gas"), seen=NOW + MINUTE)
    room.tells(NOW + MINUTE)
    assert (room.told(ann), room.told(bob), room.told(both)) == (["flood"], ["rewrite"], ["flood"])
    room.tells(NOW + DAY)
    assert room.told(both) == ["flood"]
    assert room.at_rest()
    assert room.uneven(NOW + DAY) == []


# --- laws ----------------------------------------------------------------------------------------------------------

STREAM = {
    "flood": FLOOD, "strike": STRIKE, "rewrite": REWRITE, "toll": TOLL, "german": GERMAN, "buses": BUSES,
    "copy": f"Home | World. {REWRITE}", "rescue": RESCUE,
}  # fmt: skip


@settings(max_examples=8, phases=[Phase.generate])
@given(st.lists(st.booleans(), min_size=len(STREAM), max_size=len(STREAM)))
def test_the_same_stream_gives_the_same_stories_wherever_the_service_restarts(restarts):
    with tempfile.TemporaryDirectory() as folder:
        room = Storyroom(folder)
        for (name, text), restart in zip(STREAM.items(), restarts, strict=True):
            if restart:
                room.restarts()
            room.comes(name, text)
        found = {name: (room.story_of(name), room.news_of(name)) for name in STREAM}
        room.store.close()
    assert found == _plainly()


@cache
def _plainly():
    with tempfile.TemporaryDirectory() as folder:
        room = Storyroom(folder)
        found = {name: (room.comes(name, text), room.news_of(name)) for name, text in STREAM.items()}
        room.store.close()
    return found


WORDS = st.lists(
    st.tuples(
        st.sampled_from(["merge", "split", "apart", "not news", "mute", "unmute", "undo", "tell", "restart"]),
        st.integers(0, 7),
        st.integers(0, 7),
    ),
    max_size=10,
)


@settings(max_examples=15, phases=[Phase.generate])
@given(WORDS)
def test_whatever_is_said_the_balance_is_even_and_all_taken_back_all_is_as_it_was(said):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "monitor.db").write_bytes(_stocked())
        room = Storyroom(folder)
        before = pictured(room)
        for place, (kind, one, other) in enumerate(said):
            _say(room, kind, (one, other), NOW + place * MINUTE)
            assert room.uneven(NOW + place * MINUTE) == []
            room.service.recall.catch_up()
            memory = room.service.recall.memory
            assert {name: memory.story_of(name) for name in STREAM} == {name: room.story_of(name) for name in STREAM}
        for word in [word for word in room.stories.words() if not word.undone]:
            room.stories.undo(word.id, ED, NOW + DAY)
        assert pictured(room) == before
        room.tells(NOW + 2 * DAY)
        assert room.uneven(NOW + 3 * DAY) == []
        for person in (1, 2):
            assert {"flood", "strike", "toll"} <= set(room.told(person))
        room.store.close()


@cache
def _stocked() -> bytes:
    """A database with two followers and the whole stream."""
    with tempfile.TemporaryDirectory() as folder:
        room = Storyroom(folder)
        room.follows(arms="at once")
        room.follows("bob@example.org", arms="daily 07:30", gas="at once")
        for place, (name, text) in enumerate(STREAM.items()):
            room.comes(name, text, watchlists=("arms", "gas") if place % 3 else ("arms",))
        room.store.close()
        return Path(folder, "monitor.db").read_bytes()


def pictured(room):
    """What is thought of each article, and whom its development concerns."""
    found = {}
    for name in STREAM:
        kept, brought = room.store.archive.find(name), room.store.telling.bulletin(name)
        found[name] = (kept.placement, kept.verdict, dict(brought.concerns) if brought else {})
    return found


def _say(room, kind, which, now):
    one, other = (list(STREAM)[each] for each in which)
    saying = {
        "merge": lambda: room.stories.merge(room.story_of(one), room.story_of(other), ED, now),
        "split": lambda: room.stories.split(room.story_of(one), list({one, other}), ED, now),
        "apart": lambda: room.stories.apart(one, room.story_of(other), ED, now),
        "not news": lambda: room.stories.not_news(which[0] + 1, ED, now),
        "mute": lambda: room.stories.mute(room.story_of(one), ED, now),
        "unmute": lambda: room.stories.unmute(room.story_of(one), ED, now),
        "undo": lambda: room.stories.undo(which[0] + 1, ED, now),
        "tell": lambda: room.tells(now),
        "restart": room.restarts,
    }
    with suppress(InputError):  # what makes no sense is refused and changes nothing
        saying[kind]()

"""Stories: copies and rewrites join, other matters stay apart, and nothing depends on chance."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_likeness import FLOOD, STRIKE, article

from monitor import likeness, story
from monitor.values import Origin, Placing

REWRITE = (
    "After two days of rain the Lenne flooded parts of Altena on Tuesday night. Boats carried 340 people from their "
    "houses, firefighters said, and three bridges were closed. Mayor Karin Voss called it the worst flood since 1965."
)


def placed(articles, memory=None):
    memory = memory or story.Memory()
    placements = []
    for each in articles:
        sketch = likeness.sketch(each)
        placement = story.place(sketch, memory)
        memory.add(story.Member(sketch), placement.story)
        placements.append(placement)
    return placements


def test_the_first_article_opens_a_story():
    (placement,) = placed([article(1, FLOOD)])
    assert placement.placing is Placing.NEW_STORY
    assert placement.nearest is None


def test_a_rewrite_joins_the_story_and_says_why():
    first, second = placed([article(1, FLOOD, "Flood in Altena"), article(2, REWRITE, "Lenne floods Altena")])
    assert second.story == first.story
    assert second.placing is Placing.SAME_STORY
    assert second.nearest == "1"
    assert "words" in second.why


def test_a_copy_is_called_one_even_months_later():
    first, _, third = placed(
        [article(1, FLOOD), article(2, STRIKE), article(3, f"From our archive. {FLOOD}", when="2031-08-01")]
    )
    assert (third.story, third.placing) == (first.story, Placing.COPY)


def test_another_matter_opens_another_story():
    first, second = placed([article(1, FLOOD), article(2, STRIKE)])
    assert first.story != second.story


def test_the_same_stream_gives_the_same_stories_in_any_memory():
    stream = [article(1, FLOOD), article(2, STRIKE), article(3, REWRITE)]
    assert placed(stream) == placed(stream)


def test_placing_changes_nothing():
    memory = story.Memory()
    placed([article(1, FLOOD)], memory)
    sketch = likeness.sketch(article(2, REWRITE))
    assert story.place(sketch, memory) == story.place(sketch, memory)
    assert memory.size == 1


def test_memory_is_bounded_and_forgets_the_oldest():
    memory = story.Memory(capacity=5)
    start = datetime(2031, 1, 1, tzinfo=UTC)
    for number in range(12):
        text = f"Report {number * 7919} on matter {chr(97 + number) * 9} and {chr(110 + number) * 8}."
        placed([article(number, text, when=(start + timedelta(days=number)).date().isoformat())], memory)
    assert memory.size == 5
    assert memory.story_of("0") is None
    assert memory.story_of("11") is not None


def test_an_article_added_again_moves_to_the_other_story():
    memory = story.Memory()
    (placement,) = placed([article(1, FLOOD)], memory)
    memory.add(memory.members(placement.story)[0], "other")
    assert memory.members(placement.story) == ()
    assert [m.sketch.article for m in memory.members("other")] == ["1"]


def test_an_article_that_comes_late_joins_its_story_whatever_day_it_is_of():
    later, earlier = placed([article(1, FLOOD, when="2031-03-04"), article(2, REWRITE, when="2031-03-02")])
    assert later.story == earlier.story
    assert later.placing is Placing.NEW_STORY


@given(st.permutations([(1, FLOOD), (2, STRIKE), (3, REWRITE), (4, f"Home | World. {STRIKE}")]))
def test_stories_are_the_same_in_whatever_order_their_articles_come(stream):
    found = dict(zip((number for number, _ in stream), placed([article(*each) for each in stream]), strict=True))
    assert found[1].story == found[3].story != found[2].story == found[4].story


# --- a person's word -----------------------------------------------------------------------------------------------


def remembered(texts, memory=None):
    memory = memory or story.Memory()
    for number, (text, name) in enumerate(texts, 1):
        memory.add(story.Member(likeness.sketch(article(number, text))), name)
    return memory


def test_articles_that_are_moved_are_as_if_they_had_come_to_that_story():
    moved = remembered([(FLOOD, "a"), (STRIKE, "b"), (REWRITE, "b")])
    moved.move(["1", "unknown"], "b")
    asked = likeness.sketch(article(9, f"Today: {REWRITE}"))
    plain = remembered([(FLOOD, "b"), (STRIKE, "b"), (REWRITE, "b")])
    assert [m.sketch.article for m in moved.members("b")] == [m.sketch.article for m in plain.members("b")]
    assert moved.members("a") == ()
    assert story.place(asked, moved) == story.place(asked, plain)


AGAIN = (
    "A spokesman said on Tuesday night that the Lenne had flooded parts of Altena after two days of rain. 340 people "
    "were carried from their houses in boats. Three bridges were closed; mayor Karin Voss spoke of the worst flood "
    "since 1965."
)


def test_of_two_stories_that_are_set_apart_the_nearest_article_decides_and_nothing_is_sure():
    memory = remembered([(FLOOD, "a"), (FLOOD.replace("340", "400"), "a"), (REWRITE, "b"), (STRIKE, "b")])
    asked = likeness.sketch(article(9, AGAIN))
    assert (story.place(asked, memory).story, story.place(asked, memory).sure) == ("a", True)
    memory.keep_apart([frozenset("ab")])
    found = story.place(asked, memory)
    assert (found.story, found.nearest, found.sure, found.rival) == ("b", "3", False, None)


def test_a_copy_goes_with_its_original_whatever_is_set_apart():
    memory = remembered([(FLOOD, "a"), (REWRITE, "b"), (STRIKE, "b")])
    memory.keep_apart([frozenset("ab")])
    found = story.place(likeness.sketch(article(9, f"Home | World. {REWRITE}")), memory)
    assert (found.story, found.placing, found.sure) == ("b", Placing.COPY, True)


def test_a_second_story_that_answers_surely_is_named():
    memory = remembered([(FLOOD, "a"), (REWRITE, "b")])
    found = story.place(likeness.sketch(article(9, AGAIN)), memory)
    assert (found.story, found.rival) == ("b", "a")


# --- origins -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], ["Harbour Weekly"]),
        ([("The Harbour Weekly - World", Origin("Yonhap"))], ["Harbour Weekly", "Yonhap"]),
        ([("Harbour Weekly", Origin("Wire")), ("Wire", Origin("Harbour Weekly"))], ["Harbour Weekly", "Wire"]),
        ([("Harbour Weekly", Origin("Wire")), ("Harbour Weekly", Origin("Tass"))], ["Harbour Weekly", "Wire"]),
        ([("Harbour Monthly", Origin("Wire"))], ["Harbour Weekly"]),
    ],
)
def test_a_retelling_of_a_retelling_names_the_whole_chain(told, expected):
    assert [each.outlet for each in story.lineage(Origin("Harbour Weekly"), told)] == expected


def test_who_names_no_origin_has_no_chain():
    assert story.lineage(None, [("Wire", Origin("Tass"))]) == ()

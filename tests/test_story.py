"""Stories: copies and rewrites join, other matters stay apart, and nothing depends on chance."""

from datetime import UTC, datetime, timedelta

from test_likeness import FLOOD, STRIKE, article

from monitor import likeness, story
from monitor.values import Placing

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

"""The door to the disk keeps the promises: owed until read, told once, the same after a restart."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy

from monitor.errors import StoreError
from monitor.store import Store
from monitor.store.archive import Kept
from monitor.store.sources import Polled, Request
from monitor.values import (
    Article,
    Change,
    Fact,
    FactKind,
    Feed,
    Field,
    Hit,
    Item,
    Mail,
    Move,
    News,
    Notify,
    Novel,
    Origin,
    Placement,
    Placing,
    ReadFrom,
    Rhythm,
    Schedule,
    Verdict,
)

NOW = datetime(2025, 5, 29, 12, tzinfo=UTC)
FEED = Feed("https://wire.example/feed", "Wire")
ITEM = Item("wire.example/1", "https://wire.example/1", "Title", "Summary", NOW)


@pytest.fixture
def store(tmp_path):
    opened = Store(f"sqlite:///{tmp_path}/monitor.db")
    yield opened
    opened.close()


def polled(at: datetime = NOW, **more) -> Polled:
    return Polled(Request(at, FEED.url, status=200), at + timedelta(hours=1), "asked every 60 min", **more)


def kept(
    name: str = "a1", story: str = "s1", news: News = News.STORY, watchlist: str = "w", seen: datetime = NOW
) -> Kept:
    return Kept(
        Article(name, "Title", "Text", f"https://wire.example/{name}", "en", NOW, "Wire", ("Ann",)),
        seen,
        (Hit(watchlist, "Pantsir", "Title", Field.TITLE, 0, 5, "as written", 1.0),),
        Placement(story, Placing.NEW_STORY, None, 0.0, sure=True, why="nothing like it"),
        Verdict(news, (Novel(Change.NEW, "20 billion", "It is 20 billion."),), "a new fact"),
        (Fact(FactKind.NUMBER, "number:20", "20 billion", "It is 20 billion.", Field.TEXT, 0, 4),),
        b"sketch",
        Origin("Newsweek", "Nora Brandt", "2025-05-28"),
    )


def test_an_item_is_owed_from_its_announcement_until_it_is_read(store):
    store.sources.sync([FEED], NOW)
    assert store.sources.keep_poll(FEED.url, polled(), [ITEM]) == 1
    (owed,) = store.sources.owed(NOW, 10)
    assert owed.item == ITEM
    store.archive.keep(kept(), {"w": News.STORY}, owed.id)
    assert store.sources.owed(NOW, 10) == []
    assert store.sources.announced("https://wire.example/1") == [("Wire", "read", None)]


def test_an_item_is_announced_once_however_often_its_feed_repeats_it(store):
    store.sources.sync([FEED], NOW)
    store.sources.keep_poll(FEED.url, polled(), [ITEM, ITEM])
    assert store.sources.keep_poll(FEED.url, polled(NOW + timedelta(hours=1)), [ITEM]) == 0
    assert store.sources.owed_count() == 1


def changed(store, *announcements: Item) -> list[int]:
    """How many new items each poll of one announcement brings."""
    store.sources.sync([FEED], NOW)
    return [
        store.sources.keep_poll(FEED.url, polled(NOW + timedelta(hours=hour)), [item])
        for hour, item in enumerate(announcements)
    ]


def test_the_new_words_of_an_owed_item_count(store):
    edited = dataclasses.replace(ITEM, title="New title", summary="New summary")
    assert changed(store, ITEM, edited) == [1, 0]
    (owed,) = store.sources.owed(NOW, 10)
    assert owed.item == edited


def read(store, read_from: ReadFrom) -> None:
    (owed,) = store.sources.owed(NOW + timedelta(days=1), 10)
    article = dataclasses.replace(kept(owed.item.key).article, read_from=read_from)
    store.archive.keep(dataclasses.replace(kept(), article=article), {}, owed.id)


@pytest.mark.parametrize(("read_from", "judged"), [(ReadFrom.PAGE, 1), (ReadFrom.FEED, 3)])
def test_an_edited_article_is_judged_anew_only_where_its_page_could_not_be_read_and_three_times_at_most(
    store, read_from, judged
):
    count = 0
    for hour in range(6):
        changed(store, dataclasses.replace(ITEM, title=f"Title {hour}"))
        if store.sources.owed_count():
            read(store, read_from)
            count += 1
    assert count == judged


def test_two_reports_on_one_page_are_two_articles_and_stay_two(store):
    second = dataclasses.replace(ITEM, title="Another report", guid="2", published=NOW + timedelta(hours=2))
    store.sources.sync([FEED], NOW)
    assert store.sources.keep_poll(FEED.url, polled(), [dataclasses.replace(ITEM, guid="1"), second]) == 2
    assert store.sources.keep_poll(FEED.url, polled(NOW + timedelta(hours=1)), [second]) == 0
    assert len({owed.item.key for owed in store.sources.owed(NOW, 10)}) == 2


def test_an_item_put_off_stays_owed_and_is_due_again_at_its_time(store):
    store.sources.sync([FEED], NOW)
    store.sources.keep_poll(FEED.url, polled(), [ITEM])
    later = NOW + timedelta(minutes=10)
    store.sources.put_off(store.sources.owed(NOW, 1)[0].id, later, "no answer")
    assert store.sources.owed(NOW, 10) == []
    assert store.sources.next_owed() == later
    (owed,) = store.sources.owed(later, 10)
    assert owed.attempts == 1


def test_validators_are_kept_only_with_the_items_they_answer_for(store):
    store.sources.sync([FEED], NOW)
    with pytest.raises(sqlalchemy.exc.IntegrityError):  # a summary that cannot be kept: the whole answer is not kept
        store.sources.keep_poll(FEED.url, polled(etag='"1"'), [Item("k", None, "Title", None)])
    (state,) = store.sources.due(NOW)
    assert state.etag is None
    store.sources.keep_poll(FEED.url, polled(etag='"1"'), [ITEM])
    assert store.sources.due(NOW + timedelta(hours=1))[0].etag == '"1"'


def test_a_failed_poll_keeps_the_old_validators_and_counts(store):
    store.sources.sync([FEED], NOW)
    store.sources.keep_poll(FEED.url, polled(etag='"1"'), [ITEM])
    store.sources.keep_poll(FEED.url, polled(error="the server answered 500"), None)
    (state,) = store.sources.all()
    assert (state.etag, state.failures, state.error) == ('"1"', 1, "the server answered 500")


def test_a_feed_taken_out_of_the_file_is_not_polled_and_comes_back_with_it(store):
    store.sources.sync([FEED], NOW)
    store.sources.sync([], NOW)
    assert store.sources.due(NOW) == []
    store.sources.sync([FEED], NOW)
    assert [state.url for state in store.sources.due(NOW)] == [FEED.url]


def test_what_is_remembered_of_a_feed_comes_back_as_it_was(store):
    store.sources.sync([FEED], NOW)
    schedule = Schedule(timedelta(hours=2), frozenset({0, 23}), frozenset({6}))
    rhythm = Rhythm(tuple(float(hour) for hour in range(24)), 5.5)
    move = Move("https://new.example/feed", NOW, 3, settled=True)
    store.sources.keep_poll(FEED.url, polled(schedule=schedule, rhythm=rhythm, move=move, missed=4, advice="a"), [])
    (state,) = store.sources.all()
    assert (state.schedule, state.rhythm, state.move) == (schedule, rhythm, move)
    assert (state.missed, state.missed_at, state.advice) == (4, NOW, "a")
    assert state.address == move.to


def test_when_the_clock_is_set_every_wait_keeps_its_length(store):
    store.sources.sync([FEED], NOW)
    store.sources.keep_poll(FEED.url, polled(error="no answer"), [ITEM])
    store.sources.put_off(store.sources.owed(NOW, 1)[0].id, NOW + timedelta(minutes=10), "no answer")
    day = timedelta(days=1)
    store.shift(-day, NOW - day, {"clock": "set"})
    assert store.noted("clock") == "set"
    (state,) = store.sources.all()
    assert (state.last_polled, state.next_due, state.failing_since) == (NOW - day, polled().next_due - day, NOW - day)
    assert store.sources.next_owed() == NOW - day + timedelta(minutes=10)


def test_due_times_in_an_impossible_future_come_back_within_their_wait_and_a_day(store):
    later = Feed("https://later.example/feed", "Later")
    store.sources.sync([FEED, later], NOW)
    store.sources.keep_poll(FEED.url, polled(), [])
    store.sources.put_off_polls({later.url: NOW + timedelta(days=90)}, "an error of the clock")
    before, day = NOW - timedelta(days=30), timedelta(days=1)
    assert store.sources.mend(before, day) == 2
    dues = {state.url: state.next_due for state in store.sources.all()}
    assert dues == {FEED.url: before + timedelta(hours=1), later.url: before}
    assert store.sources.mend(before, day) == 0


def test_a_poll_of_a_feed_that_is_not_there_is_named(store):
    with pytest.raises(LookupError, match="no such feed"):
        store.sources.keep_poll(FEED.url, polled(), [])


def test_what_was_thought_of_an_article_comes_back_whole(store):
    store.archive.keep(kept(), {"w": News.STORY})
    found = store.archive.find("https://wire.example/a1")
    expected = kept()
    assert found.article == expected.article
    assert (found.hits, found.facts, found.sketch, found.origin) == (
        expected.hits,
        expected.facts,
        expected.sketch,
        expected.origin,
    )
    assert found.verdict.new == expected.verdict.new
    assert [each.placement.story for each in store.archive.placed()] == ["s1"]


def follower(store, *watchlists: str):
    store.people.vouch({w: [Notify("Desk@Example.org")] for w in watchlists}, NOW)
    (reader,) = store.people.readers()
    return reader


def test_who_unsubscribed_is_not_brought_back_by_notify(store):
    reader = follower(store, "w")
    assert store.unsubscribe(reader.subscriber.id)
    assert not follower(store, "w", "v").active
    store.people.add("desk@example.org", ["w"], NOW)
    assert store.people.readers()[0].active


def test_an_address_taken_out_of_notify_is_no_longer_told(store):
    follower(store, "w")
    store.people.vouch({"w": []}, NOW)
    assert store.people.readers()[0].follows == {}


def test_a_claimed_mail_is_sent_by_one_and_comes_back_when_its_sender_dies(store):
    reader = follower(store, "w")
    store.outbox.keep(reader.subscriber.id, Mail("desk@example.org", "s", "<1@x>", b"bytes"), [], NOW)
    (claimed,) = store.outbox.claim(NOW)
    assert claimed.mail.data == b"bytes"
    assert store.outbox.claim(NOW) == []
    assert store.outbox.release_claims(NOW) == 1
    (again,) = store.outbox.claim(NOW)
    assert again.mail == claimed.mail
    store.outbox.sent(again, NOW)
    assert store.outbox.claim(NOW + timedelta(days=1)) == []
    assert store.outbox.counts() == {"sent": 1}


def test_old_articles_are_forgotten_unless_a_development_rests_on_them(store):
    old = NOW - timedelta(days=200)
    store.archive.keep(kept("told", seen=old), {"w": News.STORY})
    store.archive.keep(kept("repeat", news=News.REPEAT, seen=old), {})
    store.archive.keep(kept("fresh", news=News.REPEAT), {})
    assert store.archive.forget(NOW, 180) == 1
    assert store.archive.find("repeat") is None
    assert store.archive.find("told")
    assert store.archive.find("fresh")


def test_a_time_without_a_zone_is_refused(store):
    with pytest.raises(sqlalchemy.exc.StatementError, match="without a zone"):
        store.sources.sync([FEED], NOW.replace(tzinfo=None))


def test_a_database_that_cannot_be_opened_is_named_without_its_password(tmp_path):
    with pytest.raises(StoreError, match="MONITOR_DATABASE_URL"):
        Store("nonsense://user:secret@host/db")
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(StoreError, match=r"folder\.db"):
        Store(f"sqlite:///{tmp_path}/folder.db")


def test_the_store_tells_whether_the_service_lives(store):
    assert not store.healthy(NOW)[0]
    store.alive(NOW)
    assert store.healthy(NOW + timedelta(minutes=1))[0]
    assert not store.healthy(NOW + timedelta(hours=1))[0]


def test_an_index_that_came_later_is_made_for_a_database_that_was_there(tmp_path):
    url = f"sqlite:///{tmp_path}/monitor.db"
    Store(url).close()
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX item_announced")
    Store(url).close()
    assert "item_announced" in {each["name"] for each in sqlalchemy.inspect(engine).get_indexes("item")}
    engine.dispose()


def test_the_record_of_one_feed_is_that_among_all(store):
    other = Feed("https://port.example/feed", "Port")
    store.sources.sync([FEED, other], NOW)
    store.sources.keep_poll(FEED.url, polled(), [ITEM])
    records = store.health.records(NOW)
    assert records[FEED.url].per_day == 1
    assert records[other.url].last_news is None
    for url in records:
        assert store.health.records(NOW, url) == {url: records[url]}

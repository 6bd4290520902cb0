"""Who is told what, when, once: cadences, languages, caps, threads, and what is held with its reason."""

from __future__ import annotations

import dataclasses
import tempfile
from collections import Counter
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
import sqlalchemy
from hypothesis import given, settings
from hypothesis import strategies as st
from newsroom import ANN, DAY, HOUR, MINUTE, NOW, Newsroom
from sqlmodel import delete, select

from monitor import cadence, digest
from monitor.pipeline.due import PATIENCE
from monitor.store import people as people_room
from monitor.store.outbox import Failure
from monitor.store.telling import Letter
from monitor.tables import DevelopmentRow, MailRow, SubscriptionRow, ToldRow
from monitor.values import (
    Change,
    Choices,
    Mail,
    News,
    Novel,
    Waits,
)


@pytest.fixture
def room(tmp_path):
    opened = Newsroom(tmp_path)
    yield opened
    opened.store.close()


# --- told once -----------------------------------------------------------------------------------------------------


def test_a_development_is_told_to_a_subscriber_once(room):
    ann, bob = room.follows(arms="at once"), room.follows("bob@example.org", arms="at once")
    room.reports()
    assert room.tells() == 2
    assert room.tells(NOW + HOUR) == 0
    assert (room.told(ann), room.told(bob)) == (["a1"], ["a1"])
    assert room.at_rest()


def test_told_twice_is_an_error_that_keeps_nothing(room):
    ann = room.follows(arms="at once")
    room.reports()
    room.tells()
    again = Letter(ann, Mail(ANN, "again", "<2@x>", b"x"), [1], {"arms": NOW + DAY}, {})
    with pytest.raises(sqlalchemy.exc.IntegrityError):
        room.store.telling.keep([again], NOW + DAY)
    assert len(room.mails(ann)) == 1
    assert room.store.people.find(ANN).follows["arms"].served == NOW


def test_who_follows_two_watchlists_is_told_of_one_development_for_both(room):
    room.follows(arms="at once", gas="at once")
    room.reports(watchlists=("arms", "gas"))
    _, letter = room.look()
    assert letter.stories[0].developments[0].watchlists == ("arms", "gas")
    assert room.tells() == 1
    assert room.at_rest()


def test_a_story_new_to_one_watchlist_is_news_to_its_followers_as_a_story(room):
    room.follows(gas="at once")
    room.reports(story="s", watchlists=("arms",))
    second = room.reports(story="s", news=News.DEVELOPMENT, watchlists=("arms", "gas"))
    draft, letter = room.look()
    assert [each.article for each in draft.plan.tell] == [second]
    assert letter.stories[0].developments[0].watchlists == ("gas",)


def test_what_happened_before_a_subscription_is_not_told(room):
    room.reports(NOW - DAY)
    room.follows(arms="at once")
    assert room.tells() == 0
    assert room.at_rest()


def test_who_is_new_to_a_story_is_given_its_state_and_not_its_history(room):
    first = room.reports(NOW - DAY, story="s")
    repeat = room.reports(NOW - DAY, story="s", news=News.REPEAT)
    room.follows(arms="at once")
    third = room.reports(story="s", news=News.DEVELOPMENT)
    _, letter = room.look()
    (story,) = letter.stories
    assert [each.report.title for each in story.developments] == [third]
    assert [each.title for each in story.also] == [first, repeat]
    assert not story.told_before


def test_who_comes_to_a_running_story_is_told_its_news_beside_its_newest_facts_once(room):
    beginning = room.reports(NOW - 5 * DAY, story="s", new=())
    for day, dead in enumerate(("12 dead", "17 dead", "a dam broke", "19 dead"), -4):
        before = {"17 dead": "12 dead (Wire)", "19 dead": "17 dead (Wire)"}.get(dead)
        fact = Novel(Change.CHANGED if before else Change.NEW, dead, f"{dead}.", before)
        room.reports(NOW + day * DAY, story="s", news=News.DEVELOPMENT, new=(fact,))
    ann = room.follows(arms="at once")
    sixth = room.reports(NOW + HOUR, story="s", news=News.DEVELOPMENT)
    _, letter = room.look(NOW + HOUR)
    (story,) = letter.stories
    assert [each.report.title for each in story.developments] == [sixth]
    assert [each.text for each in story.so_far] == ["19 dead", "a dam broke", beginning]
    assert not story.told_before
    assert room.tells(NOW + HOUR) == 1
    assert room.told(ann) == [sixth]
    mail = message_from_bytes(room.store.outbox.mails(ann)[0].data, policy=policy.default)
    lines = mail.get_body(("plain",)).get_content().splitlines()
    start = lines.index("So far:") + 1
    assert lines[start : start + 3] == ["* 19 dead (Wire)", "* a dam broke (Wire)", "* a1 (Wire)"]
    room.reports(NOW + 2 * HOUR, story="s", news=News.DEVELOPMENT)
    assert room.look(NOW + 2 * HOUR)[1].stories[0].so_far == ()


def test_a_known_story_names_the_reports_since_the_last_mail(room):
    room.follows(arms="at once")
    room.reports(story="s")
    room.reports(story="s", news=News.REPEAT)
    room.tells()
    later = room.reports(NOW + HOUR, story="s", news=News.REPEAT)
    room.reports(NOW + HOUR, story="s", news=News.DEVELOPMENT)
    _, letter = room.look(NOW + HOUR)
    assert [each.title for each in letter.stories[0].also] == [later]
    assert letter.stories[0].told_before


def test_a_watchlist_whose_file_is_gone_tells_nothing_and_goes_on_when_it_is_back(room):
    room.follows(arms="at once")
    room.reports()
    gone = dataclasses.replace(room.composer, titles={"gas": "Gas"})
    assert gone.compose_due(NOW) == 0
    assert room.tells(NOW + DAY) == 1


@pytest.mark.parametrize("why", ["unsubscribed", "suppressed", "unconfirmed"])
def test_who_may_not_be_mailed_is_not_and_loses_nothing(room, why):
    if why == "unconfirmed":
        number = room.store.people.ask(ANN, Choices({"arms": "at once"}), NOW)
    else:
        number = room.follows(arms="at once")
    if why == "unsubscribed":
        room.store.people.unsubscribe(number)
    if why == "suppressed":
        room.store.people.suppress(number, "550 no such user")
    room.reports()
    assert room.tells() == 0
    assert room.composer.compose_now(room.store.people.find(ANN), NOW) == 0
    room.store.people.confirm(number, NOW + HOUR)
    room.store.people.add(ANN, ["arms"], NOW + HOUR)
    assert room.tells(NOW + HOUR) == 1
    assert room.told(number) == ["a1"]


def test_what_is_made_untold_again_is_told_again(room):
    ann = room.follows(arms="daily 07:30", gas="at once")
    room.reports(watchlists=("arms", "gas"))
    room.reports(NOW + DAY, watchlists=("arms",))
    assert room.tells(NOW + 2 * DAY) == 1
    with room.store.session() as session:
        session.exec(delete(ToldRow).where(ToldRow.development == 1))
        people_room.reopen(session, [(ann, 1)])
    assert room.tells(NOW + 3 * DAY) == 1
    assert sorted(room.told(ann)) == ["a1", "a2"]


# --- when ----------------------------------------------------------------------------------------------------------


def test_a_daily_mail_waits_for_its_time_and_news_of_after_it_for_the_next(room):
    ann = room.follows(arms="daily 07:30", zone="Europe/Paris")
    half_past_seven = datetime(2026, 3, 3, 6, 30, tzinfo=UTC)
    room.reports(NOW)
    assert room.tells(half_past_seven - MINUTE) == 0
    assert room.held(half_past_seven - MINUTE) == [("a1", Waits.CADENCE)]
    assert room.tells(half_past_seven) == 1
    room.reports(half_past_seven + HOUR)
    assert room.tells(half_past_seven + 2 * HOUR) == 0
    assert room.tells(half_past_seven + DAY) == 1
    assert room.told(ann) == ["a1", "a2"]


def test_a_day_without_news_has_no_mail_and_its_time_does_not_come_later(room):
    room.follows(arms="daily 07:30")
    morning = datetime(2026, 3, 5, 7, 30, tzinfo=UTC)
    assert room.tells(morning) == 0
    room.reports(morning + HOUR)
    assert room.tells(morning + 2 * HOUR) == 0


def test_after_downtime_a_missed_day_is_told_once_late(room):
    room.follows(arms="daily 07:30")
    room.reports()
    late = datetime(2026, 3, 6, 15, tzinfo=UTC)
    assert room.tells(late) == 1
    room.reports(late)
    assert room.tells(late + HOUR) == 0


def test_quiet_hours_hold_mails_of_every_cadence_until_they_end(room):
    room.follows(arms="at once", gas="daily 06:00", quiet="22:00-07:00")
    night = datetime(2026, 3, 2, 23, tzinfo=UTC)
    room.reports(night)
    room.reports(night, watchlists=("gas",))
    assert room.tells(datetime(2026, 3, 3, 6, 59, tzinfo=UTC)) == 0
    assert room.held(night) == [("a1", Waits.QUIET), ("a2", Waits.QUIET)]
    assert room.tells(datetime(2026, 3, 3, 7, 0, tzinfo=UTC)) == 1
    assert room.at_rest()


def test_a_burst_is_one_mail_and_its_first_news_comes_at_once(room):
    ann = room.follows(arms="at once", gas="at once")
    room.reports()
    assert room.tells() == 1
    room.reports(NOW + MINUTE)
    room.reports(NOW + 2 * MINUTE, watchlists=("gas",))
    assert room.tells(NOW + 9 * MINUTE) == 0
    assert room.tells(NOW + 10 * MINUTE) == 1
    assert room.told(ann) == ["a1", "a2", "a3"]


def test_one_mail_tells_the_watchlists_that_are_due_and_counts_those_that_wait(room):
    ann = room.follows(arms="at once", gas="daily 07:30")
    room.reports()
    room.reports(watchlists=("gas",))
    _, letter = room.look()
    assert [(held.why, held.developments) for held in letter.held] == [(Waits.CADENCE, 1)]
    assert room.tells() == 1
    assert room.told(ann) == ["a1"]
    assert room.tells(NOW + DAY) == 1
    assert room.told(ann) == ["a1", "a2"]


def test_what_concerns_two_watchlists_comes_with_the_first_and_not_again(room):
    room.follows(arms="at once", gas="daily 07:30")
    room.reports(watchlists=("arms", "gas"))
    assert room.tells() == 1
    assert room.tells(NOW + DAY) == 0
    assert room.at_rest()


def test_a_mail_out_of_turn_serves_no_slot(room):
    ann = room.follows(arms="daily 07:30")
    room.reports()
    assert room.composer.compose_now(room.store.people.find(ANN), NOW + MINUTE) == 1
    room.reports(NOW + HOUR)
    assert room.tells(datetime(2026, 3, 3, 7, 30, tzinfo=UTC)) == 1
    assert room.told(ann) == ["a1", "a2"]


@pytest.mark.parametrize("hours", [-30, -3, 3, 30, 24 * 40])
def test_a_clock_that_is_set_serves_each_day_once(room, hours):
    """Wrong until NOW, when it is set; then the days go on as they should."""
    wrong = NOW - hours * HOUR
    room.follows(arms="daily 07:30", now=wrong - 10 * DAY)
    for tick in range(-48, 0):
        room.reports(wrong + tick * HOUR)
        room.tells(wrong + tick * HOUR)
    room.store.shift(hours * HOUR, NOW, {})
    mails = Counter()
    for tick in range(1, 4 * 24):
        room.reports(NOW + tick * HOUR)
        mails[(NOW + tick * HOUR).date()] += room.tells(NOW + tick * HOUR)
    days = [mails[NOW.date() + each * DAY] for each in range(4)]
    assert days == [hours == 30, 1, 1, 1]  # a day and six hours behind: today's had not come yet


def test_a_clock_set_back_while_the_service_was_down_stops_no_mail(room):
    ann = room.follows(arms="daily 07:30", now=NOW - 100 * DAY)
    room.reports(NOW - DAY)
    assert room.tells(NOW) == 1
    before = NOW - 50 * DAY
    room.reports(before)
    assert sum(room.tells(before + hours * HOUR) for hours in range(48)) == 1
    assert room.told(ann) == ["a1", "a2"]


@pytest.mark.parametrize("reached", [False, True], ids=["deferred", "in doubt"])
def test_waiting_mails_keep_their_age_when_the_clock_is_set(room, reached):
    room.follows(arms="at once")
    room.reports()
    room.tells()
    room.store.outbox.defer(room.store.outbox.claim(NOW)[0], NOW + HOUR, Failure("451 later"))
    room.store.shift(30 * DAY, NOW + 30 * DAY, {})
    with room.store.session() as session:
        mail = session.get(MailRow, 1)
        assert (mail.created, mail.since) == (NOW + 30 * DAY, NOW + 30 * DAY)
        assert mail.next_try == NOW + 30 * DAY + HOUR


# --- which ---------------------------------------------------------------------------------------------------------


def test_a_development_in_an_unwanted_language_is_counted_once_and_not_told(room):
    ann = room.follows(arms="at once", languages=("en", "ko"))
    room.reports(language="ru")
    room.reports(language="ko")
    _, letter = room.look()
    assert [(held.why, held.developments) for held in letter.held] == [(Waits.LANGUAGE, 1)]
    assert room.tells() == 1
    assert room.told(ann) == ["a2"]
    room.reports(NOW + HOUR)
    assert room.held(NOW + HOUR) == [("a1", Waits.LANGUAGE)]
    assert room.look(NOW + HOUR)[1].held == ()


@pytest.mark.parametrize("language", ["und", "zh-Hant"])
def test_a_language_that_is_not_known_or_a_kind_of_a_wanted_one_is_told(room, language):
    room.follows(arms="at once", languages=("zh",))
    room.reports(language=language)
    assert room.tells() == 1


def test_the_first_report_of_a_story_in_a_wanted_language_stands_for_it(room):
    ann = room.follows(arms="at once", languages=("en",))
    first = room.reports(story="s", language="ru")
    assert room.tells() == 0
    repeat = room.reports(NOW + HOUR, story="s", news=News.REPEAT, language="en", nearest="another")
    _, letter = room.look(NOW + HOUR)
    (development,) = letter.stories[0].developments
    assert (development.report.title, development.report.language, development.new) == (repeat, "en", ())
    assert room.tells(NOW + HOUR) == 1
    assert room.told(ann) == [first]
    assert room.at_rest()


def test_in_a_known_story_only_a_report_that_says_the_same_stands_for_it(room):
    ann = room.follows(arms="at once", languages=("en",))
    first = room.reports(story="s")
    room.tells()
    second = room.reports(NOW + HOUR, story="s", news=News.DEVELOPMENT, language="ru")
    room.reports(NOW + HOUR, story="s", news=News.REPEAT, nearest=first)
    assert room.tells(NOW + HOUR) == 0
    room.reports(NOW + 2 * HOUR, story="s", news=News.REPEAT, nearest=second)
    assert room.tells(NOW + 2 * HOUR) == 1
    assert room.told(ann) == [first, second]


def test_a_report_that_stands_for_another_waits_for_its_own_time(room):
    room.follows(arms="daily 07:30", languages=("en",))
    morning = datetime(2026, 3, 3, 7, 30, tzinfo=UTC)
    room.reports(story="s", language="ru")
    room.reports(morning + HOUR, story="s", news=News.REPEAT)
    assert room.tells(morning + 2 * HOUR) == 0
    assert room.tells(morning + DAY) == 1


def test_after_a_week_without_a_report_in_a_wanted_language_it_is_passed_over(room):
    room.follows(arms="at once", languages=("en",))
    room.reports(language="ru")
    assert room.tells(NOW + PATIENCE - MINUTE) == 0
    assert not room.at_rest()
    assert room.tells(NOW + PATIENCE) == 0
    assert room.at_rest()


def test_a_full_mail_leaves_the_rest_for_the_next(room):
    ann = room.follows(arms="daily 07:30 18:00", cap=2)
    for _ in range(3):
        room.reports()
    _, letter = room.look(NOW + 6 * HOUR)
    assert [(held.why, held.developments) for held in letter.held] == [(Waits.CAP, 1)]
    assert room.tells(NOW + 6 * HOUR) == 1
    assert room.tells(NOW + 7 * HOUR) == 0
    assert room.tells(NOW + DAY) == 1
    assert room.told(ann) == ["a1", "a2", "a3"]
    assert room.at_rest()


# --- how -----------------------------------------------------------------------------------------------------------


def test_mails_at_once_on_one_story_are_a_thread(room):
    ann, bob = room.follows(arms="at once"), room.follows("bob@example.org", arms="at once")
    room.reports(story="s")
    room.tells()
    room.reports(NOW + HOUR, story="s", news=News.DEVELOPMENT)
    room.tells(NOW + HOUR)
    first, second = room.store.outbox.mails(ann)
    room.reports(NOW + 2 * HOUR, story="s", news=News.DEVELOPMENT)
    thread = room.look(NOW + 2 * HOUR)[1].thread
    assert (thread.subject, thread.first, thread.latest, thread.mails) == (
        first.subject, first.message_id, second.message_id, 2,
    )  # fmt: skip
    other = room.look(NOW + 2 * HOUR, "bob@example.org")[1].thread
    assert other.first == room.store.outbox.mails(bob)[0].message_id


def test_a_digest_of_two_stories_or_of_another_cadence_is_no_thread(room):
    room.follows(arms="at once")
    room.follows("bob@example.org", arms="hourly")
    room.reports(story="s")
    room.tells(NOW + HOUR)
    with room.store.session() as session:
        assert list(session.exec(select(MailRow.story).order_by(MailRow.id))) == ["s", None]
    room.reports(NOW + HOUR, story="s", news=News.DEVELOPMENT)
    room.reports(NOW + HOUR)
    assert room.look(NOW + 2 * HOUR)[1].thread is None
    assert room.look(NOW + 2 * HOUR, "bob@example.org")[1].thread is None


def test_a_mail_that_never_arrived_begins_no_thread(room):
    room.follows(arms="at once")
    room.reports(story="s")
    room.tells()
    room.store.outbox.fail(room.store.outbox.claim(NOW)[0], Failure("550"))
    room.reports(NOW + HOUR, story="s", news=News.DEVELOPMENT)
    assert room.look(NOW + HOUR)[1].thread is None


def test_a_fault_in_one_digest_costs_the_others_nothing(room, monkeypatch):
    room.follows(arms="at once")
    bob = room.follows("bob@example.org", arms="at once")
    room.reports()
    write = digest.Printer.mail

    def stumbling(printer, letter):
        if letter.subscriber.address == ANN:
            raise ZeroDivisionError
        return write(printer, letter)

    monkeypatch.setattr("monitor.pipeline.compose.digest.Printer.mail", stumbling)
    assert room.tells() == 1
    assert room.told(bob) == ["a1"]
    monkeypatch.undo()
    assert room.tells(NOW + MINUTE) == 1


# --- the law -------------------------------------------------------------------------------------------------------

CADENCES = st.sampled_from(["at once", "hourly", "daily 07:30", "daily 08:00 18:00", "weekly tuesday 09:00"])
PEOPLE = st.lists(
    st.tuples(
        CADENCES,
        CADENCES,
        st.sampled_from(["UTC", "Asia/Seoul", "America/New_York", "Australia/Lord_Howe"]),
        st.sampled_from([None, "22:00-07:00", "07:00-09:00"]),
        st.sampled_from([None, 1, 2]),
    ),
    min_size=1,
    max_size=4,
)
STEPS = st.lists(
    st.tuples(st.integers(1, 60 * 20), st.sampled_from(["arms", "gas", "both", "none"])), min_size=3, max_size=25
)


@given(PEOPLE, STEPS)
@settings(max_examples=25)
def test_everything_is_told_once_to_each_follower_never_in_quiet_hours_and_never_before_its_time(people, steps):
    with tempfile.TemporaryDirectory() as folder:
        room = Newsroom(folder)
        numbers = {
            room.follows(f"{n}@example.org", arms=arms, gas=gas, zone=zone, quiet=quiet, cap=cap): (zone, quiet)
            for n, (arms, gas, zone, quiet, cap) in enumerate(people)
        }
        now, kept = NOW, 0
        for minutes, what in steps:
            now += minutes * MINUTE
            if what != "none":
                room.reports(now, watchlists=("arms", "gas") if what == "both" else (what,))
                kept += 1
            _tell_and_see(room, now, numbers)
        for _ in range(4 * 7 * 30):  # weekly mails of one story each take their time
            now += 6 * HOUR
            _tell_and_see(room, now, numbers)
            if room.at_rest():
                break
        for number in numbers:
            assert len(room.told(number)) == kept
        room.store.close()


def _tell_and_see(room: Newsroom, now: datetime, numbers: dict[int, tuple[str, str | None]]) -> None:
    before = room.store.telling.last_mails(list(numbers))
    room.tells(now)
    for number, at in room.store.telling.last_mails(list(numbers)).items():
        zone, quiet = numbers[number]
        if before.get(number) != at and quiet:
            assert cadence.quiet_until(cadence.parse_quiet(quiet), cadence.zone(zone), now) is None


def test_news_of_before_a_subscription_stays_so_when_a_clock_that_ran_ahead_is_set_back(room):
    ahead = NOW + 3 * HOUR
    room.reports(ahead)
    ann = room.follows(arms="at once", now=ahead + MINUTE)
    room.reports(ahead + 2 * MINUTE)
    room.store.shift(-3 * HOUR, NOW + HOUR, {})
    assert room.tells(NOW + HOUR) == 1
    assert room.told(ann) == ["a2"]
    with room.store.session() as session:
        (since,) = session.exec(select(SubscriptionRow.since)).all()
        seen = session.exec(select(DevelopmentRow.seen).order_by(DevelopmentRow.id)).all()
    assert seen[0] < since < seen[1] <= NOW + HOUR


# --- a sign of life ------------------------------------------------------------------------------------------------


def test_a_week_without_news_is_told_to_who_asked_for_it(room):
    ann = room.follows(arms="at once", sign_of_life=True)
    room.follows("bob@example.org", arms="at once")
    assert room.tells(NOW + 7 * DAY) == 0
    assert room.tells(NOW + 8 * DAY) == 1
    assert room.mails(ann) == ["Nothing new since 2 Mar, 12:00"]
    assert room.tells(NOW + 8 * DAY + HOUR) == 0
    assert room.tells(NOW + 16 * DAY) == 1


def test_a_sign_of_life_waits_for_the_end_of_quiet_hours_and_is_not_sent_beside_news(room):
    ann = room.follows(arms="at once", sign_of_life=True, quiet="11:00-15:00")
    assert room.tells(NOW + 8 * DAY) == 0
    room.reports(NOW + 8 * DAY)
    assert room.tells(NOW + 8 * DAY + 4 * HOUR) == 1
    assert room.mails(ann) == ["a1"]


def test_news_after_a_sign_of_life_is_told_as_ever(room):
    ann = room.follows(arms="at once", sign_of_life=True)
    room.tells(NOW + 8 * DAY)
    room.reports(NOW + 8 * DAY, story="s")
    room.tells(NOW + 8 * DAY + MINUTE)
    assert room.told(ann) == ["a1"]

"""The outbox: every mail in one state, told once, and never taken for sent or for lost without proof."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select
from test_store import kept

from monitor.pipeline import supersede
from monitor.store import Store
from monitor.store.outbox import Failure
from monitor.tables import DevelopmentRow, MailRow, SubscriberRow, SubscriptionRow, ToldRow
from monitor.values import WAITING, Mail, MailEvent, MailState, News
from monitor.values.posting import after

NOW = datetime(2025, 5, 29, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FULL = Failure("the mail server answered 452 4.2.2 full", "452 4.2.2 full", "4.2.2")
LOST = Failure("the mail server broke the connection", in_doubt=True)


@pytest.fixture
def store(tmp_path):
    opened = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    yield opened
    opened.close()


def told(store, cadence: str = "at once", address: str = "anna@example.org", number: int = 1) -> int:
    """A subscriber with a development in a queued mail; the subscriber's number."""
    subscriber = store.people.add(address, ["w"], NOW - HOUR).id
    with store.session() as session:
        session.exec(select(SubscriptionRow).where(SubscriptionRow.subscriber == subscriber)).one().cadence = cadence
    if not store.archive.has(f"a{number}"):
        store.archive.keep(kept(f"a{number}", seen=NOW - MINUTE), {"w": News.STORY})
    tell(store, subscriber, NOW, number)
    return subscriber


def tell(store, subscriber: int, now: datetime, number: int) -> None:
    (reader,) = [r for r in store.people.readers() if r.subscriber.id == subscriber]
    mail = Mail(reader.subscriber.address, "s", f"<{subscriber}.{number}@x>", b"x")
    store.outbox.keep(subscriber, mail, missing(store, subscriber), now)


def missing(store, subscriber: int) -> list[int]:
    """The developments that no mail tells a subscriber."""
    with store.session() as session:
        mine = select(ToldRow.development).where(ToldRow.subscriber == subscriber)
        return list(session.exec(select(DevelopmentRow.id).where(DevelopmentRow.id.not_in(mine))))


def untold(store, subscriber: int) -> int:
    return len(missing(store, subscriber))


def rows(store) -> list[MailRow]:
    with store.session() as session:
        found = list(session.exec(select(MailRow).order_by(MailRow.id)))
        session.expunge_all()
        return found


def claim(store, now: datetime = NOW):
    (waiting,) = store.outbox.claim(now)
    return waiting


# --- states


@given(st.lists(st.sampled_from(MailEvent), max_size=30))
def test_whatever_happens_a_mail_that_ended_stays_as_it_is(events):
    state = MailState.QUEUED
    for event in events:
        following = after(state, event)
        assert following is None or state in WAITING
        state = following or state


@given(st.lists(st.sampled_from(MailEvent), max_size=30))
def test_a_mail_is_replaced_only_if_none_of_its_content_ever_left_without_an_answer(events):
    state, doubt = MailState.QUEUED, False
    for event in events:
        following = after(state, event)
        if following is None:
            continue
        doubt = {MailEvent.REACH: True, MailEvent.REFUSE: False}.get(event, doubt)
        assert following is not MailState.REPLACED or not doubt
        state = following


def test_the_table_of_states_is_the_one_in_the_docstring():
    table = re.sub("(?<=[a-z]) (?=[a-z])", "_", after.__doc__)
    header, *lines = [row.split() for row in table.splitlines() if "  " in row.strip() and "==" not in row]
    columns = [MailState.QUEUED, MailState.DEFERRED, MailState.CLAIMED, MailState.IN_DOUBT, MailState.SENT]
    assert header == ["event", *columns[:3], "in_doubt", "the_others"]
    written = {}
    for event, *cells in lines:
        for state, cell in zip(columns, cells, strict=True):
            written[state, MailEvent(event.replace("_", " "))] = None if cell == "." else cell.replace("_", " ")
    assert written == {(s, e): after(s, e) for s, e in product(columns, MailEvent)}


def test_a_mail_in_hand_at_a_crash_goes_out_again_and_is_in_doubt_once_its_content_was_reached(store):
    told(store)
    before = claim(store)
    assert store.outbox.release_claims(NOW) == 1
    assert [row.state for row in rows(store)] == ["queued"]
    reached = claim(store)
    assert not reached.in_doubt
    assert store.outbox.reach(reached, NOW)
    assert store.outbox.release_claims(NOW) == 1
    assert [row.state for row in rows(store)] == ["in doubt"]
    again = claim(store)
    assert again.in_doubt
    assert again.mail == before.mail
    store.outbox.sent(again, NOW)
    assert [(row.state, row.lease) for row in rows(store)] == [("sent", None)]


def test_a_lapsed_lease_gives_the_mail_to_another_and_its_first_holder_may_not_send_it(store):
    told(store)
    slow = claim(store)
    assert store.outbox.claim(NOW + 14 * MINUTE) == []
    quick = claim(store, NOW + 16 * MINUTE)
    assert not store.outbox.reach(slow, NOW + 16 * MINUTE)
    store.outbox.sent(slow, NOW)
    store.outbox.fail(slow, FULL)
    assert [row.state for row in rows(store)] == ["claimed"]
    assert store.outbox.reach(quick, NOW + 16 * MINUTE)


@pytest.mark.parametrize(
    ("earlier", "reaches", "failure", "state"),
    [
        (False, False, FULL, "deferred"),
        (False, True, FULL, "deferred"),
        (False, True, LOST, "in doubt"),
        (True, False, FULL, "in doubt"),
        (True, True, FULL, "in doubt"),
        (True, True, LOST, "in doubt"),
    ],
)
def test_doubt_ends_by_a_refusal_of_the_only_attempt_whose_content_left(store, earlier, reaches, failure, state):
    told(store)
    if earlier:
        store.outbox.reach(claim(store), NOW)
        store.outbox.release_claims(NOW)
    waiting = claim(store)
    if reaches:
        store.outbox.reach(waiting, NOW)
    store.outbox.defer(waiting, NOW + MINUTE, failure)
    (row,) = rows(store)
    assert row.state == state
    assert (row.error, row.reply, row.enhanced) == (failure.problem, failure.reply, failure.enhanced)
    assert store.outbox.claim(NOW) == []
    assert claim(store, NOW + MINUTE).attempts == waiting.attempts + 1


def test_an_attempt_that_nobody_heard_of_does_not_count(store):
    told(store)
    store.outbox.give_back(claim(store), NOW + MINUTE, "the mail server cannot be reached")
    again = claim(store, NOW + MINUTE)
    assert again.attempts == 1


@pytest.mark.parametrize("leave", ["unsubscribe", "suppress", "remove"])
def test_who_left_or_takes_no_mail_is_not_sent_what_was_queued(store, leave):
    gone = told(store)
    {
        "unsubscribe": lambda: store.people.unsubscribe(gone),
        "suppress": lambda: store.people.suppress(gone, "no such user"),
        "remove": lambda: store.people.remove("anna@example.org"),
    }[leave]()
    told(store, address="bo@example.org")
    assert [each.mail.to for each in store.outbox.claim(NOW, 10)] == ["bo@example.org"]
    assert [row.state for row in rows(store)] == ["suppressed", "claimed"]
    assert untold(store, gone) == 0 if leave != "remove" else True


def test_a_hundred_mails_of_those_who_left_hide_nobody_elses(store):
    for number in range(100):
        store.people.unsubscribe(told(store, address=f"gone{number}@example.org"))
    told(store, address="bo@example.org")
    assert [each.mail.to for each in store.outbox.claim(NOW, 4)] == ["bo@example.org"]


def test_a_dead_address_is_marked_in_the_transaction_that_ends_its_mail(store):
    subscriber = told(store)
    store.outbox.fail(claim(store), Failure("no such user", "550 5.1.1 no", "5.1.1"), suppress="no such user")
    (reader,) = store.people.readers()
    assert (reader.subscriber.id, reader.suppressed) == (subscriber, "no such user")
    assert [row.state for row in rows(store)] == ["failed"]


# --- past their use


def past_use(store, now: datetime) -> int:
    return supersede.replace_past_use(store, now, 10 * MINUTE)


def test_a_replaced_mails_news_is_untold_again_and_its_successor_goes_on_where_it_had_come_to(store):
    subscriber = told(store)
    at = NOW
    for _ in range(3):
        store.outbox.defer(claim(store, at), at + HOUR, FULL)
        at += HOUR
    assert past_use(store, NOW + 5 * HOUR) == 0
    assert untold(store, subscriber) == 0
    assert past_use(store, NOW + 7 * HOUR) == 1
    assert untold(store, subscriber) == 1
    tell(store, subscriber, NOW + 7 * HOUR, 2)
    old, new = rows(store)
    assert (old.state, old.replaced_by, new.state) == ("replaced", new.id, "queued")
    assert (new.attempts, new.since, new.created) == (3, NOW, NOW + 7 * HOUR)
    assert untold(store, subscriber) == 0
    assert store.outbox.mails(subscriber)[1].message_id != store.outbox.mails(subscriber)[0].message_id


def test_a_successor_waits_as_long_as_the_mail_that_it_replaces(store):
    subscriber = told(store)
    store.outbox.defer(claim(store), NOW + 9 * HOUR, FULL)
    assert past_use(store, NOW + 7 * HOUR) == 1
    tell(store, subscriber, NOW + 7 * HOUR, 2)
    assert store.outbox.claim(NOW + 8 * HOUR) == []
    assert claim(store, NOW + 9 * HOUR).mail.message_id == f"<{subscriber}.2@x>"


def test_a_replaced_mails_developments_are_looked_for_again(store):
    subscriber = told(store)
    with store.session() as session:
        row = session.exec(select(SubscriptionRow).where(SubscriptionRow.subscriber == subscriber)).one()
        number = session.exec(select(ToldRow.development)).one()
        row.settled = number + 5
    store.outbox.defer(claim(store), NOW + HOUR, FULL)
    past_use(store, NOW + 7 * HOUR)
    (reader,) = store.people.readers()
    assert reader.follows["w"].settled == number - 1


@pytest.mark.parametrize("how", ["in doubt", "in hand", "sent", "never tried"])
def test_what_may_have_arrived_or_is_on_its_way_is_not_replaced(store, how):
    subscriber = told(store)
    if how != "never tried":
        waiting = claim(store)
    if how == "in doubt":
        store.outbox.reach(waiting, NOW)
        store.outbox.defer(waiting, NOW + MINUTE, LOST)
    elif how == "sent":
        store.outbox.sent(waiting, NOW)
    assert past_use(store, NOW + 100 * HOUR) == 0
    assert store.outbox.replace([row.id for row in rows(store)]) == (1 if how == "never tried" else 0)
    assert untold(store, subscriber) == (1 if how == "never tried" else 0)


def test_a_daily_digest_is_replaced_when_the_next_one_is_due_and_not_before(store):
    told(store, "daily 08:00")
    with store.session() as session:
        session.exec(select(SubscriptionRow)).one().served = NOW - 4 * HOUR
    store.outbox.defer(claim(store), NOW + HOUR, FULL)
    assert past_use(store, NOW + 19 * HOUR) == 0
    assert past_use(store, NOW + 20 * HOUR) == 1


def test_nothing_is_taken_back_in_quiet_hours(store):
    told(store)
    with store.session() as session:
        session.exec(select(SubscriberRow)).one().quiet = "18:00-21:00"
    store.outbox.defer(claim(store), NOW + HOUR, FULL)
    assert past_use(store, NOW + 8 * HOUR) == 0
    assert past_use(store, NOW + 9 * HOUR) == 1


def test_what_was_never_tried_because_no_mail_could_leave_is_composed_anew_as_well(store):
    told(store)
    store.outbox.give_back(claim(store), NOW + HOUR, "the mail server cannot be reached")
    assert past_use(store, NOW + 7 * HOUR) == 1

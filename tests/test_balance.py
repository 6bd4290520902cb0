"""The balance: what each subscriber should have is told, held or failed with a reason, and anything else is found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import delete, select, update

from monitor import balance, digest
from monitor.balance import Calendar, Follower, Posted, Seen
from monitor.digest import MailSettings
from monitor.pipeline.balancing import DUE, GRACE, PASSED_OVER, Auditor, Night
from monitor.pipeline.compose import Composer
from monitor.store import Store
from monitor.store.archive import Kept
from monitor.tables import MailRow, SubscriberRow, SubscriptionRow, ToldRow
from monitor.values import Article, Change, Choices, Field, Hit, News, Novel, Placement, Placing, Verdict, Waits

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LETTERHEAD = MailSettings("News <news@monitor.example>", "https://monitor.example", "secret", None)
ANN = "ann@example.org"


class House:
    """A store with those who compose, and who draw the balance."""

    def __init__(self, folder) -> None:
        self.store = Store(f"sqlite:///{folder}/monitor.db")
        self.composer = Composer(self.store, LETTERHEAD, {"arms": "Arms", "gas": "Gas"}, 10 * MINUTE)
        self.auditor = Auditor(self.store, self.composer)
        self._count = 0

    def follows(self, address: str = ANN, now: datetime = NOW, cadence: str = "at once", **choices) -> int:
        number = self.store.people.add(address, ["arms"], now).id
        self.store.people.choose(number, Choices({"arms": cadence}, **choices), now)
        return number

    def reports(self, seen: datetime = NOW, language: str = "en", watchlist: str = "arms") -> int:
        self._count += 1
        name = f"a{self._count}"
        article = Article(name, name, f"Lead of {name}.", f"https://wire.example/{name}", language, seen, "Wire")
        hits = (Hit(watchlist, "Pantsir", "a", Field.TITLE, 0, 1, "as written", 1.0),)
        place = Placement(name, Placing.NEW_STORY, None, 0.5, sure=True, why="why")
        verdict = Verdict(News.STORY, (Novel(Change.NEW, "20 billion", "It is 20 billion."),), "a new fact")
        self.store.archive.keep(Kept(article, seen, hits, place, verdict), {watchlist: News.STORY})
        return self._count

    def tells(self, now: datetime = NOW) -> int:
        return self.composer.compose_due(now)

    def mails_are(self, state: str, error: str | None = None) -> None:
        self.change(update(MailRow).values(state=state, error=error))

    def change(self, statement) -> None:
        with self.store.session() as session:
            session.exec(statement)

    def drawn(self, now: datetime = NOW, days: int = 7) -> balance.Balance:
        return self.auditor.draw(now, days)


@pytest.fixture
def house(tmp_path):
    opened = House(tmp_path)
    yield opened
    opened.store.close()


def sums(drawn: balance.Balance) -> tuple:
    return drawn.due, drawn.told, dict(drawn.held), dict(drawn.failed), drawn.different


# --- what comes out even -------------------------------------------------------------------------------------------


def test_nothing_due_is_even(house):
    house.follows()
    assert sums(house.drawn()) == (0, 0, {}, {}, 0)


def test_what_a_server_took_is_told(house):
    house.follows()
    house.reports()
    house.tells()
    house.mails_are("sent")
    assert sums(house.drawn()) == (1, 1, {}, {}, 0)


@pytest.mark.parametrize("state", ["queued", "claimed", "deferred", "in doubt"])
def test_a_mail_on_its_way_holds_what_it_tells(house, state):
    house.follows()
    house.reports()
    house.tells()
    house.mails_are(state)
    assert sums(house.drawn()) == (1, 0, {Waits.OUTBOX.value: 1}, {}, 0)


@pytest.mark.parametrize(
    ("state", "error"), [("failed", "550 no"), ("suppressed", "its reader left"), ("sent", "came back")]
)
def test_a_mail_that_did_not_arrive_has_failed_with_its_reason(house, state, error):
    house.follows()
    house.reports()
    house.tells()
    house.mails_are(state, error)
    assert sums(house.drawn()) == (1, 0, {}, {error: 1}, 0)


def test_each_reason_to_wait_is_named(house):
    house.follows("daily@example.org", cadence="daily 07:30")
    house.follows("quiet@example.org", quiet="11:00-13:00")
    house.follows("french@example.org", languages=("fr",))
    house.store.people.ask("unsure@example.org", Choices({"arms": "at once"}), NOW)
    house.store.people.suppress(house.follows("dead@example.org"), "550 no such user")
    house.follows("soon@example.org")
    house.reports()
    held = {Waits.CADENCE: 1, Waits.QUIET: 1, Waits.LANGUAGE: 1, Waits.UNCONFIRMED: 1, Waits.SUPPRESSED: 1, DUE: 1}
    assert sums(house.drawn()) == (6, 0, held, {}, 0)


def test_a_watchlist_asked_for_in_a_form_waits_for_its_confirmation_beside_what_is_followed(house):
    house.follows()
    house.store.people.ask(ANN, Choices({"gas": "at once"}), NOW)
    house.reports(watchlist="gas")
    assert sums(house.drawn()) == (1, 0, {Waits.UNCONFIRMED: 1}, {}, 0)


def test_what_a_full_mail_left_over_is_not_missing(house):
    house.follows(cap=1)
    for _ in range(3):
        house.reports()
    house.tells()
    house.mails_are("sent")
    assert sums(house.drawn(NOW + MINUTE)) == (3, 1, {Waits.CADENCE: 2}, {}, 0)
    house.tells(NOW + HOUR)
    house.mails_are("sent")
    assert house.drawn(NOW + HOUR + 11 * MINUTE).different == 0


def test_who_left_or_followed_later_should_have_nothing(house):
    house.reports()
    house.follows("later@example.org", NOW + MINUTE)
    number = house.follows("left@example.org", NOW - DAY)
    house.store.people.unsubscribe(number)
    house.store.people.choose(house.follows("stopped@example.org", NOW - DAY), Choices({}), NOW)
    assert house.drawn(NOW + 2 * MINUTE).due == 0


def test_a_clock_that_ran_ahead_makes_nobody_follow_earlier_than_they_did(house):
    ahead = NOW + 3 * HOUR
    house.reports(ahead)
    house.follows(now=ahead + MINUTE)
    own = house.reports(ahead + 2 * MINUTE)
    house.store.shift(-3 * HOUR, NOW + 3 * MINUTE, {})
    assert house.drawn(NOW + 4 * MINUTE).due == 1
    assert house.tells(NOW + 4 * MINUTE) == 1
    house.mails_are("sent")
    assert sums(house.drawn(NOW + 4 * MINUTE)) == (1, 1, {}, {}, 0)
    with house.store.session() as session:
        assert session.exec(select(ToldRow.development)).all() == [own]


def test_no_report_in_a_wanted_language_within_a_week_is_passed_over_and_said(house):
    house.follows(languages=("fr",))
    house.reports()
    house.tells(NOW + 8 * DAY)
    assert sums(house.drawn(NOW + 8 * DAY, days=30)) == (1, 0, {PASSED_OVER: 1}, {}, 0)


# --- what does not -------------------------------------------------------------------------------------------------


def test_a_mark_that_went_too_far_is_a_difference(house):
    house.follows()
    number = house.reports()
    house.change(update(SubscriptionRow).values(settled=number))
    drawn = house.drawn()
    assert drawn.different == 1
    assert (drawn.differences[0].address, drawn.differences[0].development) == (ANN, number)


def test_a_told_row_that_is_lost_with_its_mail_is_a_difference(house):
    house.follows()
    house.reports()
    house.tells()
    house.change(delete(ToldRow))
    assert house.drawn().different == 1


def test_a_mail_that_was_replaced_by_none_is_a_difference(house):
    house.follows()
    house.reports()
    house.tells()
    house.mails_are("replaced")
    assert sums(house.drawn()) == (1, 0, {}, {}, 1)


def test_what_is_due_for_over_an_hour_is_a_difference(house):
    house.follows()
    house.reports()
    assert house.drawn(NOW + GRACE - MINUTE).different == 0
    assert house.drawn(NOW + GRACE + MINUTE).different == 1


def test_a_development_that_no_mail_can_be_written_of_is_found(house, monkeypatch):
    def broken(*_):
        raise ValueError

    house.follows()
    house.reports()
    monkeypatch.setattr(digest.Printer, "mail", broken)
    assert house.tells() == 0
    assert house.drawn(NOW + 2 * HOUR).different == 1


def test_an_unknown_state_of_a_mail_is_a_difference():
    assert Posted("lost at sea", None, frozenset({1})).standing is balance.Standing.DIFFERENCE


# --- the law -------------------------------------------------------------------------------------------------------

numbers = st.frozensets(st.integers(1, 9))


@given(
    st.lists(st.tuples(st.sampled_from(["sent", "queued", "failed", "replaced"]), numbers), max_size=4),
    st.sampled_from([None, Waits.SUPPRESSED]),
    numbers,
    numbers,
)
def test_every_due_pair_is_counted_exactly_once(mails, barred, waiting, late):
    calendar = Calendar(Seen(n, NOW + n * HOUR, "en", frozenset({"arms"})) for n in range(1, 10))
    free, posted = frozenset(range(1, 10)), []
    for state, told in mails:  # a development is told by one mail at most: the table's key
        posted.append(Posted(state, None, told & free))
        free -= told
    follower = Follower(1, ANN, {"arms": NOW + 3 * HOUR}, barred=barred)
    account = balance.open_account(follower, calendar, posted)
    balance.close_account(account, dict.fromkeys(waiting, "w"), dict.fromkeys(late, "l"))
    drawn = balance.draw(9, [account])
    assert account.due == frozenset(range(3, 10))
    assert drawn.due == drawn.told + sum(drawn.held.values()) + sum(drawn.failed.values()) + drawn.different == 7


# --- the operator --------------------------------------------------------------------------------------------------


def test_a_difference_is_told_to_the_operator_once_and_stands_on_the_health_page(house):
    house.follows()
    number = house.reports()
    house.change(update(SubscriptionRow).values(settled=number))
    night = Night(house.auditor, LETTERHEAD, "op@example.org")
    night.look(NOW)
    night.look(NOW + DAY)
    (mail,) = house.store.outbox.mails()
    assert mail.to == "op@example.org"
    text = message_from_bytes(mail.data, policy=policy.default).get_body(("plain",)).get_content()
    assert ANN in text
    house.store.alive(NOW)
    assert house.store.healthy(NOW) == (True, f"last sign of life 0 s ago; balance: {house.drawn(NOW + DAY)}")


def test_an_even_balance_writes_no_mail_and_says_nothing(house):
    house.follows()
    house.reports()
    Night(house.auditor, LETTERHEAD, "op@example.org").look(NOW)
    house.store.alive(NOW)
    assert house.store.outbox.mails() == []
    assert "balance" not in house.store.healthy(NOW)[1]


def test_a_difference_that_grows_is_told_again_for_what_is_new(house):
    house.follows()
    house.change(update(SubscriptionRow).values(settled=house.reports()))
    night = Night(house.auditor, LETTERHEAD, "op@example.org")
    night.look(NOW)
    house.change(update(SubscriptionRow).values(settled=house.reports()))
    night.look(NOW + DAY)
    assert [mail.subject for mail in house.store.outbox.mails()] == ["Not told: 1 item of news"] * 2


def test_it_is_drawn_once_a_day_from_three_on(house):
    night = Night(house.auditor, LETTERHEAD, None)
    assert night.is_due(NOW)
    night.look(NOW)
    midnight = NOW + 12 * HOUR
    assert not night.is_due(midnight + 2 * HOUR)
    assert night.is_due(midnight + 3 * HOUR)


def test_followers_are_drawn_in_portions_and_none_twice(house, monkeypatch):
    monkeypatch.setattr("monitor.store.balance.PORTION", 2)
    for number in range(5):
        house.follows(f"p{number}@example.org")
    house.reports()
    house.tells()
    house.mails_are("sent")
    assert sums(house.drawn()) == (5, 5, {}, {}, 0)
    house.change(update(SubscriberRow).values(suppressed="x"))
    assert house.drawn().due == 5

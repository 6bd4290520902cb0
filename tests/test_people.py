"""Who is mailed and how they want it: asked, confirmed, vouched for, chosen and left, without a stranger's say."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from monitor.errors import InputError
from monitor.store import Store
from monitor.values import Choices, Notify

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WISHES = Choices({"arms": "daily 07:30"}, "Asia/Seoul", "ko", ("ko", "en"), "22:00-07:00", 20, sign_of_life=True)


@pytest.fixture
def people(tmp_path):
    store = Store(f"sqlite:///{tmp_path}/monitor.db")
    yield store.people
    store.close()


def follows(people, address: str = "ann@example.org") -> dict[str, str]:
    reader = people.find(address)
    return {w: each.cadence for w, each in reader.follows.items() if not each.pending}


# --- by the subscriber ---------------------------------------------------------------------------------------------


def test_who_asks_gets_nothing_before_they_confirm_and_loses_nothing_by_it(people):
    number = people.ask("Ann@Example.org", WISHES, NOW)
    reader = people.find("ann@example.org")
    assert (reader.confirmed, reader.follows["arms"].pending, reader.since) == (False, True, {"arms": NOW})
    assert people.confirm(number, NOW + DAY)
    reader = people.find("ann@example.org")
    assert (reader.confirmed, reader.follows["arms"].pending, reader.since) == (True, False, {"arms": NOW})
    assert people.choices(number) == WISHES


def test_asking_and_confirming_again_change_nothing(people):
    number = people.ask("ann@example.org", WISHES, NOW)
    assert people.ask("ann@example.org", WISHES, NOW + DAY) == number
    assert people.confirm(number, NOW + DAY)
    assert people.confirm(number, NOW + DAY)
    assert people.find("ann@example.org").since == {"arms": NOW}


def test_a_stranger_who_asks_for_another_changes_nothing_of_theirs(people):
    number = people.ask("ann@example.org", WISHES, NOW)
    people.confirm(number, NOW)
    people.ask("ann@example.org", Choices({"arms": "hourly", "gas": "hourly"}, "UTC", "de"), NOW)
    assert people.choices(number) == WISHES
    people.confirm(number, NOW)
    assert people.choices(number) == dataclasses.replace(WISHES, cadences={"arms": "daily 07:30", "gas": "hourly"})


def test_who_left_and_asks_again_gets_what_they_ask_for_and_nothing_else(people):
    number = people.add("ann@example.org", ["arms", "gas"], NOW).id
    people.unsubscribe(number)
    people.ask("ann@example.org", Choices({"gas": "hourly"}), NOW + DAY)
    assert not people.find("ann@example.org").active
    assert people.confirm(number, NOW + DAY)
    assert people.find("ann@example.org").active
    assert follows(people) == {"gas": "hourly"}
    assert people.find("ann@example.org").since == {"gas": NOW + DAY}


def test_a_confirmation_that_nobody_asked_for_brings_nobody_back(people):
    number = people.add("ann@example.org", ["arms"], NOW).id
    people.unsubscribe(number)
    assert not people.confirm(number, NOW)
    assert not people.confirm(999, NOW)
    assert not people.find("ann@example.org").active


def test_a_choice_is_whole(people):
    number = people.add("ann@example.org", ["arms", "gas"], NOW).id
    assert people.choose(number, WISHES, NOW + DAY)
    assert people.choices(number) == WISHES
    assert people.find("ann@example.org").since == {"arms": NOW}
    assert people.choose(number, Choices({"gas": "at once"}), NOW + 2 * DAY)
    assert people.choices(number) == Choices({"gas": "at once"})
    assert people.find("ann@example.org").since == {"gas": NOW + 2 * DAY}
    assert not people.choose(999, WISHES, NOW)
    assert people.choices(999) is None


def test_a_changed_cadence_counts_from_now_and_the_same_one_as_before(people):
    number = people.add("ann@example.org", ["arms"], NOW, cadence="daily 07:30").id
    people.choose(number, Choices({"arms": "Daily 7:30"}), NOW + DAY)
    assert people.find("ann@example.org").follows["arms"].served is None
    people.choose(number, Choices({"arms": "daily 08:00"}), NOW + DAY)
    assert people.find("ann@example.org").follows["arms"].served == NOW + DAY
    people.choose(number, Choices({"arms": "at once"}), NOW + DAY)
    assert people.find("ann@example.org").follows["arms"].served is None


@pytest.mark.parametrize(
    "wrong",
    [
        Choices({"arms": "sometimes"}),
        Choices({"arms": "hourly"}, zone="Mars/Olympus"),
        Choices({"arms": "hourly"}, quiet="all night"),
    ],
)
def test_a_choice_that_nobody_can_read_changes_nothing(people, wrong):
    number = people.add("ann@example.org", ["arms"], NOW).id
    before = people.choices(number)
    with pytest.raises(InputError, match="write"):
        people.choose(number, wrong, NOW)
    assert people.choices(number) == before


def test_who_is_added_keeps_the_zone_and_the_cadences_they_have(people):
    people.add("ann@example.org", ["arms"], NOW, "Asia/Seoul", "hourly")
    people.add("ann@example.org", ["arms", "gas"], NOW, cadence="daily 07:30")
    assert people.find("ann@example.org").subscriber.zone == "Asia/Seoul"
    assert follows(people) == {"arms": "hourly", "gas": "daily 07:30"}


# --- by the operator's files ---------------------------------------------------------------------------------------


def test_an_entry_says_what_its_reader_gets(people):
    entry = Notify("Ann@example.org", "daily 07:30", "Asia/Seoul", "ko", ("ko", "en"), "22:00-07:00", 20)
    people.vouch({"arms": [entry], "gas": [Notify("ann@example.org")]}, NOW, "hourly")
    reader = people.find("ann@example.org")
    assert people.choices(reader.subscriber.id) == dataclasses.replace(
        WISHES, cadences={"arms": "daily 07:30", "gas": "hourly"}, sign_of_life=False
    )
    assert reader.confirmed


def test_a_readers_own_later_choice_outweighs_the_file_until_its_entry_changes(people):
    file = {"arms": [Notify("ann@example.org", "daily 07:30", zone="Asia/Seoul")]}
    people.vouch(file, NOW)
    number = people.find("ann@example.org").subscriber.id
    own = Choices({"arms": "hourly"}, "Europe/Paris")
    people.choose(number, own, NOW + DAY)
    people.vouch(file, NOW + DAY)
    assert people.choices(number) == own
    people.vouch({"arms": [Notify("ann@example.org", "daily 09:00", zone="Asia/Seoul")]}, NOW + DAY)
    assert people.choices(number) == Choices({"arms": "daily 09:00"}, "Asia/Seoul")


def test_what_an_entry_no_longer_says_is_as_for_anybody(people):
    people.vouch({"arms": [Notify("ann@example.org", "daily 07:30", quiet="22:00-07:00", languages=("ko",))]}, NOW)
    people.vouch({"arms": [Notify("ann@example.org")]}, NOW, "hourly")
    assert people.choices(people.find("ann@example.org").subscriber.id) == Choices({"arms": "hourly"})


def test_an_address_alone_in_a_file_changes_nothing_for_who_follows_already(people):
    number = people.add("ann@example.org", ["arms"], NOW).id
    people.choose(number, WISHES, NOW)
    people.vouch({"arms": [Notify("ann@example.org")]}, NOW)
    assert people.choices(number) == WISHES
    people.vouch({"arms": []}, NOW)
    assert follows(people) == {"arms": "daily 07:30"}


def test_who_stopped_following_a_watchlist_is_not_brought_back_to_it_by_the_file(people):
    people.vouch({"arms": [Notify("ann@example.org")], "gas": [Notify("ann@example.org")]}, NOW)
    number = people.find("ann@example.org").subscriber.id
    people.choose(number, Choices({"gas": "at once"}), NOW)
    for entries in ([Notify("ann@example.org", "hourly")], [], [Notify("ann@example.org")]):
        people.vouch({"arms": entries, "gas": [Notify("ann@example.org")]}, NOW)
        assert follows(people) == {"gas": "at once"}
    people.add("ann@example.org", ["arms"], NOW)
    assert follows(people) == {"arms": "at once", "gas": "at once"}


def test_whom_the_operator_vouches_for_need_not_confirm(people):
    people.ask("ann@example.org", Choices({"arms": "hourly"}), NOW)
    people.vouch({"arms": [Notify("ann@example.org")]}, NOW)
    assert people.find("ann@example.org").confirmed
    assert follows(people) == {"arms": "hourly"}

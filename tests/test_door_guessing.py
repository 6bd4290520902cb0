"""How often a password may be guessed, and that no stranger keeps out who knows it."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from datetime import timedelta

import argon2
import pytest
from desk import Desk
from doorway import (
    ACCOUNT,
    BROWSER,
    NAME,
    OTHER,
    PASSWORD,
    Browser,
    at_once,
    opened,
    signed_in,
    token_of,
)

from monitor.web.door import passwords, throttling
from monitor.web.door.passwords import Caller, Fit, Passwords
from monitor.web.door.throttling import Kind, Lane, Throttle


@pytest.fixture
def desk(tmp_path, monkeypatch):
    yield from opened(tmp_path, monkeypatch)


# --- guessing ------------------------------------------------------------------------------------------------------


def wrong(desk, name=NAME, client="192.0.2.7", browser=None):
    answer = (browser or Browser(desk, client)).sign_in(name, "a guess at random")
    return answer.status, int(answer.headers.get("retry-after", 0))


@pytest.mark.parametrize("name", [NAME, "nobody"])
def test_after_five_wrong_guesses_each_further_one_waits_twice_as_long_up_to_a_quarter_of_an_hour(desk, name):
    waits = []
    for number in range(20):
        while (answer := wrong(desk, name, f"198.51.100.{number}"))[0] == 429:
            waits.append(answer[1])
            desk.now += timedelta(seconds=answer[1])
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900, 900]


def test_a_name_that_nobody_has_is_throttled_in_the_same_words(desk):
    known = [wrong(desk, NAME, "192.0.2.1") for _ in range(8)]
    assert known == [wrong(desk, "nobody", "192.0.2.2") for _ in range(8)]
    pages = [Browser(desk).sign_in(name, OTHER).said for name in (NAME, "nobody")]
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    ("lanes", "most"),
    [
        (lambda n: [Lane(Kind.NAME, "1"), Lane(Kind.NETWORK, f"network {n}")], 110),
        (lambda n: [Lane(Kind.UNKNOWN_NAME, f"name {n}"), Lane(Kind.NETWORK, "192.0.2.1")], 125),
        (lambda _: [Lane(Kind.BROWSER, "b")], 110),
    ],
    ids=["one name, from everywhere", "one network, any name", "one browser"],
)
def test_a_day_of_guessing_comes_to_no_more_than_the_docstring_says(lanes, most):
    throttle, start, made, passed = Throttle(), Desk.now, 0, 0
    for number in itertools.count():
        if passed >= 86_400:
            break
        wait = throttle.admit(lanes(number), start + timedelta(seconds=passed))
        made += not wait
        passed += wait.total_seconds()
    assert most - 2 <= made <= most
    text = throttling.__doc__
    assert f"at most {most}" in text


def test_a_browser_that_somebody_signed_in_with_is_not_slowed_down_by_the_guesses_of_others(desk):
    mine = signed_in(desk)
    mine.post("/logout", {"csrf": token_of(mine.get(ACCOUNT))})
    for number in range(60):
        wrong(desk, client=f"198.51.100.{number}")
        wrong(desk)
    assert wrong(desk)[0] == 429
    assert mine.sign_in().status == 303
    assert wrong(desk)[0] == 429


def test_a_known_browser_has_guesses_of_its_own_and_no_more_than_a_stranger(desk):
    mine = signed_in(desk)
    mine.post("/logout", {"csrf": token_of(mine.get(ACCOUNT))})
    assert [wrong(desk, browser=mine)[0] for _ in range(6)] == [403] * 5 + [429]


@pytest.mark.parametrize("value", ["x", "x.", ".", "x.y", "", None])
def test_a_browser_that_says_it_is_known_and_is_not_is_a_stranger(desk, value):
    desk.store.operators.add("Bo", Passwords().hash(OTHER), desk.now)
    forger = Browser(desk)
    if value is None:
        forger.cookies[BROWSER] = signed_in(desk, name="Bo", password=OTHER).cookies[BROWSER]
    else:
        forger.cookies[BROWSER] = value
    for _ in range(5):
        wrong(desk, client="203.0.113.9")
    assert forger.sign_in().status == 429


def test_a_right_password_takes_the_count_back(desk):
    for _ in range(5):
        for _ in range(4):
            assert wrong(desk)[0] == 403
        assert Browser(desk).sign_in().status == 303


def test_a_guess_that_has_to_wait_counts_nowhere_so_a_flood_sets_nobody_back(desk):
    for _ in range(5):
        wrong(desk)
    assert Counter(wrong(desk)[0] for _ in range(50)) == {429: 50}
    desk.now += timedelta(seconds=1)
    assert Browser(desk).sign_in().status == 303


def test_many_guesses_at_once_are_no_more_than_one_after_another(monkeypatch):
    slowly = throttling.delay

    def slow(*how):
        time.sleep(0.01)  # where another thread could come in between
        return slowly(*how)

    monkeypatch.setattr(throttling, "delay", slow)
    throttle = Throttle()
    waits = at_once(lambda _: throttle.admit([Lane(Kind.NAME, "1")], Desk.now), 40)
    assert sum(not wait for wait in waits) == 5


def test_a_lane_is_forgotten_a_day_after_its_last_guess(desk):
    for _ in range(5):
        wrong(desk)
    desk.now += timedelta(days=1, seconds=1)
    assert [wrong(desk)[0] for _ in range(6)] == [403] * 5 + [429]


def test_a_clock_that_is_set_back_makes_nobody_wait_longer_than_the_longest():
    throttle, lane = Throttle(), [Lane(Kind.NAME, "1")]
    for _ in range(5):
        throttle.admit(lane, Desk.now)
    assert throttle.admit(lane, Desk.now - timedelta(days=400)) == throttling.LONGEST


def test_what_is_remembered_of_guesses_is_bounded_and_made_up_names_push_out_no_real_one(monkeypatch):
    monkeypatch.setattr(throttling, "MOST_LANES", 50)
    throttle, real = Throttle(), [Lane(Kind.NAME, "1")]
    for _ in range(5):
        throttle.admit(real, Desk.now)
    for number in range(500):
        throttle.admit([Lane(Kind.UNKNOWN_NAME, str(number)), Lane(Kind.NETWORK, str(number))], Desk.now)
    assert {kind: len(counts) for kind, counts in throttle._counts.items()} == {
        Kind.BROWSER: 0,
        Kind.NAME: 1,
        Kind.UNKNOWN_NAME: 50,
        Kind.NETWORK: 50,
    }
    assert throttle.admit(real, Desk.now)


def test_guesses_at_names_that_nobody_has_do_not_free_a_name_that_somebody_has(desk, monkeypatch):
    monkeypatch.setattr(throttling, "MOST_LANES", 3)
    for number in range(5):
        wrong(desk, client=f"192.0.2.{number}")
    for number in range(4):
        wrong(desk, f"nobody {number}", f"198.51.100.{number}")
    assert wrong(desk, client="203.0.113.1")[0] == 429


def test_of_many_networks_the_one_that_guesses_is_remembered_and_an_idle_one_forgotten(monkeypatch):
    monkeypatch.setattr(throttling, "MOST_LANES", 3)
    throttle = Throttle()
    for number in range(40):
        throttle.admit([Lane(Kind.NETWORK, "guesses")], Desk.now)
        throttle.admit([Lane(Kind.NETWORK, str(number))], Desk.now)
    assert throttle.admit([Lane(Kind.NETWORK, "guesses")], Desk.now)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("", "", True),
    ],
)
def test_a_network_is_an_address_or_of_ipv6_what_one_customer_has(one, other, same):
    assert (throttling.network(one) == throttling.network(other)) is same


def test_a_crowd_of_strangers_is_sent_away_before_it_holds_every_thread_and_a_known_browser_is_not(monkeypatch):
    hold, inside = threading.Event(), threading.Semaphore(0)

    def slow(_self, _kept, _password):
        inside.release()
        hold.wait(30)
        return True

    monkeypatch.setattr(argon2.PasswordHasher, "verify", slow)
    guard = Passwords()
    kept = guard.hash(PASSWORD)
    outcomes = []
    threads = [
        threading.Thread(target=lambda: outcomes.append(guard.check(PASSWORD, kept, Caller.STRANGER)))
        for _ in range(passwords.CROWD)
    ]
    for each in threads:
        each.start()
    for _ in range(passwords.AT_ONCE):
        assert inside.acquire(timeout=30)
    deadline = time.monotonic() + 30
    while guard._crowd.acquire(blocking=False):
        guard._crowd.release()
        assert time.monotonic() < deadline
    assert guard.check(PASSWORD, kept, Caller.STRANGER) is Fit.BUSY
    known = threading.Thread(target=lambda: outcomes.append(guard.check(PASSWORD, kept, Caller.KNOWN)))
    known.start()
    assert not inside.acquire(blocking=False)  # no more hashes than processors can spare
    hold.set()
    for each in (*threads, known):
        each.join(30)
    assert outcomes == [Fit.YES] * (passwords.CROWD + 1)


def test_who_was_sent_away_by_a_crowd_has_not_guessed(desk, monkeypatch):
    monkeypatch.setattr(Passwords, "check", lambda *_: Fit.BUSY)
    assert {wrong(desk) for _ in range(30)} == {(429, 5)}
    monkeypatch.undo()
    assert Browser(desk).sign_in().status == 303

"""The door of the pages for operators: names and passwords, sessions and their ends, and the set-up link."""

from __future__ import annotations

import itertools
import re
import time
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import argon2
import pytest
from desk import BASE
from doorway import (
    ACCOUNT,
    BROWSER,
    NAME,
    OTHER,
    PASSWORD,
    SESSION,
    Browser,
    at_once,
    house,
    opened,
    plain_http,
    signed_in,
    token_of,
)
from hypothesis import given
from hypothesis import strategies as st

from monitor import web
from monitor.store.operators import Credentials, Scope, name_key
from monitor.web import asking
from monitor.web.door import hall, invitations, passwords, secret, tokens
from monitor.web.door.passwords import Caller, Fit, Passwords


@pytest.fixture
def desk(tmp_path, monkeypatch):
    yield from opened(tmp_path, monkeypatch)


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch):
    monkeypatch.setattr(passwords, "PARAMETERS", argon2.profiles.CHEAPEST)


WORST = ("\ufdfa" * 341, "a" * 1024, "ab" * 512, "0123456789" * 102, "a" * 500 + "b" + "a" * 500)


# --- signing in ----------------------------------------------------------------------------------------------------


def test_who_knows_a_name_and_its_password_comes_in_and_goes_out_again(desk):
    browser = Browser(desk)
    assert (browser.get(ACCOUNT).status, browser.get(ACCOUNT).headers["location"]) == (303, f"/login?next={ACCOUNT}")
    answer = browser.sign_in(after=ACCOUNT)
    assert (answer.status, answer.headers["location"]) == (303, ACCOUNT)
    assert "You are signed in as Ann" in browser.get(ACCOUNT).said
    assert browser.send(ACCOUNT, what="password").status == 403
    csrf = token_of(browser.get(ACCOUNT))
    assert browser.post("/logout", {"csrf": csrf}).headers["location"] == "/login"
    assert not browser.is_in


@pytest.mark.parametrize(
    ("name", "password"), [(NAME, OTHER), ("nobody", PASSWORD), ("", ""), (NAME, ""), (NAME, f" {PASSWORD}")]
)
def test_a_wrong_name_and_a_wrong_password_are_one_message(desk, name, password):
    browser = Browser(desk)
    answer = browser.sign_in(name, password)
    assert (answer.status, "do not belong together" in answer.said, browser.is_in) == (403, True, False)


@pytest.mark.parametrize("name", ["ann", "ANN", "Ａｎｎ", " Ann ", "ᴬnn"])
def test_a_name_is_the_same_in_any_case_and_width(desk, name):
    assert Browser(desk).sign_in(name).status == 303
    assert desk.store.operators.add(name, "x", desk.now) is None


def test_a_password_is_the_same_however_a_keyboard_composes_it(desk):
    desk.store.operators.add("Zoë", Passwords().hash("caf\u00e9 at the corner"), desk.now)
    assert Browser(desk).sign_in("zoe\u0308", "cafe\u0301 at the corner").status == 303


def test_a_nul_ends_no_password(desk):
    desk.store.operators.add("nul", Passwords().hash("twelve letters\0one"), desk.now)
    assert Browser(desk).sign_in("nul", "twelve letters\0two").status == 403
    assert Browser(desk).sign_in("nul", "twelve letters").status == 403
    assert Browser(desk).sign_in("nul", "twelve letters\0one").status == 303


def test_a_password_is_kept_as_argon2id_by_the_second_recommendation_of_rfc_9106(monkeypatch):
    monkeypatch.undo()
    hashed = Passwords().hash(PASSWORD)
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert Passwords().check(PASSWORD, hashed, Caller.STRANGER) is Fit.YES


def test_a_hash_of_older_parameters_is_renewed_at_the_sign_in_and_the_session_goes_on(desk, monkeypatch):
    before = desk.store.operators.credentials(NAME)
    stronger = replace(argon2.profiles.CHEAPEST, time_cost=2)
    monkeypatch.setattr(passwords, "PARAMETERS", stronger)
    desk.app = web.app(house(desk))
    browser = signed_in(desk)
    after = desk.store.operators.credentials(NAME)
    assert argon2.extract_parameters(after.password) == stronger
    assert after.password != before.password
    assert browser.is_in


def test_a_kept_hash_that_is_none_lets_nobody_in(desk):
    desk.store.operators.add("broken", "no hash", desk.now)
    assert Browser(desk).sign_in("broken", "no hash").status == 403


def test_a_name_that_nobody_has_costs_the_same_work(desk, monkeypatch):
    looked = []
    verify = argon2.PasswordHasher.verify
    monkeypatch.setattr(
        argon2.PasswordHasher, "verify", lambda self, kept, given: looked.append(kept) or verify(self, kept, given)
    )
    Browser(desk).sign_in(NAME, OTHER)
    Browser(desk).sign_in("nobody", OTHER)
    assert [argon2.extract_parameters(kept) for kept in looked] == [passwords.PARAMETERS] * 2


def test_a_password_beyond_its_largest_size_is_never_hashed(desk, monkeypatch):
    def fails(*_):
        raise AssertionError("hashed")

    monkeypatch.setattr(argon2.PasswordHasher, "verify", fails)
    assert Passwords().check("x" * (passwords.LARGEST + 1), None, Caller.STRANGER) is Fit.NO
    assert Passwords().check("é" * (passwords.LARGEST // 2 + 1), None, Caller.STRANGER) is Fit.NO
    assert Browser(desk).sign_in(NAME, "x" * 60_000).status == 403


# --- new passwords and names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "eleven long",
        " " * 20,
        "\u3000" * 20,
        "Annannannann",
        "ann ann ann ann",
        "ann123456789",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "123456789012",
        "qwertyuiop12",
        "poiuytrewqpoiu",
        "newsmonitor123",
        "News-Monitor1",
        "password1234",
        "abcdefghijklmnop",
        "x" * 1025,
    ],
)
def test_a_password_that_is_short_or_guessed_by_rule_is_refused(password):
    assert passwords.problem(password, NAME)


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        OTHER,
        "Ann likes rye bread",
        "조용한 아침의 나라에서 온 편지",
        "тихая вода берега моет",
        "8FZ!k0-qL2vX",
        "1234 geese flew over",
        " leading and trailing ",
        "🦢🦢 on the lake at dusk",
        "a" * 12 + "geese, not ducks",
    ],
)
def test_any_sentence_will_do_whatever_its_script_its_blanks_or_its_signs(password):
    assert passwords.problem(password, NAME) is None


@pytest.mark.parametrize("password", WORST)
def test_judging_a_hostile_password_is_quick(password):
    started = time.monotonic()
    passwords.problem(password, NAME)
    assert time.monotonic() - started < 1


@given(st.text(max_size=300), st.text(max_size=20))
def test_any_text_can_be_judged_hashed_and_held_against_its_hash(password, name):
    problem = passwords.problem(password, name)
    assert problem or len(passwords.normal(password)) >= passwords.SHORTEST
    guard = Passwords()
    if not passwords.is_too_large(password):
        assert guard.check(password, guard.hash(password), Caller.KNOWN) is Fit.YES


@pytest.mark.parametrize(
    "name", ["", " ", "x" * 65, "a\r\nSet-Cookie: b=c", "a\nb", "a\0b", "a\u202eb", "a\u200bb", "a\tb", "a\x1b[2Jb"]
)
def test_a_name_that_could_split_a_header_or_fool_an_eye_is_refused(desk, name):
    link = invitations.link(desk.store, "", desk.now)
    answer = Browser(desk).send(link, name=name, password=OTHER, again=OTHER)
    assert (answer.status, "Please mend the name" in answer.said) == (422, True)
    assert [each.name for each in desk.store.operators.all()] == [NAME]


# --- sessions ------------------------------------------------------------------------------------------------------


def test_behind_https_the_session_is_for_this_very_host_and_no_script(desk):
    answer = Browser(desk).sign_in()
    assert len(answer.cookies) == 2
    for line in answer.cookies:
        name, *attributes = line.split("; ")
        assert name.startswith("__Host-monitor_")
        assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(attributes)
        assert not any(each.lower().startswith("domain") for each in attributes)


@pytest.mark.parametrize(("base", "path"), [("http://monitor.lan", "/"), (None, "/"), ("http://lan/news/", "/news/")])
def test_over_plain_http_the_session_works_and_stays_below_its_path(desk, base, path):
    answer = signed_in(plain_http(desk, base)).get("/login")
    assert answer.status == 303
    for line in Browser(desk).sign_in().cookies:
        attributes = line.split("; ")
        assert line.startswith("monitor_")
        assert f"Path={path}" in attributes
        assert "HttpOnly" in attributes
        assert "Secure" not in attributes


def test_of_a_session_a_password_a_link_and_a_token_hashes_alone_are_kept(desk):
    browser = signed_in(desk)
    link = invitations.link(desk.store, "", desk.now)
    token = tokens.issue(desk.store, "probe", Scope.READ, desk.now, None)
    kept = repr(desk.everything())
    for each in (browser.cookies[SESSION], PASSWORD, link.rpartition("/")[2], token, token.removeprefix("nm_")):
        assert each not in kept
    assert len(browser.cookies[SESSION]) == 43  # 256 bits in base64


def test_a_session_that_was_there_before_the_sign_in_is_not_the_one_after_it(desk):
    attacker, victim = signed_in(desk), Browser(desk)
    victim.cookies |= attacker.cookies
    csrf = token_of(victim.get(ACCOUNT))
    assert csrf
    victim.cookies[BROWSER] = "planted"
    page = desk.get("/login", cookie=f"{BROWSER}=planted")
    victim.post("/login", {"csrf": token_of(page), "name": NAME, "password": PASSWORD})
    assert victim.is_in
    assert victim.cookies[SESSION] != attacker.cookies[SESSION]
    assert victim.cookies[BROWSER] != "planted"
    assert not attacker.is_in


@pytest.mark.parametrize("value", ["made-up", "x" * 43, "", '"quoted"'])
def test_a_session_that_nobody_began_signs_nobody_in(desk, value):
    browser = Browser(desk)
    browser.cookies[SESSION] = value
    assert not browser.is_in


@given(st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=60))
def test_any_line_of_cookies_can_be_read(line):
    found = asking._cookies([line])
    assert all(len(values) <= 2 for values in found.values())


def test_a_session_cookie_that_a_neighbour_tossed_in_beside_ours_signs_nobody_in(desk):
    mine, theirs = signed_in(desk), signed_in(desk)
    mine, theirs = mine.cookies[SESSION], theirs.cookies[SESSION]
    for pair in itertools.permutations((mine, theirs)):
        line = "; ".join(f"{SESSION}={value}" for value in pair)
        assert desk.get(ACCOUNT, cookie=line).status == 303
    assert desk.get(ACCOUNT, cookie=f"a=b; {SESSION}={mine}").status == 200


def test_a_cookie_without_the_host_prefix_counts_for_nothing_behind_https(desk):
    browser = signed_in(desk)
    assert desk.get(ACCOUNT, cookie=f"monitor_session={browser.cookies[SESSION]}").status == 303


def test_signing_out_ends_the_session_itself_not_its_cookie_alone(desk):
    browser = signed_in(desk)
    stolen = dict(browser.cookies)
    browser.post("/logout", {"csrf": token_of(browser.get(ACCOUNT))})
    assert SESSION not in browser.cookies
    browser.cookies = stolen
    assert not browser.is_in


def test_a_session_ends_after_thirty_days_however_much_it_is_used(desk):
    browser = signed_in(desk)
    for _ in range(29):
        desk.now += timedelta(days=1)
        assert browser.is_in
    desk.now += timedelta(days=1)
    assert not browser.is_in


def test_a_session_ends_after_seven_days_without_use(desk):
    browser = signed_in(desk)
    desk.now += timedelta(days=7, seconds=-1)
    assert browser.is_in
    desk.now += timedelta(days=7)
    assert not browser.is_in


def test_sessions_that_ended_are_forgotten_at_the_next_sign_in(desk):
    signed_in(desk)
    desk.now += timedelta(days=8)
    signed_in(desk)
    assert len(desk.everything()["operator_session"]) == 1


def test_looking_at_a_page_writes_at_most_once_an_hour(desk):
    browser = signed_in(desk)
    before = desk.everything()
    desk.now += timedelta(minutes=59)
    assert browser.is_in
    assert desk.everything() == before
    desk.now += timedelta(minutes=1)
    assert browser.is_in
    assert desk.store.operators.all()[0].seen == desk.now


def test_changing_the_password_ends_all_other_sessions_and_gives_this_one_a_new_name(desk):
    here, there = signed_in(desk), signed_in(desk)
    old = dict(here.cookies)
    answer = here.send(ACCOUNT, what="password", current=PASSWORD, password=OTHER, again=OTHER)
    assert answer.status == 303
    assert (here.is_in, there.is_in) == (True, False)
    assert here.cookies[SESSION] != old[SESSION]
    here.cookies = old
    assert not here.is_in
    assert Browser(desk).sign_in().status == 403
    assert Browser(desk).sign_in(password=OTHER).status == 303


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"current": OTHER, "password": OTHER, "again": OTHER}, 403),
        ({"current": PASSWORD, "password": OTHER, "again": PASSWORD}, 422),
        ({"current": PASSWORD, "password": "short", "again": "short"}, 422),
        ({"current": PASSWORD}, 422),
        ({}, 403),
    ],
)
def test_a_password_is_changed_by_who_knows_it_and_writes_the_new_one_twice(desk, fields, status):
    browser = signed_in(desk)
    before = desk.everything()
    assert browser.send(ACCOUNT, what="password", **fields).status == status
    assert desk.everything() == before


def test_who_found_an_open_browser_cannot_guess_its_password_for_ever(desk):
    browser = signed_in(desk)
    answers = [browser.send(ACCOUNT, what="password", current=f"guess {n}").status for n in range(7)]
    assert answers == [403] * 5 + [429] * 2


def test_signing_out_everywhere_else_keeps_this_browser(desk):
    here, there = signed_in(desk), signed_in(desk)
    assert "signed out everywhere else" in here.send(ACCOUNT, what="sessions").said
    assert (here.is_in, there.is_in) == (True, False)


@pytest.mark.parametrize("end", ["password", "remove"])
def test_a_new_password_from_the_command_line_and_a_removal_end_every_session(desk, end):
    browser = signed_in(desk)
    operators = desk.store.operators
    if end == "password":
        operators.set_password(operators.credentials(NAME).id, "a hash", desk.now)
    else:
        assert operators.remove("ANN")
    assert not browser.is_in
    assert not desk.everything()["operator_session"]


def test_a_sign_in_that_was_checked_before_the_password_changed_begins_nothing_after_it(desk):
    operators = desk.store.operators
    checked = operators.credentials(NAME)
    operators.set_password(checked.id, "another hash", desk.now)
    assert not operators.begin("key", checked, desk.now)
    operators.rehash(checked, "the old password hashed anew")
    assert operators.credentials(NAME).password == "another hash"
    operators.remove(NAME)
    assert not operators.begin("key", checked, desk.now)


# --- the set-up link -----------------------------------------------------------------------------------------------


def test_a_service_without_operators_greets_with_a_link_and_one_with_operators_says_nothing(desk):
    assert web.greeting(desk.store, BASE, desk.now) is None
    desk.store.operators.remove(NAME)
    greeting = web.greeting(desk.store, f"{BASE}/", desk.now)
    assert re.fullmatch(rf"[^\n]*{BASE}/setup/[\w-]{{43}}", greeting)


def test_a_set_up_link_adds_one_operator_signs_them_in_and_is_used_up(desk):
    link = invitations.link(desk.store, "", desk.now)
    browser = Browser(desk)
    answer = browser.send(link, name="Bo  B", password=OTHER, again=OTHER)
    assert (answer.status, answer.headers["location"]) == (303, hall.HOME)
    assert "You are signed in as Bo B" in browser.get(ACCOUNT).said
    for again in (Browser(desk).get(link), Browser(desk).post(link, {"name": "c", "password": OTHER, "again": OTHER})):
        assert (again.status, "This link is used or too old" in again.said) == (410, True)
    assert [each.name for each in desk.store.operators.all()] == [NAME, "Bo B"]


def test_a_set_up_link_is_good_for_a_day_and_until_there_is_a_newer_one(desk):
    first = invitations.link(desk.store, "", desk.now)
    second = invitations.link(desk.store, "", desk.now)
    desk.now += timedelta(hours=24, seconds=-1)
    assert [desk.get(link).status for link in (first, second)] == [410, 200]
    desk.now += timedelta(seconds=1)
    assert desk.get(second).status == 410
    assert "monitor operators setup-link" in desk.get(second).said


@pytest.mark.parametrize("token", ["x", "%00", "%C3%A9", "-" * 43, " "])
def test_a_set_up_link_that_nobody_made_does_nothing(desk, token):
    invitations.link(desk.store, "", desk.now)
    before = desk.everything()
    assert desk.get(f"/setup/{quote(token)}").status == 410
    assert desk.everything() == before


def test_a_form_of_the_set_up_is_kept_whole_or_not_at_all(desk):
    link = invitations.link(desk.store, "", desk.now)
    browser = Browser(desk)
    taken = browser.send(link, name="ANN", password=OTHER, again=OTHER)
    assert (taken.status, "somebody has this name" in taken.said) == (422, True)
    other = browser.send(link, name="Bo", password=OTHER, again=PASSWORD)
    assert (other.status, 'value="Bo"' in other.body, OTHER in other.body) == (422, True, False)
    assert desk.get(link).status == 200


def test_a_form_of_the_set_up_that_is_not_ours_adds_nobody(desk):
    link = invitations.link(desk.store, "", desk.now)
    browser, fields = Browser(desk), {"name": "Bo", "password": OTHER, "again": OTHER}
    csrf = token_of(browser.get(link))
    before = desk.everything()
    for answer in (
        browser.post(link, fields),
        browser.post(link, {**fields, "csrf": csrf}, sec_fetch_site="cross-site"),
        Browser(desk).post(link, {**fields, "csrf": csrf}),
    ):
        assert (answer.status, "did not come from this page" in answer.said) == (403, True)
    assert desk.everything() == before


def test_two_who_use_one_link_at_the_same_time_are_one_operator(desk):
    link = secret.kept(invitations.link(desk.store, "", desk.now).rpartition("/")[2])
    outcomes = at_once(lambda n: desk.store.operators.accept(link, f"operator {n}", "hash", desk.now), 8)
    assert sum(isinstance(each, int) for each in outcomes) == 1
    assert len(desk.store.operators.all()) == 2


# --- the store -----------------------------------------------------------------------------------------------------


def test_an_operator_whose_name_differs_in_nothing_that_shows_is_the_same(desk):
    assert desk.store.operators.credentials("ａｎｎ") == Credentials(
        1, NAME, desk.store.operators.credentials(NAME).password
    )
    assert not desk.store.operators.remove("Anne")


@given(st.text(max_size=30))
def test_the_key_of_a_name_is_the_key_of_its_key(name):
    assert name_key(name_key(name)) == name_key(name)

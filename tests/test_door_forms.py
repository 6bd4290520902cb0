"""Forms that are ours, and where a sign-in leads: no other site acts for an operator or sends them elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote, urljoin, urlsplit

import pytest
from desk import BASE, KEY
from doorway import (
    ACCOUNT,
    NAME,
    OTHER,
    PASSWORD,
    Browser,
    house,
    opened,
    plain_http,
    signed_in,
    token_of,
)
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.store.operators import Scope
from monitor.web import asking, door
from monitor.web.door import forms, hall, invitations, paths, tokens


@pytest.fixture
def desk(tmp_path, monkeypatch):
    yield from opened(tmp_path, monkeypatch)


# --- forms that are ours -------------------------------------------------------------------------------------------

FORMS = [
    {"what": "password", "current": PASSWORD, "password": OTHER, "again": OTHER},
    {"what": "sessions"},
    {"what": "token", "token": "new", "scope": "admin"},
    {"what": "revoke", "token": "probe"},
]


@pytest.mark.parametrize("fields", FORMS, ids=lambda fields: fields["what"])
def test_no_form_acts_without_the_token_of_its_own_session(desk, fields):
    tokens.issue(desk.store, "probe", Scope.READ, desk.now, None)
    victim, attacker = signed_in(desk), signed_in(desk)
    foreign = [None, "", "x", token_of(attacker.get(ACCOUNT)), token_of(Browser(desk).get("/login"))]
    before = desk.everything()
    for csrf in foreign:
        assert victim.post(ACCOUNT, {**fields, **({} if csrf is None else {"csrf": csrf})}).status == 403
    right = token_of(victim.get(ACCOUNT))
    for csrf in ([right, "x"], ["x", right], right[:-1], right + "0", right.swapcase()):
        assert victim.post(ACCOUNT, {**fields, "csrf": csrf}).status == 403
    assert desk.everything() == before
    assert victim.post(ACCOUNT, {**fields, "csrf": right}).status in (200, 303)
    assert desk.everything() != before


@pytest.mark.parametrize(
    ("headers", "is_ours"),
    [
        ({}, True),
        ({"sec_fetch_site": "same-origin"}, True),
        ({"sec_fetch_site": "none"}, True),
        ({"sec_fetch_site": "same-site"}, False),
        ({"sec_fetch_site": "cross-site"}, False),
        ({"sec_fetch_site": "cross-site", "origin": BASE}, False),
        ({"origin": BASE, "host": "127.0.0.1:8080"}, True),
        ({"origin": "http://127.0.0.1:8080", "host": "127.0.0.1:8080"}, True),
        ({"origin": "https://evil.example", "host": "127.0.0.1:8080"}, False),
        ({"origin": f"{BASE}.evil.example", "host": "127.0.0.1:8080"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
    ],
)
def test_a_form_with_the_right_token_acts_only_from_a_page_of_ours(desk, headers, is_ours):
    browser = signed_in(desk)
    csrf = token_of(browser.get(ACCOUNT))
    assert browser.post(ACCOUNT, {"what": "sessions", "csrf": csrf}, **headers).status == (200 if is_ours else 403)
    stranger = Browser(desk)
    fields = {"csrf": token_of(stranger.get("/login")), "name": NAME, "password": PASSWORD}
    assert stranger.post("/login", fields, **headers).status == (303 if is_ours else 403)


def test_a_token_may_stand_in_a_header_for_what_is_no_form(desk):
    browser = signed_in(desk)
    csrf = token_of(browser.get(ACCOUNT))
    assert browser.post(ACCOUNT, {"what": "sessions"}, x_csrf_token=csrf).status == 200
    assert browser.post(ACCOUNT, {"what": "sessions"}, x_csrf_token="x").status == 403


def test_another_site_can_sign_no_browser_in_as_somebody_else(desk):
    attacker, victim = Browser(desk), Browser(desk)
    csrf = token_of(attacker.get("/login"))
    fields = {"csrf": csrf, "name": NAME, "password": PASSWORD}
    no_cookie = victim.post("/login", fields)
    assert (no_cookie.status, "sent no cookie back" in no_cookie.said) == (403, True)
    victim.get("/login")
    assert victim.post("/login", fields).status == 403
    assert not victim.is_in
    assert attacker.post("/login", fields).status == 303


def test_signing_out_by_another_site_ends_nothing(desk):
    browser = signed_in(desk)
    browser.post("/logout", {"csrf": "x"})
    browser.post("/logout", {"csrf": token_of(browser.get(ACCOUNT))}, sec_fetch_site="cross-site")
    assert browser.is_in


def test_every_form_of_the_door_holds_a_token_and_none_the_same_twice(desk):
    browser = signed_in(desk)
    link = invitations.link(desk.store, "", desk.now)
    tokens.issue(desk.store, "probe", Scope.READ, desk.now, None)
    seen = []
    for who, path in ((browser, ACCOUNT), (Browser(desk), "/login"), (Browser(desk), link)):
        for _ in range(2):
            found = re.findall(r"<form.*?</form>", who.get(path).body, re.DOTALL)
            acting = [form for form in found if 'role="search"' not in form]
            assert all('method="post"' in form for form in acting)
            assert all(len(re.findall('name="csrf" value="[^"]{60,}"', form)) == 1 for form in acting)
            seen.append(token_of(who.get(path)))
    assert len(set(seen)) == len(seen)


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_token_is_good_for_its_own_subject_alone(subject, other):
    asked = asking.Asked({}, {}, {"csrf": (forms.token(KEY, subject),)}, {}, "")
    assert forms.is_ours(asked, KEY, subject, BASE)
    assert forms.is_ours(asked, KEY, other, BASE) is (subject == other)
    assert not forms.is_ours(asked, "another key", subject, BASE)


# --- where a sign-in leads -----------------------------------------------------------------------------------------

SCHEMES = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "javascript:alert(1)",
    "/%0d%0aSet-Cookie:a=b\r\n",
    "/./" + "/evil.example",
    "/..//evil.example",
    "///evil.example",
    "/desk\r\nSet-Cookie: a=b",
    " //evil.example",
    "/\x00/evil.example",
    "",
    "desk",
    "?x",
    "/desk//evil",
    "/é",
]


@pytest.mark.parametrize("after", SCHEMES)
def test_a_sign_in_leads_to_no_other_site(desk, after):
    answer = Browser(desk).sign_in(after=after)
    assert (answer.status, answer.headers["location"]) == (303, hall.HOME)
    page = desk.get(f"/login?next={quote(after)}")
    assert 'name="next" value=""' in page.body
    assert signed_in(desk).get(f"/login?next={quote(after)}").headers["location"] == hall.HOME


@pytest.mark.parametrize("after", ["/desk", "/desk/search?q=a%20b&x=//y", "/desk/why?url=https://a.example/?b#c", "/"])
def test_a_sign_in_leads_back_to_where_it_came_from(desk, after):
    assert Browser(desk).sign_in(after=after).headers["location"] == after


@given(st.text(st.sampled_from("/\\.:?#@%\t\r\n\0 ehttps") | st.characters(), max_size=20))
@example("/\\/evil.example")
def test_whatever_is_asked_for_a_browser_stays_on_our_host(written):
    found = paths.local(written) or hall.HOME
    as_browsers_read = re.sub(r"[\t\r\n]", "", found).strip().replace("\\", "/")
    for root in ("", "/news"):
        there = urlsplit(urljoin(f"{BASE}/login", root + as_browsers_read))
        assert (there.scheme, there.netloc) == tuple(urlsplit(BASE)[:2])
        assert found.isascii()
        assert found.isprintable()


def test_who_is_not_signed_in_comes_back_to_the_very_page_but_not_to_a_form_that_was_sent(desk):
    entrance = door.Door(house(desk))
    asked = asking.Asked({}, {}, {}, {}, "", target="/desk/search?q=a b&x=1")
    assert entrance.to_login(asked).headers["location"] == "/login"
    asked = replace(asked, target="/desk/search?q=a%20b&x=1")
    assert entrance.to_login(asked).headers["location"] == "/login?next=/desk/search%3Fq%3Da%2520b%26x%3D1"
    assert entrance.to_login(replace(asked, method="POST")).headers["location"] == "/login"
    assert desk.get(f"{ACCOUNT}?a=1", host="evil.example/x?").headers["location"] == f"/login?next={ACCOUNT}%3Fa%3D1"


def test_behind_a_path_of_a_proxy_every_address_of_the_door_stays_below_it(desk):
    plain_http(desk, "http://lan/news/")
    browser = Browser(desk)
    assert browser.get(ACCOUNT).headers["location"] == f"/news/login?next={ACCOUNT}"
    assert browser.sign_in().headers["location"] == f"/news{hall.HOME}"
    pages = browser.get(ACCOUNT).body + Browser(desk).get("/login").body
    assert all(path.startswith("/news/") for path in re.findall(r'(?:href|action)="([^"#]+)"', pages))

"""Tokens of the API, and what befell others at their doors, replayed at ours."""

from __future__ import annotations

import html
import http.client
import logging
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
import structlog
from desk import Desk
from doorway import (
    ACCOUNT,
    NAME,
    OTHER,
    PASSWORD,
    SESSION,
    Browser,
    house,
    opened,
    signed_in,
)
from test_web import served

from monitor import web
from monitor.store.operators import Scope, Token
from monitor.web import door
from monitor.web.door import invitations, tokens


@pytest.fixture
def desk(tmp_path, monkeypatch):
    yield from opened(tmp_path, monkeypatch)


# --- tokens of the API ---------------------------------------------------------------------------------------------


def entrance(desk):
    return door.Door(house(desk))


def bearing(token, scheme="Bearer"):
    return {"authorization": f"{scheme} {token}"}


@pytest.mark.parametrize("scope", Scope)
def test_a_token_may_what_its_scope_covers_and_no_more(desk, scope):
    token = tokens.issue(desk.store, "probe", scope, desk.now, None)
    caller = entrance(desk).caller(bearing(token))
    assert (caller.name, caller.scope) == ("probe", scope)
    order = [Scope.READ, Scope.WRITE, Scope.ADMIN]
    for wanted in Scope:
        allowed = order.index(wanted) <= order.index(scope)
        assert caller.may(wanted) is allowed
        assert (entrance(desk).bearer(bearing(token), wanted) is not None) is allowed


def test_a_token_ends_when_its_days_are_over_and_when_it_is_revoked(desk):
    short = tokens.issue(desk.store, "short", Scope.READ, desk.now, timedelta(days=3))
    long = tokens.issue(desk.store, "long", Scope.READ, desk.now, None)
    desk.now += timedelta(days=3, seconds=-1)
    assert entrance(desk).caller(bearing(short))
    desk.now += timedelta(seconds=1)
    assert entrance(desk).caller(bearing(short)) is None
    assert entrance(desk).caller(bearing(long))
    assert desk.store.tokens.revoke("long")
    assert entrance(desk).caller(bearing(long)) is None


def test_the_last_use_of_a_token_is_noted_at_most_once_a_minute(desk):
    token = tokens.issue(desk.store, "probe", Scope.READ, desk.now, None)
    entrance(desk).caller(bearing(token))
    noted = desk.everything()
    desk.now += timedelta(seconds=59)
    entrance(desk).caller(bearing(token))
    assert desk.everything() == noted
    desk.now += timedelta(seconds=1)
    entrance(desk).caller(bearing(token))
    assert desk.store.tokens.all() == [Token("probe", Scope.READ, Desk.now, None, desk.now)]


def test_an_operator_makes_a_token_sees_it_once_and_revokes_it(desk):
    browser = signed_in(desk)
    made = browser.send(ACCOUNT, what="token", token="<b>probe</b>", scope="write", days="7")
    token = re.search(r"nm_[\w-]{43}", made.body)[0]
    assert token not in browser.get(ACCOUNT).body
    (kept,) = desk.store.tokens.all()
    assert (kept.scope, kept.ends) == (Scope.WRITE, desk.now + timedelta(days=7))
    assert entrance(desk).caller(bearing(token))
    assert browser.send(ACCOUNT, what="token", token="<b>probe</b>", scope="read").status == 422
    assert "is revoked" in browser.send(ACCOUNT, what="revoke", token="<b>probe</b>").said
    assert entrance(desk).caller(bearing(token)) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"token": "", "scope": "read"},
        {"token": "x", "scope": "root"},
        {"token": "x", "scope": "read", "days": "0"},
        {"token": "x", "scope": "read", "days": "99999"},
        {"token": "x", "scope": "read", "days": "²"},
        {"token": "x\ny", "scope": "read"},
    ],
)
def test_a_token_is_made_of_a_name_a_scope_and_a_number_of_days(desk, fields):
    assert signed_in(desk).send(ACCOUNT, what="token", **fields).status == 422
    assert not desk.store.tokens.all()


OUR_SCRIPT = '<script src="/desk/desk.js" defer></script>'


class Markup(HTMLParser):
    """What a browser takes for markup on a page."""

    def __init__(self, page):
        super().__init__()
        self.names, self.attributes = set(), set()
        self.feed(page.body)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


# --- what befell others, replayed ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-api-key": "nm_x"},
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Bearer "},
        {"authorization": "Bearer nm_"},
        {"authorization": "Bearer nm_x"},
        {"authorization": "Bearer null"},
        {"authorization": "Basic Og=="},
        {"authorization": "Bearer é"},
        {"authorization": "Bearer \ud800"},
    ],
)
def test_the_api_answers_nothing_without_a_token_as_changedetection_did(desk, headers):
    """CVE-2024-23329: a route of the API had no check of its key."""
    tokens.issue(desk.store, "probe", Scope.ADMIN, desk.now, None)
    assert entrance(desk).caller(headers) is None


def test_no_page_of_the_desk_opens_for_who_is_not_signed_in_and_none_acts_without_its_token(desk):
    """CVE-2024-23329 once more: the pages are found by the routes themselves, so that none is forgotten."""
    office = SimpleNamespace(home=Path("nowhere"), embedder=None)  # which fails where anything else is asked of it
    desk.app = web.app(replace(house(desk), office=office))
    tried = 0
    browser = signed_in(desk)
    for method, path in every_page(desk):
        before = desk.everything()
        stranger, operator = Browser(desk), browser
        ask = (lambda who, path=path: who.get(path)) if method == "GET" else (lambda who, path=path: who.post(path))
        assert (ask(stranger).status, ask(stranger).headers["location"][:6]) == (303, "/login")
        if method == "POST":
            assert (ask(operator).status, desk.everything()) == (403, before)
        tried += 1
    assert tried >= 16


def every_page(desk):
    """Method and path of every route below /desk, with something in place of what is named in it.

    Not the script, which anybody may read, nor what leads on to the API, which asks for a token.
    """
    for route in desk.app.routes:
        if route.path.startswith("/desk") and route.path not in ("/desk/desk.js", "/desk/atom.xml"):
            for method in route.methods - {"HEAD"}:
                yield method, re.sub(r"{\w+}", "1", route.path)


def test_a_cookie_opens_no_api_and_a_token_no_page(desk):
    browser = signed_in(desk)
    cookie = f"{SESSION}={browser.cookies[SESSION]}"
    token = tokens.issue(desk.store, "probe", Scope.ADMIN, desk.now, None)
    assert entrance(desk).caller({"cookie": cookie}) is None
    assert entrance(desk).caller(bearing(browser.cookies[SESSION])) is None
    assert desk.get(ACCOUNT, authorization=f"Bearer {token}").status == 303
    assert desk.get(ACCOUNT, cookie=f"{SESSION}={token}").status == 303


def test_what_somebody_writes_into_a_field_is_text_on_every_page_not_markup_as_in_changedetection(desk):
    """CVE-2023-24769: stored cross-site scripting through a field of a form."""
    hostile = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'"
    link = invitations.link(desk.store, "", desk.now)
    browser = Browser(desk)
    assert browser.send(link, name=hostile, password=OTHER, again=OTHER).status == 303
    tokens.issue(desk.store, hostile, Scope.READ, desk.now, None)
    pages = [browser.get(ACCOUNT), Browser(desk).sign_in(hostile, "wrong"), Browser(desk).sign_in(after=hostile)]
    assert html.unescape(pages[0].body).count(hostile) >= 3
    for page in pages:
        markup = Markup(page)
        assert "img" not in markup.names
        assert page.body.count("<script") == page.body.count(OUR_SCRIPT)
        assert not [name for name in markup.attributes if name.startswith("on")]


@pytest.mark.parametrize("claim", ["x-forwarded-for", "x-real-ip", "forwarded", "x-remote-user", "remote-user", "via"])
def test_nobody_is_let_in_for_the_address_or_the_name_that_a_header_claims_as_miniflux_did(desk, claim):
    """CVE-2023-27591: metrics were open to whoever claimed to come from this machine."""
    for value in ("127.0.0.1", "for=127.0.0.1", "::1", NAME):
        assert desk.get(ACCOUNT, **{claim: value}).status == 303
        assert desk.get(ACCOUNT, client="127.0.0.1", **{claim: value}).status == 303


def test_a_client_that_claims_another_address_with_each_guess_is_throttled_all_the_same(desk):
    def ask(place):
        host, _, port = place.partition(":")
        statuses = []
        for number in range(22):
            claims = {"X-Forwarded-For": f"198.51.100.{number}"}
            connection = http.client.HTTPConnection(host, int(port), timeout=10, source_address=("127.0.0.2", 0))
            connection.request("GET", "/login", headers=claims)
            answer = connection.getresponse()
            cookie, page = answer.headers["set-cookie"].partition(";")[0], answer.read().decode()
            csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
            body = f"csrf={csrf}&name=name{number}&password=x"
            form = {**claims, "Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/login", body, form)
            statuses.append(connection.getresponse().status)
            connection.close()
        return statuses

    assert served(desk, ask) == [403] * 20 + [429] * 2


def test_no_page_of_the_door_may_load_or_run_anything_or_be_kept_or_framed_as_the_proxy_of_miniflux(desk):
    """CVE-2025-31483: what was served could run as a page, for its policy was loose."""
    browser = signed_in(desk)
    link = invitations.link(desk.store, "", desk.now)
    answers = [
        browser.get(ACCOUNT),
        browser.get("/login"),
        desk.get("/login"),
        desk.get(link),
        desk.get("/setup/x"),
        Browser(desk).sign_in(password=OTHER),
        desk.post("/login"),
        browser.post(ACCOUNT),
        Browser(desk).sign_in(),
    ]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'")
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "strict-transport-security" not in answer.headers
        assert not re.search(r"<(img|link)|\bstyle=|\bon\w+=", answer.body)
        assert set(re.findall(r"<script.*?</script>", answer.body, re.DOTALL)) <= {OUR_SCRIPT}


@pytest.mark.parametrize(
    "template",
    ["{{ env('MONITOR_SECRET_KEY') }}", "{{ 7 * 7 }}", "{{ csrf }}", "{% include 'page.css' %}", "{{ house }}"],
)
def test_what_is_written_like_a_template_is_shown_and_not_run_as_in_listmonk(desk, template):
    """CVE-2025-49136: a template that was written by a user read the environment, with the secrets in it."""
    link = invitations.link(desk.store, "", desk.now)
    browser = Browser(desk)
    assert browser.send(link, name=template, password=OTHER, again=OTHER).status == 303
    assert template in html.unescape(browser.get(ACCOUNT).body)
    assert template in html.unescape(Browser(desk).sign_in(template, "wrong").body)


def test_no_secret_is_ever_said_to_the_log_as_freshrss_did(desk, caplog):
    """CVE-2023-22481: the password of the API stood in the log when it was wrong."""
    caplog.set_level(logging.DEBUG)
    mistyped = "a password in the field of the name"
    with structlog.testing.capture_logs() as lines:
        link = invitations.link(desk.store, "", desk.now)
        browser = Browser(desk)
        browser.send(link, name="Bo", password=OTHER, again=OTHER)
        browser.sign_in("Bo", OTHER)
        Browser(desk).sign_in(mistyped, PASSWORD)
        Browser(desk).sign_in(NAME, "not the password")
        token = re.search(r"nm_[\w-]+", browser.send(ACCOUNT, what="token", token="t", scope="read").body)[0]
        entrance(desk).caller(bearing(token))
        entrance(desk).caller(bearing(token + "x"))
        browser.send(ACCOUNT, what="password", current=OTHER, password=PASSWORD, again=PASSWORD)
    said = repr(lines) + caplog.text
    assert len(lines) >= 6
    secrets_said = [PASSWORD, OTHER, "not the password", mistyped, token, link.rpartition("/")[2]]
    for each in (*secrets_said, *browser.cookies.values()):
        assert each not in said

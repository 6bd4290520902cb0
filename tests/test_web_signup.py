"""Signing up: nobody gets mail by another's word, and nobody learns who is subscribed."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from desk import BASE, KEY, MAIL, NOW, Desk, filled
from hypothesis import given
from hypothesis import strategies as st

from monitor import config, digest, pipeline
from monitor.store import Store
from monitor.store.shelf import MOST_QUESTIONS
from monitor.values import Choices
from monitor.web.reader import signup

NEW = "someone@example.net"


@pytest.fixture
def desk(tmp_path):
    store = Store(f"sqlite:///{tmp_path}/monitor.db")
    yield Desk(store, frozenset({"arms", "ports"}))
    store.close()


def asked(desk, address=NEW, follow=("arms",), **headers):
    return desk.post("/signup", {"address": address, "follow": list(follow), "language": "en"}, **headers)


def questions(desk):
    """(Address, link) of each question in the outbox."""
    found = []
    for mail in desk.store.outbox.mails():
        text = message_from_bytes(mail.data, policy=policy.default).get_body(("plain",)).get_content()
        if link := re.search(rf"{BASE}(/c/\S+)", text):
            found.append((mail.to, link[1]))
    return found


def person(desk, address=NEW):
    return desk.store.people.find(address)


def test_who_signs_up_and_says_yes_gets_the_news_from_the_sign_up_on(desk):
    page = desk.get("/")
    answer = desk.post("/signup", filled(page, address=NEW, follow=["arms", "ports"]))
    assert (answer.status, "Please look into your mail." in answer.said) == (200, True)
    ((to, link),) = questions(desk)
    assert (to, person(desk).confirmed) == (NEW, False)
    assert "Ports" in desk.get(link).said
    signed_up, desk.now = desk.now, desk.now + timedelta(days=2)
    done = desk.post(link)
    assert "You are subscribed." in done.said
    assert desk.get(next(link for link in done.links if "/p/" in link)).status == 200
    reader = person(desk)
    assert (reader.confirmed, set(reader.follows)) == (True, {"arms", "ports"})
    assert reader.since["arms"] == signed_up


def test_looking_at_the_link_confirms_nothing(desk):
    asked(desk)
    ((_, link),) = questions(desk)
    before = desk.everything()
    assert (desk.get(link).status, desk.head(link).status) == (200, 200)
    assert desk.everything() == before


def test_confirming_twice_is_no_error(desk):
    asked(desk)
    ((_, link),) = questions(desk)
    assert [desk.post(link).status, desk.post(link).status, desk.get(link).status] == [200, 200, 200]


def test_a_link_that_is_too_old_says_so_and_gives_a_new_one(desk):
    asked(desk)
    ((_, link),) = questions(desk)
    desk.now += digest.letterhead.CONFIRM_WITHIN + timedelta(seconds=1)
    old = desk.get(link)
    assert (old.status, "This link is too old." in old.said, "Send a new link" in old.said) == (410, True, True)
    assert "Please look into your mail." in desk.post(link).said
    assert not person(desk).confirmed
    (_, (_, fresh)) = questions(desk)
    desk.post(fresh)
    assert person(desk).confirmed


def test_the_answer_is_the_same_whoever_is_subscribed_and_whoever_was_asked_already(desk):
    desk.follows("gone@example.org", "arms")
    desk.post(desk.path("u", person(desk, "gone@example.org").subscriber.id))
    addresses = (NEW, NEW, "reader@example.org", "gone@example.org")
    assert len({(each.status, each.body, str(each.headers)) for each in (asked(desk, a) for a in addresses)}) == 1


def test_the_answer_is_out_before_the_address_is_looked_up(desk, monkeypatch):
    def fails(*_):
        raise AssertionError("looked up")

    monkeypatch.setattr(desk.store.people, "ask", fails)
    with pytest.raises(AssertionError, match="looked up"):
        asked(desk)  # this browser waits for the work after the answer, which a real one does not see


def test_a_strangers_wish_changes_nothing_for_a_subscriber_until_they_say_yes(desk):
    desk.offered = frozenset({"secret"})
    before = desk.store.people.choices(desk.reader)
    asked(desk, "reader@example.org", ["secret"])
    assert desk.store.people.choices(desk.reader) == before
    (_, link) = questions(desk)[-1]
    desk.post(link)
    assert set(desk.store.people.choices(desk.reader).cadences) == {"arms", "ports", "secret"}


def test_one_address_is_asked_once_an_hour(desk):
    for minutes in (0, 20, 59, 61):
        start, desk.now = desk.now, desk.now + timedelta(minutes=minutes)
        asked(desk, client=f"192.0.2.{minutes}")
        desk.now = start
    assert len(questions(desk)) == 2


def test_a_network_has_its_fill_for_an_hour_and_others_go_on(desk):
    answers = [asked(desk, f"a{number}@example.net", client="192.0.2.1").status for number in range(12)]
    assert answers == [200] * signup.A_NETWORK + [429] * (12 - signup.A_NETWORK)
    assert asked(desk, client="192.0.2.2").status == 200
    desk.now += timedelta(hours=1)
    assert asked(desk, client="192.0.2.1").status == 200


def test_the_many_addresses_of_one_ipv6_customer_are_one_network(desk):
    answers = [asked(desk, f"a{number}@example.net", client=f"2001:db8::{number:x}").status for number in range(11)]
    assert answers.count(429) == 1
    assert asked(desk, client="2001:db8:0:1::1").status == 200


def test_all_networks_together_have_their_fill(desk):
    for number in range(MOST_QUESTIONS):
        mail = digest.render_confirmation(f"a{number}@example.net", "en", BASE, MAIL, desk.now)
        assert desk.store.shelf.ask(mail, desk.now)
    assert asked(desk).status == 429
    assert len(questions(desk)) == 0
    desk.now += timedelta(hours=1)
    assert asked(desk).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site", "origin": "https://evil.example"},
        {"sec_fetch_site": "same-site"},
        {"origin": "https://evil.example", "host": "news.example.org"},
        {"origin": "null", "host": "news.example.org"},
    ],
)
def test_another_site_cannot_make_its_visitors_sign_people_up(desk, headers):
    assert asked(desk, **headers).status == 403
    assert (questions(desk), person(desk)) == ([], None)


@pytest.mark.parametrize(
    "headers",
    [{}, {"sec_fetch_site": "same-origin"}, {"origin": "https://news.example.org", "host": "news.example.org"}],
)
def test_our_own_form_may(desk, headers):
    assert asked(desk, **headers).status == 200


@pytest.mark.parametrize(
    "address", ["", "x", "a@b", "a b@example.net", "a@example.net\r\nBcc: x@y.z", "a@x..net", "@a.b"]
)
def test_what_is_no_address_is_said_beside_its_field(desk, address):
    answer = asked(desk, address)
    assert (answer.status, "Please write a mail address" in answer.said) == (422, True)
    assert questions(desk) == []


def test_nothing_that_is_not_offered_can_be_signed_up_for(desk):
    assert asked(desk, follow=["secret"]).status == 422
    asked(desk, follow=["secret", "arms"])
    assert set(person(desk).follows) == {"arms"}
    assert "matter of our own" not in desk.get("/").said


def test_a_closed_desk_says_whom_to_ask_and_takes_no_sign_up(desk):
    desk.offered = frozenset()
    page = desk.get("/")
    assert ("<form" in page.body, "mailto:operator@example.org" in page.links) == (False, True)
    assert (asked(desk).status, questions(desk)) == (403, [])


@pytest.mark.parametrize(
    ("accept", "asked_by", "language"),
    [
        ("ko-KR,ko;q=0.9,en;q=0.8", "", "ko"),
        ("sv", "", "en"),
        ("de;q=0.1, fr", "?language=ar", "ar"),
        ("", "?language=x", "en"),
    ],
)
def test_the_front_page_speaks_the_browsers_language_or_the_one_that_was_chosen(desk, accept, asked_by, language):
    page = desk.get(f"/{asked_by}", accept_language=accept)
    assert f'<html lang="{language}"' in page.body
    answer = desk.post("/signup", filled(page, address=NEW))
    assert f'<html lang="{language}"' in answer.body
    assert person(desk).subscriber.language == language


@pytest.mark.parametrize("token", ["x", digest.reader_token(1, KEY), "%00", "W10.x"])
def test_a_confirmation_that_nobody_signed_does_nothing(desk, token):
    asked(desk)
    assert (desk.get(f"/c/{token}").status, desk.post(f"/c/{token}").status) == (404, 404)
    assert not person(desk).confirmed


def test_a_confirmation_link_opens_no_other_page(desk):
    asked(desk)
    ((_, link),) = questions(desk)
    for page in "upv":
        assert desk.get(link.replace("/c/", f"/{page}/")).status == 404


@given(st.text(max_size=300) | st.from_regex(r"\A[^@]{1,70}@[^@]{1,70}\.[a-z]{2,9}\Z"))
def test_an_address_is_told_from_what_is_none_whatever_is_written(text):
    if signup.is_address(text):
        mail = digest.render_confirmation(text, "en", BASE, MAIL, NOW)
        parsed = message_from_bytes(mail.data, policy=policy.compat32)
        assert sorted(parsed.keys()) == sorted(
            ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]
        )
        assert mail.to.partition("@")[0] == text.partition("@")[0]


def test_asking_again_for_more_before_saying_yes_asks_for_both(desk):
    asked(desk)
    desk.store.people.ask(NEW, Choices({"ports": "at once"}), desk.now)
    ((_, link),) = questions(desk)
    desk.post(link)
    assert set(person(desk).follows) == {"arms", "ports"}


@pytest.mark.parametrize(
    ("setting", "offered"),
    [(None, set()), ("closed", set()), ("open", {"arms", "ports"}), ("arms, gone", {"arms"}), ("", set())],
)
def test_the_operator_says_by_one_setting_who_may_sign_up_for_what(tmp_path, monkeypatch, setting, offered):
    monkeypatch.delenv("MONITOR_SIGNUP", raising=False)
    if setting is not None:
        monkeypatch.setenv("MONITOR_SIGNUP", setting)
    assert config.settings(tmp_path).offered(["arms", "ports"]) == offered


def test_who_never_said_yes_is_forgotten_after_a_month(desk):
    asked(desk)
    ((_, link),) = questions(desk)
    desk.store.shelf.forget(desk.now + timedelta(days=29))
    assert person(desk) is not None
    desk.store.shelf.forget(desk.now + timedelta(days=31))
    assert person(desk) is None
    assert desk.post(link).status == 404
    assert desk.store.people.reader(desk.reader) is not None
    assert asked(desk).status == 200


def test_check_names_what_the_setting_offers_and_is_not_there(tmp_path, monkeypatch):
    monkeypatch.setenv("MONITOR_SIGNUP", "arms,prots")
    (tmp_path / "feeds.yaml").write_text("feeds:\n  - url: https://one.example/feed\n")
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "watchlists" / "arms.yaml").write_text("title: Arms\nterms: [Pantsir]\n")
    named = [str(each) for each in pipeline.warnings(pipeline.prepare(tmp_path))]
    assert [each for each in named if "SIGNUP" in each] == [
        "MONITOR_SIGNUP: 'prots' is no watchlist here; write open, closed, or names of watchlists parted by commas",
        "MONITOR_SIGNUP: the link that confirms a sign-up leads nowhere without MONITOR_BASE_URL: set it too",
    ]


def test_the_question_is_signed_as_digests_are(desk):
    asked(desk)
    (question,) = [mail for mail in desk.store.outbox.mails() if mail.to == NEW]
    assert question.data.startswith(b"DKIM-Signature: ")

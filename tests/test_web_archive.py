"""Past mails in the browser, and judgements of what they told: each reader's own, and no one else's."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from desk import BASE, Desk
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli import judging, story_of
from monitor.store import Store
from monitor.store.judgements import Judged, wilson


@pytest.fixture
def desk(tmp_path):
    store = Store(f"sqlite:///{tmp_path}/monitor.db")
    yield Desk(store)
    store.close()


def key_of(desk, reader=None):
    (mail,) = desk.store.outbox.mails(reader or desk.reader)
    return mail.message_id.strip("<>").rpartition("@")[0]


def test_a_mail_stands_in_the_browser_as_it_was_sent(desk):
    desk.told("a", desk.reader)
    (mail,) = desk.store.outbox.mails(desk.reader)
    sent = message_from_bytes(mail.data, policy=policy.default).get_body(("html",)).get_content()
    answer = desk.get(f"{desk.path('v')}/{key_of(desk)}")
    assert (answer.status, answer.body) == (200, sent.replace("\r\n", "\n"))


def test_a_mail_in_the_browser_may_load_and_run_nothing_but_its_own_style_counts(desk):
    desk.told("a", desk.reader, title="<script>alert(1)</script><style>*{display:none}</style>")
    answer = desk.get(f"{desk.path('v')}/{key_of(desk)}")
    given = answer.headers["content-security-policy"]
    assert given.startswith("default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'")
    styles = re.findall(r"<style>(.*?)</style>", answer.body, re.DOTALL) + re.findall(r' style="(.*?)"', answer.body)
    assert styles
    for style in styles:
        assert f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'" in given
    assert given.count("sha256-") == len(set(styles))
    assert "<script" not in answer.body


def test_a_mail_of_another_reader_is_not_there(desk):
    other = desk.follows("other@example.org", "arms")
    desk.told("a", other)
    assert desk.get(f"{desk.path('v')}/{key_of(desk, other)}").status == 404
    assert desk.get(f"{desk.path('v', other)}/{key_of(desk, other)}").status == 200


@pytest.mark.parametrize("key", ["x", "%25", "_" * 32, "%3C", "a%00b"])
def test_a_key_of_no_mail_is_not_there(desk, key):
    desk.told("a", desk.reader)
    assert desk.get(f"{desk.path('v')}/{key}").status == 404


def test_the_list_has_the_newest_mail_first_and_older_ones_on_further_pages(desk):
    for number in range(65):
        desk.now += timedelta(hours=1)
        desk.told(f"n{number}", desk.reader, title=f"Ship {number} left port")
    first, second, third = (desk.get(f"{desk.path('v')}?page={number}") for number in (1, 2, 3))
    shown = [int(found) for page in (first, second, third) for found in re.findall(r"Ship (\d+) left", page.body)]
    assert shown == list(range(64, -1, -1))
    assert ("Newer" in first.said, "Older" in first.said) == (False, True)
    assert ("Newer" in third.said, "Older" in third.said) == (True, False)
    for link in [link for link in first.links if "/v/" in link and link.count("/") == 3]:
        assert desk.get(link).status == 200


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "²", ""])
def test_a_page_number_that_is_none_shows_the_list(desk, page):
    assert desk.get(f"{desk.path('v')}?page={page.replace('²', '%C2%B2')}").status == 200


def test_what_was_replaced_before_it_was_sent_and_questions_are_not_in_the_list(desk):
    desk.told("a", desk.reader)
    with desk.store.session() as session:
        session.connection().exec_driver_sql("UPDATE mail SET state = 'replaced'")
    assert "There is no mail here yet." in desk.get(desk.path("v")).said


# --- judgements ----------------------------------------------------------------------------------------------------


def words(desk, name="a"):
    return [(word.by, word.judged) for word in desk.store.judgements.of_article(name)]


def test_one_press_says_it_another_changes_it_and_a_third_takes_it_back(desk):
    page = f"{desk.path('j')}/{desk.told('a', desk.reader)}"
    assert "A ship left port" in desk.get(page).said
    assert "Noted: it is not relevant to you." in desk.post(page, {"kind": "not relevant"}).said
    desk.post(page, {"kind": "not relevant"})
    assert words(desk) == [("reader@example.org", Judged.NOT_RELEVANT)]
    assert "Noted: you had been told this story already." in desk.post(page, {"kind": "same story"}).said
    assert words(desk) == [("reader@example.org", Judged.SAME_STORY)]
    assert "Taken back." in desk.post(page, {"kind": "undo"}).said
    assert words(desk) == []


@pytest.mark.parametrize("number", ["999", "0", "-1", "x", "9" * 40, "1.0", "²", str(2**63)])
def test_what_a_reader_was_not_told_of_they_cannot_judge(desk, number):
    other = desk.follows("other@example.org", "arms")
    foreign = desk.told("a", other)
    for wanted in (number.replace("²", "%C2%B2"), str(foreign)):
        page = f"{desk.path('j')}/{wanted}"
        assert (desk.get(page).status, desk.post(page, {"kind": "same story"}).status) == (404, 404)
    assert words(desk) == []


def test_a_word_that_is_no_judgement_changes_nothing(desk):
    page = f"{desk.path('j')}/{desk.told('a', desk.reader)}"
    before = desk.everything()
    assert [desk.post(page, fields).status for fields in ({}, {"kind": "spam"}, b"\xff")] == [200, 200, 200]
    assert desk.everything() == before


def test_precision_counts_developments_told_and_those_that_a_follower_calls_irrelevant(desk):
    numbers = [desk.told(f"a{number}", desk.reader, title=f"Ship {number} left") for number in range(4)]
    desk.told("untold")
    desk.post(f"{desk.path('j')}/{numbers[1]}", {"kind": "not relevant"})
    desk.post(f"{desk.path('j')}/{numbers[2]}", {"kind": "same story"})
    (term,) = desk.store.judgements.precision(desk.now - timedelta(days=1))
    assert (term.watchlist, term.term, term.told, term.not_relevant, term.same_story) == ("arms", "Pantsir", 4, 1, 1)
    assert (term.precision, term.examples) == (0.75, ("Ship 1 left",))
    assert desk.store.judgements.precision(desk.now) == []
    assert desk.store.judgements.precision(desk.now - timedelta(days=1), "ports") == []


def test_two_readers_of_one_mind_count_once(desk):
    other = desk.follows("other@example.org", "arms")
    number = desk.told("a", desk.reader, other)
    for reader in (desk.reader, other):
        desk.post(f"{desk.path('j', reader)}/{number}", {"kind": "not relevant"})
    (term,) = desk.store.judgements.precision(desk.now - timedelta(days=1))
    assert (term.told, term.not_relevant) == (1, 1)


def test_a_word_counts_in_the_watchlists_that_its_reader_follows(desk):
    stranger = desk.follows("other@example.org", "secret")
    number = desk.told("a", desk.reader, stranger)
    desk.post(f"{desk.path('j', stranger)}/{number}", {"kind": "not relevant"})
    (term,) = desk.store.judgements.precision(desk.now - timedelta(days=1))
    assert term.not_relevant == 0


def test_the_interval_is_that_of_the_literature():
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81/263, 15/148, 0/20, 1/29
    for right, told, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611)):
        assert wilson(right, told) == pytest.approx((low, high), abs=0.00006)


@given(st.integers(0, 500), st.integers(0, 500))
def test_an_interval_holds_its_share_and_stays_within_none_and_all(right, wrong):
    low, high = wilson(right, right + wrong)
    assert 0 <= low <= high <= 1
    assert not right + wrong or low - 1e-9 <= right / (right + wrong) <= high + 1e-9


def test_the_operator_reads_the_precision_of_each_term_with_its_interval_and_examples(desk):
    numbers = [desk.told(f"a{number}", desk.reader, title=f"Ship {number} left") for number in range(4)]
    terms = desk.store.judgements.precision(desk.now - timedelta(days=1))
    assert "no reader has judged anything yet" in list(judging.lines(terms, 7))[-1]
    desk.post(f"{desk.path('j')}/{numbers[1]}", {"kind": "not relevant"})
    terms = desk.store.judgements.precision(desk.now - timedelta(days=1))
    assert list(judging.lines(terms, 7)) == [
        " 75%  arms / Pantsir: of 4 told 1 called not relevant, 0 known already (95 times of 100 between 30% and 95%)",
        "      not relevant: Ship 1 left",
    ]
    assert list(judging.lines([], 7)) == ["nothing was told in the last 7 days"]


def test_why_says_who_judged_an_article_and_how(desk):
    number = desk.told("a", desk.reader)
    desk.post(f"{desk.path('j')}/{number}", {"kind": "same story"})
    assert list(story_of.article(desk.store, "https://wire.example/a"))[-1] == (
        "judged    same story by reader@example.org, 2026-11-25 06:30 UTC"
    )


def test_each_link_of_a_mail_to_our_pages_leads_to_its_page(desk):
    number = desk.told("a", desk.reader)
    ours = {link.removeprefix(BASE) for link in desk.get(f"{desk.path('v')}/{key_of(desk)}").links if BASE in link}
    pages = {f"{desk.path('v')}/{key_of(desk)}", f"{desk.path('j')}/{number}", desk.path("p"), desk.path("u")}
    assert pages <= ours
    assert {desk.get(link).status for link in ours} == {200}

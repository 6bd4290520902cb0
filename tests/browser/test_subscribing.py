"""A subscriber's ten seconds: signing up, choosing, reading a mail in the browser, leaving."""

from __future__ import annotations

import re
import time
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

CABLES = "Cables under the Baltic Sea"
A_MINUTE = 60


def letter(site, to, count=1):
    """The last of so many mails to an address, once they were delivered."""
    for _ in range(A_MINUTE * 5):
        letters = site.letters(to)
        if len(letters) >= count:
            return letters[count - 1]
        time.sleep(0.2)
    raise AssertionError(f"{to} got {len(site.letters(to))} mails in {A_MINUTE} s")


def test_a_subscriber_signs_up_confirms_and_chooses_every_day_at_seven_in_seoul(stranger, site):
    address = "kim@example.org"
    stranger.goto("/")
    stranger.get_by_label("Your mail address").fill(address)
    stranger.get_by_label(CABLES).check()
    stranger.get_by_role("button", name="Sign up").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Please look into your mail.")
    question = letter(site, address).get_body(("plain",)).get_content()
    stranger.goto(re.search(rf"{site.opened.address}/c/\S+", question)[0])
    stranger.get_by_role("button", name="Yes, send them to me").click()
    stranger.get_by_role("link", name="Choose times and languages").click()
    mine = stranger.get_by_role("group", name=CABLES)
    mine.get_by_label("How often").select_option(label="Every day")
    mine.get_by_label("Time of day").fill("07:00")
    stranger.get_by_label("Time zone").fill("Asia/Seoul")
    stranger.get_by_role("button", name="Save").click()
    expect(stranger.get_by_role("status")).to_have_text("Saved.")
    reader = site.store.people.find(address)
    assert reader.subscriber.zone == "Asia/Seoul"
    assert reader.follows["baltic-cables"].cadence == "daily 07:00"


def test_a_wrong_address_is_said_before_anything_is_mailed(stranger):
    stranger.goto("/")
    stranger.get_by_label("Your mail address").fill("nobody@nowhere")
    stranger.get_by_role("button", name="Sign up").click()
    expect(stranger.get_by_text("Please write a mail address")).to_be_visible()
    expect(stranger.get_by_label("Your mail address")).to_be_focused()


@pytest.mark.parametrize(("language", "title"), [("ko", "ko"), ("ar", "rtl"), ("ja", "ja")])
def test_the_pages_speak_the_language_of_the_browser(visitor, language, title):
    page = visitor(locale=language)
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert page.evaluate("getComputedStyle(document.body).direction") == ("rtl" if title == "rtl" else "ltr")


def test_a_digest_is_read_in_the_browser(stranger, site):
    stranger.goto(f"/v/{site.token('desk@example.org')}")
    mails = stranger.locator(".mails a")
    assert mails.count() > 2
    mails.last.click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Russia - North Korea military cooperation")
    expect(stranger.get_by_role("link", name="Meridian Wire")).to_be_visible()


def test_a_subscriber_leaves_by_the_page_and_comes_back(stranger, site):
    number = site.store.people.add("page@example.org", ["baltic-cables", "dprk-russia"], site.now).id
    stranger.goto(f"/u/{site.token('page@example.org')}")
    assert site.store.people.reader(number).active, "looking changes nothing"
    stranger.get_by_role("button", name="Unsubscribe").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("You are unsubscribed.")
    assert not site.store.people.reader(number).active
    stranger.get_by_role("button", name="I want them back").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Welcome back.")
    assert site.store.people.reader(number).active


def test_a_subscriber_stops_one_subject_alone(stranger, site):
    number = site.store.people.add("one@example.org", ["baltic-cables", "dprk-russia"], site.now).id
    stranger.goto(f"/u/{site.token('one@example.org')}")
    stranger.get_by_role("button", name=f"Stop {CABLES}").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("That subject is off.")
    assert list(site.store.people.reader(number).follows) == ["dprk-russia"]


def test_a_mail_program_unsubscribes_by_one_post(site):
    """RFC 8058: it sends the body List-Unsubscribe=One-Click to the header's address, with no cookie and no page."""
    number = site.store.people.add("header@example.org", ["baltic-cables"], site.now).id
    site.report("cable-told", "cable told", "A cable that is told at once")
    mail = letter(site, "header@example.org")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = re.search(r"<(http[^>]*)>", mail["List-Unsubscribe"])[1]
    assert f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" == site.opened.address
    with urlopen(Request(url, b"List-Unsubscribe=One-Click", method="POST")) as answer:
        assert answer.status == 200
    assert not site.store.people.reader(number).active


def test_a_reader_says_that_a_report_was_not_relevant_and_takes_it_back(stranger, site):
    site.store.people.add("judge@example.org", ["baltic-cables"], site.now)
    site.report("cable-judged", "cable judged", "A cable that somebody judges")
    page = letter(site, "judge@example.org").get_body(("html",)).get_content()
    stranger.goto(re.search(r'href="([^"]*/j/[^"]*)"', page)[1])
    stranger.get_by_role("button", name="Not relevant").click()
    expect(stranger.get_by_role("status")).to_have_text("Noted: it is not relevant to you.")
    stranger.get_by_role("button", name="Take it back").click()
    expect(stranger.get_by_role("status")).to_have_text("Taken back.")

"""In and out: the set-up link, the sign-in, the end of a session."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from monitor.web.door import invitations


def test_a_set_up_link_makes_an_operator_once(stranger, site):
    link = invitations.link(site.store, site.opened.address, site.now)
    stranger.goto(link)
    stranger.get_by_label("Name").fill("Anna")
    stranger.get_by_label("Password, at least").fill("a long enough phrase")
    stranger.get_by_label("The same password again").fill("a long enough phrase")
    stranger.get_by_role("button", name="Set up and sign in").click()
    expect(stranger).to_have_url(re.compile("/desk$"))
    expect(stranger.get_by_role("link", name="Anna")).to_be_visible()
    stranger.goto(link)
    expect(stranger.get_by_role("heading", name="This link is used or too old")).to_be_visible()


def test_a_wrong_password_is_said_and_a_right_one_lets_in(stranger, site):
    site.sign_in(stranger, "not the password")
    expect(stranger.get_by_role("alert")).to_contain_text("do not belong together")
    expect(stranger.get_by_label("Name")).to_have_value(site.opened.operator)
    stranger.get_by_label("Password").fill(site.opened.password)
    stranger.get_by_label("Password").press("Enter")
    expect(stranger.get_by_role("heading", level=1)).to_have_text("What is new")


def test_who_is_not_signed_in_comes_back_to_the_page_they_asked_for(stranger, site):
    stranger.goto("/desk/health")
    expect(stranger).to_have_url(re.compile("/login"))
    stranger.get_by_label("Name").fill(site.opened.operator)
    stranger.get_by_label("Password").fill(site.opened.password)
    stranger.get_by_role("button", name="Sign in").click()
    expect(stranger).to_have_url(re.compile("/desk/health$"))


def test_signing_out_ends_the_session_in_every_tab(stranger, site):
    site.sign_in(stranger)
    other = stranger.context.new_page()
    other.goto("/desk/feeds")
    stranger.get_by_role("button", name="Sign out").click()
    expect(stranger).to_have_url(re.compile("/login"))
    other.get_by_label("Add a feed or a site").fill("example.org")
    other.get_by_role("button", name="Try it").click()
    expect(other).to_have_url(re.compile("/login"))
    stranger.go_back()
    expect(stranger.get_by_role("heading", name="Sign in")).to_be_visible()


def test_two_tabs_work_beside_each_other(operator, site):
    """Each form has a token of its own, and a form that stood open for a while still counts."""
    operator.goto("/desk/mail")
    other = operator.context.new_page()
    other.goto("/desk/mail")
    for page, address in ((operator, "first@example.org"), (other, "second@example.org")):
        page.get_by_text("Add a subscriber").click()
        page.get_by_label("Mail address").fill(address)
        page.get_by_label("Cables under the Baltic Sea").check()
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(address)


def test_a_new_password_ends_the_other_browser_and_not_this_one(visitor, site):
    link = invitations.link(site.store, site.opened.address, site.now)
    here, there = visitor(), visitor()
    here.goto(link)
    here.get_by_label("Name").fill("Berta")
    for label in ("Password, at least", "The same password again"):
        here.get_by_label(label).fill("the first long phrase")
    here.get_by_role("button", name="Set up and sign in").click()
    there.goto("/login")
    there.get_by_label("Name").fill("Berta")
    there.get_by_label("Password").fill("the first long phrase")
    there.get_by_role("button", name="Sign in").click()
    expect(there.get_by_role("link", name="Berta")).to_be_visible()
    here.get_by_role("link", name="Berta").click()
    here.get_by_label("Your password now").fill("the first long phrase")
    for label in ("New password, at least", "The same password again"):
        here.get_by_label(label).fill("the second long phrase")
    here.get_by_role("button", name="Change the password").click()
    expect(here.get_by_role("heading", name="Your account")).to_be_visible()
    there.reload()
    expect(there).to_have_url(re.compile("/login"))

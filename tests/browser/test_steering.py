"""What an operator steers: feeds, their lists, subscribers and their mail."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import expect

OPML = """<opml version="2.0"><body><outline text="Papers">
<outline type="rss" text="A Paper From A List" xmlUrl="https://paper.example/feed"/>
<outline type="rss" text="No Address" xmlUrl="ftp://paper.example/feed"/>
</outline></body></opml>"""


def test_a_feed_is_taken_out_tried_and_added_again(operator, site):
    title = "Podřipský kurýr"
    url = site.web.feed_url(next(each for each in site.web.world.outlets if each.title == title))
    operator.goto("/desk/feeds")
    operator.get_by_role("link", name=title).click()
    expect(operator.get_by_role("heading", level=1)).to_have_text(title)
    operator.get_by_role("button", name="Take this feed out").click()
    expect(operator.get_by_text("The feed is out of feeds.yaml")).to_be_visible()
    expect(operator.get_by_role("link", name=title)).to_have_count(0)
    assert url not in (site.here.home / "feeds.yaml").read_text("utf-8")
    operator.get_by_label("Add a feed or a site").fill(url)
    operator.get_by_role("button", name="Try it").click()
    expect(operator.get_by_role("heading", level=1)).to_have_text(re.compile("1 feed at "))
    assert operator.locator("section li").count() > 0
    operator.get_by_label("Called").fill(title)
    operator.get_by_role("button", name="Add it").click()
    expect(operator.get_by_text("The feed is in feeds.yaml")).to_be_visible()
    expect(operator.get_by_role("link", name=title)).to_be_visible()
    assert url in (site.here.home / "feeds.yaml").read_text("utf-8")


def test_an_address_without_a_feed_is_said_with_the_way_out(operator, site):
    broken = site.web.feed_url(site.web.world.outlets[-1])
    operator.goto("/desk/feeds")
    operator.get_by_label("Add a feed or a site").fill(broken)
    operator.get_by_role("button", name="Try it").click()
    expect(operator.get_by_role("alert")).to_contain_text("look in a browser")
    expect(operator.get_by_label("Add a feed or a site")).to_have_value(broken)


def test_a_feed_in_trouble_stands_first_with_its_remedy(operator):
    operator.goto("/desk/feeds")
    first = operator.locator("tbody tr").first
    expect(first.locator(".tag")).to_have_text("failing")
    names = [row.inner_text() for row in operator.locator("tbody tr td:nth-child(2) a").all()]
    assert "Old Lighthouse News" in names[:2]


def test_feeds_leave_as_opml_and_another_list_comes_in(operator, site, tmp_path):
    operator.goto("/desk/feeds")
    with operator.expect_download() as waited:
        operator.get_by_role("link", name="Save all feeds as OPML").click()
    saved = tmp_path / "feeds.opml"
    waited.value.save_as(saved)
    assert site.web.feed_url(site.web.world.outlets[0]) in Path(saved).read_text("utf-8")
    operator.get_by_text("Take in the list of another reader").click()
    operator.get_by_label("Paste the OPML file").fill(OPML)
    operator.get_by_role("button", name="Take in").click()
    expect(operator.get_by_role("status")).to_contain_text("1 added")
    expect(operator.get_by_role("status")).to_contain_text("1 refused")
    operator.get_by_role("link", name="A Paper From A List").click()
    operator.get_by_role("button", name="Take this feed out").click()
    expect(operator.get_by_role("link", name="A Paper From A List")).to_have_count(0)


def test_a_subscriber_is_added_previewed_and_unsubscribed(operator, site):
    operator.goto("/desk/mail")
    operator.get_by_text("Add a subscriber").click()
    operator.get_by_label("Mail address").fill("new@example.org")
    operator.get_by_label("Russia - North Korea military cooperation").check()
    operator.get_by_role("button", name="Add", exact=True).click()
    expect(operator.get_by_role("heading", level=1)).to_have_text("new@example.org")
    expect(operator.get_by_text("Russia - North Korea military cooperation, at once")).to_be_visible()
    operator.get_by_role("button", name="Unsubscribe them").click()
    expect(operator.get_by_text("No digest goes here: unsubscribed.")).to_be_visible()
    operator.get_by_role("button", name="Bring them back").click()
    expect(operator.get_by_role("button", name="Unsubscribe them")).to_be_visible()


def test_the_next_digest_shows_as_its_reader_will_see_it(operator, site):
    """The victim follows the watchlist whose news nobody was told yet: mails of that day wait for the morning."""
    number = site.waits_for_the_morning("patient@example.org")
    operator.goto(f"/desk/mail/{number}")
    operator.get_by_role("link", name=re.compile("see it as they will")).click()
    expect(operator.get_by_text("A cable waits for the morning").first).to_be_visible()
    assert urlsplit(operator.url).path == f"/desk/mail/{number}/preview"


def test_the_balance_is_drawn_and_health_names_the_feed_in_trouble(operator):
    operator.goto("/desk/mail")
    operator.get_by_role("link", name="Draw it now").click()
    expect(operator.get_by_role("heading", level=1)).to_have_text("Balance of seven days")
    operator.get_by_role("link", name="Health").click()
    expect(operator.get_by_role("row", name=re.compile("feeds .* need you"))).to_be_visible()

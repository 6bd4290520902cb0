"""An operator's morning: what is new, the keys, the search, a story, an article, and why something was not told."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from monitor.values import News

PANTSIR = re.compile("Pantsir")


def test_filters_act_at_once_and_stand_in_the_address(operator):
    operator.goto("/desk?span=month")
    stories = operator.locator("[data-story]")
    all_of_them = stories.count()
    operator.get_by_label("Watchlist", exact=True).select_option(label="Cables under the Baltic Sea")
    expect(operator).to_have_url(re.compile("watchlist=baltic-cables"))
    expect(stories.get_by_role("link", name="Russia - North Korea military cooperation")).to_have_count(0)
    assert 0 < stories.count() < all_of_them
    operator.get_by_label("Language").select_option(label="Swedish")
    expect(operator).to_have_url(re.compile("watchlist=baltic-cables.*language=sv"))
    operator.get_by_label("Developments of the last").select_option("day")
    expect(operator.get_by_role("heading", level=1)).to_have_text("Today")


def test_filters_work_without_a_script(visitor, keys):
    page = visitor(storage_state=keys, java_script_enabled=False)
    page.goto("/desk?span=month")
    page.get_by_label("Language").select_option(label="French")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("language=fr"))
    assert page.locator("[data-story]").count() > 0


def test_the_keys_j_k_and_o_walk_through_stories(operator):
    operator.goto("/desk?span=month")
    heads = operator.locator("[data-story] h3 a")
    operator.keyboard.press("j")
    expect(heads.nth(0)).to_be_focused()
    operator.keyboard.press("j")
    expect(heads.nth(1)).to_be_focused()
    operator.keyboard.press("k")
    expect(heads.nth(0)).to_be_focused()
    title = heads.nth(0).inner_text()
    operator.keyboard.press("o")
    expect(operator.get_by_role("heading", level=1)).to_have_text(title)


def test_the_slash_leads_to_the_search_and_keys_typed_there_are_letters(operator):
    operator.goto("/desk")
    operator.keyboard.press("/")
    seek = operator.get_by_role("searchbox")
    expect(seek).to_be_focused()
    operator.keyboard.type("jo/k")
    expect(seek).to_have_value("jo/k")


def test_a_search_in_korean_finds_the_word_with_its_particles(operator, site):
    operator.goto("/desk")
    operator.get_by_role("searchbox").fill("북한")
    operator.get_by_role("searchbox").press("Enter")
    expect(operator.get_by_role("heading", level=1)).to_have_text("Search")
    found = operator.locator("[data-story]")
    assert found.count() > 0
    expect(found.first.locator("mark").first).to_contain_text("북한")
    path = found.first.get_by_role("heading").get_by_role("link").get_attribute("href")
    found.first.get_by_role("heading").get_by_role("link").click()
    expect(operator).to_have_url(f"{site.opened.address}{path}")
    expect(operator.get_by_role("heading", name="Its way")).to_be_visible()


def test_a_story_shows_its_reports_in_order_from_the_first_on(operator, site):
    operator.goto(f"/desk/stories/{site.story('pantsir-first')}")
    told = [each.get_attribute("datetime") for each in operator.locator("ol.reports > li > .kicker time").all()]
    assert told[0] == min(told)
    assert len(told) > 5
    expect(operator.locator("ol.reports > li.story")).to_have_count(1)


def test_changing_figures_are_drawn_with_their_numbers_beside_them(operator, site):
    site.report("ferry-first", "ferry", "A ferry has sunk: 11 people are missing")
    site.report("ferry-later", "ferry", "The ferry's owner speaks of 14 people missing", news=News.DEVELOPMENT)
    operator.goto("/desk/stories/ferry")
    chart = operator.get_by_role("img", name=re.compile("over time; the numbers are in the table below"))
    assert chart.bounding_box()["height"] > 40
    card = operator.locator("section.card", has=chart)
    expect(card.get_by_role("row", name=re.compile("11 A ferry"))).to_be_visible()
    expect(card.get_by_role("row", name=re.compile("14 The ferry"))).to_be_visible()


def test_why_a_report_is_in_its_story_unfolds(operator, site):
    operator.goto(f"/desk/stories/{site.story('pantsir-first')}")
    report = operator.locator("ol.reports > li").first
    expect(report.get_by_text("Placed")).to_be_hidden()
    report.get_by_text(re.compile("Why here, told to")).click()
    expect(report.get_by_text("Placed")).to_be_visible()
    expect(report.get_by_text("desk@example.org")).to_be_visible()


def test_an_article_shows_its_hits_in_place_with_their_reasons(operator, site):
    operator.goto(f"/desk/articles/{site.article('pantsir-german').id}")
    mark = operator.locator(".text mark").first
    expect(mark).to_have_text(PANTSIR)
    number = mark.get_by_role("link").first.inner_text()
    mark.get_by_role("link").first.click()
    row = operator.locator(f"#hit-{number}")
    expect(row).to_be_in_viewport()
    expect(row).to_contain_text("Pantsir")


def test_it_is_said_why_an_article_was_not_told(operator, site):
    operator.goto("/desk")
    operator.get_by_role("link", name="Why was this not told?").first.click()
    operator.get_by_label("Address").fill(site.article("pantsir-german").url)
    operator.get_by_role("button", name="Ask").click()
    expect(operator.get_by_text("nobody: it says nothing that the story did not have")).to_be_visible()


def test_it_is_said_of_an_article_that_nobody_announced(operator):
    operator.goto("/desk/why")
    operator.get_by_label("Address").fill("https://elsewhere.example/report")
    operator.get_by_role("button", name="Ask").click()
    expect(operator.get_by_role("heading", name="Never announced")).to_be_visible()


def test_two_stories_are_joined_and_parted_again(operator, site):
    site.report("cable-one", "cable-one-story", "A cable of the north has parted")
    site.report("cable-two", "cable-two-story", "The northern cable is cut")
    operator.goto("/desk/stories/cable-one-story")
    operator.get_by_label("The same story as").fill(f"{site.opened.address}/desk/stories/cable-two-story")
    operator.get_by_role("button", name="Join them").first.click()
    reports = operator.locator("ol.reports > li")
    expect(reports).to_have_count(2)
    operator.get_by_role("button", name="Undo").click()
    expect(reports).to_have_count(1)


def test_a_story_is_muted_and_told_again(operator, site):
    site.report("cable-three", "cable-three-story", "A third cable has parted")
    operator.goto("/desk/stories/cable-three-story")
    operator.get_by_role("button", name="Mute this story").click()
    expect(operator.get_by_text("what comes is kept and told to nobody")).to_be_visible()
    operator.get_by_role("button", name="Tell what comes from now on").click()
    expect(operator.get_by_role("button", name="Mute this story")).to_be_visible()

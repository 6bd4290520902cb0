"""An operator edits a watchlist: checked as it is typed, tried on a month, saved, taken back; and never overwritten."""

from __future__ import annotations

import re

from playwright.sync_api import expect

CABLES = "/desk/watchlists/baltic-cables"
RUSSIA = "/desk/watchlists/dprk-russia"
COUNTRY = "  - {name: Russia, country: RU}\n"
"""A term that finds more than cables."""
SOME = {"gained": re.compile(r"^\+[1-9]\d* gained$"), "lost": re.compile(r"^−[1-9]\d* lost$")}


def text_of(page):
    return page.get_by_label("What it looks for")


def with_term(page, term=COUNTRY):
    """The text in the editor with a term more."""
    return text_of(page).input_value().replace("terms:\n", f"terms:\n{term}", 1)


def on_disk(site, name):
    return (site.here.home / "watchlists" / f"{name}.yaml").read_text("utf-8")


def test_a_new_term_is_tried_as_it_is_typed_saved_and_taken_back(operator, site):
    before = on_disk(site, "baltic-cables")
    operator.goto(CABLES)
    text_of(operator).fill(with_term(operator))
    expect(operator.locator("#check")).to_contain_text("Nothing is wrong")
    expect(operator.locator("#preview").get_by_text(SOME["gained"])).to_be_visible()
    assert on_disk(site, "baltic-cables") == before, "a preview writes nothing"
    operator.get_by_label("Note").fill("whatever Russia does")
    operator.get_by_role("button", name="Save", exact=True).click()
    expect(operator.get_by_role("status")).to_contain_text("Saved.")
    assert COUNTRY in on_disk(site, "baltic-cables")
    history = operator.get_by_role("table").filter(has=operator.get_by_role("columnheader", name="Who"))
    expect(history.get_by_role("row", name=re.compile("whatever Russia does"))).to_contain_text(site.opened.operator)
    history.get_by_role("row").last.get_by_role("link").click()
    operator.get_by_role("button", name="Save this version again").click()
    expect(operator.get_by_role("status")).to_contain_text("Saved.")
    assert on_disk(site, "baltic-cables") == before


def test_what_is_lost_is_shown_before_it_is_saved(operator, site):
    operator.goto(RUSSIA)
    text_of(operator).fill(with_term(operator).partition("terms:")[0] + "terms: [MSMT]\n")
    expect(operator.locator("#preview").get_by_text(SOME["lost"])).to_be_visible()
    assert "Pantsir" in on_disk(site, "dprk-russia")


def test_a_mistake_is_named_with_its_line_and_the_line_is_one_click_away(operator):
    operator.goto(CABLES)
    text_of(operator).fill("title: Cables\nterms:\n  - name: Cable\n    alsoo: [kabel]\n")
    problem = operator.locator("#check .problems")
    expect(problem).to_contain_text("line 4")
    problem.get_by_role("link", name="line 4").click()
    expect(text_of(operator)).to_be_focused()
    chosen = text_of(operator).evaluate("each => each.value.slice(each.selectionStart, each.selectionEnd)")
    assert "alsoo" in chosen
    text_of(operator).fill("title: Cables\nterms: [cable]\n")
    expect(operator.locator("#check")).to_contain_text("Nothing is wrong")


def test_a_proposed_korean_spelling_is_accepted_with_a_click(operator, site):
    operator.goto("/desk/new-watchlist")
    operator.get_by_label("What to look for").fill("title: Guns\nterms:\n  - Pantsir\n")
    operator.get_by_label("Term", exact=True).fill("Pantsir")
    operator.get_by_role("button", name="Propose spellings").click()
    korean = operator.locator("#spellings tr", has=operator.get_by_role("cell", name="Korean")).first
    offer = korean.get_by_role("button")
    spelling = offer.inner_text().removeprefix("+ ")
    assert re.search("[가-힣]", spelling)
    offer.click()
    expect(operator.get_by_label("What to look for")).to_have_value(re.compile(spelling))
    assert not (site.here.home / "watchlists" / "guns.yaml").exists()


def test_of_two_who_edit_at_once_the_second_is_told_and_nothing_is_overwritten(operator, site):
    operator.goto(CABLES)
    other = operator.context.new_page()
    other.goto(CABLES)
    before = text_of(operator).input_value()
    text_of(operator).fill(with_term(operator, "  - Gotland\n"))
    operator.get_by_role("button", name="Save", exact=True).click()
    expect(operator.get_by_role("status")).to_contain_text("Saved.")
    text_of(other).fill(with_term(other, "  - Öland\n"))
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_role("heading", name=re.compile("Nothing was overwritten"))).to_be_visible()
    expect(text_of(other)).to_have_value(re.compile("Öland"))
    assert "Gotland" in on_disk(site, "baltic-cables")
    assert "Öland" not in on_disk(site, "baltic-cables")
    text_of(other).fill(before)
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_role("status")).to_contain_text("Saved.")
    assert on_disk(site, "baltic-cables") == before


def test_the_editor_works_without_a_script(visitor, keys, site):
    page = visitor(storage_state=keys, java_script_enabled=False)
    before = on_disk(site, "baltic-cables")
    page.goto(CABLES)
    text_of(page).fill(with_term(page))
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview").get_by_text(SOME["gained"])).to_be_visible()
    expect(page.locator("#check")).to_contain_text("Nothing is wrong")
    expect(text_of(page)).to_have_value(re.compile("Russia"))
    assert on_disk(site, "baltic-cables") == before

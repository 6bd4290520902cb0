"""Watchlists on the operator's desk: nothing is saved unseen, nothing typed is lost, nobody's edit is overwritten."""

from __future__ import annotations

import html
import os
import re
import threading
from datetime import timedelta

import pytest
from desk import NOW, Desk, filled
from hypothesis import given
from hypothesis import strategies as st

from monitor import embed, pipeline, watchlist
from monitor.errors import InputError
from monitor.preview import Versions
from monitor.store import Store
from monitor.store.archive import Kept
from monitor.values import Article, Field, Hit, News, Placement, Placing, Verdict
from monitor.web.desk import cabinet
from monitor.web.desk.differing import Side, differ
from monitor.web.desk.office import Office
from monitor.web.desk.rehearsing import Rehearsals

ARMS = """\
# the operator's own words
title: Arms & <embargoes>
terms:
  - Pantsir          # a gun on a lorry
  - name: MSMT
    near: [Korea]
examples:
  match: [A Pantsir stood there.]
  ignore: [Rain fell.]
"""
HERE = "/desk/watchlists/arms"


@pytest.fixture
def desk(tmp_path):
    (tmp_path / "feeds.yaml").write_text("feeds:\n  - url: https://one.example/feed\n")
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "watchlists" / "arms.yaml").write_text(ARMS)
    store = Store(f"sqlite:///{tmp_path}/monitor.db")
    files = pipeline.prepare(tmp_path)
    yield Desk(store, office=Office(tmp_path, lambda: files, lambda _: None, embed.NoEmbedder()))
    store.close()


def written(desk, name="arms.yaml"):
    return (desk.office.home / "watchlists" / name).read_text()


def kept(desk, number, text, *, language="en", story=None, hits=()):
    """An article of this many days ago."""
    article = Article(f"a{number}", f"Report {number}", text, f"https://one.example/{number}", language, None, "One")
    placed = Placement(story, Placing.NEW_STORY, None, 0.0, sure=True, why="new") if story else None
    verdict = Verdict(News.STORY if story else News.NONE, (), "")
    desk.store.archive.keep(Kept(article, NOW - timedelta(days=number), hits, placed, verdict), {})


def edited(desk, text, path=HERE, **fields):
    """What a browser sends of the editor after `text` was typed into it; line ends are those of forms."""
    page = desk.get(path)
    (mark,) = re.findall(r'name="mark" value="([^"]*)"', page.body)
    return {"csrf": "a token", "mark": mark, "text": text.replace("\n", "\r\n"), **fields}


def typed(answer):
    """The text in the editor, as a browser shows it."""
    (inside,) = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", answer.body, re.DOTALL)
    return html.unescape(inside)


# --- all of them -----------------------------------------------------------------------------------------------------


def test_all_watchlists_are_shown_with_what_they_find_and_what_is_doubtful(desk):
    hit = Hit("arms", "Pantsir", "Pantsir", Field.TEXT, 2, 9, "as written", 1.0)
    for number in range(1, 8):
        kept(desk, number / 2, "A Pantsir.", story=f"s{number}", hits=(hit, hit))
    kept(desk, 9, "A Pantsir.", story="s9", hits=(hit,))
    desk.told("x", desk.reader)
    (desk.office.home / "watchlists" / "gas.yaml").write_text("terms:\n  - Chad\n  - Russia\n")
    answer = desk.get("/desk/watchlists")
    assert answer.status == 200
    assert "Arms & <embargoes> 1.1 hits a day" in answer.said
    assert "watchlists/arms.yaml 2 terms 1 follower 1 development 2 of 2 examples pass" in answer.said
    assert "2 doubts line 2: 'Chad' is looked for as a name" in answer.said
    assert "Not in use" in answer.said.partition("gas.yaml")[2]


def test_a_watchlist_with_mistakes_is_listed_with_the_first_of_them(desk):
    (desk.office.home / "watchlists" / "arms.yaml").write_text("terms:\n  - name: Pantsir\n    alos: [x]\n")
    said = desk.get("/desk/watchlists").said
    assert "1 mistake: line 3, unknown key 'alos' (did you mean 'also'?)" in said
    assert "Its last good version stays in use." in said
    assert "alos: [x]" in typed(desk.get(HERE))


def test_a_file_that_cannot_be_read_is_named(desk):
    (desk.office.home / "watchlists" / "odd.yaml").mkdir()
    assert "cannot be read: Is a directory" in desk.get("/desk/watchlists").said
    assert desk.get("/desk/watchlists/odd").status == 200


def test_called_irrelevant_lowers_the_precision_that_is_shown(desk):
    told = desk.told("x", desk.reader)
    desk.post(f"/j/{desk.path('j')[3:]}/{told}", {"judged": "not relevant", "do": "not relevant"})
    before = desk.store.judgements.precision(NOW - timedelta(days=9))
    assert before[0].told == 1
    assert "Pantsir 1" in desk.get(HERE).said


# --- checking --------------------------------------------------------------------------------------------------------


def test_a_check_says_what_is_wrong_at_its_line_and_keeps_what_was_typed(desk):
    text = ARMS.replace("near:", "naer:") + "# 판치르 & <b>\n"
    answer = desk.post(HERE, edited(desk, text, do="check"))
    assert answer.status == 200
    assert "1 mistake line 6 unknown key 'naer' (did you mean 'near'?)" in answer.said
    assert "naer: [Korea]" in answer.said.partition("1 mistake")[2]
    assert typed(answer) == text
    assert written(desk) == ARMS


def test_examples_and_doubts_are_told_with_their_lines(desk):
    text = ARMS.replace("A Pantsir", "A tank") + "not: [in]\n"
    said = desk.post(HERE, edited(desk, text, do="check")).said
    assert "1 example fails 2 terms; 1 of 2 examples pass" in said
    assert "line 8 must match, but nothing was found in: A tank stood there." in said
    assert "1 doubt not: 'in' stands in about" in said


def test_the_script_gets_the_same_in_a_piece_of_its_own(desk):
    text = ARMS.replace("near:", "naer:")
    piece = desk.post(HERE, edited(desk, text, do="check", part="1"))
    assert "<html" not in piece.body
    assert 'data-line="6"' in piece.body
    assert "data-line" not in desk.post(HERE, edited(desk, ARMS, do="check", part="1")).body


def test_a_text_that_begins_with_an_empty_line_keeps_it(desk):
    text = "\n\n" + ARMS
    assert typed(desk.post(HERE, edited(desk, text, do="check"))) == text


# --- what an edit would change ---------------------------------------------------------------------------------------


def test_a_preview_shows_what_is_gained_and_lost_with_the_sentence(desk):
    kept(desk, 3, "Rain. Сегодня сбили ракету «Кинжал», сообщили военные.", language="ru")
    kept(desk, 2, "A Pantsir was seen. It stood there.")
    kept(desk, 1, "Rain fell.")
    text = ARMS.replace("  - Pantsir  ", "  - Kinzhal ").replace("A Pantsir stood", "A Kinzhal stood")
    answer = desk.post(HERE, edited(desk, text, do="preview"))
    assert "+1 gained −1 lost 0 found by both of 3 articles in 3 days" in answer.said
    assert "/desk/articles/a3" in answer.links
    assert "Сегодня сбили ракету «<mark>Кинжал</mark>», сообщили военные." in answer.body
    assert "A <mark>Pantsir</mark> was seen." in answer.body
    assert "English 0.3 0.0 Russian 0.0 0.3" in answer.said
    assert "MSMT never fires in 3 articles 0 0 0.0" in answer.said
    assert "reader@example.org 0.3 0.3" in answer.said
    assert typed(answer) == text
    assert written(desk) == ARMS


def test_a_term_that_fires_too_much_comes_first(desk):
    for number in range(120):
        kept(desk, 12 - number / 10, "A Pantsir in the rain." if number % 2 else "Rain.")
    text = ARMS.replace("  - Pantsir ", "  - Iskander\n  - Pantsir ")
    said = desk.post(HERE, edited(desk, text, do="preview")).said
    assert "Languages Pantsir fires too much: in more than 5% of all articles 60 60 5.0 en 60 Iskander never" in said


def test_a_text_with_mistakes_has_no_preview_and_says_why(desk):
    answer = desk.post(HERE, edited(desk, "terms: [", do="preview", part="1"))
    assert answer.said == "No preview: something is wrong in the text. The check says where."


def test_an_empty_archive_is_said_to_be_one(desk):
    assert "Nothing is kept of the last 30 days yet" in desk.post(HERE, edited(desk, ARMS, do="preview")).said


def test_a_newer_preview_takes_the_place_of_an_older_one(desk):
    for number in range(5):
        kept(desk, number, "A Pantsir.")
    rehearsals = Rehearsals(desk.store, embed.NoEmbedder())
    read = watchlist.read(ARMS, file="watchlists/arms.yaml")
    begun, go_on = threading.Event(), threading.Event()
    kept_since = desk.store.archive.kept_since

    def slowly(since):
        for article in kept_since(since):
            begun.set()
            go_on.wait(10)
            yield article

    desk.store.archive.kept_since = slowly
    found = []
    older = threading.Thread(target=lambda: found.append(rehearsals.look("anna", Versions(read, read), NOW)))
    older.start()
    assert begun.wait(10)
    newer = threading.Thread(target=lambda: found.append(rehearsals.look("anna", Versions(read, None), NOW)))
    newer.start()
    while rehearsals._last < 2:
        threading.Event().wait(0.01)
    assert rehearsals.check("anna", ARMS, "watchlists/arms.yaml").good, "a check waits for no preview"
    go_on.set()
    older.join(10)
    newer.join(10)
    assert [outlook and outlook.report.gained for outlook in found] == [None, 5]
    assert rehearsals._newest == {}


def test_of_more_articles_than_a_preview_reads_the_newest_are_read(desk, monkeypatch):
    for number in range(9):
        kept(desk, 9 - number, "A Pantsir.")
    monkeypatch.setattr("monitor.web.desk.rehearsing.MOST_ARTICLES", 4)
    said = desk.post(HERE, edited(desk, ARMS, do="preview")).said
    assert "of 4 articles in 4 days; the newest are looked at" in said


# --- spellings -------------------------------------------------------------------------------------------------------


def test_a_spelling_that_was_heard_is_accepted_with_a_click_and_not_saved_by_it(desk):
    kept(desk, 3, "A Pantsir was sent to Nampo.", story="s")
    kept(desk, 2, "북한이 판치르를 받았다.", language="ko", story="s")
    page = desk.post(HERE, edited(desk, ARMS, do="spellings", term="Pantsir"))
    assert re.search(r'name="accept" value="판치르"', page.body)
    assert "Korean seen in kept articles, 1 time 북한이 판치르를 받았다." in page.said
    answer = desk.post(HERE, edited(desk, typed(page), accept="판치르", term="Pantsir"))
    line = "  - name: Pantsir          # a gun on a lorry\n    also: [판치르]\n"
    assert typed(answer) == ARMS.replace("  - Pantsir          # a gun on a lorry\n", line)
    assert "It is not saved yet." in answer.said
    assert 'name="accept" value="판치르"' not in answer.body
    assert written(desk) == ARMS


@pytest.mark.parametrize(
    ("text", "term", "said"),
    [
        (ARMS, "Iskander", "“Iskander” is no term of this text."),
        ("terms: [", "Pantsir", "once nothing is wrong in the text"),
        ("terms:\n- name: Both\n  all: [[Pantsir], [Nampo]]\n", "Both", "is found by rows of words"),
    ],
)
def test_what_no_spellings_are_proposed_for_says_why(desk, text, term, said):
    answer = desk.post(HERE, edited(desk, text, do="spellings", term=term))
    assert said in answer.said
    assert typed(answer) == text


def test_a_spelling_for_a_term_that_is_gone_is_refused_and_the_text_stays(desk):
    answer = desk.post(HERE, edited(desk, ARMS, accept="판치르", term="Iskander"))
    assert (answer.status, typed(answer)) == (400, ARMS)


# --- saving ----------------------------------------------------------------------------------------------------------


def test_what_is_saved_is_what_was_typed_to_the_letter(desk):
    text = ARMS + "# the end: 판치르"
    answer = desk.post(HERE, edited(desk, text, do="save", note="for the record"))
    assert (answer.status, answer.headers["location"]) == (303, f"{HERE}?done=saved")
    assert written(desk) == text
    page = desk.get(f"{HERE}?done=saved")
    assert "Saved. A running service looks for it within seconds." in page.said
    assert re.search(r"Anna <operator> for the record in the file now .*by hand as it was before the first", page.said)


def test_a_text_with_mistakes_is_not_saved_and_not_lost(desk):
    text = ARMS.replace("near:", "naer:").replace("A Pantsir", "A tank")
    answer = desk.post(HERE, edited(desk, text, do="save", note="mine"))
    assert (answer.status, typed(answer), written(desk)) == (422, text, ARMS)
    assert "Nothing was saved." in answer.said
    assert "unknown key 'naer'" in answer.said
    assert 'value="mine"' in answer.body
    failing = desk.post(HERE, edited(desk, ARMS.replace("A Pantsir", "A tank"), do="save"))
    assert (failing.status, written(desk)) == (422, ARMS)
    assert desk.store.versions.all("arms", 9) == []


def test_a_disk_that_cannot_be_written_is_told_in_words(desk, monkeypatch):
    def refuse(*_):
        raise OSError(28, "No space left on device")

    fields = edited(desk, ARMS + "# more", do="save")
    monkeypatch.setattr(os, "fsync", refuse)
    answer = desk.post(HERE, fields)
    assert (answer.status, typed(answer), written(desk)) == (422, ARMS + "# more", ARMS)
    assert "No space left on device" in answer.said


def test_a_file_with_line_ends_of_windows_keeps_them(desk):
    path = desk.office.home / "watchlists" / "arms.yaml"
    path.write_bytes(ARMS.replace("\n", "\r\n").encode())
    assert desk.post(HERE, edited(desk, ARMS + "# more\n", do="save")).status == 303
    assert path.read_bytes() == (ARMS + "# more\n").replace("\n", "\r\n").encode()


def test_the_second_of_two_operators_is_told_and_overwrites_nothing(desk):
    first = edited(desk, ARMS.replace("Pantsir  ", "Iskander ").replace("A Pantsir", "An Iskander"), do="save")
    second = edited(desk, ARMS + "# mine\n", do="save")
    assert desk.post(HERE, first).status == 303
    theirs = written(desk)
    answer = desk.post(HERE, second)
    assert (answer.status, typed(answer), written(desk)) == (409, ARMS + "# mine\n", theirs)
    assert "this watchlist was changed while you edited it" in answer.said
    assert "Anna <operator> saved it just now" in answer.said
    assert "<del>" in answer.body
    assert html.escape(theirs, quote=True).replace("&#x27;", "&#39;") in answer.body
    again = second | {"mark": re.findall(r'name="mark" value="([^"]*)"', answer.body)[0]}
    assert desk.post(HERE, again).status == 303
    assert written(desk) == ARMS + "# mine\n"


def test_an_edit_by_hand_meanwhile_is_not_overwritten_either_and_stands_in_the_history(desk):
    desk.post(HERE, edited(desk, ARMS + "# 1\n", do="save"))
    mine = edited(desk, ARMS + "# 2\n", do="save")
    (desk.office.home / "watchlists" / "arms.yaml").write_text(ARMS + "# by hand\n")
    os.utime(desk.office.home / "watchlists" / "arms.yaml", (NOW.timestamp() - 60, NOW.timestamp() - 60))
    answer = desk.post(HERE, mine)
    assert (answer.status, written(desk)) == (409, ARMS + "# by hand\n")
    assert "It was edited by hand just now" in answer.said or "It was edited by hand 1 min ago" in answer.said
    before = desk.everything()
    assert "25 Nov, 06:29 by hand edited in the file by hand in the file now" in desk.get(HERE).said
    assert desk.everything() == before
    desk.post(HERE, edited(desk, ARMS + "# 3\n", do="save"))
    history = [(each.by, each.text[len(ARMS) :], each.at) for each in desk.store.versions.all("arms", 9)]
    assert [each[:2] for each in history] == [
        ("Anna <operator>", "# 3\n"), ("", "# by hand\n"), ("Anna <operator>", "# 1\n"), ("", ""),
    ]  # fmt: skip
    assert history[1][2] == NOW - timedelta(minutes=1)


def test_a_file_that_was_taken_out_meanwhile_is_told_and_may_be_made_anew(desk):
    mine = edited(desk, ARMS + "# 2\n", do="save")
    (desk.office.home / "watchlists" / "arms.yaml").unlink()
    answer = desk.post(HERE, mine)
    assert (answer.status, typed(answer)) == (409, ARMS + "# 2\n")
    assert "its file was taken out of the folder while you edited it" in answer.said
    assert desk.post(HERE, mine | {"mark": ""}).status == 303
    assert written(desk) == ARMS + "# 2\n"


# --- history ---------------------------------------------------------------------------------------------------------


def test_an_earlier_version_is_saved_again_as_a_new_one(desk):
    desk.post(HERE, edited(desk, ARMS.replace("a gun on a lorry", "a gun on a truck"), do="save"))
    first = desk.store.versions.all("arms", 9)[-1]
    page = desk.get(f"{HERE}/history/{first.id}")
    assert re.search(r"<del>.*?<mark>truck</mark></del>", page.body, re.DOTALL)
    assert re.search(r"<ins>.*?<mark>lorry</mark></ins>", page.body, re.DOTALL)
    answer = desk.post(HERE, filled(page, restore=str(first.id)))
    assert (answer.status, written(desk)) == (303, ARMS)
    history = desk.store.versions.all("arms", 9)
    assert [each.note for each in history] == [
        f"back to version {first.id}",
        "",
        "as it was before the first edit here",
    ]
    changed = desk.get(f"{HERE}/history/{history[1].id}")
    assert "What it changed" in changed.said
    assert "This is the text in the file now." in desk.get(f"{HERE}/history/{history[0].id}").said


def test_going_back_overwrites_no_newer_edit(desk):
    desk.post(HERE, edited(desk, ARMS + "# 1\n", do="save"))
    page = desk.get(f"{HERE}/history/1")
    desk.post(HERE, edited(desk, ARMS + "# 2\n", do="save"))
    answer = desk.post(HERE, filled(page, restore="1"))
    assert (answer.status, written(desk)) == (409, ARMS + "# 2\n")


@pytest.mark.parametrize("path", [f"{HERE}/history/99", f"{HERE}/history/x", "/desk/watchlists/gas/history/1"])
def test_no_other_version_is_shown(desk, path):
    desk.post(HERE, edited(desk, ARMS + "# 1\n", do="save"))
    (desk.office.home / "watchlists" / "gas.yaml").write_text("terms: [Gazprom]\n")
    assert desk.get(path).status == 404


@given(st.lists(st.sampled_from("abcd")), st.lists(st.sampled_from("abcd")))
def test_a_difference_holds_all_that_was_taken_out_and_put_in(old, new):
    found = differ("\n".join(old), "\n".join(new))
    sides = {side: ["".join(text for text, _ in line.pieces) for line in found if line.side is side] for side in Side}
    before, after = "\n".join(old).split("\n"), "\n".join(new).split("\n")
    gaps = sum(line.count for line in found if line.side is Side.GAP)
    if before == after:
        assert found == ()
        return
    assert len(before) == len(sides[Side.BOTH]) + len(sides[Side.OLD]) + gaps
    assert len(after) == len(sides[Side.BOTH]) + len(sides[Side.NEW]) + gaps
    assert sorted([*sides[Side.BOTH], *sides[Side.OLD]]) == sorted(before) or gaps


def test_a_difference_of_long_texts_is_bounded_and_quick():
    lines = [f"  - term {number}" for number in range(10_000)]
    (gap, *_, end) = differ("\n".join(lines), "\n".join([*lines[:5000], "  - new", *lines[5000:]]))
    assert (gap.count, end.count) == (4997, 4997)
    assert len(differ("\n".join(lines), "\n".join(line + "x" for line in lines))) <= 401


# --- a new one -------------------------------------------------------------------------------------------------------

NEW = "title: Gas, oil & more\nterms:\n  - Gazprom\n"


def test_a_new_watchlist_is_named_by_its_title_and_then_edited_like_the_others(desk):
    page = desk.get("/desk/new-watchlist")
    assert "terms:" in typed(page)
    answer = desk.post("/desk/new-watchlist", edited(desk, NEW, "/desk/new-watchlist", do="save", name=""))
    assert (answer.status, answer.headers["location"]) == (303, "/desk/watchlists/gas-oil-more?done=saved")
    assert written(desk, "gas-oil-more.yaml") == NEW
    assert "Gas, oil & more" in desk.get("/desk/watchlists/gas-oil-more").said
    (version,) = desk.store.versions.all("gas-oil-more", 9)
    assert (version.text, version.by) == (NEW, "Anna <operator>")


def test_a_new_watchlist_has_a_preview_before_it_is_there(desk):
    kept(desk, 1, "Gazprom said no.")
    answer = desk.post("/desk/new-watchlist", edited(desk, NEW, "/desk/new-watchlist", do="preview", name="gas"))
    assert "+1 gained" in answer.said
    assert 'name="name" size="32" maxlength="60" value="gas"' in answer.body


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("arms", "is the name of another watchlist"),
        ("open", "is a word of the setting MONITOR_SIGNUP"),
        ("..", "is missing"),
        ("a\u0000b", "has signs that are no letters"),
        ("x" * 61, "more than 60 letters"),
    ],
)
def test_a_name_that_cannot_be_a_files_is_refused_and_the_text_stays(desk, name, problem):
    answer = desk.post("/desk/new-watchlist", edited(desk, NEW, "/desk/new-watchlist", do="save", name=name))
    assert (answer.status, typed(answer)) == (400, NEW)
    assert problem in answer.said
    assert [path.name for path in (desk.office.home / "watchlists").iterdir()] == ["arms.yaml"]


def test_names_of_any_script_are_names(desk):
    fields = edited(desk, NEW, "/desk/new-watchlist", do="save", name="Газ и нефть")
    answer = desk.post("/desk/new-watchlist", fields)
    assert answer.status == 303
    assert written(desk, "газ-и-нефть.yaml") == NEW
    assert desk.get(answer.headers["location"]).status == 200


@given(st.text(max_size=80))
def test_a_name_never_leaves_its_folder(written):
    try:
        name = cabinet.name_of(written)
    except InputError:
        return
    assert re.fullmatch(r"[\w-]+", name)
    assert cabinet.name_of(name) == name


@pytest.mark.parametrize("name", ["..%2Ffeeds", "%2e%2e", "nowhere.yaml", "a%00b"])
def test_no_address_reaches_another_file(desk, name):
    assert desk.get(f"/desk/watchlists/{name}").status == 404
    answer = desk.post(f"/desk/watchlists/{name}", {"text": NEW, "mark": "", "do": "save"})
    assert answer.status == 404
    assert sorted(path.name for path in desk.office.home.iterdir() if path.suffix == ".yaml") == ["feeds.yaml"]


# --- bounds ----------------------------------------------------------------------------------------------------------


def test_nothing_of_a_watchlist_is_markup(desk):
    evil = "<script>alert(1)</script>"
    text = f"title: '{evil}'\nterms:\n  - '{evil}'\n  - name: x{evil}\n    alos: ['</textarea>{evil}']\n"
    (desk.office.home / "watchlists" / "arms.yaml").write_text(text)
    kept(desk, 1, f"It said {evil} aloud.", story="s")
    good = f"title: '{evil}'\nterms:\n  - '{evil}'\n"
    pages = [
        desk.get(HERE),
        desk.post(HERE, edited(desk, text, do="check", note=evil, term=evil, name=evil)),
        desk.post(HERE, edited(desk, good, do="preview")),
        desk.post(HERE, edited(desk, good, do="spellings", term=evil)),
        desk.post(HERE, edited(desk, good, do="save") | {"mark": "other"}),
    ]
    assert desk.post(HERE, edited(desk, good, do="save", note=evil)).status == 303
    pages += [desk.get(HERE), desk.get(f"{HERE}/history/1"), desk.get("/desk/watchlists")]
    assert all("script" in page.body.partition("<main")[2] for page in pages)
    assert all("<script>" not in page.body for page in pages)
    assert [page.body.count("</textarea>") for page in pages] == [1] * 6 + [0, 0]


def test_every_page_shows_and_changes_nothing_by_get(desk):
    desk.post(HERE, edited(desk, ARMS + "# 1\n", do="save"))
    before = desk.everything(), written(desk)
    for path in ("/desk/watchlists", HERE, f"{HERE}/history/1", "/desk/new-watchlist"):
        assert desk.get(f"{path}?do=save&text=x&restore=1&accept=y").status == 200
    assert (desk.everything(), written(desk)) == before


def test_checks_previews_and_clicks_change_nothing(desk):
    kept(desk, 1, "A Pantsir.", story="s")
    before = desk.everything()
    for fields in ({"do": "check"}, {"do": "preview"}, {"do": "spellings", "term": "Pantsir"}, {"accept": "x y"}):
        desk.post(HERE, edited(desk, ARMS + "# 1\n", **{"term": "Pantsir"} | fields))
    assert (desk.everything(), written(desk)) == (before, ARMS)


def test_a_form_of_a_large_watchlist_comes_in_and_one_of_a_reader_does_not(desk):
    text = ARMS + "".join(f"# {number} 다국적제재모니터링팀\n" for number in range(8000))
    assert len(text.encode()) > 300_000
    answer = desk.post(HERE, edited(desk, text, do="save"))
    assert (answer.status, written(desk)) == (303, text)
    assert desk.post("/signup", {"address": "x" * 70_000}).status == 413
    assert desk.post(HERE, {"text": "x" * 2_000_001}).status == 413

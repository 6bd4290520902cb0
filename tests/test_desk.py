"""The operator's desk: what is new, a story, an article with its reasons; and nothing from outside is markup."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from desk import NOW, Desk, filled
from hypothesis import given
from hypothesis import strategies as st

from monitor import embed, pipeline
from monitor.errors import FetchError
from monitor.fetch import Response, Validators
from monitor.pipeline.scout import Found, How, Search
from monitor.store import Store
from monitor.store.archive import Kept
from monitor.store.overview import Told
from monitor.values import (
    Article,
    Change,
    Fact,
    FactKind,
    Field,
    Hit,
    Item,
    Kind,
    News,
    Novel,
    ParsedFeed,
    Placement,
    Placing,
    Verdict,
)
from monitor.web.desk import charts, sheets
from monitor.web.desk.article import pieces
from monitor.web.desk.figures import figures
from monitor.web.desk.office import Office


@pytest.fixture
def desk(tmp_path):
    store = Store(f"sqlite:///{tmp_path}/monitor.db")
    yield Desk(store)
    store.close()


def report(desk, name, story="s", *, news=News.DEVELOPMENT, title=None, ago=1, **more):
    """A report of a story that the arms watchlist asks for."""
    title = title or f"Report {name}"
    text = more.get("text", f"{title}. The Pantsir stood in the port.")
    start = text.find("Pantsir")
    hit = Hit("arms", "Pantsir", "Pantsir", Field.TEXT, start, start + 7, "Pantsir: as written", 1.0)
    fact = more.get("fact", "20 billion dollars")
    novel = (Novel(Change.NEW, fact, f"They paid {fact}."),) if news is News.DEVELOPMENT else ()
    placed = Placement(story, Placing.SAME_STORY, None, 0.8, sure=more.get("sure", True), why="meaning 0.64")
    article = Article(
        name, title, text, f"https://wire.example/{name}", more.get("language", "en"), None, more.get("source", "Wire")
    )
    kept = Kept(article, NOW - timedelta(hours=ago), (hit,), placed, Verdict(news, novel, "new: a fact"))
    told = {} if news in (News.REPEAT, News.COPY) else {more.get("watchlist", "arms"): news}
    desk.store.archive.keep(kept, told)
    return article


def heads(answer):
    return re.findall(r"<h3[^>]*><a [^>]*>([^<]*)</a></h3>", answer.body)


def test_today_shows_stories_by_their_newest_development(desk):
    report(desk, "a", "one", news=News.STORY, ago=30)
    report(desk, "b", "two", news=News.STORY, ago=20)
    report(desk, "c", "one", ago=2)
    answer = desk.get("/desk")
    assert answer.status == 200
    assert heads(answer) == ["Report a", "Report b"]
    assert "Newest: Report c" in answer.said
    assert "new 20 billion dollars" in answer.said
    assert "2 reports by 1 source" in answer.said


def test_a_day_without_news_says_where_to_look(desk):
    said = desk.get("/desk?span=day&watchlist=ports").said
    assert "No story had a development in the last 24 hours with these filters." in said
    assert "Why was this not told?" in said


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Report b", "Report a"]),
        ("?watchlist=arms", ["Report a"]),
        ("?watchlist=ports", ["Report b"]),
        ("?language=fr", ["Report b"]),
        ("?source=Wire", ["Report a"]),
        ("?news=story", ["Report a"]),
        ("?news=development", ["Report b"]),
        ("?span=day", ["Report b"]),
        ("?span=for+ever&news=%3Cscript%3E", ["Report b", "Report a"]),
        ("?page=2", []),
    ],
)
def test_filters_narrow_the_list(desk, query, expected):
    report(desk, "a", "one", news=News.STORY, ago=60)
    report(desk, "b", "two", ago=2, language="fr", source="Le Port", watchlist="ports")
    assert heads(desk.get(f"/desk{query}")) == expected


def test_a_long_list_is_turned_page_by_page_and_keeps_its_filters(desk):
    for number in range(30):
        report(desk, f"a{number}", f"story {number}", news=News.STORY, ago=30 - number)
    first = desk.get("/desk?watchlist=arms")
    assert len(heads(first)) == 25
    older = next(link for link in first.links if "page=2" in link)
    assert "watchlist=arms" in older
    assert heads(desk.get(f"/desk{older}")) == [f"Report a{number}" for number in range(4, -1, -1)]


def test_a_story_shows_its_reports_in_order_and_who_was_told(desk):
    report(desk, "a", news=News.STORY, ago=30)
    report(desk, "b", news=News.COPY, ago=20)
    report(desk, "c", ago=2, sure=False)
    told = desk.told("d", desk.reader)
    assert told
    answer = desk.get("/desk/stories/s")
    assert heads(answer) == ["Report a", "Report b", "Report c"]
    assert "possibly another story" in answer.said
    assert "They paid <mark>20 billion dollars</mark>." in answer.body
    assert "reader@example.org , queued" in desk.get("/desk/stories/story%20d").said


def test_a_long_story_is_turned_page_by_page_and_keeps_its_first_headline(desk):
    for number in range(45):
        report(desk, f"a{number}", news=News.DEVELOPMENT if number else News.STORY, ago=50 - number)
    newest, older = desk.get("/desk/stories/s"), desk.get("/desk/stories/s?page=2")
    assert heads(newest) == [f"Report a{number}" for number in range(5, 45)]
    assert heads(older) == [f"Report a{number}" for number in range(5)]
    assert all('<h1 lang="en" dir="auto">Report a0</h1>' in page.body for page in (newest, older))
    assert "45 reports since" in older.said
    assert desk.get("/desk/stories/s?page=3").status == 404


def test_of_many_who_were_told_the_first_are_named_and_the_others_counted(desk):
    desk.told("d", *(desk.follows(f"reader{number}@example.org", "arms") for number in range(25)))
    assert "told to 25" in desk.get("/desk/stories/story%20d").said
    for page in ("/desk/stories/story%20d", "/desk/articles/d"):
        said = desk.get(page).said
        assert said.count("@example.org") == 20, page
        assert "and 5 more" in said, page


def test_an_article_shows_what_was_found_in_place_and_by_which_rule(desk):
    report(desk, "a", news=News.STORY)
    answer = desk.get("/desk/articles/a")
    assert re.search(r'The <mark title="Pantsir">Pantsir<a href="#hit-1">1</a></mark> stood', answer.body)
    assert "Pantsir: as written" in answer.said
    assert "nobody yet: it waits for the next digest" in answer.said


def test_any_address_is_answered_why_it_was_not_told(desk):
    report(desk, "a", news=News.REPEAT)
    assert (
        "nobody: it says nothing that the story did not have" in desk.get("/desk/why?url=https://wire.example/a").said
    )
    assert "No feed announced this address" in desk.get("/desk/why?url=https://elsewhere.example/").said


def test_a_search_shows_the_words_in_their_sentence(desk):
    report(desk, "a", text="Long before. " * 40 + "The Pantsir stood in the port of Wonsan.")
    assert "<mark>Wonsan</mark>" in desk.get("/desk/search?q=wonsan").body.replace("wonsan", "Wonsan")
    assert "No kept article has all of these words." in desk.get("/desk/search?q=nothing").said


@pytest.mark.parametrize("page", ["/desk/stories/none", "/desk/articles/none", "/desk/articles/%3Cscript%3E"])
def test_what_is_not_kept_is_a_page_of_its_own(desk, page):
    answer = desk.get(page)
    assert (answer.status, "Not here" in answer.said) == (404, True)
    assert "<script>" not in answer.body


ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "</title><b>",
    "{{ 7*7 }}",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_from_a_feed_or_a_watchlist_is_markup(desk, attack):
    desk.titles["arms"] = attack
    report(desk, "a", title=f"{attack} Pantsir", source=attack, fact=attack, text=f"{attack} Pantsir", news=News.STORY)
    report(desk, "b", title=f"{attack} again", source=attack, fact=attack)
    for page in ("/desk", "/desk/stories/s", "/desk/articles/a", "/desk/articles/b", "/desk/search?q=pantsir"):
        body = desk.get(page).body
        assert "<script>alert" not in body, page
        assert "<img" not in body, page
        assert 'href="javascript' not in body, page
        assert "<b>" not in body, page
        assert "7*7" in body or "{{" not in attack, page


def test_an_address_that_is_no_web_address_is_no_link(desk):
    assert [sheets.link(url) for url in ("https://a.example", "javascript:x", "data:x", "//x", "http://[", None)] == [
        "https://a.example", None, None, None, None, None,
    ]  # fmt: skip


def test_the_desk_lets_in_no_script_but_its_own(desk):
    answer = desk.get("/desk")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert re.findall(r"<script[^>]*>", answer.body) == ['<script src="/desk/desk.js" defer>']
    assert desk.get("/desk/desk.js").headers["content-type"].startswith("text/javascript")


def test_looking_changes_nothing(desk):
    report(desk, "a", "one", news=News.STORY)
    before = desk.everything()
    for page in ("/desk", "/desk/search?q=port", "/desk/stories/one", "/desk/articles/a", "/desk/why?url=x"):
        desk.get(page)
    assert desk.everything() == before


# --- laws ------------------------------------------------------------------------------------------------------------


@given(st.text(max_size=30), st.data())
def test_the_pieces_of_a_text_are_the_text(text, data):
    edge = st.integers(0, len(text))
    spans = [
        (min(a, b), max(a, b), number) for number, (a, b) in enumerate(data.draw(st.lists(st.tuples(edge, edge))), 1)
    ]
    found = pieces(text, spans)
    assert "".join(piece.text for piece in found) == text
    for start, end, number in spans:
        assert "".join(piece.text for piece in found if number in piece.hits) == text[start:end]


@given(st.lists(st.integers(0, 10_000), max_size=50))
def test_a_timeline_counts_every_moment_once(minutes):
    since = NOW - timedelta(minutes=10_000)
    moments = [since + timedelta(minutes=minute) for minute in minutes]
    assert sum(bar.count for bar in charts.bars(moments, since, NOW)) == len(moments)
    assert sum(bar.count for bar in charts.days(charts.by_day(moments), since, NOW)) == len(moments)


def told(number, value, what="soldiers", source="Wire"):
    fact = Fact(FactKind.NUMBER, f"number:{value}:{what}", f"{value:,}", "A sentence.", Field.TEXT, 0, 1)
    return Told(
        str(number), "t", source, "en", None, None, NOW + timedelta(hours=number), News.REPEAT, (), None, None, None,
        True, "", "", None, (fact,),
    )  # fmt: skip


def test_figures_that_change_come_first_and_counts_of_other_things_are_left_out():
    reports = [
        told(1, 11_000),
        told(2, 14_000),
        told(3, 2),
        told(4, 9, "ships"),
        told(5, 9, "ships"),
        told(6, 9, "ships"),
    ]
    soldiers, ships = figures(reports)
    assert (soldiers.name, soldiers.changes, [point.value for point in soldiers.points]) == (
        "soldiers", True, [11_000, 14_000],
    )  # fmt: skip
    assert (ships.name, ships.changes, ships.told) == ("ships", False, "9")


def test_one_report_alone_makes_no_figure():
    assert figures([told(1, 11_000), told(2, 3, "ships")]) == ()


# --- feeds, mail, health ---------------------------------------------------------------------------------------------


FEEDS = """# the operator's own words
feeds:
  - url: https://harbour.example/feed
    title: Harbour News
  - url: https://anna:secret@port.example/feed
    title: Port & <Pier>
"""


@pytest.fixture
def steered(tmp_path):
    """A desk with the operator's files and a way to the web that answers one feed."""
    (tmp_path / "feeds.yaml").write_text(FEEDS)
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "watchlists" / "arms.yaml").write_text("title: Arms\nterms:\n  - Pantsir\n")
    store = Store(f"sqlite:///{tmp_path}/monitor.db")
    files = pipeline.prepare(tmp_path)
    store.sources.sync(files.config.feeds, NOW - timedelta(days=1))
    office = Office(tmp_path, lambda: files, scouted, embed.open_embedder("none"))
    yield Desk(store, office=office)
    store.close()


def scouted(url):
    if "feed" not in url:
        raise FetchError(url, "no such host")
    items = (Item("k", "https://new.example/1", "A <b>ship</b> left", "", NOW, ""),)
    response = Response(url, 200, b"", None, Validators())
    return Search((Found(url, Kind.FEED, ParsedFeed("New & <News>", items, "en"), url, response),), How.ITSELF)


def written(desk):
    return (desk.office.home / "feeds.yaml").read_text()


def test_feeds_are_shown_with_their_state_and_without_their_passwords(steered):
    answer = steered.get("/desk/feeds")
    assert "2 feeds: 2 never polled" in answer.said
    assert "Port & <Pier>" in answer.said
    pages = [answer, *(steered.get(link) for link in answer.links if re.search(r"/desk/feeds/[0-9a-f]{16}", link))]
    assert len(pages) == 3
    assert not any("secret" in page.body for page in pages)


def test_feeds_can_be_looked_for_by_title_and_address(steered):
    assert "Harbour News" not in steered.get("/desk/feeds?q=PORT").said
    assert "Port & <Pier>" in steered.get("/desk/feeds?q=port.example").said
    assert "No feed has that" in steered.get("/desk/feeds?q=secret").said


def test_a_feed_is_tried_before_it_is_added_and_then_stands_in_the_file(steered):
    page = steered.post("/desk/feeds/try", {"address": "new.example/feed"})
    assert "A <b>ship</b> left" in page.said
    assert written(steered) == FEEDS
    added = steered.post("/desk/feeds/add", filled(page))
    assert (added.status, added.headers["location"]) == (303, "/desk/feeds?done=added")
    assert written(steered).startswith(FEEDS)
    assert "https://new.example/feed" in written(steered)
    again = steered.post("/desk/feeds/add", filled(page))
    assert (again.status, "is in feeds.yaml already" in again.said) == (400, True)


@pytest.mark.parametrize(
    ("address", "said"),
    [("nowhere.example", "no such host; look in a browser"), ("", "is no web address"), ("javascript:alert(1)", "")],
)
def test_what_cannot_be_tried_says_why_and_what_to_do(steered, address, said):
    answer = steered.post("/desk/feeds/try", {"address": address})
    assert (answer.status, said in answer.said) == (400, True)
    assert written(steered) == FEEDS


def test_a_feed_is_taken_out_by_its_page(steered):
    key = sheets.key("https://harbour.example/feed")
    assert steered.post(f"/desk/feeds/{key}/remove").status == 303
    assert "harbour" not in written(steered)
    assert steered.post(f"/desk/feeds/{key}/remove").status == 404


def test_feeds_leave_and_come_back_as_opml(steered):
    exported = steered.get("/desk/feeds/feeds.opml")
    assert "attachment" in exported.headers["content-disposition"]
    (steered.office.home / "feeds.yaml").write_text("feeds:\n  - url: https://one.example/feed\n    title: One\n")
    taken = steered.post("/desk/feeds/import", {"opml": exported.body})
    assert "2 added, 0 known before or listed twice, 0 refused" in taken.said
    assert "harbour.example" in written(steered)
    assert steered.post("/desk/feeds/import", {"opml": "no opml at all"}).status == 400


def test_subscribers_are_shown_with_what_they_follow_and_what_waits_for_them(steered):
    steered.told("a", steered.reader)
    assert "reader@example.org" in steered.get("/desk/mail").said
    report(steered, "b", "another", news=News.STORY, ago=1)
    page = steered.get(f"/desk/mail/{steered.reader}")
    assert "1 story now, see it as they will" in page.said
    preview = steered.get(f"/desk/mail/{steered.reader}/preview")
    assert "Report b" in preview.said
    assert "script-src" not in preview.headers["content-security-policy"]


def test_an_operator_adds_unsubscribes_and_brings_back(steered):
    added = steered.post("/desk/mail/add", {"address": "new@example.org", "watchlist": ["arms", "none"]})
    number = steered.store.people.find("new@example.org").subscriber.id
    assert (added.status, added.headers["location"]) == (303, f"/desk/mail/{number}")
    steered.post(f"/desk/mail/{number}", {"do": "unsubscribe"})
    assert not steered.store.people.reader(number).active
    assert "unsubscribed" in steered.get(f"/desk/mail/{number}").said
    steered.post(f"/desk/mail/{number}", {"do": "bring back"})
    assert steered.store.people.reader(number).active


@pytest.mark.parametrize("fields", [{"address": "x", "watchlist": "arms"}, {"address": "a@example.org"}])
def test_nobody_is_added_without_an_address_or_a_watchlist(steered, fields):
    before = steered.everything()
    assert steered.post("/desk/mail/add", fields).status == 400
    assert steered.everything() == before


def test_the_balance_is_drawn_at_a_click(steered):
    steered.told("a", steered.reader)
    assert "none: everything is told, or held for a reason" in steered.get("/desk/mail/balance").said


def test_health_says_what_waits_and_what_is_wrong(steered):
    said = steered.get("/desk/health").said
    assert "the service has not run here yet start 'monitor run'" in said
    assert "items to be read 0" in said
    assert "SQLite" in said


def test_without_the_running_service_there_are_no_pages_that_steer_it(desk):
    assert [desk.get(f"/desk/{page}").status for page in ("feeds", "mail", "health")] == [404, 404, 404]


# --- a person's word -------------------------------------------------------------------------------------------------


def stories_of(desk, *articles):
    return [desk.store.archive.find(article).placement.story for article in articles]


def test_two_stories_are_joined_by_the_address_of_an_article_and_parted_again(desk):
    report(desk, "a", "one", news=News.STORY, ago=3)
    report(desk, "b", "two", news=News.STORY, ago=2)
    joined = desk.post("/desk/stories/one", {"do": "merge", "other": "https://wire.example/b"})
    assert (joined.status, joined.headers["location"]) == (303, "/desk/stories/one")
    assert stories_of(desk, "a", "b") == ["one", "one"]
    page = desk.get("/desk/stories/one")
    assert "Joined with another story, Anna <operator>" in page.said
    assert desk.get("/desk/stories/two").headers["location"] == "/desk/stories/one"
    undo = re.search(r'value="(undo \d+)"', page.body)[1]
    assert desk.post("/desk/stories/one", {"do": undo}).status == 303
    assert stories_of(desk, "a", "b") == ["one", "two"]
    assert "(taken back)" in desk.get("/desk/stories/one").said


def test_ticked_reports_are_split_off_and_one_is_set_apart(desk):
    for name in "abcd":
        report(desk, name, news=News.STORY if name == "a" else News.DEVELOPMENT)
    parted = desk.post("/desk/stories/s", {"do": "split", "article": ["b", "c"]})
    assert stories_of(desk, "b", "c") == [parted.headers["location"].rpartition("/")[2]] * 2 != ["s", "s"]
    desk.post("/desk/stories/s", {"do": "apart d"})
    assert len(set(stories_of(desk, "a", "b", "d"))) == 3


def test_a_muted_story_is_out_of_sight_until_it_is_unmuted_by_undo(desk):
    report(desk, "a", news=News.STORY)
    assert heads(desk.get("/desk")) == ["Report a"]
    desk.post("/desk/stories/s", {"do": "mute"})
    assert heads(desk.get("/desk")) == []
    page = desk.get("/desk/stories/s")
    assert "Muted by Anna <operator>" in page.said
    desk.post("/desk/stories/s", {"do": re.search(r'value="(undo \d+)"', page.body)[1]})
    assert heads(desk.get("/desk")) == ["Report a"]


def test_what_is_no_news_is_told_to_nobody_more(desk):
    report(desk, "a", news=News.STORY)
    button = re.search(r'value="(not news \d+)"', desk.get("/desk/stories/s").body)[1]
    desk.post("/desk/stories/s", {"do": button})
    assert "Told to nobody more: not news by Anna <operator>" in desk.get("/desk/stories/s").said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"do": "merge", "other": "nothing"}, "nothing: is no story; give its id"),
        ({"do": "merge", "other": ""}, "is no story; give its id"),
        ({"do": "merge", "other": "s"}, "is one story already"),
        ({"do": "split"}, "s"),
        ({"do": "apart none"}, "none: is no article of any story"),
        ({"do": "not news 77"}, "77: is no development"),
        ({"do": "undo 77"}, "77: is no word that stands"),
        ({"do": "drop tables"}, "load the page again"),
        ({}, "load the page again"),
    ],
)
def test_a_word_that_cannot_be_is_refused_with_the_way_out_and_changes_nothing(desk, fields, said):
    report(desk, "a", news=News.STORY)
    report(desk, "b")
    before = desk.everything()
    answer = desk.post("/desk/stories/s", fields)
    assert (answer.status, said in answer.said) == (400, True)
    assert desk.everything() == before

"""The API: every operation, who may call it, lists that keep their order, problems in one form; feeds and metrics."""

from __future__ import annotations

import base64
import importlib
import json
import re
import sys
import xml.etree.ElementTree as ET
from datetime import datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from desk import NOW
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.responses import JSONResponse
from switchboard import ARMS, FEEDS, Program, Switchboard

from monitor.store.listing import Window
from monitor.store.operators import Scope
from monitor.store.overview import Wanted
from monitor.values import News
from monitor.web.api import cursors, gate
from monitor.web.api.hooks import Webhooks
from monitor.web.api.problems import Kind, ProblemError
from monitor.web.api.stories import Stories, Story
from monitor.web.door import tokens

sys.path.insert(0, str(Path(__file__).parent / "quality"))
quality = importlib.import_module("api")


@pytest.fixture
def board(tmp_path):
    made = Switchboard(tmp_path)
    yield made
    made.store.close()


def told(said):
    """What a problem says, once it is in the form of RFC 9457."""
    assert said.headers["content-type"] == "application/problem+json"
    assert said.json["status"] == said.status
    assert re.fullmatch(r"urn:news-monitor:problem:[a-z-]+", said.json["type"])
    assert said.json["title"]
    assert said.json["detail"]
    return said.json


def operations(board):
    described = board.read.get("/openapi.json").json
    return {
        each["operationId"]: (method.upper(), path, each)
        for path, methods in described["paths"].items()
        for method, each in methods.items()
    }


# --- who may call ----------------------------------------------------------------------------------------------------


def test_every_address_asks_for_a_token_before_it_looks_at_anything(board):
    paths = {path for _, path, _ in operations(board).values()}
    for path in (*paths, "/openapi.json", "/no-such-thing", "/", "/docs"):
        for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD"):
            answer = board.desk.send(method, f"/api/v1{path}", b"{no json", **{"content-type": "application/json"})
            assert answer.status == 401, (method, path)
            assert answer.headers["www-authenticate"].startswith('Bearer realm="news-monitor"')


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer nm_wrong", "Bearer ", "Basic Og==", "Token x", "bearer nm_\xff", "Basic \xff"]
)
def test_a_bad_token_is_told_so_and_lets_nobody_in(board, shown):
    answer = board.desk.get("/api/v1/stories", authorization=shown)
    assert answer.status == 401
    assert ('error="invalid_token"' in answer.headers["www-authenticate"]) == bool(shown)


def test_a_cookie_of_a_signed_in_operator_counts_for_nothing(board):
    for cookie in (
        "__Host-monitor_session=x",
        f"token={board.admin.token}",
        f"authorization=Bearer {board.admin.token}",
    ):
        assert board.desk.get("/api/v1/stories", cookie=cookie).status == 401
        assert board.desk.get("/metrics", cookie=cookie).status == 401


def test_each_scope_may_what_its_operations_say(board):
    values = {"story": "one", "article": "a", "development": "1", "watchlist": "arms", "feed": "0" * 16, "word": "1"}
    values |= {"subscriber": "1"}
    programs = {Scope.READ: board.read, Scope.WRITE: board.write, Scope.ADMIN: board.admin}
    for method, path, said in operations(board).values():
        wanted = Scope(said["x-scope"])
        assert (wanted is Scope.READ) or method != "GET"
        for scope, program in programs.items():
            if not scope.covers(wanted):
                answer = program._send(method, path.format(**values), {}, {})
                assert answer.status == 403, (method, path, scope)
                assert wanted in told(answer)["detail"]


def test_a_token_that_ended_or_was_revoked_lets_nobody_in(board):
    ended = tokens.issue(board.store, "ended", Scope.ADMIN, NOW - timedelta(days=2), timedelta(days=1))
    assert Program(board.desk, ended).get("/stories").status == 401
    assert board.store.tokens.revoke("a read token")
    assert board.read.get("/stories").status == 401


def test_looking_changes_nothing_but_when_a_token_was_used(board):
    board.report("a", "one")
    board.read.get("/stories")  # the token is noted as used
    before = board.desk.everything()
    for method, path, _ in operations(board).values():
        if method == "GET":
            values = {"story": "one", "article": "a", "watchlist": "arms", "feed": "0" * 16, "subscriber": "1"}
            board.read.get(path.format(**values))
    assert board.desk.everything() == before


# --- the description -------------------------------------------------------------------------------------------------


def test_the_description_makes_a_pleasant_client(board):
    described = board.read.get("/openapi.json").json
    assert described["openapi"].startswith("3.1")
    assert described["servers"] == [{"url": "/api/v1"}]
    found = operations(board)
    assert len(found) == 38
    for name, (method, path, said) in found.items():
        assert re.fullmatch(r"[a-z_]+", name), path
        assert said["summary"]
        assert {"401", "403", "422", "default"} <= said["responses"].keys()
        assert said["security"][0] == {"HTTPBearer": []}
        for status, answer in said["responses"].items():
            if status == "default" or int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], (method, path)
    assert "HTTPValidationError" not in described["components"]["schemas"]
    names = [parameter["name"] for _, _, said in found.values() for parameter in said.get("parameters", ())]
    assert "cookie" not in names


def test_the_calls_that_are_made_up_do_no_harm():
    outcome = quality.run(300, seed=1)
    assert outcome.harm == []
    assert outcome.calls >= 300
    assert len(outcome.operations) == 38
    assert outcome.statuses[200] > 30
    assert outcome.statuses[401] > 100


def test_the_run_of_made_up_calls_sees_harm(monkeypatch):
    """A fault, an operation that lets everybody act, and an answer that is not as it is described."""

    def odd(_self: Stories, story: str) -> Story:
        return JSONResponse({"story": story})

    monkeypatch.setattr(Webhooks, "all", lambda _self: 1 / 0)
    monkeypatch.setattr(Stories, "one", odd)
    monkeypatch.setattr(gate, "may", lambda request, _scope: request.scope[gate.CALLER])
    outcome = quality.run(300, seed=1)
    assert any("/webhooks" in each and "ZeroDivisionError" in each for each in outcome.faults)
    assert any("with a token that may only read" in each for each in outcome.open)
    assert any("GET /api/v1/stories/" in each for each in outcome.untrue)


# --- stories and articles --------------------------------------------------------------------------------------------


def test_stories_are_listed_with_what_is_new_and_narrowed_by_filters(board):
    board.report("c", "two", ago=300, watchlist="ports")
    board.report("a", "one", ago=30)
    board.report("b", "one", News.DEVELOPMENT, ago=2)
    (story,) = board.read.get("/stories").json["items"]
    assert (story["id"], story["first"]["id"], story["latest"]["id"]) == ("one", "a", "b")
    assert story["latest"]["new"] == [
        {"change": "new", "text": "20 ships", "sentence": "They sent 20 ships.", "before": None}
    ]
    assert story["latest"]["seen"] == "2026-11-25T04:30:00Z"
    assert story["concerns"] == [{"watchlist": "arms", "news": "development"}]
    since = "2026-11-01T00:00:00%2B09:00"
    for query, expected in (
        (f"since={since}", ["one", "two"]), (f"watchlist=ports&since={since}", ["two"]), ("news=story", ["one"]),
        ("language=fr", []), ("source=Wire", ["one"]), ("since=2026-11-25T06:00:00Z", []),
    ):  # fmt: skip
        assert [each["id"] for each in board.read.get(f"/stories?{query}").json["items"]] == expected, query


def test_a_list_neither_repeats_nor_loses_an_entry_while_more_comes_in(board):
    for number in range(9):
        board.report(f"a{number}", f"s{number}", ago=20 - number)
    first = board.read.get("/stories?limit=4").json
    board.report("b", "s2", News.DEVELOPMENT, ago=0.5)
    board.report("c", "new", ago=0.4)
    rest, more = [], first["next"]
    while more:
        said = board.read.get(f"/stories?limit=2&cursor={more}").json
        rest, more = rest + said["items"], said["next"]
    assert [each["id"] for each in first["items"] + rest] == [f"s{number}" for number in range(8, -1, -1)]
    assert [each["id"] for each in board.read.get("/stories?limit=2").json["items"]] == ["new", "s2"]


def test_a_story_is_shown_with_reports_and_deliveries(board):
    board.report("a", "one", ago=30)
    board.desk.told("d", board.desk.reader)
    assert [each["id"] for each in board.read.get("/stories/one").json["reports"]] == ["a"]
    (delivery,) = board.read.get("/stories/story%20d").json["deliveries"]
    assert (delivery["address"], delivery["state"]) == ("reader@example.org", "queued")
    assert told(board.read.get("/stories/none"))["status"] == 404


def test_articles_are_searched_in_any_script_and_listed_newest_first(board):
    board.report("a", "one", title="Пусан: порт", ago=3)
    board.report("b", "two", title="부산항 도착", ago=2)
    board.report("c", "two", News.REPEAT, ago=1)
    assert [each["id"] for each in board.read.all("/articles?limit=2")] == ["c", "b", "a"]
    assert [each["id"] for each in board.read.all("/articles?q=%D0%BF%D0%BE%D1%80%D1%82")] == ["a"]
    assert [each["id"] for each in board.read.all("/articles?limit=1&q=wonsan")] == ["c", "b", "a"]
    assert [each["id"] for each in board.read.all("/articles?q=wonsan&watchlist=ports")] == []
    assert board.read.all("/articles?q=%22%27(*") == []


def test_an_article_is_shown_with_its_hits_and_its_story(board):
    board.report("a", "one")
    said = board.read.get("/articles/a").json
    assert (said["placement"]["story"], said["news"], said["told_to"]) == ("one", "story", [])
    (hit,) = said["hits"]
    assert said["text"][hit["start"] : hit["end"]] == hit["found"] == "Pantsir"
    assert told(board.read.get("/articles/none"))["status"] == 404


def test_any_address_is_explained_gate_by_gate(board):
    board.report("a", "one")
    board.report("b", "one", News.REPEAT)
    board.desk.told("d", board.desk.reader)

    def gates(url):
        said = board.read.get(f"/why?url={url}").json
        return said["told"], [(each["gate"], each["outcome"]) for each in said["gates"]][-1]

    assert gates("https://elsewhere.example/") == (False, ("announced", "failed"))
    assert gates("https://wire.example/a") == (False, ("told", "waits"))
    assert gates("https://wire.example/b") == (False, ("news", "failed"))
    assert gates("https://wire.example/d") == (True, ("told", "passed"))
    assert told(board.read.get("/why"))["errors"][0]["where"] == "query.url"


# --- words on stories ------------------------------------------------------------------------------------------------


def test_a_program_joins_parts_mutes_and_takes_its_words_back(board):
    for name, story in (("a", "one"), ("b", "two"), ("c", "two")):
        board.report(name, story)
    merged = board.write.post("/stories/one/merge", {"other": "two"}).json
    assert (merged["kind"], merged["by"], merged["articles"]) == ("merge", "a write token (API)", ["b", "c"])
    assert board.read.get("/stories/one").json["count"] == 3
    split = board.write.post("/stories/one/split", {"articles": ["c"]}).json
    assert board.read.get(f"/stories/{split['other']}").json["count"] == 1
    apart = board.write.post("/stories/one/apart", {"article": "b"})
    assert (apart.status, apart.json["kind"]) == (200, "apart")
    assert board.write.post("/stories/one/mute").json["kind"] == "mute"
    assert board.write.post("/stories/one/unmute").json["ended"] is not None
    assert board.write.post("/developments/1/not-news").json["articles"] == ["a"]
    words = board.read.get("/words").json
    assert [each["kind"] for each in words] == ["not news", "mute", "apart", "split", "merge"]
    assert board.write.post(f"/words/{words[0]['id']}/undo").json["undone"] is not None


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/stories/none/merge", {"other": "x"}), ("/stories/one/merge", {"other": "one"}),
        ("/stories/one/split", {"articles": ["none"]}), ("/stories/none/mute", None), ("/stories/one/unmute", None),
        ("/developments/99/not-news", None), ("/words/99/undo", None), ("/stories/one/apart", {}),
    ],
)  # fmt: skip
def test_a_word_that_cannot_be_said_is_a_problem(board, path, body):
    board.report("a", "one")
    assert told(board.write.post(path, body))["status"] == 422


# --- watchlists ------------------------------------------------------------------------------------------------------


def test_watchlists_are_listed_and_read(board):
    items = board.read.all("/watchlists?limit=1")
    assert [(each["id"], each["terms"], each["in_use"]) for each in items] == [("arms", 1, True), ("ports", 1, True)]
    said = board.read.get("/watchlists/arms")
    assert (said.json["text"], said.headers["etag"]) == (ARMS, said.json["etag"])
    text = board.read.get("/watchlists/arms/text")
    assert (text.answer.body, text.headers["content-type"]) == (ARMS, "application/yaml")
    assert board.read.get("/watchlists/none").status == 404
    assert board.read.get("/watchlists/..%2F..%2Fsecret").status in (404, 422)


def test_an_edit_is_saved_only_over_the_text_that_was_edited(board):
    edited = ARMS + "  - Iskander\n"
    assert told(board.write.put("/watchlists/arms", {"text": edited}))["status"] == 428
    tag = board.read.get("/watchlists/arms").headers["etag"]
    saved = board.write.put("/watchlists/arms", {"text": edited, "note": "another system"}, **{"if-match": tag})
    assert saved.status == 200
    assert board.written("watchlists/arms.yaml") == edited
    assert saved.headers["etag"] == board.read.get("/watchlists/arms").headers["etag"] != tag
    newest, before = board.read.get("/watchlists/arms/versions").json
    assert (newest["by"], newest["text"], newest["note"]) == ("a write token (API)", edited, "another system")
    assert before["text"] == ARMS
    late = board.write.put("/watchlists/arms", {"text": ARMS}, **{"if-match": tag})
    assert told(late)["status"] == 412
    assert board.written("watchlists/arms.yaml") == edited


def test_a_new_watchlist_is_made_and_none_is_overwritten_by_that(board):
    body = {"text": "title: Grain\nterms: [wheat]\n"}
    assert board.write.put("/watchlists/grain", body).status == 404
    assert board.write.put("/watchlists/grain", body, **{"if-none-match": "*"}).status == 200
    assert board.written("watchlists/grain.yaml") == body["text"]
    assert board.write.put("/watchlists/grain", body, **{"if-none-match": "*"}).status == 412
    for name in ("..%2Fsecret", "Grain", "open", "a%00b", "%20"):
        assert board.write.put(f"/watchlists/{name}", body, **{"if-none-match": "*"}).status in (404, 422), name
    assert sorted(path.name for path in board.home.rglob("*.yaml")) == [
        "arms.yaml", "feeds.yaml", "grain.yaml", "ports.yaml",
    ]  # fmt: skip


def test_mistakes_are_told_with_their_lines_and_nothing_is_written(board):
    wrong = "title: Arms\nterms:\n  - name: Pantsir\n    spelling: wild\n"
    checked = board.read.post("/watchlists/check", {"text": wrong}).json
    assert (checked["usable"], checked["mistakes"][0]["line"]) == (False, 4)
    tag = board.read.get("/watchlists/arms").headers["etag"]
    problem = told(board.write.put("/watchlists/arms", {"text": wrong}, **{"if-match": tag}))
    assert (problem["status"], problem["errors"][0]["line"]) == (422, 4)
    failing = ARMS + "examples:\n  match: [nothing of the kind]\n"
    assert board.read.post("/watchlists/check", {"text": failing}).json["failing"][0]["line"] == 5
    assert board.write.put("/watchlists/arms", {"text": failing}, **{"if-match": tag}).status == 422
    assert board.written("watchlists/arms.yaml") == ARMS


def test_an_edit_is_previewed_over_what_is_kept(board):
    board.report("a", "one")
    said = board.read.post("/watchlists/arms/preview", {"text": "title: A\nterms: [Wonsan, Busan]\n"}).json
    assert (said["articles"], said["both"], said["gained"], said["lost"]) == (1, 1, 0, 0)
    assert [(term["name"], term["articles"]) for term in said["terms"]] == [("Wonsan", 1), ("Busan", 0)]
    assert told(board.read.post("/watchlists/arms/preview", {"text": "terms: 7"}))["status"] == 422


# --- feeds -----------------------------------------------------------------------------------------------------------


def test_feeds_are_listed_without_their_passwords_and_by_a_stable_order(board):
    items = board.read.all("/feeds?limit=1")
    assert sorted(each["title"] for each in items) == ["Harbour News", "Port & <Pier>"]
    assert board.read.all("/feeds?state=ok") == []
    for each in items:
        shown = board.read.get(f"/feeds/{each['id']}")
        assert (shown.json["state"], shown.json["items"]) == ("never polled", [])
        assert "secret" not in shown.answer.body
    assert board.read.get(f"/feeds/{'0' * 16}").status == 404


def test_a_feed_is_tried_added_once_and_removed(board):
    (found,) = board.write.post("/feeds/try", {"address": "new.example/feed"}).json["found"]
    assert (found["title"], found["newest"], found["known"]) == ("New", ["A ship left"], None)
    assert board.written("feeds.yaml") == FEEDS
    added = board.write.post("/feeds", {"url": found["url"], "title": found["title"], "minutes": 30})
    assert added.status == 201
    assert board.written("feeds.yaml").startswith(FEEDS)
    assert told(board.write.post("/feeds", {"url": "http://new.example/feed/"}))["status"] == 409
    path = added.headers["location"].removeprefix("/api/v1")
    assert board.read.get(path).json["minutes"] == 30
    assert board.write.delete(path).status == 204
    assert board.written("feeds.yaml") == FEEDS
    assert board.write.delete(path).status == 404


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/feeds/try", {"address": "nowhere.example"}, 502), ("/feeds/try", {"address": "javascript:alert(1)"}, 422),
        ("/feeds", {"url": "https://x.example/feed", "minutes": 0}, 422), ("/feeds", {"url": "ftp://x.example/"}, 422),
        ("/feeds", [], 422), ("/feeds", {"url": "https://x.example/f", "language": "1"}, 422),
    ],
)  # fmt: skip
def test_a_feed_that_cannot_be_used_is_a_problem_and_not_written(board, path, body, status):
    assert told(board.write.post(path, body))["status"] == status
    assert board.written("feeds.yaml") == FEEDS


def test_feeds_leave_as_opml(board):
    said = board.read.get("/feeds.opml")
    assert said.headers["content-type"].startswith("text/x-opml")
    assert "harbour.example" in said.answer.body


# --- subscribers and mail --------------------------------------------------------------------------------------------


def test_subscribers_are_added_choose_and_leave(board):
    added = board.admin.post(
        "/subscribers", {"address": "new@example.org", "watchlists": ["arms"], "zone": "Asia/Seoul"}
    )
    assert (added.status, added.json["follows"][0]["watchlist"]) == (201, "arms")
    path = added.headers["location"].removeprefix("/api/v1")
    chosen = {
        "cadences": {"ports": "daily 07:30"},
        "zone": "Asia/Seoul",
        "language": "ko",
        "cap": 5,
        "quiet": "22:00-07:00",
    }
    said = board.admin.put(f"{path}/choices", chosen).json
    assert [(each["watchlist"], each["cadence"]) for each in said["follows"]] == [("ports", "daily 07:30")]
    assert (said["zone"], said["language"], said["cap"], said["barred"]) == ("Asia/Seoul", "ko", 5, "")
    assert board.admin.post(f"{path}/unsubscribe").json["barred"] == "unsubscribed"
    assert board.read.get(path).json["active"] is False
    assert [each["address"] for each in board.read.all("/subscribers?limit=1")] == [
        "reader@example.org",
        "new@example.org",
    ]
    assert len(board.read.all("/subscribers?watchlist=arms")) == 1


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        ("/subscribers", {"address": "no address", "watchlists": ["arms"]}, "body.address"),
        ("/subscribers", {"address": "a@example.org", "watchlists": ["none"]}, "body.watchlists"),
        ("/subscribers", {"address": "a@example.org", "watchlists": []}, "body.watchlists"),
        ("/subscribers", {"address": "a@example.org", "watchlists": ["arms"], "cadence": "often"}, "body"),
        ("/subscribers", {"address": "a@example.org", "watchlists": ["arms"], "zone": "Mars/Phobos"}, "body"),
    ],
)
def test_what_is_wrong_with_a_subscriber_is_told_by_its_field(board, path, body, where):
    before = board.desk.everything()["subscriber"]
    assert told(board.admin.post(path, body))["errors"][0]["where"] == where
    assert board.desk.everything()["subscriber"] == before


def test_the_next_digest_of_a_subscriber_is_shown_and_not_sent(board):
    path = f"/subscribers/{board.desk.reader}/digest"
    assert board.read.get(path).json == {"subject": None, "stories": 0, "html": None, "held": {}}
    board.report("a", "one")
    said = board.read.get(path).json
    assert said["stories"] == 1
    assert "Report a" in said["html"]
    assert board.store.outbox.counts() == {}
    assert board.read.get("/subscribers/99/digest").status == 404


def test_mails_are_listed_by_what_became_of_them(board):
    for name in "abc":
        board.desk.told(name, board.desk.reader)
    waiting = board.read.all("/mails?limit=2")
    assert [(each["id"], each["state"]) for each in waiting] == [(3, "queued"), (2, "queued"), (1, "queued")]
    assert board.read.all("/mails?which=failed") == []
    assert len(board.read.all("/mails?which=all")) == 3
    assert board.read.get(f"/subscribers/{board.desk.reader}").json["mails"][0]["id"] == 3


def test_the_balance_is_drawn(board):
    board.desk.told("a", board.desk.reader)
    said = board.read.get("/balance").json
    assert (said["due"], said["different"], sum(said["held"].values())) == (1, 0, 1)


def test_webhooks_are_shown_without_their_secrets(board):
    board.store.hooks.add("https://anna:hidden@chat.example/", "arms", "whsec_c2VjcmV0", NOW)
    said = board.read.get("/webhooks")
    assert (said.json[0]["watchlist"], said.json[0]["waiting"]) == ("arms", 0)
    assert "hidden" not in said.answer.body
    assert "c2VjcmV0" not in said.answer.body


def test_health_says_what_waits_and_what_is_wrong(board):
    said = board.read.get("/health").json
    assert (said["feeds"], said["watchlists"], said["items"]) == (2, 2, {"waiting": 0, "oldest": None})
    assert any(each["subject"] == "service" and each["grade"] == "warning" for each in said["findings"])


# --- problems --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "where"),
    [("limit=0", "query.limit"), ("limit=101", "query.limit"), ("since=yesterday", "query.since"),
     ("since=2026-11-25T00:00:00", "query.since"), ("since=0001-01-01T00:00:00%2B14:00", "query.since"),
     ("cursor=!", "query.cursor"), ("cursor=W10", "query.cursor"), ("news=all", "query.news")],
)  # fmt: skip
def test_what_cannot_be_asked_names_the_field(board, query, where):
    assert told(board.read.get(f"/stories?{query}"))["errors"][0]["where"] == where


def test_an_unknown_address_and_a_wrong_method_are_problems(board):
    assert told(board.read.get("/nothing"))["type"].endswith("not-found")
    wrong = board.read.delete("/stories")
    assert told(wrong)["status"] == 405
    assert "GET" in wrong.headers["allow"]


def test_a_body_that_is_too_large_or_no_json_is_a_problem(board):
    assert told(board.write.post("/feeds", {"url": "x" * 70_000}))["status"] == 413
    broken = board.desk.send(
        "POST",
        "/api/v1/feeds",
        b"{",
        authorization=f"Bearer {board.write.token}",
        **{"content-type": "application/json"},
    )
    assert (broken.status, json.loads(broken.body)["errors"][0]["problem"]) == (422, "JSON decode error")


def test_a_fault_of_ours_says_nothing_of_its_insides(board, monkeypatch):
    monkeypatch.setattr(board.store.hooks, "all", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        board.read.get("/webhooks")


# --- cursors ---------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=3))
def test_a_cursor_comes_back_as_it_was(places):
    assert cursors.numbers(cursors.cursor(*places), len(places)) == tuple(places)


@given(st.text(min_size=1, max_size=60))
def test_what_is_no_cursor_is_refused_and_never_a_fault(written):
    with pytest.raises(ProblemError) as numbers:
        cursors.numbers(written, 1)
    with pytest.raises(ProblemError) as word:
        cursors.word(written)
    assert {numbers.value.kind, word.value.kind} == {Kind.INVALID}


# --- Atom ------------------------------------------------------------------------------------------------------------

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def test_developments_are_an_atom_feed_that_readers_understand(board):
    board.report("a", "one", ago=3)
    board.report("b", "one", News.DEVELOPMENT, ago=2, title="Ships & <b>men</b>")
    board.report("c", "two", ago=1, watchlist="ports")
    said = board.read.get("/watchlists/arms/atom.xml")
    assert said.headers["content-type"].startswith("application/atom+xml")
    read = feedparser.parse(said.answer.body.encode())
    assert not read.bozo
    assert read.version == "atom10"
    assert read.feed.title == "Arms & <embargoes>"
    assert [entry.title for entry in read.entries] == ["Ships & <b>men</b>", "Report a"]
    newest = read.entries[0]
    assert newest.updated == "2026-11-25T04:30:00Z" == read.feed.updated
    assert newest.link == "https://wire.example/b"
    assert "20 ships" in newest.content[0].value
    assert feedparser.parse(board.read.get("/atom.xml").answer.body).entries[0].title == "Report c"


def test_an_entry_keeps_its_id_and_two_installations_share_none(board):
    board.report("a", "one")
    ids = [e.text for e in ET.fromstring(board.read.get("/atom.xml").answer.body).findall(".//a:id", ATOM)]
    board.report("b", "two", ago=0.5)
    later = [e.text for e in ET.fromstring(board.read.get("/atom.xml").answer.body).findall(".//a:id", ATOM)]
    assert ids == [later[0], later[2]]
    assert all(each.startswith("urn:uuid:") for each in later)
    assert len(set(later)) == 3


def test_nothing_of_a_report_is_markup_or_breaks_the_feed(board):
    board.report("a", "one", title="<script>alert(1)</script> ]]> & \x00\x1b x")
    body = board.read.get("/atom.xml").answer.body
    (entry,) = feedparser.parse(body).entries
    assert entry.title.startswith("<script>alert(1)</script> ]]> &")
    assert "<script" not in body


def test_a_feed_that_has_nothing_new_is_not_sent_again(board):
    board.report("a", "one")
    tag = board.read.get("/atom.xml").headers["etag"]
    same = board.read.get("/atom.xml", **{"if-none-match": f'"other", W/{tag}'})
    assert (same.status, same.answer.body, same.headers["etag"]) == (304, "", tag)
    board.report("b", "one", News.DEVELOPMENT)
    assert board.read.get("/atom.xml", **{"if-none-match": tag}).status == 200


def test_a_reader_of_feeds_shows_the_token_as_a_password_and_only_for_feeds(board):
    basic = "Basic " + base64.b64encode(f"anybody:{board.read.token}".encode()).decode()
    assert board.desk.get("/api/v1/atom.xml", authorization=basic).status == 200
    assert board.desk.get("/api/v1/watchlists/arms/atom.xml", authorization=basic).status == 200
    assert board.desk.get("/api/v1/stories", authorization=basic).status == 401
    asked = board.desk.get("/api/v1/atom.xml")
    assert (asked.status, 'Basic realm="news-monitor"' in asked.headers["www-authenticate"]) == (401, True)


def test_the_feed_beside_the_desk_is_the_feed(board):
    answer = board.desk.get("/desk/atom.xml")
    assert (answer.status, answer.headers["location"]) == (308, "/api/v1/atom.xml")


# --- metrics and readiness -------------------------------------------------------------------------------------------


def metrics(board):
    answer = board.desk.get("/metrics", authorization=f"Bearer {board.read.token}")
    assert answer.status == 200
    return dict(re.findall(r"^(\w+(?:\{[^}]*\})?) (\S+)$", answer.body, re.MULTILINE)), answer


def test_the_numbers_are_there_for_prometheus(board):
    board.report("a", "one")
    board.desk.told("d", board.desk.reader)
    found, answer = metrics(board)
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert found['news_monitor_queue_length{queue="mails"}'] == "1.0"
    assert found['news_monitor_feeds{state="never polled"}'] == "2.0"
    assert found["news_monitor_articles"] == found["news_monitor_articles_matched"] == "2.0"
    assert found["news_monitor_developments_total"] == "2.0"
    assert found['news_monitor_mails{state="queued"}'] == "1.0"
    assert found['news_monitor_webhook_messages{state="waiting"}'] == "0.0"
    assert any(name.startswith("news_monitor_info{") for name in found)
    assert "process_resident_memory_bytes" in found


def test_the_numbers_are_counted_again_after_half_a_minute(board):
    metrics(board)
    board.report("a", "one")
    assert metrics(board)[0]["news_monitor_articles"] == "0.0"
    board.desk.now = NOW + timedelta(seconds=31)
    assert metrics(board)[0]["news_monitor_articles"] == "1.0"


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"x-forwarded-for": "127.0.0.1"},
        {"x-real-ip": "127.0.0.1"},
        {"forwarded": "for=127.0.0.1"},
        {"host": "localhost"},
    ],
)
def test_no_header_and_no_client_address_opens_the_numbers(board, header):
    """CVE-2023-27591: a network that was allowed was believed from X-Forwarded-For."""
    for client in ("127.0.0.1", "10.0.0.7", "192.0.2.7"):
        assert board.desk.get("/metrics", client=client, **header).status == 401


def test_a_service_is_ready_once_it_lives_and_has_watchlists(board):
    answer = board.desk.get("/readyz")
    assert (answer.status, json.loads(answer.body)["reasons"]) == (503, ["the service has not run here yet"])
    board.store.alive(NOW)
    assert board.desk.get("/readyz").status == 200
    board.desk.now = NOW + timedelta(minutes=10)
    assert board.desk.get("/readyz").status == 503
    board.desk.now = NOW
    board.desk.titles.clear()
    assert json.loads(board.desk.get("/readyz").body)["reasons"] == ["no watchlist is loaded"]


def test_a_database_that_does_not_answer_is_a_reason(board):
    with board.store.session() as session:
        session.connection().exec_driver_sql("DROP TABLE note")
    assert json.loads(board.desk.get("/readyz").body)["reasons"] == ["the database does not answer"]


# --- laws ------------------------------------------------------------------------------------------------------------


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=20), st.integers(1, 4))
def test_portions_together_are_the_list(tmp_path_factory, brought, size):
    made = Switchboard(tmp_path_factory.mktemp("board"))
    try:
        for place, story in enumerate(brought):
            made.report(f"a{place}", f"s{story}", ago=100 - place)
        newest = {f"s{story}": place for place, story in enumerate(brought)}
        expected = sorted(newest, key=newest.__getitem__, reverse=True)
        wanted, found, below = Wanted(datetime.min.replace(tzinfo=NOW.tzinfo)), [], Window().below
        while portion := made.store.listing.stories(wanted, Window(below=below), size):
            found += [brief.story for _, brief in portion]
            below = portion[-1][0]
        assert found == expected
    finally:
        made.store.close()

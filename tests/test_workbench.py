"""The workbench keeps the form of its files, and thinks the same twice."""

from __future__ import annotations

import gzip
import json

import pytest
from fakes import CountingEmbedder
from typer.testing import CliRunner

from monitor.cli import app
from monitor.errors import ConfigError, InputError

DOCUMENTS = [
    {
        "id": "1",
        "title": "Pantsir seen",
        "text": "A Pantsir is at the port of Nampo.",
        "published": "2025-05-29T10:00:00Z",
    },
    {"id": "2", "text": "Es regnet seit Tagen an der Küste, und niemand weiß, wann es aufhört.", "language": "de"},
    {
        "id": "3",
        "title": "Pantsir vu",
        "text": "Un Pantsir est au port de Nampo.",
        "source": "courrier.example",
    },
]


@pytest.fixture
def bench(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "w.yaml").write_text("title: W\nterms: [Pantsir]\n")
    (tmp_path / "docs.jsonl").write_text("".join(json.dumps(d) + "\n" for d in DOCUMENTS))
    return tmp_path


def run(*words: str):
    return CliRunner().invoke(app, words)


def rows(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_replay_gives_a_line_for_each_document_in_order_with_exact_offsets(bench):
    found = rows(run("replay", "docs.jsonl", "--watchlists", "w.yaml").stdout)
    assert [row["id"] for row in found] == ["1", "2", "3"]
    assert [row["language"] for row in found] == ["en", "de", "fr"]
    for row, document in zip(found, DOCUMENTS, strict=True):
        for hit in row["hits"]:
            assert document[hit["where"]][hit["start"] : hit["end"]] == hit["found"] == "Pantsir"
            assert (hit["watchlist"], hit["term"]) == ("w", "Pantsir")
            assert 0 <= hit["score"] <= 1
    assert [len(row["hits"]) for row in found] == [2, 0, 2]


def test_replay_places_hits_or_everything_or_nothing(bench):
    hits = rows(run("replay", "docs.jsonl", "--watchlists", "w.yaml").stdout)
    assert [row["story"] is not None for row in hits] == [True, False, True]
    assert hits[1]["news"] == "none"
    everything = rows(run("replay", "docs.jsonl", "--watchlists", "w.yaml", "--everything").stdout)
    assert all(row["story"] for row in everything)
    nothing = rows(run("replay", "docs.jsonl", "--watchlists", "w.yaml", "--match-only").stdout)
    assert [(row["story"], row["news"]) for row in nothing] == [(None, "none")] * 3


def test_replay_is_deterministic_to_the_byte(bench):
    first = run("replay", "docs.jsonl", "--watchlists", "w.yaml", "--everything", "--out", "1.jsonl")
    second = run("replay", "docs.jsonl", "--watchlists", "w.yaml", "--everything", "--out", "2.jsonl")
    assert first.exit_code == second.exit_code == 0
    assert (bench / "1.jsonl").read_bytes() == (bench / "2.jsonl").read_bytes()


def test_a_watchlist_finds_the_same_beside_another(bench):
    (bench / "many").mkdir()
    (bench / "many" / "w.yaml").write_text("title: W\nterms: [Pantsir]\n")
    (bench / "many" / "z.yaml").write_text("title: Z\nterms: [Pantsir-S1, 'Pantsir is', Nampo]\n")
    alone = rows(run("replay", "docs.jsonl", "--watchlists", "w.yaml", "--match-only").stdout)
    beside = rows(run("replay", "docs.jsonl", "--watchlists", "many", "--match-only").stdout)
    assert [row["hits"] for row in alone] == [[h for h in row["hits"] if h["watchlist"] == "w"] for row in beside]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("not json", "docs.jsonl:2: is not JSON"),
        ("[1]", "docs.jsonl:2: is not a JSON object"),
        ('{"id": "x"}', "docs.jsonl:2: needs 'text' as a text"),
        ('{"id": "x", "text": "y", "published": "soon"}', "docs.jsonl:2: published 'soon' is no ISO 8601 time"),
    ],
)
def test_a_line_that_breaks_the_form_is_named(bench, line, complaint):
    (bench / "docs.jsonl").write_text(json.dumps(DOCUMENTS[0]) + "\n" + line + "\n")
    done = run("replay", "docs.jsonl", "--watchlists", "w.yaml")
    assert isinstance(done.exception, InputError)
    assert str(done.exception).startswith(complaint)


def test_a_wrong_watchlist_is_named_with_its_line(bench):
    (bench / "w.yaml").write_text("title: W\nterms:\n  - name: Pantsir\n    alos: [X]\n")
    done = run("replay", "docs.jsonl", "--watchlists", "w.yaml")
    assert isinstance(done.exception, ConfigError)
    assert "w.yaml:4: unknown key 'alos' (did you mean 'also'?)" in str(done.exception)


def test_compare_says_how_alike_two_documents_are(bench):
    long = " ".join(f"word{n} stands beside the harbour" for n in range(60))
    pairs = [
        {"id": "p", "a": {"id": "a", "title": "T", "text": long}, "b": {"id": "b", "title": "Other", "text": long}},
        {"id": "q", "a": DOCUMENTS[0], "b": DOCUMENTS[1]},
    ]
    (bench / "pairs.jsonl").write_text("".join(json.dumps(p) + "\n" for p in pairs))
    copy, other = rows(run("compare", "pairs.jsonl").stdout)
    assert copy["copy"]
    assert copy["same_story"]
    assert not other["same_story"]
    assert copy["likeness"] > other["likeness"]
    assert copy["why"]


def test_inspect_pages_reads_a_manifest_in_order_and_names_what_it_cannot_read(bench):
    story = "<p>" + "The ship left the harbour of Nampo before dawn, and nobody saw it go. " * 8 + "</p>"
    head = "<html lang=en><head><title>Ship leaves</title></head>"
    page = f"{head}<body><article><h1>Ship leaves</h1>{story}</article></body></html>"
    (bench / "page.html.gz").write_bytes(gzip.compress(page.encode()))
    lines = [
        {"id": "1", "file": "page.html.gz", "url": "https://x.example/1"},
        {"id": "2", "file": "gone", "url": "https://x.example/2"},
    ]
    (bench / "m.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    first, second = rows(run("inspect", "pages", "m.jsonl").stdout)
    assert first["title"] == "Ship leaves"
    assert first["usable"]
    assert first["language"] == "en"
    assert "before dawn" in first["text"]
    assert (second["usable"], second["id"]) == (False, "2")
    assert "cannot be read" in second["error"]


def test_inspect_feeds_reads_a_manifest_and_one_file_for_people(bench):
    feed = (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title><item><title>One</title>'
        "<link>https://x.example/1</link><pubDate>Thu, 29 May 2025 10:00:00 GMT</pubDate></item></channel></rss>"
    )
    (bench / "feed.xml").write_text(feed)
    (bench / "m.jsonl").write_text(json.dumps({"id": "1", "file": "feed.xml", "url": "https://x.example/feed"}) + "\n")
    (row,) = rows(run("inspect", "feeds", "m.jsonl").stdout)
    assert row["title"] == "Wire"
    (item,) = row["items"]
    assert (item["title"], item["url"], item["published"]) == ("One", "https://x.example/1", "2025-05-29T10:00:00Z")
    assert "title: One" in run("inspect", "feeds", "feed.xml").stdout


def test_compare_reads_a_document_once_however_many_pairs_it_stands_in(bench, monkeypatch):
    model = CountingEmbedder()
    monkeypatch.setattr("monitor.embed.open_all", lambda: model)
    pairs = [
        {"id": f"{i}", "a": {**DOCUMENTS[i % 3], "id": f"a{i}"}, "b": {**DOCUMENTS[(i + 1) % 3], "id": f"b{i}"}}
        for i in range(200)
    ]
    (bench / "pairs.jsonl").write_text("".join(json.dumps(pair) + "\n" for pair in pairs))
    assert len(rows(run("compare", "pairs.jsonl").stdout)) == 200
    assert sorted(each.whole[:7] for each in model.read) == ["Es regn", "Pantsir", "Pantsir"]


def test_replay_reads_each_document_once(bench, monkeypatch):
    model = CountingEmbedder()
    monkeypatch.setattr("monitor.embed.open_embedder", lambda: model)
    rows(run("replay", "docs.jsonl", "--watchlists", "w.yaml", "--everything").stdout)
    assert len(model.read) == len(DOCUMENTS)

"""A preview says what an edit gains and loses, by the live code over what is kept, and writes nothing."""

from __future__ import annotations

import hashlib
import json
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from test_cli import monitor

from monitor import embed, preview, store, watchlist
from monitor.store.archive import Kept
from monitor.values import Article, Field, Hit

NOW = datetime.now(UTC).replace(microsecond=0)
LIVE = "title: Arms\nterms: [Pantsir, Iskander]\n"
EDITED = """\
title: Arms
terms:
  - Pantsir
  - name: Kinzhal
    not: [dagger]
  - Oreshnik
examples:
  match: [A Kinzhal was seen.]
"""
TEXTS = (
    ("en", "A convoy", "A Pantsir was seen near Kursk. It stood there."),
    ("ru", "Колонна", "Дождь шёл весь день. Сегодня сбили ракету «Кинжал», сообщили военные."),
    ("en", "Parade", "An Iskander launcher drove past the crowd."),
    ("en", "Weather", "It rained all day in the north."),
    ("en", "Kinzhal and Pantsir", "Both were shown."),
)


def kept(number: int, language: str, title: str, text: str, hits=()) -> Kept:
    url = f"https://one.example/{number}"
    article = Article(f"a{number}", title, text, url, language, NOW - timedelta(days=10 - number), "One")
    return Kept(article, NOW - timedelta(days=10 - number), hits)


ARTICLES = [kept(number, *text) for number, text in enumerate(TEXTS)]


def versions(edited=EDITED, in_use=LIVE) -> preview.Versions:
    read = [watchlist.read(text, file="watchlists/arms.yaml") if text else None for text in (edited, in_use)]
    return preview.Versions(*read)


def look(articles=ARTICLES, **texts) -> preview.Report:
    return preview.look(articles, versions(**texts), embed.NoEmbedder(), NOW)


def test_gained_and_lost_articles_come_with_the_sentence_and_the_term_that_decide():
    report = look()
    assert (report.articles, report.gained, report.lost, report.both) == (5, 1, 1, 2)
    gained, lost = report.changed
    assert (gained.change, gained.term, gained.language, gained.found) == ("gained", "Kinzhal", "ru", "Кинжал")
    assert gained.sentence == "Сегодня сбили ракету «Кинжал», сообщили военные."
    assert gained.how
    assert (lost.change, lost.term, lost.url) == ("lost", "Iskander", "https://one.example/2")


def test_hits_are_counted_by_term_and_language_and_day():
    pantsir, kinzhal, oreshnik = look().terms
    assert (pantsir.articles, pantsir.before, dict(pantsir.languages)) == (2, 2, {"en": 2})
    assert (kinzhal.articles, kinzhal.before, dict(kinzhal.languages)) == (2, 0, {"ru": 1, "en": 1})
    assert kinzhal.a_day == pytest.approx(2 / 10)
    assert (oreshnik.line, oreshnik.doubt) == (6, "never fires in 5 articles")


def test_without_another_version_what_was_found_at_reading_stands_in():
    hit = Hit("arms", "Iskander", "Iskander", Field.TEXT, 3, 11, "Iskander: as written", 1.0)
    other = Hit("other", "rain", "rained", Field.TEXT, 3, 9, "rained: inflected form of rain", 0.9)
    articles = [*ARTICLES[:2], kept(2, *TEXTS[2], hits=(hit,)), kept(3, *TEXTS[3], hits=(other,))]
    report = look(articles, in_use=None)
    assert (report.gained, report.lost) == (2, 1)
    assert report.changed[-1].sentence == TEXTS[2][2]


def test_a_term_that_fires_in_every_tenth_article_fires_too_much():
    articles = [kept(0, "en", f"Note {n}", "A Pantsir." if n % 10 == 0 else "Rain.") for n in range(200)]
    assert "more than 5% of all articles" in look(articles).terms[0].doubt


def test_a_term_that_fills_a_mail_every_day_fires_too_much():
    articles = [kept(9, "en", f"Note {n}", "A Pantsir." if n < 50 else "Rain.") for n in range(2000)]
    assert "more than 40 articles a day" in look(articles).terms[0].doubt


MOVED = "The ministry said that a Pantsir system was moved to the port of Nampo, and that two more would follow."


def test_copies_are_no_items_of_a_digest():
    report = look([kept(n, "en", "Pantsir moved to Nampo", MOVED) for n in range(5)])
    assert report.items_after * report.days == pytest.approx(1)
    assert report.items_before == report.items_after


def test_articles_beyond_what_is_embedded_count_by_the_share_of_the_others(monkeypatch):
    monkeypatch.setattr(preview, "MOST_EMBEDDED", 2)
    report = look([kept(n, "en", "Pantsir moved to Nampo", MOVED) for n in range(6)])
    assert report.items_after * report.days == pytest.approx(1 + 4 / 2)


def test_articles_beyond_what_is_placed_count_by_the_share_of_the_others():
    articles = [kept(n, "en", "Pantsir moved to Nampo", MOVED) for n in range(6)]
    report = preview.look(articles, versions(), embed.NoEmbedder(), NOW, preview.Bounds(embedded=9, placed=3))
    assert report.items_after * report.days == pytest.approx(1 + 3 / 3)


def test_found_articles_are_counted_by_language_for_both_versions():
    report = look()
    assert (+report.languages, +report.languages_before) == ({"en": 2, "ru": 1}, {"en": 3})
    assert [each.article for each in report.changed] == ["a1", "a2"]


def test_a_follower_gets_the_other_lists_items_too_and_each_development_once():
    report = preview.Report(days=10.0, items_before=1.0, items_after=2.0)
    concerned = [frozenset({"gas", "arms"}), frozenset({"gas", "oil"}), frozenset({"arms"})]
    follows = {"ann@example.org": ["arms", "gas", "oil"], "bob@example.org": ["gas"]}
    assert preview.followers(report, "arms", follows, concerned) == [preview.Follower("ann@example.org", 1.2, 2.2)]


def test_memory_does_not_grow_with_the_number_of_articles():
    def stream(count: int):
        return (kept(0, "en", f"Weather {n % 9}", f"It rained all day in place {n % 9}. " * 40) for n in range(count))

    def peak(count: int) -> int:
        tracemalloc.start()
        look(stream(count))
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    look(stream(100))
    assert peak(1500) < 1.5 * peak(300)


# --- the command ---------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MONITOR_EMBEDDER", "none")
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "storage").mkdir()
    (tmp_path / "watchlists" / "arms.yaml").write_text(LIVE)
    (tmp_path / "arms.yaml").write_text(EDITED)
    opened = store.Store(f"sqlite:///{tmp_path}/storage/monitor.db")
    for each in ARTICLES:
        opened.archive.keep(each, {})
    opened.people.add("ann@example.org", ["arms"], NOW)
    opened.close()
    return tmp_path


def dump(home) -> str:
    return hashlib.sha256((home / "storage" / "monitor.db").read_bytes()).hexdigest()


def test_the_command_compares_with_the_version_in_use_and_writes_nothing(home):
    before = dump(home)
    done = monitor("preview", str(home / "arms.yaml"), "--home", str(home))
    assert done.returncode == 0, done.stderr
    assert "5 articles of 10.0 days, compared with" in done.stdout
    assert "gained 1, lost 1, found by both 2" in done.stdout
    assert "Сегодня сбили ракету «Кинжал», сообщили военные." in done.stdout
    assert "line 6: Oreshnik never fires" in done.stdout
    assert "ann@example.org, with all that they follow: " in done.stdout
    assert dump(home) == before


def test_json_holds_everything_for_programs(home):
    done = monitor("preview", str(home / "arms.yaml"), "--home", str(home), "--json", "--days", "10")
    row = json.loads(done.stdout)
    assert (row["articles"], row["gained"], row["lost"]) == (4, 1, 1)
    assert [term["name"] for term in row["terms"]] == ["Pantsir", "Kinzhal", "Oreshnik"]
    assert row["subscribers"][0]["address"] == "ann@example.org"
    assert row["failing"] == []


def test_a_file_with_errors_is_told_them_with_their_lines_and_nothing_is_read(home):
    (home / "arms.yaml").write_text("terms:\n  - name: X1\n    alos: [Y]\n")
    done = monitor("preview", str(home / "arms.yaml"), "--home", str(home))
    assert (done.returncode, done.stdout) == (2, "")
    assert "arms.yaml:3: unknown key 'alos' (did you mean 'also'?)" in done.stderr


def test_a_failing_example_is_named_and_the_exit_code_says_so(home):
    (home / "arms.yaml").write_text(EDITED.replace("A Kinzhal", "A dagger"))
    done = monitor("preview", str(home / "arms.yaml"), "--home", str(home))
    assert done.returncode == 2
    assert "arms.yaml:8: must match, but nothing was found in: A dagger was seen." in done.stderr
    assert "gained 1" in done.stdout


def test_the_file_in_use_itself_is_compared_with_what_was_found(home):
    done = monitor("preview", str(home / "watchlists" / "arms.yaml"), "--home", str(home))
    assert "compared with what arms found when the articles were read" in done.stdout
    assert "gained 3, lost 0" in done.stdout


def test_a_home_without_a_database_is_not_given_one(home):
    (home / "storage" / "monitor.db").unlink()
    done = monitor("preview", str(home / "arms.yaml"), "--home", str(home))
    assert done.returncode == 2
    assert "is not there; let 'monitor run' read articles first" in done.stderr
    assert not (home / "storage" / "monitor.db").exists()


def test_why_shows_the_rule_in_words_and_the_sentence_of_each_hit(home):
    place = TEXTS[1][2].index("Кинжал")
    how = "Кинжал: spelled by its sound of Kinzhal"
    hit = Hit("arms", "Kinzhal", "Кинжал", Field.TEXT, place, place + 6, how, 0.8)
    opened = store.Store(f"sqlite:///{home}/storage/monitor.db")
    opened.archive.keep(kept(7, *TEXTS[1], hits=(hit,)), {})
    opened.close()
    done = monitor("why", "https://one.example/7", "--home", str(home))
    assert f"matched   arms / Kinzhal: {how}\n" in done.stdout
    assert f"          text {place}-{place + 6}, score 0.80 (by sound)\n" in done.stdout
    assert "          Сегодня сбили ракету «Кинжал», сообщили военные.\n" in done.stdout

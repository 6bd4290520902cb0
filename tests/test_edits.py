"""The operator's files: an edit is written whole or not at all, and a wrong one changes nothing."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from monitor import edits, pipeline
from monitor.errors import ConfigError

GOOD = "# my comment\ntitle: Arms   # and another\nterms: [Pantsir]\nexamples:\n  match: [A Pantsir stood there.]\n"
FEEDS = "feeds:\n  - url: https://one.example/feed\n"


@pytest.fixture
def home(tmp_path):
    (tmp_path / "feeds.yaml").write_text(FEEDS)
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "watchlists" / "arms.yaml").write_text(GOOD)
    return tmp_path


@pytest.fixture
def file(home):
    return home / "watchlists" / "arms.yaml"


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_was_typed_is_written_to_the_letter_comments_and_all(file):
    text = GOOD + "# the end, without a line break: 판치르"
    edits.save(file, text)
    assert file.read_bytes() == text.encode()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("terms:\n  - name: X1\n    alos: [Y]\n", "watchlists/arms.yaml:3: unknown key 'alos' (did you mean 'also'?)"),
        (GOOD.replace("A Pantsir", "A tank"), "watchlists/arms.yaml:5: must match, but nothing was found in"),
        ("terms: [Panzer\ud800]\n", "watchlists/arms.yaml:1: holds the invisible character U+D800: take it out"),
    ],
)
def test_a_wrong_text_is_refused_with_its_line_and_the_file_stays(file, text, complaint):
    with pytest.raises(ConfigError) as caught:
        edits.save(file, text)
    assert str(caught.value).startswith(complaint)
    assert file.read_text() == GOOD
    assert names(file.parent) == ["arms.yaml"]


def test_feeds_are_checked_as_feeds(home):
    with pytest.raises(ConfigError, match="is no http"):
        edits.save(home / "feeds.yaml", "feeds:\n  - url: nowhere\n")
    edits.save(home / "feeds.yaml", FEEDS + "  - url: https://two.example/feed\n")
    assert len(pipeline.prepare(home).config.feeds) == 2


def test_the_file_keeps_its_rights_and_a_new_one_can_be_read_by_all(file):
    file.chmod(0o640)
    edits.save(file, GOOD)
    edits.save(file.with_name("new.yaml"), GOOD)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert stat.S_IMODE(file.with_name("new.yaml").stat().st_mode) == 0o644


def test_a_link_goes_on_leading_to_the_file_that_was_edited(home, file):
    elsewhere = home / "elsewhere.yaml"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    edits.save(file, GOOD + "# new\n")
    assert file.is_symlink()
    assert elsewhere.read_text().endswith("# new\n")


def test_a_reader_never_sees_half_a_file(file):
    texts = [GOOD + f"# {n}\n" * 2000 for n in range(20)]

    def save_all() -> None:
        for text in texts:
            edits.save(file, text)

    edits.save(file, texts[0])
    with ThreadPoolExecutor(1) as saver:
        saving = saver.submit(save_all)
        while not saving.done():
            assert file.read_text() in texts
        saving.result()
    assert names(file.parent) == ["arms.yaml"]


def test_a_file_that_cannot_be_written_is_named_and_nothing_is_left_behind(file, monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(ConfigError, match="mounted as a single file"):
        edits.save(file, GOOD)
    assert file.read_text() == GOOD
    assert names(file.parent) == ["arms.yaml"]


@pytest.mark.parametrize("how", ["write", "rename", "delete", "rights", "add"])
def test_every_way_of_editing_changes_the_stamps(home, file, how):
    before = edits.stamps(home)
    if how == "write":
        file.write_text(GOOD.replace("Pantsir", "Iskander"))
    elif how == "rename":
        (home / "new").write_text(GOOD)
        (home / "new").replace(file)
    elif how == "delete":
        file.unlink()
    elif how == "rights":
        file.chmod(0o600)
    else:
        file.with_name("more.yml").write_text(GOOD)
    assert edits.stamps(home) != before


# --- taken into use ------------------------------------------------------------------------------------------------


def test_a_wrong_file_keeps_its_last_good_version_and_stops_no_other(home, file):
    desk = pipeline.prepare(home)
    file.write_text("terms: [a]\n")
    file.with_name("gas.yaml").write_text("terms: [Gazprom]\n")
    file.with_name("new.yaml").write_text("terms: []\n")
    desk, complaints = pipeline.renew(desk)
    assert [(w.id, w.terms[0].name) for w in desk.watchlists] == [("arms", "Pantsir"), ("gas", "Gazprom")]
    assert [c.file for c in complaints] == ["watchlists/arms.yaml", "watchlists/new.yaml"]


def test_a_wrong_feeds_yaml_keeps_the_feeds_and_lets_watchlists_change(home, file):
    desk = pipeline.prepare(home)
    (home / "feeds.yaml").write_text("feeds: [\n")
    file.write_text("terms: [Iskander]\n")
    desk, complaints = pipeline.renew(desk)
    assert [feed.url for feed in desk.config.feeds] == ["https://one.example/feed"]
    assert [w.terms[0].name for w in desk.watchlists] == ["Iskander"]
    assert [c.file for c in complaints] == ["feeds.yaml"]


def test_a_deleted_watchlist_is_no_longer_in_use_but_the_last_one_is_missed(home, file):
    file.with_name("gas.yaml").write_text("terms: [Gazprom]\n")
    desk = pipeline.prepare(home)
    file.unlink()
    desk, complaints = pipeline.renew(desk)
    assert ([w.id for w in desk.watchlists], complaints) == (["gas"], [])
    file.with_name("gas.yaml").unlink()
    desk, complaints = pipeline.renew(desk)
    assert [w.id for w in desk.watchlists] == ["gas"]
    assert "holds no *.yaml file" in str(complaints[0])


def test_a_watchlist_that_cannot_be_read_is_named(home, file):
    desk = pipeline.prepare(home)
    file.unlink()
    file.mkdir()
    desk, complaints = pipeline.renew(desk)
    assert [w.id for w in desk.watchlists] == ["arms"]
    assert "watchlists/arms.yaml: cannot be read" in str(complaints[0])


def test_two_files_of_one_name_are_an_error(home, file):
    file.with_suffix(".yml").write_text(GOOD)
    with pytest.raises(ConfigError, match=r"arms\.yml: has the name of watchlists/arms\.yaml"):
        pipeline.prepare(home)

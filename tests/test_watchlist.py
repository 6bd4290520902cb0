"""Reading watchlists: the whole syntax, and every mistake with its line."""

from __future__ import annotations

import re
from pathlib import Path

import py3langid
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import language, match, watchlist
from monitor.errors import ConfigError
from monitor.text import countries
from monitor.values import Article, Name, Notify, Spelling, Within
from monitor.watchlist import doubts

WHOLE = """\
title: All of it
notify: [desk@example.org]
not: [football]
terms:
  - Pantsir
  - name: MSMT
    also: [Multilateral Sanctions Monitoring Team]
    near: [Korea, {country: KR}]
    not: [school]
    languages: [en, fr]
  - name: troops
    all:
      - [{country: KP}]
      - [soldiers, 兵]
    within: 12 words
    spelling: loose
  - {name: North Korea, country: kp}
  - name: "no"
    spelling: exact
examples:
  match: [A Pantsir was seen.]
  ignore:
    - Nothing here.
"""


def complaints(yaml_text):
    with pytest.raises(ConfigError) as caught:
        watchlist.read(yaml_text, file="watchlists/x.yaml")
    return [str(c) for c in caught.value.complaints]


def test_the_whole_syntax_is_read():
    read = watchlist.read(WHOLE, file="watchlists/all.yaml")
    assert (read.id, read.title, read.notify, read.never) == (
        "all",
        "All of it",
        (Notify("desk@example.org"),),
        (Name("football"),),
    )
    pantsir, msmt, troops, korea, no = read.terms
    assert (pantsir.names, pantsir.line) == ((Name("Pantsir"),), 5)
    assert msmt.names == (Name("MSMT"), Name("Multilateral Sanctions Monitoring Team"))
    assert msmt.near == (Name("Korea"), Name("", "KR"))
    assert (msmt.never, msmt.languages) == ((Name("school"),), ("en", "fr"))
    assert troops.names == ()
    assert troops.all_of == ((Name("", "KP"),), (Name("soldiers"), Name("兵")))
    assert (troops.within, troops.words, troops.spelling) == (Within.WORDS, 12, Spelling.LOOSE)
    assert korea.names == (Name("", "KP"),)
    assert (no.name, no.spelling) == ("no", Spelling.EXACT)
    assert [e.text for e in read.must_match] == ["A Pantsir was seen."]
    assert read.must_ignore[0].line == 23


CASES = sorted((Path(__file__).parent / "cases" / "watchlists").glob("*.yaml"))
EXPECTED = re.compile(r"# (wrong|doubt) (\d+): (.*)")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_every_mistake_and_every_doubt_of_a_file_is_named_at_once_with_its_line_and_its_remedy(case):
    """A case is a watchlist; its first lines say what is wrong or doubtful in it, as `# wrong LINE: complaint`."""
    text = case.read_bytes().decode("utf-8")
    expected = [found.groups() for line in text.splitlines() if (found := EXPECTED.match(line))]
    try:
        found = [("doubt", c) for c in watchlist.warnings(watchlist.read(text, file="x.yaml"))]
    except ConfigError as error:
        found = [("wrong", c) for c in error.complaints]
    assert [(kind, str(c.line), c.problem) for kind, c in found] == expected


def test_there_are_at_least_fifty_such_cases():
    assert len(CASES) >= 50


def test_all_complaints_come_in_the_order_of_the_file():
    found = complaints("titel: x\nterms:\n  - a\n  - name: Foo\n    also: []\n    country: XQ\n")
    assert [line.split(":")[1] for line in found] == ["1", "3", "5", "6"]


@pytest.mark.parametrize("yaml_text", ["terms:\r\n  - Foo\r\n", "\ufeffterms:\n  - Foo\n", "terms:\n  - Foo"])
def test_line_ends_and_byte_order_marks_of_any_editor_are_read(yaml_text):
    assert [term.name for term in watchlist.read(yaml_text, file="x.yaml").terms] == ["Foo"]


def test_an_invisible_control_character_is_named_with_its_line():
    assert complaints("terms:\n  - Foo\x00\n") == [
        "watchlists/x.yaml:2: holds the invisible character U+0000: take it out"
    ]


def test_ten_thousand_characters_are_no_name():
    assert complaints("terms:\n  - " + "x" * 10_000) == [
        "watchlists/x.yaml:2: term: 10,000 characters are no name (at most 200); write what a text would say"
    ]


PIECES = ["- ", ": ", "\n", "  ", "\t", *"[]{}'\"#%@", "&a ", "*a", "!b ", "|\n", ">\n", "? ", "<<: ", "null", "\u200b"]
KEYS = [f"{key}: " for key in (*watchlist.WATCHLIST_KEYS, *watchlist.TERM_KEYS, *watchlist.EXAMPLE_KEYS)]
PART = st.sampled_from([*PIECES, *KEYS, "Foo", "KP", "12 words"]) | st.text(max_size=3)
WRITTEN = st.lists(PART).map("".join)


@settings(max_examples=300)
@given(WRITTEN)
def test_whatever_is_written_is_read_or_complained_of(yaml_text):
    read_or_complained(yaml_text)


@settings(max_examples=300)
@given(st.integers(0, len(WHOLE)), st.integers(0, 12), WRITTEN)
def test_whatever_an_edit_leaves_behind_is_read_or_complained_of(place, cut, put):
    read_or_complained(WHOLE[:place] + put + WHOLE[place + cut :])


def read_or_complained(yaml_text):
    """ConfigError is the only error, and its lines are lines of the file."""
    lines = len(re.split("\r\n|\r|\n", yaml_text))
    try:
        read = watchlist.read(yaml_text, file="x.yaml")
    except ConfigError as error:
        outside = [str(c) for c in error.complaints if not 0 <= c.line <= lines]
    else:
        watchlist.warnings(read)
        outside = [term.name for term in read.terms if not (term.name and 1 <= term.line <= lines)]
    assert outside == []


ROOT = Path(__file__).parent.parent


def ill_behaved(read):
    """The examples of a watchlist that go wrong, each told its own language as an article is."""
    matcher = match.compile_all([read])
    return watchlist.check_examples(
        read, lambda text: matcher.find(Article(id="x", title="", text=text, language=language.tell("", text)))
    )


def test_the_default_watchlist_behaves_as_its_examples_say():
    file = ROOT / "watchlists" / "dprk-russia.yaml"
    read = watchlist.read(file.read_text("utf-8"), file=file.name)
    assert len(read.must_match) >= 12
    assert len(read.must_ignore) >= 8
    assert [str(c) for c in ill_behaved(read)] == []


def test_the_documented_watchlists_behave_as_their_examples_say():
    text = (ROOT / "docs" / "watchlists.md").read_text("utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 6
    for number, block in enumerate(blocks, 1):
        assert [str(c) for c in ill_behaved(watchlist.read(block, file=f"example-{number}.yaml"))] == []


def test_every_key_is_documented():
    text = (ROOT / "docs" / "watchlists.md").read_text("utf-8")
    for key in (*watchlist.WATCHLIST_KEYS, *watchlist.TERM_KEYS, *watchlist.EXAMPLE_KEYS):
        assert f"`{key}`" in text


def test_an_example_that_goes_wrong_is_a_complaint_with_its_line():
    text = "terms: [Gazprom]\nexamples:\n  match: [Nothing.]\n  ignore: [Gazprom fell.]\n"
    assert [str(c) for c in ill_behaved(watchlist.read(text, file="x.yaml"))] == [
        "x.yaml:3: must match, but nothing was found in: Nothing.",
        "x.yaml:4: must be ignored, but 'Gazprom' for Gazprom (Gazprom: as written) was found in: Gazprom fell.",
    ]


def test_the_languages_never_told_are_those_that_the_teller_does_not_know():
    told = {language._SAME.get(code, code) for code, _ in py3langid.rank("text")}
    assert countries.languages() - told == doubts.NEVER_TOLD

"""Reading watchlists: the whole syntax, and every mistake with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor import language, match, watchlist
from monitor.errors import ConfigError
from monitor.values import Article, Name, Spelling, Within

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
        ("desk@example.org",),
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


@pytest.mark.parametrize(
    ("yaml_text", "expected"),
    [
        (
            "title: x\nterms:\n  - name: Foo\n    alos: [Bar]\n",
            "watchlists/x.yaml:4: unknown key 'alos' (did you mean 'also'?)",
        ),
        ("", "watchlists/x.yaml:1: is empty or no mapping: write `title:` and `terms:`"),
        ("title: x\n", "watchlists/x.yaml:1: no `terms:`: a watchlist without terms finds nothing"),
        ("title: x\nterms: []\n", "watchlists/x.yaml:2: terms: is empty; write at least one term"),
        (
            "title: x\nterms: Foo\n",
            "watchlists/x.yaml:2: terms: expected a list, each term on a line that begins with `- `",
        ),
        ("terms:\n  - ''\n", "watchlists/x.yaml:2: term: expected some words, not nothing"),
        (
            "terms:\n  - a\n",
            "watchlists/x.yaml:2: term: 'a' is one letter and would match everywhere; write a longer spelling",
        ),
        ("terms:\n  - '---'\n", "watchlists/x.yaml:2: term: '---' has no letter, so it can match nothing"),
        (
            "terms:\n  - " + "x" * 10_000,
            "watchlists/x.yaml:2: term: 10,000 characters are no name (at most 200); write what a text would say",
        ),
        ("terms: [Foo, Foo]\n", "watchlists/x.yaml:1: term 'Foo' stands 2 times: give each its own name"),
        ("terms:\n  - name: Foo\n    name: Bar\n", "watchlists/x.yaml:3: key 'name' stands twice: keep one"),
        ("terms:\n  - &a Foo\n  - *a\n", "watchlists/x.yaml:3: alias '*a': write the value out"),
        (
            "terms:\n  - name: x y\n    all: [[one]]\n",
            "watchlists/x.yaml:3: all: needs two rows or more; with one row write its words under `also:`",
        ),
        (
            "terms:\n  - name: Foo\n    languages: [qq]\n",
            "watchlists/x.yaml:3: languages: 'qq' is unknown; write the ISO 639-1 code, such as ko",
        ),
        (
            "terms:\n  - {name: Foo, country: Russia}\n",
            "watchlists/x.yaml:2: country: 'Russia' is unknown; for Russia write RU",
        ),
        (
            "terms:\n  - name: Foo\n    not: [foo]\n",
            "watchlists/x.yaml:2: 'foo' is asked for and forbidden by `not:`; take it out of one of them",
        ),
        (
            "terms: [Foo]\nnotify: nobody\n",
            "watchlists/x.yaml:2: notify: 'nobody' is no mail address; write one such as desk@example.org",
        ),
        ("terms: [Foo\n", "watchlists/x.yaml:2: broken YAML: expected ',' or ']', but got '<stream end>'"),
        (
            "terms:\n  - name: Foo\n    within: sentence\n",
            "watchlists/x.yaml:3: within: says how close the rows of `all:` stand; here is no `all:`",
        ),
        (
            "terms:\n  - {name: Foo, all: [[ab], [cd]], within: mile}\n",
            "watchlists/x.yaml:2: within: 'mile' is unknown; write sentence, paragraph, article or `12 words`",
        ),
        (
            "terms:\n  - {name: Foo, spelling: odd}\n",
            "watchlists/x.yaml:2: spelling: 'odd' is unknown; write exact, forms or loose",
        ),
        (
            "terms:\n  - {also: [Foo]}\n",
            "watchlists/x.yaml:2: a term without `name:`; give it one, it stands in mails and pages",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line_and_its_remedy(yaml_text, expected):
    assert expected in complaints(yaml_text)


def test_all_complaints_come_at_once_and_in_order():
    found = complaints("titel: x\nterms:\n  - a\n  - name: Foo\n    also: []\n    country: XQ\n")
    assert [line.split(":")[1] for line in found] == ["1", "3", "5", "6"]


def test_doubtful_terms_are_warnings_and_no_errors():
    read = watchlist.read("terms: [PO, the, Gazprom]\n", file="x.yaml")
    assert [str(w) for w in watchlist.warnings(read)] == [
        "x.yaml:1: 'PO' has two letters; expect hits that mean something else, `near:` narrows them",
        "x.yaml:1: 'the' is an everyday word; expect hits in nearly every article",
    ]


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

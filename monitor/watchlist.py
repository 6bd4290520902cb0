"""A watchlist's YAML becomes a Watchlist, or one error that holds every complaint with its line."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from importlib import resources
from pathlib import PurePath
from typing import TYPE_CHECKING

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from monitor.errors import Complaint, ConfigError
from monitor.text import countries, fold, words
from monitor.values import Example, Name, Spelling, Term, Watchlist, Within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from monitor.values import Hit

WATCHLIST_KEYS = ("title", "notify", "terms", "not", "examples")
TERM_KEYS = ("name", "also", "country", "all", "within", "near", "not", "spelling", "languages")
EXAMPLE_KEYS = ("match", "ignore")
LONGEST = 200
"""Characters of one spelling; the longest official name of a body that was met has 140."""

_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s.,;<>\"]{2,}")
_REACH = re.compile(r"(\d{1,4}) words?")


def read(yaml_text: str, *, file: str) -> Watchlist:
    """The watchlist that a file holds; its id is the file's stem.

    Raises ConfigError with all complaints at once: each names file and line and says what to write instead.
    """
    reader = _Reader(file)
    watchlist = reader.watchlist(yaml_text)
    if reader.complaints or watchlist is None:
        raise ConfigError(reader.complaints)
    return watchlist


def warnings(watchlist: Watchlist) -> tuple[Complaint, ...]:
    """What may be meant but seldom works: spellings of two letters and everyday words."""
    doubts = ((term, name.text, _doubt(name.text)) for term in watchlist.terms for name in term.names)
    return tuple(Complaint(watchlist.file, term.line, f"{text!r} {doubt}") for term, text, doubt in doubts if doubt)


def check_examples(watchlist: Watchlist, find: Callable[[str], Sequence[Hit]]) -> tuple[Complaint, ...]:
    """The examples that do not behave; `find` gives the hits of this watchlist in a text."""
    missed = [
        Complaint(watchlist.file, example.line, f"must match, but nothing was found in: {example.text}")
        for example in watchlist.must_match
        if not find(example.text)
    ]
    false = [
        Complaint(watchlist.file, example.line, f"must be ignored, but {_listed(hits)} was found in: {example.text}")
        for example in watchlist.must_ignore
        if (hits := find(example.text))
    ]
    return (*missed, *false)


def _listed(hits: Sequence[Hit]) -> str:
    return ", ".join(f"{hit.found!r} for {hit.term} ({hit.how})" for hit in hits)


# --- reading nodes -----------------------------------------------------------------------------------------------


class _Reader:
    """Walks the YAML nodes of one file and gathers complaints instead of stopping at the first."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.complaints: list[Complaint] = []

    def complain(self, where: Node | int, problem: str) -> None:
        line = where if isinstance(where, int) else where.start_mark.line + 1
        self.complaints.append(Complaint(self.file, line, problem))

    def watchlist(self, yaml_text: str) -> Watchlist | None:
        root = self._compose(yaml_text)
        if not isinstance(root, MappingNode):
            if not self.complaints:
                self.complain(1, "is empty or no mapping: write `title:` and `terms:`")
            return None
        keys = self.keys(root, WATCHLIST_KEYS)
        examples = keys.get("examples")
        parts = self.keys(examples, EXAMPLE_KEYS) if examples else {}
        terms = self._terms(root, keys.get("terms"))
        never = self.names(keys.get("not"), "not")
        self._contradictions(terms, never)
        return Watchlist(
            id=PurePath(self.file).stem,
            title=self.text(keys["title"], "title") if "title" in keys else PurePath(self.file).stem,
            terms=terms,
            notify=tuple(self._address(node) for node in self.items(keys.get("notify"), "notify")),
            never=never,
            must_match=self._examples(parts.get("match"), "match"),
            must_ignore=self._examples(parts.get("ignore"), "ignore"),
            file=self.file,
        )

    def _compose(self, yaml_text: str) -> Node | None:
        """The file's nodes; complains of broken YAML and of aliases, which hide what a line says."""
        try:
            for event in YAML(typ="rt").parse(yaml_text):
                if isinstance(event, AliasEvent):
                    self.complain(event.start_mark.line + 1, f"alias '*{event.anchor}': write the value out")
            node: Node | None = YAML(typ="rt").compose(yaml_text)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self.complain(mark.line + 1 if mark else 0, f"broken YAML: {error.problem or error.context}")
            return None
        except YAMLError as error:
            self.complain(0, f"broken YAML: {str(error).splitlines()[0]}")
            return None
        return node

    def keys(self, node: Node, allowed: Sequence[str]) -> dict[str, Node]:
        """A mapping's known keys and their nodes; complains of unknown and repeated ones."""
        if not isinstance(node, MappingNode):
            self.complain(node, f"expected keys here, one of: {', '.join(allowed)}")
            return {}
        found: dict[str, Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, ScalarNode) else ""
            if name not in allowed:
                near = difflib.get_close_matches(name, allowed, 1)
                advice = f"did you mean '{near[0]}'?" if near else f"known are: {', '.join(allowed)}"
                self.complain(key, f"unknown key '{name}' ({advice})")
            elif name in found:
                self.complain(key, f"key '{name}' stands twice: keep one")
            else:
                found[name] = value
        return found

    def text(self, node: Node, what: str) -> str:
        """A scalar as its words, whatever YAML would make of them (`no` and `1984` are words here)."""
        if not isinstance(node, ScalarNode) or node.tag == "tag:yaml.org,2002:null" or not node.value.strip():
            self.complain(node, f"{what}: expected some words, not {_kind(node)}")
            return ""
        return str(node.value).strip()

    def items(self, node: Node | None, what: str) -> list[Node]:
        """A list's nodes; a single value counts as a list of one."""
        if node is None:
            return []
        if isinstance(node, ScalarNode) and node.tag != "tag:yaml.org,2002:null":
            return [node]
        if not isinstance(node, SequenceNode) or not node.value:
            self.complain(node, f"{what}: expected a list, not {_kind(node)}; write it or leave `{what}` out")
            return []
        return list(node.value)

    # --- terms

    def _terms(self, root: MappingNode, node: Node | None) -> tuple[Term, ...]:
        if node is None:
            self.complain(root, "no `terms:`: a watchlist without terms finds nothing")
            return ()
        if not isinstance(node, SequenceNode):
            self.complain(node, "terms: expected a list, each term on a line that begins with `- `")
            return ()
        if not node.value:
            self.complain(node, "terms: is empty; write at least one term")
        terms = tuple(self._term(item) for item in node.value)
        counts = Counter(term.name for term in terms if term.name)
        for term in terms:
            if counts[term.name] > 1:
                self.complain(term.line, f"term '{term.name}' stands {counts[term.name]} times: give each its own name")
        return terms

    def _term(self, node: Node) -> Term:
        line = node.start_mark.line + 1
        if not isinstance(node, MappingNode):
            name = self.spelling(node, "term")
            return Term(name=name, names=(Name(name),), line=line)
        keys = self.keys(node, TERM_KEYS)
        if "name" not in keys:
            self.complain(node, "a term without `name:`; give it one, it stands in mails and pages")
        name = self.text(keys["name"], "name") if "name" in keys else ""
        names = self._spellings(keys, name)
        rows = self._rows(keys.get("all"))
        within, reach = self._within(keys, bool(rows))
        return Term(
            name=name,
            names=() if rows else names,
            all_of=(names, *rows) if rows and names else rows,
            within=within,
            words=reach,
            near=self.names(keys.get("near"), "near"),
            never=self.names(keys.get("not"), "not"),
            spelling=self._rule(keys.get("spelling")),
            languages=tuple(self._language(item) for item in self.items(keys.get("languages"), "languages")),
            line=line,
        )

    def _spellings(self, keys: dict[str, Node], name: str) -> tuple[Name, ...]:
        """What the term itself is called: a name beside `country:` or `all:` is a label and nothing to look for."""
        also = self.names(keys.get("also"), "also")
        if "country" in keys:
            return (Name("", self._country(keys["country"])), *also)
        if "all" in keys:
            return also
        if name:
            self._checked(keys["name"], name, "name")
        return (Name(name), *(other for other in also if other.text != name))

    def _rows(self, node: Node | None) -> tuple[tuple[Name, ...], ...]:
        if node is None:
            return ()
        if not isinstance(node, SequenceNode):
            self.complain(node, "all: expected a list of rows, each a list of words")
            return ()
        if len(node.value) < 2:
            self.complain(node, "all: needs two rows or more; with one row write its words under `also:`")
        return tuple(self.names(row, "all", short=True) for row in node.value)

    def _within(self, keys: dict[str, Node], has_rows: bool) -> tuple[Within, int]:  # noqa: FBT001 -- a fact, no switch
        node = keys.get("within")
        if node is None:
            return Within.ARTICLE, 0
        if not has_rows:
            self.complain(node, "within: says how close the rows of `all:` stand; here is no `all:`")
        value = self.text(node, "within")
        if reach := _REACH.fullmatch(value):
            if int(reach[1]) < 1:
                self.complain(node, "within: 0 words is no reach; write `within: 12 words`")
            return Within.WORDS, int(reach[1])
        if value in ("sentence", "paragraph", "article"):
            return Within(value), 0
        self.complain(node, f"within: '{value}' is unknown; write sentence, paragraph, article or `12 words`")
        return Within.ARTICLE, 0

    # --- single values

    def names(self, node: Node | None, what: str, *, short: bool = False) -> tuple[Name, ...]:
        """A list of spellings and `{country: XX}` entries; `short` lets a single Chinese or Korean character stand."""
        found = []
        for item in self.items(node, what):
            if isinstance(item, MappingNode):
                keys = self.keys(item, ("country",))
                if "country" in keys:
                    found.append(Name("", self._country(keys["country"])))
            else:
                found.append(Name(self.spelling(item, what, short=short)))
        return tuple(dict.fromkeys(found))

    def spelling(self, node: Node, what: str, *, short: bool = False) -> str:
        text = self.text(node, what)
        if text:
            self._checked(node, text, what, short=short)
        return text

    def _checked(self, node: Node, text: str, what: str, *, short: bool = False) -> None:
        letters = [c for c in fold.fold(text).low if c.isalnum()]
        if not letters:
            self.complain(node, f"{what}: '{text[:40]}' has no letter, so it can match nothing")
        elif len(letters) == 1 and not (
            short and words.script_of(letters[0]) in (*words.UNSPACED, words.Script.HANGUL)
        ):
            self.complain(node, f"{what}: '{text}' is one letter and would match everywhere; write a longer spelling")
        elif len(text) > LONGEST:
            self.complain(
                node, f"{what}: {len(text):,} characters are no name (at most {LONGEST}); write what a text would say"
            )

    def _country(self, node: Node) -> str:
        code = self.text(node, "country").upper()
        if code and code not in countries.codes():
            advice = countries.code_of(code)
            hint = f"for {code.title()} write {advice}" if advice else "write the ISO 3166 code, such as KP"
            self.complain(node, f"country: '{node.value}' is unknown; {hint}")
        return code

    def _language(self, node: Node) -> str:
        code = self.text(node, "languages").lower()
        if code and code not in countries.languages():
            self.complain(node, f"languages: '{code}' is unknown; write the ISO 639-1 code, such as ko")
        return code

    def _rule(self, node: Node | None) -> Spelling:
        value = self.text(node, "spelling") if node else Spelling.FORMS
        if value and value not in list(Spelling):
            self.complain(node or 0, f"spelling: '{value}' is unknown; write exact, forms or loose")
        return Spelling(value) if value in list(Spelling) else Spelling.FORMS

    def _address(self, node: Node) -> str:
        address = self.text(node, "notify")
        if address and not _ADDRESS.fullmatch(address):
            self.complain(node, f"notify: '{address}' is no mail address; write one such as desk@example.org")
        return address

    def _examples(self, node: Node | None, what: str) -> tuple[Example, ...]:
        return tuple(Example(self.text(item, what), item.start_mark.line + 1) for item in self.items(node, what))

    def _contradictions(self, terms: Sequence[Term], never: Sequence[Name]) -> None:
        """What is looked for and forbidden at once can never be found."""
        everywhere = _folded(never)
        for term in terms:
            wanted = _folded(term.names)
            for forbidden in sorted(wanted & (everywhere | _folded(term.never))):
                self.complain(
                    term.line, f"'{forbidden}' is asked for and forbidden by `not:`; take it out of one of them"
                )
            for forbidden in sorted(_folded(term.near) & (everywhere | _folded(term.never))):
                self.complain(term.line, f"'{forbidden}' stands in `near:` and in `not:`; take it out of one of them")


def _kind(node: Node) -> str:
    if isinstance(node, MappingNode):
        return "keys"
    if isinstance(node, SequenceNode):
        return "a list" if node.value else "an empty list"
    return f"'{node.value[:40]}'" if node.value.strip() else "nothing"


def _folded(names: Iterable[Name]) -> set[str]:
    return {fold.fold(name.text).low if name.text else f"country: {name.country}" for name in names}


_EVERYDAY = frozenset(
    (resources.files("monitor.text") / "data/everyday.txt").read_text("utf-8").partition("\n")[2].split()
)


def _doubt(text: str) -> str | None:
    folded = fold.fold(text)
    if folded.low in _EVERYDAY and not text.isupper():
        return "is an everyday word; expect hits in nearly every article"
    letters = [c for c in folded.clean if c.isalnum()]
    if 0 < len(letters) <= 2 and words.script_of(letters[0]) in words.CASED:
        return "has two letters; expect hits that mean something else, `near:` narrows them"
    return None

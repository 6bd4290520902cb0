"""The nodes of a watchlist's YAML become a Watchlist; complaints are gathered, not raised one by one."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from monitor.errors import Complaint, ConfigError
from monitor.text import countries, fold, words
from monitor.values import Example, Name, Spelling, Term, Watchlist, Within
from monitor.watchlist import codes, doubts, nodes, notify

if TYPE_CHECKING:
    from collections.abc import Sequence

WATCHLIST_KEYS = ("title", "notify", "terms", "not", "examples")
TERM_KEYS = ("name", "also", "country", "all", "within", "near", "not", "spelling", "languages")
EXAMPLE_KEYS = ("match", "ignore")
LONGEST = 200
"""Characters of one spelling; the longest official name of a body that was met has 140."""

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


# --- reading nodes -----------------------------------------------------------------------------------------------


class _Reader:
    """Walks the YAML nodes of one file and gathers complaints instead of stopping at the first."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.whole = True
        """False: the YAML is broken and these are the items above the broken place."""
        self.complaints: list[Complaint] = []

    def complain(self, where: Node | int, problem: str) -> None:
        line = where if isinstance(where, int) else where.start_mark.line + 1
        self.complaints.append(Complaint(self.file, line, problem))

    def watchlist(self, yaml_text: str) -> Watchlist | None:
        root, self.whole = nodes.compose(yaml_text, self.complain)
        if not isinstance(root, MappingNode):
            if not self.complaints:
                self.complain(1, _no_watchlist(root))
            return None
        keys = self.keys(root, WATCHLIST_KEYS)
        examples = keys.get("examples")
        parts = self.keys(examples, EXAMPLE_KEYS) if examples else {}
        terms = self._terms(root, keys.get("terms"))
        never = self.names(keys.get("not"), "not")
        for line, problem in doubts.contradictions(terms, never):
            self.complain(line, problem)
        must_match, must_ignore = (self._examples(parts.get(what), what) for what in EXAMPLE_KEYS)
        self._both(must_match, must_ignore)
        return Watchlist(
            id=PurePath(self.file).stem,
            title=self._title(keys["title"]) if "title" in keys else PurePath(self.file).stem,
            terms=terms,
            notify=tuple(notify.entry(node, self) for node in self.items(keys.get("notify"), "notify")),
            never=never,
            must_match=must_match,
            must_ignore=must_ignore,
            file=self.file,
        )

    def keys(self, node: Node, allowed: Sequence[str]) -> dict[str, Node]:
        """A mapping's known keys and their nodes; complains of unknown and repeated ones."""
        if not isinstance(node, MappingNode):
            self.complain(node, f"expected keys here, not {nodes.kind(node)}; known are: {', '.join(allowed)}")
            return {}
        found: dict[str, Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, ScalarNode) else ""
            if name not in allowed:
                near = difflib.get_close_matches(name.lower(), allowed, 1, cutoff=0.7)
                advice = f"did you mean '{near[0]}'?" if near else f"known are: {', '.join(allowed)}"
                self.complain(key, f"unknown key '{name[:40]}' ({advice})")
            elif name in found:
                self.complain(key, f"key '{name}' stands twice: keep one")
            else:
                found[name] = value
        return found

    def text(self, node: Node, what: str) -> str:
        """A scalar as its words, whatever YAML would make of them (`no` and `1984` are words here)."""
        if not isinstance(node, ScalarNode) or nodes.is_null(node) or not node.value.strip():
            self.complain(node, f"{what}: expected some words, not {nodes.kind(node)}{_quotes(node)}")
            return ""
        if nodes.runs_on(node):
            self.complain(node, f"{what}: '{node.value[:40]}' runs over several lines: indent each `- ` alike")
        return str(node.value).strip()

    def items(self, node: Node | None, what: str) -> list[Node]:
        """A list's nodes; a single value counts as a list of one."""
        if node is None:
            return []
        if isinstance(node, ScalarNode) and not nodes.is_null(node):
            return [node]
        if not isinstance(node, SequenceNode) or not node.value:
            if self.whole:
                self.complain(node, f"{what}: expected a list, not {nodes.kind(node)}; {_listed(node, what)}")
            return []
        return list(node.value)

    # --- terms

    def _terms(self, root: MappingNode, node: Node | None) -> tuple[Term, ...]:
        if not self.whole and (node is None or not node.value):
            return ()
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
        if self._unquoted(node, TERM_KEYS, "term"):
            return Term(name="", line=line)
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
            languages=notify.languages(keys.get("languages"), self),
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
        if value:
            self.complain(node, f"within: '{value[:40]}' is unknown; write sentence, paragraph, article or `12 words`")
        return Within.ARTICLE, 0

    # --- single values

    def names(self, node: Node | None, what: str, *, short: bool = False) -> tuple[Name, ...]:
        """A list of spellings and `{country: XX}` entries; `short` lets a single Chinese or Korean character stand."""
        found = []
        for item in self.items(node, what):
            if isinstance(item, MappingNode) and self._unquoted(item, ("country",), what):
                continue
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
        written = self.text(node, "country")
        code = written.upper()
        if code and code not in countries.codes():
            meant = codes.country_meant(written)
            hint = f"for {countries.english(meant)} write {meant}" if meant else "write the ISO 3166 code, such as KP"
            self.complain(node, f"country: '{written[:40]}' is unknown; {hint}")
        return code

    def _rule(self, node: Node | None) -> Spelling:
        value = self.text(node, "spelling") if node else Spelling.FORMS
        if value and value not in list(Spelling):
            self.complain(node or 0, f"spelling: '{value[:40]}' is unknown; write exact, forms or loose")
        return Spelling(value) if value in list(Spelling) else Spelling.FORMS

    def _examples(self, node: Node | None, what: str) -> tuple[Example, ...]:
        return tuple(Example(self.text(item, what), item.start_mark.line + 1) for item in self.items(node, what))

    def _title(self, node: Node) -> str:
        title = self.text(node, "title")
        if len(title) > LONGEST:
            self.complain(node, f"title: {len(title):,} characters are no title (at most {LONGEST}); shorten it")
        return title

    def _both(self, must_match: Sequence[Example], must_ignore: Sequence[Example]) -> None:
        wanted = {example.text for example in must_match if example.text}
        for example in must_ignore:
            if example.text in wanted:
                self.complain(example.line, "this text stands under `match:` and under `ignore:`; take one of them out")

    def _unquoted(self, node: MappingNode, allowed: Sequence[str], what: str) -> bool:
        """Is this one key that is none: words with a colon in them, which need quotes?"""
        if len(node.value) != 1:
            return False
        key, value = node.value[0]
        if not isinstance(key, ScalarNode) or difflib.get_close_matches(key.value.lower(), allowed, 1):
            return False
        if not isinstance(value, ScalarNode):
            return False
        self.complain(node, f"{what}: '{key.value[:40]}: {value.value[:40]}' has a colon, so put it in quotes")
        return True


def _no_watchlist(root: Node | None) -> str:
    if isinstance(root, SequenceNode):
        return "is a bare list: write `terms:` above it"
    return "is empty or no mapping: write `title:` and `terms:`"


def _quotes(node: Node) -> str:
    """What was probably meant where a single value is expected."""
    if isinstance(node, MappingNode):
        return "; words with a colon need quotes"
    return "; take the brackets away" if isinstance(node, SequenceNode) and node.value else ""


def _listed(node: Node, what: str) -> str:
    if isinstance(node, MappingNode) and any(key.value == "country" for key, _ in node.value):
        return f"write `{what}: [{{country: ..}}]`"
    if isinstance(node, MappingNode):
        return "write each on a line that begins with `- `"
    return f"write it or leave `{what}` out"

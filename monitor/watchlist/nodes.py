"""YAML text becomes nodes with their lines, or complaints in plain words about what breaks it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
)
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ruamel.yaml.events import Event

    Complain = Callable[[int, str], None]
    """Takes a line, from 1, and what is wrong there."""

DEEPEST = 20
"""Levels of nesting; a watchlist has six."""
NULL, TEXT = "tag:yaml.org,2002:null", "tag:yaml.org,2002:str"


def compose(yaml_text: str, complain: Complain) -> tuple[Node | None, bool]:
    """The file's nodes, and whether they are all of it.

    Where the YAML is broken, the whole items above the broken place are still given, so that what is wrong in them
    is complained of in the same run.
    """
    yaml_text = _tidied(yaml_text, complain)
    try:
        return _composed(yaml_text, complain), True
    except MarkedYAMLError as error:
        line = _complain_of_broken(error, yaml_text, complain)
        return _whole_items(yaml_text.split("\n"), line), False
    except ReaderError as error:
        before = yaml_text[: error.position] if isinstance(error.position, int) else ""
        complain(before.count("\n") + 1, f"holds the invisible character U+{_code(error):04X}: take it out")
    except YAMLError as error:
        complain(0, f"broken YAML: {str(error).splitlines()[0]}")
    return None, False


def kind(node: Node) -> str:
    """What a node is, for a complaint."""
    if isinstance(node, MappingNode):
        return "keys"
    if isinstance(node, SequenceNode):
        return "a list" if node.value else "an empty list"
    if is_null(node) and node.value:
        return f"'{node.value}', which means nothing; if the word is meant, put it in quotes"
    written = str(node.value).strip()
    return f"'{written[:40]}'" if written else "nothing"


def is_null(node: Node) -> bool:
    return bool(node.tag == NULL)


def runs_on(node: Node) -> bool:
    """Is it a bare value that swallowed the lines below it?"""
    return isinstance(node, ScalarNode) and not node.style and bool(node.end_mark.line > node.start_mark.line)


def _code(error: ReaderError) -> int:
    character = error.character
    return ord(character) if isinstance(character, str) else int(character)


_NO_BREAKS = re.compile("[\x85\u2028\u2029]")
"""Characters at which YAML ends a line, but hardly an editor: lines would be counted otherwise than they are seen."""


def _tidied(yaml_text: str, complain: Complain) -> str:
    """The text with one kind of line end; complains of what an editor does not show."""
    yaml_text = yaml_text.replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(yaml_text.split("\n"), 1):
        if "\ufffd" in line:  # a term with one in it would silently match nothing
            complain(number, "holds bytes that are not UTF-8: save the file as UTF-8")
        for found in _NO_BREAKS.findall(line):
            complain(number, f"holds the invisible character U+{ord(found):04X}: take it out")
    return _NO_BREAKS.sub(" ", yaml_text)


def _composed(yaml_text: str, complain: Complain) -> Node | None:
    tree = _Tree(complain)
    for event in YAML(typ="rt").parse(yaml_text):
        if not tree.take(event):
            return None
    return tree.root


class _Tree:
    """Puts nodes together from the parser's events.

    ruamel's own composer would be a second pass over the text, calls itself for each level, and stops at an alias.
    """

    def __init__(self, complain: Complain) -> None:
        self.root: Node | None = None
        self._complain = complain
        self._open: list[Node] = []
        self._anchors: dict[str, Node] = {}

    def take(self, event: Event) -> bool:
        """Take one event; False where it makes no sense to go on."""
        line = event.start_mark.line + 1
        if isinstance(event, DocumentStartEvent) and self.root is not None:
            self._complain(line, "broken YAML: `---` opens a second document: one watchlist a file, take it out")
            return False
        if isinstance(event, CollectionEndEvent):
            self._close(event)
        elif isinstance(event, AliasEvent):
            self._put(self._meant(event, line))
        elif isinstance(event, ScalarEvent):
            self._put(_scalar(event), event, line)
        elif isinstance(event, CollectionStartEvent):
            kind = MappingNode if isinstance(event, MappingStartEvent) else SequenceNode
            node = kind(event.tag, [], event.start_mark, event.end_mark, event.flow_style)
            self._put(node, event, line)
            self._open.append(node)
        if len(self._open) > DEEPEST:
            self._complain(line, f"is nested deeper than {DEEPEST} levels: close a bracket")
            return False
        return True

    def _put(self, node: Node, event: ScalarEvent | CollectionStartEvent | None = None, line: int = 0) -> None:
        """Into the collection that is open. Tags hide what a line says."""
        if event is not None and event.anchor:
            self._anchors[event.anchor] = node
        if event is not None and event.tag:
            self._complain(line, f"tag '{event.tag}': what begins with ! must be in quotes")
        if self._open:
            self._open[-1].value.append(node)
        else:
            self.root = node

    def _close(self, event: CollectionEndEvent) -> None:
        node = self._open.pop()
        node.end_mark = event.end_mark
        if isinstance(node, MappingNode):
            node.value = list(zip(node.value[::2], node.value[1::2], strict=True))

    def _meant(self, event: AliasEvent, line: int) -> Node:
        """What an alias stands for. Aliases hide what a line says, and are mostly stars without quotes."""
        if known := self._anchors.get(event.anchor):
            self._complain(line, f"alias '*{event.anchor}': write the value out")
        else:
            self._complain(line, f"'*{event.anchor}': what begins with * must be in quotes; and * is no wildcard here")
        # An alias within its own anchor would be a circle; a collection that is still open is never put into itself.
        if isinstance(known, ScalarNode):
            return known
        return ScalarNode(TEXT, f"*{event.anchor}", event.start_mark, event.end_mark)


def _scalar(event: ScalarEvent) -> Node:
    """Only what means nothing is told from words: `no` and `1984` are words in a watchlist."""
    nothing = event.style is None and event.value in ("", "~", "null", "Null", "NULL")
    tag = NULL if nothing and not event.tag else TEXT
    return ScalarNode(tag, event.value, event.start_mark, event.end_mark, style=event.style)


# --- what breaks YAML, in plain words ------------------------------------------------------------------------------

_PLAIN_WORDS = tuple(
    (re.compile(pattern), words)
    for pattern, words in {
        r"found character '(\\t)' that cannot start": "a tab: YAML is indented by spaces, replace it by some",
        r"found character '(.)' that cannot start": "a value cannot begin with {0}: put it in quotes",
        r"mapping values are not allowed": (
            "a second `: ` makes no value: put the value in quotes, or a space is missing behind the colon above"
        ),
        r"the node content, but found '([,\]}])'": "nothing stands before this '{0}': take out a comma or close a list",
        r"unexpected end of stream|document separator": "a quotation mark is opened here and never closed",
        r"unknown escape character": "in double quotes a backslash is special: use single quotes",
        r"expected ',' or '[\]}]'": "the bracket that opens here is never closed, or a comma is missing",
        r"the node content, but found '<stream end>'": "the bracket that opens here is never closed",
        r"found '<scalar>'": "text follows a closing quotation mark: put the whole in the other kind of quotes",
        r"found '<block sequence start>'|found '-'": "this `- ` is indented otherwise than the others of its list",
        r"expected <block end>": "this line is indented otherwise than the lines that it belongs to",
        r"could not find expected ':'": "a key without its colon: write `key: value`",
    }.items()
)
_OPENED = re.compile(r"unexpected end of stream|document separator|expected ',' or|'<stream end>'")
"""Problems that are noticed long after the place where they begin."""
_OPENING = re.compile(r"[\[{\"']")


def _complain_of_broken(error: MarkedYAMLError, yaml_text: str, complain: Complain) -> int:
    """Complain of what breaks the YAML (of every line with a tab, if a tab does); returns the first bad line."""
    problem = str(error.problem or error.context or "it cannot be read")
    begins = error.context_mark if _OPENED.search(problem) else None
    mark = begins or error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    if _OPENED.search(problem) and begins is None:
        opened = [n for n, text in enumerate(yaml_text.split("\n")[:line], 1) if _OPENING.search(text)]
        line = opened[-1] if opened else line
    if r"'\t'" in problem:
        lines = [n for n, text in enumerate(yaml_text.split("\n"), 1) if re.match(r" *\t", text)] or [line]
    else:
        lines = [line]
    for number in lines:
        complain(number, f"broken YAML: {_in_plain_words(problem)}")
    return min(lines)


def _in_plain_words(problem: str) -> str:
    for pattern, plain in _PLAIN_WORDS:
        if found := pattern.search(problem):
            return plain.format(*found.groups())
    return problem


_ITEM = re.compile(r" *- ")


def _whole_items(lines: list[str], broken: int) -> Node | None:
    """The nodes of the lines above a broken one (counted from 1), without the item that it belongs to."""
    above = lines[: broken - 1]
    if not _ITEM.match(lines[broken - 1]):
        while above and not _ITEM.match(above.pop()):
            pass
    try:
        return _composed("\n".join(above) + "\n", lambda _line, _problem: None)
    except YAMLError:
        return None

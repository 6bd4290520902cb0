"""Puts a spelling into a watchlist's text as its author would: one place changes, comments and everything else stay."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from monitor.errors import InputError
from monitor.watchlist import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    Change = tuple[int, int, str]
    """What stands between two places of a text gives way to this."""
    Plain = str | list["Plain"] | dict[str, "Plain"]
    """What a node says, without its place and form."""


def add_spelling(yaml_text: str, term: str, spelling: str) -> str:
    """The text with one more spelling under the `also:` of a term; the same text where the term has it already.

    InputError where YAML or term are in no form that this can be done in. A text with line ends of Windows keeps them.
    """
    text = yaml_text.replace("\r\n", "\n")
    root, whole = _read(text)
    item = _term(root, term)
    if item is None:
        raise InputError(term, "is no term of this text; mend what is broken above it, or add the spelling by hand")
    said = _plain(item)
    if spelling in _spellings(said):
        return yaml_text
    for start, end, put in sorted(_changes(text, item, spelling), reverse=True):
        text = text[:start] + put + text[end:]
    changed, _ = _read(text)
    wanted = _with(said, spelling)
    if not whole or _plain(changed) != _replaced(_plain(root), term, wanted):
        raise InputError(term, f"cannot be edited by a click in this form; add {_written(spelling)} to it by hand")
    return text.replace("\n", "\r\n") if "\r\n" in yaml_text else text


def _read(text: str) -> tuple[Node | None, bool]:
    """The nodes, whatever is wrong in what they say, and whether they are all of the text."""
    return nodes.compose(text, lambda _line, _problem: None)


# --- where the spelling goes ---------------------------------------------------------------------------------------


def _changes(text: str, item: Node, spelling: str) -> Iterator[Change]:
    word = _written(spelling)
    if isinstance(item, ScalarNode):
        yield from _of_bare_name(text, item, word)
    elif isinstance(item, MappingNode):
        also, name = _value(item, "also"), _value(item, "name")
        if also is not None:
            yield from _of_list(text, also, word)
        elif item.flow_style:
            place = _end(item.value[-1][1])
            yield place, place, f", also: [{word}]"
        elif name is not None:
            yield _new_line(text, name, item.start_mark.column, f"also: [{word}]")


def _of_bare_name(text: str, item: ScalarNode, word: str) -> Iterator[Change]:
    """`- Pantsir` gets a key and a line below it; in a list of one line it becomes `{name: Pantsir, also: [..]}`."""
    start, end = item.start_mark.index, item.end_mark.index
    opens = text.rfind("\n", 0, start) + 1
    if re.fullmatch(r"\s*-\s+", text[opens:start]):
        yield start, start, "name: "
        yield _new_line(text, item, item.start_mark.column, f"also: [{word}]")
    else:
        yield start, end, f"{{name: {_written(item.value)}, also: [{word}]}}"


def _of_list(text: str, also: Node, word: str) -> Iterator[Change]:
    if isinstance(also, SequenceNode) and also.value and not also.flow_style:
        yield _new_line(text, also.value[-1], also.start_mark.column, f"- {word}")
    elif isinstance(also, SequenceNode) and also.value:
        place = _end(also.value[-1])
        yield place, place, f", {word}"
    elif isinstance(also, ScalarNode) and not nodes.is_null(also):
        yield also.start_mark.index, also.end_mark.index, f"[{_written(also.value)}, {word}]"


def _new_line(text: str, above: Node, column: int, line: str) -> Change:
    """Below the line that a node ends in, whatever remark stands behind it there."""
    place = text.find("\n", _end(above))
    place = len(text) if place < 0 else place
    return place, place, f"\n{' ' * column}{line}"


def _end(node: Node) -> int:
    """Where a node's last letter stands; a block's own end mark lies behind the remarks that follow it."""
    if isinstance(node, MappingNode | SequenceNode) and node.value and not node.flow_style:
        last = node.value[-1]
        return _end(last[1] if isinstance(node, MappingNode) else last)
    return int(node.end_mark.index)


_PLAIN = re.compile(r"[^\W\d_](?:[\w.'’·-]| (?=[\w'’·-]))*")
"""Letters that mean nothing else to YAML, in lists of either form."""


def _written(spelling: str) -> str:
    if _PLAIN.fullmatch(spelling) and spelling.lower() != "null":
        return spelling
    return json.dumps(spelling, ensure_ascii=False)


# --- what a text says ----------------------------------------------------------------------------------------------


def _terms(root: Node | None) -> Node | None:
    return _value(root, "terms") if isinstance(root, MappingNode) else None


def _term(root: Node | None, term: str) -> Node | None:
    terms = _terms(root)
    if not isinstance(terms, SequenceNode):
        return None
    return next((item for item in terms.value if _name(_plain(item)) == term), None)


def _value(node: MappingNode, key: str) -> Node | None:
    return next((value for name, value in node.value if isinstance(name, ScalarNode) and name.value == key), None)


def _plain(node: Node | None) -> Plain:
    if isinstance(node, MappingNode):
        return {str(_plain(key)): _plain(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [_plain(each) for each in node.value]
    return str(node.value) if node else ""


def _name(said: Plain) -> str:
    name = said.get("name", "") if isinstance(said, dict) else said
    return name.strip() if isinstance(name, str) else ""


def _spellings(said: Plain) -> list[Plain]:
    if not isinstance(said, dict):
        return [_name(said)]
    also = said.get("also", [])
    own = [] if {"all", "country"} & said.keys() else [_name(said)]
    return [*own, *(also if isinstance(also, list) else [also])]


def _with(said: Plain, spelling: str) -> Plain:
    """A term with one more spelling."""
    if not isinstance(said, dict):
        return {"name": said, "also": [spelling]}
    also = said.get("also", [])
    return said | {"also": [*(also if isinstance(also, list) else [also] if also else []), spelling]}


def _replaced(said: Plain, term: str, wanted: Plain) -> Plain:
    """A watchlist with the first term of a name as wanted."""
    if not isinstance(said, dict) or not isinstance(terms := said.get("terms"), list):
        return said
    place = next(number for number, item in enumerate(terms) if _name(item) == term)
    return said | {"terms": [*terms[:place], wanted, *terms[place + 1 :]]}

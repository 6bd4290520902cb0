"""An entry of `notify:` becomes a Notify: an address, or an address with what the operator chooses for its reader."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol, TypeVar

from ruamel.yaml.nodes import MappingNode, Node

from monitor import cadence
from monitor.errors import InputError
from monitor.text import countries
from monitor.values import MAIL_LANGUAGES, Notify
from monitor.watchlist import codes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NOTIFY_KEYS = ("address", "cadence", "zone", "language", "languages", "quiet", "cap")
MOST = 40
"""Stories of one mail: digest.composing puts no more into one, so a higher cap would say nothing."""

_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s.,;<>\"]{2,}")

Value = TypeVar("Value")


class Reader(Protocol):
    """What the reader of a watchlist lends: complaints with their line, and values without YAML's own ideas."""

    def complain(self, where: Node | int, problem: str) -> None: ...

    def keys(self, node: Node, allowed: Sequence[str]) -> dict[str, Node]: ...

    def text(self, node: Node, what: str) -> str: ...

    def items(self, node: Node | None, what: str) -> list[Node]: ...


def entry(node: Node, reader: Reader) -> Notify:
    """One entry; complaints go to the reader."""
    if not isinstance(node, MappingNode):
        return Notify(_address(node, reader))
    keys = reader.keys(node, NOTIFY_KEYS)
    if "address" not in keys:
        reader.complain(node, "notify: an entry without `address:`; write `- {address: desk@example.org, ...}`")

    def said(key: str, read: Callable[[str], Value]) -> Value | None:
        """The value of a key, None where it is not there or wrong."""
        text = reader.text(keys[key], key) if key in keys else ""
        try:
            return read(text) if text else None
        except InputError as error:
            reader.complain(keys[key], f"notify: {error.subject} {error.problem}")
            return None

    return Notify(
        address=_address(keys["address"], reader) if "address" in keys else "",
        cadence=said("cadence", lambda text: str(cadence.parse(text))),
        zone=said("zone", _zone),
        language=said("language", _mail_language),
        languages=languages(keys.get("languages"), reader) if "languages" in keys else None,
        quiet=said("quiet", lambda text: str(cadence.parse_quiet(text))),
        cap=said("cap", _cap),
    )


def languages(node: Node | None, reader: Reader) -> tuple[str, ...]:
    """Languages of articles, by their ISO 639-1 codes; the same for terms and subscribers."""
    return tuple(_language(item, reader) for item in reader.items(node, "languages"))


def _address(node: Node, reader: Reader) -> str:
    address = reader.text(node, "notify")
    if address and not _ADDRESS.fullmatch(address):
        reader.complain(node, f"notify: '{address[:80]}' is no mail address; write one such as desk@example.org")
    return address


def _zone(text: str) -> str:
    return cadence.zone(text).key


def _mail_language(text: str) -> str:
    if text.lower() not in MAIL_LANGUAGES:
        raise InputError(f"language {text[:40]!r}", f"is none that mails are written in; write one of {_listed()}")
    return text.lower()


def _listed() -> str:
    return ", ".join(MAIL_LANGUAGES)


def _language(node: Node, reader: Reader) -> str:
    written = reader.text(node, "languages")
    code = written.lower()
    if code and code not in countries.languages():
        meant = codes.language_meant(written)
        hint = f"write {meant}" if meant else "write the ISO 639-1 code, such as ko"
        reader.complain(node, f"languages: '{written[:40]}' is unknown; {hint}")
    return code


def _cap(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST):
        raise InputError(f"cap {text[:20]!r}", f"is no number of stories; write one from 1 to {MOST}")
    return int(text)

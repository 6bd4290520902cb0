"""OPML, the form in which feed readers exchange their feeds: read however broken, written valid.

Rejected: listparser. It reads as much, by the same parser, but loses `language`, what it refuses and what stands twice;
its last release is of March 2024 and asks for an older lxml.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from lxml import etree

from monitor.errors import InputError
from monitor.text import addresses, charset
from monitor.values import Feed, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

LARGEST = 20_000_000
"""Bytes; a list of 90,000 feeds has 10 MB."""

SPACE = "urn:news-monitor"
"""What OPML has no words for stands in a namespace of ours (OPML 2.0, "Extending OPML")."""

_BOM = b"\xef\xbb\xbf"  # without it libxml2's HTML parser takes what declares no charset for Latin-1
_DECLARATION = re.compile(r"^\s*<\?xml[^<>]{0,500}\?>")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CODE = re.compile(r"[a-zA-Z]{2,3}")
_LONGEST_NAME = 200  # characters of a title; longer ones are no titles


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry that is no feed which can be polled."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """What a list holds, in its order; an address that stands twice is there twice."""

    feeds: tuple[Feed, ...]
    refused: tuple[Refused, ...]

    def new_beside(self, known: Iterable[Feed]) -> list[Feed]:
        """Its feeds that are not known yet, each once: of those that share an address the first."""
        seen = {addresses.same(feed.url) for feed in known}
        new = []
        for feed in self.feeds:
            if (same := addresses.same(feed.url)) not in seen:
                seen.add(same)
                new.append(feed)
        return new


def read(body: bytes, file: str) -> Subscriptions:
    """The feeds of a list of any OPML version, any charset, well-formed or not; folders are opened.

    Raises InputError, naming `file`, where there is nothing of the kind.
    """
    if len(body) > LARGEST:
        raise InputError(file, f"{len(body) / 1e6:.0f} MB is more than any list of feeds has")
    feeds, refused = [], []
    for outline in _outlines(_decoded(body), file):
        found = _entry(outline)
        if isinstance(found, Feed):
            feeds.append(found)
        elif found:
            refused.append(found)
    return Subscriptions(tuple(feeds), tuple(refused))


def write(feeds: Iterable[Feed], now: datetime) -> bytes:
    """A valid OPML 2.0 document in UTF-8; what `read` takes from it is the same."""
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"monitor": SPACE})
    head, body = etree.SubElement(root, "head"), etree.SubElement(root, "body")
    etree.SubElement(head, "title").text = "Feeds of news-monitor"
    etree.SubElement(head, "dateCreated").text = format_datetime(now)
    for feed in feeds:
        etree.SubElement(body, "outline", dict(_attributes(feed)))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _decoded(body: bytes) -> str:
    """The list's letters. They stand within tags, where the charset room, made for pages, does not look by itself."""
    decoded = charset.decode(body)
    if "\ufffd" not in decoded.text:
        return decoded.text
    return body.decode(charset.decode(body.replace(b"<", b" ")).charset, "replace")


def _outlines(text: str, file: str) -> list[_Outline]:
    """Every outline in the order of the list. An HTML parser stumbles over nothing, and knows no entities to expand."""
    plain = _NOT_XML.sub("", _DECLARATION.sub("", text, count=1))
    target: Any = _Collector()  # lxml asks of a target what it defines, its stubs ask for more
    parser = etree.HTMLParser(target=target, encoding="utf-8", huge_tree=True)
    try:
        found = cast("list[_Outline]", etree.fromstring(_BOM + plain.encode(), parser))  # what the target's close gives
    except (etree.XMLSyntaxError, etree.ParserError):
        found = []
    if not found:
        raise InputError(file, "is no OPML: it has no <outline>; export it from your reader as OPML")
    return found


@dataclass(slots=True)
class _Outline:
    attributes: dict[str, str]
    folder: bool = False
    """Others stand within."""


class _Collector:
    """Takes outlines as the parser meets them: a tree would end at a depth of 2048."""

    def __init__(self) -> None:
        self._found: list[_Outline] = []
        self._open: list[_Outline] = []

    def start(self, tag: str | bytes, attrib: Mapping[str | bytes, str | bytes]) -> None:
        if not _is_outline(tag):
            return
        if self._open:
            self._open[-1].folder = True
        outline = _Outline({str(name).lower(): _line(str(value)) for name, value in attrib.items()})
        self._found.append(outline)
        self._open.append(outline)

    def end(self, tag: str | bytes) -> None:
        if _is_outline(tag) and self._open:
            self._open.pop()

    def close(self) -> list[_Outline]:
        return self._found


def _is_outline(tag: str | bytes) -> bool:
    return str(tag).rpartition(":")[2] == "outline"


def _entry(outline: _Outline) -> Feed | Refused | None:
    """What an outline stands for; None for a folder."""
    attributes = outline.attributes
    name = attributes.get("text") or attributes.get("title") or ""
    written = attributes.get("xmlurl", "")
    if not written:
        return None if outline.folder else _no_feed(name, attributes)
    url = addresses.whole(written)
    if url is None:
        return Refused(name or written, f"{written!r} is no http(s) address")
    return Feed(
        url,
        name[:_LONGEST_NAME] or urlsplit(url).hostname or url,
        language=_code(attributes.get("language", "").partition("-")[0].lower()),
        country=_code(attributes.get("monitor:country", "").upper()),
        minutes=_minutes(attributes.get("monitor:minutes", "")),
        kind=Kind.SITEMAP if attributes.get("monitor:kind") == Kind.SITEMAP else Kind.FEED,
    )


def _no_feed(name: str, attributes: Mapping[str, str]) -> Refused:
    site = addresses.whole(attributes.get("htmlurl") or attributes.get("url") or "")
    way_out = f"; 'monitor feeds add {site}' looks for its feed" if site else ""
    return Refused(name or site or "an entry without a name", "has no feed's address (xmlUrl)" + way_out)


def _attributes(feed: Feed) -> Iterator[tuple[str, str]]:
    yield from (("type", "rss"), ("text", _line(feed.title)), ("title", _line(feed.title)), ("xmlUrl", feed.url))
    if feed.language:
        yield "language", feed.language
    if feed.country:
        yield f"{{{SPACE}}}country", feed.country
    if feed.minutes != 60:
        yield f"{{{SPACE}}}minutes", str(feed.minutes)
    if feed.kind is not Kind.FEED:
        yield f"{{{SPACE}}}kind", feed.kind.value


def _line(text: str) -> str:
    return " ".join(_NOT_XML.sub("", text).split())


def _code(text: str) -> str | None:
    return text if _CODE.fullmatch(text) else None


def _minutes(text: str) -> int:
    minutes = int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 60
    return minutes if 1 <= minutes <= 1440 else 60

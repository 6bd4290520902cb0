"""RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, CDF: XML becomes entries, well-formed or mended."""

from __future__ import annotations

import base64
import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from monitor.feeds import rhythm
from monitor.feeds.entries import MOST, Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENTRIES = {"item", "entry"}
_ROOTS = {"rss", "rdf", "feed", "channel", "item", "entry"}
_FOREIGN = (
    "http://search.yahoo.com/mrss",
    "http://www.itunes.com/",
    "https://www.itunes.com/",
    "http://base.google.com/",
)
"""Namespaces that have their own title, link or description beside the entry's: of pictures, episodes, offers."""
DATES = (
    "published",
    "pubdate",
    "issued",
    "date",
    "datecreated",
    "created",
    "datepublished",
    "updated",
    "modified",
    "lastbuilddate",
)
_TEXTS = ("encoded", "content", "description", "summary", "abstract", "fullitem", "full-text", "body")
_GUIDS = ("guid", "id")
_TELLING = {"title", "link", *_GUIDS, *_TEXTS}
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[<>]{0,2000}(?:\[.{0,200000}?\]\s*)?>", re.IGNORECASE | re.DOTALL)
_DECLARATION = re.compile(r"^\s*<\?xml[^<>]{0,500}\?>")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)")
_REFERENCE = re.compile(r"&#(?:(\d{1,7})|[xX]([0-9a-fA-F]{1,6}));")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Channel(NamedTuple):
    """What an XML document says as a feed."""

    title: str
    language: str | None
    link: str
    entries: list[Entry]
    whole: bool
    """False: the document was not well-formed, what could be read was."""
    said: dict[str, list[str]] = {}  # noqa: RUF012 - a NamedTuple's default, never written to
    """What it says of its own rhythm, by the names of `rhythm.NAMES`."""
    children: tuple[str, ...] = ()
    """Further documents that hold the entries: an index of sitemaps."""


def bare(text: str) -> str:
    """The document without declaration and doctype: its charset is settled, its entities are never expanded."""
    return _DOCTYPE.sub("", _DECLARATION.sub("", text, count=1).lstrip(), count=1)


def read(bare: str, url: str) -> Channel | None:
    """The feed in a well-formed document; None for any other. The fastest way, and it leaves CDATA untouched."""
    return _channel(tree(bare, url), whole=True)


def recover(bare: str, url: str) -> Channel | None:
    """What libxml2 can read of a feed that is not well-formed; None where that is no feed."""
    return _channel(tree(mended(bare), url, recover=True), whole=False)


def tree(document: str, url: str, *, recover: bool = False) -> etree._Element | None:
    try:
        return etree.fromstring(document.encode("utf-8", "ignore"), _parser(recover=recover), base_url=url)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _channel(root: etree._Element | None, *, whole: bool) -> Channel | None:
    if root is None or local_name(root) not in _ROOTS:
        return None
    channel = next((node for node in root.iter() if local_name(node) == "channel"), root)
    return Channel(
        title=next((text_of(node) for node in channel if local_name(node) == "title"), ""),
        language=_language(root, channel),
        link=_channel_link(channel),
        entries=[_entry(node) for node in itertools.islice(_entry_nodes(root), MOST)],
        whole=whole,
        said=_said(channel),
    )


def _said(channel: etree._Element) -> dict[str, list[str]]:
    """What the channel says of its rhythm: an element's text, or the texts of what it holds."""
    said: dict[str, list[str]] = {}
    for node in channel:
        if (name := local_name(node)) in rhythm.NAMES:
            said.setdefault(name, []).extend(text_of(child) for child in (node if len(node) else [node]))
    return said


def mended(text: str) -> str:
    """Without what makes libxml2 stop or hand out letters that are none: controls, HTML's entities, lone surrogates."""
    return _REFERENCE.sub(_letter, _ENTITY.sub("&amp;", _NOT_XML.sub("", text)))


def _letter(reference: re.Match[str]) -> str:
    code = int(reference[1]) if reference[1] else int(reference[2], 16)
    return reference[0] if code <= 0x10FFFF and not _NOT_XML.match(chr(code)) else "\ufffd"


def _parser(*, recover: bool) -> etree.XMLParser:
    """No entity is expanded, nothing is loaded, nothing nests deeper than 256: libxml2's own bounds stand."""
    return etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )


def _entry_nodes(root: etree._Element) -> Iterator[etree._Element]:
    return (node for node in root.iter() if local_name(node) in _ENTRIES)


def local_name(node: etree._Element) -> str:
    """The local name, casefolded: feeds write pubdate, pubDate and PUBDATE; empty for what is no element."""
    tag = node.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def _entry(node: etree._Element) -> Entry:
    fields: dict[str, list[etree._Element]] = {}
    for child in node:
        if not (isinstance(child.tag, str) and child.tag.startswith("{") and child.tag[1:].startswith(_FOREIGN)):
            fields.setdefault(local_name(child), []).append(child)
    return Entry(
        title=next((text for child in fields.get("title", []) if (text := _unpacked(child))), ""),
        links=_links(node, fields),
        guid=next((text for name in _GUIDS for child in fields.get(name, []) if (text := text_of(child))), ""),
        dates=[text for name in DATES for child in fields.get(name, []) if (text := text_of(child))],
        texts=[text for name in _TEXTS for child in fields.get(name, []) if (text := _unpacked(child, "\n"))],
        base=_base(node),
        rest=" ".join(text_of(node).split())[:500] if not fields.keys() & _TELLING else "",
    )


def _links(node: etree._Element, fields: dict[str, list[etree._Element]]) -> list[str]:
    """Where the article stands, best first: unproxied, Atom's and RSS's links, a permanent guid, RDF's, CDF's."""
    links = [text_of(child) for child in fields.get("origlink", [])]
    ranked = sorted(fields.get("link", []), key=rank)
    links += [(child.get("href") or text_of(child)) for child in ranked if rank(child) < 2]
    guids = (text_of(child) for child in fields.get("guid", []) if child.get("isPermaLink", "true").lower() != "false")
    links += [guid for guid in guids if "/" in guid]  # "4711" says isPermaLink by default, and is none
    about = node.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about") or next(
        (value for key, value in node.items() if key.lower() == "href"), None
    )
    return [link for link in map(str, [*links, about or ""]) if link.strip()]


def rank(link: etree._Element | dict[str, str]) -> int:
    """0: the article as a page; 1: the article in some other form; 2: something else."""
    relation = link.get("rel", "alternate").lower()
    if relation != "alternate":
        return 2
    return 0 if link.get("type", "text/html").lower() in ("text/html", "application/xhtml+xml", "html") else 1


def _channel_link(channel: etree._Element) -> str:
    nodes = sorted((node for node in channel if local_name(node) == "link"), key=rank)
    return next((link for node in nodes if rank(node) < 2 and (link := node.get("href") or text_of(node))), "")


def _language(root: etree._Element, channel: etree._Element) -> str | None:
    """What the feed claims; many claim their template's."""
    claimed = next((text_of(node) for node in channel if local_name(node) == "language"), "")
    claimed = claimed or root.get("{http://www.w3.org/XML/1998/namespace}lang", "")
    return code(claimed)


def code(claimed: str) -> str | None:
    """The ISO 639-1 code that a claimed language begins with."""
    first = re.split(r"[-_]", claimed.strip().lower())[0]
    return first if re.fullmatch(r"[a-z]{2}", first) else None


def _base(node: etree._Element) -> str:
    """xml:base of the entry or of what holds it."""
    for holder in (node, *node.iterancestors()):
        if base := holder.get("{http://www.w3.org/XML/1998/namespace}base"):
            return base
    return ""


def _unpacked(node: etree._Element, block: str = " ") -> str:
    """The text of an element, also where Atom has packed it into base64 (RFC 4287, section 4.1.3.3)."""
    text = text_of(node, block)
    if node.get("mode", "").lower() != "base64" and node.get("type", "").lower() != "application/octet-stream":
        return text
    try:
        return base64.b64decode(text, validate=False).decode("utf-8")
    except ValueError:  # neither base64 nor UTF-8: the words as they stand
        return text


def text_of(node: etree._Element, block: str = " ") -> str:
    """All letters within an element; where it holds real elements (XHTML), these are parted."""
    if len(node) == 0:
        return (node.text or "").strip()
    return block.join(part for part in map(str, node.itertext()) if part.strip()).strip()

"""How the demo's outlets print their feeds and pages, in the forms that real sites use."""

from __future__ import annotations

import functools
import html
import json
from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING, cast

import jinja2
from lxml import etree

from monitor.demo.world import FeedKind, Outlet, PageKind, Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.demo.world import World

ATOM = "http://www.w3.org/2005/Atom"
RSS1 = "http://purl.org/rss/1.0/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DC = "http://purl.org/dc/elements/1.1/"
XML = "http://www.w3.org/XML/1998/namespace"


@dataclass(frozen=True, slots=True)
class Document:
    """What a server hands out."""

    body: bytes
    content_type: str


def feed(outlet: Outlet, pieces: Sequence[Piece], site: str) -> Document:
    """The outlet's feed with these pieces, the newest first; `site` is the outlet's address without a path."""
    printer = {
        FeedKind.RSS2: _rss2,
        FeedKind.RSS1: _rss1,
        FeedKind.ATOM: _atom,
        FeedKind.JSON: _json,
        FeedKind.BROKEN: _no_feed,
    }[outlet.feed]
    return printer(outlet, pieces, site)


def page(world: World, piece: Piece, site: str) -> Document:
    """The piece's page, with the furniture that real pages have around the text."""
    related = [p for p in world.published(piece.outlet, piece.published) if p.id != piece.id][:3]
    text = (
        _templates()
        .get_template("page.html")
        .render(
            piece=piece,
            outlet=piece.outlet,
            site=site,
            words=world.furniture[piece.outlet.language],
            related=related,
            teaser=piece.text[:60],
            linked_data=_linked_data(piece, site),
        )
    )
    return Document(text.encode(), "text/html; charset=utf-8")


def _rss2(outlet: Outlet, pieces: Sequence[Piece], site: str) -> Document:
    root = etree.Element("rss", version="2.0")
    channel = etree.SubElement(root, "channel")
    _children(channel, {"title": outlet.title, "link": f"{site}/", "language": outlet.language})
    for piece in pieces:
        item = etree.SubElement(channel, "item")
        guid = f"{outlet.id}-{piece.id}"
        _children(item, {"title": piece.title, "link": _address(piece, site), "description": _marked_up(piece)})
        etree.SubElement(item, "guid", isPermaLink="false").text = guid
        _children(item, {"pubDate": format_datetime(piece.published)})
    return _xml(root, "application/rss+xml", outlet.charset)


def _rss1(outlet: Outlet, pieces: Sequence[Piece], site: str) -> Document:
    root = etree.Element(f"{{{RDF}}}RDF", nsmap=_without_prefix(RSS1, rdf=RDF, dc=DC))
    channel = etree.SubElement(root, f"{{{RSS1}}}channel", {f"{{{RDF}}}about": f"{site}/"})
    _children(channel, {"title": outlet.title, "link": f"{site}/", "description": outlet.title}, RSS1)
    _children(channel, {"language": outlet.language}, DC)
    for piece in pieces:
        address = _address(piece, site)
        item = etree.SubElement(root, f"{{{RSS1}}}item", {f"{{{RDF}}}about": address})
        _children(item, {"title": piece.title, "link": address, "description": piece.lead}, RSS1)
        _children(item, {"creator": piece.byline, "date": piece.published.isoformat()}, DC)
    return _xml(root, "application/rdf+xml", outlet.charset)


def _atom(outlet: Outlet, pieces: Sequence[Piece], site: str) -> Document:
    root = etree.Element(f"{{{ATOM}}}feed", {f"{{{XML}}}lang": outlet.language}, nsmap=_without_prefix(ATOM))
    newest = pieces[0].published.isoformat() if pieces else "2026-01-01T00:00:00+00:00"
    _children(root, {"title": outlet.title, "id": f"{site}/", "updated": newest}, ATOM)
    for piece in pieces:
        entry = etree.SubElement(root, f"{{{ATOM}}}entry")
        when, address = piece.published.isoformat(), _address(piece, site)
        _children(entry, {"title": piece.title, "id": address, "published": when, "updated": when}, ATOM)
        etree.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=address)
        etree.SubElement(entry, f"{{{ATOM}}}summary", type="html").text = _marked_up(piece)
        _children(etree.SubElement(entry, f"{{{ATOM}}}author"), {"name": piece.byline}, ATOM)
    return _xml(root, "application/atom+xml", outlet.charset)


def _json(outlet: Outlet, pieces: Sequence[Piece], site: str) -> Document:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.title,
        "home_page_url": f"{site}/",
        "language": outlet.language,
        "items": [
            {
                "id": f"{outlet.id}/{piece.id}",
                "url": _address(piece, site),
                "title": piece.title,
                "content_text": piece.lead,
                "date_published": piece.published.isoformat(),
                "authors": [{"name": piece.byline}],
            }
            for piece in pieces
        ],
    }
    return Document(json.dumps(document, ensure_ascii=False).encode(), "application/feed+json")


def _no_feed(outlet: Outlet, _pieces: Sequence[Piece], _site: str) -> Document:
    title = html.escape(outlet.title)
    text = f"<!DOCTYPE html><title>{title}</title><h1>{title}</h1><p>We are moving to a new home. Come back soon!</p>"
    return Document(text.encode(), "text/html; charset=utf-8")


def _marked_up(piece: Piece) -> str:
    """A summary as feeds carry it: HTML inside XML."""
    return f"<p>{html.escape(piece.lead)}</p>"


def _address(piece: Piece, site: str) -> str:
    return f"{site}/{piece.id}.html"


def _children(parent: etree._Element, texts: dict[str, str], namespace: str = "") -> None:
    for tag, text in texts.items():
        etree.SubElement(parent, f"{{{namespace}}}{tag}" if namespace else tag).text = text


def _xml(root: etree._Element, kind: str, charset: str) -> Document:
    return Document(
        cast("bytes", etree.tostring(root, encoding=charset, xml_declaration=True)), f"{kind}; charset={charset}"
    )


def _without_prefix(namespace: str, **prefixed: str) -> dict[str, str]:
    """A namespace map for lxml, which takes None as the empty prefix; its type stubs do not know that."""
    return cast("dict[str, str]", {None: namespace, **prefixed})


def _linked_data(piece: Piece, site: str) -> dict[str, object]:
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": piece.title,
        "datePublished": piece.published.isoformat(),
        "author": {"@type": "Person", "name": piece.byline},
        "isAccessibleForFree": piece.page is not PageKind.PAYWALL,
        "publisher": {"@type": "Organization", "name": piece.outlet.title},
        "mainEntityOfPage": _address(piece, site),
    }


@functools.cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("monitor.demo", "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )

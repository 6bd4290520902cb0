"""Sitemaps (sitemaps.org 0.9, with Google's news extension) become entries; an index of them becomes addresses.

lxml reads them as it reads feeds. Rejected: ultimate-sitemap-parser, which is GPL and brings its own web client.
"""

from __future__ import annotations

import heapq
import re
from typing import TYPE_CHECKING

from monitor.feeds import addresses, xml
from monitor.feeds.entries import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml import etree

_ROOT = re.compile(r"<(?:\w{1,20}:)?(?:urlset|sitemapindex)\b", re.IGNORECASE)
_HEAD = 5_000  # characters; comments and stylesheets stand above the root
_MOST = 500  # entries; a news sitemap holds two days and at most 1,000 addresses, an archive 50,000
_ISO = re.compile(r"\d{4}-\d\d(?:-\d\d(?:T[\d:.]{5,12})?)?")


def is_one(bare: str) -> bool:
    return bool(_ROOT.search(bare[:_HEAD]))


def read(bare: str, url: str) -> xml.Channel | None:
    """The newest 500 pages, or the addresses of further sitemaps, the newest first; None where there is neither.

    A page has a title only in a news sitemap.
    """
    whole = xml.tree(bare, url)
    root = xml.tree(xml.mended(bare), url, recover=True) if whole is None else whole
    if root is None:
        return None
    children = [_fields(node) for node in root if xml.local_name(node) == "sitemap"]
    pages = [_fields(node) for node in root if xml.local_name(node) == "url"]
    found = addresses.several((fields.get("loc", "") for fields in _newest(children)), url)
    return xml.Channel(
        title="",
        language=next((code for fields in pages if (code := xml.code(fields.get("language", "")))), None),
        link="",
        entries=[_entry(fields) for fields in _in_order(pages)],
        whole=whole is not None,
        children=found,
    )


def _fields(node: etree._Element) -> dict[str, str]:
    """The first text of each name in a page: its own, and its news extension's; pictures have names of their own."""
    fields: dict[str, str] = {}
    for child in node.iter():
        if child is not node and len(child) == 0 and "image" not in str(child.tag) and "video" not in str(child.tag):
            fields.setdefault(xml.local_name(child), xml.text_of(child))
    return fields


def _entry(fields: dict[str, str]) -> Entry:
    dates = [fields[name] for name in ("publication_date", "lastmod") if fields.get(name)]
    return Entry(title=fields.get("title", ""), links=[fields.get("loc", "")], dates=dates)


def _age(fields: dict[str, str]) -> str:
    """W3C dates sort as they are written, but for hours of time zone."""
    form = _ISO.match(fields.get("publication_date") or fields.get("lastmod") or "")
    return form[0] if form else ""


def _newest(pages: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    return heapq.nlargest(_MOST, pages, key=_age)


def _in_order(pages: list[dict[str, str]]) -> list[dict[str, str]]:
    kept = {id(page) for page in _newest(pages)}
    return [page for page in pages if id(page) in kept]

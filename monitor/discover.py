"""Where a site's feeds may be: what its page, its robots.txt and its index of sitemaps say, and the usual paths."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from lxml import etree, html

from monitor.text import addresses, charset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

USUAL_PATHS = ("/feed", "/rss", "/rss.xml", "/atom.xml", "/feeds", "/index.xml", "/feed.xml")
"""Asked only where the page names no feed; the paths of the wide-spread systems first."""

MOST_NAMED = 12
"""Addresses asked of those that a page names: more are feeds of single articles, tags and authors."""

MOST_SITEMAPS = 3
"""Of a robots.txt, and of each index that it names."""

_FEED_TYPES = re.compile(r"(?:rss|atom|rdf)\+xml|feed\+json|^(?:text|application)/xml$", re.IGNORECASE)
_FEED_LIKE = re.compile(r"(?:^|[/._?=])(?:rss|feeds?|atom|rdf|syndication)(?:$|[/._?&=\d])|\.xml$", re.IGNORECASE)
_NO_FEED = re.compile(
    r"[ck]omm?ent|коммент|댓글|コメント|评论|oembed|/wp-json/|opensearch|sitemap|\.(?:css|js|png|jpe?g|svg|mp3|pdf)$",
    re.IGNORECASE,
)
_SITEMAP_LINE = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_NEWS = re.compile(r"news|nachricht|noticia|notizie|actu|latest|article", re.IGNORECASE)
_ARCHIVE = re.compile(r"video|image|photo|archive|categor|section|tag|author|page|(?:19|20)\d\d", re.IGNORECASE)
_LOCATION = re.compile(r"<(?:\w+:)?loc>\s*(?:<!\[CDATA\[)?\s*([^<\]\s]+)", re.IGNORECASE)
_INDEX = re.compile(r"<(?:\w+:)?sitemapindex\b", re.IGNORECASE)
_URLSET = re.compile(r"<(?:\w+:)?urlset\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """An address that may be a feed's."""

    url: str
    title: str = ""
    """What the page calls it."""


def named(body: bytes, url: str, content_type: str | None = None) -> tuple[Named, ...]:
    """Addresses that a page names as its feeds: by <link rel="alternate">, else by links that look like feeds.

    In the page's order, without feeds of comments. Any bytes are taken; nothing is raised.
    """
    tree = _tree(charset.decode(body, content_type).text)
    if tree is None:
        return ()
    base = _base(tree, url)
    announced = [_named(link, base, "title") for link in tree.iter("link") if _announces(link)]
    linked = [_named(link, base, None) for link in tree.iter("a") if _FEED_LIKE.search(link.get("href") or "")]
    return _first_of_each(announced, url) or _first_of_each(linked, url)


def usual(url: str) -> tuple[Named, ...]:
    """Where a site's feed is where no page says so."""
    return tuple(Named(urljoin(url, path)) for path in USUAL_PATHS)


def sitemaps(robots: bytes, url: str) -> tuple[Named, ...]:
    """The sitemaps that a robots.txt names (sitemaps.org, "Specifying the Sitemap location"), those of news first."""
    lines = _SITEMAP_LINE.findall(charset.decode(robots).text)
    return _best_sitemaps(urljoin(url, line) for line in lines)


def is_sitemap(body: bytes) -> bool:
    """Whether a document lists addresses as a sitemap does."""
    return bool(_URLSET.search(charset.decode(body[:4000]).text))


def index(body: bytes, url: str) -> tuple[Named, ...]:
    """The sitemaps that an index of sitemaps lists, those of news first; none where it is no index."""
    text = charset.decode(body).text
    return (
        _best_sitemaps(urljoin(url, found) for found in _LOCATION.findall(text)) if _INDEX.search(text[:4000]) else ()
    )


def _tree(text: str) -> html.HtmlElement | None:
    """As bytes, because of a text that declares a charset lxml wants no letters."""
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _base(tree: html.HtmlElement, url: str) -> str:
    found = next((base.get("href") for base in tree.iter("base") if base.get("href")), "")
    return _joined(url, found) or url


def _announces(link: html.HtmlElement) -> bool:
    relation = (link.get("rel") or "").lower().split()
    return "feed" in relation or (
        "alternate" in relation and bool(_FEED_TYPES.search((link.get("type") or "").strip()))
    )


def _named(link: html.HtmlElement, base: str, attribute: str | None) -> Named | None:
    url = _joined(base, link.get("href") or "")
    title = link.get(attribute) or "" if attribute else link.text_content()
    return None if url is None or _NO_FEED.search(url) or _NO_FEED.search(title) else Named(url, _line(title))


def _joined(base: str, target: str) -> str | None:
    try:
        url = urljoin(base, "".join(target.split()))
        return url if addresses.whole(url) == url else None
    except ValueError:
        return None


def _first_of_each(found: Iterable[Named | None], url: str) -> tuple[Named, ...]:
    """Each address once; the page itself is none of its feeds."""
    seen, kept = {addresses.same(url)}, []
    for each in found:
        if each is not None and addresses.same(each.url) not in seen:
            seen.add(addresses.same(each.url))
            kept.append(each)
    return tuple(kept[:MOST_NAMED])


def _best_sitemaps(urls: Iterable[str]) -> tuple[Named, ...]:
    """News before others, archives and pictures last; otherwise as they are listed."""
    found = {addresses.same(url): url for url in _web(urls)}
    best = sorted(found.values(), key=lambda url: (not _NEWS.search(url), bool(_ARCHIVE.search(url))))
    return tuple(Named(url) for url in best[:MOST_SITEMAPS])


def _web(urls: Iterable[str]) -> Iterator[str]:
    for url in urls:
        if (whole := addresses.whole(url)) is not None:
            yield whole


def _line(text: str) -> str:
    return " ".join(text.split())[:120]

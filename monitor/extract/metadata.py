"""What a page says about its article: title, time of publication, authors; from JSON-LD, meta tags and `time`."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from monitor.extract import dates
from monitor.extract.dates import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from lxml.html import HtmlElement

_ARTICLE = re.compile(r"article|newsstory|posting|reportage|review|report", re.IGNORECASE)
_COLLECTION = re.compile(r"CollectionPage|SearchResultsPage|ProfilePage|ItemList\b|ContactPage|AboutPage|CheckoutPage")
_FRONTS = {"website", "profile", "blog"}
_FEW = 3
_AUTHORS = ("author", "article:author", "parsely-author", "dc.creator", "byl", "sailthru.author")
_TITLES = ("og:title", "twitter:title", "dc.title", "parsely-title", "title")
_SITES = ("og:site_name", "application-name", "publisher")
_PARTED = re.compile(r"\s+[|–—»·:-]\s+|\s*[|»]\s*")
_LOOSE_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')
_TAG = re.compile(r"<(?:[/!?]?[a-zA-Z][^<>]*|!--.*?--)>|<!\[CDATA\[|\]\]>|<!--|-->")
_LIKE_A_TAG = re.compile(r"<(?=[a-zA-Z/!?])")  # what is left of them: "a<b" becomes "a< b", no browser's tag
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\ufeff\ufffe\uffff\ud800-\udfff]")
_LONGEST = 2_000  # letters of a title; no headline has half of that
_MANY = 20  # authors; more is a list of the house
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class About:
    """A page's own word on its article."""

    title: str
    published: datetime | None
    authors: tuple[str, ...]
    says_article: bool
    """It calls itself an article, or carries a date of publication."""
    locked: bool
    """It says that the article is not free to read."""
    headings: tuple[str, ...] = ()
    """As the page shows them, and what stands in the window's bar."""
    leads: bool = False
    """It calls itself a collection, a search, a profile or a front, and not an article."""
    language: str | None = None
    """As the page names it."""
    body: str = ""
    """The article as JSON-LD repeats it."""


def read(tree: HtmlElement, url: str, language: str | None, now: datetime | None) -> About:
    """Title, date and authors in the order of trust: JSON-LD, meta tags, then the elements a reader sees."""
    objects = list(_json_ld(tree))
    meta = _meta(tree)
    articles = _own_first([found for found in objects if _ARTICLE.search(_type(found))], url, tree)
    published = dates.published(articles, meta, tree, url, Reading(language, now))
    return About(
        title=_title(articles, meta, tree),
        published=published,
        authors=_authors(articles, meta),
        says_article=bool(articles or published or _calls_itself_article(meta, tree)),
        locked=any(str(found.get("isAccessibleForFree", "")).lower() == "false" for found in objects),
        headings=tuple(_line(str(node.text_content())) for node in [*tree.iter("title"), *tree.iter("h1")][:_FEW]),
        leads=not articles and (_collects(objects) or (published is None and _fronts(meta))),
        language=language,
        body=max(
            (text for found in articles if isinstance(text := found.get("articleBody"), str)), key=len, default=""
        ),
    )


# --- where it stands ------------------------------------------------------------------------------------------------


def _meta(tree: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in tree.iter("meta"):
        name = node.get("property") or node.get("name") or node.get("itemprop") or ""
        if (content := (node.get("content") or "").strip()) and name:
            found.setdefault(name.strip().lower(), []).append(content)
    return found


def _json_ld(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """Every object in the page's JSON-LD, the outer before the inner."""
    for node in tree.iter("script"):
        if "ld+json" in (node.get("type") or "").lower() and node.text:
            yield from _objects(_loads(node.text), 0)


def _loads(text: str) -> Any:
    """Publishers wrap it in comments and leave raw line breaks in its strings."""
    bare = (
        re.sub(r"^\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\]\]>|\]\]>)\s*;?\s*$", "", text).strip().rstrip(";")
    )
    for plain in (str, html.unescape):
        try:
            return json.loads(plain(bare), strict=False)
        except (ValueError, RecursionError):
            continue
    return {"@type": "Article", "datePublished": found[1]} if (found := _LOOSE_DATE.search(bare)) else None


def _objects(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _objects(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner, depth + 1)


def _own_first(articles: list[dict[str, Any]], url: str, tree: HtmlElement) -> list[dict[str, Any]]:
    """The page's own article before those that it recommends: by its address, or else by its heading."""
    heads = {_line(str(node.text_content())) for node in tree.iter("h1", "title")}

    def strange(found: dict[str, Any]) -> int:
        if _page_of(url) in {_page_of(address) for address in _addresses(found)}:
            return 0
        headline = found.get("headline")
        return 1 if isinstance(headline, str) and any(_line(headline) in head for head in heads) else 2

    return sorted(articles, key=strange) if len(articles) > 1 else articles


def _addresses(found: dict[str, Any]) -> Iterator[str]:
    for key in ("url", "@id", "mainEntityOfPage"):
        value = found.get(key)
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str):
            yield value


def _page_of(address: str) -> str:
    """Without scheme, www, query and fragment."""
    return re.sub(r"^https?://(?:www\.)?|[?#].*$|/$", "", address)


def _type(found: dict[str, Any]) -> str:
    kind = found.get("@type", "")
    return " ".join(map(str, kind)) if isinstance(kind, list) else str(kind)


def _calls_itself_article(meta: dict[str, list[str]], tree: HtmlElement) -> bool:
    return "article" in meta.get("og:type", []) or next(tree.iter("article"), None) is not None


def _collects(objects: list[dict[str, Any]]) -> bool:
    return any(_COLLECTION.search(_type(found)) for found in objects)


def _fronts(meta: dict[str, list[str]]) -> bool:
    return not _FRONTS.isdisjoint(kind.lower() for kind in meta.get("og:type", []))


# --- who and what ---------------------------------------------------------------------------------------------------


def _authors(articles: list[dict[str, Any]], meta: dict[str, list[str]]) -> tuple[str, ...]:
    names = [name for found in articles for name in _names(found.get("author"))] or [
        name for key in _AUTHORS for name in meta.get(key, [])
    ]
    clean = map(_line, names)
    return tuple(
        dict.fromkeys(name for name in clean if name and not name.startswith(("http", "@")) and len(name) < 100)
    )[:_MANY]


def _names(author: Any) -> Iterator[str]:
    if isinstance(author, str):
        yield author
    elif isinstance(author, dict) and isinstance(author.get("name"), str | list):
        yield from _names(author["name"])
    elif isinstance(author, list):
        for one in author:
            yield from _names(one)


def _title(articles: list[dict[str, Any]], meta: dict[str, list[str]], tree: HtmlElement) -> str:
    """The headline that the page itself shows, where metadata agree; without the name of the site."""
    shown = [_line(node.text_content()) for node in tree.iter("h1")]
    told = [_line(str(found["headline"])) for found in articles if isinstance(found.get("headline"), str)]
    told += [_line(text) for key in _TITLES for text in meta.get(key, [])]
    head = _line(next((node.text_content() for node in tree.iter("title")), ""))
    for heading in shown:
        if len(heading) > 8 and any(heading == other or heading in other for other in [*told, head]):
            return heading
    sites = {_line(text).casefold() for key in _SITES for text in meta.get(key, [])}
    return next((_bare(text, sites) for text in [*told, *shown, head] if text), "")


def _line(text: str) -> str:
    """One line without markup: metadata hold escaped tags, and whoever shows a title must not meet one."""
    bare = _TAG.sub(" ", _CONTROL.sub("", html.unescape(text[:_LONGEST])))
    return _LIKE_A_TAG.sub("< ", " ".join(bare.split()))


def _bare(title: str, sites: set[str]) -> str:
    parts = _PARTED.split(title)
    return (
        title[: title.rfind(parts[-1])].rstrip(" |–—»·:-")
        if len(parts) > 1 and parts[-1].casefold() in sites
        else title
    )

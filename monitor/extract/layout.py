"""What the layout of a page says before a word is read: what only leads elsewhere, and which tables are no tables.

Menus, lists of headlines, cards of other stories (a headline that is a link, often with a sentence below), readers'
comments and banners are taken out of the tree, so that neither the extractor nor the judge, nor who looks for the date,
takes another story's teaser for the article.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.html import HtmlElement

_HEADLINE = 20  # columns; a link that fills its line and is as wide names a story, a narrower one a section
_WIDE_HEADLINE = 12  # the same in Chinese, Japanese and Korean: six letters
_FILLS = 0.7  # of its line; the rest is a date, a section, a number of comments
_CARD = 400  # columns; what is longer is no teaser
_ALIKE = 3  # neighbours make a list of cards; two do where they also share their class
_MENU_LINKS = 3
_MENU_SHARE = 0.8  # of the letters are links
_MENU_RUN = 30  # columns; in a menu nothing that long stands outside of a link
_SEPARATOR = 3  # letters at most: "|", " / ", "»"
_MOST_LINKS = 2_000
_NEIGHBOURS = 20  # looked at on each side of a link: its line is not longer
_BANNER = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|ccpa)[_-]?"
    r"(?:banner|bar|notice|wall|popup|modal|overlay|layer|message|dialog|law|box|info|prompt|container|alert)s?(?:$|[\s_-])"
    r"|onetrust|didomi|usercentrics|cookiebot|qc-cmp|sp_message|truste|fc-consent|iubenda-cs|osano-cm|cky-consent",
    re.IGNORECASE,
)
_TALK = re.compile(
    r"(?:^|\s)(?:comments?(?:[_-]{1,2}(?:list|section|thread|area|wrapper|container|block|form))?|disqus_thread|respond)(?:\s|$)",
    re.IGNORECASE,
)
_OVER = frozenset(("dialog", "alertdialog"))
_COOKIE = re.compile(
    r"cookie|consent|çerez|informasjonskapsler|evästei|kakor|zgod|súhlas|souhlas|クッキー|쿠키", re.IGNORECASE
)
_LONGEST_BANNER = 2_500  # columns; what is longer holds more than the question
_SENTENCE = re.compile(r"[^.]\.$|[。।۔؟]$")
"""A link that ends like a sentence is one of the article: headlines have no full stop."""
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "br", "button", "dd", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main",
    "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "th", "tr", "ul",
))  # fmt: skip
_WHOLE = ("p", "div", "li", "article", "section", "header", "h1", "h2", "h3", "h4", "h5", "h6", "figure")
"""Within a link they make it a card."""
_HEADINGS = frozenset(("dt", "h2", "h3", "h4"))
_BELOW = frozenset(("dd", "p", "div"))
_SILENT = frozenset(["script", "style", "noscript", "template", "svg", "head", "iframe", "select", "option"])
_MANY = ""
"""In place of an address: more than one story is named in this part."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What was taken out of a tree."""

    cards: int
    """Teasers of other stories."""
    banners: int
    """Questions for consent."""


def clear(tree: HtmlElement, url: str) -> Layout:
    """Take menus and cards out of the tree, and turn tables that only place things into plain parts."""
    _untable(tree)
    _drop([node for node in tree.iter("div", "section", "aside", "ul", "ol") if _TALK.search(_named(node))])
    banners = _banners(tree)
    _drop(banners)
    cards = list(_cards(tree, url))
    menus = list(_menus(tree))
    _drop(cards)
    _drop(menus)
    return Layout(len(cards), len(banners))


def _drop(parts: Iterable[HtmlElement]) -> None:
    for part in parts:
        if part.getparent() is not None:
            part.drop_tree()


def _banners(tree: HtmlElement) -> list[HtmlElement]:
    """What lies over a page to ask for consent; a page that is a wall has nothing else, and is empty without it."""
    asks = (
        node
        for node in tree.iter("div", "section", "aside", "dialog", "form")
        if _BANNER.search(_named(node)) or (node.get("role") in _OVER and _COOKIE.search(str(node.text_content())))
    )
    return [node for node in asks if columns(_text(node)) <= _LONGEST_BANNER]


def _named(node: HtmlElement) -> str:
    return f"{node.get('id') or ''} {node.get('class') or ''}"


def columns(line: str) -> int:
    """Width as a terminal shows it: a letter of Chinese, Japanese or Korean says about as much as two others."""
    if line.isascii():
        return len(line)
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


def _untable(tree: HtmlElement) -> None:
    """A cell that holds paragraphs, headings or another table is a column of the page, not a datum."""
    placing = tree.xpath("//table[.//td[p or h1 or h2 or div or ul or table or form]]")
    for table in placing:
        for node in table.iter("table", "tbody", "tr", "td"):
            node.tag = "div"


# --- cards ------------------------------------------------------------------------------------------------------------


def _cards(tree: HtmlElement, url: str) -> Iterator[HtmlElement]:
    """Parts that stand beside others of their kind, and name one other story each."""
    owners: dict[HtmlElement, str] = {}
    named = [(link, target) for link, target in _headlines(tree, url) if _claim(link, target, owners)]
    groups: dict[HtmlElement, dict[HtmlElement, None]] = defaultdict(dict)
    for link, target in named:
        box = link
        while (outer := box.getparent()) is not None and owners.get(outer) == target:
            box = outer
        if outer is not None:
            groups[outer][box] = None
    for boxes in groups.values():
        alike = _alike(boxes)
        for box in alike:
            if columns(_text(box)) <= _CARD:
                yield box
                yield from _summary(box)


def _headlines(tree: HtmlElement, url: str) -> Iterator[tuple[HtmlElement, str]]:
    here = urldefrag(url).url
    for count, link in enumerate(tree.iter("a")):
        if count >= _MOST_LINKS:
            return
        href = link.get("href")
        if not href or href.startswith(("#", "javascript:", "mailto:")):
            continue
        text = _text(link)
        width = columns(text)
        if width < (_HEADLINE if width == len(text) else _WIDE_HEADLINE) or _SENTENCE.search(text):
            continue
        fills = _holds_blocks(link) or width >= _FILLS * (width + _around(link))
        if fills and urldefrag(_joined(url, href)).url != here:
            yield link, href


def _joined(url: str, href: str) -> str:
    try:
        return urljoin(url, href)
    except ValueError:  # "http://[" is no address
        return href


def _claim(link: HtmlElement, target: str, owners: dict[HtmlElement, str]) -> bool:
    """Everything around a headline holds its story; where it holds another one already, it holds many."""
    node: HtmlElement | None = link
    while node is not None:
        owner = owners.get(node)
        if owner is None:
            owners[node] = target
        elif owner != target:
            while node is not None and owners.get(node) != _MANY:
                owners[node] = _MANY
                node = node.getparent()
            return True
        node = node.getparent()
    return True


def _alike(boxes: Iterable[HtmlElement]) -> list[HtmlElement]:
    kinds: dict[tuple[str, str | None], list[HtmlElement]] = defaultdict(list)
    tags: dict[str, int] = defaultdict(int)
    for box in boxes:
        kinds[box.tag, box.get("class")].append(box)
        tags[box.tag] += 1
    return [
        box
        for (tag, named), found in kinds.items()
        if tags[tag] >= _ALIKE or (named and len(found) > 1)
        for box in found
    ]


def _summary(heading: HtmlElement) -> Iterator[HtmlElement]:
    """The one paragraph below a heading that is a link, where another such heading, or nothing, comes next."""
    if heading.tag not in _HEADINGS or (below := heading.getnext()) is None or below.tag not in _BELOW:
        return
    after = below.getnext()
    if (after is None or after.tag == heading.tag) and columns(_text(below)) <= _CARD:
        yield below


def _holds_blocks(link: HtmlElement) -> bool:
    return next(link.iterdescendants(*_WHOLE), None) is not None


def _around(link: HtmlElement) -> int:
    """Letters of the link's line outside of the link, up to the next block or line break on either side."""
    node, outside = link, 0
    while (outer := node.getparent()) is not None:
        outside += _before(node) + _after(node)
        if outer.tag in _BLOCKS:
            break
        node = outer
    return outside


def _after(node: HtmlElement) -> int:
    outside = len((node.tail or "").strip())
    for count, other in enumerate(node.itersiblings()):
        if other.tag in _BLOCKS or count >= _NEIGHBOURS:
            break
        outside += len(_text(other)) + len((other.tail or "").strip())
    return outside


def _before(node: HtmlElement) -> int:
    outside = 0
    for count, other in enumerate(node.itersiblings(preceding=True)):
        outside += len((other.tail or "").strip())
        if other.tag in _BLOCKS or count >= _NEIGHBOURS:
            return outside
        outside += len(_text(other))
    outer = node.getparent()
    return outside + (len((outer.text or "").strip()) if outer is not None else 0)


def _text(node: HtmlElement) -> str:
    return " ".join(str(node.text_content()).split())


# --- menus ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Letters:
    """Of one part of the tree."""

    every: int = 0
    linked: int = 0
    links: int = 0
    run: int = 0
    """The longest piece outside of links, in columns."""

    def take(self, piece: str | None, *, linked: bool) -> None:
        bare = piece.strip() if piece else ""
        if not bare or bare.startswith("©"):
            return
        letters = len(bare) if len(bare) > _SEPARATOR else sum(map(str.isalnum, bare))
        self.every += letters
        if linked:
            self.linked += letters
        else:
            self.run = max(self.run, columns(bare[:_MENU_RUN]))

    def add(self, other: _Letters) -> None:
        self.every += other.every
        self.linked += other.linked
        self.links += other.links
        self.run = max(self.run, other.run)

    def is_menu(self, tag: str) -> bool:
        """In a paragraph, links may be the names of a list: "Injured in: Ulm, Bonn"."""
        share = 1 if tag == "p" else _MENU_SHARE
        return self.links >= _MENU_LINKS and self.run < _MENU_RUN and self.linked >= share * self.every > 0


def _menus(tree: HtmlElement) -> list[HtmlElement]:
    """The outermost parts that are links and little else."""
    found: dict[HtmlElement, _Letters] = {}
    inside = set(tree.iter("a"))
    for link in list(inside):
        inside.update(link.iterdescendants())
    for node in reversed(list(tree.iter())):
        if not isinstance(node.tag, str) or node.tag in _SILENT:
            continue
        letters = _Letters()
        linked = node in inside
        letters.take(node.text, linked=linked)
        for child in node:
            if child in found:
                letters.add(found[child])
            letters.take(child.tail, linked=linked)
        letters.links += node.tag == "a" and letters.every > 0
        found[node] = letters
    body = tree.find("body")
    menus: list[HtmlElement] = []
    waiting = list(body) if body is not None else []
    while waiting:
        node = waiting.pop()
        if (inner := found.get(node)) is None or inner.links < _MENU_LINKS:
            continue
        if inner.is_menu(node.tag) and node.tag in _BLOCKS:
            menus.append(node)
        else:
            waiting.extend(node)
    return menus

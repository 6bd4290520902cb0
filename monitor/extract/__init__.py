"""A page becomes an article: its text by trafilatura, its date from what the page says of itself, and no furniture.

bytes -> charset.decode -> tree -> layout.clear -> metadata.read -> trafilatura -> referee.settle
      -> furniture.sort -> furniture.judge -> Page
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import lxml.html
import trafilatura
from lxml import etree

from monitor.errors import PageError
from monitor.extract import furniture, layout, metadata, referee
from monitor.text import charset
from monitor.values import Page

if TYPE_CHECKING:
    from datetime import datetime

_LARGEST = 20_000_000  # bytes
_CONTROLS = bytes({*range(0x20), 0x7F} - {0x09, 0x0A, 0x0D})
_NO_LETTER = re.compile(
    rb"\xef\xbf[\xbe\xbf]|&#(?:0*(?:[1-8]|1[124-9]|2\d|3[01]|6553[45])(?!\d)|x0*(?:[1-8bcef]|1[0-9a-f]|fff[ef])(?![0-9a-f]));?",
    re.IGNORECASE,
)
"""What XML forbids, and what stands for it: libxml2 reads them into its tree, and lxml refuses to move them."""


def read(html: bytes, *, url: str, content_type: str | None = None, now: datetime | None = None) -> Page:
    """The article on a page; `usable` is False, with the reason, where the page holds furniture instead of one.

    Raises PageError for bytes that are no page at all. `now` closes the window of honest dates.
    """
    tree = _tree(html, url, content_type)
    language = (tree.get("lang") or "")[:2].lower() or None
    cleared = layout.clear(tree, url)
    about = metadata.read(tree, url, language, now)
    text = referee.settle(_text(tree, url), about.body)
    sorting = furniture.sort(about, text, tree)
    reason = furniture.judge(about, sorting, cleared)
    return Page(
        title=about.title,
        text="\n".join(sorting.kept).strip() if reason is None else text,
        published=about.published,
        authors=about.authors,
        usable=reason is None,
        reason=reason,
    )


def _tree(html: bytes, url: str, content_type: str | None) -> lxml.html.HtmlElement:
    if len(html) > _LARGEST:
        raise PageError(url, f"{len(html) / 1e6:.0f} MB is more than any article has")
    if not html.strip(b"\x00 \t\r\n"):
        raise PageError(url, "the answer is empty")
    if html.startswith(b"%PDF"):
        raise PageError(url, "a PDF file, not a page")
    text = charset.decode(html, content_type).text.encode("utf-8", "ignore")
    try:
        tree = lxml.html.document_fromstring(_NO_LETTER.sub(b"", text.translate(None, _CONTROLS)), _parser())
    except (etree.ParserError, ValueError) as error:
        raise PageError(url, "no HTML that can be read") from error
    return tree


def _parser() -> lxml.html.HTMLParser:
    return lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)


def _text(tree: lxml.html.HtmlElement, url: str) -> str:
    """Paragraphs of the article, parted by newlines."""
    found = trafilatura.bare_extraction(tree, url=url, include_comments=False, with_metadata=False)
    return "" if found is None else str(getattr(found, "text", None) or "").strip()

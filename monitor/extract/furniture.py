"""Is this an article, or what sites show instead of one: cookie walls, paywalls, log-ins, error pages, lists of links?

Two errors are possible. Furniture let through is matched and, worse, merges with the furniture of other pages into one
story; an article refused is still matched on its feed's own text. So a page is refused when in doubt. But a short
article is no doubt: what counts is that something is left once all that speaks to the reader is taken away.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.extract import phrases

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from monitor.extract.metadata import About

_LEAST = 60  # columns of reporting: one short sentence
_STUB = 450  # columns; a teaser before a paywall is shorter, an article above an offer to subscribers is longer
_LOCKED_STUB = 700  # where the page itself says that it is not free; two stubs of the 222 real pages have 520 and 640
_LONG = 1_500  # columns of reporting that no amount of furniture around it makes doubtful
_SPARSE = 110  # columns a phrase; reporting has one in 1,000, furniture one in 30 to 90
_SPARSE_UNSAID = 200  # the same on a page that nowhere says that it is an article
_HEADING = 60  # columns; a shorter line without a full stop is a heading, a menu or a caption
_MOST_LINKS = 500
_STOPS = tuple(".!?…。．！？।॥؟۔።။។」』”\"»)）”'’")
_MENU = re.compile(r"\s[|·•›/]\s")
_BULLET = re.compile(r"^[\s\-–•*·]+|^\d{1,2}[.)]\s+")

_WHY = {
    "missing": "an error page: what was asked for is not there",
    "robot": "a check whether the reader is a robot",
    "script": "a page that needs another browser or JavaScript",
    "adblock": "a notice on blocked advertisements",
    "consent": "a consent wall",
    "login": "a log-in page",
    "locked": "a paywall: the article is for subscribers",
    "subscribe": "an offer to subscribe",
    "newsletter": "an invitation to a newsletter",
    "verify": "an account message",
    "error": "an error message",
    "player": "a player without a text",
    "share": "a page of buttons",
    "more": "a list of other stories",
    "rights": "a notice of rights",
}
_AROUND = ("share", "more", "rights")
"""Themes that stand around everything: the reason only where there is no other."""


@dataclass(slots=True)
class _Sorted:
    """The columns of a text by what they are."""

    reporting: int = 0
    furniture: int = 0
    links: int = 0
    themes: dict[str, int] = field(default_factory=dict)


def judge(about: About, text: str, tree: HtmlElement) -> str | None:
    """Why a page is no article, in the operator's words; None where it is one."""
    found = _sort(about.title, text, _links(tree), _SPARSE if about.says_article else _SPARSE_UNSAID)
    if found.reporting >= _LONG and found.reporting > found.links:
        return None
    if found.reporting < _LEAST or found.reporting < found.furniture:
        return _reason(found)
    if found.links > found.reporting:
        return "a list of links"
    stub = _LOCKED_STUB if about.locked else _STUB if "locked" in found.themes else 0
    return _WHY["locked"] if found.reporting < stub else None


def _reason(found: _Sorted) -> str:
    if found.links > found.furniture:
        return "a list of links"
    if not found.themes:
        return "no text"
    return _WHY[max(found.themes, key=lambda theme: (theme == "locked", theme not in _AROUND, found.themes[theme]))]


def _sort(title: str, text: str, links: frozenset[str], sparse: int) -> _Sorted:
    found = _Sorted()
    for line in text.split("\n"):
        bare = _BULLET.sub("", line).strip()
        width = _columns(bare)
        signs = phrases.find(bare)
        if signs and width / len(signs) <= sparse:
            found.furniture += width
            for sign in signs:
                found.themes[sign.theme] = found.themes.get(sign.theme, 0) + 1
        elif bare in links:
            found.links += width
        elif bare != title and not _is_heading(bare, width):
            found.reporting += width
    return found


def _columns(line: str) -> int:
    """Width as a terminal shows it: a letter of Chinese, Japanese or Korean says about as much as two others."""
    if line.isascii():
        return len(line)
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


def _is_heading(line: str, width: int) -> bool:
    return len(_MENU.findall(line)) >= 2 or (width < _HEADING and not line.endswith(_STOPS))


def _links(tree: HtmlElement) -> frozenset[str]:
    nodes = tree.xpath("//a[@href]")[:_MOST_LINKS]
    return frozenset(text for node in nodes if len(text := " ".join(str(node.text_content()).split())) > 3)

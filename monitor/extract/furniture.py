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
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from monitor.extract.metadata import About
    from monitor.extract.phrases import Phrase

_LEAST = 60  # columns of reporting: one short sentence
_STUB = 450  # columns; a teaser before a paywall is shorter, an article above an offer to subscribers is longer
_LOCKED_STUB = 700  # where the page itself says that it is not free; two stubs of the 222 real pages have 520 and 640
_LONG = 1_500  # columns of reporting that no amount of furniture around it makes doubtful
_SPARSE = 110
"""Columns a phrase. The articles of 222 real pages have one in 4,500 (the fullest tenth of those that have any: one in
300 to 1,100), the texts of 12 pages of furniture one in 33 (20 to 59). By line: all 37 lines of furniture with a phrase
are denser than this, and 33 of the 210 lines of reporting with one."""
_SPARSE_UNSAID = 200  # the same on a page that nowhere says that it is an article
_BUTTON = 40  # columns; a line that short, made up of such words, is one
_COVERED = 0.4  # of a button by the words of the list
_HEADING = 60  # columns; a shorter line without a full stop is a heading, a menu or a caption
_MENTION = 25  # columns; a shorter line that is all link is a name or a place within an article
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
class Sorting:
    """The lines of a text by what they are, in columns; `kept` is without furniture, links and the title."""

    reporting: int = 0
    furniture: int = 0
    links: int = 0
    themes: dict[str, int] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)

    def count(self, signs: Sequence[Phrase], width: int) -> None:
        self.furniture += width
        for sign in signs:
            self.themes[sign.theme] = self.themes.get(sign.theme, 0) + 1


def sort(about: About, text: str, tree: HtmlElement) -> Sorting:
    """Tell the lines that report from those that speak to the reader and from those that only lead elsewhere."""
    found, links = Sorting(), _links(tree)
    sparse = _SPARSE if about.says_article else _SPARSE_UNSAID
    for line in text.split("\n"):
        bare = _BULLET.sub("", line).strip()
        width = _columns(bare)
        signs = phrases.find(bare)
        if _speaks_to_reader(signs, width, sparse):
            found.count(signs, width)
        elif bare in links and width > _MENTION:
            found.links += width
        elif bare != about.title:
            found.reporting += 0 if _is_heading(bare, width) else width
            found.kept.append(line)
    return found


def judge(about: About, found: Sorting) -> str | None:
    """Why a page is no article, in the operator's words; None where it is one."""
    if found.reporting >= _LONG and found.reporting > found.links:
        return None
    if found.reporting < _LEAST or found.reporting < found.furniture:
        return _reason(found)
    if found.links > found.reporting:
        return "a list of links"
    stub = _LOCKED_STUB if about.locked else _STUB if "locked" in found.themes else 0
    return _WHY["locked"] if found.reporting < stub else None


def _reason(found: Sorting) -> str:
    if found.links > found.furniture:
        return "a list of links"
    if not found.themes:
        return "no text"
    return _WHY[max(found.themes, key=lambda theme: (theme == "locked", theme not in _AROUND, found.themes[theme]))]


def _speaks_to_reader(signs: Sequence[Phrase], width: int, sparse: int) -> bool:
    """Many phrases for its width; words that news use as well count beside a sure one, or on a button."""
    if any(sign.sure for sign in signs):
        return width / len(signs) <= sparse
    return width <= _BUTTON and sum(sign.end - sign.start for sign in signs) >= _COVERED * width > 0


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

"""Is this an article, or what sites show instead of one: cookie walls, paywalls, log-ins, error pages, lists of links?

Two errors are possible. Furniture let through is matched and, worse, merges with the furniture of other pages into one
story; an article refused is still matched on its feed's own text. So a page is refused when in doubt. But a short
article is no doubt: what counts is that something is left once all that speaks to the reader is taken away.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.extract import address, layout, phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from monitor.extract.layout import Layout
    from monitor.extract.metadata import About
    from monitor.extract.phrases import Phrase

_LEAST = 36  # columns of reporting: one short sentence
_LEAST_OF_LISTS = (
    300  # the same on a page that calls itself a list: lists open with a sentence or two on what they list
)
_SHORT = 700  # columns; a shorter text is asked whom it speaks to
_ADDRESSED = 0.5  # of a short text speaks to the reader; half of that where its heading does so too
_STUB = 450  # columns; a teaser before a paywall is shorter, an article above an offer to subscribers is longer
_LOCKED_STUB = 700  # where the page itself says that it is not free; two stubs of the 222 real pages have 520 and 640
_LONG = 1_500  # columns of reporting that no amount of furniture around it makes doubtful
_SPARSE = 110
"""Columns a phrase. The articles of 222 real pages have one in 4,500 (the fullest tenth of those that have any: one in
300 to 1,100), the texts of 12 pages of furniture one in 33 (20 to 59). By line: all 37 lines of furniture with a phrase
are denser than this, and 33 of the 210 lines of reporting with one."""
_SPARSE_UNSAID = 200  # the same on a page that nowhere says that it is an article
_FURNISHED = 0.5  # of the furniture's columns must be reporting that speaks to nobody
_CODE = re.compile(r"\W*(?:error\W*)?[45]\d\d\b.{0,20}", re.IGNORECASE)
_ALONE = 80  # columns; in a longer line one phrase is a sign only where the line speaks to the reader
_BUTTON = 40  # columns; a line that short, made up of such words, is one
_COVERED = 0.4  # of a button by the words of the list
_HEADING = 60  # columns; a shorter line without a full stop is a heading, a menu or a caption
_MENTION = 25  # columns; a shorter line that is all link is a name or a place within an article
_MOST_LINKS = 500
_REPEATED = 8  # letters; a shorter line may honestly stand there again
_TWICE = 2
_FOR_MACHINES = re.compile(r"https?://\S+|\d{4}-\d\d-\d\dT\S+")
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
    "age": "a check of the reader's age",
    "app": "an invitation to an app",
    "live": "a live ticker without its entries",
    "front": "a page that only leads to articles",
    "links": "a list of links",
    "address": "a page that speaks to its reader and reports nothing",
    "nothing": "no text",
}
_AROUND = ("share", "more", "rights")
"""Themes that stand around everything: the reason only where there is no other."""


@dataclass(slots=True)
class Sorting:
    """The lines of a text by what they are, in columns; `kept` is without furniture, links and the title."""

    reporting: int = 0
    addressed: int = 0
    """Of the reporting: sentences that speak to the reader."""
    furniture: int = 0
    links: int = 0
    themes: dict[str, int] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    heads: list[list[Phrase]] = field(default_factory=list)
    """Of the headings that speak to the reader: their phrases."""

    def count(self, signs: Sequence[Phrase], width: int) -> None:
        self.furniture += width
        for sign in signs:
            self.themes[sign.theme] = self.themes.get(sign.theme, 0) + 1


def sort(about: About, text: str, tree: HtmlElement) -> Sorting:
    """Tell the lines that report from those that speak to the reader and from those that only lead elsewhere."""
    speaker = address.Speaker(about.language, "\n".join([*about.headings, text]))
    found, links = (
        Sorting(heads=[signs for head in about.headings if (signs := _heading(head, speaker)) is not None]),
        _links(tree),
    )
    sparse = _SPARSE if about.says_article else _SPARSE_UNSAID
    for line in _once(text):
        bare = _BULLET.sub("", line).strip()
        width = layout.columns(bare)
        signs = phrases.find(bare)
        if _speaks_to_reader(signs, width, sparse) and (len(signs) > 1 or width <= _ALONE or speaker.speaks(bare)):
            found.count(signs, width)
        elif bare in links and width > _MENTION:
            found.links += width
        elif bare != about.title:
            found.kept.append(line)
            if not _is_heading(bare, width):
                found.addressed += _addressed(bare, speaker) if found.reporting < _LONG else 0
                found.reporting += width
    return found


def _addressed(line: str, speaker: address.Speaker) -> int:
    return sum(map(layout.columns, speaker.speaks(line)))


def _once(text: str) -> list[str]:
    """The lines without what stands there for machines; of those that players and galleries repeat, the first.

    A sentence that comes twice is repeated, and so is whatever comes three times; a list of towns may come twice.
    """
    lines = [line for line in text.split("\n") if not _FOR_MACHINES.fullmatch(line.strip("-•* "))]
    often = Counter(line.strip() for line in lines if len(line.strip()) > _REPEATED)
    again: set[str] = set()
    kept = []
    for line in lines:
        bare = line.strip()
        if bare not in again:
            kept.append(line)
        if often[bare] > _TWICE or (often[bare] == _TWICE and bare.endswith(_STOPS)):
            again.add(bare)
    return kept


def judge(about: About, found: Sorting, cleared: Layout) -> str | None:
    """Why a page is no article, in the operator's words; None where it is one."""
    if found.reporting >= _LONG and found.reporting > found.links:
        return None
    news = found.reporting - found.addressed
    if found.reporting < _LEAST or news < _FURNISHED * found.furniture:
        return _reason(found, cleared)
    if about.leads and found.reporting < _LEAST_OF_LISTS:
        return _WHY["front"]
    if found.links > found.reporting:
        return _WHY["links"]
    if found.reporting < _SHORT and (speaks := _speaking(found, cleared)):
        return speaks
    stub = _LOCKED_STUB if about.locked else _STUB if "locked" in found.themes else 0
    return _WHY["locked"] if found.reporting < stub else None


def _speaking(found: Sorting, cleared: Layout) -> str | None:
    """Why a short text is none that reports: most of it speaks to the reader, or much of it under such a heading."""
    share = _ADDRESSED / 2 if found.heads else _ADDRESSED
    if found.addressed + found.furniture <= share * (found.reporting + found.furniture):
        return None
    themes = [sign.theme for signs in found.heads for sign in signs]
    return _WHY[themes[0]] if themes else _reason(found, cleared)


def _heading(heading: str, speaker: address.Speaker) -> list[Phrase] | None:
    """The phrases in a heading that speaks to the reader; None for one that does not."""
    signs = [sign for sign in phrases.find(heading) if sign.sure and sign.theme not in _AROUND]
    covered = sum(sign.end - sign.start for sign in signs)
    if covered >= _COVERED * len(heading) > 0 or _CODE.fullmatch(heading):
        return signs
    return [] if speaker.speaks(heading) else None


def _reason(found: Sorting, cleared: Layout) -> str:
    if found.links > found.furniture:
        return _WHY["links"]
    if not found.themes:
        return _WHY[
            "address" if found.addressed else "consent" if cleared.banners else "front" if cleared.cards else "nothing"
        ]
    return _WHY[max(found.themes, key=lambda theme: (theme == "locked", theme not in _AROUND, found.themes[theme]))]


def _speaks_to_reader(signs: Sequence[Phrase], width: int, sparse: int) -> bool:
    """Many phrases for its width; words that news use as well count beside a sure one, or on a button."""
    if any(sign.sure for sign in signs):
        return width / len(signs) <= sparse
    return width <= _BUTTON and sum(sign.end - sign.start for sign in signs) >= _COVERED * width > 0


def _is_heading(line: str, width: int) -> bool:
    return len(_MENU.findall(line)) >= 2 or (width < _HEADING and not line.endswith(_STOPS))


def _links(tree: HtmlElement) -> frozenset[str]:
    nodes = tree.xpath("//a[@href]")[:_MOST_LINKS]
    return frozenset(text for node in nodes if len(text := " ".join(str(node.text_content()).split())) > 3)

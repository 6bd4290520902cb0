"""One item per article, whatever a feed does with its GUIDs: is what a feed announces new, known, or known and edited?

An article is known by its page's address in every form (`addresses.canonical`). A GUID alone proves nothing: some
change with each poll, some are the same for all. Where an entry has no page of its own, its words stand for it.

To take two articles for one loses the second; to take one for two costs a fetch, and a story that says "copy". So on
one page a new title is an edit only while nothing else speaks of another article.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.feeds import addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from monitor.values import Item


@dataclass(frozen=True, slots=True)
class Known:
    """An article that a feed announced before, as it last read."""

    id: int
    identity: str
    guid: str
    title: str
    summary: str
    published: datetime | None


@dataclass(frozen=True, slots=True)
class Settled:
    """An announced item, and which known one it is; None: a new one."""

    item: Item
    known: Known | None

    @property
    def edited(self) -> bool:
        """The words changed since they were last read."""
        known = self.known
        if known is None:
            return False
        words = self.item.title or known.title, self.item.summary or known.summary
        return words != (known.title, known.summary)


def identity(url: str | None, title: str, summary: str, otherwise: str) -> str:
    """What an article is known by: its page, and its words where it has no page of its own.

    `otherwise` tells entries apart that have neither page nor words.
    """
    page = addresses.canonical(url) if url else ""
    if url and not addresses.leads_to_no_article(page):
        return f"{page} {fold(title)}" if addresses.part(url) else page
    words = f"{fold(title)}\n{fold(summary)}".strip() or fold(otherwise)
    return f"words:{hashlib.sha256(words.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def fold(title: str) -> str:
    """Titles that differ in letter case and spaces alone are the same."""
    return " ".join(title.casefold().split())


def settle(items: Iterable[Item], known: Iterable[Known]) -> list[Settled]:
    """Each article of one document beside the known one that it is; what the document says twice stands once.

    A known article with the same title is claimed first, so that of two articles on one page none is the other's edit.
    """
    pages, guids = _by(known, lambda each: each.identity), _by(known, lambda each: each.guid)
    said: dict[tuple[str, str], Item] = {}
    for item in items:
        said.setdefault((item.key, fold(item.title)), item)
    once = list(said.values())
    found = [_told_before(item, pages[item.key], guids[item.guid]) for item in once]
    claimed = {each.id for each in found if each}
    settled = []
    for item, same in zip(once, found, strict=True):
        edited = same or _edited(item, [each for each in pages[item.key] if each.id not in claimed])
        claimed |= {edited.id} if edited else set()
        settled.append(Settled(item, edited))
    return settled


def _by(known: Iterable[Known], name: Callable[[Known], str]) -> dict[str, list[Known]]:
    found: dict[str, list[Known]] = defaultdict(list)
    for each in known:
        found[name(each)].append(each)
    return found


def _told_before(item: Item, on_page: list[Known], with_guid: list[Known]) -> Known | None:
    """The same title on the same page; or, where a page moved, the same GUID, title and time."""
    same = (each for each in on_page if not (item.title and each.title) or fold(each.title) == fold(item.title))
    moved = (each for each in with_guid if item.guid and item.published and _moved(item, each))
    return next(same, None) or next(moved, None)


def _moved(item: Item, known: Known) -> bool:
    return bool(item.title) and fold(known.title) == fold(item.title) and known.published == item.published


def _edited(item: Item, unclaimed: list[Known]) -> Known | None:
    """The known article on the same page that this one may be with a new title: the likest, then the latest."""
    likely = sorted(unclaimed, key=lambda each: (_agrees(item, each), each.id), reverse=True)
    return next((each for each in likely if _agrees(item, each) or not _differs(item, each)), None)


def _agrees(item: Item, known: Known) -> int:
    same_guid = bool(item.guid) and item.guid == known.guid
    return same_guid + (item.published is not None and item.published == known.published)


def _differs(item: Item, known: Known) -> bool:
    """A GUID or a time of its own speaks of another article; where there is neither, a new title is an edit."""
    other_guid = bool(item.guid and known.guid) and item.guid != known.guid
    return other_guid or (None not in (item.published, known.published) and item.published != known.published)

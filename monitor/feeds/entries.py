"""What parsers find becomes items: plain text, honest dates, web addresses only, one item per article."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.feeds import addresses, plain, sameness
from monitor.text import timestamps
from monitor.values import Item

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime


MOST = 100_000
"""Entries of one feed; the largest of 99 real ones has 300, and 100,000 take 3 to 4 s."""


@dataclass(slots=True)
class Entry:
    """One entry as it stands in the feed: raw strings, in the order of preference."""

    title: str = ""
    links: list[str] = field(default_factory=list)
    guid: str = ""
    dates: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    base: str = ""
    rest: str = ""
    """Whatever else an entry says that has neither title nor link nor text: it tells such entries apart."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known beside the entry: where the feed lives, its language, and the time."""

    url: str
    language: str | None
    now: datetime | None


def items(entries: Sequence[Entry], reading: Reading) -> tuple[Item, ...]:
    """The entries as items, in feed order; an entry that says again what an earlier one said is left out."""
    guids = Counter(entry.guid.strip() for entry in entries)
    found: dict[tuple[str, str], Item] = {}
    for entry in entries:
        item = _item(entry, reading, alone=guids[entry.guid.strip()] == 1)
        found.setdefault((item.key, sameness.fold(item.title)), item)
    return tuple(found.values())


def _item(entry: Entry, reading: Reading, *, alone: bool) -> Item:
    """`alone`: no other entry has this GUID; one that several have says nothing."""
    title, guid = plain.line(entry.title), plain.line(entry.guid)
    url = addresses.first(entry.links, entry.base or reading.url) or addresses.first([entry.guid], "")
    texts = (plain.text(text) for text in sorted(entry.texts, key=len, reverse=True))
    summary = next(filter(None, texts), "")
    return Item(
        key=sameness.identity(url, title, summary, guid or entry.rest),
        url=url,
        title=title,
        summary=summary,
        published=_first(timestamps.read(date, language=reading.language, now=reading.now) for date in entry.dates),
        guid=guid if alone else "",
    )


def _first(dates: Iterable[datetime | None]) -> datetime | None:
    return next((date for date in dates if date), None)

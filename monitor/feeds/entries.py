"""What parsers find becomes items: plain text, honest dates, web addresses only, one item per article."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit, urlunsplit

from monitor.feeds import plain
from monitor.text import timestamps
from monitor.values import Item

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

_LONGEST_URL = 4_000  # characters; servers refuse longer ones
_TRACKING = (
    "utm_", "fbclid", "gclid", "dclid", "msclkid", "yclid", "mc_cid", "mc_eid", "igshid", "at_medium", "at_campaign",
    "at_custom", "at_format", "xtor", "wt_mc", "wt.mc_id", "cmpid", "cmp=", "ns_campaign", "ns_mchannel", "ns_source",
    "_openstat",
)  # fmt: skip


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
    found: dict[str, Item] = {}
    for entry in entries:
        url = address(entry.links, entry.base or reading.url) or address([entry.guid], "")
        item = _item(entry, url, reading, alone=guids[entry.guid.strip()] == 1)
        found.setdefault(item.key, item)
    return tuple(found.values())


def _item(entry: Entry, url: str | None, reading: Reading, *, alone: bool) -> Item:
    title = plain.line(entry.title)
    texts = (plain.text(text) for text in sorted(entry.texts, key=len, reverse=True))
    summary = next(filter(None, texts), "")
    guid = plain.line(entry.guid)
    return Item(
        key=(guid if alone and guid else "")
        or " ".join(filter(None, (url, title)))
        or summary[:500]
        or guid
        or entry.rest,
        url=url,
        title=title,
        summary=summary,
        published=_first(timestamps.read(date, language=reading.language, now=reading.now) for date in entry.dates),
    )


def _first(dates: Iterable[datetime | None]) -> datetime | None:
    return next((date for date in dates if date), None)


def address(links: Iterable[str], base: str) -> str | None:
    """The first link that leads to the web, absolute and without tracking parameters; None where none does."""
    for link in links:
        bare = "".join(link.split()) if link.lstrip()[:4].lower() == "http" else link.strip()
        if not bare or len(bare) > _LONGEST_URL:
            continue
        try:
            parts = urlsplit(bare if bare.lower().startswith(("http://", "https://")) else urljoin(base, bare))
            host = parts.hostname
        except ValueError:  # brackets that hold no IPv6 address
            continue
        if parts.scheme.lower() in ("http", "https") and host:
            return urlunsplit(parts._replace(scheme=parts.scheme.lower(), query=_untracked(parts.query)))
    return None


def _untracked(query: str) -> str:
    if not query:
        return query
    return "&".join(part for part in query.split("&") if not part.lower().startswith(_TRACKING))

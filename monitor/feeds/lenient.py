"""What is not well-formed is read by feedparser, within bounds: RSS, RDF, Atom and CDF as people break them.

Why it goes before libxml2's recovering parse: of 4,914 items of 24 real feeds, each damaged in twelve ways, it gave
4,581 with key, title, address and date as before the damage, libxml2 3,655; the one that finds more items, 4,583.
A stray closing tag (428 against 170), an HTML tag left open (428 against 363) and a warning printed above the feed
(428 against none) make the difference; a truncated feed, a bare ampersand and control characters make none.
It takes ten times as long (35 ms a feed against 4), hence only here.
"""

from __future__ import annotations

import io
import re
from typing import Any
from xml.sax import SAXException

from monitor.feeds.entries import Entry
from monitor.feeds.xml import DATES, Channel, code, rank

_STOPS_AT = (
    ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, SAXException, TypeError, ValueError,
    re.error,
)  # fmt: skip
_STALLS_AT = re.compile(r"<[^<>]{20000}")  # one tag of 100,000 attributes costs it minutes
_LONGEST = 1_000_000  # characters; it reads some 400,000 a second, and a worker has ten seconds
_MOST_TAGS = 60_000  # it reads some 22,000 a second of opening tags that are never closed
_FEED = re.compile(r"<(?:\w+:)?(?:rss|rdf|feed|channel)\b", re.IGNORECASE)
_READ_AS = {"content-type": "application/xml; charset=utf-8"}
_SAID = {"ttl": "ttl", "updateperiod": "sy_updateperiod", "updatefrequency": "sy_updatefrequency"}
"""Of the hours that a feed skips it keeps the last one only: none is better."""
_RDF = ("rss090", "rss10")


def read(bare: str) -> Channel | None:
    """The feed in a document without declaration and doctype; None where feedparser stalls, fails or finds no feed."""
    if not _FEED.search(bare) or _stalls(bare):
        return None
    import feedparser  # noqa: PLC0415 # it costs the start of every worker 0.1 s, and few feeds need it

    try:
        found = feedparser.parse(
            io.BytesIO(bare.encode("utf-8", "ignore")),
            response_headers=_READ_AS,
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except _STOPS_AT:
        return None
    if not found.version and not found.entries:
        return None
    return Channel(
        title=_string(found.feed, "title"),
        language=code(_string(found.feed, "language")),
        link=_string(found.feed, "link"),
        entries=[_entry(entry, rdf=found.version in _RDF) for entry in found.entries],
        whole=False,
        said={name: [said] for name, key in _SAID.items() if (said := _string(found.feed, key))},
    )


def _stalls(bare: str) -> bool:
    return len(bare) > _LONGEST or bare.count("<") > _MOST_TAGS or bool(_STALLS_AT.search(bare))


def _entry(entry: dict[str, Any], *, rdf: bool) -> Entry:
    """RDF's rdf:about, which feedparser calls an id, is an address and no more."""
    identity = _string(entry, "id")
    links = sorted(dict.get(entry, "links", ()), key=rank)
    texts = [_string(content, "value") for content in dict.get(entry, "content", ())]
    title = _string(entry, "title")
    addresses = [_string(entry, "feedburner_origlink")]
    addresses += [_string(link, "href") for link in links if rank(link) < 2]
    link = _string(entry, "link")  # feedparser takes it from a GUID where there is none
    addresses += [link if link != identity or "/" in link else "", identity if rdf else ""]
    texts.append(_string(entry, "summary"))
    telling = title or identity or any(addresses) or any(texts)
    return Entry(
        title=title,
        links=[address for address in addresses if address],
        guid="" if rdf else identity,
        dates=[date for name in DATES if (date := _string(entry, name))],
        texts=[text for text in texts if text],
        rest="" if telling else " ".join(str(value) for value in entry.values() if isinstance(value, str))[:500],
    )


def _string(holder: dict[str, Any], key: str) -> str:
    """dict.get: FeedParserDict lends a missing date the other one, with a warning."""
    value = dict.get(holder, key)
    return value.strip() if isinstance(value, str) else ""

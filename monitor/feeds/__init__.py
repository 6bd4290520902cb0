"""Bytes of a feed become items: any charset, any of the usual forms, any damage that leaves something to read.

bytes -> charset.decode -> xml.read | lenient.read | xml.recover | json.read | sitemap.read -> entries.items
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from monitor.errors import FeedError
from monitor.feeds import addresses, entries, json, lenient, plain, rhythm, sitemap, xml
from monitor.text import charset
from monitor.values import ParsedFeed

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.feeds.xml import Channel

PARSER = 1
"""Rises when the same bytes may give other items than before: each feed is then read anew, once, without validators."""

_LARGEST = 20_000_000  # bytes, unpacked; the largest feed of the slice has 0.6 MB, a feed of 20,000 items 2.4 MB
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_NOT_WHOLE = "not well-formed: read as far as it goes"


def parse(body: bytes, *, url: str, content_type: str | None = None, now: datetime | None = None) -> ParsedFeed:
    """What a feed says: RSS, RDF, Atom, CDF, JSON Feed or a sitemap, whatever it is called.

    `url` is where the bytes came from: relative links are resolved against it. `now` closes the window of honest dates.
    Raises FeedError, naming what came instead.
    """
    if not body.strip(b"\x00 \t\r\n"):
        raise FeedError(url, "the answer is empty")
    text = charset.decode(_unpacked(body, url), content_type).text.lstrip("\ufeff \t\r\n\x00")
    channel = json.read(text) if text.startswith(("{", "[")) else _xml(text, url)
    if channel is None:
        raise FeedError(url, _instead(text))
    if not (channel.entries or channel.children or channel.whole):
        raise FeedError(url, "a feed that breaks off before its first item")
    base = addresses.first([channel.link], url) or url
    return ParsedFeed(
        title=plain.line(channel.title),
        items=entries.items(channel.entries, entries.Reading(base, channel.language, now)),
        language=channel.language,
        note=None if channel.whole else _NOT_WHOLE,
        schedule=rhythm.read(channel.said),
        children=channel.children,
    )


def _xml(text: str, url: str) -> Channel | None:
    """A quick parser for what is well-formed; for the rest feedparser, unless libxml2 finds more items in it."""
    bare = xml.bare(text)
    if sitemap.is_one(bare):
        return sitemap.read(bare, url)
    if channel := xml.read(bare, url):
        return channel
    read, recovered = lenient.read(bare), xml.recover(bare, url)
    if read is None or recovered is None:
        return read or recovered
    return recovered if len(recovered.entries) > len(read.entries) else read


def _unpacked(body: bytes, url: str) -> bytes:
    """A feed that is stored as a .gz file is unpacked, within bounds."""
    if len(body) > _LARGEST:
        raise FeedError(url, f"{len(body) / 1e6:.0f} MB is more than any feed has")
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        unpacked = zlib.decompressobj(wbits=31).decompress(body, _LARGEST)
    except zlib.error as error:
        raise FeedError(url, "a damaged gzip file, not a feed") from error
    return unpacked


def _instead(text: str) -> str:
    """What came in a feed's place, in the words of someone who has to mend it."""
    head = text[:2000]
    if head.startswith("%PDF"):
        return "a PDF file, not a feed"
    if head.startswith(("{", "[")):
        return "JSON that is no JSON Feed"
    if _HTML.search(head):
        return "an HTML page, not a feed"
    return "XML that is no feed" if head.startswith("<") else "neither XML nor JSON: no feed"

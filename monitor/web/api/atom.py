"""Developments as an Atom feed (RFC 4287), for every reader of feeds: one entry for each, with what is new in it."""

from __future__ import annotations

import hashlib
import html
import re
import uuid
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from monitor.digest import wording
from monitor.text import addresses
from monitor.web.api.shapes import news_of
from monitor.web.desk import sheets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.store.listing import Issue

MEDIA_TYPE = "application/atom+xml"
NAMESPACE = "http://www.w3.org/2005/Atom"
MOST = 50
"""Entries of one feed: more than comes between two looks of any reader, some 60 KB."""
LONGEST_TITLE = 300
_NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (2.2): control characters, surrogates, noncharacters."""


@dataclass(frozen=True, slots=True)
class Channel:
    """What a feed says of itself."""

    title: str
    key: str
    """What tells one installation's ids from another's."""
    name: str
    """Of the feed among those of the installation."""
    self_url: str
    base: str
    """Where the pages are; "" where nobody has said: then entries have no link to the story's page."""


def document(channel: Channel, issues: Sequence[Issue]) -> bytes:
    """The feed. Its `updated` is that of the newest entry, so that the same entries are the same bytes."""
    feed = ET.Element("feed", {"xmlns": NAMESPACE})
    _add(feed, "id", urn(channel.key, "feed", channel.name))
    _add(feed, "title", _clean(channel.title))
    _add(feed, "updated", _moment(issues[0].seen if issues else datetime.fromtimestamp(0, UTC)))
    ET.SubElement(feed, "link", {"rel": "self", "type": MEDIA_TYPE, "href": channel.self_url})
    author = ET.SubElement(feed, "author")
    _add(author, "name", "news-monitor")
    for issue in issues:
        _entry(ET.SubElement(feed, "entry"), issue, channel)
    written: bytes = ET.tostring(feed, "utf-8", xml_declaration=True)
    return written


def etag(document_: bytes) -> str:
    """What stands for these bytes (RFC 9110, 8.8.3)."""
    return f'"{hashlib.sha256(document_).hexdigest()[:32]}"'


def urn(*words: str) -> str:
    """An id that is the same for ever for the same words (RFC 9562, 5.5)."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, ' '.join(words))}"


def _entry(entry: ET.Element, issue: Issue, channel: Channel) -> None:
    report = issue.report
    _add(entry, "id", urn(channel.key, "development", str(issue.id)))
    _add(entry, "title", wording.shorten(_clean(report.title), LONGEST_TITLE) or "Untitled report")
    _add(entry, "updated", _moment(issue.seen))
    if report.published:
        _add(entry, "published", _moment(report.published))
    if sheets.link(report.url):
        ET.SubElement(entry, "link", {"rel": "alternate", "href": addresses.shown(report.url or "")})
    if channel.base:
        story = f"{channel.base}/desk/stories/{quote(issue.story, safe='')}"
        ET.SubElement(entry, "link", {"rel": "related", "href": story})
    author = ET.SubElement(entry, "author")
    _add(author, "name", _clean(report.source) or "unknown")
    for watchlist, _ in issue.watchlists:
        ET.SubElement(entry, "category", {"term": watchlist})
    content = _add(entry, "content", _content(issue))
    content.set("type", "html")
    if report.language != "und":
        entry.set("xml:lang", report.language)


def _content(issue: Issue) -> str:
    """What is new as a little HTML, escaped once for HTML and again for XML: nothing of a report is markup."""
    report = issue.report
    lines = [
        f"<li>{html.escape(_clean(news_of(new)))}<br>{html.escape(_clean(new.sentence))}</li>" for new in report.new
    ]
    new = f"<ul>{''.join(lines)}</ul>" if lines else ""
    sure = "" if report.sure else "<p>Possibly another story.</p>"
    why = html.escape(", ".join(dict.fromkeys(f"{hit.watchlist}: {_clean(hit.found)}" for hit in issue.hits[:5])))
    return f"<p>{html.escape(report.news.value)}: {html.escape(_clean(report.why))}</p>{sure}{new}<p>Found: {why}</p>"


def _clean(text: str) -> str:
    return _NO_XML.sub("", wording.clean(text))


def _add(parent: ET.Element, name: str, text: str) -> ET.Element:
    child = ET.SubElement(parent, name)
    child.text = text
    return child


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

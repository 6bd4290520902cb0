"""JSON Feed 1.0 and 1.1 (jsonfeed.org): an object with a list of items becomes entries, whatever its types are."""

from __future__ import annotations

import html
import json
from typing import Any

from monitor.feeds.entries import MOST, Entry
from monitor.feeds.xml import Channel

_DATES = ("date_published", "date_modified")
_TEXTS = ("content_html", "summary")


def read(text: str) -> Channel | None:
    """The feed in a JSON text; None where there is none. Anything else than the specified types is passed over."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        return None
    entries = [_entry(item) for item in feed["items"][:MOST] if isinstance(item, dict)]
    language = _string(feed, "language")[:2].lower()
    return Channel(
        html.escape(_string(feed, "title")), language or None, _string(feed, "home_page_url"), entries, whole=True
    )


def _entry(item: dict[str, Any]) -> Entry:
    """Titles and content_text are plain by specification: they are escaped, so that a `<` in them stays a `<`."""
    return Entry(
        title=html.escape(_string(item, "title"), quote=False),
        links=[_string(item, "url"), _string(item, "external_url")],
        guid=_string(item, "id"),
        dates=[_string(item, key) for key in _DATES],
        texts=[html.escape(_string(item, "content_text"), quote=False), *(_string(item, key) for key in _TEXTS)],
    )


def _string(holder: dict[str, Any], key: str) -> str:
    value = holder.get(key)
    return (
        value
        if isinstance(value, str)
        else str(value)
        if isinstance(value, int) and not isinstance(value, bool)
        else ""
    )

"""Web addresses as people write them: made whole, and compared."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_READERS = re.compile(r"^(?:feed|rss):(?://)?(?=https?:)|^(?:feed|rss):(?=//)", re.IGNORECASE)
"""feed:https://... and feed://..., by which browsers once handed feeds to a reader; the latter means http."""
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_BLANKS = re.compile(r"[\x00-\x20\x7f]+")


def whole(written: str) -> str | None:
    """The http(s) address that is meant, https where no scheme is named; None for anything else."""
    text = _READERS.sub("", _BLANKS.sub("", written))
    if text.startswith("//"):
        text = "http:" + text
    elif not _SCHEME.match(text):
        text = "https://" + text
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port  # reading the port raises where it is none
    except ValueError:
        return None
    named = host is not None and ("." in host or ":" in host or host == "localhost")
    return text if named and parts.scheme in ("http", "https") else None


def same(url: str) -> str:
    """What two spellings of one address share: neither scheme, letter case of the host nor a last slash matters."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{(parts.hostname or '').rstrip('.')}{port}{parts.path.rstrip('/')}{query}"


def site(url: str) -> str:
    """The front page of an address's host."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"

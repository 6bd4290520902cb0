"""Web addresses as people write them and see them: made whole, compared, shown without their secrets."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_READERS = re.compile(r"^(?:feed|rss):(?://)?(?=https?:)|^(?:feed|rss):(?=//)", re.IGNORECASE)
"""feed:https://... and feed://..., by which browsers once handed feeds to a reader; the latter means http."""
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_LOGIN = re.compile(r"^([a-z][a-z0-9+.-]*:[/\\]*|[/\\]+)[^/?#]*@", re.IGNORECASE)
_STRAY = re.compile(r"[\t\r\n]")
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


def shown(url: str) -> str:
    """Any address, sound or not, for people's eyes: without user and password."""
    return _LOGIN.sub(r"\1***@", unbroken(url))


def unbroken(url: str) -> str:
    """Without the white space that an address may be wrapped in or broken by (WHATWG URL Standard, 4.4)."""
    return _STRAY.sub("", url.strip())

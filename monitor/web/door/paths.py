"""Where a sign-in may lead to: a path of our own, never another site."""

from __future__ import annotations

import re
from urllib.parse import quote

_LOCAL = re.compile(r"/[!-\[\]-~]*")
"""A slash, then printable ASCII without the backslash, which browsers read as a slash.

It holds no blanks and controls: browsers take tabs and line ends out before they read an address (WHATWG URL, 4.4).
"""
_ODD = re.compile(r"//|/\.|%[01][0-9a-f]|%7f", re.IGNORECASE)
"""What no path of ours holds: two slashes begin another host, and a proxy may decode the rest to one or a header."""
LONGEST = 2_000


def local(written: str) -> str | None:
    """A path with its query, as it may stand behind our own host; None for everything else."""
    if len(written) > LONGEST or not _LOCAL.fullmatch(written):
        return None
    path = re.split("[?#]", written, maxsplit=1)[0]
    return None if _ODD.search(path) else written


def with_next(root: str, target: str) -> str:
    """The address of the sign-in form that leads to a path afterwards."""
    return f"{root}/login?next={quote(target, safe='/')}" if local(target) else f"{root}/login"

"""What a site's robots.txt says to this reader (RFC 9309)."""

from __future__ import annotations

import http
import re
from datetime import timedelta
from typing import TYPE_CHECKING

from protego import Protego

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.fetch.answers import Response

PRODUCT = "news-monitor"
"""The product token: what a robots.txt calls this reader, and how its User-Agent begins (RFC 9309, 2.2.1)."""

LONGEST_DELAY = timedelta(seconds=60)
"""A longer Crawl-delay is cut to this: a site of thirty articles a day could not be read otherwise."""

_LIMIT = 500 * 1024  # bytes that a reader must take at least (RFC 9309, 2.5); what follows is not read
_AGENT = {"user-agent", "useragent", "user agent"}
_TOKEN = re.compile(r"[a-z_-]+|\*", re.IGNORECASE)
_OURS = {PRODUCT, "*"}


class Rules:
    """A robots.txt, read."""

    def __init__(self, text: str) -> None:
        self._rules = Protego.parse("\n".join(_our_groups(text)))

    def allow(self, url: str) -> bool:
        """Whether `url`, of this site, may be fetched: the longest matching rule decides (RFC 9309, 2.2.2)."""
        return self._rules.can_fetch(url, PRODUCT)

    @property
    def delay(self) -> timedelta:
        """The rest that the site wants between two requests, from 0 to LONGEST_DELAY."""
        seconds = min(self._rules.crawl_delay(PRODUCT) or 0.0, LONGEST_DELAY.total_seconds())
        return timedelta(seconds=seconds)


def unreachable(response: Response) -> bool:
    """Whether a robots.txt may exist but cannot be had now: until it can, nothing may be fetched (RFC 9309, 2.3.1.4).

    429 counts too: it says "not now" and nothing about what is allowed.
    """
    return (
        response.status >= http.HTTPStatus.INTERNAL_SERVER_ERROR or response.status == http.HTTPStatus.TOO_MANY_REQUESTS
    )


def text(response: Response) -> str:
    """The rules of an answer; none where there is no such file, which allows everything (RFC 9309, 2.3.1.3)."""
    if response.status != http.HTTPStatus.OK:
        return ""
    body = response.body
    if len(body) > _LIMIT:  # up to a line's end: half a path would forbid more than the whole one
        body = body[: body.rfind(b"\n", 0, _LIMIT) + 1]
    return body.decode("utf-8-sig", "replace")


def _our_groups(text: str) -> Iterator[str]:
    """The lines that concern this reader.

    Protego would let a group for "news" speak for "news-monitor", and its time grows with agents times rules: 4,000
    of each (142 kB) cost it 33 s of CPU, and 0.01 s this way.
    """
    agents: set[str] = set()
    heading = False
    for line in text.splitlines():
        key, _, value = (part.strip() for part in line.partition("#")[0].partition(":"))
        if key.lower() in _AGENT:
            agents = agents if heading else set()
            heading = True
            token = _TOKEN.match(value)
            named = token[0].lower() if token else ""
            agents.add(named)
            if named in _OURS:
                yield f"User-agent: {named}"
        elif re.fullmatch(r"(?:all|di).*|crawl.delay", key, re.IGNORECASE):
            heading = False
            if agents & _OURS:
                yield line

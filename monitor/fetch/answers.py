"""What a server's answer says: its validators, how long to wait, how long it stays fresh, where it moved."""

from __future__ import annotations

import http
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_WAIT = timedelta(days=7)
"""Longer waits are taken for a mistake of the server: nobody means a Retry-After of 30,000 years."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask "has it changed?" with; sent back byte for byte."""

    etag: str | None = None
    last_modified: str | None = None
    url: str | None = None
    """The address that gave them, after redirects: only it is asked with them. None: the asked address itself."""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, whatever its status; the body is decompressed and empty unless the status is a success."""

    url: str
    """Where the answer came from, after redirects."""
    status: int
    body: bytes
    content_type: str | None
    """The whole header, with its charset."""
    validators: Validators
    """What to send next time; of any use only with status 200 and 304."""
    retry_after: timedelta | None = None
    """How long the server asks to be left alone, from 0 to LONGEST_WAIT."""
    max_age: timedelta | None = None
    """How long the answer stays fresh (Cache-Control, Expires, less its Age), from 0 to LONGEST_WAIT."""
    moved_permanently_to: str | None = None
    """The address to ask from now on: the last one reached by 301 and 308 alone."""
    challenged: bool = False
    """A gatekeeper wants to see a browser."""
    wire_bytes: int = 0
    """Size of the body as it was sent."""

    @property
    def not_modified(self) -> bool:
        """Nothing has changed since the validators were given."""
        return self.status == http.HTTPStatus.NOT_MODIFIED

    @property
    def problem(self) -> str | None:
        """What is wrong, as a sentence for people; None for 200 and 304."""
        if self.status in (http.HTTPStatus.OK, http.HTTPStatus.NOT_MODIFIED):
            return None
        if self.challenged:
            return f"the server wants a browser to pass its check (status {self.status}, a bot challenge)"
        if self.status == http.HTTPStatus.PARTIAL_CONTENT:
            return "the server answered 206 Partial Content: a part, where the whole was asked for"
        if http.HTTPStatus.MULTIPLE_CHOICES <= self.status < http.HTTPStatus.BAD_REQUEST:
            return f"the server answered {_named(self.status)} without saying where"
        return f"the server answered {_named(self.status)}"


def _named(status: int) -> str:
    try:
        return f"{status} {http.HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def validators(headers: Mapping[str, str], status: int, url: str, sent: Validators) -> Validators:
    """The validators after an answer: new ones from a 200, refreshed from a 304, else those that were sent."""
    etag, modified = _sendable(headers.get("ETag")), _sendable(headers.get("Last-Modified"))
    if status == http.HTTPStatus.OK:
        return Validators(etag, modified, url)
    if status == http.HTTPStatus.NOT_MODIFIED:
        return Validators(etag or sent.etag, modified or sent.last_modified, url)
    return sent


def _sendable(value: str | None) -> str | None:
    """A header value that can go back exactly as it came: bytes that are no UTF-8 cannot."""
    if not value or not value.isprintable():  # lone surrogates, by which such bytes are kept, are not printable
        return None
    return value


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Retry-After (RFC 9110, 10.2.3): seconds or a date in any of the three forms; None when absent or meaningless."""
    value = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]+", value):
        return _seconds(value)
    until = _date(value)
    return None if until is None else _bounded(until - _server_time(headers, now))


def max_age(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long an answer stays fresh (RFC 9111, 4.2): max-age or else Expires, less the Age it already has."""
    control = headers.get("Cache-Control", "").lower()
    if re.search(r"\bno-(?:cache|store)\b", control):
        return None
    given = re.search(r"(?<![\w-])max-age\s*=\s*\"?([0-9]+)", control)
    if given:
        age = headers.get("Age", "").strip()
        return max(timedelta(0), _seconds(given[1]) - (_seconds(age) if re.fullmatch(r"[0-9]+", age) else timedelta(0)))
    until = _date(headers.get("Expires", ""))
    return None if until is None else _bounded(until - _server_time(headers, now))


def challenged(headers: Mapping[str, str]) -> bool:
    """Tells Cloudflare's "Just a moment..." page, which no reader can pass, from an ordinary refusal."""
    return headers.get("cf-mitigated", "").lower() == "challenge"


def _seconds(digits: str) -> timedelta:
    """Any number of digits as a bounded time."""
    return _bounded(timedelta(seconds=int(digits[:9]) if len(digits) < 10 else 10**9))


def _bounded(wait: timedelta) -> timedelta:
    return min(max(wait, timedelta(0)), LONGEST_WAIT)


def _server_time(headers: Mapping[str, str], now: datetime) -> datetime:
    """The server's own clock where it tells it: its dates are meant by that one."""
    return _date(headers.get("Date", "")) or now


def _date(value: str) -> datetime | None:
    """An HTTP date (RFC 9110, 5.6.7): IMF-fixdate, RFC 850 or asctime; None for anything else."""
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)

"""Mails about one story -> the headers by which mail programs show them together.

References and In-Reply-To (RFC 5322, 3.6.4) serve most; Outlook goes by Thread-Topic and Thread-Index ([MS-OXOMSG]
2.2.1.3): a head of 22 octets that all mails of a thread share, and five more for each later mail.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor.digest import message

if TYPE_CHECKING:
    from monitor.values import Digest

_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
"""From which FILETIME counts, in steps of 100 ns."""


def headers(digest: Digest, subject: str, message_id: str) -> list[tuple[str, str]]:
    """The thread of a mail that tells one story; none for a mail that tells several."""
    if len(digest.stories) != 1:
        return []
    thread = digest.thread
    first, began, mails = (thread.first, thread.began, thread.mails) if thread else (message_id, digest.now, 0)
    found = [
        ("Thread-Topic", message.unstructured(subject)),
        ("Thread-Index", base64.b64encode(_index(first, began, digest.now, mails)).decode()),
    ]
    if thread:
        earlier = list(dict.fromkeys([thread.first, thread.latest]))
        found += [("In-Reply-To", earlier[-1]), ("References", "\r\n ".join(earlier))]
    return found


def _index(first: str, began: datetime, now: datetime, mails: int) -> bytes:
    """The head is the first mail's; a later one adds when it came and its number in the thread."""
    head = _filetime(began).to_bytes(8, "big")[:6] + hashlib.md5(first.encode(), usedforsecurity=False).digest()
    if not mails:
        return head
    passed = max(0, _filetime(now) - _filetime(began)) >> 18  # steps of 26 ms; the top bit chooses that unit
    return head + (passed & 0x7FFFFFFF).to_bytes(4, "big") + bytes([mails % 256])


def _filetime(moment: datetime) -> int:
    return int((moment - _EPOCH).total_seconds() * 10_000_000)

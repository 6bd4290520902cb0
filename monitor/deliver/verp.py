"""Return paths that name their mail: where a bounce comes back to says what bounced, and proves that it was ours.

Variable envelope return paths (https://cr.yp.to/proto/verp.txt) with a keyed hash, so that nobody can have an address
suppressed by writing to the bounce address. Pure: the key and the address are arguments.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

PROOF = 16
"""Letters of the proof: 80 bits of HMAC-SHA256 (RFC 2104, section 5 allows cutting to half of the hash or 80 bits).
The whole local part stays under the 64 octets of RFC 5321, 4.5.3.1.1, up to a bounce address of 27 letters."""

_PATH = re.compile(rf"(?P<local>.+)\+(?P<proof>[a-z2-7]{{{PROOF}}})-(?P<mail>[1-9][0-9]{{0,17}})@(?P<domain>[^@]+)")


def return_path(mail_id: int, bounce_address: str, key: str) -> str:
    """The envelope sender of one mail: "bounces+PROOF-17@news.example.org" for "bounces@news.example.org"."""
    local, _, domain = bounce_address.rpartition("@")
    return f"{local}+{_proof(mail_id, domain, key)}-{mail_id}@{domain}"


def read_return_path(address: str, key: str) -> int | None:
    """The mail that a return path names; None where this key did not write it.

    Letters may have changed their case on the way: some servers do that to local parts.
    """
    found = _PATH.fullmatch(address.strip().strip("<>").lower())
    if found is None:
        return None
    mail_id = int(found["mail"])
    ours = hmac.compare_digest(found["proof"], _proof(mail_id, found["domain"], key))
    return mail_id if ours else None


def _proof(mail_id: int, domain: str, key: str) -> str:
    words = f"news-monitor return path\n{mail_id}\n{domain.lower()}".encode()
    digest = hmac.new(key.encode(), words, hashlib.sha256).digest()
    return base64.b32encode(digest)[:PROOF].decode().lower()

"""Secrets that are handed out once, and what is kept of them."""

from __future__ import annotations

import hashlib
import hmac
import secrets

OCTETS = 32
"""256 bits: nobody comes upon one by trying, so that none needs a slow hash or a limit of tries."""


def fresh() -> str:
    return secrets.token_urlsafe(OCTETS)


def kept(secret: str) -> str:
    """What the store keeps of a secret: who reads the database can use none of it.

    A secret is looked up by this; how long the look takes tells something of the hash at most, and nothing leads back.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def mark(key: str, use: str, *words: str) -> str:
    """Words marked as ours: HMAC-SHA256 by the service's key, different for each use."""
    said = "\0".join((f"news-monitor {use}", *words)).encode("utf-8", "surrogatepass")
    return hmac.digest(key.encode(), said, "sha256").hex()


def same(one: str, other: str) -> bool:
    """Compared in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))

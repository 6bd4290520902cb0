"""Tokens of the API: made, shown once, and known by their hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.store.operators import Token
from monitor.web.door import secret

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from monitor.store import Store
    from monitor.store.operators import Scope

PREFIX = "nm_"
"""Who finds a token in a file knows by this what it is, and so does a scanner of secrets."""
MOST_DAYS = 3_650


def issue(store: Store, name: str, scope: Scope, now: datetime, lasting: timedelta | None) -> str | None:
    """A new token, to be shown once; None where its name is taken. Without an end it is good until it is revoked."""
    token = PREFIX + secret.fresh()
    kept = Token(name, scope, now, now + lasting if lasting else None, None)
    return token if store.tokens.add(secret.kept(token), kept) else None


def find(store: Store, authorization: str, now: datetime) -> Token | None:
    """The token of an Authorization header (RFC 6750, 2.1), noted as used; None where it holds no good one."""
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token.startswith(PREFIX):
        return None
    return store.tokens.use(secret.kept(token), now)


def days_problem(days: str) -> str | None:
    """What is wrong with a number of days as it was written; none written is no end."""
    right = not days or (days.isascii() and days.isdigit() and len(days) < 6 and 1 <= int(days) <= MOST_DAYS)
    return None if right else f"a number of days from 1 to {MOST_DAYS}, or nothing"

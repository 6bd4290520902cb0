"""The set-up link: how the first operator comes in, for there is no password that a service has from the start."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.web.door import secret

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.store import Store

GOOD_FOR = timedelta(hours=24)
_ANYWHERE = re.compile(r"(://)(0\.0\.0\.0|\[::\])(?=:|/|$)")
"""What a service listens at that is to be reached from everywhere; no browser can go there."""


def link(store: Store, base: str, now: datetime) -> str:
    """A link that adds one operator, once, within a day; any earlier one ends."""
    token = secret.fresh()
    store.operators.invite(secret.kept(token), now + GOOD_FOR)
    reachable = _ANYWHERE.sub(r"\1localhost", base).rstrip("/")
    return f"{reachable}/setup/{token}"


def greeting(store: Store, base: str, now: datetime) -> str | None:
    """What the service says at its start while nobody can sign in; None where somebody can."""
    if store.operators.exist():
        return None
    return f"nobody can sign in yet; set up the first operator within 24 hours: {link(store, base, now)}"

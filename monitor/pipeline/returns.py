"""Reads what came back, and acts on it where our own key vouches for it.

Maildir -> bounces.read -> whose mail was it? -> suppress, unsubscribe, or note; then the file is done with
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from monitor import bounces, digest
from monitor.bounces import Bounce, Outcome
from monitor.deliver import inbox, read_return_path

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from monitor.store import Store
    from monitor.store.bounced import Sent

log = structlog.get_logger(__name__)

logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # what its detectors stumble over is no news

SUPPRESSED, FORGED, AGAIN = "suppressed", "forged", "read before"


@dataclass(frozen=True, slots=True)
class Returns:
    """Whoever reads the returned mail."""

    store: Store
    key: str
    """Signs return paths and links."""

    def look(self, folder: Path, now: datetime) -> Counter[str]:
        """Act on every mail in a Maildir's new/; returns how many there were of each kind.

        One that is read twice, for a crash came before it was moved, changes nothing the second time.
        """
        counts: Counter[str] = Counter()
        for mail in inbox.received(folder, bounces.LARGEST):
            counts[self._act(mail.data, now)] += 1
            inbox.done(mail)
        if counts:
            log.info("returned mail read", **{kind.replace(" ", "_"): count for kind, count in counts.items()})
        return counts

    def _act(self, data: bytes, now: datetime) -> str:
        key = hashlib.sha256(data).hexdigest()
        if self.store.bounced.has(key):
            return AGAIN
        bounce = bounces.read(data)
        if bounce.outcome in (Outcome.UNKNOWN, Outcome.REPLY):
            return bounce.outcome.value
        sent = self._vouched(bounce)
        if sent is None:
            return FORGED
        reason = self.store.bounced.keep(key, bounce, sent, now)
        log.info("mail came back", to=sent.address, outcome=bounce.outcome.value, reason=bounce.reason)
        if reason:
            log.warning("no more mail to this address", to=sent.address, reason=reason)
        return SUPPRESSED if reason else bounce.outcome.value

    def _vouched(self, bounce: Bounce) -> Sent | None:
        """The mail of ours that it is about: by its return path, or by the signed link in the headers it returns."""
        mails = [mail for path in bounce.paths if (mail := read_return_path(path, self.key))]
        readers = [reader for token in bounce.tokens if (reader := digest.read_token(token, self.key))]
        found = self.store.bounced.by_number(mails) if mails else None
        if found is None and readers and bounce.message_ids:
            found = self.store.bounced.by_message(bounce.message_ids, readers)
        return found

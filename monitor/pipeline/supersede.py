"""Digests past their use: what was not taken for long is told anew, together with what has come since."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from monitor import cadence
from monitor.pipeline import pace

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from monitor.store import Store
    from monitor.store.outbox import Unsent
    from monitor.store.people import Reader

log = structlog.get_logger(__name__)

SOON = (cadence.Kind.AT_ONCE, cadence.Kind.HOURLY)


def replace_past_use(store: Store, now: datetime, every: timedelta) -> int:
    """Take the news of digests past their use back, right before the next ones are composed; returns how many.

    `every` is the shortest time between two at-once mails to one subscriber.
    """
    unsent = store.outbox.unsent(now)
    if not unsent:
        return 0
    readers = {reader.subscriber.id: reader for reader in store.people.readers()}
    past = [each.id for each in unsent if is_past_use(each, readers[each.subscriber], now, every)]
    replaced = store.outbox.replace(past)
    if replaced:
        log.info("digests are composed anew", mails=replaced)
    return replaced


def is_past_use(mail: Unsent, reader: Reader, now: datetime, every: timedelta) -> bool:
    """Whether everything that an unsent digest tells may be told now by its successor.

    So it is for a daily or weekly one when its next time has come, for others after some hours. What is not due again
    yet stays as it is: to take it back would only make it later.
    """
    subscriber = reader.subscriber
    hours = cadence.Hours(
        cadence.zone(subscriber.zone), cadence.parse_quiet(reader.quiet) if reader.quiet else None, every
    )
    follows = [reader.follows[w] for w in mail.watchlists if w in reader.follows]
    for each in follows:
        rhythm = cadence.parse(each.cadence)
        until = cadence.open_until(rhythm, each.served, hours, now)
        fresh = rhythm.kind in SOON and now < mail.created + pace.DIGEST_PAST_USE
        if until is None or until < mail.created or fresh or each.pending:
            return False
    return bool(follows) and reader.active and not reader.suppressed

"""Last step: send what waits in the outbox, and note what came of it before the next mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from monitor.errors import DeliveryError
from monitor.pipeline import pace

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.deliver import Outlet
    from monitor.store import Store
    from monitor.store.outbox import Waiting

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class TellReport:
    """What a round of telling came to."""

    composed: int = 0
    sent: int = 0
    deferred: int = 0
    failed: int = 0

    def __add__(self, other: TellReport) -> TellReport:
        return TellReport(
            self.composed + other.composed,
            self.sent + other.sent,
            self.deferred + other.deferred,
            self.failed + other.failed,
        )


@dataclass(frozen=True, slots=True)
class Sender:
    """Empties the outbox."""

    store: Store
    outlet: Outlet

    async def send_waiting(self, now: datetime) -> TellReport:
        """Send until nothing waits; one recipient's trouble is his own."""
        report = TellReport()
        while waiting := self.store.outbox.claim(now):
            report += await self._send(waiting, now)
        return report

    async def _send(self, waiting: Waiting, now: datetime) -> TellReport:
        try:
            await self.outlet.send(waiting.mail)
        except DeliveryError as error:
            return self._not_sent(waiting, error, now)
        except Exception as error:  # a fault of ours in one mail must not cost the others theirs
            log.exception("mail failed", to=waiting.mail.to)
            return self._not_sent(waiting, DeliveryError(waiting.mail.to, repr(error), permanent=False), now)
        self.store.outbox.sent(waiting.id, now)
        log.info("mail sent", to=waiting.mail.to, subject=waiting.mail.subject)
        return TellReport(sent=1)

    def _not_sent(self, waiting: Waiting, error: DeliveryError, now: datetime) -> TellReport:
        again = None if error.permanent else pace.mail_again(now, waiting.attempts, waiting.created)
        log.warning("mail not accepted", to=waiting.mail.to, problem=error.problem, again=str(again))
        if again:
            self.store.outbox.defer(waiting.id, again, error.problem)
            return TellReport(deferred=1)
        self.store.outbox.fail(waiting.id, error.problem)
        if error.permanent and waiting.subscriber is not None:
            self.store.people.suppress(waiting.subscriber, error.problem)
        return TellReport(failed=1)

"""Third step: compose what is due to each subscriber, and send what waits in the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from monitor import digest
from monitor.errors import DeliveryError
from monitor.pipeline import pace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.deliver import Outlet
    from monitor.store import Store
    from monitor.store.outbox import Waiting
    from monitor.store.people import Reader as Follower

log = structlog.get_logger(__name__)

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


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
class Teller:
    """Writes digests into the outbox and empties it."""

    store: Store
    outlet: Outlet
    letterhead: digest.MailSettings
    titles: Mapping[str, str]
    """Watchlist id -> its title."""
    every: timedelta
    """The shortest time between two mails to one subscriber."""

    def compose_due(self, now: datetime) -> TellReport:
        """A digest for each subscriber whose time has come and for whom something is new."""
        return sum((self._compose(follower, now) for follower in self.store.people.readers()), TellReport())

    async def send_waiting(self, now: datetime) -> TellReport:
        """Send until nothing waits; one recipient's trouble is his own."""
        report = TellReport()
        while waiting := self.store.outbox.claim(now):
            report += await self._send(waiting, now)
        return report

    def _compose(self, follower: Follower, now: datetime) -> TellReport:
        due = follower.last_mail is None or follower.last_mail + self.every <= now
        follows = {w: since for w, since in follower.follows.items() if w in self.titles}
        if not (due and follows and follower.active and not follower.suppressed):
            return TellReport()
        subscriber, archive = follower.subscriber, self.store.archive
        developments = archive.untold(subscriber.id, follows)
        if not developments:
            return TellReport()
        stories = sorted({development.story for development in developments})
        letter = digest.compose(
            subscriber,
            developments,
            archive.also(stories, list(follows), follower.last_mail or LONG_AGO),
            archive.told_stories(subscriber.id),
            self.titles,
            now,
        )
        if letter is None:
            return TellReport()
        mail = digest.render(letter, self.letterhead)
        told = [development.id for story in letter.stories for development in story.developments]
        self.store.outbox.keep(subscriber.id, mail, told, now)
        log.info("digest composed", to=subscriber.address, subject=mail.subject, developments=len(told))
        return TellReport(composed=1)

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

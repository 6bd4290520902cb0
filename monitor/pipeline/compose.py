"""Third step: compose what is due to each subscriber, frozen by the transaction that marks it as told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from monitor import digest
from monitor.points import Point, passing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from monitor.store import Store
    from monitor.store.people import Reader as Follower
    from monitor.values import Mail

log = structlog.get_logger(__name__)

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Composer:
    """Writes digests into the outbox."""

    store: Store
    letterhead: digest.MailSettings
    titles: Mapping[str, str]
    """Watchlist id -> its title."""
    every: timedelta
    """The shortest time between two mails to one subscriber."""
    sign: Callable[[Mail], Mail] = lambda mail: mail

    def compose_due(self, now: datetime) -> int:
        """A digest for each subscriber whose time has come and for whom something is new; returns how many."""
        return sum(self._compose(follower, now) for follower in self.store.people.readers())

    def _compose(self, follower: Follower, now: datetime) -> bool:
        due = follower.last_mail is None or follower.last_mail + self.every <= now
        follows = {w: since for w, since in follower.since.items() if w in self.titles}
        if not (due and follows and follower.active and follower.confirmed and not follower.suppressed):
            return False
        subscriber, archive = follower.subscriber, self.store.archive
        developments = archive.untold(subscriber.id, follows)
        if not developments:
            return False
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
            return False
        mail = self.sign(digest.render(letter, self.letterhead))
        told = [development.id for story in letter.stories for development in story.developments]
        passing(Point.COMPOSED)
        self.store.outbox.keep(subscriber.id, mail, told, now)
        passing(Point.FROZEN)
        log.info("digest composed", to=subscriber.address, subject=mail.subject, developments=len(told))
        return True

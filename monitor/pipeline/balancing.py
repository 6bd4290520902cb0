"""Draws the balance of what is told, and tells the operator what is missing: in the log, on the health page, by mail.

What is in no mail must have the reason that the composer itself gives for it at this moment. What the composer would
tell now, and would have told an hour ago, is not held: something keeps it from being told.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from monitor import balance, digest
from monitor.balance import Account, Balance, Calendar, Seen
from monitor.pipeline import due
from monitor.store.balance import Drawn
from monitor.values import Waits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from monitor.digest import MailSettings
    from monitor.pipeline.compose import Composer, Draft
    from monitor.store import Store
    from monitor.store.people import Reader
    from monitor.values import Mail

log = structlog.get_logger(__name__)

DAYS = 7
"""The balance of a night looks back so far: a weekly's news is in it until it was told."""

GRACE = timedelta(hours=1)
"""What is due is composed within seconds; a long outage of the database or a restart takes minutes."""

HOUR = 3
"""Of UTC: the balance of a day is drawn once this hour of it has begun."""

NAMED = 20
"""Differences that are named in the log and in the mail; the others are counted."""

DUE = "due now"
WITHDRAWN = "withdrawn by a person's word on its story"
KNOWN = "known: they were told one of its story that says as much"
PASSED_OVER = f"{Waits.LANGUAGE.value}: no report in one of theirs came in time"


@dataclass(frozen=True, slots=True)
class Auditor:
    """Holds what should have been told against what was."""

    store: Store
    composer: Composer

    def draw(self, now: datetime, days: int = DAYS) -> Balance:
        """The balance of the developments of the last days.

        What is amiss at the first look is looked at again: a mail may have been composed in between.
        """
        watchlists = list(self.composer.titles)
        calendar = Calendar(self.store.books.developments(now - timedelta(days=days), now, watchlists))
        first = min((number for each in calendar.seen.values() for number in (each.id, *each.echoes)), default=0)
        portions = self.store.books.followers(watchlists, first) if calendar.seen else ()
        accounts = self._closed((balance.open_account(f, calendar, posted) for f, posted in portions), calendar, now)
        wrong = [account.follower.id for account in accounts if account.lost]
        if wrong:
            again = self.store.books.some(wrong, watchlists, first)
            opened = [balance.open_account(f, calendar, posted) for f, posted in again]
            right = [account for account in accounts if not account.lost]
            accounts = [*right, *self._closed(opened, calendar, now)]
        return balance.draw(len(calendar.seen), accounts)

    def _closed(self, opened: Iterable[Account], calendar: Calendar, now: datetime) -> list[Account]:
        accounts = list(opened)
        waiting = {account.follower.id for account in accounts if account.untold}
        readers = self.store.telling.unsettled(list(self.composer.titles)) if waiting else []
        drafts = self._drafts([each for each in readers if each.subscriber.id in waiting], now)
        late = self._overdue(drafts, now)
        for account in accounts:
            number = account.follower.id
            reasons = _passed_over(account, calendar, now)
            if number in drafts:
                reasons |= _reasons(drafts[number])
            balance.close_account(account, reasons, late.get(number, {}))
        return accounts

    def _drafts(self, readers: Iterable[Reader], now: datetime) -> dict[int, Draft]:
        return {each.reader.subscriber.id: each for each in self.composer.drafts(list(readers), now)}

    def _overdue(self, drafts: Mapping[int, Draft], now: datetime) -> dict[int, dict[int, str]]:
        """By subscriber and development: what was due an hour ago, and no mail came since."""
        then = now - GRACE
        due_now = [each for each in drafts.values() if each.plan.tell]
        idle = [each.reader for each in due_now if each.last_mail is None or each.last_mail < then]
        before = self._drafts(idle, then)
        problem = f"it has been due for over {GRACE // timedelta(minutes=1)} minutes, and no mail tells it"
        return {
            number: {
                each.id: problem for each in draft.plan.tell if each.ready <= then and each in drafts[number].plan.tell
            }
            for number, draft in before.items()
        }


@dataclass(frozen=True, slots=True)
class Night:
    """The balance of each night, told to the operator where it does not come out even."""

    auditor: Auditor
    letterhead: MailSettings
    operator: str | None
    sign: Callable[[Mail], Mail] = lambda mail: mail

    def is_due(self, now: datetime) -> bool:
        """Once a day, from HOUR on."""
        last = self.auditor.store.books.last()
        return last is None or (last.at - timedelta(hours=HOUR)).date() < (now - timedelta(hours=HOUR)).date()

    def look(self, now: datetime) -> Balance:
        """Draw it, note it, and say each difference once."""
        books = self.auditor.store.books
        drawn, before = self.auditor.draw(now), books.last()
        known = before.told if before else frozenset()
        pairs = frozenset((each.subscriber, each.development) for each in drawn.differences)
        fresh = [each for each in drawn.differences if (each.subscriber, each.development) not in known]
        mail = None
        if fresh and self.operator:
            shown = [f"{each.address}, development {each.development}: {each.problem}" for each in fresh[:NAMED]]
            alert = digest.Alert(self.operator, _subject(len(fresh)), _words(drawn, len(fresh)), tuple(shown), now)
            mail = self.sign(digest.render_alert(alert, self.letterhead))
        books.keep(Drawn(now, str(drawn), drawn.different, pairs), mail)
        for each in drawn.differences[:NAMED]:
            log.error("not told", to=each.address, development=each.development, problem=each.problem)
        log.log(logging.ERROR if drawn.different else logging.INFO, "balance", came_to=str(drawn))
        return drawn


def _reasons(draft: Draft) -> dict[int, str]:
    held = {waiting.bulletin.id: waiting.why.value for waiting in draft.plan.held}
    return held | dict.fromkeys((each.id for each in draft.plan.tell), DUE)


def _passed_over(account: Account, calendar: Calendar, now: datetime) -> dict[int, str]:
    """What nobody will look for again, and shall not."""
    reasons = {number: _why_over(calendar.seen[number], account, now) for number in account.untold}
    return {number: why for number, why in reasons.items() if why}


def _why_over(each: Seen, account: Account, now: datetime) -> str | None:
    follower = account.follower
    if each.is_withdrawn_from({**follower.asked, **follower.since}):
        return WITHDRAWN
    if not account.posted.isdisjoint(each.echoes):
        return KNOWN
    late = (each.ready or each.seen) <= now - due.PATIENCE
    return PASSED_OVER if late and not due.wants(each.language, follower.languages) else None


def _subject(count: int) -> str:
    return f"Not told: {count} {'item' if count == 1 else 'items'} of news"


def _words(drawn: Balance, fresh: int) -> tuple[str, ...]:
    return (
        f"The balance of the last {DAYS} days does not come out even: {drawn}.",
        f"New since the last balance: {fresh}. 'monitor balance' shows all; the log says why where composing failed.",
        "Nothing of it is thrown away: what can still be told is told once what holds it up is mended.",
    )

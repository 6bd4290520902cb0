"""Tells the operator of feeds in lasting trouble: once for each trouble, in at most one mail a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import structlog

from monitor import digest, health
from monitor.health import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from monitor.digest import MailSettings
    from monitor.health import Diagnosis
    from monitor.store import Store
    from monitor.store.health import Alarm
    from monitor.values import Feed, Mail

log = structlog.get_logger(__name__)

LASTING = timedelta(days=3)
"""A feed that fails for less may mend by itself: servers and names are out of order over a weekend."""

LEAST_FAILURES = 3
"""In a row: after days without a running monitor one failed poll is not three days of failures."""

ASKED = timedelta(hours=26)
"""The last poll must not be older: no feed is left alone for more than a day, and a poll takes its time."""

REST = timedelta(days=1)
"""Between two mails to the operator."""

AGAIN = timedelta(days=30)
"""What comes and goes (an overflow, a move that is taken back) is told again after so long."""

PASSING = (State.MOVED, State.OVERFLOW)
MENDED = (State.OK, State.LATE, *PASSING)


class Means(StrEnum):
    """How the operator is told."""

    MAIL = "mail"
    LOG = "log"
    """MONITOR_OPERATOR is not set."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the operator is to be told now, and which old troubles are settled."""

    trouble: tuple[Diagnosis, ...] = ()
    recovered: tuple[Diagnosis, ...] = ()
    """Well again, after a mail said that they were not."""
    settled: tuple[tuple[str, State], ...] = ()
    """Troubles that are over, those of `recovered` among them."""

    @property
    def anything(self) -> bool:
        return bool(self.trouble or self.recovered)


def decide(diagnoses: Sequence[Diagnosis], alarms: Sequence[Alarm], means: Means, now: datetime) -> Told:
    """Which troubles are new to the operator, and which of those he knows have ended."""
    known = {(alarm.feed, alarm.trouble): alarm for alarm in alarms}
    lasting = [each for each in diagnoses if _lasting(each, now)]
    trouble = tuple(each for each in lasting if _new(known.get((each.record.url, each.state)), means, now))
    standing = {(each.record.url, each.state) for each in lasting}
    by_url = {each.record.url: each for each in diagnoses}
    settled, recovered = [], {}
    for alarm in (alarm for alarm in alarms if not alarm.over and (alarm.feed, alarm.trouble) not in standing):
        here = by_url.get(alarm.feed)
        mended = here is not None and here.state in MENDED
        replaced = here is None or any(url == alarm.feed for url, _ in standing)
        if mended or replaced:
            settled.append((alarm.feed, alarm.trouble))
        if here and mended and not replaced and alarm.by_mail and alarm.trouble not in PASSING:
            recovered[alarm.feed] = here
    return Told(trouble, tuple(recovered.values()), tuple(settled))


def _lasting(diagnosis: Diagnosis, now: datetime) -> bool:
    """Whether this is more than a hiccup."""
    record, since = diagnosis.record, diagnosis.since
    if diagnosis.state is State.FAILING:
        asked = record.last_polled is not None and record.last_polled > now - ASKED
        return asked and record.failures >= LEAST_FAILURES and since is not None and since < now - LASTING
    return diagnosis.state in (State.SILENT, State.GONE, *PASSING)


def _new(known: Alarm | None, means: Means, now: datetime) -> bool:
    if known is None:
        return True
    if known.over:
        return known.trouble not in PASSING or known.told < now - AGAIN
    return means is Means.MAIL and not known.by_mail


@dataclass(frozen=True, slots=True)
class Watch:
    """Looks at all feeds and writes to the operator, or into the log where no address is set."""

    store: Store
    letterhead: MailSettings
    operator: str | None
    sign: Callable[[Mail], Mail] = lambda mail: mail

    def look(self, feeds: Iterable[Feed], now: datetime) -> Told:
        """Keep what the operator has to know in the outbox, and remember that it is told."""
        means = Means.MAIL if self.operator else Means.LOG
        last = self.store.health.last_letter()
        records, named = self.store.health.records(now), [feed.url for feed in feeds]
        diagnoses = health.worst_first(health.diagnose(records[url], now) for url in named if url in records)
        told = decide(diagnoses, self.store.health.alarms(), means, now)
        if told.anything and means is Means.MAIL and last is not None and now < last + REST:
            return Told()  # held: all of it is found again at the next look
        if told.anything or told.settled:
            mail = self._mail(told, len(diagnoses), now)
            new = [(each.record.url, each.state) for each in told.trouble]
            self.store.health.keep_alarms(new, told.settled, mail and self.sign(mail), now)
            _log(told)
        return told

    def _mail(self, told: Told, feeds: int, now: datetime) -> Mail | None:
        if self.operator is None or not told.anything:
            return None
        notice = digest.Notice(self.operator, told.trouble, told.recovered, feeds, now)
        return digest.render_notice(notice, self.letterhead)


def _log(told: Told) -> None:
    for each in told.trouble:
        record = each.record
        log.warning(
            "feed in trouble",
            feed=record.title,
            url=record.url,
            state=each.state.value,
            why=each.problem,
            do=each.remedy,
        )
    for each in told.recovered:
        log.info("feed is well again", feed=each.record.title, url=each.record.url)

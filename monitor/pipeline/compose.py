"""Third step: compose what is due to each subscriber, frozen by the transaction that marks it as told.

    unsettled readers -> plan (due.py) -> those with the same news together -> digest -> mail -> outbox, told, served

Subscribers to whom the same is told share one composition.
"""

from __future__ import annotations

import bisect
import dataclasses
import itertools
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from monitor import digest
from monitor.pipeline import due
from monitor.pipeline.due import Haste, Known, Plan, Waiting
from monitor.points import Point, passing
from monitor.store.telling import Letter
from monitor.values import News, Waits

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from monitor.store import Store
    from monitor.store.people import Reader
    from monitor.store.telling import Bulletin, Mention
    from monitor.values import Development, Digest, Mail, Report, Thread

log = structlog.get_logger(__name__)

SILENT = timedelta(days=7, hours=1)
"""Without a mail, after which a sign of life is due: an hour more than a week, which weekly digests are apart."""

BATCH = 100
"""Mails frozen in one transaction: a commit waits for the disk, and a crash repeats no more than these."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What one subscriber would get now."""

    reader: Reader
    plan: Plan
    known: Known
    also: Mapping[str, tuple[str, ...]]
    """By story: articles named beside what is told of it."""
    last_mail: datetime | None


@dataclass(frozen=True, slots=True)
class Written:
    """A draft with its digest."""

    draft: Draft
    digest: Digest

    @property
    def told(self) -> tuple[int, ...]:
        return tuple(development.id for story in self.digest.stories for development in story.developments)

    @property
    def left(self) -> tuple[Waiting, ...]:
        """What is still to be told afterwards."""
        told, followed = set(self.told), self.draft.reader.subscriber.watchlists
        full = (
            Waiting(each, Waits.CAP, tuple(w for w in each.concerns if w in followed))
            for each in self.draft.plan.tell
            if each.id not in told
        )
        return (*self.draft.plan.held, *full)


@dataclass(frozen=True, slots=True)
class Composer:
    """Writes digests into the outbox."""

    store: Store
    letterhead: digest.MailSettings
    titles: Mapping[str, str]
    """Watchlist id -> its title."""
    every: timedelta
    """The shortest time between two at-once mails to one subscriber."""
    sign: Callable[[Mail], Mail] = lambda mail: mail
    """Signs a mail before it is frozen: what is sent again after a crash is the same."""

    def compose_due(self, now: datetime) -> int:
        """A digest for each subscriber whose time has come and for whom something is new; returns how many.

        Who wants a sign of life and was told nothing for a week gets that.
        """
        return self._keep(self._due(now), now, Haste.AS_CHOSEN) + self._reassure(now)

    def due_now(self, now: datetime) -> list[Written]:
        """The digests that `compose_due` would put into the outbox; nothing is kept."""
        return list(self._written(self._due(now), now))

    def compose_now(self, reader: Reader, now: datetime) -> int:
        """A digest for one subscriber, whatever their cadences and quiet hours; returns 0 where nothing is new."""
        may = reader.active and reader.confirmed and not reader.suppressed
        return self._keep(self._drafts([self._here(reader)], now, Haste.NOW) if may else [], now, Haste.NOW)

    def _reassure(self, now: datetime) -> int:
        """Signs of life after a week without a mail, outside of quiet hours."""
        done = 0
        for reader, since in self.store.telling.silent(list(self.titles), now - SILENT):
            if not due.is_awake(reader, now):
                continue
            titles = tuple(self.titles[w] for w in reader.subscriber.watchlists)
            quiet = digest.Quiet(reader.subscriber, titles, since, self.store.archive.count(since), now)
            mail = self.sign(digest.render_sign_of_life(quiet, self.letterhead))
            self.store.telling.keep_sign_of_life(reader.subscriber.id, mail, now)
            done += 1
        return done

    def drafts(self, readers: Sequence[Reader], now: datetime) -> list[Draft]:
        """What some subscribers would get now, and what is held; nothing is kept."""
        return self._drafts([self._here(reader) for reader in readers], now, Haste.AS_CHOSEN) if readers else []

    def look(self, reader: Reader, now: datetime, haste: Haste) -> tuple[Draft, Written | None]:
        """What one subscriber would get now, and what is held; nothing is kept."""
        (draft,) = self._drafts([self._here(reader)], now, haste)
        return draft, next(self._written([draft], now), None)

    def _here(self, reader: Reader) -> Reader:
        """With the watchlists that there are: a subscription outlives a file that is taken out for a while."""
        follows = {w: each for w, each in reader.follows.items() if w in self.titles and not each.pending}
        return dataclasses.replace(
            reader, follows=follows, subscriber=dataclasses.replace(reader.subscriber, watchlists=tuple(follows))
        )

    def _keep(self, drafts: Sequence[Draft], now: datetime, haste: Haste) -> int:
        done = 0
        letters = self._letters(self._written(drafts, now), haste)
        while batch := list(itertools.islice(letters, BATCH)):
            passing(Point.COMPOSED)
            self.store.telling.keep(batch, now)
            passing(Point.FROZEN)
            for each in batch:
                log.info("digest composed", to=each.mail.to, subject=each.mail.subject, developments=len(each.told))
            done += len(batch)
        self.store.telling.settle(
            {
                each.reader.subscriber.id: due.settled(each.reader, each.known.bulletins, each.plan.held)
                for each in drafts
                if not each.plan.tell
            }
        )
        return done

    # --- asking

    def _due(self, now: datetime) -> list[Draft]:
        """Drafts for those whose time has come."""
        watchlists, telling = list(self.titles), self.store.telling
        if not due.any_open(telling.rhythms(watchlists), now, self.every):
            return []
        readers = telling.unsettled(watchlists)
        return self._drafts([each for each in readers if due.is_open(each, now, self.every)], now, Haste.AS_CHOSEN)

    def _drafts(self, readers: Sequence[Reader], now: datetime, haste: Haste) -> list[Draft]:
        """Everything that decides is asked for all of them at once."""
        if not readers:
            return []
        telling = self.store.telling
        numbers = [reader.subscriber.id for reader in readers]
        marks = {reader.subscriber.id: _mark(reader) for reader in readers}
        bulletins = telling.bulletins(self.titles, min(marks.values()))
        above = _Above(bulletins)
        stories = {bulletin.story for bulletin in bulletins}
        echoed = {number for bulletin in bulletins for number in bulletin.echoes}
        mentions, told = telling.mentions(stories), telling.told(marks, echoed)
        stories_told, last_mails = telling.stories_told(numbers, stories), telling.last_mails(numbers)
        drafts = []
        for reader in readers:
            number = reader.subscriber.id
            known = Known(
                above(marks[number]), mentions, told.get(number, frozenset()), stories_told.get(number, frozenset())
            )
            plan = due.plan(reader, known, now, self.every, haste)
            also = _also(reader, known, plan, last_mails.get(number))
            drafts.append(Draft(reader, plan, known, also, last_mails.get(number)))
        return drafts

    # --- writing

    def _written(self, drafts: Iterable[Draft], now: datetime) -> Iterator[Written]:
        """Those to whom the same is told share one digest, but for who they are and what they got before."""
        groups: dict[Hashable, list[Draft]] = defaultdict(list)
        for draft in drafts:
            if draft.plan.tell:
                groups[_same_news(draft)].append(draft)
        told = {each.id: each for drafts in groups.values() for each in drafts[0].plan.tell}
        developments = self.store.telling.developments(told.values())
        reports = self.store.telling.reports(_cited(drafts[0] for drafts in groups.values()))
        for group in groups.values():
            try:
                letter = self._digest(group[0], developments, reports, now)
            except Exception:  # a fault of ours in one digest must not cost the others theirs
                log.exception("digest failed", to=[draft.reader.subscriber.address for draft in group[:10]])
                continue
            if letter:
                yield from self._addressed(letter, group)

    def _digest(
        self, draft: Draft, developments: Mapping[int, Development], reports: Mapping[str, Report], now: datetime
    ) -> Digest | None:
        letter = digest.compose(
            draft.reader.subscriber,
            [_as_told(each, developments[each.id], draft, reports) for each in draft.plan.tell],
            {story: [reports[each] for each in articles] for story, articles in draft.also.items()},
            draft.known.stories,
            self.titles,
            now,
        )
        held = due.counted(draft.plan.held, draft.last_mail)
        return letter and dataclasses.replace(letter, held=(*letter.held, *held))

    def _addressed(self, letter: Digest, group: Sequence[Draft]) -> Iterator[Written]:
        alone = letter.stories[0].story if len(letter.stories) == 1 else None
        threads: dict[tuple[int, str], Thread] = {}
        if alone:
            numbers = [draft.reader.subscriber.id for draft in group if draft.plan.at_once]
            threads = self.store.telling.threads(numbers, [alone])
        for draft in group:
            subscriber = draft.reader.subscriber
            thread = threads.get((subscriber.id, alone or ""))
            yield Written(draft, dataclasses.replace(letter, subscriber=subscriber, thread=thread))

    def _letters(self, written: Iterable[Written], haste: Haste) -> Iterator[Letter]:
        printer = digest.Printer(self.letterhead)
        for each in written:
            draft, stories = each.draft, each.digest.stories
            try:
                mail = self.sign(printer.mail(each.digest))
            except Exception:  # as above
                log.exception("mail failed", to=draft.reader.subscriber.address)
                continue
            alone = stories[0].story if draft.plan.at_once and len(stories) == 1 else None
            mail = dataclasses.replace(mail, story=alone)
            marks = due.settled(draft.reader, draft.known.bulletins, each.left)
            served = due.served(draft.reader, draft.plan, haste)
            yield Letter(draft.reader.subscriber.id, mail, each.told, served, marks)


class _Above:
    """The bulletins above a mark: most readers share a few marks."""

    def __init__(self, bulletins: Sequence[Bulletin]) -> None:
        self._bulletins = bulletins
        self._numbers = [bulletin.id for bulletin in bulletins]
        self._cut: dict[int, Sequence[Bulletin]] = {}

    def __call__(self, mark: int) -> Sequence[Bulletin]:
        if mark not in self._cut:
            self._cut[mark] = self._bulletins[bisect.bisect_right(self._numbers, mark) :]
        return self._cut[mark]


def _mark(reader: Reader) -> int:
    """Up to there nothing is left to be told of any watchlist."""
    return min((each.settled for each in reader.follows.values() if not each.pending), default=0)


def _also(reader: Reader, known: Known, plan: Plan, last_mail: datetime | None) -> dict[str, tuple[str, ...]]:
    """By story: what other reports there are of it: of a known one since the last mail, of an unknown one all.

    Who is new to a story is given its state, not its history: what was told before they followed is named, not told.
    """
    shown = {each.article for each in plan.tell} | {each.article for each in plan.stands_in.values()}
    since = min((each.since for each in reader.follows.values() if not each.pending), default=None)
    found = {}
    for story in {each.story for each in plan.tell}:
        from_then = last_mail if story in known.stories else None
        found[story] = tuple(
            each.article
            for each in known.mentions.get(story, ())
            if each.article not in shown
            and not each.watchlists.isdisjoint(reader.subscriber.watchlists)
            and _is_beside(each, from_then, since)
        )
    return found


def _is_beside(mention: Mention, from_then: datetime | None, since: datetime | None) -> bool:
    if mention.news in (News.REPEAT, News.COPY):
        return from_then is None or mention.seen > from_then
    return from_then is None and since is not None and mention.seen < since


def _same_news(draft: Draft) -> Hashable:
    """What a digest says, but for who gets it."""
    subscriber, plan = draft.reader.subscriber, draft.plan
    return (
        tuple(each.id for each in plan.tell),
        tuple(sorted((number, each.article) for number, each in plan.stands_in.items())),
        tuple(sorted(draft.also.items())),
        frozenset(each.story for each in plan.tell) & draft.known.stories,
        due.counted(plan.held, draft.last_mail),
        (subscriber.watchlists, subscriber.zone, subscriber.language, subscriber.cap),
    )


def _cited(drafts: Iterable[Draft]) -> set[str]:
    return {
        article
        for draft in drafts
        for article in itertools.chain(
            *draft.also.values(), (repeat.article for repeat in draft.plan.stands_in.values())
        )
    }


def _as_told(bulletin: Bulletin, development: Development, draft: Draft, reports: Mapping[str, Report]) -> Development:
    """A development as it is to this reader, who may follow one of its watchlists alone, or not read its language."""
    mine = tuple(w for w in bulletin.concerns if w in draft.reader.subscriber.watchlists)
    news = News.DEVELOPMENT if any(bulletin.concerns[w] is News.DEVELOPMENT for w in mine) else News.STORY
    mine_alone = dataclasses.replace(development, watchlists=mine, news=news)
    repeat = draft.plan.stands_in.get(bulletin.id)
    return dataclasses.replace(mine_alone, report=reports[repeat.article], new=()) if repeat else mine_alone

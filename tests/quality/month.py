"""A month of mails in minutes: is everything told once, to each who should have it, whatever happens meanwhile?

    python tests/quality/month.py [--days 30] [--subscribers 200] [--month october] [--seed 1] [--tick 5]

The real store, composer, sender, reader of bounces and balance; only time and the mail server are not real.
Subscribers in 24 zones live through a change of clocks with cadences, quiet hours, caps and languages of every kind;
they sign up, leave and come back. Meanwhile the service is stopped, killed between two steps and started again, its
clock is set wrong and right, the mail server is away for hours, boxes are full, addresses die, and replies get lost.

What should be told is kept by the simulation itself, from what happens, and compared with what reached the mailboxes.
It ends with a line of sums; the exit code is 1 where anything but zero stands behind doubled, lost, daily_days_wrong or
balance.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import logging
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from sqlmodel import select

from monitor import points
from monitor.digest import MailSettings
from monitor.errors import DeliveryError, Fault
from monitor.pipeline import clock
from monitor.pipeline.balancing import Auditor, Night
from monitor.pipeline.clock import Steady
from monitor.pipeline.compose import Composer
from monitor.pipeline.returns import Returns
from monitor.pipeline.send import Bounces, Sender
from monitor.pipeline.supersede import replace_past_use
from monitor.points import Point
from monitor.store import Store
from monitor.store.archive import Kept
from monitor.tables import MailRow, ToldRow
from monitor.values import Article, Change, Choices, Field, Hit, News, Novel, Placement, Placing, Verdict

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVERY = 10 * MINUTE
KEY = "the key of this month"
LETTERHEAD = MailSettings("News <news@monitor.example>", "https://monitor.example", KEY, None)
WATCHLISTS = ("arms", "gas", "sea", "law", "grain")
STARTS = {"march": datetime(2026, 3, 7, tzinfo=UTC), "october": datetime(2026, 10, 15, tzinfo=UTC)}
"""Both hold changes of clocks in Europe and North America; March those of Chile and Lord Howe too."""
ZONES = (
    "Europe/Paris", "Europe/London", "Europe/Kyiv", "America/New_York", "America/St_Johns", "America/Los_Angeles",
    "America/Santiago", "America/Sao_Paulo", "Australia/Lord_Howe", "Australia/Sydney", "Pacific/Auckland",
    "Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "Asia/Seoul", "Asia/Tokyo",
    "Asia/Kolkata", "Asia/Tehran", "Asia/Gaza", "Africa/Cairo", "Africa/Casablanca", "Atlantic/Azores", "UTC",
)  # fmt: skip
CADENCES = (
    "at once", "at once", "at once", "hourly", "daily 07:30", "daily 02:30", "daily 00:00", "daily 23:55",
    "daily 08:00 13:00 18:00", "weekly monday 08:00", "weekly sunday 02:15",
)  # fmt: skip
LANGUAGES = ("en", "en", "fr", "ko", "ru")
CALM = 10 * DAY
"""After the month nothing happens for so long that the last weekly digest has come and the last full box is empty."""
TROUBLES = (Point.COMPOSED, Point.FROZEN, Point.CLAIMED, Point.REACHED, Point.ANSWERED, Point.SETTLED)


class Killed(BaseException):
    """The process died here."""


@dataclass
class Person:
    """A subscriber as the simulation knows them."""

    number: int
    address: str
    follows: set[str]
    languages: tuple[str, ...] = ()
    daily: tuple[str, str] | None = None
    """Zone and time, of those whose mails all come once a day, and who never change."""
    confirmed: bool = True
    active: bool = True
    dead: datetime | None = None
    full: list[tuple[datetime, datetime]] = field(default_factory=list)
    due: dict[int, datetime] = field(default_factory=dict)
    """Developments that they should have, and since when."""
    excused: set[int] = field(default_factory=set)
    """Those that they gave up a claim to by leaving."""


@dataclass
class Event:
    """A development as the simulation knows it."""

    number: int
    article: str
    story: str
    watchlists: frozenset[str]
    language: str
    repeats: list[tuple[datetime, str]] = field(default_factory=list)
    """When it was reported again, and in which language."""


@dataclass
class Delivery:
    """A mail as it reached a mailbox."""

    at: datetime
    address: str
    message_id: str
    data: bytes


class Mailboxes:
    """The mail server, and everybody's mailbox."""

    connections = 2

    def __init__(self, month: Month) -> None:
        self._month = month
        self.taken: list[Delivery] = []
        self.down_until: datetime | None = None

    async def send(self, mail, reached=lambda: None, sender: str | None = None) -> None:
        month, chance = self._month, self._month.chance
        person = month.by_address.get(mail.to)
        if self.down_until and month.now < self.down_until:
            raise DeliveryError("relay", "is away", Fault.SERVER)
        if person and person.dead and month.now > person.dead and person.number % 2:
            raise DeliveryError(mail.to, "550 5.1.1 no such user", Fault.ADDRESS, reply="550 5.1.1 no such user")
        if person and any(start <= month.now < end for start, end in person.full):
            raise DeliveryError(mail.to, "452 4.2.2 full", Fault.MAIL, reply="452 4.2.2 full")
        reached()
        if month.rough and chance.random() < 0.005:
            raise DeliveryError(mail.to, "broke before the end", Fault.MAIL, in_doubt=True)
        if person and person.dead and month.now > person.dead:
            month.bounces.append(sender)
            return
        self.taken.append(Delivery(month.now, mail.to, mail.message_id, mail.data))
        if month.rough and chance.random() < 0.005:
            raise DeliveryError(mail.to, "broke after the end", Fault.MAIL, in_doubt=True)

    async def close(self) -> None:
        """Nothing is kept open."""


class Month:
    """The world, from tick to tick."""

    def __init__(self, folder: Path, seed: int, start: datetime, tick: timedelta) -> None:
        self.chance = random.Random(seed)
        self.folder, self.tick, self.now, self.start = folder, tick, start, start
        self.offset = timedelta(0)
        self.wrong_clock: list[tuple[datetime, datetime]] = []
        self.rough = True
        self.people: list[Person] = []
        self.by_address: dict[str, Person] = {}
        self.news: list[Event] = []
        self.bounces: list[str | None] = []
        self.box = Mailboxes(self)
        self.told: dict[str, tuple[int, frozenset[int]]] = {}
        """By Message-ID: whom it tells, and what."""
        self.composed: dict[int, list[datetime]] = collections.defaultdict(list)
        self.counts: collections.Counter[str] = collections.Counter()
        self.differences = 0
        self._captured = 0
        self._runner = asyncio.Runner()
        for name in ("new", "cur", "tmp"):
            (folder / "returned" / name).mkdir(parents=True)
        self._open()

    # --- the service

    @property
    def wall(self) -> datetime:
        return self.now + self.offset

    def _open(self) -> None:
        self.store = Store(f"sqlite:///{self.folder}/monitor.db")
        self.composer = Composer(self.store, LETTERHEAD, {w: w.title() for w in WATCHLISTS}, EVERY)
        self.sender = Sender(self.store, self.box, Bounces("bounces@monitor.example", KEY))
        self.store.outbox.release_claims(self.wall)

    def close(self) -> None:
        self.store.close()
        self._runner.close()

    def restart(self) -> None:
        self.store.close()
        self._open()
        self.counts["restarts"] += 1

    def walk(self) -> None:
        """One tick of the service."""
        try:
            self._runner.run(self._step())
        except Killed:
            self.counts["kills"] += 1
            points.unwatch()
            self.restart()
        except BaseExceptionGroup as group:
            if group.split(Killed)[1] is not None:
                raise
            self.counts["kills"] += 1
            points.unwatch()
            self.restart()

    async def _step(self) -> None:
        clock.follow(self.store, self.wall, lambda: Steady("boot", self.now.timestamp()))
        self._capture()
        replace_past_use(self.store, self.wall, EVERY)
        self.composer.compose_due(self.wall)
        self._capture()
        await self.sender.send_waiting(self.wall)
        self._take_bounces()
        Returns(self.store, KEY).look(self.folder / "returned", self.wall)
        night = Night(Auditor(self.store, self.composer), LETTERHEAD, "op@monitor.example")
        if night.is_due(self.wall):
            drawn = night.look(self.wall)
            self.counts["nights"] += 1
            self.differences += drawn.different
            for each in drawn.differences[:3]:
                print(f"{self.now:%m-%d %H:%M} balance: {each}")

    def _capture(self) -> None:
        """What each new mail tells, before anything can take it back."""
        with self.store.session() as session:
            rows = session.exec(
                select(MailRow.id, MailRow.message_id, MailRow.subscriber, ToldRow.development)
                .join(ToldRow, ToldRow.mail == MailRow.id)
                .where(MailRow.id > self._captured)
            ).all()
        fresh = collections.defaultdict(set)
        for number, message, subscriber, development in rows:
            fresh[message, subscriber].add(development)
            self._captured = max(self._captured, number)
        for (message, subscriber), developments in fresh.items():
            self.told[message] = (subscriber, frozenset(developments))
            self.composed[subscriber].append(self.now)

    def _take_bounces(self) -> None:
        for sender in self.bounces:
            self.counts["bounces"] += 1
            name = self.folder / "returned" / "new" / f"{self.counts['bounces']}"
            name.write_text(
                f"Return-Path: <>\nTo: {sender}\nSubject: failure notice\nFrom: MAILER-DAEMON@box.example\n\n"
                "<reader>:\nSorry, no mailbox here by that name. (#5.1.1)\n"
            )
        self.bounces.clear()

    # --- the world

    def signs_up(self, *, steady: bool) -> None:
        chance, number = self.chance, len(self.people) + 1
        zone = ZONES[number % len(ZONES)]
        follows = chance.sample(WATCHLISTS, chance.randint(1, 3))
        daily = f"daily {chance.randrange(24):02}:{chance.choice((0, 15, 30, 59)):02}" if number % 3 == 0 else None
        cadences = {w: daily or chance.choice(CADENCES) for w in follows}
        languages = () if daily or chance.random() < 0.7 else tuple(chance.sample(("en", "fr", "ko"), 2))
        quiet = None if daily or chance.random() < 0.6 else chance.choice(("22:00-07:00", "01:30-03:30", "12:00-14:00"))
        choices = Choices(cadences, zone, "en", languages, quiet, _cap(cadences, chance.choice((None, None, 8, 20))))
        address = f"reader{number}@box{number % 40}.example"
        person = Person(number, address, set(follows), languages, (zone, daily) if daily and steady else None)
        if steady:
            person.number = self.store.people.add(address, follows, self.wall).id
            self.store.people.choose(person.number, choices, self.wall)
        else:
            person.number = self.store.people.ask(address, choices, self.wall)
            person.confirmed = False
        self.people.append(person)
        self.by_address[address] = person

    def reports(self) -> None:
        """Something happens: a new story, a development, or a repeat."""
        chance = self.chance
        known = chance.choice(self.news[-40:]) if self.news and chance.random() < 0.5 else None
        again = known is not None and chance.random() < 0.5
        count = self.counts["articles"] = self.counts["articles"] + 1
        name, language = f"a{count}", chance.choice(LANGUAGES)
        watchlists = known.watchlists if known else frozenset(chance.sample(WATCHLISTS, chance.choice((1, 1, 2))))
        kind = News.REPEAT if again else News.DEVELOPMENT if known else News.STORY
        article = Article(name, f"Report {name}", "Lead.", f"https://wire.example/{name}", language, self.wall, "Wire")
        hits = tuple(Hit(w, "term", "Report", Field.TITLE, 0, 6, "as written", 1.0) for w in sorted(watchlists))
        placing = Placing.SAME_STORY if known else Placing.NEW_STORY
        story, near = (known.story, known.article) if known else (name, None)
        verdict = Verdict(kind, (Novel(Change.NEW, f"{count} ships", f"There are {count} ships."),), "why")
        place = Placement(story, placing, near, 0.5, sure=True, why="why")
        concerns = {} if again else dict.fromkeys(watchlists, kind)
        self.store.archive.keep(Kept(article, self.wall, hits, place, verdict), concerns)
        if again:
            known.repeats.append((self.now, language))
            return
        fresh = Event(len(self.news) + 1, name, story, watchlists, language)
        self.news.append(fresh)
        for person in self.people:
            if person.follows & watchlists:
                person.due[fresh.number] = self.now

    def leaves(self, person: Person) -> None:
        self.store.people.unsubscribe(person.number)
        person.active = False

    def comes_back(self, person: Person) -> None:
        self.store.people.resubscribe(person.number)
        person.active = True

    def chooses(self, person: Person) -> None:
        """Another set of watchlists and cadences."""
        choices = self.store.people.choices(person.number)
        follows = self.chance.sample(WATCHLISTS, self.chance.randint(1, 3))
        cadences = {w: self.chance.choice(CADENCES) for w in follows}
        self.store.people.choose(
            person.number,
            Choices(cadences, choices.zone, "en", choices.languages, choices.quiet, _cap(cadences, choices.cap)),
            self.wall,
        )
        kept = person.follows & set(follows)
        person.follows = set(follows)
        for number in person.due:
            if not self.news[number - 1].watchlists & kept:
                person.excused.add(number)

    def confirms(self, person: Person) -> None:
        self.store.people.confirm(person.number, self.wall)
        person.confirmed = True

    def sets_clock(self, by: timedelta) -> None:
        if by and not self.offset:
            self.wrong_clock.append((self.now, self.now + 400 * DAY))
        if not by and self.offset:
            self.wrong_clock[-1] = (self.wrong_clock[-1][0], self.now)
        self.offset = by
        self.counts["clock_steps"] += 1

    def happens(self, share: float) -> None:
        """What may befall the world in one tick that is `share` of a day."""
        chance = self.chance
        for rate, event in (
            (22, self.reports), (2, self.restart), (3, self._arms_a_kill), (0.25, self._goes_down),
            (0.7, lambda: self.signs_up(steady=False)), (0.5, self._somebody_leaves), (0.5, self._somebody_chooses),
            (0.4, self._box_is_full), (0.15, self._somebody_dies), (0.3, self._clock), (0.3, self._halts),
        ):  # fmt: skip
            if chance.random() < rate * share:
                event()
        for person in self.people:
            if not person.confirmed and chance.random() < 1.0 * share and person.number % 5:
                self.confirms(person)
            elif not person.active and person.number % 2 and chance.random() < 0.3 * share:
                self.comes_back(person)

    def _arms_a_kill(self) -> None:
        at, passes = self.chance.choice(TROUBLES), self.chance.randint(0, 2)

        def die(point: Point) -> None:
            nonlocal passes
            if point is at:
                passes -= 1
                if passes < 0:
                    raise Killed

        points.watch(die)

    def _goes_down(self) -> None:
        self.box.down_until = self.now + self.chance.choice((HOUR, 5 * HOUR, 14 * HOUR, 30 * HOUR))
        self.counts["outages"] += 1

    def _halts(self) -> None:
        """The service is stopped for hours; the world goes on without it, so nothing is read meanwhile."""
        self.now += self.chance.choice((HOUR, 4 * HOUR, 9 * HOUR))
        self.counts["halts"] += 1
        self.restart()

    def _some(self, *, steady: bool = False) -> Person:
        return self.chance.choice([p for p in self.people if steady or p.daily is None])

    def _somebody_leaves(self) -> None:
        self.leaves(self._some())

    def _somebody_chooses(self) -> None:
        person = self._some()
        if person.confirmed:
            self.chooses(person)

    def _box_is_full(self) -> None:
        self._some(steady=True).full.append((self.now, self.now + self.chance.choice((5 * HOUR, 2 * DAY, 4 * DAY))))

    def _somebody_dies(self) -> None:
        person = self._some()
        person.dead = person.dead or self.now

    def _clock(self) -> None:
        wrong = self.chance.choice((-3, -1, 1, 3)) * HOUR + self.chance.randint(0, 59) * MINUTE
        self.sets_clock(timedelta(0) if self.offset else wrong)

    def live(self, days: int) -> None:
        end = self.start + days * DAY
        while self.now < end:
            self.happens(self.tick / DAY)
            self.walk()
            self.now += self.tick
        self.rough = False
        points.unwatch()
        self.sets_clock(timedelta(0))
        end = self.now + CALM
        while self.now < end or self._backlog(end):
            self.walk()
            self.now += 4 * self.tick

    def _backlog(self, calm: datetime) -> bool:
        """Whether full mails still leave something over, some weeks at most: it is looked for once a day."""
        if self.now > calm + 5 * CALM:
            return False
        if (self.now - calm) % DAY >= 4 * self.tick:
            return True
        held = Auditor(self.store, self.composer).draw(self.wall, 120).held
        return any(held.get(why) for why in ("cadence", "cap", "due now", "outbox", "quiet"))

    # --- the account

    def lost(self) -> list[tuple[Person, int]]:
        """Due, not in any mailbox, and no reason that the simulation itself knows of."""
        reached = collections.defaultdict(set)
        for each in self.box.taken:
            if each.message_id in self.told:
                subscriber, developments = self.told[each.message_id]
                reached[subscriber] |= developments
        found = []
        for person in self.people:
            self.counts["due"] += len(person.due)
            self.counts["told"] += len(reached[person.number] & person.due.keys())
            if person.dead or not person.active or not person.confirmed:
                continue
            found += [
                (person, number)
                for number in person.due.keys() - reached[person.number] - person.excused
                if self._is_wanted(person, self.news[number - 1])
            ]
        return found

    def _is_wanted(self, person: Person, news: Event) -> bool:
        """In one of their languages, or reported again in one before a week was over."""
        if not person.languages or news.language in person.languages:
            return True
        seen = person.due[news.number]
        return any(at < seen + 6 * DAY and language in person.languages for at, language in news.repeats)

    def doubled(self) -> list[tuple[int, int]]:
        """Told to one subscriber by two different mails that both arrived."""
        mails = collections.defaultdict(set)
        for each in self.box.taken:
            subscriber, developments = self.told.get(each.message_id, (0, frozenset()))
            for number in developments:
                mails[subscriber, number].add(each.message_id)
        return [pair for pair, messages in mails.items() if len(messages) > 1]

    def rewritten(self) -> int:
        """Message-IDs that arrived with two different contents."""
        contents = collections.defaultdict(set)
        for each in self.box.taken:
            contents[each.message_id].add(each.data)
        return sum(len(data) > 1 for data in contents.values())

    def days_wrong(self) -> list[str]:
        """Local days of those with one daily mail that had more than one, or none though there was news."""
        found = []
        for person in self.people:
            if person.daily is None or person.dead:
                continue
            for opens, closes, before in _slots(*person.daily, self.start + DAY, self.now - 2 * DAY):
                if any(start < closes + 6 * HOUR and end > before - 6 * HOUR for start, end in self.wrong_clock):
                    continue
                mails = sum(opens <= at < closes for at in self.composed[person.number])
                news = any(before + self.tick < at <= opens - self.tick for at in person.due.values())
                if mails > 1 or (news and not mails):
                    found.append(f"{person.address} {person.daily} {opens:%m-%d %H:%M}: {mails} mails")
        return found


def _cap(cadences: dict[str, str], cap: int | None) -> int | None:
    """None for who gets weekly mails: a week brings more than the cap, and what is over would wait for ever."""
    return None if any(each.startswith("weekly") for each in cadences.values()) else cap


def _slots(zone: str, cadence: str, start: datetime, end: datetime):
    """The times of a daily mail by counting minutes, as a person with a clock on the wall would."""
    place, (hour, minute) = ZoneInfo(zone), map(int, cadence.removeprefix("daily ").split(":"))
    slots, day = [], start.astimezone(place).date() - DAY
    while (slot := _first(day, hour, minute, place)) < end:
        slots.append(slot)
        day += DAY
    return [(b, c, a) for a, b, c in zip(slots, slots[1:], slots[2:], strict=False) if a >= start]


def _first(day: date, hour: int, minute: int, place: ZoneInfo) -> datetime:
    """The first minute of a local day at which its clock shows a time or a later one."""
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) - 30 * HOUR
    while True:
        local = moment.astimezone(place)
        if local.date() == day and (local.hour, local.minute) >= (hour, minute):
            return moment
        moment += MINUTE if local.date() == day or (local.date() == day - DAY and local.hour >= 22) else 15 * MINUTE


def run(days: int, subscribers: int, month: str, seed: int, tick: timedelta) -> int:
    """Live a month, print what came of it; returns the exit code."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        world = Month(Path(folder), seed, STARTS[month], tick)
        for _ in range(subscribers):
            world.signs_up(steady=True)
        world.live(days)
        lost, doubled, wrong, rewritten = world.lost(), world.doubled(), world.days_wrong(), world.rewritten()
        final = Auditor(world.store, world.composer).draw(world.wall, days + 60)
        world.close()
    for person, number in lost[:10]:
        event = world.news[number - 1]
        again = " ".join(f"{language} {at:%m-%d %H:%M}" for at, language in event.repeats)
        wanted = f", in {event.language}, wanted {person.languages}, again {again}" if person.languages else ""
        print(f"lost: {person.address} of development {number}, due {person.due[number]:%m-%d %H:%M}{wanted}")
    for pair in doubled[:10]:
        print(f"doubled: subscriber {pair[0]}, development {pair[1]}")
    for words in wrong[:10]:
        print(f"wrong day: {words}")
    counts = world.counts
    print(
        f"kills {counts['kills']} restarts {counts['restarts']} halts {counts['halts']} outages {counts['outages']} "
        f"clock_steps {counts['clock_steps']} bounces {counts['bounces']} mails {len(world.box.taken)} "
        f"same_mail_again {len(world.box.taken) - len({each.message_id for each in world.box.taken})} "
        f"rewritten {rewritten} nights {counts['nights']} seconds {time.monotonic() - began:.0f}"
    )
    print(f"at the end: {final}; held {dict(final.held)}, failed {dict(final.failed)}")
    balance = world.differences + final.different
    print(
        f"developments {len(world.news)} subscribers {len(world.people)} due {counts['due']} told {counts['told']} "
        f"doubled {len(doubled)} lost {len(lost)} daily_days_wrong {len(wrong)} balance {balance}"
    )
    return int(bool(doubled or lost or wrong or rewritten or balance))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--subscribers", type=int, default=200)
    parser.add_argument("--month", choices=sorted(STARTS), default="march")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tick", type=int, default=5, help="minutes between two looks of the service")
    given = parser.parse_args()
    return run(given.days, given.subscribers, given.month, given.seed, given.tick * MINUTE)


if __name__ == "__main__":
    sys.exit(main())

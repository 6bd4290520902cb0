"""Kills the monitor again and again, at every named point and at any moment, and counts what is lost or told twice.

    python tests/quality/torture.py --kills 1000

Real walks (`monitor once`, and some `monitor run`) between a web and a mail server on loopback. News keeps coming; each
process is killed with SIGKILL at some passage of some point, or after some milliseconds, and the next one goes on from
what is on the disk. At the end a walk without a kill empties everything, and the books are compared: what was
published, what the store says was told to whom, and what the mail server took.

    lost                    news that a subscriber should have and no mail at the server tells
    doubled                 mails that the server took more than once
    doubled_outside_window  those that were not in doubt at a kill or came with other bytes, and news told by two mails
"""

from __future__ import annotations

import argparse
import email
import email.policy
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from sqlmodel import select

sys.path.insert(0, str(Path(__file__).parent.parent))

from fakes import FakeMailServer, FakeWeb

from monitor.points import Point
from monitor.store import Store
from monitor.tables import ArticleRow, DevelopmentRow, ItemRow, MailRow, ToldRow

READERS = ("anna@one.example", "bo@two.example", "chen@two.example")
WATCHLIST = "title: Sightings\nnotify: [" + ", ".join(READERS) + "]\nterms:\n  - Pantsir\n"
FEEDS = ("north", "south", "west")
TIMED = 0.25
"""Share of kills that come after some time instead of at a point, to find what no point names."""


@dataclass
class Outcome:
    """What the torture came to."""

    kills: Counter[str] = field(default_factory=Counter)
    walks: int = 0
    published: int = 0
    developments: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: int = 0
    outside: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        doubled = f"doubled {self.doubled} doubled_outside_window {len(self.outside)}"
        return f"kills {self.kills.total()} lost {len(self.lost)} {doubled}"


class Torture:
    """A home folder, its world, and a process that forks walks which die."""

    def __init__(self, home: Path, web: FakeWeb, server: FakeMailServer, seed: int) -> None:
        self._home, self._web, self._server = home, web, server
        self._chance = random.Random(seed)
        self._items: dict[str, list] = {feed: [] for feed in FEEDS}
        self._published: list[str] = []
        """Addresses of the articles."""
        self._doubts: Counter[str] = Counter()
        self._seconds = [1.0]
        self.outcome = Outcome()
        (home / "watchlists").mkdir()
        (home / "watchlists" / "sightings.yaml").write_text(WATCHLIST)
        rows = (f"  - {{url: '{web.url(f'/{feed}.xml')}', title: {feed}, minutes: 1}}\n" for feed in FEEDS)
        (home / "feeds.yaml").write_text("feeds:\n" + "".join(rows))
        for feed in FEEDS:
            self._publish(feed)

    def run(self, kills: int, timed: float) -> Outcome:
        with self._forker() as forker:
            points = [*Point]
            while self.outcome.kills.total() < kills:
                some_time = self._chance.random() < timed
                point = None if some_time else min(points, key=lambda p: (self.outcome.kills[p], self._chance.random()))
                self._prepare(point)
                self._walk(forker, point)
            for _ in range(30):
                self._prepare(None, news=0)
                self._walk(forker, None, to_the_end=True)
                if self._is_done():
                    break
        self._compare()
        return self.outcome

    # --- the world

    def _publish(self, feed: str) -> None:
        """An article like no other: of words that were never used before."""
        number = len(self._published) + 1
        word = lambda: "".join(self._chance.choices(("ba", "do", "ki", "lu", "me", "no", "ra", "su", "ti", "ve"), k=4))  # noqa: E731
        token = f"Zq{number:05d}x"
        lead = f"A Pantsir stood at {word().title()} {token} and {word()} {word()} {word()} {word()} it."
        body = [f"{word().title()} {' '.join(word() for _ in range(25))}." for _ in range(4)]
        title = f"Pantsir seen at {word().title()} {token} by {word().title()}"
        now = datetime.now(UTC)
        url = self._web.page(f"/{feed}/{number}", title, [lead, *body], now)
        self._published.append(url)
        self._items[feed] = [(title, url, now), *self._items[feed]][:40]
        self._web.feed(f"/{feed}.xml", self._items[feed], title=feed)
        self.outcome.published += 1

    def _prepare(self, point: Point | None, news: int = 1) -> None:
        """Time passes: there is news, and the feeds may be asked again."""
        wants_news = point is None or point.name.startswith(("POLL", "READ", "COMPOSED", "FROZEN"))
        if not wants_news and self._waits():
            return
        for _ in range(news):
            self._publish(self._chance.choice(FEEDS))
        if self._started():
            self._store.sources.put_off_polls(
                {self._web.url(f"/{feed}.xml"): datetime.now(UTC) for feed in FEEDS}, "torture"
            )

    # --- walking and dying

    def _forker(self) -> subprocess.Popen[str]:
        settings = {
            "SMTP_URL": self._server.url,
            "MAIL_FROM": "news@monitor.example",
            "BOUNCE_ADDRESS": "bounces@monitor.example",
            "ALLOW_NETWORKS": "127.0.0.0/8",
            "HOST_GAP": "0",
            "DIGEST_MINUTES": "0",
            "LISTEN": "127.0.0.1:0",
            "EMBEDDER": "none",
        }
        clean = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
        env = clean | {f"MONITOR_{n}": v for n, v in settings.items()} | {"OPENBLAS_NUM_THREADS": "1"}
        command = [sys.executable, str(Path(__file__).with_name("tortured.py"))]
        return subprocess.Popen(
            command, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def _walk(self, forker: subprocess.Popen[str], point: Point | None, *, to_the_end: bool = False) -> None:
        passage = self._chance.choice((1, 1, 1, 2, 3)) if point else 1
        usual = sorted(self._seconds)[len(self._seconds) // 2]
        seconds = 0.0 if point or to_the_end else self._chance.uniform(0.02, 1.2 * usual)
        command = "run" if seconds and self._chance.random() < 0.3 else "once"
        started = time.monotonic()
        forker.stdin.write(f"{self._home}\t{command}\t{point or ''}\t{passage}\t{seconds:.3f}\n")
        forker.stdin.flush()
        code = int(forker.stdout.readline())
        assert code in (0, -9), f"the walk ended with {code}:\n{self._last_words()}"
        self.outcome.walks += 1
        if code == 0:
            self._seconds = [*self._seconds, time.monotonic() - started][-50:]
            return
        self.outcome.kills[point or f"some time, {command}"] += 1
        if self._started():
            with self._store.session() as session:
                self._doubts.update(session.exec(select(MailRow.message_id).where(MailRow.state == "in doubt")))

    def _last_words(self) -> str:
        return (self._home / "walk.log").read_text("utf-8", "replace")[-4000:]

    # --- the books

    @cached_property
    def _store(self) -> Store:
        return Store(f"sqlite:///{self._home}/storage/monitor.db")

    def _started(self) -> bool:
        return (self._home / "storage" / "monitor.db").exists()

    def _waits(self) -> bool:
        if not self._started():
            return False
        with self._store.session() as session:
            return (
                session.exec(select(MailRow.id).where(MailRow.state.in_(["queued", "claimed", "in doubt"]))).first()
                is not None
            )

    def _is_done(self) -> bool:
        store = self._store
        with store.session() as session:
            owed = session.exec(select(ItemRow.id).where(ItemRow.state == "owed")).first()
            read = len(session.exec(select(ArticleRow.id)).all())
            told = len(session.exec(select(ToldRow.mail)).all())
            developments = len(session.exec(select(DevelopmentRow.id)).all())
        done = owed is None and read == self.outcome.published and told == developments * len(READERS)
        return done and set(store.outbox.counts()) == {"sent"}

    def _compare(self) -> None:
        told_by = self._told_by()
        with self._store.session() as session:
            read = {row.url: row.id for row in session.exec(select(ArticleRow))}
            told = {row.article: row.id for row in session.exec(select(DevelopmentRow))}
        self.outcome.developments = len(told)
        for url in self._published:
            if url not in read:
                self.outcome.lost.append(f"{url} was never read")
                continue
            for reader in READERS if read[url] in told else ():
                mails = told_by[reader, url]
                if not mails:
                    self.outcome.lost.append(f"{url} is not in any mail to {reader}")
                elif len(mails) > 1:
                    self.outcome.outside.append(f"{url} was told to {reader} by {mails}")

    def _told_by(self) -> dict[tuple[str, str], list[str]]:
        """Reader and address -> the Message-IDs of the mails that tell it; copies of a mail are counted on the way.

        What a mail tells it links to. A title alone may be a quotation: "possibly the same as ...".
        """
        taken, told_by = defaultdict(list), defaultdict(list)
        for mail in self._server.mails:
            message = email.message_from_bytes(mail.data, policy=email.policy.default)
            taken[message["Message-ID"]].append((mail.to[0], mail.data))
        for message_id, copies in taken.items():
            again = len(copies) - 1
            self.outcome.doubled += again
            if again > self._doubts[message_id] or len(set(copies)) > 1:
                self.outcome.outside.append(f"{message_id} came {len(copies)} times")
            message = email.message_from_bytes(copies[0][1], policy=email.policy.default)
            for url in set(re.findall(r"http://\S+?/\w+/\d+\b", message.get_body(("plain",)).get_content())):
                told_by[copies[0][0], url].append(message_id)
        return told_by


def torture(kills: int, seed: int = 1, timed: float = TIMED) -> Outcome:
    with tempfile.TemporaryDirectory() as folder, FakeWeb() as web, FakeMailServer() as server:
        return Torture(Path(folder), web, server, seed).run(kills, timed)


def main() -> int:
    reader = argparse.ArgumentParser(description="Kill the monitor again and again and count what is lost or doubled.")
    reader.add_argument("--kills", type=int, default=100)
    reader.add_argument("--seed", type=int, default=1)
    wanted = reader.parse_args()
    outcome = torture(wanted.kills, wanted.seed)
    for where, kills in sorted(outcome.kills.items(), key=lambda each: str(each[0])):
        print(f"{kills:5} kills at {where}")
    for fault in (*outcome.lost, *outcome.outside)[:20]:
        print("FAULT", fault)
    print(f"{outcome.walks} walks, {outcome.published} articles published, {outcome.developments} developments")
    print(outcome)
    return 1 if outcome.lost or outcome.outside else 0


if __name__ == "__main__":
    sys.exit(main())

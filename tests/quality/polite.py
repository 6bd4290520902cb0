"""Politeness, measured: a month of polls of a small internet of news, in minutes.

    python tests/quality/polite.py [--days 30] [--feeds 500] [--newsworld DIR] [--folder DIR]

The real poller, store and fetcher read newsworld's feeds over HTTP on loopback. Only time is not real: the world's
clock runs steadily from tick to tick, and the product's clock is set a day forward and back against it. Meanwhile the
service is stopped, killed and started again, feeds publish in eight rhythms, and every fifth feed misbehaves.

It ends with the faults that newsworld's scorer counts, which must be 0, and with what the reader got for its requests.
The exit code is 1 where there was a fault or where an item that was fetched did not reach the store.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import email.utils
import importlib
import json
import logging
import os
import random
import resource
import shutil
import socket
import sys
import tempfile
import time
import types
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import rhythm
import structlog
from sqlmodel import col, func, select

from monitor import fetch
from monitor.pipeline.clock import Steady
from monitor.pipeline.poll import CLAIMED_WHY, Poller
from monitor.pipeline.workers import Workers
from monitor.store import Store
from monitor.tables import FeedRow, ItemRow, RequestRow
from monitor.values import Feed

ROOT = Path(__file__).parent.parent.parent
TICK = 300.0
"""Seconds between two looks at what is due; the service looks every five."""
WINDOW = 25
"""Items in a feed."""
OVERFLOWING = 40
"""Of so many feeds one brings 50 items an hour: twice what its window holds."""
TROUBLED = 5
"""Of so many feeds one misbehaves."""

TROUBLES = (
    "429-seconds", "429-date", "429-absurd", "429-negative", "429-text", "429-bare",
    "503-seconds", "503-date", "503-rfc850", "503-asctime", "500", "403", "nothing-here", "gone",
    "moved-301", "moved-308", "moved-302", "redirect-loop",
    "empty-200", "partial-206", "reset", "gzip-lie",
    "etag-changes", "etag-same", "etag-huge", "etag-bare", "no-validators", "cookie", "max-age", "robots",
)  # fmt: skip

UNKEPT = {
    "html-200": ('"h"',),
    "html-sometimes": ('"h"',),
    "truncated-body": ('"t"',),
    "truncated-xml": (),
    "304-always": ('"x"',),
}
"""Troubles that give an ETag with an answer that is no whole feed. It must not be kept (a 304 to it would hide news):
the next request goes without, or with an older one. The scorer takes both for faults; here these ETags must never be
sent (that of a feed which breaks off the same twice may), and every other column must be 0."""


class Clock:
    """The world's time: it jumps from tick to tick, and within a tick runs as real time does."""

    def __init__(self, start: float) -> None:
        self._base, self._anchor = start, time.monotonic()

    def time(self) -> float:
        return self._base + time.monotonic() - self._anchor

    def advance(self, to: float) -> None:
        self._base, self._anchor = max(to, self.time()), time.monotonic()


def worldly(clock: Clock) -> tuple[types.SimpleNamespace, types.SimpleNamespace]:
    """What newsworld gets for its modules `time` and `email`."""

    def formatdate(moment: float | None = None, **more: bool) -> str:
        return email.utils.formatdate(clock.time() if moment is None else moment, **more)

    utils = types.SimpleNamespace(**{**vars(email.utils), "formatdate": formatdate})
    return types.SimpleNamespace(**{**vars(time), "time": clock.time}), types.SimpleNamespace(utils=utils)


@dataclass
class Publishing:
    """When one outlet publishes, and what became of it."""

    number: int
    """Among the outlets of all parts."""
    pattern: str
    times: list[float]
    overflows: bool
    shown: int = 0
    never: int | None = None
    """Items of the first window that newer ones had pushed out before anybody looked; None: nobody has looked."""
    waits: list[float] = field(default_factory=list)
    lost: int = 0


def outlets_world(base: type, clock: Clock, plans: list[Publishing]) -> type:
    """newsworld's invented outlets, each publishing by its plan; rendered only when somebody looks."""

    class Outlets(base):
        def publish(self, o, n: int, modified: float, now: float | None = None) -> None:
            for _ in range(n):
                self.add(o, now or modified)
            self.documents[o.i] = sys.modules["worlds"].render_feed(o, modified)

        def add(self, o, at: float) -> None:
            self.count += 1
            path = f"{o.home}/a/{o.language}/{self.count}.html"
            entry = {"id": self.count, "title": f"Report {self.count} from outlet {o.i}", "link": path}
            o.entries.insert(0, {**entry, "summary": "It was reported today.", "time": int(at)})
            del o.entries[self.options.items :]

        def feed(self, ip: str):
            o, now = self.at(ip), clock.time()
            plan = plans[o.i]
            due = plan.shown
            while due < len(plan.times) and plan.times[due] <= now:
                due += 1
            fresh, plan.shown = plan.times[plan.shown : due], due
            seen = fresh[-self.options.items :]
            plan.lost += len(fresh) - len(seen)
            if plan.never is None:
                plan.never = len(seen)
            plan.waits += [now - at for at in seen]
            for at in seen:
                self.add(o, at)
            if seen:
                self.publish(o, 0, seen[-1])
            return super().feed(ip)

    return Outlets


def plan(number: int, days: int, start: float) -> Publishing:
    """The rhythm of one outlet; a month before the start gives its first window."""
    names = list(rhythm.PATTERNS)
    busy = number % OVERFLOWING == OVERFLOWING - 1
    name = "50 an hour" if busy else names[number % len(names)]
    publish = rhythm.by_rate(lambda _: 50) if busy else rhythm.PATTERNS[name]
    times = publish(random.Random(f"plan {number}"), days)
    shift = start - rhythm.START.timestamp()
    return Publishing(number, name, [at.timestamp() + shift for at in times], busy)


class World:
    """newsworld in this process, on its own clock."""

    def __init__(self, args: argparse.Namespace, clock: Clock, log: Path) -> None:
        self.part = args.part
        sys.path.insert(0, str(args.newsworld))
        modules = [importlib.import_module(name) for name in ("newsworld", "trouble", "worlds")]
        self.newsworld, self.trouble, self.worlds = modules
        for module in modules:
            module.time, module.email = worldly(clock)
        numbers = range(args.part or 0, args.feeds, args.parts if args.part is not None else 1)
        self.plans = [plan(number, args.days, clock.time()) for number in numbers]
        self.worlds.InventedWorld = outlets_world(self.worlds.InventedWorld, clock, self.plans)
        options = ["--feeds", len(self.plans), "--items", WINDOW, "--port", args.port + (args.part or 0), "--log", log]
        options += ["--epoch", clock.time(), "--retry-after", 3 * 3600]
        self.site = self.newsworld.Site(self.newsworld.arguments([str(option) for option in options]))
        self.servers: list[asyncio.Server] = []

    async def open(self) -> None:
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        for ip in self.site.addresses():
            listener = socket.socket()
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((ip, self.site.options.port))
            make = self.newsworld.Connection
            self.servers.append(
                await asyncio.get_running_loop().create_server(lambda m=make: m(self.site), sock=listener)
            )

    def close(self) -> None:
        for server in self.servers:
            server.close()
        self.site.log.file.close()

    def feeds(self) -> list[Feed]:
        """An address for each outlet; the troubled ones in turn."""
        names = [*UNKEPT, *TROUBLES]
        feeds = []
        for outlet, plan in zip(self.site.world.outlets, self.plans, strict=True):
            turn, troubled = divmod(plan.number, TROUBLED)
            path = f"/bad/{names[turn % len(names)]}" if troubled == 0 else "/feed.xml"
            feeds.append(Feed(outlet.home + path, outlet.name))
        return feeds

    def relapse(self) -> None:
        """The feeds that answered 429 and 503 for some hours do so again."""
        for key in [key for key in self.site.past if key[1][:3] in ("429", "503")]:
            del self.site.past[key]


class Service:
    """What `monitor run` does for polling, with a home that outlives it."""

    def __init__(self, url: str, feeds: list[Feed], clock: Clock, workers: Workers) -> None:
        self._url, self._feeds, self._clock, self._workers = url, feeds, clock, workers
        self._by_url = {feed.url: feed for feed in feeds}
        self.ahead = 0.0
        """How far the product's wall clock is ahead of the world's."""
        self.starts = self.asked = 0
        self.kills: list[tuple[float, set[str]]] = []
        """When it was killed while it asked, and whom."""
        self._store: Store | None = None

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.time() + self.ahead, UTC)

    async def start(self) -> None:
        self.starts += 1
        self._store = Store(self._url)
        self._fetcher = fetch.Fetcher("ops@monitor.example", (ip_network("127.0.0.0/8"),), gap=timedelta(0))
        await self._fetcher.__aenter__()
        self._poller = Poller(self._fetcher, self._workers, self._store, lambda: Steady("world", self._clock.time()))
        self._poller.keep_pace(self.now())
        self._poller.spread_overdue(self.now())  # the service does so at each look, but these looks are long apart
        self._store.sources.sync(self._feeds, self.now())

    async def stop(self) -> None:
        await self._fetcher.__aexit__()
        self._store.close()

    async def tick(self, patience: float | None = None) -> None:
        """One look at what is due; it is killed after so many seconds."""
        now = self.now()
        self._poller.keep_pace(now)
        try:
            report = await asyncio.wait_for(self._poller.poll_due(self._by_url, now), patience)
            self.asked += report.asked
        except TimeoutError:
            claimed = select(FeedRow.url).where(FeedRow.why_then == CLAIMED_WHY)
            with self._store.session() as session:
                hosts = {url.split("/")[2] for url in session.exec(claimed)}
            self.kills.append((self._clock.time(), hosts))

    async def restart(self) -> None:
        await self.stop()
        await self.start()


@dataclass
class Month:
    """What happens when, as shares of the simulated time."""

    days: int
    steps: tuple[tuple[float, float], ...] = ((0.2, 86400), (0.32, -86400), (0.5, -86400), (0.62, 86400))
    """When the product's clock is set, and by how many seconds."""
    storm: float = 0.4
    """A hundred restarts within an hour."""
    halt: float = 0.7
    """The service stands still for half a day in thirty, and its clock is set meanwhile."""

    def tick(self, share: float) -> int:
        return int(share * self.days * 86400 / TICK)


async def live(world: World, service: Service, clock: Clock, month: Month) -> None:
    start, chance = clock.time(), random.Random(5)
    steps = {month.tick(share): by for share, by in month.steps}
    ticks = month.tick(1)
    shown = time.monotonic()
    await service.start()
    tick = 0
    while tick < ticks:
        clock.advance(start + tick * TICK)
        service.ahead += steps.get(tick, 0)
        if tick == month.tick(month.storm):
            for n in range(100):
                clock.advance(start + tick * TICK + n * 36)
                await service.restart()
                await service.tick(chance.choice((0.002, 0.01, None)))
            tick += int(3600 / TICK)
            continue
        if tick == month.tick(month.halt):
            await service.stop()
            tick += int(month.days * 1440 / TICK)
            clock.advance(start + tick * TICK)
            service.ahead += 3 * 3600
            await service.start()
        if chance.random() < TICK / (8 * 3600):
            await service.restart()
            await service.tick(chance.choice((0.005, 0.02, 0.1)))
        if tick % int(5 * 86400 / TICK) == 0:
            world.relapse()
        await service.tick()
        tick += 1
        if time.monotonic() - shown > 10 or tick == ticks:
            shown = time.monotonic()
            day, name = tick * TICK / 86400, f"part {world.part + 1}: "
            print(f"  {name}day {day:4.1f} of {month.days}, {service.asked:,} feeds asked", flush=True)
    await service.stop()


def heard(log: Path, kills: list[tuple[float, set[str]]]) -> list[dict]:
    """The log as the reader lived it: an answer that came while it was killed has given it no validators."""
    events = [json.loads(line) for line in log.open(encoding="utf-8")]
    for event in events:
        if event["event"] == "request" and any(
            at - TICK < event["time"] <= at and event["host"] in hosts for at, hosts in kills
        ):
            event["sent"] = {}
    return events


def judge(events: list[dict], score) -> tuple[dict, list[str]]:
    """(the scorer's figures without the feeds that it cannot judge, what is wrong with those)."""

    def scored(chosen: list[dict]) -> dict:
        return score.score(map(json.dumps, chosen), 3600, robots_feeds=False)

    unkept = {f"/bad/{name}": name for name in UNKEPT}
    figures = scored([event for event in events if event.get("path") not in unkept])
    wrong = []
    for path, name in unkept.items():
        mine = [event for event in events if event.get("path") == path]
        sent = {event["headers"].get("if-none-match") for event in mine}
        wrong += [f"{name}: {tag} was sent back" for tag in UNKEPT[name] if tag in sent]
        counted = scored(mine)
        columns = {*score.BAD, "other", "no_contact"} - {"unconditional", "etag_old"}
        wrong += [f"{name}: {column} {counted[column]}" for column in columns if counted[column]]
    return figures, wrong


def kept(url: str) -> tuple[dict[str, int], int, int, list[str]]:
    """(items in the store by feed, suspected losses, requests logged, advice given)."""
    store = Store(url)
    with store.session() as session:
        items = dict(session.exec(select(ItemRow.feed, func.count()).group_by(ItemRow.feed)).all())
        missed = sum(session.exec(select(FeedRow.missed)).all())
        requests = session.exec(select(func.count()).select_from(RequestRow)).one()
        advice = list(session.exec(select(FeedRow.advice).where(col(FeedRow.advice).is_not(None))).all())
    store.close()
    return items, missed, requests, advice


def outcome(world: World, service: Service, log: Path, url: str) -> dict:
    """Everything that the report needs, as it adds up over parts."""
    events = heard(log, service.kills)
    figures, wrong = judge(events, importlib.import_module("score"))
    figures.pop("per_feed")
    items, missed, logged, advice = kept(url)
    asked = collections.Counter(
        event["host"] for event in events if event["event"] == "request" and event["path"] == "/feed.xml"
    )
    rhythms: dict[str, list] = {}
    for outlet, plan in zip(world.site.world.outlets, world.plans, strict=True):
        if plan.number % TROUBLED == 0:
            continue
        row = (1, len(plan.waits), asked[outlet.home.removeprefix("http://")], sum(plan.waits))
        rhythms[plan.pattern] = [sum(pair) for pair in zip(rhythms.get(plan.pattern, [0] * 4), row, strict=True)]
        have, shown = items.get(f"{outlet.home}/feed.xml", 0), WINDOW - (plan.never or 0) + len(plan.waits)
        if have != shown and not plan.overflows:
            wrong.append(f"{outlet.home}/feed.xml: {have} items of {shown} reached the store")
    counts = {
        "lost": sum(plan.lost for plan in world.plans if plan.number % TROUBLED),
        "suspected": missed,
        "advised": len(advice),
        "logged": logged,
        "starts": service.starts,
        "kills": len(service.kills),
        "items": sum(items.values()),
    }
    return {"figures": figures, "wrong": wrong, "rhythms": rhythms, "counts": counts}


def together(outcomes: list[dict]) -> dict:
    """The outcomes of all parts as one."""
    whole = outcomes[0]
    for part in outcomes[1:]:
        whole["wrong"] += part["wrong"]
        for key in ("figures", "counts"):
            most = {k: max(whole[key][k], v) for k, v in part[key].items() if k.startswith("parallel")}
            whole[key] = {k: v + part[key][k] for k, v in whole[key].items()} | most
        for name, row in part["rhythms"].items():
            before = whole["rhythms"].get(name, [0] * 4)
            whole["rhythms"][name] = [sum(pair) for pair in zip(before, row, strict=True)]
    return whole


def report(found: dict, days: int) -> int:
    """Print it; returns the number of faults."""
    figures, counts, wrong = found["figures"], found["counts"], found["wrong"]
    print(f"\n{'rhythm':28}{'feeds':>6}{'items':>9}{'a day asked':>13}{'minutes until seen':>20}")
    for name, (feeds, items, asked, waited) in found["rhythms"].items():
        print(f"{name:28}{feeds:6}{items:9,}{asked / feeds / days:13.1f}{waited / 60 / max(items, 1):20.1f}")
    print("\n" + json.dumps(figures))
    for line in wrong:
        print(f"FAULT {line}")
    print(
        f"\nstarts {counts['starts']}, of which killed while asking {counts['kills']}; clock set "
        f"{len(Month(days).steps) + 1} times; lost by overflow {counts['lost']:,}, suspected {counts['suspected']:,}, "
        f"advice for {counts['advised']} feeds; requests in the product's log {counts['logged']:,}"
    )
    waited, items = (sum(row[n] for row in found["rhythms"].values()) for n in (3, 1))
    requests = figures["feed_requests"]
    print(
        f"requests {requests:,}, per feed a day {requests / figures['feeds'] / days:.1f}, "
        f"mean time from publication to poll {waited / 60 / items:.1f} min, items kept {counts['items']:,}"
    )
    faults = figures["faults"] + len(wrong)
    print(f"faults {faults}")
    return faults


async def simulate(args: argparse.Namespace, folder: Path) -> dict:
    clock = Clock(datetime(2025, 6, 2, tzinfo=UTC).timestamp())
    log, url = folder / f"log-{args.part or 0}.jsonl", f"sqlite:///{folder}/monitor-{args.part or 0}.db"
    world = World(args, clock, log)
    await world.open()
    with Workers(1) as workers:
        service = Service(url, world.feeds(), clock, workers)
        await live(world, service, clock, Month(args.days))
    world.close()
    return outcome(world, service, log, url)


async def in_parts(args: argparse.Namespace, folder: Path) -> list[dict]:
    """Each part of the feeds in a process of its own, as many as there are cores."""
    command = [sys.executable, __file__, *sys.argv[1:], "--parts", str(args.parts), "--folder", str(folder), "--part"]
    parts = [await asyncio.create_subprocess_exec(*command, str(n)) for n in range(args.parts)]
    if any([await part.wait() for part in parts]):
        raise SystemExit("a part of the simulation failed")
    return [json.loads((folder / f"part-{n}.json").read_text("utf-8")) for n in range(args.parts)]


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    ask.add_argument("--days", type=int, default=30)
    ask.add_argument("--feeds", type=int, default=500)
    ask.add_argument("--newsworld", type=Path, default=ROOT.parent / "shared" / "newsworld")
    ask.add_argument("--port", type=int, default=8741)
    ask.add_argument("--folder", type=Path, help="keep logs and databases here")
    ask.add_argument("--parts", type=int, default=os.cpu_count() or 1)
    ask.add_argument("--part", type=int, help=argparse.SUPPRESS)
    args = ask.parse_args()
    if not args.newsworld.is_dir():
        print("skipped: no evaluation data")
        return
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if args.part is not None:
        found = asyncio.run(simulate(args, args.folder))
        (args.folder / f"part-{args.part}.json").write_text(json.dumps(found), "utf-8")
        return
    quick = Path("/dev/shm")
    folder = args.folder or Path(tempfile.mkdtemp(prefix="polite-", dir=quick if quick.is_dir() else None))
    try:
        faults = report(together(asyncio.run(in_parts(args, folder))), args.days)
    finally:
        if not args.folder:
            shutil.rmtree(folder)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

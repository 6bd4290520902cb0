"""The fuzz run: hostile feeds and pages into feeds.parse and extract.read; ends with 1 where one of them does harm.

    python tests/quality/fuzz.py [--feeds N] [--pages N] [--seed N] [--workers N] [--again feed:123]

Uncaught: anything but FeedError and PageError escapes, or the result breaks a promise (a link that is not http(s),
markup in a title or summary, a time without a zone or outside its window). Slow: over 2 s of CPU, or ended after
10 s. Large: over 300 MB more than before, or over the memory limit of the service's own workers. Each such input is
kept in a file beside its traceback; it can be made again from seed, kind and number.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING

import mutate
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from monitor import extract, feeds
from monitor.errors import FeedError, PageError
from monitor.text import timestamps

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

SLOW = 2.0  # seconds of CPU
LIMIT = 10.0  # seconds of CPU: the process is ended, wherever it is
HANGS = 120.0  # seconds; whoever waits that long waits for ever, even on a busy machine
MEMORY = 2 << 30  # bytes of address space, as in monitor/pipeline/workers.py
LARGE = 300 << 10  # KiB more than before
NOW = datetime(2026, 3, 10, tzinfo=UTC)
MARKUP = re.compile(
    r"<(?:/?(?:script|img|a|b|p|div|iframe|style|svg|span|br|table)\b[^<>]*|!--|!\[CDATA\[)>?", re.IGNORECASE
)
URL = {"feed": "https://paper.example/feed", "page": "https://paper.example/2026/03/03/bridge"}


@dataclass(frozen=True)
class Finding:
    """What an input did."""

    what: str
    detail: str


# --- one input --------------------------------------------------------------------------------------------------------


def look(given: mutate.Input) -> Finding | None:
    """Read one input, and hold the result against the promises."""
    before, start = _peak(), time.process_time()
    try:
        broken = next(_broken(given), None)
    except (FeedError, PageError):
        broken = None
    except MemoryError:
        return Finding("large", "over the memory limit")
    except BaseException:  # noqa: BLE001 # whatever escapes is what this run looks for
        return Finding("uncaught", traceback.format_exc())
    if broken:
        return Finding("uncaught", broken)
    if (used := time.process_time() - start) > SLOW:
        return Finding("slow", f"{used:.1f} s of CPU for {len(given.body)} bytes")
    if (grown := _peak() - before) > LARGE:
        return Finding("large", f"{grown >> 10} MB for {len(given.body)} bytes")
    return None


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _broken(given: mutate.Input) -> Iterator[str]:
    """The promises that the result breaks."""
    if given.kind == "page":
        page = extract.read(given.body, url=URL["page"], content_type=given.content_type, now=NOW)
        yield from _unclean("title", page.title)
        yield from _untimely("published", page.published)
        for author in page.authors:
            yield from _unclean("author", author)
        if page.usable == bool(page.reason):
            yield f"usable {page.usable}, and the reason is {page.reason!r}"
        return
    feed = feeds.parse(given.body, url=URL["feed"], content_type=given.content_type, now=NOW)
    yield from _unclean("title of the feed", feed.title)
    for item in feed.items:
        yield from _unclean("title", item.title)
        yield from _unclean("summary", item.summary)
        yield from _untimely("published", item.published)
        if item.url is not None and not item.url.startswith(("http://", "https://")):
            yield f"link {item.url!r}"


def _unclean(name: str, text: str) -> Iterator[str]:
    if found := MARKUP.search(text):
        yield f"markup in the {name}: {text[max(0, found.start() - 60) : found.end() + 60]!r}"


def _untimely(name: str, when: datetime | None) -> Iterator[str]:
    if when is not None and (when.tzinfo is None or not timestamps.EARLIEST <= when <= NOW + timedelta(hours=15)):
        yield f"{name} {when!r}"


# --- many inputs ------------------------------------------------------------------------------------------------------

Job = tuple[int, str, int, int]
"""Seed, kind, first number and the number after the last."""


def _work(pipe: Connection) -> None:
    """Look at inputs, saying of each that it begins and what came of it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    while (job := pipe.recv()) is not None:
        seed, kind, first, after = job
        for number in range(first, after):
            given = mutate.make(seed, kind, number)
            pipe.send((number, None, False))
            signal.setitimer(signal.ITIMER_PROF, LIMIT)  # nothing catches its signal
            found = look(given)
            signal.setitimer(signal.ITIMER_PROF, 0)
            pipe.send((number, found, True))
        pipe.send(None)


class Hand:
    """A process at work on a job; when it hangs or dies, the rest of the job goes to a new one."""

    def __init__(self, context: multiprocessing.context.BaseContext) -> None:
        self._context = context
        self.job: Job | None = None
        self.number = 0
        self.since = 0.0
        self._start()

    def _start(self) -> None:
        self.pipe, other = self._context.Pipe()
        self.process: BaseProcess = self._context.Process(target=_work, args=(other,), daemon=True)
        self.process.start()
        other.close()

    def give(self, job: Job | None) -> None:
        self.job, self.since = job, time.monotonic()
        self.number = job[2] if job else 0
        self.pipe.send(job)

    def replace(self) -> None:
        """Another process takes the job from the next input on."""
        self.process.kill()
        self.process.join()
        self.pipe.close()
        self._start()
        if self.job:
            seed, kind, _, after = self.job
            self.give((seed, kind, self.number + 1, after))

    def heard(self) -> tuple[Finding | None, bool]:
        """What the process says: a finding, and whether an input is done."""
        try:
            told = self.pipe.recv()
        except EOFError:
            self.process.join()
            if self.process.exitcode == -signal.SIGPROF:
                return Finding("slow", f"ended after {LIMIT:g} s of CPU"), True
            return Finding("uncaught", f"the process died (exit code {self.process.exitcode})"), True
        if told is None:
            self.job = None
            return None, False
        self.number, finding, done = told
        self.since = time.monotonic()
        return finding, done


class Run:
    """All inputs over a few processes, with what they did."""

    def __init__(self, args: argparse.Namespace, progress: Progress) -> None:
        self._args = args
        self._progress = progress
        self.found: Counter[str] = Counter()
        self._jobs = [
            (args.seed, kind, first, min(first + 100, count))
            for kind, count in (("page", args.pages), ("feed", args.feeds))
            for first in range(0, count, 100)
        ]
        self._bar = progress.add_task("looking", total=args.pages + args.feeds)

    def run(self) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["monitor.extract", "monitor.feeds"])
        hands = [Hand(context) for _ in range(self._args.workers)]
        while self._busy(hands):
            for pipe in wait([hand.pipe for hand in hands if hand.job], timeout=1):
                self._hear(next(hand for hand in hands if hand.pipe is pipe))
            for hand in hands:
                if hand.job and time.monotonic() - hand.since > HANGS:
                    self._keep(hand, Finding("slow", f"hung for {HANGS:g} s"))
                    hand.replace()
        for hand in hands:
            hand.give(None)
            hand.process.join(5)

    def _busy(self, hands: list[Hand]) -> bool:
        for hand in hands:
            if hand.job is None and self._jobs:
                hand.give(self._jobs.pop())
        return any(hand.job for hand in hands)

    def _hear(self, hand: Hand) -> None:
        finding, done = hand.heard()
        if finding:
            self._keep(hand, finding)
        elif done:
            self._count()
        if not hand.process.is_alive():
            hand.replace()

    def _count(self) -> None:
        self.found["inputs"] += 1
        self._progress.advance(self._bar)

    def _keep(self, hand: Hand, finding: Finding) -> None:
        """The input and what it did, in files."""
        assert hand.job
        seed, kind = hand.job[:2]
        given = mutate.make(seed, kind, hand.number)
        self._args.out.mkdir(parents=True, exist_ok=True)
        name = self._args.out / f"{finding.what}-{kind}-{seed}-{hand.number}"
        name.with_suffix(".input").write_bytes(given.body)
        name.with_suffix(".txt").write_text(f"content type {given.content_type!r}\n{finding.detail}\n", "utf-8")
        self.found[finding.what] += 1
        self._count()
        last = finding.detail.strip().splitlines()[-1][:150]
        self._progress.console.print(f"{finding.what}: {name}.input: {last}", markup=False, highlight=False)


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    ask.add_argument("--feeds", type=int, default=50_000)
    ask.add_argument("--pages", type=int, default=5_000)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--workers", type=int, default=2)
    ask.add_argument("--out", type=Path, default=Path("fuzz-found"), help="where offending inputs are kept")
    ask.add_argument("--again", metavar="KIND:NUMBER", help="look at one input in this process")
    args = ask.parse_args()
    print(f"seed {args.seed}")
    if args.again:
        kind, _, number = args.again.partition(":")
        finding = look(mutate.make(args.seed, kind, int(number)))
        print(finding.detail if finding else "no harm")
        return bool(finding)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        run = Run(args, progress)
        run.run()
    found = run.found
    print(f"inputs {found['inputs']} uncaught {found['uncaught']} slow {found['slow']} large {found['large']}")
    return 1 if found["uncaught"] + found["slow"] + found["large"] else 0


if __name__ == "__main__":
    sys.exit(main())

"""How long composing takes with many subscribers: nothing new, news for all, and news whose time has not come.

Run as `python -m benchmarks.compose [SUBSCRIBERS]`; each row is one look of the composer.
"""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta

import structlog

from monitor.digest import MailSettings
from monitor.pipeline.compose import Composer
from monitor.store import Store
from monitor.store.archive import Kept
from monitor.values import Article, Field, Hit, News, Notify, Placement, Placing, Verdict

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LETTERHEAD = MailSettings("News <news@monitor.example>", "https://monitor.example", "secret", None)
LEAD = "The vehicle came with electronic jamming equipment, says the report that eleven governments wrote."


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/monitor.db")
        composer = Composer(store, LETTERHEAD, {"arms": "Arms", "gas": "Gas"}, timedelta(minutes=10))
        print(f"{count:,} subscribers of one watchlist; seconds of wall time, CPU, and mails")
        _look("sign-up by notify:", lambda: _sign_up(store, count))
        _look("a look, no news yet", lambda: composer.compose_due(NOW))
        _report(store, 3, NOW)
        _look("3 stories: decide and compose", lambda: len(composer.due_now(NOW)))
        _look("3 stories: with mails kept", lambda: composer.compose_due(NOW))
        _look("a look after it", lambda: composer.compose_due(NOW + HOUR))
        _report(store, 3, NOW + MINUTE)
        _look("news for all, no time yet", lambda: composer.compose_due(NOW + 2 * MINUTE))
        _report(store, 50, NOW + HOUR)
        _look("53 stories: decide and compose", lambda: len(composer.due_now(NOW + HOUR)))
        store.close()


def _look(name: str, work) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    done = work()
    print(f"{name:32} {time.perf_counter() - wall:8.3f} {time.process_time() - cpu:8.3f} {done or 0:8,}")


def _sign_up(store: Store, count: int) -> None:
    store.people.vouch({"arms": [Notify(f"reader{n}@example.org") for n in range(count)]}, NOW - HOUR)


_NUMBER = iter(range(1_000_000))


def _report(store: Store, count: int, seen: datetime) -> None:
    for _ in range(count):
        name = f"a{next(_NUMBER)}"
        article = Article(name, f"A report about {name}", LEAD, f"https://wire.example/{name}", "en", seen, "Wire")
        hits = (Hit("arms", "Pantsir", "report", Field.TITLE, 2, 8, "as written", 1.0),)
        place = Placement(name, Placing.NEW_STORY, None, 0.0, sure=True, why="nothing like it")
        store.archive.keep(Kept(article, seen, hits, place, Verdict(News.STORY, (), "new")), {"arms": News.STORY})


if __name__ == "__main__":
    main()

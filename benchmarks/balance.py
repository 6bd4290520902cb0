"""How long the balance takes: many subscribers x many developments, told but for the last ones.

Run as `python -m benchmarks.balance [SUBSCRIBERS] [DEVELOPMENTS]`.
"""

from __future__ import annotations

import logging
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import insert, update

from monitor.digest import MailSettings
from monitor.pipeline.balancing import Auditor
from monitor.pipeline.compose import Composer
from monitor.store import Store
from monitor.store.archive import Kept
from monitor.tables import MailRow, SubscriptionRow, ToldRow
from monitor.values import Article, Field, Hit, News, Notify, Placement, Placing, Verdict

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
LETTERHEAD = MailSettings("News <news@monitor.example>", "https://monitor.example", "secret", None)
IN_A_MAIL = 50
HELD = 20
"""The last developments are told to nobody yet: of each the reason is asked."""


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    people, news = (int(sys.argv[place]) if len(sys.argv) > place else most for place, most in ((1, 10_000), (2, 500)))
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/monitor.db")
        _fill(store, people, news)
        auditor = Auditor(store, Composer(store, LETTERHEAD, {"arms": "Arms"}, timedelta(minutes=10)))
        wall, cpu = time.perf_counter(), time.process_time()
        drawn = auditor.draw(NOW)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{drawn}: {time.perf_counter() - wall:.1f} s, {time.process_time() - cpu:.1f} s of CPU, {memory} MB")
        wall = time.perf_counter()
        numbers = range(1, 501)
        store.books.some(numbers, ["arms"], 1)
        print(f"one portion of 500 subscribers: {time.perf_counter() - wall:.2f} s")
        store.close()


def _fill(store: Store, people: int, news: int) -> None:
    entries = [Notify(f"reader{n}@example.org", cadence="daily 07:30") for n in range(people)]
    store.people.vouch({"arms": entries}, NOW - WEEK - timedelta(days=1))
    for n in range(news):
        seen = NOW - WEEK * (news - n) / (news + 1)
        article = Article(f"a{n}", f"Report {n}", "Lead.", f"https://wire.example/{n}", "en", seen, "Wire")
        hits = (Hit("arms", "Pantsir", "report", Field.TITLE, 2, 8, "as written", 1.0),)
        place = Placement(f"a{n}", Placing.NEW_STORY, None, 0.0, sure=True, why="nothing like it")
        store.archive.keep(Kept(article, seen, hits, place, Verdict(News.STORY, (), "new")), {"arms": News.STORY})
    told = range(1, news - HELD + 1)
    with store.session() as session:
        connection = session.connection()
        mail = 0
        for person in range(1, people + 1):
            mails, rows = [], []
            for start in range(0, len(told), IN_A_MAIL):
                mail += 1
                mails.append(_mail(mail, person))
                rows += [
                    {"subscriber": person, "development": n, "mail": mail} for n in told[start : start + IN_A_MAIL]
                ]
            connection.execute(insert(MailRow), mails)
            connection.execute(insert(ToldRow), rows)
        served = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
        connection.execute(update(SubscriptionRow).values(settled=len(told), served=served))


def _mail(number: int, person: int) -> dict[str, object]:
    return {
        "id": number, "subscriber": person, "address": "", "subject": "", "message_id": str(number), "data": b"",
        "state": "sent", "attempts": 1, "next_try": NOW, "created": NOW - timedelta(hours=2), "sent": NOW,
    }  # fmt: skip


if __name__ == "__main__":
    main()

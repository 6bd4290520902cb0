"""The demo's pages, served to a browser by a thread; with what an attacker would have put into feeds and watchlists."""

from __future__ import annotations

import asyncio
import contextlib
import email.policy
import mailbox
import shutil
import socket
import threading
from dataclasses import dataclass
from email import message_from_bytes
from typing import TYPE_CHECKING

from monitor import digest, novelty
from monitor.demo import play, server, serving, stage, world
from monitor.store import Store
from monitor.store.archive import Kept
from monitor.values import Article, Change, Choices, Field, Hit, News, Novel, Placement, Placing, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from email.message import EmailMessage
    from pathlib import Path

    from playwright.sync_api import Page

    from monitor.demo.serving import Opened
    from monitor.demo.stage import Stage

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "no Chromium was found: these tests did not run. Install one (apt-get install chromium) and run 'make browser'"
)
ATTACK = """"><script>document.title='owned'</script><img src=x onerror="document.title='owned'">"""
"""Whoever runs it changes the title of the page."""
HOSTILE = "hostile"


def chromium() -> str | None:
    """The system's own Chromium; none is ever downloaded."""
    return next(filter(None, map(shutil.which, CHROMIUMS)), None)


@dataclass(frozen=True)
class Site:
    """The pages and what stands behind them."""

    opened: Opened
    here: Stage
    web: server.Web
    store: Store

    @property
    def now(self) -> datetime:
        return self.web.now

    def letters(self, to: str) -> list[EmailMessage]:
        """The mails that were delivered to an address, in the order of delivery."""
        box = mailbox.Maildir(self.here.home / "storage" / "mail", create=False)
        mails = [message_from_bytes(box.get_bytes(key), policy=email.policy.default) for key in sorted(box.keys())]
        return [mail for mail in mails if mail["To"] == to]

    def token(self, address: str) -> str:
        """What stands in the links of a subscriber's mails."""
        reader = self.store.people.find(address)
        secret = (self.here.home / "storage" / "secret.key").read_text("ascii").strip()
        return digest.reader_token(reader.subscriber.id, secret)

    def article(self, name: str) -> Article:
        """The article that one of the demo's pieces became."""
        return self.store.archive.find(self.web.page_url(self.web.world.piece(name))).article

    def story(self, name: str) -> str:
        return self.store.archive.find(self.web.page_url(self.web.world.piece(name))).placement.story

    def report(self, name: str, story: str, title: str, *, news: News = News.STORY) -> str:
        """A report of a journey's own; its story belongs to the watchlist of cables. Returns its id."""
        _keep(self.store, self.now, (name, story, title), news, "baltic-cables")
        return name

    def waits_for_the_morning(self, address: str) -> int:
        """A subscriber of daily mails to whom something is new; returns their number."""
        number = self.store.people.add(address, ["baltic-cables"], self.now).id
        self.store.people.choose(number, Choices({"baltic-cables": "daily 07:00"}, "Asia/Seoul"), self.now)
        self.report("cable-morning", "cable morning", "A cable waits for the morning")
        return number

    def sign_in(self, page: Page, password: str | None = None) -> None:
        page.goto("/login")
        page.get_by_label("Name").fill(self.opened.operator)
        page.get_by_label("Password").fill(self.opened.password if password is None else password)
        page.get_by_role("button", name="Sign in").click()


@contextlib.contextmanager
def open_site(folder: Path, prepare: Callable[[Stage, datetime], None] | None = None) -> Iterator[Site]:
    """The demo is played into the folder and perhaps changed, and its pages answer inside the block."""
    with server.Web(world.load()) as web:
        port = _free_port()
        here = stage.build(folder, web, port)
        with stage.apart(here):
            asyncio.run(play.play(web, here, lambda _scene: None))
            if prepare:
                prepare(here, web.now)
            with _serving(here, port, web.now) as opened:
                store = Store(f"sqlite:///{here.home}/storage/monitor.db")
                try:
                    yield Site(opened, here, web, store)
                finally:
                    store.close()


@contextlib.contextmanager
def _serving(here: Stage, port: int, now: datetime) -> Iterator[Opened]:
    """The pages in a thread with a loop of its own: the browser's driver has that of the tests."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    told: list[Opened | BaseException] = []
    over = asyncio.Event()

    async def serve() -> None:
        async with serving.open_pages(here, port, now) as opened:
            told.append(opened)
            ready.set()
            await over.wait()

    def work() -> None:
        try:
            loop.run_until_complete(serve())
        except BaseException as error:  # noqa: BLE001 the test that waits is to hear of it
            told.append(error)
        finally:
            ready.set()
            loop.close()

    thread = threading.Thread(target=work)
    thread.start()
    ready.wait()
    try:
        if isinstance(told[0], BaseException):
            raise told[0]
        yield told[0]
    finally:
        with contextlib.suppress(RuntimeError):  # it is over already
            loop.call_soon_threadsafe(over.set)
        thread.join()


def _free_port() -> int:
    with socket.create_server((serving.HOST, 0)) as found:
        return found.getsockname()[1]


# --- what an attacker would do -------------------------------------------------------------------------------------


def attack(here: Stage, now: datetime) -> None:
    """Markup in a headline, an outlet's name, a fact, a feed's title and a watchlist's."""
    written = ATTACK.replace("'", "''")
    (here.home / "watchlists" / f"{HOSTILE}.yaml").write_text(
        f"title: '{written}'\nterms: ['{written} Term']\n", "utf-8"
    )
    with (here.home / "feeds.yaml").open("a", encoding="utf-8") as feeds:
        feeds.write(f"  - url: http://127.0.0.1:9/feed\n    title: '{written}'\n")
    store = Store(f"sqlite:///{here.home}/storage/monitor.db")
    _keep(store, now, (HOSTILE, HOSTILE, f"{ATTACK} Term"), News.STORY, HOSTILE)
    store.people.add("victim@example.org", [HOSTILE], now)
    store.close()


def _keep(store: Store, now: datetime, what: tuple[str, str, str], news: News, watchlist: str) -> None:
    name, story, title = what
    hit = Hit(watchlist, title[:200], title[:4], Field.TITLE, 0, 4, title, 1.0)
    novel = Novel(Change.CHANGED, title, f"They said {title} there.", title)
    placing = Placing.NEW_STORY if news is News.STORY else Placing.SAME_STORY
    placed = Placement(story, placing, None, 0.0, sure=True, why=title)
    url = f"https://wire.example/{name}"
    article = Article(name, title, f"{title}. And more of it.", url, "en", None, title)
    facts = tuple(novelty.facts(article))
    store.archive.keep(Kept(article, now, (hit,), placed, Verdict(news, (novel,), title), facts), {watchlist: news})

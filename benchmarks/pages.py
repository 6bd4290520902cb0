"""How long each page takes and how large it is, with 100,000 articles, 1,000 stories and 500 feeds kept.

Run as `python -m benchmarks.pages [FOLDER]`: what is kept stays in the folder and is measured again by the next run.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from rich.console import Console
from rich.table import Table

from benchmarks import plenty
from monitor import digest, embed, pipeline, web
from monitor.store import Store
from monitor.web.desk import sheets
from monitor.web.desk.office import Office
from monitor.web.desk.sheets import Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.applications import Starlette

    from monitor.pipeline import Desk
    from monitor.pipeline.scout import Search
    from monitor.web.asking import Asked

TIMES = 20
LARGEST, LONGEST = 100_000, 0.050
"""The budget of a page: octets before compression, and seconds of one core."""
DRAWN_ANEW = "/desk/mail/balance"
"""It holds a week of news against every subscriber, as the service does at night: no page that one looks at daily."""


@dataclass(frozen=True)
class Figure:
    """One page as it was measured."""

    path: str
    status: int
    size: int
    seconds: float
    """Of CPU, at the median."""

    @property
    def is_within(self) -> bool:
        return self.status == 200 and self.size < LARGEST and (self.seconds < LONGEST or self.path == DRAWN_ANEW)


class Open:
    """Everybody is an operator here."""

    def visit(self, asked: Asked) -> Visit:
        return Visit(asked, "operator", "a token of so many letters")


def main() -> int:
    with tempfile.TemporaryDirectory() as made:
        figures = measure(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(made) / "home")
    table = Table(title=f"pages, CPU of one core at the median of {TIMES}")
    for heading in ("page", "KB", "ms"):
        table.add_column(heading, justify="left" if heading == "page" else "right", no_wrap=True)
    for each in figures:
        style = "" if each.is_within else "bold red"
        table.add_row(each.path, f"{each.size / 1000:.1f}", f"{each.seconds * 1000:.1f}", style=style)
    Console(width=110).print(table)
    return 0 if all(each.is_within for each in figures) else 1


def measure(home: Path) -> list[Figure]:
    """Every page of a home with plenty in it, which is made where it is not there."""
    is_new = not home.exists()
    if is_new:
        plenty.home(home)
    store = Store(f"sqlite:///{home}/storage/monitor.db")
    if is_new:
        plenty.fill(store)
    desk = pipeline.prepare(home)
    app = web.app(_house(home, store, desk), Open())
    figures = [_figure(app, path) for path in _paths(store, desk)]
    store.close()
    return figures


def _house(home: Path, store: Store, desk: Desk) -> web.House:
    titles = {each.id: each.title for each in desk.watchlists}
    office = Office(home, lambda: desk, _nowhere, embed.open_embedder("none"))
    return web.House(
        store,
        pipeline.letterhead(desk.config.settings),
        titles=lambda: titles,
        offered=lambda: frozenset(titles),
        now=lambda: plenty.NOW + timedelta(minutes=5),
        office=office,
    )


def _nowhere(url: str) -> Search:
    raise NotImplementedError(url)


def _paths(store: Store, desk: Desk) -> Iterator[str]:
    """The address of every page that shows something, with what is largest of its kind."""
    largest, article = plenty.story(0), next(iter(store.overview.story(plenty.story(0)).reports)).id
    yield "/desk"
    yield "/desk?span=day"
    yield "/desk?span=month&page=30"
    yield f"/desk?span=month&watchlist={plenty.watchlist(3)}&language=ru&news=development"
    yield f"/desk?span=month&source={quote(plenty.title_of(4))}"
    for words in ("raton", "на", "라톤", "拉通", '"ratonver silmon"', "nothingatall"):
        yield f"/desk/search?q={quote(words)}"
    yield f"/desk/search?q=raton&language=fr&watchlist={plenty.watchlist(3)}"
    yield f"/desk/stories/{largest}"
    yield f"/desk/stories/{plenty.story(500)}"
    yield f"/desk/articles/{article}"
    yield f"/desk/why?url={quote('https://elsewhere.example/')}"
    yield "/desk/watchlists"
    yield f"/desk/watchlists/{plenty.watchlist(3)}"
    yield "/desk/new-watchlist"
    yield "/desk/feeds"
    yield "/desk/feeds?q=herald&page=2"
    yield f"/desk/feeds/{sheets.key(plenty.feed_url(4))}"
    yield "/desk/feeds/feeds.opml"
    yield "/desk/mail"
    yield "/desk/mail/1"
    yield "/desk/mail/1/preview"
    yield DRAWN_ANEW
    yield "/desk/health"
    token = digest.reader_token(1, desk.config.settings.secret_key)
    yield from ("/", f"/p/{token}", f"/v/{token}", f"/u/{token}")


def _figure(app: Starlette, path: str) -> Figure:
    status, size = asyncio.run(_ask(app, path))
    spent = []
    for _ in range(TIMES):
        started = time.process_time()
        asyncio.run(_ask(app, path))
        spent.append(time.process_time() - started)
    return Figure(path, status, size, statistics.median(spent))


async def _ask(app: Starlette, path: str) -> tuple[int, int]:
    """The status and size of an answer; the app is called as a server calls it, without a network."""
    parts, sent = urlsplit(path), []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": parts.path, "raw_path": parts.path.encode(), "query_string": parts.query.encode(), "root_path": "",
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "headers": [],
    }  # fmt: skip

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], sum(len(message.get("body", b"")) for message in sent[1:])


if __name__ == "__main__":
    sys.exit(main())

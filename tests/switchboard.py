"""A service with files, a story, mails and three tokens, and a program that calls its API without a network."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from desk import NOW, Answer, Desk

from monitor import embed, pipeline
from monitor.errors import FetchError
from monitor.fetch import Response, Validators
from monitor.pipeline.scout import Found, How, Search
from monitor.store import Store
from monitor.store.archive import Kept
from monitor.store.operators import Scope
from monitor.values import (
    Article,
    Change,
    Field,
    Hit,
    Item,
    Kind,
    News,
    Novel,
    ParsedFeed,
    Placement,
    Placing,
    Verdict,
)
from monitor.web.desk.office import Office
from monitor.web.door import tokens

if TYPE_CHECKING:
    from pathlib import Path

API = "/api/v1"
ARMS = "title: Arms & <embargoes>\nterms:\n  - Pantsir   # a system\n"
FEEDS = """# the operator's own words
feeds:
  - url: https://harbour.example/feed
    title: Harbour News
  - url: https://anna:secret@port.example/feed
    title: Port & <Pier>
"""


@dataclass
class Said:
    """An answer of the API."""

    answer: Answer

    @property
    def status(self) -> int:
        return self.answer.status

    @property
    def headers(self) -> dict[str, str]:
        return self.answer.headers

    @property
    def json(self) -> Any:
        return json.loads(self.answer.body)


class Program:
    """A program with a token."""

    def __init__(self, desk: Desk, token: str) -> None:
        self.desk = desk
        self.token = token

    def get(self, path: str, **headers: str) -> Said:
        return self._said(self.desk.get(API + path, **self._with(headers)))

    def post(self, path: str, body: object = None, **headers: str) -> Said:
        return self._send("POST", path, body, headers)

    def put(self, path: str, body: object = None, **headers: str) -> Said:
        return self._send("PUT", path, body, headers)

    def delete(self, path: str) -> Said:
        return self._send("DELETE", path, None, {})

    def all(self, path: str) -> list[Any]:
        """Every entry of a list, portion by portion."""
        found, more = [], ""
        while more is not None:
            said = self.get(f"{path}{'&' if '?' in path else '?'}cursor={more}").json
            found, more = found + said["items"], said["next"]
        return found

    def _send(self, method: str, path: str, body: object, headers: dict[str, str]) -> Said:
        data = b"" if body is None else json.dumps(body).encode()
        given = {"content-type": "application/json", **self._with(headers)}
        return self._said(self.desk.send(method, API + path, data, **given))

    def _with(self, headers: dict[str, str]) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}", **headers}

    @staticmethod
    def _said(answer: Answer) -> Said:
        return Said(answer)


class Switchboard:
    """The service, and a program for each scope."""

    def __init__(self, home: Path) -> None:
        self.home = home
        (home / "feeds.yaml").write_text(FEEDS)
        (home / "watchlists").mkdir()
        (home / "watchlists" / "arms.yaml").write_text(ARMS)
        (home / "watchlists" / "ports.yaml").write_text("title: Ports\nterms:\n  - harbour\n")
        self.store = Store(f"sqlite:///{home}/monitor.db")
        files = pipeline.prepare(home)
        self.store.sources.sync(files.config.feeds, NOW - timedelta(days=1))
        office = Office(home, lambda: files, scouted, embed.open_embedder("none"))
        titles = {each.id: each.title for each in files.watchlists}
        self.desk = Desk(self.store, office=office, titles=titles)
        self.read, self.write, self.admin = (self._program(scope) for scope in Scope)

    def _program(self, scope: Scope) -> Program:
        token = tokens.issue(self.store, f"a {scope} token", scope, NOW, None)
        assert token is not None
        return Program(self.desk, token)

    def report(
        self,
        name: str,
        story: str,
        news: News = News.STORY,
        *,
        ago: float = 1,
        title: str = "",
        watchlist: str = "arms",
    ) -> Article:
        """An article of a story with a hit of a watchlist; what is news concerns it."""
        title = title or f"Report {name}"
        text = f"{title}. The Pantsir stood in the port of Wonsan."
        start = text.rfind("Pantsir")
        hit = Hit(watchlist, "Pantsir", "Pantsir", Field.TEXT, start, start + 7, "Pantsir: as written", 1.0)
        new = (Novel(Change.NEW, "20 ships", "They sent 20 ships."),) if news is News.DEVELOPMENT else ()
        placed = Placement(story, Placing.SAME_STORY, None, 0.8, sure=True, why="meaning 0.64")
        article = Article(name, title, text, f"https://wire.example/{name}", "en", None, "Wire")
        kept = Kept(article, NOW - timedelta(hours=ago), (hit,), placed, Verdict(news, new, "a first report"))
        concerned = {watchlist: news} if news in (News.STORY, News.DEVELOPMENT) else {}
        self.store.archive.keep(kept, concerned)
        return article

    def written(self, name: str) -> str:
        return (self.home / name).read_text()


def scouted(url: str) -> Search:
    """A way to the web that knows one new feed."""
    if "feed" not in url:
        raise FetchError(url, "no such host")
    items = (Item("k", "https://new.example/1", "A ship left", "", NOW, ""),)
    response = Response(url, 200, b"", None, Validators())
    return Search((Found(url, Kind.FEED, ParsedFeed("New", items, "en"), url, response),), How.ITSELF)

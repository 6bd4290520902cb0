"""The subscribers' pages over a real store in a folder, and a browser that asks for them without a network."""

from __future__ import annotations

import asyncio
import html
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlencode, urlsplit

from monitor import digest, web
from monitor.digest import MailSettings
from monitor.store.archive import Kept
from monitor.values import (
    Article,
    Choices,
    Development,
    Field,
    Hit,
    Mail,
    News,
    Placement,
    Placing,
    Report,
    Subscriber,
    Verdict,
)
from monitor.web.desk.sheets import Visit

if TYPE_CHECKING:
    from monitor.store import Store
    from monitor.web.asking import Asked
    from monitor.web.desk.office import Office

NOW = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)
KEY = "a key"
BASE = "https://news.example.org"
MAIL = MailSettings("News monitor <news@example.org>", BASE, KEY, "operator@example.org")
TITLES = {"arms": "Arms & <embargoes>", "ports": "Ports", "secret": "A matter of our own"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: str
    cookies: tuple[str, ...] = ()
    """The lines of every cookie that it sets."""

    @property
    def said(self) -> str:
        """The words of the page, without its markup."""
        return " ".join(html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", self.body, flags=re.DOTALL)).split())

    @property
    def links(self) -> list[str]:
        return [html.unescape(link) for link in re.findall(r'<a [^>]*?href="([^"]*)"', self.body)]


class OpenDoor:
    """Lets everybody in to the operator's desk, as Anna."""

    def visit(self, asked: Asked) -> Visit:
        return Visit(asked, "Anna <operator>", "a token")


@dataclass
class Desk:
    """A house, its reader, and what they were told."""

    store: Store
    offered: frozenset[str] = frozenset()
    now: datetime = NOW
    titles: dict[str, str] = field(default_factory=lambda: dict(TITLES))
    office: Office | None = None

    def __post_init__(self) -> None:
        house = web.House(
            self.store,
            MAIL,
            lambda: self.titles,
            lambda: self.offered,
            now=lambda: self.now,
            sign=self._sign,
            office=self.office,
        )
        self.app = web.app(house, OpenDoor())
        self.reader = self.follows("reader@example.org", "arms", "ports")

    def _sign(self, mail: Mail) -> Mail:
        """Every mail of the pages is signed before it is frozen."""
        return replace(mail, data=b"DKIM-Signature: signed\r\n" + mail.data)

    def follows(self, address: str, *watchlists: str) -> int:
        """A confirmed subscriber of daily mails, whose times are those of Seoul."""
        number = self.store.people.add(address, watchlists, self.now - timedelta(days=9)).id
        self.store.people.choose(
            number, Choices(dict.fromkeys(watchlists, "daily 07:30"), "Asia/Seoul"), self.now - timedelta(days=9)
        )
        return number

    def told(self, name: str, *readers: int, title: str = "A ship left port", watchlist: str = "arms") -> int:
        """A development of one hit that these readers were told of, in a mail of its own; returns its id."""
        seen = self.now - timedelta(hours=2)
        url = f"https://wire.example/{name}"
        kept = Kept(
            Article(name, title, f"{title}. More.", url, "en", seen, "Wire"),
            seen,
            (Hit(watchlist, "Pantsir", title[:5], Field.TITLE, 0, 5, "as written", 1.0),),
            Placement(f"story {name}", Placing.NEW_STORY, None, 0.0, sure=True, why="nothing like it"),
            Verdict(News.STORY, (), "a first report"),
        )
        self.store.archive.keep(kept, {watchlist: News.STORY})
        report = Report(title, url, "Wire", "en", seen, News.STORY, kept.hits)
        news = Development(self.development(name), f"story {name}", News.STORY, (), report, (watchlist,), seen)
        for reader in readers:
            self.mail(reader, news)
        return news.id

    def mail(self, reader: int, news: Development) -> None:
        person = Subscriber(reader, "reader@example.org", tuple(TITLES), "Asia/Seoul")
        letter = digest.compose(person, [news], {}, frozenset(), TITLES, self.now)
        self.store.outbox.keep(reader, digest.render(letter, MAIL), [news.id], self.now)

    def development(self, name: str) -> int:
        with self.store.session() as session:
            row = session.connection().exec_driver_sql("SELECT id FROM development WHERE article = ?", (name,)).one()
            return int(row[0])

    def path(self, page: str, reader: int | None = None) -> str:
        return f"/{page}/{digest.reader_token(self.reader if reader is None else reader, KEY)}"

    def get(self, path: str, **headers: str) -> Answer:
        return asyncio.run(self._ask("GET", path, b"", headers))

    def head(self, path: str) -> Answer:
        return asyncio.run(self._ask("HEAD", path, b"", {}))

    def post(self, path: str, fields: dict | bytes | None = None, **headers: str) -> Answer:
        body = fields if isinstance(fields, bytes) else urlencode(fields or {}, doseq=True).encode()
        return asyncio.run(self._ask("POST", path, body, headers))

    def send(self, method: str, path: str, body: bytes, **headers: str) -> Answer:
        """Any request, as a program makes it."""
        return asyncio.run(self._ask(method, path, body, headers))

    def everything(self) -> dict[str, list[tuple]]:
        """Every row of every table."""
        with self.store.session() as session:
            run = session.connection().exec_driver_sql
            names = [row[0] for row in run("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: [tuple(row) for row in run(f'SELECT * FROM "{name}"')] for name in names}

    async def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        parts, sent = urlsplit(path), []
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": unquote(parts.path), "raw_path": parts.path.encode(), "query_string": parts.query.encode(),
            "root_path": "", "client": (headers.pop("client", "192.0.2.7"), 4711), "server": ("news.example.org", 80),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        }  # fmt: skip

        async def receive():
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message):
            sent.append(message)

        await self.app(scope, receive, send)
        start = sent[0]
        body = b"".join(message.get("body", b"") for message in sent[1:])
        headers = [(name.decode(), value.decode()) for name, value in start["headers"]]
        cookies = tuple(value for name, value in headers if name == "set-cookie")
        return Answer(start["status"], dict(headers), body.decode(), cookies)


def filled(page: Answer, **changes) -> dict[str, list[str]]:
    """The fields that a browser would send of a page's last form, with some of them changed; None takes one out."""
    form = page.body.rsplit('<form method="post"', 1)[1].partition("</form>")[0]
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        given = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if given.get("type") != "checkbox" or re.search(r"\bchecked\b", tag):
            fields.setdefault(given["name"], []).append(given.get("value", ""))
    for name, options in re.findall(r'<select [^>]*?name="([^"]*)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)"[^>]*? selected', options) or re.search(r'value="([^"]*)"', options)
        fields[html.unescape(name)] = [html.unescape(chosen[1])]
    fields.update({name: value if isinstance(value, list) else [value] for name, value in changes.items()})
    return {name: value for name, value in fields.items() if value != [None]}

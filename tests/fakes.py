"""Fakes for the world outside: small real servers on loopback, with verbs."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import html
import http.server
import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import TYPE_CHECKING, Self

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from monitor.values import Vectors

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import Message

    from monitor.values import Excerpts

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


# --- the web -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    path: str
    headers: Message
    started: float
    """Seconds on the monotonic clock."""


@dataclass
class Document:
    """What a path answers."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    validated: bool = True
    """Give validators, and answer 304 where they come back."""
    packed: bool = True
    """Compress for those who accept gzip."""


Raw = Callable[[socket.socket], None]
"""Writes whatever it likes to the connection, which is then closed."""


class FakeWeb:
    """A web server of one host: `with FakeWeb() as web:`, then web.publish(...), web.feed(...), web.page(...).

    It answers by HTTP/1.1 with ETag, Last-Modified, 304 and gzip as good servers do, and keeps every request.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self.requests: list[Request] = []
        self.documents: dict[str, Document | Raw] = {}
        self._server = _Server((host, port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.home = f"http://{host}:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def connections(self) -> int:
        """How many were opened so far."""
        return self._server.connections

    def url(self, path: str) -> str:
        return self.home + path

    def publish(self, path: str, body: bytes | str, content_type: str = "text/html; charset=utf-8", **more: str) -> str:
        """Serve a document; `more` are headers, with _ for -. Returns its address."""
        headers = {"Content-Type": content_type, **{name.replace("_", "-"): value for name, value in more.items()}}
        self.documents[path] = Document(body.encode() if isinstance(body, str) else body, headers=headers)
        return self.url(path)

    def answer(self, path: str, status: int, **headers: str) -> str:
        """Serve a bare status, such as a redirect (Location=...) or 429 (Retry_After=...)."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.documents[path] = Document(status=status, headers=named, validated=False)
        return self.url(path)

    def misbehave(self, path: str, raw: Raw) -> str:
        """Let `raw` write to the bare connection."""
        self.documents[path] = raw
        return self.url(path)

    def withdraw(self, path: str) -> None:
        """Take a document away: 404 from now on."""
        self.documents.pop(path, None)

    def page(self, path: str, title: str, paragraphs: Sequence[str], published: datetime | None = None) -> str:
        """Serve an article page."""
        date = f'<meta property="article:published_time" content="{published.isoformat()}">' if published else ""
        text = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in paragraphs)
        head = f'<meta charset="utf-8"><title>{html.escape(title)}</title>{date}'
        return self.publish(
            path,
            f"<!DOCTYPE html><html><head>{head}</head><body><article><h1>{html.escape(title)}</h1>{text}</article>",
        )

    def feed(self, path: str, items: Sequence[tuple[str, str, datetime]], title: str = "Fake news") -> str:
        """Serve an RSS feed of (title, url, published), newest first as given."""
        rows = "".join(
            f"<item><title>{html.escape(name)}</title><link>{html.escape(url)}</link>"
            f"<guid>{html.escape(url)}</guid><pubDate>{format_datetime(published)}</pubDate></item>"
            for name, url, published in items
        )
        body = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{html.escape(title)}</title>'
        return self.publish(path, f"{body}{rows}</channel></rss>", "application/rss+xml; charset=utf-8")

    def asked(self, path: str) -> list[Request]:
        """The requests for one path, in order."""
        return [request for request in self.requests if request.path == path]


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], web: FakeWeb) -> None:
        super().__init__(address, _Handler)
        self.web = web
        self.connections = 0
        self.open_connections: set[socket.socket] = set()

    def process_request(self, request, client_address) -> None:
        self.connections += 1
        self.open_connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request) -> None:
        self.open_connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request, client_address) -> None:
        """A client that goes away in the middle is what many tests are about."""

    def server_close(self) -> None:
        super().server_close()
        for connection in list(self.open_connections):  # wakes the threads that wait for a next request
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        web = self.server.web
        web.requests.append(Request(self.path, self.headers, time.monotonic()))
        document = web.documents.get(self.path, Document(b"not found", 404, validated=False))
        if isinstance(document, Document):
            self._send(document)
        else:
            self.close_connection = True
            document(self.connection)

    def _send(self, document: Document) -> None:
        headers, status, body = dict(document.headers), document.status, document.body
        if document.validated:
            tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            headers = {"ETag": tag, "Last-Modified": "Sun, 01 Jun 2025 10:00:00 GMT", **headers}
            status = 304 if self.headers.get("If-None-Match") == headers["ETag"] else status
        if document.packed and "gzip" in self.headers.get("Accept-Encoding", "") and "Content-Encoding" not in headers:
            body, headers["Content-Encoding"] = gzip.compress(body, mtime=0), "gzip"
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 304:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tests read `requests` instead."""


# --- mail ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Delivered:
    """One message that the fake mail server took."""

    sender: str
    to: tuple[str, ...]
    data: bytes
    connection: int
    """Which connection brought it, from 1."""
    options: tuple[str, ...] = ()
    """What MAIL FROM asked for, such as SMTPUTF8."""


class FakeMailServer:
    """A real SMTP server: `with FakeMailServer() as server:`, then server.url and server.mails.

    `server.refuse("nobody@", "550 5.1.1 no such user")` answers so to recipients whose address contains the words; with
    `at="data"` only after the message. `server.drop_at = "rcpt"` (or "mail", "data") cuts the connection there;
    "reply" keeps the message and cuts before its 250.
    """

    def __init__(self) -> None:
        self.mails: list[Delivered] = []
        self.connections = 0
        self.drop_at: str | None = None
        self.knows_passwords = True
        self.logins: list[tuple[bytes, bytes]] = []
        self._refusals: list[tuple[str, str, str]] = []
        self._dialogues: list[SMTP] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._run(self._listen())
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def refuse(self, address: str, reply: str, at: str = "rcpt") -> None:
        """Answer `reply` to recipients whose address contains `address`, at RCPT or after DATA."""
        self._refusals.append((at, address, reply))

    def accept_everyone(self) -> None:
        """Take all refusals back."""
        self._refusals.clear()

    def cut_connections(self) -> None:
        """Close every connection without a word, as servers do with idle ones."""
        for smtp in self._dialogues:
            self._loop.call_soon_threadsafe(smtp.transport.abort)
        time.sleep(0.05)

    def _run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(self._dialogue, "127.0.0.1", 0)

    def _dialogue(self) -> SMTP:
        self.connections += 1
        settings = {"enable_SMTPUTF8": True, "auth_require_tls": not self.knows_passwords, "authenticator": self._login}
        self._dialogues.append(SMTP(self, loop=self._loop, hostname="fake", **settings))
        return self._dialogues[-1]

    async def _close(self) -> None:
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _login(self, _server, _session, _envelope, _mechanism, data: LoginPassword) -> AuthResult:
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False)

    def _answer(self, at: str, smtp: SMTP, addresses: Sequence[str]) -> str | None:
        if self.drop_at == at:
            smtp.transport.abort()
        rules = (reply for where, part, reply in self._refusals if where == at and any(part in a for a in addresses))
        return next(rules, None)

    # what aiosmtpd calls

    async def handle_MAIL(self, smtp, _session, envelope, address, options) -> str:  # noqa: N802 -- aiosmtpd's name
        refused = self._answer("mail", smtp, [address])
        envelope.mail_from, envelope.mail_options = address, options
        return refused or "250 2.1.0 sender ok"

    async def handle_RCPT(self, smtp, _session, envelope, address, _options) -> str:  # noqa: N802 -- aiosmtpd's name
        refused = self._answer("rcpt", smtp, [address])
        if not refused or refused.startswith("2"):
            envelope.rcpt_tos.append(address)
        return refused or "250 2.1.5 recipient ok"

    async def handle_DATA(self, smtp, _session, envelope) -> str:  # noqa: N802 -- aiosmtpd's name
        refused = self._answer("data", smtp, envelope.rcpt_tos)
        if (not refused or refused.startswith("2")) and self.drop_at != "data":
            data = envelope.original_content
            self.mails.append(
                Delivered(
                    envelope.mail_from, tuple(envelope.rcpt_tos), data, self.connections, tuple(envelope.mail_options)
                )
            )
        self._answer("reply", smtp, [])
        return refused or "250 2.0.0 kept"


@dataclass(frozen=True)
class Twist:
    """One misbehaviour of a RudeMailServer: at a stage, to recipients that contain `to` (where one is known)."""

    stage: str
    """greeting, ehlo, starttls, auth, mail, rcpt, data, end, rset or quit"""
    do: str
    """Bytes to answer, as text; "drop" the connection, or "stall" and answer nothing."""
    to: str = ""

    def fits(self, stage: str, to: str) -> bool:
        return self.stage == stage and self.to in to


class RudeMailServer:
    """An SMTP server that answers whatever it is told to: `async with RudeMailServer(Twist("rcpt", "drop")) as server`.

    It keeps what it took in `mails` (recipient, content). Where it answers something odd after the content it keeps the
    mail all the same if `keeps`: only the server knows.
    """

    def __init__(self, *twists: Twist, keeps: bool = True, offers: tuple[str, ...] = ("8BITMIME", "SMTPUTF8")) -> None:
        self.mails: list[tuple[str, bytes]] = []
        self._twists = twists
        self._keeps = keeps
        self._offers = offers
        self._tasks: set[asyncio.Task] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._dialogue, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _dialogue(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to = ""
        await self._answer(writer, "greeting", to, "220 rude.example\r\n")
        while line := (await reader.readline()).decode().strip():
            verb = line.partition(" ")[0].upper()
            if verb in ("EHLO", "HELO"):
                offers = [f"250-{offer}\r\n" for offer in ("rude.example", *self._offers)]
                await self._answer(writer, "ehlo", to, "".join(offers) + "250 HELP\r\n")
            elif verb == "MAIL":
                to = ""
                await self._answer(writer, "mail", to, "250 2.1.0 ok\r\n")
            elif verb == "RCPT":
                to = line
                await self._answer(writer, "rcpt", to, "250 2.1.5 ok\r\n")
            elif verb == "DATA":
                if await self._answer(writer, "data", to, "354 go on\r\n") == "354":
                    content = await reader.readuntil(b"\r\n.\r\n")
                    await self._end(writer, to, content[:-3])
            elif verb == "QUIT":
                await self._answer(writer, "quit", to, "221 2.0.0 bye\r\n")
                return
            else:
                await self._answer(writer, verb.lower(), to, "250 2.0.0 ok\r\n")

    async def _end(self, writer: asyncio.StreamWriter, to: str, content: bytes) -> None:
        twist = next((twist for twist in self._twists if twist.fits("end", to)), None)
        refused = twist is not None and twist.do[:1] in ("4", "5")
        if twist is None or (self._keeps and not refused):
            self.mails.append((to, content.replace(b"\r\n..", b"\r\n.")))
        await self._answer(writer, "end", to, "250 2.0.0 kept\r\n")

    async def _answer(self, writer: asyncio.StreamWriter, stage: str, to: str, usual: str) -> str:
        """Send the usual answer or the twist's; returns its code."""
        twist = next((twist for twist in self._twists if twist.fits(stage, to)), None)
        answer = twist.do if twist else usual
        if answer == "drop":
            raise ConnectionAbortedError
        if answer == "stall":
            await asyncio.sleep(3600)
        writer.write(answer.encode("utf-8", "surrogateescape"))
        await writer.drain()
        return answer[:3]


class CountingEmbedder:
    """No model, but it remembers what it was given to read."""

    name, note = "counting", None

    def __init__(self) -> None:
        self.read: list[Excerpts] = []

    def encode(self, excerpts: Sequence[Excerpts]) -> list[Vectors]:
        self.read += excerpts
        return [Vectors() for _ in excerpts]

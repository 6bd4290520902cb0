"""Mails to an SMTP server: a few connections, kept for the mails of a batch, one mail at a time on each."""

from __future__ import annotations

import asyncio
import re
import ssl
import urllib.parse
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiosmtplib

from monitor import errors
from monitor.deliver import replies
from monitor.deliver.outlet import nothing
from monitor.deliver.replies import Reply, Stage
from monitor.errors import DeliveryError, Fault
from monitor.points import Point, passing

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor import values

_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_SETTING = "MONITOR_SMTP_URL"
_ADDRESS = re.compile(
    r"""[^\s\0@<>()\[\],;:\\"]+@[^\s\0@<>()\[\],;:\\"]+"""
)  # a local part in quotes is taken by hardly anyone
_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that the server has for a reply."""

    reply: float = 60
    end: float = 600
    """After the content: RFC 5321, 4.5.3.2.6 asks for ten minutes, for who hangs up earlier sends mails twice."""


@dataclass(frozen=True, slots=True, repr=False)
class Server:
    """How to reach an SMTP server; never printed, for the password's sake."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str | None


@dataclass(frozen=True, slots=True)
class _Envelope:
    """A mail with what the talk needs beside it."""

    mail: values.Mail
    sender: str
    recipient: str
    reached: Callable[[], None]

    @property
    def needs_utf8(self) -> bool:
        return not self.recipient.isascii()


class SmtpOutlet:
    """Several connections to one SMTP server; each is used again for the next mail."""

    def __init__(self, server: Server, sender: str, connections: int, patience: Patience) -> None:
        self.connections = connections
        self._server = server
        self._sender = sender
        self._patience = patience
        self._free = asyncio.Semaphore(connections)
        self._idle: list[_Talk] = []

    async def send(self, mail: values.Mail, reached: Callable[[], None] = nothing, sender: str | None = None) -> None:
        """Send the mail's very bytes to its one recipient."""
        envelope = _Envelope(mail, sender or self._sender, _recipient(mail.to), reached)
        async with self._free:
            kept = self._idle.pop() if self._idle else None
            if kept is None or not await self._hand_over(kept, envelope):
                await self._hand_over(_Talk(self._server, self._patience), envelope)

    async def close(self) -> None:
        """Take leave of the server."""
        talks, self._idle = self._idle, []
        await asyncio.gather(*(talk.leave() for talk in talks))

    async def _hand_over(self, talk: _Talk, envelope: _Envelope) -> bool:
        """False: nothing was said about the mail, for the kept connection turned out to be at its end."""
        reply, usable = None, False
        try:
            await talk.transact(envelope)
            usable = not talk.is_out_of_step
        except aiosmtplib.SMTPResponseException as error:
            reply = Reply(error.code, error.message)
            usable = await talk.recover(reply)
            if not talk.is_stale(reply):
                raise _failed(envelope, talk.stage, reply, error) from error
            return False
        except (aiosmtplib.SMTPException, OSError) as error:
            if not talk.is_stale(reply):
                raise _failed(envelope, talk.stage, reply, error) from error
            return False
        finally:
            if usable:
                talk.kept = True
                self._idle.append(talk)
            else:
                talk.close()
        return True


class _Talk:
    """One connection and how far the talk on it has come (RFC 5321, 3.3)."""

    def __init__(self, server: Server, patience: Patience) -> None:
        self.stage = Stage.CONNECT
        self.kept = False
        """Whether an earlier mail went over it."""
        self._patience = patience
        self._client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.scheme == "smtps",
            start_tls=server.scheme == "smtp+starttls",
            timeout=patience.reply,
        )

    async def transact(self, envelope: _Envelope) -> None:
        """One mail from MAIL to the reply after its content."""
        if not self.kept:
            await self._open()
        client, encoding = self._client, "utf-8" if envelope.needs_utf8 else "ascii"
        self.stage = Stage.MAIL
        self._keep_step()
        await client.mail(envelope.sender, options=self._options(envelope), encoding=encoding)
        self._keep_step()
        self.stage = Stage.RCPT
        await client.rcpt(envelope.recipient, encoding=encoding)
        self._keep_step()
        self.stage = Stage.DATA
        ready = await client.execute_command(b"DATA")
        if ready.code != 354:
            raise aiosmtplib.SMTPDataError(ready.code, ready.message)
        self._keep_step()
        envelope.reached()
        passing(Point.REACHED)
        self.stage = Stage.END
        await self._content(envelope.mail.data)

    async def recover(self, reply: Reply) -> bool:
        """Make the connection fit for the next mail; False where it is not.

        A reply of the wrong kind means that replies and commands no longer go together: an unasked-for "250" once let
        the next mail pass for accepted that the server had never seen.
        """
        if not reply.is_refusal or reply.code == 421 or self.stage is Stage.CONNECT:
            return False  # 421: "closing transmission channel"
        try:
            await self._client.rset()
        except (aiosmtplib.SMTPException, OSError):
            return False
        return not self.is_out_of_step

    @property
    def is_out_of_step(self) -> bool:
        """Whether the server said more than it was asked: what is read next would be no reply to what is asked next."""
        return bool(getattr(self._client.protocol, "_buffer", b""))  # aiosmtplib keeps it for the next command

    def is_stale(self, reply: Reply | None) -> bool:
        """Whether a kept connection ended between two mails, as servers end idle ones: with a 421 or without a word."""
        said_nothing = reply is None or (reply.code == 421 and self.stage is Stage.MAIL)
        return self.kept and said_nothing and self.stage in (Stage.MAIL, Stage.RCPT)

    async def leave(self) -> None:
        if self._client.is_connected:
            try:
                await self._client.quit(timeout=min(self._patience.reply, 5))
            except (aiosmtplib.SMTPException, OSError):
                self._client.close()

    def close(self) -> None:
        self._client.close()

    def _keep_step(self) -> None:
        if self.is_out_of_step:
            raise aiosmtplib.SMTPResponseException(-1, "more replies than commands")

    async def _open(self) -> None:
        await self._client.connect()
        try:
            await self._client.ehlo()
        except aiosmtplib.SMTPHeloError as error:
            if not 500 <= error.code <= 504:  # "command not recognised": older than RFC 1869
                raise
            await self._client.helo()

    async def _content(self, data: bytes) -> None:
        """The message with its dots doubled (RFC 5321, 4.5.2), and the reply to it."""
        protocol = self._client.protocol
        if protocol is None:
            raise aiosmtplib.SMTPServerDisconnected("Connection lost")
        end = b".\r\n" if data.endswith(b"\r\n") else b"\r\n.\r\n"
        protocol.write(_DOT.sub(b"..", data) + end)
        passing(Point.GIVEN)
        reply = await protocol.read_response(timeout=self._patience.end)
        if reply.code != 250:
            raise aiosmtplib.SMTPDataError(reply.code, reply.message)

    def _options(self, envelope: _Envelope) -> list[str]:
        mail, options = envelope.mail, []
        if envelope.needs_utf8:
            if not self._client.supports_extension("smtputf8"):
                problem = "the mail server cannot write to addresses with such letters (no SMTPUTF8)"
                raise DeliveryError(mail.to, problem, Fault.ADDRESS)
            options.append("SMTPUTF8")
        if not mail.data.isascii() and self._client.supports_extension("8bitmime"):
            options.append("BODY=8BITMIME")
        return options


def read_server(url: str) -> Server:
    """Read the setting; raises ConfigError without ever quoting it, for it may hold a password."""
    try:
        parts = urllib.parse.urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise _misset("this is no address of a mail server") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise _misset("write smtp://host:port, smtps://user:password@host or smtp+starttls://user:password@host")
    user, password = (urllib.parse.unquote(part) if part else None for part in (parts.username, parts.password))
    if password and parts.scheme == "smtp" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise _misset("smtp:// would send the password unprotected; use smtps:// or smtp+starttls://")
    return Server(parts.scheme, parts.hostname, port, user, password)


def _misset(problem: str) -> errors.ConfigError:
    return errors.ConfigError([errors.Complaint(_SETTING, 0, problem)])


def _recipient(address: str) -> str:
    """The address as the envelope needs it: a domain in ASCII, so that SMTPUTF8 is asked for only by a local part."""
    local, _, domain = address.rpartition("@")
    try:
        in_ascii = domain.encode("idna").decode()
    except UnicodeError:
        in_ascii = ""
    if not _ADDRESS.fullmatch(address) or not in_ascii:
        raise DeliveryError(address, "this is no mail address", Fault.ADDRESS)
    return f"{local}@{in_ascii}"


def _failed(envelope: _Envelope, stage: Stage, reply: Reply | None, error: Exception) -> DeliveryError:
    """What went wrong, in words, and whose fault it is."""
    fault = replies.fault(stage, reply)
    if stage is Stage.MAIL and envelope.needs_utf8 and reply:
        fault = Fault.MAIL  # what was asked for with this recipient may be what is refused
    said = str(reply) if reply else None
    problem = f"the mail server answered {said} at {stage}" if said else _trouble(error)
    in_doubt = replies.is_in_doubt(stage, reply)
    return DeliveryError(envelope.mail.to, problem, fault, reply=said, in_doubt=in_doubt)


def _trouble(error: Exception) -> str:
    cause = error.__cause__ or error
    if isinstance(cause, ssl.SSLError):
        return f"no secure connection to the mail server ({cause.reason})"
    if isinstance(error, TimeoutError):
        return "the mail server did not answer in time"
    if isinstance(error, aiosmtplib.SMTPConnectError):
        return "the mail server cannot be reached"
    if isinstance(error, ConnectionError):
        return "the mail server broke the connection"
    return f"the mail server cannot be used ({error})"

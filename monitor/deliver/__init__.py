"""The door out: hands finished mails to an SMTP server, or to a mail folder where there is none.

    send(mail): returns once the mail is in other hands for good; else raises DeliveryError
                permanent      the address takes no mail and never will: asking again is of no use
                not permanent  try the very same bytes again later

A connection cut between our last byte and the server's "250" leaves it open whether the mail arrived. That counts as
not permanent: news may come twice, with one Message-ID, but is never lost.
"""

from __future__ import annotations

import asyncio
import email.utils
import hashlib
import os
import re
import ssl
import urllib.parse
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import aiosmtplib

from monitor import errors
from monitor.deliver.verp import read_return_path, return_path

__all__ = ["Outlet", "open_outlet", "read_return_path", "return_path"]

if TYPE_CHECKING:
    from pathlib import Path

    from monitor import values

_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_SETTING = "MONITOR_SMTP_URL"

# Replies that say "this address will never do" (RFC 3463): no such mailbox, host or syntax, moved without a new
# address, a domain without mail, a disabled box. A full box (5.2.2), policy (5.7.x) and our own sender (5.1.7, 5.1.8)
# say nothing of the kind. Older servers say it by the bare code at RCPT (RFC 5321, 4.2.3).
_DEAD_ADDRESS = re.compile(r"5\.(?:1\.(?:0|1|2|3|6|10)|2\.1)\b")
_DEAD_BARE = (501, 550, 551, 553)
_ADDRESS = re.compile(
    r"""[^\s\0@<>()\[\],;:\\"]+@[^\s\0@<>()\[\],;:\\"]+"""
)  # a local part in quotes is taken by hardly anyone
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")


class Outlet(Protocol):
    """Takes mails over."""

    async def send(self, mail: values.Mail) -> None:
        """Hand one mail over; raises DeliveryError."""

    async def close(self) -> None:
        """End a batch of mails; the next `send` begins another."""


def open_outlet(smtp_url: str | None, folder: Path, mail_from: str) -> Outlet:
    """The SMTP server that `smtp_url` names, or the Maildir `folder` without one; raises ConfigError.

    `mail_from` is an address, with or without a name before it; it is where bounces go (RFC 5321's reverse-path).
    """
    if not smtp_url:
        return MaildirOutlet(folder)
    return SmtpOutlet(_server(smtp_url), email.utils.parseaddr(mail_from)[1])


class MaildirOutlet:
    """A folder of mails that any mail program opens (https://cr.yp.to/proto/maildir.html).

    A mail's file is named after its recipient and Message-ID, so the very same mail sent twice is there once, even when
    the first attempt was cut short or its reader has moved it from new/ to cur/ since.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, mail: values.Mail) -> None:
        """Write the mail whole or not at all."""
        try:
            await asyncio.to_thread(self._keep, mail)
        except OSError as error:
            problem = f"the mail folder cannot be written ({error.strerror})"
            raise errors.DeliveryError(mail.to, problem, permanent=False) from error

    async def close(self) -> None:
        """Nothing is held open."""

    def _keep(self, mail: values.Mail) -> None:
        for part in ("tmp", "new", "cur"):
            (self._folder / part).mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(f"{mail.to}\n{mail.message_id}".encode()).hexdigest()[:32] + ".news-monitor"
        if (self._folder / "new" / name).exists() or any((self._folder / "cur").glob(f"{name}*")):
            return
        draft = self._folder / "tmp" / name
        with draft.open("wb") as file:
            file.write(mail.data)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self._folder / "new" / name)


@dataclass(frozen=True, slots=True, repr=False)
class _Server:
    """How to reach an SMTP server; never printed, for the password's sake."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str | None

    def client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            use_tls=self.scheme == "smtps",
            start_tls=self.scheme == "smtp+starttls",
            timeout=60,
        )


class SmtpOutlet:
    """One connection to an SMTP server, kept for the mails of a batch; mails go one after the other."""

    def __init__(self, server: _Server, sender: str) -> None:
        self._server = server
        self._sender = sender
        self._client = server.client()
        self._turn = asyncio.Lock()

    async def send(self, mail: values.Mail) -> None:
        """Send the mail's very bytes to its one recipient."""
        async with self._turn:
            try:
                await self._transact(mail)
            except aiosmtplib.SMTPResponseException as error:
                await self._recover(error.code)
                raise _refused(mail, error) from error
            except (aiosmtplib.SMTPException, OSError, ValueError) as error:
                self._client.close()
                raise _failed(mail, error) from error

    async def close(self) -> None:
        """Take leave of the server."""
        async with self._turn:
            if self._client.is_connected:
                try:
                    await self._client.quit()
                except aiosmtplib.SMTPException:
                    self._client.close()

    async def _transact(self, mail: values.Mail) -> None:
        """MAIL, RCPT and DATA of one mail (RFC 5321, 3.3)."""
        recipient = _envelope(mail.to)
        encoding = "ascii" if recipient.isascii() else "utf-8"
        await self._address(mail, recipient, encoding)
        await self._client.data(mail.data)

    async def _address(self, mail: values.Mail, recipient: str, encoding: str) -> None:
        """Everything before DATA; once more on a new connection where the kept one turns out to be cut."""
        kept = self._client.is_connected
        try:
            if not kept:
                await self._connect()
            await self._client.mail(self._sender, options=self._options(mail, encoding), encoding=encoding)
            await self._client.rcpt(recipient, encoding=encoding)
        except aiosmtplib.SMTPServerDisconnected:
            if not kept:
                raise
            self._client.close()
            await self._address(mail, recipient, encoding)

    async def _connect(self) -> None:
        self._client = self._server.client()
        await self._client.connect()
        await self._client.ehlo()

    def _options(self, mail: values.Mail, encoding: str) -> list[str]:
        options = []
        if encoding == "utf-8":
            if not self._client.supports_extension("smtputf8"):
                problem = "the mail server cannot write to addresses with such letters (no SMTPUTF8)"
                raise errors.DeliveryError(mail.to, problem, permanent=True)
            options.append("SMTPUTF8")
        if not mail.data.isascii() and self._client.supports_extension("8bitmime"):
            options.append("BODY=8BITMIME")
        return options

    async def _recover(self, code: int) -> None:
        """Make the connection fit for the next mail, whatever this one met.

        A reply of the wrong kind means that replies and commands no longer go together: an unasked-for "250" once let
        the next mail pass for accepted that the server had never seen.
        """
        refused = 400 <= code < 600 and code != 421  # 421: "closing transmission channel"
        try:
            if refused:
                await self._client.rset()
            else:
                self._client.close()
        except (aiosmtplib.SMTPException, OSError):
            self._client.close()


def _server(url: str) -> _Server:
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
    return _Server(parts.scheme, parts.hostname, port, user, password)


def _misset(problem: str) -> errors.ConfigError:
    return errors.ConfigError([errors.Complaint(_SETTING, 0, problem)])


def _envelope(address: str) -> str:
    """The address as the envelope needs it: a domain in ASCII, so that SMTPUTF8 is asked for only by a local part."""
    if not _ADDRESS.fullmatch(address):
        raise ValueError("no address")
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"


def _refused(mail: values.Mail, error: aiosmtplib.SMTPResponseException) -> errors.DeliveryError:
    """The server's own words, and whether they are about the address."""
    said = " ".join(str(error.message).split())[:200]
    answer = f"answered {error.code} {said}" if error.code > 0 else "gave an answer that is not SMTP"
    return errors.DeliveryError(mail.to, f"the mail server {answer}", permanent=_dead(error))


def _dead(error: aiosmtplib.SMTPResponseException) -> bool:
    """Whether the address is at fault: only RCPT, and DATA with its one recipient, are about it."""
    of_the_address = isinstance(error, (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError))
    if not of_the_address or not 500 <= error.code < 600:
        return False
    enhanced = _ENHANCED.match(error.message)
    if enhanced:
        return bool(_DEAD_ADDRESS.fullmatch(enhanced[0]))
    return isinstance(error, aiosmtplib.SMTPRecipientRefused) and error.code in _DEAD_BARE


def _failed(mail: values.Mail, error: Exception) -> errors.DeliveryError:
    """What went wrong without an answer, in words."""
    if isinstance(error, ValueError):
        return errors.DeliveryError(mail.to, "this is no mail address", permanent=True)
    return errors.DeliveryError(mail.to, _trouble(error), permanent=False)


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

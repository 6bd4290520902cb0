"""Asks a mail server and the DNS what `monitor doctor` wants to know; nothing is sent, and no password is told."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

import aiosmtplib
import dns.asyncresolver
import dns.exception
import dns.resolver

from monitor.deliver import smtp
from monitor.doctor import Records, Relay, Sender

if TYPE_CHECKING:
    from monitor.deliver.smtp import Server

PATIENCE = 10.0
"""Seconds for each answer."""


class Names(Protocol):
    """The DNS. None: nobody can be asked; empty: there is none of the kind."""

    async def texts(self, name: str) -> tuple[str, ...] | None: ...

    async def mail_hosts(self, domain: str) -> tuple[str, ...] | None: ...


class Dns:
    """The DNS as this machine is set up for it."""

    async def texts(self, name: str) -> tuple[str, ...] | None:
        rows = await self._ask(name, "TXT")
        return None if rows is None else tuple(b"".join(row.strings).decode("utf-8", "replace") for row in rows)

    async def mail_hosts(self, domain: str) -> tuple[str, ...] | None:
        """By MX, or the domain itself where it has an address and no MX (RFC 5321, 5.1)."""
        rows = await self._ask(domain, "MX")
        if rows is None:
            return None
        if rows:
            return tuple(str(row.exchange) for row in sorted(rows, key=lambda row: row.preference))
        for kind in ("A", "AAAA"):
            if await self._ask(domain, kind):
                return (domain,)
        return ()

    async def _ask(self, name: str, kind: str) -> tuple[Any, ...] | None:
        try:
            resolver = dns.asyncresolver.Resolver()
            resolver.lifetime = PATIENCE
            return tuple(await resolver.resolve(name, kind))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, OSError):
            return None


async def ask_names(names: Names, sender: Sender) -> Records:
    """What the DNS has of a sender."""
    key = f"{sender.selector}._domainkey.{sender.domain}"
    return Records(
        spf=await names.texts(sender.envelope),
        dkim=await names.texts(key) if sender.selector else None,
        dmarc=await names.texts(f"_dmarc.{sender.domain}"),
        bounce_hosts=await names.mail_hosts(sender.envelope),
    )


async def ask_relay(url: str) -> Relay:
    """Greet a mail server as a sender would, log in, and take leave; raises ConfigError for a wrong setting."""
    server = smtp.read_server(url)
    name, here = f"{server.host}:{server.port}", _is_here(server.host)
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.scheme == "smtps",
        start_tls=server.scheme == "smtp+starttls",
        timeout=PATIENCE,
    )
    try:
        return await _talk(client, server, Relay(name, is_here=here))
    except (aiosmtplib.SMTPException, OSError) as error:
        return Relay(name, _trouble(error, server), is_here=here)
    finally:
        client.close()


async def _talk(client: aiosmtplib.SMTP, server: Server, relay: Relay) -> Relay:
    await client.connect()
    await client.ehlo()
    if server.user:
        await client.login(server.user, server.password or "")
    sizes = client.esmtp_extensions.get("size", "")
    certificate = client.transport.get_extra_info("peercert") if client.transport else None
    channel = client.transport.get_extra_info("ssl_object") if client.transport else None
    found = Relay(
        relay.name,
        extensions=frozenset(each.lower() for each in client.esmtp_extensions),
        size=int(sizes) if sizes.isdigit() else None,
        tls=(channel.version() or "") if channel else "",
        certified=tuple(value for _, value in (certificate or {}).get("subjectAltName", ())),
        expires=_end(certificate),
        logged_in=bool(server.user),
        is_here=relay.is_here,
    )
    await client.quit()
    return found


def _end(certificate: dict[str, Any] | None) -> datetime | None:
    text = (certificate or {}).get("notAfter")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC) if text else None


def _trouble(error: Exception, server: Server) -> str:
    """In words of ours: a library's could hold what was sent."""
    cause = error.__cause__ or error
    words = f"it cannot be reached at port {server.port}"
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        words = f"it refuses our user name and password ({error.code})"
    elif isinstance(cause, ssl.SSLCertVerificationError):
        words = f"its certificate is not to be trusted: {cause.verify_message}"
    elif isinstance(cause, ssl.SSLError):
        words = f"no TLS ({cause.reason})"
    elif isinstance(error, aiosmtplib.SMTPResponseException):
        words = f"it answered {error.code}"
    elif isinstance(error, TimeoutError):
        words = "it did not answer in time"
    elif isinstance(error, aiosmtplib.SMTPNotSupported):
        words = "it cannot do what the setting asks for (TLS, or logging in)"
    return words


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

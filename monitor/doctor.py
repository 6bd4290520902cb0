"""What was found of mail, names and the house -> findings: fine, doubtful or wrong, and what to do about each.

Nothing here asks the world, and nothing that is said holds a secret: no password, no key, no address with one in it.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Grade(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a report."""

    grade: Grade
    subject: str
    words: str
    remedy: str = ""

    def __str__(self) -> str:
        line = f"{self.grade.value:8} {self.subject}: {self.words}"
        return f"{line}; {self.remedy}" if self.remedy else line


@dataclass(frozen=True, slots=True)
class Relay:
    """What a mail server said of itself."""

    name: str
    """Host and port."""
    problem: str = ""
    """Why the talk ended before it was over; empty: it did not."""
    extensions: frozenset[str] = frozenset()
    """Of its EHLO, in small letters."""
    size: int | None = None
    """The largest mail that it takes, in octets."""
    tls: str = ""
    """The version, e.g. "TLSv1.3"; empty: none."""
    certified: tuple[str, ...] = ()
    """Names in its certificate."""
    expires: datetime | None = None
    logged_in: bool = False
    is_here: bool = False
    """On this machine."""


@dataclass(frozen=True, slots=True)
class Records:
    """What the DNS has of the sender; None: nobody could be asked."""

    spf: tuple[str, ...] | None = None
    dkim: tuple[str, ...] | None = None
    dmarc: tuple[str, ...] | None = None
    bounce_hosts: tuple[str, ...] | None = None
    """That take mail for the bounce address."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who our mails say that they are from."""

    domain: str
    envelope: str
    """Domain of the return path."""
    selector: str | None = None
    """Of the DKIM key; None: mails are not signed."""
    base_url: str | None = None


LARGEST_MAIL = 100_000
"""Octets of a digest at most."""
SOON = timedelta(days=14)
"""Certificates are renewed a month before their end at the latest: with less left something does not work."""
ROOM, LEAST_ROOM = 2_000_000_000, 200_000_000
"""Octets. With less than the first it is time to look; a write-ahead log and a backup need the second at any moment."""
NOT_ASKED = "not asked: there is no DNS here"


def examine_relay(relay: Relay, now: datetime) -> Iterator[Finding]:
    """What a mail server is fit for."""
    if relay.problem:
        yield Finding(Grade.WRONG, f"relay {relay.name}", relay.problem, "see docs/mail.md, 'Setting up a relay'")
        return
    yield Finding(Grade.OK, f"relay {relay.name}", "answers" + (", and takes our password" if relay.logged_in else ""))
    yield from _of_tls(relay, now)
    if relay.size is not None and 0 < relay.size < LARGEST_MAIL:
        yield Finding(Grade.WRONG, "size", f"it takes {relay.size:,} octets, a digest has up to {LARGEST_MAIL:,}",
                      "raise its limit (Postfix: message_size_limit)")  # fmt: skip
    else:
        yield Finding(Grade.OK, "size", f"it takes {relay.size:,} octets" if relay.size else "it names no limit")
    for name, why in (("8bitmime", "mails are sent in 7 bits"), ("smtputf8", "addresses such as dé@example.org fail")):
        if name in relay.extensions:
            yield Finding(Grade.OK, name.upper(), "it has it")
        else:
            yield Finding(Grade.WARNING, name.upper(), f"it has it not: {why}", "nothing to do unless you need it")


def examine_sender(sender: Sender) -> Iterator[Finding]:
    """Do the names in a mail go together? (RFC 7489, 3.1: relaxed alignment)"""
    if "." not in sender.domain:
        yield Finding(Grade.WRONG, "sender", f"nobody can answer to {sender.domain!r}", "set MONITOR_MAIL_FROM")
    elif aligned(sender.domain, sender.envelope):
        yield Finding(Grade.OK, "sender", f"From and return path are of {sender.domain} and {sender.envelope}")
    else:
        yield Finding(Grade.WARNING, "sender", f"From is of {sender.domain}, the return path of {sender.envelope}",
                      "let both be of one domain, or DMARC rests on DKIM alone")  # fmt: skip
    if sender.selector is None:
        yield Finding(Grade.WARNING, "DKIM", "mails are not signed by us",
                      "let the relay sign them, or set MONITOR_DKIM_KEY and MONITOR_DKIM_SELECTOR")  # fmt: skip
    yield _of_base_url(sender.base_url)


def examine_records(sender: Sender, records: Records) -> Iterator[Finding]:
    """What receivers will find in the DNS (RFC 7208, 6376, 7489); nothing of a machine that has no name there."""
    if "." not in sender.domain or "." not in sender.envelope:
        return
    yield _one_record("SPF", sender.envelope, records.spf, "v=spf1", "publish one that names your relay")
    if records.spf and any(each.lower().rstrip().endswith("+all") for each in records.spf):
        yield Finding(Grade.WRONG, "SPF", "it lets the whole world send as you", "end it in ~all or -all")
    if sender.selector:
        name = f"{sender.selector}._domainkey.{sender.domain}"
        yield _key(name, records.dkim)
    yield _one_record("DMARC", f"_dmarc.{sender.domain}", records.dmarc, "v=dmarc1",
                      "publish one: large receivers ask for it", Grade.WARNING)  # fmt: skip
    hosts = records.bounce_hosts
    if hosts is None:
        yield Finding(Grade.WARNING, f"MX of {sender.envelope}", NOT_ASKED)
    elif not hosts or hosts == (".",):
        yield Finding(Grade.WRONG, f"MX of {sender.envelope}", "nobody takes its mail: bounces are lost",
                      "publish an MX record, or set MONITOR_BOUNCE_ADDRESS to a domain that has one")  # fmt: skip
    else:
        yield Finding(Grade.OK, f"MX of {sender.envelope}", ", ".join(hosts[:3]))


def examine_disk(folder: str, free: int) -> Finding:
    """Is there room for what is kept? `free` is in octets."""
    grade = Grade.WRONG if free < LEAST_ROOM else Grade.WARNING if free < ROOM else Grade.OK
    return Finding(grade, "disk", f"{free / 1e9:.1f} GB free in {folder}", "" if grade is Grade.OK else "make room")


def aligned(one: str, other: str) -> bool:
    """Of one organisation, as far as that can be told without a list of public suffixes: one is within the other."""
    one, other = one.lower().rstrip("."), other.lower().rstrip(".")
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def is_wrong(findings: Sequence[Finding]) -> bool:
    return any(each.grade is Grade.WRONG for each in findings)


def _of_tls(relay: Relay, now: datetime) -> Iterator[Finding]:
    if not relay.tls:
        grade = Grade.OK if relay.is_here else Grade.WARNING
        yield Finding(grade, "TLS", "none" + (", and none is needed on one machine" if relay.is_here else ""),
                      "" if relay.is_here else "use smtps:// or smtp+starttls:// in MONITOR_SMTP_URL")  # fmt: skip
        return
    old = relay.tls in ("TLSv1", "TLSv1.1", "SSLv3")
    yield Finding(Grade.WARNING if old else Grade.OK, "TLS", relay.tls, "it is broken: renew the server" if old else "")
    if relay.expires is not None:
        named = f"for {', '.join(relay.certified[:3])} until {relay.expires:%Y-%m-%d}"
        late = relay.expires < now + SOON
        yield Finding(Grade.WARNING if late else Grade.OK, "certificate", named, "renew it" if late else "")


def _of_base_url(base_url: str | None) -> Finding:
    parts = urlsplit(base_url or "")
    if not base_url:
        remedy = "set MONITOR_BASE_URL to where readers reach the pages: large receivers ask for one-click unsubscribe"
        return Finding(Grade.WARNING, "unsubscribe", "by mail only, for no address of the pages is set", remedy)
    if parts.scheme != "https":
        remedy = "put a server with TLS before it: RFC 8058 asks for https"
        return Finding(Grade.WRONG, "unsubscribe", "MONITOR_BASE_URL is not https", remedy)
    if _is_private(parts.hostname or ""):
        return Finding(
            Grade.WRONG, "unsubscribe", f"{parts.hostname} is not reachable from outside", "name a public one"
        )
    return Finding(Grade.OK, "unsubscribe", f"one click, at {parts.hostname}")


def _is_private(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host == "localhost" or "." not in host


def _one_record(
    what: str, name: str, found: Sequence[str] | None, begins: str, remedy: str, missing: Grade = Grade.WRONG
) -> Finding:
    """Exactly one of its kind must be there: two are as good as none."""
    if found is None:
        return Finding(Grade.WARNING, f"{what} at {name}", NOT_ASKED)
    mine = [each for each in found if each.strip().lower().startswith(begins)]
    if len(mine) > 1:
        return Finding(Grade.WRONG, f"{what} at {name}", f"there are {len(mine)}, which counts as none", "keep one")
    if not mine:
        return Finding(missing, f"{what} at {name}", "there is none", remedy)
    return Finding(Grade.OK, f"{what} at {name}", mine[0][:120])


def _key(name: str, found: Sequence[str] | None) -> Finding:
    """RFC 6376, 3.6.1: an empty p= is a key that was called back."""
    if found is None:
        return Finding(Grade.WARNING, f"DKIM at {name}", NOT_ASKED)
    tags = [tag.strip() for each in found for tag in each.split(";")]
    keys = ["".join(tag[2:].split()) for tag in tags if tag.startswith("p=")]
    if not keys:
        return Finding(Grade.WRONG, f"DKIM at {name}", "there is no key", "publish it, or signatures count as broken")
    if not keys[0]:
        return Finding(Grade.WRONG, f"DKIM at {name}", "its key was called back", "publish the one that signs")
    return Finding(Grade.OK, f"DKIM at {name}", "a public key is there")

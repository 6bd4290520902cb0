"""Who a mail is from and how its reader leaves: sender, list name, signed unsubscribe links."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from urllib.parse import quote

import itsdangerous

from monitor.digest import message
from monitor.errors import Complaint, ConfigError

SENDER_NAME = "News monitor"
CONFIRM_WITHIN = timedelta(days=3)
"""How long a confirmation link works: over a weekend."""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """What every mail of this installation shares."""

    mail_from: str
    """A bare address, or "Name <address>"."""
    base_url: str | None
    """Where subscribers reach web/, e.g. "https://news.example.org"; None where it is not reachable."""
    secret_key: str
    """Signs the links; whoever knows it can unsubscribe others."""
    contact: str | None
    """The operator's address (or page), for readers who want a person."""

    def __post_init__(self) -> None:
        complaints = []
        if "@" not in self.address:
            complaints.append(Complaint("MONITOR_MAIL_FROM", 0, f"{self.mail_from!r} holds no mail address"))
        if self.base_url and not self.base_url.startswith(("https://", "http://")):
            complaints.append(
                Complaint("MONITOR_BASE_URL", 0, f"{self.base_url!r} starts with neither https:// nor http://")
            )
        if not self.secret_key:
            complaints.append(Complaint("MONITOR_SECRET_KEY", 0, "is empty: anyone could forge an unsubscribe link"))
        if complaints:
            raise ConfigError(complaints)

    @property
    def address(self) -> str:
        """The sender's bare address."""
        return parseaddr(self.mail_from)[1]

    @property
    def name(self) -> str:
        """The sender's name as a reader's inbox shows it."""
        return parseaddr(self.mail_from)[0] or SENDER_NAME

    @property
    def domain(self) -> str:
        """What stands behind the @ of the sender: Message-ID and List-Id end in it."""
        return self.address.rpartition("@")[2]


def reader_token(subscriber_id: int, secret_key: str) -> str:
    """A token that names one subscriber, cannot be forged without the key, and does not expire (RFC 8058, 3.1)."""
    return str(_serializer(secret_key).dumps(subscriber_id))


def read_token(token: str, secret_key: str) -> int | None:
    """The subscriber that a token names; None for a token that this key did not sign."""
    try:
        subscriber_id = _serializer(secret_key).loads(token)
    except itsdangerous.BadData:
        return None
    return subscriber_id if isinstance(subscriber_id, int) else None


@dataclass(frozen=True, slots=True)
class Confirm:
    """What a confirmation link says."""

    subscriber: int
    expired: bool


def confirm_token(subscriber_id: int, secret_key: str, now: datetime) -> str:
    """A token that confirms one subscriber's sign-up for CONFIRM_WITHIN from `now`."""
    expires = int((now + CONFIRM_WITHIN).timestamp())
    return str(_serializer(secret_key, "confirm").dumps([subscriber_id, expires]))


def read_confirm(token: str, secret_key: str, now: datetime) -> Confirm | None:
    """What a confirmation token says; None for one that this key did not sign."""
    try:
        subscriber_id, expires = _serializer(secret_key, "confirm").loads(token)
    except (itsdangerous.BadData, TypeError, ValueError):
        return None
    return Confirm(subscriber_id, expired=now.timestamp() > expires)


@dataclass(frozen=True, slots=True)
class Links:
    """Where the links of one subscriber's mail lead: to pages that ask, and act when their button is pressed."""

    settings: MailSettings
    token: str
    """Of `reader_token`."""
    key: str
    """What stands before the @ of the mail's Message-ID."""

    @property
    def leave(self) -> str:
        """Unsubscribing: a page of ours where subscribers can reach us, else a mail to the operator."""
        if self._base:
            return f"{self._base}/u/{self.token}"
        return f"mailto:{quote(_person(self.settings), safe='@')}?subject={quote('unsubscribe ')}{self.token}"

    @property
    def choose(self) -> str | None:
        """Their choices: watchlists, times, languages."""
        return f"{self._base}/p/{self.token}" if self._base else None

    @property
    def view(self) -> str | None:
        """The mail in a browser."""
        return f"{self._base}/v/{self.token}/{self.key}" if self._base else None

    def judge(self, development: int) -> str | None:
        """What the subscriber thinks of one development."""
        return f"{self._base}/j/{self.token}/{development}" if self._base else None

    @property
    def contact(self) -> str:
        """Where a reader reaches the operator."""
        return contact_link(self.settings)

    @property
    def _base(self) -> str:
        return (self.settings.base_url or "").rstrip("/")


def list_headers(settings: MailSettings, links: Links) -> list[tuple[str, str]]:
    """What a mail to a subscriber says of itself: which list it is of, that a program wrote it, how to leave."""
    headers = [
        ("List-Id", f"{SENDER_NAME} <news-monitor.{message.domain(settings.domain)}>"),
        ("Auto-Submitted", "auto-generated"),
        ("List-Unsubscribe", f"<{links.leave}>"),
    ]
    if not links.leave.startswith("mailto:"):
        headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))  # RFC 8058: over http(s) alone
    return headers


def contact_link(settings: MailSettings) -> str:
    """Where a reader reaches the operator."""
    contact = settings.contact or ""
    return contact if contact.startswith(("https://", "http://")) else f"mailto:{quote(_person(settings), safe='@')}"


def _person(settings: MailSettings) -> str:
    return parseaddr(settings.contact or "")[1] if "@" in (settings.contact or "") else settings.address


def _serializer(secret_key: str, use: str = "unsubscribe") -> itsdangerous.URLSafeSerializer:
    return itsdangerous.URLSafeSerializer(
        secret_key,
        salt=f"news-monitor {use}",  # a token for one use is none for another
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )

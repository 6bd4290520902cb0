"""The mails that tell no news: whether an address wants digests, and the sign of life after a quiet week."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING

from monitor import speech
from monitor.digest import letterhead, message, wording
from monitor.digest.letterhead import Links
from monitor.digest.rendering import spoken
from monitor.values import Mail

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.digest.letterhead import MailSettings
    from monitor.values import Subscriber


@dataclass(frozen=True, slots=True)
class Quiet:
    """A time in which a subscriber was told nothing, because nothing was new."""

    subscriber: Subscriber
    titles: tuple[str, ...]
    """Of the watchlists that they follow."""
    since: datetime
    read: int
    """Articles that were read meanwhile."""
    now: datetime


def render_confirmation(address: str, language: str, link: str, settings: MailSettings, now: datetime) -> Mail:
    """The one mail that somebody gets who did not confirm: `link` in it says yes, and not answering says no."""
    voice = speech.voice(language, "mail")
    subject = voice.say("Please confirm: news by mail from %(name)s", name=wording.clean(settings.name))
    values = {"subject": subject, "name": settings.name, "link": link, "contact": letterhead.contact_link(settings)}
    form = message.Form(*(spoken(f"confirmation.{ending}", voice, **values) for ending in ("txt", "html")))
    key = _key("confirmation", address, link, now)
    headers = [
        *_head(address, subject, key, settings, now),
        ("Auto-Submitted", "auto-generated"),
    ]
    return _mail(address, subject, key, settings, form.write(headers, "", ""))


def render_sign_of_life(quiet: Quiet, settings: MailSettings) -> Mail:
    """That the monitor is at work and had nothing new to tell."""
    reader = quiet.subscriber
    voice, place = speech.voice(reader.language, "mail"), wording.zone(reader.zone)
    key = _key("sign of life", reader.address, str(reader.id), quiet.now)
    token = letterhead.reader_token(reader.id, settings.secret_key)
    subject = voice.say("Nothing new since %(day)s", day=voice.moment(quiet.since, quiet.now, place))
    values = {
        "subject": subject,
        "titles": [wording.clean(title) for title in quiet.titles],
        "read": voice.count("%(number)s article was read.", "%(number)s articles were read.", quiet.read),
        "links": Links(settings, token, key),
    }
    form = message.Form(*(spoken(f"sign_of_life.{ending}", voice, **values) for ending in ("txt", "html")))
    headers = [
        *_head(reader.address, subject, key, settings, quiet.now),
        *letterhead.list_headers(settings, Links(settings, token, key)),
    ]
    return _mail(reader.address, subject, key, settings, form.write(headers, "", ""))


def _head(address: str, subject: str, key: str, settings: MailSettings, now: datetime) -> list[tuple[str, str]]:
    return [
        ("From", message.mailbox(settings.name, settings.address)),
        ("To", message.addr_spec(address)),
        ("Subject", message.unstructured(subject)),
        ("Date", format_datetime(now)),
        ("Message-ID", f"<{key}@{message.domain(settings.domain)}>"),
    ]


def _mail(address: str, subject: str, key: str, settings: MailSettings, data: bytes) -> Mail:
    return Mail(message.addr_spec(address), subject, f"<{key}@{message.domain(settings.domain)}>", data)


def _key(kind: str, address: str, about: str, now: datetime) -> str:
    content = f"{kind}\n{address}\n{about}\n{now.isoformat()}"
    return hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:32]

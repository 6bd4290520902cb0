"""A trouble of the house itself -> a mail to the operator: what it is, in paragraphs, and the list of its cases."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING

from monitor import speech
from monitor.digest import message, wording
from monitor.digest.rendering import spoken
from monitor.values import Mail

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.digest.letterhead import MailSettings


@dataclass(frozen=True, slots=True)
class Alert:
    """What the operator has to know."""

    to: str
    subject: str
    words: tuple[str, ...]
    """One paragraph each."""
    entries: tuple[str, ...]
    """What it is about, one line each."""
    now: datetime


def render_alert(alert: Alert, settings: MailSettings) -> Mail:
    """The mail that tells an alert: the same alert and settings give the same bytes."""
    content = "\n".join([alert.to, alert.now.isoformat(), alert.subject, *alert.words, *alert.entries])
    number = hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:32]
    message_id = f"<{number}@{message.domain(settings.domain)}>"
    headers = [
        ("From", message.mailbox(settings.name, settings.address)),
        ("To", message.addr_spec(alert.to)),
        ("Subject", message.unstructured(alert.subject)),
        ("Date", format_datetime(alert.now)),
        ("Message-ID", message_id),
        ("Auto-Submitted", "auto-generated"),
    ]
    shown = Alert(alert.to, alert.subject, _cleaned(alert.words), _cleaned(alert.entries), alert.now)
    voice = speech.voice(speech.ENGLISH, "mail")
    text, html = (spoken(f"alert.{form}", voice, alert=shown) for form in ("txt", "html"))
    return Mail(message.addr_spec(alert.to), alert.subject, message_id, message.Form(text, html).write(headers, "", ""))


def _cleaned(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(wording.clean(line) for line in lines)

"""A sign-up -> the mail that asks whether its address wants it."""

from __future__ import annotations

import hashlib
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING

from monitor.digest import letterhead, message
from monitor.values import Mail

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.digest.letterhead import MailSettings


def render_confirmation(address: str, language: str, link: str, settings: MailSettings, now: datetime) -> Mail:
    """The one mail that somebody gets who did not confirm: `link` in it says yes, and not answering says no."""
    subject = f"{settings.name}: do you want these mails?"
    text = (
        f"Somebody, we hope you, asked for the news of {settings.name} at this address.\n\n"
        f"To say yes, open this page within three days:\n{link}\n\n"
        "If it was not you, do nothing: no other mail will come.\n\n"
        f"A person to ask: {letterhead.contact_link(settings)}\n"
    )
    content = f"{address}\n{language}\n{link}\n{now.isoformat()}"
    message_id = f"<{hashlib.sha256(content.encode()).hexdigest()[:32]}@{message.domain(settings.domain)}>"
    headers = [
        ("From", message.mailbox(settings.name, settings.address)),
        ("To", message.addr_spec(address)),
        ("Subject", message.unstructured(subject)),
        ("Date", format_datetime(now)),
        ("Message-ID", message_id),
        ("Auto-Submitted", "auto-generated"),
    ]
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in text.strip().split("\n\n"))
    anchor = f'<a href="{escape(link)}">{escape(link)}</a>'
    page = f'<!doctype html><html lang="en"><body>{paragraphs.replace(escape(link), anchor)}</body></html>\n'
    return Mail(message.addr_spec(address), subject, message_id, message.write(headers, text, page))

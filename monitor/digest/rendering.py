"""Digest -> mail: both bodies from their templates, short enough for every mail program, under the right headers."""

from __future__ import annotations

import hashlib
import textwrap
import unicodedata
from email import message_from_bytes, policy
from email.utils import format_datetime
from typing import TYPE_CHECKING

import jinja2

from monitor.digest import letterhead, message, views, wording
from monitor.values import Mail

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.digest.letterhead import MailSettings
    from monitor.values import Digest

LARGEST = 100_000
"""Octets of a message. Gmail cuts a page at 102 KB and hides the rest behind a link."""
COLUMNS = 76
"""Columns of a line in the text part."""


def render(digest: Digest, settings: MailSettings) -> Mail:
    """The one mail that tells a digest: the same digest and settings give the same bytes.

    Stories that would make it larger than LARGEST are given in brief, the last ones first; none is left out.
    """
    unsubscribe = letterhead.unsubscribe_link(digest.subscriber.id, settings)
    contact = letterhead.contact_link(settings)
    subject, message_id = wording.subject(digest), _message_id(digest, settings)
    headers = _headers(digest, settings, subject, message_id, unsubscribe)

    def written(in_full: int) -> bytes:
        page = views.page(digest, in_full, unsubscribe, contact)
        return message.write(headers, _TEXT.render(page=page), _HTML.render(page=page))

    data = written(len(digest.stories))
    if len(data) > LARGEST:
        data = written(_most_in_full(len(digest.stories), written))
    return Mail(to=message.addr_spec(digest.subscriber.address), subject=subject, message_id=message_id, data=data)


def html_part(mail: Mail) -> str:
    """The page of a mail, as a browser shows it."""
    parsed = message_from_bytes(mail.data, policy=policy.default)
    part = parsed.get_body(("html",))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


def _headers(
    digest: Digest, settings: MailSettings, subject: str, message_id: str, unsubscribe: str
) -> list[tuple[str, str]]:
    headers = [
        ("From", message.mailbox(settings.name, settings.address)),
        ("To", message.addr_spec(digest.subscriber.address)),
        ("Subject", message.unstructured(subject)),
        ("Date", format_datetime(digest.now)),
        ("Message-ID", message_id),
        ("List-Id", f"{letterhead.SENDER_NAME} <news-monitor.{message.domain(settings.domain)}>"),
        ("Auto-Submitted", "auto-generated"),
        ("List-Unsubscribe", f"<{unsubscribe}>"),
    ]
    if not unsubscribe.startswith("mailto:"):
        headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))  # RFC 8058: over http(s) alone
    return headers


def _message_id(digest: Digest, settings: MailSettings) -> str:
    """The same for the same news to the same subscriber: a second try after a crash is recognised as that."""
    told = [str(development.id) for story in digest.stories for development in story.developments]
    content = "\n".join([str(digest.subscriber.id), digest.subscriber.address, digest.now.isoformat(), *told])
    return f"<{hashlib.sha256(content.encode('utf-8', 'replace')).hexdigest()[:32]}@{message.domain(settings.domain)}>"


def _most_in_full(stories: int, written: Callable[[int], bytes]) -> int:
    """How many stories can be given in full: by halving, since each one more makes the mail larger."""
    fits, too_many = 0, stories
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if len(written(middle)) > LARGEST:
            too_many = middle
        else:
            fits = middle
    return fits


def _wrapped(text: str, margin: str = "") -> str:
    """Prose in lines of COLUMNS; letters of Chinese, Japanese and Korean are two columns wide."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    columns = COLUMNS * len(text) // (len(text) + wide) if text else COLUMNS
    return textwrap.fill(
        text,
        columns,
        initial_indent=margin,
        subsequent_indent=margin,
        break_on_hyphens=False,
        break_long_words=wide > 0,
    )


def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("monitor"),
        autoescape=jinja2.select_autoescape(["html"]),  # nothing from a feed is ever markup
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["wrapped"] = _wrapped
    environment.filters["counted"] = wording.count
    return environment


TEMPLATES = _templates()
"""What every mail is written with."""
_HTML = TEMPLATES.get_template("digest.html")
_TEXT = TEMPLATES.get_template("digest.txt")

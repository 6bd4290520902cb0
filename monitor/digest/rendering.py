"""Digest -> mail: both bodies from their templates, short enough for every mail program, under the right headers."""

from __future__ import annotations

import hashlib
import textwrap
import unicodedata
from collections import deque
from dataclasses import replace
from email import message_from_bytes, policy
from email.utils import format_datetime
from typing import TYPE_CHECKING

import jinja2

from monitor import speech
from monitor.digest import letterhead, message, threads, views, wording
from monitor.digest.letterhead import Links
from monitor.values import Mail, Subscriber

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.digest.letterhead import MailSettings
    from monitor.speech import Voice
    from monitor.values import Digest

LARGEST = 100_000
"""Octets of a message. Gmail cuts a page at 102 KB and hides the rest behind a link."""
COLUMNS = 76
"""Columns of a line in the text part."""
KEPT = 64
"""Bodies that a printer remembers: the same news goes to many, in some languages and time zones."""
_LONGEST_TOKEN, _KEY = "x" * 64, "x" * 32


def render(digest: Digest, settings: MailSettings) -> Mail:
    """The one mail that tells a digest: the same digest and settings give the same bytes.

    Stories that would make it larger than LARGEST are given in brief, the last ones first; none is left out.
    """
    return Printer(settings).mail(digest)


class Printer:
    """Writes the mails of many digests; a body that many subscribers get is written once.

    10,000 recipients of one digest: `python -m benchmarks.mail`.
    """

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._bodies: deque[tuple[Digest, _Body]] = deque(maxlen=KEPT)

    def mail(self, digest: Digest) -> Mail:
        """The mail of one digest."""
        body, settings = self._body(digest), self._settings
        key = _key(digest)
        token = letterhead.reader_token(digest.subscriber.id, settings.secret_key)
        message_id = f"<{key}@{message.domain(settings.domain)}>"
        headers = _headers(digest, settings, body.subject, message_id, Links(settings, token, key))
        data = body.form.write(headers, token, key)
        return Mail(message.addr_spec(digest.subscriber.address), body.subject.text, message_id, data, _told(digest))

    def _body(self, digest: Digest) -> _Body:
        shared = _without_reader(digest)
        for known, body in self._bodies:
            if known == shared:
                return body
        body = _Body(digest, self._settings)
        self._bodies.append((shared, body))
        return body


class _Subject:
    """A subject as readers and as headers have it."""

    def __init__(self, text: str) -> None:
        self.text, self.header = text, message.unstructured(text)


class _Body:
    """What all subscribers with the same news, language and time zone get alike."""

    def __init__(self, digest: Digest, settings: MailSettings) -> None:
        voice = speech.voice(digest.subscriber.language, "mail")
        links = Links(settings, message.TOKEN, message.KEY)
        self.subject = _Subject(wording.subject(digest, voice))

        def form(in_full: int) -> message.Form:
            page = views.page(digest, in_full, links, voice)
            return message.Form(*(spoken(f"digest.{ending}", voice, page=page) for ending in ("txt", "html")))

        def fits(in_full: int) -> bool:
            return len(form(in_full).write([], _LONGEST_TOKEN, _KEY)) + _HEADERS <= LARGEST

        stories = len(digest.stories)
        self.form = form(stories if fits(stories) else _most(stories, fits))


_HEADERS = 4_000
"""Octets that the headers of a mail may take, its subject among them."""


def html_part(mail: Mail) -> str:
    """The page of a mail, as a browser shows it."""
    parsed = message_from_bytes(mail.data, policy=policy.default)
    part = parsed.get_body(("html",))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


def spoken(template: str, voice: Voice, **values: object) -> str:
    """A template's text in a language."""
    return TEMPLATES.get_template(template).render(voice=voice, _=voice.say, ngettext=voice.count, **values)


def _headers(
    digest: Digest, settings: MailSettings, subject: _Subject, message_id: str, links: Links
) -> list[tuple[str, str]]:
    return [
        ("From", message.mailbox(settings.name, settings.address)),
        ("To", message.addr_spec(digest.subscriber.address)),
        ("Subject", subject.header),
        ("Date", format_datetime(digest.now)),
        ("Message-ID", message_id),
        *threads.headers(digest, subject.text, message_id),
        *letterhead.list_headers(settings, links),
    ]


def _told(digest: Digest) -> str | None:
    """The one story that a mail tells, if it tells no other."""
    return digest.stories[0].story if len(digest.stories) == 1 else None


def _without_reader(digest: Digest) -> Digest:
    """The digest but for whom it is to: what two subscribers with the same page have alike."""
    reader = digest.subscriber
    nobody = Subscriber(0, "", reader.watchlists, reader.zone, reader.language)
    thread = digest.thread and replace(digest.thread, first="", latest="", mails=0)
    return replace(digest, subscriber=nobody, thread=thread)


def _key(digest: Digest) -> str:
    """The same for the same news to the same subscriber: a second try after a crash is recognised as that."""
    told = [str(development.id) for story in digest.stories for development in story.developments]
    content = "\n".join([str(digest.subscriber.id), digest.subscriber.address, digest.now.isoformat(), *told])
    return hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:32]


def _most(stories: int, fits: Callable[[int], bool]) -> int:
    """How many stories can be given in full: by halving, since each one more makes the mail larger."""
    good, too_many = 0, stories
    while too_many - good > 1:
        middle = (good + too_many) // 2
        if fits(middle):
            good = middle
        else:
            too_many = middle
    return good


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

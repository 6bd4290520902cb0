"""Feeds in trouble -> a mail to the operator: which, since when, and what to do about each."""

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
    from monitor.health import Diagnosis

MOST = 40
"""Feeds named in one mail: each takes some 2 KB in both bodies together, and Gmail cuts at 100. The rest is counted."""

WIDESPREAD = 0.5
"""Share of all feeds in trouble at once from which the cause is more likely here than there."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What the operator is told of the feeds."""

    to: str
    trouble: tuple[Diagnosis, ...]
    recovered: tuple[Diagnosis, ...]
    feeds: int
    """How many are watched in all."""
    now: datetime


@dataclass(frozen=True, slots=True)
class _Entry:
    """One feed as the templates show it."""

    title: str
    url: str
    state: str
    since: str
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Everything that the templates show."""

    subject: str
    trouble: tuple[_Entry, ...]
    trouble_more: int
    recovered: tuple[_Entry, ...]
    recovered_more: int
    widespread: bool
    feeds: int


def render_notice(notice: Notice, settings: MailSettings) -> Mail:
    """The mail that tells a notice: the same notice and settings give the same bytes."""
    sheet = _sheet(notice)
    message_id = _message_id(notice, settings)
    headers = [
        ("From", message.mailbox(settings.name, settings.address)),
        ("To", message.addr_spec(notice.to)),
        ("Subject", message.unstructured(sheet.subject)),
        ("Date", format_datetime(notice.now)),
        ("Message-ID", message_id),
        ("Auto-Submitted", "auto-generated"),
    ]
    voice = speech.voice(speech.ENGLISH, "mail")
    text, html = (spoken(f"notice.{form}", voice, sheet=sheet) for form in ("txt", "html"))
    return Mail(
        message.addr_spec(notice.to), sheet.subject, message_id, message.Form(text, html).write(headers, "", "")
    )


def _sheet(notice: Notice) -> _Sheet:
    return _Sheet(
        subject=_subject(notice),
        trouble=tuple(_entry(each) for each in notice.trouble[:MOST]),
        trouble_more=max(0, len(notice.trouble) - MOST),
        recovered=tuple(_entry(each) for each in notice.recovered[:MOST]),
        recovered_more=max(0, len(notice.recovered) - MOST),
        widespread=len(notice.trouble) > 1 and len(notice.trouble) >= WIDESPREAD * notice.feeds,
        feeds=notice.feeds,
    )


def _subject(notice: Notice) -> str:
    if len(notice.trouble) == 1:
        (only,) = notice.trouble
        return f"Feed {only.state.value}: {wording.shorten(wording.clean(only.record.title), 60)}"
    if notice.trouble:
        return f"{len(notice.trouble)} feeds need you"
    return f"{wording.count(len(notice.recovered), 'feed')} well again"


def _entry(diagnosis: Diagnosis) -> _Entry:
    record = diagnosis.record
    return _Entry(
        title=wording.clean(record.title),
        url=record.url,
        state=diagnosis.state.value,
        since=f"{diagnosis.since:%Y-%m-%d %H:%M} UTC" if diagnosis.since else "",
        problem=wording.clean(diagnosis.problem),
        remedy=wording.clean(diagnosis.remedy),
    )


def _message_id(notice: Notice, settings: MailSettings) -> str:
    told = [f"{each.record.url} {each.state}" for each in (*notice.trouble, *notice.recovered)]
    content = "\n".join([notice.to, notice.now.isoformat(), *told])
    return f"<{hashlib.sha256(content.encode('utf-8', 'replace')).hexdigest()[:32]}@{message.domain(settings.domain)}>"

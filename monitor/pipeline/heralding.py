"""Tells other systems of developments: writes a message for each hook once, signs and posts it until it is taken.

    unwritten developments -> payload -> the hooks' outbox -> signed -> fetch.poster -> sent, tried again, given up

The form is that of Standard Webhooks (standardwebhooks.com), so that any of its libraries can verify what comes.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import structlog

from monitor.errors import FetchError, InputError
from monitor.fetch.poster import Poster, Reply
from monitor.pipeline import pace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.config import Settings
    from monitor.store import Store
    from monitor.store.hooks import Hook, Message
    from monitor.store.listing import Issue

log = structlog.get_logger(__name__)

PREFIX = "whsec_"
AT_ONCE = 8
"""Hooks that are posted to at the same time, one message each."""
A_HOOK = 100
"""Messages that one round writes for a hook; the next round writes on."""
A_CLAIM = 16
"""Messages claimed at a time: four minutes of a hook that takes fetch.poster.PATIENCE for each, well within a lease."""
GONE = 410
HEADER_ID, HEADER_TIME, HEADER_SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


@dataclass(slots=True)
class Heralded:
    """What a round of posting came to."""

    written: int = 0
    sent: int = 0
    deferred: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Herald:
    """Posts to the hooks of a service."""

    store: Store
    settings: Settings

    async def post_due(self, titles: Mapping[str, str], now: datetime) -> Heralded:
        """Write what is new to a hook, and post what is due; goes on as long as everything is taken."""
        came_to = Heralded(await asyncio.to_thread(self._write, titles, now))
        if claimed := self.store.hooks.claim(now, A_CLAIM):
            async with self._poster() as poster:
                round_ = _Round(self.store, poster, came_to, now)
                while claimed and await round_.post(claimed):
                    claimed = self.store.hooks.claim(round_.now, A_CLAIM)
        return came_to

    async def ping(self, hook: Hook, secret: str, now: datetime) -> Reply:
        """Post a message of the type `ping`, so that the other side can be tried; FetchError where nobody answers."""
        said = {"type": "ping", "timestamp": _moment(now), "data": {"watchlist": hook.watchlist}}
        body = json.dumps(said, ensure_ascii=False).encode()
        async with self._poster() as poster:
            return await poster.post(hook.url, body, signed(secret, f"msg_{secrets.token_urlsafe(18)}", body, now))

    def _poster(self) -> Poster:
        return Poster(self.settings.allow_networks, self.settings.allow_ports)

    def _write(self, titles: Mapping[str, str], now: datetime) -> int:
        base = (self.settings.base_url or "").rstrip("/")
        unwritten = self.store.hooks.unwritten(now, A_HOOK)
        for hook, issue in unwritten:
            body = payload(issue, hook.watchlist, titles.get(hook.watchlist, hook.watchlist), base)
            self.store.hooks.keep(hook.id, issue.id, body, now)
        return len(unwritten)


class _Round:
    """One emptying of the outbox, a few hooks at a time and each hook's messages in their order."""

    def __init__(self, store: Store, poster: Poster, came_to: Heralded, now: datetime) -> None:
        self._hooks = store.hooks
        self._poster = poster
        self._came_to = came_to
        self._begun, self._clock = now, time.monotonic()
        self._under_way = asyncio.Semaphore(AT_ONCE)

    @property
    def now(self) -> datetime:
        """The moment, counted from the round's `now`: who is posted to compares it with their own clock."""
        return self._begun + timedelta(seconds=time.monotonic() - self._clock)

    async def post(self, claimed: Sequence[Message]) -> bool:
        """Post these; whether all were taken."""
        waiting: dict[int, list[Message]] = defaultdict(list)
        for message in claimed:
            waiting[message.hook].append(message)
        return all(await asyncio.gather(*map(self._post_all, waiting.values())))

    async def _post_all(self, messages: Sequence[Message]) -> bool:
        """The messages of one hook; after a failure the others wait for the next round."""
        for place, message in enumerate(messages):
            async with self._under_way:
                taken = await self._post(message)
            if not taken:
                for other in messages[place + 1 :]:
                    self._hooks.give_back(other, self.now)
                return False
        return True

    async def _post(self, message: Message) -> bool:
        headers = signed(message.secret, message.key, message.body, self.now)
        try:
            reply = await self._poster.post(message.url, message.body, headers)
        except FetchError as error:
            return self._not_taken(message, error.problem)
        if 200 <= reply.status < 300:
            self._hooks.sent(message, self.now)
            self._came_to.sent += 1
            return True
        if reply.status == GONE:
            self._hooks.end(message.hook, self.now, "it answered 410: it wants nothing any more")
            log.warning("a webhook ended itself", hook=message.hook)
            self._came_to.failed += 1
            return False
        return self._not_taken(message, _words(reply), reply.retry_after)

    def _not_taken(self, message: Message, problem: str, wait: timedelta | None = None) -> bool:
        """Try it again as mails are, or give it up with the reason after as long as a mail."""
        again = pace.mail_again(self.now, message.attempts, message.created, message.key)
        log.warning("a webhook did not take a message", hook=message.hook, problem=problem, again=str(again))
        if again:
            asked = self.now + min(wait, pace.LONGEST) if wait else again
            self._hooks.defer(message, max(again, asked), problem)
            self._came_to.deferred += 1
        else:
            self._hooks.fail(message, problem)
            self._came_to.failed += 1
        return False


def new_secret() -> str:
    """A secret as Standard Webhooks writes it: 32 random octets in base64 behind a prefix."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signed(secret: str, key: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers of a message: HMAC-SHA256 over its id, the time of the attempt and its bytes."""
    stamp = str(int(now.timestamp()))
    try:
        octets = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise InputError("the webhook's secret", "is not as it was made; remove the webhook and add it again") from None
    digest = hmac.digest(octets, b".".join((key.encode(), stamp.encode(), body)), hashlib.sha256)
    return {
        "Content-Type": "application/json",
        HEADER_ID: key,
        HEADER_TIME: stamp,
        HEADER_SIGNATURE: f"v1,{base64.b64encode(digest).decode()}",
    }


def payload(issue: Issue, watchlist: str, title: str, base: str) -> bytes:
    """A development as a message: what is new, where it was found, and where to read on."""
    report = issue.report
    pages = {
        "story": f"{base}/desk/stories/{quote(issue.story, safe='')}",
        "article": f"{base}/desk/articles/{quote(report.id, safe='')}",
    }
    said = {
        "type": "development",
        "timestamp": _moment(issue.seen),
        "data": {
            "development": issue.id,
            "watchlist": {"id": watchlist, "title": title},
            "story": issue.story,
            "news": dict(issue.watchlists).get(watchlist, report.news),
            "sure": report.sure,
            "why": report.why,
            "new": [
                {"change": new.change, "text": new.text, "sentence": new.sentence, "before": new.before}
                for new in report.new
            ],
            "report": {
                "id": report.id,
                "title": report.title,
                "source": report.source,
                "language": report.language,
                "url": report.url,
                "published": _moment(report.published) if report.published else None,
            },
            "hits": [
                {"term": hit.term, "found": hit.found, "how": hit.how}
                for hit in issue.hits
                if hit.watchlist == watchlist
            ],
            "pages": pages if base else None,
        },
    }
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")


def _words(reply: Reply) -> str:
    if 300 <= reply.status < 400:
        return f"it answered {reply.status}: redirects are not followed; add the address that it leads to"
    return f"it answered {reply.status}"


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

"""The front page and the double opt-in: nobody gets mail because somebody else wrote their address into a form."""

from __future__ import annotations

import re
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

import structlog
from starlette.background import BackgroundTask

from monitor import cadence, digest
from monitor.values import Choices
from monitor.web import asking, naming
from monitor.web.frame import language_of

if TYPE_CHECKING:
    from starlette.responses import Response

    from monitor.web.asking import Asked
    from monitor.web.frame import Frame

log = structlog.get_logger(__name__)

_ADDRESS = re.compile(
    r"""[^\s@<>()\[\],:;"\\\x00-\x1f\x7f]{1,64}@[^\s@<>()\[\],:;"\\\x00-\x1f\x7f]+\.[^\s@.\d][^\s@.]+"""
)
LONGEST_ADDRESS = 254
"""Octets (RFC 5321, 4.5.3.1.3, less the angle brackets)."""
A_NETWORK, WITHIN = 10, timedelta(hours=1)
"""Sign-ups that one network may ask for: a newsroom's, not a robot's."""
MOST_NETWORKS = 10_000
"""That are remembered; beyond, the one that asked longest ago is forgotten."""


@dataclass(slots=True)
class Turnstile:
    """Counts the sign-ups of each network: an IPv4 address, or an IPv6 /64, which one customer has to themselves."""

    _seen: OrderedDict[str, deque[datetime]] = field(default_factory=OrderedDict)

    def lets(self, client: str, now: datetime) -> bool:
        """Count one more from an address; False where its network has used up its hour."""
        network = _network(client)
        times = self._seen.setdefault(network, deque())
        self._seen.move_to_end(network)
        while times and times[0] <= now - WITHIN:
            times.popleft()
        if len(times) >= A_NETWORK:
            return False
        times.append(now)
        if len(self._seen) > MOST_NETWORKS:
            self._seen.popitem(last=False)
        return True


@dataclass(frozen=True, slots=True)
class SignUp:
    """Asking, and saying yes.

    The answer to a sign-up is the same for every address, and it is given before anything is looked up: neither its
    words nor its time tell who is subscribed.
    """

    frame: Frame
    turnstile: Turnstile = field(default_factory=Turnstile)

    def front(self, asked: Asked) -> Response:
        return self._form(asked, {})

    def ask(self, asked: Asked) -> Response:
        house, offered = self.frame.house, self._offered()
        if not offered:
            return self._form(asked, {}, 403)
        if not asking.comes_from_us(asked, house.letterhead.base_url):
            return self.frame.trouble("elsewhere", asked, 403)
        address, follows = asked.one("address"), [w for w in asked.fields.get("follow", ()) if w in offered]
        wrong = {} if is_address(address) else {"address": "address"}
        wrong |= {} if follows else {"follow": "follow"}
        if wrong:
            return self._form(asked, wrong, 422)
        now = house.now()
        if not house.store.shelf.may_ask(now) or not self.turnstile.lets(asked.client, now):
            return self.frame.trouble("too_many", asked, 429)
        language = language_of(asked)
        choices = Choices(dict.fromkeys(follows, cadence.AT_ONCE), language=language)
        answer = self.frame.page("asked", language)
        answer.background = BackgroundTask(self._put, address, choices, now)
        return answer

    def look(self, asked: Asked) -> Response:
        """The page behind the link of a confirmation mail."""
        link = self._link(asked)
        if link is None:
            return self.frame.bad_link(asked)
        number, expired = link.subscriber, link.expired
        titles = self.frame.house.titles()
        asked_for = self.frame.house.store.shelf.asked_for(number)
        wanted = sorted(titles[watchlist] for watchlist in asked_for if watchlist in titles)
        return self._confirm("expired" if expired else "ask", number, 410 if expired else 200, wanted=wanted)

    def say_yes(self, asked: Asked) -> Response:
        link, house = self._link(asked), self.frame.house
        if link is None:
            return self.frame.bad_link(asked)
        if not link.expired:
            if not house.store.people.confirm(link.subscriber, house.now()):
                return self.frame.bad_link(asked)
            return self._confirm("done", link.subscriber)
        if not self.turnstile.lets(asked.client, house.now()):
            return self.frame.trouble("too_many", asked, 429)
        reader = house.store.people.reader(link.subscriber)
        language = reader.subscriber.language if reader else language_of(asked)
        if reader:
            self._put(reader.subscriber.address, Choices({}, language=language), house.now())
        return self.frame.page("asked", language)

    def _offered(self) -> dict[str, str]:
        house = self.frame.house
        offered = house.offered()
        titles = {watchlist: title for watchlist, title in house.titles().items() if watchlist in offered}
        return dict(sorted(titles.items(), key=lambda each: each[1].casefold()))

    def _form(self, asked: Asked, wrong: dict[str, str], status: int = 200) -> Response:
        return self.frame.page(
            "front",
            language_of(asked),
            status,
            offered=self._offered(),
            address=asked.one("address")[:LONGEST_ADDRESS],
            follows=set(asked.fields.get("follow", ())) or set(list(self._offered())[:1]),
            wrong=wrong,
            mail_languages=naming.mail_languages(),
        )

    def _put(self, address: str, choices: Choices, now: datetime) -> None:
        """Note what was asked for and put the question into the outbox, unless that was done within the hour."""
        house, letterhead = self.frame.house, self.frame.house.letterhead
        number = house.store.people.ask(address, choices, now)
        token = digest.confirm_token(number, letterhead.secret_key, now)
        link = f"{(letterhead.base_url or '').rstrip('/')}/c/{token}"
        question = digest.render_confirmation(address, choices.language, link, letterhead, now)
        log.info("sign-up", asked=house.store.shelf.ask(house.sign(question), now))

    def _link(self, asked: Asked) -> digest.Confirm | None:
        """What a confirmation link says; None for a forged one, and for somebody who is gone."""
        house = self.frame.house
        link = digest.read_confirm(asked.path["token"], house.letterhead.secret_key, house.now())
        return link if link and house.store.people.choices(link.subscriber) else None

    def _confirm(self, what: str, number: int, status: int = 200, **values: object) -> Response:
        house = self.frame.house
        chosen = house.store.people.choices(number)
        token = digest.reader_token(number, house.letterhead.secret_key) if what == "done" else None
        return self.frame.page(
            "confirm", chosen.language if chosen else "en", status, what=what, reader=token, **{"wanted": (), **values}
        )


def is_address(text: str) -> bool:
    """Whether mail can be tried there: a name, an @ and a host with a dot, none with what a header cannot hold."""
    if not _ADDRESS.fullmatch(text) or not text.isprintable() or len(text.encode()) > LONGEST_ADDRESS:
        return False
    try:
        return bool(text.rpartition("@")[2].encode("idna"))
    except UnicodeError:
        return False


def _network(client: str) -> str:
    try:
        address = ip_address(client)
    except ValueError:
        return client
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else client

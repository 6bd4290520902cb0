"""How often a password may be guessed, without a stranger's guesses keeping out who knows it.

Failures are counted in lanes, and each further one doubles the wait of its lane. A browser that somebody signed in with
shows it by a cookie, and has a lane of its own: nobody else's guesses slow it down (device cookies, OWASP). A stranger
stands in two lanes, that of the name they write and that of the network they come from.

    lane              free failures   then each guess waits            a day
    known browser     5               1, 2, 4 ... 512 s, 15 minutes    at most 110 guesses
    name              5               the same                         at most 110, from however many addresses
    network           20              the same                         at most 125, whatever the names

A guess counts as a failure from its beginning, so that many at once are as slow as one after another; a right password
takes the counts of its lanes back. A lane is forgotten a day after its last guess. All this lies in memory: a restart
forgives. SP 800-63B-4 (3.2.2) would close an account after 100 failures in a row; then anybody could close any.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = timedelta(minutes=15)
"""What a stranger under attack of others waits at most; `monitor operators` on the machine itself waits for nothing."""
FORGOTTEN = timedelta(days=1)
MOST_LANES = 10_000
"""Of each kind that are remembered; beyond, the one used longest ago is forgotten."""


class Kind(Enum):
    """Whose guesses are counted together, and how many are free; lanes of one kind push out none of another."""

    BROWSER = ("browser", 5)
    NAME = ("name", 5)
    UNKNOWN_NAME = ("unknown name", 5)
    """Of a name that nobody has: it must look the same from outside, and must not push out one that somebody has."""
    NETWORK = ("network", 20)

    @property
    def free(self) -> int:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Lane:
    """Whose failures are counted together."""

    kind: Kind
    whose: str


@dataclass(slots=True)
class _Count:
    failures: int = 0
    last: datetime | None = None
    until: datetime | None = None


@dataclass(slots=True)
class Throttle:
    """The lanes at the door."""

    _counts: dict[Kind, OrderedDict[str, _Count]] = field(
        default_factory=lambda: {kind: OrderedDict() for kind in Kind}
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def admit(self, lanes: Iterable[Lane], now: datetime) -> timedelta:
        """How long to wait for a guess; zero: it may be made now, and counts as a failure until it is `forgiven`.

        A guess that has to wait is not made and counts nowhere: who waits as told is not set back by a flood.
        """
        with self._lock:
            counts = [(lane, self._count(lane, now)) for lane in lanes]
            wait = max((_wait(count, now) for _, count in counts), default=timedelta(0))
            if not wait:
                for lane, count in counts:
                    count.failures += 1
                    count.last, count.until = now, now + delay(count.failures, lane.kind)
            return wait

    def forgive(self, lanes: Iterable[Lane]) -> None:
        """The password was right: its lanes start anew."""
        with self._lock:
            for lane in lanes:
                self._counts[lane.kind].pop(lane.whose, None)

    def take_back(self, lanes: Iterable[Lane], now: datetime) -> None:
        """The password was not looked at: as if it had not been written."""
        with self._lock:
            for lane in lanes:
                count = self._counts[lane.kind].get(lane.whose)
                if count and count.failures:
                    count.failures, count.until = count.failures - 1, now

    def _count(self, lane: Lane, now: datetime) -> _Count:
        lanes = self._counts[lane.kind]
        count = lanes.setdefault(lane.whose, _Count())
        lanes.move_to_end(lane.whose)
        if len(lanes) > MOST_LANES:
            lanes.popitem(last=False)
        if count.last and now - count.last > FORGOTTEN:
            count.failures, count.until = 0, None
        return count


def delay(failures: int, kind: Kind) -> timedelta:
    """The wait after so many failures in a lane."""
    beyond = failures - kind.free
    return min(timedelta(seconds=2 ** min(beyond, 20)), LONGEST) if beyond >= 0 else timedelta(0)


def network(client: str) -> str:
    """Whose machine an address is: of IPv6 the /64, which one customer has to themselves."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else client


def _wait(count: _Count, now: datetime) -> timedelta:
    """Never longer than the longest: the clock may have been set back."""
    return min(max((count.until or now) - now, timedelta(0)), LONGEST)

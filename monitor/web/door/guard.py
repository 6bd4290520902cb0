"""Holds a password against what is kept, as often as throttling allows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.web.door import secret
from monitor.web.door.passwords import Caller, Fit, Passwords
from monitor.web.door.sessions import Browsers
from monitor.web.door.throttling import Kind, Lane, Throttle, network

if TYPE_CHECKING:
    from monitor.store.operators import Credentials
    from monitor.web.asking import Asked
    from monitor.web.door.sessions import SignedIn
    from monitor.web.frame import House

LATER = timedelta(seconds=5)
"""When to try again where too many strangers are at the door: a few turns of four checks."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a guess: neither is set for a wrong one."""

    whose: Credentials | None = None
    """Whom a right password let in: what was checked, which may not be what is kept a moment later."""
    wait: timedelta = timedelta(0)
    """The password was not looked at, and is to be tried again after this time."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Checks passwords."""

    house: House
    passwords: Passwords = field(default_factory=Passwords)
    throttle: Throttle = field(default_factory=Throttle)

    def sign_in(self, asked: Asked, name: str, password: str) -> Verdict:
        """Whether a name and a password belong together; a name that nobody has takes as long and is as often let."""
        kept = self.house.store.operators.credentials(name)
        browser = Browsers(self.house).knows(asked, kept.id) if kept else None
        if browser:
            return self._guess([Lane(Kind.BROWSER, browser)], password, kept, Caller.KNOWN)
        whose = Lane(Kind.NAME, str(kept.id)) if kept else Lane(Kind.UNKNOWN_NAME, secret.kept(name))
        return self._guess([whose, Lane(Kind.NETWORK, network(asked.client))], password, kept, Caller.STRANGER)

    def confirm(self, signed_in: SignedIn, password: str) -> Verdict:
        """Whether it is the operator who sits before their session: a found browser must not become a new password."""
        kept = self.house.store.operators.credentials(signed_in.operator)
        return self._guess([Lane(Kind.BROWSER, signed_in.session)], password, kept, Caller.KNOWN)

    def _guess(self, lanes: list[Lane], password: str, kept: Credentials | None, caller: Caller) -> Verdict:
        now = self.house.now()
        wait = self.throttle.admit(lanes, now)
        if wait:
            return Verdict(wait=wait)
        fit = self.passwords.check(password, kept.password if kept else None, caller)
        if fit is Fit.BUSY:
            self.throttle.take_back(lanes, now)
            return Verdict(wait=LATER)
        if fit is Fit.NO or kept is None:
            return Verdict()
        self.throttle.forgive(lanes)
        return Verdict(self._renewed(kept, password) if fit is Fit.OUTDATED else kept)

    def _renewed(self, kept: Credentials, password: str) -> Credentials:
        """The same password hashed by today's parameters."""
        hashed = self.passwords.hash(password)
        self.house.store.operators.rehash(kept, hashed)
        return replace(kept, password=hashed)

"""Sessions and the two cookies of the door: one that says who is signed in, one that knows a browser again.

The session's cookie holds 256 random bits, new at each sign-in, and only their hash is kept. The browser's cookie stays
when a session ends: forms before the sign-in are bound to it, and it shows that somebody signed in with this browser
before, which lets nobody in but has their guesses counted apart (`throttling`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.store.operators import SESSION_SEEN, Signed
from monitor.web.door import forms, secret

if TYPE_CHECKING:
    from starlette.responses import Response

    from monitor.store.operators import Credentials
    from monitor.web.asking import Asked
    from monitor.web.frame import House

ABSOLUTE = timedelta(days=30)
"""A session ends so long after its sign-in, however much it is used (SP 800-63B-4, 2.1.3: 30 days at AAL1)."""
IDLE = timedelta(days=7)
"""And so long after its last use: a holiday, not a browser that was left behind."""
KNOWN_FOR = timedelta(days=365)
"""A browser is known again for so long after a sign-in."""
SESSION, BROWSER = "monitor_session", "monitor_browser"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The operator who asks."""

    operator: str
    """Their name."""
    id: int
    csrf: str
    """For the field `csrf` of every form, or the header X-CSRF-Token; another each time, all good for the session."""
    session: str
    """What the store knows the session by; no secret."""


@dataclass(frozen=True, slots=True)
class Cookies:
    """How the door's cookies are set and read.

    Behind https their names begin with `__Host-`: a browser takes such a cookie from this very host only, over https
    only, so that no neighbour can toss one in (RFC 6265bis, 4.1.3.2). SameSite is Lax: with Strict, whoever comes by a
    link in a mail would find themselves signed out; nothing is done by looking, and forms have their own token.
    """

    house: House

    @property
    def secure(self) -> bool:
        return (self.house.letterhead.base_url or "").lower().startswith("https://")

    def read(self, asked: Asked, name: str) -> str | None:
        """What a browser holds; None where it holds nothing, or two of one name: one of them is not ours."""
        values = asked.cookies.get(self._name(name), ())
        return values[0] if len(values) == 1 else None

    def put(self, answer: Response, name: str, value: str, lasting: timedelta) -> None:
        answer.set_cookie(
            self._name(name),
            value,
            max_age=int(lasting.total_seconds()),
            path=self._path,
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def drop_session(self, answer: Response) -> None:
        answer.delete_cookie(self._name(SESSION), self._path, secure=self.secure, httponly=True, samesite="lax")

    @property
    def _path(self) -> str:
        return "/" if self.secure else f"{self.house.root}/"

    def _name(self, name: str) -> str:
        return f"__Host-{name}" if self.secure else name


@dataclass(frozen=True, slots=True)
class Browsers:
    """Knows a browser again, and whether somebody signed in with it before."""

    house: House

    def name(self, asked: Asked) -> str | None:
        """What a browser is known by; None where it holds no cookie of ours."""
        value = Cookies(self.house).read(asked, BROWSER)
        return value.partition(".")[0] or None if value else None

    def knows(self, asked: Asked, operator: int) -> str | None:
        """The browser's name where this operator signed in with it before."""
        value = Cookies(self.house).read(asked, BROWSER) or ""
        name, _, signed = value.partition(".")
        return name if secret.same(signed, self._mark(name, operator)) else None

    def meet(self, answer: Response) -> str:
        """Name a browser that nobody signed in with yet."""
        name = secret.fresh()
        Cookies(self.house).put(answer, BROWSER, name, KNOWN_FOR)
        return name

    def remember(self, answer: Response, operator: int) -> None:
        """Somebody signed in: the browser gets a new name, which is marked as theirs."""
        name = secret.fresh()
        Cookies(self.house).put(answer, BROWSER, f"{name}.{self._mark(name, operator)}", KNOWN_FOR)

    def _mark(self, name: str, operator: int) -> str:
        return secret.mark(self.house.letterhead.secret_key, "known browser", name, str(operator))


@dataclass(frozen=True, slots=True)
class Sittings:
    """Begins, finds and ends sessions."""

    house: House

    def begin(self, whose: Credentials, answer: Response) -> bool:
        """Sign a browser in by a cookie of its own; False where the password was changed since it was checked."""
        operators, now = self.house.store.operators, self.house.now()
        operators.forget(now - ABSOLUTE, now - IDLE)
        value = secret.fresh()
        if not operators.begin(secret.kept(value), whose, now):
            return False
        Cookies(self.house).put(answer, SESSION, value, ABSOLUTE)
        Browsers(self.house).remember(answer, whose.id)
        return True

    def find(self, asked: Asked) -> Signed | None:
        """The session of the browser that asks; None where there is none, or it has ended."""
        value = Cookies(self.house).read(asked, SESSION)
        found = self.house.store.operators.session(secret.kept(value)) if value else None
        now = self.house.now()
        if found is None or not is_alive(found, now):
            return None
        if now - found.seen >= SESSION_SEEN:
            self.house.store.operators.see(found.key, now)
        return found

    def signed_in(self, found: Signed) -> SignedIn:
        csrf = forms.token(self.house.letterhead.secret_key, f"session {found.key}")
        return SignedIn(found.name, found.operator, csrf, found.key)

    def end(self, asked: Asked) -> None:
        """End the session of the browser that asks, alive or not."""
        value = Cookies(self.house).read(asked, SESSION)
        if value:
            self.house.store.operators.end(secret.kept(value))


def is_alive(session: Signed, now: datetime) -> bool:
    """Whether a session has come to neither of its ends."""
    return now - session.begun < ABSOLUTE and now - session.seen < IDLE

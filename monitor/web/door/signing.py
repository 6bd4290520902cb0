"""Signing in, signing out, and the set-up of the first operator by a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from monitor.store.operators import Credentials, Refused
from monitor.web.door import hall, passwords, paths, secret
from monitor.web.door.sessions import Browsers, Cookies, Sittings

if TYPE_CHECKING:
    from starlette.responses import Response

    from monitor.web.asking import Asked
    from monitor.web.door.hall import Hall

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Signing:
    """The sign-in form, and the way out."""

    hall: Hall

    def ask(self, asked: Asked) -> Response:
        """The form; who is signed in already goes on."""
        after = asked.query.get("next", "")
        return self.hall.to(paths.local(after) or hall.HOME) if self.hall.door.signed_in(asked) else self._page(asked)

    def sign_in(self, asked: Asked) -> Response:
        """Says the same, after the same time, whether it was the name or the password that was wrong."""
        if not self.hall.is_ours(asked):
            return self._page(asked, "form" if Browsers(self.hall.house).name(asked) else "cookies", 403)
        verdict = self.hall.guard.sign_in(asked, asked.one("name"), hall.written(asked, "password"))
        if verdict.wait:
            return hall.too_soon(self._page(asked, "wait", 429, wait=hall.words(verdict.wait)), verdict.wait)
        entered = self.hall.enter(asked, verdict.whose, asked.one("next")) if verdict.whose else None
        if entered:
            return entered
        log.warning("a sign-in was refused", client=asked.client)  # never the name: people write passwords there
        return self._page(asked, "wrong", 403)

    def sign_out(self, asked: Asked) -> Response:
        """End the session; a form that is not ours ends none."""
        signed_in = self.hall.door.signed_in(asked)
        if signed_in and not self.hall.door.genuine(asked, signed_in):
            return self.hall.to(hall.ACCOUNT)
        answer = self.hall.to("/login")
        Sittings(self.hall.house).end(asked)
        Cookies(self.hall.house).drop_session(answer)
        return answer

    def _page(self, asked: Asked, problem: str = "", status: int = 200, wait: str = "") -> Response:
        after = paths.local(asked.one("next") or asked.query.get("next", "")) or ""
        secure = Cookies(self.hall.house).secure
        return self.hall.stranger(asked, "login", status, problem=problem, next=after, wait=wait, secure=secure)


@dataclass(frozen=True, slots=True)
class SetUp:
    """The page behind a set-up link: whoever holds the link becomes an operator, once."""

    hall: Hall

    def ask(self, asked: Asked) -> Response:
        good = self.hall.house.store.operators.invited(secret.kept(asked.path["token"]), self.hall.house.now())
        return self._page(asked) if good else self._old(asked)

    def act(self, asked: Asked) -> Response:
        """Add the operator and sign them in; the link is used up by it."""
        operators, now, key = self.hall.house.store.operators, self.hall.house.now(), secret.kept(asked.path["token"])
        if not operators.invited(key, now):
            return self._old(asked)
        if not self.hall.is_ours(asked):
            return self._page(asked, {"form": "form"}, 403)
        name, password = passwords.tidy(asked.one("name")), hall.written(asked, "password")
        wrong = {
            "name": passwords.name_problem(name),
            **passwords.problems(password, hall.written(asked, "again"), name),
        }
        if any(wrong.values()):
            return self._page(asked, wrong, 422)
        hashed = self.hall.guard.passwords.hash(password)
        outcome = operators.accept(key, name, hashed, now)
        if outcome is Refused.NAME:
            return self._page(asked, {"name": "somebody has this name already"}, 422)
        if outcome is Refused.LINK:
            return self._old(asked)
        log.info("an operator was set up", operator=outcome)
        return self.hall.enter(asked, Credentials(outcome, name, hashed), "") or self.hall.to("/login")

    def _page(self, asked: Asked, wrong: dict[str, str | None] | None = None, status: int = 200) -> Response:
        return self.hall.stranger(asked, "setup", status, good=True, wrong=wrong or {}, shortest=passwords.SHORTEST)

    def _old(self, asked: Asked) -> Response:
        return self.hall.stranger(asked, "setup", 410, good=False, wrong={}, shortest=passwords.SHORTEST)

"""An operator's own account: their password, where they are signed in, and the tokens of programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from monitor.store.operators import Credentials, Scope
from monitor.web.door import hall, passwords, sessions, tokens

if TYPE_CHECKING:
    from starlette.responses import Response

    from monitor.web.asking import Asked
    from monitor.web.door.hall import Hall
    from monitor.web.door.sessions import SignedIn

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Account:
    """One page; `what` says which of its forms was sent."""

    hall: Hall

    def ask(self, asked: Asked) -> Response:
        signed_in = self.hall.door.signed_in(asked)
        return self._page(signed_in) if signed_in else self.hall.door.to_login(asked)

    def act(self, asked: Asked) -> Response:
        signed_in = self.hall.door.signed_in(asked)
        if signed_in is None:
            return self.hall.door.to_login(asked)
        if not self.hall.door.genuine(asked, signed_in):
            return self._page(signed_in, 403, said="form")
        return self._done(asked, signed_in)

    def _done(self, asked: Asked, signed_in: SignedIn) -> Response:
        store = self.hall.house.store
        match asked.one("what"):
            case "password":
                return self._change_password(asked, signed_in)
            case "sessions":
                store.operators.end_others(signed_in.id, signed_in.session)
                return self._page(signed_in, said="ended")
            case "token":
                return self._new_token(asked, signed_in)
            case "revoke":
                store.tokens.revoke(asked.one("token"))
                log.info("a token was revoked", operator=signed_in.id)
                return self._page(signed_in, said="revoked")
            case _:
                return self._page(signed_in, 422)

    def _change_password(self, asked: Asked, signed_in: SignedIn) -> Response:
        """A new password ends every session; this browser gets a new one."""
        verdict = self.hall.guard.confirm(signed_in, hall.written(asked, "current"))
        if verdict.wait:
            wait = hall.words(verdict.wait)
            return hall.too_soon(self._page(signed_in, 429, said="wait", wait=wait), verdict.wait)
        if not verdict.whose:
            return self._page(signed_in, 403, wrong={"current": "this is not your password"})
        password = hall.written(asked, "password")
        wrong = passwords.problems(password, hall.written(asked, "again"), signed_in.operator)
        if any(wrong.values()):
            return self._page(signed_in, 422, wrong=wrong)
        hashed = self.hall.guard.passwords.hash(password)
        self.hall.house.store.operators.set_password(signed_in.id, hashed, self.hall.house.now())
        log.info("an operator changed their password", operator=signed_in.id)
        whose = Credentials(signed_in.id, signed_in.operator, hashed)
        return self.hall.enter(asked, whose, hall.ACCOUNT) or self.hall.door.to_login(asked)

    def _new_token(self, asked: Asked, signed_in: SignedIn) -> Response:
        """Show a new token, this once."""
        name, scope, days = passwords.tidy(asked.one("token")), asked.one("scope"), asked.one("days")
        wrong = {"token": passwords.name_problem(name), "days": tokens.days_problem(days)}
        if any(wrong.values()) or scope not in list(Scope):
            return self._page(signed_in, 422, wrong=wrong)
        lasting = timedelta(days=int(days)) if days else None
        token = tokens.issue(self.hall.house.store, name, Scope(scope), self.hall.house.now(), lasting)
        if token is None:
            return self._page(signed_in, 422, wrong={"token": "there is a token of this name"})
        log.info("a token was made", operator=signed_in.id, scope=scope)
        return self._page(signed_in, token=token)

    def _page(self, signed_in: SignedIn, status: int = 200, **values: object) -> Response:
        house = self.hall.house
        mine = house.store.operators.sessions(signed_in.id)
        alive = [(each, each.key == signed_in.session) for each in mine if sessions.is_alive(each, house.now())]
        shown = {"said": "", "wait": "", "wrong": {}, "token": None, "shortest": passwords.SHORTEST, **values}
        return self.hall.show(
            "account", signed_in, status, sessions=alive, tokens=house.store.tokens.all(), scopes=list(Scope), **shown
        )

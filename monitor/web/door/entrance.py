"""What every page for operators and every address of the API asks first: who is it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response

from monitor.web.door import forms, paths, tokens
from monitor.web.door.sessions import SignedIn, Sittings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.store.operators import Scope
    from monitor.web.asking import Asked
    from monitor.web.frame import House


@dataclass(frozen=True, slots=True)
class ApiCaller:
    """The program that asks."""

    name: str
    """Of its token."""
    scope: Scope

    def may(self, wanted: Scope) -> bool:
        return self.scope.covers(wanted)


@dataclass(frozen=True, slots=True)
class Door:
    """Knows operators by their session and programs by their token."""

    house: House

    def signed_in(self, asked: Asked) -> SignedIn | None:
        """The operator who asks; None where nobody is signed in with this browser. No token of the API counts."""
        sittings = Sittings(self.house)
        found = sittings.find(asked)
        return sittings.signed_in(found) if found else None

    def genuine(self, asked: Asked, signed_in: SignedIn) -> bool:
        """Whether what was sent is a form of ours: its token is that of the session, and no other site sent it."""
        letterhead = self.house.letterhead
        return forms.is_ours(asked, letterhead.secret_key, f"session {signed_in.session}", letterhead.base_url)

    def to_login(self, asked: Asked) -> Response:
        """To the sign-in form, and back here after it; not back to a form that was sent, for its fields are gone."""
        target = asked.target if asked.method in ("GET", "HEAD") else ""
        where = paths.with_next(self.house.root, target)
        return Response(status_code=303, headers={"Location": where, "Cache-Control": "no-store"})

    def caller(self, headers: Mapping[str, str]) -> ApiCaller | None:
        """The program that asks (RFC 6750, 2.1), whatever it may; None without a good token: answer 401.

        A cookie counts for nothing here, so no other site can have a browser call the API, and no form needs a token.
        """
        found = tokens.find(self.house.store, headers.get("authorization", ""), self.house.now())
        return ApiCaller(found.name, found.scope) if found else None

    def bearer(self, headers: Mapping[str, str], scope: Scope) -> ApiCaller | None:
        """The program that asks, where its token is good for so much; `caller` tells 401 from 403."""
        found = self.caller(headers)
        return found if found and found.may(scope) else None

"""What the pages of the door share: how they look, forms for who is not signed in, and the step over the threshold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import structlog
from starlette.responses import Response

from monitor.web.desk.sheets import HEADERS
from monitor.web.door import forms, paths
from monitor.web.door.sessions import Browsers, Sittings

if TYPE_CHECKING:
    from datetime import timedelta

    from monitor.store.operators import Credentials
    from monitor.web.asking import Asked
    from monitor.web.door.entrance import Door
    from monitor.web.door.guard import Guard
    from monitor.web.door.sessions import SignedIn
    from monitor.web.frame import House

log = structlog.get_logger(__name__)

HOME = "/desk"
"""Where a sign-in leads that came from nowhere."""
ACCOUNT = "/desk/account"


class Show(Protocol):
    """Writes a page of the desk by the name of its template."""

    def __call__(self, name: str, visit: SignedIn | None, status: int = 200, **values: object) -> Response: ...


@dataclass(frozen=True, slots=True)
class Hall:
    """The room before the desk."""

    door: Door
    guard: Guard
    show: Show

    @property
    def house(self) -> House:
        return self.door.house

    def stranger(self, asked: Asked, name: str, status: int, **values: object) -> Response:
        """A page with a form for who is not signed in: its token is bound to the browser, which gets a name first."""
        holder, browsers = Response(), Browsers(self.house)
        browser = browsers.name(asked) or browsers.meet(holder)
        csrf = forms.token(self.house.letterhead.secret_key, f"browser {browser}")
        answer = self.show(name, None, status, csrf=csrf, typed=asked.one("name")[:200], **values)
        answer.raw_headers += [each for each in holder.raw_headers if each[0] == b"set-cookie"]
        return answer

    def is_ours(self, asked: Asked) -> bool:
        """Whether such a form is ours: another site must not sign a browser in as somebody else."""
        letterhead, browser = self.house.letterhead, Browsers(self.house).name(asked)
        subject = f"browser {browser}"
        return browser is not None and forms.is_ours(asked, letterhead.secret_key, subject, letterhead.base_url)

    def enter(self, asked: Asked, whose: Credentials, after: str) -> Response | None:
        """Over the threshold: a session of its own, and the one that the browser held, whoever gave it to it, ends.

        None where the password was changed, or the operator removed, since it was checked.
        """
        answer, sittings = self.to(paths.local(after) or HOME), Sittings(self.house)
        sittings.end(asked)
        if not sittings.begin(whose, answer):
            return None
        log.info("an operator signed in", operator=whose.id, client=asked.client)
        return answer

    def to(self, path: str) -> Response:
        return Response(status_code=303, headers={**HEADERS, "Location": f"{self.house.root}{path}"})


def too_soon(answer: Response, wait: timedelta) -> Response:
    """The same answer, with when to try again (RFC 9110, 10.2.3)."""
    answer.headers["Retry-After"] = str(math.ceil(wait.total_seconds()))
    return answer


def words(wait: timedelta) -> str:
    seconds = math.ceil(wait.total_seconds())
    if seconds < 90:
        return f"{seconds} second{'s' if seconds > 1 else ''}"
    return f"{math.ceil(seconds / 60)} minutes"


def written(asked: Asked, field: str) -> str:
    """A password as it was written: its blanks count."""
    return asked.fields.get(field, ("",))[0]

"""The addresses of the door's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.web.door import hall
from monitor.web.door.account import Account
from monitor.web.door.guard import Guard
from monitor.web.door.hall import Hall
from monitor.web.door.signing import SetUp, Signing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.responses import Response

    from monitor.web.asking import Asked
    from monitor.web.door.entrance import Door
    from monitor.web.door.hall import Show

    Work = Callable[[Asked], Response]


def routes(door: Door, show: Show) -> Iterator[tuple[str, str, Work]]:
    """Path, method and work of each page; `show` writes them in the frame of the desk."""
    room = Hall(door, Guard(door.house), show)
    signing, setup, account = Signing(room), SetUp(room), Account(room)
    yield "/login", "GET", signing.ask
    yield "/login", "POST", signing.sign_in
    yield "/logout", "POST", signing.sign_out
    yield "/setup/{token}", "GET", setup.ask
    yield "/setup/{token}", "POST", setup.act
    yield hall.ACCOUNT, "GET", account.ask
    yield hall.ACCOUNT, "POST", account.act

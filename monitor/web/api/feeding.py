"""The Atom feeds of developments: of all watchlists, and of one."""

import hmac
from dataclasses import dataclass
from typing import Annotated

from fastapi import Header, Response

from monitor.store.listing import Window
from monitor.web.api import atom, problems
from monitor.web.api.atom import Channel
from monitor.web.api.watchlists import Id
from monitor.web.frame import House

IfNoneMatch = Annotated[str, Header(max_length=500, description="ETags of what is known already.")]


@dataclass(frozen=True, slots=True)
class Feeding:
    """Gives feeds to readers of feeds."""

    house: House

    def all(self, if_none_match: IfNoneMatch = "") -> Response:
        """Give the newest developments of all watchlists as an Atom feed; 304 where nothing is new.

        The token may come as the password of HTTP Basic, with any user: few readers of feeds know bearer tokens.
        """
        return self._answer("", "News monitor: all watchlists", "/api/v1/atom.xml", if_none_match)

    def of(self, watchlist: Id, if_none_match: IfNoneMatch = "") -> Response:
        """Give the newest developments of one watchlist as an Atom feed; 304 where nothing is new.

        The token may come as the password of HTTP Basic, with any user: few readers of feeds know bearer tokens.
        """
        title = self.house.titles().get(watchlist)
        if title is None:
            raise problems.missing(f"There is no watchlist {watchlist!r}.")
        return self._answer(watchlist, title, f"/api/v1/watchlists/{watchlist}/atom.xml", if_none_match)

    def _answer(self, watchlist: str, title: str, path: str, known: str) -> Response:
        base = (self.house.letterhead.base_url or "").rstrip("/")
        key = hmac.digest(self.house.letterhead.secret_key.encode(), b"news-monitor atom", "sha256").hex()
        channel = Channel(title, key, watchlist, f"{base}{path}", base)
        document = atom.document(channel, self.house.store.listing.issues(watchlist, Window(), atom.MOST))
        tag = atom.etag(document)
        headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization"}
        if tag in [each.strip().removeprefix("W/") for each in known.split(",")]:
            return Response(status_code=304, headers=headers)
        return Response(document, media_type=atom.MEDIA_TYPE, headers=headers)

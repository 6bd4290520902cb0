"""A running way -> the house that its pages stand in."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor import pipeline
from monitor.errors import FetchError
from monitor.web.desk.office import Office
from monitor.web.frame import House

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from monitor.pipeline import Way
    from monitor.pipeline.scout import Search

SEARCH = 60
"""Seconds that a search for feeds may take; a site that answers at all has answered by then."""


def house_of(way: Way, now: Callable[[], datetime]) -> House:
    """What the pages know of the service; its files are asked for at each page, since they are edited meanwhile.

    Called in the loop that asks the web for the way.
    """
    settings = way.desk.config.settings
    return House(
        way.store,
        pipeline.letterhead(settings),
        titles=lambda: {watchlist.id: watchlist.title for watchlist in way.desk.watchlists},
        offered=lambda: settings.offered(watchlist.id for watchlist in way.desk.watchlists),
        apart=timedelta(minutes=settings.digest_minutes),
        sign=way.sign,
        now=now,
        office=Office(way.desk.config.home, lambda: way.desk, _scouting(way, now), way.embedder),
    )


def _scouting(way: Way, now: Callable[[], datetime]) -> Callable[[str], Search]:
    """A search for feeds that a page's thread can wait for, while the service's own loop asks the web."""
    loop = asyncio.get_running_loop()

    def scout(url: str) -> Search:
        search = asyncio.run_coroutine_threadsafe(way.scout(url, now()), loop)
        try:
            return search.result(SEARCH)
        except TimeoutError:
            search.cancel()
            raise FetchError(url, f"no answer within {SEARCH} s; try again later") from None

    return scout

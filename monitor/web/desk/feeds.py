"""Feeds: how each fares and why it is asked when, trying and adding new ones, OPML in and out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.responses import Response

from monitor import config, health, opml
from monitor.errors import ConfigError, FetchError, InputError
from monitor.health import Record, State
from monitor.text import addresses
from monitor.values import Feed, Kind
from monitor.web.desk import charts, sheets

if TYPE_CHECKING:
    from monitor.health import Diagnosis
    from monitor.pipeline.scout import Found, Search
    from monitor.web.desk.office import Office
    from monitor.web.desk.sheets import Sheets, Visit

FORTNIGHT = timedelta(days=14)
A_PAGE = 150
"""Feeds on one page: some 55 KB."""
SHOWN_ITEMS = 40
SHOWN_REQUESTS = 20
NEWEST = 3
"""Items that a try shows."""


@dataclass(frozen=True, slots=True)
class Feeds:
    """The pages of feeds."""

    sheets: Sheets
    office: Office

    def show(self, visit: Visit) -> Response:
        """All feeds, trouble first."""
        return self._page(visit)

    def one(self, visit: Visit) -> Response:
        """One feed: its state in words, its last requests, its last items."""
        now, store = self.sheets.house.now(), self.sheets.house.store
        feed = self._known(visit)
        if feed is None:
            return self.sheets.missing(visit, "feeds.yaml has no such feed.")
        url = feed.url
        items = store.insight.items(url, SHOWN_ITEMS)
        since = now - FORTNIGHT
        return self.sheets.page(
            "feed",
            visit,
            here="feeds",
            each=health.fares(feed, store.health.records(now, url), now),
            feed=feed,
            items=items,
            requests=store.insight.requests(url, SHOWN_REQUESTS),
            announced=charts.days(charts.by_day(store.insight.announced(url, since)), since, now),
            found=charts.days(charts.by_day(store.insight.found(url, since)), since, now),
        )

    def try_out(self, visit: Visit) -> Response:
        """What is found at an address; nothing is added yet."""
        written = visit.asked.one("address")
        try:
            search = self._searched(written)
        except InputError as error:
            return self._page(visit, 400, problem=str(error), address=written)
        known = {addresses.same(feed.url): feed for feed in self._named()}
        found = [(each, known.get(addresses.same(each.url)), _newest(each)) for each in search.found]
        return self.sheets.page("feed_try", visit, here="feeds", address=written, search=search, found=found)

    def add(self, visit: Visit) -> Response:
        """A feed that was tried goes into feeds.yaml; a running service polls it within seconds."""
        try:
            config.add_feeds(self.office.home, [self._asked_for(visit)])
        except (InputError, ConfigError) as error:
            return self._page(visit, 400, problem=str(error), address=visit.asked.one("url"))
        return self.sheets.to("/desk/feeds?done=added")

    def remove(self, visit: Visit) -> Response:
        """A feed goes out of feeds.yaml; what was read from it stays."""
        feed = self._known(visit)
        if feed is None:
            return self.sheets.missing(visit, "feeds.yaml has no such feed any more.")
        try:
            config.remove_feed(self.office.home, feed.url)
        except (InputError, ConfigError) as error:
            return self._page(visit, 400, problem=str(error))
        return self.sheets.to("/desk/feeds?done=removed")

    def export(self, _visit: Visit) -> Response:
        """The feeds as OPML, for any other reader."""
        document = opml.write(self._named(), self.sheets.house.now())
        name = 'attachment; filename="feeds.opml"'
        return Response(document, media_type="text/x-opml", headers={**sheets.HEADERS, "Content-Disposition": name})

    def take_in(self, visit: Visit) -> Response:
        """The feeds of an OPML document that was pasted; those that are there already stay as they are."""
        try:
            listed = opml.read(visit.asked.one("opml").encode(), "the pasted text")
            added = listed.new_beside(self._named())
            if added:
                config.add_feeds(self.office.home, added)
        except (InputError, ConfigError) as error:
            return self._page(visit, 400, problem=str(error))
        return self._page(visit, taken=(len(added), len(listed.feeds) - len(added), listed.refused))

    # --- what there is ---------------------------------------------------------------------------------------------

    def _page(self, visit: Visit, status: int = 200, **more: object) -> Response:
        asked, diagnoses = visit.asked.query, self._diagnoses()
        words, number = asked.get("q", "").strip()[:200], sheets.number(asked.get("page", ""))
        found = [each for each in diagnoses if is_meant(each.record, words)]
        said: dict[str, object] = {"problem": "", "address": "", "taken": None} | more
        return self.sheets.page(
            "feeds",
            visit,
            status,
            here="feeds",
            diagnoses=found[(number - 1) * A_PAGE : number * A_PAGE],
            count=len(diagnoses),
            words=words,
            number=number,
            more=len(found) > number * A_PAGE,
            counts=Counter(each.state for each in diagnoses),
            ok=(State.OK, State.NEVER, State.LATE),
            done=asked.get("done", ""),
            **said,
        )

    def _named(self) -> tuple[Feed, ...]:
        """The feeds of the file as it is now, which may be newer than what is in use."""
        return config.feeds_so_far(self.office.home)

    def _known(self, visit: Visit) -> Feed | None:
        """The feed of the address, which names it by a key: its own address may hold a password."""
        return next((feed for feed in self._named() if sheets.key(feed.url) == visit.asked.path["feed"]), None)

    def _asked_for(self, visit: Visit) -> Feed:
        """The feed that a form describes; InputError where it is none, or there already."""
        asked = visit.asked
        url, kind, minutes = addresses.whole(asked.one("url")), asked.one("kind"), asked.one("minutes")
        if url is None:
            raise InputError(asked.one("url"), "is no web address; write it as https://example.org/")
        if addresses.same(url) in {addresses.same(feed.url) for feed in self._named()}:
            raise InputError(addresses.shown(url), "is in feeds.yaml already; nothing was added")
        return Feed(
            url,
            asked.one("title") or addresses.shown(url),
            asked.one("language") or None,
            minutes=sheets.number(minutes, 1, 1440) if minutes else 60,
            kind=Kind(kind) if kind in list(Kind) else Kind.FEED,
        )

    def _diagnoses(self) -> list[Diagnosis]:
        now = self.sheets.house.now()
        records = self.sheets.house.store.health.records(now)
        return health.worst_first(health.fares(feed, records, now) for feed in self._named())

    def _searched(self, written: str) -> Search:
        url = addresses.whole(written)
        if url is None:
            raise InputError(written or "nothing", "is no web address; write it as https://example.org/")
        try:
            search = self.office.scout(url)
        except FetchError as error:
            raise InputError(url, f"{error.problem}; look in a browser for its feed, and give that address") from None
        if not search.found:
            raise InputError(
                url, f"{search.problem}, and no feed or sitemap was found; look in a browser for a link 'RSS'"
            )
        return search


def is_meant(record: Record, words: str) -> bool:
    """Whether a feed's title or address has what is looked for, whatever the case."""
    return words.casefold() in f"{record.title}\n{addresses.shown(record.url)}".casefold()


def _newest(found: Found) -> list[str]:
    """The titles of a feed's latest items."""
    return [item.title or item.url or "" for item in found.newest[:NEWEST]]

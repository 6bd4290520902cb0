"""Subscribers and mail: who gets what, their next digest as they will see it, what is on its way, what came back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, Response

from monitor import digest, pipeline
from monitor.pipeline import due
from monitor.pipeline.balancing import Auditor
from monitor.pipeline.due import Haste
from monitor.web.desk import sheets
from monitor.web.reader import archive, signup

if TYPE_CHECKING:
    from monitor.pipeline.compose import Composer
    from monitor.store.people import Reader
    from monitor.web.desk.office import Office
    from monitor.web.desk.sheets import Sheets, Visit

MONTH = timedelta(days=30)
SHOWN_MAILS = 50
A_PAGE = 200
"""Subscribers on one page."""


@dataclass(frozen=True, slots=True)
class Mail:
    """The pages of subscribers and mail."""

    sheets: Sheets
    office: Office

    def show(self, visit: Visit) -> Response:
        """Everybody who gets mail, and everything that is on its way."""
        return self._page(visit)

    def add(self, visit: Visit) -> Response:
        """The operator vouches for an address: no question is mailed to it."""
        asked, house = visit.asked, self.sheets.house
        address, chosen = asked.one("address"), asked.fields.get("watchlist", ())
        if not signup.is_address(address):
            return self._page(visit, 400, problem=f"{address}: is no mail address", address=address)
        known = [watchlist for watchlist in chosen if watchlist in house.titles()]
        if not known:
            return self._page(visit, 400, problem="choose at least one watchlist for them", address=address)
        added = house.store.people.add(address, known, house.now())
        return self.sheets.to(f"/desk/mail/{added.id}")

    def one(self, visit: Visit) -> Response:
        """One subscriber: what they follow, when they hear next, what they were sent."""
        reader = self._reader(visit)
        if reader is None:
            return self.sheets.missing(visit, "There is no such subscriber.")
        store, now, number = self.sheets.house.store, self.sheets.house.now(), reader.subscriber.id
        composer = self._composer()
        draft, written = composer.look(reader, now, Haste.NOW)
        left = Counter(each.why.value for each in (written.left if written else draft.plan.held))
        return self.sheets.page(
            "subscriber",
            visit,
            here="mail",
            reader=reader,
            barred=barred(reader),
            token=digest.reader_token(number, self.sheets.house.letterhead.secret_key),
            next_mail={
                w: due.next_time(reader, w, now, composer.every) for w in reader.follows if w in composer.titles
            },
            stories=len(written.digest.stories) if written else 0,
            held=sorted(left.items()),
            mails=store.insight.mails_to(number, SHOWN_MAILS),
            bounces=store.insight.bounces_of(number, SHOWN_MAILS),
        )

    def preview(self, visit: Visit) -> Response:
        """The next digest of a subscriber as they will see it, were it written now. Nothing is kept or sent."""
        reader = self._reader(visit)
        if reader is None:
            return self.sheets.missing(visit, "There is no such subscriber.")
        composer = self._composer()
        _, written = composer.look(reader, self.sheets.house.now(), Haste.NOW)
        if written is None:
            return self.sheets.missing(visit, "Nothing is new to them at the moment, so no mail would be written.")
        page = digest.html_part(digest.render(written.digest, composer.letterhead))
        return HTMLResponse(page, headers={**sheets.HEADERS, "Content-Security-Policy": archive.policy_of(page)})

    def act(self, visit: Visit) -> Response:
        """`do`: unsubscribe them, or bring them back and try their address again."""
        reader, people = self._reader(visit), self.sheets.house.store.people
        if reader is None:
            return self.sheets.missing(visit, "There is no such subscriber.")
        number = reader.subscriber.id
        if visit.asked.one("do") == "unsubscribe":
            people.unsubscribe(number)
        elif visit.asked.one("do") == "bring back":
            people.add(reader.subscriber.address, list(reader.follows), self.sheets.house.now())
        return self.sheets.to(f"/desk/mail/{number}")

    # --- what there is ---------------------------------------------------------------------------------------------

    def _page(self, visit: Visit, status: int = 200, **more: object) -> Response:
        store, now = self.sheets.house.store, self.sheets.house.now()
        readers = sorted(store.people.readers(), key=lambda reader: reader.subscriber.address.casefold())
        number = sheets.number(visit.asked.query.get("page", ""))
        said: dict[str, object] = {"problem": "", "address": ""} | more
        return self.sheets.page(
            "mail",
            visit,
            status,
            here="mail",
            readers=[(reader, barred(reader)) for reader in readers[(number - 1) * A_PAGE : number * A_PAGE]],
            count=len(readers),
            number=number,
            more=len(readers) > number * A_PAGE,
            states=store.outbox.counts(),
            waiting=store.insight.waiting_mails(SHOWN_MAILS),
            failed=store.insight.failed_mails(now - MONTH, SHOWN_MAILS),
            balance=store.books.last(),
            **said,
        )

    def balance(self, visit: Visit) -> Response:
        """What everybody should have been told in a week, against what they were; drawn anew."""
        drawn = Auditor(self.sheets.house.store, self._composer()).draw(self.sheets.house.now())
        return self.sheets.page("balance", visit, here="mail", drawn=drawn)

    def _composer(self) -> Composer:
        return pipeline.composer_of(self.office.files(), self.sheets.house.store, self.sheets.house.sign)

    def _reader(self, visit: Visit) -> Reader | None:
        number = sheets.number(visit.asked.path["subscriber"], 0, 99_999_999)
        return self.sheets.house.store.people.reader(number)


def barred(reader: Reader) -> str:
    """Why no digest goes to a subscriber; empty where one does."""
    if not reader.active:
        return "unsubscribed"
    if reader.suppressed:
        return f"takes no mail: {reader.suppressed}"
    return "" if reader.confirmed else "not confirmed yet"

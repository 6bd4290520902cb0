"""The page of a subscriber's choices: shows the form, keeps it, and says when the next mail comes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor import cadence
from monitor.web import naming
from monitor.web.frame import moment
from monitor.web.reader import choices as forms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from monitor.values import Choices
    from monitor.web.asking import Asked
    from monitor.web.frame import Frame, Visitor
    from monitor.web.reader.choices import Draft

NOTHING_WRONG: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Preferring:
    """GET shows the form; POST keeps it whole, or nothing of it where a field is wrong."""

    frame: Frame

    def ask(self, asked: Asked) -> Response:
        visitor = self.frame.visitor(asked)
        chosen = self.frame.house.store.people.choices(visitor.id) if visitor else None
        if visitor is None or chosen is None:
            return self.frame.bad_link(asked)
        return self._page(visitor, forms.drafted(chosen, self._titles(visitor)))

    def act(self, asked: Asked) -> Response:
        visitor, house = self.frame.visitor(asked), self.frame.house
        before = house.store.people.choices(visitor.id) if visitor else None
        if visitor is None or before is None:
            return self.frame.bad_link(asked)
        titles = self._titles(visitor)
        draft = forms.filled_in(asked, titles)
        decided = forms.decided(draft)
        if decided.wrong:
            return self._page(visitor, draft, decided.wrong, 422)
        # what the operator has put away for a while is not in the form, and stays followed
        unseen = {w: often for w, often in before.cadences.items() if w not in titles}
        chosen = replace(decided.choices, cadences={**unseen, **decided.choices.cadences})
        house.store.people.choose(visitor.id, chosen, house.now())
        now_is = replace(visitor, language=chosen.language, zone=chosen.zone)
        return self._page(now_is, forms.drafted(chosen, titles), kept=chosen)

    def _titles(self, visitor: Visitor) -> dict[str, str]:
        """The watchlists to choose from: those that anybody may follow, and those that this reader has or had."""
        house = self.frame.house
        known = house.store.shelf.once_followed(visitor.id) | house.offered()
        titles = {watchlist: title for watchlist, title in house.titles().items() if watchlist in known}
        return dict(sorted(titles.items(), key=lambda each: each[1].casefold()))

    def _page(
        self,
        visitor: Visitor,
        draft: Draft,
        wrong: Mapping[str, str] = NOTHING_WRONG,
        status: int = 200,
        kept: Choices | None = None,
    ) -> Response:
        reader = self.frame.house.store.people.reader(visitor.id)
        return self.frame.page(
            "choices",
            visitor,
            status,
            draft=draft,
            wrong=wrong,
            saved=kept is not None,
            active=reader is not None and reader.active,
            titles=self._titles(visitor),
            next_mails={} if wrong else self._next_mails(visitor),
            days=naming.days(visitor.language),
            zones=naming.zones(visitor.language),
            article_languages=naming.languages(visitor.language),
            mail_languages=naming.mail_languages(),
        )

    def _next_mails(self, visitor: Visitor) -> dict[str, str | None]:
        """When the next mail of each followed watchlist may come; None: as soon as something is new."""
        house = self.frame.house
        reader = house.store.people.reader(visitor.id)
        if reader is None or not reader.active or not reader.confirmed:
            return {}
        now, place = house.now(), cadence.zone(visitor.zone)
        hours = cadence.Hours(place, cadence.parse_quiet(reader.quiet) if reader.quiet else None, house.apart)
        times = {
            watchlist: cadence.next_time(cadence.parse(following.cadence), following.served, hours, now)
            for watchlist, following in reader.follows.items()
            if not following.pending
        }
        return {watchlist: moment(when, visitor) if when > now else None for watchlist, when in times.items()}

"""The page behind a mail's unsubscribe link: leaving, leaving one watchlist, and coming back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.responses import Response

    from monitor.web.asking import Asked
    from monitor.web.frame import Frame, Visitor


@dataclass(frozen=True, slots=True)
class Leaving:
    """GET asks; POST acts, whatever its body holds, as RFC 8058 wants it."""

    frame: Frame

    def ask(self, asked: Asked) -> Response:
        visitor = self.frame.visitor(asked)
        return self._page("ask", visitor) if visitor else self.frame.bad_link(asked)

    def act(self, asked: Asked) -> Response:
        """`back` undoes leaving and `only` leaves one watchlist; everything else leaves, also what cannot be read."""
        visitor, people = self.frame.visitor(asked), self.frame.house.store.people
        if visitor is None:
            return self.frame.bad_link(asked)
        if asked.one("only"):
            return self._leave_one(visitor, asked.one("only"))
        if "back" in asked.fields:
            people.resubscribe(visitor.id)
            return self._page("returned", visitor)
        people.unsubscribe(visitor.id)
        return self._page("left", visitor)

    def _leave_one(self, visitor: Visitor, watchlist: str) -> Response:
        house = self.frame.house
        chosen = house.store.people.choices(visitor.id)
        if chosen and watchlist in chosen.cadences:
            others = {w: often for w, often in chosen.cadences.items() if w != watchlist}
            house.store.people.choose(visitor.id, replace(chosen, cadences=others), house.now())
        return self._page("less", visitor, house.titles().get(watchlist, watchlist))

    def _page(self, what: str, visitor: Visitor, less: str = "") -> Response:
        house = self.frame.house
        chosen = house.store.people.choices(visitor.id)
        titles = house.titles()
        follows = {w: titles[w] for w in sorted(chosen.cadences if chosen else ()) if w in titles}
        return self.frame.page("leave", visitor, what=what, follows=follows, less=less)

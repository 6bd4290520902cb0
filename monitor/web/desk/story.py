"""One story: its reports, where each comes from, its figures over time, who was told; and a person's word on it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.errors import InputError
from monitor.story.lineage import lineage
from monitor.values import WordKind
from monitor.web.desk import sheets
from monitor.web.desk.figures import figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.responses import Response

    from monitor.store.overview import Delivery, Told
    from monitor.values import Origin
    from monitor.web.desk.sheets import Sheets, Visit

A_PAGE = 40
"""Reports of a story on one page, the newest on the first: with their reasons and forms they are some 80 KB."""
MOST_TOLD = 20
"""Subscribers who are named beside a report that they were told of."""
SAID = {
    WordKind.MERGE: "joined with another story",
    WordKind.SPLIT: "parted in two",
    WordKind.APART: "not the same as another story",
    WordKind.NOT_NEWS: "a report was no news",
    WordKind.MUTE: "muted",
}
"""How each word is called on the page."""


@dataclass(frozen=True, slots=True)
class Story:
    """The page of one story."""

    sheets: Sheets

    def show(self, visit: Visit) -> Response:
        """The story of the address; 404 for one of which nothing is kept."""
        return self._page(visit)

    def act(self, visit: Visit) -> Response:
        """A person's word: `do` is merge, split, apart ARTICLE, not news NUMBER, mute, unmute or undo WORD."""
        try:
            name = self._say(visit)
        except InputError as error:
            return self._page(visit, 400, problem=str(error))
        return self.sheets.to(f"/desk/stories/{name}")

    def _say(self, visit: Visit) -> str:
        """Say it; returns the story to go on with."""
        stories, now = self.sheets.house.store.stories, self.sheets.house.now()
        name, by, asked = visit.asked.path["story"], visit.operator, visit.asked
        match asked.one("do").rpartition(" "):
            case "", _, "merge":
                return stories.merge(name, self._meant(asked.one("other")), by, now).story
            case "", _, "split":
                return stories.split(name, asked.fields.get("article", ()), by, now).other or name
            case "apart", _, article:
                stories.apart(article, name, by, now)
            case "not news", _, number:
                stories.not_news(sheets.number(number, 0, sheets.LARGEST), by, now)
            case "", _, "mute":
                stories.mute(name, by, now)
            case "", _, "unmute":
                stories.unmute(name, by, now)
            case "undo", _, number:
                stories.undo(sheets.number(number, 0, sheets.LARGEST), by, now)
            case _:
                raise InputError("this form", "says nothing that can be done; load the page again")
        return name

    def _meant(self, written: str) -> str:
        """The story of an id, an article's address, or the address of its page on this desk."""
        found = self.sheets.house.store.stories.find(written.rpartition("/stories/")[2].strip()) if written else None
        if found is None:
            raise InputError(written or "nothing", "is no story; give its id, or the address of one of its articles")
        return found

    def _page(self, visit: Visit, status: int = 200, problem: str = "") -> Response:
        store, name = self.sheets.house.store, visit.asked.path["story"]
        number = sheets.number(visit.asked.query.get("page", ""))
        whole = store.overview.story(name, (number - 1) * A_PAGE, A_PAGE)
        if whole is None:
            moved = next((word.story for word in store.stories.words(name) if word.other == name), None)
            if moved and moved != name:
                return self.sheets.to(f"/desk/stories/{moved}")
            return self.sheets.missing(visit, "No article of this story is kept any more.")
        known = {report.id: (report.title, report.source) for report in whole.reports}
        beyond = [report.nearest for report in whole.reports if report.nearest and report.nearest not in known]
        state = store.stories.show(name, list(known))
        return self.sheets.page(
            "story",
            visit,
            status,
            here="story",
            problem=problem,
            whole=whole,
            number=number,
            more=whole.count > number * A_PAGE,
            state=state,
            brought={each.id: each for each in state.articles},
            said=SAID,
            near=known | store.overview.titles(beyond),
            told=_by_article(whole.deliveries),
            most_told=MOST_TOLD,
            series=figures(whole.reports),
            chains=_chains(whole.reports),
        )


def _by_article(deliveries: Sequence[Delivery]) -> dict[str, list[Delivery]]:
    found: dict[str, list[Delivery]] = defaultdict(list)
    for each in deliveries:
        found[each.article].append(each)
    return found


def _chains(reports: Sequence[Told]) -> dict[str, tuple[Origin, ...]]:
    """By report: whom it retells, whom that one retells, and so on, as far as the story's reports tell."""
    told = [(report.source, report.origin) for report in reports if report.origin]
    return {report.id: lineage(report.origin, told) for report in reports if report.origin}

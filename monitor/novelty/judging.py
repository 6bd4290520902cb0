"""STORY, DEVELOPMENT, REPEAT or COPY: what a reader of the story learns from one more article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.novelty import quoting, weighing
from monitor.novelty.knowing import Known, opens_with_day
from monitor.novelty.weighing import Report
from monitor.values import News, Placing, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.likeness import Member
    from monitor.values import Article, Fact, Placement

_NEEDED = 0.0
"""Log odds from which an article is a development."""
_OLD_DAYS = 2
"""A wire copy comes within a day; what comes later was published again."""


def judge(article: Article, facts: tuple[Fact, ...], placement: Placement, members: Sequence[Member]) -> Verdict:
    """What the article brings to its story, whose remembered articles are `members`."""
    others = [member for member in members if member.sketch.article != article.id]
    if placement.placing is Placing.NEW_STORY:
        return Verdict(News.STORY, (), "the first report")
    if placement.placing is Placing.COPY:
        return Verdict(News.COPY, (), f"the same text again{_age(article, placement, others)}")
    known = Known.of(others)
    fresh = known.unheard(facts, article)
    dated, retold = opens_with_day(facts, article), known.retells(article)
    weight = weighing.weigh(Report(tuple(fresh), dated, retold, placement.alike))
    if not fresh or weight <= _NEEDED:
        return _nothing_new(weight, placement)
    new = quoting.quote(fresh, article)
    return Verdict(News.DEVELOPMENT, new, f"new: {', '.join(n.text for n in new)} ({weight:+.2f}, above 0 is news)")


def _nothing_new(weight: float, placement: Placement) -> Verdict:
    """A repeat, unless it may be of another story: hiding news is worse than repeating it (story.placing).

    Of the six such reports of the invented streams two were news; of two on the stream of the first watchlist none.
    """
    why = f"nothing new that weighs enough ({weight:+.2f}, above 0 is news)"
    if placement.sure:
        return Verdict(News.REPEAT, (), why)
    return Verdict(News.DEVELOPMENT, (), f"{why}; but it may tell another story, so it is told")


def _age(article: Article, placement: Placement, members: Sequence[Member]) -> str:
    """How old a text was when it was published again; silent about the days that a wire copy takes."""
    first = next((m.sketch.published for m in members if m.sketch.article == placement.nearest), None)
    if not first or not article.published or (article.published - first).days < _OLD_DAYS:
        return ""
    return f", {(article.published - first).days} days after {first:%Y-%m-%d}"

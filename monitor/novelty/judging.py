"""STORY, DEVELOPMENT, REPEAT or COPY: what a reader of the story learns from one more article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.values import Change, FactKind, News, Novel, Placing, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.likeness import Member
    from monitor.values import Article, Fact, Placement

RETOLD = 0.60
"""From this likeness in meaning to a kept report an article tells the same again."""
_KEPT = 4
"""New facts named in a verdict."""
_CLOSE = 0.02
"""Rounding: 19.2 and 19 billion differ by 1 %."""


def judge(article: Article, facts: tuple[Fact, ...], placement: Placement, members: Sequence[Member]) -> Verdict:
    """What the article brings to its story, whose remembered articles are `members`."""
    members = [member for member in members if member.sketch.article != article.id]
    if placement.placing is Placing.NEW_STORY:
        return Verdict(News.STORY, (), placement.why)
    if placement.placing is Placing.COPY:
        return Verdict(News.COPY, (), placement.why)
    fresh = _fresh(facts, members)
    if not fresh:
        return Verdict(News.REPEAT, (), f"no fact that the story did not have; {placement.why}")
    if placement.alike >= RETOLD:
        return Verdict(
            News.REPEAT, (), f"tells again what {placement.nearest} told ({placement.alike:.2f}); {placement.why}"
        )
    new = tuple(_novel(fact) for fact in fresh[:_KEPT])
    return Verdict(News.DEVELOPMENT, new, f"new: {', '.join(n.text for n in new)}; {placement.why}")


def _fresh(facts: tuple[Fact, ...], members: Sequence[Member]) -> list[Fact]:
    """Facts that no member of the story has, the most telling kinds first."""
    known = {fact.key for member in members for fact in member.facts}
    heard = {name for member in members for name in member.sketch.names} | {
        k for m in members for k in m.sketch.numbers
    }
    fresh: dict[str, Fact] = {}
    for fact in facts:
        if fact.key not in known and fact.key.partition(":")[2] not in heard:
            fresh.setdefault(fact.key, fact)
    order = [FactKind.DENIAL, FactKind.NUMBER, FactKind.NAME, FactKind.SOURCE, FactKind.DATE]
    return sorted(fresh.values(), key=lambda fact: order.index(fact.kind))


def _novel(fact: Fact) -> Novel:
    change = Change.DENIED if fact.kind is FactKind.DENIAL else Change.NEW
    return Novel(change, fact.shown, fact.sentence)

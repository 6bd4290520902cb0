"""Spellings that a term lacks: made by rule, taken from country data, and heard in the articles that are kept."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor import match, suggest
from monitor.suggest import Listening
from monitor.values import Article, Watchlist

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from monitor.store.archive import Kept
    from monitor.suggest import Proposal
    from monitor.values import Hit, Term


@dataclass(frozen=True, slots=True)
class Alone:
    """The matcher as it would run with the spellings of one term for a watchlist, whatever else the term asks for."""

    matcher: match.Matcher

    @classmethod
    def of(cls, term: Term) -> Alone:
        bare = dataclasses.replace(term, all_of=(), near=(), never=(), languages=())
        return cls(match.compile_all([Watchlist("", "", (bare,))]))

    def find(self, article: Article) -> tuple[Hit, ...]:
        return self.matcher.find(article)

    def finds(self, spelling: str, language: str) -> bool:
        """Is a spelling found in a sentence that it does not open?"""
        return bool(self.find(Article("", "", f"1 {spelling} 1", language=language)))


def by_rule(term: Term, languages: Sequence[str] = ()) -> list[Proposal]:
    """What rules and country data say, in these languages (none: in all that there are rules for)."""
    return suggest.propose(term.name, languages or suggest.languages(), Alone.of(term).finds)


def heard(term: Term, placed: Callable[[], Iterable[Kept]]) -> list[Proposal]:
    """What stands in the stories in which the term was found and sounds like it.

    `placed` gives every article that belongs to a story, and is asked twice: which stories these are is quickly found,
    and only they are listened to.
    """
    alone, listening = Alone.of(term), Listening(term.name)
    stories = {each.placement.story for each in placed() if each.placement and alone.find(each.article)}
    if stories:
        for each in placed():
            if each.placement and each.placement.story in stories:
                listening.add(each.article, each.placement.story, alone.find(each.article))
    return listening.seen(alone.finds)

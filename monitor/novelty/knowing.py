"""What a story has been told before, in any language, and which facts of one more article are new to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from monitor.novelty import measuring, origins, turns
from monitor.novelty.measuring import Amount
from monitor.text import fold, names
from monitor.values import FactKind, Field

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.likeness import Member
    from monitor.values import Article, Fact

_NOUNS_ARE_CAPITAL = frozenset({"de", "lb"})
"""Languages in which a capital shows no name."""
_SHORTEST_NAME = 3
"""Consonants: a shorter skeleton cannot tell a new name from an old one."""
_COUNTED = re.compile(r"(?:\s+[^\W\d_]+){1,2}")
"""The words after a bare number: what it counts stands in the first or the second."""
_CURRENCY = re.compile(r"[A-Z]{3}")
_IN_PARENTHESES = re.compile(r"\s?[(（\[][^)）\]]{0,20}")
"""Between an amount and the same in another currency: a parenthesis opens and perhaps "about"."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A fact that the story did not have, and what it had in its place: the old figure with its outlet."""

    fact: Fact
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What a story has been told before, in any language."""

    keys: frozenset[str]
    amounts: tuple[tuple[Amount, Fact, str | None], ...]
    """Every number with the fact it stands in and the outlet that told it, the newest first."""
    sounds: frozenset[str]
    outlets: frozenset[str]
    """Who reported the story, or was named as its source, in lower case."""

    @classmethod
    def of(cls, members: Sequence[Member]) -> Known:
        told = [(fact, member.sketch.source) for member in reversed(members) for fact in member.facts]
        return cls(
            frozenset(fact.key for fact, _ in told),
            tuple((Amount.of_fact(fact), fact, outlet) for fact, outlet in told if fact.kind is FactKind.NUMBER),
            frozenset(name for member in members for name in member.sketch.names),
            frozenset(_outlets(members)),
        )

    def unheard(self, facts: tuple[Fact, ...], article: Article) -> list[Fresh]:
        """The facts that are new, each once; from the text rather than the title, which says it in fewer words."""
        fresh: dict[str, Fresh] = {}
        ordered = sorted(facts, key=lambda fact: (fact.where is not Field.TEXT, fact.start))
        converted = {
            fact.key for pair in _converted(ordered, article) if any(map(self._is_known, pair)) for fact in pair
        }
        for fact in ordered:
            if fact.key not in converted and self._is_news(fact, article):
                fresh.setdefault(_once(fact), Fresh(fact, self._before(fact)))
        return list(fresh.values())

    def _is_news(self, fact: Fact, article: Article) -> bool:
        if fact.kind is FactKind.NUMBER:
            return not self._is_known(fact)
        if fact.kind is FactKind.DENIAL:
            return not any(key.startswith(f"{FactKind.DENIAL}:") for key in self.keys)
        if fact.kind is FactKind.TURN:
            return fact.key not in self.keys and (turns.CONFIRM not in fact.key or self._is_independent(article))
        return fact.kind is FactKind.NAME and fact.key not in self.keys and self._is_new_name(fact, article)

    def _is_known(self, fact: Fact) -> bool:
        told = Amount.of_fact(fact)
        return any(measuring.same(told, known) for known, _, _ in self.amounts)

    def _is_independent(self, article: Article) -> bool:
        """Does the article have it from somebody else than the story has it from?"""
        retold = origins.origin(article)
        return not (retold and fold.lower(retold.outlet) in self.outlets)

    def _before(self, fact: Fact) -> str | None:
        """The figure that this one takes the place of, with its outlet."""
        if fact.kind is not FactKind.NUMBER:
            return None
        told = Amount.of_fact(fact)
        rivals = [row for row in self.amounts if measuring.changed(told, row[0])]
        if not rivals or (told.unit and len({row[0].value for row in rivals}) > 1):
            return None  # of several sums of money none can be said to be the old one
        _, old, outlet = min(rivals, key=lambda row: measuring.apart(told, row[0]))
        return f"{with_counted(old)} ({outlet})" if outlet else with_counted(old)

    def _is_new_name(self, fact: Fact, article: Article) -> bool:
        """A name that sounds like none that was told; acronyms and everyday words change with the language."""
        sound, language = names.skeleton(fact.shown), article.language or "und"
        if (
            language in _NOUNS_ARE_CAPITAL
            or len(sound) < _SHORTEST_NAME
            or fact.shown.isupper()
            or names.is_everyday(fact.shown, language)
        ):
            return False
        return not any(known.startswith(sound[:4]) or sound.startswith(known[:4]) for known in self.sounds)


def with_counted(fact: Fact) -> str:
    """A number as it stands; a bare one with what it counts, because "40" says nothing to a reader."""
    if Amount.of_fact(fact).unit or any(c.isalpha() for c in fact.shown):
        return fact.shown
    counted = _COUNTED.match(fact.sentence, fact.sentence.find(fact.shown) + len(fact.shown))
    return fact.shown + counted[0] if counted else fact.shown


def _once(fact: Fact) -> str:
    """Two words of denial are one denial, one value of two nouns one number."""
    if fact.kind is FactKind.NUMBER:
        return fact.key.rpartition(":")[0] if fact.key.count(":") > 1 else fact.key
    return fact.key


def _outlets(members: Sequence[Member]) -> Iterable[str]:
    for member in members:
        yield from (fold.lower(name) for name in (member.sketch.source, member.origin and member.origin.outlet) if name)
        yield from (fact.key.partition(":")[2] for fact in member.facts if fact.kind is FactKind.SOURCE)


def _converted(facts: list[Fact], article: Article) -> list[tuple[Fact, Fact]]:
    """Amounts of money that stand for one another: 40 million dollars (34.6 million euros)."""
    numbers = [fact for fact in facts if fact.kind is FactKind.NUMBER]
    pairs = []
    for fact, following in pairwise(numbers):
        text = article.title if fact.where is Field.TITLE else article.text
        money = all(_CURRENCY.fullmatch(Amount.of_fact(each).unit) for each in (fact, following))
        if money and fact.where is following.where and _IN_PARENTHESES.fullmatch(text[fact.end : following.start]):
            pairs.append((fact, following))
    return pairs

"""What a story has been told before, in any language, and which facts of one more article are new to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from monitor.novelty import counting, measuring, origins, turns
from monitor.novelty.measuring import Amount
from monitor.novelty.weighing import Grade, grade
from monitor.text import names, words
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
_SHORTEST_COUNTED = 4
"""Letters of the last word that is shown behind a number: "3,000 jobs and" says no more than "3,000 jobs"."""
_CURRENCY = re.compile(r"[A-Z]{3}")
_IN_PARENTHESES = re.compile(r"\s?[(（\[][^)）\]]{0,20}")
"""Between an amount and the same in another currency: a parenthesis opens and perhaps "about"."""


OPENING_SENTENCES = 2
"""A change of state, or a day, is what a report is about only where it opens with it."""
_COMPARED = (FactKind.NUMBER, FactKind.DENIAL, FactKind.TURN)
_OPENING = (FactKind.TURN, FactKind.DATE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Said:
    """An article with its facts."""

    facts: tuple[Fact, ...]
    article: Article

    def numbers_beside(self, fact: Fact) -> list[Fact]:
        """The other numbers of the sentence that a fact stands in."""
        beside = (each for each in self.facts if each.where is fact.where and each.sentence == fact.sentence)
        return [each for each in beside if each.kind is FactKind.NUMBER and each is not fact]

    def is_negated(self, fact: Fact) -> bool:
        """Does the article say that it is not so?"""
        text = self.article.title if fact.where is Field.TITLE else self.article.text
        return turns.is_negated(text, (fact.start, fact.end), self.article.language or "und")


@dataclass(frozen=True, slots=True)
class Fresh:
    """A fact that the story did not have, and what it had in its place: the old figure with its outlet."""

    fact: Fact
    grade: Grade
    opens: bool
    """It stands in the title or in the opening sentences."""
    before: str | None = None
    contradicts: bool = False
    """The article says that the old figure is not so."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a story has been told before, in any language."""

    keys: frozenset[str]
    amounts: tuple[tuple[Amount, Fact, str | None], ...]
    """Every number with the fact it stands in and the outlet that told it, the newest first."""
    sounds: frozenset[str]
    outlets: frozenset[str]
    """Who reported the story, or was named as its source, as `origins.outlet_key` writes them."""
    families: frozenset[str]
    """The changes of state that were told, by their kin."""
    last_day: str
    """The latest day that a report named as past, or that of the first report, ISO 8601; empty where none is known."""

    @classmethod
    def of(cls, members: Sequence[Member]) -> Known:
        told = [(fact, member.sketch.source) for member in reversed(members) for fact in member.facts]
        turned = {_said(fact) for fact, _ in told if fact.kind is FactKind.TURN}
        return cls(
            frozenset(fact.key for fact, _ in told),
            tuple((Amount.of_fact(fact), fact, outlet) for fact, outlet in told if fact.kind is FactKind.NUMBER),
            frozenset(name for member in members for name in member.sketch.names),
            frozenset(map(origins.outlet_key, _outlets(members))) - {""},
            frozenset(map(turns.family, turned)),
            max(_days(members), default=""),
        )

    def unheard(self, facts: tuple[Fact, ...], article: Article) -> list[Fresh]:
        """The facts that are new, each once; from the text rather than the title, which says it in fewer words."""
        fresh: dict[str, Fresh] = {}
        opening = opens_until(article)
        ordered = sorted(facts, key=lambda fact: (fact.where is not Field.TEXT, fact.start))
        said_otherwise = {fact.key for fact in ordered if self._is_rough(fact, article)} | {
            fact.key for pair in _converted(ordered, article) if any(map(self._is_known, pair)) for fact in pair
        }
        titled = {_once(fact) for fact in facts if fact.where is Field.TITLE}
        for fact in ordered:
            opens = fact.where is Field.TITLE or fact.start < opening or _once(fact) in titled
            if fact.key not in said_otherwise and self._is_news(fact, article) and (opens or fact.kind not in _OPENING):
                fresh.setdefault(_once(fact), self._fresh(fact, opens=opens, said=Said(facts, article)))
        return list(fresh.values())

    def retells(self, article: Article) -> bool:
        """Does the article say that it has its news from an outlet that the story has?"""
        retold = origins.origin(article)
        others = self.outlets - {origins.outlet_key(article.source or "")}
        return (retold is not None and origins.outlet_key(retold.outlet) in others) or origins.mentions(article, others)

    def _fresh(self, fact: Fact, *, opens: bool, said: Said) -> Fresh:
        denied = self._denied_beside(fact, said)
        before = _with_outlet(*denied) if denied else self._before(fact, said) if fact.kind in _COMPARED else None
        return Fresh(fact, self._grade(fact, said.facts), opens, before, contradicts=denied is not None)

    def _grade(self, fact: Fact, facts: tuple[Fact, ...]) -> Grade:
        if fact.kind is FactKind.TURN and _said(fact) == turns.CONFIRM:
            return Grade.CONFIRMED if self._was_reported(fact, facts) else Grade.TURN
        return grade(fact, kin=fact.kind is FactKind.TURN and turns.family(_said(fact)) in self.families)

    def _was_reported(self, confirmation: Fact, facts: tuple[Fact, ...]) -> bool:
        """Has the story the figures of the sentence that confirms? "Twelve deaths are confirmed" brings its own."""
        said = (each for each in facts if each.sentence == confirmation.sentence and each.kind is FactKind.NUMBER)
        return all(Amount.of_fact(number).small or self._is_known(number) for number in said)

    def _is_news(self, fact: Fact, article: Article) -> bool:
        if fact.kind is FactKind.NUMBER:
            return not self._is_known(fact)
        if fact.kind is FactKind.DENIAL:
            return not any(key.startswith(f"{FactKind.DENIAL}:") for key in self.keys)
        if fact.kind is FactKind.TURN:
            confirms = _said(fact) == turns.CONFIRM
            return fact.key not in self.keys and not (confirms and self.retells(article))
        if fact.kind is FactKind.DATE:
            is_day = bool(_DAY.fullmatch(_said(fact)))
            return is_day and fact.key not in self.keys and "" < self.last_day < _said(fact)
        return fact.kind is FactKind.NAME and fact.key not in self.keys and self._is_new_name(fact, article)

    def _is_known(self, fact: Fact) -> bool:
        told = Amount.of_fact(fact)
        return any(measuring.same(told, known) for known, _, _ in self.amounts)

    def _is_rough(self, fact: Fact, article: Article) -> bool:
        """Is it a known number, told roughly?"""
        if fact.kind is not FactKind.NUMBER:
            return False
        text = article.title if fact.where is Field.TITLE else article.text
        told = Amount.of_fact(fact)
        near = any(measuring.roughly(told, known) for known, _, _ in self.amounts)
        return near and counting.is_rough(text[: fact.start], article.language or "und")

    def _before(self, fact: Fact, said: Said) -> str | None:
        """The figure that this one takes the place of; of a denial or confirmation the figure that it speaks of."""
        if fact.kind is not FactKind.NUMBER:
            spoken_of = (self._same(Amount.of_fact(number)) for number in said.numbers_beside(fact))
            return next((_with_outlet(*known) for known in spoken_of if known), None)
        told = Amount.of_fact(fact)
        rivals = [row for row in self.amounts if measuring.changed(told, row[0])]
        if not rivals or (told.unit and len({row[0].value for row in rivals}) > 1):
            return None  # of several sums of money none can be said to be the old one
        _, old, outlet = min(rivals, key=lambda row: measuring.apart(told, row[0]))
        return _with_outlet(old, outlet)

    def _same(self, told: Amount) -> tuple[Fact, str | None] | None:
        return next(((fact, outlet) for known, fact, outlet in self.amounts if measuring.same(told, known)), None)

    def _denied_beside(self, fact: Fact, said: Said) -> tuple[Fact, str | None] | None:
        """The known figure of which the sentence of a new one says that it is not so."""
        for number in said.numbers_beside(fact) if fact.kind is FactKind.NUMBER else ():
            known = self._same(Amount.of_fact(number))
            if known and said.is_negated(number) and Amount.of_fact(number).unit == Amount.of_fact(fact).unit:
                return known
        return None

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


def _days(members: Sequence[Member]) -> Iterable[str]:
    """The days that reports named, up to the day on which each came out, and that of the first."""
    for member in members:
        out = f"{member.sketch.published:%Y-%m-%d}" if member.sketch.published else ""
        named = (_said(fact) for fact in member.facts if fact.kind is FactKind.DATE)
        yield from (day for day in named if _DAY.fullmatch(day) and (not out or day <= out))
    if members and members[0].sketch.published:
        yield f"{members[0].sketch.published:%Y-%m-%d}"


def opens_until(article: Article) -> int:
    """Where the opening sentences of the text end."""
    spans = words.sentences(article.text, article.language or "und")[:OPENING_SENTENCES]
    return spans[-1][1] if spans else 0


def opens_with_day(facts: tuple[Fact, ...], article: Article) -> bool:
    """Do title or opening sentences name a day?"""
    opening = opens_until(article)
    days = (fact for fact in facts if fact.kind is FactKind.DATE and _DAY.fullmatch(_said(fact)))
    return any(day.where is Field.TITLE or day.start < opening for day in days)


def _with_outlet(old: Fact, outlet: str | None) -> str:
    return f"{with_counted(old)} ({outlet})" if outlet else with_counted(old)


def _said(fact: Fact) -> str:
    """A key without its kind."""
    return fact.key.partition(":")[2]


def with_counted(fact: Fact) -> str:
    """A number as it stands; a bare one with what it counts, because "40" says nothing to a reader."""
    if Amount.of_fact(fact).unit or any(c.isalpha() for c in fact.shown):
        return fact.shown
    counted = _COUNTED.match(fact.sentence, fact.sentence.find(fact.shown) + len(fact.shown))
    words_behind = counted[0] if counted else ""
    last = words_behind.rpartition(" ")[2]
    return fact.shown + (words_behind.removesuffix(f" {last}") if len(last) < _SHORTEST_COUNTED else words_behind)


def _once(fact: Fact) -> str:
    """Two words of denial are one denial, one value of two nouns one number."""
    if fact.kind is FactKind.NUMBER:
        return fact.key.rpartition(":")[0] if fact.key.count(":") > 1 else fact.key
    return fact.key


def _outlets(members: Sequence[Member]) -> Iterable[str]:
    for member in members:
        yield from (name for name in (member.sketch.source, member.origin and member.origin.outlet) if name)
        yield from (_said(fact) for fact in member.facts if fact.kind is FactKind.SOURCE)


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

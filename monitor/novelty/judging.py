"""STORY, DEVELOPMENT, REPEAT or COPY: what a reader of the story learns from one more article."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.text import names
from monitor.values import Change, FactKind, Field, News, Novel, Placing, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.likeness import Member
    from monitor.values import Article, Fact, Placement

_NEEDED = 0.85
"""Weight of news from which an article is a development."""
_MEASURED, _COUNT, _SMALL_COUNT, _DENIAL, _NAME = 3.0, 1.5, 1.2, 1.25, 0.3
"""Weight of one new fact: a number says more than a small count ("two weeks"), that more than a name, which may be an
old one in another spelling."""
_NAMES_COUNTED = 3
_RETOLD, _RETOLD_WEIGHT = 0.5, 4.0
"""Likeness in meaning to the nearest report, above which an article needs more news to be a development."""
_KEPT = 2
"""New facts named in a verdict, each with its sentence: a digest quotes, it does not reprint."""
_ROUNDING = 0.02
"""19.2 and 19 billion differ by 1 %: no news."""
_FACTS_SHOWN = 3
"""Facts of one sentence that are named before it."""
_COUNTED = re.compile(r"(?:\s+[^\W\d_]+){1,2}")
"""The words after a bare number: what it counts stands in the first or the second."""
_SMALL = 12
_NOUNS_ARE_CAPITAL = frozenset({"de", "lb"})
"""Languages in which a capital shows no name."""
_SHORTEST_NAME = 3
"""Consonants: a shorter skeleton cannot tell a new name from an old one."""


def judge(article: Article, facts: tuple[Fact, ...], placement: Placement, members: Sequence[Member]) -> Verdict:
    """What the article brings to its story, whose remembered articles are `members`."""
    if placement.placing is Placing.NEW_STORY:
        return Verdict(News.STORY, (), "the first report")
    if placement.placing is Placing.COPY:
        return Verdict(News.COPY, (), "the same text again")
    known = _Known.of([member for member in members if member.sketch.article != article.id])
    fresh = known.unheard(facts, article.language or "und")
    weight = _weight(fresh) - _RETOLD_WEIGHT * (placement.alike - _RETOLD)
    if not fresh or weight < _NEEDED:
        return Verdict(News.REPEAT, (), f"nothing new that weighs enough ({weight:.2f} of {_NEEDED})")
    new = tuple(_told(fresh))
    return Verdict(News.DEVELOPMENT, new, f"new: {', '.join(n.text for n in new)} ({weight:.2f} of {_NEEDED})")


@dataclass(frozen=True, slots=True)
class _Known:
    """What a story has been told before, in any language."""

    keys: frozenset[str]
    values: tuple[float, ...]
    sounds: frozenset[str]
    denied: bool

    @classmethod
    def of(cls, members: Sequence[Member]) -> _Known:
        facts = [fact for member in members for fact in member.facts]
        return cls(
            frozenset(fact.key for fact in facts),
            tuple(sorted({_value(fact) for fact in facts if fact.kind is FactKind.NUMBER})),
            frozenset(name for member in members for name in member.sketch.names),
            any(fact.kind is FactKind.DENIAL for fact in facts),
        )

    def unheard(self, facts: tuple[Fact, ...], language: str) -> list[Fact]:
        """The facts that are new, each once; from the text rather than the title, which says it in fewer words."""
        fresh: dict[str, Fact] = {}
        for fact in sorted(facts, key=lambda fact: (fact.where is not Field.TEXT, fact.start)):
            if fact.key not in self.keys and self._is_news(fact, language):
                fresh.setdefault(fact.key, fact)
        return list(fresh.values())

    def _is_news(self, fact: Fact, language: str) -> bool:
        if fact.kind is FactKind.NUMBER:
            value = _value(fact)
            if value <= _SMALL:
                return True  # its key is new: two of this say nothing about two of that
            return not any(abs(value - known) <= _ROUNDING * max(value, known) for known in self.values)
        if fact.kind is FactKind.DENIAL:
            return not self.denied
        return fact.kind is FactKind.NAME and self._is_new_name(fact, language)

    def _is_new_name(self, fact: Fact, language: str) -> bool:
        """A name that sounds like none that was told; acronyms and everyday words change with the language."""
        sound = names.skeleton(fact.shown)
        if (
            language in _NOUNS_ARE_CAPITAL
            or len(sound) < _SHORTEST_NAME
            or fact.shown.isupper()
            or names.is_everyday(fact.shown, language)
        ):
            return False
        return not any(known.startswith(sound[:4]) or sound.startswith(known[:4]) for known in self.sounds)


def _value(fact: Fact) -> float:
    return float(fact.key.partition(":")[2].split(" ")[0])


def _is_measured(fact: Fact) -> bool:
    """Money, a share, a length: the key of such a quantity ends with its unit."""
    return " " in fact.key


def _weight(fresh: list[Fact]) -> float:
    """How much news the fresh facts are together."""
    weight = 0.0
    for fact in fresh:
        if fact.kind is FactKind.NUMBER:
            weight += _MEASURED if _is_measured(fact) else _COUNT if _value(fact) > _SMALL else _SMALL_COUNT
        elif fact.kind is FactKind.DENIAL:
            weight += _DENIAL
    return weight + _NAME * min(_NAMES_COUNTED, sum(fact.kind is FactKind.NAME for fact in fresh))


def _told(fresh: list[Fact]) -> list[Novel]:
    """The sentences that carry most news, each with its facts: the most telling kinds first."""
    by_sentence: dict[str, list[Fact]] = {}
    for fact in sorted(fresh, key=_rank):
        by_sentence.setdefault(fact.sentence, []).append(fact)
    return [_novel(sentence, carried) for sentence, carried in list(by_sentence.items())[:_KEPT]]


def _rank(fact: Fact) -> int:
    """Denials, measured quantities, counts, names."""
    if fact.kind is FactKind.NUMBER:
        return 1 if _is_measured(fact) else 2
    return 0 if fact.kind is FactKind.DENIAL else 3


def _novel(sentence: str, carried: list[Fact]) -> Novel:
    denied = any(fact.kind is FactKind.DENIAL for fact in carried)
    carried = [fact for fact in carried if fact.kind is not FactKind.NAME] or carried
    shown = ", ".join(dict.fromkeys(map(_shown, carried[:_FACTS_SHOWN])))
    return Novel(Change.DENIED if denied else Change.NEW, shown, sentence)


def _shown(fact: Fact) -> str:
    """The fact's words; a bare number with what it counts, because "40" says nothing to a reader."""
    if fact.kind is not FactKind.NUMBER or _is_measured(fact) or any(c.isalpha() for c in fact.shown):
        return fact.shown
    counted = _COUNTED.match(fact.sentence, fact.sentence.find(fact.shown) + len(fact.shown))
    return fact.shown + counted[0] if counted else fact.shown

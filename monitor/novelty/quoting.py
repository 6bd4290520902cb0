"""Which sentences of a development are quoted, and what is said before each: a digest quotes, it does not reprint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.novelty import weighing
from monitor.novelty.knowing import with_counted
from monitor.novelty.weighing import Grade
from monitor.text import words
from monitor.values import Change, FactKind, Novel

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.novelty.knowing import Fresh
    from monitor.values import Article, Fact

_MOST = 0.66
"""Part of title and text that may be quoted: more is the article again."""
_FACTS_SHOWN = 3
"""Facts of one sentence that are named before it."""
_STRESS = (2.0, 1.2)
"""What the first and the second sentence of a report say weighs so much more in the choice."""
_DAY_SAYS = 1.0
"""Worth of a new day in the choice: it says when, the rest of its sentence says what."""


def quote(fresh: Iterable[Fresh], article: Article) -> tuple[Novel, ...]:
    """The sentence that carries most news, and one more: the opening one, which says what all is about, or the next.

    Each with its facts. Two at most: one more than is needed where one carries everything.
    """
    spans = words.sentences(article.text, article.language or "und")
    sentences = [article.text[start:end] for start, end in spans]
    carried: dict[str, list[Fresh]] = {}
    for each in sorted(fresh, key=_rank):
        opening = each.grade is Grade.DAY and sentences  # what happened on a new day is what a report opens with
        carried.setdefault(sentences[0] if opening else each.fact.sentence, []).append(each)
    stress = dict(zip(sentences, _STRESS, strict=False))
    first, *others = sorted(carried, key=lambda sentence: -stress.get(sentence, 1.0) * _says(carried[sentence]))
    told = _novel(first, carried[first])
    second = next(iter(sorted(others, key=lambda sentence: sentence not in sentences[:1])), None)
    also = _also(second, carried[second], article) if second else []
    room = _MOST * (len(article.title) + len(article.text)) - _length(told)
    return (told, *[novel for novel in also if _length(novel) <= room][:1])


def _also(sentence: str, carried: list[Fresh], article: Article) -> list[Novel]:
    """A second sentence, or where it is too long the title that says the same in fewer words."""
    titled = [each for each in carried if each.fact.shown in article.title]
    return [_novel(sentence, carried), *([_novel(article.title, titled)] if titled else [])]


def _length(novel: Novel) -> int:
    return len(novel.sentence) + len(novel.text) + len(novel.before or "")


def _says(carried: Sequence[Fresh]) -> float:
    """What a sentence says: the best of each grade."""
    best: dict[Grade, float] = {}
    for each in carried:
        worth = _DAY_SAYS if each.grade is Grade.DAY else weighing.worth(each)
        best[each.grade] = max(best.get(each.grade, 0.0), worth)
    return sum(best[grade] for grade in Grade if grade in best)


def _rank(fresh: Fresh) -> tuple[bool, float]:
    """Within a sentence: denials, then what weighs most."""
    return (fresh.grade is not Grade.DENIAL, -weighing.worth(fresh))


def _novel(sentence: str, carried: list[Fresh]) -> Novel:
    carried = [each for each in carried if each.grade not in (Grade.NAME, Grade.DAY)] or carried
    shown = ", ".join(dict.fromkeys(_shown(each.fact) for each in carried[:_FACTS_SHOWN]))
    before = next((each.before for each in carried if each.before), None)
    return Novel(_change(carried), shown, sentence, before)


def _change(carried: list[Fresh]) -> Change:
    if any(each.grade is Grade.DENIAL or each.contradicts for each in carried):
        return Change.DENIED
    if any(each.before and each.fact.kind is FactKind.NUMBER for each in carried):
        return Change.CHANGED
    return Change.CONFIRMED if carried[0].grade is Grade.CONFIRMED else Change.NEW


def _shown(fact: Fact) -> str:
    return with_counted(fact) if fact.kind is FactKind.NUMBER else fact.shown

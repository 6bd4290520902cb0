"""Which story an article belongs to: a copy of a kept text, other words for a kept story, or a story of its own.

Which error is worse. A false merge hides news: a subscriber never hears of it. A false split repeats it: a subscriber
hears something twice. Hiding is the worse one, so an article joins a story only when the joining is likelier
than not on the average over the story's articles, and joins it *surely* only well above that; between the
two it is told as "possibly the same as ...", never hidden.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import count
from math import exp, log
from typing import TYPE_CHECKING

from monitor import likeness
from monitor.values import Placement, Placing

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from monitor.likeness import Member
    from monitor.story.memory import Memory
    from monitor.values import Likeness, Sketch

_CROWD = 12
"""Nearest articles whose mean nearness tells how crowded a matter is."""
_JUDGED = 12
"""Members of one story that an article is compared with: the newest, and those that were candidates."""
_PROMISING = 0.2
"""Likeness of a candidate from which on its story is looked at more closely; others of a story are seldom nearer."""
_LINKS = 3
"""Articles of a story that decide together."""
_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class _Match:
    """How one story answers to an article."""

    story: str
    score: float
    best: Likeness
    nearest: Member
    judged: tuple[likeness.Prepared, ...]
    """The story's articles that were compared."""


def place(sketch: Sketch, memory: Memory) -> Placement:
    """Where an article belongs among the stories that memory holds. Reads memory, changes nothing."""
    ready = likeness.prepare(sketch, memory.rarity)
    matches = _matches(ready, memory)
    copied = max((m for m in matches if m.best.copy), key=lambda m: (m.best.score, m.story), default=None)
    if copied:
        return _joined(ready, copied, Placing.COPY, copied.best.score)
    top = max(matches, key=lambda m: (m.score, m.story), default=None)
    if top and top.score >= likeness.SAME:
        return _among(ready, top, matches, memory)
    nearest = f"; nearest is {top.nearest.sketch.article} at {top.score:.2f}" if top else ""
    why = f"nothing kept tells this story{nearest}"
    return Placement(name(sketch.article), Placing.NEW_STORY, None, top.score if top else 0.0, sure=True, why=why)


def joined(ready: likeness.Prepared, others: Sequence[likeness.Prepared], story: str) -> Placement:
    """How an article stands in a story that a person put it into, beside the `others` that were kept before it."""
    if not others:
        return Placement(story, Placing.NEW_STORY, None, 0.0, sure=True, why="a person's word: the first of its story")
    judged = [(likeness.liken(ready, other), other.sketch.article) for other in others]
    best, nearest = max(judged, key=lambda pair: (pair[0].copy, pair[0].score, pair[1]))
    placing = Placing.COPY if best.copy else Placing.SAME_STORY
    why = f"{placing} as {nearest} by a person's word ({best.score:.2f}): {best.why}"
    alike = max(likeness.meaning(ready, other) for other in others)
    return Placement(story, placing, nearest, best.score, sure=True, why=why, alike=alike, weights=best.weights)


def name(article: str, taken: Container[str] = ()) -> str:
    """A story is named after its first article, so that the same stream gives the same names anywhere.

    Where a person took that article out of the story that has its name, the next name that is not `taken`.
    """
    names = (article if not number else f"{article} {number}" for number in count())
    return next(found for each in names if (found := hashlib.sha256(each.encode()).hexdigest()[:12]) not in taken)


def _among(ready: likeness.Prepared, top: _Match, matches: Sequence[_Match], memory: Memory) -> Placement:
    """Join the story that answers best; of stories that a person set apart the one with the nearest article.

    There the machine has been wrong before: three articles that speak together spoke for the wrong story. So it is not
    sure either, while another of them answers as well. Must-link and cannot-link are obeyed as constraints on which
    cluster a new item may join (Wagstaff et al., Constrained K-means, ICML 2001).
    """
    rivals = [m for m in matches if memory.are_apart(m.story, top.story) and m.best.score >= likeness.SAME]
    if rivals:
        nearest = max((top, *rivals), key=lambda m: (m.best.score, m.score, m.story))
        return replace(_joined(ready, nearest, Placing.SAME_STORY, nearest.score), sure=False)
    others = [m for m in matches if m is not top and m.score >= likeness.SURE]
    rival = max(others, key=lambda m: (m.score, m.story)).story if others and top.score >= likeness.SURE else None
    return replace(_joined(ready, top, Placing.SAME_STORY, top.score), rival=rival)


def _joined(ready: likeness.Prepared, match: _Match, placing: Placing, score: float) -> Placement:
    alike = max(likeness.meaning(ready, other) for other in match.judged)
    nearest = match.nearest.sketch.article
    sure = placing is Placing.COPY or score >= likeness.SURE
    why = f"{placing} as {nearest} ({score:.2f}): {match.best.why}"
    return Placement(match.story, placing, nearest, score, sure, why, alike, weights=match.best.weights)


def _matches(ready: likeness.Prepared, memory: Memory) -> list[_Match]:
    by_story: dict[str, list[Member]] = defaultdict(list)
    nearest = memory.nearest(ready.sketch)
    for member in memory.candidates(ready.sketch, nearest):
        story = memory.story_of(member.sketch.article)
        if story is not None:
            by_story[story].append(member)
    new = _Newcomer(ready, _crowd(list(nearest.values())))
    return [_match(new, story, members, memory) for story, members in sorted(by_story.items())]


def _crowd(nearest: list[float]) -> float:
    """The mean of the nearest; those that are not there yet are taken to be as near as is usual.

    Taken for far away, they would make the first articles after a start join whatever came before them.
    """
    known = nearest[:_CROWD]
    return (sum(known) + (_CROWD - len(known)) * likeness.USUAL_CROWD) / _CROWD


@dataclass(frozen=True, slots=True)
class _Newcomer:
    """The article to be placed, ready for many comparisons."""

    ready: likeness.Prepared
    crowd: float
    """How near the nearest remembered articles are in meaning: the mean cosine of `_CROWD` of them."""


def _match(new: _Newcomer, story: str, candidates: list[Member], memory: Memory) -> _Match:
    """Compare with the candidates of a story, and where one is promising with its newest articles too."""
    judged = _judged(new, candidates, memory)
    if max(found.score for found, _, _ in judged) >= _PROMISING:
        known = {member.sketch.article for member in candidates}
        newest = [member for member in memory.members(story)[-_JUDGED:] if member.sketch.article not in known]
        judged += _judged(new, newest, memory)
    best, nearest, _ = max(judged, key=lambda each: (each[0].score, each[1].sketch.article))
    return _Match(
        story, _linkage([found.score for found, _, _ in judged]), best, nearest, tuple(r for _, _, r in judged)
    )


def _judged(new: _Newcomer, members: list[Member], memory: Memory) -> list[tuple[Likeness, Member, likeness.Prepared]]:
    others = [(member, memory.prepared(member.sketch.article)) for member in members]
    return [
        (likeness.liken(new.ready, other, new.crowd), member, other)
        for member, other in others
        if member.sketch.article != new.ready.sketch.article
    ]


def _linkage(scores: Iterable[float]) -> float:
    """How well a story as a whole answers: the mean log odds of its three best articles, as a likeness.

    One article alone chains stories together (best link: BCubed F1 .73 on the invented stream, this .82); the average
    of all leaves developments behind, which are near the latest reports only (.77).
    """
    best = sorted(scores, reverse=True)[:_LINKS]
    odds = [log(min(max(score, _LEAST), 1 - _LEAST) / (1 - min(max(score, _LEAST), 1 - _LEAST))) for score in best]
    return 1 / (1 + exp(-sum(odds) / len(odds)))

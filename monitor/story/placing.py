"""Which story an article belongs to: a copy of a kept text, other words for a kept story, or a story of its own.

Which error is worse. A false merge hides news: a subscriber never hears of it. A false split repeats it: a subscriber
hears something twice. Hiding is the worse one, so an article joins a story only when the joining is likelier
than not on the average over the story's articles, and joins it *surely* only well above that; between the
two it is told as "possibly the same as ...", never hidden.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING

from monitor import likeness
from monitor.values import Placement, Placing

if TYPE_CHECKING:
    from collections.abc import Iterable

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
        return _joined(ready, top, Placing.SAME_STORY, top.score)
    nearest = f"; nearest is {top.nearest.sketch.article} at {top.score:.2f}" if top else ""
    why = f"nothing kept tells this story{nearest}"
    return Placement(_new_id(sketch), Placing.NEW_STORY, None, top.score if top else 0.0, sure=True, why=why)


def _joined(ready: likeness.Prepared, match: _Match, placing: Placing, score: float) -> Placement:
    alike = max(likeness.meaning(ready, other) for other in match.judged)
    nearest = match.nearest.sketch.article
    sure = placing is Placing.COPY or score >= likeness.SURE
    why = f"{placing} as {nearest} ({score:.2f}): {match.best.why}"
    return Placement(match.story, placing, nearest, score, sure, why, alike)


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


def _new_id(sketch: Sketch) -> str:
    """A story is named after its first article: the same stream gives the same names anywhere."""
    return hashlib.sha256(sketch.article.encode()).hexdigest()[:12]

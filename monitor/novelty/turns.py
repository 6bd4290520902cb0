"""Changes of state that need no number: somebody was arrested, resigned, signed, confirmed it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.novelty import counting, phrases

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIRM = "confirm"
_KIN = (
    "cancel overturn abandon withdraw fail reject end ban",
    "arrest arrested charge convict sue inquiry accuse condemn acquit sanction",
    "agree approve resume open move",
    "rescue evacuated release find missing",
    "die killed",
    "injured",
    "admit publish know",
    "warn demand",
    "resign dismiss appoint",
    "help raise",
)
"""Changes that languages tell with each other's words: one calls a plan cancelled, the other abandoned."""
_FAMILY = {kind: row.split()[0] for row in _KIN for kind in row.split()}
_NOT = "not"
_REACH_BEFORE = re.compile(r"(?:[^\s.!?;]+[\s'’]+){0,3}[^\s.!?;]*$")
_REACH_AFTER = 6
"""Letters behind the word within which Korean, Japanese and Turkish say that it is not so."""


def find(text: str, language: str) -> Iterator[tuple[str, int, int]]:
    """Every change of state that a text asserts, as (class, start, end); one that is negated is none.

    What befell people is one too, where no number says so: a woman died.
    """
    plain = phrases.ready(text)
    befell = [mark for mark in phrases.found("counted", plain, language) if mark[0] in counting.EVENTS]
    marks = [*phrases.found("turns", plain, language), *befell]
    negations = [(start, end) for kind, start, end in marks if kind == _NOT]
    for kind, start, end in marks:
        if kind != _NOT and not _negated(plain, (start, end), negations):
            yield kind, start, end


def is_negated(text: str, span: tuple[int, int], language: str) -> bool:
    """Is what stands at `span` of a text said not to be so: "and not 1,900", "1,900人ではなく"?"""
    first = max(0, span[0] - 40)
    near = phrases.ready(text[first : span[1] + 2 * _REACH_AFTER])
    marks = phrases.found("turns", near, language)
    negations = [(start, end) for kind, start, end in marks if kind == _NOT]
    return _negated(near, (span[0] - first, span[1] - first), negations)


def family(kind: str) -> str:
    """What a change of state has in common with those that are told with the same words."""
    return _FAMILY.get(kind, kind)


def _negated(plain: str, span: tuple[int, int], negations: list[tuple[int, int]]) -> bool:
    near = _REACH_BEFORE.search(plain[max(0, span[0] - 40) : span[0]])
    first = span[0] - len(near[0]) if near else span[0]
    return any(first <= start < span[0] or span[1] <= start <= span[1] + _REACH_AFTER for start, _ in negations)

"""What a number counts: "17 morts" the killed, 병력 3천 명 soldiers, "two days" time."""

from __future__ import annotations

import re

from monitor.novelty import phrases

EVENTS = frozenset({"killed", "injured", "missing", "arrested", "evacuated"})
"""What befell the counted says more than who they are."""
ANYBODY = frozenset({"people", "soldiers"})
"""They may be the same as those whom something befell."""
_UNSPACED = frozenset({"ja", "zh", "ko", "th", "lo", "km", "my"})
_LETTERS = 9
"""Letters on either side where words have no edges."""
_STOP = r"[.,;:!?()\[\]\d–—«»\"“”„。、，；：（）「」『』？！؛،]|\s-\s"
_AND = r"\b(?:and|et|y|e|und|ed|och|og|en|ja|ve|i|и|і|й|та|и|și|si|és|es|και|dan|và)\b|\sو"
_AFTER = re.compile(rf"(?:{_STOP}|{_AND})")
_BEFORE = re.compile(rf"(?:{_STOP}|{_AND})")
_WORDS_AFTER = re.compile(r"(?:\W*\w+){0,4}")
_WORDS_BEFORE = re.compile(r"(?:\w+\W*){0,4}$")
_NEAR = 60
_NEAR_ROUGH = 24
_NEXT = 12
"""Letters behind a number in which its noun begins."""
_REACH = 6
"""Letters between such a word and its number: a preposition, a currency's sign."""


def counted(plain: str, span: tuple[int, int], language: str) -> str:
    """The class of what is counted by the number at `span` of a text gone through `phrases.ready`; "" if unknown."""
    start, end = span
    after = _kinds(_following(plain[end : end + _NEAR], language), language)
    before = _kinds(_leading(plain[max(0, start - _NEAR) : start], language), language)[::-1]
    first = after[0] if after else None
    if first and first not in ANYBODY:
        return first
    befell = next((kind for kind in (*after, *before) if kind in EVENTS), None)
    return (
        befell or next((kind for kind in (*after, *before) if kind == "soldiers"), None) or first or (before or [""])[0]
    )


def counts(plain: str, end: int, language: str) -> bool:
    """Do the words right behind a number say what it counts? Then 1900 is no year: 1900 jobs."""
    return any(
        kind != "times" for kind in _kinds(_following(plain[end : end + _NEAR_ROUGH], language)[:_NEXT], language)
    )


def is_rough(before: str, language: str) -> bool:
    """Do the words right before a number make it a rough one: over, nearly, about?"""
    near = phrases.ready(before[-_NEAR_ROUGH:])
    return any(end >= len(near) - _REACH for _, _, end in phrases.found("hedges", near, language))


def _following(tail: str, language: str) -> str:
    tail = _AFTER.split(tail, maxsplit=1)[0]
    if language in _UNSPACED:
        return tail[:_LETTERS]
    words = _WORDS_AFTER.match(tail)
    return words[0] if words else ""


def _leading(head: str, language: str) -> str:
    head = _BEFORE.split(head)[-1]
    if language in _UNSPACED:
        return head[-_LETTERS:]
    words = _WORDS_BEFORE.search(head)
    return words[0] if words else ""


def _kinds(near: str, language: str) -> list[str]:
    return [kind for kind, _, _ in phrases.found("counted", near, language)]

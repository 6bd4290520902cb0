"""Markup becomes plain text: no tag of a feed is ever passed on, however often it was escaped."""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"<(?:[a-zA-Z][^<>]*|/[^<>]*|![^<>]*|\?[^<>]*)>")
_OPEN_END = re.compile(r"<(?:[a-zA-Z]+\s+[a-zA-Z-]+=|/|!--)[^<>]*$")  # a tag that a cut text leaves open
_LIKE_A_TAG = re.compile(
    r"<(?=[a-zA-Z/!?])"
)  # what is left of them: "a<b" becomes "a< b", which no browser takes for one
_UNSEEN = re.compile(r"<(script|style|iframe|noscript|template)\b[^<>]*>.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_BLOCK = re.compile(
    r"<\s*(?:/\s*)?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|table|blockquote|figure|figcaption|section|article|hr|pre)\b[^<>]*>",
    re.IGNORECASE,
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_ENDLESS = re.compile(r"&#[0-9]{8,}")  # no letter has such a number, and Python refuses one of 5,000 digits
_ROUNDS = 3  # of escaping; two are common (RSS titles), a third was seen, more is an attack
_LONGEST_TITLE = 1_000
_LONGEST_TEXT = 100_000


def line(markup: str) -> str:
    """One line of text, at most 1,000 characters."""
    return " ".join(_bare(markup[: 20 * _LONGEST_TITLE], " ").split())[:_LONGEST_TITLE].rstrip()


def text(markup: str) -> str:
    """Text with its paragraphs parted by newlines, at most 100,000 characters."""
    lines = (" ".join(part.split()) for part in _bare(markup[: 5 * _LONGEST_TEXT], "\n").split("\n"))
    return "\n".join(part for part in lines if part)[:_LONGEST_TEXT]


def _bare(markup: str, block: str) -> str:
    """Tags go, then entities become letters, until nothing changes: an escaped tag is a tag to whoever shows it."""
    bare = _CONTROL.sub("", markup)
    if "<" not in bare and "&" not in bare:
        return bare
    for _ in range(_ROUNDS):
        before = bare
        bare = _CONTROL.sub("", html.unescape(_ENDLESS.sub("", _without_tags(bare, block))))
        if bare == before:
            break
    return _LIKE_A_TAG.sub("< ", _without_tags(bare, block))


def _without_tags(markup: str, block: str) -> str:
    if "<" not in markup:
        return markup
    return _OPEN_END.sub("", _TAG.sub("", _BLOCK.sub(block, _UNSEEN.sub(" ", markup))))

"""The page's own copy of its article (JSON-LD articleBody) as a referee over what was extracted, where there is one.

Publishers cut it, or fill it with something else, so it is believed only where both texts are mostly one: then long
lines that it does not have are teasers and captions. Where it holds more than twice as much, it is the text.
Measured on 222 pages (44 have one): F1 of the mixed-language pages .9614 -> .9622 (six pages gain up to .06, two lose
.008 and .041), of the English ones unchanged.
"""

from __future__ import annotations

import re

_LEAST = 200  # letters; a shorter body is a teaser
_MOSTLY = 0.8  # of the copy was extracted; at 0.75 a page lost what its copy has in other words
_HALF = 0.5  # of the extracted text at least; where most of it is unknown to the copy, the copy is of something else
_MORE = 2.0
_EDGE = 60  # letters at either end by which a line is found again
_HEADING = 60  # letters; bodies leave out headings
_MARKUP = re.compile(r"<[^<>]{1,300}>")
_BREAK = re.compile(r"</(?:p|div|li|h\d)\s*>|<br\s*/?>", re.IGNORECASE)
_NO_LETTERS = re.compile(r"\W+")


def settle(text: str, body: str) -> str:
    """The extracted text without what the page's own copy knows nothing of; or that copy, where it is much longer."""
    known = _letters(_MARKUP.sub(" ", body))
    if len(known) < _LEAST:
        return text
    lines = [(line, _letters(line)) for line in text.split("\n")]
    shared = [bool(letters) and (letters[:_EDGE] in known or letters[-_EDGE:] in known) for _, letters in lines]
    common = sum(len(letters) for (_, letters), same in zip(lines, shared, strict=True) if same)
    whole = sum(len(letters) for _, letters in lines)
    if common >= _MOSTLY * whole and len(known) > _MORE * whole:
        return _plain(body)
    if common < _MOSTLY * len(known) or common < _HALF * whole:
        return text
    first, last = shared.index(True), len(shared) - 1 - shared[::-1].index(True)
    return "\n".join(
        line
        for place, ((line, letters), same) in enumerate(zip(lines, shared, strict=True))
        if same or place < first or (place < last and len(letters) < _HEADING)
    )


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text).casefold()


def _plain(body: str) -> str:
    parts = _MARKUP.sub(" ", _BREAK.sub("\n", body)).split("\n")
    return "\n".join(line for part in parts if (line := " ".join(part.split())))

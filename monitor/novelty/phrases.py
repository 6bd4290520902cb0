"""Words of one meaning in many languages, read from this room's data files and found in running text."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from monitor.text import fold, words
from monitor.text.words import Script

if TYPE_CHECKING:
    from collections.abc import Iterator

_EDGELESS = words.UNSPACED | {Script.HANGUL}
"""Scripts whose words are looked for inside others."""
_PREFIXES = {Script.ARABIC: "(?:[وفبلك]{0,2}(?:ال)?)", Script.HEBREW: "[והבלמש]{0,2}"}
"""What is written together with the word that follows it: and, in, to, the."""
_SAME = {"no": "nb", "nn": "nb", "ca": "es", "gl": "es", "be": "ru", "bs": "hr", "mk": "bg", "ms": "id", "ur": "fa"}
"""A language whose own words are not gathered is read with those of its nearest kin."""


def found(name: str, plain: str, language: str) -> Iterator[tuple[str, int, int]]:
    """Every word of the file `name` in a text that `ready` prepared, as (class, start, end)."""
    pattern = _patterns(name).get(language) or _patterns(name).get(kin(language))
    if pattern:
        for match in pattern.finditer(plain):
            yield match.lastgroup or "", match.start(), match.end()


def ready(text: str) -> str:
    """A text in lower case, letter for letter in place; marks stay: Turkish `öldü` is died and `oldu` became."""
    return fold.lower(text).translate(_SAME_LETTER)


_SAME_LETTER = str.maketrans({"ʼ": "'", "’": "'", "ё": "е"})


def kin(language: str) -> str:
    """The language whose words are used for one that has none of its own gathered."""
    return _SAME.get(language, language)


@lru_cache(maxsize=8)
def _patterns(name: str) -> dict[str, re.Pattern[str]]:
    by_language: dict[str, list[str]] = {}
    for line in (resources.files("monitor.novelty") / f"data/{name}.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, *rows = line.split(" | ")
            for row in rows:
                language, *stems = row.split()
                pieces = "|".join(_piece(stem) for stem in sorted(stems, key=len, reverse=True))
                by_language.setdefault(language, []).append(f"(?P<{kind.strip()}>{pieces})")
    return {language: re.compile("|".join(kinds)) for language, kinds in by_language.items()}


def _piece(stem: str) -> str:
    """`died.` is a whole word, `resign` the opening of one, `step_down` two words."""
    whole = stem.endswith(".")
    plain = ready(stem.rstrip("."))
    body = r"[\s-]".join(re.escape(part) for part in plain.split("_"))
    script = words.script(plain[0])
    if script in _EDGELESS:
        return body
    return rf"(?<![^\W_]){_PREFIXES.get(script, '')}{body}" + (r"(?![^\W_])" if whole else "")

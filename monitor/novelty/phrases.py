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
_REST = re.compile(r"[^\W_]*")
_SAME = {"no": "nb", "nn": "nb", "ca": "es", "gl": "es", "be": "ru", "bs": "hr", "mk": "bg", "ms": "id", "ur": "fa"}
"""A language whose own words are not gathered is read with those of its nearest kin."""


def found(name: str, plain: str, language: str) -> Iterator[tuple[str, int, int]]:
    """Every word of the file `name` in a text that `ready` prepared, as (class, start, end)."""
    pattern = _patterns(name).get(language) or _patterns(name).get(kin(language))
    if pattern:
        for match in pattern.finditer(plain):
            yield match.lastgroup or "", match.start(), match.end()


def whole(plain: str, start: int, end: int) -> int:
    """Where the word ends that a found stem opens: readers see words. In scripts without gaps the stem's own end."""
    if words.script(plain[start:end]) in _EDGELESS:
        return end
    rest = _REST.match(plain, end)
    return rest.end() if rest else end


def ready(text: str) -> str:
    """A text in lower case, letter for letter in place; marks stay: Turkish `öldü` is died and `oldu` became."""
    return fold.lower(text).translate(_SAME_LETTER)


_SAME_LETTER = str.maketrans({"ʼ": "'", "’": "'", "ё": "е"})


def kin(language: str) -> str:
    """The language whose words are used for one that has none of its own gathered."""
    return _SAME.get(language, language)


@lru_cache(maxsize=8)
def _patterns(name: str) -> dict[str, re.Pattern[str]]:
    by_language: dict[str, dict[str, list[str]]] = {}
    for line in (resources.files("monitor.novelty") / f"data/{name}.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, *rows = line.split(" | ")
            for row in rows:
                language, *stems = row.split()
                by_language.setdefault(language, {}).setdefault(kind.strip(), []).extend(stems)
    return {language: _pattern(kinds) for language, kinds in by_language.items()}


def _pattern(kinds: dict[str, list[str]]) -> re.Pattern[str]:
    """One pattern of a language, a group for each class; it is tried only where a word can begin, and begins so.

    The facts of an article take 1.6 ms with it, 3.6 where every word is tried at every letter.
    """
    stems = [ready(stem) for group in kinds.values() for stem in group]
    edgeless = any(words.script(stem) in _EDGELESS for stem in stems)
    prefix = next((_PREFIXES[script] for stem in stems if (script := words.script(stem)) in _PREFIXES), "")
    openings = "".join(sorted({re.escape(stem[0]) for stem in stems}))
    opens = f"(?=[{openings}])" if edgeless else rf"(?<![^\W_]){prefix}(?=[{openings}])"
    groups = (f"(?P<{kind}>{'|'.join(map(_piece, _longest_first(group)))})" for kind, group in kinds.items())
    return re.compile(f"{opens}(?:{'|'.join(groups)})")


def _longest_first(stems: list[str]) -> list[str]:
    return sorted(stems, key=lambda stem: (-len(stem), stem))


def _piece(stem: str) -> str:
    """`died.` is a whole word, `resign` the opening of one, `step_down` two words."""
    body = r"[\s-]".join(re.escape(part) for part in ready(stem.rstrip(".")).split("_"))
    whole = stem.endswith(".") and words.script(stem) not in _EDGELESS
    return body + (r"(?![^\W_])" if whole else "")

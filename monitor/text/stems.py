"""Words cut to stems that compare within a language, and how everyday each stem is."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from monitor.text import fold, words
from monitor.text.words import Script

LENGTH = 6
"""Letters kept of a word: a stemmer for every spaced language."""


def spoken(text: str) -> list[str]:
    """Folded words in order; pairs of letters where a script shows no word edges, and in Korean, whose particles hide
    them.
    """
    plain = fold.fold(text).bare
    found: list[str] = []
    for token in words.tokens(plain):
        word = plain[token.start : token.end]
        if token.script in words.UNSPACED or token.script is Script.HANGUL:
            found += [word[i : i + 2] for i in range(max(1, len(word) - 1))]
        else:
            found.append(word)
    return found


def of(text: str) -> list[str]:
    """The stems of a text's words, in order."""
    return [word[:LENGTH] for word in spoken(text)]


def share(stem: str, language: str) -> float:
    """The share of articles in a language that hold a stem, from 0.025 to 1; 0 for one that is less common.

    From the word frequency lists of wordfreq 3.1.1, as if an article had 250 words.
    """
    return _everyday().get(language, {}).get(stem, 0.0)


@lru_cache(maxsize=1)
def _everyday() -> dict[str, dict[str, float]]:
    shares: dict[str, dict[str, float]] = {}
    for line in (resources.files("monitor.text") / "data/everyday.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            language, percent, *stems = line.split()
            shares.setdefault(language, {}).update(dict.fromkeys(stems, int(percent) / 100))
    return shares

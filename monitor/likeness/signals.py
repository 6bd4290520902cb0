"""What speaks for two articles telling one story, measured signal by signal."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from monitor.likeness import sketches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from monitor.likeness.rarity import Rarity
    from monitor.values import Sketch


@dataclass(frozen=True, slots=True)
class Signals:
    """Each from 0 (nothing shared) to 1, the vector from -1; None where it cannot be measured."""

    shared_text: float
    """The part of the shorter text that stands in the longer one too, by word shingles."""
    vector: float | None
    """Cosine of the embeddings, each less its language's mean."""
    words: float | None
    """Cosine of TF-IDF weighted words; None across languages."""
    names: float | None
    """Cosine of names by rarity; None where one side shows too few names."""
    numbers: float | None
    """Cosine of quantities and dates by rarity; None where one side has none."""
    days: float | None
    """Days between the two publications."""


_FEW_NAMES = 3
_WORDS_FOR_MEANING = 0.6
"""Words overlap more than meanings do where an article adds news to a report."""


def measure(a: Sketch, b: Sketch, rarity: Rarity) -> Signals:
    """Every signal of a pair; symmetric."""
    one_language = a.language == b.language
    enough_names = min(len(a.names), len(b.names)) >= _FEW_NAMES
    return Signals(
        shared_text=shared_text(a, b) if one_language else 0.0,
        vector=_vectors(a, b),
        words=_words(a, b, rarity) if one_language else None,
        names=_sets(a.names, b.names, rarity.name) if enough_names else None,
        numbers=_sets(a.numbers, b.numbers, rarity.number) if a.numbers and b.numbers else None,
        days=abs((a.published - b.published).total_seconds()) / 86400 if a.published and b.published else None,
    )


def shared_text(a: Sketch, b: Sketch) -> float:
    """Estimated containment of the shorter text in the longer: boilerplate around a copy does not lower it.

    From the Jaccard estimate J of two MinHash fingerprints and both sizes: J (A + B) / (1 + J) / min(A, B).
    """
    smaller = min(a.shingles, b.shingles)
    if not smaller:
        return 0.0
    alike = sum(x == y for x, y in zip(a.fingerprint, b.fingerprint, strict=True)) / len(a.fingerprint)
    return min(1.0, alike * (a.shingles + b.shingles) / (1 + alike) / smaller)


def meaning(a: Sketch, b: Sketch, rarity: Rarity) -> float:
    """How near two articles are in what they say first: by vector, or by words and names where there is none."""
    near = _vectors(a, b)
    if near is not None:
        return near
    return _WORDS_FOR_MEANING * (
        _words(a, b, rarity) if a.language == b.language else _sets(a.names, b.names, rarity.name)
    )


def _vectors(a: Sketch, b: Sketch) -> float | None:
    if a.vector is None or b.vector is None or len(a.vector) != len(b.vector):
        return None
    return float(np.dot(sketches.centred(a.vector, a.language), sketches.centred(b.vector, b.language)))


def _words(a: Sketch, b: Sketch, rarity: Rarity) -> float:
    def weighted(sketch: Sketch) -> dict[str, float]:
        return {word: count * rarity.word(word, sketch.language) for word, count in sketch.words.items()}

    mine, yours = weighted(a), weighted(b)
    shared = sum(weight * yours[word] for word, weight in mine.items() if word in yours)
    return shared / (_length(mine.values()) * _length(yours.values()) or 1.0)


def _sets(a: frozenset[str], b: frozenset[str], weight: Callable[[str], float]) -> float:
    shared = sum(weight(term) ** 2 for term in sorted(a & b))
    return shared / (_length(map(weight, sorted(a))) * _length(map(weight, sorted(b))) or 1.0)


def _length(weights: Iterable[float]) -> float:
    return sqrt(sum(weight * weight for weight in weights))

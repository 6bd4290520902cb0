"""What speaks for two articles telling one story, measured signal by signal."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, log, sqrt
from operator import mul
from typing import TYPE_CHECKING

import numpy as np

from monitor.likeness import sketches
from monitor.values import Vectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from monitor.likeness.rarity import Rarity
    from monitor.values import Sketch, Vector


@dataclass(frozen=True, slots=True)
class Signals:
    """Each from 0 (nothing shared) to 1, the vector from -1; None where it cannot be measured."""

    shared_text: float
    """The part of the shorter text that stands in the longer one too, by word shingles."""
    lead: float | None
    """Cosine of the leads' embeddings, each less its language's mean."""
    title: float | None
    """The same of the titles'."""
    whole: float | None
    """The same of the whole texts, by the other model."""
    words: float | None
    """Cosine of TF-IDF weighted words; None across languages."""
    names: float | None
    """Cosine of names by rarity; None where one side shows too few names."""
    numbers: float | None
    """Cosine of quantities and dates by rarity; None where one side has none."""
    places: float | None
    """Cosine of the countries named; None where one side names none."""
    days: float | None
    """Days between the two publications."""


_FEW_NAMES = 3
_WORDS_FOR_MEANING = 0.6
"""Words overlap more than meanings do where an article adds news to a report."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A sketch made ready for many comparisons: every term weighed by its rarity at that time, vectors of length 1."""

    sketch: Sketch
    fingerprint: NDArray[np.uint64]
    words: dict[str, float]
    names: dict[str, float]
    numbers: dict[str, float]
    places: dict[str, float]
    vectors: Vectors


def prepare(sketch: Sketch, rarity: Rarity) -> Prepared:
    """Weigh a sketch's terms by what the stream has shown so far."""
    language = sketch.language
    return Prepared(
        sketch,
        np.array(sketch.fingerprint, np.uint64),
        _unit({word: count * rarity.word(word, language) for word, count in sketch.words.items()}),
        _unit({name: rarity.name(name) for name in sorted(sketch.names)}),
        _unit({number: rarity.number(number) for number in sorted(sketch.numbers)}),
        _unit({place: (1 + log(times)) * rarity.place(place) for place, times in sketch.places.items()}),
        Vectors(*(_centred(each, language) for each in sketches.parts(sketch.vectors))),
    )


def _centred(vector: Vector | None, language: str) -> Vector | None:
    return None if vector is None else sketches.centred(vector, language)


def first_vector(sketch: Sketch) -> Vector | None:
    """The vector that articles are looked up by, centred: the lead's, or the whole text's where no other model runs."""
    first = sketch.vectors.whole if sketch.vectors.lead is None else sketch.vectors.lead
    return _centred(first, sketch.language)


def measure(a: Prepared, b: Prepared) -> Signals:
    """Every signal of a pair; symmetric."""
    one, other = a.sketch, b.sketch
    one_language = one.language == other.language
    enough_names = min(len(a.names), len(b.names)) >= _FEW_NAMES
    return Signals(
        shared_text=_shared_text(a, b) if one_language else 0.0,
        lead=_nearness(a.vectors.lead, b.vectors.lead),
        title=_nearness(a.vectors.title, b.vectors.title),
        whole=_nearness(a.vectors.whole, b.vectors.whole),
        words=_cosine(a.words, b.words) if one_language else None,
        names=_cosine(a.names, b.names) if enough_names else None,
        numbers=_cosine(a.numbers, b.numbers) if a.numbers and b.numbers else None,
        places=_cosine(a.places, b.places) if a.places and b.places else None,
        days=abs((one.published - other.published).total_seconds()) / 86400
        if one.published and other.published
        else None,
    )


def meaning(a: Prepared, b: Prepared) -> float:
    """How near two articles are in what they say first: by vector, or by words and names where there is none."""
    near = _nearness(a.vectors.lead, b.vectors.lead)
    if near is None:
        near = _nearness(a.vectors.whole, b.vectors.whole)
    if near is not None:
        return near
    one_language = a.sketch.language == b.sketch.language
    return _WORDS_FOR_MEANING * (_cosine(a.words, b.words) if one_language else _cosine(a.names, b.names))


def _shared_text(a: Prepared, b: Prepared) -> float:
    """Estimated containment of the shorter text in the longer: boilerplate around a copy does not lower it.

    From the Jaccard estimate J of two MinHash fingerprints and both sizes: J (A + B) / (1 + J) / min(A, B).
    """
    sizes = (a.sketch.shingles, b.sketch.shingles)
    if not min(sizes):
        return 0.0
    alike = float(np.count_nonzero(a.fingerprint == b.fingerprint)) / len(a.fingerprint)
    return min(1.0, alike * sum(sizes) / (1 + alike) / min(sizes))


def _nearness(a: Vector | None, b: Vector | None) -> float | None:
    return None if a is None or b is None or len(a) != len(b) else float(np.dot(a, b))


def _cosine(a: dict[str, float], b: dict[str, float]) -> float:
    """Exactly summed, so that both ways give the same number."""
    shared = a.keys() & b.keys()
    return fsum(map(mul, map(a.__getitem__, shared), map(b.__getitem__, shared)))


def _unit(weights: dict[str, float]) -> dict[str, float]:
    length = sqrt(fsum(weight * weight for weight in weights.values()))
    return {term: weight / length for term, weight in weights.items()} if length else {}

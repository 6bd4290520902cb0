"""`python -m benchmarks.place`: placements a second as the memory of stories fills, and what of it the model takes."""

from __future__ import annotations

import argparse
import dataclasses
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from benchmarks import invention
from monitor import embed, language, likeness, story
from monitor.values import Vectors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from monitor.values import Article, Sketch

T = TypeVar("T")

SIZES = (1_000, 10_000, 50_000)
"""Remembered articles; the memory holds the newest 50,000, however many were kept."""
BEYOND = 70_000
"""Articles kept when the memory has forgotten the oldest 20,000."""
MEASURED = 400
"""Placements timed at each size."""
DIMENSIONS = 384
_NEIGHBOURS = 2_000
"""Matters that the invented vectors lie around."""


@dataclass(frozen=True, slots=True)
class Line:
    """What placing costs with so many articles kept, in milliseconds of CPU time an article."""

    kept: int
    blind: float
    sighted: float


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--sizes", type=int, nargs="*", default=[*SIZES, BEYOND])
    sizes = sorted(ask.parse_args().sizes)
    news = invention.articles(2_000)
    told = [dataclasses.replace(each, language=language.tell(each.title, each.text)) for each in news]
    _milliseconds(told[-100:], likeness.sketch)  # loads every language's tables
    sketching = _milliseconds(told[:MEASURED], likeness.sketch)
    print(f"likeness.sketch           {sketching:6.2f} ms")
    for line in _placing(told, sizes):
        print(
            f"story.place at {line.kept:>7,}    {line.blind:6.2f} ms without vectors, {line.sighted:6.2f} ms with; "
            f"{1000 / line.blind:,.0f} a second without, {1000 / (sketching + line.blind):,.0f} with the sketch"
        )
    model = embed.open_embedder()
    reading = _milliseconds(told[:40], lambda each: model.encode([likeness.excerpts(each)]))
    share = reading / (reading + sketching + line.sighted)
    print(f"{model.name:<25} {reading:6.2f} ms, {share:.0%} of sketching and placing")


def _placing(news: Sequence[Article], sizes: Sequence[int]) -> Iterator[Line]:
    blind, sighted = story.Memory(), story.Memory()
    sketches = _endless([likeness.sketch(each) for each in news])
    kept = 0
    for size in sizes:
        while kept < size - MEASURED:
            bare, seen = next(sketches)
            _remember(bare, blind)
            _remember(seen, sighted)
            kept += 1
        timed = [next(sketches) for _ in range(MEASURED)]
        yield Line(
            size,
            _milliseconds([bare for bare, _ in timed], lambda each: _place(each, blind)),
            _milliseconds([seen for _, seen in timed], lambda each: _place(each, sighted)),
        )
        kept += MEASURED


def _remember(sketch: Sketch, memory: story.Memory) -> None:
    """Fill without placing, in stories of a few articles: which one does not change what a look costs."""
    memory.add(story.Member(sketch), f"s{int(sketch.article) // 4}")


def _place(sketch: Sketch, memory: story.Memory) -> None:
    memory.add(story.Member(sketch), story.place(sketch, memory).story)


def _endless(news: Sequence[Sketch]) -> Iterator[tuple[Sketch, Sketch]]:
    """The same articles again and again with a fifth of their words, names and numbers changed each time."""
    chance = np.random.default_rng(1)
    matters = chance.normal(size=(_NEIGHBOURS, DIMENSIONS))
    number = 0
    while True:
        for sketch in news:
            changed = dataclasses.replace(
                sketch,
                article=str(number),
                words={_worn(word, number): weight for word, weight in sketch.words.items()},
                names=frozenset(_worn(name, number) for name in sketch.names),
                numbers=frozenset(_worn(each, number) for each in sketch.numbers),
                fingerprint=tuple(chance.integers(0, 2**32, len(sketch.fingerprint)).tolist()),
            )
            vector = matters[chance.integers(_NEIGHBOURS)] + chance.normal(size=DIMENSIONS)
            lead = (vector / np.linalg.norm(vector)).astype(np.float16)
            yield changed, dataclasses.replace(changed, vectors=Vectors(lead=lead, title=lead))
            number += 1


def _worn(term: str, number: int) -> str:
    """A term, or one that other articles hold: words of some lengths change as time goes on."""
    return f"{term}{number % 97}" if len(term) % 5 == 0 else term


def _milliseconds(inputs: Sequence[T], do: Callable[[T], object]) -> float:
    started = time.process_time()
    for each in inputs:
        do(each)
    return (time.process_time() - started) / len(inputs) * 1000


if __name__ == "__main__":
    main()

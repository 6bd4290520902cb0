"""What is news, in invented streams of many subjects and languages: the figures of the decision, told by stream.

    python tests/quality/kinds.py [STREAM ...] [--placed found|given] [--show] [--json]

A stream is a file of tests/cases/streams: articles in the order in which they came, each with the story that it tells,
what it is news as (story, development, repeat, copy) and, for a development, words or numbers of which the told
sentences must hold one. All streams run together, as they would in a service. `--placed given` puts every article
into the story that its file names, so that only what is new is asked; `--show` prints what was decided otherwise.

Figures: macro F1 over the kinds that occur; `told_again`, the share of repeats and copies told as news; `missed`, the
share of developments called a repeat or copy; `named`, the share of developments told with one of the words that they
must hold, in at most seven tenths of the article; `absorbed`, the share of stories of one article that were put to
others. With `--json` the last line is one JSON object.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import json
import re
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from ruamel.yaml import YAML

from monitor import embed, language, likeness, match, novelty, story
from monitor.pipeline.mind import Mind, Scope
from monitor.values import Article, News, Placement, Placing, Verdict

STREAMS = Path(__file__).parent.parent / "cases" / "streams"
TOLD = (News.STORY, News.DEVELOPMENT)
MOST_QUOTED = 0.7
GROUPED = re.compile(r"(?<=\d)[ .,\u00a0\u202f](?=\d{3}(?!\d))")


@dataclass(frozen=True)
class Case:
    """An article with what is true of it."""

    stream: str
    article: Article
    story: str
    news: News
    names: tuple[str, ...]
    language: str


@dataclass(frozen=True)
class Answer:
    case: Case
    placement: Placement
    verdict: Verdict


def streams(names: tuple[str, ...] = ()) -> list[Case]:
    """The articles of all streams, or of those named, as they came."""
    paths = sorted(path for path in STREAMS.glob("*.yaml") if not names or path.stem in names)
    cases = [case for path in paths for case in _stream(path)]
    return sorted(cases, key=lambda case: (case.article.published, case.article.id))


def _stream(path: Path) -> list[Case]:
    rows = YAML(typ="safe").load(path.read_text("utf-8"))
    texts = {row["id"]: row["text"] for row in rows if "text" in row}
    return [_case(path.stem, row, texts) for row in rows]


def _case(stream: str, row: dict, texts: dict[str, str]) -> Case:
    """One row; `again` stands for the text of an earlier one, between `before` and `after`."""
    parts = (row.get("before"), row.get("text") or texts[row["again"]], row.get("after"))
    when = datetime.fromisoformat(row["when"])
    article = Article(
        row["id"],
        row["title"],
        "\n\n".join(part.strip() for part in parts if part),
        f"https://{row['outlet']}/{row['id']}",
        published=when,
        source=row["outlet"],
    )
    names = tuple(str(name) for name in row.get("new", ()))
    return Case(stream, article, f"{stream}: {row['story']}", News(row["news"]), names, row["language"])


def found(cases: list[Case]) -> list[Answer]:
    """What the pipeline thinks of each article, from an empty memory."""
    mind = Mind(match.compile_all([]), embed.open_embedder(), scope=Scope.EVERYTHING)
    noticed = [mind.notice(case.article) for case in cases]
    vectors = mind.embed(noticed)
    answers = []
    for case, seen in zip(cases, noticed, strict=True):
        thought = mind.judge(seen, vectors.get(case.article.id))
        mind.remember(thought)
        assert thought.placement is not None
        answers.append(Answer(case, thought.placement, thought.verdict))
    return answers


def given(cases: list[Case], embedder: embed.Embedder) -> list[Answer]:
    """The same where every article stands in its own story."""
    memory, answers = story.Memory(), []
    told = [dataclasses.replace(c.article, language=language.tell(c.article.title, c.article.text)) for c in cases]
    vectors = embedder.encode([likeness.excerpts(article) for article in told])
    for case, article, vector in zip(cases, told, vectors, strict=True):
        sketch, facts = likeness.sketch(article, vector), novelty.facts(article)
        members = memory.members(case.story)
        placement = _placed(case, likeness.prepare(sketch, memory.rarity), memory)
        verdict = novelty.judge(article, facts, placement, members)
        memory.add(story.Member(sketch, facts, novelty.origin(article)), case.story)
        answers.append(Answer(case, placement, verdict))
    return answers


def _placed(case: Case, ready: likeness.Prepared, memory: story.Memory) -> Placement:
    others = [memory.prepared(member.sketch.article) for member in memory.members(case.story)]
    if not others:
        return Placement(case.story, Placing.NEW_STORY, None, 0.0, sure=True, why="given")
    compared = [(likeness.liken(ready, other), other) for other in others]
    best, nearest = max(compared, key=lambda pair: (pair[0].copy, pair[0].score))
    alike = max(likeness.meaning(ready, other) for other in others)
    placing = Placing.COPY if best.copy else Placing.SAME_STORY
    return Placement(case.story, placing, nearest.sketch.article, best.score, sure=True, why="given", alike=alike)


def figures(answers: list[Answer]) -> dict[str, float]:
    """The decision in numbers."""
    kinds = [(a.case.news, a.verdict.news) for a in answers]
    developed = [a for a in answers if a.case.news is News.DEVELOPMENT]
    size = collections.Counter(a.placement.story for a in answers)
    true = collections.Counter(a.case.story for a in answers)
    alone = [size[a.placement.story] > 1 for a in answers if true[a.case.story] == 1]
    return {
        "articles": len(answers),
        "kind_macro_f1": _mean([_f1(kinds, kind) for kind in sorted({gold for gold, _ in kinds})]),
        "told_again": _mean([said in TOLD for gold, said in kinds if gold not in TOLD]),
        "missed": _mean([a.verdict.news not in TOLD for a in developed]),
        "named": _mean([_names(a) for a in developed]),
        "absorbed": _mean(alone),
    }


def _mean(values: list) -> float:
    return sum(values) / len(values) if values else 0.0


def _f1(kinds: list[tuple[News, News]], kind: News) -> float:
    right = sum(gold == said == kind for gold, said in kinds)
    return 2 * right / (sum(gold == kind for gold, _ in kinds) + sum(said == kind for _, said in kinds) or 1)


def _names(answer: Answer) -> bool:
    article, new = answer.case.article, answer.verdict.new
    told = {novel.sentence: "" for novel in new}
    quoted = sum(map(len, told)) + sum(len(novel.text) for novel in new)
    if answer.verdict.news is not News.DEVELOPMENT or quoted > MOST_QUOTED * len(article.title + article.text):
        return False
    shown = _joined(" | ".join(f"{novel.text}: {novel.sentence}" for novel in new))
    return any(_holds(shown, _joined(name)) for name in answer.case.names)


def _joined(text: str) -> str:
    """Lower case; 6 000, 6.000 and 6,000 are all 6000."""
    return GROUPED.sub("", text.casefold())


def _holds(shown: str, name: str) -> bool:
    edges = ("(?<!\\d)" if name[0].isdigit() else "", "(?!\\d)" if name[-1].isdigit() else "")
    return bool(re.search(edges[0] + re.escape(name) + edges[1], shown))


def wrong(answers: list[Answer]) -> list[str]:
    """What was decided otherwise than its file says, a line each."""
    lines = []
    for answer in answers:
        gold, said = answer.case.news, answer.verdict.news
        if gold is not said or (gold is News.DEVELOPMENT and not _names(answer)):
            told = " / ".join(f"{n.change}: {n.text} <- {n.sentence}" for n in answer.verdict.new)
            lines.append(
                f"{answer.case.article.id} {answer.case.language}: {gold}, told as {said} {told} "
                f"[{answer.verdict.why}; {answer.placement.why}; alike {answer.placement.alike:.2f}]"
            )
    return lines


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    ask.add_argument("streams", nargs="*", help="the streams to run; all where none is named")
    ask.add_argument("--placed", choices=("found", "given"), default="found")
    ask.add_argument("--show", action="store_true")
    ask.add_argument("--json", action="store_true")
    args = ask.parse_args()
    cases = streams(tuple(args.streams))
    if not cases:
        sys.exit(f"{args.streams}: no such stream; they are the files of {STREAMS}")
    answers = found(cases) if args.placed == "found" else given(cases, embed.open_embedder())
    whole = figures(answers)
    table = Table("stream", *whole)
    for name in sorted({case.stream for case in cases}):
        table.add_row(name, *(f"{v:.3g}" for v in figures([a for a in answers if a.case.stream == name]).values()))
    table.add_row("all", *(f"{value:.3g}" for value in whole.values()))
    Console().print(table)
    if args.show:
        print("\n".join(wrong(answers)))
    if args.json:
        print(json.dumps(whole))


if __name__ == "__main__":
    main()

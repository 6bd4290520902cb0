"""`python -m benchmarks.match`: articles a second by the number of terms, beside three ways one would search instead.

Each line is a process of its own, so that memory and start-up costs are its own. Rates are articles a second of CPU
time on one core. "new" is a program that just started (dictionaries open, no word known); "known" is one that has
read the 15,000 commonest words of each language; every article still brings some that it never read.
The rivals do less: `partial_ratio` over every term, exact spellings by ahocorasick-rs, exact tokens by spaCy's
PhraseMatcher; the last two are measured where they are installed.

Wanted, and not reached: twenty times the `partial_ratio` loop at 1,000 terms, and at 100,000 terms twice the cost of
1,000. Measured in November 2026, at once on a busy machine, were 1.4 times (new) and 1.8 times (known) the loop; and
4.5 times the cost (the first 90 articles).
Twenty times would be a microsecond for each word. Half of the time goes to the some thirty words of an article that
are new (profiled in English and Arabic), in Arabic most of it to how they sound. At 100,000 terms the invented names
are so many that the words of a text sound like hundreds of them, and each of these is compared.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz
from rich.console import Console
from rich.table import Table

from benchmarks import press
from monitor import match
from monitor.values import Article, Name, Spelling, Term, Watchlist

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SIZES = (10, 1_000, 10_000, 100_000)
SECONDS = 4.0  # of CPU time for each rate, and at least one article of each tongue
KNOWN = 15_000  # commonest words of each language, read before "known" is measured
CUTOFF = 85  # the usual `partial_ratio` threshold of keyword monitors
WAYS = ("forms", "loose", "partial_ratio", "ahocorasick-rs", "spaCy PhraseMatcher")
HEADINGS = (
    "terms",
    "way",
    "compiled in, s",
    "memory, MB",
    "opening, s",
    "new, a second",
    "known, a second",
    "against partial_ratio",
)

Figures = dict[str, Any]


def main() -> None:
    console = Console()
    table = Table(title="Matching: articles a second of CPU time, one core")
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for size in SIZES:
        found = {}
        for way in WAYS:
            with console.status(f"{size:,} terms, {way}"):
                found[way] = _measured(size, way)
            console.print(f"{size:,} terms, {way}: {found[way] or 'not installed'}", highlight=False)
        loop = found["partial_ratio"]["known"]
        for way, figures in found.items():
            table.add_row(f"{size:,}", way, *_cells(figures, loop))
    console.print(table)


def _measured(size: int, way: str) -> Figures:
    """One line's figures from a process of its own; empty where the way is not installed."""
    command = [sys.executable, "-m", "benchmarks.match", str(size), way]
    return dict(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))


def _cells(figures: Figures, loop: float) -> list[str]:
    if not figures:
        return ["not installed"]
    shown = [
        f"{figures[key]:,.2f}" if key in figures else "" for key in ("compile", "memory", "opening", "new", "known")
    ]
    return [*shown, f"{figures['known'] / loop:.2f} x"]


# --- one line ------------------------------------------------------------------------------------------------------


def measure(size: int, way: str) -> Figures:
    """How one way does with so many terms."""
    asked = list(dict.fromkeys(press.spellings(size)))
    news = press.articles(1_800)
    gc.collect()
    gc.freeze()  # what the benchmark invented is not swept while it measures
    if way in ("forms", "loose"):
        return _ours(asked, Spelling(way), news)
    make = {"partial_ratio": _loop, "ahocorasick-rs": _automaton, "spaCy PhraseMatcher": _phrases}[way]
    before, started = _memory(), time.process_time()
    find = make(asked)
    if find is None:
        return {}
    compiled = time.process_time() - started
    return {"compile": compiled, "memory": _memory() - before, "known": _rate(find, news)}


def _ours(asked: Sequence[str], rule: Spelling, news: Sequence[Article]) -> Figures:
    started = time.process_time()
    matcher = _compiled(asked, rule)
    compiled, held = time.process_time() - started, _held_alone(asked, rule)
    started = time.process_time()
    for article in news[: len(press.TONGUES)]:
        matcher.find(article)
    opening = time.process_time() - started
    new = _rate(matcher.find, news[9:900])
    for article in press.known(KNOWN):
        matcher.find(article)
    known = _rate(matcher.find, news[900:])
    return {"compile": compiled, "memory": held, "opening": opening, "new": new, "known": known}


def _compiled(asked: Sequence[str], rule: Spelling) -> match.Matcher:
    terms = tuple(Term(name, (Name(name),), spelling=rule) for name in asked)
    return match.compile_all([Watchlist("bench", "Bench", terms)])


def _held_alone(asked: Sequence[str], rule: Spelling) -> float:
    """What compiling takes, in MB, in a process that freed nothing before which could be used again."""
    command = [sys.executable, "-m", "benchmarks.match", "held", rule]
    return float(subprocess.run(command, capture_output=True, text=True, check=True, input=json.dumps(asked)).stdout)


def held(asked: Sequence[str], rule: Spelling) -> float:
    """How much higher this process's memory rose by compiling, in MB."""
    before = _memory()
    matcher = _compiled(asked, rule)
    return _memory() - before if matcher else 0.0


def _rate(find: Callable[[Article], object], news: Sequence[Article]) -> float:
    """Articles a second of CPU time; each is read once."""
    done, started = 0, time.process_time()
    for article in news:
        find(article)
        done += 1
        if done % len(press.TONGUES) == 0 and time.process_time() - started > SECONDS:
            break
    return done / (time.process_time() - started)


def _memory() -> float:
    """The most memory this process ever held, in MB; Linux alone tells it without what the parent process held."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


# --- what one would use instead --------------------------------------------------------------------------------------


def _loop(asked: Sequence[str]) -> Callable[[Article], object]:
    folded = [name.casefold() for name in asked]

    def find(article: Article) -> object:
        text = f"{article.title}\n{article.text}".casefold()
        return [name for name in folded if fuzz.partial_ratio(name, text, score_cutoff=CUTOFF)]

    return find


def _automaton(asked: Sequence[str]) -> Callable[[Article], object] | None:
    try:
        import ahocorasick_rs  # noqa: PLC0415  not everybody has it
    except ImportError:
        return None
    automaton = ahocorasick_rs.AhoCorasick([name.casefold() for name in asked])
    return lambda article: automaton.find_matches_as_indexes(f"{article.title}\n{article.text}".casefold())


def _phrases(asked: Sequence[str]) -> Callable[[Article], object] | None:
    try:
        import spacy  # noqa: PLC0415  not everybody has it
        from spacy.matcher import PhraseMatcher  # noqa: PLC0415
    except ImportError:
        return None
    tokens = spacy.blank("xx")
    matcher = PhraseMatcher(tokens.vocab, attr="LOWER")
    matcher.add("terms", list(tokens.pipe(asked)))
    return lambda article: matcher(tokens(f"{article.title}\n{article.text}"))


if __name__ == "__main__":
    if sys.argv[1:2] == ["held"]:
        print(held(json.load(sys.stdin), Spelling(sys.argv[2])))
    elif len(sys.argv) > 1:
        print(json.dumps(measure(int(sys.argv[1]), sys.argv[2])))
    else:
        main()

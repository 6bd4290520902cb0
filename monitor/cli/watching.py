"""The commands for whoever writes watchlists: check, preview and suggest."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import printing
from monitor.cli.printing import HERE, Home
from monitor.errors import ConfigError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.preview import Activity, Changed, Follower, Report
    from monitor.suggest import Proposal
    from monitor.values import Term, Watchlist


def add_to(app: typer.Typer) -> None:
    app.command()(check)
    app.command()(preview)
    app.command()(suggest)


def check(home: Home = HERE) -> None:
    """Check feeds.yaml and the watchlists, and run the watchlists' examples."""
    from monitor import pipeline

    desk = pipeline.prepare(home)
    failed = pipeline.failing_examples(desk)
    for complaint in (*pipeline.warnings(desk), *failed):
        print(complaint, file=sys.stderr)
    examples = sum(len(w.must_match) + len(w.must_ignore) for w in desk.watchlists)
    terms = sum(len(w.terms) for w in desk.watchlists)
    print(
        f"{len(desk.config.feeds)} feeds, {len(desk.watchlists)} watchlists, {terms} terms; "
        f"{examples - len(failed)} of {examples} examples pass"
    )
    if failed:
        raise typer.Exit(2)


# --- preview -------------------------------------------------------------------------------------------------------


def preview(
    file: Annotated[Path, typer.Argument(metavar="WATCHLIST.yaml", help="The edited watchlist.")],
    days: Annotated[int, typer.Option(min=1, help="How far to look back.")] = 30,
    against: Annotated[Path | None, typer.Option(help="Compare with this version instead of the one in use.")] = None,
    show: Annotated[int, typer.Option(min=0, help="How many gained, and lost, articles to print.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
    home: Home = HERE,
) -> None:
    """Show what an edited watchlist would find among the articles that are kept. Nothing is written."""
    from monitor import config, edits, embed, service, watchlist
    from monitor import preview as room

    edited, in_use, beside = _versions(file, against, home)
    wrong = {"failing": edits.failing_examples(edited), "doubts": watchlist.warnings(edited)}
    now = service.now()
    since = now - timedelta(days=days)
    _needs_articles(home)
    with printing.opened_store(home) as store:
        kept = printing.counted(store.archive.kept_since(since), store.archive.count(since), "reading what is kept")
        embedder = embed.open_embedder(config.settings(home).embedder)
        report = room.look(kept, room.Versions(edited, in_use), embedder, now)
        told = room.followers(
            report, edited.id, room.follows(store.people.readers(), edited), store.archive.concerned(since)
        )
    if as_json:
        complaints = {kind: list(map(str, found)) for kind, found in wrong.items()}
        print(json.dumps({"against": beside, **room.row(report, told, complaints)}, ensure_ascii=False))
    else:
        for line in (*_compared(report, beside, show), *_counted(report.terms), *_told(report, told)):
            print(line)
        for complaint in (*wrong["doubts"], *wrong["failing"]):
            print(complaint, file=sys.stderr)
    if wrong["failing"]:
        raise typer.Exit(2)


def _versions(file: Path, against: Path | None, home: Path) -> tuple[Watchlist, Watchlist | None, str]:
    """The edited watchlist, the one to compare it with, and what that is called.

    A file that stands in watchlists/ may be in use already: then what was found when each article was read stands in.
    """
    from monitor import pipeline

    if file.is_dir():
        raise InputError(str(file), "is a folder; name one watchlist")
    (edited,) = pipeline.read_watchlists(file)
    here = [home / "watchlists" / f"{file.stem}{end}" for end in (".yaml", ".yml")]
    beside = against or next((path for path in here if path.exists() and not path.samefile(file)), None)
    if beside is None:
        return edited, None, f"what {edited.id} found when the articles were read"
    try:
        (in_use,) = pipeline.read_watchlists(beside)
    except ConfigError:
        if against:
            raise
        return edited, None, f"what {edited.id} found when the articles were read ({beside} has errors)"
    return edited, in_use, str(beside)


def _needs_articles(home: Path) -> None:
    """Opening a database that is not there would make one; a preview writes nothing."""
    from monitor import config

    place = config.settings(home).database_url
    if place.startswith("sqlite:///") and not Path(place.removeprefix("sqlite:///")).exists():
        raise InputError(place.removeprefix("sqlite:///"), "is not there; let 'monitor run' read articles first")


def _compared(report: Report, beside: str, show: int) -> Iterator[str]:
    from monitor.preview import Change

    yield f"{report.articles:,} articles of {report.days:.1f} days, compared with {beside}"
    yield f"gained {report.gained:,}, lost {report.lost:,}, found by both {report.both:,}"
    for change in Change:
        for each in [c for c in report.changed if c.change is change][:show]:
            yield from _change(each)


def _change(each: Changed) -> Iterator[str]:
    yield ""
    yield f"{each.change:7} {each.seen:%Y-%m-%d} {each.language:3} {each.title}"
    yield f"        {each.term}: {each.how}"
    yield f"        {each.sentence}"
    if each.url:
        yield f"        {each.url}"


def _counted(terms: Sequence[Activity]) -> Iterator[str]:
    width = max(len(term.name) for term in terms)
    yield ""
    yield f"{'term':{width}}  articles  in use   a day  languages"
    for term in terms:
        languages = ", ".join(f"{language} {count}" for language, count in term.languages.most_common(8))
        yield f"{term.name:{width}}  {term.articles:8,}  {term.before:6,}  {term.a_day:6.1f}  {languages}".rstrip()
    doubtful = [term for term in terms if term.doubt]
    if doubtful:
        yield ""
    for term in doubtful:
        yield f"line {term.line}: {term.name} {term.doubt}"


def _told(report: Report, told: Sequence[Follower]) -> Iterator[str]:
    yield ""
    yield f"digest items a day of this watchlist: about {report.items_before:.1f} now, {report.items_after:.1f} then"
    for each in told:
        yield f"  {each.address}, with all that they follow: {each.before:.1f} now, {each.after:.1f} then"
    if not told:
        yield "  nobody follows it yet"


# --- suggest -------------------------------------------------------------------------------------------------------


def suggest(
    name: Annotated[str, typer.Argument(help="A name as you know it.")],
    language: Annotated[str | None, typer.Option(help="These languages only, parted by commas: ru,ko.")] = None,
    days: Annotated[int, typer.Option(min=1, help="How far to look back in what is kept.")] = 180,
    home: Home = HERE,
) -> None:
    """Propose spellings of a name in other languages, and say which of them are found by themselves."""
    from monitor import spellings
    from monitor import suggest as room

    term = _named(name)
    wanted = [code.strip().lower() for code in language.split(",")] if language else []
    proposals = spellings.by_rule(term, wanted)
    proposals += [each for each in _heard(term, home, timedelta(days=days)) if not language or each.language in wanted]
    if code := room.country_of(name):
        print(f"a country: `- {{name: {name}, country: {code}}}` finds all of its names, adjectives and short forms\n")
    for line in _proposed(proposals):
        print(line)
    for line in _to_paste(name, proposals):
        print(line)


def _named(name: str) -> Term:
    """A term of this name and nothing else; ConfigError for one that could find nothing."""
    from monitor import watchlist

    quoted = json.dumps(name, ensure_ascii=False)
    return watchlist.read(f"terms: [{quoted}]", file=name).terms[0]


def _heard(term: Term, home: Path, back: timedelta) -> list[Proposal]:
    """What the kept articles have; nothing where none are kept yet."""
    from monitor import config, service, spellings

    place = config.settings(home).database_url
    if place.startswith("sqlite:///") and not Path(place.removeprefix("sqlite:///")).exists():
        return []
    with printing.opened_store(home) as store:
        since = service.now() - back
        count = store.archive.count_placed(since)
        return spellings.heard(term, lambda: printing.counted(store.archive.placed_since(since), count, "listening"))


def _proposed(proposals: Sequence[Proposal]) -> Iterator[str]:
    for language in dict.fromkeys(each.language for each in proposals):
        yield f"{language}"
        for each in [p for p in proposals if p.language == language]:
            state = "found by itself" if each.found else "needs `also`"
            seen = f", {each.count} times" if each.count else ""
            yield f"  {each.spelling}  ({state}; {each.why}{seen})"
            if each.sentence:
                yield f"      {each.sentence}"
    if not proposals:
        yield "nothing to propose: no language of these is known here, and no kept article has a spelling of it"


def _to_paste(name: str, proposals: Sequence[Proposal]) -> Iterator[str]:
    """The spellings that need an `also:`: what was seen, and the likeliest of each language where nothing was."""
    seen = [p for p in proposals if p.count and not p.found]
    known = {p.language for p in proposals if p.found and p.count} | {p.language for p in seen}
    first: dict[str, Proposal] = {}
    for each in proposals:
        if not each.count and each.language not in known:
            first.setdefault(each.language, each)
    missing = list(dict.fromkeys(p.spelling for p in (*seen, *first.values()) if not p.found))
    if missing:
        yield ""
        yield f"  - name: {json.dumps(name, ensure_ascii=False)}"
        yield f"    also: [{', '.join(json.dumps(spelling, ensure_ascii=False) for spelling in missing)}]"

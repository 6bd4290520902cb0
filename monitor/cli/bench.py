"""The workbench commands: replay, compare and inspect."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import printing
from monitor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from monitor.workbench import Row, Source

Out = Annotated[Path | None, typer.Option("--out", help="Write here instead of to standard output.")]
Looked = Annotated[str, typer.Argument(help="A manifest (.jsonl), a stored file, or a URL.")]

inspect_app = typer.Typer(help="Show what is read from pages and feeds.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.command()(replay)
    app.command()(compare)
    app.add_typer(inspect_app, name="inspect")


def replay(
    docs: Annotated[Path, typer.Argument(help="Documents, one JSON object a line.")],
    watchlists: Annotated[Path, typer.Option(help="A watchlist file or a folder of them.")],
    everything: Annotated[bool, typer.Option("--everything", help="Place every document, not only hits.")] = False,
    match_only: Annotated[bool, typer.Option("--match-only", help="Place none.")] = False,
    out: Out = None,
) -> None:
    """Think about documents as the service would, from an empty memory: language, match, story, novelty."""
    from monitor import pipeline, workbench
    from monitor.pipeline.mind import Scope

    if everything and match_only:
        raise InputError("replay", "--everything and --match-only exclude each other")
    scope = Scope.EVERYTHING if everything else Scope.NOTHING if match_only else Scope.HITS
    watched = pipeline.read_watchlists(watchlists)
    lines = printing.counted(workbench.rows(docs), workbench.count(docs), "replaying")
    with printing.opened(out) as output:
        for row in workbench.replay(lines, docs.name, watched, scope):
            printing.write(row, output)


def compare(pairs: Annotated[Path, typer.Argument(help="Pairs, one JSON object a line.")], out: Out = None) -> None:
    """Say how alike the two documents of each pair are, and why."""
    from monitor import workbench

    lines = printing.counted(workbench.rows(pairs), workbench.count(pairs), "comparing")
    with printing.opened(out) as output:
        for row in workbench.compare(lines, pairs.name):
            printing.write(row, output)


@inspect_app.command()
def pages(source: Looked, out: Out = None) -> None:
    """Show what is read from article pages."""
    from monitor import workbench

    _inspect(source, out, workbench.inspect_pages)


@inspect_app.command()
def feeds(source: Looked, out: Out = None) -> None:
    """Show what is read from feeds."""
    from monitor import workbench

    _inspect(source, out, workbench.inspect_feeds)


def _inspect(source: str, out: Path | None, look: Callable[[Iterable[Source]], AsyncIterator[Row]]) -> None:
    from monitor import workbench

    put = printing.write if source.endswith(".jsonl") else printing.show

    async def each() -> None:
        sources = await workbench.sources(source)
        with printing.opened(out) as output:
            async for row in look(printing.counted(sources, len(sources), "reading")):
                put(row, output)

    asyncio.run(each())

"""The command for what readers said of their news: the measured precision of each term."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import printing
from monitor.cli.printing import HERE, Home
from monitor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.store.judgements import TermPrecision


def add_to(app: typer.Typer) -> None:
    app.command()(precision)


def precision(
    watchlist: Annotated[
        str | None, typer.Option("--watchlist", "-w", help="A watchlist's file name without .yaml; default: all.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, help="How many days back.")] = 90,
    home: Home = HERE,
) -> None:
    """What readers called not relevant, term by term, the worst first."""
    from monitor import config, service

    known = [file.path.rpartition("/")[2].rpartition(".")[0] for file in config.watchlist_files(home)]
    if watchlist is not None and watchlist not in known:
        raise InputError(watchlist, f"is no watchlist here; there are: {', '.join(known)}")
    with printing.opened_store(home) as store:
        terms = store.judgements.precision(service.now() - timedelta(days=days), watchlist)
    for line in lines(terms, days):
        print(line)


def lines(terms: Sequence[TermPrecision], days: int) -> Iterator[str]:
    if not terms:
        yield f"nothing was told in the last {days} days"
        return
    for term in terms:
        low, high = term.interval
        yield (
            f"{term.precision:4.0%}  {term.watchlist} / {term.term}: of {term.told} told {term.not_relevant} called "
            f"not relevant, {term.same_story} known already (95 times of 100 between {low:.0%} and {high:.0%})"
        )
        for headline in term.examples:
            yield f"      not relevant: {headline}"
    if not any(term.not_relevant or term.same_story for term in terms):
        yield "no reader has judged anything yet: what nobody calls wrong counts as right"

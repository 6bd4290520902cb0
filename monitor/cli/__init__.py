"""The command `monitor`: for operators, for whoever runs it, and for the workbench."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path  # noqa: TC003 typer reads the annotations at run time
from typing import Annotated

import typer

from monitor.cli import (
    accounts,
    bench,
    judging,
    operators,
    people,
    printing,
    sources,
    stories,
    telling,
    watching,
    webhooks,
)
from monitor.cli.printing import HERE, Home
from monitor.errors import ConfigError, InputError, MonitorError

app = typer.Typer(
    help="Reads the world's news in any language and writes to people only when something is new.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def main() -> None:
    """Run the command; an error that a person can mend is a sentence and exit code 2, another trouble exit code 1."""
    try:
        app()
    except (ConfigError, InputError) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except MonitorError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Where the digests and the demo's home folder go.")] = HERE / "demo-out",
    serve: Annotated[bool, typer.Option("--serve", help="Keep its pages up afterwards, until Ctrl-C.")] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where they stand, on this machine alone.")] = 8088,
) -> None:
    """The whole way on an embedded little world of news, in under a minute."""
    from monitor import demo as world

    printing.log_from("ERROR")
    raise typer.Exit(world.run(out, port=port if serve else None))


@app.command()
def run(home: Home = HERE) -> None:
    """Poll, read, decide and send until stopped."""
    from monitor import service

    printing.log_from("INFO")
    asyncio.run(service.run(home, say=lambda line: print(line, file=sys.stderr, flush=True)))


@app.command()
def once(home: Home = HERE) -> None:
    """Poll what is due, decide, send what is due, and exit."""
    from monitor import service

    printing.log_from("WARNING")
    with printing.Steps() as steps:
        report = asyncio.run(service.once(home, steps.on))
    for line in printing.round_lines(report):
        print(line)


@app.command()
def why(
    url: Annotated[str, typer.Argument(help="The article's address.")],
    for_: Annotated[str | None, typer.Option("--for", metavar="ADDRESS", help="Why this subscriber was told.")] = None,
    home: Home = HERE,
) -> None:
    """Tell what became of an article, and why; with --for also why a subscriber was or was not told of it."""
    from monitor import pipeline, service
    from monitor.cli import story_of

    with printing.opened_store(home) as store:
        for line in story_of.article(store, url):
            print(line)
        if for_:
            composer = pipeline.composer_of(pipeline.prepare(home), store)
            reader = telling.subscribed(store, for_)
            for line in telling.for_subscriber(store, composer, store.archive.find(url), reader, service.now()):
                print(line)


@app.command()
def health(home: Home = HERE) -> None:
    """Say whether the service is alive; exit code 1 when it is not (a container's health check)."""
    from monitor import service

    with printing.opened_store(home) as store:
        alive, sentence = store.healthy(service.now())
    print(sentence)
    if not alive:
        raise typer.Exit(1)


watching.add_to(app)
telling.add_to(app)
bench.add_to(app)
judging.add_to(app)
accounts.add_to(app)
app.add_typer(people.app, name="subscribers")
app.add_typer(operators.app, name="operators")
app.add_typer(operators.tokens, name="tokens")
app.add_typer(sources.app, name="feeds")
app.add_typer(webhooks.app, name="webhooks")
app.add_typer(stories.app, name="story")

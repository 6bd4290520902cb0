"""The commands that look after what was sent: does it come out even, and what came back?"""

from __future__ import annotations

import asyncio
from pathlib import Path  # noqa: TC003 typer reads the annotations at run time
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import printing
from monitor.cli.printing import HERE, Home

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.balance import Balance

SHOWN = 50
"""Differences that are printed one by one."""


def add_to(app: typer.Typer) -> None:
    app.command()(balance)
    app.command()(bounces)
    app.command()(doctor)


def balance(
    days: Annotated[int, typer.Option(min=1, help="How far to look back.")] = 7,
    home: Home = HERE,
) -> None:
    """Hold what each subscriber should have been told against what was; exit code 1 when anything is missing."""
    from monitor import pipeline, service
    from monitor.pipeline.balancing import Auditor

    desk = pipeline.prepare(home)
    with printing.opened_store(home) as store:
        drawn = Auditor(store, pipeline.composer_of(desk, store)).draw(service.now(), days)
    for line in _table(drawn, days):
        print(line)
    if drawn.different:
        raise typer.Exit(1)


def bounces(
    maildir: Annotated[Path, typer.Argument(help="Where the mail for the bounce address is put.")],
    home: Home = HERE,
) -> None:
    """Read mails that came back: dead addresses get no more mail, complaints unsubscribe."""
    from monitor import config, service
    from monitor.pipeline.returns import Returns

    printing.log_from("WARNING")
    with printing.opened_store(home) as store:
        counts = Returns(store, config.settings(home).secret_key).look(maildir, service.now())
    print(f"{counts.total()} read" + "".join(f", {count} {kind}" for kind, count in sorted(counts.items())))


def doctor(
    mail: Annotated[bool, typer.Option("--mail", help="Ask the mail server and the DNS too.")] = False,
    send: Annotated[str | None, typer.Option(help="Send a test mail to this address.")] = None,
    home: Home = HERE,
) -> None:
    """Look at everything and say what to mend; exit code 1 when something is wrong."""
    from monitor import doctor as room
    from monitor import pipeline, service
    from monitor.deliver.survey import Dns
    from monitor.pipeline import checkup

    printing.log_from("ERROR")
    desk, now = pipeline.prepare(home), service.now()
    with printing.opened_store(home) as store:
        found = list(checkup.house(desk.config, store, now))
    if mail:
        found += asyncio.run(checkup.mail(desk.config.settings, Dns(), now))
    if send:
        found.append(asyncio.run(checkup.send_test(desk.config, send, now)))
    for each in found:
        print(each)
    if room.is_wrong(found):
        raise typer.Exit(1)


def _table(drawn: Balance, days: int) -> Iterator[str]:
    yield f"{drawn.developments:,} developments of the last {days} days, {drawn.subscribers:,} subscribers"
    yield f"{drawn.due:12,}  due"
    yield f"{drawn.told:12,}  told"
    for standing, counts in (("held", drawn.held), ("failed", drawn.failed)):
        yield f"{sum(counts.values()):12,}  {standing}"
        for why, count in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
            yield f"{'':14}{count:,}: {why}"
    yield f"{drawn.different:12,}  differences"
    for each in drawn.differences[:SHOWN]:
        yield f"{'':14}{each.address}, development {each.development}: {each.problem}"
    if drawn.different > SHOWN:
        yield f"{'':14}and {drawn.different - SHOWN:,} more"

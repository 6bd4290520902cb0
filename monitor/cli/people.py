"""The commands for subscribers: add, list, remove."""

from __future__ import annotations

import zoneinfo
from typing import Annotated

import typer

from monitor.cli import printing
from monitor.cli.printing import HERE, Home
from monitor.errors import InputError

app = typer.Typer(help="Who gets digests.", no_args_is_help=True)


@app.command()
def add(
    address: str,
    watchlist: Annotated[
        list[str] | None, typer.Option("--watchlist", "-w", help="A watchlist's file name without .yaml; repeatable.")
    ] = None,
    zone: Annotated[str, typer.Option(help="Time zone of the times in their mail, e.g. Asia/Seoul.")] = "UTC",
    home: Home = HERE,
) -> None:
    """Send an address the digests of the named watchlists (default: of all)."""
    from monitor import config, service

    known = [file.path.rpartition("/")[2].rpartition(".")[0] for file in config.watchlist_files(home)]
    for name in watchlist or ():
        if name not in known:
            raise InputError(name, f"is no watchlist here; there are: {', '.join(known)}")
    if address.count("@") != 1 or not all(address.split("@")) or any(c.isspace() for c in address):
        raise InputError(address, "is no mail address")
    if zone not in zoneinfo.available_timezones():
        raise InputError(zone, "is no time zone; write it as Europe/Paris")
    with printing.opened_store(home) as store:
        subscriber = store.people.add(address, watchlist or known, service.now(), zone)
    print(f"{subscriber.address} follows {', '.join(subscriber.watchlists)}; times in {subscriber.zone}")


@app.command("list")
def list_all(home: Home = HERE) -> None:
    """Show who gets which digests."""
    with printing.opened_store(home) as store:
        readers = store.people.readers()
    for reader in readers:
        state = "" if reader.active else " (unsubscribed)"
        state += f" (no mail: {reader.suppressed})" if reader.suppressed else ""
        last = f"{reader.last_mail:%Y-%m-%d %H:%M} UTC" if reader.last_mail else "never"
        follows = ", ".join(reader.subscriber.watchlists) or "nothing"
        print(f"{reader.subscriber.address}{state}: follows {follows}; last mail {last}")
    if not readers:
        print("nobody yet: put addresses under 'notify:' in a watchlist, or 'monitor subscribers add ADDRESS'")


@app.command()
def remove(address: str, home: Home = HERE) -> None:
    """End all digests to an address."""
    with printing.opened_store(home) as store:
        if not store.people.remove(address):
            raise InputError(address, "is not subscribed; see 'monitor subscribers list'")
    print(f"{address} gets no more digests")

"""The commands for webhooks: add, list, test, remove."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import printing
from monitor.cli.printing import HERE, Home
from monitor.errors import FetchError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.store.hooks import HookState

app = typer.Typer(help="Other systems that hear of developments by HTTP.", no_args_is_help=True)


@app.command()
def add(
    url: str,
    *,
    watchlist: Annotated[str, typer.Option("--watchlist", "-w", help="A watchlist's file name without .yaml.")],
    home: Home = HERE,
) -> None:
    """Post the developments of a watchlist to an address; prints the secret that signs them, this once."""
    from monitor import config, service
    from monitor.pipeline import heralding
    from monitor.text import addresses

    known = [file.path.rpartition("/")[2].rpartition(".")[0] for file in config.watchlist_files(home)]
    if watchlist not in known:
        raise InputError(watchlist, f"is no watchlist here; there are {', '.join(known) or 'none'}")
    whole = addresses.whole(url)
    if whole is None:
        raise InputError(addresses.shown(url), "is no web address; write it as https://example.org/hook")
    secret = heralding.new_secret()
    with printing.opened_store(home) as store:
        hook = store.hooks.add(whole, watchlist, secret, service.now())
    print(f"webhook {hook.id} posts what is new in {watchlist} to {addresses.shown(hook.url)}; its secret is")
    print(secret)


@app.command("list")
def list_all(home: Home = HERE) -> None:
    """Show the webhooks and how they fare."""
    with printing.opened_store(home) as store:
        found = store.hooks.all()
    for state in found:
        for line in _lines(state):
            print(line)
    if not found:
        print("none yet: 'monitor webhooks add URL --watchlist NAME'")


def _lines(state: HookState) -> Iterator[str]:
    from monitor.text import addresses

    hook = state.hook
    last = f"last taken {state.last_sent:%Y-%m-%d %H:%M} UTC" if state.last_sent else "nothing taken yet"
    yield f"{hook.id}: {hook.watchlist} to {addresses.shown(hook.url)}"
    yield f"   {last}, {state.waiting} waiting, {state.failed} failed"
    if hook.ended:
        yield f"   ended {hook.ended:%Y-%m-%d %H:%M} UTC: {hook.why_ended}"
    elif state.problem:
        yield f"   {state.problem}"


@app.command("test")
def try_out(number: int, home: Home = HERE) -> None:
    """Post a signed message of the type `ping` now, and say what was answered."""
    import asyncio

    from monitor import config, service
    from monitor.pipeline import heralding
    from monitor.text import addresses

    with printing.opened_store(home) as store:
        found = store.hooks.secret(number)
        if found is None:
            raise _none(number)
        herald = heralding.Herald(store, config.settings(home))
        try:
            reply = asyncio.run(herald.ping(*found, service.now()))
        except FetchError as error:
            raise InputError(addresses.shown(found[0].url), error.problem) from None
    print(f"{addresses.shown(found[0].url)} answered {reply.status}")
    if not 200 <= reply.status < 300:
        raise typer.Exit(1)


@app.command()
def remove(number: int, home: Home = HERE) -> None:
    """End a webhook and forget its messages."""
    with printing.opened_store(home) as store:
        if not store.hooks.remove(number):
            raise _none(number)
    print(f"webhook {number} is removed")


def _none(number: int) -> InputError:
    return InputError(str(number), "is no webhook; see 'monitor webhooks list'")

"""The commands for subscribers: add, list, set, remove."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli import printing
from monitor.cli.printing import HERE, Home
from monitor.errors import InputError
from monitor.values import MAIL_LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from monitor.store import Store
    from monitor.store.people import Reader

app = typer.Typer(help="Who gets digests, and when.", no_args_is_help=True)

MOST = 40
"""Stories that a mail holds at most."""
NONE = "none"
"""Written where a choice is to be taken back."""

Watchlists = Annotated[
    list[str] | None, typer.Option("--watchlist", "-w", help="A watchlist's file name without .yaml; repeatable.")
]
Cadence = Annotated[str | None, typer.Option(help='When mails come: "at once", hourly, "daily 07:30"...')]
Zone = Annotated[str | None, typer.Option(help="Their time zone, e.g. Asia/Seoul.")]
Language = Annotated[str | None, typer.Option(help="Language of their mail, e.g. ko.")]
Languages = Annotated[str | None, typer.Option(help="Languages of articles, e.g. ko,en; 'none' for all.")]
Quiet = Annotated[str | None, typer.Option(help="Hours without mail, e.g. 22:00-07:00; 'none' for none.")]
SignOfLife = Annotated[
    bool | None, typer.Option("--sign-of-life/--no-sign-of-life", help="A mail after a week in which nothing was new.")
]
Cap = Annotated[int | None, typer.Option(min=1, max=MOST, help="Stories in one mail, at most.")]


@app.command()
def add(
    address: str,
    *,
    watchlist: Watchlists = None,
    cadence: Cadence = None,
    zone: Zone = None,
    language: Language = None,
    languages: Languages = None,
    quiet: Quiet = None,
    cap: Cap = None,
    sign_of_life: SignOfLife = None,
    home: Home = HERE,
) -> None:
    """Send an address the digests of the named watchlists (default: of all)."""
    from monitor import config, service

    known = [file.path.rpartition("/")[2].rpartition(".")[0] for file in config.watchlist_files(home)]
    _check(watchlist or (), known, "is no watchlist here; there are")
    if address.count("@") != 1 or not all(address.split("@")) or any(c.isspace() for c in address):
        raise InputError(address, "is no mail address")
    said = _said(zone=zone, language=language, languages=languages, quiet=quiet, cap=cap, sign_of_life=sign_of_life)
    standard, now = _cadence(cadence or config.settings(home).cadence), service.now()
    with printing.opened_store(home) as store:
        number = store.people.add(address, watchlist or known, now, cadence=standard).id
        _choose(store, number, said, now)
        print(_described(store, number, address.lower()))


@app.command("set")
def set_choices(
    address: str,
    *,
    watchlist: Watchlists = None,
    cadence: Cadence = None,
    zone: Zone = None,
    language: Language = None,
    languages: Languages = None,
    quiet: Quiet = None,
    cap: Cap = None,
    sign_of_life: SignOfLife = None,
    home: Home = HERE,
) -> None:
    """Change how a subscriber gets mail; --cadence is for the named watchlists (default: for all they follow)."""
    from monitor import service

    said = _said(zone=zone, language=language, languages=languages, quiet=quiet, cap=cap, sign_of_life=sign_of_life)
    with printing.opened_store(home) as store:
        reader = store.people.find(address)
        if reader is None:
            raise InputError(address, "is not subscribed; see 'monitor subscribers list'")
        _check(watchlist or (), reader.subscriber.watchlists, "is no watchlist that they follow; they follow")
        if cadence:
            kept = {w: each.cadence for w, each in reader.follows.items() if not each.pending}
            said["cadences"] = kept | dict.fromkeys(watchlist or kept, _cadence(cadence))
        _choose(store, reader.subscriber.id, said, service.now())
        print(_described(store, reader.subscriber.id, reader.subscriber.address))


@app.command("list")
def list_all(home: Home = HERE) -> None:
    """Show who gets which digests, and how."""
    with printing.opened_store(home) as store:
        readers = store.people.readers()
        for reader in readers:
            last = f"{reader.last_mail:%Y-%m-%d %H:%M} UTC" if reader.last_mail else "never"
            told = _described(store, reader.subscriber.id, f"{reader.subscriber.address}{_state(reader)}")
            print(f"{told}; last mail {last}")
    if not readers:
        print("nobody yet: put addresses under 'notify:' in a watchlist, or 'monitor subscribers add ADDRESS'")


@app.command()
def remove(address: str, home: Home = HERE) -> None:
    """End all digests to an address."""
    with printing.opened_store(home) as store:
        if not store.people.remove(address):
            raise InputError(address, "is not subscribed; see 'monitor subscribers list'")
    print(f"{address} gets no more digests")


# --- reading options -----------------------------------------------------------------------------------------------


def _check(named: Iterable[str], known: Sequence[str], problem: str) -> None:
    for name in named:
        if name not in known:
            raise InputError(name, f"{problem}: {', '.join(known) or 'none'}")


def _cadence(text: str) -> str:
    from monitor import cadence

    return str(cadence.parse(text))


def _said(**options: Any) -> dict[str, Any]:
    """The choices that were said, checked; what was not said is not in it."""
    from monitor import cadence

    said = {key: value for key, value in options.items() if value is not None}
    if "zone" in said:
        said["zone"] = cadence.zone(said["zone"]).key
    if said.get("language", "en") not in MAIL_LANGUAGES:
        raise InputError(said["language"], f"is no language of mails; there are: {', '.join(MAIL_LANGUAGES)}")
    if "languages" in said:
        said["languages"] = _codes(said["languages"])
    if "quiet" in said:
        said["quiet"] = None if said["quiet"] == NONE else str(cadence.parse_quiet(said["quiet"]))
    return said


def _codes(written: str) -> tuple[str, ...]:
    """Codes of languages, parted by commas."""
    from monitor.text import countries

    codes = () if written == NONE else tuple(part.strip().lower() for part in written.split(",") if part.strip())
    for code in codes:
        if code not in countries.languages():
            raise InputError(code, "is no ISO 639-1 code of a language, such as ko")
    return codes


def _choose(store: Store, number: int, said: dict[str, Any], now: datetime) -> None:
    before = store.people.choices(number)
    if before and said:
        store.people.choose(number, dataclasses.replace(before, **said), now)


# --- showing -------------------------------------------------------------------------------------------------------


def _state(reader: Reader) -> str:
    if not reader.active:
        return " (unsubscribed)"
    if reader.suppressed:
        return f" (no mail: {reader.suppressed})"
    return "" if reader.confirmed else " (not confirmed)"


def _described(store: Store, number: int, name: str) -> str:
    """One line: what somebody follows and how they want it."""
    chosen = store.people.choices(number)
    assert chosen
    follows = ", ".join(f"{watchlist} ({each})" for watchlist, each in sorted(chosen.cadences.items()))
    wishes = [
        f"times in {chosen.zone}",
        f"mail in {chosen.language}",
        f"articles in {', '.join(chosen.languages)}" if chosen.languages else "",
        f"quiet {chosen.quiet}" if chosen.quiet else "",
        f"{chosen.cap} stories a mail at most" if chosen.cap else "",
        "a sign of life after a quiet week" if chosen.sign_of_life else "",
    ]
    return f"{name} follows {follows or 'nothing'}; {', '.join(filter(None, wishes))}"

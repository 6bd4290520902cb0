"""The commands for who may sign in, and for the tokens of programs."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from monitor.cli import printing
from monitor.cli.printing import HERE, Home
from monitor.errors import InputError

if TYPE_CHECKING:
    from datetime import datetime

app = typer.Typer(help="Who may sign in to the pages for operators.", no_args_is_help=True)
tokens = typer.Typer(help="What programs show to the API.", no_args_is_help=True)

Stdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


@app.command("list")
def list_operators(home: Home = HERE) -> None:
    """Show who may sign in, and when they were last here."""
    with printing.opened_store(home) as store:
        found = store.operators.all()
    for each in found:
        seen = f"last seen {_shown(each.seen)}" if each.seen else "not signed in"
        print(f"{each.name}: {seen}; since {_shown(each.created)}, password of {_shown(each.changed)}")
    if not found:
        print("nobody yet: 'monitor operators add NAME', or 'monitor operators setup-link' for a link")


@app.command("add")
def add_operator(name: str, *, password_stdin: Stdin = False, home: Home = HERE) -> None:
    """Let somebody sign in; asks for their password twice."""
    from monitor import service
    from monitor.web.door import passwords

    name = passwords.tidy(name)
    if problem := passwords.name_problem(name):
        raise InputError(repr(name), problem)
    with printing.opened_store(home) as store:
        if store.operators.credentials(name):
            raise InputError(name, "is an operator already; 'monitor operators password' sets a new password")
        hashed = _hashed(name, password_stdin)
        if store.operators.add(name, hashed, service.now()) is None:
            raise InputError(name, "is an operator already; 'monitor operators password' sets a new password")
    print(f"{name} may sign in")


@app.command("password")
def set_password(name: str, *, password_stdin: Stdin = False, home: Home = HERE) -> None:
    """Set a new password; ends every session of theirs."""
    from monitor import service

    with printing.opened_store(home) as store:
        kept = store.operators.credentials(name)
        if kept is None:
            raise _nobody(name)
        store.operators.set_password(kept.id, _hashed(kept.name, password_stdin), service.now())
    print(f"{kept.name} has a new password, and is signed out everywhere")


@app.command("remove")
def remove_operator(name: str, home: Home = HERE) -> None:
    """End an operator and every session of theirs."""
    with printing.opened_store(home) as store:
        if not store.operators.remove(name):
            raise _nobody(name)
    print(f"{name} may no longer sign in")


@app.command("setup-link")
def setup_link(home: Home = HERE) -> None:
    """Print a link that lets somebody choose a name and a password: once, within 24 hours."""
    from monitor import config, service
    from monitor.web.door import invitations

    settings = config.settings(home)
    base = settings.base_url or f"http://{settings.listen or 'localhost'}"
    with printing.opened_store(home) as store:
        print(invitations.link(store, base, service.now()))


@tokens.command("list")
def list_tokens(home: Home = HERE) -> None:
    """Show every token of the API, but for the tokens themselves."""
    with printing.opened_store(home) as store:
        found = store.tokens.all()
    for each in found:
        used = f"last used {_shown(each.used)}" if each.used else "never used"
        ends = f"ends {_shown(each.ends)}" if each.ends else "without end"
        print(f"{each.name}: {each.scope}; {used}; since {_shown(each.created)}, {ends}")
    if not found:
        print("none yet: 'monitor tokens new NAME'")


@tokens.command("new")
def new_token(
    name: str,
    *,
    scope: Annotated[
        Literal["read", "write", "admin"], typer.Option(help="What it may do; each may what those before it may.")
    ] = "read",
    days: Annotated[int | None, typer.Option(min=1, max=3650, help="Days until it ends; default: never.")] = None,
    home: Home = HERE,
) -> None:
    """Print a new token of the API, this once; nobody can look it up later."""
    from monitor import service
    from monitor.store.operators import Scope
    from monitor.web.door import passwords
    from monitor.web.door import tokens as room

    name = passwords.tidy(name)
    if problem := passwords.name_problem(name):
        raise InputError(repr(name), problem)
    with printing.opened_store(home) as store:
        made = room.issue(store, name, Scope(scope), service.now(), timedelta(days=days) if days else None)
    if made is None:
        raise InputError(name, "there is a token of this name; revoke it, or take another name")
    print(made)


@tokens.command("revoke")
def revoke_token(name: str, home: Home = HERE) -> None:
    """End a token of the API."""
    with printing.opened_store(home) as store:
        if not store.tokens.revoke(name):
            raise InputError(name, "is no token; see 'monitor tokens list'")
    print(f"{name} is good for nothing any more")


def _nobody(name: str) -> InputError:
    return InputError(name, "is no operator; see 'monitor operators list'")


def _hashed(name: str, from_stdin: bool) -> str:
    """The hash of a password, asked for twice, or read as the first line of standard input."""
    from monitor.web.door import passwords

    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    if problem := passwords.problem(password, name):
        raise InputError("password", problem)
    return passwords.Passwords().hash(password)


def _shown(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC"

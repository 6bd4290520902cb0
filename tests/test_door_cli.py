"""The commands for operators and tokens, and what the service says at its start."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time

import argon2
import pytest
from typer.testing import CliRunner

from monitor import config
from monitor.cli import app
from monitor.errors import InputError
from monitor.store import Store
from monitor.store.operators import Credentials
from monitor.web.door import passwords
from monitor.web.door.passwords import Caller, Fit, Passwords

PASSWORD, OTHER = "the tide turns at nine", "seven herons on a wire"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(passwords, "PARAMETERS", argon2.profiles.CHEAPEST)
    (tmp_path / "feeds.yaml").write_text("feeds:\n  - url: https://one.example/feed\n")
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "watchlists" / "arms.yaml").write_text("title: Arms\nterms: [Pantsir]\n")
    return tmp_path


def said(home, *words, typed=""):
    done = CliRunner().invoke(app, [*words, "--home", str(home)], input=typed, catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def kept(home, name="Ann"):
    store = Store(config.settings(home).database_url)
    try:
        return store.operators.credentials(name)
    finally:
        store.close()


def test_operators_are_added_listed_given_passwords_and_removed(home):
    assert "nobody yet" in said(home, "operators", "list")
    assert said(home, "operators", "add", "Ann", typed=f"{PASSWORD}\n{PASSWORD}\n").endswith("\nAnn may sign in\n")
    first = kept(home)
    assert Passwords().check(PASSWORD, first.password, Caller.STRANGER) is Fit.YES
    assert re.match(r"Ann: not signed in; since ", said(home, "operators", "list"))
    assert "signed out everywhere" in said(home, "operators", "password", "ann", "--password-stdin", typed=f"{OTHER}\n")
    second = kept(home)
    assert Passwords().check(OTHER, second.password, Caller.STRANGER) is Fit.YES
    assert isinstance(second, Credentials)
    assert said(home, "operators", "remove", "ANN")
    assert kept(home) is None


def test_no_command_prints_a_password(home):
    shown = said(home, "operators", "add", "Ann", typed=f"{PASSWORD}\n{PASSWORD}\n")
    shown += said(home, "operators", "password", "Ann", typed=f"{OTHER}\n{OTHER}\n")
    assert PASSWORD not in shown
    assert OTHER not in shown


@pytest.mark.parametrize(
    ("words", "typed", "complaint"),
    [
        (("operators", "add", "Ann"), f"{PASSWORD}\n{PASSWORD}\n", "is an operator already"),
        (("operators", "add", "a\nb"), "", "control or invisible"),
        (("operators", "add", "Bo", "--password-stdin"), "short\n", "at least 12 characters"),
        (("operators", "add", "Bo", "--password-stdin"), "", "at least 12 characters"),
        (("operators", "password", "Bo"), "", "is no operator"),
        (("operators", "remove", "Bo"), "", "is no operator"),
        (("tokens", "new", "probe"), "", "there is a token of this name"),
        (("tokens", "new", " "), "", "a name is needed"),
        (("tokens", "revoke", "other"), "", "is no token"),
    ],
)
def test_what_cannot_be_done_is_named_with_the_way_out(home, words, typed, complaint):
    said(home, "operators", "add", "Ann", "--password-stdin", typed=PASSWORD)
    said(home, "tokens", "new", "probe")
    with pytest.raises(InputError, match=complaint):
        said(home, *words, typed=typed)


def test_tokens_are_made_listed_without_themselves_and_revoked(home):
    assert "none yet" in said(home, "tokens", "list")
    token = said(home, "tokens", "new", "probe", "--scope", "write", "--days", "3").strip()
    assert re.fullmatch(r"nm_[\w-]{43}", token)
    listed = said(home, "tokens", "list")
    assert re.match(r"probe: write; never used; since .*, ends ", listed)
    assert token not in listed
    assert said(home, "tokens", "revoke", "probe")
    assert "none yet" in said(home, "tokens", "list")


@pytest.mark.parametrize(
    ("setting", "base"),
    [
        ({}, "http://127.0.0.1:8080"),
        ({"MONITOR_LISTEN": "0.0.0.0:80"}, "http://localhost:80"),
        ({"MONITOR_LISTEN": "[::]:80"}, "http://localhost:80"),
        ({"MONITOR_BASE_URL": "https://news.example.org/n/"}, "https://news.example.org/n"),
    ],
)
def test_a_set_up_link_can_be_had_at_any_time(home, monkeypatch, setting, base):
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    assert re.fullmatch(rf"{base}/setup/[\w-]{{43}}\n", said(home, "operators", "setup-link"))


def test_a_service_that_nobody_can_sign_in_to_says_how_on_one_line_of_its_own_and_no_longer_once_somebody_can(home):
    first = started(home)
    greetings = [line for line in first if "/setup/" in line]
    assert len(greetings) == 1
    assert re.fullmatch(r"nobody can sign in yet; .* http://127\.0\.0\.1:\d+/setup/[\w-]{43}", greetings[0])
    said(home, "operators", "add", "Ann", "--password-stdin", typed=PASSWORD)
    assert not [line for line in started(home) if "/setup/" in line]


def started(home):
    """The lines that `monitor run` says until it runs."""
    command = [sys.executable, "-c", "from monitor.cli import main; main()", "run", "--home", str(home)]
    environment = {**os.environ, "MONITOR_LISTEN": "127.0.0.1:0", "MONITOR_EMBEDDER": "none"}
    lines, deadline = [], time.monotonic() + 60
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as running:
        for line in running.stderr:
            lines.append(line.rstrip("\n"))
            if " running " in line or time.monotonic() > deadline:
                running.send_signal(signal.SIGTERM)
    return lines

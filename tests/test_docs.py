"""The documents keep up with the program: every setting, command and watchlist key stands in them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer.main

from monitor import cadence, config, watchlist
from monitor.cli import app
from monitor.health import State

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SUBSCRIBERS = (ROOT / "docs" / "subscribers.md").read_text("utf-8")
FEEDS = (ROOT / "docs" / "feeds.md").read_text("utf-8")


def commands(group=None, prefix: str = "monitor") -> list[str]:
    found = []
    for name, command in (group or typer.main.get_command(app)).commands.items():
        path = f"{prefix} {name}"
        found += commands(command, path) if hasattr(command, "commands") else [path]
    return found


@pytest.mark.parametrize("name", config.Settings.model_fields)
def test_every_setting_stands_in_the_readme(name):
    assert f"`MONITOR_{name.upper()}`" in README


@pytest.mark.parametrize("command", commands())
def test_every_command_stands_in_the_readme(command):
    assert f"`{command}" in README


@pytest.mark.parametrize("key", sorted({*watchlist.WATCHLIST_KEYS, *watchlist.TERM_KEYS}))
def test_every_watchlist_key_is_explained(key):
    assert f"{key}:" in README
    assert f"`{key}" in (ROOT / "docs" / "watchlists.md").read_text("utf-8")


@pytest.mark.parametrize("key", watchlist.NOTIFY_KEYS)
def test_every_key_of_a_subscriber_under_notify_is_explained(key):
    assert f"| `{key}` |" in SUBSCRIBERS


def test_the_examples_of_notify_and_of_cadences_are_read():
    (example,) = re.findall(r"```yaml\n(.*?)```", SUBSCRIBERS, re.DOTALL)
    assert len(watchlist.read(example, file="arms.yaml").notify) == 3
    table = SUBSCRIBERS.partition("## Cadences")[2].partition("\n- ")[0]
    written = re.findall(r"^\| `([a-z].*?)` \|", table, re.MULTILINE)
    assert [str(cadence.parse(each)) for each in written] == written
    assert {cadence.parse(each).kind for each in written} == set(cadence.Kind)


def test_the_examples_of_commands_for_subscribers_are_understood():
    (shown, looks) = re.findall(r"```sh\n(.*?)```", SUBSCRIBERS, re.DOTALL)
    for line in f"{shown}{looks}".splitlines():
        _, *words = shlex.split(line)
        command = typer.main.get_command(app)
        while hasattr(command, "commands"):
            command, *words = command.commands[words[0]], *words[1:]
        command.make_context(command.name, words)


@pytest.mark.parametrize("key", config.FEED_KEYS)
def test_every_key_of_a_feed_is_explained(key):
    assert f"| `{key}` |" in FEEDS
    assert re.search(rf"^(#   -|#    ) {key}: ", (ROOT / "feeds.yaml").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("state", State)
def test_every_state_of_a_feed_is_explained(state):
    assert f"| `{state.value}` |" in FEEDS


@pytest.mark.parametrize(
    "document",
    [
        "README.md",
        "CONTRIBUTING.md",
        "docs/feeds.md",
        "docs/watchlists.md",
        "docs/stories.md",
        "docs/subscribers.md",
        "docs/subscribing.md",
        "docs/bounces.md",
        "docs/operators.md",
        "docs/api.md",
    ],
)
def test_links_between_documents_lead_somewhere(document):
    text = (ROOT / document).read_text("utf-8")
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert ((ROOT / document).parent / target).exists(), f"{document} links to {target}"


def test_every_make_target_of_the_readme_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for named in re.findall(
        r"(?:^    |`)make ([a-z-]+)", README + (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE
    ):
        assert named in targets, named

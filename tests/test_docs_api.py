"""docs/api.md keeps up with the API: its calls answer, its receiver verifies, its tables are whole."""

from __future__ import annotations

import base64
import json
import re
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from desk import NOW
from switchboard import Switchboard

from monitor.pipeline import heralding
from monitor.values import News
from monitor.web.api.problems import Kind

DOCUMENT = (Path(__file__).parent.parent / "docs" / "api.md").read_text("utf-8")
CALLS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", DOCUMENT, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("curl ")
]


@pytest.fixture
def board(tmp_path):
    made = Switchboard(tmp_path)
    made.report("a", "one")
    made.report("b", "two", News.STORY)
    yield made
    made.store.close()


def ask(board, line):
    """What a line of curl is answered."""
    line = line.replace("$API", "https://news.example.org/api/v1").replace("$TOKEN", board.admin.token)
    words, headers, method, body, path = shlex.split(line)[1:], {"content-type": "application/json"}, "GET", b"", ""
    while words:
        match words.pop(0):
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name.lower()] = value
            case "-X":
                method = words.pop(0)
            case "-d":
                body = words.pop(0).encode()
            case "-u":
                user = words.pop(0)
                headers["authorization"] = f"Basic {base64.b64encode(user.encode()).decode()}"
            case url:
                parts = urlsplit(url)
                path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return board.desk.send(method, path, body, **headers)


def test_every_call_of_the_document_is_answered(board):
    assert len(CALLS) > 25
    for line in CALLS:
        answer = ask(board, line)
        assert 200 <= answer.status < 300, (line, answer.body)


def test_the_receiver_of_the_document_verifies_what_is_sent(monkeypatch):
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    room: dict = {}
    exec(code, room)
    monkeypatch.setattr(room["time"], "time", NOW.timestamp)
    secret = heralding.new_secret()
    headers = heralding.signed(secret, "msg_1", b"{}", NOW)
    assert room["is_genuine"](headers, b"{}", secret)
    assert not room["is_genuine"](headers, b"{ }", secret)
    assert not room["is_genuine"](headers, b"{}", heralding.new_secret())
    monkeypatch.setattr(room["time"], "time", lambda: NOW.timestamp() + 301)
    assert not room["is_genuine"](headers, b"{}", secret)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_problem_is_explained(kind):
    assert f"| `{kind}` |" in DOCUMENT


def test_the_problem_of_the_document_is_what_is_answered(board):
    (shown,) = re.findall(r"```json\n(.*?)```", DOCUMENT, re.DOTALL)
    assert board.read.get("/stories?limit=500").json == json.loads(shown)


def test_every_metric_is_explained(board):
    answer = board.desk.get("/metrics", authorization=f"Bearer {board.read.token}")
    names = set(re.findall(r"^(news_monitor_\w+?)(?:\{| )", answer.body, re.MULTILINE))
    assert names
    for name in names:
        assert f"`{name}`" in DOCUMENT, name

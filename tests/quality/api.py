"""Calls of the API made up from its own description: none may be a fault of the service, none may pass without a token.

    python tests/quality/api.py [--calls N] [--seed N]

Each operation gets its share: requests that fit the description, and some that do not; half of them name things that
are there. What comes back must be what the description says. Each request is made again without a token, and one that
changes anything with a token that may only read: 401 and 403 are the only right answers.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import hypothesis
import requests
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis import GenerationMode
from schemathesis.core import NOT_SET
from schemathesis.core.failures import Failure, FailureGroup

sys.path.insert(0, str(Path(__file__).parent.parent))
from switchboard import API, Switchboard

from monitor.values import News

if TYPE_CHECKING:
    import desk
    from schemathesis import Case

READERS = ("GET", "HEAD")
SETTINGS = {
    "deadline": None,
    "database": None,
    "derandomize": False,
    "phases": [Phase.generate],
    "suppress_health_check": list(HealthCheck),
}
"""Nothing is shrunk: a call that does harm is shown as it was."""


@dataclass
class Outcome:
    """What came of a run."""

    calls: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    operations: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    """Server errors, and whatever escaped."""
    open: list[str] = field(default_factory=list)
    """Answers without a token, or with one that may not."""
    untrue: list[str] = field(default_factory=list)
    """Answers that the description does not know."""

    @property
    def harm(self) -> list[str]:
        return [*self.faults, *self.open, *self.untrue]


class Run:
    """The calls of one run, into one service that keeps what they did."""

    def __init__(self, home: Path) -> None:
        self.board = Switchboard(home)
        for name, story, news in (("a", "one", News.STORY), ("b", "one", News.DEVELOPMENT), ("c", "two", News.STORY)):
            self.board.report(name, story, news, ago=len(name))
        self.board.desk.told("d", self.board.desk.reader)
        self.described = self.board.read.get("/openapi.json").json
        feed = self.board.read.get("/feeds").json["items"][0]["id"]
        self.known = {
            "story": ["one", "two"], "article": ["a", "b"], "development": [1, 2], "watchlist": ["arms", "ports"],
            "feed": [feed], "subscriber": [self.board.desk.reader], "word": [1, 2],
        }  # fmt: skip
        self.outcome = Outcome()

    def close(self) -> None:
        self.board.store.close()

    def make(self, calls: int, seed: int) -> Outcome:
        """At least so many calls, evenly over the operations."""
        schema = schemathesis.openapi.from_dict(self.described)
        operations = [found.ok() for found in schema.get_all_operations()]
        while self.outcome.calls < calls:
            each = (calls - self.outcome.calls) // (2 * len(operations)) + 1  # of each case come two calls or three
            for operation in operations:
                self._share(operation, GenerationMode.POSITIVE, each * 2 // 3 + 1, seed)
                self._share(operation, GenerationMode.NEGATIVE, each // 3 + 1, seed)
            seed += 1
        return self.outcome

    def _share(self, operation: Any, mode: GenerationMode, most: int, seed: int) -> None:
        @hypothesis.seed(seed)
        @hypothesis.settings(max_examples=most, **SETTINGS)
        @hypothesis.given(operation.as_strategy(generation_mode=mode))
        def call(case: Case) -> None:
            self._call(case)

        try:
            call()
        except hypothesis.errors.Unsatisfiable:  # an operation that takes nothing cannot be asked wrongly
            return

    def _call(self, case: Case) -> None:
        path, body, headers = self._request(case)
        method = case.method.upper()
        name = f"{method} {path} {body[:300]!r}"
        self.outcome.operations[f"{method} {case.path}"] += 1
        answer = self._asked(name, method, path, body, headers | self._token(self.board.admin.token))
        if answer is not None:
            self._hold(name, case, answer)
        without = self._asked(name, method, path, body, headers)
        if without is not None and without.status != 401:
            self.outcome.open.append(f"{name}: {without.status} without a token")
        if self._changes(case):
            low = self._asked(name, method, path, body, headers | self._token(self.board.read.token))
            if low is not None and low.status not in (403, 404, 405, 413, 422):
                self.outcome.open.append(f"{name}: {low.status} with a token that may only read")

    def _request(self, case: Case) -> tuple[str, bytes, dict[str, str]]:
        parts = dict(case.path_parameters or {})
        number = self.outcome.operations.total()
        if number % 2:
            parts |= {name: self.known[name][number % len(self.known[name])] for name in parts if name in self.known}
        path = API + case.path.format(**{name: quote(str(value), safe="") for name, value in parts.items()})
        query = urlencode(case.query or {}, doseq=True, errors="replace")
        body = b"" if case.body is NOT_SET else json.dumps(case.body, default=str).encode()
        headers = {k.lower(): str(v) for k, v in (case.headers or {}).items() if str(v).isascii()}
        headers = {k: v for k, v in headers.items() if k in ("if-match", "if-none-match")}
        return f"{path}?{query}" if query else path, body, headers | {"content-type": "application/json"}

    @staticmethod
    def _token(token: str) -> dict[str, str]:
        return {"authorization": f"Bearer {token}"}

    def _asked(self, name: str, method: str, path: str, body: bytes, headers: dict[str, str]) -> desk.Answer | None:
        self.outcome.calls += 1
        try:
            answer = self.board.desk.send(method, path, body, **headers)
        except Exception as error:  # noqa: BLE001 -- whatever escapes is what this run looks for
            self.outcome.faults.append(f"{name}: {error!r}")
            return None
        self.outcome.statuses[answer.status] += 1
        if answer.status >= 500 and answer.status != 502:
            self.outcome.faults.append(f"{name}: {answer.status} {answer.body[:300]}")
        return answer

    def _changes(self, case: Case) -> bool:
        """Whether an operation takes more than the right to read."""
        told = self.described["paths"][case.path][case.method.lower()]
        return case.method.upper() not in READERS and told["x-scope"] != "read"

    def _hold(self, name: str, case: Case, answer: desk.Answer) -> None:
        """Against the description: the status, the kind of content, and the form of a JSON body."""
        told = self.described["paths"][case.path][case.method.lower()]["responses"]
        said = told.get(str(answer.status), told["default"])
        kind = answer.headers.get("content-type", "").partition(";")[0]
        content = said.get("content", {})
        if answer.status >= 400 and kind != "application/problem+json":
            self.outcome.untrue.append(f"{name}: {answer.status} as {kind}")
        elif content and kind not in content:
            self.outcome.untrue.append(f"{name}: {answer.status} as {kind}, described as {sorted(content)}")
        elif kind.endswith("json"):
            try:
                case.operation.validate_response(_response(answer))
            except (Failure, FailureGroup) as error:
                self.outcome.untrue.append(f"{name}: {str(error)[:1000]}")


def _response(answer: desk.Answer) -> schemathesis.Response:
    headers = {name: [value] for name, value in answer.headers.items()}
    asked = requests.Request("GET", "http://news.example.org/").prepare()
    return schemathesis.Response(answer.status, headers, answer.body.encode(), asked, 0.0, verify=False)


def run(calls: int, seed: int) -> Outcome:
    """A run in a folder of its own."""
    with tempfile.TemporaryDirectory() as home:
        made = Run(Path(home))
        try:
            return made.make(calls, seed)
        finally:
            made.close()


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--calls", type=int, default=10_000)
    reader.add_argument("--seed", type=int, default=1)
    asked = reader.parse_args()
    outcome = run(asked.calls, asked.seed)
    for status, count in sorted(outcome.statuses.items()):
        print(f"{status}  {count:6,}")
    print(f"{outcome.calls:,} calls of {len(outcome.operations)} operations, seed {asked.seed}")
    print(f"server errors: {len(outcome.faults)}")
    print(f"answers without authentication where it is due: {len(outcome.open)}")
    print(f"answers that the description does not know: {len(outcome.untrue)}")
    for harm in outcome.harm[:20]:
        print(f"  {harm}")
    return 1 if outcome.harm else 0


if __name__ == "__main__":
    sys.exit(main())

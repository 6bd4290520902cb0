"""Sets the demo up: a home folder as an operator would have it, apart from the operator's own settings and log."""

from __future__ import annotations

import json
import logging
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from monitor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from monitor.demo.server import Web

MARK = "made-by-monitor-demo"
"""Stands in a folder that the demo made: only such a folder is ever cleared."""

PORT = 8088
"""Where the pages stand, unless they are told otherwise: 8080 may be the service's own."""

SETTINGS = """\
# The demo's settings; see the README for all of them.
MONITOR_ALLOW_NETWORKS=127.0.0.0/8
MONITOR_HOST_GAP=0
MONITOR_DIGEST_MINUTES=0
MONITOR_MAIL_FROM=news-monitor@example.org
MONITOR_CONTACT=operator@example.org
MONITOR_SIGNUP=open
MONITOR_LISTEN=127.0.0.1:{port}
MONITOR_BASE_URL=http://127.0.0.1:{port}
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the demo's files stand."""

    out: Path

    @property
    def home(self) -> Path:
        """What `--home` names: feeds.yaml, watchlists/, storage/."""
        return self.out / "home"

    @property
    def digests(self) -> Path:
        """Each digest as .eml and as .html."""
        return self.out / "digests"

    @property
    def log(self) -> Path:
        return self.out / "log.txt"


def build(out: Path, web: Web, port: int = PORT) -> Stage:
    """An empty stage in `out`, whose pages are to stand at a port of this machine.

    Raises InputError where the folder holds something that the demo did not make.
    """
    stage = Stage(out)
    if out.exists() and any(out.iterdir()):
        if not (out / MARK).exists():
            raise InputError(str(out), "is not empty and was not made by the demo; name another folder by --out")
        shutil.rmtree(out)
    stage.digests.mkdir(parents=True)
    (out / MARK).touch()
    (stage.home / "watchlists").mkdir(parents=True)
    for name, text in web.world.watchlists.items():
        (stage.home / "watchlists" / name).write_text(text, "utf-8")
    (stage.home / "feeds.yaml").write_text(_feeds(web), "utf-8")
    (stage.home / ".env").write_text(SETTINGS.format(port=port), "utf-8")
    return stage


@contextmanager
def apart(stage: Stage) -> Iterator[None]:
    """The operator's MONITOR_ variables set aside (no demo mail may go to a real server), the log in the stage."""
    theirs = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("MONITOR_")}
    configured = structlog.get_config()
    lines = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    try:
        with stage.log.open("w", encoding="utf-8") as log:
            structlog.configure(
                processors=[structlog.processors.add_log_level, lines],
                wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
                logger_factory=structlog.WriteLoggerFactory(log),
                cache_logger_on_first_use=False,
            )
            yield
    finally:
        structlog.configure(**configured)
        os.environ.update(theirs)


def _feeds(web: Web) -> str:
    """A feeds.yaml; JSON strings are YAML strings in every script."""
    rows = [
        f"  - url: {web.feed_url(outlet)}\n"
        f"    title: {json.dumps(outlet.title, ensure_ascii=False)}\n"
        f'    language: "{outlet.language}"\n'
        f'    country: "{outlet.country}"\n'
        for outlet in web.world.outlets
    ]
    return "feeds:\n" + "".join(rows)

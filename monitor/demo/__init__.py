"""The main job on an embedded little world: `monitor demo` shows the whole way on invented news in many languages."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from monitor import digest
from monitor.demo import play, server, serving, stage, summary, world
from monitor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from monitor.demo.play import Played, Scene
    from monitor.demo.server import Web
    from monitor.demo.stage import Stage
    from monitor.values import Mail


def run(out: Path, console: Console | None = None, port: int | None = None) -> int:
    """Play the demo into the folder `out` and say what happened; 0, or 2 where the folder or port is not to be had.

    With a port the pages then stay up there, on this machine alone, until Ctrl-C.
    """
    console = console or _console()
    started = time.monotonic()
    with server.Web(world.load()) as web:
        try:
            if port is not None:
                serving.claim(port)
            here = stage.build(out, web, stage.PORT if port is None else port)
        except InputError as error:
            console.print(str(error), style="red", markup=False)
            return 2
        console.print(summary.opening(web.world))
        played = _play(web, here, console)
        mails = write_digests(here, [mail for scene in played.scenes for mail in scene.mails])
        console.print(summary.whole(played, mails, here, time.monotonic() - started))
        if port is None:
            console.print(summary.how_to_look(serving.address(stage.PORT)))
        else:
            _serve(web, here, console, port)
    return 0


def write_digests(here: Stage, mails: Sequence[Mail]) -> list[tuple[Mail, str]]:
    """Each mail as .eml and .html in the stage's folder, with the name of its files without their ending."""
    named = [(mail, f"{number:02}-{mail.to.split('@')[0]}") for number, mail in enumerate(mails, 1)]
    for mail, name in named:
        (here.digests / f"{name}.eml").write_bytes(mail.data)
        (here.digests / f"{name}.html").write_text(digest.html_part(mail), "utf-8")
    return named


def _play(web: Web, here: Stage, console: Console) -> Played:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("rounds"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("reading, matching, placing, telling", total=len(web.world.rounds))

        def watch(scene: Scene) -> None:
            console.print(summary.scene(scene))
            progress.advance(task)

        with stage.apart(here):
            return asyncio.run(play.play(web, here, watch))


def _serve(web: Web, here: Stage, console: Console, port: int) -> None:
    """The pages stay up until Ctrl-C."""

    async def until_stopped() -> None:
        async with serving.open_pages(here, port, web.now) as opened:
            console.print(summary.opened(opened, web.now))
            await asyncio.Event().wait()

    with stage.apart(here), contextlib.suppress(KeyboardInterrupt):
        asyncio.run(until_stopped())


def _console() -> Console:
    """The terminal as it is; where a file or a pipe listens, plain text with room for a headline."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=120)

"""Walks a home folder in processes that die at a named point; `torture.py` says where. Never part of the program.

Reads lines "HOME<tab>COMMAND<tab>POINT<tab>PASSAGE<tab>SECONDS" and answers each with the exit code of a process forked
for it, -9 where it was killed. POINT may be empty; SECONDS after its start it is killed in any case, 0: not.
"""

from __future__ import annotations

import asyncio
import multiprocessing.forkserver
import os
import signal
import sys
import time
import traceback
from pathlib import Path

from monitor import points, service


def main() -> None:
    server = multiprocessing.forkserver._forkserver
    server.set_forkserver_preload(["monitor.pipeline.workers"])
    server.ensure_running()
    server.ensure_running = lambda: None  # the walks share it: none has to import everything again for its workers
    for line in sys.stdin:
        home, command, point, passage, seconds = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            _walk(Path(home), command, point, int(passage))
        if float(seconds):
            _kill_after(child, float(seconds))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _walk(home: Path, command: str, point: str, passage: int) -> None:
    """In the child: one round, or the service until it is killed; ends the process."""
    ahead = passage

    def die(here: points.Point) -> None:
        nonlocal ahead
        ahead -= here == point
        if ahead == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    if point:
        points.watch(die)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    log = os.open(home / "walk.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    try:
        asyncio.run(service.once(home) if command == "once" else service.run(home))
    except BaseException:  # noqa: BLE001 -- whatever it was: it is to be read in the log
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _kill_after(child: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):  # ended by itself
            return
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main()

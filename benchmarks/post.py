"""Mails a second out of the outbox, to a server in another process: `python -m benchmarks.post`.

CPU seconds are of this process alone. Beside the sender as it is: one connection and one claim for each mail.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import multiprocessing
import resource
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from monitor import deliver
from monitor.pipeline import send
from monitor.store import Store, outbox
from monitor.values import Mail

NOW = datetime(2025, 5, 29, 12, tzinfo=UTC)
BODY = b"Subject: News\r\n\r\n" + b"A line of news that is about as long as a line.\r\n" * 400  # 20 KB


def serve(ready: Any) -> None:
    """An SMTP server that takes everything and keeps nothing."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            if line == b"DATA\r\n":
                writer.write(b"354 go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
            writer.write(b"221 bye\r\n" if line == b"QUIT\r\n" else b"250 ok\r\n")
        writer.close()

    async def listen() -> None:
        server = await asyncio.start_server(talk, "127.0.0.1", 0, limit=1 << 22)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(listen())


def measure(port: int, mails: int, connections: int, ahead: int) -> str:
    """A line: mails a second of CPU and of the clock, and how much the process grew."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'monitor.db'}")
        with store.session() as session:
            for number in range(mails):
                address = f"r{number}@d{number % 997}.example"
                outbox.queue(session, Mail(address, "News", f"<{number}@x>", BODY), NOW)
        send.AHEAD = ahead
        way_out = deliver.open_outlet(f"smtp://127.0.0.1:{port}", Path(folder), "news@x.example", connections)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        cpu, clock = time.process_time(), time.monotonic()
        asyncio.run(send.Sender(store, way_out).send_waiting(NOW))
        cpu, clock = time.process_time() - cpu, time.monotonic() - clock
        assert store.outbox.counts() == {"sent": mails}
        store.close()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024
    return f"{connections:11} {ahead:12} {mails / cpu:12.0f} {mails / clock:14.0f} {grown:10.0f} MB"


def main() -> None:
    reader = argparse.ArgumentParser()
    reader.add_argument("--mails", type=int, default=10_000)
    mails = reader.parse_args().mails
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    port = ours.recv()
    print("connections  claimed ahead  mails/CPU s  mails/s clock   grown by")
    for connections, ahead in ((1, 1), (4, 4)):
        print(measure(port, mails, connections, ahead), flush=True)
    server.terminate()


if __name__ == "__main__":
    main()

"""`python -m benchmarks.mail`: messages a second of CPU time, one digest to many recipients, three ways side by side.

"once" writes the body once and fills in what is each reader's own; "each" renders every mail from its templates;
"EmailMessage" gives the finished bodies to the standard library for every mail, as most programs do, and that without
rendering. Memory is what the process grew by over the run.
"""

from __future__ import annotations

import itertools
import resource
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from benchmarks import invention, measures
from monitor import digest
from monitor.values import Digest, Subscriber

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RECIPIENTS = 10_000
RENDERED = 300
"""Mails that are rendered one by one: the rate is the same for more."""
STORIES = 10
SETTINGS = digest.MailSettings("news@news.example", "https://news.example", "secret", "desk@news.example")


def main() -> None:
    one = measures.digest_of(invention.articles(STORIES), 1)
    table = Table(title=f"One digest of {STORIES} stories, {len(digest.render(one, SETTINGS).data):,} octets")
    for heading in ("way", "mails", "a second of CPU", "memory grew by, MB"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for way, write, mails in (
        ("once", _once, RECIPIENTS),
        ("each", _each, RENDERED),
        ("EmailMessage", _standard, RECIPIENTS),
    ):
        rate, grown = _measured(write, one, mails)
        table.add_row(way, f"{mails:,}", f"{rate:,.0f}", f"{grown:.1f}")
    Console().print(table)


def _measured(write: Callable[[Iterator[Digest]], Iterator[bytes]], one: Digest, mails: int) -> tuple[float, float]:
    before, start = _memory(), time.process_time()
    for _ in write(_to(one, mails)):
        pass
    return mails / (time.process_time() - start), _memory() - before


def _to(one: Digest, mails: int) -> Iterator[Digest]:
    for number in range(1, mails + 1):
        reader = Subscriber(number, f"reader{number}@news.example", one.subscriber.watchlists)
        yield Digest(reader, one.stories, one.now, one.titles)


def _once(digests: Iterator[Digest]) -> Iterator[bytes]:
    printer = digest.Printer(SETTINGS)
    return (printer.mail(each).data for each in digests)


def _each(digests: Iterator[Digest]) -> Iterator[bytes]:
    return (digest.render(each, SETTINGS).data for each in digests)


def _standard(digests: Iterator[Digest]) -> Iterator[bytes]:
    first = next(digests)
    finished = message_from_bytes(digest.render(first, SETTINGS).data, policy=policy.default)
    text, html = (finished.get_body((form,)).get_content() for form in ("plain", "html"))  # type: ignore[union-attr]
    for each in itertools.chain([first], digests):
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = (
            "news@news.example",
            each.subscriber.address,
            finished["Subject"],
        )
        message["Message-ID"] = f"<{each.subscriber.id}@news.example>"
        message.set_content(text)
        message.add_alternative(html, subtype="html")
        yield message.as_bytes()


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()

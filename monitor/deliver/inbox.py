"""The door in: a Maildir that the mail system puts returned mails into, each a file of its own.

A file in new/ is whole, for who delivers writes it in tmp/ and renames it (https://cr.yp.to/proto/maildir.html). What
is done with moves to cur/, flagged as seen.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST = 1000
"""Files in one look: a flood of forged ones must not keep the service from its work; the next look takes more."""


@dataclass(frozen=True, slots=True)
class Received:
    """One file of the Maildir, and the beginning of what it holds."""

    path: Path
    data: bytes


def received(folder: Path, largest: int) -> Iterator[Received]:
    """The mails that nobody looked at yet, at most `largest` bytes of each; InputError where `folder` is no Maildir.

    Only plain files count: a link could lead anywhere, and a pipe would be waited for for ever.
    """
    new = folder / "new"
    try:
        names = sorted(entry.name for entry in os.scandir(new) if entry.is_file(follow_symlinks=False))
    except OSError as error:
        problem = f"is no Maildir that can be read ({error.strerror}); it needs the folders new, cur and tmp"
        raise InputError(str(folder), problem) from None
    for name in names[:MOST]:
        data = _beginning(new / name, largest)
        if data is not None:
            yield Received(new / name, data)


def done(mail: Received) -> None:
    """Move it out of new/; InputError where that is not allowed: it would be read at every look."""
    seen = mail.path.parent.parent / "cur" / f"{mail.path.name.partition(':')[0]}:2,S"
    try:
        seen.parent.mkdir(exist_ok=True)
        mail.path.replace(seen)
    except FileNotFoundError:  # another reader was quicker
        return
    except OSError as error:
        raise InputError(str(mail.path), f"cannot be moved to cur ({error.strerror}); let us write there") from None


def _beginning(path: Path, largest: int) -> bytes | None:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:  # gone, or not ours to read: the next look tells
        return None
    with os.fdopen(handle, "rb") as file:
        return file.read(largest) if stat.S_ISREG(os.fstat(handle).st_mode) else None

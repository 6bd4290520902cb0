"""A folder of mails, for those without a mail server."""

from __future__ import annotations

import asyncio
import hashlib
import os
from typing import TYPE_CHECKING

from monitor.deliver.outlet import nothing
from monitor.errors import DeliveryError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from monitor import values


class MaildirOutlet:
    """A folder of mails that any mail program opens (https://cr.yp.to/proto/maildir.html).

    A mail's file is named after its recipient and Message-ID, so the very same mail sent twice is there once, even when
    the first attempt was cut short or its reader has moved it from new/ to cur/ since.
    """

    connections = 1

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, mail: values.Mail, reached: Callable[[], None] = nothing, sender: str | None = None) -> None:  # noqa: ARG002 -- a file has no envelope
        """Write the mail whole or not at all."""
        reached()
        try:
            await asyncio.to_thread(self._keep, mail)
        except OSError as error:
            problem = f"the mail folder cannot be written ({error.strerror})"
            raise DeliveryError(mail.to, problem, Fault.SERVER) from error

    async def close(self) -> None:
        """Nothing is held open."""

    def _keep(self, mail: values.Mail) -> None:
        for part in ("tmp", "new", "cur"):
            (self._folder / part).mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(f"{mail.to}\n{mail.message_id}".encode()).hexdigest()[:32] + ".news-monitor"
        if (self._folder / "new" / name).exists() or any((self._folder / "cur").glob(f"{name}*")):
            return
        draft = self._folder / "tmp" / name
        with draft.open("wb") as file:
            file.write(mail.data)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self._folder / "new" / name)

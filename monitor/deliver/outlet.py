"""What every way out of the house has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor import values


def nothing() -> None:
    """For those who need not know when a mail's content begins to leave."""


class Outlet(Protocol):
    """Takes mails over."""

    connections: int
    """How many mails it takes at the same time; more than these wait."""

    async def send(self, mail: values.Mail, reached: Callable[[], None] = nothing, sender: str | None = None) -> None:
        """Hand one mail over; raises DeliveryError.

        `reached` is called right before the first byte of its content leaves; what it raises ends the attempt there.
        `sender` is where its bounce goes, where that is not the outlet's own address.
        """

    async def close(self) -> None:
        """End a batch of mails; the next `send` begins another."""

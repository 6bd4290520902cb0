"""One tree of errors; each names its subject first and the way out last.

MonitorError
|-- ConfigError         feeds.yaml, a watchlist or a setting cannot be used (carries every complaint at once)
|-- InputError          a workbench input file breaks its form
|-- FetchError          the web did not answer with something to read
|   |-- RefusedError    an address that must not be asked: private network, bad scheme, robots.txt, too many redirects
|   `-- NotNowError     a site that is to be left alone for now
|-- FeedError           bytes that are no feed
|-- PageError           bytes that are no readable page
|-- StoreError          the database cannot be used
`-- DeliveryError       a mail was not accepted
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


class MonitorError(Exception):
    """Something went wrong that a person can mend."""

    def __init__(self, subject: str, problem: str) -> None:
        super().__init__(subject, problem)
        self.subject = subject
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.subject}: {self.problem}"


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    """One thing wrong in an operator's file, as `file:line: problem`."""

    file: str
    line: int
    problem: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.problem}" if self.line else f"{self.file}: {self.problem}"


class ConfigError(MonitorError):
    """The operator's files or settings cannot be used; `complaints` holds every reason, in file order."""

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        self.complaints = tuple(sorted(complaints))
        super().__init__(self.complaints[0].file, self.complaints[0].problem)

    def __str__(self) -> str:
        return "\n".join(map(str, self.complaints))


class InputError(MonitorError):
    """A workbench input line breaks its form."""


class FetchError(MonitorError):
    """The web did not answer with something to read."""


class RefusedError(FetchError):
    """An address that must not be asked."""


class NotNowError(FetchError):
    """A site that is to be left alone until a time."""

    def __init__(self, subject: str, problem: str, until: datetime) -> None:
        super().__init__(subject, problem)
        self.until = until


class FeedError(MonitorError):
    """These bytes are no feed."""


class PageError(MonitorError):
    """A page cannot be read."""


class StoreError(MonitorError):
    """The database cannot be used."""


class Fault(StrEnum):
    """Whose fault it is that a mail was not accepted: what follows from it differs."""

    ADDRESS = "address"
    """The address takes no mail and never will: no more mail goes there."""
    MAIL = "mail"
    """This mail to this address, now: the very same bytes are tried again later, nobody else is concerned."""
    DOMAIN = "domain"
    """The same, and the domain wants fewer mails at a time."""
    SERVER = "server"
    """The way out itself: no mail could leave by it now, and none is to blame."""


class DeliveryError(MonitorError):
    """A mail was not accepted."""

    def __init__(
        self, subject: str, problem: str, fault: Fault, *, reply: str | None = None, in_doubt: bool = False
    ) -> None:
        super().__init__(subject, problem)
        self.fault = fault
        self.reply = reply
        """The server's own words, with their code; None where it said nothing."""
        self.in_doubt = in_doubt
        """Whether the mail may have arrived all the same: its content left, and no reply came."""

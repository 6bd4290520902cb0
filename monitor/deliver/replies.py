"""What a mail server's reply means: whose fault it is, by the stage of the talk, the code and the enhanced code. Pure.

    stage            drop or stall   4xx       421, 4.7.x   5xx                   anything else
    -------------------------------------------------------------------------------------------
    connect ... MAIL server          server    server       server                server
    RCPT             mail            mail      domain       address, mail, server mail
    DATA             mail            mail      domain       address, mail, server mail
    end of DATA      mail, in doubt  mail      domain       address or mail       mail, in doubt

RFC 5321 gives the codes, RFC 3463 and its registry the enhanced ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from monitor.errors import Fault

LONGEST = 300
"""Letters of a reply that are kept: what a person needs, whatever a server says."""


class Stage(StrEnum):
    """How far the talk about a mail has come."""

    CONNECT = "connect"
    """Connection, greeting, EHLO, STARTTLS and AUTH."""
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    """The command, before any content."""
    END = "end of DATA"
    """The content has left, or a part of it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said; a code outside of 200-599 was no SMTP."""

    code: int
    text: str

    @property
    def enhanced(self) -> str | None:
        """The enhanced code, where there is one of the class of the reply (RFC 2034, section 4)."""
        found = _ENHANCED.match(self.text)
        return found[0] if found and found[0][0] == str(self.code)[:1] else None

    @property
    def is_refusal(self) -> bool:
        """Whether it says in so many words that nothing was taken."""
        return 400 <= self.code < 600

    @classmethod
    def read(cls, said: str) -> Reply:
        """A reply as str() wrote it."""
        code, _, text = said.partition(" ")
        return cls(int(code) if code.isdecimal() else 0, text)

    def __str__(self) -> str:
        said = " ".join(self.text.encode("utf-8", "replace").decode().split())
        return f"{self.code} {said}"[:LONGEST].strip() if 200 <= self.code < 600 else "an answer that is not SMTP"


_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")

# Replies that say "this address will never do" (RFC 3463): no such mailbox, host or syntax, moved without a new
# address, a domain without mail, a disabled box. A full box (5.2.2), policy (5.7.x) and our own sender (5.1.7, 5.1.8)
# say nothing of the kind. Older servers say it by the bare code at RCPT (RFC 5321, 4.2.3).
_DEAD_ADDRESS = re.compile(r"5\.(?:1\.(?:0|1|2|3|6|10)|2\.1)")
_DEAD_BARE = (501, 550, 551, 553)

# Said at RCPT or DATA by servers that do not want to talk to us at all: authentication required or too weak, TLS
# required (RFC 4954, section 6; RFC 3207, section 4). No recipient is to blame.
_OF_THE_SERVER = (530, 534, 535, 538)


def fault(stage: Stage, reply: Reply | None) -> Fault:
    """Whose fault a reply, or the lack of one, is."""
    if stage in (Stage.CONNECT, Stage.MAIL):
        return Fault.SERVER
    if reply is None or not reply.is_refusal:
        return Fault.MAIL
    if reply.code in _OF_THE_SERVER and stage is not Stage.END:
        return Fault.SERVER
    if reply.code == 421 or (reply.enhanced or "").startswith("4.7."):
        return Fault.DOMAIN
    return Fault.ADDRESS if _is_dead(stage, reply) else Fault.MAIL


def is_in_doubt(stage: Stage, reply: Reply | None) -> bool:
    """Whether the mail may have arrived although it does not count as accepted."""
    return stage is Stage.END and not (reply and reply.is_refusal)


def _is_dead(stage: Stage, reply: Reply) -> bool:
    if reply.code < 500:
        return False
    if reply.enhanced:
        return bool(_DEAD_ADDRESS.fullmatch(reply.enhanced))
    return stage is Stage.RCPT and reply.code in _DEAD_BARE

"""DKIM signatures (RFC 6376): a receiver can prove that a mail is ours and that nobody changed it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import dkim

from monitor import values
from monitor.errors import Complaint, ConfigError

if TYPE_CHECKING:
    from pathlib import Path

SIGNED = (
    b"From", b"To", b"Subject", b"Date", b"Message-ID", b"In-Reply-To", b"References",
    b"List-Id", b"List-Unsubscribe", b"List-Unsubscribe-Post", b"MIME-Version", b"Content-Type",
)  # fmt: skip
"""What a signature covers: RFC 6376, 5.4.1, and the List headers: RFC 8058, section 4 wants them signed."""

OVERSIGNED = (b"From", b"Subject")
"""Named once more than they stand there: a second one that somebody adds breaks the signature (RFC 6376, 8.15)."""

_TRIAL = values.Mail("", "", "", b"From: a@example.org\r\nSubject: trial\r\n\r\ntrial\r\n")


class Signer:
    """Signs mails with one key."""

    def __init__(self, key: bytes, selector: str, domain: str) -> None:
        self._key = key
        self._selector = selector.encode()
        self._domain = domain.encode("idna")

    def sign(self, mail: values.Mail) -> values.Mail:
        """The mail with its signature in front, to be frozen so: a signature has its time, what is sent again has not.

        Relaxed for headers, simple for the body: relays fold headers anew, and none may touch the body.
        """
        signer = dkim.DKIM(mail.data)
        here = {name.lower() for name, _ in signer.headers}
        include = [name for name in SIGNED if name.lower() in here] + list(OVERSIGNED)
        signature = signer.sign(
            self._selector,
            self._domain,
            self._key,
            canonicalize=(b"relaxed", b"simple"),
            include_headers=[name.lower() for name in include],
        )
        return dataclasses.replace(mail, data=signature + mail.data)


def open_signer(key_file: Path | None, selector: str | None, mail_from: str) -> Signer | None:
    """The signer that the settings ask for, None where they ask for none; raises ConfigError for a key that is none."""
    if key_file is None and selector is None:
        return None
    if key_file is None or not selector:
        missing = "MONITOR_DKIM_KEY" if key_file is None else "MONITOR_DKIM_SELECTOR"
        problem = "is not set, and a signature needs both key and selector; see docs/mail.md"
        raise ConfigError([Complaint(missing, 0, problem)])
    signer = Signer(_read(key_file), selector, mail_from.rpartition("@")[2].rstrip("> "))
    try:
        signer.sign(_TRIAL)
    except (dkim.DKIMException, UnicodeError) as error:
        problem = f"{key_file} holds no RSA key in PEM form ({error}); see docs/mail.md for how to make one"
        raise ConfigError([Complaint("MONITOR_DKIM_KEY", 0, problem)]) from None
    return signer


def _read(key_file: Path) -> bytes:
    try:
        return key_file.read_bytes()
    except OSError as error:
        problem = f"{key_file} cannot be read ({error.strerror}); name the file with the private key"
        raise ConfigError([Complaint("MONITOR_DKIM_KEY", 0, problem)]) from None

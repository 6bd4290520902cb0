"""Headers and bodies -> the bytes of a message, where the standard library's own writer goes wrong.

`email.policy.SMTP` corrupts long subjects of mixed scripts, breaks links in List-Unsubscribe that are longer than 77
characters and, on Python 3.11.7, lets a line end inside an encoded word become a header. Writing is the easy half of
RFC 5322: here it is.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from email.utils import parseaddr
from typing import TYPE_CHECKING

from monitor.digest import wording

if TYPE_CHECKING:
    from collections.abc import Sequence

LINE = 76
"""Characters of a header line that holds encoded words (RFC 2047 section 2); of a body line in base64."""
CHUNK = 39
"""Bytes in one encoded word: 52 letters of base64 and 12 of frame leave 12 of LINE for the header's name."""
ATOM_TEXT = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !#$%&'*+-/=?^_`{|}~")
"""What a display name may hold without quotes (RFC 5322 section 3.2.3), and the space between its words."""


def write(headers: Sequence[tuple[str, str]], text: str, html: str) -> bytes:
    """A multipart/alternative message: the headers as given (already encoded), then the plain text, then the page.

    The same arguments give the same bytes. Every line ends in CRLF and is shorter than 998 octets.
    """
    parts = [_part("plain", text), _part("html", html)]
    boundary = "=_" + hashlib.sha256(b"".join(parts)).hexdigest()[:32]  # "=_" stands in no encoded body
    frame = [
        *headers,
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative; boundary="{boundary}"'),
    ]
    head = "".join(f"{name}: {_one_header(value)}\r\n" for name, value in frame).encode()
    middle = b"".join(b"--%b\r\n%b\r\n" % (boundary.encode(), part) for part in parts)
    return head + b"\r\n" + middle + f"--{boundary}--\r\n".encode()


def unstructured(text: str) -> str:
    """Any text as the value of a header like Subject: plain where it is ASCII, else encoded words (RFC 2047)."""
    line = wording.one_line(text)
    if line.isascii() and "=?" not in line:
        return _folded(line.split(" "))
    return _folded(_encoded_words(line))


def mailbox(name: str, address: str) -> str:
    """A display name and an address as the value of a header like From."""
    shown, bare = wording.clean(name), addr_spec(address)
    if not shown:
        return bare
    if not shown.isascii() or "=?" in shown:
        phrase = _folded(_encoded_words(shown))
    elif ATOM_TEXT.issuperset(shown):
        phrase = shown
    else:
        phrase = '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{phrase} <{bare}>"


def addr_spec(address: str) -> str:
    """The bare address, its domain in ASCII; a name before the @ in other letters stays, and needs SMTPUTF8."""
    bare = "".join(parseaddr(wording.clean(address))[1].split())
    local, at, host = bare.rpartition("@")
    return local + at + domain(host)


def domain(host: str) -> str:
    """A host name in ASCII (IDNA), or as it is where it is no host name."""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _encoded_words(text: str) -> list[str]:
    """RFC 2047 section 5 (1): each word holds whole characters, so a reader may decode it on its own."""
    chunks, chunk = [], b""
    for letter in text:
        octets = letter.encode()
        if len(chunk) + len(octets) > CHUNK:
            chunks.append(chunk)
            chunk = b""
        chunk += octets
    return [f"=?utf-8?b?{base64.b64encode(each).decode()}?=" for each in (*chunks, chunk)]


def _folded(words: Sequence[str]) -> str:
    """Words parted by single blanks, with a line end before a blank wherever a line would grow over LINE."""
    lines, line = [], ""
    for word in words:
        if line and len(line) + 1 + len(word) > LINE - 12:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\r\n ".join((*lines, line))


def _one_header(value: str) -> str:
    """The value, proven to be one header: the last gate before bytes."""
    if any(letter in line for line in value.split("\r\n ") for letter in "\r\n\0"):
        raise ValueError(f"a header cannot hold a line end: {value!r}")
    return value


def _part(subtype: str, text: str) -> bytes:
    """One body in whichever of base64 and quoted-printable is shorter."""
    raw = "\r\n".join(text.split("\n")).encode()
    quoted = binascii.b2a_qp(raw, istext=True)
    packed = base64.encodebytes(raw).replace(b"\n", b"\r\n")
    encoding, body = ("base64", packed) if len(packed) < len(quoted) else ("quoted-printable", quoted)
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode() + body

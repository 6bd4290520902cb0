"""Headers and bodies -> the bytes of a message, where the standard library's own writer goes wrong.

`email.policy.SMTP` corrupts long subjects of mixed scripts, breaks links in List-Unsubscribe that are longer than 77
characters and, on Python 3.11.7, lets a line end inside an encoded word become a header. Writing is the easy half of
RFC 5322: here it is.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from email.utils import parseaddr
from typing import TYPE_CHECKING

from monitor.digest import wording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LINE = 76
"""Characters of a header line that holds encoded words (RFC 2047 section 2); of a body line in base64."""
TOKEN, KEY = "\ue000", "\ue001"
"""Holes in a body: private characters, which `wording.clean` lets through from no feed."""
_HOLE = re.compile(f"([{TOKEN}{KEY}])")
CHUNK = 39
"""Bytes in one encoded word: 52 letters of base64 and 12 of frame leave 12 of LINE for the header's name."""
ATOM_TEXT = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !#$%&'*+-/=?^_`{|}~")
"""What a display name may hold without quotes (RFC 5322 section 3.2.3), and the space between its words."""


class Form:
    """A multipart/alternative message, plain text and page, written once for many recipients.

    Where a body holds the hole TOKEN or KEY, each recipient's own word goes; only that is encoded for each.
    """

    def __init__(self, text: str, html: str) -> None:
        self._parts = (_Cast("plain", text), _Cast("html", html))
        digest = hashlib.sha256(f"{len(text)}\n{text}{html}".encode()).hexdigest()
        self._boundary = b"=_" + digest[:32].encode()  # "=_" stands in no encoded body

    def write(self, headers: Sequence[tuple[str, str]], token: str, key: str) -> bytes:
        """The message: the headers as given (already encoded), then both bodies.

        The same arguments give the same bytes. Every line ends in CRLF and is shorter than 998 octets.
        """
        frame = [
            *headers,
            ("MIME-Version", "1.0"),
            ("Content-Type", f'multipart/alternative; boundary="{self._boundary.decode()}"'),
        ]
        head = "".join(f"{name}: {_one_header(value)}\r\n" for name, value in frame).encode()
        words = {TOKEN: token.encode("ascii"), KEY: key.encode("ascii")}
        middle = b"".join(b"--%b\r\n%b\r\n" % (self._boundary, part.filled(words)) for part in self._parts)
        return head + b"\r\n" + middle + b"--%b--\r\n" % self._boundary


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


class _Cast:
    """One body in whichever of base64 and quoted-printable is shorter, cut at its holes."""

    def __init__(self, subtype: str, text: str) -> None:
        pieces = _HOLE.split("\r\n".join(text.split("\n")))
        raw = [piece.encode() for piece in pieces[::2]]
        self._holes = pieces[1::2]
        quoted, packed = _quoted(raw), _packed(raw)
        shorter = sum(map(len, quoted)) > sum(len(each[0][0]) for each in packed)
        self._fill = self._pack if shorter else self._quote
        self._quoted, self._packed, self._raw = quoted, packed, raw
        encoding = "base64" if shorter else "quoted-printable"
        head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
        self._head = head.encode()

    def filled(self, words: Mapping[str, bytes]) -> bytes:
        """The part with its own head, each hole filled."""
        return self._head + self._fill([words[hole] for hole in self._holes])

    def _quote(self, words: Sequence[bytes]) -> bytes:
        """A soft line break (RFC 2045, 6.7) before and after each word."""
        out = [self._quoted[0]]
        for word, piece in zip(words, self._quoted[1:], strict=True):
            out += [b"=\r\n", word, b"=\r\n", piece]
        return b"".join(out)

    def _pack(self, words: Sequence[bytes]) -> bytes:
        """Base64 goes by threes: what a word leaves over is made up from the start of the next piece."""
        out, rest = [], b""
        for word, raw, packed in zip((b"", *words), self._raw, self._packed, strict=True):
            rest += word
            missing = -len(rest) % 3
            if len(raw) < missing:
                rest += raw
                continue
            lines, left = packed[missing]
            out += [_base64(rest + raw[:missing]), lines]
            rest = left
        return b"".join((*out, _base64(rest)))


def _quoted(pieces: Sequence[bytes]) -> list[bytes]:
    """`b2a_qp` breaks long lines as the piece's first line end is written, and by a bare LF where it has none."""
    quoted = (binascii.b2a_qp(piece, istext=True) for piece in pieces)
    return [piece.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for piece in quoted]


def _packed(pieces: Sequence[bytes]) -> list[list[tuple[bytes, bytes]]]:
    """Each piece without its first 0, 1 and 2 octets: the lines of its threes, and the octets left over."""
    found = []
    for piece in pieces:
        shifted = [piece[start:] for start in range(3)]
        ends = [len(each) - len(each) % 3 for each in shifted]
        found.append([(_base64(each[:end]), each[end:]) for each, end in zip(shifted, ends, strict=True)])
    return found


def _base64(octets: bytes) -> bytes:
    return base64.encodebytes(octets).replace(b"\n", b"\r\n")

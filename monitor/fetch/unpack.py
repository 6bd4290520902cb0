"""Bodies from the wire, decompressed as they come and never beyond their bounds."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

import brotli

from monitor import errors

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCEPTED = "gzip, deflate, br"
"""Only what can be decompressed in bounded steps. No zstd: the standard library has it from Python 3.14 on alone."""

_STEP = 1 << 16  # decompressed bytes held before the bounds are looked at again; brotli gives up to 96 kB for it
_MOST_MEMBERS = 1024  # each costs a copy of what follows it: half a million empty ones in 10 MB would take minutes
_RATIO_COUNTS_FROM = 1 << 20  # a small page may be very repetitive; a bomb is none before it has grown
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP, _ZLIB, _RAW_DEFLATE = 31, 15, -15  # zlib's wbits


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a server's answer is taken.

    Of 470 real feeds and pages the largest had 0.6 and 1.7 MB, and none over 1 MB packed better than 8 to 1.
    """

    wire: int = 10_000_000
    """Bytes as sent."""
    decoded: int = 20_000_000
    """Bytes after decompression."""
    ratio: int = 200
    """Decompressed bytes for one sent."""
    time: timedelta = timedelta(seconds=30)
    """For asking and answering, all redirects together; waiting for one's turn is not counted."""
    redirects: int = 5


class _Unpacker(Protocol):
    """Decompresses a stream in steps."""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """What `chunk` gives, at most some 100 kB at a time."""

    @property
    def ended(self) -> bool:
        """Whether the stream has come to its own end."""


class Body:
    """Collects one answer's body; raises FetchError in the name of `url` as soon as a bound is passed."""

    def __init__(self, url: str, encoding: str, bounds: Bounds) -> None:
        self._url, self._bounds = url, bounds
        self._encoding = encoding.strip().lower().removeprefix("x-")
        if self._encoding not in ("", "identity", "gzip", "deflate", "br"):
            raise errors.FetchError(url, f"the answer is packed in a way that was not asked for ({encoding[:40]})")
        self._unpacker: _Unpacker | None = _Brotli() if self._encoding == "br" else None
        self._head = b""
        self._plain = bytearray()
        self.wire_bytes = 0

    def add(self, chunk: bytes) -> None:
        """Take the next bytes from the wire."""
        self.wire_bytes += len(chunk)
        if self.wire_bytes > self._bounds.wire:
            raise errors.FetchError(self._url, f"the answer is larger than {self._bounds.wire:,} bytes")
        if self._unpacker is None:
            chunk = self._begin(chunk)
        if self._unpacker is None:
            self._keep(chunk)
        else:
            self._unpack(self._unpacker, chunk)

    def whole(self) -> bytes:
        """The decompressed body, once the wire has ended."""
        if self._unpacker is None or not self.wire_bytes:
            return bytes(self._head + self._plain)
        if not self._unpacker.ended:
            raise errors.FetchError(self._url, "the answer broke off: its compressed body has no end")
        return bytes(self._plain)

    def _begin(self, chunk: bytes) -> bytes:
        """Choose the decompression by the first bytes: servers say gzip and send plain text, or send bare deflate."""
        if self._encoding in ("", "identity"):
            return chunk
        self._head += chunk
        if len(self._head) < 2:
            return b""
        first, self._head = self._head, b""
        if self._encoding == "gzip" and first[:2] == _GZIP_MAGIC:
            self._unpacker = _Inflater(_GZIP)
        elif self._encoding == "deflate":
            zlib_header = first[0] & 15 == zlib.DEFLATED and int.from_bytes(first[:2], "big") % 31 == 0
            self._unpacker = _Inflater(_ZLIB if zlib_header else _RAW_DEFLATE)
        else:
            self._encoding = ""
        return first

    def _unpack(self, unpacker: _Unpacker, chunk: bytes) -> None:
        try:
            for plain in unpacker.feed(chunk):
                self._keep(plain)
        except (zlib.error, brotli.error) as error:
            raise errors.FetchError(self._url, "the answer's compressed body is damaged") from error

    def _keep(self, plain: bytes) -> None:
        self._plain += plain
        size = len(self._plain)
        if size > self._bounds.decoded:
            raise errors.FetchError(self._url, f"the answer unpacks to more than {self._bounds.decoded:,} bytes")
        if size > _RATIO_COUNTS_FROM and size > self._bounds.ratio * self.wire_bytes:
            raise errors.FetchError(
                self._url, f"the answer unpacks to over {self._bounds.ratio} times its size: a bomb"
            )


class _Inflater:
    """gzip and deflate; gzip may come in several members (RFC 1952, 2.2), then padding."""

    def __init__(self, wbits: int) -> None:
        self._stream = zlib.decompressobj(wbits)
        self._members = 1
        self._head = b""

    @property
    def ended(self) -> bool:
        return self._stream.eof

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        while chunk := self._next_member(chunk):
            full = True
            while full and not self._stream.eof:
                plain = self._stream.decompress(chunk, _STEP)
                yield plain
                chunk = self._stream.unconsumed_tail
                full = bool(chunk) or len(plain) == _STEP
            chunk = self._stream.unused_data

    def _next_member(self, chunk: bytes) -> bytes:
        """The bytes to decompress, once a member has ended: none where padding follows."""
        if not self._stream.eof:
            return chunk
        self._head += chunk
        if len(self._head) < 2 or self._head[:2] != _GZIP_MAGIC:
            return b""
        self._members += 1
        if self._members > _MOST_MEMBERS:
            raise zlib.error("too many members")
        chunk, self._head, self._stream = self._head, b"", zlib.decompressobj(_GZIP)
        return chunk


class _Brotli:
    """brotli (RFC 7932)."""

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    @property
    def ended(self) -> bool:
        return bool(self._stream.is_finished())

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        yield self._stream.process(chunk, output_buffer_limit=_STEP)
        while not self._stream.can_accept_more_data():
            yield self._stream.process(b"", output_buffer_limit=_STEP)

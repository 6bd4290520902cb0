"""Bodies from the wire, decompressed as they come and never beyond their bounds."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import timedelta

from monitor import errors

ACCEPTED = "gzip, deflate"
"""Only what the standard library decompresses in bounded steps, on every supported Python."""

_STEP = 1 << 16  # decompressed bytes held before the bounds are looked at again
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


class Body:
    """Collects one answer's body; raises FetchError in the name of `url` as soon as a bound is passed."""

    def __init__(self, url: str, encoding: str, bounds: Bounds) -> None:
        self._url, self._bounds = url, bounds
        self._encoding = encoding.strip().lower().removeprefix("x-")
        if self._encoding not in ("", "identity", "gzip", "deflate"):
            raise errors.FetchError(url, f"the answer is packed in a way that was not asked for ({encoding[:40]})")
        self._unpacker: zlib._Decompress | None = None
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
            self._unpack(chunk)

    def whole(self) -> bytes:
        """The decompressed body, once the wire has ended."""
        if self._unpacker is None:
            return bytes(self._head + self._plain)
        if not self._unpacker.eof:
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
            self._unpacker = zlib.decompressobj(_GZIP)
        elif self._encoding == "deflate":
            zlib_header = first[0] & 15 == zlib.DEFLATED and int.from_bytes(first[:2], "big") % 31 == 0
            self._unpacker = zlib.decompressobj(_ZLIB if zlib_header else _RAW_DEFLATE)
        else:
            self._encoding = ""
        return first

    def _unpack(self, chunk: bytes) -> None:
        try:
            while chunk := self._next_member(chunk):
                chunk = self._step(chunk)
        except zlib.error as error:
            raise errors.FetchError(self._url, "the answer's compressed body is damaged") from error

    def _step(self, chunk: bytes) -> bytes:
        """Decompress what `chunk` gives, some at a time; the bytes after the end of a gzip member are left over."""
        assert self._unpacker is not None
        full = True
        while full and not self._unpacker.eof:
            plain = self._unpacker.decompress(chunk, _STEP)
            self._keep(plain)
            chunk = self._unpacker.unconsumed_tail
            full = bool(chunk) or len(plain) == _STEP
        return self._unpacker.unused_data

    def _next_member(self, chunk: bytes) -> bytes:
        """The bytes to decompress: gzip may come in several members (RFC 1952, 2.2), then padding."""
        assert self._unpacker is not None
        if not self._unpacker.eof:
            return chunk
        self._head += chunk
        if len(self._head) < 2 or self._head[:2] != _GZIP_MAGIC:
            return b""
        chunk, self._head, self._unpacker = self._head, b"", zlib.decompressobj(_GZIP)
        return chunk

    def _keep(self, plain: bytes) -> None:
        self._plain += plain
        size = len(self._plain)
        if size > self._bounds.decoded:
            raise errors.FetchError(self._url, f"the answer unpacks to more than {self._bounds.decoded:,} bytes")
        if size > _RATIO_COUNTS_FROM and size > self._bounds.ratio * self.wire_bytes:
            raise errors.FetchError(
                self._url, f"the answer unpacks to over {self._bounds.ratio} times its size: a bomb"
            )

"""Bytes of a feed or page become letters: by mark, by UTF-8 itself, by what is declared, by the header, by the content.

Servers and templates name a charset without looking: "ISO-8859-1" is many servers' default and "utf-8" many templates'.
So a name is believed only where the bytes agree with it. UTF-8 proves itself: others are not valid UTF-8 by chance.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

import charset_normalizer

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with that of UTF-16-LE
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})[\"']", re.IGNORECASE)
_HTML = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_ESCAPES = (b"\x1b$B", b"\x1b$@", b"\x1b(J", b"\x1b$(D")  # ISO-2022-JP is ASCII but for these

_WIDER = {  # what browsers read under these names (WHATWG Encoding Standard, section 4.2)
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
}
_DEFAULTS = {"cp1252", "utf-8"}  # named by servers and templates that never looked
_UNSAFE = {"utf-7", "unicode-escape", "raw-unicode-escape", "punycode", "idna", "undefined"}
"""Of Python, not of the web: they turn plain letters into markup, take minutes, or raise."""
_ON_THE_WEB = [  # what pages are really written in (WHATWG Encoding Standard): exotic guesses are wrong guesses
    "cp1251", "koi8_r", "koi8_u", "cp866", "iso8859_5", "cp932", "euc_jp", "cp949", "gb18030", "big5",
    "cp1256", "iso8859_6", "cp1255", "iso8859_8", "cp1253", "cp874", "cp1254", "cp1258", "cp1250", "iso8859_2",
    "cp1252", "cp1257",
]  # fmt: skip
_EAST_ASIAN = {"cp949", "gb18030", "big5", "cp932"}
_JAPANESE = 0.3  # share of kana that only Japanese has; the guess took short EUC-JP for Korean
_ASCII = bytes(range(128))
_SAMPLE = 60_000  # bytes; charset_normalizer's answer did not change with more, its time does
_DAMAGED = (
    0.02  # bad bytes per byte above ASCII that text called UTF-8 may have: a cut or a stray byte, not another charset
)
_LATIN_WORDS = 0.5  # share of high bytes among letters from which cp1252 cannot be: French has .04, Vietnamese .25


@dataclass(frozen=True, slots=True)
class Decoded:
    """Letters, and the charset they came from."""

    text: str
    charset: str


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """Any bytes become text; nothing is raised.

    Order: byte order mark, UTF-16 by its zero bytes, valid UTF-8, the declaration, the HTTP header, the content. RFC
    7303 lets the header win, but a server's default is no knowledge: `_DEFAULTS` count only where the content agrees.
    """
    for mark, marked in _MARKS:
        if body.startswith(mark):
            return Decoded(body[len(mark) :].decode(marked, "replace"), marked)
    if wide := _wide(body):
        return Decoded(body.decode(wide, "replace"), wide)
    if any(escape in body[:_SAMPLE] for escape in _ESCAPES):
        return Decoded(body.decode("iso2022_jp_2", "replace"), "iso2022_jp")
    try:
        return Decoded(body.decode(), "utf-8")
    except UnicodeDecodeError:
        return _legacy(body, content_type)


def _wide(body: bytes) -> str | None:
    """UTF-16 without a mark: `<` beside a zero byte."""
    head = body[:200].lstrip(b" \t\r\n\x00") if body[:1] in b"\x00<" else b""
    if not head.startswith(b"<"):
        return None
    if body[1:2] == b"\x00" and body[3:4] == b"\x00":
        return "utf-16-le"
    return "utf-16-be" if body[:1] == b"\x00" and body[2:3] == b"\x00" else None


def _legacy(body: bytes, content_type: str | None) -> Decoded:
    named = [name for name in (_declared(body), _header(content_type)) if name]
    for charset in named:
        if charset not in _DEFAULTS and (text := _strictly(body, charset)) is not None:
            return Decoded(text, charset)
    if "utf-8" in named or not named:
        text = body.decode("utf-8", "replace")
        if text.count("\ufffd") <= _DAMAGED * len(_high(body[:_SAMPLE])):
            return Decoded(text, "utf-8")
    if "cp1252" in named and _latin(body):
        return Decoded(body.decode("cp1252", "replace"), "cp1252")
    return _guessed(body, named)


def _guessed(body: bytes, named: list[str]) -> Decoded:
    """The charset that the letters themselves speak for."""
    best = charset_normalizer.from_bytes(_telling(body), cp_isolation=_ON_THE_WEB).best()
    charset = _known(best.encoding) if best else None
    if charset is None or charset in _UNSAFE:
        charset = named[0] if named else "cp1252"
    if charset in _EAST_ASIAN and _kana(body) > _JAPANESE:
        charset = "euc_jp"
    return Decoded(body.decode(charset, "replace"), charset)


def _kana(body: bytes) -> float:
    """Share of kana among what is not ASCII, were the text EUC-JP; 0 where it cannot be."""
    try:
        letters = [letter for letter in _telling(body).decode("euc_jp") if not letter.isascii()]
    except UnicodeDecodeError:
        return 0.0
    return sum("\u3041" <= letter <= "\u30fe" for letter in letters) / max(1, len(letters))


def _telling(body: bytes) -> bytes:
    """Lines with bytes above ASCII, without tags: what the guess can learn from."""
    bare = re.sub(rb"<[^<>]{0,2000}>", b" ", body[: 8 * _SAMPLE])
    lines = [line for line in re.split(rb"[\r\n]+|\s{2,}", bare) if _high(line)]
    return b"\n".join(lines)[:_SAMPLE]


def _high(body: bytes) -> bytes:
    """The bytes above ASCII."""
    return body.translate(None, _ASCII)


def _declared(body: bytes) -> str | None:
    found = _XML.match(body[:400]) or _HTML.search(body[:4096])
    return _known(found.group(1).decode("ascii", "ignore")) if found else None


def _header(content_type: str | None) -> str | None:
    found = _HEADER.search(content_type or "")
    return _known(found.group(1)) if found else None


def _known(name: str) -> str | None:
    """Python's name of a charset, in the wider form browsers use; None for a name that nobody knows."""
    try:
        charset = codecs.lookup(name).name
        b"a".decode(charset, "replace")  # "zlib" and its like are codecs, but none of text
    except (LookupError, UnicodeError):
        return None
    charset = _WIDER.get(charset, charset)
    return None if charset in _UNSAFE or charset.startswith(("utf-16", "utf-32")) else charset


def _strictly(body: bytes, charset: str) -> str | None:
    """The text, where all but a stray byte in a thousand is of that charset."""
    text = body.decode(charset, "replace")
    return text if text.count("\ufffd") <= len(text) / 1000 else None


def _latin(body: bytes) -> bool:
    """Western European text has few letters above ASCII; any other script is made of them."""
    bare = _telling(body)
    high = len(_high(bare))
    low = sum(65 <= byte <= 90 or 97 <= byte <= 122 for byte in bare)
    return high <= _LATIN_WORDS * (high + low)

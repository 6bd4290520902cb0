"""Feeds and pages as the worst of the web might send them: our own cases and made-up ones, damaged by a seeded chance.

An input is a function of seed, kind and number, so that any of them can be made again.
"""

from __future__ import annotations

import codecs
import random
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ruamel.yaml import YAML

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = Path(__file__).parent.parent / "cases"
LARGEST = 300_000  # bytes; honest feeds and pages are that large, and a run of 55,000 has to end

WORDS = (
    "bridge", "harbour", "minister", "closed", "Tuesday", "112", "ferry", "Brücke", "geschlossen", "à", "l'été",
    "señal", "закрыт", "мост", "міст", "العبارة", "גשר", "پل", "港で座礁", "여객선", "渡轮搁浅", "पुल", "cầu",
    "İstanbul", "ﬁsh", "e\u0301", "\u200f\u202e", "\ufeff", "🛳", "&amp;", "&lt;b&gt;", "&#0;", "&#x1F6F3;", "&nbsp;",
    "]]>", "<![CDATA[", "-->", "<b>", "</p>",
)  # fmt: skip
DATES = (
    "Tue, 03 Mar 2026 10:15:00 +0100", "2026-03-03T10:15:00Z", "2026-03-03", "03.03.2026 10:15", "1772528100",
    "١٢ مارس ٢٠٢٦", "2026年3月3日 10時15分", "۱۲ اسفند ۱۴۰۴", "31 Feb 2026", "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59+14:00", "Tue, 99 Foo 99999 99:99:99 XXX", "2026-03-03T10:15:00+99:99", "1" * 400,
    "24:00 3 March 2026", "-2026-03-03", "2026-W10-2", "",
)  # fmt: skip
LINKS = (
    "https://paper.example/a", "http://paper.example/b?x=1#y", "/c", "//paper.example/d", "javascript:alert(1)",
    "data:text/html,<b>x</b>", "file:///etc/passwd", "ftp://paper.example/e", "mailto:a@paper.example", "http://[",
    "http://paper.example:99999/", "https:// paper .example", "java\tscript:alert(1)", "\x01javascript:alert(1)",
    "http://\u202epaper.example", "vbscript:x", "",
)  # fmt: skip
TAGS = (
    "div", "p", "b", "table", "ul", "item", "entry", "svg", "a", "form", "font", "title", "x:y", "description",
)  # fmt: skip
CHARSETS = (
    "utf-8", "utf-16", "utf-16-be", "utf-32", "windows-1251", "koi8-r", "shift_jis", "euc-kr", "gb18030", "big5",
    "iso-2022-jp", "iso-8859-1",
)  # fmt: skip
TYPES = (
    None, "", "text/html", "application/rss+xml", "text/xml; charset=utf-16", "text/html; charset=none-such",
    "application/json", "text/html; charset=shift_jis", ";;;charset===", 'text/plain;charset="utf-8"; x', "\x00",
    "text/html; charset=" + "x" * 5000, "application/octet-stream", "text/html; charset=utf-7",
    "text/html; charset=idna", "text/html; charset=zlib", "text/html;charset=unicode_escape",
)  # fmt: skip
GAMES = (
    b"&" * 500, b"&#x110000;", b"&#xD800;", b"&#0;&#1;", b"&bogus;", b"&amp;lt;script&amp;gt;", b"&lt",
    b"&lt;script&gt;alert(1)&lt;/script&gt;", b"&#60;img src=x onerror=alert(1)&#62;", b"&" + b"a" * 3_000 + b";",
    b"&amp;amp;amp;amp;lt;b&amp;amp;gt;",
)  # fmt: skip
"""With entities."""
RUNS = (
    b" ", b"\n", b"\t \n", b"a", b"-", b".", b"<", b">", b"<a href='", b"| ", b" - ", b"1:", b"20", b'"', b"<!--",
    b"]]>", b"&#", b"http://", "“".encode(),
)  # fmt: skip
"""Very often, one of them makes a careless regular expression slow."""


@dataclass(frozen=True)
class Input:
    """One answer of a hostile server."""

    kind: str
    number: int
    body: bytes
    content_type: str | None


def make(seed: int, kind: str, number: int) -> Input:
    """The same for the same seed, kind and number."""
    chance = random.Random(f"{seed}:{kind}:{number}")
    corpus = _feeds() if kind == "feed" else _pages()
    body = chance.choice(corpus) if chance.random() < 0.5 else (_feed if kind == "feed" else _page)(chance).encode()
    for _ in range(chance.choice((0, 1, 1, 2, 2, 3, 5))):
        body = chance.choice(MUTATIONS)(chance, body)[:LARGEST]
    return Input(kind, number, body, chance.choice(TYPES))


# --- what is damaged ------------------------------------------------------------------------------------------------


@cache
def _feeds() -> list[bytes]:
    return [
        case["body"].encode() for path in sorted((CASES / "feeds").glob("*.yaml")) if "body" in (case := _load(path))
    ]


@cache
def _pages() -> list[bytes]:
    found = [
        case["body"].encode() for path in sorted((CASES / "pages").glob("*.yaml")) if "body" in (case := _load(path))
    ]
    frames = [path.read_text("utf-8") for path in sorted((CASES / "pages" / "frames").glob("*.html"))]
    mains = [
        case["main"] for path in sorted((CASES / "pages" / "framed").glob("*.yaml")) for case in _load(path).values()
    ]
    return found + [frames[place % len(frames)].replace("{main}", main).encode() for place, main in enumerate(mains)]


def _load(path: Path) -> dict:
    return YAML(typ="safe").load(path.read_text("utf-8"))


def _text(chance: random.Random, most: int = 30) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(0, most)))


def _feed(chance: random.Random) -> str:
    return chance.choice((_rss, _atom, _json, _sitemap))(chance)


def _rss(chance: random.Random) -> str:
    items = "".join(
        f"<item><title>{_text(chance)}</title><link>{chance.choice(LINKS)}</link><guid>{_text(chance, 2)}</guid>"
        f"<pubDate>{chance.choice(DATES)}</pubDate><description>{_text(chance, 60)}</description></item>"
        for _ in range(chance.randint(0, 8))
    )
    head = f"<title>{_text(chance, 4)}</title><ttl>{chance.choice(DATES)}</ttl>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'


def _atom(chance: random.Random) -> str:
    entries = "".join(
        f"<entry><id>{_text(chance, 2)}</id>"
        f"<title type='{chance.choice(('html', 'xhtml', 'text', 'x'))}'>{_text(chance)}</title>"
        f"<link rel='{chance.choice(('alternate', 'self', 'enclosure'))}' href='{chance.choice(LINKS)}'/>"
        f"<updated>{chance.choice(DATES)}</updated><content>{_text(chance, 60)}</content></entry>"
        for _ in range(chance.randint(0, 8))
    )
    root = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{chance.choice(LINKS)}">'
    return f"{root}<title>{_text(chance, 4)}</title>{entries}</feed>"


def _json(chance: random.Random) -> str:
    items = ",".join(
        f'{{"id":{chance.choice(("1", "null", "[]", "true", "1e999"))},"url":"{chance.choice(LINKS[:10])}",'
        f'"title":{chance.choice(("null", "{}", "7"))},"date_published":"{chance.choice(DATES)}"}}'
        for _ in range(chance.randint(0, 8))
    )
    return f'{{"version":"https://jsonfeed.org/version/1.1","title":"x","items":[{items}]}}'


def _sitemap(chance: random.Random) -> str:
    urls = "".join(
        f"<url><loc>{chance.choice(LINKS)}</loc><lastmod>{chance.choice(DATES)}</lastmod></url>" for _ in range(9)
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'


def _page(chance: random.Random) -> str:
    paragraphs = "".join(
        f"<{(tag := chance.choice(TAGS))} class='{chance.choice(('card', 'comments', 'cookie-banner', 'x'))}'>"
        f"{_text(chance, 60)}<a href='{chance.choice(LINKS)}'>{_text(chance, 12)}</a></{tag}>"
        for _ in range(chance.randint(0, 20))
    )
    told = (
        f'{{"@type":"NewsArticle","headline":"{_text(chance, 5)}","datePublished":"{chance.choice(DATES)}",'
        f'"articleBody":"{_text(chance, 60)}","author":[{{"name":["x",{{}}]}}]}}'
    )
    return (
        f"<html lang='{chance.choice(('en', 'de', 'ja', '', 'x' * 99))}'><head><title>{_text(chance, 8)}</title>"
        f"<meta property='og:title' content='{_text(chance, 8)}'><meta name='date' content='{chance.choice(DATES)}'>"
        f"<script type='application/ld+json'>{told}</script></head><body><article><h1>{_text(chance, 8)}</h1>"
        f"<time datetime='{chance.choice(DATES)}'></time>{paragraphs}</article></body></html>"
    )


# --- damage -----------------------------------------------------------------------------------------------------------


def _span(chance: random.Random, body: bytes) -> tuple[int, int]:
    """A stretch that begins and ends at tags, where there are any."""
    edges = [found.start() for found in re.finditer(rb"[<{\[]", body)] or [0]
    start = chance.choice(edges)
    end = chance.choice(edges)
    return (start, end) if start < end else (end, min(len(body), start + chance.randint(1, 200)))


def _cut(chance: random.Random, body: bytes) -> bytes:
    return body[: chance.randint(0, len(body))]


def _drop(chance: random.Random, body: bytes) -> bytes:
    start, end = _span(chance, body)
    return body[:start] + body[end:]


def _repeat(chance: random.Random, body: bytes) -> bytes:
    start, end = _span(chance, body)
    piece = body[start:end][:2_000]
    return body[:start] + piece * chance.choice((2, 3, 10, 100)) + body[start:]


def _swap(chance: random.Random, body: bytes) -> bytes:
    a, b = sorted((_span(chance, body), _span(chance, body)))
    return body[: a[0]] + body[b[0] : b[1]] + body[a[1] : b[0]] + body[a[0] : a[1]] + body[b[1] :]


def _nest(chance: random.Random, body: bytes) -> bytes:
    start, end = _span(chance, body)
    deep, tag = chance.choice((3, 30, 300, 3_000, 20_000)), chance.choice(TAGS).encode()
    closed = b"</%s>" % tag * deep if chance.random() < 0.5 else b""
    return body[:start] + b"<%s>" % tag * deep + body[start:end] + closed + body[end:]


def _flip(chance: random.Random, body: bytes) -> bytes:
    damaged = bytearray(body)
    for _ in range(chance.choice((1, 1, 4, 30)) if damaged else 0):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def _recode(chance: random.Random, body: bytes) -> bytes:
    """In another charset, called by its name, by a wrong one, or not at all."""
    told = chance.choice((*CHARSETS, "none-such", "rot13")).encode()
    renamed = re.sub(rb"(?i)(encoding=[\"']|charset=[\"']?)[\w-]+", lambda found: found[1] + told, body)
    mark = chance.choice((b"", b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return mark + renamed.decode("utf-8", "replace").encode(chance.choice(CHARSETS), "replace")


def _number(chance: random.Random, body: bytes) -> bytes:
    figures = list(re.finditer(rb"\d+", body))
    if not figures:
        return body
    found = chance.choice(figures)
    huge = chance.choice((b"9" * chance.choice((5, 20, 400, 5_000)), b"-1", b"0", b"1e400", b"NaN", "٣".encode() * 9))
    return body[: found.start()] + huge + body[found.end() :]


def _entities(chance: random.Random, body: bytes) -> bytes:
    place = chance.randint(0, len(body))
    game = chance.choice(GAMES)
    if chance.random() < 0.2:
        laughs = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 9))
        return b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">%s]>' % laughs + body.replace(
            b"</title>", b"&l8;</title>", 1
        )
    return body[:place] + game + body[place:]


def _attributes(chance: random.Random, body: bytes) -> bytes:
    start, _ = _span(chance, body)
    many = b"".join(b" a%d='%s'" % (n, b"v" * chance.choice((1, 9))) for n in range(chance.choice((3, 300, 5_000))))
    return body[:start] + b"<div%s>" % many + body[start:]


def _run(chance: random.Random, body: bytes) -> bytes:
    """One letter, or a few, very often: what makes a careless regular expression slow."""
    place = chance.randint(0, len(body))
    letters = chance.choice(RUNS)
    return body[:place] + letters * chance.choice((100, 3_000, 30_000)) + body[place:]


def _insert(chance: random.Random, body: bytes) -> bytes:
    place = chance.randint(0, len(body))
    piece = chance.choice(
        (*LINKS, *DATES, *WORDS, "\x00", "\x1b[31m", "\u2028", "<![CDATA[", "<!DOCTYPE", "<?x", "</html>", "<title>")
    )
    return body[:place] + piece.encode("utf-8", "surrogatepass") + body[place:]


MUTATIONS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    _cut, _drop, _repeat, _swap, _nest, _flip, _recode, _number, _entities, _attributes, _run, _insert,
)  # fmt: skip

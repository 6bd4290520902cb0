"""The quick parser and feedparser read the same items from what is well-formed: on all feeds of the evaluation."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from monitor.feeds import addresses, entries, lenient, xml
from monitor.text import charset

DATA = Path(__file__).parent.parent.parent.parent / "shared" / "data" / "feeds" / "real_dev"
ALIKE = 98
"""Of 134 well-formed feeds that were written to test parsers. Most of the others hold entries with neither page nor
words, which the two tell apart by different means; where feedparser was right it was followed."""


def lines(name: str) -> list[dict]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines() if line]


def both(row: dict) -> tuple[list, list] | None:
    """The items of a feed by either parser; None where it is not well-formed XML."""
    body = (DATA / row["file"]).read_bytes()
    body = gzip.decompress(body) if row["file"].endswith(".gz") else body
    bare = xml.bare(charset.decode(body, row.get("content_type")).text.lstrip("\ufeff \t\r\n\x00"))
    quick = xml.read(bare, row["url"])
    return None if quick is None else (items(quick, row["url"]), items(lenient.read(bare), row["url"]))


def items(channel: xml.Channel | None, url: str) -> list:
    if channel is None:
        return []
    reading = entries.Reading(addresses.first([channel.link], url) or url, channel.language, None)
    return [(i.key, i.title, i.url, i.published) for i in entries.items(channel.entries, reading)]


def test_both_parsers_read_the_same_items():
    if not DATA.is_dir():
        pytest.skip("no evaluation data")
    group = {row["id"]: row["group"] for row in lines("truth.jsonl")}
    read = {row["id"]: pair for row in lines("manifest.jsonl") if (pair := both(row))}
    other = [name for name, (quick, thorough) in read.items() if quick != thorough]
    assert [name for name in other if group[name] == "real"] == []
    assert sum(group[name] == "fixtures" for name in read) - len(other) >= ALIKE
    assert len(read) > 200

"""The demo's little world: invented outlets, what they publish and when, and who reads the digests."""

from __future__ import annotations

import importlib.resources
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

FILES = importlib.resources.files("monitor.demo") / "world"


class FeedKind(StrEnum):
    """The form in which an outlet announces its articles."""

    RSS2 = "rss2"
    """RSS 2.0."""
    RSS1 = "rss1"
    """RSS 1.0, which is RDF."""
    ATOM = "atom"
    """Atom 1.0 (RFC 4287)."""
    JSON = "json"
    """JSON Feed 1.1."""
    BROKEN = "html"
    """An ordinary page where the feed should be."""


class PageKind(StrEnum):
    """How an article's page behaves."""

    OPEN = "open"
    """It can be read."""
    FAILS_ONCE = "fails once"
    """The first request is answered with 500, the next ones with the page."""
    PAYWALL = "paywall"
    """It shows the first sentence and asks for a subscription."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """A newspaper or agency of this world."""

    id: str
    title: str
    language: str
    country: str
    feed: FeedKind
    charset: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Piece:
    """One article as its outlet publishes it."""

    id: str
    file: str
    """The stem of the file that holds it: what the piece is about."""
    outlet: Outlet
    published: datetime
    byline: str
    title: str
    lead: str
    text: str
    """Paragraphs parted by blank lines."""
    page: PageKind = PageKind.OPEN
    copy_of: str | None = None
    """The piece whose text this one prints again."""
    remark: str | None = None
    """Where a careless monitor would be taken in: what it would take the piece for."""

    @property
    def paragraphs(self) -> list[str]:
        return [paragraph.strip() for paragraph in self.text.split("\n\n")]


@dataclass(frozen=True, slots=True)
class Follower:
    """Someone who gets digests, from a moment on."""

    address: str
    watchlists: tuple[str, ...]
    zone: str
    joins: datetime


@dataclass(frozen=True, slots=True)
class Furniture:
    """The words around an article on a page, in one language."""

    nav: list[str]
    related: str
    cookies: str
    agree: str
    rights: str
    more: str


@dataclass(frozen=True, slots=True)
class World:
    """All of it, in the order of publication."""

    note: str
    start: datetime
    rounds: tuple[datetime, ...]
    """When the monitor makes its rounds."""
    outlets: tuple[Outlet, ...]
    pieces: tuple[Piece, ...]
    followers: tuple[Follower, ...]
    furniture: dict[str, Furniture]
    watchlists: dict[str, str]
    """File name -> its YAML text."""

    def piece(self, name: str) -> Piece:
        return next(piece for piece in self.pieces if piece.id == name)

    def published(self, outlet: Outlet, now: datetime) -> list[Piece]:
        """What an outlet has published by `now`, the newest first."""
        return [p for p in reversed(self.pieces) if p.outlet == outlet and p.published <= now]


def load() -> World:
    """Read the world from the package's own files."""
    clock = _read("clock.yaml")
    outlets = {row["id"]: Outlet(**{**row, "feed": FeedKind(row["feed"])}) for row in _read("outlets.yaml")["outlets"]}
    rows = [
        {**row, "file": file.name.removesuffix(".yaml")}
        for file in _files("articles")
        for row in _read(f"articles/{file.name}")["articles"]
    ]
    texts = {row["id"]: row["text"] for row in rows if "text" in row}
    pieces = [_piece(row, outlets, texts, clock["start"]) for row in rows]
    furniture = _read("furniture.yaml")["furniture"]
    return World(
        note=clock["note"],
        start=clock["start"],
        rounds=tuple(clock["start"] + timedelta(hours=hours) for hours in clock["rounds"]),
        outlets=tuple(outlets.values()),
        pieces=tuple(sorted(pieces, key=lambda piece: piece.published)),
        followers=tuple(_follower(row, clock["start"]) for row in clock["subscribers"]),
        furniture={language: Furniture(**words) for language, words in furniture.items()},
        watchlists={file.name: file.read_text("utf-8") for file in _files("watchlists")},
    )


def _files(folder: str) -> list[Traversable]:
    """The files of one folder of the world, by name."""
    return sorted((FILES / folder).iterdir(), key=lambda file: file.name)


def _read(name: str) -> Any:
    return YAML(typ="safe").load(FILES.joinpath(name).read_text("utf-8"))


def _piece(row: dict[str, Any], outlets: Mapping[str, Outlet], texts: Mapping[str, str], start: datetime) -> Piece:
    return Piece(
        id=row["id"],
        file=row["file"],
        outlet=outlets[row["outlet"]],
        published=start + timedelta(hours=row["hours"]),
        byline=row["byline"],
        title=row["title"],
        lead=row["lead"],
        text=texts[row.get("copy_of", row["id"])].strip(),
        page=PageKind(row.get("page", "open")),
        copy_of=row.get("copy_of"),
        remark=row.get("remark"),
    )


def _follower(row: dict[str, Any], start: datetime) -> Follower:
    return Follower(row["address"], tuple(row["watchlists"]), row["zone"], start + timedelta(hours=row["joins"]))

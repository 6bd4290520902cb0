"""Plays the demo: lets the clock pass, walks the real pipeline at each round, and notes what became of every piece."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor import pipeline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from monitor.demo.server import Asked, Web
    from monitor.demo.stage import Stage
    from monitor.demo.world import Piece
    from monitor.pipeline import RoundReport, Way
    from monitor.store.archive import Kept
    from monitor.values import Mail


@dataclass(frozen=True, slots=True)
class Scene:
    """One round of the monitor, and what it came to."""

    now: datetime
    report: RoundReport
    asked: tuple[Asked, ...]
    """The requests that reached the outlets."""
    mails: tuple[Mail, ...]


@dataclass(frozen=True, slots=True)
class Telling:
    """Somebody was told of a piece's news."""

    address: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one piece."""

    piece: Piece
    kept: Kept | None
    """None: it was never read."""
    notes: tuple[str, ...]
    """What the store says of how it was read, where that was not plain."""
    told: tuple[Telling, ...]


@dataclass(frozen=True, slots=True)
class Played:
    """The whole demo, as it went."""

    scenes: tuple[Scene, ...]
    fates: tuple[Fate, ...]
    troubles: Mapping[str, str]
    """Feed title -> what is wrong with it."""


async def play(web: Web, stage: Stage, watch: Callable[[Scene], None]) -> Played:
    """All rounds of the world on one home folder; `watch` sees each as it ends."""
    scenes: list[Scene] = []
    told: dict[str, dict[str, datetime]] = {}
    async with pipeline.open_way(stage.home) as way:
        for now in web.world.rounds:
            web.now = now
            _let_join(web, way, now)
            scenes.append(await _scene(web, way))
            _note_told(web, way, told)
            watch(scenes[-1])
        fates = [_fate(web, way, piece, told.get(piece.id, {})) for piece in web.world.pieces]
        troubles = {feed.title: feed.error for feed in way.store.sources.all() if feed.error}
    return Played(tuple(scenes), tuple(fates), troubles)


def _let_join(web: Web, way: Way, now: datetime) -> None:
    """What `monitor subscribers add` does, for everyone whose time has come."""
    here = {reader.subscriber.address for reader in way.store.people.readers()}
    for follower in web.world.followers:
        if follower.joins <= now and follower.address not in here:
            way.store.people.add(follower.address, follower.watchlists, now, follower.zone)


async def _scene(web: Web, way: Way) -> Scene:
    asked, mails = len(web.asked), len(way.store.outbox.mails())
    report = await way.round(web.now)
    return Scene(web.now, report, tuple(web.asked[asked:]), tuple(way.store.outbox.mails()[mails:]))


def _note_told(web: Web, way: Way, told: dict[str, dict[str, datetime]]) -> None:
    """Piece -> address -> the round in which they were told first."""
    addresses = {reader.subscriber.id: reader.subscriber.address for reader in way.store.people.readers()}
    for piece in web.world.pieces:
        kept = way.store.archive.find(web.page_url(piece))
        for subscriber in way.store.archive.told_to(kept.article.id) if kept else ():
            told.setdefault(piece.id, {}).setdefault(addresses[subscriber], web.now)


def _fate(web: Web, way: Way, piece: Piece, told: Mapping[str, datetime]) -> Fate:
    url = web.page_url(piece)
    notes = tuple(reason for _, _, reason in way.store.sources.announced(url) if reason)
    tellings = tuple(Telling(address, at) for address, at in told.items())
    return Fate(piece, way.store.archive.find(url), notes, tellings)


def stories(fates: Sequence[Fate]) -> list[list[Fate]]:
    """The placed pieces by story, stories and pieces in the order in which they were read."""
    placed: dict[str, list[Fate]] = {}
    for fate in sorted((f for f in fates if f.kept), key=lambda f: f.kept.seen if f.kept else f.piece.published):
        if fate.kept and fate.kept.placement:
            placed.setdefault(fate.kept.placement.story, []).append(fate)
    return list(placed.values())

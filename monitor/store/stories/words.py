"""What persons say of stories, one row a word, and what follows from all that was not taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 the dataclass's own annotation
from typing import TYPE_CHECKING

from sqlmodel import Session, col, or_, select

from monitor.store.stories.bench import STRUCTURE
from monitor.tables import WordRow
from monitor.values import WordKind

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class StoryWord:
    """One word of a person."""

    id: int
    at: datetime
    by: str
    kind: WordKind
    story: str
    other: str | None
    """The story that became a part of it, was taken out of it, or has nothing to do with it."""
    articles: tuple[str, ...]
    """Those that it moved, or the one that brought no news."""
    undone: datetime | None
    undone_by: str | None
    ended: datetime | None
    """Of a mute: it holds for what came before."""

    def __str__(self) -> str:
        return f"{self.kind} by {self.by}, {self.at:%Y-%m-%d %H:%M} UTC"


def word_of(row: WordRow) -> StoryWord:
    return StoryWord(
        row.id or 0, row.at, row.by, WordKind(row.kind), row.story, row.other, tuple(row.articles), row.undone,
        row.undone_by, row.ended,
    )  # fmt: skip


def standing(session: Session) -> list[WordRow]:
    """The words about which stories are one and which are two that were not taken back, in their order."""
    rows = select(WordRow).where(col(WordRow.kind).in_(STRUCTURE), col(WordRow.undone).is_(None))
    return list(session.exec(rows.order_by(col(WordRow.id))))


def apart(words: Iterable[WordRow]) -> frozenset[frozenset[str]]:
    """The pairs of stories that are two by the last word on them: no article may join them, nor be sure of one."""
    pairs: set[frozenset[str]] = set()
    for word in words:
        if word.other is None:
            continue
        if word.kind == WordKind.MERGE:
            moved = {frozenset(word.story if name == word.other else name for name in pair) for pair in pairs}
            pairs = {pair for pair in moved if len(pair) > 1}
        else:
            pairs.add(frozenset((word.story, word.other)))
    return frozenset(pairs)


def resolved(words: Iterable[WordRow], story: str) -> str:
    """The story that a story has become a part of, by the last word on it; itself, where nobody merged it.

    What is split off later may bear the name of one that was merged, where its first article founded that.
    """
    found = story
    for word in words:
        if word.kind == WordKind.MERGE:
            found = word.story if word.other == found else found
        elif word.other == story and word.articles:
            found = story
    return found


def later(session: Session, word: WordRow) -> WordRow | None:
    """The last word that moved articles of the same stories afterwards, and stands."""
    names = [word.story, word.other]
    about = or_(col(WordRow.story).in_(names), col(WordRow.other).in_(names))
    rows = select(WordRow).where(about, col(WordRow.id) > word.id, col(WordRow.undone).is_(None))
    moving = rows.where(col(WordRow.kind).in_(STRUCTURE)).order_by(col(WordRow.id).desc())
    return next((row for row in session.exec(moving) if row.articles), None)

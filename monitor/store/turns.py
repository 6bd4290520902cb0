"""Turns of placing: each article that is placed and each word on stories takes the next one.

Where an article belongs is decided from what was kept up to a turn. Its transaction takes the turn after that one, or
none: then something was placed or said meanwhile, by whatever process, and it is decided anew. So no two articles are
placed without knowing of each other, and no word is passed over by an article that was under way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.tables import NoteRow

if TYPE_CHECKING:
    from sqlmodel import Session

_NOTE = "turn"


def current(session: Session) -> int:
    """The last turn that was taken."""
    row = session.get(NoteRow, _NOTE)
    return int(row.value) if row else 0


def take(session: Session, after: int | None = None) -> int | None:
    """The next turn, taken within the caller's transaction; None where `after` is not the last one any more."""
    row = session.get(NoteRow, _NOTE, with_for_update=True) or NoteRow(key=_NOTE, value="0")
    if after is not None and int(row.value) != after:
        return None
    row.value = str(int(row.value) + 1)
    session.add(row)
    return int(row.value)

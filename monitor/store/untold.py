"""What is not told although somebody follows it: a person's word withdrew it, or they know as much already."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy.orm import aliased
from sqlmodel import col, select

from monitor.tables import DevelopmentRow, EchoRow, WithdrawalRow, WordRow

if TYPE_CHECKING:
    from sqlmodel import Session


def withdrawn(session: Session, after: int) -> dict[int, dict[str, str]]:
    """By development above a number and watchlist: the word by which it is told to nobody more."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    rows = select(WithdrawalRow, WordRow).join(WordRow, col(WordRow.id) == WithdrawalRow.word)
    for row, word in session.exec(rows.where(WithdrawalRow.development > after).order_by(col(WordRow.id))):
        undone = "undone " if word.undone else ""
        found[row.development][row.watchlist] = f"{undone}{word.kind} by {word.by}, {word.at:%Y-%m-%d %H:%M} UTC"
    return found


def echoed(session: Session, after: int) -> dict[int, set[int]]:
    """By development above a number: those of its story after which it says nothing new."""
    found: dict[int, set[int]] = defaultdict(set)
    one, other = aliased(DevelopmentRow), aliased(DevelopmentRow)
    rows = (
        select(EchoRow.development, EchoRow.of)
        .join(one, col(one.id) == EchoRow.development)
        .join(other, col(other.id) == EchoRow.of)
        .where(EchoRow.development > after, one.story == other.story)
    )
    for number, of in session.exec(rows):
        found[number].add(of)
    return found

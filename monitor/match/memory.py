"""What is remembered of the words that were read: most of them mean nothing to any entry, and are known by that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.match import reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from monitor.match.index import Judgement
    from monitor.match.reading import Reading

    Judged = tuple[tuple[int, Judgement | None], ...]
    """The pieces of a run: where in it each begins, and what it may be."""
    Judge = Callable[[Sequence[str], str], Mapping[str, Judged]]
    """Those of some runs in a language of which a piece may be something; all others are quiet."""

REMEMBERED = 300_000
"""Distinct runs of letters that are kept of each of two generations: when the younger one is full, the older one is
forgotten. Not chosen by measurement: enough for the commoner words of some ten languages at once."""


class _Language:
    """The runs of one language: quiet ones, and the pieces of the others with what they may be."""

    def __init__(self) -> None:
        self.quiet: set[str] = set()
        self.loud: dict[str, Judged] = {}


class Memory:
    """Two generations of judgements for each language; it changes what a text costs and never what is found."""

    def __init__(self, judge: Judge, most: int = REMEMBERED) -> None:
        self._judge = judge
        self.most = most
        self._young: dict[str, _Language] = {}
        self._old: dict[str, _Language] = {}
        self._size = 0

    def loud(self, text: Reading) -> dict[str, Judged]:
        """The runs of a text that hold something, with what their pieces may be."""
        young = self._young.get(text.language)
        if young is None:
            young = self._young[text.language] = _Language()
        runs = set(text.runs).difference(young.quiet)
        found = {run: judged for run in runs if (judged := young.loud.get(run)) is not None}
        new = runs.difference(found) if found else runs
        if new:
            clauses = [run for run in new if not reading.comes_again(run)] if _may_stay_away(text, new) else []
            found.update(self._learn(new.difference(clauses), text.language, young))
            found.update(self._clauses(clauses, text.language, young))
        if self._size > self.most:
            self._old, self._young, self._size = self._young, {}, 0
        return found

    def _learn(self, new: set[str], language: str, young: _Language) -> dict[str, Judged]:
        """Judge runs, or recall them from the older generation."""
        old = self._old.get(language)
        found = {run: old.loud[run] for run in new.intersection(old.loud)} if old else {}
        asked = new.difference(found, old.quiet) if old else new
        if asked:
            found.update(self._judge(list(asked), language))
        self._size += len(new)
        young.loud.update(found)
        young.quiet.update(new.difference(found))
        return found

    def _clauses(self, clauses: Iterable[str], language: str, young: _Language) -> dict[str, Judged]:
        """The same for runs that will not come again, clauses of a script without spaces: their pieces may."""
        cuts = {run: reading.cut(run) for run in clauses if not reading.is_unspaced(run)}
        pieces = {p.clean for cut in cuts.values() for _, p in cut if p.script not in reading.BY_AUTOMATON}
        known = {run: judged for run in pieces.difference(young.quiet) if (judged := young.loud.get(run))}
        known.update(self._learn(pieces.difference(young.quiet, known), language, young))
        return {run: judged for run, cut in cuts.items() if (judged := _of_clause(cut, known))}


def _may_stay_away(text: Reading, new: Iterable[str]) -> bool:
    return text.has_unspaced or max(map(len, new)) > reading.LONGEST_REMEMBERED


def _of_clause(cut: Iterable[tuple[int, reading.Piece]], known: Mapping[str, Judged]) -> Judged:
    """What a clause's pieces may be; empty where they are nothing."""
    judged = tuple((offset, known[p.clean][0][1] if p.clean in known else None) for offset, p in cut)
    return judged if any(one for _, one in judged) else ()

"""What is remembered of the words that were read: most of them mean nothing to any entry, and are known by that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.match import reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from monitor.match.index import Judgement
    from monitor.match.reading import Piece

    Judge = Callable[[Piece, str], Judgement | None]

REMEMBERED = 300_000
"""Distinct runs of letters that are kept of each of two generations: when the younger one is full, the older one is
forgotten. Not chosen by measurement: enough for the commoner words of some ten languages at once."""


class _Language:
    """The runs of one language: quiet ones, and the pieces of the others with what they may be."""

    def __init__(self) -> None:
        self.quiet: set[str] = set()
        self.loud: dict[str, tuple[tuple[str, Judgement], ...]] = {}


class Memory:
    """Two generations of judgements for each language; it changes what a text costs and never what is found."""

    def __init__(self, judge: Judge, most: int = REMEMBERED) -> None:
        self._judge = judge
        self.most = most
        self._young: dict[str, _Language] = {}
        self._old: dict[str, _Language] = {}
        self._size = 0

    def loud(self, runs: Iterable[str], language: str) -> dict[str, Judgement]:
        """What the pieces of a text's runs may be; pieces that are nothing are left out."""
        young = self._young.get(language)
        if young is None:
            young = self._young[language] = _Language()
        found: dict[str, Judgement] = {}
        for run in set(runs).difference(young.quiet):
            judged = young.loud.get(run)
            if judged is not None:
                found.update(judged)
            elif reading.comes_again(run):
                found.update(self._learn(run, language, young))
            else:
                found.update(self._clause(run, language, young))
        if self._size > self.most:
            self._old, self._young, self._size = self._young, {}, 0
        return found

    def _learn(self, run: str, language: str, young: _Language) -> tuple[tuple[str, Judgement], ...]:
        """Judge a run, or recall it from the older generation."""
        old = self._old.get(language)
        if old and run in old.quiet:
            judged: tuple[tuple[str, Judgement], ...] = ()
        elif old and run in old.loud:
            judged = old.loud[run]
        else:
            pieces = dict.fromkeys(piece for _, piece in reading.cut(run))
            judged = tuple((piece.clean, one) for piece in pieces if (one := self._judge(piece, language)) is not None)
        self._size += 1
        if judged:
            young.loud[run] = judged
        else:
            young.quiet.add(run)
        return judged

    def _clause(self, run: str, language: str, young: _Language) -> Iterator[tuple[str, Judgement]]:
        """The same for a run that will not come again, a clause of a script without spaces: its pieces may."""
        for piece in {piece for _, piece in reading.cut(run) if piece.script not in reading.BY_AUTOMATON}:
            if piece.clean not in young.quiet:
                yield from young.loud.get(piece.clean) or self._learn(piece.clean, language, young)

"""The cheap refusal: which of the words that a text brings anew may be any entry's at all."""

from __future__ import annotations

from enum import Flag, auto
from typing import TYPE_CHECKING

from monitor.match import reading
from monitor.text import fold, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.match.echoes import Echoes
    from monitor.match.lexicon import Lexicon


class Doubt(Flag):
    """Why a word is to be asked about."""

    LETTERS = auto()
    """Its letters may be an entry's."""
    SOUND = auto()
    """It may sound like an entry."""


_NONE, _BOTH = Doubt(0), Doubt.LETTERS | Doubt.SOUND


class Sieve:
    """Many words at once against all entries: what it lets go by is nothing, what it holds may be something."""

    def __init__(self, lexicon: Lexicon, echoes: Echoes) -> None:
        self._lexicon = lexicon
        self._echoes = echoes

    def doubtful(self, runs: Sequence[str], language: str) -> dict[str, Doubt]:
        """The runs of which a piece may be an entry's word."""
        low = fold.lower("\n".join(runs))
        lows, bares = low.split("\n"), fold.strip(low).split("\n")
        meshes, by_lemma = self._lexicon.meshes(language), self._lexicon.by_lemma(lows, language)
        heard = self._echoes.scripts_heard(language)
        held: dict[str, Doubt] = {}
        for run, low, bare in zip(runs, lows, bares, strict=True):
            script = _script(run)
            if script is None:
                held[run] = _BOTH
                continue
            small = script in words.CASED and not run[0].isupper()
            letters = low in by_lemma or meshes[small].hold(bare, script)
            if not small and script in heard:
                held[run] = _BOTH if letters else Doubt.SOUND
            elif letters:
                held[run] = Doubt.LETTERS
        return held


def _script(run: str) -> words.Script | None:
    """The script of a run that is one piece."""
    if run.isalpha() and (run.isascii() or not words.needs_parting(run)):
        return words.script_of(run[0])
    pieces = reading.cut(run)
    return pieces[0][1].script if len(pieces) == 1 else None

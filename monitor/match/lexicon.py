"""The words of all spellings, and which of them a text's word can be by its letters."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from monitor.match import korean, slips
from monitor.match.kinds import LEAST_PREFIXED, Judged, Kind
from monitor.match.mesh import ARTICLE, LONGEST_WORD, SWALLOWING, Keys, Mesh
from monitor.match.postings import Postings
from monitor.match.spelling import Case, Word
from monitor.text import fold, forms, words
from monitor.values import Spelling

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from monitor.match.reading import Piece
    from monitor.match.spelling import Phrase


class Lexicon:
    """Every word once, with a number, and under each key by which a text's word can lead to it."""

    def __init__(self) -> None:
        self.words: list[Word] = []
        self._numbers: dict[Word, int] = {}
        self._exact, self._stems, self._slips = Postings(), Postings(), Postings()
        self._lemmas: dict[str, Postings] = {}
        self._ways: dict[str, forms.Ways | None] = {}
        self._small_stems: set[str] = set()
        self._free: set[str] = set()
        self._meshes: dict[str, tuple[Mesh, Mesh]] = {}

    def add(self, word: Word) -> tuple[int, bool]:
        """The word's number, and whether it is new."""
        number = self._numbers.get(word)
        if number is not None:
            return number, False
        number = self._numbers[word] = len(self.words)
        self.words.append(word)
        self._exact.add(word.bare, number)
        anyhow = word.case is Case.ANY or not word.alone
        for stem in _stems(word):
            self._stems.add(stem, number)
            if anyhow:
                self._small_stems.add(stem)
            if word.stem:
                self._free.add(stem)
        return number, True

    def forgive(self, number: int, phrase: Phrase) -> None:
        """Let a slip in a word be forgiven, if it is long enough in a phrase that is."""
        word = self.words[number]
        loose = word.rule is Spelling.LOOSE and word.case is not Case.STRICT
        if loose and LEAST_SLIPPED <= len(word.bare) <= LONGEST_WORD and phrase.letters >= LEAST_LOOSE:
            for key in slips.deletions(word.bare):
                self._slips.add_once(key, number)

    # --- the cheap refusal

    def meshes(self, language: str) -> tuple[Mesh, Mesh]:
        """What holds back a language's words, those with a capital or of a script without, and small ones."""
        meshes = self._meshes.get(language)
        if meshes is None:
            endings = forms.endings(language)
            kinds = (self._stems.filed.keys(), self._small_stems)
            large, small = (Keys(self._exact, stems, self._free, self._slips) for stems in kinds)
            meshes = self._meshes[language] = Mesh(large, endings, _FREE_ENDING), Mesh(small, endings, _FREE_ENDING)
        return meshes

    def by_lemma(self, lows: Sequence[str], language: str) -> Collection[str]:
        """Those of some words that a dictionary may lead to an entry's word."""
        if language not in self._ways:
            self._ways[language] = forms.ways(self._lemma_table(language).filed.keys(), language)
        ways = self._ways[language]
        return ways.among(lows) if ways else ()

    # --- the full answer

    def judge(self, piece: Piece, language: str) -> Iterable[tuple[int, Judged]]:
        """Words with their kinds, the surest last, as a later pair replaces an earlier one."""
        return ((number, PLAIN[kind]) for number, kind in self._readings(piece, language))

    def _readings(self, piece: Piece, language: str) -> Iterator[tuple[int, Kind]]:
        low = fold.lower(piece.clean)
        bare = fold.strip(low)
        if len(bare) <= LONGEST_WORD:
            yield from self._slipped(piece, bare, language)
            if piece.script is words.Script.HANGUL:
                yield from self._with_particles(low)
            yield from self._prefixed(bare, language)
            yield from self._inflected(piece, bare, language)
            yield from self._by_lemma(piece, low, language)
        for number in self._exact.of(bare):
            if kind := _same(self.words[number], piece, low, language):
                yield number, kind

    def _inflected(self, piece: Piece, bare: str, language: str) -> Iterator[tuple[int, Kind]]:
        endings = forms.endings(language)
        small = piece.script in words.CASED and not piece.clean[0].isupper()
        for length in range(max(min(len(bare), 2), len(bare) - _reach(language)), len(bare) + 1):
            for number in self._stems.of(bare[:length]):
                word = self.words[number]
                if _hangs(word, bare[:length], bare[length:], endings) and _case_allows(
                    word, piece, length, small=small
                ):
                    yield number, Kind.FORM

    def _by_lemma(self, piece: Piece, low: str, language: str) -> Iterator[tuple[int, Kind]]:
        table = None if piece.script is words.Script.DIGIT else self._lemma_table(language)
        if not table or not forms.may_know(piece.script, language):
            return
        small = piece.script in words.CASED and not piece.clean[0].isupper()
        for lemma in forms.lemmas(low, language) if forms.may_come_from(low, language, table) else ():
            for number in table.of(lemma):
                if not small or self.words[number].case is Case.ANY or not self.words[number].alone:
                    yield number, Kind.FORM

    def _lemma_table(self, language: str) -> Postings:
        """The entries' words by their dictionary forms in one language, made at the first text in it."""
        table = self._lemmas.get(language)
        if table is None:
            table = Postings()
            for number, word in enumerate(self.words):
                if word.rule is not Spelling.EXACT and word.case is not Case.STRICT and len(word.bare) > 2:
                    told = forms.lemmas if word.case is Case.ANY else forms.name_lemmas
                    for lemma in told(word.low, language) if forms.may_know(word.script, language) else ():
                        table.add(lemma, number)
            self._lemmas[language] = table
        return table

    def _prefixed(self, bare: str, language: str) -> Iterator[tuple[int, Kind]]:
        for prefix in forms.endings(language).before:
            if not bare.startswith(prefix):
                continue
            rest = bare[len(prefix) :]
            if prefix.endswith(SWALLOWING):
                yield from ((number, Kind.PREFIX) for number in self._exact.of(ARTICLE + rest))
            if len(rest) >= LEAST_PREFIXED:
                for number in self._exact.of(rest):
                    if self.words[number].rule is not Spelling.EXACT:
                        yield number, Kind.PREFIX

    def _with_particles(self, low: str) -> Iterator[tuple[int, Kind]]:
        for stem in korean.stems(low):
            for number in self._exact.of(stem):
                if self.words[number].rule is not Spelling.EXACT:
                    yield number, Kind.FORM

    def _slipped(self, piece: Piece, bare: str, language: str) -> Iterator[tuple[int, Kind]]:
        if not self._slips or len(bare) < LEAST_SLIPPED - 1:
            return
        near = {number for key in slips.deletions(bare) for number in self._slips.of(key)}
        found = [n for n in near if self.words[n].script is piece.script and slips.one_slip(self.words[n].bare, bare)]
        if found and not forms.known(bare, language):
            yield from ((number, Kind.SLIP) for number in found)


PLAIN = {kind: Judged(kind) for kind in Kind}
"""What is judged by letters alone is sure of itself: one value for each kind."""
LEAST_SLIPPED = 4
"""Letters of a word in which a slip is forgiven, where its whole spelling has LEAST_LOOSE."""
LEAST_LOOSE = 6
_BARE_PLURAL = frozenset("аоыияaoeyi")
"""Vowels that a genitive plural leaves out: Филиппины, Филиппин."""
_FREE_ENDING = 7
"""Letters that may follow a stem from the table of countries."""


def _stems(word: Word) -> Iterator[str]:
    """The word without each ending that a dictionary form may drop; which language's, is asked when a text is read."""
    if word.rule is Spelling.EXACT or word.script is words.Script.DIGIT:
        return
    if word.case is Case.STRICT:
        yield word.bare
        return
    for cut in range(3):
        if len(word.bare) - cut >= (3 if cut and word.alone else 2):
            yield word.bare[: len(word.bare) - cut]


def _hangs(word: Word, stem: str, ending: str, endings: forms.Endings) -> bool:
    """May a language make stem + ending of this word?"""
    dropped = word.bare[len(stem) :]
    if word.stem:
        return not dropped and len(ending) <= _FREE_ENDING
    if not ending:
        return len(dropped) == 1 and dropped in _BARE_PLURAL and dropped in endings.dropped
    if ending[1:] in endings.doubling and ending[0] == stem[-1] and not dropped:
        return True
    return ending in endings.hung and (not dropped or dropped in endings.dropped)


def _case_allows(word: Word, piece: Piece, length: int, *, small: bool) -> bool:
    if word.case is Case.STRICT:
        return piece.clean[:length] == word.clean and piece.clean[length:].islower()
    return word.case is Case.ANY or not small or not word.alone


def _same(word: Word, piece: Piece, low: str, language: str) -> Kind | None:
    """Is a piece with the same bare letters this word, and with the same marks?"""
    if word.case is Case.STRICT:
        return Kind.WRITTEN if piece.clean == word.clean else None
    small = word.case is Case.CAPITAL and word.alone and piece.clean[0].islower()
    if small and forms.known(low, language):
        return None
    if low == word.low:
        return Kind.WRITTEN
    plain = low == fold.strip(low) or word.low == word.bare
    return Kind.MARKS if plain and word.rule is not Spelling.EXACT and len(low) > 2 else None


@cache
def _reach(language: str) -> int:
    """The letters of the longest ending that may follow a stem."""
    return max(_FREE_ENDING, *map(len, forms.endings(language).hung))

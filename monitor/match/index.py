"""Many spellings looked for at once: every distinct word of a text is judged once and remembered."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import daachorse

from monitor.match import korean, spelling
from monitor.match.spelling import Case, Phrase, Word
from monitor.text import fold, forms, words
from monitor.values import Spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.match.reading import Piece, Reading


class Kind(StrEnum):
    """How a text's word is a spelling's word; the value reads on as "... of <spelling>"."""

    WRITTEN = "as written"
    """Letter for letter; capitals of names apart."""
    MARKS = "with other marks"
    """The same letters, marks left out or added."""
    FORM = "inflected form"
    """Another case, number or article of the same word."""
    PREFIX = "with a prefix"
    """A conjunction, article or preposition is written together with it."""
    SLIP = "one slip away"
    """One letter wrong, missing, too many or changed with its neighbour."""


SCORES = {Kind.WRITTEN: 1.0, Kind.MARKS: 0.97, Kind.FORM: 0.94, Kind.PREFIX: 0.94, Kind.SLIP: 0.75}
"""How sure each kind is."""

REMEMBERED = 200_000
"""Distinct words whose judgement is kept; then the memory starts anew."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One spelling to look for, as the index is given it."""

    text: str
    rule: Spelling = Spelling.FORMS
    stem: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A spelling found; places are those of the folded text."""

    entry: int
    start: int
    end: int
    kind: Kind

    @property
    def score(self) -> float:
        return SCORES[self.kind]


class Index:
    """Entries compiled for reading; equal entries should be given once."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._words: dict[Word, int] = {}
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._stems: dict[str, list[int]] = defaultdict(list)
        self._slips: dict[str, list[int]] = defaultdict(list)
        self._lemmas: dict[str, dict[str, list[int]]] = {}
        self._starts: dict[int, list[tuple[tuple[int, ...], int]]] = defaultdict(list)
        self._judged: dict[tuple[str, str], dict[int, Kind]] = {}
        patterns: list[tuple[str, int]] = []
        for number, entry in enumerate(entries):
            if spelling.is_unspaced(entry.text):
                patterns += [(pattern, number) for pattern in _unspaced(entry.text)]
            else:
                for phrase in spelling.phrases(entry.text, entry.rule, number, stem=entry.stem):
                    self._add(phrase)
        self._by_number = list(self._words)
        self._patterns = patterns
        self._automaton = daachorse.CharwiseDoubleArrayAhoCorasick([p for p, _ in patterns]) if patterns else None

    # --- compiling

    def _add(self, phrase: Phrase) -> None:
        numbers = tuple(self._number(word, phrase) for word in phrase.words)
        self._starts[numbers[0]].append((numbers, phrase.entry))

    def _number(self, word: Word, phrase: Phrase) -> int:
        number = self._words.get(word)
        if number is None:
            number = self._words[word] = len(self._words)
            self._exact[word.bare].append(number)
            for stem in _stems(word):
                self._stems[stem].append(number)
        if (
            word.rule is Spelling.LOOSE
            and word.case is not Case.STRICT
            and len(word.bare) >= LEAST_SLIPPED
            and phrase.letters >= LEAST_LOOSE
        ):
            for key in _deletions(word.bare):
                if number not in self._slips[key]:
                    self._slips[key].append(number)
        return number

    # --- finding

    def find(self, text: Reading) -> list[Mention]:
        """Every mention of every entry, in the order of places."""
        judged = [self._judge(piece, text.language) for piece in text.pieces]
        found: set[Mention] = set()
        for place, kinds in enumerate(judged):
            for number in kinds:
                for numbers, entry in self._starts.get(number, ()):
                    if mention := _row(text, judged, place, numbers, entry):
                        found.add(mention)
        if self._automaton and text.has_unspaced:
            found.update(self._unspaced_mentions(text))
        return sorted(found, key=lambda m: (m.start, -m.end, m.entry, m.kind))

    def _unspaced_mentions(self, text: Reading) -> Iterator[Mention]:
        low = text.folded.low
        assert self._automaton is not None
        for start, end, number in self._automaton.find_overlapping(low):
            if _stands_free(low, start, end):
                yield Mention(self._patterns[number][1], start, end, Kind.WRITTEN)

    def _judge(self, piece: Piece, language: str) -> dict[int, Kind]:
        """Which words of the entries this piece is, and how."""
        key = (piece.clean, language)
        kinds = self._judged.get(key)
        if kinds is None:
            if len(self._judged) >= REMEMBERED:
                self._judged.clear()
            kinds = self._judged[key] = dict(self._readings(piece, language))
        return kinds

    def _readings(self, piece: Piece, language: str) -> Iterable[tuple[int, Kind]]:
        """Words with their kinds, the surest last, as a later pair replaces an earlier one."""
        low = fold.lower(piece.clean)
        bare = fold.strip(low)
        yield from self._slipped(piece, bare, language)
        if piece.script is words.Script.HANGUL:
            yield from self._with_particles(low)
        yield from self._prefixed(bare, language)
        yield from self._inflected(piece, low, bare, language)
        for number in self._exact.get(bare, ()):
            if kind := _same(self._by_number[number], piece, low, language):
                yield number, kind

    def _inflected(self, piece: Piece, low: str, bare: str, language: str) -> Iterator[tuple[int, Kind]]:
        endings = forms.endings(language)
        small = piece.script in words.CASED and not piece.clean[0].isupper()
        for length in range(min(len(bare), 2), len(bare) + 1):
            stem, ending = bare[:length], bare[length:]
            for number in self._stems.get(stem, ()):
                word = self._by_number[number]
                if _hangs(word, stem, ending, endings) and _case_allows(word, piece, length, small=small):
                    yield number, Kind.FORM
        if piece.script is words.Script.DIGIT:
            return
        table = self._lemma_table(language)
        for lemma in forms.lemmas(low, language) if table else ():
            for number in table.get(lemma, ()):
                if self._by_number[number].case is Case.ANY or not small:
                    yield number, Kind.FORM

    def _lemma_table(self, language: str) -> dict[str, list[int]]:
        """The entries' words by their dictionary forms in one language, made at the first text in it."""
        table = self._lemmas.get(language)
        if table is None:
            table = defaultdict(list)
            for word, number in self._words.items():
                if word.rule is not Spelling.EXACT and word.case is not Case.STRICT and len(word.bare) > 2:
                    told = forms.lemmas if word.case is Case.ANY else forms.name_lemmas
                    for lemma in told(word.low, language):
                        table[lemma].append(number)
            self._lemmas[language] = table
        return table

    def _prefixed(self, bare: str, language: str) -> Iterator[tuple[int, Kind]]:
        for prefix in forms.endings(language).before:
            rest = bare[len(prefix) :]
            if len(rest) >= LEAST_PREFIXED and bare.startswith(prefix):
                for number in self._exact.get(rest, ()):
                    if self._by_number[number].rule is not Spelling.EXACT:
                        yield number, Kind.PREFIX

    def _with_particles(self, low: str) -> Iterator[tuple[int, Kind]]:
        for stem in korean.stems(low):
            for number in self._exact.get(stem, ()):
                if self._by_number[number].rule is not Spelling.EXACT:
                    yield number, Kind.FORM

    def _slipped(self, piece: Piece, bare: str, language: str) -> Iterator[tuple[int, Kind]]:
        if not self._slips or len(bare) < LEAST_SLIPPED - 1 or forms.known(bare, language):
            return
        for key in _deletions(bare):
            for number in self._slips.get(key, ()):
                word = self._by_number[number]
                if word.script is piece.script and _one_slip(word.bare, bare):
                    yield number, Kind.SLIP


LEAST_SLIPPED = 4
"""Letters of a word in which a slip is forgiven, where its whole spelling has LEAST_LOOSE."""
LEAST_LOOSE = 6
LEAST_PREFIXED = 3
"""Letters that must be left when a Hebrew or Arabic prefix is taken off."""
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
        if len(word.bare) - cut >= (2 if cut == 0 else 3):
            yield word.bare[: len(word.bare) - cut]


def _hangs(word: Word, stem: str, ending: str, endings: forms.Endings) -> bool:
    """May a language make stem + ending of this word?"""
    dropped = word.bare[len(stem) :]
    if word.stem:
        return not dropped and len(ending) <= _FREE_ENDING
    if not ending:
        return len(dropped) == 1 and dropped in _BARE_PLURAL and dropped in endings.dropped
    return ending in endings.hung and (not dropped or dropped in endings.dropped)


def _case_allows(word: Word, piece: Piece, length: int, *, small: bool) -> bool:
    if word.case is Case.STRICT:
        return piece.clean[:length] == word.clean and piece.clean[length:].islower()
    return word.case is Case.ANY or not small


def _same(word: Word, piece: Piece, low: str, language: str) -> Kind | None:
    """Is a piece with the same bare letters this word, and with the same marks?"""
    if word.case is Case.STRICT:
        return Kind.WRITTEN if piece.clean == word.clean else None
    small = word.case is Case.CAPITAL and piece.clean[0].islower()
    if small and forms.known(low, language):
        return None
    if low == word.low:
        return Kind.WRITTEN
    plain = low == fold.strip(low) or word.low == word.bare
    return Kind.MARKS if plain and word.rule is not Spelling.EXACT and len(low) > 2 else None


def _row(
    text: Reading, judged: list[dict[int, Kind]], place: int, numbers: tuple[int, ...], entry: int
) -> Mention | None:
    """The mention that begins at a piece, where the phrase's other words follow it."""
    if place + len(numbers) > len(text.pieces):
        return None
    kinds = []
    for offset, number in enumerate(numbers):
        kind = judged[place + offset].get(number)
        if kind is None or (offset and not _follows(text, place + offset)):
            return None
        kinds.append(kind)
    if kinds.count(Kind.SLIP) > 1:
        return None
    worst = min(kinds, key=SCORES.__getitem__)
    return Mention(entry, text.pieces[place].start, text.pieces[place + len(numbers) - 1].end, worst)


def _follows(text: Reading, place: int) -> bool:
    """Does a piece follow the one before it within one name: no comma, no full stop but an initial's?"""
    before, here = text.pieces[place - 1], text.pieces[place]
    gap = text.folded.clean[before.end : here.start]
    if len(gap) > LONGEST_GAP:
        return False
    if "." in gap and before.end - before.start > 2:
        return False
    return all(char in " -'·./«»„“”\"" for char in gap)


LONGEST_GAP = 4
"""Characters between two words of one name: a space, a hyphen, quotation marks, a line break with its indent."""


def _unspaced(text: str) -> list[str]:
    """A spelling for the automaton; the dot between the parts of a foreign name is left out at will."""
    low = fold.fold(text).low
    return list(
        dict.fromkeys(
            [
                low,
                *(low.replace(dot, "") for dot in "·-" if dot in low),
                *([low.replace("·", "-")] if "·" in low else []),
            ]
        )
    )


def _stands_free(low: str, start: int, end: int) -> bool:
    """Is a match not a part of a longer word, as far as its script shows one?"""
    return _edge(low, start - 1, start) and _edge(low, end, end - 1)


def _edge(low: str, outside: int, inside: int) -> bool:
    if not 0 <= outside < len(low):
        return True
    without, within = words.script_of(low[outside]), words.script_of(low[inside])
    if within is words.Script.KATAKANA:
        return without is not words.Script.KATAKANA
    if within in words.UNSPACED or without in words.UNSPACED:
        return True
    return not (low[outside].isalnum() and (without is within or words.Script.DIGIT not in (without, within)))


def _deletions(bare: str) -> set[str]:
    return {bare, *(bare[:i] + bare[i + 1 :] for i in range(len(bare)))}


def _one_slip(a: str, b: str) -> bool:
    """Do two words differ by one letter, or by two neighbours changing places?"""
    if a == b:
        return False
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    tail_a, tail_b = a[start:], b[start:]
    if tail_a[1:] == tail_b[1:] or tail_a[1:] == tail_b or tail_a == tail_b[1:]:
        return True
    return tail_a[:2] == tail_b[1::-1] and tail_a[2:] == tail_b[2:]

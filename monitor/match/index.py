"""Many spellings looked for at once: every distinct word of a text is judged once and remembered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import daachorse

from monitor.match import hearing, memory, reading, spelling
from monitor.match.echoes import Echoes
from monitor.match.kinds import SCORES, Judged, Kind
from monitor.match.lexicon import Lexicon
from monitor.match.sieve import Doubt, Sieve
from monitor.text import fold, words
from monitor.values import Spelling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.match.echoes import Row
    from monitor.match.reading import Piece, Reading
    from monitor.match.spelling import Phrase


@dataclass(frozen=True, slots=True)
class Entry:
    """One spelling to look for, as the index is given it."""

    text: str
    rule: Spelling = Spelling.FORMS
    stem: bool = False


class Mention(NamedTuple):
    """A spelling found; places are those of the folded text."""

    entry: int
    start: int
    end: int
    kind: Kind

    @property
    def score(self) -> float:
        return SCORES[self.kind]


class Judgement(NamedTuple):
    """What a piece of a text may be."""

    piece: Piece
    kinds: Mapping[int, Judged]
    """Words that it is, and how."""
    keys: tuple[str, ...]
    """By which it may be a word of a longer name by its sound."""


Seen = Sequence[tuple[Judgement | None, int]]
"""The pieces of a text as far as they may be something, and where each starts."""
_NOTHING: Mapping[int, Judged] = {}


class Index:
    """Entries compiled for reading; equal entries should be given once.

    A text's cost is that of cutting it and of its words that are new or that lead to an entry: all others are known to
    be quiet, and left aside in one look.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._lexicon = Lexicon()
        self._echoes = Echoes(self._lexicon.words)
        self._starts: dict[int, list[Row]] = defaultdict(list)
        self._sieve = Sieve(self._lexicon, self._echoes)
        self._memory = memory.Memory(self._judge_all)
        patterns: list[tuple[str, int]] = []
        for number, entry in enumerate(entries):
            if spelling.is_unspaced(entry.text):
                patterns += [(pattern, number) for pattern in _unspaced(entry.text)]
            else:
                for phrase in spelling.phrases(entry.text, entry.rule, number, stem=entry.stem):
                    self._add(phrase)
        self._patterns = patterns
        self._automaton = daachorse.CharwiseDoubleArrayAhoCorasick([p for p, _ in patterns]) if patterns else None

    def _add(self, phrase: Phrase) -> None:
        numbers = []
        for word in phrase.words:
            number, new = self._lexicon.add(word)
            if new:
                self._echoes.add(number)
            self._lexicon.forgive(number, phrase)
            numbers.append(number)
        row = (tuple(numbers), phrase.entry)
        self._starts[numbers[0]].append(row)
        if len(numbers) > 1:
            self._echoes.add_row(row)

    # --- finding

    def find(self, text: Reading) -> list[Mention]:
        """Every mention of every entry, in the order of places."""
        found: set[Mention] = set()
        if loud := self._memory.loud(text):
            seen = _placed(text, loud)
            following = [one for one, _ in seen[1:]] + [None]
            for place, ((one, _), after) in enumerate(zip(seen, following, strict=True)):
                if one is not None and (one.kinds or (after and (after.kinds or self._echoes.may_meet(one, after)))):
                    found.update(self._beginning(text, seen, place, one))
        if self._automaton and text.has_unspaced:
            found.update(self._unspaced_mentions(text))
        return sorted(found, key=lambda m: (m.start, -m.end, m.entry, m.kind))

    def _judge_all(self, runs: Sequence[str], language: str) -> dict[str, memory.Judged]:
        """What the pieces of runs may be; runs that are nothing are left out."""
        found: dict[str, memory.Judged] = {}
        for run, doubt in self._sieve.doubtful(runs, language).items():
            if judged := self._judged(run, language, doubt):
                found[run] = judged
        return found

    def _judged(self, run: str, language: str, doubt: Doubt) -> memory.Judged:
        """What the pieces of a run may be; empty where they are nothing."""
        judged = tuple((offset, self._judge(piece, language, doubt)) for offset, piece in reading.cut(run))
        return judged if any(one for _, one in judged) else ()

    def _judge(self, piece: Piece, language: str, doubt: Doubt) -> Judgement | None:
        """Which words of the entries this piece is or may be, and how; None for none."""
        if piece.script in reading.BY_AUTOMATON:
            return None
        kinds: dict[int, Judged] = {}
        keys: tuple[str, ...] = ()
        if Doubt.SOUND in doubt:
            heard = self._echoes.hear(piece, language)
            kinds.update(self._echoes.alone(piece, heard, language) if heard else ())
            kinds.update(self._echoes.aloud(piece, language))
            keys = self._echoes.keys(heard)
        if Doubt.LETTERS in doubt:
            kinds.update(self._lexicon.judge(piece, language))
        return Judgement(piece, kinds or _NOTHING, keys) if kinds or keys else None

    def _beginning(self, text: Reading, seen: Seen, place: int, first: Judgement) -> Iterator[Mention]:
        """The mentions that begin at a place."""
        rows = [row for number in first.kinds for row in self._starts.get(number, ())] if first.kinds else []
        following = seen[place + 1][0] if first.keys and place + 1 < len(seen) else None
        if following and _follows(text, seen, place + 1):
            rows += self._echoes.rows(first, following, text.language)
        for row in rows:
            if mention := self._row(text, seen, place, row):
                yield mention

    def _row(self, text: Reading, seen: Seen, place: int, row: Row) -> Mention | None:
        """The mention that begins at a piece, where the phrase's other words follow it."""
        numbers = row[0]
        if place + len(numbers) > len(seen):
            return None
        if len(numbers) == 1:
            alone = self._one(seen[place][0], numbers[0], text.language)
            return self._allowed(text, seen[place : place + 1], [alone], row) if alone else None
        found: list[Judged] = []
        for offset, number in enumerate(numbers):
            one = self._one(seen[place + offset][0], number, text.language)
            if one is None or (offset and not _follows(text, seen, place + offset)):
                return None
            found.append(one)
        return self._allowed(text, seen[place : place + len(numbers)], found, row)

    def _one(self, judgement: Judgement | None, number: int, language: str) -> Judged | None:
        if judgement is None:
            return None
        one = judgement.kinds.get(number)
        if one is None and judgement.keys:
            one = self._echoes.one(number, judgement.piece, self._echoes.hear(judgement.piece, language))
        return one

    def _allowed(self, text: Reading, seen: Seen, found: list[Judged], row: Row) -> Mention | None:
        """The mention that words in a row make, unless there are too many slips, or their sound proves too little."""
        numbers, entry = row
        kinds = [one.kind for one in found]
        worst = min(kinds, key=SCORES.__getitem__)
        if worst is Kind.SLIP and kinds.count(Kind.SLIP) > 1:
            return None
        (first, start), last = seen[0], seen[-1]
        assert first
        if Kind.SOUND in kinds:
            spelled = [self._lexicon.words[number] for number in numbers]
            if not hearing.sure(found, spelled, first.piece.script):
                return None
            if len(found) == 1 and found[0].everyday and _opens_a_sentence(text, start):
                return None  # Панцирь at the head of a sentence may be any shell
        return Mention(entry, start, _end(last), worst)

    def _unspaced_mentions(self, text: Reading) -> Iterator[Mention]:
        low = text.folded.low
        assert self._automaton is not None
        for start, end, number in self._automaton.find_overlapping(low):
            if _stands_free(low, start, end):
                yield Mention(self._patterns[number][1], start, end, Kind.WRITTEN)


def _opens_a_sentence(text: Reading, start: int) -> bool:
    """Is a capital here owed to the place and not to the word? Quotation marks do not count."""
    clean = text.folded.clean
    last = start - 1
    while last >= 0 and clean[last] in " \"'«„“”»(-":
        last -= 1
    return (
        last < 0
        or clean[last] in ".!?…:。"
        or "\n" in text.folded.text[text.folded.ends[last] : text.folded.starts[start]]
    )


def _placed(text: Reading, loud: Mapping[str, memory.Judged]) -> Seen:
    """What the pieces of a text may be, in order, and where each starts; a run that is nothing counts as one piece."""
    judged = [loud.get(run) for run in text.runs]
    if max([len(one) for one in judged if one], default=1) == 1:
        return [(one[0][1], start) if one else _QUIET for one, start in zip(judged, text.starts, strict=True)]
    seen: list[tuple[Judgement | None, int]] = []
    for one, start in zip(judged, text.starts, strict=True):
        seen += [(piece, start + offset) for offset, piece in one] if one else [_QUIET]
    return seen


_QUIET = (None, -1)


def _end(seen: tuple[Judgement | None, int]) -> int:
    """Where a piece that may be something ends."""
    assert seen[0]
    return seen[1] + len(seen[0].piece.clean)


def _follows(text: Reading, seen: Seen, place: int) -> bool:
    """Does a piece follow the one before it within one name: no comma, no full stop but an initial's?"""
    start, end = seen[place - 1][1], _end(seen[place - 1])
    gap = text.folded.clean[end : seen[place][1]]
    if gap == " ":
        return True
    if len(gap) > LONGEST_GAP or ("." in gap and end - start > 2):
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

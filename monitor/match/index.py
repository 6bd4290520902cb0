"""Many spellings looked for at once: every distinct word of a text is judged once and remembered."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import daachorse

from monitor.match import hearing, korean, slips, spelling
from monitor.match.kinds import LEAST_PREFIXED, SCORES, Judged, Kind
from monitor.match.spelling import Case, Phrase, Word
from monitor.text import fold, forms, sounds, words
from monitor.values import Spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.match.reading import Piece, Reading


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
        self._sounds: dict[str, list[int]] = defaultdict(list)
        self._lemmas: dict[str, dict[str, list[int]]] = {}
        self._starts: dict[int, list[tuple[tuple[int, ...], int]]] = defaultdict(list)
        self._judged: dict[tuple[str, str], dict[int, Judged]] = {}
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
            if hearing.has_sound(word):
                for key in sounds.keys(sounds.sounds(word.bare, word.script)):
                    self._sounds[key].append(number)
        if (
            word.rule is Spelling.LOOSE
            and word.case is not Case.STRICT
            and len(word.bare) >= LEAST_SLIPPED
            and phrase.letters >= LEAST_LOOSE
        ):
            for key in slips.deletions(word.bare):
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
                    if mention := self._row(text, judged, place, numbers, entry):
                        found.add(mention)
        if self._automaton and text.has_unspaced:
            found.update(self._unspaced_mentions(text))
        return sorted(found, key=lambda m: (m.start, -m.end, m.entry, m.kind))

    def _row(
        self, text: Reading, judged: list[dict[int, Judged]], place: int, numbers: tuple[int, ...], entry: int
    ) -> Mention | None:
        """The mention that begins at a piece, where the phrase's other words follow it."""
        if place + len(numbers) > len(text.pieces):
            return None
        row = []
        for offset, number in enumerate(numbers):
            one = judged[place + offset].get(number)
            if one is None or (offset and not _follows(text, place + offset)):
                return None
            row.append(one)
        worst = min((one.kind for one in row), key=SCORES.__getitem__)
        pieces = text.pieces[place : place + len(numbers)]
        if worst is Kind.SLIP and sum(one.kind is Kind.SLIP for one in row) > 1:
            return None
        heard = any(one.kind is Kind.SOUND for one in row)
        if heard and not hearing.sure(row, [self._by_number[n] for n in numbers], pieces[0].script):
            return None
        if heard and len(row) == 1 and row[0].everyday and _opens_a_sentence(text, pieces[0].start):
            return None  # Панцирь at the head of a sentence may be any shell
        return Mention(entry, pieces[0].start, pieces[-1].end, worst)

    def _unspaced_mentions(self, text: Reading) -> Iterator[Mention]:
        low = text.folded.low
        assert self._automaton is not None
        for start, end, number in self._automaton.find_overlapping(low):
            if _stands_free(low, start, end):
                yield Mention(self._patterns[number][1], start, end, Kind.WRITTEN)

    def _judge(self, piece: Piece, language: str) -> dict[int, Judged]:
        """Which words of the entries this piece is, and how."""
        key = (piece.clean, language)
        kinds = self._judged.get(key)
        if kinds is None:
            if len(self._judged) >= REMEMBERED:
                self._judged.clear()
            kinds = self._judged[key] = {}
            kinds.update(self._sounding(piece, language))
            kinds.update((number, Judged(kind)) for number, kind in self._readings(piece, language))
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
                if not small or self._by_number[number].case is Case.ANY or not self._by_number[number].alone:
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
            if not bare.startswith(prefix):
                continue
            rest = bare[len(prefix) :]
            if prefix.endswith("لل"):  # li- swallows the alif of the article
                yield from ((number, Kind.PREFIX) for number in self._exact.get("ال" + rest, ()))
            if len(rest) >= LEAST_PREFIXED:
                for number in self._exact.get(rest, ()):
                    if self._by_number[number].rule is not Spelling.EXACT:
                        yield number, Kind.PREFIX

    def _with_particles(self, low: str) -> Iterator[tuple[int, Kind]]:
        for stem in korean.stems(low):
            for number in self._exact.get(stem, ()):
                if self._by_number[number].rule is not Spelling.EXACT:
                    yield number, Kind.FORM

    def _sounding(self, piece: Piece, language: str) -> Iterator[tuple[int, Judged]]:
        """Names written in another script that sound like this piece, or like it without what its language hangs on."""
        small = piece.script in words.CASED and not piece.clean[0].isupper()
        if not self._sounds or small or piece.script in hearing.SOUNDLESS:
            return
        best: dict[int, Judged] = {}
        everyday = forms.known(fold.lower(piece.clean), language)
        by = sounds.ear(piece.script)
        for form, before, after in hearing.without_hangings(
            fold.strip(fold.lower(piece.clean)), piece.script, language
        ):
            heard = sounds.sounds(form, piece.script)
            for number in self._sounds.get(sounds.skeleton(heard)[: sounds.KEY], ()):
                word = self._by_number[number]
                if word.script is not piece.script and (word.case is not Case.STRICT or piece.clean.isupper()):
                    alike = sounds.alike(sounds.sounds(word.bare, word.script), heard, by)
                    if alike >= hearing.LEAST_ALIKE and (number not in best or alike > best[number].alike):
                        best[number] = Judged(Kind.SOUND, alike, before, after, everyday)
        yield from best.items()
        if piece.script is words.Script.LATIN and sounds.reads_otherwise(language):
            yield from self._read_aloud(piece, language)

    def _read_aloud(self, piece: Piece, language: str) -> Iterator[tuple[int, Judged]]:
        """Names whose English spelling sounds just as this piece does in its language: Pantsir, German Panzir."""
        low = fold.lower(piece.clean)
        hung = forms.endings(language).hung
        cuts = [low, *(low[:-n] for n in (1, 2, 3) if fold.strip(low[-n:]) in hung)]
        for heard in {sounds.read_aloud(cut, language) for cut in cuts if len(cut) >= hearing.LEAST_SOUNDED - 1}:
            for number in self._sounds.get(sounds.skeleton(heard)[: sounds.KEY], ()):
                word = self._by_number[number]
                same = word.script is words.Script.LATIN and len(word.bare) >= hearing.LEAST_SOUNDED
                if same and sounds.read_aloud(word.low, "en") == heard:
                    yield number, Judged(Kind.SOUND)

    def _slipped(self, piece: Piece, bare: str, language: str) -> Iterator[tuple[int, Kind]]:
        if not self._slips or len(bare) < LEAST_SLIPPED - 1 or forms.known(bare, language):
            return
        for key in slips.deletions(bare):
            for number in self._slips.get(key, ()):
                word = self._by_number[number]
                if word.script is piece.script and slips.one_slip(word.bare, bare):
                    yield number, Kind.SLIP


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


def _opens_a_sentence(text: Reading, start: int) -> bool:
    """Is a capital here owed to the place and not to the word? Quotation marks do not count."""
    before = text.folded.clean[:start].rstrip(" \"'«„“”»(-")
    return (
        not before
        or before[-1] in ".!?…:。"
        or "\n" in text.folded.text[text.folded.ends[len(before) - 1] : text.folded.starts[start]]
    )


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

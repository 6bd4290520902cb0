"""Names by their sound: which of the names of other scripts a text's word may be, without asking each of them.

A name of one word must sound so much alike that its outline of consonants can be looked up. The words of longer names
need less each, and some of a hundred thousand names always sound like any word: they are looked up two words at a time.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from monitor.match import hearing
from monitor.match.kinds import Judged, Kind
from monitor.match.lexicon import PLAIN
from monitor.match.postings import Postings
from monitor.match.spelling import Case
from monitor.text import fold, forms, sounds, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from monitor.match.index import Judgement
    from monitor.match.reading import Piece
    from monitor.match.spelling import Word

Row = tuple[tuple[int, ...], int]
"""The numbers of a phrase's words, and its entry."""


class Heard(NamedTuple):
    """A text's word as it sounds, whole or without what its language hangs on."""

    sound: str
    key: str
    before: bool
    after: bool
    outline: str
    heavy: float
    breathes: bool
    frame: str


class Sounding(NamedTuple):
    """A word of a spelling as it sounds."""

    sound: str
    keys: frozenset[str]
    frame: str


class Shelf:
    """Names of one word of which one measure of likeness is asked, by key, outline and frame."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[bool, str], dict[str, dict[str, list[int]]]] = defaultdict(dict)
        self._longest: dict[str, int] = {}

    def add(self, number: int, sounding: Sounding) -> None:
        breathes = sounds.breathes(sounding.sound)
        for key in sounding.keys:
            frames = self._by_key[breathes, key].setdefault(sounds.outline(sounding.sound), {})
            frames.setdefault(sounding.frame, []).append(number)
        self._longest[sounding.frame] = max(self._longest.get(sounding.frame, 0), len(sounding.sound))

    def near(self, heard: Heard, least: float, by: sounds.Ear) -> Iterator[int]:
        """All names that may sound so much alike, and few others."""
        for breathes in (False, True):
            if outlines := self._by_key.get((breathes, heard.key)):
                edits = sounds.most_edits(heard.heavy, least, breathing=breathes or heard.breathes)
                for found in _outlines(heard.outline, outlines, edits):
                    for frame, numbers in outlines[found].items():
                        if _most_alike(frame, self._longest[frame], heard, by) >= least:
                            yield from numbers


def _outlines(wanted: str, among: Mapping[str, object], edits: int) -> Iterable[str]:
    if not edits:
        return (wanted,) if wanted in among else ()
    found = process.extract(wanted, among.keys(), scorer=Levenshtein.distance, score_cutoff=edits, limit=None)
    return [outline for outline, *_ in found]


class Echoes:
    """The sounding words of an index."""

    def __init__(self, lexicon: Sequence[Word]) -> None:
        self._words = lexicon
        self._sounding: dict[int, Sounding] = {}
        self._scripts: set[words.Script] = set()
        self._shelves: dict[tuple[words.Script, bool, float], Shelf] = defaultdict(Shelf)
        self._aloud = Postings()
        self._pairs: dict[str, dict[str, list[Row]]] = defaultdict(dict)
        self._in_rows: set[str] = set()
        self._partners: dict[tuple[str, ...], frozenset[str]] = {}
        self._heard_in: dict[str, frozenset[words.Script]] = {}
        self.after: dict[int, list[Row]] = defaultdict(list)
        """Second word -> the phrases whose first word may be known by its sound."""

    def add(self, number: int) -> None:
        """Take up a word, if it is a name that other scripts spell by its sound."""
        word = self._words[number]
        if not hearing.has_sound(word):
            return
        sound = sounds.sounds(word.bare, word.script)
        sounding = self._sounding[number] = Sounding(sound, sounds.keys(sound), sys.intern(sounds.frame(sound)))
        self._scripts.add(word.script)
        if word.script is words.Script.LATIN and len(word.bare) >= hearing.LEAST_SOUNDED:
            aloud = sounds.read_aloud(word.low, "en")
            if sounds.skeleton(aloud)[: sounds.KEY] in sounding.keys:
                self._aloud.add(aloud, number)
        for capitals in (False, True) if word.alone else ():
            least = hearing.needed(word, len(sounds.skeleton(sound)), capitals=capitals)
            if least is not None:
                self._shelves[word.script, capitals, least].add(number, sounding)

    def add_row(self, row: Row) -> None:
        """Take up a phrase of two words and more."""
        sounding = [self._sounding.get(number) for number in row[0]]
        self._in_rows.update(key for one in sounding if one for key in one.keys)
        first, second = sounding[:2]
        if first:
            self.after[row[0][1]].append(row)
        if first and second:
            for one in first.keys:
                for other in second.keys:
                    self._pairs[one].setdefault(other, []).append(row)

    # --- one word

    def hear(self, piece: Piece, language: str) -> tuple[Heard, ...]:
        """What a text's word sounds like, where a name of another script may be meant."""
        script = piece.script
        if script in hearing.SOUNDLESS or (script in words.CASED and not piece.clean[0].isupper()):
            return ()
        if not self._scripts or self._scripts == {script}:
            return ()
        return _hear(piece, language)

    def scripts_heard(self, language: str) -> Collection[words.Script]:
        """The scripts whose words, with a capital where there are any, may sound like a name."""
        heard = self._heard_in.get(language)
        if heard is None:
            aloud = {words.Script.LATIN} if len(self._aloud) and sounds.reads_otherwise(language) else set()
            across = {one for one in words.Script if self._scripts and self._scripts != {one}} - hearing.SOUNDLESS
            heard = self._heard_in[language] = frozenset(aloud | across)
        return heard

    def alone(self, piece: Piece, heard: Sequence[Heard], language: str) -> Iterator[tuple[int, Judged]]:
        """Names of one word that a text's word sounds like, each with its best likeness."""
        capitals = piece.script in words.CASED or piece.script is words.Script.KATAKANA
        judged: list[tuple[int, Judged]] = []
        by = sounds.ear(piece.script)
        for (script, with_capitals, least), shelf in self._shelves.items():
            if script is not piece.script and with_capitals is capitals:
                found = dict.fromkeys(number for one in heard for number in shelf.near(one, least, by))
                judged += [(n, one) for n in found if (one := self.one(n, piece, heard, least))]
        everyday = bool(judged) and forms.known(fold.lower(piece.clean), language)
        for number, one in judged:
            yield number, one._replace(everyday=everyday)

    def aloud(self, piece: Piece, language: str) -> Iterator[tuple[int, Judged]]:
        """Names whose English spelling sounds just as this piece does in its language: Pantsir, German Panzir."""
        small = not piece.clean[0].isupper()
        if not self._aloud or small or piece.script is not words.Script.LATIN or not sounds.reads_otherwise(language):
            return
        low = fold.lower(piece.clean)
        hung = forms.endings(language).hung
        cuts = [low, *(low[:-n] for n in (1, 2, 3) if fold.strip(low[-n:]) in hung)]
        for heard in {sounds.read_aloud(cut, language) for cut in cuts if len(cut) >= hearing.LEAST_SOUNDED - 1}:
            for number in self._aloud.of(heard):
                yield number, PLAIN[Kind.SOUND]

    def one(
        self, number: int, piece: Piece, heard: Sequence[Heard], least: float = hearing.LEAST_ALIKE
    ) -> Judged | None:
        """Is a text's word this one by its sound? A likeness under `least` need not be known."""
        sounding, word = self._sounding.get(number), self._words[number]
        if not sounding or word.script is piece.script or (word.case is Case.STRICT and not piece.clean.isupper()):
            return None
        best: Judged | None = None
        by = sounds.ear(piece.script)
        for one in heard:
            if one.key in sounding.keys and _most_alike(sounding.frame, len(sounding.sound), one, by) >= least:
                alike = _alike(sounding.sound, one.sound, piece.script, least)
                if alike >= hearing.LEAST_ALIKE and (best is None or alike > best.alike):
                    best = Judged(Kind.SOUND, alike, one.before, one.after)
        return best

    # --- two words

    def keys(self, heard: Sequence[Heard]) -> tuple[str, ...]:
        """The keys by which a text's word may be one of a longer name."""
        found = {one.key for one in heard}.intersection(self._in_rows)
        return _kept_once(tuple(sorted(found)))

    def may_meet(self, first: Judgement, second: Judgement) -> bool:
        """Is there a phrase that may begin with these two, as far as their keys tell?"""
        partners = self._partners.get(first.keys)
        if partners is None:
            found = (self._pairs[key].keys() for key in first.keys if key in self._pairs)
            partners = self._partners[first.keys] = frozenset().union(*found)
        return not partners.isdisjoint(second.keys)

    def rows(self, first: Judgement, second: Judgement, language: str) -> Iterator[Row]:
        """The phrases that may begin with two words by their sound, or with one by its sound and one by its letters."""
        found = {id(row): row for row in self._pairs_of(first.keys, second.keys)}
        for number in second.kinds:
            found.update((id(row), row) for row in self.after.get(number, ()))
        if found:
            least, floor = hearing.least_in_a_row(first.piece.script)
            heard = [(one, self.hear(one.piece, language), sounds.ear(one.piece.script)) for one in (first, second)]
            for row in found.values():
                letters = sum([len(self._words[number].bare) for number in row[0]])
                if self._may_prove(row, heard, (1 - least) * letters, floor):
                    yield row

    def _pairs_of(self, first: Sequence[str], second: Sequence[str]) -> Iterator[Row]:
        for key in first:
            if seconds := self._pairs.get(key):
                for other in second:
                    yield from seconds.get(other, ())

    def _may_prove(
        self, row: Row, heard: Sequence[tuple[Judgement, Sequence[Heard], sounds.Ear]], lost: float, floor: float
    ) -> bool:
        """May the first words of a phrase sound so much alike that not more than so many of its letters are lost?"""
        for number, (judgement, forms_, by) in zip(row[0], heard, strict=False):
            if number not in judgement.kinds and (sounding := self._sounding.get(number)):
                frame, length = sounding.frame, len(sounding.sound)
                alike = [_most_alike(frame, length, one, by) for one in forms_ if one.key in sounding.keys]
                best = max(alike, default=0.0)
                lost -= (1 - best) * len(self._words[number].bare)
                if best < floor or lost < 0:
                    return False
        return True


def _most_alike(frame: str, length: int, heard: Heard, by: sounds.Ear) -> float:
    """How alike a word of a frame and a length may sound at most."""
    total = max(heard.heavy, len(frame) + by.vowels * (length - len(frame)))
    return 1 + _ROUNDING - sounds.frames_apart(frame, heard.frame, by) / total if total else 0.0


_ROUNDING = 1e-6


@lru_cache(maxsize=65_536)
def _alike(one: str, other: str, script: words.Script, least: float) -> float:
    return sounds.alike(one, other, sounds.ear(script), least)


@lru_cache(maxsize=20_000)
def _hear(piece: Piece, language: str) -> tuple[Heard, ...]:
    by = sounds.ear(piece.script)
    heard: dict[Heard, None] = {}
    bare = fold.strip(fold.lower(piece.clean))
    for form, before, after in hearing.without_hangings(bare, piece.script, language):
        sound = sounds.sounds(form, piece.script)
        key, outline = sounds.skeleton(sound)[: sounds.KEY], sounds.outline(sound)
        heavy, breathes = sounds.heaviness(sound, by), sounds.breathes(sound)
        heard[Heard(sound, key, before, after, outline, heavy, breathes, sounds.frame(sound))] = None
    return tuple(heard)


@lru_cache(maxsize=20_000)
def _kept_once(keys: tuple[str, ...]) -> tuple[str, ...]:
    """The same tuple for the same keys: a hundred thousand words share some hundreds of them."""
    return keys

"""simplemma's packed dictionaries, read in place and both ways: a word's lemma, and the words of some lemmas."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np
from simplemma.strategies.dictionaries import dictionary_factory, frontcode

from monitor.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_BLOCK = 32
"""Words between two places at which reading can begin."""
_SHELVES = 1 << 18
"""Shelves that the words are put on by their lemmas: a megabyte a language; not chosen by measurement."""
_MASK = (1 << 32) - 1


class Ways:
    """Hashes of all the words that lead to some lemmas, and of few others."""

    def __init__(self, hashes: NDArray[np.uint32]) -> None:
        self._hashes = hashes

    def among(self, lows: Iterable[str]) -> set[str]:
        """Those of some lower-case words that may lead there, written small or with a capital."""
        asked = list(lows)
        if not len(self._hashes) or not asked:
            return set()
        both = [hash(low.encode()) & _MASK for low in asked]
        both += [hash(low.capitalize().encode()) & _MASK for low in asked]
        wanted = np.array(both, dtype=np.uint32)
        places = np.searchsorted(self._hashes, wanted)
        places[places == len(self._hashes)] = 0
        held = self._hashes[places] == wanted
        return {asked[place % len(asked)] for place in np.flatnonzero(held)}


class Dictionary:
    """The inflected forms of one language with their lemmas.

    Read in one pass: 1.1 million German words take 1.2 s. What is kept is the packed text, each 32nd word, and four
    bytes for each word to find it by its lemma; the library's own way to keep a Polish dictionary takes 400 MB.
    """

    def __init__(self, name: str) -> None:
        self._data = dictionary_factory._read_decompressed(name)  # noqa: SLF001  the library has no other way to read
        backwards, _, self._begin = frontcode._read_header(self._data)  # noqa: SLF001  on from a place
        if backwards:
            raise ValueError(
                f"{name}: this dictionary is kept from the words' ends; it can be read from the front only"
            )
        self._firsts: list[bytes] = []
        self._blocks: list[tuple[int, bytes, bytes]] = []
        words, shelves = self._read()
        order = np.argsort(shelves, kind="stable")
        self._words = words[order]
        self._edges = np.searchsorted(shelves[order], np.arange(_SHELVES + 1, dtype=np.uint32)).astype(np.uint32)

    def _read(self) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """Note where each block begins, and return every word's hash and the shelf of its lemma."""
        words, shelves = array("I"), array("I")
        known: dict[bytes, int] = {}
        last_word, last_lemma = b"", b""
        for number, (place, word, lemma) in enumerate(frontcode._iter_records(self._data, self._begin)):  # noqa: SLF001
            if number % _BLOCK == 0:
                self._firsts.append(word)
                self._blocks.append((place, last_word, last_lemma))
            shelf = known.get(lemma)
            if shelf is None:
                shelf = known[lemma] = _shelf(_folded(lemma.decode()))
            words.append(hash(word) & _MASK)
            shelves.append(shelf)
            last_word, last_lemma = word, lemma
        return np.frombuffer(words, dtype=np.uint32), np.frombuffer(shelves, dtype=np.uint32)

    def get(self, word: str) -> str | None:
        """The lemma of a word, spelled as the dictionary spells it."""
        wanted = word.encode()
        block = bisect_right(self._firsts, wanted) - 1
        if block < 0:
            return None
        for _, here, lemma in frontcode._iter_records(self._data, *self._blocks[block]):  # noqa: SLF001
            if here == wanted:
                return lemma.decode()
            if here > wanted:
                return None
        return None

    def __contains__(self, word: str) -> bool:
        return self.get(word) is not None

    def ways(self, lemmas: Iterable[str]) -> Ways:
        """What leads to lemmas that are given in lower case without their marks."""
        shelves = {_shelf(lemma) for lemma in lemmas}
        found = [self._words[self._edges[shelf] : self._edges[shelf + 1]] for shelf in shelves]
        hashes = np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.uint32)
        return Ways(hashes)


def _folded(lemma: str) -> str:
    return lemma.lower() if lemma.isascii() else fold.strip(fold.lower(lemma))


def _shelf(lemma: str) -> int:
    return hash(lemma) % _SHELVES

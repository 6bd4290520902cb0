"""Whether a word's letters can be an entry's, told from sets alone: a mesh holds every word that can, and some more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.match import slips
from monitor.text.words import Script

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from monitor.match.postings import Postings
    from monitor.text.forms import Endings


@dataclass(frozen=True)
class Keys:
    """What an index files its words under."""

    exact: Postings
    stems: AbstractSet[str]
    free: AbstractSet[str]
    """Stems that any ending may follow."""
    slips: Postings


class Mesh:
    """The keys of an index as one language can lead to them."""

    def __init__(self, keys: Keys, endings: Endings, longest_free: int) -> None:
        self._keys = keys
        self._hung = endings.hung
        self._hung_lengths = sorted({len(ending) for ending in endings.hung})
        self._doubled_lengths = sorted({len(ending) + 1 for ending in endings.doubling})
        self._doubling = endings.doubling
        self._longest_free = longest_free if keys.free else -1
        self._before_lengths = sorted({len(prefix) for prefix in endings.before})
        self._swallows = any(prefix.endswith(SWALLOWING) for prefix in endings.before)

    def hold(self, bare: str, script: Script) -> bool:
        """May a word without its marks be an entry's word, inflected, with a prefix or with a slip?"""
        if bare in self._keys.exact.filed:
            return True
        return len(bare) <= LONGEST_WORD and (
            self._hangs(bare) or self._prefixed(bare) or self._slipped(bare) or self._with_particles(bare, script)
        )

    def _slipped(self, bare: str) -> bool:
        filed = self._keys.slips.filed
        return bool(filed) and not filed.keys().isdisjoint(slips.deletions(bare))

    def _with_particles(self, bare: str, script: Script) -> bool:
        exact = self._keys.exact.filed
        beginnings = (bare[:cut] for cut in range(2, len(bare)))
        return script is Script.HANGUL and any(part in exact for part in (*beginnings, *bare))

    def _hangs(self, bare: str) -> bool:
        stems, hung = self._keys.stems, self._hung
        if bare in stems:
            return True
        for length in self._hung_lengths:
            if bare[-length:] in hung and bare[:-length] in stems:
                return True
        for length in self._doubled_lengths:
            if bare[1 - length :] in self._doubling and bare[:-length] in stems:
                return True
        free = self._keys.free
        return any(bare[: len(bare) - n] in free for n in range(self._longest_free + 1))

    def _prefixed(self, bare: str) -> bool:
        exact = self._keys.exact.filed
        return any(
            bare[length:] in exact or (self._swallows and ARTICLE + bare[length:] in exact)
            for length in self._before_lengths
        )


LONGEST_WORD = 100
"""Letters up to which a word may be another's form or slip; what is longer is no word, and is compared as it stands."""
SWALLOWING, ARTICLE = "لل", "ال"
"""Arabic li- swallows the alif of the article."""

"""How telling a word, name or number is: the fewer articles hold it, the more a shared one says."""

from __future__ import annotations

import re
from math import log
from typing import TYPE_CHECKING

from monitor.text import stems

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.values import Sketch

_BELIEVED = 100
"""Articles that the expected share below is worth before the stream has shown its own."""
_EXPECTED_WORD = 0.005
_EXPECTED_NAME = {3: 0.04, 4: 0.01}
"""By consonants of the skeleton, measured on news in 55 languages: short ones are shared by chance."""
_EXPECTED_LONG_NAME = 0.004
_EXPECTED_NUMBER = 0.02
_EXPECTED_PLACE = 0.005
"""The mean of 171 countries in news of 55 languages; the United States stand in every eighth article."""
_EXPECTED_SMALL_NUMBER = 0.15
"""Counts up to twelve, years and round hundreds stand in every seventh article."""
_LIMIT = 400_000
"""Terms remembered; above it the rarest are dropped."""
_SMALL = re.compile(r"\d|1[0-2]|20|30|50|100|(?:19|20)\d\d")


class Rarity:
    """Counts in how many articles each term stands; learns as the stream runs and looks ahead nowhere."""

    def __init__(self) -> None:
        self._articles: dict[str, int] = {}
        self._holding: dict[str, int] = {}

    def learn(self, sketch: Sketch) -> None:
        """Count one more article. Words are counted by language, names and numbers in all languages together."""
        for scope in (sketch.language, "*"):
            self._articles[scope] = self._articles.get(scope, 0) + 1
        for key in self._keys(sketch):
            self._holding[key] = self._holding.get(key, 0) + 1
        if len(self._holding) > _LIMIT:
            self._drop_the_rarest()

    def _drop_the_rarest(self) -> None:
        """Down to three quarters of the limit, so that this is done seldom."""
        most = 1
        while len(self._holding) > 3 * _LIMIT // 4:
            self._holding = {key: count for key, count in self._holding.items() if count > most}
            most *= 2

    def word(self, word: str, language: str) -> float:
        """Inverse document frequency of a word in its language (natural logarithm, smoothed)."""
        return self._weight(f"{language}:{word}", language, stems.share(word, language) or _EXPECTED_WORD)

    def name(self, name: str) -> float:
        """Inverse document frequency of a name."""
        return self._weight(f"n:{name}", "*", _EXPECTED_NAME.get(len(name), _EXPECTED_LONG_NAME))

    def number(self, number: str) -> float:
        """Inverse document frequency of a quantity or date."""
        small = _SMALL.fullmatch(number) is not None
        return self._weight(f"q:{number}", "*", _EXPECTED_SMALL_NUMBER if small else _EXPECTED_NUMBER)

    def place(self, code: str) -> float:
        """Inverse document frequency of a country."""
        return self._weight(f"p:{code}", "*", _EXPECTED_PLACE)

    def _weight(self, key: str, scope: str, expected: float) -> float:
        seen, articles = self._holding.get(key, 0), self._articles.get(scope, 0)
        return -log((expected * _BELIEVED + seen) / (_BELIEVED + articles + 1))

    @staticmethod
    def _keys(sketch: Sketch) -> Iterable[str]:
        yield from (f"{sketch.language}:{word}" for word in sketch.words)
        yield from (f"n:{name}" for name in sketch.names)
        yield from (f"q:{number}" for number in sketch.numbers)
        yield from (f"p:{code}" for code in sketch.places)

"""Inflection: the dictionary forms of a word, and what each language hangs on names that no dictionary knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Protocol

import pymorphy3

from monitor.text import dictionaries, fold
from monitor.text.words import Script

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterator, Sequence

    from pymorphy3.opencorpora_dict.wrapper import Dictionary as OpencorporaDictionary

_LEAST_LIKELY = 0.02
"""Readings of a Russian or Ukrainian word rarer than this share are left out: they join unlike words."""
_DICTIONARIES = frozenset(
    {
        "bg",
        "ca",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "fi",
        "fr",
        "gl",
        "hbs",
        "hi",
        "hu",
        "hy",
        "is",
        "it",
        "ka",
        "lt",
        "lv",
        "mk",
        "nb",
        "nl",
        "pl",
        "pt",
        "ro",
        "sk",
        "sl",
        "sq",
        "sv",
        "tr",
    }
)
_ONE_LANGUAGE = {"no": "nb", "nn": "nb", "sr": "hbs", "hr": "hbs", "bs": "hbs", "sh": "hbs"}


@dataclass(frozen=True, slots=True)
class Endings:
    """How one language changes the edges of a word, in folded letters without marks."""

    hung: frozenset[str]
    """Endings of inflected forms."""
    dropped: frozenset[str]
    """Endings of dictionary forms that give way to another ending."""
    before: frozenset[str]
    """What is written together in front: articles, conjunctions, prepositions."""
    adjectives: frozenset[str]
    """What makes an adjective or a demonym of a country's name."""
    doubling: frozenset[str]
    """Endings that double the consonant before them: Gazprom, Gazprommal."""


@cache
def _table() -> dict[str, Endings]:
    lines = (resources.files("monitor.text") / "data/endings.txt").read_text("utf-8").splitlines()
    table: dict[str, dict[str, frozenset[str]]] = {}
    for row in (line.split() for line in lines if line and not line.startswith("#")):
        kind = row[1] if row[1] in "+-~=" else "hung"
        parts = row[1:] if kind == "hung" else row[2:]
        table.setdefault(row[0], {})[kind] = frozenset(fold.strip(fold.lower(part)) for part in parts)
    none: frozenset[str] = frozenset()
    return {
        code: Endings(*(kinds.get(kind, none) for kind in ("hung", "-", "+", "~", "=")))
        for code, kinds in table.items()
    }


_FEW = Endings(frozenset({"s"}), frozenset(), frozenset(), frozenset(), frozenset())


def endings(language: str) -> Endings:
    """What a language hangs on names; a plural or genitive s where nothing is known of it."""
    return _table().get(language, _FEW)


@cache
def _morphology(language: str) -> pymorphy3.MorphAnalyzer:
    return pymorphy3.MorphAnalyzer(lang=language)


@cache
def _dictionary(language: str) -> dictionaries.Dictionary | None:
    """Inflected form -> dictionary form; None for a language without one here."""
    name = _ONE_LANGUAGE.get(language, language)
    if name not in _DICTIONARIES:
        return None
    return _dictionary(name) if name != language else dictionaries.Dictionary(name)


def may_know(script: Script, language: str) -> bool:
    """May a dictionary hold words of a script? The Russian and Ukrainian ones guess at whatever they are given."""
    return script is Script.CYRILLIC or language not in ("ru", "uk")


@lru_cache(maxsize=20_000)
def lemmas(low: str, language: str) -> frozenset[str]:
    """The dictionary forms of a lower-case word; empty where no dictionary knows it."""
    if language in ("ru", "uk"):
        readings = _morphology(language).parse(low)
        return frozenset(fold.strip(r.normal_form) for r in readings if r.score >= _LEAST_LIKELY)
    dictionary = _dictionary(language)
    lemma = (dictionary.get(low) or dictionary.get(low.capitalize())) if dictionary else None
    return frozenset({fold.strip(fold.lower(lemma))}) if lemma else frozenset()


class Ways(Protocol):
    """What may lead to some lemmas, made once so that no other word need be looked up."""

    def among(self, lows: Sequence[str]) -> set[str]:
        """Those of some lower-case words that may lead there, and few others."""


def ways(lemmas: Collection[str], language: str) -> Ways | None:
    """What may lead to lemmas as `lemmas` tells them; None where nothing does."""
    if not lemmas:
        return None
    if language in ("ru", "uk"):
        return _Paradigms(lemmas, _morphology(language))
    dictionary = _dictionary(language)
    return dictionary.ways(lemmas) if dictionary else None


class _Paradigms:
    """The forms of all paradigms of some lemmas, and how words begin of which their forms may be guessed.

    pymorphy3 guesses at unknown words by their last five letters at most, so that a guess begins as the word does.
    """

    def __init__(self, lemmas: Collection[str], morphology: pymorphy3.MorphAnalyzer) -> None:
        self._forms: set[str] = set()
        self._heads = {_plain(lemma)[:length] for lemma in lemmas for length in range(1, _LONGEST_HEAD + 1)}
        dictionary = morphology.dictionary
        for lemma in lemmas:
            for word, readings in dictionary.words.similar_items(lemma, morphology.char_substitutes):
                for number, place in readings:
                    if fold.strip(dictionary.build_normal_form(number, place, word)) == lemma:
                        self._forms.update(map(_plain, _paradigm(dictionary, number, place, word)))

    def among(self, lows: Sequence[str]) -> set[str]:
        plain = _plain("\n".join(lows)).split("\n")
        forms, heads = self._forms, self._heads
        return {
            low
            for low, word in zip(lows, plain, strict=True)
            if word in forms or word[: min(_LONGEST_HEAD, max(_SHORTEST_HEAD, len(word) - _GUESSED))] in heads
        }


_GUESSED, _SHORTEST_HEAD, _LONGEST_HEAD = 5, 2, 4
"""Letters that are guessed from, and those of a word's beginning that are compared."""


def _plain(word: str) -> str:
    """A word in which no letter stands that texts write as another (ё, ґ)."""
    return fold.strip(word).replace("ґ", "г")


def _paradigm(dictionary: OpencorporaDictionary, number: int, place: int, word: str) -> Iterator[str]:
    """All forms of the paradigm of which a word is the form at a place."""
    paradigm = dictionary.paradigms[number]
    count = len(paradigm) // 3
    stem = dictionary.build_stem(paradigm, place, word)
    for n in range(count):
        yield dictionary.paradigm_prefixes[paradigm[2 * count + n]] + stem + dictionary.suffixes[paradigm[n]]


def may_come_from(low: str, language: str, wanted: Container[str]) -> bool:
    """Can a word's dictionary forms be among those wanted? Asked first where telling them exactly takes long.

    pymorphy3 takes 83 us to weigh a word's readings, 50 us to name the dictionary's (3,000 words of Russian news).
    """
    if language not in ("ru", "uk"):
        return True
    morphology = _morphology(language)
    dictionary = morphology.dictionary
    readings = dictionary.words.similar_items(low, morphology.char_substitutes)
    normal = (dictionary.build_normal_form(*form, word) for word, forms_ in readings for form in forms_)
    return not readings or any(fold.strip(form) in wanted for form in normal)


_NAMES_BY_LEMMA = frozenset(
    {"ru", "uk", "bg", "mk", "cs", "sk", "sl", "pl", "hr", "sr", "bs", "lt", "lv", "el", "fi", "et", "hu"}
)
"""Languages that inflect names; elsewhere a name's lemma is another word's (Irán is a form of Spanish ir)."""


def name_lemmas(low: str, language: str) -> frozenset[str]:
    """The dictionary forms by which a name may be found, where the language inflects names."""
    return lemmas(low, language) if language in _NAMES_BY_LEMMA else frozenset()


_NAMES = frozenset({"Name", "Surn", "Patr", "Geox", "Orgn", "Trad"})
"""OpenCorpora's marks of names of people, places, bodies and makes."""


@lru_cache(maxsize=20_000)
def known(low: str, language: str) -> bool:
    """Is this lower-case word an everyday word of the language and no name, as far as its dictionary goes?"""
    if language in ("ru", "uk"):
        morphology = _morphology(language)
        return morphology.word_is_known(low) and not any(_NAMES & set(r.tag.grammemes) for r in morphology.parse(low))
    dictionary = _dictionary(language)
    return dictionary is not None and low in dictionary

"""Inflection: the dictionary forms of a word, and what each language hangs on names that no dictionary knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import pymorphy3
from simplemma.strategies.dictionaries import StreamDictionaryFactory

from monitor.text import fold
from monitor.text.words import Script

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

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
_FACTORY = StreamDictionaryFactory(cache_max_size=len(_DICTIONARIES))
"""Reads the packed dictionaries in place: 5 MB and about 1 s a language at first use, where the
default takes 400 MB and 8 s of CPU for Polish (measured)."""
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
def _dictionary(language: str) -> Mapping[str, str]:
    """Inflected form -> dictionary form; empty for a language without one here."""
    name = _ONE_LANGUAGE.get(language, language)
    return _FACTORY.get_dictionary(name) if name in _DICTIONARIES else {}


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
    lemma = dictionary.get(low) or dictionary.get(low.capitalize())
    return frozenset({fold.strip(fold.lower(lemma))}) if lemma else frozenset()


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
    return low in _dictionary(language)

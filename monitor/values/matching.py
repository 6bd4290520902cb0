"""What a watchlist asks for, and what was found of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """The two fields of an article in which a place can stand."""

    TITLE = "title"
    TEXT = "text"


class Within(StrEnum):
    """How close together the rows of an `all` term must stand."""

    SENTENCE = "sentence"
    """In one sentence."""
    PARAGRAPH = "paragraph"
    """In one paragraph (a title is a paragraph of its own)."""
    ARTICLE = "article"
    """Anywhere in the article."""
    WORDS = "words"
    """Within a number of words of each other."""


class Spelling(StrEnum):
    """How far from the written spelling a text may be."""

    EXACT = "exact"
    """As written; letters may differ in case and width alone (acronyms not even in case)."""
    FORMS = "forms"
    """Also its inflected forms and its usual spelling in other scripts: the default."""
    LOOSE = "loose"
    """Also one typing slip in words of six letters and more."""


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling to look for, or a country whose names are to be looked for."""

    text: str
    """The spelling as the operator wrote it; empty for a country."""
    country: str | None = None
    """ISO 3166 alpha-2 code: every language's names, adjectives and short forms of that country."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a watchlist looks for.

    Without `all_of` any of `names` is a hit. With it one of each row must stand `within` reach of the others.
    """

    name: str
    names: tuple[Name, ...] = ()
    all_of: tuple[tuple[Name, ...], ...] = ()
    within: Within = Within.ARTICLE
    words: int = 0
    """The reach, where `within` is WORDS."""
    near: tuple[Name, ...] = ()
    """One of these must stand in the article, else there is no hit."""
    never: tuple[Name, ...] = ()
    """None of these may stand in the article (`not:` in YAML)."""
    spelling: Spelling = Spelling.FORMS
    languages: tuple[str, ...] = ()
    """Look only in articles of these languages; empty: in all."""
    line: int = 0
    """Where it stands in its file, from 1."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text that a watchlist must match, or must ignore."""

    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Notify:
    """A subscriber whom the operator vouches for, with what the operator chose for them; None: not said."""

    address: str
    cadence: str | None = None
    zone: str | None = None
    language: str | None = None
    languages: tuple[str, ...] | None = None
    quiet: str | None = None
    cap: int | None = None


@dataclass(frozen=True, slots=True)
class Watchlist:
    """What one watchlists/*.yaml asks for."""

    id: str
    """The file's stem."""
    title: str
    terms: tuple[Term, ...]
    notify: tuple[Notify, ...] = ()
    never: tuple[Name, ...] = ()
    must_match: tuple[Example, ...] = ()
    must_ignore: tuple[Example, ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found in an article, with its place and its reason."""

    watchlist: str
    term: str
    found: str
    """The words as they stand: exactly article.<where>[start:end]."""
    where: Field
    start: int
    end: int
    how: str
    """The rule in plain words, e.g. "Панциря: inflected form of Панцирь"."""
    score: float
    """From 0 to 1: how sure the match is; 1 is the exact spelling."""

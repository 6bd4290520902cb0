"""What a readable watchlist says against itself, what is doubtful in it, and which of its examples go wrong."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

import babel

from monitor.errors import Complaint
from monitor.text import countries, fold, stems, words
from monitor.values import Spelling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from monitor.values import Hit, Name, Term, Watchlist


def contradictions(terms: Sequence[Term], never: Sequence[Name]) -> Iterator[tuple[int, str]]:
    """Lines and problems: what is looked for and forbidden at once can never be found."""
    for term in terms:
        forbidden = (*term.never, *never)
        for name in _asked(term):
            for other in forbidden:
                if _same(name, other):
                    problem = f"'{_shown(name)}' is asked for and forbidden by `not:`"
                    yield term.line, f"{problem}; take it out of one of them"
                elif _holds(name, other):
                    problem = f"'{_shown(name)}' holds '{_shown(other)}', which `not:` forbids"
                    yield term.line, f"{problem}, so it can never be found; take one of them out"
        for name in term.near:
            if any(_same(name, other) or _holds(name, other) for other in forbidden):
                yield term.line, f"'{_shown(name)}' stands in `near:` and in `not:`; take it out of one of them"


def _asked(term: Term) -> Iterator[Name]:
    yield from term.names
    for row in term.all_of:
        yield from row


def _same(name: Name, other: Name) -> bool:
    return name.country == other.country and _folded(name.text).low == _folded(other.text).low


@lru_cache(maxsize=4096)
def _folded(text: str) -> fold.Folded:
    return fold.fold(text)


def _holds(name: Name, other: Name) -> bool:
    """Does every text with this name hold the other one?"""
    if other.country:
        return bool(name.text) and countries.code_of(name.text) == other.country
    if name.country or not other.text:
        return False
    strict = other.text.isupper()
    whole, part = ((f.clean if strict else f.low) for f in map(_folded, (name.text, other.text)))
    wanted = _row(part)
    if not all(word in whole for word in wanted):
        return False
    if any(words.script_of(char) in words.UNSPACED for char in part):
        return part in whole
    row = _row(whole)
    return any(row[i : i + len(wanted)] == wanted for i in range(len(row) - len(wanted) + 1)) if wanted else False


@lru_cache(maxsize=4096)
def _row(text: str) -> tuple[str, ...]:
    return tuple(text[token.start : token.end] for token in words.tokens(text))


def _shown(name: Name) -> str:
    return f"country: {name.country}" if name.country else name.text


# --- doubts --------------------------------------------------------------------------------------------------------


def warnings(watchlist: Watchlist) -> tuple[Complaint, ...]:
    """What may be meant but seldom works, in the order of the file."""
    found = [(0, doubt) for name in watchlist.never for doubt in _everyday(name.text, "not")]
    found += [(term.line, doubt) for term in watchlist.terms for doubt in _of_term(term)]
    found += _shared(watchlist.terms)
    named = Counter(each.address.lower() for each in watchlist.notify)
    twice = [address for address, count in named.items() if count > 1]
    found += [(0, f"notify: {address} stands there more than once; once is enough") for address in twice]
    return tuple(sorted(Complaint(watchlist.file, line, doubt) for line, doubt in dict.fromkeys(found)))


def _of_term(term: Term) -> Iterator[str]:
    for name in term.names:
        yield from _of_spelling(name.text)
    for row in term.all_of:
        for name in row:
            yield from _foreign_syntax(name.text)
            yield from _everyday(name.text, "all")
    for name in term.near:
        yield from _everyday(name.text, "near")
        if name in term.names:
            yield f"'{_shown(name)}' stands in `near:` and is the term itself, so it narrows nothing"
    for name in term.never:
        yield from _everyday(name.text, "not")
    if any(one == other for one, other in itertools.pairwise(sorted(map(_row_key, term.all_of)))):
        yield "two rows of `all:` are the same, so the second asks for nothing more"
    yield from _of_languages(term.languages)
    spelled = [name.text for name in _asked(term) if name.text]
    if term.spelling is Spelling.LOOSE and spelled and not any(_letters(text) >= LEAST_LOOSE for text in spelled):
        yield f"`spelling: loose` forgives a slip in {LEAST_LOOSE} letters and more; no spelling here is so long"


LEAST_LOOSE = 6
"""As the matcher has it: shorter words one slip apart are mostly other words."""


def _of_languages(codes: Sequence[str]) -> Iterator[str]:
    for code in codes:
        if code in NEVER_TOLD:
            called = babel.Locale("en").languages.get(code, code)
            hint = "write no" if code in ("nb", "nn") else "take it out, or leave `languages:` away"
            yield f"languages: no article is told to be in {called} ({code}); {hint}"


_CODES = (
    "aa ab ae ak av ay bi bm bo ce ch co cr cu cv dv ee ff fj gn gv ho hz ia ie ii ik io iu kg ki kj kl kr ks kv kw li "
    "lu mh mi na nb nd ng nn nr nv ny oj os pi rm rn sc sd sg sh sm ss su ti tn to ts tw ty ve wo yi za"
)
NEVER_TOLD = frozenset(_CODES.split())
"""Languages that no article is told to be in by its text, whatever it is written in: py3langid does not know them."""


def _row_key(row: Sequence[Name]) -> tuple[str, ...]:
    return tuple(sorted(_shown(name) for name in row))


def _of_spelling(text: str) -> Iterator[str]:
    yield from _foreign_syntax(text)
    yield from _everyday(text, "")
    cased = [char for char in fold.fold(text).clean if char.isalnum()]
    if 0 < len(cased) <= 2 and words.script_of(cased[0]) in words.CASED:
        yield f"'{text}' has two letters; expect hits that mean something else, `near:` narrows them"
    if code := countries.code_of(text):
        yield f"'{text}' is looked for as a name; if the country is meant, `country: {code}` finds it in every language"


_WILDCARD = re.compile(r"\w[*?]|[*?]\w|\.\*|\\[bwd]|^/.+/$")
_OPERATOR = re.compile(r"\s(?:AND|OR|NOT|NEAR)\s|\s[|&]{1,2}\s")
_CURLY = "“”„«»‘’"


def _foreign_syntax(text: str) -> Iterator[str]:
    """Habits from other programs, which mean nothing here."""
    if _WILDCARD.search(text):
        yield f"'{text}' has a wildcard, which is not read as one; leave it out: forms are found by themselves"
    if _OPERATOR.search(text):
        yield f"'{text}' has an operator, which is looked for as a word; write `also:`, `all:`, `near:` or `not:`"
    if text and text[0] in _CURLY and text[-1] in _CURLY:
        yield f"'{text}' keeps its curly quotes in mails and pages; write straight ones or none"
    key = text.partition(":")[0]
    if ": " not in text and ":" in text and key in ("name", "also", "country", "all", "near", "not"):
        yield f"'{text}' is looked for as it stands; for a key write a space behind its colon"


_EFFECTS = {
    "": "expect as many hits",
    "near": "it narrows little",
    "not": "it silences them",
    "all": "it narrows little",
}


def _everyday(text: str, key: str) -> Iterator[str]:
    """Words that stand in many articles; beside a term, and with a capital, only the commonest do harm."""
    share, language = (0.0, "") if text.isupper() else _share(text)
    if share >= (OFTEN if key or text[:1].isupper() else COMMON):
        where = f"{key}: " if key else ""
        articles = f"{babel.Locale('en').languages.get(language, language)} articles"
        yield f"{where}'{text}' stands in about {share:.0%} of {articles}; {_EFFECTS[key]}"


COMMON = 0.05
"""A share of articles from which a term is doubtful: names.is_everyday's measure of what is no name."""
OFTEN = 0.3
"""The same beside a term: a word in a third of all articles asks for nothing."""


def _share(text: str) -> tuple[float, str]:
    """The largest share of articles of one language that hold a single word, and that language."""
    token = words.tokens(text)
    if len(token) != 1 or len(text) > stems.LENGTH:
        return 0.0, ""
    found = stems.of(text)
    if not found:
        return 0.0, ""
    return max((min(stems.share(stem, code) for stem in found), code) for code in sorted(countries.languages()))


def _letters(text: str) -> int:
    return sum(char.isalnum() for char in text)


def _shared(terms: Iterable[Term]) -> Iterator[tuple[int, str]]:
    """Spellings that two terms ask for on the same conditions: every hit comes twice."""
    first: dict[tuple[object, ...], Term] = {}
    for term in terms:
        for name in term.names:
            key = (name, term.near, term.never, term.languages)
            other = first.setdefault(key, term)
            if other is not term:
                yield term.line, f"'{_shown(name)}' is also a spelling of the term '{other.name}'; each hit comes twice"


# --- examples ------------------------------------------------------------------------------------------------------


def check_examples(watchlist: Watchlist, find: Callable[[str], Sequence[Hit]]) -> tuple[Complaint, ...]:
    """The examples that do not behave; `find` gives the hits of this watchlist in a text."""
    missed = [
        Complaint(watchlist.file, example.line, f"must match, but nothing was found in: {example.text}")
        for example in watchlist.must_match
        if not find(example.text)
    ]
    false = [
        Complaint(watchlist.file, example.line, f"must be ignored, but {_listed(hits)} was found in: {example.text}")
        for example in watchlist.must_ignore
        if (hits := find(example.text))
    ]
    return (*missed, *false)


def _listed(hits: Sequence[Hit]) -> str:
    return ", ".join(f"{hit.found!r} for {hit.term} ({hit.how})" for hit in hits)

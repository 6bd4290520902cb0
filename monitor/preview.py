"""What an edit of a watchlist would change: the live code over what is kept, beside the version in use."""

from __future__ import annotations

import dataclasses
import itertools
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from monitor import likeness, match
from monitor.pipeline.mind import Mind, Noticed
from monitor.text import words
from monitor.values import Field, News

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from monitor.embed import Embedder
    from monitor.store.archive import Kept
    from monitor.store.people import Reader
    from monitor.values import Article, Hit, Vectors, Watchlist

PAGE = 64
"""Articles in memory at a time, and embedded in one call of the sentence model."""
LISTED = 200
"""Gained, and lost, articles that a report names: the newest ones; all are counted."""
MOST_EMBEDDED = 500
"""Articles placed among stories that never were, at a fifth of a second each; those beyond go by the others' share."""
TOO_MANY = 40
"""Articles a day of one term that fill a mail by themselves: digest.composing puts as many stories into one."""
TOO_LARGE = 0.05
"""A share of all articles. Of 17 names of people and companies and 4 common words looked for in 947 articles of two
collections of news, only the two presidents whom the collections are about passed it; whole countries do."""
ENOUGH = 100
"""Articles from which a share says something."""


class Change(StrEnum):
    """What becomes of an article by the edit."""

    GAINED = "gained"
    """The edited version finds it, the one in use does not."""
    LOST = "lost"
    """The version in use finds it, the edited one does not."""


@dataclass(frozen=True, slots=True)
class Changed:
    """An article that an edit gains or loses, with what decides it."""

    change: Change
    article: str
    """Its id."""
    url: str | None
    title: str
    language: str
    seen: datetime
    term: str
    found: str
    sentence: str
    how: str


@dataclass
class Activity:
    """What one term of the edited version finds."""

    name: str
    line: int
    articles: int = 0
    before: int = 0
    """Articles that the term of this name finds in the version in use."""
    languages: Counter[str] = field(default_factory=Counter)
    a_day: float = 0.0
    doubt: str = ""
    """Why it is worth a second look: it never fires, or too much."""


@dataclass
class Report:
    """Everything that is known of an edit before it is saved."""

    articles: int = 0
    days: float = 0.0
    gained: int = 0
    lost: int = 0
    both: int = 0
    changed: list[Changed] = field(default_factory=list)
    """Newest first."""
    terms: list[Activity] = field(default_factory=list)
    languages: Counter[str] = field(default_factory=Counter)
    """Articles that the edited version finds, by language."""
    languages_before: Counter[str] = field(default_factory=Counter)
    items_before: float = 0.0
    """Stories and developments a day of the version in use."""
    items_after: float = 0.0


@dataclass(frozen=True, slots=True)
class Versions:
    """The edited watchlist, and the one in use; without it, what was found when each article was read stands in."""

    edited: Watchlist
    in_use: Watchlist | None


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is spent on what a digest would tell; articles beyond go by the share of the others."""

    embedded: int
    """Articles placed among stories that never were."""
    placed: int | None = None
    """Articles placed at all, the oldest first; None: every one."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A kept article with the hits of both versions."""

    kept: Kept
    after: tuple[Hit, ...]
    before: tuple[Hit, ...]


_AFTER, _BEFORE = "after", "before"


def look(
    articles: Iterable[Kept], versions: Versions, embedder: Embedder, now: datetime, bounds: Bounds | None = None
) -> Report:
    """Read every kept article, oldest first, by both versions. Only the articles of a page are in memory at a time."""
    finder = _Finder(versions)
    tally = _Tally(versions.edited)
    vectors = _Vectors(embedder, bounds or Bounds(MOST_EMBEDDED))
    retold = {_AFTER: _Retelling(embedder), _BEFORE: _Retelling(embedder)}
    stream = iter(articles)
    while page := list(itertools.islice(stream, PAGE)):
        seen = [finder.find(kept) for kept in page]
        for each in seen:
            tally.add(each)
        known = vectors.of([each.kept for each in seen if each.after or each.before])
        for each in seen:
            retold[_AFTER].add(each.kept.article, each.after, known)
            retold[_BEFORE].add(each.kept.article, each.before, known)
    report = tally.report(now)
    report.items_after, report.items_before = (retold[v].items / report.days for v in (_AFTER, _BEFORE))
    return report


class _Finder:
    """Both versions in one matcher: a text is read once."""

    def __init__(self, versions: Versions) -> None:
        self._id = versions.edited.id
        self._compared = versions.in_use is not None
        named = [dataclasses.replace(versions.edited, id=_AFTER)]
        if versions.in_use:
            named.append(dataclasses.replace(versions.in_use, id=_BEFORE))
        self._matcher = match.compile_all(named)

    def find(self, kept: Kept) -> _Seen:
        hits = self._matcher.find(kept.article)
        after = tuple(hit for hit in hits if hit.watchlist == _AFTER)
        if self._compared:
            return _Seen(kept, after, tuple(hit for hit in hits if hit.watchlist == _BEFORE))
        return _Seen(kept, after, tuple(hit for hit in kept.hits if hit.watchlist == self._id))


class _Tally:
    """Counts by term, and the newest changes."""

    def __init__(self, edited: Watchlist) -> None:
        self._terms = {term.name: Activity(term.name, term.line) for term in edited.terms}
        self._report = Report()
        self._changed = {change: deque[Changed](maxlen=LISTED) for change in Change}
        self._first: datetime | None = None

    def add(self, seen: _Seen) -> None:
        report = self._report
        report.articles += 1
        self._first = self._first or seen.kept.seen
        for name in {hit.term for hit in seen.after}:
            self._terms[name].articles += 1
            self._terms[name].languages[seen.kept.article.language or "und"] += 1
        for name in {hit.term for hit in seen.before} & self._terms.keys():
            self._terms[name].before += 1
        report.languages[seen.kept.article.language or "und"] += bool(seen.after)
        report.languages_before[seen.kept.article.language or "und"] += bool(seen.before)
        if seen.after and seen.before:
            report.both += 1
        elif seen.after:
            report.gained += 1
            self._changed[Change.GAINED].append(_changed(Change.GAINED, seen.kept, seen.after[0]))
        elif seen.before:
            report.lost += 1
            self._changed[Change.LOST].append(_changed(Change.LOST, seen.kept, seen.before[0]))

    def report(self, now: datetime) -> Report:
        report = self._report
        report.days = max(1.0, (now - self._first) / timedelta(days=1)) if self._first else 1.0
        report.changed = [each for kind in Change for each in reversed(self._changed[kind])]
        report.terms = list(self._terms.values())
        for term in report.terms:
            term.a_day = term.articles / report.days
            term.doubt = _doubt(term, report.articles)
        return report


def _doubt(term: Activity, articles: int) -> str:
    if not term.articles:
        return f"never fires in {articles:,} articles"
    if term.a_day > TOO_MANY:
        return f"fires too much: more than {TOO_MANY} articles a day fill a mail by themselves"
    if articles >= ENOUGH and term.articles > TOO_LARGE * articles:
        return f"fires too much: in more than {TOO_LARGE:.0%} of all articles"
    return ""


def _changed(change: Change, kept: Kept, hit: Hit) -> Changed:
    article = kept.article
    sentence = sentence_of(article, hit)
    return Changed(
        change,
        article.id,
        article.url,
        article.title,
        article.language or "und",
        kept.seen,
        hit.term,
        hit.found,
        sentence,
        hit.how,
    )


LONGEST_SENTENCE = 300
"""Characters shown of a sentence, around what was found."""


def sentence_of(article: Article, hit: Hit) -> str:
    """The sentence of a hit, cut around it where it is long; of a stored hit whose text has changed, its words."""
    text = article.title if hit.where is Field.TITLE else article.text
    if text[hit.start : hit.end] != hit.found:
        return hit.found
    spans = words.sentences(text, article.language or "und")
    start, end = next(((a, b) for a, b in spans if a <= hit.start < b), (hit.start, hit.end))
    if end - start > LONGEST_SENTENCE:
        spare = max(0, LONGEST_SENTENCE - (hit.end - hit.start)) // 2
        start, end = max(start, hit.start - spare), min(end, hit.end + spare)
    return " ".join(text[start:end].split())


# --- what a digest would have told -----------------------------------------------------------------------------------


class _Vectors:
    """Vectors of found articles: the kept ones, and new ones as far as there is time for them."""

    def __init__(self, embedder: Embedder, bounds: Bounds) -> None:
        self._embedder = embedder
        self._room = bounds.embedded
        self._places = bounds.placed

    def of(self, found: Sequence[Kept]) -> dict[str, Vectors]:
        if self._places is not None:
            found = found[: self._places]
            self._places -= len(found)
        known = {kept.article.id: likeness.unpack(kept.sketch).vectors for kept in found if kept.sketch}
        fresh = [kept.article for kept in found if not kept.sketch][: self._room]
        self._room -= len(fresh)
        made = self._embedder.encode([likeness.excerpts(article) for article in fresh])
        return known | {article.id: vector for article, vector in zip(fresh, made, strict=True)}


class _Retelling:
    """Tells one version's hits from an empty memory, as the service would have."""

    def __init__(self, embedder: Embedder) -> None:
        self._mind = Mind(match.compile_all([]), embedder)
        self._told = 0
        self._judged = 0
        self._passed = 0

    @property
    def items(self) -> float:
        """Stories and developments; those passed over count by the share of those judged."""
        share = self._told / self._judged if self._judged else 0.0
        return self._told + share * self._passed

    def add(self, article: Article, hits: tuple[Hit, ...], vectors: Mapping[str, Vectors]) -> None:
        if not hits:
            return
        if article.id not in vectors:
            self._passed += 1
            return
        thought = self._mind.judge(Noticed(article, hits, wanted=True), vectors[article.id])
        self._mind.remember(thought)
        self._judged += 1
        self._told += thought.verdict.news in (News.STORY, News.DEVELOPMENT)


@dataclass(frozen=True, slots=True)
class Follower:
    """What one subscriber would get a day, of all the watchlists they follow."""

    address: str
    before: float
    after: float


def followers(
    report: Report, watchlist: str, follows: Mapping[str, Iterable[str]], concerned: Sequence[frozenset[str]]
) -> list[Follower]:
    """Digest items a day of everyone who follows the watchlist.

    `follows` are the watchlists of each address, `concerned` those of each development that was told in these days.
    """
    found = []
    for address, lists in sorted(follows.items()):
        others = set(lists) - {watchlist}
        if watchlist in lists:
            rest = sum(bool(others & each) for each in concerned) / report.days
            found.append(Follower(address, rest + report.items_before, rest + report.items_after))
    return found


def follows(readers: Iterable[Reader], edited: Watchlist) -> dict[str, set[str]]:
    """The watchlists of each address that gets mail, those whom the edited version notifies among them."""
    active = [reader for reader in readers if reader.active and not reader.suppressed]
    found = {reader.subscriber.address: set(reader.follows) for reader in active}
    for entry in edited.notify:
        found.setdefault(entry.address.lower(), set()).add(edited.id)
    return found


# --- for programs ----------------------------------------------------------------------------------------------------


def row(report: Report, told: Sequence[Follower], wrong: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The report as one JSON object; `wrong` are the complaints by kind."""
    counted = ("articles", "gained", "lost", "both")
    return {
        **{key: getattr(report, key) for key in counted},
        **{key: round(getattr(report, key), 2) for key in ("days", "items_before", "items_after")},
        "terms": [_term_row(term) for term in report.terms],
        "changed": [dataclasses.asdict(each) | {"seen": each.seen.isoformat()} for each in report.changed],
        "subscribers": [{"address": f.address, "before": round(f.before, 2), "after": round(f.after, 2)} for f in told],
        **wrong,
    }


def _term_row(term: Activity) -> dict[str, Any]:
    return dataclasses.asdict(term) | {"a_day": round(term.a_day, 2), "languages": dict(term.languages.most_common())}

"""A person's word on stories: merge, split, apart, not news, mute; each kept, obeyed by what comes later, and undone.

    word -> articles change stories -> judged anew in the order of keeping -> told, withdrawn or brought out

What was told stays told, and is told to nobody again. What a word takes away is withdrawn, with the word as its reason;
what was hidden and is news after all is brought out: whoever followed when it was seen is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 the dataclass's own annotation

from sqlmodel import Session, col, delete, or_, select, update

from monitor import story as stories
from monitor.errors import InputError
from monitor.store import turns
from monitor.store.stories import showing, words
from monitor.store.stories.bench import STRUCTURE, Bench
from monitor.store.stories.showing import StoryArticle, StoryLine, StoryState
from monitor.store.stories.words import StoryWord, word_of
from monitor.tables import (
    ArticleRow,
    ConcernRow,
    DevelopmentRow,
    EchoRow,
    MailRow,
    ToldRow,
    WithdrawalRow,
    WordRow,
)
from monitor.values import Placing, WordKind

__all__ = ["Changes", "Stories", "StoryArticle", "StoryLine", "StoryState", "StoryWord"]

Sessions = Callable[[], AbstractContextManager[Session]]

_SHORTEST = 4
"""Letters of a story's id by which it may be named."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What words changed since a turn of placing."""

    moved: dict[str, str]
    """By article: the story that it is in now."""
    apart: frozenset[frozenset[str]]
    """Pairs of stories that are two by a person's word; all there are."""


class Stories:
    """The tables of words, and what they change in those of articles and developments."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    # --- saying

    def merge(self, into: str, other: str, by: str, now: datetime) -> StoryWord:
        """Two stories are one, which keeps the name of the first.

        Developments are judged anew, in the order of keeping, against all that the joined story held before them: what
        brings nothing new is withdrawn. InputError where one of them has no article, or both are the same.
        """
        with self._sessions() as session:
            into, other = _there(session, into), _there(session, other)
            if into == other:
                raise InputError(into, "is one story already; name two")
            bench = _say(session, WordKind.MERGE, into, now, by, other)
            _merge(session, bench, into, other)
            return _said(session, bench)

    def split(self, story: str, articles: Sequence[str], by: str, now: datetime) -> StoryWord:
        """Some articles of a story tell another one, and so do their copies; the word's `other` is its name.

        What was hidden as a repeat and is news now, in either story, is brought out. InputError where an article is not
        in the story, or all are named.
        """
        with self._sessions() as session:
            return _split(session, WordKind.SPLIT, _there(session, story), articles, (by, now))

    def apart(self, article: str, story: str, by: str, now: datetime) -> StoryWord:
        """An article does not belong to a story: it is taken out, or it and its own story never come to join it."""
        with self._sessions() as session:
            story = _there(session, story)
            own = session.exec(select(ArticleRow.story).where(ArticleRow.id == article)).first()
            if own is None:
                raise InputError(article, "is no article of any story; 'monitor why' says what became of an address")
            if own == story:
                return _split(session, WordKind.APART, story, [article], (by, now))
            return _said(session, _say(session, WordKind.APART, story, now, by, own))

    def not_news(self, development: int, by: str, now: datetime) -> StoryWord:
        """A development was none: whoever was not told of it is not."""
        with self._sessions() as session:
            row = session.get(DevelopmentRow, development)
            if row is None:
                raise InputError(str(development), "is no development; 'monitor story show' lists those of a story")
            bench = _say(session, WordKind.NOT_NEWS, row.story, now, by)
            _word(session, bench.word).articles = [row.article]
            bench.withdraw_all(row)
            return _said(session, bench)

    def mute(self, story: str, by: str, now: datetime) -> StoryWord:
        """No more of a story, until it is unmuted; what comes meanwhile is kept and not told."""
        with self._sessions() as session:
            story = _there(session, story)
            if known := _mute(session, story):
                return word_of(known)
            bench = _say(session, WordKind.MUTE, story, now, by)
            for row in session.exec(select(DevelopmentRow).where(DevelopmentRow.story == story)):
                bench.withdraw_all(row)
            return _said(session, bench)

    def unmute(self, story: str, by: str, now: datetime) -> StoryWord:
        """What comes from now on is told again; what came meanwhile is not. To `undo` a mute tells that too."""
        with self._sessions() as session:
            story = _there(session, story)
            row = _mute(session, story)
            if row is None:
                raise InputError(story, "is not muted")
            row.ended, row.undone_by = now, by
            _change(session, row)
            return word_of(row)

    def undo(self, word: int, by: str, now: datetime) -> StoryWord:
        """Take a word back: what it moved and withdrew is as if it had not been said; nobody is told twice.

        InputError where it is taken back already, or a later word moved articles of the same stories.
        """
        with self._sessions() as session:
            row = session.get(WordRow, word)
            if row is None or row.undone:
                raise InputError(str(word), "is no word that stands; 'monitor story words' lists them")
            if row.kind in STRUCTURE and row.articles and (last := words.later(session, row)):
                raise InputError(str(word), f"word {last.id} moved articles of the same story later; undo that first")
            row.undone, row.undone_by = now, by
            _undo(session, Bench(session, row, now), row)
            _change(session, row)
            return word_of(row)

    # --- asking

    def find(self, name: str) -> str | None:
        """The story of an id, of the beginning of one, of an article or its address; None where there is none."""
        with self._sessions() as session:
            return _find(session, name)

    def show(self, story: str, only: Sequence[str] | None = None) -> StoryState:
        """A story with its articles, or only those of these ids, and what was said of it. InputError: there is none."""
        with self._sessions() as session:
            return showing.shown(session, _there(session, story), only)

    def recent(self, most: int = 50, before: int | None = None) -> list[StoryLine]:
        """The stories with the newest articles; `before` is the `turn` of the last one of the page before."""
        with self._sessions() as session:
            return showing.listed(session, most, before)

    def words(self, story: str | None = None, most: int = 100) -> list[StoryWord]:
        """What was said, of one story or of any, the newest first; what was taken back is among it."""
        with self._sessions() as session:
            rows = select(WordRow).order_by(col(WordRow.id).desc()).limit(most)
            if story is not None:
                rows = rows.where(or_(WordRow.story == story, WordRow.other == story))
            return [word_of(row) for row in session.exec(rows)]

    def bound(self, url: str | None) -> str | None:
        """The story that a person put an earlier version of a page into."""
        if url is None:
            return None
        with self._sessions() as session:
            rows = select(ArticleRow.id, ArticleRow.story).where(ArticleRow.url == url).order_by(col(ArticleRow.number))
            versions = dict(session.exec(rows).all())
            moved = {article for word in words.standing(session) for article in word.articles} if versions else set()
            found = [story for article, story in versions.items() if article in moved]
            return found[-1] if found else None

    # --- for the memory of stories

    def turn(self) -> int:
        """The last turn of placing."""
        with self._sessions() as session:
            return turns.current(session)

    def changes(self, since: int) -> Changes:
        """What words changed after a turn: the same story for the same article, in whatever process."""
        with self._sessions() as session:
            said = session.exec(select(WordRow).where(col(WordRow.changed) > since, col(WordRow.kind).in_(STRUCTURE)))
            names = {name for row in said for name in (row.story, row.other) if name}
            rows = select(ArticleRow.id, ArticleRow.story).where(col(ArticleRow.story).in_(names))
            moved = {article: story or "" for article, story in session.exec(rows.order_by(col(ArticleRow.number)))}
            return Changes(moved, words.apart(words.standing(session)))


# --- one word ------------------------------------------------------------------------------------------------------


def _say(session: Session, kind: WordKind, story: str, now: datetime, by: str, other: str | None = None) -> Bench:
    row = WordRow(at=now, by=by, kind=kind, story=story, other=other, changed=turns.take(session) or 0)
    session.add(row)
    session.flush()
    return Bench(session, row, now)


def _word(session: Session, number: int) -> WordRow:
    row = session.get(WordRow, number)
    assert row is not None
    return row


def _said(session: Session, bench: Bench) -> StoryWord:
    row = _word(session, bench.word)
    row.before = bench.before
    return word_of(row)


def _change(session: Session, row: WordRow) -> None:
    row.changed = turns.take(session) or 0


def _find(session: Session, name: str) -> str | None:
    article = session.exec(
        select(ArticleRow.story)
        .where(or_(ArticleRow.id == name, ArticleRow.url == name))
        .order_by(col(ArticleRow.number).desc())
    ).first()
    if article:
        return article
    begins = col(ArticleRow.story).startswith(name, autoescape=True)
    found = session.exec(select(ArticleRow.story).where(begins).order_by(ArticleRow.story).distinct().limit(2)).all()
    if found and (found[0] == name or (len(name) >= _SHORTEST and len(found) == 1)):
        return found[0]
    merged = words.resolved(words.standing(session), name)
    return merged if merged != name else None


def _there(session: Session, name: str) -> str:
    found = _find(session, name)
    if found is None:
        raise InputError(name, "is no story; 'monitor story list' shows the newest, and an article's address does too")
    return found


def _mute(session: Session, story: str) -> WordRow | None:
    rows = select(WordRow).where(WordRow.kind == WordKind.MUTE, WordRow.story == story)
    return session.exec(rows.where(col(WordRow.undone).is_(None), col(WordRow.ended).is_(None))).first()


# --- what a word does ----------------------------------------------------------------------------------------------


def _merge(session: Session, bench: Bench, into: str, other: str) -> None:
    ours, theirs = bench.articles(into), bench.articles(other)
    _word(session, bench.word).articles = [row.id for row in theirs]
    for row in theirs:
        bench.move(row, into)
    joined = sorted((*ours, *theirs), key=lambda row: row.number or 0)
    first = {id(part): part[0].number or 0 for part in (ours, theirs)}
    met = max(first.values())  # from the first article of the younger story on they know of each other
    developed = {row.id for row in joined if (row.number or 0) >= met and bench.development(row.id)}
    bench.go_over(joined, into, developed)
    bench.echo(ours, into, theirs)
    bench.echo(theirs, into, ours)
    session.exec(update(MailRow).where(col(MailRow.story) == other).values(story=into))


def _split(
    session: Session, kind: WordKind, story: str, articles: Sequence[str], said: tuple[str, datetime]
) -> StoryWord:
    by, now = said
    rows = session.exec(select(ArticleRow).where(ArticleRow.story == story).order_by(col(ArticleRow.number))).all()
    moved = _with_copies(rows, articles)
    if missing := set(articles) - {row.id for row in rows}:
        raise InputError(min(missing), f"is not in story {story}; 'monitor story show {story}' lists its articles")
    if not moved or len(moved) == len(rows):
        raise InputError(story, "would lose all its articles or none; name some of them")
    out, rest = [row for row in rows if row.id in moved], [row for row in rows if row.id not in moved]
    bench = _say(session, kind, story, now, by, stories.name(out[0].id, _Taken(session)))
    word = _word(session, bench.word)
    word.articles = [row.id for row in out]
    name = word.other or ""
    for row in out:
        bench.move(row, name)
    bench.go_over(out, name, moved)
    bench.go_over(rest, story, (), since=(out[0].turn or 0))
    return _said(session, bench)


class _Taken:
    """The names of the stories that have articles."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __contains__(self, name: object) -> bool:
        there = select(ArticleRow.id).where(ArticleRow.story == name).limit(1)
        return self._session.exec(there).first() is not None


def _with_copies(rows: Sequence[ArticleRow], articles: Sequence[str]) -> set[str]:
    """The same text is the same story: copies go with what they were copied from."""
    moved = set(articles)
    for row in rows:
        if row.placing == Placing.COPY and row.nearest in moved:
            moved.add(row.id)
    return moved


# --- and what undoing it does --------------------------------------------------------------------------------------


def _undo(session: Session, bench: Bench, row: WordRow) -> None:
    if row.kind == WordKind.MERGE:
        _unmerge(session, bench, row)
    elif row.kind in STRUCTURE:
        _unsplit(bench, row)
    else:
        _bring_back(session, bench)


def _unmerge(session: Session, bench: Bench, row: WordRow) -> None:
    """What joined since goes with the article that it is nearest to, and is judged anew without the others."""
    into, other = row.story, row.other or ""
    session.exec(delete(EchoRow).where(col(EchoRow.word) == bench.word))
    there = {each.id: each for each in bench.articles(into)}
    back, since = set(row.articles), set()
    for name, before in row.before.items():
        if name in there:
            bench.restore(there[name], before)
    for each in there.values():
        if each.id not in back and (each.turn or 0) > row.changed and each.nearest in back:
            back.add(each.id)
            since.add(each.id)
            bench.move(each, other)
    session.flush()
    for name in (into, other):
        bench.go_over(bench.articles(name), name, since, since=row.changed)
    told = select(ToldRow.mail).join(DevelopmentRow, col(DevelopmentRow.id) == ToldRow.development)
    mails = told.where(DevelopmentRow.story == other)
    session.exec(update(MailRow).where(col(MailRow.story) == into, col(MailRow.id).in_(mails)).values(story=other))


def _unsplit(bench: Bench, row: WordRow) -> None:
    """All that the split-off story holds by now goes back."""
    if not row.articles:
        return
    since = set()
    for each in bench.articles(row.other or ""):
        bench.move(each, row.story)
        since |= {each.id} - set(row.before)
    bench.session.flush()
    for each in bench.articles(row.story):
        if each.id in row.before:
            bench.restore(each, row.before[each.id])
    bench.go_over(bench.articles(row.story), row.story, since)


def _bring_back(session: Session, bench: Bench) -> None:
    """What this word alone withdrew is told after all."""
    mine = select(WithdrawalRow).where(WithdrawalRow.word == bench.word)
    for row in session.exec(mine).all():
        session.delete(row)
        session.flush()
        others = select(WithdrawalRow.word).where(
            WithdrawalRow.development == row.development, WithdrawalRow.watchlist == row.watchlist
        )
        development = session.get(DevelopmentRow, row.development)
        live = session.get(ConcernRow, (row.development, row.watchlist))
        if development and live and session.exec(others).first() is None:
            bench.bring_out(development, [row.watchlist])

"""Articles that a word moves are judged anew, in the order in which they were kept, within the word's transaction."""

from __future__ import annotations

import bisect
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, col, select

from monitor import likeness, novelty, story
from monitor.store import people
from monitor.store.archive import hits_of, kept_of, novels_of
from monitor.tables import ArticleRow, ConcernRow, DevelopmentRow, EchoRow, WithdrawalRow, WordRow
from monitor.values import News, Placement, Placing, Verdict, WordKind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

STRUCTURE = (WordKind.MERGE, WordKind.SPLIT, WordKind.APART)
"""What moves articles between stories."""
NOTHING_NEW = (News.REPEAT, News.COPY)

_KEPT = ("story", "placing", "nearest", "score", "sure", "placed_why", "weights", "news", "why", "new")
"""What a word may change of an article, and undoing it restores."""


class Bench:
    """One word at work: what it changes, and what was there before."""

    def __init__(self, session: Session, word: WordRow, now: datetime) -> None:
        self.session = session
        self.word = word.id or 0
        self.now = now
        self.before: dict[str, Any] = {}
        self._prepared: dict[str, likeness.Prepared] = {}
        self._members: dict[str, likeness.Member] = {}
        self._rarity = likeness.Rarity()

    # --- asking

    def articles(self, name: str) -> list[ArticleRow]:
        """The articles of a story in the order in which they were kept."""
        rows = select(ArticleRow).where(ArticleRow.story == name).order_by(col(ArticleRow.number))
        return list(self.session.exec(rows))

    def development(self, article: str) -> DevelopmentRow | None:
        """What an article brought."""
        return self.session.exec(select(DevelopmentRow).where(DevelopmentRow.article == article)).first()

    def developments(self, rows: Sequence[ArticleRow]) -> list[int]:
        """The numbers of what some articles brought."""
        found = select(DevelopmentRow.id).where(col(DevelopmentRow.article).in_([row.id for row in rows]))
        return [number or 0 for number in self.session.exec(found)]

    def concerned(self, article: str) -> set[str]:
        """The watchlists whose followers know a story by this article, or shall not hear of it."""
        row = self.development(article)
        rows = select(ConcernRow.watchlist).where(ConcernRow.development == (row.id if row else 0))
        return set(self.session.exec(rows))

    # --- deciding

    def judged(self, row: ArticleRow, name: str, earlier: Sequence[ArticleRow]) -> tuple[Placement, Verdict]:
        """Where an article stands in a story, and what it brings to what was kept `earlier`."""
        members = [self._member(each) for each in earlier if each.sketch]
        if not row.sketch or (earlier and not members):  # nothing to compare by: it stays what it was
            placing = Placing(row.placing or Placing.NEW_STORY)
            placement = Placement(name, placing, row.nearest, row.score or 0.0, row.sure, row.placed_why)
            news = News(row.news) if earlier else News.STORY
            return placement, Verdict(news, novels_of(row.new) if earlier else (), row.why)
        placement = story.joined(self._ready(row), [self._ready(each) for each in earlier if each.sketch], name)
        kept = kept_of(row, ())
        return placement, novelty.judge(kept.article, kept.facts, placement, members)

    def _ready(self, row: ArticleRow) -> likeness.Prepared:
        if row.id not in self._prepared:
            self._prepared[row.id] = likeness.prepare(self._member(row).sketch, self._rarity)
        return self._prepared[row.id]

    def _member(self, row: ArticleRow) -> likeness.Member:
        if row.id not in self._members:
            kept = kept_of(row, ())
            self._members[row.id] = likeness.Member(likeness.unpack(row.sketch or b""), kept.facts, kept.origin)
        return self._members[row.id]

    # --- doing

    def move(self, row: ArticleRow, name: str) -> None:
        """Into another story, with what it brought."""
        self.remember(row)
        row.story = name
        development = self.development(row.id)
        if development:
            before = _unsettled(self.session, development.id or 0)
            development.story = name
            self._obey_mutes(development)
            self.bring_out(development, set(_unsettled(self.session, development.id or 0)) - set(before))

    def go_over(self, rows: Sequence[ArticleRow], name: str, anew: Collection[str], since: int | None = None) -> None:
        """Judge the articles `anew` of a story whose `rows` stand in order, whatever comes of it.

        What else took a later turn than `since` and was hidden as a repeat may have been so only for what is gone: it
        is judged too, and changed where it brings news. So is a first report that was none.
        """
        known: set[str] = set()
        for place, row in enumerate(rows):
            doubtful = not place or (row.news == News.REPEAT and (row.turn or 0) > (since or 0))
            if row.id in anew or (since is not None and row.news != News.STORY and doubtful):
                placement, verdict = self.judged(row, name, rows[:place])
                if row.id in anew or verdict.news not in NOTHING_NEW:
                    self._settle(row, placement, verdict, known)
            known |= self.concerned(row.id)

    def _settle(self, row: ArticleRow, placement: Placement, verdict: Verdict, known: set[str]) -> None:
        self.remember(row)
        row.placing, row.nearest, row.score = placement.placing, placement.nearest, placement.score
        row.sure, row.placed_why, row.weights = placement.sure, placement.why, dict(placement.weights)
        row.news, row.why, row.new = verdict.news, verdict.why, [asdict(novel) for novel in verdict.new]
        hits = hits_of(self.session, [row.id]).get(row.id, ())
        self.tell(row, novelty.concerns(verdict.news, (hit.watchlist for hit in hits), known))

    def remember(self, row: ArticleRow) -> None:
        """As it was before this word."""
        if row.id not in self.before:
            development = self.development(row.id)
            told = _unsettled(self.session, development.id or 0, STRUCTURE) if development else {}
            self.before[row.id] = {**{name: getattr(row, name) for name in _KEPT}, "concerns": told}

    def restore(self, row: ArticleRow, before: Mapping[str, Any]) -> None:
        """As another word remembered it."""
        self.move(row, before["story"])
        for name in _KEPT:
            setattr(row, name, before[name])
        self.tell(row, {watchlist: News(news) for watchlist, news in before["concerns"].items()})

    def tell(self, row: ArticleRow, wanted: Mapping[str, News]) -> None:
        """An article is news for these watchlists, and for no others: what was told stays told.

        What comes to be told by it is ready now, and is looked for.
        """
        development = self.development(row.id)
        if development is None:
            if not wanted:
                return
            development = DevelopmentRow(story=row.story or "", article=row.id, seen=row.seen)
            self.session.add(development)
            self.session.flush()
        number = development.id or 0
        before = _unsettled(self.session, number)
        concerns = {each.watchlist: each for each in self._concerns(number)}
        for watchlist, news in wanted.items():
            if watchlist in concerns:
                concerns[watchlist].news = news
            else:
                self.session.add(ConcernRow(development=number, watchlist=watchlist, news=news))
        self._withdraw(number, set(concerns) - set(wanted), set(wanted))
        self._obey_mutes(development)
        self.bring_out(development, set(_unsettled(self.session, number)) - set(before))

    def bring_out(self, development: DevelopmentRow, watchlists: Collection[str]) -> None:
        """To be told to the followers of these watchlists from now on, who were not told of it."""
        if watchlists:
            development.ready = self.now
            people.reopen_all(self.session, watchlists, development.id or 0)

    def withdraw_all(self, development: DevelopmentRow) -> None:
        """Whoever was not told of it is not, by this word."""
        for each in self._concerns(development.id or 0):
            self._add_withdrawal(each.development, each.watchlist, self.word)

    def echo(self, rows: Sequence[ArticleRow], name: str, others: Sequence[ArticleRow]) -> None:
        """Which of the developments in `rows` say nothing to whoever was told what the `others` brought, up to which.

        Who was told one of those knows what had come before it, not what came later.
        """
        told = [(place + 1, each.id) for place, row in enumerate(others) if (each := self.development(row.id))]
        for row in rows:
            development = self.development(row.id)
            if told and development:
                says_nothing = partial(self._says_nothing, row, name, others)
                first = bisect.bisect_left(told, x=True, key=lambda each: says_nothing(each[0]))
                for _, number in told[first:]:
                    self.session.add(EchoRow(development=development.id or 0, of=number or 0, word=self.word))

    def _says_nothing(self, row: ArticleRow, name: str, others: Sequence[ArticleRow], known: int) -> bool:
        """To who knows the first so many of the others."""
        return self.judged(row, name, others[:known])[1].news in NOTHING_NEW

    def _concerns(self, development: int) -> Sequence[ConcernRow]:
        return self.session.exec(select(ConcernRow).where(ConcernRow.development == development)).all()

    def _withdraw(self, development: int, watchlists: Collection[str], wanted: Collection[str]) -> None:
        """By this word; for those that are `wanted` the withdrawals by other moves of articles end."""
        rows = (
            select(WithdrawalRow)
            .join(WordRow, col(WordRow.id) == WithdrawalRow.word)
            .where(WithdrawalRow.development == development, col(WithdrawalRow.watchlist).in_(list(wanted)))
            .where(col(WordRow.kind).in_(STRUCTURE))
        )
        for row in self.session.exec(rows).all():
            self.session.delete(row)
        for watchlist in watchlists:
            self._add_withdrawal(development, watchlist, self.word)

    def _obey_mutes(self, development: DevelopmentRow) -> None:
        """Those of the story that it is in, and of no other."""
        number = development.id or 0
        self.session.flush()
        mutes = select(WordRow).where(WordRow.kind == WordKind.MUTE, col(WordRow.undone).is_(None))
        for mute in self.session.exec(mutes.where(col(WordRow.ended).is_(None))).all():
            for each in self._concerns(number):
                if mute.story == development.story:
                    self._add_withdrawal(number, each.watchlist, mute.id or 0)
                elif row := self.session.get(WithdrawalRow, (number, each.watchlist, mute.id)):
                    self.session.delete(row)
        self.session.flush()

    def _add_withdrawal(self, development: int, watchlist: str, word: int) -> None:
        if self.session.get(WithdrawalRow, (development, watchlist, word)) is None:
            self.session.add(WithdrawalRow(development=development, watchlist=watchlist, word=word))


def _unsettled(session: Session, development: int, kinds: Collection[str] = tuple(WordKind)) -> dict[str, str]:
    """By watchlist, what a development is there, where no word of these kinds withdrew it."""
    withdrawn = (
        select(WithdrawalRow.watchlist)
        .join(WordRow, col(WordRow.id) == WithdrawalRow.word)
        .where(WithdrawalRow.development == development, col(WordRow.kind).in_(list(kinds)))
    )
    gone = set(session.exec(withdrawn))
    rows = session.exec(select(ConcernRow).where(ConcernRow.development == development))
    return {row.watchlist: row.news for row in rows if row.watchlist not in gone}

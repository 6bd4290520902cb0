"""A store with its composer, and verbs for what happens in it: articles, followers and mails by the dozen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlmodel import select

from monitor.digest import MailSettings
from monitor.pipeline.compose import Composer
from monitor.pipeline.due import Haste
from monitor.store import Store
from monitor.store.archive import Kept
from monitor.tables import ToldRow
from monitor.values import Article, Change, Choices, Field, Hit, News, Novel, Placement, Placing, Verdict, Waits

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LETTERHEAD = MailSettings("News <news@monitor.example>", "https://monitor.example", "secret", None)
TITLES = {"arms": "Arms", "gas": "Gas"}
ANN = "ann@example.org"
BILLIONS = (Novel(Change.NEW, "20 billion", "It is 20 billion."),)


class Newsroom:
    """A store with its composer, and verbs for what happens in it."""

    def __init__(self, folder) -> None:
        self.store = Store(f"sqlite:///{folder}/monitor.db")
        self.composer = Composer(self.store, LETTERHEAD, TITLES, 10 * MINUTE)
        self._count = 0

    def follows(self, address: str = ANN, now: datetime = NOW, **choices) -> int:
        """An address follows watchlists: follows(arms="hourly"), with other choices beside."""
        cadences = {w: choices.pop(w) for w in TITLES if w in choices}
        number = self.store.people.add(address, list(cadences), now).id
        self.store.people.choose(number, Choices(cadences, **choices), now)
        return number

    def reports(
        self, seen: datetime = NOW, story: str | None = None, news: News = News.STORY, language: str = "en",
        nearest: str | None = None, watchlists: tuple[str, ...] = ("arms",), *, new: tuple[Novel, ...] = BILLIONS,
    ) -> str:  # fmt: skip
        """An article is kept; it concerns the watchlists unless it is a repeat. Returns its id, which is its title."""
        self._count += 1
        name = f"a{self._count}"
        article = Article(name, name, f"Lead of {name}.", f"https://wire.example/{name}", language, seen, "Wire")
        placing = Placing.NEW_STORY if news is News.STORY else Placing.SAME_STORY
        verdict = Verdict(news, new, "a new fact")
        hits = tuple(Hit(w, "Pantsir", "a", Field.TITLE, 0, 1, "as written", 1.0) for w in watchlists)
        place = Placement(story or name, placing, nearest, 0.5, sure=True, why="why")
        concerns = {} if news in (News.REPEAT, News.COPY) else dict.fromkeys(watchlists, news)
        self.store.archive.keep(Kept(article, seen, hits, place, verdict), concerns)
        return name

    def tells(self, now: datetime = NOW) -> int:
        return self.composer.compose_due(now)

    def mails(self, subscriber: int) -> list[str]:
        return [mail.subject for mail in self.store.outbox.mails(subscriber)]

    def told(self, subscriber: int) -> list[str]:
        """The articles of the developments that a subscriber was told of."""
        with self.store.session() as session:
            told = set(session.exec(select(ToldRow.development).where(ToldRow.subscriber == subscriber)))
        return [each.article for each in self.store.telling.bulletins(TITLES, 0) if each.id in told]

    def look(self, now: datetime = NOW, address: str = ANN, haste: Haste = Haste.AS_CHOSEN):
        draft, written = self.composer.look(self.store.people.find(address), now, haste)
        return draft, written and written.digest

    def held(self, now: datetime = NOW, address: str = ANN) -> list[tuple[str, Waits]]:
        draft, _ = self.look(now, address)
        return [(each.bulletin.article, each.why) for each in draft.plan.held]

    def at_rest(self) -> bool:
        """Would the next look find nothing to look at?"""
        return self.store.telling.unsettled(list(TITLES)) == []

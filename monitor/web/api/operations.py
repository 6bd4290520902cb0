"""Every operation of the API: its method, its path, what it is called, what answers, and what a token needs for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from monitor.store.operators import Scope
from monitor.web.api.articles import Articles
from monitor.web.api.feeding import Feeding
from monitor.web.api.feeds import Feeds
from monitor.web.api.hooks import Webhooks
from monitor.web.api.mails import Mails
from monitor.web.api.standing import Standing
from monitor.web.api.stories import Stories
from monitor.web.api.subscribers import Subscribers
from monitor.web.api.watchlists import Watchlists
from monitor.web.api.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from monitor.web.desk.office import Office
    from monitor.web.frame import House

READ, WRITE, ADMIN = Scope


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked for."""

    method: str
    path: str
    name: str
    """What a generated client calls it."""
    work: Callable[..., Any]
    """Its docstring is what the description of the API says of it."""
    scope: Scope = READ
    troubles: tuple[int, ...] = ()
    """Statuses of its own problems, beside those that any operation can have."""
    status: int = 200
    media: str = "application/json"
    also: tuple[int, ...] = ()
    """Other statuses that are no problem."""

    @property
    def group(self) -> str:
        return self.path.split("/")[1].partition(".")[0]


def of(house: House, office: Office) -> Iterator[Operation]:
    """All operations, those of one kind together."""
    yield from _stories(house)
    yield from _articles(house)
    yield from _watchlists(house, office)
    yield from _feeds(house, office)
    yield from _people(house, office)
    yield Operation("GET", "/webhooks", "list_webhooks", Webhooks(house).all)
    yield Operation("GET", "/health", "get_health", Standing(house, office).health)


def _stories(house: House) -> Iterator[Operation]:
    stories, words = Stories(house), Words(house)
    yield Operation("GET", "/stories", "list_stories", stories.page)
    yield Operation("GET", "/stories/{story}", "get_story", stories.one, troubles=(404,))
    yield Operation("POST", "/stories/{story}/merge", "merge_stories", words.merge, WRITE)
    yield Operation("POST", "/stories/{story}/split", "split_story", words.split, WRITE)
    yield Operation("POST", "/stories/{story}/apart", "part_article", words.apart, WRITE)
    yield Operation("POST", "/stories/{story}/mute", "mute_story", words.mute, WRITE)
    yield Operation("POST", "/stories/{story}/unmute", "unmute_story", words.unmute, WRITE)
    yield Operation("POST", "/developments/{development}/not-news", "say_not_news", words.not_news, WRITE)
    yield Operation("GET", "/words", "list_words", words.all)
    yield Operation("POST", "/words/{word}/undo", "undo_word", words.undo, WRITE)


def _articles(house: House) -> Iterator[Operation]:
    articles, feeding = Articles(house), Feeding(house)
    yield Operation("GET", "/articles", "list_articles", articles.page)
    yield Operation("GET", "/articles/{article}", "get_article", articles.one, troubles=(404,))
    yield Operation("GET", "/why", "explain_address", articles.why)
    yield Operation("GET", "/atom.xml", "get_feed", feeding.all, media="application/atom+xml", also=(304,))


def _watchlists(house: House, office: Office) -> Iterator[Operation]:
    lists, feeding = Watchlists(house, office), Feeding(house)
    one = "/watchlists/{watchlist}"
    atom = "application/atom+xml"
    yield Operation("GET", "/watchlists", "list_watchlists", lists.page)
    yield Operation("POST", "/watchlists/check", "check_watchlist", lists.check)
    yield Operation("GET", one, "get_watchlist", lists.one, troubles=(404,))
    yield Operation("PUT", one, "save_watchlist", lists.save, WRITE, troubles=(404, 412, 428))
    yield Operation("GET", f"{one}/text", "get_watchlist_text", lists.text, troubles=(404,), media="application/yaml")
    yield Operation("GET", f"{one}/versions", "list_watchlist_versions", lists.versions, troubles=(404,))
    yield Operation("POST", f"{one}/preview", "preview_watchlist", lists.preview)
    yield Operation(
        "GET", f"{one}/atom.xml", "get_watchlist_feed", feeding.of, troubles=(404,), media=atom, also=(304,)
    )


def _feeds(house: House, office: Office) -> Iterator[Operation]:
    feeds = Feeds(house, office)
    yield Operation("GET", "/feeds", "list_feeds", feeds.page)
    yield Operation("POST", "/feeds", "add_feed", feeds.add, WRITE, troubles=(409,), status=201)
    yield Operation("POST", "/feeds/try", "try_feed", feeds.look, WRITE, troubles=(502,))
    yield Operation("GET", "/feeds.opml", "export_feeds", feeds.opml, media="text/x-opml")
    yield Operation("GET", "/feeds/{feed}", "get_feed_state", feeds.one, troubles=(404,))
    yield Operation("DELETE", "/feeds/{feed}", "remove_feed", feeds.remove, WRITE, troubles=(404,), status=204)


def _people(house: House, office: Office) -> Iterator[Operation]:
    people, mails = Subscribers(house, office), Mails(house, office)
    one = "/subscribers/{subscriber}"
    yield Operation("GET", "/subscribers", "list_subscribers", people.page)
    yield Operation("POST", "/subscribers", "add_subscriber", people.add, ADMIN, status=201)
    yield Operation("GET", one, "get_subscriber", people.one, troubles=(404,))
    yield Operation("GET", f"{one}/digest", "preview_digest", people.preview, troubles=(404,))
    yield Operation("PUT", f"{one}/choices", "set_choices", people.choices, ADMIN, troubles=(404,))
    yield Operation("POST", f"{one}/unsubscribe", "unsubscribe", people.unsubscribe, ADMIN, troubles=(404,))
    yield Operation("GET", "/mails", "list_mails", mails.page)
    yield Operation("GET", "/balance", "get_balance", mails.balance)

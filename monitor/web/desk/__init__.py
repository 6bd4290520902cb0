"""The operator's desk: what is new, each story and article with its reasons, watchlists, feeds, mail, health.

request -> asking.read -> door (who asks?) -> a page of the desk -> store, office -> sheets
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.web.desk.article import Article
from monitor.web.desk.feeds import Feeds
from monitor.web.desk.mail import Mail
from monitor.web.desk.standing import Standing
from monitor.web.desk.story import Story
from monitor.web.desk.today import Today
from monitor.web.desk.watchlists import Watchlists

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.responses import Response

    from monitor.web.desk.office import Office
    from monitor.web.desk.sheets import Sheets, Visit

    Page = tuple[str, str, Callable[[Visit], Response]]

__all__ = ["pages"]


def pages(sheets: Sheets) -> Iterator[Page]:
    """Every page of the desk: its method, its path, and what answers."""
    today, story, article = Today(sheets), Story(sheets), Article(sheets)
    yield "GET", "/desk", today.show
    yield "GET", "/desk/search", today.search
    yield "GET", "/desk/stories/{story}", story.show
    yield "POST", "/desk/stories/{story}", story.act
    yield "GET", "/desk/articles/{article}", article.show
    yield "GET", "/desk/why", article.why
    if sheets.house.office:
        yield from _steering(sheets, sheets.house.office)


def _steering(sheets: Sheets, office: Office) -> Iterator[Page]:
    """Pages that need the running service."""
    feeds, mail, lists = Feeds(sheets, office), Mail(sheets, office), Watchlists.of(sheets, office)
    yield "GET", "/desk/watchlists", lists.show
    yield "GET", "/desk/watchlists/{watchlist}", lists.one
    yield "POST", "/desk/watchlists/{watchlist}", lists.act
    yield "GET", "/desk/watchlists/{watchlist}/history/{version}", lists.version
    yield "GET", "/desk/new-watchlist", lists.begin
    yield "POST", "/desk/new-watchlist", lists.act
    yield "GET", "/desk/feeds", feeds.show
    yield "POST", "/desk/feeds/try", feeds.try_out
    yield "POST", "/desk/feeds/add", feeds.add
    yield "POST", "/desk/feeds/import", feeds.take_in
    yield "GET", "/desk/feeds/feeds.opml", feeds.export
    yield "GET", "/desk/feeds/{feed}", feeds.one
    yield "POST", "/desk/feeds/{feed}/remove", feeds.remove
    yield "GET", "/desk/mail", mail.show
    yield "POST", "/desk/mail/add", mail.add
    yield "GET", "/desk/mail/balance", mail.balance
    yield "GET", "/desk/mail/{subscriber}", mail.one
    yield "POST", "/desk/mail/{subscriber}", mail.act
    yield "GET", "/desk/mail/{subscriber}/preview", mail.preview
    yield "GET", "/desk/health", Standing(sheets, office).show

"""Whom an article's news is for: the watchlists that hit it, each by what its followers know of the story."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.values import News

if TYPE_CHECKING:
    from collections.abc import Container, Iterable


def concerns(news: News, watchlists: Iterable[str], told: Container[str]) -> dict[str, News]:
    """Which of the `watchlists` that hit an article it is news for, and as what.

    `told` are the watchlists whose followers know the story. To the followers of another one, even a repeat is the
    first that they hear of it.
    """
    hit = sorted(set(watchlists))
    known: dict[str, News] = {w: news for w in hit if w in told and news in (News.STORY, News.DEVELOPMENT)}
    return known | {w: News.STORY for w in hit if w not in told}

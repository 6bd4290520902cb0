"""Developments x subscriber -> digest: which stories, in which order, and what waits for the next mail."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.values import Before, Development, Digest, Held, News, Report, StoryNews, Subscriber, Waits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

MOST_STORIES, MOST_DEVELOPMENTS = 40, 50
"""What one mail may tell. Nobody skims further; and fifty reports, each with its link, fit 100 KB in any script."""

SO_FAR = 4
"""Facts by which a running story is introduced: what one reads in a glance, as three quoted sentences are."""


def compose(  # one digest is made of exactly these six things
    subscriber: Subscriber,
    developments: Sequence[Development],
    also: Mapping[str, Sequence[Report]],
    told_before: frozenset[str],
    titles: Mapping[str, str],
    now: datetime,
) -> Digest | None:
    """What one mail tells `subscriber`: their developments grouped by story, None when there is nothing new.

    `also` holds the repeats and copies per story id, `told_before` the ids of stories told in an earlier mail, `titles`
    the title of each watchlist. What a full mail has no room for stays untold: `held` counts it.
    """
    mine = _mine(subscriber, developments)
    stories = sorted((_story(group, also, told_before) for group in _by_story(mine)), key=_order)
    chosen = _fitting(stories, min(MOST_STORIES, subscriber.cap or MOST_STORIES))
    if not chosen:
        return None
    told = sum(len(story.developments) for story in chosen)
    return Digest(
        subscriber=subscriber,
        stories=tuple(chosen),
        now=now,
        titles={watchlist: titles.get(watchlist, watchlist) for watchlist in subscriber.watchlists},
        held=(Held(Waits.CAP, left),) if (left := len(mine) - told) else (),
    )


def _mine(subscriber: Subscriber, developments: Iterable[Development]) -> list[Development]:
    followed = set(subscriber.watchlists)
    once = {
        development.id: development for development in developments if followed.intersection(development.watchlists)
    }
    return sorted(once.values(), key=_age)


def _by_story(developments: Iterable[Development]) -> list[list[Development]]:
    groups: dict[str, list[Development]] = defaultdict(list)
    for development in developments:
        groups[development.story].append(development)
    return list(groups.values())


def _story(
    developments: Sequence[Development], also: Mapping[str, Sequence[Report]], told_before: frozenset[str]
) -> StoryNews:
    story = developments[0].story
    shown = {_identity(development.report) for development in developments}
    others = {_identity(report): report for report in also.get(story, ()) if _identity(report) not in shown}
    return StoryNews(
        story=story,
        headline=_headline(developments),
        developments=tuple(developments),
        also=tuple(others.values()),
        told_before=story in told_before,
        so_far=() if story in told_before else _so_far(tuple(others.values())),
    )


def _so_far(others: Sequence[Report]) -> tuple[Before, ...]:
    """The state of a story, not its history: its newest facts, without figures that later ones took the place of."""
    brought = [report for report in others if report.news in (News.STORY, News.DEVELOPMENT)]
    found: dict[str, Before] = {}
    outdated: list[str] = []
    for report in reversed(brought):
        for novel in report.new:
            if not any(f"{old} ".startswith(f"{novel.text} ") for old in outdated):
                found.setdefault(novel.text, Before(novel.text, report.language, report.source))
        outdated += [novel.before for novel in report.new if novel.before]
    first = [Before(each.title, each.language, each.source) for each in brought[:1] if each.news is News.STORY]
    return (*list(found.values())[: SO_FAR - len(first)], *first)


def _headline(developments: Sequence[Development]) -> str:
    """The title of the first report where it is told here; else the newest title that surely belongs to the story."""
    founding = [development for development in developments if development.news is News.STORY]
    sure = [development for development in developments if development.sure]
    chosen = founding[0] if founding else (sure or developments)[-1]
    return chosen.report.title


def _order(story: StoryNews) -> tuple[bool, float, int, float, str]:
    """Sure stories first, then by the hour of the newest development, then by how many outlets tell it.

    To a reader, things seen within an hour are equally new; what many outlets tell then weighs more.
    """
    newest = max(development.seen for development in story.developments).timestamp()
    outlets = {report.source for report in (*(d.report for d in story.developments), *story.also)}
    doubtful = not any(development.sure for development in story.developments)
    return (doubtful, -(newest // 3600), -len(outlets), -newest, story.story)


def _fitting(stories: Iterable[StoryNews], most: int) -> list[StoryNews]:
    """The first stories that fit one mail; a story too long for any mail gives its oldest developments first."""
    chosen: list[StoryNews] = []
    room = MOST_DEVELOPMENTS
    for story in stories:
        if len(chosen) == most or not room:
            break
        part = story.developments[:room]
        room -= len(part)
        chosen.append(replace(story, developments=part))
    return chosen


def _age(development: Development) -> tuple[float, int]:
    return (development.seen.timestamp(), development.id)


def _identity(report: Report) -> tuple[str, str]:
    return (report.source, report.url or report.title)

"""The words that travel between the rooms: frozen dataclasses and enums, no behaviour beyond their own sense."""

from monitor.values.matching import Example, Field, Hit, Name, Spelling, Term, Watchlist, Within
from monitor.values.reading import Article, Feed, Item, Page, ParsedFeed, ReadFrom
from monitor.values.stories import (
    Change,
    Fact,
    FactKind,
    Likeness,
    News,
    Novel,
    Origin,
    Placement,
    Placing,
    Sketch,
    Vector,
    Verdict,
)
from monitor.values.telling import Development, Digest, Mail, Report, StoryNews, Subscriber

__all__ = [
    "Article",
    "Change",
    "Development",
    "Digest",
    "Example",
    "Fact",
    "FactKind",
    "Feed",
    "Field",
    "Hit",
    "Item",
    "Likeness",
    "Mail",
    "Name",
    "News",
    "Novel",
    "Origin",
    "Page",
    "ParsedFeed",
    "Placement",
    "Placing",
    "ReadFrom",
    "Report",
    "Sketch",
    "Spelling",
    "StoryNews",
    "Subscriber",
    "Term",
    "Vector",
    "Verdict",
    "Watchlist",
    "Within",
]

"""The forms of what several operations answer with: moments, what is new, a report, a hit."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from monitor.values import Change, News, Novel, Origin


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("is too far from now") from None


Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
"""RFC 3339 with its offset; given out in UTC."""
Number = Annotated[int, Path(ge=1, le=2**53 - 1)]
"""What a subscriber, mail or development is called; no JSON reader rounds it."""
Words = Annotated[str, Field(max_length=500)]


def _outlet(origin: object) -> object:
    if isinstance(origin, Origin):
        return origin.outlet
    return origin.get("outlet") if isinstance(origin, dict) else origin


Outlet = Annotated[str | None, BeforeValidator(_outlet)]


class Shape(BaseModel):
    """One form; filled from the values of the same names."""

    model_config = ConfigDict(from_attributes=True)


class New(Shape):
    """One thing that is new in a report."""

    change: Change = Field(description="How it is new: new, changed, confirmed or denied.")
    text: str = Field(description='The fact as it stands, e.g. "20 billion dollars (KIDA)".')
    sentence: str = Field(description="The sentence that carries it, in the report's language.")
    before: str | None = Field(description="What was reported before, where it changed or is denied.")


class Report(Shape):
    """One report of a story, without its text."""

    id: str = Field(description="The article's id.")
    title: str
    source: str = Field(description="The outlet.")
    language: str = Field(description="ISO 639 code; `und` where it could not be told.")
    url: str | None
    published: datetime | None
    seen: datetime = Field(description="When the monitor read it.")
    news: News = Field(description="What it is to its story: story (the first), development, repeat or copy.")
    new: list[New]
    sure: bool = Field(description="False: possibly another story.")
    why: str = Field(description="Why it is news or none.")
    placed_why: str = Field(description="Why it belongs to its story.")
    origin: Outlet = Field(description="The outlet that it says to have its story from.")


class Hit(Shape):
    """One term found in an article."""

    watchlist: str
    term: str
    found: str = Field(description="The words as they stand.")
    where: str = Field(description="title or text")
    start: int
    end: int
    how: str = Field(description="By which rule, in words.")
    score: float = Field(description="How sure the match is, from 0 to 1; 1 is the exact spelling.")


class Concern(BaseModel):
    """A watchlist that a development concerns."""

    watchlist: str
    news: News = Field(description="What the development is to its followers: story or development.")


class Development(BaseModel):
    """Something that followers are told once."""

    id: int
    story: str
    seen: datetime
    concerns: list[Concern]
    report: Report


def news_of(new: Novel) -> str:
    """One new thing in a line: "now 14,000 soldiers (before: 11,000)"."""
    before = f" (before: {new.before})" if new.before else ""
    return f"{new.change}: {new.text}{before}"

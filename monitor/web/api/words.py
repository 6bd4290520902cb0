"""A person's word on stories, by a program: merge, split, apart, not news, mute; each can be taken back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Query, Request
from pydantic import BaseModel, Field

from monitor.store.operators import Scope
from monitor.values import WordKind
from monitor.web.api import gate
from monitor.web.api.shapes import Number, Shape
from monitor.web.frame import House

Name = Annotated[str, Field(min_length=1, max_length=200)]


class Word(Shape):
    """One word of a person on a story."""

    id: int
    at: datetime
    by: str = Field(description="Who said it; of a program the name of its token.")
    kind: WordKind
    story: str
    other: str | None = Field(
        description="The story that became a part of it, was taken out of it, or has nothing to do with it."
    )
    articles: list[str] = Field(description="Those that it moved, or the one that brought no news.")
    undone: datetime | None
    undone_by: str | None
    ended: datetime | None = Field(description="Of a mute: it holds for what came before.")


class Merging(BaseModel):
    """Which other story is the same."""

    other: Name = Field(description="The id of the story that becomes a part of this one.")


class Splitting(BaseModel):
    """What tells another story."""

    articles: list[Name] = Field(min_length=1, max_length=300, description="Ids of articles of this story.")


class Parting(BaseModel):
    """What does not belong to a story."""

    article: Name


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of stories."""

    house: House

    def all(
        self,
        story: Annotated[str, Query(max_length=200, description="Only what was said of this story.")] = "",
        limit: Annotated[int, Query(ge=1, le=100)] = 100,
    ) -> list[Word]:
        """List what was said of stories, the newest first; what was taken back is among it."""
        return [Word.model_validate(each) for each in self.house.store.stories.words(story or None, limit)]

    def merge(self, request: Request, story: str, body: Merging) -> Word:
        """Make two stories one; it keeps the name of the first."""
        said = self.house.store.stories.merge(story, body.other, _by(request), self.house.now())
        return Word.model_validate(said)

    def split(self, request: Request, story: str, body: Splitting) -> Word:
        """Make some articles of a story a story of their own, whose id is the `other` of the answer."""
        said = self.house.store.stories.split(story, body.articles, _by(request), self.house.now())
        return Word.model_validate(said)

    def apart(self, request: Request, story: str, body: Parting) -> Word:
        """Say that an article does not belong to a story: it is taken out, or never joins it."""
        said = self.house.store.stories.apart(body.article, story, _by(request), self.house.now())
        return Word.model_validate(said)

    def not_news(self, request: Request, development: Number) -> Word:
        """Say that a development was none: whoever was not told of it yet is not."""
        said = self.house.store.stories.not_news(development, _by(request), self.house.now())
        return Word.model_validate(said)

    def mute(self, request: Request, story: str) -> Word:
        """Tell nobody more of a story, until it is unmuted."""
        return Word.model_validate(self.house.store.stories.mute(story, _by(request), self.house.now()))

    def unmute(self, request: Request, story: str) -> Word:
        """Tell of a muted story again, from now on."""
        return Word.model_validate(self.house.store.stories.unmute(story, _by(request), self.house.now()))

    def undo(self, request: Request, word: Number) -> Word:
        """Take a word back: what it moved and withdrew is as if it had not been said."""
        return Word.model_validate(self.house.store.stories.undo(word, _by(request), self.house.now()))


def _by(request: Request) -> str:
    """Who said it, as it is kept."""
    return f"{gate.may(request, Scope.WRITE).name} (API)"

"""Mails on their way, those that failed, and the balance of what should have been told."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import Query
from pydantic import Field

from monitor import pipeline
from monitor.pipeline.balancing import Auditor
from monitor.store.listing import Window
from monitor.values import WAITING, MailState
from monitor.web.api import cursors
from monitor.web.api.cursors import Portion, Turning
from monitor.web.api.shapes import Shape
from monitor.web.desk.office import Office
from monitor.web.frame import House

SHOWN_DIFFERENCES = 100


class Which(StrEnum):
    """Which mails a list has."""

    WAITING = "waiting"
    """The server has not taken them yet."""
    FAILED = "failed"
    """They were given up, or their reader left."""
    SENT = "sent"
    ALL = "all"


_STATES = {
    Which.WAITING: WAITING,
    Which.FAILED: (MailState.FAILED, MailState.SUPPRESSED),
    Which.SENT: (MailState.SENT,),
    Which.ALL: tuple(MailState),
}


class Posted(Shape):
    """One mail, and how far it got."""

    id: int
    subscriber: int | None = Field(description="null: it is to the operator, or to an address that is not confirmed.")
    address: str
    kind: str = Field(description="digest, notice, confirmation or sign of life")
    subject: str
    state: MailState
    attempts: int
    created: datetime
    next_try: datetime
    sent: datetime | None
    problem: str | None
    reply: str | None = Field(description="The mail server's own words.")


class Difference(Shape):
    """One development that one subscriber should have, and nothing that says where it is."""

    subscriber: int
    address: str
    development: int
    problem: str


class Balance(Shape):
    """What everybody should have been told in seven days, against what they were: due is the sum of the others."""

    developments: int
    subscribers: int
    due: int
    told: int
    held: dict[str, int] = Field(description="By reason.")
    failed: dict[str, int] = Field(description="By reason.")
    different: int = Field(description="Pairs of subscriber and development that nothing accounts for: 0 is right.")
    differences: list[Difference] = Field(description="The first of them.")


class MailFilters(Turning):
    """Which mails a list has."""

    which: Which = Field(Which.WAITING, description="waiting, failed, sent or all")


@dataclass(frozen=True, slots=True)
class Mails:
    """What is asked of mail."""

    house: House
    office: Office

    def page(self, wanted: Annotated[MailFilters, Query()]) -> Portion[Posted]:
        """List mails, the newest first."""
        place = cursors.numbers(wanted.cursor, 1)
        window = Window(below=place[0]) if place else Window()
        found = self.house.store.listing.mails(_STATES[wanted.which], window, wanted.limit + 1)
        more = cursors.cursor(found[wanted.limit - 1].id) if len(found) > wanted.limit else None
        return Portion(items=[Posted.model_validate(each) for each in found[: wanted.limit]], next=more)

    def balance(self) -> Balance:
        """Draw the balance of the last seven days anew."""
        composer = pipeline.composer_of(self.office.files(), self.house.store, self.house.sign)
        drawn = Auditor(self.house.store, composer).draw(self.house.now())
        return Balance(
            developments=drawn.developments,
            subscribers=drawn.subscribers,
            due=drawn.due,
            told=drawn.told,
            held=dict(drawn.held),
            failed=dict(drawn.failed),
            different=drawn.different,
            differences=[Difference.model_validate(each) for each in drawn.differences[:SHOWN_DIFFERENCES]],
        )

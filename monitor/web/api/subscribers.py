"""Subscribers: who gets what, their next digest, adding them, their choices, ending them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, Field

from monitor import cadence, digest, pipeline
from monitor.digest.composing import MOST_STORIES
from monitor.errors import InputError
from monitor.pipeline import due
from monitor.pipeline.compose import Composer
from monitor.pipeline.due import Haste
from monitor.store.people import Reader
from monitor.values import MAIL_LANGUAGES, Choices
from monitor.web.api import cursors, problems
from monitor.web.api.cursors import Portion, Turning
from monitor.web.api.mails import Posted
from monitor.web.api.problems import Kind, ProblemError
from monitor.web.api.shapes import Number, Shape
from monitor.web.desk.mail import barred
from monitor.web.desk.office import Office
from monitor.web.frame import House
from monitor.web.reader import signup

SHOWN_MAILS = 50


class Follow(Shape):
    """One watchlist that a subscriber follows."""

    watchlist: str
    since: datetime
    cadence: str
    pending: bool = Field(description="Asked for and not confirmed.")
    next_mail: datetime | None = Field(description="When its next mail may come.")


class SubscriberState(Shape):
    """One subscriber."""

    id: int
    address: str
    active: bool = Field(description="False: unsubscribed.")
    confirmed: bool
    barred: str = Field(description="Why no digest goes to them; empty where one does.")
    zone: str
    language: str = Field(description="Of their mail.")
    languages: list[str] = Field(description="Of the articles that they want; empty: of any.")
    quiet: str | None
    cap: int | None
    last_mail: datetime | None
    follows: list[Follow]


class Returned(Shape):
    """A mail that came back."""

    at: datetime
    outcome: str
    status: str
    reason: str


class SubscriberWhole(SubscriberState):
    """One subscriber with their last mails."""

    mails: list[Posted]
    bounces: list[Returned]


class NextDigest(Shape):
    """What a digest would say if it were written now; nothing is kept or sent."""

    subject: str | None = Field(description="null: nothing is new to them, and no mail would be written.")
    stories: int
    html: str | None = Field(description="The mail's page.")
    held: dict[str, int] = Field(description="Developments that they are to be told and that wait, by reason.")


class NewSubscriber(BaseModel):
    """An address that the operator vouches for: no question is mailed to it."""

    address: str = Field(min_length=3, max_length=254)
    watchlists: list[str] = Field(min_length=1, max_length=500)
    cadence: str | None = Field(None, max_length=100, description='As "daily 07:30"; null: the service\'s own.')
    zone: str | None = Field(None, max_length=100, description="IANA name, e.g. Asia/Seoul; null: the one they have.")


class NewChoices(BaseModel):
    """Everything that a subscriber chooses, whole: what is left out is as for anybody."""

    cadences: dict[str, str] = Field(
        max_length=500, description='Watchlists with when their mails come: "daily 07:30".'
    )
    zone: str = Field("UTC", max_length=100)
    language: str = Field("en", max_length=10)
    languages: list[str] = Field(default=[], max_length=100)
    quiet: str | None = Field(None, max_length=20, description='As "22:00-07:00".')
    cap: int | None = Field(None, ge=1, le=MOST_STORIES)
    sign_of_life: bool = False


class SubscriberFilters(Turning):
    """Which subscribers a list has."""

    watchlist: str = Field("", max_length=200, description="Only followers of this watchlist.")


@dataclass(frozen=True, slots=True)
class Subscribers:
    """What is asked of subscribers."""

    house: House
    office: Office

    def page(self, wanted: Annotated[SubscriberFilters, Query()]) -> Portion[SubscriberState]:
        """List everybody who gets mail or once did, in the order of their sign-up."""
        place = cursors.numbers(wanted.cursor, 1)
        after = place[0] if place else 0
        readers = [
            reader
            for reader in self.house.store.people.readers()
            if reader.subscriber.id > after and (not wanted.watchlist or wanted.watchlist in reader.follows)
        ]
        shown, composer = readers[: wanted.limit], self._composer()
        more = cursors.cursor(shown[-1].subscriber.id) if len(readers) > wanted.limit else None
        return Portion(items=[self._state(reader, composer) for reader in shown], next=more)

    def one(self, subscriber: Number) -> SubscriberWhole:
        """Show one subscriber: what they follow, when they hear next, what they were sent."""
        reader, insight = self._known(subscriber), self.house.store.insight
        return SubscriberWhole(
            **self._state(reader, self._composer()).model_dump(),
            mails=[Posted.model_validate(each) for each in insight.mails_to(subscriber, SHOWN_MAILS)],
            bounces=[Returned.model_validate(each) for each in insight.bounces_of(subscriber, SHOWN_MAILS)],
        )

    def preview(self, subscriber: Number) -> NextDigest:
        """Show the next digest of a subscriber as they will see it, were it written now."""
        composer = self._composer()
        draft, written = composer.look(self._known(subscriber), self.house.now(), Haste.NOW)
        left = Counter(each.why.value for each in (written.left if written else draft.plan.held))
        if written is None:
            return NextDigest(subject=None, stories=0, html=None, held=left)
        mail = digest.render(written.digest, composer.letterhead)
        return NextDigest(
            subject=mail.subject,
            stories=len(written.digest.stories),
            html=digest.html_part(mail),
            held=left,
        )

    def add(self, response: Response, body: NewSubscriber) -> SubscriberState:
        """Send digests to an address; one that unsubscribed is back."""
        if not signup.is_address(body.address):
            raise problems.invalid("body.address", "is no mail address")
        self._follow(body.watchlists, "body.watchlists")
        standard = self.office.files().config.settings.cadence
        try:
            written = str(cadence.parse(body.cadence or standard))
            zone = cadence.zone(body.zone).key if body.zone else None
        except InputError as error:
            raise problems.invalid("body", str(error)) from None
        added = self.house.store.people.add(body.address, body.watchlists, self.house.now(), zone, written)
        response.headers["Location"] = f"{self.house.root}/api/v1/subscribers/{added.id}"
        return self._state(self._known(added.id), self._composer())

    def unsubscribe(self, subscriber: Number) -> SubscriberState:
        """End all digests to a subscriber; what they chose is kept, should they come back."""
        self._known(subscriber)
        self.house.store.people.unsubscribe(subscriber)
        return self._state(self._known(subscriber), self._composer())

    def choices(self, subscriber: Number, body: NewChoices) -> SubscriberState:
        """Set what a subscriber follows, and how they get it. A watchlist that is left out is no longer followed."""
        reader = self._known(subscriber)
        self._follow([each for each in body.cadences if each not in reader.follows], "body.cadences")
        if body.language not in MAIL_LANGUAGES:
            raise problems.invalid("body.language", f"mails can be had in {', '.join(MAIL_LANGUAGES)}")
        chosen = Choices(
            body.cadences, body.zone, body.language, tuple(body.languages), body.quiet, body.cap, body.sign_of_life
        )
        try:
            self.house.store.people.choose(subscriber, chosen, self.house.now())
        except InputError as error:
            raise ProblemError(Kind.INVALID, str(error)) from None
        return self._state(self._known(subscriber), self._composer())

    # --- what there is -----------------------------------------------------------------------------------------------

    def _follow(self, watchlists: list[str], where: str) -> None:
        """422 where one of them is none."""
        known = self.house.titles()
        unknown = [each for each in watchlists if each not in known]
        if unknown:
            raise problems.invalid(where, f"{unknown[0]!r} is no watchlist here; there are {', '.join(sorted(known))}")

    def _composer(self) -> Composer:
        return pipeline.composer_of(self.office.files(), self.house.store, self.house.sign)

    def _known(self, number: int) -> Reader:
        reader = self.house.store.people.reader(number)
        if reader is None:
            raise problems.missing("There is no such subscriber.")
        return reader

    def _state(self, reader: Reader, composer: Composer) -> SubscriberState:
        person = reader.subscriber
        return SubscriberState(
            id=person.id,
            address=person.address,
            active=reader.active,
            confirmed=reader.confirmed,
            barred=barred(reader),
            zone=person.zone,
            language=person.language,
            languages=list(person.languages),
            quiet=reader.quiet,
            cap=person.cap,
            last_mail=reader.last_mail,
            follows=self._follows(reader, composer),
        )

    def _follows(self, reader: Reader, composer: Composer) -> list[Follow]:
        now = self.house.now()
        return [
            Follow(
                watchlist=name,
                since=each.since,
                cadence=each.cadence,
                pending=each.pending,
                next_mail=due.next_time(reader, name, now, composer.every) if name in composer.titles else None,
            )
            for name, each in reader.follows.items()
        ]

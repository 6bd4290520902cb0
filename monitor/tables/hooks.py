"""The tables of webhooks: where developments are posted to, and the messages on their way there."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 SQLModel reads the annotations at run time

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from monitor.tables.moments import Moment


class HookRow(SQLModel, table=True):
    """Another system that hears of a watchlist's developments by HTTP."""

    __tablename__ = "webhook"
    id: int | None = Field(default=None, primary_key=True)
    url: str
    watchlist: str
    secret: str
    """It signs what is sent, so it is kept as it is."""
    created: datetime = Field(sa_type=Moment)
    after: int
    """The last development before it was added: what came later is its own."""
    ended: datetime | None = Field(default=None, sa_type=Moment)
    """When it said 410; nothing is sent to it any more."""
    why_ended: str | None = None


class HookMessageRow(SQLModel, table=True):
    """The outbox of webhooks: one development for one of them, frozen."""

    __tablename__ = "webhook_message"
    __table_args__ = (UniqueConstraint("hook", "development"), Index("webhook_message_waiting", "state", "next_try"))
    id: int | None = Field(default=None, primary_key=True)
    hook: int = Field(foreign_key="webhook.id", index=True)
    development: int = Field(foreign_key="development.id")
    key: str = Field(unique=True)
    """Its `webhook-id`: the same at each attempt."""
    body: bytes = Field(sa_type=LargeBinary)
    state: str = "waiting"
    """waiting, sent or failed"""
    attempts: int = 0
    next_try: datetime = Field(sa_type=Moment)
    """Of a message in a sender's hands: when its lease ends."""
    lease: str | None = None
    created: datetime = Field(sa_type=Moment)
    sent: datetime | None = Field(default=None, sa_type=Moment)
    error: str | None = None
    """Why it was not taken the last time, in words."""

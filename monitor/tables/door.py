"""The tables of the door: operators, where they are signed in, and the tokens of programs."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 SQLModel reads the annotations at run time

from sqlmodel import Field, SQLModel

from monitor.tables.moments import Moment


class OperatorRow(SQLModel, table=True):
    """Somebody who may sign in to the pages for operators."""

    __tablename__ = "operator"
    id: int | None = Field(default=None, primary_key=True)
    name: str
    key: str = Field(unique=True)
    """The name without what differs between two ways of writing it."""
    password: str
    """Its argon2id hash with salt and parameters (PHC string format)."""
    created: datetime = Field(sa_type=Moment)
    changed: datetime = Field(sa_type=Moment)
    """When the password was set last."""


class SessionRow(SQLModel, table=True):
    """An operator signed in with one browser."""

    __tablename__ = "operator_session"
    key: str = Field(primary_key=True)
    """Hash of what the browser's cookie holds: who reads the database cannot sign in with it."""
    operator: int = Field(foreign_key="operator.id", index=True)
    begun: datetime = Field(sa_type=Moment)
    seen: datetime = Field(sa_type=Moment)
    """When it was last used, to the hour."""


class TokenRow(SQLModel, table=True):
    """A token that a program shows to the API."""

    __tablename__ = "api_token"
    key: str = Field(primary_key=True)
    """Hash of the token, which was shown once and is kept nowhere."""
    name: str = Field(unique=True)
    scope: str
    """A `store.operators.Scope`."""
    created: datetime = Field(sa_type=Moment)
    ends: datetime | None = Field(default=None, sa_type=Moment)
    used: datetime | None = Field(default=None, sa_type=Moment)
    """When it was last used, to the minute."""

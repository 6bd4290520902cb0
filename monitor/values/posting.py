"""A mail on its way: the states it can be in, and what takes it from one to the next."""

from __future__ import annotations

from enum import StrEnum


class MailState(StrEnum):
    """Where a frozen mail is."""

    QUEUED = "queued"
    """Waits for its first attempt."""
    CLAIMED = "claimed"
    """In a sender's hands for the time of a lease; nothing of its content has left yet."""
    DEFERRED = "deferred"
    """Not taken, and certainly not there: waits for its next attempt."""
    IN_DOUBT = "in doubt"
    """Its content began to leave, and nobody knows whether it arrived: the same bytes wait for the next attempt."""
    SENT = "sent"
    """The server took it and answers for it."""
    FAILED = "failed"
    """Not taken, and no more attempts are made."""
    SUPPRESSED = "suppressed"
    """Never sent, or never again: its reader left, or the address takes no mail."""
    REPLACED = "replaced"
    """Certainly not there; what it told is untold again and goes into the next digest."""


class MailEvent(StrEnum):
    """What happens to a mail."""

    CLAIM = "claim"
    """A sender takes it."""
    RELEASE = "release"
    """Its sender died or had no use of it; nobody was asked to take it."""
    REACH = "reach"
    """The first byte of its content is about to leave."""
    ACCEPT = "accept"
    """The server said that it took it."""
    REFUSE = "refuse"
    """Not taken now, and in no earlier attempt either: refused in so many words, or its content never left."""
    MISS = "miss"
    """This attempt came to nothing, which says nothing of an earlier one whose reply was lost."""
    LOSE = "lose"
    """The connection ended after the content began to leave and before a reply."""
    GIVE_UP = "give up"
    """The address is dead, or the time for attempts is over."""
    WITHDRAW = "withdraw"
    """Its reader left or takes no mail."""
    SUPERSEDE = "supersede"
    """The next digest tells what it told."""


_QUEUED, _CLAIMED, _DEFERRED, _IN_DOUBT = (
    MailState.QUEUED,
    MailState.CLAIMED,
    MailState.DEFERRED,
    MailState.IN_DOUBT,
)
_NEXT = {
    _QUEUED: {
        MailEvent.CLAIM: _CLAIMED,
        MailEvent.WITHDRAW: MailState.SUPPRESSED,
        MailEvent.SUPERSEDE: MailState.REPLACED,
    },
    _DEFERRED: {
        MailEvent.CLAIM: _CLAIMED,
        MailEvent.WITHDRAW: MailState.SUPPRESSED,
        MailEvent.SUPERSEDE: MailState.REPLACED,
    },
    _CLAIMED: {
        MailEvent.CLAIM: _CLAIMED,  # its lease lapsed
        MailEvent.RELEASE: _QUEUED,
        MailEvent.REACH: _IN_DOUBT,
        MailEvent.ACCEPT: MailState.SENT,
        MailEvent.REFUSE: _DEFERRED,
        MailEvent.GIVE_UP: MailState.FAILED,
        MailEvent.WITHDRAW: MailState.SUPPRESSED,
    },
    _IN_DOUBT: {
        MailEvent.CLAIM: _IN_DOUBT,
        MailEvent.RELEASE: _IN_DOUBT,
        MailEvent.REACH: _IN_DOUBT,
        MailEvent.LOSE: _IN_DOUBT,
        MailEvent.ACCEPT: MailState.SENT,
        MailEvent.REFUSE: _DEFERRED,
        MailEvent.MISS: _IN_DOUBT,
        MailEvent.GIVE_UP: MailState.FAILED,
        MailEvent.WITHDRAW: MailState.SUPPRESSED,
    },
}

WAITING = (_QUEUED, _DEFERRED, _CLAIMED, _IN_DOUBT)
"""States from which a mail is still to be sent."""


def after(state: MailState, event: MailEvent) -> MailState | None:
    """The state that an event leads to; None where it cannot happen: the mail stays as it is.

    =========  ==========  ==========  ==========  ==========  ==========
    event      queued      deferred    claimed     in doubt    the others
    =========  ==========  ==========  ==========  ==========  ==========
    claim      claimed     claimed     claimed     in doubt    .
    release    .           .           queued      in doubt    .
    reach      .           .           in doubt    in doubt    .
    accept     .           .           sent        sent        .
    refuse     .           .           deferred    deferred    .
    miss       .           .           .           in doubt    .
    lose       .           .           .           in doubt    .
    give up    .           .           failed      failed      .
    withdraw   suppressed  suppressed  suppressed  suppressed  .
    supersede  replaced    replaced    .           .           .
    =========  ==========  ==========  ==========  ==========  ==========

    A mail that may have arrived is never replaced: what it told could be told twice, in other words.
    """
    return _NEXT.get(state, {}).get(event)

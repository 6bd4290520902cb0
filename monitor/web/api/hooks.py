"""Webhooks as a program sees them: which there are and how they fare; their secrets are never shown again."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from monitor.store.hooks import HookState
from monitor.text import addresses
from monitor.web.api.shapes import Shape
from monitor.web.frame import House


class Webhook(Shape):
    """One webhook and how it fares."""

    id: int
    url: str = Field(description="Without user and password.")
    watchlist: str
    created: datetime
    ended: datetime | None = Field(description="When nothing was sent to it any more.")
    why_ended: str | None
    waiting: int = Field(description="Messages that it did not take yet.")
    failed: int = Field(description="Messages that were given up, of the last 30 days.")
    last_sent: datetime | None
    problem: str | None = Field(description="Why the message that waits longest was not taken.")


@dataclass(frozen=True, slots=True)
class Webhooks:
    """What is asked of webhooks."""

    house: House

    def all(self) -> list[Webhook]:
        """List the webhooks and how they fare; `monitor webhooks` adds, tries and removes them."""
        return [_shown(each) for each in self.house.store.hooks.all()]


def _shown(state: HookState) -> Webhook:
    hook = state.hook
    return Webhook(
        id=hook.id,
        url=addresses.shown(hook.url),
        watchlist=hook.watchlist,
        created=hook.created,
        ended=hook.ended,
        why_ended=hook.why_ended,
        waiting=state.waiting,
        failed=state.failed,
        last_sent=state.last_sent,
        problem=state.problem,
    )

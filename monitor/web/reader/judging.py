"""The page behind "Not relevant" and "Same story": one press says it, another takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.store.judgements import Judged

if TYPE_CHECKING:
    from starlette.responses import Response

    from monitor.web.asking import Asked
    from monitor.web.frame import Frame, Visitor

LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Judging:
    """A subscriber's word on one development that they were told of."""

    frame: Frame

    def ask(self, asked: Asked) -> Response:
        visitor = self.frame.visitor(asked)
        return self._page(asked, visitor) if visitor else self.frame.bad_link(asked)

    def act(self, asked: Asked) -> Response:
        """`kind` says which word; `kind=undo` takes it back. The same twice is once; another replaces the first."""
        visitor, kind = self.frame.visitor(asked), asked.one("kind")
        if visitor is None:
            return self.frame.bad_link(asked)
        judgements, development = self.frame.house.store.judgements, _number(asked)
        if kind == "undo":
            judgements.withdraw(visitor.id, development)
        elif kind in list(Judged):
            judgements.judge(visitor.id, development, Judged(kind), self.frame.house.now())
        return self._page(asked, visitor)

    def _page(self, asked: Asked, visitor: Visitor) -> Response:
        told = self.frame.house.store.judgements.told(visitor.id, _number(asked))
        if told is None:
            return self.frame.trouble("missing", asked, 404)
        return self.frame.page("judge", visitor, told=told, undone=asked.one("kind") == "undo")


def _number(asked: Asked) -> int:
    written = asked.path["development"]
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 20 else 0
    return number if number <= LARGEST_ID else 0

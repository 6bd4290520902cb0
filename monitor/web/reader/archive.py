"""A subscriber's mails in the browser: the list of them, and each as it was frozen."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse

from monitor import digest
from monitor.web import frame as frames

if TYPE_CHECKING:
    from starlette.responses import Response

    from monitor.web.asking import Asked
    from monitor.web.frame import Frame

A_PAGE = 30
"""Mails on one page of the list."""
MOST_PAGES = 100_000  # more than anybody has; a larger number is a typing slip or mischief


@dataclass(frozen=True, slots=True)
class Archive:
    """What a subscriber was written."""

    frame: Frame

    def list(self, asked: Asked) -> Response:
        """The mails of one subscriber, newest first, a page at a time."""
        visitor = self.frame.visitor(asked)
        if visitor is None:
            return self.frame.bad_link(asked)
        number = _page_number(asked.query.get("page", "1"))
        found = self.frame.house.store.shelf.mails(visitor.id, (number - 1) * A_PAGE, A_PAGE + 1)
        mails = [(mail.key, mail.subject, frames.moment(mail.written, visitor)) for mail in found[:A_PAGE]]
        return self.frame.page("archive", visitor, mails=mails, number=number, more=len(found) > A_PAGE)

    def show(self, asked: Asked) -> Response:
        """One mail's page, byte for byte as it was sent, under a policy that lets nothing but its own style count."""
        visitor = self.frame.visitor(asked)
        if visitor is None:
            return self.frame.bad_link(asked)
        mail = self.frame.house.store.shelf.mail(visitor.id, asked.path["key"])
        if mail is None:
            return self.frame.trouble("missing", asked, 404)
        page = digest.html_part(mail)
        return HTMLResponse(page, headers={**frames.HEADERS, "Content-Security-Policy": policy_of(page)})


def _page_number(written: str) -> int:
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 9 else 1
    return min(max(1, number), MOST_PAGES)


def policy_of(page: str) -> str:
    """The policy under which a mail's page shows: its own styles count, and nothing else does."""
    styles = _Styles()
    styles.feed(page)
    styles.close()
    attributes = tuple(dict.fromkeys(styles.attributes))
    hashed = frames.sources(*styles.blocks, *attributes)
    unsafe = " 'unsafe-hashes'" if attributes else ""  # counts for style attributes of these very hashes (CSP3, 8.3)
    return frames.policy(hashed + unsafe, "'none'")


class _Styles(HTMLParser):
    """Gathers the style elements and attributes of a page of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self.attributes: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [value for name, value in attrs if name == "style" and value]
        self._inside = tag == "style"
        if self._inside:
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "style"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.blocks[-1] += data

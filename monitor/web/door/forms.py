"""Whether a form is ours and was sent from a page of ours: no other site acts in an operator's name.

Two signs must agree. The form holds a token, bound to the session (or, before a sign-in, to the browser) by HMAC; and
the browser says where the form stood (Sec-Fetch-Site, Origin). A program that sends neither header has no operator's
cookie to misuse, and needs the token all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.web import asking
from monitor.web.door import secret

if TYPE_CHECKING:
    from monitor.web.asking import Asked

FIELD, HEADER = "csrf", "x-csrf-token"


def token(key: str, subject: str) -> str:
    """A token for forms of one session or browser.

    It begins with chance, so that it never looks the same twice: a compressed page would give away a constant one to
    who can have a word of theirs repeated in it (BREACH).
    """
    salt = secret.fresh()
    return f"{salt}.{secret.mark(key, 'form', salt, subject)}"


def is_ours(asked: Asked, key: str, subject: str, base_url: str | None) -> bool:
    """Whether what was asked holds the token of its session or browser, and comes from a page of ours."""
    values = asked.fields.get(FIELD) or (asked.headers.get(HEADER, ""),)
    salt, _, marked = values[0].partition(".")
    right = secret.same(marked, secret.mark(key, "form", salt, subject))
    return len(values) == 1 and right and asking.comes_from_us(asked, base_url)

"""What all pages share: the house they stand in, one style, and the headers that let nothing in and nothing out."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import jinja2
from babel.dates import format_datetime
from starlette.responses import HTMLResponse, Response

from monitor import cadence, digest, speech
from monitor.values import MAIL_LANGUAGES
from monitor.web import naming

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from monitor.digest import MailSettings
    from monitor.store import Store
    from monitor.values import Mail
    from monitor.web.asking import Asked
    from monitor.web.desk.office import Office


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class House:
    """What the pages know of the running service."""

    store: Store
    letterhead: MailSettings
    """Its secret key signed the links in the mails."""
    titles: Callable[[], Mapping[str, str]]
    """Watchlist id -> title, as the operator's files say at the moment."""
    offered: Callable[[], frozenset[str]] = field(default=frozenset)
    """The watchlists that anybody may sign up for; none: sign-up is closed."""
    apart: timedelta = timedelta(minutes=10)
    """The shortest time between two at-once mails."""
    sign: Callable[[Mail], Mail] = lambda mail: mail
    """Signs a mail before it is frozen, as digests are."""
    now: Callable[[], datetime] = _now
    office: Office | None = None
    """What the operator's desk needs beyond the store; None: there is no desk."""

    @property
    def root(self) -> str:
        """What stands before the path of every page where a proxy serves them under a path of its own."""
        return urlsplit(self.letterhead.base_url or "").path.rstrip("/")


@dataclass(frozen=True, slots=True)
class Visitor:
    """The subscriber whose token stands in the address."""

    id: int
    token: str
    language: str
    zone: str


@dataclass(frozen=True, slots=True)
class Frame:
    """Writes pages."""

    house: House

    def visitor(self, asked: Asked) -> Visitor | None:
        """Whose pages these are; None for a token that nobody signed, and for a subscriber who is gone."""
        token = asked.path["token"]
        number = digest.read_token(token, self.house.letterhead.secret_key)
        chosen = None if number is None else self.house.store.people.choices(number)
        if number is None or chosen is None:
            return None
        return Visitor(number, token, chosen.language, chosen.zone)

    def page(self, name: str, to: Visitor | str, status: int = 200, **values: object) -> Response:
        """A page by its template, in the language of its visitor."""
        voice = speech.voice(to if isinstance(to, str) else to.language, "pages")
        language = voice.language
        shown = _templates(language).get_template(f"pages/{name}.html")
        text = shown.render(
            language=language,
            direction=voice.direction,
            style=STYLE,
            house=self.house.letterhead.name,
            contact=digest.contact_link(self.house.letterhead),
            root=self.house.root,
            token=to.token if isinstance(to, Visitor) else None,
            **values,
        )
        return HTMLResponse(text, status, HEADERS if isinstance(to, Visitor) else OPEN)

    def trouble(self, what: str, asked: Asked | None, status: int) -> Response:
        """The page of something that went wrong, in the language that the browser asks for."""
        return self.page("trouble", language_of(asked), status, what=what)

    def bad_link(self, asked: Asked) -> Response:
        return self.trouble("bad_link", asked, 404)


def language_of(asked: Asked | None) -> str:
    """The language of a page for somebody who is not known: what they chose on the page, else what the browser asks."""
    if asked is None:
        return speech.ENGLISH
    chosen = asked.one("language") or asked.query.get("language", "")
    return chosen if chosen in MAIL_LANGUAGES else naming.preferred(asked.headers.get("accept-language", ""))


def moment(when: datetime, visitor: Visitor) -> str:
    """A time in a visitor's own zone and language: "Tuesday, 25 November, 07:30"."""
    local = when.astimezone(cadence.zone(visitor.zone))
    return str(format_datetime(local, _FORMS.get(visitor.language, _FORM), locale=visitor.language))


def policy(styles: str, forms: str = "'self'") -> str:
    """A Content-Security-Policy under which a page loads nothing and runs nothing; only these styles count."""
    closed = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    return f"{closed}; form-action {forms}; style-src {styles}"


def sources(*styles: str) -> str:
    """Styles as sources of a policy: the hash of each (CSP3, 2.3.1), or 'none'."""
    hashes = [base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in styles]
    return " ".join(f"'sha256-{each}'" for each in hashes) or "'none'"


@cache
def _templates(language: str) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("monitor"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(speech.voice(language, "pages").catalogue, newstyle=True)  # type: ignore[attr-defined]
    environment.policies["ext.i18n.trimmed"] = True
    return environment


_FORM = "EEEE d MMMM, HH:mm"
_FORMS = {
    "de": "EEEE, d. MMMM, HH:mm",
    "en": "EEEE d MMMM, HH:mm",
    "es": "EEEE, d 'de' MMMM, HH:mm",
    "ja": "M月d日(EEEE) HH:mm",
    "ko": "M월 d일 EEEE HH:mm",
    "zh": "M月d日EEEE HH:mm",
    "ar": "EEEE، d MMMM، HH:mm",
}
STYLE = (jinja2.Environment(loader=jinja2.PackageLoader("monitor"), autoescape=True)).get_template("page.css").render()
HEADERS = {
    "Content-Security-Policy": policy(sources(STYLE)),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the address holds the reader's token
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
OPEN = HEADERS | {"Referrer-Policy": "same-origin"}
"""Of pages for anybody: under "no-referrer" a browser says on plain http that their forms come from nowhere."""

"""Writes the desk's pages: one style, one small script, the same words for times, languages and kinds everywhere."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

import babel
import jinja2
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from monitor.digest import wording
from monitor.text import addresses
from monitor.values import Change, News
from monitor.web import frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.values import Novel
    from monitor.web.asking import Asked
    from monitor.web.door import SignedIn
    from monitor.web.frame import House

CHANGES = {Change.NEW: "new", Change.CHANGED: "now", Change.CONFIRMED: "confirmed", Change.DENIED: "denied"}
"""How each kind of news is called beside its fact."""
KINDS = {
    News.STORY: "First report",
    News.DEVELOPMENT: "Development",
    News.REPEAT: "Repeat",
    News.COPY: "Copy",
    News.NONE: "Not placed",
}
SCRIPT = (Path(__file__).parent / "desk.js").read_text("utf-8")
LONGEST_TITLE = 300
LARGEST = 99_999_999
"""Numbers of rows that an address or a form may name."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of an operator who is signed in."""

    asked: Asked
    operator: str
    """Their name."""
    csrf: str
    """What every form of theirs must bring along."""


@dataclass(frozen=True)
class Sheets:
    """Writes pages for operators, in English, with times in UTC."""

    house: House

    def page(self, name: str, visit: Visit | SignedIn | None, status: int = 200, **values: object) -> Response:
        """A page of the desk by its template; without a visit, of what stands before its door."""
        shown = self._templates.get_template(f"desk/{name}.html")
        text = shown.render(
            house=self.house.letterhead.name,
            root=self.house.root,
            visit=visit,
            now=self.house.now(),
            titles=self.house.titles(),
            style=STYLE,
            **values,
        )
        return HTMLResponse(text, status, HEADERS)

    def missing(self, visit: Visit, what: str) -> Response:
        """404, with what was looked for and where to go on."""
        return self.page("missing", visit, 404, what=what)

    def to(self, path: str) -> Response:
        """303: after a form was taken, to a page that can be loaded again."""
        return Response(status_code=303, headers={**HEADERS, "Location": f"{self.house.root}{path}"})

    def script(self) -> Response:
        """The desk's one script."""
        return Response(SCRIPT, media_type="text/javascript", headers={**HEADERS, "Cache-Control": "max-age=3600"})

    @cached_property
    def _templates(self) -> jinja2.Environment:
        environment = jinja2.Environment(
            loader=jinja2.PackageLoader("monitor"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters |= {
            "ago": self._ago,
            "moment": moment,
            "language": language,
            "title": _title,
            "direction": wording.direction,
            "excerpt": _excerpt,
            "clean": wording.clean,
            "link": link,
            "counted": wording.count,
            "by_sentence": _by_sentence,
            "key": key,
            "path": path,
            "shown": addresses.shown,
        }
        environment.globals |= {"changes": CHANGES, "kinds": KINDS, "query": query, "set_off": _set_off}
        return environment

    def _ago(self, when: datetime | None) -> str:
        return ago(when, self.house.now())


def ago(when: datetime | None, now: datetime) -> str:
    """How long ago, or in how long, in the roughest fitting unit: "5 min ago", "in 2 h", "3 days ago"."""
    if when is None:
        return "never"
    apart = now - when
    seconds = abs(apart.total_seconds())
    for least, size, unit in ((172_800, 86_400, "days"), (5400, 3600, "h"), (60, 60, "min")):
        if seconds >= least:
            said = f"{round(seconds / size)} {unit}"
            return f"{said} ago" if apart > timedelta(0) else f"in {said}"
    return "just now"


def moment(when: datetime | None, now: datetime | None = None) -> Markup:
    """A time as a page shows it: "25 Nov, 07:30", with the year where it is another one; UTC."""
    if when is None:
        return Markup("never")
    local = when.astimezone(UTC)
    year = f" {local.year}" if now is None or local.year != now.year else ""
    return Markup('<time datetime="{}">{}</time>').format(
        local.isoformat(timespec="seconds"), f"{local.day} {local:%b}{year}, {local:%H:%M}"
    )


def language(code: str | None) -> str:
    """A language's English name by its code; the code where CLDR has none."""
    if not code or code == "und":
        return "unknown language"
    try:
        return babel.Locale.parse(code.replace("-", "_")).get_display_name("en") or code
    except (ValueError, babel.UnknownLocaleError):
        return code


def link(url: str | None) -> str | None:
    """An address that may stand in a link: of the web and of nothing else."""
    if not url:
        return None
    try:
        return url if urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None


def query(**values: object) -> str:
    """The part of an address after its path; what is empty is left out."""
    chosen = {name: str(value) for name, value in values.items() if value not in ("", None)}
    return f"?{urlencode(chosen)}" if chosen else "?"


def path(part: str) -> str:
    """A name as a part of an address's path."""
    return quote(part, safe="")


def key(url: str) -> str:
    """What a feed is called in addresses of pages: its own address may hold a password."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def number(written: str, least: int = 1, most: int = 100_000) -> int:
    """A whole number from an address; the least where it is none."""
    found = int(written) if written.isascii() and written.isdigit() and len(written) < 9 else least
    return min(max(least, found), most)


def _by_sentence(novels: Sequence[Novel]) -> list[tuple[str, list[Novel]]]:
    """New facts under the sentences that carry them, in their order."""
    found: dict[str, list[Novel]] = {}
    for novel in novels:
        found.setdefault(novel.sentence, []).append(novel)
    return list(found.items())


def _title(text: str) -> str:
    return wording.shorten(wording.clean(text), LONGEST_TITLE) or "Untitled report"


def _excerpt(text: str, fact: str = "", width: int = 280) -> str:
    return wording.excerpt(wording.clean(text), wording.clean(fact), width)


def _set_off(text: str, facts: list[str]) -> tuple[tuple[str, bool], ...]:
    return wording.set_off(text, [wording.clean(fact) for fact in facts])


STYLE = (jinja2.Environment(loader=jinja2.PackageLoader("monitor"), autoescape=True)).get_template("desk.css").render()
HEADERS = {
    **frame.HEADERS,
    "Content-Security-Policy": frame.policy(frame.sources(STYLE)) + "; script-src 'self'; connect-src 'self'",
    "Referrer-Policy": "same-origin",
}

"""Watchlists: their texts, what is wrong with an edit, what it would change, and saving it where nothing is lost."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Header, Request, Response
from fastapi import Path as InPath
from pydantic import BaseModel, Field

from monitor import edits, preview, watchlist
from monitor.errors import ConfigError
from monitor.preview import Report, Versions
from monitor.store import versions
from monitor.store.operators import Scope
from monitor.values import Watchlist
from monitor.web.api import cursors, gate, problems
from monitor.web.api.cursors import Portion, Turn
from monitor.web.api.problems import Flaw, Kind, ProblemError
from monitor.web.api.shapes import Shape
from monitor.web.desk import cabinet
from monitor.web.desk.cabinet import Cabinet, Paper
from monitor.web.desk.office import Office
from monitor.web.frame import House

LONGEST_TEXT = 60_000
"""Letters of a watchlist; the request around it has to fit into asking.LARGEST_FORM."""
SHOWN_VERSIONS = 50
Id = Annotated[str, InPath(max_length=200, description="The name of its file without .yaml.")]
Text = Annotated[str, Field(max_length=LONGEST_TEXT, description="The YAML, see docs/watchlists.md.")]


class WatchlistBrief(Shape):
    """One watchlist in a list."""

    id: str
    title: str
    terms: int
    followers: int = Field(description="Subscribers who follow it.")
    in_use: bool = Field(description="False: its file has mistakes, or the service has not read it yet.")


class WatchlistText(Shape):
    """One watchlist as its file stands; `etag` goes into If-Match when it is saved."""

    id: str
    title: str
    text: str
    etag: str


class Edit(BaseModel):
    """A watchlist as it was edited."""

    text: Text


class Saving(Edit):
    """An edit to be saved."""

    note: str = Field("", max_length=500, description="What it is for, kept with the version.")


class Version(Shape):
    """One text of a watchlist."""

    id: int = Field(description="0: it is not kept yet, for no page and no program has saved since.")
    by: str = Field(description="Who saved it; of a program the name of its token.")
    at: datetime
    note: str
    text: str


class Looking(Edit):
    """An edit, and how far to look back."""

    days: int = Field(30, ge=1, le=180)


class Checked(Shape):
    """What is wrong, or doubtful, in an edit."""

    usable: bool = Field(description="It can be saved: there are no mistakes and no failing examples.")
    mistakes: list[Flaw]
    failing: list[Flaw] = Field(description="Examples that do not come out as they should.")
    doubts: list[Flaw] = Field(description="What is allowed, and worth a second look.")


class ChangedArticle(Shape):
    """An article that an edit gains or loses."""

    change: str = Field(description="gained or lost")
    url: str | None
    title: str
    language: str
    seen: datetime
    term: str
    found: str
    sentence: str
    how: str


class TermActivity(Shape):
    """What one term of an edit finds."""

    name: str
    line: int
    articles: int
    before: int = Field(description="Articles that it finds in the version in use.")
    a_day: float
    languages: dict[str, int]
    doubt: str = Field(description="Why it is worth a second look: it never fires, or too much.")


class Preview(Shape):
    """What an edit would change among the articles that are kept."""

    articles: int
    days: float
    gained: int
    lost: int
    both: int
    items_before: float = Field(description="Stories and developments a day of the version in use.")
    items_after: float
    terms: list[TermActivity]
    changed: list[ChangedArticle] = Field(description="The newest of those gained and of those lost.")


@dataclass(frozen=True, slots=True)
class Watchlists:
    """What is asked of watchlists."""

    house: House
    office: Office

    def page(self, turn: Turn) -> Portion[WatchlistBrief]:
        """List the watchlists, by name."""
        after = cursors.word(turn.cursor)
        found = sorted(paper.id for paper in self._cabinet.papers() if paper.id > after)
        in_use = {each.id: each for each in self.office.files().watchlists}
        followers = [reader.subscriber.watchlists for reader in self.house.store.people.readers() if reader.active]
        items = [
            WatchlistBrief(
                id=name,
                title=in_use[name].title if name in in_use else name,
                terms=len(in_use[name].terms) if name in in_use else 0,
                followers=sum(name in each for each in followers),
                in_use=name in in_use,
            )
            for name in found[: turn.limit]
        ]
        return Portion(items=items, next=cursors.cursor(items[-1].id) if len(found) > turn.limit else None)

    def one(self, response: Response, watchlist: Id) -> WatchlistText:
        """Show one watchlist with its text; the answer's ETag stands for it."""
        shown = _shown(self._paper(watchlist))
        response.headers["ETag"] = shown.etag
        return shown

    def text(self, watchlist: Id) -> Response:
        """Give a watchlist's YAML as it stands in its file."""
        paper = self._paper(watchlist)
        return Response(paper.text.encode(), media_type="application/yaml", headers={"ETag": etag(paper)})

    def versions(self, watchlist: Id) -> list[Version]:
        """List what a watchlist was, the newest first: who saved it when, and the text."""
        history = self._cabinet.history(self._paper(watchlist), SHOWN_VERSIONS)
        return [Version.model_validate(each) for each in history]

    def check(self, body: Edit) -> Checked:
        """Say what is wrong in an edit, with the lines; nothing is saved."""
        return checked(body.text)

    def preview(self, watchlist: Id, body: Looking) -> Preview:
        """Say what an edit would gain and lose among the articles that are kept; nothing is saved."""
        edited = _read(body.text, watchlist)
        in_use = next((each for each in self.office.files().watchlists if each.id == watchlist), None)
        now = self.house.now()
        kept = self.house.store.archive.kept_since(now - timedelta(days=body.days))
        return _previewed(preview.look(kept, Versions(edited, in_use), self.office.embedder, now))

    def save(
        self,
        request: Request,
        response: Response,
        watchlist: Id,
        body: Saving,
        if_match: Annotated[str, Header(max_length=200, description="The ETag of the text that was edited.")] = "",
        if_none_match: Annotated[str, Header(max_length=10, description="`*` for a new watchlist.")] = "",
    ) -> WatchlistText:
        """Save an edit; the service takes it into use within seconds.

        A text with mistakes or failing examples is refused, and so is an edit of another text than the one that stands.
        """
        by = f"{gate.may(request, Scope.WRITE).name} (API)"
        mark = self._edited_from(watchlist, self._cabinet.find(watchlist), if_match, if_none_match)
        version = versions.Version(0, cabinet.plain_ends(body.text), by, self.house.now(), " ".join(body.note.split()))
        try:
            theirs = self._cabinet.save(watchlist, version, mark)
        except ConfigError as error:
            flaws = problems.flaws_of(error, "body.text")
            raise ProblemError(Kind.INVALID, str(error), flaws) from None
        if theirs is not None:
            raise ProblemError(Kind.CHANGED, "Somebody saved another text meanwhile; read it and make your edit there.")
        shown = _shown(self._paper(watchlist))
        response.headers["ETag"] = shown.etag
        return shown

    # --- the files ---------------------------------------------------------------------------------------------------

    @property
    def _cabinet(self) -> Cabinet:
        return Cabinet(self.office.home, self.house.store)

    def _paper(self, name: str) -> Paper:
        paper = self._cabinet.find(name)
        if paper is None:
            raise problems.missing(f"There is no watchlist {name!r}.")
        return paper

    def _edited_from(self, name: str, paper: Paper | None, if_match: str, if_none_match: str) -> str:
        """The mark of the file that was edited, as the conditions of a request say (RFC 9110, 13.1)."""
        if paper is None:
            if if_match or if_none_match != "*":
                raise problems.missing(f"There is no watchlist {name!r}; send 'If-None-Match: *' to make it.")
            if cabinet.name_of(name) != name:
                raise problems.invalid("path.watchlist", f"write {cabinet.name_of(name)!r}: small letters and hyphens")
            return cabinet.NOTHING
        if if_none_match:
            raise ProblemError(Kind.CHANGED, f"There is a watchlist {name!r} already.")
        if not if_match:
            raise ProblemError(Kind.UNCONDITIONAL, "Send the ETag of the text that you edited as If-Match.")
        return if_match.strip('"')


def etag(paper: Paper) -> str:
    """What stands for the content of a file (RFC 9110, 8.8.3)."""
    return f'"{paper.mark}"'


def checked(text: str) -> Checked:
    """What is wrong with an edit."""
    try:
        read = watchlist.read(text, file="watchlist.yaml")
    except ConfigError as error:
        return Checked(usable=False, mistakes=problems.flaws_of(error, "body.text"), failing=[], doubts=[])
    failing = [
        Flaw(where="body.text", line=each.line or None, problem=each.problem) for each in edits.failing_examples(read)
    ]
    doubts = [
        Flaw(where="body.text", line=each.line or None, problem=each.problem) for each in watchlist.warnings(read)
    ]
    return Checked(usable=not failing, mistakes=[], failing=failing, doubts=doubts)


def _shown(paper: Paper) -> WatchlistText:
    try:
        title = watchlist.read(paper.text, file=paper.file).title
    except ConfigError:
        title = paper.id
    return WatchlistText(id=paper.id, title=title, text=paper.text, etag=etag(paper))


def _read(text: str, name: str) -> Watchlist:
    try:
        return watchlist.read(text, file=f"{name}.yaml")
    except ConfigError as error:
        raise ProblemError(Kind.INVALID, str(error), problems.flaws_of(error, "body.text")) from None


def _previewed(report: Report) -> Preview:
    return Preview(
        articles=report.articles,
        days=round(report.days, 2),
        gained=report.gained,
        lost=report.lost,
        both=report.both,
        items_before=round(report.items_before, 2),
        items_after=round(report.items_after, 2),
        terms=[TermActivity.model_validate(term) for term in report.terms],
        changed=[ChangedArticle.model_validate(each) for each in report.changed],
    )

"""Watchlists: how each fares, editing one with its outlook before it is saved, and what it was before."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor import watchlist
from monitor.errors import ConfigError, InputError
from monitor.preview import Change, Versions
from monitor.store.versions import Version
from monitor.web.desk import cabinet, charts, sheets
from monitor.web.desk.cabinet import NOTHING, Cabinet
from monitor.web.desk.checking import SHOWN, check
from monitor.web.desk.differing import differ
from monitor.web.desk.rehearsing import Rehearsals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.responses import Response

    from monitor.preview import Activity, Report
    from monitor.suggest import Proposal
    from monitor.values import Term
    from monitor.web.desk.cabinet import Paper
    from monitor.web.desk.office import Office
    from monitor.web.desk.sheets import Sheets, Visit

WEEK, MONTH, QUARTER = timedelta(days=7), timedelta(days=30), timedelta(days=90)
SHOWN_CHANGES = 15
"""Gained, and lost, articles that a preview shows with their sentences."""
SHOWN_TERMS = 60
"""Terms in a table: the doubtful ones and those that an edit changes come first."""
OFFERED_TERMS = 200
"""Names of terms that the field for spellings proposes while one types."""
SHOWN_VERSIONS = 30
LONGEST_NOTE = 200
A_LANGUAGE = 2
"""Spellings by rule that are offered of one language: the likeliest."""
BLANK = """title: \n\nterms:\n  # One term a line. Its forms in every language are found by themselves.\n  - \n"""


@dataclass(frozen=True, slots=True)
class Edit:
    """A text on its way into a file."""

    id: str
    """Empty: a watchlist that has no name yet."""
    text: str
    mark: str
    """Of the file that it was edited from."""
    name: str = ""
    """What was written for a name."""
    note: str = ""

    @property
    def file(self) -> str:
        return f"watchlists/{self.id or 'new'}.yaml"


@dataclass(frozen=True, slots=True)
class Watchlists:
    """The pages of watchlists."""

    sheets: Sheets
    office: Office
    cabinet: Cabinet
    rehearsals: Rehearsals

    @classmethod
    def of(cls, sheets: Sheets, office: Office) -> Watchlists:
        store = sheets.house.store
        return cls(sheets, office, Cabinet(office.home, store), Rehearsals(store, office.embedder))

    def show(self, visit: Visit) -> Response:
        """All watchlists, with what each finds and what is doubtful in it."""
        store, now = self.sheets.house.store, self.sheets.house.now()
        since = now - WEEK
        precision: dict[str, list[object]] = {}
        for each in store.judgements.precision(now - QUARTER):
            precision.setdefault(each.watchlist, []).append(each)
        hits = store.insight.hits(since)
        return self.sheets.page(
            "watchlists",
            visit,
            here="watchlists",
            papers=[(paper, check(paper.text, paper.file)) for paper in self.cabinet.papers()],
            followers=store.people.followers(),
            hits={each: len(seen) / WEEK.days for each, seen in hits.items()},
            days={each: charts.bars(seen, since, now) for each, seen in hits.items()},
            developments=Counter(each for concerned in store.archive.concerned(since) for each in concerned),
            precision=precision,
        )

    def one(self, visit: Visit) -> Response:
        """A watchlist as it stands in its file, to be edited."""
        paper = self.cabinet.find(visit.asked.path["watchlist"])
        if paper is None:
            return self.sheets.missing(visit, "The folder watchlists/ has no such file.")
        return self._page(visit, Edit(paper.id, paper.text, paper.mark), done=visit.asked.query.get("done", ""))

    def begin(self, visit: Visit) -> Response:
        """A watchlist that is not there yet."""
        return self._page(visit, Edit("", BLANK, NOTHING), quiet=True)

    def act(self, visit: Visit) -> Response:
        """What a button of the editor asks for. Only `save` and `restore` change anything."""
        asked = visit.asked
        id_ = asked.path.get("watchlist", "")
        if id_ and self.cabinet.find(id_) is None and not _may_be_named(id_):
            return self.sheets.missing(visit, "The folder watchlists/ has no such file.")
        text = cabinet.plain_ends(asked.fields.get("text", ("",))[0])
        edit = Edit(id_, text, asked.one("mark"), asked.one("name"), asked.one("note")[:LONGEST_NOTE])
        if asked.one("accept"):
            return self._accept(visit, edit)
        if asked.one("restore"):
            return self._restore(visit, edit)
        doing = {"save": self._save, "preview": self._preview, "spellings": self._spell}
        return doing.get(asked.one("do"), self._check)(visit, edit)

    def version(self, visit: Visit) -> Response:
        """One version of a watchlist: what it changed, and how it differs from the file of today."""
        asked = visit.asked
        paper = self.cabinet.find(asked.path["watchlist"])
        versions, number = self.sheets.house.store.versions, sheets.number(asked.path["version"], 0, 999_999_999)
        version = versions.find(paper.id, number) if paper else None
        if paper is None or version is None:
            return self.sheets.missing(visit, "No such version of this watchlist is kept.")
        before = versions.before(paper.id, number)
        return self.sheets.page(
            "watchlist_version",
            visit,
            here="watchlists",
            paper=paper,
            version=version,
            before=before,
            changed=differ(before.text, version.text) if before else (),
            against=differ(paper.text, version.text),
        )

    # --- what the buttons do ---------------------------------------------------------------------------------------

    def _check(self, visit: Visit, edit: Edit) -> Response:
        if not visit.asked.one("part"):
            return self._page(visit, edit)
        checked = self.rehearsals.check(_whose(visit, edit), edit.text, edit.file)
        if checked is None:
            return self._part("watchlist_preview", visit, edit, 409, replaced=True)
        return self._part("watchlist_check", visit, edit, checked=checked, quiet=False)

    def _preview(self, visit: Visit, edit: Edit) -> Response:
        """What the edit would change, beside the file as it is now."""
        whose, paper = f"{_whose(visit, edit)}\npreview", self.cabinet.find(edit.id)
        checked, outlook = self.rehearsals.check(whose, edit.text, edit.file), None
        if checked and checked.read:
            # Where the file has mistakes, what was found when articles were read stands in for it.
            in_use = check(paper.text, paper.file).read if paper else None
            outlook = self.rehearsals.look(whose, Versions(checked.read, in_use), self.sheets.house.now())
        replaced = checked is None or (checked.read is not None and outlook is None)
        shown = {"outlook": outlook, "replaced": replaced, **(_shown(outlook.report) if outlook else {})}
        status = 409 if replaced else 200
        if visit.asked.one("part"):
            return self._part("watchlist_preview", visit, edit, status, **shown)
        return self._page(visit, edit, status, **shown)

    def _spell(self, visit: Visit, edit: Edit, said: str = "") -> Response:
        """Spellings for a term of the text, to be accepted with a click."""
        name, checked = visit.asked.one("term"), check(edit.text, edit.file)
        if checked.read is None:
            problem = "The spellings of a term can be looked for once nothing is wrong in the text."
            return self._page(visit, edit, problem=problem, term=name, said=said)
        term = next((term for term in checked.read.terms if term.name == name), None)
        if term is None or term.all_of:
            why = "is found by rows of words, which are yours to write" if term else "is no term of this text"
            return self._page(visit, edit, problem=f"“{name}” {why}.", term=name, said=said)
        offers = _offers(term, self.rehearsals.spellings(term, self.sheets.house.now()))
        return self._page(visit, edit, term=name, offers=offers, said=said)

    def _accept(self, visit: Visit, edit: Edit) -> Response:
        """A spelling goes into the text, which is not saved by that."""
        term, spelling = visit.asked.one("term"), visit.asked.one("accept")
        try:
            text = watchlist.add_spelling(edit.text, term, spelling)
        except InputError as error:
            return self._page(visit, edit, 400, problem=str(error), term=term)
        changed = Edit(edit.id, text, edit.mark, edit.name, edit.note)
        return self._spell(visit, changed, f"“{spelling}” stands under “{term}” now. It is not saved yet.")

    def _save(self, visit: Visit, edit: Edit) -> Response:
        """Into the file, if it is good, and if the file is still the one that it was edited from."""
        checked = check(edit.text, edit.file)
        try:
            id_ = edit.id or self._new_name(edit.name or (checked.read.title if checked.read else ""))
            version = Version(0, edit.text, visit.operator, self.sheets.house.now(), edit.note)
            theirs = self.cabinet.save(id_, version, edit.mark)
        except InputError as error:
            return self._page(visit, edit, 400, problem=str(error))
        except ConfigError as error:
            other = [] if not checked.good else [str(each) for each in error.complaints]  # such as a disk that is full
            return self._page(visit, edit, 422, problem=" ".join(["Nothing was saved.", *other]))
        if theirs is not None:
            return self._overtaken(visit, edit, theirs)
        return self.sheets.to(f"/desk/watchlists/{sheets.path(id_)}?done=saved")

    def _new_name(self, written: str) -> str:
        name = cabinet.name_of(written)
        if self.cabinet.find(name):
            raise InputError(name, "is the name of another watchlist; choose another one")
        return name

    def _overtaken(self, visit: Visit, edit: Edit, theirs: Paper) -> Response:
        """Somebody else was quicker: both texts are shown, and from here on the edit is one of theirs."""
        history = self.cabinet.history(theirs, 1) if theirs.mark != NOTHING else []
        now = Edit(edit.id, edit.text, theirs.mark, edit.name, edit.note)
        differs = differ(theirs.text, edit.text)
        return self._page(visit, now, 409, theirs=theirs, differs=differs, who=history[0] if history else None)

    def _restore(self, visit: Visit, edit: Edit) -> Response:
        """An earlier version is saved as a new one."""
        number = sheets.number(visit.asked.one("restore"), 0, 999_999_999)
        version = self.sheets.house.store.versions.find(edit.id, number)
        if version is None:
            return self.sheets.missing(visit, "No such version of this watchlist is kept.")
        note = f"back to version {version.id}"
        return self._save(visit, Edit(edit.id, version.text, edit.mark, note=note))

    # --- what there is ---------------------------------------------------------------------------------------------

    def _page(self, visit: Visit, edit: Edit, status: int = 200, **more: object) -> Response:
        """The editor with everything that was typed. `quiet`: what is wrong is not said of a text nobody touched."""
        store, now = self.sheets.house.store, self.sheets.house.now()
        paper, checked = self.cabinet.find(edit.id), check(edit.text, edit.file)
        hits = store.insight.hits(now - MONTH, edit.id).get(edit.id, []) if paper else []
        said: dict[str, object] = {
            "problem": "", "done": "", "said": "", "term": "", "offers": None, "theirs": None, "differs": (),
            "who": None, "outlook": None, "replaced": False, "quiet": False,
        }  # fmt: skip
        return self.sheets.page(
            "watchlist",
            visit,
            status,
            here="watchlists",
            edit=edit,
            paper=paper,
            checked=checked,
            shown=SHOWN,
            changed=paper is None or paper.text != edit.text,
            size=self.rehearsals.size(now),
            names=[term.name for term in checked.read.terms if not term.all_of][:OFFERED_TERMS] if checked.read else [],
            days=charts.days(charts.by_day(hits), now - MONTH, now) if paper else (),
            precision=store.judgements.precision(now - QUARTER, edit.id) if paper else [],
            history=self.cabinet.history(paper, SHOWN_VERSIONS) if paper else [],
            **said | more,
        )

    def _part(self, name: str, visit: Visit, edit: Edit, status: int = 200, **values: object) -> Response:
        """A piece of the editor's page, for its script."""
        size = self.rehearsals.size(self.sheets.house.now())
        return self.sheets.page(name, visit, status, here="watchlists", edit=edit, shown=SHOWN, size=size, **values)


def _whose(visit: Visit, edit: Edit) -> str:
    """Whose newer check or preview takes the place of an older one."""
    return f"{visit.operator}\n{edit.id}"


def _may_be_named(id_: str) -> bool:
    try:
        return cabinet.name_of(id_) == id_
    except InputError:
        return False


def _shown(report: Report) -> dict[str, object]:
    """The parts of a report that a page shows."""
    changed = {kind: [each for each in report.changed if each.change is kind][:SHOWN_CHANGES] for kind in Change}
    codes = report.languages | report.languages_before
    languages = [
        (code, report.languages_before[code], report.languages[code]) for code, count in codes.items() if count
    ]
    return {
        "gained": changed[Change.GAINED],
        "lost": changed[Change.LOST],
        "terms": sorted(report.terms, key=_worth_seeing)[:SHOWN_TERMS],
        "languages": sorted(languages, key=lambda each: (-max(each[1:]), each[0])),
    }


def _worth_seeing(term: Activity) -> tuple[bool, bool, int]:
    """Doubtful terms first, silent ones after those that fire too much; then those that change, and the busiest."""
    return not (term.doubt and term.articles), term.articles == term.before, -term.articles


@dataclass(frozen=True, slots=True)
class Offers:
    """Spellings for one term."""

    new: tuple[Proposal, ...]
    """That it would not find."""
    known: tuple[Proposal, ...]
    """That it finds already, by itself or because they stand there."""


def _offers(term: Term, proposals: Sequence[Proposal]) -> Offers:
    """Each spelling once: those seen in articles, and by rule the likeliest of languages in which none was seen."""
    settled = {each.language for each in proposals if each.count}
    taken: Counter[str] = Counter()
    found: dict[str, Proposal] = {}
    for each in proposals:
        if not each.count and not each.found:
            if each.language in settled or taken[each.language] >= A_LANGUAGE:
                continue
            taken[each.language] += 1
        found.setdefault(each.spelling, each)
    known = [each for each in found.values() if each.found and each.spelling != term.name]
    return Offers(tuple(each for each in found.values() if not each.found), tuple(known))

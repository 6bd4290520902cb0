"""Says in the terminal what the demo did: read, matched, merged and why, told, and not told and why."""

from __future__ import annotations

import collections
import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from babel import Locale
from rich.console import Group
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from monitor.demo import play
from monitor.values import Change, News, ReadFrom

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from rich.console import RenderableType

    from monitor.demo.play import Fate, Played, Scene
    from monitor.demo.serving import Opened
    from monitor.demo.stage import Stage
    from monitor.demo.world import World
    from monitor.values import Mail

STYLES = {News.STORY: "bold green", News.DEVELOPMENT: "bold cyan", News.REPEAT: "dim", News.COPY: "dim"}


def opening(world: World) -> RenderableType:
    """What the newcomer is about to see."""
    languages = {outlet.language for outlet in world.outlets}
    days = (world.rounds[-1] - world.start).days + 1
    text = Text.assemble(
        ("A little invented world of news: ", "bold"),
        f"{len(world.outlets)} outlets write {len(world.pieces)} articles in {len(languages)} languages within {days} "
        f"days. The monitor visits them {len(world.rounds)} times over HTTP, as it would the real web.",
    )
    return Group(Rule("news-monitor demo"), Text(world.note, style="dim"), Text(), text, Text())


def scene(scene: Scene) -> Text:
    """One round in one line."""
    polled, read = scene.report.polled, scene.report.read
    return Text.assemble(
        (_moment(scene.now), "bold"),
        f"  {polled.asked} feeds ({polled.unchanged:2} unchanged), {read.from_page + read.from_feed} articles, "
        f"{read.hits} matched: ",
        (_mails(len(scene.mails)), "green" if scene.mails else "dim"),
    )


def whole(played: Played, mails: Sequence[tuple[Mail, str]], stage: Stage, seconds: float) -> RenderableType:
    """Everything that came of it; `mails` come with the name of their files."""
    return Group(
        *_chapter("Read", _read(played)),
        *_chapter("Matched", _matched(played.fates)),
        *_chapter("Not matched", _not_matched(played.fates)),
        *_chapter("Stories: what was merged, told, and not told, and why", *_stories(played.fates)),
        *_chapter("Mails", _mailed(played, mails)),
        *_chapter("Look at", _files(stage, mails, seconds)),
    )


def how_to_look(address: str) -> RenderableType:
    """Where the pages would stand."""
    text = Text.assemble(
        (f"{address}/desk", "bold"),
        "  the operator's pages, filled with all of this, and ",
        (f"{address}/", "bold"),
        "  the subscribers': 'monitor demo --serve' plays it again and keeps them up",
    )
    return Group(*_chapter("In a browser", text))


def opened(pages: Opened, now: datetime) -> RenderableType:
    """Where the pages stand, and how to come in."""
    text = Text.assemble(
        (f"{pages.address}/desk", "bold"),
        "  the operator's pages: sign in as ",
        (pages.operator, "bold"),
        " with the password ",
        (pages.password, "bold"),
        "\n",
        (f"{pages.address}/", "bold"),
        "  the subscribers' pages\n",
        f"There it is {_moment(now)} for ever. Ctrl-C ends it.",
    )
    return Group(*_chapter("In a browser", text))


def _chapter(title: str, *parts: RenderableType) -> list[RenderableType]:
    return [Text(), Rule(f"[bold]{title}[/bold]", align="left"), *(Padding(part, (0, 0, 0, 2)) for part in parts)]


def _read(played: Played) -> Text:
    asked = sum(scene.report.polled.asked for scene in played.scenes)
    unchanged = sum(scene.report.polled.unchanged for scene in played.scenes)
    read = [fate for fate in played.fates if fate.kept]
    languages = collections.Counter(fate.kept.article.language or "und" for fate in read if fate.kept)
    lines = [
        f"{asked} feed requests, {unchanged} of them answered 304 Not Modified; {len(read)} articles in "
        f"{len(languages)} languages: " + ", ".join(f"{_name(code)} {count}" for code, count in languages.most_common())
    ]
    lines += [f"{title} is no use as a feed: {problem}" for title, problem in played.troubles.items()]
    lines += [f"{_source(fate)} answered {status} at first; asked again later" for fate, status in _failures(played)]
    lines += [f"{_source(fate)}: {note}" for fate in read for note in fate.notes if _from_feed(fate)]
    return Text("\n".join(lines))


def _failures(played: Played) -> list[tuple[Fate, int]]:
    """Pieces whose page answered with a server error."""
    paths = {
        (asked.outlet, asked.path): int(asked.status)
        for scene in played.scenes
        for asked in scene.asked
        if asked.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    }
    by_path = {(fate.piece.outlet.id, f"/{fate.piece.id}.html"): fate for fate in played.fates}
    return [(by_path[path], status) for path, status in paths.items()]


def _from_feed(fate: Fate) -> bool:
    return fate.kept is not None and fate.kept.article.read_from is ReadFrom.FEED


def _matched(fates: Iterable[Fate]) -> Table:
    """Term by term: the words that were found, with the languages that they were found in."""
    found: dict[str, dict[str, set[str]]] = {}
    how: dict[str, collections.Counter[str]] = {}
    for fate in fates:
        for hit in fate.kept.hits if fate.kept else ():
            language = fate.piece.outlet.language
            found.setdefault(hit.term, {}).setdefault(_short(hit.found, 40), set()).add(language)
            how.setdefault(hit.term, collections.Counter())[hit.how] += 1
    table = _table("term", "found as", "for example because")
    for term, spellings in sorted(found.items()):
        shown = ", ".join(f"{words} ({' '.join(sorted(codes))})" for words, codes in spellings.items())
        table.add_row(Text(term, style="bold"), Text(shown), Text("\n".join(_telling_reasons(how[term])), style="dim"))
    return table


def _telling_reasons(how: collections.Counter[str]) -> list[str]:
    """Three reasons at most: the rare ones say more than the exact spelling that is found every time."""
    return [reason for reason, _ in reversed(how.most_common())][:3]


def _not_matched(fates: Sequence[Fate]) -> Text:
    missed = [fate for fate in fates if fate.kept and not fate.kept.hits]
    traps = [fate for fate in missed if fate.piece.remark]
    text = Text(f"{len(missed)} articles were read, kept and left alone. Some look like what the watchlists ask for:\n")
    for fate in traps:
        text.append(f"\n{_source(fate)}: {fate.piece.title}\n")
        text.append(f"    {fate.piece.remark}\n", style="dim")
    return text


def _stories(fates: Sequence[Fate]) -> list[RenderableType]:
    names = {fate.kept.article.id: _source(fate) for fate in fates if fate.kept}
    trees: list[RenderableType] = []
    for number, members in enumerate(play.stories(fates), 1):
        languages = {fate.piece.outlet.language for fate in members}
        title = Text(f"{number}. {members[0].piece.title}", style="bold")
        title.append(f"  {_counted(len(members), 'article')}, {_counted(len(languages), 'language')}", style="dim")
        tree = Tree(title, guide_style="dim")
        for fate in members:
            tree.add(_member(fate, names))
        trees += [tree, Text()]
    return trees


def _member(fate: Fate, names: Mapping[str, str]) -> Text:
    """One article of a story: what it is, what is new in it, who was told, and why."""
    assert fate.kept
    news = fate.kept.verdict.news
    text = Text.assemble(
        f"{_moment(fate.piece.published)}  {fate.piece.outlet.language}  ",
        (f"{news.upper():11}", STYLES.get(news, "")),
        f" {fate.piece.outlet.title}: {fate.piece.title}",
    )
    for novel in fate.kept.verdict.new:
        before = f" (before: {novel.before})" if novel.before else ""
        text.append(f"\n{novel.change.upper()}: {novel.text}{before}", style=_change_style(novel.change))
    text.append(f"\n{_told(fate)}", style="" if fate.told else "dim")
    reasons = [fate.kept.placement.why if fate.kept.placement else "", fate.kept.verdict.why]
    text.append(f"\nwhy: {_with_names('; '.join(filter(None, reasons)), names)}", style="dim")
    return text


def _with_names(why: str, names: Mapping[str, str]) -> str:
    """A reason with outlets in place of the ids of their articles."""
    return re.sub(r"\b[0-9a-f]{20}\b", lambda found: names.get(found[0], found[0]), why)


def _change_style(change: Change) -> str:
    return "yellow" if change in (Change.DENIED, Change.CHANGED) else "cyan"


def _told(fate: Fate) -> str:
    if not fate.told:
        return "told to nobody"
    return "told: " + ", ".join(f"{telling.address} on {_moment(telling.at)}" for telling in fate.told)


def _mailed(played: Played, mails: Sequence[tuple[Mail, str]]) -> Table:
    table = _table("sent", "to", "subject", "file")
    names = {mail.message_id: name for mail, name in mails}
    for scene in played.scenes:
        for mail in scene.mails:
            table.add_row(_moment(scene.now), mail.to, Text(mail.subject), f"{names[mail.message_id]}")
    return table


def _files(stage: Stage, mails: Sequence[tuple[Mail, str]], seconds: float) -> Text:
    first = mails[0][1] if mails else ""
    return Text(
        f"{stage.digests}/  each digest as .eml and .html, e.g. {first}.html in a browser\n"
        f"{stage.home}/storage/mail/  the mail folder that they were delivered to (Maildir)\n"
        f"{stage.home}/  feeds.yaml, watchlists/ and storage/ as an operator has them\n"
        f"{stage.log}  what the monitor logged\n\n"
        f"It took {seconds:.0f} s."
    )


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _source(fate: Fate) -> str:
    return f"{fate.piece.outlet.title} ({fate.piece.outlet.language})"


def _moment(moment: datetime) -> str:
    return f"{moment:%a} {moment.day:2} {moment:%b %H:%M}"


def _name(code: str) -> str:
    return str(Locale.parse("en").languages.get(code, code))


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 10].rstrip()} … {text[-8:].lstrip()}"


def _mails(count: int) -> str:
    return _counted(count, "mail") if count else "nothing to tell"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")

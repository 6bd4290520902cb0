"""A digest as its templates show it: grouped, cleaned, limited, in the subscriber's time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.digest import wording
from monitor.values import Change, News, ReadFrom, Waits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from monitor.digest.letterhead import Links
    from monitor.digest.wording import Words
    from monitor.speech import Voice
    from monitor.values import Before, Development, Digest, Held, Hit, Novel, Origin, Report, StoryNews

SENTENCES = 3
"""Quoted sentences of one development: a first report is full of new facts, its reader wants the gist."""
FACTS = 4
"""Facts named above one quoted sentence; in the sentence itself all are set off."""
ALSO = 8
"""Other reports named by outlet; the rest are counted."""
TERMS = 3
"""Matched terms named in the one line that says why."""
PREVIEW = 140
"""Characters of an inbox's second line."""
LABELS = {
    Change.NEW: wording.mark("new"),
    Change.CHANGED: wording.mark("changed"),
    Change.CONFIRMED: wording.mark("confirmed"),
    Change.DENIED: wording.mark("denied"),
}
HELD = {
    Waits.CAP: wording.mark_plural(
        "%(number)s more development did not fit: the next mail brings it.",
        "%(number)s more developments did not fit: the next mail brings them.",
    ),
    Waits.CADENCE: wording.mark_plural(
        "%(number)s development waits for the time that you chose for its watchlist.",
        "%(number)s developments wait for the times that you chose for their watchlists.",
    ),
    Waits.QUIET: wording.mark_plural(
        "%(number)s development waits for the end of your quiet hours.",
        "%(number)s developments wait for the end of your quiet hours.",
    ),
    Waits.LANGUAGE: wording.mark_plural(
        "%(number)s development was left out: it is told only in a language that you did not choose.",
        "%(number)s developments were left out: they are told only in languages that you did not choose.",
    ),
    Waits.OUTBOX: wording.mark_plural(
        "%(number)s development is on its way in an earlier mail.",
        "%(number)s developments are on their way in earlier mails.",
    ),
}
"""What a mail says of news that its reader should have and that is not in it; the other reasons mean: no mail."""
SENTENCE, FACT = 420, 120
"""Characters of a quoted sentence and of a fact: real ones are shorter, what a feed may send is not."""


@dataclass(frozen=True, slots=True)
class Widths:
    """Characters that a report may fill; a longer link is left out."""

    headline: int
    name: int
    link: int


FULL = Widths(headline=220, name=60, link=1000)
BRIEF = Widths(headline=68, name=24, link=200)
"""Chosen so that a mail of as many stories and developments as one may hold, all in brief, all at these widths and in
four-byte letters, still fits the largest mail (tests/test_digest.py fills one)."""


@dataclass(frozen=True, slots=True)
class Mark:
    """New facts of one sentence that are new in the same way."""

    change: Change
    label: str
    facts: tuple[Words, ...]
    before: Words | None


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence as its article has it."""

    words: Words
    parts: tuple[tuple[str, bool], ...]
    """The sentence in pieces; True: this piece is a new fact."""


@dataclass(frozen=True, slots=True)
class Finding:
    """New facts and the one sentence that carries them."""

    marks: tuple[Mark, ...]
    quote: Quote | None
    """None where the headline is that sentence."""


@dataclass(frozen=True, slots=True)
class Source:
    """One report with what a reader weighs it by."""

    title: Words
    link: str | None
    outlet: str
    language: str
    time: str
    published: str | None
    """For `datetime`."""
    origin: str | None
    """Whom it retells, and whom they retell."""
    from_feed: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One development: what is new, and who says so."""

    findings: tuple[Finding, ...]
    facts_more: int
    source: Source
    titled: bool
    """False where the story's headline is this report's title."""
    doubt: str | None
    """Why it may be another story; None where it surely belongs."""
    matched: str
    judge: str | None
    """Where the subscriber says what they think of it."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a story told before, and which outlet did."""

    words: Words
    outlet: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One story of the mail."""

    kicker: str
    fresh: bool
    """True: the subscriber was never told of this story."""
    headline: Words
    link: str | None
    watchlists: tuple[str, ...]
    items: tuple[Item, ...]
    """The one that the headline is from, then the newest first; none where the story is given in brief."""
    so_far: tuple[Known, ...]
    """Where a running story stood, for who is new to it."""
    sources: tuple[Source, ...]
    """Other reports of the story; all that is told of it where it is given in brief."""
    sources_more: int


@dataclass(frozen=True, slots=True)
class Page:
    """The whole mail."""

    subject: str
    day: str
    zone: str
    watchlists: tuple[str, ...]
    summary: str
    preview: str
    """What an inbox shows after the subject: what is new, then the other headlines."""
    entries: tuple[Entry, ...]
    held: tuple[str, ...]
    """What waits, a sentence for each reason."""
    briefs: int
    links: Links


@dataclass(frozen=True, slots=True)
class _Scene:
    """For whom things are shown, when and how."""

    digest: Digest
    voice: Voice
    place: tzinfo
    links: Links


def page(digest: Digest, in_full: int, links: Links, voice: Voice) -> Page:
    """The digest as a page; stories after the first `in_full` are given in brief."""
    scene = _Scene(digest, voice, wording.zone(digest.subscriber.zone), links)
    subject = wording.subject(digest, voice)
    entries = [_entry(story, scene) for story in digest.stories[:in_full]]
    entries += [_brief(story, scene) for story in digest.stories[in_full:]]
    return Page(
        subject=subject,
        day=voice.day(digest.now, scene.place),
        zone=str(scene.place).replace("_", " "),
        watchlists=tuple(wording.clean(title) for title in digest.titles.values()),
        summary=_summary(digest, voice),
        preview=_preview(entries, subject),
        entries=tuple(entries),
        held=tuple(_waiting(each, voice) for each in digest.held if each.why in HELD),
        briefs=len(entries) - in_full,
        links=links,
    )


def _preview(entries: Sequence[Entry], subject: str) -> str:
    """Mails about one story share their subject: what an inbox shows after it has to tell them apart."""
    quotes = (finding.quote for entry in entries[:1] for item in entry.items[:1] for finding in item.findings)
    new = [quote.words.text for quote in quotes if quote][:1]
    if not new and entries[0].headline.text not in subject:
        new = [entries[0].headline.text]
    return wording.shorten(" · ".join([*new, *(entry.headline.text for entry in entries[1:])]), PREVIEW)


def _waiting(held: Held, voice: Voice) -> str:
    one, many = HELD[held.why]
    return voice.count(one, many, held.developments)


def _entry(story: StoryNews, scene: _Scene) -> Entry:
    lead = _lead(story)
    others = [each for each in reversed(story.developments) if each is not lead]
    return Entry(
        kicker=_kicker(story, scene.voice),
        fresh=_fresh(story),
        headline=wording.title(story.headline, lead.report.language, FULL.headline, scene.voice),
        link=_link(lead.report.url, FULL.link),
        watchlists=_watchlists(story, scene.digest),
        items=tuple(_item(each, story, scene) for each in (lead, *others)),
        so_far=tuple(_known(each) for each in story.so_far),
        sources=tuple(_source(report, scene, FULL) for report in story.also[:ALSO]),
        sources_more=max(0, len(story.also) - ALSO),
    )


def _brief(story: StoryNews, scene: _Scene) -> Entry:
    return Entry(
        kicker=_kicker(story, scene.voice),
        fresh=_fresh(story),
        headline=wording.title(story.headline, _lead(story).report.language, BRIEF.headline, scene.voice),
        link=None,
        watchlists=(),
        items=(),
        so_far=(),
        sources=tuple(_source(each.report, scene, BRIEF) for each in story.developments),
        sources_more=len(story.also),
    )


def _known(before: Before) -> Known:
    outlet = wording.shorten(wording.clean(before.outlet), FULL.name)
    return Known(wording.words(before.text, before.language, FACT), outlet)


def _lead(story: StoryNews) -> Development:
    """The development that the headline is from."""
    return next((each for each in story.developments if each.report.title == story.headline), story.developments[-1])


def _watchlists(story: StoryNews, digest: Digest) -> tuple[str, ...]:
    """The titles of the subscriber's watchlists that asked for the story."""
    asked = {name for development in story.developments for name in development.watchlists}
    return tuple(wording.clean(title) for name, title in digest.titles.items() if name in asked)


def _kicker(story: StoryNews, voice: Voice) -> str:
    if not any(development.sure for development in story.developments):
        return voice.say("Possibly the same as an earlier story")
    if story.told_before:
        return voice.say("New in a story you know")
    return voice.say("New story") if _fresh(story) else voice.say("New development")


def _fresh(story: StoryNews) -> bool:
    first = story.developments[0]
    return first.sure and first.news is News.STORY and not story.told_before


def _item(development: Development, story: StoryNews, scene: _Scene) -> Item:
    report = development.report
    findings, more = _findings(development, scene.voice)
    return Item(
        findings=findings,
        facts_more=more,
        source=_source(report, scene, FULL),
        titled=report.title != story.headline,
        doubt=None if development.sure else wording.shorten(wording.clean(development.why), SENTENCE),
        matched=_matched(report.hits, scene),
        judge=scene.links.judge(development.id),
    )


def _findings(development: Development, voice: Voice) -> tuple[tuple[Finding, ...], int]:
    """New facts under their sentences, those of the headline first, and how many facts there was no room for.

    Where nothing is new but the report itself, how it opens is quoted.
    """
    report = development.report
    by_sentence: dict[str, list[Novel]] = {}
    for novel in development.new:
        by_sentence.setdefault(wording.clean(novel.sentence), []).append(novel)
    if not by_sentence:
        return ((Finding((), quote),) if (quote := _quote(report.lead, (), report)) else (), 0)
    title = wording.clean(report.title)
    shown = sorted(by_sentence, key=lambda sentence: sentence != title)[:SENTENCES]
    findings = tuple(
        Finding(
            _marks(by_sentence[sentence][:FACTS], report.language, voice),
            _quote(sentence, by_sentence[sentence], report),
        )
        for sentence in shown
    )
    return findings, sum(len(novels) for sentence, novels in by_sentence.items() if sentence not in shown)


def _marks(novels: Iterable[Novel], language: str, voice: Voice) -> tuple[Mark, ...]:
    """One mark for each kind of change; what was said before stands beside its own fact."""
    alike: dict[tuple[Change, str | None], list[Words]] = {}
    for novel in novels:
        alike.setdefault((novel.change, novel.before), []).append(wording.words(novel.text, language, FACT))
    return tuple(
        Mark(change, voice.say(LABELS[change]), tuple(facts), wording.words(before, None, FACT) if before else None)
        for (change, before), facts in alike.items()
    )


def _quote(sentence: str, novels: Sequence[Novel], report: Report) -> Quote | None:
    whole, facts = wording.clean(sentence), [wording.clean(novel.text) for novel in novels]
    if whole in ("", wording.clean(report.title)):
        return None
    excerpt = wording.excerpt(whole, facts[0] if facts else "", SENTENCE)
    return Quote(wording.words(excerpt, report.language, SENTENCE), wording.set_off(excerpt, facts))


def _source(report: Report, scene: _Scene, widths: Widths) -> Source:
    return Source(
        title=wording.title(report.title, report.language, widths.headline, scene.voice),
        link=_link(report.url, widths.link),
        outlet=wording.shorten(wording.clean(report.source), widths.name),
        language=scene.voice.language_name(report.language),
        time=scene.voice.moment(report.published, scene.digest.now, scene.place),
        published=report.published.isoformat() if report.published else None,
        origin=" \u2190 ".join(_origin(each, widths, scene.voice) for each in report.origins) or None,
        from_feed=report.read_from is ReadFrom.FEED,
    )


def _origin(origin: Origin, widths: Widths, voice: Voice) -> str:
    """An outlet, with author and day of its report where they are named: "Newsweek (Nora Brandt, 29 May 2025)"."""
    named = (origin.outlet, origin.author or "", voice.date(origin.date) if origin.date else "")
    outlet, *beside = (wording.shorten(wording.clean(each), widths.name) for each in named)
    known = voice.say(", ").join(filter(None, beside))
    return f"{outlet} ({known})" if known else outlet


def _matched(hits: Iterable[Hit], scene: _Scene) -> str:
    """Each term once with the words that were found; only terms of watchlists that this subscriber follows."""
    first: dict[str, Hit] = {}
    for hit in hits:
        if hit.watchlist in scene.digest.subscriber.watchlists:
            first.setdefault(hit.term, hit)
    named = [_because(hit) for hit in list(first.values())[:TERMS]]
    if more := len(first) - len(named):
        named.append(scene.voice.count("%(number)s more term", "%(number)s more terms", more))
    return scene.voice.say(", ").join(named)


def _because(hit: Hit) -> str:
    term, found = wording.clean(hit.term), wording.shorten(wording.clean(hit.found), FULL.name)
    return term if found.casefold() == term.casefold() else f"{term} (“{found}”)"


def _summary(digest: Digest, voice: Voice) -> str:
    """What the mail holds, in one line."""
    developments = [each for story in digest.stories for each in story.developments]
    reports = [each.report for each in developments] + [each for story in digest.stories for each in story.also]
    languages = {report.language for report in reports}
    parts = [voice.count("%(number)s story", "%(number)s stories", len(digest.stories))]
    if len(developments) > len(digest.stories):
        parts.append(voice.count("%(number)s development", "%(number)s developments", len(developments)))
    parts += [
        voice.count("%(number)s report", "%(number)s reports", len(reports)),
        voice.count("%(number)s language", "%(number)s languages", len(languages)),
    ]
    return " · ".join(parts)


def _link(url: str | None, longest: int) -> str | None:
    """An address that is safe to link to: http(s), no blanks, brackets, quotes or private characters, not too long."""
    if url and len(url) <= longest and re.fullmatch(r"https?://[^\s<>\"'\\\x00-\x20\x7f-\x9f\ue000-\uf8ff]+", url):
        return url
    return None

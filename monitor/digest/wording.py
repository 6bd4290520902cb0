"""Words for readers: cleaned text, reading direction, what a subject says."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor import speech
from monitor.values import Change, News

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

    from monitor.speech import Voice
    from monitor.values import Digest, Novel, StoryNews


def mark(sentence: str) -> str:
    """Marks a sentence for translation where it stands, not where it is said (gettext's `N_`)."""
    return sentence


def mark_plural(one: str, many: str) -> tuple[str, str]:
    """The same for a sentence about a number."""
    return one, many


SUBJECT_WIDTH = 110
"""Characters of a subject. Phones show about 40, desktop clients 70-110; the news must not be cut by us before that."""
NEWS_WIDTH = 48
"""Characters of a subject kept for what is new, at most; the headline has the rest."""

UNWANTED = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})
"""Categories that no headline needs: controls, lone surrogates, private use, line separators. Unassigned code points
stay: they are the newest letters and emoji, which this Python does not know yet."""
OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u00ad")
"""Bidirectional embeddings and overrides can make a text read as another one; joiners (Persian, emoji) stay."""
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
ZERO_WIDTH_JOINER = "\u200d"
JOINERS = ZERO_WIDTH_JOINER + "\ufe0f"
RIGHT_TO_LEFT = frozenset({"R", "AL"})

WORDS = {
    Change.CHANGED: mark("now %(fact)s"),
    Change.CONFIRMED: mark("confirmed: %(fact)s"),
    Change.DENIED: mark("denied: %(fact)s"),
}
"""What a subject says before a fact that is not simply new."""
IMPORTANCE = (Change.DENIED, Change.CHANGED, Change.NEW, Change.CONFIRMED)
"""Which one of several new things a subject names: what turns a story over comes first."""


@dataclass(frozen=True, slots=True)
class Words:
    """Text in a language, as a page must mark it up."""

    text: str
    language: str | None
    """For `lang`; None where it is not known."""
    direction: str
    """For `dir`: "ltr", "rtl", or "auto" where the language is not known."""


def clean(text: str) -> str:
    """A feed's text on one line, without controls and bidirectional overrides: it cannot pass for what it is not."""
    return one_line("".join(letter for letter in text if letter not in OVERRIDES))


def one_line(text: str) -> str:
    """The text with every run of blanks, line ends and controls as one blank: safe in a header."""
    return " ".join("".join(" " if unicodedata.category(letter) in UNWANTED else letter for letter in text).split())


def shorten(text: str, width: int) -> str:
    """At most `width` characters, cut at a word's end where one is near and marked with an ellipsis."""
    if len(text) <= width:
        return text
    head = text[: width - 1]
    space = head.rfind(" ")
    cut = head[:space] if space > width * 2 // 3 else _whole_letters(head, text[width - 1])
    return cut.rstrip(" ,;:–—-") + "…"


def excerpt(text: str, fact: str, width: int) -> str:
    """At most `width` characters of a sentence, its fact among them: a table may pass for a sentence."""
    place = _place(text, fact)
    start = place[0] - width // 3 if place and place[1] > width else 0
    if start <= 0:
        return shorten(text, width)
    head = text.find(" ", start, start + width // 6)
    return shorten("…" + text[head + 1 if head >= 0 else start :], width)


def words(text: str, language: str | None, width: int) -> Words:
    """Cleaned text with its language and direction."""
    known = language if language and language != "und" else None
    return Words(shorten(clean(text), width), known, direction(known))


def title(text: str, language: str | None, width: int, voice: Voice) -> Words:
    """A report's title, or that it has none."""
    return words(text, language, width) if clean(text) else words(untitled(voice), voice.language, width)


def untitled(voice: Voice) -> str:
    """What stands for a title where there is none."""
    return voice.say("Untitled report")


def direction(language: str | None) -> str:
    """The direction in which a language is written, by CLDR."""
    locale = speech.locale(language)
    return locale.text_direction if locale else "auto"


def set_off(text: str, facts: Iterable[str]) -> tuple[tuple[str, bool], ...]:
    """The text in pieces that together are it again; True marks a piece that is one of the facts."""
    pieces, end = [], 0
    for start, stop in sorted(place for fact in facts if (place := _place(text, fact))):
        if start >= end:
            pieces += [(text[end:start], False), (text[start:stop], True)]
            end = stop
    return tuple(piece for piece in (*pieces, (text[end:], False)) if piece[0])


def zone(name: str) -> tzinfo:
    """A time zone by its IANA name; UTC for a name that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def count(number: int, noun: str) -> str:
    """A number with its noun: "1 story", "3 stories"."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"


def subject(digest: Digest, voice: Voice) -> str:
    """The news of a mail in one line: the first story's headline, what is new in it, how many stories more.

    Mails about one story keep the subject of the first one: by it mail programs show them together.
    """
    if digest.thread:
        return one_line(digest.thread.subject)
    first, more = digest.stories[0], len(digest.stories) - 1
    tail = voice.count(", +%(number)s story", ", +%(number)s stories", more) if more else ""
    news = _news(first, voice)
    tail = f": {_isolated(news)}{tail}" if news else tail
    return _isolated(shorten(clean(first.headline) or untitled(voice), SUBJECT_WIDTH - len(tail))) + tail


def _news(story: StoryNews, voice: Voice) -> str:
    """The most important new thing that the headline does not say; of a first report the headline is the news."""
    headline, language = clean(story.headline).casefold(), story.developments[0].report.language
    found = [
        (development.report.language != language, IMPORTANCE.index(novel.change), -age, novel)
        for age, development in enumerate(story.developments)
        for novel in development.new
        if development.news is News.DEVELOPMENT
        and _says_something(fact := clean(novel.text))
        and fact.casefold() not in headline
    ]
    return _in_a_subject(min(found, key=lambda each: each[:3])[3], voice) if found else ""


def _place(text: str, fact: str) -> tuple[int, int] | None:
    """Where a fact stands: as words of their own, or else, as in Chinese, at least not inside a longer number."""
    written = re.escape(fact)
    alone, inside = rf"(?i)(?<!\w){written}(?!\w)", rf"(?i)(?<!\d){written}(?!\d)"
    found = re.search(alone, text) or re.search(inside, text)
    return found.span() if found and fact else None


def _says_something(fact: str) -> bool:
    """A bare number or a single word is no news without its sentence; "3000人" and "20 billion" are."""
    return " " in fact or (any(map(str.isdigit, fact)) and any(map(str.isalpha, fact)))


def _in_a_subject(novel: Novel, voice: Voice) -> str:
    said = voice.say(WORDS[novel.change], fact=clean(novel.text)) if novel.change in WORDS else clean(novel.text)
    return shorten(said, NEWS_WIDTH)


def _isolated(text: str) -> str:
    """Right-to-left text kept from reordering the words around it (UAX #9, 2.4)."""
    if any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in text):
        return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"
    return text


def _whole_letters(head: str, following: str) -> str:
    """`head` without a last letter whose marks or joiners `following` would have gone on with."""
    while head and (unicodedata.combining(following) or following in JOINERS or head[-1] == ZERO_WIDTH_JOINER):
        head, following = head[:-1], head[-1]
    return head

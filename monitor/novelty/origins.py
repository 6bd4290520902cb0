"""Where an article says that it has its story from: "citing Yonhap", "D'après un article de ... publié dans ..."."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import anyascii

from monitor.text import dates, fold, words
from monitor.values import Origin

if TYPE_CHECKING:
    from monitor.values import Article

_SENTENCES = 12
"""A retelling names its source near the top, or in its last lines."""
_NAME_WORDS = 4
_LINKING = 4
"""Letters of an article or preposition that may stand before the outlet's name; or a word like "agency" may."""
_OUTLET = re.compile(
    r"news|times|post|daily|herald|press|agency|wire|journal|tribune|telegraph|guardian|gazette|courier|courrier|"
    r"zeitung|kurier|presse|blatt|bote|spiegel|diario|periódico|giornale|corriere|gazeta|dziennik|kurier|haber|"
    r"reuters|afp|ansa|efe|dpa|upi|bloomberg|bbc|cnn|nhk|newsweek|axios|politico|interfax|tass|yonhap|kyodo|xinhua|"
    r"аген[тс]|новости|тасс|интерфакс|газет|вестник|вісник|новини|укрінформ|правда|известия|"
    r"통신|일보|신문|뉴스|방송|연합|新聞|通信|日報|日报|新华|报$|時報|时报|電|共同|路透|法新|美联|وكالة|صحيفة|رويترز|رویترز|خبرگزاری|інтерфакс",
    re.IGNORECASE,
)
"""What names of news outlets are made of: the word for paper, agency or post, and the large agencies."""


def origin(article: Article) -> Origin | None:
    """The outlet that an article retells, with author and day where it names them; None where it names none.

    Read from the top of the article and its last sentence. A ministry that is quoted is a source, no origin: what is
    named must look like an outlet, or stand where only an outlet can ("published in ...").
    """
    language = article.language or "und"
    spans = words.sentences(article.text, language)
    for start, end in (*spans[:_SENTENCES], *spans[_SENTENCES:][-1:]):
        found = _read(article.text[start:end], language)
        if found and outlet_key(found.outlet) != outlet_key(article.source or ""):
            return found
    return None


def outlet_key(outlet: str) -> str:
    """A form that an outlet's name and its address share: "Kestrel Wire" and kestrelwire.com."""
    bare = _DOMAIN.sub("", outlet.lower())
    return _NO_LETTER.sub("", anyascii.anyascii(bare).lower())


_DOMAIN = re.compile(r"^(?:https?://)?(?:www\.)?|(?<=\w)(?:\.(?:co|com|or|ac))?\.[a-z]{2,10}(?:/.*)?$")
_NO_LETTER = re.compile(r"[^a-z0-9]")


def _read(sentence: str, language: str) -> Origin | None:
    low = fold.lower(sentence).replace("’", "'")
    author = outlet = None
    for place, cue in _cues().get(language, ()):
        for match in re.finditer(re.escape(cue) if place == "before" else rf"(?<!\w){re.escape(cue)}(?!\w)", low):
            name = _after(sentence, match.end()) if place == "after" else _before(sentence, match.start())
            if name and (_OUTLET.search(name) or cue in _ONLY_OUTLETS):
                outlet = outlet or name
            elif name and len(name.split()) > 1 and cue in _BY_PEOPLE:
                author = author or name
    if not outlet:
        return None
    days = dates.find(sentence, language)
    return Origin(outlet, author, days[0].key if days else None)


_ONLY_OUTLETS = frozenset(
    {"publié dans", "publié sur", "published in", "publicado en", "pubblicato su", "publicado em"}
)
_BY_PEOPLE = frozenset({"un article de", "d'après un article de", "selon un article de", "in a report by"})


def _after(sentence: str, place: int) -> str:
    """The capitalised or foreign words that follow, over articles and prepositions."""
    name: list[str] = []
    end = place
    for token in words.tokens(sentence[place : place + 80]):
        word = sentence[place + token.start : place + token.end]
        gap = sentence[end : place + token.start]
        if name and gap.strip("-. ’'"):
            break
        named = token.script not in words.CASED or word[0].isupper()
        if not named and (name or (len(word) > _LINKING and not _OUTLET.search(word))):
            break
        if named:
            name.append(gap + word if name else word)
        end = place + token.end
        if len(name) == _NAME_WORDS:
            break
    return "".join(name).strip()


def _before(sentence: str, place: int) -> str:
    """The last words before the cue that can be a name."""
    head = sentence[:place].rstrip()
    name: list[str] = []
    end = len(head)
    for token in reversed(words.tokens(head)):
        word = head[token.start : token.end]
        gap = head[token.end : end]
        if gap.strip("'’ .") or len(name) == _NAME_WORDS:
            break
        if token.script in words.CASED and not word[0].isupper():
            break
        name.insert(0, word + gap if name else word)
        end = token.start
        if token.script not in words.CASED:
            break
    return (
        "".join(name).strip().removeprefix("据").removeprefix("據")
    )  # "according to" of Chinese, which has no word edges


@lru_cache(maxsize=1)
def _cues() -> dict[str, tuple[tuple[str, str], ...]]:
    cues: dict[str, list[tuple[str, str]]] = {}
    for line in (resources.files("monitor.novelty") / "data/retellings.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            language, place, cue = line.split(maxsplit=2)
            cues.setdefault(language, []).append((place, fold.lower(cue)))
    return {language: tuple(found) for language, found in cues.items()}

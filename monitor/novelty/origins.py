"""Where an article says that it has its story from: "citing Yonhap", "D'après un article de ... publié dans ..."."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import anyascii

from monitor.novelty import phrases
from monitor.text import dates, fold, words
from monitor.text.words import Script
from monitor.values import Origin

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from monitor.values import Article

_SENTENCES = 12
"""A retelling names its source near the top, or in its last lines."""
_NAME_WORDS = 5
_LINKING = 6
_LINKS = 3
"""Letters of the articles, prepositions and days that may stand before an outlet's name, and how many of them."""


def _pattern_of(*words_of: str) -> re.Pattern[str]:
    """A pattern that is looked for in lower case without marks."""
    return re.compile("|".join(fold.strip(fold.lower(each)) for each in words_of))


_PARTICLES = re.compile(
    r"de|del|della|delle|dei|di|do|da|dos|das|du|des|d|la|le|les|el|los|of|the|and|y|e|et|und|der|die|van|von|den|het|en|og"
    r"|och|i"
)
"""Words in lower case inside a name: Gazzetta della Laguna."""
_PAPER = _pattern_of(
    r"газет|zeitung|newspaper|\bpaper\b|journal|quotidien|diario|giornale|jornal|magazin|сайт|портал|издани|видан",
    r"denik|dziennik|krant|tidning|dagblad|\bavis|hirlap|εφημερίδα|gazete|вестник|\bbáo\b|صحيفة|روزنامه|עיתון|अखबार|harian|website",
)
"""Words for a paper: what they name is one, whatever it is called."""
_AGENCY = _pattern_of(r"аген[тс]|agen[ctz]|ajans|وكالة|خبرگزاری|πρακτορείο|persbureau|tlačov|एजेंसी|hãng tin")
"""May stand before an outlet's name, and before the name of a space agency."""
_OUTLET = _pattern_of(
    r"news|times\b|\bpost\b|daily|herald|\bpress\b|\bwire\b|journal|tribun|telegraph|guardian|gazet|gazzett|gaceta|courier",
    r"courrier|correo|correio|corriere|observer|chronicle|\bmirror\b|\bledger\b|dispatch|examiner|\becho|\bglobe\b|weekly|review",
    r"zeitung|kurier|\bpresse\b|blatt|\bbote\b|spiegel|rundschau|nachrichten|anzeiger|diario|periodico|giornale|jornal",
    r"folha|quotidien|\bmonde\b|figaro|liberation|hirlap|denik|noviny|\blisty?\b|novine|vijesti|vesti|sanomat|viesti|dagblad",
    r"bladet|tidning|koerier|krant|telegraaf|dziennik|haber|gazete|posta|cumhuriyet|kompas|harian|shimbun|shimpo|sinmun",
    r"ilbo|ribao|wanbao|visnyk|vestnik|izvesti|pravda|reuters|bloomberg|newsweek|axios|politico|interfax|yonhap|kyodo|xinhua",
    r"\b(?:afp|ansa|efe|dpa|upi|bbc|cnn|nhk|tass|ctk|tasr|pap|mti|agerpres|bta|hina|ntb|ritzau|stt|belga|anp|apa|lusa|dha|iha)\b",
    r"\b(?:irna|isna|fars|mehr|spa|wafa|antara|bernama|pti|ani|tt|tv)\b|anadolu|tanjug|ukrinform|al jazeera",
    r"новости|тасс|интерфакс|інтерфакс|газет|вестник|вісник|новини|укрінформ|правда|известия|ведомости|коммерсант",
    r"통신|일보|신문|뉴스|방송|연합|신보|新聞|通信|日報|日报|新华|报$|時報|时报|晚报|新報|電視|电视台|共同|路透|法新|美联",
    r"صحيفة|رويترز|رویترز|خبرگزاری|روزنامه|الجزيرة|עיתון|ידיעות|הארץ|समाचार|दैनिक|\bbáo\b|εφημερίδα|καθημερινή|βήμα",
)
"""What names of news outlets are made of: the word for paper or post, and the large agencies."""
_NO_OUTLET = _pattern_of(
    r"sprecher|secretary|office|conference|konferenz|\bamt\b|release|minist|polic|universit|institut",
    r"служб|секретар|конференц|대변인|장관|省|厅|部$",
)
"""A press secretary is no press."""
_PARTICLE_OF_NAME = re.compile(r"(?<=[문보신스송])(?:이|가|은|는|을|를|의)$")
"""Korean particles are written together with the name before them."""
_HAN_OUTLET = re.compile(
    r"[\u4e00-\u9fff]{1,6}(?:社|日报|晚报|时报|报|新闻网?|电视台|新聞|通信|日報|新報|時報)(?=$|周|星期|\d|今|昨)"
)
_ACCORDING = ("据", "據")


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


def mentions(article: Article, outlets: Collection[str]) -> bool:
    """Does a sentence that cites somebody name one of these outlets (as `outlet_key` writes them)?"""
    text, language = article.text, article.language or "und"
    for start, end in words.sentences(text, language)[:_SENTENCES]:
        sentence = text[start:end]
        low = _low(sentence)
        if any(pattern.search(low) for _, pattern in _cues().get(phrases.kin(language), ())):
            found = [sentence[token.start : token.end] for token in words.tokens(sentence)]
            if any(outlet_key("".join(run)) in outlets for run in _runs(found)):
                return True
    return False


def _runs(found: Sequence[str]) -> Iterator[Sequence[str]]:
    """Up to five words in a row of which the first has a capital, where the script has any."""
    for start, word in enumerate(found):
        if not word[0].islower():
            yield from (found[start : start + length] for length in range(1, _NAME_WORDS + 1))


def _low(sentence: str) -> str:
    return fold.lower(sentence).replace("’", "'")


def _read(sentence: str, language: str) -> Origin | None:
    low = _low(sentence)
    author = outlet = None
    for place, pattern in _cues().get(phrases.kin(language), ()):
        for match in pattern.finditer(low):
            name, paper = _before(sentence, match.start()) if place == "before" else _after(sentence, match.end())
            paper = paper or place == "only" or bool(_PAPER.search(fold.strip(match[0])))
            if place == "author":
                author = author or (name if " " in name and not _is_outlet(name) else None)
            if name and (paper or _is_outlet(name)):
                outlet = outlet or name
    if not outlet:
        return None
    days = dates.find(sentence, language)
    return Origin(outlet, author, days[0].key if days else None)


def _is_outlet(name: str) -> bool:
    plain = fold.strip(fold.lower(name))
    return bool(_OUTLET.search(plain)) and not _NO_OUTLET.search(plain)


def _after(sentence: str, place: int) -> tuple[str, bool]:
    """The capitalised or foreign words that follow, over articles and prepositions; are they called a paper?"""
    first = end = seen = links = 0
    paper = False
    rest = sentence[place : place + 100]
    for token in words.tokens(rest):
        word = rest[token.start : token.end]
        if end and (rest[seen : token.start].strip("-. ’'") or len(rest[first:end].split()) >= _NAME_WORDS):
            break
        seen = token.end
        if _is_named(word, token) or (end and _is_outlet(word)):
            first, end = (first if end else token.start), token.end
            continue
        paper = paper or (not end and bool(_PAPER.search(fold.strip(fold.lower(word)))))
        links += 1
        if end and not _PARTICLES.fullmatch(word):
            break
        if not end and (links > _LINKS or (len(word) > _LINKING and not _leads_in(word))):
            break
    return _PARTICLE_OF_NAME.sub("", rest[first:end].strip()), paper


def _before(sentence: str, place: int) -> tuple[str, bool]:
    """The last words before the cue that can be a name; are they called a paper?"""
    head = sentence[:place].rstrip()
    first = seen = last = len(head)
    paper = False
    for token in reversed(words.tokens(head)):
        word, gap = head[token.start : token.end], head[token.end : seen]
        if gap.strip("'’ .-»”\"") or len(head[first:last].split()) >= _NAME_WORDS:
            break
        seen = token.start
        if _is_named(word, token):
            first, last = token.start, (last if first < last else token.end)
            if token.script in _ALONE:
                break
        elif first == last and _leads_in(word):  # "the Ledger newspaper reported"
            paper = paper or bool(_PAPER.search(fold.strip(fold.lower(word))))
            first = last = token.start
        elif first == last or not _PARTICLES.fullmatch(word):
            break
    return _trimmed(head[first:last].strip(), uncased=bool(head[first:last]) and not head[first].isupper()), paper


_ALONE = words.UNSPACED | {Script.HANGUL}
"""Scripts in which a name before a cue is one run of letters."""


def _trimmed(name: str, *, uncased: bool) -> str:
    """Without what stands before an outlet's name where no capital tells it, and without Korean particles."""
    for according in _ACCORDING:  # Chinese has no word edges
        name = name.rpartition(according)[2]
    han = _HAN_OUTLET.search(name)
    if han:
        return han[0]
    parts = name.split()
    opening = next((at for at, part in enumerate(parts) if _is_outlet(part)), 0) if uncased else 0
    return _PARTICLE_OF_NAME.sub("", " ".join(parts[opening:]))


def _leads_in(word: str) -> bool:
    plain = fold.strip(fold.lower(word))
    return bool(_PAPER.search(plain) or _AGENCY.search(plain))


def _is_named(word: str, token: words.Token) -> bool:
    return word[0].isupper() or (token.script not in words.CASED and not word[0].isdigit())


@lru_cache(maxsize=1)
def _cues() -> dict[str, tuple[tuple[str, re.Pattern[str]], ...]]:
    """By language what the cue names and its pattern, the longest first: "selon le journal" before "selon"."""
    cues: dict[str, list[tuple[str, str]]] = {}
    for line in (resources.files("monitor.novelty") / "data/retellings.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            language, place, cue = line.split(maxsplit=2)
            cues.setdefault(language, []).append((place, fold.lower(cue)))
    return {
        language: tuple((place, _pattern(cue)) for place, cue in sorted(found, key=lambda row: (-len(row[1]), row[1])))
        for language, found in cues.items()
    }


def _pattern(cue: str) -> re.Pattern[str]:
    """A whole word in scripts that part words by spaces; Hebrew writes its "in" together with the name."""
    open_ended = words.script(cue[0]) in words.UNSPACED or words.script(cue[0]) in (Script.HANGUL, Script.HEBREW)
    return re.compile(re.escape(cue) if open_ended else rf"(?<!\w){re.escape(cue)}(?!\w)")

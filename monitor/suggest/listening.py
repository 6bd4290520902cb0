"""Words of kept articles that sound like a name, in stories in which the name itself was found.

One story is told in several languages: a word of a Korean report that sounds like Pantsir, in a story whose English
reports have Pantsir, is very likely its Korean spelling.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from anyascii import anyascii

from monitor.suggest.proposals import Proposal, Why
from monitor.text import fold, names, sounds, words
from monitor.text.words import Script
from monitor.values import Field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from monitor.text.words import Token
    from monitor.values import Article, Hit

NEAR = 0.75
"""How alike a word must sound: of 225 spellings of 25 names in nine languages 214 are; so are 34 of 75,000 other
words, names among them, which the stories then sift."""
LONGEST_HAN = 6
"""Characters of a name written by its sound in Han; 内塔尼亚胡 has five."""
SHORT, NEAR_SHORT = 2, 0.9
"""The same for names of at most two consonants (May, Rose): at 0.75 most of what is heard in Chinese is other words."""
PARTICLE = 0.05
"""How much less alike a Korean word may sound without its last syllables: particles are mostly light vowels."""
LEAST_CUT = 2
"""Letters that must be left of a name when a particle or a prefix is taken off."""
MOST_SEEN = 10
"""Spellings shown of a language."""


class _Key(NamedTuple):
    language: str
    spelling: str


@dataclass
class _Heard:
    """A spelling and the stories it stands in."""

    stories: Counter[str] = field(default_factory=Counter)
    sentences: dict[str, str] = field(default_factory=dict)
    """By story: the first sentence."""


class Listening:
    """Give it every placed article with the hits of the name; then ask what was seen."""

    def __init__(self, name: str) -> None:
        spoken = [_sound(word, script) for word, script in _words(name)]
        self._spoken = "".join(spoken)
        self._words = len(spoken)
        self._script = words.script(name)
        self._hit: set[str] = set()
        self._heard: defaultdict[_Key, _Heard] = defaultdict(_Heard)

    def add(self, article: Article, story: str, hits: Sequence[Hit]) -> None:
        """Listen to an article of a story; `hits` are those of the name alone."""
        language = article.language or "und"
        if hits:
            self._hit.add(story)
        for where, text in ((Field.TITLE, article.title), (Field.TEXT, article.text)):
            spelled = {text[h.start : h.end]: h.start for h in hits if h.where is where}
            for spelling, start in {**self._near(text, language), **spelled}.items():
                self._note(_Key(language, spelling), story, _sentence(text, start, language))

    def seen(self, finds: Callable[[str, str], bool]) -> list[Proposal]:
        """What was seen in stories of the name, by language, the most frequent first."""
        found = []
        for key, heard in self._heard.items():
            stories = [story for story in heard.stories if story in self._hit]
            if stories:
                count = sum(heard.stories[story] for story in stories)
                known = finds(key.spelling, key.language)
                sentence = heard.sentences[stories[0]]
                found.append(Proposal(key.spelling, key.language, Why.SEEN, known, count, sentence))
        found.sort(key=lambda each: (each.language, -each.count, -self._likeness(each.spelling), each.spelling))
        shown: Counter[str] = Counter()
        return [each for each in found if not shown.update([each.language]) and shown[each.language] <= MOST_SEEN]

    def _note(self, key: _Key, story: str, sentence: str) -> None:
        heard = self._heard[key]
        heard.stories[story] += 1
        heard.sentences.setdefault(story, sentence)

    def _near(self, text: str, language: str) -> dict[str, int]:
        """Spellings in a text that sound like the name, and where each stands first."""
        found: dict[str, int] = {}
        tokens = words.tokens(text)
        for place, token in enumerate(tokens):
            if token.script is Script.HAN:
                for spelling, start in self._in_han(text, token):
                    found.setdefault(spelling, start)
            elif (row := tokens[place : place + self._words]) and self._sounds_like(text, row, language):
                spelling = text[row[0].start : row[-1].end]
                found.setdefault(self._without_hangings(spelling, token.script), token.start)
        return found

    def _without_hangings(self, spelling: str, script: Script) -> str:
        """Without a Korean particle, or an Arabic or Hebrew prefix, where what is left sounds more alike."""
        cuts = [spelling]
        if script is Script.HANGUL:
            cuts += [spelling[:-n] for n in (1, 2) if len(spelling) - n >= LEAST_CUT]
        elif script in (Script.ARABIC, Script.HEBREW) and len(spelling) > LEAST_CUT + 1:
            cuts += [spelling[1:], spelling[2:]]
        scores = {cut: self._alike(cut, script) for cut in cuts}
        spare = PARTICLE if script is Script.HANGUL else 0.0
        return min((cut for cut in cuts if scores[cut] >= max(scores.values()) - spare), key=len)

    def _alike(self, spelling: str, script: Script) -> float:
        heard = "".join(_sound(word, kind) for word, kind in _words(spelling))
        return sounds.alike(self._spoken, heard, sounds.ear(script))

    def _likeness(self, spelling: str) -> float:
        script = words.script(spelling)
        return self._alike(spelling, Script.KATAKANA if script is Script.HAN else script)

    def _sounds_like(self, text: str, row: Sequence[Token], language: str) -> bool:
        script = row[0].script
        if len(row) < self._words or script in _SOUNDLESS or row[-1].end - row[0].start > len(self._spoken) * 4:
            return False
        spelled = [text[token.start : token.end] for token in row]
        if script in words.CASED and not all(word[0].isupper() for word in spelled):
            return False
        if len(row) == 1 and names.is_everyday(spelled[0], language):
            return False
        heard = "".join(_sound(word, script) for word in spelled)
        return sounds.alike(self._spoken, heard, sounds.ear(script)) >= self._least(script)

    def _least(self, script: Script) -> float:
        """How alike is alike: short names are more like other words, most of all where no capital marks a name."""
        return NEAR if script in words.CASED or len(sounds.skeleton(self._spoken)) > SHORT else NEAR_SHORT

    def _in_han(self, text: str, run: Token) -> Iterator[tuple[str, int]]:
        """Stretches of a run of Han whose Mandarin reading sounds like the name; of overlapping ones the most alike."""
        place = run.start
        while place < run.end - 1:
            alike, spelling = self._best_han(text, place, run.end)
            if alike >= self._least(Script.HAN) and alike >= self._best_han(text, place + 1, run.end)[0]:
                yield spelling, place
                place += len(spelling)
            else:
                place += 1

    def _best_han(self, text: str, place: int, last: int) -> tuple[float, str]:
        """The stretch from a place on that sounds most like the name, and how alike."""
        stretches = [text[place:end] for end in range(place + 2, min(place + LONGEST_HAN, last) + 1)]
        return max(((self._han_alike(stretch), stretch) for stretch in stretches), default=(0.0, ""))

    def _han_alike(self, stretch: str) -> float:
        heard = _sound(stretch, Script.HAN)
        if sounds.skeleton(heard)[:1] != sounds.skeleton(self._spoken)[:1]:
            return 0.0
        return sounds.alike(self._spoken, heard, sounds.ear(Script.KATAKANA))


_SOUNDLESS = frozenset({Script.HIRAGANA, Script.SOUTHEAST_ASIAN, Script.DIGIT, Script.OTHER})


def _words(name: str) -> list[tuple[str, Script]]:
    clean = fold.fold(name).clean
    return [(clean[token.start : token.end], token.script) for token in words.tokens(clean)]


@lru_cache(maxsize=100_000)
def _sound(word: str, script: Script) -> str:
    if script is Script.HAN:  # Pinyin's q and x are near ch and sh
        return sounds.sounds(anyascii(word).lower().replace("q", "ch").replace("x", "sh"), Script.OTHER)
    return sounds.sounds(fold.strip(fold.lower(word)), script)


def _sentence(text: str, start: int, language: str) -> str:
    spans = words.sentences(text, language)
    a, b = next(((a, b) for a, b in spans if a <= start < b), (start, len(text)))
    return " ".join(text[a:b].split())[:300]

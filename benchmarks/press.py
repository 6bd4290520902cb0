"""News with the vocabulary of news: real inflected words by Zipf's law, and names of which a watchlist asks for some.

The words are those of the dictionaries that the program carries (Arabic and Korean ones are made of roots and
particles); nobody's text is used. A word's chance falls with its rank: every article brings words never read before.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from simplemma.strategies.dictionaries import StreamDictionaryFactory

from monitor.values import Article

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS = 250
"""In an article, about what a news agency writes."""
VOCABULARY = 120_000
EXPONENT = 1.15
"""Of Zipf's law (2.7 is Mandelbrot's shift). By it 12 of 100 words are new after 100,000 words of a language
and 8 after 250,000. In news of many outlets 8 were in English and 13 in German (SemEval 2022, task 8: the 400th
to 594th and the 400th to 477th article)."""
NAMES = 300_000
NAMED = 0.06
"""Share of an article's words that are names."""
TONGUES = ("en", "fr", "de", "es", "ru", "ar", "ko", "zh", "ja")

_ONSETS, _VOWELS = ["b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "sh"], "aeiou"
_SYLLABLES = [onset + vowel for onset in _ONSETS for vowel in _VOWELS]
_CYRILLIC = [a + b for a in "бдфгклмнпрствзш" for b in "аеиоу"]
_ARABIC = [a + b for a in "بدفغكلمنبرستفزش" for b in "ايييو"]
_HANGUL = [
    chr(0xAC00 + (a * 21 + b) * 28)
    for a in (7, 3, 17, 0, 15, 5, 6, 2, 8, 5, 9, 16, 7, 12, 9)
    for b in (0, 5, 20, 8, 13)
]
_KANA_ROWS = (
    "バベビボブ", "ダデヂドヅ", "ハヘヒホフ", "ガゲギゴグ", "カケキコク", "ラレリロル", "マメミモム", "ナネニノヌ",
    "パペピポプ", "ラレリロル", "サセシソス", "タテチトツ", "ワヱヰヲウ", "ザゼジゾズ", "アエイオウ",
)  # fmt: skip
_KANA = [kana for row in _KANA_ROWS for kana in row]
_HAN = [chr(0x4E00 + 37 * n) for n in range(75)]
_ALPHABETS = {"ru": _CYRILLIC, "ar": _ARABIC, "ko": _HANGUL, "ja": _KANA, "zh": _HAN}
_HUNG = {
    "ru": ["", "", "а", "у", "ом", "е"],
    "ko": ["", "는", "이", "가", "을", "의", "에"],
    "de": ["", "", "", "s"],
    "ar": ["", "", "و", "ب", "ل"],
}
"""What a language hangs on names: behind, but in Arabic before."""


@dataclass(frozen=True)
class Name:
    """One invented person, place or body: its syllables, and a second word for every other."""

    words: tuple[tuple[int, ...], ...]

    def spelled(self, language: str = "en") -> str:
        alphabet = _ALPHABETS.get(language, _SYLLABLES)
        joint = "" if language == "zh" else "・" if language == "ja" else " "
        return joint.join("".join(alphabet[n] for n in word).capitalize() for word in self.words)


@cache
def names() -> list[Name]:
    """All names, in the order in which watchlists ask for them."""
    chance, made = random.Random(11), {}
    while len(made) < NAMES:
        words = tuple(tuple(chance.choices(range(75), k=chance.choice((2, 3, 3, 4)))) for _ in range(1 + len(made) % 2))
        made[Name(words)] = None
    return list(made)


def spellings(count: int) -> list[str]:
    """What watchlists ask for: names, every tenth in another script than Latin, and in every twentieth place a word."""
    others, tongues = itertools.cycle(("ru", "ar", "ko", "ja", "zh")), itertools.cycle(("en", "fr", "de", "es", "ru"))
    asked = [name.spelled(next(others) if n % 10 == 9 else "en") for n, name in enumerate(names()[:count])]
    for n in range(0, count, 20):
        asked[n] = _vocabulary(next(tongues))[500 + n]
    return asked


def articles(count: int, seed: int = 7) -> list[Article]:
    """Articles of all tongues in turn."""
    chance = random.Random(seed)
    return [_article(n, TONGUES[n % len(TONGUES)], chance) for n in range(count)]


def known(words: int) -> Iterator[Article]:
    """The commonest words of each tongue that has words, as articles."""
    for language in TONGUES:
        common = _vocabulary(language)[:words] if language not in ("zh", "ja") else []
        for n in range(0, len(common), WORDS):
            yield Article(f"{language}{n}", "", " ".join(common[n : n + WORDS]), language=language)


def _article(number: int, language: str, chance: random.Random) -> Article:
    vocabulary, odds = _vocabulary(language), _odds(VOCABULARY)
    drawn = chance.choices(vocabulary, cum_weights=odds, k=WORDS)
    people = chance.choices(names(), cum_weights=_odds(NAMES), k=6)
    words = [_named(chance.choice(people), language, chance) if chance.random() < NAMED else word for word in drawn]
    gap, stop = ("", "。") if language in ("zh", "ja") else (" ", ". ")
    sentences = [_sentence(words[n : n + 16], gap) for n in range(0, WORDS, 16)]
    paragraphs = [stop.join(sentences[n : n + 4]) + stop.strip() for n in range(0, len(sentences), 4)]
    return Article(str(number), sentences[0], "\n".join(paragraphs), language=language)


def _sentence(words: list[str], gap: str) -> str:
    text = gap.join(words)
    return text[:1].upper() + text[1:]


def _named(name: Name, language: str, chance: random.Random) -> str:
    hung = chance.choice(_HUNG.get(language, [""]))
    spelled = name.spelled(language)
    return hung + spelled if language == "ar" else spelled + hung


@cache
def _odds(size: int) -> list[float]:
    return list(itertools.accumulate((rank + 2.7) ** -EXPONENT for rank in range(1, size + 1)))


@cache
def _vocabulary(language: str) -> list[str]:
    """A language's words, the likeliest first: the short ones of a shuffled dictionary."""
    chance = random.Random(language)
    if language == "ar":
        words = _arabic(chance)
    elif language == "ko":
        words = _korean(chance)
    elif language in ("zh", "ja"):
        words = _characters(chance)
    else:
        words = [
            word for word in StreamDictionaryFactory().get_dictionary(language) if word.isalpha() and word.islower()
        ]
    chance.shuffle(words)
    while len(words) < VOCABULARY:  # English inflects little: its compounds
        words.append(chance.choice(words) + chance.choice(words))
    return sorted(words[:VOCABULARY], key=lambda word: len(word) + 6 * chance.random())


def _arabic(chance: random.Random) -> list[str]:
    letters, made = "بتثجحخدذرزسشصضطعغفقكلمنهوي", {}
    while len(made) < VOCABULARY:
        a, b, c = chance.choices(letters, k=3)
        stem = chance.choice(
            (a + b + c, a + "ا" + b + c, "م" + a + b + "و" + c, "ت" + a + b + "ي" + c, a + b + "ا" + c)
        )
        made[
            chance.choice(("", "", "ال", "ال", "و", "وال", "ب", "لل"))
            + stem
            + chance.choice(("", "", "", "ة", "ات", "ين", "ها"))
        ] = None
    return list(made)


def _korean(chance: random.Random) -> list[str]:
    stems = [
        "".join(chr(0xAC00 + chance.randrange(11172)) for _ in range(chance.choice((1, 2, 2, 3))))
        for _ in range(30_000)
    ]
    hung = ["", "은", "는", "이", "가", "을", "를", "의", "에", "에서", "으로", "했다", "하는", "하고", "들이"]
    made = {}
    while len(made) < VOCABULARY:
        made[chance.choice(stems) + chance.choice(hung)] = None
    return list(made)


def _characters(chance: random.Random) -> list[str]:
    small = list("的在是了和有对与将为のはをにがでともから")
    return [
        chance.choice(small)
        if chance.random() < 0.3
        else "".join(chr(0x4E00 + chance.randrange(3500)) for _ in range(chance.choice((1, 2, 2))))
        for _ in range(VOCABULARY)
    ]

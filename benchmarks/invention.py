"""News that nobody wrote: invented words around each language's own small ones, the same at every run."""

from __future__ import annotations

import html
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from monitor.values import Article

WORDS = 250  # in an article, about what a news agency writes
START = datetime(2025, 6, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Tongue:
    """What invented text of a language is made of."""

    small: str
    """Its commonest words: a language is told by them."""
    syllables: str
    gap: str = " "
    stop: str = ". "


TONGUES = {
    "en": Tongue("the of and to in a is that for on with was by at from", "ra ton ver sil mon dal pre cor lin gat"),
    "fr": Tongue("le la les de des et à en un une que pour dans sur avec", "ra teau ver sil mon dai pré cour lin geux"),
    "de": Tongue("der die das und in zu den von mit ist auf für nicht ein", "rat ten ver sil mun dal prä kor ling gat"),
    "es": Tongue("el la los de y en un una que por con para del se su", "ra tón ver sil món dal pre cor lin ga"),
    "ru": Tongue("и в не на с что по из за о для от к как это", "ра тон вер сил мон дал пре кор лин гат"),
    "ar": Tongue("في من على إلى أن عن مع هذا التي الذي كان", "را تون فير سيل مون دال بري كور لين"),
    "ko": Tongue("이 그 및 등 는 을 를 에 의 로 와", "라 톤 베 실 문 달 프레 코 린 갓"),
    "zh": Tongue("的 在 是 了 和 有 对 与 将 为", "拉 通 维 西 蒙 达 普 科 林 加", "", "。"),
    "ja": Tongue("の は を に が で と た も から", "ラ トン ベル シル モン ダル プレ コル リン", "", "。"),
}
_FIRST = [
    "Ka",
    "Po",
    "Ve",
    "Tru",
    "Sha",
    "Mi",
    "Lo",
    "Gre",
    "Bu",
    "Ny",
    "Fe",
    "Ar",
    "Osta",
    "Zi",
    "Hel",
    "Qua",
    "Jo",
    "Cze",
    "Dri",
    "Wu",
]
_MIDDLE = ["ro", "li", "dan", "mu", "ze", "ti", "ba", "ke", "so", "ghi"]
_LAST = ["v", "nek", "tsu", "ria", "ndt", "poli", "hov", "mar", "li", "sson"]
NAMES = [first + middle + last for first in _FIRST for middle in _MIDDLE for last in _LAST]
"""Two thousand, of which an article names four."""


def articles(count: int) -> list[Article]:
    """Articles of all tongues in turn; one in ten retells the one nine before it, in the same tongue."""
    chance, made = random.Random(7), []
    tongues = list(TONGUES)
    for number in range(count):
        language = tongues[number % len(tongues)]
        if number % 10 == 9:
            made.append(_retold(made[-len(tongues)], number, chance))
        else:
            made.append(_article(number, language, chance))
    return made


def _article(number: int, language: str, chance: random.Random) -> Article:
    names = chance.sample(NAMES, 4)
    sentences = [_sentence(TONGUES[language], names, chance) for _ in range(WORDS // 16)]
    paragraphs = ["".join(sentences[n : n + 4]).strip() for n in range(0, len(sentences), 4)]
    published = START + timedelta(minutes=number)
    return Article(str(number), sentences[0].strip(), "\n".join(paragraphs), language=language, published=published)


def _sentence(tongue: Tongue, names: list[str], chance: random.Random) -> str:
    small, syllables = tongue.small.split(), tongue.syllables.split()
    words = []
    for _ in range(16):
        kind = chance.random()
        if kind < 0.45:
            words.append(chance.choice(small))
        elif kind < 0.9:
            words.append("".join(chance.choices(syllables, k=chance.choice((2, 2, 3)))))
        else:
            words.append(chance.choice(names) if kind < 0.97 else str(chance.randrange(2, 20_000)))
    return tongue.gap.join(words).capitalize() + tongue.stop


def _retold(article: Article, number: int, chance: random.Random) -> Article:
    paragraphs = article.text.split("\n")
    chance.shuffle(paragraphs)
    text = "\n".join(paragraphs[:-1])
    published = START + timedelta(minutes=number)
    return Article(str(number), article.title, text, language=article.language, published=published)


def page(article: Article) -> bytes:
    """An article as a site serves it: about 60 kB, a tenth of it the article."""
    menu = "".join(
        f'<li><a class="menu-item level-{n % 3}" href="/section/{n}">Section {n}</a></li>' for n in range(150)
    )
    aside = "".join(
        f'<div class="teaser"><a href="/a/{n}"><h3>{NAMES[n]} {NAMES[-n]}</h3></a></div>' for n in range(60)
    )
    body = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in article.text.split("\n"))
    settings = ", ".join(f'"key{n}": {n}' for n in range(2000))
    script = f"<script>var settings = {{{settings}}};</script>"
    when = article.published.isoformat() if article.published else ""
    head = f'<title>{html.escape(article.title)}</title><meta property="article:published_time" content="{when}">'
    return (
        f'<!DOCTYPE html><html lang="{article.language}"><head><meta charset="utf-8">{head}{script}</head>'
        f"<body><nav><ul>{menu}</ul></nav><main><article><h1>{html.escape(article.title)}</h1>{body}</article></main>"
        f"<aside>{aside}</aside><footer>© Invented News</footer></body></html>"
    ).encode()


def feed(items: list[Article]) -> bytes:
    """The articles as an RSS 2.0 feed."""
    rows = "".join(
        f"<item><title>{html.escape(each.title)}</title><link>https://news.example/{each.id}</link>"
        f"<guid>https://news.example/{each.id}</guid><description>{html.escape(each.text[:400])}</description>"
        f"<pubDate>{format_datetime(each.published or START)}</pubDate></item>"
        for each in items
    )
    head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Invented News</title>'
    return f"{head}<link>https://news.example/</link>{rows}</channel></rss>".encode()

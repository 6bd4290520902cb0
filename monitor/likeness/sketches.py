"""What is kept of an article to compare it with others: fingerprint, words, names, numbers, vector."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import resources
from math import log
from typing import TYPE_CHECKING

import numpy as np
import rensa

from monitor.likeness import places
from monitor.text import dates, names, numbers, stems, words
from monitor.values import Excerpts, Sketch, Vectors

if TYPE_CHECKING:
    from monitor.values import Article, Fact, Origin, Vector


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One article of a story as memory keeps it: how it is compared, and what it said."""

    sketch: Sketch
    facts: tuple[Fact, ...] = ()
    origin: Origin | None = None


PERMUTATIONS = 128
"""Minima in a fingerprint: the standard error of an estimated Jaccard index is under .045."""
_SEED = 20250529
_SHINGLE = 4
"""Words in a shingle: long enough that two reports of one event share few of them by chance."""
_KEPT_WORDS = 240
"""Distinct words kept, from the top: news tells its story first, and background below is shared by many stories."""
_TITLE_COUNTS = 2.0
REACH = 320
"""Length of the lead in letters; Chinese, Japanese and Korean ones count double. Time is linear in it."""
_LEAD_SENTENCES = 3
WHOLE = 1500
"""Letters of title and text that the quick model reads."""


def lead(article: Article) -> str:
    """The text to embed: title and first three sentences, at most `REACH` letters.

    The whole text is worse than title and lead (measured on translated news: more of a text is more background).
    """
    title = " ".join(article.title.split())
    top = article.text[: 4 * REACH]
    spans = words.sentences(top, article.language or "und")[:_LEAD_SENTENCES]
    body = " ".join(top[spans[0][0] : spans[-1][1]].split()) if spans else ""
    return _cut(f"{title}. {body}" if title and body else title or body)


def excerpts(article: Article) -> Excerpts:
    """What the sentence models read of an article."""
    title = " ".join(article.title.split())
    text = " ".join(article.text[: 2 * WHOLE].split())
    whole = f"{title}. {text}" if title and text else title or text
    return Excerpts(lead(article), title, whole[:WHOLE], article.language or "und")


def _cut(text: str) -> str:
    room = REACH
    for place, char in enumerate(text):
        room -= 2 if ord(char) >= 0x2E80 else 1
        if room < 0:
            return text[:place]
    return text


def sketch(article: Article, vectors: Vectors = Vectors()) -> Sketch:  # noqa: B008  a value, never changed
    """Everything that is compared of an article. `vectors` are the embeddings of `excerpts(article)`."""
    language = article.language or "und"
    text = f"{article.title}\n{article.text}"
    title, body = stems.spoken(article.title), stems.spoken(article.text)
    spoken = title + body
    shingles = {" ".join(spoken[i : i + _SHINGLE]) for i in range(max(1, len(spoken) - _SHINGLE + 1))}
    minima = rensa.RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    minima.update(sorted(shingles))
    return Sketch(
        article=article.id,
        language=language,
        published=article.published,
        source=article.source,
        fingerprint=tuple(minima.digest()),
        shingles=len(shingles) if spoken else 0,
        words=_weighted_words(title, body),
        names=names.sounds(text, language),
        numbers=_numbers(article, text, language),
        places=places.named(text, spoken, language),
        vectors=_halved(vectors),
    )


def parts(vectors: Vectors) -> tuple[Vector | None, Vector | None, Vector | None]:
    """Lead, title, whole."""
    return vectors.lead, vectors.title, vectors.whole


def _halved(vectors: Vectors) -> Vectors:
    """Half floats: as good for a cosine, and half of the memory."""
    return Vectors(*(each if each is None else each.astype(np.float16) for each in parts(vectors)))


def _weighted_words(title: list[str], body: list[str]) -> dict[str, float]:
    counts: Counter[str] = Counter()
    for word in (spoken[: stems.LENGTH] for spoken in title):
        counts[word] += _TITLE_COUNTS  # type: ignore[assignment]  # Counter holds floats as well
    for word in (spoken[: stems.LENGTH] for spoken in body):
        if word in counts or len(counts) < _KEPT_WORDS:
            counts[word] += 1
    return {word: round(1 + log(count), 3) for word, count in counts.items()}


def _numbers(article: Article, text: str, language: str) -> frozenset[str]:
    """Dates, and quantities that are no part of a date."""
    days = dates.find(text, language)
    taken = [(d.start, d.end) for d in days]
    when = article.published.date() if article.published else None
    keys = {d.near(when).key if when else d.key for d in days}
    for quantity in numbers.find(text, language):
        if not any(start < quantity.end and quantity.start < end for start, end in taken):
            keys.add(quantity.key)
    return frozenset(keys)


# --- vectors -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _means() -> dict[tuple[str, int], Vector]:
    """Mean vectors by language and dimension; the language "" is the mean of all. Source: data/README.md."""
    with (
        resources.as_file(resources.files("monitor.likeness") / "data/language_means.npz") as file,
        np.load(file) as kept,
    ):
        return {
            (language, kept[means].shape[1]): mean.astype(np.float32)
            for languages, means in (("languages", "means"), ("whole_languages", "whole_means"))
            for language, mean in zip(kept[languages].tolist(), kept[means], strict=True)
        }


def centred(vector: Vector, language: str) -> Vector:
    """A vector less the mean of its language, of length 1: what is left is the matter, not the language.

    Without it two unrelated texts of one language are nearer than two translations of one text.
    """
    mean = _means().get((language, len(vector)), _means().get(("", len(vector))))
    moved = vector.astype(np.float32) if mean is None else vector - mean
    length = float(np.linalg.norm(moved))
    return moved / length if length else moved


# --- for the disk ------------------------------------------------------------------------------------------------


def pack(sketch: Sketch) -> bytes:
    """A sketch as bytes; `unpack(pack(s))` is `s` again, field by field."""
    fields = {
        "article": sketch.article,
        "language": sketch.language,
        "published": sketch.published and sketch.published.isoformat(),
        "source": sketch.source,
        "fingerprint": sketch.fingerprint,
        "shingles": sketch.shingles,
        "words": sketch.words,
        "names": sorted(sketch.names),
        "numbers": sorted(sketch.numbers),
        "places": sketch.places,
        "vectors": [_packed(each) for each in parts(sketch.vectors)],
    }
    return zlib.compress(json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode())


def unpack(packed: bytes) -> Sketch:
    """The sketch that `pack` made bytes of."""
    fields = json.loads(zlib.decompress(packed))
    published = fields["published"]
    return Sketch(
        article=fields["article"],
        language=fields["language"],
        published=datetime.fromisoformat(published) if published else None,
        source=fields["source"],
        fingerprint=tuple(fields["fingerprint"]),
        shingles=fields["shingles"],
        words=fields["words"],
        names=frozenset(fields["names"]),
        numbers=frozenset(fields["numbers"]),
        places=fields["places"],
        vectors=Vectors(*(_unpacked(each) for each in fields["vectors"])),
    )


def _packed(vector: Vector | None) -> str | None:
    return None if vector is None else b64encode(vector.astype("<f2").tobytes()).decode()


def _unpacked(packed: str | None) -> Vector | None:
    return None if packed is None else np.frombuffer(b64decode(packed), "<f2")

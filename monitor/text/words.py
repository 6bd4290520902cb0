"""Words, sentences and paragraphs in any script, each as a span of the text it was found in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources


class Script(StrEnum):
    """The writing systems that matching treats differently."""

    LATIN = "Latin"
    """Spaced, with capitals."""
    CYRILLIC = "Cyrillic"
    """Spaced, with capitals."""
    GREEK = "Greek"
    """Spaced, with capitals."""
    ARMENIAN = "Armenian"
    """Spaced, with capitals."""
    GEORGIAN = "Georgian"
    """Spaced, no capitals in running text."""
    HEBREW = "Hebrew"
    """Spaced; prefixes are written together with the word."""
    ARABIC = "Arabic"
    """Spaced; prefixes are written together with the word. Also Persian and Urdu."""
    INDIC = "Indic"
    """Devanagari to Sinhala: spaced, vowels as marks."""
    ETHIOPIC = "Ethiopic"
    """Spaced syllables."""
    HANGUL = "Hangul"
    """Spaced by phrases: particles follow the word without a space."""
    HAN = "Han"
    """Not spaced."""
    HIRAGANA = "Hiragana"
    """Not spaced."""
    KATAKANA = "Katakana"
    """Not spaced, but a run of it is mostly one foreign word."""
    SOUTHEAST_ASIAN = "Southeast Asian"
    """Thai, Lao, Khmer, Burmese, Tibetan: not spaced."""
    DIGIT = "Digit"
    """Numbers."""
    OTHER = "Other"
    """Everything else."""


CASED = frozenset({Script.LATIN, Script.CYRILLIC, Script.GREEK, Script.ARMENIAN})
"""Scripts whose names open with a capital letter."""
UNSPACED = frozenset({Script.HAN, Script.HIRAGANA, Script.KATAKANA, Script.SOUTHEAST_ASIAN})
"""Scripts in which a word has no edges that a program could see."""

_RANGES = (  # (first, last, script), in the order of how often news needs them
    (0x0041, 0x024F, Script.LATIN), (0x0400, 0x052F, Script.CYRILLIC), (0x4E00, 0x9FFF, Script.HAN),
    (0x0600, 0x077F, Script.ARABIC), (0xAC00, 0xD7AF, Script.HANGUL), (0x0900, 0x0DFF, Script.INDIC),
    (0x0370, 0x03FF, Script.GREEK), (0x0590, 0x05FF, Script.HEBREW), (0x3041, 0x309F, Script.HIRAGANA),
    (0x30A1, 0x30FF, Script.KATAKANA), (0x0E00, 0x0FFF, Script.SOUTHEAST_ASIAN), (0x10A0, 0x10FF, Script.GEORGIAN),
    (0x1C90, 0x1CBF, Script.GEORGIAN), (0x1000, 0x109F, Script.SOUTHEAST_ASIAN),
    (0x1780, 0x17FF, Script.SOUTHEAST_ASIAN),
    (0x0530, 0x058F, Script.ARMENIAN), (0x1200, 0x139F, Script.ETHIOPIC), (0x1E00, 0x1EFF, Script.LATIN),
    (0x1F00, 0x1FFF, Script.GREEK), (0x3400, 0x4DBF, Script.HAN), (0xF900, 0xFAFF, Script.HAN),
    (0x08A0, 0x08FF, Script.ARABIC), (0xFB50, 0xFDFF, Script.ARABIC), (0xFE70, 0xFEFF, Script.ARABIC),
    (0x1100, 0x11FF, Script.HANGUL), (0x3130, 0x318F, Script.HANGUL), (0x20000, 0x3FFFF, Script.HAN),
    (0x1C80, 0x1C8F, Script.CYRILLIC), (0x2C60, 0x2C7F, Script.LATIN), (0xA720, 0xA7FF, Script.LATIN),
)  # fmt: skip


@lru_cache(maxsize=8192)
def script_of(char: str) -> Script:
    """The script of one character; the iteration marks 々 and ー go with their neighbours."""
    if char.isdecimal():
        return Script.DIGIT
    if char == "々":
        return Script.HAN
    code = ord(char)
    return next((script for first, last, script in _RANGES if first <= code <= last), Script.OTHER)


def script(word: str) -> Script:
    """The script of a word's first letter, or DIGIT where it has none."""
    first = script_of(word[0]) if word else Script.DIGIT
    if first is not Script.DIGIT:
        return first
    return next((script_of(c) for c in word if not c.isdecimal()), Script.DIGIT)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or a run of letters of an unspaced script."""

    start: int
    end: int
    script: Script


def _ranges_of_marks() -> str:
    """Combining marks as a character class: the vowels of Indic and Thai words, no word characters to `re`."""
    marks = [c for c in range(0x300, 0x1E000) if unicodedata.category(chr(c)) in ("Mn", "Mc")]
    ranges: list[list[int]] = []
    for code in marks:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(a)}-{chr(b)}" for a, b in ranges)


_MARKS = _ranges_of_marks()
_RUN = re.compile(rf"[^\W_][\w{_MARKS}]*")
_APART = re.compile(f"({_RUN.pattern})")
_OWN_EDGES = UNSPACED | {Script.HANGUL}
_NEEDS_PARTING = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3041-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af]"
)


def _letters_of(own: Script) -> str:
    """The letters of a script with edges of its own as a character class; its digits are digits."""
    ranges = ((a, b) for a, b, of in _RANGES if of is own)
    digits = "".join(
        c for a, b in ranges if own is Script.SOUTHEAST_ASIAN for c in map(chr, range(a, b)) if c.isdecimal()
    )
    spans = "".join(f"{chr(a)}-{chr(b)}" for a, b, of in _RANGES if of is own)
    return f"(?![{digits}])[{spans}]" if digits else f"[{spans}{'々' if own is Script.HAN else ''}]"


def _part_pattern() -> re.Pattern[str]:
    own = {script.name: _letters_of(script) for script in sorted(_OWN_EDGES)}
    rest = f"(?:(?!{'|'.join(own.values())})[\\s\\S])+"
    return re.compile("|".join([f"(?P<{name}>(?:{letters})+)" for name, letters in own.items()] + [rest]))


_PART = _part_pattern()
"""A run's letters of one script with edges of its own, or of all others."""


def apart(text: str) -> list[str]:
    """A text cut at the edges of its runs of word characters: gap, run, gap, run ... gap; `parts` takes runs apart."""
    return _APART.split(text)


def needs_parting(run: str) -> bool:
    """Does a run hold a letter at which it may be cut?"""
    return bool(_NEEDS_PARTING.search(run))


def parts(run: str) -> list[tuple[int, int, Script]]:
    """The words of a run with their places in it: it is cut where an unspaced script or Hangul begins or ends."""
    if not _NEEDS_PARTING.search(run):
        return [(0, len(run), script(run))]
    return [
        (*part.span(), Script[part.lastgroup] if part.lastgroup else _first_script(part[0]))
        for part in _PART.finditer(run)
    ]


def _first_script(part: str) -> Script:
    """The script of a part without edges of its own; leading digits stay with the letters that follow them."""
    first = script_of(part[0])
    if first is not Script.DIGIT:
        return first
    return next((here for c in part if (here := script_of(c)) not in (Script.DIGIT, Script.OTHER)), Script.DIGIT)


def tokens(text: str) -> list[Token]:
    """Every word of a text in order; a change between spaced and unspaced scripts parts words (MSMT|の|報告書)."""
    found: list[Token] = []
    parting = bool(_NEEDS_PARTING.search(text))
    for run in _RUN.finditer(text):
        if parting:
            found += [Token(run.start() + a, run.start() + b, of) for a, b, of in parts(run[0])]
        else:
            found.append(Token(run.start(), run.end(), script(run[0])))
    return found


# --- paragraphs and sentences ------------------------------------------------------------------------------------

_LINES = re.compile(r"[^\n]*\S[^\n]*")
_CLOSING = """["'”’»）)\\]】』」›]*"""
_END = re.compile(
    rf"(?P<full>[。！？｡．।॥؟۔።፧։]+|[!?…‼⁇⁈⁉]+|\.{{2,}})(?P<close>{_CLOSING})|(?P<stop>\.)(?P<after>{_CLOSING})(?=\s)"
)


def _read_shortenings() -> dict[str, frozenset[str]]:
    lines = (resources.files("monitor.text") / "data/shortenings.txt").read_text("utf-8").splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    return {row[0]: frozenset(row[1:]) for row in rows}


_SHORTENINGS = _read_shortenings()
_ORDINALS = frozenset(
    {"de", "da", "no", "nb", "nn", "fi", "et", "lv", "hu", "cs", "sk", "sl", "hr", "sr", "bs", "tr", "is"}
)
"""Languages that write an ordinal number with a full stop: "29. Mai" goes on."""
_LAST_WORD = re.compile(r"[\w.\-]*\w$")


def paragraphs(text: str) -> list[tuple[int, int]]:
    """The spans of the paragraphs: lines that hold something, without the space around them."""
    return [_trimmed(text, *line.span()) for line in _LINES.finditer(text)]


def sentences(text: str, language: str) -> list[tuple[int, int]]:
    """The spans of the sentences, without the space around them; together they hold every letter of the text.

    A line break ends a sentence too, unless the next line goes on in lower case. `language` is ISO 639-1 and decides
    only whether "29." is an ordinal. Thai, which has no full stop, is parted at line breaks alone.
    """
    found: list[tuple[int, int]] = []
    for start, end in _blocks(text):
        place = start
        for mark in _END.finditer(text, start, end):
            if mark.end() < end and _ends_sentence(text, mark, language):
                found.append((place, mark.end()))
                place = mark.end()
        found.append((place, end))
    return [_trimmed(text, a, b) for a, b in found if text[a:b].strip()]


def _blocks(text: str) -> list[tuple[int, int]]:
    """Paragraphs, with a line that goes on in lower case joined to the line before it."""
    joined: list[tuple[int, int]] = []
    for start, end in paragraphs(text):
        if (
            joined
            and text[start].islower()
            and text[joined[-1][1] - 1] not in ".!?…:;。！？"
            and text.count("\n", joined[-1][1], start) == 1
        ):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _ends_sentence(text: str, mark: re.Match[str], language: str) -> bool:
    following = text[mark.end() : mark.end() + 40].lstrip(" \t\u00a0\u200b\"'“‘«(„‚[¿¡—–-")
    lowercase_next = following[:1].islower()
    if mark["full"]:
        return not (lowercase_next and (mark["close"] or mark["full"][0] in ".…"))
    if lowercase_next:
        return False
    word = _LAST_WORD.search(text[max(0, mark.start() - 24) : mark.start()])
    return word is None or not _is_shortening(word[0], language, following)


def _is_shortening(word: str, language: str, following: str) -> bool:
    """Is a full stop after this word part of it (Gen., U.S., J., 29.) rather than the end?"""
    if word.isdecimal():
        return len(word) <= 2 and language in _ORDINALS and following[:1].isalpha()
    if len(word) == 1 and word.isupper():
        return True
    known = word.lower()
    return known in _SHORTENINGS["*"] or known in _SHORTENINGS.get(language, ())


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end

"""When the sound of words proves a name that is written in another script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.match import kinds, korean
from monitor.match.spelling import Case
from monitor.text import forms, sounds, words
from monitor.values import Spelling

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.match.kinds import Judged
    from monitor.match.spelling import Word


def has_sound(word: Word) -> bool:
    """Is this a name that other scripts spell by its sound? An acronym of four letters and more (NATO, НАТО) is."""
    spoken = word.case is Case.CAPITAL or (word.case is Case.STRICT and len(word.bare) >= LEAST_SPOKEN)
    return spoken and word.rule is not Spelling.EXACT and not word.stem and len(word.bare) > 1


def without_hangings(bare: str, script: words.Script, language: str) -> Iterator[tuple[str, bool, bool]]:
    """A word as it stands, without its ending, without what is hung on in front; and which of these was cut."""
    yield bare, False, False
    if script is words.Script.HANGUL:
        for stem in korean.bases(bare):
            yield stem, False, True
        return
    endings = forms.endings(language)
    for length in (1, 2, 3):
        if len(bare) - length >= 2 and bare[-length:] in endings.hung:
            yield bare[:-length], False, True
    for prefix in endings.before:
        if bare.startswith(prefix) and len(bare) - len(prefix) >= kinds.LEAST_PREFIXED:
            yield bare[len(prefix) :], True, False


def sure(row: Sequence[Judged], spelled: Sequence[Word], script: words.Script) -> bool:
    """Do the sounds of a row prove the name?

    With capitals in the text less is asked than without: there any two common words in a row may sound like a name.
    """
    lengths = [len(word.bare) for word in spelled]
    mean = sum(one.alike * length for one, length in zip(row, lengths, strict=True)) / sum(lengths)
    families = sum(len(sounds.skeleton(sounds.sounds(word.bare, word.script))) for word in spelled)
    capitals = script in words.CASED or script is words.Script.KATAKANA
    if len(row) == 1 and spelled[0].case is Case.STRICT:
        return mean >= SHORT
    if len(row) == 1 and capitals:
        return mean >= (ALONE if lengths[0] >= LEAST_SOUNDED else SHORT) and lengths[0] >= LEAST_SPOKEN
    if len(row) == 1:
        return mean >= ALONE_SMALL and families >= FAMILIES_ALONE
    if capitals:
        return mean >= IN_A_ROW
    broken = any(one.after for one in row[:-1]) or any(one.before for one in row[1:])
    return (
        mean >= IN_A_ROW_SMALL
        and families >= FAMILIES_IN_A_ROW
        and not broken
        and min(one.alike for one in row) >= WORST_SMALL
    )


def least_in_a_row(script: words.Script) -> tuple[float, float]:
    """How alike the words of a longer name must sound on the average, and each of them."""
    capitals = script in words.CASED or script is words.Script.KATAKANA
    return (IN_A_ROW, LEAST_ALIKE) if capitals else (IN_A_ROW_SMALL, WORST_SMALL)


def needed(word: Word, families: int, *, capitals: bool) -> float | None:
    """How alike a piece must sound to a name of one word, so that `sure` can be; None where it never is."""
    if word.case is Case.STRICT:
        return SHORT
    if capitals:
        return None if len(word.bare) < LEAST_SPOKEN else (ALONE if len(word.bare) >= LEAST_SOUNDED else SHORT)
    return ALONE_SMALL if families >= FAMILIES_ALONE else None


LEAST_ALIKE, IN_A_ROW, ALONE, SHORT = 0.55, 0.76, 0.88, 0.97
IN_A_ROW_SMALL, WORST_SMALL, ALONE_SMALL = 0.84, 0.72, 0.92
FAMILIES_ALONE, FAMILIES_IN_A_ROW = 4, 5
LEAST_SPOKEN, LEAST_SOUNDED = 4, 6
"""How alike a name must sound, in texts with capitals and without (SMALL), and how long it must be.
Chosen on English names in translated news: persons found in Russian .83 at precision 1.0; without capitals precision
falls under .75 below these."""
SOUNDLESS = frozenset(
    {words.Script.HAN, words.Script.HIRAGANA, words.Script.SOUTHEAST_ASIAN, words.Script.DIGIT, words.Script.OTHER}
)
"""Scripts in which no word begins where a program could see it, or whose signs are no sounds."""

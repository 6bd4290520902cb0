"""Time zones as feeds write them: offsets, RFC 822 names, the usual abbreviations and English names of the world."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from monitor.text import locales

if TYPE_CHECKING:
    from babel.core import Locale

_NAMED = (  # hours east of Greenwich
    (0, "z utc ut gmt wet гринвич غرينتش جرينتش tuc tu"),
    (1, "west cet mez wat bst"), (2, "cest mesz eet cat sast"),
    (3, "eest msk мск trt eat idt"), (3.5, "irst"), (4, "msd мсд samt azt get mut"), (4.5, "irdt aft"),
    (5, "pkt uzt tjt tmt yekt екб orat mvt qyzt"), (5.5, "ist slst"), (5.75, "npt"),
    (6, "almt omst kgt btt alma"), (6.5, "mmt cct"), (7, "ict wib novt krat hovt davt cxt"),
    (8, "wita hkt sgt myt pht phst awst irkt ulat chot bnt"), (8.75, "acwst"),
    (9, "jst kst wit yakt tlt pwt 한국시간 日本時間"), (9.5, "acst"), (10, "aest vlat chst pgt chut"),
    (10.5, "acdt lhst"), (11, "aedt magt sakt sbt nct vut srdt"), (12, "nzst pett anat fjt tvt mht"), (12.75, "chast"),
    (13, "nzdt tot"), (13.75, "chadt"), (14, "lint"), (-1, "azost cvt egt"), (-2, "uyst fnt brst pmdt"), (-2.5, "ndt"),
    (-3, "brt art clst adt uyt srt gft pmst rott pyst"), (-3.5, "nst"), (-4, "ast clt vet bot edt gyt pyt fkt"),
    (-5, "est cot pet ect cdt"), (-6, "cst mdt galt"), (-7, "mst pdt"), (-8, "pst akdt"),
    (-9, "akst hdt gamt"), (-10, "hst tkt ckt taht hast"), (-11, "sst nut"), (-12, "aoe"),
)  # fmt: skip
_HOURS = {name: float(hours) for hours, names in _NAMED for name in names.split()}

_SHARED = {
    "ist": {"he": 2.0, "iw": 2.0, "ga": 1.0},
    "cst": {"zh": 8.0},
    "bst": {"bn": 6.0},
    "ast": {"ar": 3.0},
    "amt": {"hy": 4.0, "pt": -4.0},
    "pst": {"tl": 8.0, "fil": 8.0},
}
"""Names that several zones share, by the language of who writes them; else RFC 822's, or most people's, of `_NAMED`."""

_METAZONES = (  # hours east of Greenwich by standard time: CLDR's names, with a summer time of one hour more
    (0, "GMT Europe_Western"), (1, "Europe_Central Africa_Western"),
    (2, "Europe_Eastern Israel Africa_Central Africa_Southern"), (3, "Moscow Arabian Africa_Eastern"), (3.5, "Iran"),
    (4, "Gulf Georgia Armenia Azerbaijan"), (4.5, "Afghanistan"), (5, "Pakistan Uzbekistan Turkmenistan Yekaterinburg"),
    (5.5, "India"), (5.75, "Nepal"), (6, "Bangladesh Kyrgystan"), (6.5, "Myanmar"), (7, "Indochina Indonesia_Western"),
    (8, "China Hong_Kong Taipei Singapore Malaysia Philippines Australia_Western Indonesia_Central Mongolia"),
    (9, "Japan Korea Indonesia_Eastern"), (9.5, "Australia_Central"), (10, "Australia_Eastern Vladivostok"),
    (12, "New_Zealand"), (-3, "Brasilia Argentina"), (-3.5, "Newfoundland"), (-4, "Atlantic Bolivia Venezuela"),
    (-5, "America_Eastern Colombia Peru"), (-6, "America_Central"), (-7, "America_Mountain"), (-8, "America_Pacific"),
    (-9, "Alaska"), (-10, "Hawaii_Aleutian"),
)  # fmt: skip
_ONE_TIME = {"Moscow", "China", "Japan", "Korea", "India", "Singapore", "Hong_Kong", "Taipei"}
"""Where no clock is changed, so that "Moscow Time" says it all; "Eastern Time" does not."""

_NUMBERED = re.compile(r"\s*\(?\s*(?:gmt|utc?|z)?\s?([+-])(\d{1,2})(?:[:.]?(\d{2}))?(?::?00)?(?![\d:])\s?\)?")
_SPACED = re.compile(r"\s*(?:gmt|utc?|z)?\s?([+-]) (\d{2}):?(\d{2})(?![\d:])")
_WORD = re.compile(r"\s*[(\[]?\s*([^\W\d_]+)(?![\w./]|-\w)")
_MORE = re.compile(r"\s+[^\W\d_]")
_WORDS = re.compile(r"[^\W\d_]+")
_SHORTEST_LONG = 3  # letters; shorter ones are abbreviations
_FARTHEST = timedelta(hours=14)


def offset(written: str, language: str | None = None) -> timedelta | None:
    """The offset that a whole word means ("KST", "+0900", "GMT+9", "Z"); None where it means none."""
    word = written.strip().casefold()
    if (named := _named(word, language)) is not None:
        return named
    form = _NUMBERED.fullmatch(word)
    return _signed(form) if form else None


def beside(after: str, language: str | None = None) -> tuple[timedelta | None, str]:
    """The zone that stands directly after a clock (casefolded), None where there is none, and what is left.

    An offset outranks the name beside it: "+0900 (KST)". Raises ValueError for an offset that no place on earth has.
    """
    if form := _NUMBERED.match(after) or _SPACED.match(after):
        return _signed(form), after[form.end() :]
    word = _WORD.match(after)
    if word and not _MORE.match(after, word.end()) and (named := _named(word[1], language)) is not None:
        return named, after[word.end() :]
    phrase = after.lstrip(" ([")
    if phrase[:1].isalpha() and (hours := _written_out(phrase)) is not None:
        return timedelta(hours=hours), ""
    if word and (named := _named(word[1], language)) is not None:
        return named, after[word.end() :]
    return None, after


def _written_out(phrase: str) -> float | None:
    return next((hours for name, hours in _long_names() if phrase.startswith(name)), None)


def within(text: str, language: str | None = None) -> timedelta | None:
    """The zone whose name stands anywhere in a casefolded text; None where none does."""
    return next((found for word in _WORDS.findall(text) if (found := _named(word, language)) is not None), None)


@cache
def _long_names() -> tuple[tuple[str, float], ...]:
    """Zones as they are written out, in all languages, the longest first; names that two zones have are left out."""
    hours = {zone: (each, zone in _ONE_TIME) for each, zones in _METAZONES for zone in zones.split()}
    found: dict[str, set[float]] = {}
    for _, locale in locales.all_of():
        found.setdefault(_utc(locale), set()).add(0.0)
        for zone, (standard, alone) in hours.items():
            names = locale.meta_zones.get(zone, {}).get("long", {})
            for kind, more in (("standard", 0), ("daylight", 1), *([("generic", 0)] if alone else [])):
                found.setdefault(locales.plain(names.get(kind) or ""), set()).add(standard + more)
    named = [(name, each.pop()) for name, each in found.items() if len(each) == 1 and len(name) > _SHORTEST_LONG]
    return tuple(sorted(named, key=lambda pair: -len(pair[0])))


def _utc(locale: Locale) -> str:
    names = locale.time_zones.get("Etc/UTC", {}).get("long", {})
    return locales.plain(names.get("standard") or "")


def _named(word: str, language: str | None) -> timedelta | None:
    hours = _SHARED.get(word, {}).get(language or "", _HOURS.get(word))
    return None if hours is None else timedelta(hours=hours)


def _signed(form: re.Match[str]) -> timedelta:
    size = timedelta(hours=int(form[2]), minutes=int(form[3] or 0))
    if size > _FARTHEST or int(form[3] or 0) > 59:
        raise ValueError(f"no place is {form[0]} from Greenwich")
    return size if form[1] == "+" else -size

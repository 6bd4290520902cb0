"""Time zones as feeds write them: offsets, RFC 822 names, the usual abbreviations of the world, IANA names."""

from __future__ import annotations

import re
from datetime import timedelta

_NAMED = (  # hours east of Greenwich; of zones that share a name (IST, CST): RFC 822's, or else most people's
    (0, "z utc ut gmt wet"), (1, "west bst cet mez wat"), (2, "cest mesz eet cat sast"),
    (3, "eest msk мск trt eat idt"), (3.5, "irst"), (4, "msd samt gst azt get amt"), (4.5, "irdt aft"),
    (5, "pkt uzt tjt yekt"), (5.5, "ist"),
    (5.75, "npt"), (6, "almt omst kgt"), (6.5, "mmt"), (7, "ict wib novt krat hovt"), (9.5, "acst"), (10.5, "acdt"),
    (8, "wita hkt sgt myt pht phst awst irkt ulat"), (9, "jst kst wit yakt 한국시간"), (10, "aest vlat"),
    (11, "aedt magt"), (12, "nzst pett"), (13, "nzdt"), (-2.5, "ndt"), (-3, "brt art clst adt"), (-3.5, "nst"),
    (-4, "ast clt vet bot edt"), (-5, "est cot pet ect cdt"), (-6, "cst mdt"), (-7, "mst pdt"), (-8, "pst akdt"),
    (-9, "akst"), (-10, "hst"),
)  # fmt: skip
_HOURS = {name: hours for hours, names in _NAMED for name in names.split()}

_OFFSET = re.compile(r"(?:(?:gmt|utc?|z)\s?)?([+-])\s?(\d{1,2})(?::?(\d{2}))?(?![\d:])")
_NAME = re.compile(r"[^\W\d_]{1,5}(?![^\W\d_])")
_IANA = re.compile(r"\[?\b([a-z]+/[a-z_]+(?:/[a-z_]+)?)\b\]?")
_FARTHEST = timedelta(hours=14)


def offset(written: str) -> timedelta | None:
    """The offset that a whole word means ("KST", "+0900", "GMT+9", "Z"); None where it means none."""
    word = written.strip().casefold()
    if (hours := _HOURS.get(word)) is not None:
        return timedelta(hours=hours)
    form = _OFFSET.fullmatch(word)
    return _signed(form) if form else None


def cut(text: str) -> tuple[timedelta | None, str]:
    """The zone in a casefolded text from which day and time are cut already, and the text without it.

    Zero where none is written or a name is not known; None where an offset is written that no place on earth has.
    An offset outranks a name: "+0900 (KST)".
    """
    if form := _OFFSET.search(text):
        return _signed(form), f"{text[: form.start()]} {text[form.end() :]}"
    for word in _NAME.findall(text):
        if word in _HOURS:
            return timedelta(hours=_HOURS[word]), text
    return timedelta(0), text


def _signed(form: re.Match[str]) -> timedelta | None:
    size = timedelta(hours=int(form[2]), minutes=int(form[3] or 0))
    if size > _FARTHEST or int(form[3] or 0) > 59:
        return None
    return size if form[1] == "+" else -size

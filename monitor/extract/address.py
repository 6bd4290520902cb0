"""Does a sentence report, or does it speak to its reader? Told by small words: you, please, and polite endings."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

_QUOTED = re.compile(
    r"[\"“”„][^\"“”„]{0,300}[\"“”]|«[^«»]{0,300}»|»[^«»]{0,300}«|「[^「」]{0,300}」|『[^『』]{0,300}』"
)
_SENTENCE = re.compile(r"[^.!?。！？।؟۔]+[.!?。！？।؟۔]*\s*")
_BY_LETTERS = (  # of a page that does not name its language: letters that few languages share
    ("ko", re.compile("[가-힣]")),
    ("ja", re.compile("[ぁ-ヿ]")),
    ("zh", re.compile("[一-鿿]")),
    ("he", re.compile("[א-ת]")),
    ("el", re.compile("[α-ω]", re.IGNORECASE)),
    ("th", re.compile("[ก-๛]")),
    ("hi", re.compile("[ऀ-ॿ]")),
    ("bn", re.compile("[ঀ-৿]")),
    ("fa", re.compile("[پچژگی]")),
    ("ar", re.compile("[ء-ي]")),
    ("uk", re.compile("[іїєґ]", re.IGNORECASE)),
    ("ru", re.compile("[а-я]", re.IGNORECASE)),
    ("vi", re.compile("[đơưạảấầẩẫậắằẳẵặẹẻẽềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)),
    ("tr", re.compile("[ğı]")),
    ("hu", re.compile("[őű]", re.IGNORECASE)),
    ("pl", re.compile("[łąęśż]", re.IGNORECASE)),
    ("cs", re.compile("[řěů]", re.IGNORECASE)),
    ("ro", re.compile("[țșă]", re.IGNORECASE)),
    ("es", re.compile("[ñ¿¡]", re.IGNORECASE)),
    ("pt", re.compile("[ãõ]", re.IGNORECASE)),
    ("de", re.compile("ß")),
)
_LATIN = ("de", "fr", "es", "pt", "it", "nl", "pl", "sv", "tr", "vi", "id", "hu", "ro", "cs", "fi")
_SURE = 2  # words in one sentence, where the language is not known: "du" is French for "of the"; English has none


@cache
def _words() -> dict[str, re.Pattern[str]]:
    lines = (resources.files("monitor.extract") / "data/address.txt").read_text("utf-8").splitlines()
    rows = (line.partition(": ") for line in lines if line and not line.startswith("#"))
    return {language: re.compile(pattern, re.IGNORECASE) for language, _, pattern in rows}


class Speaker:
    """Tells for one page whether its sentences speak to the reader."""

    def __init__(self, language: str | None, text: str) -> None:
        """`language` as the page names it, or None: then the letters of its text decide."""
        words = _words()
        known: str | None = {"nb": "no", "nn": "no"}.get(language or "", language or "")
        if known not in words:
            known = next((name for name, letters in _BY_LETTERS if letters.search(text)), None)
        told = [known] if known else ["en"]
        self._patterns = [(words[name], 1) for name in told]
        if not known:
            self._patterns += [(words[name], _SURE) for name in _LATIN]

    def speaks(self, line: str) -> list[str]:
        """Those sentences of the line that speak to the reader, without what they quote."""
        bare = _QUOTED.sub(" ", line)
        return [found[0] for found in _SENTENCE.finditer(bare) if self._addresses(found[0])]

    def _addresses(self, sentence: str) -> bool:
        return any(
            len({found.casefold() for found in pattern.findall(sentence)}) >= least for pattern, least in self._patterns
        )

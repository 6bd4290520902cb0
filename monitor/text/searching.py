"""Words as a full-text index keeps them, and a question in them: one folding for both, whatever the script.

Scripts that part their words are kept as folded words, case and Latin and Greek marks taken off. Chinese, Japanese,
Korean, Thai, Lao, Burmese and Khmer are kept as overlapping pairs of letters: 북한 is found in 북한이, 朝鲜 in any
sentence. Measured on 280 texts of 4.3 KB: 2.6 KB of index an article; SQLite's own trigrams take 10.8 KB and find no
word of two letters.
"""

from __future__ import annotations

import re

from monitor.text import fold

MOST_WORDS = 20
"""Of a question: those beyond are left out."""

_UNPARTED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_MARKS = "\u0300-\u036f\u0654\u0655\u0900-\u0963\u0966-\u0dff"  # of Indic letters too, which are no \w
_RUN = re.compile(f"(?P<unparted>[{_UNPARTED}]+)|(?:(?![{_UNPARTED}])(?:[^\\W_]|[{_MARKS}]))+")
_ASKED = re.compile(r'(?P<without>-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


def indexed(text: str) -> str:
    """The words of a text for the index, parted by blanks."""
    return " ".join(word for run in _RUN.finditer(fold.fold(text).bare) for word in _words(run))


def question(asked: str) -> str | None:
    """A person's question as an FTS5 query (SQLite, "FTS5 Extension", section 3); None where it asks for nothing.

    All words must be there; "in quotes" they must follow each other; -word must not be there; word* may go on. Nothing
    that is typed is syntax to the database: every word is quoted.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for part in list(_ASKED.finditer(asked))[:MOST_WORDS]:
        found = _phrase(part["phrase"] if part["phrase"] is not None else part["word"])
        if found:
            (unwanted if part["without"] else wanted).append(found)
    if not wanted:
        return None
    return " AND ".join(wanted) + "".join(f" NOT {each}" for each in unwanted)


def plain(asked: str) -> str:
    """The first word or phrase that a question asks for, as it was typed: what an excerpt is to show."""
    parts = (part for part in _ASKED.finditer(asked) if not part["without"])
    return next((part["phrase"] or (part["word"] or "").rstrip("*") for part in parts), "")


def _phrase(written: str) -> str:
    """One thing that is asked for: its words in a row, the last one open where it ends in * or is a single sign."""
    runs = list(_RUN.finditer(fold.fold(written).bare))
    words = [word for run in runs for word in _words(run)]
    if not words:
        return ""
    is_open = written.endswith("*") or (runs[-1]["unparted"] is not None and len(runs[-1][0]) == 1)
    return f'"{" ".join(words)}"' + (" *" if is_open else "")


def _words(run: re.Match[str]) -> list[str]:
    letters = run[0]
    if run["unparted"] is None or len(letters) == 1:
        return [letters]
    return [letters[at : at + 2] for at in range(len(letters) - 1)]

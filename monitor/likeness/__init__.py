"""How alike two articles are, and why: copies by their text, stories by meaning, words, names and numbers."""

from monitor.likeness.rarity import Rarity
from monitor.likeness.signals import Signals, meaning, measure
from monitor.likeness.sketches import Member, centred, lead, pack, sketch, unpack
from monitor.likeness.weighing import COPY, SAME, SURE, compare, weigh

__all__ = [
    "COPY",
    "SAME",
    "SURE",
    "Member",
    "Rarity",
    "Signals",
    "bare",
    "centred",
    "compare",
    "lead",
    "meaning",
    "measure",
    "pack",
    "sketch",
    "unpack",
    "weigh",
]  # fmt: skip

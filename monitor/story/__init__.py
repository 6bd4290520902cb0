"""Which story an article belongs to: a copy of a kept text, other words for a kept story, or a story of its own."""

from monitor.likeness import Member
from monitor.story.lineage import lineage
from monitor.story.memory import CAPACITY, Memory
from monitor.story.placing import joined, name, place

__all__ = ["CAPACITY", "Member", "Memory", "joined", "lineage", "name", "place"]

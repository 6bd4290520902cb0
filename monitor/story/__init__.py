"""Which story an article belongs to: a copy of a kept text, other words for a kept story, or a story of its own."""

from monitor.likeness import Member
from monitor.story.memory import CAPACITY, Memory
from monitor.story.placing import place

__all__ = ["CAPACITY", "Member", "Memory", "place"]

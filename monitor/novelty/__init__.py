"""What an article brings to its story: its facts, where it has them from, and which of them are new."""

from monitor.novelty.concerning import concerns
from monitor.novelty.judging import judge
from monitor.novelty.origins import origin
from monitor.novelty.reading import facts

__all__ = ["concerns", "facts", "judge", "origin"]

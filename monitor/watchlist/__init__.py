"""A watchlist's YAML becomes a Watchlist, or one error that holds every complaint with its line.

text -> nodes (nodes.py) -> Watchlist (reader.py) -> doubts and examples (doubts.py)
text, a spelling to accept -> text (adding.py)
"""

from __future__ import annotations

from monitor.watchlist.adding import add_spelling
from monitor.watchlist.doubts import check_examples, warnings
from monitor.watchlist.notify import NOTIFY_KEYS
from monitor.watchlist.reader import EXAMPLE_KEYS, TERM_KEYS, WATCHLIST_KEYS, read

__all__ = [
    "EXAMPLE_KEYS",
    "NOTIFY_KEYS",
    "TERM_KEYS",
    "WATCHLIST_KEYS",
    "add_spelling",
    "check_examples",
    "read",
    "warnings",
]

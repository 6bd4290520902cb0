"""What the desk needs of the running service beyond the store: the operator's files, and a way to the web."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from monitor.embed import Embedder
    from monitor.pipeline import Desk
    from monitor.pipeline.scout import Search


@dataclass(frozen=True, slots=True)
class Office:
    """The service as the desk's pages see it. Pages run in threads: everything here may be called from any."""

    home: Path
    """The folder of feeds.yaml and watchlists/."""
    files: Callable[[], Desk]
    """The operator's files as they are in use."""
    scout: Callable[[str], Search]
    """Looks for the feeds at an address; FetchError where it cannot be asked. Waits for the web."""
    embedder: Embedder

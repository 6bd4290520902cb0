"""Where an article says that it has its story from: "citing Yonhap", "D'après un article de ... publié dans ..."."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.values import Article, Origin


def origin(article: Article) -> Origin | None:  # noqa: ARG001
    return None

"""What became of an article: every gate that it passed or failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor import match, preview
from monitor.values import News

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from monitor.store import Store
    from monitor.store.archive import Kept
    from monitor.values import Article, Hit, Origin


def article(store: Store, url: str) -> Iterator[str]:
    """Lines that tell an article's way, from its announcement to who was told."""
    announced = store.sources.announced(url)
    kept = store.archive.find(url)
    if not announced and kept is None:
        yield f"{url}: no feed announced this address, so it was never read"
        return
    for feed, state, reason in announced:
        yield f"announced by {feed}: {state}" + (f" ({reason})" if reason else "")
    if kept:
        yield from _judged(store, kept)


def _judged(store: Store, kept: Kept) -> Iterator[str]:
    told = kept.article
    seen = f"{kept.seen:%Y-%m-%d %H:%M} UTC"
    yield f"read      {seen} from the {told.read_from}: {told.title!r}, language {told.language}"
    if not kept.hits:
        yield f"matched   nothing: {kept.verdict.why}"
    for hit in kept.hits:
        yield from _matched(told, hit)
    if kept.placement:
        sure = "" if kept.placement.sure else ", not sure"
        yield f"placed    {kept.placement.placing} {kept.placement.story}{sure}: {kept.placement.why}"
        if kept.placement.weights:
            yield f"weighed   {weighed(kept.placement.weights)}"
        yield f"news      {kept.verdict.news}: {kept.verdict.why}"
    yield from _retold(store, kept)
    for novel in kept.verdict.new:
        yield f"new       {novel.change}: {novel.text}: {novel.sentence}"
    yield from _told(store, kept)


def weighed(weights: Mapping[str, float]) -> str:
    """Every signal with what it spoke for (above 0) or against the nearest report, in log odds."""
    parts = ", ".join(f"{name} {weight:+.2f}" for name, weight in weights.items())
    return f"{parts}; together {sum(weights.values()):+.2f} (even at 0)"


def _retold(store: Store, kept: Kept) -> Iterator[str]:
    """The chain of those whom it retells: "Yonhap -> Newsweek (Nora Brandt, 2025-05-29) -> this: no new facts"."""
    report = store.telling.reports([kept.article.id]).get(kept.article.id)
    if report and report.origins:
        chain = " -> ".join((*map(_named, reversed(report.origins)), "this"))
        nothing_new = kept.verdict.news in (News.REPEAT, News.COPY)
        yield f"retells   {chain}{': no new facts' if nothing_new else ''}"


def _named(origin: Origin) -> str:
    beside = ", ".join(each for each in (origin.author, origin.date) if each)
    return f"{origin.outlet} ({beside})" if beside else origin.outlet


def _matched(article: Article, hit: Hit) -> Iterator[str]:
    """The term, the rule in plain words, and the sentence, so that one sees at a glance whether it is meant."""
    yield f"matched   {hit.watchlist} / {hit.term}: {hit.how}"
    yield f"          {hit.where} {hit.start}-{hit.end}, score {hit.score:.2f} ({match.meaning(hit.score)})"
    yield f"          {preview.sentence_of(article, hit)}"


def _told(store: Store, kept: Kept) -> Iterator[str]:
    addresses = {reader.subscriber.id: reader.subscriber.address for reader in store.people.readers()}
    told = [addresses[number] for number in store.archive.told_to(kept.article.id)]
    brought = store.telling.bulletin(kept.article.id)
    for watchlist, said in (brought.withdrawn if brought else {}).items():
        yield f"withdrawn from followers of {watchlist} who were not told yet: {said}"
    if told:
        yield f"told      {', '.join(told)}"
    elif brought and not brought.concerns:
        yield "told      nobody, and nobody will be"
    elif brought:
        yield "told      nobody yet: it waits for the next digest of those who follow"
    elif kept.placement:
        yield "told      nobody: it says nothing that the story did not have"
    else:
        yield "told      nobody: nothing in it was asked for"
    for word in store.judgements.of_article(kept.article.id):
        yield f"judged    {word.judged} by {word.by or 'the operator'}, {word.at:%Y-%m-%d %H:%M} UTC"

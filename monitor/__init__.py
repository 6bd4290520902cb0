"""news-monitor reads the world's news and writes to people only when something is new.

The way of the data, room by room:

    feed.url -> fetch.get -> feeds.parse -> [items not seen before: now owed]
    item     -> fetch.get -> extract.read -> language.tell -> match.find -> (no hit: kept, with the reason)
    hit      -> likeness.sketch -> story.place -> novelty.judge -> store.keep
    clock    -> store.due -> digest.compose -> digest.render -> outbox -> deliver.send -> told
"""

__version__ = "0.1.0"

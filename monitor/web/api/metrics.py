"""What a Prometheus server reads: queues, feeds, polls, articles, developments, mails, balance, memory, versions."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import prometheus_client
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from monitor import health
from monitor.health import State
from monitor.values import MailState
from monitor.web.api import standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from prometheus_client import Metric

    from monitor.store.insight import Queue
    from monitor.web.desk.office import Office
    from monitor.web.frame import House

CONTENT_TYPE = prometheus_client.CONTENT_TYPE_PLAIN_0_0_4
FRESH = timedelta(seconds=30)
"""So long the numbers are given out again: counting takes a second where there are millions of items, and two servers
may ask every fifteen."""
LAST_HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Metrics:
    """The numbers of one service, in a registry of its own: nothing else of the process is shown."""

    house: House
    office: Office
    _asking: threading.Lock = field(default_factory=threading.Lock)
    _at: datetime | None = None
    _text: bytes = b""

    def text(self) -> bytes:
        """The numbers in Prometheus' text format, some seconds old at most."""
        with self._asking:
            now = self.house.now()
            if self._at is None or not timedelta(0) <= now - self._at < FRESH:
                registry = CollectorRegistry(auto_describe=False)
                registry.register(_Service(self.house, self.office, now))
                ProcessCollector(registry=registry)
                self._text, self._at = prometheus_client.generate_latest(registry), now
            return self._text


@dataclass(frozen=True, slots=True)
class _Service(Collector):
    house: House
    office: Office
    now: datetime

    def collect(self) -> Iterable[Metric]:
        yield InfoMetricFamily("news_monitor", "What runs here.", value=_labels(standing.versions(self.office)))
        yield from self._queues()
        yield from self._feeds()
        yield from self._kept()
        yield from self._mail()

    def _queues(self) -> Iterator[Metric]:
        queues = {"items": self.house.store.insight.owed(), "mails": self.house.store.insight.outbox()}
        waiting = GaugeMetricFamily("news_monitor_queue_length", "What waits.", labels=["queue"])
        age = GaugeMetricFamily("news_monitor_queue_age_seconds", "How long the oldest waits.", labels=["queue"])
        for name, queue in queues.items():
            waiting.add_metric([name], queue.waiting)
            age.add_metric([name], self._age(queue))
        yield waiting
        yield age

    def _age(self, queue: Queue) -> float:
        return max(0.0, (self.now - queue.oldest).total_seconds()) if queue.oldest else 0.0

    def _feeds(self) -> Iterator[Metric]:
        records = self.house.store.health.records(self.now)
        feeds = self.office.files().config.feeds
        states = [health.fares(feed, records, self.now).state for feed in feeds]
        help_ = "Feeds by how they fare, see docs/feeds.md."
        yield _by("news_monitor_feeds", help_, "state", dict.fromkeys(State, 0) | Counter(states))
        polls = self.house.store.listing.polls(self.now - LAST_HOUR)
        outcomes = dict.fromkeys(("ok", "unchanged", "refused", "no answer"), 0) | polls
        yield _by(
            "news_monitor_requests_last_hour", "Requests to feeds and robots.txt, by outcome.", "outcome", outcomes
        )

    def _kept(self) -> Iterator[Metric]:
        listing = self.house.store.listing
        articles = self.house.store.insight.sizes()["articles"]
        yield GaugeMetricFamily("news_monitor_articles", "Articles that are kept.", articles)
        yield GaugeMetricFamily("news_monitor_articles_matched", "Those with a hit.", listing.matched())
        yield CounterMetricFamily("news_monitor_developments", "Developments, of all time.", listing.newest())
        yield GaugeMetricFamily("news_monitor_watchlists", "Watchlists in use.", len(self.house.titles()))

    def _mail(self) -> Iterator[Metric]:
        counts = dict.fromkeys(MailState, 0) | self.house.store.outbox.counts()
        yield _by("news_monitor_mails", "Mails by state.", "state", counts)
        hooks = self.house.store.hooks.counts()
        yield _by("news_monitor_webhook_messages", "Messages to webhooks by state.", "state", hooks)
        if drawn := self.house.store.books.last():
            told = "Developments that somebody waits for in vain, by the last balance."
            yield GaugeMetricFamily("news_monitor_balance_differences", told, drawn.differences)
        alive, _ = self.house.store.healthy(self.now)
        yield GaugeMetricFamily("news_monitor_alive", "1: the service left a sign of life in five minutes.", int(alive))


def _by(name: str, help_: str, label: str, counts: Mapping[Any, int]) -> Metric:
    family = GaugeMetricFamily(name, help_, labels=[label])
    for value, count in counts.items():
        family.add_metric([str(value)], count)
    return family


def _labels(values: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("-", "_"): value for name, value in values.items()}

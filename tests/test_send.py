"""Sending: many connections, one recipient's trouble his own, and a way out that is asked again when it was closed."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from fakes import FakeMailServer
from sqlmodel import select

from monitor import deliver
from monitor.errors import DeliveryError, Fault
from monitor.pipeline.send import Bounces, Sender
from monitor.store import Store
from monitor.tables import MailRow
from monitor.values import Mail

NOW = datetime(2025, 5, 29, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(tmp_path):
    opened = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    yield opened
    opened.close()


class FakeOutlet:
    """Takes mails after a moment; `trouble` says what it answers to an address."""

    def __init__(self, connections: int = 4) -> None:
        self.connections = connections
        self.trouble: dict[str, Fault] = {}
        self.asked: list[str] = []
        self.taken: list[str] = []
        self.senders: list[str | None] = []
        self.under_way: Counter[str] = Counter()
        self.most: Counter[str] = Counter()

    async def send(self, mail, reached=lambda: None, sender=None):
        domain = mail.to.rpartition("@")[2]
        self.asked.append(mail.to)
        self.senders.append(sender)
        self.under_way[domain] += 1
        self.most[domain] = max(self.most[domain], self.under_way[domain])
        self.most["all"] = max(self.most["all"], self.under_way.total())
        await asyncio.sleep(0.002)
        self.under_way[domain] -= 1
        for part, fault in self.trouble.items():
            if part in mail.to:
                raise DeliveryError(mail.to, "no", fault, reply="450 4.7.1 no")
        reached()
        self.taken.append(mail.to)

    async def close(self):
        """Nothing is open."""


def queued(store, *addresses: str) -> None:
    for number, address in enumerate(addresses):
        subscriber = store.people.add(address, ["w"], NOW).id
        store.outbox.keep(subscriber, Mail(address, "s", f"<{number}.{address}>", b"x"), [], NOW)


def send(sender: Sender, now: datetime = NOW):
    return asyncio.run(sender.send_waiting(now))


def test_everything_that_waits_is_sent_over_all_connections_and_two_at_once_to_a_domain(store):
    queued(store, *(f"r{n}@d{n % 2}.example" for n in range(60)))
    outlet = FakeOutlet()
    assert send(Sender(store, outlet)).sent == 60
    assert len(outlet.taken) == len(set(outlet.taken)) == 60
    assert outlet.most["all"] == 4
    assert max(count for domain, count in outlet.most.items() if domain != "all") == 2


def test_a_domain_that_asks_for_less_gets_one_mail_at_a_time_after_a_rest_and_the_others_theirs_meanwhile(store):
    queued(store, *(f"r{n}@slow.example" for n in range(20)), *(f"r{n}@quick.example" for n in range(20)))
    outlet = FakeOutlet()
    outlet.trouble = {"slow": Fault.DOMAIN}
    sender = Sender(store, outlet)
    report = send(sender)
    assert report.sent == 20
    assert report.deferred <= 2
    outlet.trouble, outlet.most = {}, Counter()
    assert send(sender, NOW + 2 * MINUTE).sent == 20
    assert outlet.most["slow.example"] == 1
    assert store.outbox.counts() == {"sent": 40}


def test_trouble_with_the_way_out_is_no_mails_fault_and_ends_the_round(store):
    queued(store, *(f"r{n}@d{n}.example" for n in range(30)))
    outlet = FakeOutlet()
    outlet.trouble = {"@": Fault.SERVER}
    sender = Sender(store, outlet)
    send(sender)
    assert len(outlet.asked) <= 4
    asked = len(outlet.asked)
    send(sender, NOW + timedelta(seconds=5))
    assert len(outlet.asked) == asked
    send(sender, NOW + timedelta(seconds=20))
    assert len(outlet.asked) > asked
    outlet.trouble = {}
    assert send(sender, NOW + 10 * MINUTE).sent == 30
    assert {waiting for waiting, count in store.outbox.counts().items()} == {"sent"}


def test_a_way_out_that_stays_closed_is_asked_six_times_an_hour_not_once_for_each_mail(store):
    queued(store, *(f"r{n}@d{n}.example" for n in range(100)))
    outlet = FakeOutlet(connections=1)
    outlet.trouble = {"@": Fault.SERVER}
    sender = Sender(store, outlet)
    for minute in range(60 * 24):
        send(sender, NOW + minute * MINUTE)
    assert 5 * 24 <= len(outlet.asked) <= 6 * 24 + 5
    assert store.outbox.counts() == {"queued": 100}
    outlet.trouble = {}
    assert send(sender, NOW + timedelta(days=6)).sent == 100


def test_a_mail_that_closes_the_way_out_each_time_does_not_stand_before_the_others_for_ever(store):
    queued(store, "poison@d.example", *(f"r{n}@d{n}.example" for n in range(10)))
    outlet = FakeOutlet(connections=1)
    outlet.trouble = {"poison": Fault.SERVER}
    sender = Sender(store, outlet)
    for minutes in range(0, 60, 10):
        send(sender, NOW + minutes * MINUTE)
    assert len(outlet.taken) == 10


def test_a_mail_is_given_up_after_five_days_of_its_own_refusals(store):
    queued(store, "full@d.example")
    outlet = FakeOutlet()
    outlet.trouble = {"full": Fault.MAIL}
    sender, at = Sender(store, outlet), NOW
    while "failed" not in store.outbox.counts():
        at += timedelta(minutes=30)
        send(sender, at)
    assert timedelta(days=4, hours=18) < at - NOW <= timedelta(days=5)
    (reader,) = store.people.readers()
    assert reader.suppressed is None


def test_a_dead_address_is_asked_once_and_suppressed_with_the_reason(store):
    queued(store, "dead@d.example", "fine@d.example")
    outlet = FakeOutlet()
    outlet.trouble = {"dead": Fault.ADDRESS}
    report = send(Sender(store, outlet))
    assert (report.sent, report.failed) == (1, 1)
    assert {r.subscriber.address: r.suppressed for r in store.people.readers()} == {
        "dead@d.example": "no",
        "fine@d.example": None,
    }


def test_a_round_that_is_cut_off_leaves_no_mail_in_hand(store):
    queued(store, *(f"r{n}@d{n}.example" for n in range(30)))

    async def cut_off():
        task = asyncio.create_task(Sender(store, FakeOutlet()).send_waiting(NOW))
        await asyncio.sleep(0.005)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(cut_off())
    counts = store.outbox.counts()
    assert counts["queued"] + counts.get("sent", 0) >= 26  # but for the four under way
    store.outbox.release_claims(NOW)
    assert send(Sender(store, FakeOutlet())).sent == 30 - counts.get("sent", 0)


def test_the_return_path_of_each_mail_names_it(store):
    with FakeMailServer() as server:
        queued(store, "anna@example.org", "bo@example.org")
        outlet = deliver.open_outlet(server.url, None, "news@monitor.example")

        async def all_of_them():
            await Sender(store, outlet, Bounces("bounces@monitor.example", "key")).send_waiting(NOW)
            await outlet.close()

        asyncio.run(all_of_them())
        named = {mail.to[0]: deliver.read_return_path(mail.sender, "key") for mail in server.mails}
    assert named == {"anna@example.org": 1, "bo@example.org": 2}


def test_a_full_box_and_its_codes_are_kept_with_the_mail(store):
    with FakeMailServer() as server:
        server.refuse("anna@", "452-4.2.2 the box\r\n452 4.2.2 is full")
        queued(store, "anna@example.org")
        outlet = deliver.open_outlet(server.url, None, "news@monitor.example")

        async def all_of_them():
            await Sender(store, outlet).send_waiting(NOW)
            await outlet.close()

        asyncio.run(all_of_them())
    with store.session() as session:
        row = session.exec(select(MailRow)).one()
        assert (row.state, row.reply, row.enhanced) == ("deferred", "452 4.2.2 the box 4.2.2 is full", "4.2.2")

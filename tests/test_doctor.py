"""What is amiss is named with its way out, what is fine is called so, and no secret is ever shown."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from fakes import FakeMailServer

from monitor import doctor
from monitor.config import Settings
from monitor.deliver import survey
from monitor.doctor import Grade, Records, Relay, Sender
from monitor.pipeline import checkup

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SENDER = Sender("example.org", "news.example.org", "s1", "https://news.example.org")
RELAY = Relay(
    "relay:587", extensions=frozenset({"8bitmime", "smtputf8", "size"}), size=10_000_000, tls="TLSv1.3",
    certified=("relay",), expires=NOW + timedelta(days=60), logged_in=True,
)  # fmt: skip
RECORDS = Records(("v=spf1 include:relay -all",), ("v=DKIM1; p=abc",), ("v=DMARC1; p=none",), ("mx.example.org.",))


@dataclass
class FakeNames:
    """A DNS of a few names; None: there is no DNS."""

    rows: dict[str, tuple[str, ...]] | None = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def texts(self, name: str) -> tuple[str, ...] | None:
        self.asked.append(name)
        return None if self.rows is None else self.rows.get(name, ())

    async def mail_hosts(self, domain: str) -> tuple[str, ...] | None:
        return None if self.rows is None else self.rows.get(f"MX {domain}", ())


def grades(found) -> dict[str, Grade]:
    worst = {}
    for each in found:
        word = each.subject.split()[0]
        order = list(Grade)
        worst[word] = max(worst.get(word, Grade.OK), each.grade, key=order.index)
    return worst


def test_a_good_house_has_nothing_to_mend():
    found = [
        *doctor.examine_relay(RELAY, NOW), *doctor.examine_sender(SENDER), *doctor.examine_records(SENDER, RECORDS),
        doctor.examine_disk("storage", 10**11),
    ]  # fmt: skip
    assert {each.grade for each in found} == {Grade.OK}
    assert not any(each.remedy for each in found)


@pytest.mark.parametrize(
    ("change", "subject", "grade"),
    [
        ({"problem": "it cannot be reached"}, "relay", Grade.WRONG),
        ({"size": 50_000}, "size", Grade.WRONG),
        ({"size": 0}, "size", Grade.OK),
        ({"extensions": frozenset()}, "SMTPUTF8", Grade.WARNING),
        ({"tls": ""}, "TLS", Grade.WARNING),
        ({"tls": "", "is_here": True}, "TLS", Grade.OK),
        ({"tls": "TLSv1"}, "TLS", Grade.WARNING),
        ({"expires": NOW + timedelta(days=3)}, "certificate", Grade.WARNING),
    ],
)
def test_each_fault_of_a_relay_is_named(change, subject, grade):
    assert grades(doctor.examine_relay(replace(RELAY, **change), NOW))[subject] is grade


@pytest.mark.parametrize(
    ("change", "subject", "grade"),
    [
        ({"domain": "localhost"}, "sender", Grade.WRONG),
        ({"envelope": "relay.example.net"}, "sender", Grade.WARNING),
        ({"selector": None}, "DKIM", Grade.WARNING),
        ({"base_url": None}, "unsubscribe", Grade.WARNING),
        ({"base_url": "http://news.example.org"}, "unsubscribe", Grade.WRONG),
        ({"base_url": "https://192.168.1.2"}, "unsubscribe", Grade.WRONG),
        ({"base_url": "https://localhost:8080"}, "unsubscribe", Grade.WRONG),
    ],
)
def test_each_fault_of_the_sender_is_named(change, subject, grade):
    assert grades(doctor.examine_sender(replace(SENDER, **change)))[subject] is grade


@pytest.mark.parametrize(
    ("change", "subject", "grade"),
    [
        ({"spf": ()}, "SPF", Grade.WRONG),
        ({"spf": ("v=spf1 a -all", "v=spf1 mx -all")}, "SPF", Grade.WRONG),
        ({"spf": ("v=spf1 +all",)}, "SPF", Grade.WRONG),
        ({"spf": ("some-site-verification=1", "v=spf1 mx ~all")}, "SPF", Grade.OK),
        ({"dkim": ()}, "DKIM", Grade.WRONG),
        ({"dkim": ("v=DKIM1; p=",)}, "DKIM", Grade.WRONG),
        ({"dmarc": ()}, "DMARC", Grade.WARNING),
        ({"dmarc": ("v=DMARC1; p=none", "v=DMARC1; p=reject")}, "DMARC", Grade.WRONG),
        ({"bounce_hosts": ()}, "MX", Grade.WRONG),
        ({"bounce_hosts": (".",)}, "MX", Grade.WRONG),
        ({"spf": None, "dkim": None, "dmarc": None, "bounce_hosts": None}, "MX", Grade.WARNING),
    ],
)
def test_each_fault_of_the_records_is_named(change, subject, grade):
    assert grades(doctor.examine_records(SENDER, replace(RECORDS, **change)))[subject] is grade


def test_a_machine_without_a_name_is_not_looked_up_by_its_readers():
    assert list(doctor.examine_records(replace(SENDER, domain="localhost", envelope="localhost"), RECORDS)) == []


def test_without_a_dns_nothing_is_called_wrong():
    found = list(doctor.examine_records(SENDER, Records()))
    assert not doctor.is_wrong(found)
    assert all("no DNS here" in each.words for each in found)


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [("example.org", "EXAMPLE.org.", True), ("example.org", "news.example.org", True),
     ("example.org", "badexample.org", False), ("a.example.org", "b.example.org", False)],
)  # fmt: skip
def test_domains_go_together_where_one_lies_within_the_other(one, other, together):
    assert doctor.aligned(one, other) is together
    assert doctor.aligned(other, one) is together


@pytest.mark.parametrize(("free", "grade"), [(10**8, Grade.WRONG), (10**9, Grade.WARNING), (10**10, Grade.OK)])
def test_a_full_disk_is_named_before_it_is_full(free, grade):
    assert doctor.examine_disk("storage", free).grade is grade


# --- the wire ------------------------------------------------------------------------------------------------------


def test_a_relay_is_asked_for_what_it_can():
    with FakeMailServer() as server:
        relay = asyncio.run(survey.ask_relay(server.url))
        assert server.mails == []
    assert (relay.problem, relay.is_here, relay.tls) == ("", True, "")
    assert {"8bitmime", "smtputf8", "size"} <= relay.extensions


@pytest.mark.parametrize(("password", "problem"), [("right", ""), ("hunter2", "it refuses our user name and password")])
def test_a_password_is_tried_and_never_shown(password, problem):
    with FakeMailServer() as server:
        url = server.url.replace("//", f"//user:{password}@")
        relay = asyncio.run(survey.ask_relay(url))
    assert relay.problem.startswith(problem)
    assert relay.logged_in is (problem == "")
    assert password not in repr(relay)


def test_a_relay_that_is_not_there_is_named():
    with FakeMailServer() as server:
        url = server.url
    assert "cannot be reached" in asyncio.run(survey.ask_relay(url)).problem


def test_the_whole_way_of_mail_is_examined_with_one_answer_for_each_name():
    names = FakeNames({"news.example.org": RECORDS.spf, "MX news.example.org": ("mx.",)})
    with FakeMailServer() as server:
        settings = Settings(
            smtp_url=server.url, mail_from="News <n@example.org>", bounce_address="b@news.example.org",
            base_url="https://news.example.org", secret_key="very secret",
        )  # fmt: skip
        found = asyncio.run(checkup.mail(settings, names, NOW))
    assert grades(found)["SPF"] is Grade.OK
    assert names.asked == ["news.example.org", "_dmarc.example.org"]
    assert "very secret" not in "".join(map(str, found))

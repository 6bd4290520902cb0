"""The operator is told of a feed's lasting trouble once, in at most one mail a day, and once when it is over."""

from __future__ import annotations

import asyncio
import email
import email.policy
from datetime import UTC, datetime, timedelta

import pytest
from fakes import FakeMailServer
from hypothesis import given
from hypothesis import strategies as st

from monitor import deliver, digest, health, service
from monitor.health import Diagnosis, Record, State
from monitor.pipeline import alarms
from monitor.pipeline.alarms import Means, Watch
from monitor.pipeline.send import Sender
from monitor.store import Store
from monitor.store.health import Alarm
from monitor.store.sources import Polled, Request
from monitor.values import Feed, Item

NOW = datetime(2025, 5, 29, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WIRE = Feed("https://wire.example/feed", "Wire <b>&")
POST = Feed("https://post.example/feed", "조선 Post")
LETTERHEAD = digest.MailSettings("News <news@monitor.example>", None, "key", None)
OPERATOR = "ops@monitor.example"
REFUSED = "the server answered 404 Not Found"


@pytest.fixture
def store(tmp_path):
    opened = Store(f"sqlite:///{tmp_path}/monitor.db")
    opened.sources.sync([WIRE, POST], NOW)
    yield opened
    opened.close()


def poll(store: Store, feed: Feed, at: datetime, *keys: str, error: str | None = None, gone: bool = False) -> None:
    items = [Item(key, f"{feed.url}/{key}", key) for key in keys]
    request = Request(at, feed.url, status=404 if error else 200, error=error)
    store.sources.keep_poll(feed.url, Polled(request, at + HOUR, "why", error=error, gone=gone), items)


def fail_for(store: Store, feed: Feed, days: float, until: datetime) -> None:
    """A good answer, and then nothing but failures, twice a day."""
    poll(store, feed, until - days * DAY, "first")
    for half_day in range(1, int(days * 2) + 1):
        poll(store, feed, until - days * DAY + half_day * DAY / 2, error=REFUSED)


def look(store: Store, now: datetime, operator: str | None = OPERATOR) -> alarms.Told:
    return Watch(store, LETTERHEAD, operator).look([WIRE, POST], now)


def letters(store: Store) -> list[str]:
    return [mail.subject for mail in store.outbox.mails()]


# --- what is worth telling -------------------------------------------------------------------------------------------


def failing(failures: int = 6, days: float = 4, asked: timedelta = HOUR) -> Diagnosis:
    record = Record(WIRE.url, "Wire", failures=failures, error=REFUSED, last_polled=NOW - asked)
    return Diagnosis(record, State.FAILING, NOW - days * DAY, REFUSED, "mend it")


@pytest.mark.parametrize(
    ("diagnosis", "told"),
    [
        (failing(), True),
        (failing(days=2), False),
        (failing(failures=1), False),
        (failing(asked=2 * DAY), False),
        *[(Diagnosis(Record(WIRE.url, "Wire"), s), True) for s in (State.GONE, State.SILENT, State.MOVED)],
        *[(Diagnosis(Record(WIRE.url, "Wire"), s), False) for s in (State.OK, State.LATE, State.NEVER)],
    ],
)
def test_only_what_lasts_is_told(diagnosis, told):
    assert bool(alarms.decide([diagnosis], [], Means.MAIL, NOW).trouble) is told


def test_what_was_only_logged_is_mailed_once_there_is_an_address():
    logged = Alarm(WIRE.url, State.FAILING, NOW - DAY, by_mail=False)
    assert alarms.decide([failing()], [logged], Means.MAIL, NOW).trouble
    assert not alarms.decide([failing()], [logged], Means.LOG, NOW).anything


def test_another_trouble_of_the_same_feed_is_told_and_is_no_recovery():
    silent = Alarm(WIRE.url, State.SILENT, NOW - 9 * DAY, by_mail=True)
    told = alarms.decide([failing()], [silent], Means.MAIL, NOW)
    assert told.trouble == (failing(),)
    assert not told.recovered
    assert told.settled == ((WIRE.url, State.SILENT),)


def test_a_single_failure_is_no_recovery_from_silence():
    silent = Alarm(WIRE.url, State.SILENT, NOW - 9 * DAY, by_mail=True)
    assert alarms.decide([failing(failures=1)], [silent], Means.MAIL, NOW) == alarms.Told()


def test_a_feed_that_the_operator_removed_is_settled_without_a_word():
    silent = Alarm(WIRE.url, State.SILENT, NOW - 9 * DAY, by_mail=True)
    assert alarms.decide([], [silent], Means.MAIL, NOW) == alarms.Told(settled=((WIRE.url, State.SILENT),))


def test_an_overflow_that_comes_and_goes_is_told_once_a_month():
    full = Diagnosis(Record(WIRE.url, "Wire"), State.OVERFLOW)
    for days, again in ((2, False), (40, True)):
        known = Alarm(WIRE.url, State.OVERFLOW, NOW - days * DAY, by_mail=True, over=True)
        assert alarms.decide([full], [known], Means.MAIL, NOW).anything is again


STATES = st.sampled_from([State.OK, State.LATE, State.NEVER, State.SILENT, State.GONE, State.MOVED, State.OVERFLOW])


@given(st.lists(STATES, max_size=20), st.sampled_from(Means))
def test_whatever_a_feed_goes_through_nothing_is_told_twice_while_it_lasts(states, means):
    known: dict[State, Alarm] = {}
    for day, state in enumerate(states):
        now = NOW + day * DAY
        diagnosis = Diagnosis(Record(WIRE.url, "Wire"), state)
        told = alarms.decide([diagnosis], list(known.values()), means, now)
        again = alarms.decide([diagnosis], list(known.values()), means, now)
        assert told == again
        for _, ended in told.settled:
            known[ended] = Alarm(WIRE.url, ended, known[ended].told, known[ended].by_mail, over=True)
        for each in told.trouble:
            assert each.state not in known or known[each.state].over
            known[each.state] = Alarm(WIRE.url, each.state, now, by_mail=means is Means.MAIL)
        assert not alarms.decide([diagnosis], list(known.values()), means, now).anything


# --- told once, by mail ---------------------------------------------------------------------------------------------


def test_a_feed_that_fails_for_four_days_is_told_once_and_once_when_it_is_well_again(store):
    fail_for(store, WIRE, 4, NOW)
    assert [each.record.url for each in look(store, NOW).trouble] == [WIRE.url]
    for hours in range(1, 100, 6):
        poll(store, WIRE, NOW + hours * HOUR, error=REFUSED)
        look(store, NOW + hours * HOUR)
    assert letters(store) == ["Feed failing: Wire <b>&"]
    poll(store, WIRE, NOW + 5 * DAY, "second")
    look(store, NOW + 5 * DAY)
    look(store, NOW + 7 * DAY)
    assert letters(store)[1:] == ["1 feed well again"]


def test_a_restart_tells_nothing_again(tmp_path):
    url = f"sqlite:///{tmp_path}/again.db"
    for start in range(3):
        opened = Store(url)
        if start == 0:
            opened.sources.sync([WIRE], NOW)
            fail_for(opened, WIRE, 4, NOW)
        Watch(opened, LETTERHEAD, OPERATOR).look([WIRE], NOW + start * 2 * DAY)
        found = letters(opened)
        opened.close()
    assert len(found) == 1


def test_the_operator_gets_at_most_one_mail_a_day_and_what_waits_is_not_lost(store):
    fail_for(store, WIRE, 4, NOW)
    look(store, NOW)
    poll(store, POST, NOW + HOUR, error="the server answered 410 Gone", gone=True)
    assert not look(store, NOW + 2 * HOUR).anything
    assert [each.record.url for each in look(store, NOW + 25 * HOUR).trouble] == [POST.url]
    assert letters(store) == ["Feed failing: Wire <b>&", "Feed gone: 조선 Post"]


def test_without_an_address_nothing_is_mailed_and_the_log_tells_once(store):
    fail_for(store, WIRE, 4, NOW)
    assert look(store, NOW, None).trouble
    assert not look(store, NOW + HOUR, None).anything
    assert letters(store) == []
    assert look(store, NOW + 2 * HOUR).trouble
    assert letters(store) == ["Feed failing: Wire <b>&"]


def test_a_machine_that_was_off_for_a_week_raises_no_alarm_by_its_first_polls(store):
    poll(store, WIRE, NOW - 7 * DAY, "first")
    poll(store, POST, NOW - 7 * DAY, "first")
    assert not look(store, NOW).anything
    poll(store, WIRE, NOW, error="no connection (connection refused)")
    assert not look(store, NOW).anything


def test_the_records_tell_silence_and_how_busy_a_feed_is(store):
    for hours in range(0, 24 * 30, 4):
        poll(store, WIRE, NOW - 34 * DAY + hours * HOUR, str(hours))
    poll(store, WIRE, NOW)
    poll(store, POST, NOW, *"abcdef")
    records = store.health.records(NOW)
    assert health.diagnose(records[WIRE.url], NOW).state is State.SILENT
    assert records[WIRE.url].per_day == pytest.approx(6 * 10 / 14, rel=0.05)
    assert records[POST.url].per_day == 6
    assert health.diagnose(records[POST.url], NOW).state is State.OK


def test_what_a_first_answer_held_was_news_when_it_was_dated(store):
    old = [Item(str(n), None, "t", published=NOW - (60 + n) * DAY) for n in range(20)]
    request = Request(NOW, WIRE.url, status=200)
    store.sources.keep_poll(WIRE.url, Polled(request, NOW + HOUR, "why"), old)
    record = store.health.records(NOW)[WIRE.url]
    assert record.last_news == NOW - 60 * DAY
    assert health.diagnose(record, NOW).state is State.SILENT


def test_the_letter_goes_out_whole_and_says_what_to_do(store):
    fail_for(store, WIRE, 4, NOW)
    fail_for(store, POST, 4, NOW)
    look(store, NOW)
    with FakeMailServer() as server:
        outlet = deliver.open_outlet(server.url, None, LETTERHEAD.mail_from)
        sender = Sender(store, outlet)

        async def send():
            report = await sender.send_waiting(NOW)
            await outlet.close()
            return report

        assert asyncio.run(send()).sent == 1
        (delivered,) = server.mails
    assert delivered.to == (OPERATOR,)
    letter = email.message_from_bytes(delivered.data, policy=email.policy.default)
    text, html = (letter.get_body((form,)).get_content() for form in ("plain", "html"))
    assert letter["Subject"] == "2 feeds need you"
    assert letter["Message-ID"].endswith("@monitor.example>")
    for body in (text, html):
        assert "monitor feeds add https://wire.example/" in " ".join(body.split()).replace("&#39;", "'")
        assert "whether this machine reaches the internet" in " ".join(body.split())
    assert "Wire <b>&" in text
    assert "Wire &lt;b&gt;&amp;" in html


def test_a_mail_server_that_refuses_the_operator_for_good_harms_no_subscriber(store):
    subscriber = store.people.add(OPERATOR, ["w"], NOW)
    fail_for(store, WIRE, 4, NOW)
    look(store, NOW)
    with FakeMailServer() as server:
        server.refuse("ops@", "550 5.1.1 no such user")
        outlet = deliver.open_outlet(server.url, None, LETTERHEAD.mail_from)

        async def send():
            report = await Sender(store, outlet).send_waiting(NOW)
            await outlet.close()
            return report

        assert asyncio.run(send()).failed == 1
    (reader,) = store.people.readers()
    assert (reader.subscriber.id, reader.suppressed, reader.last_mail) == (subscriber.id, None, None)


def test_a_round_of_the_service_writes_to_the_operator(tmp_path, monkeypatch):
    monkeypatch.setenv("MONITOR_OPERATOR", OPERATOR)
    monkeypatch.setenv("MONITOR_EMBEDDER", "none")
    (tmp_path / "feeds.yaml").write_text(f"feeds:\n  - url: {WIRE.url}\n    title: Wire\n")
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "watchlists" / "a.yaml").write_text("title: A\nterms: [Pantsir]\n")
    opened = Store(f"sqlite:///{tmp_path}/storage/monitor.db")
    now = datetime.now(UTC)
    opened.sources.sync([WIRE], now)
    fail_for(opened, WIRE, 4, now)
    opened.close()
    for _ in range(2):
        asyncio.run(service.once(tmp_path))
    (letter,) = (tmp_path / "storage" / "mail" / "new").iterdir()
    assert b"Subject: Feed failing: Wire\r\n" in letter.read_bytes()


@pytest.mark.parametrize("count", [1, 100, 3000])
def test_however_many_feeds_are_in_trouble_the_mail_is_not_cut(count):
    diagnoses = tuple(
        Diagnosis(
            Record(f"https://outlet-{n}.example/rss/section/latest-news.xml", "뉴스 " * 10),
            State.FAILING,
            NOW,
            REFUSED,
            health.remedy(REFUSED, f"https://outlet-{n}.example/rss/section/latest-news.xml"),
        )
        for n in range(count)
    )
    mail = digest.render_notice(digest.Notice(OPERATOR, diagnoses, diagnoses, count, NOW), LETTERHEAD)
    assert len(mail.data) < 100_000

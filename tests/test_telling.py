"""Why somebody was told or not: the commands name the gate that decided, and when the next mail comes."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime

import pytest
from newsroom import ANN, DAY, HOUR, MINUTE, NOW, Newsroom

from monitor.cli import telling
from monitor.errors import InputError
from monitor.store.outbox import Failure
from monitor.values import Choices, News


@pytest.fixture
def room(tmp_path):
    opened = Newsroom(tmp_path)
    yield opened
    opened.store.close()


def why(room: Newsroom, article: str, now: datetime = NOW, address: str = ANN) -> str:
    """The lines below the address."""
    reader = telling.subscribed(room.store, address)
    kept = room.store.archive.find(article)
    first, *lines = telling.for_subscriber(room.store, room.composer, kept, reader, now)
    assert first == f"for       {address}"
    return "\n".join(lines)


def test_an_address_that_is_not_subscribed_is_named(room):
    with pytest.raises(InputError, match="see 'monitor subscribers list'"):
        telling.subscribed(room.store, ANN)


def test_an_article_that_was_never_read_or_holds_nothing_asked_for_is_told_to_nobody(room):
    room.follows(arms="at once")
    assert why(room, "https://wire.example/none") == "not told  it was not read"
    article = room.reports(news=News.REPEAT, watchlists=())
    assert why(room, article) == "not told  nothing in it was asked for"


def test_a_repeat_names_the_mail_that_told_its_story(room):
    room.follows(arms="at once")
    room.reports(story="s")
    room.tells()
    repeat = room.reports(story="s", news=News.REPEAT)
    assert why(room, repeat) == (
        "not told  it says nothing that story s did not have\n"
        "the story told      in 'a1' of 2026-03-02 12:00 UTC: in the outbox: to be sent now"
    )


def test_what_was_told_names_its_mail_and_what_became_of_it(room):
    room.follows(arms="at once", zone="Asia/Seoul")
    article = room.reports()
    assert why(room, article).splitlines()[-1] == "due       it goes out with the next look"
    room.tells()
    room.store.outbox.defer(room.store.outbox.claim(NOW)[0], NOW + HOUR, Failure("451 later"))
    assert why(room, article) == (
        "told      in 'a1' of 2026-03-02 21:00 Asia/Seoul: "
        "in the outbox: deferred until 2026-03-02 22:00 Asia/Seoul (451 later)"
    )
    room.store.outbox.sent(room.store.outbox.claim(NOW + HOUR)[0], NOW + HOUR)
    assert why(room, article).endswith("sent 2026-03-02 22:00 Asia/Seoul")


@pytest.mark.parametrize(
    ("choices", "article", "last"),
    [
        ({"gas": "at once"}, {}, "not told  they follow gas"),
        (
            {"arms": "daily 07:30"},
            {},
            "held      their watchlist's time has not come: next mail 2026-03-03 07:30 UTC",
        ),
        (
            {"arms": "at once", "quiet": "11:00-15:00"},
            {},
            "held      it is quiet hours: next mail 2026-03-02 15:00 UTC",
        ),
        (
            {"arms": "at once", "languages": ("ko",)},
            {},
            "held      in a language they do not want, and no report in one they want says the same yet",
        ),
        ({"arms": "at once"}, {"seen": NOW - MINUTE}, "not told  it was seen before that: 2026-03-02 11:59 UTC"),
    ],
)
def test_the_gate_that_holds_is_named(room, choices, article, last):
    room.follows(**choices)
    assert why(room, room.reports(**article)).splitlines()[-1] == last


def test_a_full_mail_and_a_language_that_never_came_are_named(room):
    room.follows(arms="at once", cap=1)
    first = room.reports(NOW)
    room.reports(NOW + HOUR)
    assert why(room, first, NOW + HOUR).splitlines()[-1] == "held      the mail is full; they come with the next one"
    room.follows("bob@example.org", NOW + HOUR, arms="at once", languages=("ko",))
    late = room.reports(NOW + HOUR)
    room.tells(NOW + 30 * DAY)
    assert "it was passed over" in why(room, late, NOW + 30 * DAY, "bob@example.org")


def test_those_who_get_no_mail_at_all_are_named(room):
    number = room.store.people.ask(ANN, Choices({"arms": "at once"}), NOW)
    article = room.reports()
    assert why(room, article).endswith("held      they have not confirmed their address yet")
    room.store.people.confirm(number, NOW)
    room.store.people.ask(ANN, Choices({"gas": "at once"}), NOW)
    other = room.reports(watchlists=("gas",))
    assert why(room, other).endswith("held      they have not confirmed this watchlist yet")
    room.store.people.suppress(number, "550 5.1.1 no such user")
    assert "their address takes no mail: 550 5.1.1 no such user" in why(room, article)
    room.store.people.unsubscribe(number)
    assert "they unsubscribed" in why(room, article)


# --- monitor digest ------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path):
    """A home folder around a room: the command opens it by itself."""
    (tmp_path / "feeds.yaml").write_text("feeds:\n  - url: https://one.example/feed\n")
    (tmp_path / "watchlists").mkdir()
    for name in ("arms", "gas"):
        (tmp_path / "watchlists" / f"{name}.yaml").write_text(f"title: {name}\nterms: [Pantsir]\n")
    (tmp_path / "storage").mkdir()
    opened = Newsroom(tmp_path / "storage")
    yield opened, tmp_path
    opened.store.close()


def digest(folder, **options) -> tuple[str, str]:
    """What the command prints, and what it says beside it."""
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as beside:
        telling.digest_now(ANN, home=folder, **options)
    return out.getvalue(), beside.getvalue()


def test_a_dry_run_shows_the_mail_and_what_is_held_and_changes_nothing(home):
    room, folder = home
    room.follows(arms="daily 07:30", gas="at once", languages=("en",), zone="Europe/Paris")
    room.reports()
    room.reports(language="ru", watchlists=("gas",))
    shown, held = digest(folder, dry_run=True, now="2026-03-02T14:00", html=folder / "page.html")
    assert shown.startswith("Subject: a1\n\n")
    assert "https://wire.example/a1" in shown
    assert held.splitlines() == [
        f"held      1: {telling.REASONS['language']}",
        "by itself arms (daily 07:30): 1 new, next mail 2026-03-03 07:30 Europe/Paris",
        "by itself gas (at once): 0 new, next mail 2026-03-02 14:00 Europe/Paris",
    ]
    assert "<html" in (folder / "page.html").read_text("utf-8")
    assert room.store.outbox.mails() == []
    assert digest(folder, dry_run=True, now="2026-03-02T14:00")[0] == shown


def test_without_a_dry_run_the_mail_goes_into_the_outbox_once(home):
    room, folder = home
    ann = room.follows(arms="weekly monday 08:00")
    room.reports()
    assert digest(folder)[0].startswith("in the outbox")
    assert room.mails(ann) == ["a1"]
    assert digest(folder)[0] == "nothing is new to them\n"
    room.store.people.unsubscribe(ann)
    assert digest(folder)[0].startswith("they unsubscribed")
    assert digest(folder, dry_run=True)[1].startswith("no mail   they unsubscribed")


@pytest.mark.parametrize("options", [{"now": "2026-03-02T14:00"}, {"now": "noon", "dry_run": True}])
def test_a_time_that_makes_no_sense_is_refused(home, options):
    room, folder = home
    room.follows(now=datetime(2026, 3, 1, tzinfo=UTC), arms="at once")
    with pytest.raises(InputError, match="--now"):
        digest(folder, **options)

"""What came back changes what it must: once, only where our key vouches for it, and nothing else."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor import bounces, deliver, digest
from monitor.deliver import inbox
from monitor.errors import InputError
from monitor.pipeline.returns import Returns
from monitor.store import Store
from monitor.tables import MailRow
from monitor.values import Mail

if TYPE_CHECKING:
    from collections import Counter

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
KEY = "a key of this installation"
ANN = "ann@example.org"
CASES = Path(__file__).parent / "cases" / "bounces"


class Post:
    """A store with a subscriber, mails to her, and a Maildir that things come back into."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(f"sqlite:///{folder}/monitor.db")
        self.folder = folder / "returned"
        for name in ("new", "cur", "tmp"):
            (self.folder / name).mkdir(parents=True)
        self.ann = self.store.people.add(ANN, ["arms"], NOW).id
        self.mails = 0

    def sends(self, subscriber: int | None = None, address: str = ANN) -> int:
        self.mails += 1
        mail = Mail(address, "News", f"<m{self.mails}@news.example.org>", b"x")
        self.store.outbox.keep(subscriber or self.ann, mail, [], NOW)
        with self.store.session() as session:
            session.get(MailRow, self.mails).state = "sent"
        return self.mails

    def comes_back(self, case: str, mail: int = 1, key: str = KEY, more: str = "", name: str | None = None) -> Path:
        text = (CASES / f"{case}.txt").read_text("utf-8").partition("\n")[2]
        path = deliver.return_path(mail, "bounces@news.example.org", key)
        token = digest.reader_token(self.ann, key)
        for hole, value in (
            ("path", path), ("PATH", path.upper()), ("id", f"<m{mail}@news.example.org>"), ("token", token),
        ):  # fmt: skip
            text = text.replace("{" + hole + "}", value)
        file = self.folder / "new" / (name or f"{len(list((self.folder / 'new').iterdir()))}.{case}")
        file.write_text(text + more, "utf-8")
        return file

    def look(self, now: datetime = NOW) -> Counter[str]:
        return Returns(self.store, KEY).look(self.folder, now)

    @property
    def reader(self):
        return self.store.people.find(ANN)


@pytest.fixture
def post(tmp_path):
    opened = Post(tmp_path)
    opened.sends()
    yield opened
    opened.store.close()


def test_a_dead_address_gets_no_more_mail_and_the_reason_is_the_servers(post):
    post.comes_back("postfix-no-such-user")
    assert post.look() == {"suppressed": 1}
    assert post.reader.suppressed.startswith("came back 2026-03-02: 550 5.1.1")
    assert post.reader.active


def test_what_is_read_is_moved_and_read_once(post):
    post.comes_back("postfix-no-such-user", name="1.a")
    post.look()
    assert [path.name for path in (post.folder / "cur").iterdir()] == ["1.a:2,S"]
    assert post.look() == {}


def test_a_mail_that_is_read_twice_changes_nothing_the_second_time(post):
    post.comes_back("postfix-no-such-user")
    post.look()
    post.store.people.add(ANN, ["arms"], NOW)  # the operator knows better
    post.comes_back("postfix-no-such-user")
    assert post.look() == {"read before": 1}
    assert post.reader.suppressed is None


@pytest.mark.parametrize("case", ["postfix-no-such-user", "complaint-abuse", "postfix-box-full"])
def test_what_our_key_did_not_write_is_ignored_and_counted(post, case):
    post.comes_back(case, key="somebody else's")
    assert post.look() == {"forged": 1}
    assert post.reader.suppressed is None
    assert post.reader.active


def test_a_proof_for_one_mail_harms_no_other_reader(post):
    bob = post.store.people.add("bob@example.org", ["arms"], NOW).id
    post.sends(bob, "bob@example.org")
    file = post.comes_back("postfix-no-such-user")
    file.write_text(file.read_text().replace("-1@news", "-2@news").replace("m1@", "m2@"))
    assert post.look() == {"forged": 1}
    assert post.store.people.find("bob@example.org").suppressed is None


def test_the_signed_link_in_the_returned_headers_vouches_too(post):
    post.comes_back("postfix-only-the-message-id-and-our-link")
    assert post.look() == {"suppressed": 1}


def test_a_complaint_unsubscribes(post):
    post.comes_back("complaint-abuse")
    assert post.look() == {"complaint": 1}
    assert not post.reader.active


@pytest.mark.parametrize(
    "case", ["postfix-delayed", "postfix-delivered-report", "vacation-outlook", "letter-of-a-person"]
)
def test_what_is_no_failure_changes_nothing(post, case):
    post.comes_back(case)
    post.look()
    assert (post.reader.active, post.reader.suppressed) == (True, None)
    assert post.store.bounced.by_number([1]) is not None


def test_a_full_box_is_left_alone_once_it_was_full_for_long(post):
    for day in range(9):
        post.comes_back("postfix-box-full", more=f"\n{day}")
        post.look(NOW + day * DAY)
        assert (post.reader.suppressed is not None) == (day >= 7)
    assert "on 8 days" in post.reader.suppressed


def test_policy_refusals_never_silence_a_reader(post):
    for day in range(40):
        post.comes_back("postfix-blocked-as-spam", more=f"\n{day}")
        post.look(NOW + day * DAY)
    assert post.reader.suppressed is None


def test_who_came_back_starts_anew(post):
    for day in range(8):
        post.comes_back("postfix-box-full", more=f"\n{day}")
        post.look(NOW + day * DAY)
    post.store.people.add(ANN, ["arms"], NOW + 8 * DAY)
    assert post.reader.suppressed is None


def test_a_bounce_of_an_address_that_the_reader_left_changes_nothing(post):
    post.sends(address="old@example.org")
    post.comes_back("postfix-no-such-user", mail=2)
    assert post.look() == {"hard": 1}
    assert post.reader.suppressed is None


def test_a_huge_mail_a_link_and_a_pipe_are_bounded(post):
    post.comes_back("postfix-no-such-user", more="x" * 3_000_000)
    os.mkfifo(post.folder / "new" / "pipe")
    (post.folder / "new" / "link").symlink_to("/dev/zero")
    assert post.look() == {"suppressed": 1}


def test_a_look_takes_so_many_files_and_the_next_one_the_others(post, monkeypatch):
    monkeypatch.setattr(inbox, "MOST", 2)
    for _ in range(3):
        post.comes_back("vacation-old")
    assert [post.look().total(), post.look().total(), post.look().total()] == [2, 1, 0]


def test_a_folder_that_is_no_maildir_is_named(post, tmp_path):
    with pytest.raises(InputError, match="is no Maildir that can be read"):
        Returns(post.store, KEY).look(tmp_path, NOW)


def test_a_case_is_never_larger_than_what_is_read_of_it():
    assert max(case.stat().st_size for case in CASES.iterdir()) < bounces.LARGEST

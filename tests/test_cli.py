"""The command line speaks to people: one sentence for an error, and the way out."""

from __future__ import annotations

import subprocess
import sys

import pytest

WATCHLIST = """\
title: Arms
terms: [Pantsir]
examples:
  match: ['A Pantsir stood there.']
  ignore: ['A tank stood there.']
"""


@pytest.fixture
def home(tmp_path):
    (tmp_path / "feeds.yaml").write_text("feeds:\n  - url: https://one.example/feed\n")
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "watchlists" / "arms.yaml").write_text(WATCHLIST)
    return tmp_path


def monitor(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from monitor.cli import main; main()", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_check_counts_what_is_there_and_runs_the_examples(home):
    done = monitor("check", "--home", str(home))
    assert done.returncode == 0
    assert done.stdout == "1 feeds, 1 watchlists, 1 terms; 2 of 2 examples pass\n"


def test_check_names_each_failing_example_and_ends_with_2(home):
    (home / "watchlists" / "arms.yaml").write_text(WATCHLIST.replace("A tank", "A Pantsir"))
    done = monitor("check", "--home", str(home))
    assert done.returncode == 2
    assert done.stderr.startswith("watchlists/arms.yaml:5: ")


def test_check_gives_every_complaint_about_every_file_at_once(home):
    (home / "feeds.yaml").write_text("feeds:\n  - url: nowhere\n")
    (home / "watchlists" / "arms.yaml").write_text("title: Arms\nterms:\n  - name: X1\n    alos: [Y]\n")
    done = monitor("check", "--home", str(home))
    assert done.returncode == 2
    assert "feeds.yaml:2: url 'nowhere' is no http(s) address" in done.stderr
    assert "watchlists/arms.yaml:4: unknown key 'alos' (did you mean 'also'?)" in done.stderr
    assert "Traceback" not in done.stderr


def test_subscribers_are_added_listed_and_removed(home):
    where = ("--home", str(home))
    assert "nobody yet" in monitor("subscribers", "list", *where).stdout
    added = monitor("subscribers", "add", "Ann@Example.org", "-w", "arms", "--zone", "Asia/Seoul", *where)
    assert added.stdout == "ann@example.org follows arms (at once); times in Asia/Seoul, mail in en\n"
    assert f"{added.stdout.strip()}; last mail never" in monitor("subscribers", "list", *where).stdout
    assert monitor("subscribers", "remove", "ann@example.org", *where).returncode == 0
    again = monitor("subscribers", "remove", "bob@example.org", *where)
    assert (again.returncode, again.stderr) == (
        2,
        "bob@example.org: is not subscribed; see 'monitor subscribers list'\n",
    )


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("nobody",), "nobody: is no mail address"),
        (("ann@example.org", "-w", "sport"), "sport: is no watchlist here; there are: arms"),
        (("ann@example.org", "--zone", "Mars"), "time zone 'Mars': is not known; write one such as Europe/Paris"),
        (("ann@example.org", "--cadence", "often"), "cadence 'often': is not understood; write at once, hourly"),
        (("ann@example.org", "--quiet", "always"), "quiet hours 'always': are not understood"),
        (("ann@example.org", "--language", "tlh"), "tlh: is no language of mails; there are: ar, de"),
        (("ann@example.org", "--languages", "en,klingon"), "klingon: is no ISO 639-1 code"),
    ],
)
def test_a_wrong_subscription_is_refused_with_the_way_out(home, words, complaint):
    done = monitor("subscribers", "add", *words, "--home", str(home))
    assert done.returncode == 2
    assert done.stderr.startswith(complaint)


def test_a_refused_subscription_leaves_nothing(home):
    monitor("subscribers", "add", "ann@example.org", "--quiet", "always", "--home", str(home))
    assert "nobody yet" in monitor("subscribers", "list", "--home", str(home)).stdout


def test_subscribers_are_given_other_choices(home):
    where = ("--home", str(home))
    monitor("subscribers", "add", "ann@example.org", "--cadence", "daily 7:30", "--languages", "ko,en", *where)
    words = ("--cadence", "hourly", "--quiet", "22:00-07:00", "--cap", "20", "--language", "ko")
    changed = monitor("subscribers", "set", "Ann@example.org", *words, *where)
    assert changed.stdout == (
        "ann@example.org follows arms (hourly); times in UTC, mail in ko, articles in ko, en, quiet 22:00-07:00, "
        "20 stories a mail at most\n"
    )
    back = monitor("subscribers", "set", "ann@example.org", "--quiet", "none", "--languages", "none", *where)
    assert "quiet" not in back.stdout
    assert "articles" not in back.stdout
    assert monitor("subscribers", "set", "ann@example.org", "-w", "gas", *where).stderr == (
        "gas: is no watchlist that they follow; they follow: arms\n"
    )
    assert "is not subscribed" in monitor("subscribers", "set", "bob@example.org", *where).stderr


def test_why_says_so_where_an_address_was_never_announced(home):
    done = monitor("why", "https://one.example/1", "--home", str(home))
    assert "no feed announced this address" in done.stdout


def test_health_fails_before_the_service_ran(home):
    done = monitor("health", "--home", str(home))
    assert (done.returncode, done.stdout) == (1, "the service has not run here yet\n")


def test_precision_says_so_where_nothing_was_told_and_names_an_unknown_watchlist(home):
    where = ("--home", str(home))
    assert monitor("precision", "--days", "7", *where).stdout == "nothing was told in the last 7 days\n"
    wrong = monitor("precision", "-w", "arsm", *where)
    assert (wrong.returncode, wrong.stderr) == (2, "arsm: is no watchlist here; there are: arms\n")

"""Returned mail is understood, whoever wrote it; what is forged, hostile or unclear does nobody any harm."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import bounces, deliver, digest
from monitor.bounces import Outcome

CASES = sorted((Path(__file__).parent / "cases" / "bounces").glob("*.txt"))
KEY = "a key of this installation"
PATH = deliver.return_path(17, "bounces@news.example.org", KEY)
TOKEN = digest.reader_token(5, KEY)
MESSAGE_ID = "<0123456789abcdef@news.example.org>"


def filled(text: str) -> bytes:
    for hole, value in (("path", PATH), ("PATH", PATH.upper()), ("id", MESSAGE_ID), ("token", TOKEN)):
        text = text.replace("{" + hole + "}", value)
    return text.encode()


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_each_case_is_understood_as_its_first_line_says(case, line_end):
    first, _, mail = case.read_text("utf-8").partition("\n")
    _, outcome, status = first.split()
    bounce = bounces.read(filled(mail).replace(b"\n", line_end.encode()))
    assert (bounce.outcome, bounce.status or "-") == (Outcome(outcome), status), bounce.reason
    read = {deliver.read_return_path(path, KEY) for path in bounce.paths}
    vouched = read == {17} or (bounce.message_ids, bounce.tokens) == ((MESSAGE_ID,), (TOKEN,))
    assert vouched


def test_there_are_cases_of_every_outcome():
    firsts = {Outcome(case.read_text("utf-8").split()[1]) for case in CASES}
    assert firsts == set(Outcome)
    assert len(CASES) >= 60


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 1000,
        b"Content-Type: multipart/mixed; boundary=a\n\n" * 5000,
        b"Content-Type: message/rfc822\n\n" * 5000,
        b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n\xff\xfe\n--x--",
        b"Content-Type: text/plain; charset=nonsense\nFrom: mailer-daemon@x\n\n550 5.1.1 user unknown",
        b"From: mailer-daemon@x\n\n" + b"a " * 5_000_000,
        b"Subject: =?utf-8?b?//\nFrom: \xff\xff\nTo: @@@\n\n--",
        b"From: mailer-daemon@x\n\n" + b"mailbox " * 30_000,
    ],
    ids=range(9),
)
def test_a_hostile_mail_is_read_without_an_error(data):
    assert len(bounces.read(data).reason) <= 300


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_without_an_error(data):
    assert bounces.read(data).outcome in Outcome


@given(st.data())
def test_a_damaged_report_is_read_without_an_error(data):
    text = filled(data.draw(st.sampled_from(CASES)).read_text("utf-8").partition("\n")[2])
    start = data.draw(st.integers(0, len(text)))
    bounces.read(text[:start])
    bounces.read(text[:start] + data.draw(st.binary(max_size=20)) + text[start:])


MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("days", "lasting"),
    [([0, 1, 2, 3], False), ([0, 1, 2, 3, 4], False), ([0, 1, 2, 3, 7], True), ([0] * 9, False),
     ([0, 7, 14, 21, 28], True), ([0, 1, 2, 20, 21, 22, 23], False), ([0, 15, 30, 45, 60], False)],
)  # fmt: skip
def test_a_box_is_abandoned_after_five_days_of_soft_bounces_over_a_week_without_two_of_peace(days, lasting):
    assert bounces.is_lasting(MONDAY + timedelta(days=day) for day in days) is lasting

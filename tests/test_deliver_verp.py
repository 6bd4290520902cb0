"""Return paths: each names its mail, and nobody else can write one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import deliver

BOUNCES = "bounces@news.example.org"
KEY = "a key of this installation"


@given(st.integers(1, 10**17), st.text(min_size=1))
def test_a_return_path_is_read_as_the_mail_that_it_was_written_for(mail_id, key):
    path = deliver.return_path(mail_id, BOUNCES, key)
    assert deliver.read_return_path(path, key) == mail_id
    assert deliver.read_return_path(f" <{path.upper()}> ", key) == mail_id
    assert len(path.rpartition("@")[0]) <= 64


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_proof_is_good_for_its_own_mail_only(mail_id, other):
    path = deliver.return_path(mail_id, BOUNCES, KEY)
    forged = path.replace(f"-{mail_id}@", f"-{other}@")
    assert deliver.read_return_path(forged, KEY) == (mail_id if mail_id == other else None)
    assert deliver.read_return_path(path, "another key") is None


@pytest.mark.parametrize(
    "address",
    ["", "bounces@news.example.org", "bounces+17@news.example.org", "bounces+aaaaaaaaaaaaaaaa-17@news.example.org", "@",
     "bounces+aaaaaaaaaaaaaaaa-0@news.example.org", "bounces+aaaaaaaaaaaaaaaa-" + "9" * 400 + "@news.example.org"],
)  # fmt: skip
def test_what_we_did_not_write_names_no_mail(address):
    assert deliver.read_return_path(address, KEY) is None


def test_a_return_path_of_another_domain_is_not_ours():
    path = deliver.return_path(17, BOUNCES, KEY).replace("news.example.org", "evil.example")
    assert deliver.read_return_path(path, KEY) is None

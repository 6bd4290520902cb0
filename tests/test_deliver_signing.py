"""DKIM: a receiver with the public key finds every mail whole, and every change."""

from __future__ import annotations

import base64
import re
import subprocess

import dkim
import pytest

from monitor import deliver
from monitor.errors import ConfigError
from monitor.values import Mail

HEAD = (
    b"From: News <news@monitor.example>\r\nTo: anna@example.org\r\nSubject: =?utf-8?b?0J/QsNC90YbQuNGA0Yw=?=\r\n"
    b"Date: Thu, 29 May 2025 12:00:00 +0000\r\nMessage-ID: <1@monitor.example>\r\nList-Id: <w.monitor.example>\r\n"
    b"List-Unsubscribe: <https://news.example/u/x>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
)
MAIL = Mail("anna@example.org", "s", "<1@monitor.example>", HEAD + "\r\nПанцирь\r\n.\r\n..x\r\n\r\n".encode())


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    path = tmp_path_factory.mktemp("dkim") / "dkim.pem"
    subprocess.run(["openssl", "genrsa", "-out", path, "2048"], check=True, capture_output=True)
    return path


@pytest.fixture(scope="module")
def dns(key):
    """The one record that there is, by name."""
    der = subprocess.run(["openssl", "rsa", "-in", key, "-pubout", "-outform", "DER"], check=True, capture_output=True)
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(der.stdout)
    return lambda name, timeout=5: record if name == b"news._domainkey.monitor.example." else None


@pytest.fixture(scope="module")
def signed(key):
    return deliver.open_signer(key, "news", "News <news@monitor.example>").sign(MAIL)


def test_a_signed_mail_is_proven_and_otherwise_the_same(signed, dns):
    assert dkim.verify(signed.data, dnsfunc=dns)
    assert signed.data.endswith(MAIL.data)
    assert signed.data.startswith(b"DKIM-Signature: ")
    assert max(map(len, signed.data.split(b"\r\n"))) < 998
    assert b"\n" not in signed.data.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Панцирь", "Панцырь"),
        ("anna@", "bo@"),
        ("29 May", "30 May"),
        ("/u/x", "/u/y"),
        ("One-Click", "Two-Click"),
        ("<w.monitor", "<v.monitor"),
        ("<1@", "<2@"),
        ("News <", "Fake <"),
        ("Subject: ", "Subject: Re: "),
        ("text/plain", "text/html"),
        ("From: News", "From: Evil <e@evil.example>\r\nFrom: News"),
        ("Subject: ", "Subject: Fake\r\nSubject: "),
        ("MIME-Version: 1.0", "MIME-Version: 1.1"),
    ],
)
def test_every_change_of_what_counts_is_found(signed, dns, old, new):
    changed = signed.data[: -len(MAIL.data)] + MAIL.data.replace(old.encode(), new.encode(), 1)
    assert changed != signed.data
    assert not dkim.verify(changed, dnsfunc=dns)


def test_headers_that_a_relay_folds_anew_keep_the_proof(signed, dns):
    assert dkim.verify(signed.data.replace(b"Subject: ", b"Subject:\r\n  ", 1), dnsfunc=dns)


def test_the_list_headers_are_named_and_from_and_subject_twice(signed):
    named = re.sub(rb"\s", b"", re.search(rb"\sh=([^;]+);", signed.data)[1]).split(b":")
    assert {b"list-id", b"list-unsubscribe", b"list-unsubscribe-post", b"to", b"date", b"message-id"} <= set(named)
    assert named.count(b"from") == named.count(b"subject") == 2


def test_a_subject_of_many_lines_is_proven(key, dns):
    signer = deliver.open_signer(key, "news", "news@monitor.example")
    long = MAIL.data.replace(b"Subject: ", b"Subject: " + b"=?utf-8?b?0J/QsNC90YbQuNGA0Yw=?=\r\n " * 9, 1)
    assert dkim.verify(signer.sign(Mail("a@x", "s", "<1@x>", long)).data, dnsfunc=dns)


@pytest.mark.parametrize(
    ("content", "selector", "named"),
    [
        (b"no key", "news", "MONITOR_DKIM_KEY: "),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "news", "MONITOR_DKIM_KEY: "),
        (None, "news", "MONITOR_DKIM_KEY: "),
        (b"", None, "MONITOR_DKIM_SELECTOR: "),
    ],
)
def test_a_key_that_is_none_is_refused_at_the_start(tmp_path, content, selector, named):
    path = tmp_path / "dkim.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        deliver.open_signer(path, selector, "news@monitor.example")
    assert str(caught.value).startswith(named)


def test_without_settings_nothing_is_signed():
    assert deliver.open_signer(None, None, "news@monitor.example") is None

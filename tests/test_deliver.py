"""The door out: never lost, never someone else's fault, never a secret told."""

from __future__ import annotations

import asyncio
import contextlib
import mailbox
import socket
from pathlib import Path

import pytest
from fakes import FakeMailServer

from monitor import deliver, errors, values
from monitor.errors import Fault

SENDER = "News <news@monitor.example>"


def mail(to: str = "anna@example.org", number: int = 1, text: str = "Nothing but news.") -> values.Mail:
    message_id = f"<{number}@monitor.example>"
    head = f"From: {SENDER}\r\nTo: {to}\r\nSubject: News\r\nMessage-ID: {message_id}\r\n"
    head += 'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: 8bit\r\n'
    return values.Mail(to, "News", message_id, f"{head}\r\n{text}\r\n.\r\n..dots\r\n".encode())


@pytest.fixture
def server():
    with FakeMailServer() as fake:
        yield fake


def send(url: str | None, *mails: values.Mail, folder: Path = Path()) -> list[errors.DeliveryError | None]:
    """Send the mails by one outlet, one after the other; None for each that was taken."""

    async def batch() -> list[errors.DeliveryError | None]:
        outlet = deliver.open_outlet(url, folder, SENDER)
        outcomes: list[errors.DeliveryError | None] = []
        for each in mails:
            try:
                outcomes.append(await outlet.send(each))
            except errors.DeliveryError as error:
                outcomes.append(error)
        await outlet.close()
        return outcomes

    return asyncio.run(batch())


# --- a server --------------------------------------------------------------------------------------------------------


def test_a_mail_arrives_byte_for_byte_with_the_senders_address_on_the_envelope(server: FakeMailServer):
    assert send(server.url, mail(text="Новости, 뉴스")) == [None]
    (arrived,) = server.mails
    assert arrived.data == mail(text="Новости, 뉴스").data
    assert (arrived.sender, arrived.to) == ("news@monitor.example", ("anna@example.org",))


def test_a_batch_goes_over_one_connection(server: FakeMailServer):
    assert send(server.url, *(mail(number=n) for n in range(5))) == [None] * 5
    assert {arrived.connection for arrived in server.mails} == {1}


def test_an_outlet_can_be_used_again_after_its_batch(server: FakeMailServer):
    async def two_batches() -> None:
        outlet = deliver.open_outlet(server.url, Path(), SENDER)
        for number in (1, 2):
            await outlet.send(mail(number=number))
            await outlet.close()

    asyncio.run(two_batches())
    assert len(server.mails) == 2


def test_mails_sent_at_the_same_time_do_not_mix(server: FakeMailServer):
    async def together() -> None:
        outlet = deliver.open_outlet(server.url, Path(), SENDER)
        await asyncio.gather(*(outlet.send(mail(f"reader{n}@example.org", n)) for n in range(20)))
        await outlet.close()

    asyncio.run(together())
    assert {arrived.to: arrived.data for arrived in server.mails} == {
        (f"reader{n}@example.org",): mail(f"reader{n}@example.org", n).data for n in range(20)
    }


def test_one_recipients_error_touches_no_other(server: FakeMailServer):
    server.refuse("nobody@", "550 5.1.1 no such user")
    outcomes = send(server.url, mail("a@example.org", 1), mail("nobody@example.org", 2), mail("b@example.org", 3))
    assert [error and error.fault for error in outcomes] == [None, Fault.ADDRESS, None]
    assert [arrived.to for arrived in server.mails] == [("a@example.org",), ("b@example.org",)]
    assert str(outcomes[1]) == "nobody@example.org: the mail server answered 550 5.1.1 no such user at RCPT"


@pytest.mark.parametrize(
    ("at", "reply", "fault"),
    [
        ("rcpt", "550 5.1.1 no such user", Fault.ADDRESS),
        ("rcpt", "550 no such user", Fault.ADDRESS),
        ("rcpt", "553 5.1.3 bad address", Fault.ADDRESS),
        ("rcpt", "556 5.1.10 the domain takes no mail", Fault.ADDRESS),
        ("data", "550 5.1.1 no such user after all", Fault.ADDRESS),
        ("rcpt", "451 4.3.0 try later", Fault.MAIL),
        ("rcpt", "450 greylisted", Fault.MAIL),
        ("rcpt", "452 4.2.2 over quota", Fault.MAIL),
        ("rcpt", "552 5.2.2 over quota", Fault.MAIL),
        ("rcpt", "550 5.7.1 refused by policy", Fault.MAIL),
        ("rcpt", "554 no", Fault.MAIL),
        ("data", "554 5.7.1 looks like spam", Fault.MAIL),
        ("data", "550 no", Fault.MAIL),
        ("data", "451 4.3.0 try later", Fault.MAIL),
        ("mail", "550 5.1.8 bad sender", Fault.SERVER),
        ("mail", "550 no", Fault.SERVER),
    ],
)
def test_a_reply_is_laid_at_the_door_of_whom_it_speaks(server: FakeMailServer, at: str, reply: str, fault: Fault):
    server.refuse("@", reply, at)
    refused, after = send(server.url, mail(number=1), mail("later@example.org", number=2))
    assert refused is not None
    assert refused.fault is fault
    assert after is not None
    server.accept_everyone()
    assert send(server.url, mail(number=3)) == [None]


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "reply"])
def test_a_connection_cut_at_any_stage_is_tried_again_later(server: FakeMailServer, stage: str):
    server.drop_at = stage
    (error,) = send(server.url, mail())
    assert error is not None
    assert error.fault is not Fault.ADDRESS
    assert len(server.mails) == (1 if stage == "reply" else 0)


@pytest.mark.parametrize("at", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("reply", ["250 2.0.0 ok\r\n250 nobody asked", "251 2.0.0 ok", "299 ok", "199 what", "no SMTP"])
def test_a_mail_that_counts_as_sent_is_at_the_server_whatever_it_answers(server: FakeMailServer, at: str, reply: str):
    server.refuse("@", reply, at)
    mails = [mail(number=n) for n in range(4)]
    taken = [each.data for each, error in zip(mails, send(server.url, *mails), strict=True) if error is None]
    assert set(taken) <= {arrived.data for arrived in server.mails}


def test_a_kept_connection_that_went_stale_is_replaced_unseen(server: FakeMailServer):
    async def with_a_pause() -> None:
        outlet = deliver.open_outlet(server.url, Path(), SENDER)
        await outlet.send(mail(number=1))
        server.cut_connections()
        await outlet.send(mail(number=2))
        await outlet.close()

    asyncio.run(with_a_pause())
    assert [arrived.connection for arrived in server.mails] == [1, 2]


def test_a_server_that_is_not_there_is_a_matter_of_time():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        (error,) = send(f"smtp://127.0.0.1:{bound.getsockname()[1]}", mail())
    assert error is not None
    assert (error.fault, error.problem) == (Fault.SERVER, "the mail server cannot be reached")


def test_smtputf8_is_asked_for_only_where_the_address_needs_it(server: FakeMailServer):
    assert send(server.url, mail("anna@bücher.example", 1), mail("анна@example.org", 2)) == [None, None]
    plain, extended = server.mails
    assert plain.to == ("anna@xn--bcher-kva.example",)
    assert "SMTPUTF8" not in plain.options
    assert "SMTPUTF8" in extended.options


@pytest.mark.parametrize(
    "address", ["no address", "a@b@c..", "x\r\nRCPT TO:<y@z>@example.org", "a@" + "x" * 80 + ".org"]
)
def test_what_is_no_address_is_refused_for_good_before_anything_is_sent(server: FakeMailServer, address: str):
    (error,) = send(server.url, mail(address))
    assert error is not None
    assert error.fault is Fault.ADDRESS
    assert server.mails == []


def test_the_server_is_told_the_user_and_password_of_the_setting(server: FakeMailServer):
    assert send(server.url.replace("smtp://", "smtp://desk%40example.org:right@"), mail()) == [None]
    assert server.logins == [(b"desk@example.org", b"right")]


def test_a_server_that_knows_no_passwords_is_told_as_such(server: FakeMailServer):
    server.knows_passwords = False
    (error,) = send(server.url.replace("smtp://", "smtp://desk:right@"), mail())
    assert error is not None
    assert "AUTH extension is not supported" in error.problem


def test_a_wrong_password_is_a_matter_of_time_and_never_told(server: FakeMailServer):
    (error,) = send(server.url.replace("smtp://", "smtp://desk:s3cret@"), mail())
    assert error is not None
    assert error.fault is not Fault.ADDRESS
    assert "535" in error.problem
    assert "s3cret" not in f"{error!r} {error} {error.__cause__!r}"


@pytest.mark.parametrize(
    "url", ["smtp://u:s3cret@mail.example.org", "http://u:s3cret@a", "smtp://u:s3cret@a:port", "x"]
)
def test_a_setting_that_cannot_be_used_is_refused_without_being_quoted(url: str):
    with pytest.raises(errors.ConfigError) as caught:
        deliver.open_outlet(url, Path(), SENDER)
    assert "s3cret" not in str(caught.value)
    assert str(caught.value).startswith("MONITOR_SMTP_URL: ")


# --- a folder --------------------------------------------------------------------------------------------------------


def kept(folder: Path) -> list[bytes]:
    with contextlib.closing(mailbox.Maildir(folder, create=False)) as box:
        return [box.get_bytes(key) for key in sorted(box.keys())]


def test_without_a_server_mails_lie_in_a_folder_that_mail_programs_open(tmp_path: Path):
    assert send(None, mail(number=1), mail("bo@example.org", number=1), folder=tmp_path / "mail") == [None, None]
    raw = [path.read_bytes() for path in (tmp_path / "mail" / "new").iterdir()]
    assert sorted(raw) == sorted([mail(number=1).data, mail("bo@example.org", number=1).data])
    assert len(kept(tmp_path / "mail")) == 2


def test_the_very_same_mail_is_kept_once_even_after_it_was_read(tmp_path: Path):
    assert send(None, mail(), mail(), folder=tmp_path) == [None, None]
    (path,) = (tmp_path / "new").iterdir()
    path.rename(tmp_path / "cur" / f"{path.name}:2,S")
    assert send(None, mail(), folder=tmp_path) == [None]
    assert len(kept(tmp_path)) == 1


def test_an_attempt_that_was_cut_short_leaves_nothing_to_read_and_the_next_one_heals_it(tmp_path: Path):
    send(None, mail(), folder=tmp_path)
    (path,) = (tmp_path / "new").iterdir()
    path.unlink()
    (tmp_path / "tmp" / path.name).write_bytes(b"half")
    assert kept(tmp_path) == []
    assert send(None, mail(), folder=tmp_path) == [None]
    assert path.read_bytes() == mail().data


def test_a_folder_that_cannot_be_written_is_a_matter_of_time(tmp_path: Path):
    (tmp_path / "mail").write_text("a file in its place")
    (error,) = send(None, mail(), folder=tmp_path / "mail")
    assert error is not None
    assert error.fault is not Fault.ADDRESS

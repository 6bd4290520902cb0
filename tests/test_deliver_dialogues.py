"""Several hundred ways in which a mail server can misbehave: each leaves every mail in the right state.

A case is a stage of the talk, what the server does there, and what became of the mail that met it. Whatever it is,
another recipient's mail is unharmed, a mail that counts as sent is at the server, and one that is at the server without
counting as sent is in doubt.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from fakes import RudeMailServer, Twist
from sqlmodel import delete, select

from monitor import deliver
from monitor.pipeline.send import Sender
from monitor.store import Store
from monitor.tables import MailRow, SubscriberRow, SubscriptionRow
from monitor.values import Mail

NOW = datetime(2025, 5, 29, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
PATIENCE = deliver.Patience(reply=0.2, end=0.2)

NEVER = ("failed", "suppressed")  # the address is dead
AGAIN = ("deferred", None)
DOUBT = ("in doubt", None)
CLOSED = ("queued", None)  # nothing is said of the mail: the way out is closed
SENT = ("sent", None)

# what the server does: what becomes of the mail where it does so at RCPT, at DATA, and after the content
TABLE = {
    "drop": (AGAIN, AGAIN, DOUBT),
    "stall": (AGAIN, AGAIN, DOUBT),
    "199 what": (AGAIN, AGAIN, DOUBT),
    "221 2.0.0 bye": (AGAIN, AGAIN, DOUBT),
    "252 perhaps": (AGAIN, AGAIN, DOUBT),
    "299 2.9.9 odd": (AGAIN, AGAIN, DOUBT),
    "334 go on": (AGAIN, AGAIN, DOUBT),
    "399 what": (AGAIN, AGAIN, DOUBT),
    "421 closing": (AGAIN, AGAIN, AGAIN),
    "421 4.3.2 going down": (AGAIN, AGAIN, AGAIN),
    "450 greylisted": (AGAIN, AGAIN, AGAIN),
    "450 4.7.1 greylisted": (AGAIN, AGAIN, AGAIN),
    "451 4.3.0 try later": (AGAIN, AGAIN, AGAIN),
    "452 4.2.2 mailbox full": (AGAIN, AGAIN, AGAIN),
    "454 4.7.0 not now": (AGAIN, AGAIN, AGAIN),
    "455 cannot do it with these": (AGAIN, AGAIN, AGAIN),
    "450-4.2.0 wait\r\n450 4.2.0 for it": (AGAIN, AGAIN, AGAIN),
    "499 5.1.1 of two minds": (AGAIN, AGAIN, AGAIN),
    "500 what": (AGAIN, AGAIN, AGAIN),
    "501 bad address": (NEVER, AGAIN, AGAIN),
    "503 5.5.1 out of order": (AGAIN, AGAIN, AGAIN),
    "504 not so": (AGAIN, AGAIN, AGAIN),
    "530 5.7.0 authenticate first": (CLOSED, CLOSED, AGAIN),
    "535 5.7.8 who are you": (CLOSED, CLOSED, AGAIN),
    "550 no": (NEVER, AGAIN, AGAIN),
    "550 5.1.1 no such user": (NEVER, NEVER, NEVER),
    "550-5.1.1 no\r\n550 5.1.1 such user": (NEVER, NEVER, NEVER),
    "550 5.1.2 no such host": (NEVER, NEVER, NEVER),
    "550 5.2.1 disabled": (NEVER, NEVER, NEVER),
    "550 5.7.1 policy": (AGAIN, AGAIN, AGAIN),
    "550 4.1.1 of two minds": (NEVER, AGAIN, AGAIN),
    "551 5.1.6 moved": (NEVER, NEVER, NEVER),
    "552 5.2.2 mailbox full": (AGAIN, AGAIN, AGAIN),
    "552 too big": (AGAIN, AGAIN, AGAIN),
    "553 5.1.8 bad sender": (AGAIN, AGAIN, AGAIN),
    "554 5.6.0 bad content": (AGAIN, AGAIN, AGAIN),
    "556 5.1.10 takes no mail": (NEVER, NEVER, NEVER),
    "571 5.7.1 blocked": (AGAIN, AGAIN, AGAIN),
    "666 what": (AGAIN, AGAIN, DOUBT),
    "what is this": (AGAIN, AGAIN, DOUBT),
    "": (AGAIN, AGAIN, DOUBT),
    "\udcff\udcfe\udc00": (AGAIN, AGAIN, DOUBT),
    "-250 ok": (AGAIN, AGAIN, DOUBT),
    "450 " + "x" * 9000: (AGAIN, AGAIN, DOUBT),
    "450-x\r\n" * 6000 + "450 x": (AGAIN, AGAIN, DOUBT),
}
BEFORE = ("greeting", "ehlo", "starttls", "auth", "mail")
ABOUT = ("rcpt", "data", "end")
AFTER = ("rset", "quit")


def answer(do: str) -> str:
    return do if do in ("drop", "stall") else f"{do}\r\n"


def shown(value: object) -> str:
    return ascii(value)[1:40] if isinstance(value, str) else ""


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    opened = Store(f"sqlite:///{tmp_path_factory.mktemp('dialogues') / 'monitor.db'}")
    yield opened
    opened.close()


@pytest.fixture
def store(books):
    with books.session() as session:
        for table in (MailRow, SubscriptionRow, SubscriberRow):
            session.exec(delete(table))
    return books


def mail(address: str) -> Mail:
    name = address.partition("@")[0]
    return Mail(address, "s", f"<{name}@x>", f"To: {address}\r\nMessage-ID: <{name}@x>\r\n\r\n.\r\n..x\r\n".encode())


def queue(store: Store, *addresses: str) -> None:
    for address in addresses:
        subscriber = store.people.add(address, ["w"], NOW).id
        store.outbox.keep(subscriber, mail(address), [], NOW)


async def send(store: Store, server: RudeMailServer, now: datetime, scheme: str = "smtp://") -> None:
    outlet = deliver.open_outlet(f"{scheme}127.0.0.1:{server.port}", None, "news@x.example", 1, PATIENCE)
    await Sender(store, outlet).send_waiting(now)
    await outlet.close()


def states(store: Store) -> dict[str, tuple[str, str | None]]:
    """Of each address: its mail's state, and whether the address is suppressed."""
    with store.session() as session:
        rows = session.exec(select(MailRow, SubscriberRow).join(SubscriberRow))
        return {mail.address: (mail.state, "suppressed" if reader.suppressed else None) for mail, reader in rows}


def judge(store: Store, taken: list[tuple[str, bytes]]) -> None:
    """What counts as sent is there, what is there without counting as sent is in doubt; bytes are never changed."""
    there = {to.partition("<")[2].partition(">")[0] for to, _ in taken}
    for address, (state, _) in states(store).items():
        assert (state == "sent") <= (address in there)
        assert (address in there) <= (state in ("sent", "in doubt"))
    for to, content in taken:
        assert content == mail(to.partition("<")[2].partition(">")[0]).data


async def talk(store: Store, *twists: Twist, keeps: bool = True, scheme: str = "smtp://", offers=()) -> list:
    """What the rude server took."""
    async with RudeMailServer(*twists, keeps=keeps, offers=offers) as server:
        await send(store, server, NOW, scheme)
        judge(store, server.mails)
        return server.mails


async def heal(store: Store, taken: list) -> None:
    """The server comes to its senses: everything that waits arrives, with the same bytes."""
    async with RudeMailServer() as server:
        await send(store, server, LATER)
        judge(store, taken + server.mails)


@pytest.mark.parametrize("do", TABLE, ids=shown)
@pytest.mark.parametrize("stage", BEFORE)
def test_what_a_server_says_before_it_knows_the_recipient_is_held_against_none(store, stage, do):
    queue(store, "one@a.example", "two@b.example")
    scheme, offers = "smtp://", ()
    if stage == "starttls":
        scheme, offers = "smtp+starttls://", ("STARTTLS",)
    elif stage == "auth":
        scheme, offers = "smtp://user:word@", ("AUTH PLAIN LOGIN",)
    taken = asyncio.run(talk(store, Twist(stage, answer(do)), scheme=scheme, offers=offers))
    assert states(store) == {"one@a.example": CLOSED, "two@b.example": CLOSED}
    with store.session() as session:
        assert set(session.exec(select(MailRow.attempts))) == {0}
    asyncio.run(heal(store, taken))
    assert states(store) == {"one@a.example": SENT, "two@b.example": SENT}


@pytest.mark.parametrize("do", TABLE, ids=shown)
@pytest.mark.parametrize("stage", ABOUT)
def test_what_a_server_says_of_one_recipient_touches_no_other(store, stage, do):
    queue(store, "first@a.example", "victim@b.example", "last@c.example")
    twist = Twist(stage, answer(do), "victim")
    taken = asyncio.run(talk(store, twist))
    expected = TABLE[do][ABOUT.index(stage)]
    last = CLOSED if expected == CLOSED else SENT
    assert states(store) == {"first@a.example": SENT, "victim@b.example": expected, "last@c.example": last}
    asyncio.run(heal(store, taken))
    expected = NEVER if expected == NEVER else SENT
    assert states(store) == {"first@a.example": SENT, "victim@b.example": expected, "last@c.example": SENT}


@pytest.mark.parametrize("do", TABLE, ids=shown)
def test_a_server_that_forgets_the_mail_and_says_so_oddly_gets_it_again(store, do):
    queue(store, "victim@b.example")
    taken = asyncio.run(talk(store, Twist("end", answer(do)), keeps=False))
    expected = TABLE[do][2]
    assert states(store) == {"victim@b.example": expected}
    asyncio.run(heal(store, taken))
    assert states(store) == {"victim@b.example": NEVER if expected == NEVER else SENT}


@pytest.mark.parametrize("do", [*TABLE, "250 ok\r\n250 and unasked"], ids=shown)
@pytest.mark.parametrize("stage", AFTER)
def test_what_a_server_says_between_mails_changes_none(store, stage, do):
    queue(store, "first@a.example", "victim@b.example", "last@c.example")
    asyncio.run(talk(store, Twist("rcpt", "450 later\r\n", "victim"), Twist(stage, answer(do))))
    assert states(store) == {"first@a.example": SENT, "victim@b.example": AGAIN, "last@c.example": SENT}


@pytest.mark.parametrize("stage", ["rcpt", "data", "end"])
@pytest.mark.parametrize("extra", ["250 2.0.0 unasked", "550 5.1.1 unasked", "354 unasked", "x"])
def test_an_unasked_for_reply_never_passes_for_anothers(store, stage, extra):
    queue(store, "first@a.example", "victim@b.example", "last@c.example")
    usual = {"rcpt": "250 ok", "data": "354 go on", "end": "250 ok"}[stage]
    asyncio.run(talk(store, Twist(stage, f"{usual}\r\n{extra}\r\n", "victim")))
    found = states(store)
    assert found["first@a.example"] == found["last@c.example"] == SENT
    assert found["victim@b.example"] in (SENT, AGAIN, DOUBT)

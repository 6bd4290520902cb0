"""Asks the house and the world what `monitor doctor` reports: files, database, disk, feeds, and the way of mail."""

from __future__ import annotations

import shutil
from email.utils import parseaddr
from typing import TYPE_CHECKING

from monitor import deliver, digest, doctor, embed, health
from monitor.deliver import survey
from monitor.doctor import Finding, Grade, Sender
from monitor.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from monitor.config import Config, Settings
    from monitor.deliver.survey import Names
    from monitor.embed import Embedder
    from monitor.store import Store


def house(config: Config, store: Store, now: datetime, model: Embedder | None = None) -> Iterator[Finding]:
    """How the house fares, from its files, database and disk; the sentence model is opened unless it is given."""
    files = f"feeds {len(config.feeds)}, watchlists {len(config.watchlist_files)}"
    yield Finding(Grade.OK, "files and database", f"{files}; they can be read and opened")
    yield doctor.examine_disk(str(config.storage), shutil.disk_usage(config.home).free)
    alive, words = store.healthy(now)
    yield Finding(Grade.OK if alive else Grade.WARNING, "service", words, "" if alive else "start 'monitor run'")
    yield _feeds(config, store, now)
    model = model or embed.open_embedder(config.settings.embedder)
    yield Finding(Grade.WARNING if model.note else Grade.OK, "sentence model", model.note or model.name)
    if drawn := store.books.last():
        wrong = drawn.differences > 0
        remedy = "see 'monitor balance' and the log" if wrong else ""
        yield Finding(Grade.WRONG if wrong else Grade.OK, f"balance of {drawn.at:%Y-%m-%d}", drawn.words, remedy)


async def mail(settings: Settings, names: Names, now: datetime) -> list[Finding]:
    """The relay, the sender and what the DNS says of them."""
    found: list[Finding] = []
    if settings.smtp_url:
        found += doctor.examine_relay(await survey.ask_relay(settings.smtp_url), now)
    else:
        remedy = "set MONITOR_SMTP_URL, see docs/mail.md"
        found.append(Finding(Grade.WARNING, "relay", "none: mail goes to storage/mail/ and no further", remedy))
    sender = sender_of(settings)
    found += doctor.examine_sender(sender)
    return [*found, *doctor.examine_records(sender, await survey.ask_names(names, sender))]


async def send_test(config: Config, to: str, now: datetime) -> Finding:
    """Send a mail as digests are sent, and say what became of it."""
    settings = config.settings
    letterhead = digest.MailSettings(settings.mail_from, settings.base_url, settings.secret_key, settings.contact)
    alert = digest.Alert(to, "A test", ("If you read this, mail leaves and arrives.",), (), now)
    outlet = deliver.open_outlet(settings.smtp_url, config.storage / "mail", settings.mail_from, 1)
    try:
        signer = deliver.open_signer(settings.dkim_key, settings.dkim_selector, settings.mail_from)
        mail = digest.render_alert(alert, letterhead)
        await outlet.send(signer.sign(mail) if signer else mail)
    except DeliveryError as error:
        return Finding(Grade.WRONG, f"test mail to {to}", error.problem, "see docs/mail.md")
    finally:
        await outlet.close()
    return Finding(Grade.OK, f"test mail to {to}", "handed over; look whether it arrives, and not among spam")


def sender_of(settings: Settings) -> Sender:
    domain = parseaddr(settings.mail_from)[1].rpartition("@")[2]
    envelope = (settings.bounce_address or "").rpartition("@")[2] or domain
    return Sender(domain, envelope, settings.dkim_selector, settings.base_url)


def _feeds(config: Config, store: Store, now: datetime) -> Finding:
    records = store.health.records(now)
    found = [health.diagnose(records[feed.url], now) for feed in config.feeds if feed.url in records]
    bad = [each for each in found if each.remedy]
    if not bad:
        return Finding(Grade.OK, "feeds", f"{len(found)} of {len(config.feeds)} were polled, none needs you")
    return Finding(Grade.WARNING, "feeds", f"{len(bad)} need you", "see 'monitor feeds list --trouble'")

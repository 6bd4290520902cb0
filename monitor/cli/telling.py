"""The commands for one subscriber: what they would get now, and why they were or were not told of an article."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path  # noqa: TC003 typer reads the annotations at run time
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import printing
from monitor.cli.printing import HERE, Home
from monitor.errors import InputError
from monitor.values import Waits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

    from monitor.pipeline.compose import Composer
    from monitor.store import Store
    from monitor.store.archive import Kept
    from monitor.store.people import Reader
    from monitor.store.telling import Bulletin, Sent

REASONS = {
    Waits.CAP: "the mail is full; they come with the next one",
    Waits.CADENCE: "their watchlist's time has not come",
    Waits.QUIET: "it is quiet hours",
    Waits.LANGUAGE: "in a language they do not want, and no report in one they want says the same yet",
}


LATER = (Waits.CADENCE, Waits.QUIET)


def add_to(app: typer.Typer) -> None:
    app.command("digest")(digest_now)


def digest_now(
    to: Annotated[str, typer.Option("--to", metavar="ADDRESS", help="Whose digest.")],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show it, and what is held; keep and send nothing.")
    ] = False,
    now: Annotated[str | None, typer.Option(metavar="TIME", help="With --dry-run: as if it were this time.")] = None,
    html: Annotated[Path | None, typer.Option(help="With --dry-run: write the mail's page here.")] = None,
    home: Home = HERE,
) -> None:
    """Write to one subscriber now what they were not told yet, whatever their cadences and quiet hours."""
    from monitor import pipeline, service

    if (now or html) and not dry_run:
        raise InputError("--now and --html", "are for --dry-run: what is sent is sent now")
    printing.log_from("WARNING")
    with printing.opened_store(home) as store:
        composer = pipeline.composer_of(pipeline.prepare(home), store)
        reader = subscribed(store, to)
        moment = _moment(now, reader) if now else service.now()
        if dry_run:
            _show(composer, reader, moment, html)
        elif composer.compose_now(reader, moment):
            print("in the outbox: 'monitor run' sends it within seconds, else 'monitor once' does")
        else:
            print(barred(reader) or "nothing is new to them")


def subscribed(store: Store, address: str) -> Reader:
    """The subscriber of an address; InputError where there is none."""
    reader = store.people.find(address)
    if reader is None:
        raise InputError(address, "is not subscribed; see 'monitor subscribers list'")
    return reader


def barred(reader: Reader) -> str | None:
    """Why no digest at all goes to a subscriber."""
    if not reader.active:
        return "they unsubscribed; 'monitor subscribers add' brings them back"
    if reader.suppressed:
        return f"their address takes no mail: {reader.suppressed}; 'monitor subscribers add' tries it again"
    return None if reader.confirmed else "they have not confirmed their address yet"


def _moment(text: str, reader: Reader) -> datetime:
    """A time as ISO 8601 has it; without a zone it is the subscriber's."""
    from monitor import cadence

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"--now {text!r}", "is no time; write it as 2026-03-29T07:30") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=cadence.zone(reader.subscriber.zone))


def _show(composer: Composer, reader: Reader, now: datetime, html: Path | None) -> None:
    """The mail to standard output, what is held to standard error."""
    from monitor import digest
    from monitor.pipeline.due import Haste

    draft, written = composer.look(reader, now, Haste.NOW)
    if written:
        mail = digest.render(written.digest, composer.letterhead)
        body = message_from_bytes(mail.data, policy=policy.default).get_body(("plain",))
        print(f"Subject: {mail.subject}\n\n{body.get_content() if body else ''}")
        if html:
            html.write_text(digest.html_part(mail), "utf-8")
    else:
        print("nothing is new to them")
    left = written.left if written else draft.plan.held
    for why, number in sorted(Counter(each.why for each in left).items()):
        print(f"held      {number}: {REASONS[why]}", file=sys.stderr)
    for line in _by_itself(composer, reader, now):
        print(line, file=sys.stderr)


def _by_itself(composer: Composer, reader: Reader, now: datetime) -> Iterator[str]:
    """When the service would write, without being told to."""
    from monitor.pipeline.due import Haste

    if problem := barred(reader):
        yield f"no mail   {problem}"
        return
    plan = composer.look(reader, now, Haste.AS_CHOSEN)[0].plan
    waiting = Counter(w for each in plan.held if each.why in LATER for w in each.watchlists)
    for watchlist in reader.subscriber.watchlists:
        when = "now" if watchlist in plan.due else when_next(reader, watchlist, now, composer)
        count = sum(watchlist in each.concerns for each in plan.tell) + waiting[watchlist]
        yield f"by itself {watchlist} ({reader.follows[watchlist].cadence}): {count} new, next mail {when}"


def when_next(reader: Reader, watchlist: str, now: datetime, composer: Composer) -> str:
    """When a mail on a watchlist may come next, by the subscriber's clock."""
    from monitor import cadence
    from monitor.pipeline import due

    return shown(due.next_time(reader, watchlist, now, composer.every), cadence.zone(reader.subscriber.zone))


def shown(moment: datetime, place: ZoneInfo) -> str:
    return f"{moment.astimezone(place):%Y-%m-%d %H:%M} {place.key}"


# --- why somebody was or was not told ------------------------------------------------------------------------------


def for_subscriber(store: Store, composer: Composer, kept: Kept | None, reader: Reader, now: datetime) -> Iterator[str]:
    """Gate by gate: lines that tell why one subscriber was or was not told of an article."""
    yield f"for       {reader.subscriber.address}"
    if kept is None or not kept.hits:
        yield "not told  it was not read" if kept is None else "not told  nothing in it was asked for"
        return
    bulletin = store.telling.bulletin(kept.article.id)
    story = kept.placement.story if kept.placement else ""
    mails = store.telling.mails_of(reader.subscriber.id, story)
    if bulletin is None:
        yield from _repeat(story, mails, reader)
        return
    told = [each for each in mails if each.development == bulletin.id]
    if told:
        yield from (_told(each, reader) for each in told)
    else:
        yield from _untold(bulletin, composer, reader, now)


def _repeat(story: str, mails: Iterable[Sent], reader: Reader) -> Iterator[str]:
    yield f"not told  it says nothing that story {story} did not have"
    for each in mails:
        yield f"the story {_told(each, reader)}"


def _told(sent: Sent, reader: Reader) -> str:
    """What became of a mail that tells a development."""
    from monitor import cadence

    place = cadence.zone(reader.subscriber.zone)
    states = {
        "sent": f"sent {shown(sent.sent, place)}" if sent.sent else "sent",
        "deferred": f"in the outbox: deferred until {shown(sent.next_try, place)} ({sent.error})",
        "queued": "in the outbox: to be sent now",
        "claimed": "in the outbox: being sent",
        "failed": f"failed ({sent.error})",
    }
    return f"told      in {sent.subject!r} of {shown(sent.composed, place)}: {states.get(sent.state, sent.state)}"


def _untold(bulletin: Bulletin, composer: Composer, reader: Reader, now: datetime) -> Iterator[str]:
    from monitor import cadence
    from monitor.pipeline import due

    concerned = [w for w in bulletin.concerns if w in reader.follows]
    yield f"concerns  {', '.join((*bulletin.concerns, *bulletin.withdrawn))}"
    taken = [word for w, word in bulletin.withdrawn.items() if w in reader.follows]
    if taken and not concerned:
        yield f"withdrawn {taken[0]}"
        return
    if not concerned:
        yield f"not told  they follow {', '.join(reader.follows) or 'nothing'}"
        return
    place = cadence.zone(reader.subscriber.zone)
    for watchlist in concerned:
        each = reader.follows[watchlist]
        pending = ", not confirmed" if each.pending else ""
        yield f"follows   {watchlist} since {shown(each.since, place)}, {each.cadence}{pending}"
    if all(bulletin.seen < reader.follows[w].since for w in concerned):
        yield f"not told  it was seen before that: {shown(bulletin.seen, place)}"
        return
    if not due.wants(bulletin.language, reader.subscriber.languages):
        yield f"language  {bulletin.language}; they want {', '.join(reader.subscriber.languages)}"
    if composer.store.telling.told({reader.subscriber.id: bulletin.id}, bulletin.echoes).get(reader.subscriber.id):
        yield "not told  they were told one of its story that says as much"
        return
    yield _reason(bulletin, concerned, composer, reader, now)


def _reason(bulletin: Bulletin, concerned: list[str], composer: Composer, reader: Reader, now: datetime) -> str:
    from monitor.pipeline.due import Haste

    if problem := barred(reader):
        return f"held      {problem}"
    if all(reader.follows[w].pending for w in concerned):
        return "held      they have not confirmed this watchlist yet"
    draft, written = composer.look(reader, now, Haste.AS_CHOSEN)
    for each in written.left if written else draft.plan.held:
        if each.bulletin.id == bulletin.id:
            when = when_next(reader, each.watchlists[0], now, composer)
            return f"held      {REASONS[each.why]}" + (f": next mail {when}" if each.why in LATER else "")
    if any(each.id == bulletin.id for each in draft.plan.tell):
        return "due       it goes out with the next look"
    return "not told  it was passed over: no report in a language that they want came within a week"

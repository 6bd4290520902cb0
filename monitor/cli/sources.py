"""The commands for feeds: list, add, try, remove, import, export."""

from __future__ import annotations

import asyncio
import functools
import sys
from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 typer reads the annotations at run time
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console

from monitor.cli import printing
from monitor.cli.printing import HERE, Home
from monitor.errors import FetchError, InputError, PageError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from monitor.fetch import Fetcher
    from monitor.health import Diagnosis
    from monitor.pipeline.scout import Found, Search
    from monitor.pipeline.workers import Workers
    from monitor.store import Store

T = TypeVar("T")

app = typer.Typer(help="What is read: feeds and sitemaps, how they fare, new ones.", no_args_is_help=True)

Address = Annotated[str, typer.Argument(help="A feed's address, or a site's: its feeds are then looked for.")]
SHOWN = 3
"""Items that are shown of a feed, the newest ones."""


@app.command("list")
def list_all(
    trouble: Annotated[bool, typer.Option("--trouble", help="Only feeds that need you.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")] = False,
    home: Home = HERE,
) -> None:
    """Show how each feed fares, trouble first, and what to do about it."""
    from monitor.cli import feed_table

    diagnoses = _diagnoses(home)
    shown = [each for each in diagnoses if each.remedy or not trouble]
    if json:
        for each in shown:
            printing.write(feed_table.row(each), sys.stdout)
        return
    console = Console(highlight=False, soft_wrap=True)
    if shown:
        for line in feed_table.table(shown, datetime.now(UTC), console.width if console.is_terminal else None):
            console.print(line)
        console.print()
    for words in (feed_table.summary(diagnoses), *feed_table.hints(diagnoses)):
        console.print(words)


@app.command()
def add(
    address: Address,
    pick: Annotated[int | None, typer.Option(help="Which of several feeds, by its number in the list.")] = None,
    title: Annotated[str | None, typer.Option(help="How mails name the outlet; default: the feed's own title.")] = None,
    language: Annotated[str | None, typer.Option(help="ISO 639-1, where the whole feed is in one language.")] = None,
    minutes: Annotated[int, typer.Option(min=1, max=1440, help="The shortest time between two polls.")] = 60,
    home: Home = HERE,
) -> None:
    """Find a site's feed, check that it can be read, and write it into feeds.yaml."""
    from monitor import config
    from monitor.pipeline import poll
    from monitor.values import Feed

    search, _ = _searched(address, home, _nothing_more)
    found = _chosen(search.found, pick)
    if found is None:
        _print_choice(search, address)
        raise typer.Exit(2)
    _refuse_known(found, home)
    told = language or _honest_language(found)
    feed = Feed(found.url, title or found.title, told, minutes=minutes, kind=found.kind)
    lines = config.add_feeds(home, [feed])
    with printing.opened_store(home) as store:
        store.sources.sync(config.feeds(home), now := datetime.now(UTC))
        owed = poll.take(store, feed, found.response, found.feed, now)
    if found.url != found.asked:
        print(f"{found.asked} has moved for good; its new address is written")
    print(f"added to {home / config.FEEDS_FILE} ({search.how}):")
    print(lines.rstrip("\n"))
    _print_newest(found)
    print(f"{owed} of them are to be read: by a running service within seconds, or by 'monitor once'")


@app.command("try")
def try_out(address: Address, home: Home = HERE) -> None:
    """Show what would be read from an address, and its newest article; add nothing."""
    with printing.opened_store(home) as store:
        search, newest = _searched(address, home, functools.partial(_newest_page, store))
    print(f"{address}: {search.how}")
    for number, found in enumerate(search.found, 1):
        print(f"\n{_numbered(number, found)}")
        _print_newest(found)
        if found.feed.note:
            print(f"  note: {found.feed.note}")
    print(f"\nthe page of the newest item of number 1:\n  {newest}")


@app.command()
def remove(
    url: Annotated[str, typer.Argument(help="The feed's address as 'monitor feeds list' shows it.")], home: Home = HERE
) -> None:
    """Take a feed out of feeds.yaml; what was read from it stays."""
    from monitor import config
    from monitor.text import addresses

    known = {addresses.same(feed.url): feed.url for feed in config.feeds(home)}
    feed = config.remove_feed(home, known.get(addresses.same(addresses.whole(url) or url), url))
    print(f"{feed.title} is out of {home / config.FEEDS_FILE}: {feed.url} is asked no more")


@app.command("import")
def take_in(
    file: Annotated[Path, typer.Argument(help="A list of feeds from another reader (OPML).")], home: Home = HERE
) -> None:
    """Add the feeds of an OPML file to feeds.yaml; those that are there already stay as they are."""
    from monitor import config, opml

    try:
        listed = opml.read(file.read_bytes(), file.name)
    except OSError as error:
        raise InputError(str(file), f"cannot be read: {error.strerror}") from None
    new = listed.new_beside(config.feeds_so_far(home))
    if new:
        config.add_feeds(home, new)
    for refused in listed.refused:
        print(f"refused: {refused.name}: {refused.reason}", file=sys.stderr)
    known = len(listed.feeds) - len(new)
    print(f"{len(new)} added, {known} known before or listed twice, {len(listed.refused)} refused")


@app.command("export")
def give_out(
    file: Annotated[Path | None, typer.Argument(help="Write here instead of to standard output.")] = None,
    home: Home = HERE,
) -> None:
    """Write the feeds as OPML, which every feed reader takes."""
    from monitor import config, opml

    document = opml.write(config.feeds(home), datetime.now(UTC))
    if file is None:
        sys.stdout.write(document.decode())
        return
    try:
        file.write_bytes(document)
    except OSError as error:
        raise InputError(str(file), f"cannot be written: {error.strerror}") from None
    print(f"{len(config.feeds(home))} feeds written to {file}")


# --- asking the web -------------------------------------------------------------------------------------------------


def _searched(
    written: str, home: Path, then: Callable[[Search, Fetcher, Workers], Awaitable[str]]
) -> tuple[Search, str]:
    """The feeds at an address as a person writes it, and what `then` says of them; InputError where there are none."""
    from monitor.pipeline.scout import Scout
    from monitor.text import addresses

    url = addresses.whole(written)
    if url is None:
        raise InputError(written, "is no web address; write it as https://example.org/")

    async def look(fetcher: Fetcher, workers: Workers) -> tuple[Search, str]:
        search = await Scout(fetcher, workers).look(url, datetime.now(UTC))
        return search, await then(search, fetcher, workers) if search.found else ""

    try:
        search, more = _outside(home, look)
    except FetchError as error:
        raise InputError(url, f"{error.problem}{_way_out(error.problem)}") from None
    if not search.found:
        raise InputError(url, f"{search.problem}, and no feed or sitemap was found{_way_out(search.problem or '')}")
    return search, more


async def _nothing_more(_search: Search, _fetcher: Fetcher, _workers: Workers) -> str:
    return ""


async def _newest_page(store: Store, search: Search, fetcher: Fetcher, workers: Workers) -> str:
    """What is read from the page of the first feed's newest item, in a few words."""
    from monitor.digest import wording
    from monitor.pipeline.manners import Manners

    url = next((item.url for item in search.found[0].newest), None)
    if url is None:
        return "it has none: the feed's own text would be used"
    try:
        response = await fetcher.get(url, gate=Manners(fetcher, store).gate(datetime.now(UTC)))
        if response.problem:
            return f"{response.problem}: the feed's own text would be used"
        page = await workers.read(response.body, response.url, response.content_type, datetime.now(UTC))
    except (FetchError, PageError) as error:
        return f"{error.problem}: the feed's own text would be used"
    if not page.usable:
        return f"no article ({page.reason}): the feed's own text would be used"
    return f"{wording.clean(page.title)}\n  {len(page.text)} letters: {wording.clean(page.text[:160])}..."


def _way_out(problem: str) -> str:
    """What to do, unless the door's own words say it."""
    if "; " in problem:
        return ""
    return "; look in a browser for its feed (often a link 'RSS') and give that address"


def _outside(home: Path, work: Callable[[Fetcher, Workers], Awaitable[T]]) -> T:
    """Some work on the web, with a sign of life on a terminal."""
    from monitor import config, pipeline
    from monitor.pipeline.workers import Workers

    async def do() -> T:
        with Workers(1) as workers:
            async with pipeline.new_fetcher(config.settings(home)) as fetcher:
                return await work(fetcher, workers)

    with Console(stderr=True).status("asking"):
        return asyncio.run(do())


# --- what is shown --------------------------------------------------------------------------------------------------


def _diagnoses(home: Path) -> list[Diagnosis]:
    from monitor import config, health

    now = datetime.now(UTC)
    with printing.opened_store(home) as store:
        records = store.health.records(now)
    return health.worst_first(health.fares(feed, records, now) for feed in config.feeds(home))


def _chosen(found: Sequence[Found], pick: int | None) -> Found | None:
    if pick is None:
        return found[0] if len(found) == 1 else None
    if not 1 <= pick <= len(found):
        raise InputError(f"--pick {pick}", f"there are {len(found)}: give a number from 1 to {len(found)}")
    return found[pick - 1]


def _refuse_known(found: Found, home: Path) -> None:
    from monitor import config
    from monitor.text import addresses

    for feed in config.feeds_so_far(home):
        if addresses.same(feed.url) in (addresses.same(found.url), addresses.same(found.asked)):
            raise InputError(found.url, f"is in feeds.yaml already, as {feed.title} ({feed.url}); nothing was added")


def _honest_language(found: Found) -> str | None:
    """The language that the feed declares, where its titles agree: a wrong hint is worse than none."""
    declared = (found.feed.language or "").lower().partition("-")[0].partition("_")[0]
    return declared if declared and declared == found.language else None


def _print_choice(search: Search, address: str) -> None:
    print(f"{address}: {search.how}:")
    for number, found in enumerate(search.found, 1):
        print(_numbered(number, found))
    print(f"nothing was added; choose one: monitor feeds add {address} --pick 1")


def _numbered(number: int, found: Found) -> str:
    items = found.feed.items
    dates = [item.published for item in items if item.published]
    newest = f", the newest of {max(dates):%Y-%m-%d %H:%M} UTC" if dates else ""
    kind = "" if found.kind.value == "feed" else f"{found.kind.value}, "
    lines = (found.title, found.url, f"{kind}{len(items)} items{newest}, language {found.language}")
    return f"{number:>3}  " + "\n     ".join(lines)


def _print_newest(found: Found) -> None:
    from monitor.digest import wording

    newest = found.newest[:SHOWN]
    print(f"{len(found.feed.items)} items" + (", the newest:" if newest else ": it is empty now"))
    for item in newest:
        print(
            f"  {item.published:%Y-%m-%d %H:%M}" if item.published else "  undated         ",
            f" {wording.clean(item.title or item.url or '')}",
        )

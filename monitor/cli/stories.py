"""The commands by which a person corrects what the monitor made of stories."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import printing
from monitor.cli.printing import HERE, Home
from monitor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.store import Store
    from monitor.store.stories import StoryArticle, StoryState, StoryWord

app = typer.Typer(help="Look at stories, and correct them.", no_args_is_help=True)

Story = Annotated[str, typer.Argument(help="A story's id, or the address of one of its articles.")]
Page = Annotated[str, typer.Argument(help="An article's address.")]
By = Annotated[str | None, typer.Option("--by", help="Who says so; default: your name on this machine.")]


@app.command("list")
def list_(most: Annotated[int, typer.Option(min=1, help="How many.")] = 30, home: Home = HERE) -> None:
    """The stories with the newest articles, and which of them may be one."""
    with printing.opened_store(home) as store:
        for line in store.stories.recent(most):
            perhaps = f"; perhaps the same as {', '.join(line.perhaps)}" if line.perhaps else ""
            print(f"{line.id}  {line.newest:%Y-%m-%d %H:%M}  {line.articles:3} articles  {line.headline}{perhaps}")


@app.command()
def show(story: Story, home: Home = HERE) -> None:
    """A story's articles, what each brought, and what was said of it."""
    with printing.opened_store(home) as store:
        for line in lines(store.stories.show(story)):
            print(line)


@app.command()
def merge(
    into: Annotated[str, typer.Argument(help="The story whose name they keep, or an article of it.")],
    other: Annotated[str, typer.Argument(help="The story that is the same, or an article of it.")],
    by: By = None,
    home: Home = HERE,
) -> None:
    """Two stories are one: what brings nothing new to it any more is told to nobody."""
    from monitor import service

    with printing.opened_store(home) as store:
        _say(store.stories.merge(into, other, _name(by), service.now()))


@app.command()
def split(
    story: Story,
    pages: Annotated[list[str], typer.Argument(help="The addresses of the articles that tell another story.")],
    by: By = None,
    home: Home = HERE,
) -> None:
    """Some articles tell another story: together they become one, and what was hidden is told."""
    from monitor import service

    with printing.opened_store(home) as store:
        articles = [_article(store, page) for page in pages]
        _say(store.stories.split(story, articles, _name(by), service.now()))


@app.command()
def apart(page: Page, story: Story, by: By = None, home: Home = HERE) -> None:
    """An article does not belong to a story: it is taken out, and what is like it does not come to join it."""
    from monitor import service

    with printing.opened_store(home) as store:
        _say(store.stories.apart(_article(store, page), story, _name(by), service.now()))


@app.command()
def not_news(page: Page, by: By = None, home: Home = HERE) -> None:
    """What an article brought was no news: whoever was not told yet is not."""
    from monitor import service

    with printing.opened_store(home) as store:
        brought = store.telling.bulletin(_article(store, page))
        if brought is None:
            raise InputError(page, "brought nothing that anybody is told; 'monitor why' says why")
        _say(store.stories.not_news(brought.id, _name(by), service.now()))


@app.command()
def mute(story: Story, by: By = None, home: Home = HERE) -> None:
    """No more of a story is told to anybody."""
    from monitor import service

    with printing.opened_store(home) as store:
        _say(store.stories.mute(story, _name(by), service.now()))


@app.command()
def unmute(story: Story, by: By = None, home: Home = HERE) -> None:
    """What comes from now on is told again; to tell what came meanwhile too, undo the mute instead."""
    from monitor import service

    with printing.opened_store(home) as store:
        word = store.stories.unmute(story, _name(by), service.now())
    print(f"story {word.story} is told again from now on")


@app.command()
def undo(
    word: Annotated[int, typer.Argument(help="Its number, as 'monitor story words' shows it.")],
    by: By = None,
    home: Home = HERE,
) -> None:
    """Take a word back: nobody is told anything twice."""
    from monitor import service

    with printing.opened_store(home) as store:
        print(_line(store.stories.undo(word, _name(by), service.now())))


@app.command()
def words(story: Annotated[str | None, typer.Argument(help="Of one story; default: all.")] = None,
          home: Home = HERE) -> None:  # fmt: skip
    """What was said of stories, the newest first."""
    with printing.opened_store(home) as store:
        said = store.stories.words(store.stories.show(story).id if story else None)
    for word in said:
        print(_line(word))
    if not said:
        print("nothing was said yet")


def lines(state: StoryState) -> Iterator[str]:
    """A story for people, an article a paragraph."""
    yield f"story {state.id}: {state.headline}" + (f" (muted: {state.muted})" if state.muted else "")
    for article in state.articles:
        yield from _about(article)
    for other, headline in state.perhaps:
        yield f"perhaps the same as {other}: {headline} (monitor story merge {state.id} {other}, or apart)"
    for word in state.words:
        yield f"said      {_line(word)}"


def _about(article: StoryArticle) -> Iterator[str]:
    yield ""
    yield f"{article.seen:%Y-%m-%d %H:%M}  {article.news}: {article.title} ({article.source}, {article.language})"
    yield f"          {article.url or article.id}"
    yield f"          {article.placed}" + ("" if article.sure else " (not sure)")
    for novel in article.new:
        yield f"          {novel.change}: {novel.text}"
    if article.development is not None:
        yield f"          told to {article.told} subscribers" + "".join(
            f"; to nobody more: {word}" for word in article.withdrawn
        )


def _line(word: StoryWord) -> str:
    other = f" and {word.other}" if word.other else ""
    taken = f", taken back by {word.undone_by} {word.undone:%Y-%m-%d %H:%M}" if word.undone else ""
    ended = f", ended {word.ended:%Y-%m-%d %H:%M}" if word.ended else ""
    return f"{word.id}  {word}: {word.story}{other}{taken}{ended}"


def _say(word: StoryWord) -> None:
    print(_line(word))
    print(f"          obeyed from the next article and mail on; 'monitor story undo {word.id}' takes it back")


def _name(by: str | None) -> str:
    return by or getpass.getuser()


def _article(store: Store, page: str) -> str:
    kept = store.archive.find(page)
    if kept is None:
        raise InputError(page, "was not read; 'monitor why' says what became of an address")
    return kept.article.id

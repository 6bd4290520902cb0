"""A headless browser before the demo's pages: the system's own Chromium, driven without a download."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import served
from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
    from served import Site

PATIENCE = 20_000
"""Milliseconds for anything on a page: a busy machine is slow, not wrong."""
EXPECTED = ("Failed to load resource",)
"""What a console may say: that a page answered 4xx or 5xx, which tests look at themselves."""


@pytest.fixture(autouse=True)
def nothing_is_left_behind() -> None:
    """The site logs into its own folder while it is open: the fixture of other tests would send that to the screen."""


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    if served.chromium() is None:
        pytest.skip(served.MISSING)
    with served.open_site(tmp_path_factory.mktemp("browser") / "out", served.attack) as opened:
        yield opened


@pytest.fixture(scope="package")
def browser(site: Site) -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=served.chromium())
        expect.set_options(timeout=PATIENCE)
        yield opened
        opened.close()


@pytest.fixture
def visitor(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Opens a browser of its own; whatever its console complains of fails the test: a script that was kept from
    running, a style that was refused, an error of our own script. `refused` is what a test provokes itself."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(EXPECTED):
            complaints.append(message.text)

    def enter(*, refused: bool = False, **options: object) -> Page:
        context = browser.new_context(base_url=site.opened.address, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        if not refused:
            context.on("console", heard)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        return context.new_page()

    yield enter
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="package")
def keys(browser: Browser, site: Site) -> object:
    """The cookies of an operator who signed in once."""
    context = browser.new_context(base_url=site.opened.address)
    site.sign_in(context.new_page())
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def operator(visitor: Callable[..., Page], keys: object) -> Page:
    """The browser of an operator who is signed in."""
    return visitor(storage_state=keys)


@pytest.fixture
def stranger(visitor: Callable[..., Page]) -> Page:
    """The browser of somebody who never was here."""
    return visitor()

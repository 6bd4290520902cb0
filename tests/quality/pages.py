"""A picture of each page for the documents, taken from the demo's world: docs/desk.md says what each page is for.

    make pages                        # the pictures in docs/images
    make pages PAGES="--out /tmp/shots --width 320 --dark"

Needs Debian's `chromium` and fonts for the scripts (`fonts-noto-core`, `fonts-noto-cjk`). All texts are invented.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import sync_playwright

from monitor.web.desk import sheets

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))
import served

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from served import Site

HEIGHT = 860
"""What shows of a page without scrolling on a usual screen."""
LARGEST = 100_000
"""Octets of a picture."""
COLOURS = 64
"""More than a page has, but for the edges of its letters."""
SUBSCRIBER = "evening@example.net"


def main() -> int:
    """Take the pictures; 1 where there is no browser to take them with, or one of them is too large."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--out", type=Path, default=Path("docs/images"))
    asked.add_argument("--width", type=int, default=1200)
    asked.add_argument("--dark", action="store_true")
    options = asked.parse_args()
    if served.chromium() is None:
        print("no chromium: install it (on Debian: apt-get install chromium fonts-noto-core fonts-noto-cjk)")
        return 1
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, served.open_site(Path(folder) / "out") as site:
        sizes = _pictures(site, options)
    for name, size in sizes.items():
        print(f"{size / 1000:6.1f} KB  {name}")
    return 1 if max(sizes.values()) > LARGEST else 0


def _pictures(site: Site, options: argparse.Namespace) -> dict[str, int]:
    """Name of each picture -> its size."""
    sizes = {}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=served.chromium())
        page = browser.new_page(
            base_url=site.opened.address,
            viewport={"width": options.width, "height": HEIGHT},
            color_scheme="dark" if options.dark else "light",
        )
        site.sign_in(page)
        page.wait_for_url("**/desk")
        for name, path in _paths(site).items():
            _open(page, path)
            picture = options.out / f"{name}.png"
            with Image.open(io.BytesIO(page.screenshot())) as taken:
                taken.quantize(COLOURS).save(picture, optimize=True)
            sizes[picture.name] = picture.stat().st_size
        browser.close()
    return sizes


def _open(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_load_state("networkidle")


def _paths(site: Site) -> dict[str, str]:
    """What is pictured: name of the picture -> address, with an example that shows what the page can."""
    number, reader = site.store.people.find(SUBSCRIBER).subscriber.id, site.token(SUBSCRIBER)
    feed = next(each for each in site.web.world.outlets if each.title == "Harbor Weekly")
    return {
        "desk-today": "/desk?span=month",
        "desk-story": f"/desk/stories/{site.story('pantsir-first')}",
        "desk-article": f"/desk/articles/{site.article('pantsir-first').id}",
        "desk-search": "/desk/search?q=북한",
        "desk-why": f"/desk/why?url={site.article('pantsir-german').url}",
        "desk-watchlists": "/desk/watchlists",
        "desk-watchlist": "/desk/watchlists/dprk-russia",
        "desk-feeds": "/desk/feeds",
        "desk-feed": f"/desk/feeds/{sheets.key(site.web.feed_url(feed))}",
        "desk-mail": "/desk/mail",
        "desk-subscriber": f"/desk/mail/{number}",
        "desk-health": "/desk/health",
        "desk-account": "/desk/account",
        "page-front": "/",
        "page-choices": f"/p/{reader}",
        "page-mails": f"/v/{reader}",
    }


if __name__ == "__main__":
    sys.exit(main())

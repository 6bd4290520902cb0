"""Every page: nothing that axe-core calls serious, light and dark; no sideways scrolling at 320 pixels; no dead end."""

from __future__ import annotations

from urllib.parse import urldefrag, urlsplit

import pytest
import served
from axe_playwright_python.sync_playwright import Axe

from monitor.web.door import invitations

AXE = Axe()
OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
SERIOUS = ("serious", "critical")
NARROW = {"width": 320, "height": 640}
MOST_LINKS = 300
SUBSCRIBER = "evening@example.net"


def pages(site):
    """An address of every page that there is, by what it is; those with hostile words too, which are the longest."""
    reader, number = site.token(SUBSCRIBER), site.store.people.find(SUBSCRIBER).subscriber.id
    mail = site.store.shelf.mails(number, 0, 1)[0].key
    return {
        "today": "/desk",
        "a day without news": "/desk?span=day&language=fi&watchlist=hostile",
        "a month": "/desk?span=month",
        "story": f"/desk/stories/{site.story('soldiers-first')}",
        "hostile story": f"/desk/stories/{served.HOSTILE}",
        "article": f"/desk/articles/{site.article('pantsir-german').id}",
        "arabic article": f"/desk/articles/{site.article('pantsir-arabic').id}",
        "hostile article": f"/desk/articles/{served.HOSTILE}",
        "search": "/desk/search?q=pantsir",
        "search for nothing": "/desk/search?q=nothingatall",
        "how to search": "/desk/search",
        "why": "/desk/why",
        "why not": "/desk/why?url=https://elsewhere.example/",
        "watchlists": "/desk/watchlists",
        "watchlist": "/desk/watchlists/dprk-russia",
        "hostile watchlist": f"/desk/watchlists/{served.HOSTILE}",
        "new watchlist": "/desk/new-watchlist",
        "feeds": "/desk/feeds",
        "mail": "/desk/mail",
        "subscriber": f"/desk/mail/{number}",
        "balance": "/desk/mail/balance",
        "health": "/desk/health",
        "account": "/desk/account",
        "not here": "/desk/stories/none",
        "front": "/",
        "front in arabic": "/?language=ar",
        "choices": f"/p/{reader}",
        "mails": f"/v/{reader}",
        "one mail": f"/v/{reader}/{mail}",
        "leave": f"/u/{reader}",
        "a bad link": "/p/nobody",
    }


BEFORE_THE_DOOR = ("sign in", "set up", "a used set-up link")
NAMES = (
    "today", "a day without news", "a month", "story", "hostile story", "article", "arabic article", "hostile article",
    "search", "search for nothing", "how to search", "why", "why not", "watchlists", "watchlist", "hostile watchlist",
    "new watchlist", "feeds", "feed", "mail", "subscriber", "balance", "health", "account", "not here",
    "front", "front in arabic", "choices", "mails", "one mail", "leave", "a bad link",
)  # fmt: skip


def opened(page, site, name):
    """The page of a name, with everything unfolded that can be."""
    if name == "feed":
        page.goto("/desk/feeds")
        page.goto(page.locator("tbody a").nth(3).get_attribute("href"))
    elif name == "set up":
        page.goto(invitations.link(site.store, site.opened.address, site.now))
    else:
        page.goto({"sign in": "/login", "a used set-up link": "/setup/used", **pages(site)}[name])
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    return page


def test_no_page_is_forgotten(site):
    assert {*pages(site), "feed"} == set(NAMES)


@pytest.mark.parametrize("name", NAMES + BEFORE_THE_DOOR)
def test_a_page_can_be_used_by_everybody(visitor, keys, site, name):
    state = {} if name in BEFORE_THE_DOOR else {"storage_state": keys}
    found = []
    for scheme in ("light", "dark"):
        page = opened(visitor(color_scheme=scheme, **state), site, name)
        for violation in AXE.run(page, options=OPTIONS).response["violations"]:
            if violation["impact"] in SERIOUS:
                found += [f"{scheme}: {violation['id']}: {node['html'][:200]}" for node in violation["nodes"][:3]]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", NAMES + BEFORE_THE_DOOR)
def test_a_page_fits_a_width_of_320_pixels(visitor, keys, site, name):
    state = {} if name in BEFORE_THE_DOOR else {"storage_state": keys}
    page = opened(visitor(viewport=NARROW, **state), site, name)
    wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1], page.evaluate(
        """() => [...document.querySelectorAll('body *')].filter(each => !each.closest('.scroll')
        && each.getBoundingClientRect().right > innerWidth + 1).slice(0, 5).map(each => each.outerHTML.slice(0, 160))"""
    )


def test_every_link_of_the_desk_leads_somewhere_and_looking_changes_nothing(operator, site):
    """From page to page by every link that stays in the house, until none is new."""
    before = changed(site)
    waiting, seen, dead = ["/desk?span=month"], {"/desk?span=month"}, []
    while waiting and len(seen) < MOST_LINKS:
        path = waiting.pop(0)
        answer = operator.request.get(path)
        if not answer.ok:
            dead.append((path, answer.status))
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        operator.goto(path)
        for link in operator.eval_on_selector_all("a[href]", "all => all.map(each => each.href)"):
            parts = urlsplit(urldefrag(link).url)
            inside = f"{parts.path}?{parts.query}" if parts.query else parts.path
            if f"{parts.scheme}://{parts.netloc}" == site.opened.address and inside not in seen:
                seen.add(inside)
                waiting.append(inside)
    assert dead == []
    assert len(seen) > 50
    assert changed(site) == before


def changed(site):
    """Everything that a page could change, in figures: how many rows each table has, and the operator's files."""
    with site.store.session() as session:
        run = session.connection().exec_driver_sql
        names = [row[0] for row in run("SELECT name FROM sqlite_master WHERE type = 'table'")]
        counts = {name: run(f'SELECT count(*) FROM "{name}"').scalar() for name in names}
    files = [path.read_bytes() for path in sorted(site.here.home.glob("*.yaml"))]
    return counts, files

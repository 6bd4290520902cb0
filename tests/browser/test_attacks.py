"""What an attacker writes into a headline, a feed's title, a watchlist or a form of another site does nothing."""

from __future__ import annotations

import http.server
import threading

import pytest
import served
from playwright.sync_api import expect

OWNED = "owned"
FORGED = """<!doctype html><title>A nice site</title><form method="post" action="{target}">
<input name="address" value="thief@example.org"><input name="watchlist" value="baltic-cables">
<button>Win</button></form>
"""


def looked_at(page, path):
    """The page as it stands once a script that got in would have run."""
    answer = page.goto(path)
    page.wait_for_load_state("networkidle")
    assert page.title() != OWNED
    return answer


@pytest.mark.parametrize(
    "path",
    [
        "/desk?span=month",
        "/desk?span=month&watchlist=hostile",
        f"/desk/stories/{served.HOSTILE}",
        f"/desk/articles/{served.HOSTILE}",
        "/desk/why?url=https://wire.example/hostile",
        "/desk/search?q=script",
        "/desk/search?q=%3Cscript%3Edocument.title%3D%27owned%27%3C/script%3E",
        "/desk/why?url=%22%3E%3Cscript%3Edocument.title%3D%27owned%27%3C/script%3E",
        "/desk/feeds",
        "/desk/watchlists",
        f"/desk/watchlists/{served.HOSTILE}",
        "/desk/mail",
        "/desk/stories/%3Cscript%3Edocument.title='owned'%3C%2Fscript%3E",
        "/",
    ],
)
def test_markup_from_outside_is_shown_as_letters(operator, path):
    looked_at(operator, path)
    assert operator.locator("img").count() == 0
    assert operator.evaluate("[...document.scripts].every(each => each.src.endsWith('/desk/desk.js'))")


def test_the_attackers_words_are_there_to_be_read(operator):
    operator.goto(f"/desk/stories/{served.HOSTILE}")
    expect(operator.get_by_role("heading", level=1)).to_contain_text(served.ATTACK)
    operator.goto("/desk/feeds")
    expect(operator.get_by_role("link", name=served.ATTACK)).to_be_visible()


def test_markup_in_a_watchlists_live_preview_is_shown_as_letters(operator):
    """What the service answers is put into the page as markup there: it must hold none of anybody else's."""
    operator.goto(f"/desk/watchlists/{served.HOSTILE}")
    text = operator.get_by_label("What it looks for")
    quoted = f"'{served.ATTACK.replace(chr(39), chr(39) * 2)}'"
    text.fill(f"title: {quoted}\nterms:\n  - {quoted}\n  - {{name: Russia, country: RU}}\n")
    expect(operator.locator("#check")).to_contain_text("Nothing is wrong")
    expect(operator.locator("#preview strong").first).to_be_visible()
    assert operator.title() != OWNED
    assert operator.locator("img").count() == 0


def test_a_hostile_headline_does_nothing_in_a_mail_in_the_browser(operator, site):
    number = site.store.people.find("victim@example.org").subscriber.id
    looked_at(operator, f"/desk/mail/{number}")
    looked_at(operator, f"/v/{site.token('victim@example.org')}")
    for link in [each.get_attribute("href") for each in operator.locator(".mails a").all()]:
        looked_at(operator, link)
        expect(operator.get_by_role("heading", level=1)).to_have_text(served.ATTACK)


def test_a_script_that_got_in_all_the_same_would_not_run(visitor, keys):
    """The policy of every page: had a template forgotten to escape, the browser would still refuse."""
    page = visitor(refused=True, storage_state=keys)
    page.goto("/desk")
    ran = page.evaluate(
        """() => { const script = document.createElement('script'); script.textContent = "window.owned = true";
        document.body.append(script); document.body.setAttribute('onclick', 'window.owned = true');
        document.body.click(); return window.owned === true; }"""
    )
    assert not ran


def test_a_form_on_another_site_does_nothing_in_an_operators_name(operator, site):
    form = FORGED.format(target=f"{site.opened.address}/desk/mail/add").encode()

    class Elsewhere(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(form)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.2", 0), Elsewhere) as elsewhere:
        threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
        operator.goto(f"http://127.0.0.2:{elsewhere.server_port}/")
        operator.get_by_role("button", name="Win").click()
        operator.wait_for_load_state()
        elsewhere.shutdown()
    assert site.store.people.find("thief@example.org") is None

"""An operator, a browser with cookies that fills in forms, and the door before them."""

from __future__ import annotations

import re
import threading
from dataclasses import replace

import argon2
from desk import MAIL, Desk

from monitor import web
from monitor.store import Store
from monitor.web.door import hall, passwords
from monitor.web.door.passwords import Passwords

NAME, PASSWORD = "Ann", "the tide turns at nine"
OTHER = "seven herons on a wire"
SESSION, BROWSER = "__Host-monitor_session", "__Host-monitor_browser"
ACCOUNT = hall.ACCOUNT


def opened(tmp_path, monkeypatch):
    """A desk with one operator. Its hashes are cheap: 64 MiB for each of some hundred sign-ins would be slow."""
    monkeypatch.setattr(passwords, "PARAMETERS", argon2.profiles.CHEAPEST)
    store = Store(f"sqlite:///{tmp_path}/monitor.db")
    desk = Desk(store)
    desk.app = web.app(house(desk))
    store.operators.add(NAME, Passwords().hash(PASSWORD), desk.now)
    yield desk
    store.close()


def house(desk, letterhead=MAIL):
    return web.House(desk.store, letterhead, lambda: desk.titles, now=lambda: desk.now)


def plain_http(desk, base="http://monitor.lan"):
    """The same service reached over plain http."""
    desk.app = web.app(house(desk, replace(MAIL, base_url=base)))
    return desk


class Browser:
    """A browser with its cookies, that fills in what a form has hidden."""

    def __init__(self, desk, client="192.0.2.7"):
        self.desk, self.client, self.cookies = desk, client, {}

    def get(self, path, **headers):
        return self._kept(self.desk.get(path, **self._headers(headers)))

    def post(self, path, fields=None, **headers):
        return self._kept(self.desk.post(path, fields, **self._headers(headers)))

    def send(self, path, **fields):
        """Fill in the form of a page and send it."""
        csrf = token_of(self.get(path))
        return self.post(path, {"csrf": csrf, **fields})

    def sign_in(self, name=NAME, password=PASSWORD, after=""):
        csrf = token_of(self.get("/login"))
        return self.post("/login", {"csrf": csrf, "name": name, "password": password, "next": after})

    @property
    def is_in(self):
        return self.get(ACCOUNT).status == 200

    def _headers(self, headers):
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"client": self.client, **({"cookie": cookie} if cookie else {}), **headers}

    def _kept(self, answer):
        for line in answer.cookies:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
            if "Max-Age=0" in line:
                del self.cookies[name]
        return answer


def token_of(page):
    found = re.search(r'name="csrf" value="([^"]+)"', page.body)
    return found[1] if found else ""


def signed_in(desk, **how):
    browser = Browser(desk)
    assert browser.sign_in(**how).status == 303
    return browser


def at_once(work, times):
    outcomes, gate = [], threading.Barrier(times)

    def one(number):
        gate.wait()
        outcomes.append(work(number))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(times)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    return outcomes

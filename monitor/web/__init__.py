"""The pages: `reader/` for those who get mails, `desk/` for those who run the watchlists and feeds, behind `door/`.

request -> asking.read -> a page of reader/ or desk/ -> store -> frame
"""

from monitor.web.door.invitations import greeting
from monitor.web.frame import House
from monitor.web.hosting import house_of
from monitor.web.server import app, serving

__all__ = ["House", "app", "greeting", "house_of", "serving"]

"""The door that the pages for operators and the API stand behind: who comes in, and how they are known again.

    sign-in form -> guard (throttling, passwords) -> sessions -> a cookie -> Door.signed_in, on every page for operators
    set-up link  -> invitations ------------------------^
    Authorization: Bearer -> Door.caller, on every address of the API, where no cookie counts

A page for operators asks `signed_in` first, and answers `to_login` where nobody is; before it acts it asks `genuine`.
"""

from monitor.store.operators import Scope
from monitor.web.door.entrance import ApiCaller, Door
from monitor.web.door.pages import routes
from monitor.web.door.sessions import SignedIn

__all__ = ["ApiCaller", "Door", "Scope", "SignedIn", "routes"]

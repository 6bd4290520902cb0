"""The pages that subscribers reach from a mail: unsubscribing without an account, a front page, a sign of health."""

from monitor.web.pages import app
from monitor.web.server import serving

__all__ = ["app", "serving"]

"""The API for programs, the Atom feeds and the metrics: what the desk shows and does, behind a token.

request -> gate (who calls?) -> FastAPI (is it in form?) -> an operation -> store, office -> a shape, or a problem
"""

from monitor.web.api.application import ROOT, api, metrics
from monitor.web.api.standing import unready

__all__ = ["ROOT", "api", "metrics", "unready"]

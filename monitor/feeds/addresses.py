"""Addresses of articles: which one to fetch, and by which one an article is known under all its names.

What a feed gives stays as it is, without tracking. What an
article is known by goes further: scheme, `www.`, mobile and AMP forms, fragments and the order of parameters do not
tell articles apart. To take two articles for one loses news; to take one for two costs a fetch and a comparison of
texts. So only what names the form or the reader goes: any parameter that might name the article stays.

w3lib canonicalises (Scrapy's, with no dependencies). Rejected: courlan, whose list of trackers has `uid`, `keyword`
and `source`, which are article numbers on some sites; yarl and url-normalize, which leave parameters in their order.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qs, parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONG = 1_500  # characters; what is longer is no article's address, and sorting 400 parameters takes 3 ms
_LONGEST = 4_000  # characters; servers refuse longer ones
_TRACKING = (
    "utm_", "fbclid", "gclid", "dclid", "msclkid", "yclid", "mc_cid", "mc_eid", "igshid", "at_medium", "at_campaign",
    "at_custom", "at_format", "xtor", "wt_mc", "wt.mc_id", "cmpid", "cmp=", "ns_campaign", "ns_mchannel", "ns_source",
    "_openstat",
)  # fmt: skip
_NO_NAME = re.compile(  # parameters that never name an article
    r"(?:utm|pk|mtm|piwik|hsa|vero|oly|at|ns|itm|mkt|ga|_hs)_\w*|\w*(?:clid|clickid)|gbraid|wbraid|_ga|_gl|igshid|"
    r"xtor|wt_?\.?mc(?:_\w+)?|wt\.\w+|cmpid|cmp|ncid|icid|spref|smid|smtyp|taid|__twitter_impression|_openstat|amp|amp_\w+|usqp|"
    r"jsessionid|phpsessid|sessionid|aspsessionid\w*|echobox|ocid|cvid|rss|feedtype|feedname",
    re.IGNORECASE,
)
_SAYS_WHENCE = {
    "ref", "ref_src", "src", "source", "from", "via", "feed", "origin", "medium", "campaign", "output", "outputtype",
    "view", "format", "mode", "referrer", "cid", "partner",
}  # fmt: skip
_WHENCE = {
    "rss", "feed", "atom", "xml", "rssfeed", "rss2", "feeds", "twitter", "facebook", "newsletter", "social", "share",
    "amp", "mobile", "email", "telegram", "googlenews",
}  # fmt: skip
"""Parameters that name the article with some values, the reader's way with these."""
_REDIRECTORS = {  # host -> parameter that holds the target
    "google": ("url", "q"), "l.facebook.com": ("u",), "lm.facebook.com": ("u",), "out.reddit.com": ("url",),
    "t.umblr.com": ("z",), "vk.com": ("to",), "away.vk.com": ("to",), "www.bing.com": ("url",),
    "redirect.viglink.com": ("u",), "go.redirectingat.com": ("url",), "slack-redir.net": ("url",),
}  # fmt: skip
_GOOGLE = re.compile(r"(?:www\.|news\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?")
_GOOGLE_NEWS = re.compile(r"/(?:rss/|__i/rss/rd/)?(?:articles|read)/(CB[\w-]{20,})")
_INNER = re.compile(rb"https?://[\x21-\x7e]{8,}?(?=[^\x21-\x7e]|$)")
_AMP_CACHE = re.compile(r"/(?:c|v|i|wp)/(?:s/)?([^/]+\.[^/]+/.*)")
_AMP_VIEWER = re.compile(r"/amp/(?:s/)?([^/]+\.[^/]+/.*)")
_AMP_PATH = re.compile(
    r"^/amp(?=/.)|/(?:amp|amp\.html|amphtml)/?$|\.amp(?=\.html?$|$)|(?<=\.html)/amp/?$", re.IGNORECASE
)
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#]*", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
_PLAIN = re.compile(r"https?://([A-Za-z0-9.-]+)(/(?:[\w~-][\w.~-]*/)*(?:[\w~-][\w.~-]*)?)", re.ASCII)
"""Four in five addresses (2,249 of 2,809 on the real feeds) need no library: they have neither query nor escapes."""
_SPECIAL = re.compile(r"google|ampproject")
_FORMS = {"www", "m", "mobile", "amp", "mobil", "wap"}
_MOST_REDIRECTORS = 3  # one within the other
_NUMBERED = re.compile(r"\d")
_PLACE = re.compile(r"more-\d+|comments?|respond", re.IGNORECASE)


def first(links: Iterable[str], base: str) -> str | None:
    """The first link that leads to the web, absolute and without tracking parameters; None where none does."""
    for link in links:
        bare = "".join(link.split()) if link.lstrip()[:4].lower() == "http" else link.strip()
        if not bare or len(bare) > _LONGEST:
            continue
        try:
            parts = urlsplit(bare if bare.lower().startswith(("http://", "https://")) else urljoin(base, bare))
            host = parts.hostname
        except ValueError:  # brackets that hold no IPv6 address
            continue
        if parts.scheme.lower() in ("http", "https") and host:
            return urlunsplit(parts._replace(scheme=parts.scheme.lower(), query=_untracked(parts.query)))
    return None


def several(links: Iterable[str], base: str) -> tuple[str, ...]:
    """Every link that leads to the web, each once."""
    found = (first([link], base) for link in links)
    return tuple(dict.fromkeys(link for link in found if link))


def _untracked(query: str) -> str:
    if not query:
        return query
    return "&".join(part for part in query.split("&") if not part.lower().startswith(_TRACKING))


# --- redirectors --------------------------------------------------------------------------------------------------


def unwrapped(url: str) -> str:
    """The target that a redirector's link holds; the link itself where it holds none that can be read."""
    for _ in range(_MOST_REDIRECTORS):
        target = _target(url)
        if target is None:
            break
        url = target
    return url


def _target(url: str) -> str | None:
    parts = _split(url)
    host = parts.hostname or "" if parts else ""
    google = bool(_GOOGLE.fullmatch(host))
    names = _REDIRECTORS.get("google" if google else host, ())
    if parts is None or not (names or host.endswith(".safelinks.protection.outlook.com")):
        return None
    if google and (news := _GOOGLE_NEWS.match(parts.path)):
        return _inner(news[1])
    if google and parts.path != "/url":
        return None
    given = parse_qs(parts.query)
    found = next((given[name][0] for name in names or ("url",) if name in given), "")
    return found if found.lower().startswith(("http://", "https://")) and _split(found) else None


def _inner(packed: str) -> str | None:
    """Google News packed the address into the link until 2024; later links hold a number that only Google knows."""
    try:
        raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    except (ValueError, binascii.Error):
        return None
    found = _INNER.search(raw)
    return found[0].decode("ascii") if found else None


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname
    except ValueError:
        return None
    return parts


# --- by what an article is known ----------------------------------------------------------------------------------


def canonical(url: str) -> str:
    """What all addresses of an article have in common: host, path, what names it in the query; no scheme."""
    if (plain := _PLAIN.fullmatch(url)) and not _SPECIAL.search(plain[1].lower()):
        return f"{_host(plain[1])}{_path(plain[2])}".rstrip("/")
    parts = _split(_out_of_amp(unwrapped(url)))
    if parts is None or not parts.hostname or len(url) > _LONG:
        return url
    path = _path(_SESSION.sub("", re.sub(r"/{2,}", "/", parts.path)))
    query = urlencode([pair for pair in parse_qsl(parts.query, keep_blank_values=True) if _names(*pair)])
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    cleaned = urlunsplit(("https", _host(parts.hostname) + port, path, query, ""))
    try:
        found = canonicalize_url(cleaned)
    except ValueError:
        return cleaned
    bare, mark, rest = found.removeprefix("https://").partition("?")
    return bare.rstrip("/") + mark + rest + (f"#{parts.fragment}" if parts.fragment.startswith(("!", "/")) else "")


def part(url: str) -> str:
    """The fragment where it may name one report of many on a page ("#block-65f0"); empty for any other."""
    fragment = unquote(urlsplit(url).fragment)
    numbered = _NUMBERED.search(fragment) and "=" not in fragment and not fragment.startswith((":~:", "!", "/"))
    return fragment if numbered and not _PLACE.fullmatch(fragment) else ""


def leads_to_no_article(canonical: str) -> bool:
    """A site's front page: feeds give it where an entry has no page of its own."""
    return "/" not in canonical and "?" not in canonical and "#" not in canonical


def _names(name: str, value: str) -> bool:
    if name.lower() in _SAYS_WHENCE and value.lower() in _WHENCE:
        return False
    return not _NO_NAME.fullmatch(name)


def _path(path: str) -> str:
    return _INDEX.sub("/", _AMP_PATH.sub("", path))


def _host(host: str) -> str:
    """Without the labels that name a form of a site: www.x.org, m.x.org, amp.x.org, en.m.x.org."""
    labels = host.lower().rstrip(".").split(".")
    while len(labels) > 2 and labels[0] in _FORMS:
        labels = labels[1:]
    if len(labels) > 3 and labels[1] == "m":
        labels = labels[:1] + labels[2:]
    return ".".join(labels)


def _out_of_amp(url: str) -> str:
    parts = _split(url)
    host = parts.hostname or "" if parts else ""
    if parts is None:
        return url
    if host.endswith(".cdn.ampproject.org") or host == "cdn.ampproject.org":
        form = _AMP_CACHE.match(parts.path)
    else:
        form = _AMP_VIEWER.match(parts.path) if _GOOGLE.fullmatch(host) else None
    return f"https://{form[1]}" + (f"?{parts.query}" if parts.query else "") if form else url

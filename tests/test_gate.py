"""The quality gate fails where a figure falls, and only there."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "quality"


@pytest.fixture(scope="module")
def gate():
    spec = importlib.util.spec_from_file_location("gate", HERE / "gate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_figure_under_its_floor_is_named_and_one_at_its_floor_holds(gate):
    report = {"macro": {"f1": [0.1, 0.9]}, "errors": 3}
    lines = gate.judge(report, {"macro/f1/1": [">=", 0.9], "macro/f1/0": [">=", 0.2], "errors": ["<=", 2]})
    assert [line[:5] for line in lines] == ["holds", "FELL ", "FELL "]


def test_every_floor_names_an_evaluator_a_figure_and_a_side():
    for gate in json.loads((HERE / "floors.json").read_text("utf-8")).values():
        assert gate["script"].endswith(".py")
        assert gate["floors"]
        assert all(sign in (">=", "<=") for sign, _ in gate["floors"].values())

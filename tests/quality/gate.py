"""The quality gate: runs the evaluators and fails where a figure has fallen under its floor.

    python tests/quality/gate.py [--only NAME ...] [--evaluators DIR]

Floors stand in floors.json beside this file and may only rise: when a figure improves, its floor rises in the same
commit. Most evaluators and their data lie outside the project; where they are absent the gate says so and runs those
that stand beside this file.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
import time
from concurrent import futures
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
MONITOR = ROOT / ".venv" / "bin" / "monitor"


def figure(report: dict, path: str) -> float:
    """The number at a path such as "macro/monitor/2"; a key may hold any character but a slash."""
    value = report
    for key in path.split("/"):
        value = value[int(key)] if isinstance(value, list) else value[key]
    return float(value)


def is_ours(gate: dict) -> bool:
    """An evaluator of the project, which stands beside this file and runs anywhere."""
    return bool(gate.get("ours"))


def run(evaluators: Path, gate: dict, monitor: str) -> tuple[dict, float]:
    """The evaluator's last line, which is one JSON object, and the seconds that it took."""
    start = time.monotonic()
    outside = [str(evaluators / gate["script"]), "--monitor", monitor]
    script = [str(HERE / gate["script"])] if is_ours(gate) else outside
    command = [sys.executable, *script, *shlex.split(gate["options"])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{gate['script']} ended with {done.returncode}: {done.stderr.strip()[-800:]}")
    return json.loads(done.stdout.strip().split("\n")[-1]), time.monotonic() - start


def judge(report: dict, floors: dict[str, list]) -> list[str]:
    """A line for each figure; those that fell start with FELL."""
    lines = []
    for path, (sign, floor) in floors.items():
        found = figure(report, path)
        holds = found >= floor if sign == ">=" else found <= floor
        lines.append(f"{'holds' if holds else 'FELL '}  {path} = {found:g}  (floor {sign} {floor:g})")
    return lines


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    ask.add_argument("--only", nargs="*", help="the gates to run")
    ask.add_argument("--evaluators", type=Path, default=ROOT.parent / "shared" / "eval")
    ask.add_argument("--monitor", default=str(MONITOR))
    args = ask.parse_args()
    present = args.evaluators.is_dir()
    if not present:
        print("skipped: no evaluation data")
    gates = json.loads((HERE / "floors.json").read_text("utf-8"))
    chosen = {name: gate for name, gate in gates.items() if not args.only or name in args.only}
    chosen = {name: gate for name, gate in chosen.items() if present or is_ours(gate)}
    passed = failed = 0
    with futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:  # each evaluator is a process of its own
        reports = {name: pool.submit(run, args.evaluators, gate, args.monitor) for name, gate in chosen.items()}
        for name, gate in chosen.items():
            report, seconds = reports[name].result()
            print(f"\n{name} ({seconds:.0f} s): {gate['script']} {gate['options']}", flush=True)
            for line in judge(report, gate["floors"]):
                print("  " + line, flush=True)
                failed += line.startswith("FELL")
                passed += not line.startswith("FELL")
    print(f"\n{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

"""Kills a study at random moments, resumes it, and looks whether a row was lost, doubled or changed.

`uv run python benchmarks/sweep_crash.py --kills 50` plays a tiny study once without a kill, then again and again with SIGKILL at random
moments, on one and two workers in turn, until it was killed so many times; each finished table must equal the first one to the byte.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DESIGN = """\
settings: {market.consumers: 300, society.employees: 10, society.departments: 2, horizon.weeks: 1, paid.cap: null, run.engine: agents}
method: latin_hypercube
points: 24
replications: 2
vary:
  programme.enrolment_fraction: {low: 0.1, high: 0.9}
  paid.budget: {low: 1600, high: 2500}
"""
LONGEST = 1.3
"""Moments of kills, as a multiple of the time that an uninterrupted study takes."""


def command(design: Path, out: Path, workers: int) -> list[str]:
    return [sys.executable, "-m", "simulation", "sweep", str(design), "--out", str(out), "--workers", str(workers), "--resume", "--quiet"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    moments = random.Random(asked.seed)
    with tempfile.TemporaryDirectory() as place:
        design, folder = Path(place) / "design.yaml", Path(place)
        design.write_text(DESIGN, encoding="utf-8")
        subprocess.run(command(design, folder / "warm", 2), check=True, stdout=subprocess.DEVNULL)
        began = time.monotonic()
        subprocess.run(command(design, folder / "whole", 2), check=True, stdout=subprocess.DEVNULL)
        usual, whole = time.monotonic() - began, (folder / "whole" / "results.parquet").read_bytes()
        kills, finished, with_pieces = 0, 0, 0
        while kills < asked.kills:
            out = folder / f"study-{finished}"
            while True:
                process = subprocess.Popen(command(design, out, 1 + finished % 2), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                try:
                    _, errors = process.communicate(timeout=moments.uniform(0.0, LONGEST * usual) if kills < asked.kills else None)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.communicate()
                    kills += 1
                    with_pieces += any(out.glob("pieces/piece-*.parquet"))
                    continue
                if process.returncode:
                    sys.exit(f"FAILED after {kills} kills: exit status {process.returncode}\n{errors}")
                break
            if (out / "results.parquet").read_bytes() != whole:
                sys.exit(f"FAILED after {kills} kills: the table differs")
            finished += 1
        print(f"{kills} kills, {with_pieces} of them with pieces on the disk; {finished} studies finished, all equal to the uninterrupted one to the byte "
              f"({usual:.1f} s uninterrupted)")


if __name__ == "__main__":
    main()

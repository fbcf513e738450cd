"""All benchmarks in one command: ratios measured in one run against the goals, memory, growth with people, and where time goes.

Run `uv run python benchmarks/performance.py`; it writes `docs/performance.md`. `--quick` plays everything at tiny sizes and
`--only` some of the parts; both print the page and write nothing unless `--out` names a file. Every part runs in a process of
its own, and one that fails is reported as a row with its error.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import report
from measuring import Failed, Row, Section, alone

PARTS = {
    "engines": "compiled engine against agents engine",
    "cascade": "Independent Cascade against other libraries",
    "few": "a run that reaches few people costs what it reaches",
    "drawing": "all ties of a million people drawn",
    "million": "10,000 employees and 1,000,000 consumers, time and memory",
    "paid": "ads alone for a million people",
    "growth": "time as people grow",
    "pairing": "what common luck is worth",
    "command": "the default comparison and --help",
    "code": "compiled code, cold and warm",
    "shares": "where time goes",
    "limit": "delivery against a bare reading of the same addresses",
}
"""Parts in the order of the page; each is a module of `parts` whose `measure(quick)` returns a section."""
PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
PATIENCE = 7200.0


def sections(names: Sequence[str], quick: bool = False) -> Iterator[Section]:
    """What each part found out, one after the other."""
    for number, name in enumerate(names, start=1):
        print(f"{name} ({number} of {len(names)}): {PARTS[name]}", file=sys.stderr, flush=True)
        started = time.perf_counter()
        try:
            yield Section.read(alone(f"parts.{name}", "measure", patience=PATIENCE, quick=quick))
        except Failed as failed:
            yield Section(f"{PARTS[name][0].upper()}{PARTS[name][1:]}", f"This part failed: {failed}", [Row(PARTS[name], "", f"failed: {failed}", False)], [])
        print(f"  {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)


def load() -> float:
    """Processes that wanted to run in the last minute, on average; 0 where the system does not say."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def main() -> None:
    """Run the parts that were asked for, print the page and write it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0], epilog="; ".join(f"{name}: {what}" for name, what in PARTS.items()))
    parser.add_argument("--quick", action="store_true", help="tiny sizes: whether everything runs")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="NAME", help=f"some of the parts: {', '.join(PARTS)}")
    parser.add_argument("--out", type=Path, help="file of the page; left out: docs/performance.md, or none with --quick or --only")
    given = parser.parse_args()
    out = given.out or (None if given.quick or given.only else PAGE)
    before, started = load(), time.perf_counter()
    found = list(sections(given.only or list(PARTS), given.quick))
    command = shlex.join(["uv", "run", "python", "benchmarks/performance.py", *sys.argv[1:]])
    text = report.page(found, command, (before, load()), (time.perf_counter() - started) / 60, given.quick)
    print(text)
    if out:
        out.write_text(text, encoding="utf-8")
        print(f"written to {out}", file=sys.stderr)


if __name__ == "__main__":
    main()

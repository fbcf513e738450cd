"""What all parts of the performance benchmark share: how findings look, clocks, memory, and fresh processes.

As a program it calls one function of one module with the arguments given as JSON, and prints what it returns: `alone` starts it.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

PATIENCE = 3600.0
"""Seconds after which a process is stopped."""
KEPT_GB = 4


class Row(NamedTuple):
    """One line of the table: what was done, what was aimed at, what came out."""

    work: str
    goal: str
    measured: str
    met: bool | None = None
    """None where nothing was aimed at, or nothing could be measured."""


class Table(NamedTuple):
    """A table of details; the first line is its head."""

    lines: list[list[str]]
    text: str = ""
    """What stands before it."""


class Section(NamedTuple):
    """What one part found out."""

    title: str
    text: str
    rows: list[Row]
    tables: list[Table]

    @classmethod
    def read(cls, written: Sequence[Any]) -> Section:
        """From what JSON makes of it."""
        title, text, rows, tables = written
        return cls(title, text, [Row(*row) for row in rows], [Table(*table) for table in tables])


class Failed(RuntimeError):
    """Something could not be measured; the message says why."""


def alone(module: str, function: str, *, cache: str | None = None, kept: bool = False, patience: float = PATIENCE, **given: Any) -> Any:
    """
    What a function returns in a fresh process.

    Parameters
    ----------
    module, function : which one; what it takes and returns must survive JSON
    cache : folder of compiled code and kept societies, left out: the usual one
    kept : whether societies may be kept on disk and found there; otherwise every society is made anew
    """
    command = [sys.executable, __file__, module, function, json.dumps(given)]
    environment = os.environ | {"ADVOCACY_CACHE_GB": str(KEPT_GB if kept else 0)} | ({"ADVOCACY_CACHE": cache} if cache else {})
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        written, _ = process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        raise Failed(f"stopped after {patience:g} s") from None
    finally:
        _end(process)
    if process.returncode or not written.strip():
        raise Failed(f"the process ended with status {process.returncode}")
    answer = json.loads(written.splitlines()[-1])
    if "error" in answer:
        raise Failed(answer["error"])
    return answer["result"]


def _end(process: subprocess.Popen[str]) -> None:
    """End a process that still runs, and let it end those that it started itself."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(30.0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def cold_cache() -> Iterator[str]:
    """A folder for compiled code in which there is none yet."""
    with tempfile.TemporaryDirectory() as folder:
        yield folder


def clocked(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds that some work takes, garbage collected before, and what it returns."""
    gc.collect()
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def seconds(values: Sequence[float]) -> str:
    """Median of some times, and their range."""
    if len(values) == 1:
        return f"{brief(values[0])} s"
    return f"{brief(median(values))} s ({brief(min(values))} to {brief(max(values))})"


def brief(value: float) -> str:
    """Three digits, without an exponent."""
    if value == 0 or not abs(value) < float("inf"):
        return f"{value:g}"
    digits = max(0, 2 - int(f"{abs(value):.2e}".partition("e")[2]))
    return f"{value:,.{digits}f}"


def progress(text: str) -> None:
    """Say how far it is."""
    print(f"  {text}", file=sys.stderr, flush=True)


def main() -> None:
    module, function, given = sys.argv[1:]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.path.insert(0, str(Path(__file__).parent))
    try:
        answer = {"result": getattr(importlib.import_module(module), function)(**json.loads(given))}
    except Exception as error:  # whatever it is, the other parts go on
        traceback.print_exc()
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()

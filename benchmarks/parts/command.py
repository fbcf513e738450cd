"""The command as users start it: the default comparison and `--help`, with compiled code there and not there yet."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from default_compare import Whole, whole
from measuring import Row, Section, Table, cold_cache, median, progress, seconds

GOAL, FIRST_LINE, HELP = 20.0, 3.0, 0.8
NAMES = {"line": "first line: what is played, where results go", "answer": "answer", "written": "files written"}
SMALL = ("market.consumers=4000", "society.employees=20", "horizon.weeks=1", "run.replications=2", "run.workers=1")


def asked_for_help() -> float:
    """Seconds of `advocacy --help`."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "simulation", "--help"], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def measure(quick: bool = False) -> Section:
    settings, warm_rounds, cold_rounds = (SMALL, 1, 1) if quick else ((), 5, 2)
    os.environ.pop("ADVOCACY_CACHE_GB", None)  # as users have it
    whole(settings)
    warm, cold = [], []
    for turn in range(warm_rounds):
        progress(f"compare, warm cache, {turn + 1} of {warm_rounds}")
        warm.append(whole(settings))
    for turn in range(cold_rounds):
        progress(f"compare, cold cache, {turn + 1} of {cold_rounds}")
        with cold_cache() as cache:
            cold.append(whole(settings, cache))
    asked_for_help()
    return section(warm, cold, [asked_for_help() for _ in range(3 if quick else 9)])


def section(warm: list[Whole], cold: list[Whole], helps: list[float]) -> Section:
    columns = {name: ([getattr(each, name) for each in warm], [getattr(each, name) for each in cold]) for name in NAMES}
    rows = [Row(f"default `compare`, {state} cache of compiled code", f"{GOAL:g} s or less, first line within {FIRST_LINE:g} s",
                f"{seconds(columns['written'][place])}; first line {seconds(columns['line'][place])}, answer {seconds(columns['answer'][place])}",
                median(columns["written"][place]) <= GOAL and median(columns["line"][place]) <= FIRST_LINE) for place, state in enumerate(("warm", "cold"))]
    rows.append(Row("`advocacy --help`", f"under {HELP:g} s", seconds(helps), median(helps) < HELP))
    lines = [["seconds from the start to", "warm cache", "cold cache"]] + [[title, *map(seconds, columns[name])] for name, title in NAMES.items()]
    text = "`python -m simulation compare` in fresh processes with an empty folder for results: 20 replications of four worlds, one worker a core, tables and charts written."
    return Section("The default comparison", text, rows, [Table(lines)])

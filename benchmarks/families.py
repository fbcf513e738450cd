"""How long the families take and how much memory, beside the libraries that have them.

Run `uv run python benchmarks/families.py`. Peers are measured where they are installed; `--python` names another interpreter
that has rustworkx and networkit. Every figure is from a process of its own, after a small graph has compiled or loaded everything: processor
seconds of one thread, and memory at the highest point beyond that at the start. Ours ends with sorted rows, the others with
their own graph. Figures are of this machine; compare ratios, not seconds.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

FAMILIES = ("barabasi_albert", "powerlaw_cluster", "watts_strogatz", "stochastic_block_model", "configuration", "lfr")
LIBRARIES = ("ours", "networkx", "rustworkx", "networkit")
MEAN, LOG_SD, BLOCK = 20, 0.86, 200


class Row(NamedTuple):
    """One measurement; without figures, `reason` says why."""

    library: str
    family: str
    people: int
    seconds: float | None = None
    megabytes: float | None = None
    reason: str = ""


def degrees(count: int) -> Any:
    """Lognormal degrees with an even sum."""
    import numpy as np

    drawn = np.random.default_rng(1).lognormal(0, LOG_SD, count)
    found = np.clip(np.round(drawn * MEAN / drawn.mean()), 1, count // 2).astype(int)
    found[0] += found.sum() % 2
    return found.tolist()


def blocks(count: int) -> tuple[list[int], list[list[float]]]:
    """Sizes of blocks, and chances inside and between them."""
    number = max(2, count // BLOCK)
    size = count // number
    inside, outside = 0.5 * MEAN / size, 0.5 * MEAN / (count - size)
    return [size] * number, [[inside if a == b else outside for b in range(number)] for a in range(number)]


def ours(family: str, count: int) -> Any:
    families = importlib.import_module("simulation.society.families")
    return families.rows_of(families.family_pairs(family, count, MEAN, LOG_SD, 1), count)


def networkx(family: str, count: int) -> Any:
    nx = importlib.import_module("networkx")
    if family == "barabasi_albert":
        return nx.barabasi_albert_graph(count, MEAN // 2, seed=1)
    if family == "powerlaw_cluster":
        return nx.powerlaw_cluster_graph(count, MEAN // 2, 0.5, seed=1)
    if family == "watts_strogatz":
        return nx.watts_strogatz_graph(count, MEAN, 0.1, seed=1)
    if family == "stochastic_block_model":
        return nx.stochastic_block_model(*blocks(count), seed=1, sparse=True)
    if family == "configuration":
        return nx.Graph(nx.configuration_model(degrees(count), seed=1))
    return nx.LFR_benchmark_graph(count, 3.0, 1.5, 0.2, min_degree=MEAN // 2 - 1, max_degree=10 * MEAN, min_community=2 * MEAN, max_iters=2000, seed=1)


def rustworkx(family: str, count: int) -> Any:
    rx = importlib.import_module("rustworkx")
    if family == "barabasi_albert":
        return rx.barabasi_albert_graph(count, MEAN // 2, seed=1)
    if family == "stochastic_block_model":
        np = importlib.import_module("numpy")
        sizes, chances = blocks(count)
        return rx.undirected_sbm_random_graph(sizes, np.array(chances), False, seed=1)
    return None


def networkit(family: str, count: int) -> Any:
    nk = importlib.import_module("networkit")
    nk.setNumberOfThreads(1)
    nk.setSeed(1, False)
    if family == "barabasi_albert":
        return nk.generators.BarabasiAlbertGenerator(MEAN // 2, count, MEAN // 2).generate()
    if family == "watts_strogatz":
        return nk.generators.WattsStrogatzGenerator(count, MEAN // 2, 0.1).generate()
    if family == "stochastic_block_model":
        sizes, chances = blocks(count)
        return nk.generators.ClusteredRandomGraphGenerator(count, len(sizes), chances[0][0], chances[0][1]).generate()
    if family == "configuration":
        return nk.generators.ConfigurationModelGenerator(degrees(count)).generate()
    if family == "lfr":
        generator = nk.generators.LFRGenerator(count)
        generator.generatePowerlawDegreeSequence(MEAN, 10 * MEAN, -3)
        generator.generatePowerlawCommunitySizeSequence(2 * MEAN, 10 * MEAN, -1.5)
        generator.setMu(0.2)
        return generator.generate()
    return None


def one(library: str, family: str, count: int) -> dict[str, Any]:
    """One measurement, in this process; without figures where the library is missing or lacks the family."""
    if library != "ours" and importlib.util.find_spec(library) is None:
        return {"reason": "not installed"}
    make = {"ours": ours, "networkx": networkx, "rustworkx": rustworkx, "networkit": networkit}[library]
    if make(family, 1000) is None:
        return {"reason": "has no such family"}
    forget_highest()
    before, started = memory("VmRSS"), time.process_time()
    kept = make(family, count)
    seconds = time.process_time() - started
    del kept
    after = memory("VmHWM")
    return {"seconds": seconds, "megabytes": None if before is None or after is None else after - before}


def memory(name: str) -> float | None:
    """Megabytes of this process now (`VmRSS`) or at most so far (`VmHWM`), where the system says it in /proc."""
    path = Path("/proc/self/status")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:")), None)


def forget_highest() -> None:
    """Let the highest memory so far begin anew, where the system can."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def measure(library: str, family: str, count: int, limit: float, python: str) -> Row:
    """One measurement, in a process of its own that is stopped after `limit` seconds."""
    command = [python if library in ("rustworkx", "networkit") else sys.executable, __file__, "--one", library, family, str(count)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return Row(library, family, count, reason=f"stopped after {limit:g} s")
    if done.returncode:
        return Row(library, family, count, reason=done.stderr.strip().splitlines()[-1])
    return Row(library, family, count, **json.loads(done.stdout.splitlines()[-1]))


def rows(counts: tuple[int, ...] = (100_000, 1_000_000), limit: float = 180.0, python: str = sys.executable, most: int = 100_000) -> Iterator[Row]:
    """Every library, family and size in turn; NetworkX up to `most` people."""
    for count, family, library in product(counts, FAMILIES, LIBRARIES):
        small = library != "networkx" or count <= most
        yield measure(library, family, count, limit, python) if small else Row(library, family, count, reason=f"only to {most:,} people")


def main() -> None:
    """Print one line for each measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", nargs=3, metavar=("LIBRARY", "FAMILY", "COUNT"), help="only this, in this process, as JSON")
    parser.add_argument("--counts", nargs="+", type=int, default=[100_000, 1_000_000])
    parser.add_argument("--limit", type=float, default=180.0, help="seconds after which a measurement is stopped")
    parser.add_argument("--python", default=sys.executable, help="interpreter that has rustworkx and networkit")
    given = parser.parse_args()
    if given.one:
        print(json.dumps(one(given.one[0], given.one[1], int(given.one[2]))))
        return
    best: dict[tuple[str, int], Row] = {}
    print(f"{'family':24}{'people':>10}  {'library':11}{'seconds':>9}{'x ours':>8}{'MB':>8}{'x ours':>8}")
    for row in rows(tuple(given.counts), given.limit, given.python):
        base = best.setdefault((row.family, row.people), row)
        figures = (f"{row.seconds:9.2f}{row.seconds / (base.seconds or row.seconds):8.1f}" if row.seconds is not None else f"  {row.reason}")
        figures += f"{row.megabytes:8.0f}{row.megabytes / (base.megabytes or row.megabytes or 1):8.1f}" if row.megabytes is not None else ""
        print(f"{row.family:24}{row.people:>10,}  {row.library:11}{figures}", flush=True)


if __name__ == "__main__":
    main()

"""The same Independent Cascade on this project and on its peers: same graph, same seeds, same mean reach, who is how fast.

Run `uv run python benchmarks/independent_cascade.py`; with `--group peers` the peers are there too, and those that are not
are named with what installs them. The graph is Barabasi-Albert with 20 ties a person, 100 people start. Times are CPU
seconds of one thread, without set-up: compare ratios, not seconds. This project and cynetdiff play all replications in one
batched call; the others play as many as fit into `--seconds`, at least 2.

Every mean reach is compared with ours, which is taken over up to 20 times as many replications. The limit is 4.5 standard
errors: each comparison would fail by chance once in 150,000, so a table of 60 once in 2,500; and seeds are fixed.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from peers import Peer, Run, Work, peers

SIZES = (10_000, 100_000, 1_000_000)
PROBABILITIES = (0.01, 0.05)
STARTERS = 100
LIMIT = 4.5
SEED = 2016
PATIENCE = 0.5
"""CPU seconds in which a run is repeated, at most `REPEATS` times, and the fastest counts."""
REPEATS = 5
WALKED = 10_000_000
"""People in the walks whose rows are gathered, about; at least 20 walks."""


class Row(NamedTuple):
    """One peer in one cell. Where it was left out, `why` says so and the numbers are NaN."""

    people: int
    probability: float
    peer: str
    replications: int
    mean_reach: float
    z: float
    """Distance from our mean reach in standard errors."""
    seconds: float
    """CPU seconds of one replication, set-up left out."""
    edges_per_second: float
    ratio: float
    """Time of this peer over ours."""
    setup_seconds: float
    why: str = ""


class Memory(NamedTuple):
    """Peak memory of a fresh process that plays a cell."""

    what: str
    people: int
    megabytes: float


def graph(people: int) -> Work:
    """The graph of a size, and who starts."""
    from peers.graph import barabasi_albert

    starts, followers = barabasi_albert(people, 10, SEED)
    return Work(starts, followers, np.random.default_rng(SEED).choice(people, STARTERS, replace=False), 0.0)


def timed(run: Run, replications: int, seconds: float | None) -> tuple[int, float, float]:
    """Replications played, people reached in each on average, and the fewest CPU seconds of one."""
    def once(count: int) -> tuple[float, float]:
        started = time.process_time()
        reached = run(count, SEED)
        return reached / count, (time.process_time() - started) / count

    first = once(1)[1]
    if seconds is not None and first < 0.1 * seconds:
        first = once(1)[1]  # the first time may have to compile or to fill caches
    count = replications if seconds is None else int(np.clip(seconds / max(first, 1e-9), 2, replications))
    spent, best = 0.0, np.inf
    for _ in range(REPEATS):
        mean, each = once(count)
        best, spent = min(best, each), spent + each * count
        if spent > PATIENCE:
            break
    return count, mean, best


def gathered(work: Work, walks: Sequence[NDArray[np.uint32]]) -> float:
    """Fewest CPU seconds of reading the rows of everybody reached, in the order of a cascade, and setting their flags: what memory allows."""
    from simulation.compiling import kernel
    from simulation.engines.cascade_kernels import AHEAD, fetch

    @kernel
    def gather(starts: Any, followers: Any, people: Any, flags: Any) -> Any:
        total = 0
        for place in range(people.size):
            if place + AHEAD < people.size:
                row = np.int64(starts[people[place + AHEAD]])
                fetch(followers, row)
                fetch(followers, row + 16)
                fetch(followers, row + 31)
            for tie in range(starts[people[place]], starts[people[place] + 1]):
                total += followers[tie]
            flags[people[place]] = 1
        for place in range(people.size):
            flags[people[place]] = 0
        return total

    flags = np.zeros(work.people, dtype=np.uint8)
    gather(work.starts, work.followers, walks[0], flags)
    best = np.inf
    for _ in range(REPEATS):
        started = time.process_time()
        for people in walks:
            gather(work.starts, work.followers, people, flags)
        best = min(best, (time.process_time() - started) / len(walks))
    return best


def cell(work: Work, replications: int, seconds: float, asked: Sequence[Peer], everywhere: bool) -> Iterator[Row]:
    """All peers on one graph with one probability; ours is the first row, the bare gather the second."""
    from simulation.engines.cascade import cascade_steps, independent_cascade
    from simulation.society.luck import Luck

    ties = (work.starts, work.followers)
    started = time.process_time()
    reach = independent_cascade(ties, work.seeds, work.probability, Luck(SEED), replications)
    more = int(np.clip(seconds / (time.process_time() - started), 1, 20)) * replications
    if more > replications:
        reach = independent_cascade(ties, work.seeds, work.probability, Luck(SEED), more)
    walks = [cascade_steps(ties, work.seeds, work.probability, Luck(SEED).replication(number)).person
             for number in range(int(min(replications, max(20, WALKED / reach.mean()))))]
    degrees = np.diff(work.starts)
    edges = float(np.mean([degrees[people].sum() for people in walks]))
    ours = np.nan
    for peer in asked:
        why = ""
        if find_spec(peer.module) is None:
            why = f"not installed: uv pip install {peer.packages}"
        elif work.people > peer.most_people and not everywhere:
            why = "takes minutes and gigabytes at this size: --everywhere"
        if why:
            yield Row(work.people, work.probability, peer.name, 0, *([np.nan] * 6), why)
            continue
        started = time.process_time()
        run = peer.prepare(work)
        setup = time.process_time() - started
        count, mean, each = timed(run, replications, None if peer.batched else seconds)
        del run
        first = np.isnan(ours)
        if first:
            ours, mean = each, float(reach.mean())
        error = reach.std(ddof=1) * np.sqrt(1 / count + 1 / reach.size)
        yield Row(work.people, work.probability, peer.name, count, mean, (mean - float(reach.mean())) / error, each, edges / each, each / ours, setup)
        if first:
            bare = gathered(work, walks)
            yield Row(work.people, work.probability, "bare gather", len(walks), np.nan, np.nan, bare, edges / bare, bare / ours, 0.0)


def measure(sizes: Sequence[int] = SIZES, replications: int = 1000, seconds: float = 10.0, *, only: str = "", everywhere: bool = False) -> Iterator[Row]:
    """
    Rows of the whole table, one after the other.

    Parameters
    ----------
    sizes : numbers of people
    replications : of this project and of cynetdiff in each cell
    seconds : CPU seconds for each of the other peers in each cell
    only : a regular expression that names of peers match; ours is always played
    everywhere : slow peers on the largest graphs, too
    """
    asked = [peer for number, peer in enumerate(peers()) if number == 0 or re.search(only, peer.name, re.IGNORECASE)]
    for people in sizes:
        work = graph(people)
        for probability in PROBABILITIES:
            yield from cell(work._replace(probability=probability), replications, seconds, asked, everywhere)


def disagreeing(rows: Sequence[Row]) -> list[Row]:
    """Rows whose mean reach is not ours."""
    return [row for row in rows if abs(row.z) > LIMIT]


def peak_megabytes() -> float:
    """Peak resident memory of this process. A forked child inherits its parent's figure in `getrusage`, so Linux is asked elsewhere."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1]) * 1024 / 1e6  # type: ignore[index]
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6


def alone(name: str, folder: str, people: int) -> None:
    """Play 5 replications of the last cell and print the peak memory: what `peak_memory` starts."""
    work = Work.load(Path(folder), PROBABILITIES[-1]) if folder else graph(people)._replace(probability=PROBABILITIES[-1])
    if name == "cynetdiff":
        from peers import cynetdiff_batch as module
    else:
        from peers import ours as module  # type: ignore[no-redef]
    module.prepare(work)(5, SEED)
    print(json.dumps(peak_megabytes()))


def peak_memory(people: int) -> list[Memory]:
    """Peak memory of ours and of cynetdiff, each in a fresh process that reads the graph; and of ours when it builds the graph."""
    def asked(name: str, folder: str) -> float:
        command = [sys.executable, __file__, "--alone", name, "--folder", folder, "--sizes", str(people)]
        return float(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))

    with tempfile.TemporaryDirectory() as folder:
        graph(people).save(Path(folder))
        asked("ours", "")  # whoever runs first may have to compile, which takes some 20 MB more
        found = [Memory("this project, graph read", people, asked("ours", folder)), Memory("this project, graph built", people, asked("ours", ""))]
        if find_spec("cynetdiff"):
            found.append(Memory("cynetdiff, graph read", people, asked("cynetdiff", folder)))
    return found


def said(row: Row) -> str:
    """A row as text."""
    if row.why:
        return f"{row.peer:28} {row.why}"
    reach = f"{row.mean_reach:12,.1f} {row.z:6.1f}" if np.isfinite(row.mean_reach) else " " * 19
    return f"{row.peer:28} {row.replications:6,} {reach} {row.seconds * 1e6:14,.1f} {row.edges_per_second / 1e6:10,.1f} {row.ratio:10,.2f} {row.setup_seconds:9.2f}"


HEAD = f"{'':28} {'repl.':>6} {'mean reach':>12} {'z':>6} {'us each':>14} {'M edges/s':>10} {'x ours':>10} {'set-up s':>9}"


def main() -> None:
    """Print the table cell by cell, then peak memory; fail if a mean reach differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="numbers of people")
    parser.add_argument("--replications", type=int, default=1000, help="of this project and of cynetdiff")
    parser.add_argument("--seconds", type=float, default=10.0, help="CPU seconds for each of the others in each cell")
    parser.add_argument("--only", default="", help="regular expression for names of peers")
    parser.add_argument("--everywhere", action="store_true", help="slow peers on the largest graphs, too")
    parser.add_argument("--quick", action="store_true", help="two small graphs, few replications: half a minute")
    parser.add_argument("--alone", help=argparse.SUPPRESS)
    parser.add_argument("--folder", default="", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.alone:
        return alone(given.alone, given.folder, given.sizes[0])
    if given.quick:
        given.sizes, given.replications, given.seconds = [2_000, 10_000], 200, 0.5
    rows: list[Row] = []
    for row in measure(given.sizes, given.replications, given.seconds, only=given.only, everywhere=given.everywhere):
        if not rows or (row.people, row.probability) != (rows[-1].people, rows[-1].probability):
            print(f"\n{row.people:,} people, p = {row.probability}\n{HEAD}")
        print(said(row), flush=True)
        rows.append(row)
    print()
    for memory in peak_memory(max(given.sizes)):
        print(f"{memory.what:28} {memory.people:,} people, p = {PROBABILITIES[-1]}: peak {memory.megabytes:,.0f} MB")
    differing = disagreeing(rows)
    assert not differing, "mean reach differs from ours: " + "; ".join(f"{row.peer}, {row.people:,} people, p = {row.probability}, z = {row.z:.1f}" for row in differing)
    print(f"\nAll mean reaches lie within {LIMIT} standard errors of ours.")
    return None


if __name__ == "__main__":
    main()

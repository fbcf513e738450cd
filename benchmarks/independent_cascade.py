"""The same Independent Cascade on this project and on its peers: same graph, same seeds, same mean reach, who is how fast.

Run `uv run --group peers python benchmarks/independent_cascade.py`; peers that are not installed are named with what
installs them. The graph is Barabasi-Albert with 20 ties a person, 100 people start. Times are CPU seconds of one thread,
without set-up: compare ratios, not seconds. Each peer takes turns with this project, up to 5 rounds; its time and its ratio are
medians over rounds, so whatever else the machine does meets both. This project and cynetdiff play all replications of a round
in one batched call, 1,000 where three rounds fit into twelve times `--seconds`; others play what fits into `--seconds`, and
whoever needs over four times as much for a single replication plays one. Where set-up alone takes minutes, only the larger probability is played.

Every mean reach is compared with ours, which is taken over up to 20 times as many replications. The limit is 4.5 standard
errors: each comparison would fail by chance once in 150,000, so a table of 60 once in 2,500; and seeds are fixed. What an
error could hide in a cell is told by its standard error: large where a slow peer played one replication.
"""

from __future__ import annotations

import argparse
import gc
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from peers import Peer, Work, peers
from racing import FEWEST, clocked, gathered, raced

SIZES = (10_000, 100_000, 1_000_000)
PROBABILITIES = (0.01, 0.05)
STARTERS = 100
LIMIT = 4.5
SEED = 2016
WALKED = 10_000_000
"""People in the walks whose rows are gathered, about; at least 20 walks."""


class Row(NamedTuple):
    """One peer in one cell. Where it was left out, `why` says so and the numbers are NaN."""

    people: int
    probability: float
    peer: str
    replications: int
    mean_reach: float
    error: float
    """Standard error of its distance from our mean reach; of ours, that of the mean."""
    z: float
    """That distance in standard errors."""
    seconds: float
    """CPU seconds of one replication, set-up left out; median of the rounds."""
    edges_per_second: float
    ratio: float
    """Time of this peer over ours; median of the rounds."""
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


def reference(work: Work, replications: int, seconds: float) -> NDArray[np.int64]:
    """People reached in each of our replications: up to 20 times as many as are timed, in `seconds`, about."""
    from simulation.engines.cascade import independent_cascade
    from simulation.society.luck import Luck

    def played(count: int) -> NDArray[np.int64]:
        return independent_cascade((work.starts, work.followers), work.seeds, work.probability, Luck(SEED), count)

    started = time.process_time()
    played(20)
    return played(int(np.clip(seconds / (time.process_time() - started) * 20, 200, 20 * replications)))


def walked(work: Work, reach: NDArray[np.int64], replications: int) -> list[NDArray[np.uint32]]:
    """Everybody reached in some replications, in order."""
    from simulation.engines.cascade import cascade_steps
    from simulation.society.luck import Luck

    count = int(min(replications, max(20, WALKED / reach.mean())))
    return [cascade_steps((work.starts, work.followers), work.seeds, work.probability, Luck(SEED).replication(number)).person for number in range(count)]


def cell(work: Work, replications: int, seconds: float, asked: Sequence[Peer], everywhere: bool, tell: Callable[[str], None]) -> Iterator[Row]:
    """All peers on one graph with one probability; ours is the first row, the bare gather the second."""
    own, *others = asked
    ours = own.prepare(work)
    clocked(ours, 1, SEED)
    reach = reference(work, replications, seconds)
    walks = walked(work, reach, replications)
    degrees = np.diff(work.starts)
    edges = float(np.mean([degrees[people].sum() for people in walks]))
    mean = float(reach.mean())

    def row(name: str, count: int, other: float, each: float, ratio: float, setup: float) -> Row:
        error = float(reach.std(ddof=1) * np.sqrt(1 / count + (name != own.name) / reach.size)) if np.isfinite(other) else np.nan
        return Row(work.people, work.probability, name, count, other, error, (other - mean) / error, each, edges / each, ratio, setup)

    count = int(np.clip(seconds / FEWEST / clocked(ours, 1, SEED)[1], 1, replications))
    each = float(np.median([clocked(ours, count, SEED + number)[1] for number in range(FEWEST)]))
    yield row(own.name, reach.size, mean, each, 1.0, 0.0)
    bare = gathered(work, walks)
    yield row("bare gather", len(walks), np.nan, bare, bare / each, 0.0)
    for peer in others:
        tell(f"{work.people:,} people, p = {work.probability:g}: {peer.name}")
        why = f"not installed: {peer.install}" if find_spec(peer.module) is None else ""
        if not why and work.people > peer.most_people and not everywhere:
            why = f"left out above {peer.most_people:,} people: --everywhere"
        if not why and work.people > peer.quick_people and work.probability < max(PROBABILITIES) and not everywhere:
            why = f"set-up takes minutes: played at p = {max(PROBABILITIES)} only, or with --everywhere"
        if why:
            yield Row(work.people, work.probability, peer.name, 0, *([np.nan] * 7), why)
            continue
        started = time.process_time()
        run = peer.prepare(work)
        setup = time.process_time() - started
        race = raced(run, ours, peer, replications, seconds, SEED)
        del run
        gc.collect()
        yield row(peer.name, race.replications, race.mean_reach, float(np.median(race.seconds)), float(np.median(race.ratios)), setup)


def measure(sizes: Sequence[int] = SIZES, replications: int = 1000, seconds: float = 3.0, *, only: str = "", everywhere: bool = False,
            tell: Callable[[str], None] = lambda _: None) -> Iterator[Row]:
    """
    Rows of the whole table, one after the other.

    Parameters
    ----------
    sizes : numbers of people
    replications : of a round, at most
    seconds : CPU seconds for each peer in each cell, about
    only : a regular expression that names of peers match; ours is always played
    everywhere : slow peers on the largest graphs, too
    tell : is told which peer comes next
    """
    asked = [peer for number, peer in enumerate(peers()) if number == 0 or re.search(only, peer.name, re.IGNORECASE)]
    for people in sizes:
        work = graph(people)
        for probability in PROBABILITIES:
            yield from cell(work._replace(probability=probability), replications, seconds, asked, everywhere, tell)


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
    reach = f"{row.mean_reach:12,.1f} {row.error:9,.2f} {row.z:6.1f}" if np.isfinite(row.mean_reach) else " " * 29
    return f"{row.peer:28} {row.replications:6,} {reach} {row.seconds * 1e6:14,.1f} {row.edges_per_second / 1e6:10,.1f} {row.ratio:10,.2f} {row.setup_seconds:9.2f}"


HEAD = f"{'':28} {'repl.':>6} {'mean reach':>12} {'s.e.':>9} {'z':>6} {'us each':>14} {'M edges/s':>10} {'x ours':>10} {'set-up s':>9}"


def main() -> None:
    """Print the table cell by cell, then peak memory; fail if a mean reach differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="numbers of people")
    parser.add_argument("--replications", type=int, default=1000, help="of a round, at most")
    parser.add_argument("--seconds", type=float, default=3.0, help="CPU seconds for each peer in each cell, about")
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
    for row in measure(given.sizes, given.replications, given.seconds, only=given.only, everywhere=given.everywhere,
                       tell=lambda text: print(f"  {text}", file=sys.stderr, flush=True)):
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

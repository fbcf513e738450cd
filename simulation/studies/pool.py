"""Plays replications in worker processes when there are several; what is finished survives a cancellation."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import TYPE_CHECKING, Literal, NamedTuple

from simulation.errors import Cancelled
from simulation.inputs.parameters import Scenario

if TYPE_CHECKING:
    from simulation.measures.comparison import ReplicationResult


type Redraw = Literal["", "luck", "society"]


class Task(NamedTuple):
    """One replication of one scenario; `compared` plays all four worlds."""

    scenario: Scenario
    replication: int
    compared: bool
    redraw: Redraw = ""
    """What is drawn anew: nothing, the luck of what happens, or also the society. Parameters stay those of the replication."""


MOST_SPLIT, FEWEST_SPLIT = 5, 6
"""Replications that are played again, at most; replications below which nothing is."""


def split_tasks(scenario: Scenario) -> list[Task]:
    """Further plays of the first replications of a scenario; with fixed parameters the society need not be drawn anew."""
    count = scenario.run.replications
    if count < FEWEST_SPLIT:
        return []
    redraws: tuple[Redraw, ...] = ("luck",) if scenario.run.parameters == "fixed" else ("luck", "society")
    return [Task(scenario, number, True, redraw) for number in range(min(MOST_SPLIT, count // 3)) for redraw in redraws]


def replicate_all(tasks: Sequence[Task], workers: int, finished: Callable[[int], None] = lambda number: None) -> list[ReplicationResult]:
    """
    Play many replications; the results are in the order of the tasks, whatever the number of workers.

    Parameters
    ----------
    workers : processes; 1 plays here
    finished : called with the number of finished replications after each

    Raises
    ------
    Cancelled
        The user interrupted; `finished` on it holds (place, result) of what was done.
    """
    done: dict[int, ReplicationResult] = {}
    try:
        if workers <= 1:
            from simulation.compiling import use_threads

            use_threads(worker_count(None))
            for place, task in enumerate(tasks):
                done[place] = _replicate(task)
                finished(len(done))
        else:
            _in_processes(tasks, min(workers, len(tasks)), done, finished)
    except KeyboardInterrupt:
        raise Cancelled(sorted(done.items())) from None
    return [done[place] for place in range(len(tasks))]


def worker_count(wanted: int | None) -> int:
    """Worker processes to use: as asked, else one per core that this process may use."""
    return wanted or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else wanted or os.cpu_count() or 1


def _in_processes(tasks: Sequence[Task], workers: int, done: dict[int, ReplicationResult], finished: Callable[[int], None]) -> None:
    """Fresh processes on every system; on the way out, however, no child is left behind."""
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_settle_in)
    try:
        places: dict[Future[ReplicationResult], int] = {pool.submit(_replicate_and_tidy, task): place for place, task in enumerate(tasks)}
        for future in as_completed(places):
            done[places[future]] = future.result()
            finished(len(done))
    except BaseException:
        children = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for child in children:
            child.terminate()
        raise
    pool.shutdown()


def _settle_in() -> None:
    """In a worker: leave interrupts to the parent, and collect garbage between replications instead of inside them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()


def _replicate(task: Task) -> ReplicationResult:
    """Play one replication. The engines are imported here, so that the parent can start workers before it loads them itself."""
    from simulation.studies.replication import replicate

    return replicate(task)


def _replicate_and_tidy(task: Task) -> ReplicationResult:
    result = _replicate(task)
    gc.collect()
    return result

"""Plays replications in worker processes when there are several; what is finished survives a cancellation."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING, NamedTuple

from simulation.errors import Cancelled
from simulation.inputs.parameters import Scenario

if TYPE_CHECKING:
    from simulation.measures.comparison import ReplicationResult


class Task(NamedTuple):
    """One replication of one scenario; `compared` plays all four worlds."""

    scenario: Scenario
    replication: int
    compared: bool


def replicate_all(tasks: Sequence[Task], workers: int, finished: Callable[[int], None] = lambda number: None) -> list[ReplicationResult]:
    """Play many replications; see `do_all`."""
    return do_all(_replicate, tasks, workers, finished)


def do_all[Work, Done](do: Callable[[Work], Done], tasks: Sequence[Work], workers: int, finished: Callable[[int], None] = lambda number: None) -> list[Done]:
    """
    Do many pieces of work; the results are in the order of the tasks, whatever the number of workers.

    Parameters
    ----------
    do : a function of a module, so that workers find it
    workers : processes; 1 works here
    finished : called with the number of finished pieces after each

    Raises
    ------
    Cancelled
        The user interrupted; `finished` on it holds (place, result) of what was done.
    """
    done: dict[int, Done] = {}
    try:
        if workers <= 1:
            from simulation.compiling import use_threads

            use_threads(worker_count(None))
            for place, task in enumerate(tasks):
                done[place] = do(task)
                finished(len(done))
        else:
            _in_processes(do, tasks, min(workers, len(tasks)), done, finished)
    except KeyboardInterrupt:
        raise Cancelled(sorted(done.items())) from None
    return [done[place] for place in range(len(tasks))]


def worker_count(wanted: int | None) -> int:
    """Worker processes to use: as asked, else one per core that this process may use."""
    return wanted or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else wanted or os.cpu_count() or 1


def _in_processes[Work, Done](do: Callable[[Work], Done], tasks: Sequence[Work], workers: int, done: dict[int, Done], finished: Callable[[int], None]) -> None:
    """Fresh processes on every system; on the way out, however, no child is left behind."""
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_settle_in)
    try:
        places: dict[Future[Done], int] = {pool.submit(partial(_tidily, do), task): place for place, task in enumerate(tasks)}
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


def _tidily[Work, Done](do: Callable[[Work], Done], task: Work) -> Done:
    result = do(task)
    gc.collect()
    return result

"""Plays replications, in worker processes when there are several; what is finished survives a cancellation."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import NamedTuple

from simulation.engines.flights import Flight, plan_flights
from simulation.engines.run import play_worlds
from simulation.engines.world import WORLDS, World
from simulation.errors import Cancelled
from simulation.inputs.parameters import Scenario
from simulation.measures.comparison import ReplicationResult, compare_worlds, world_result
from simulation.measures.equivalent import Ladder
from simulation.society.luck import Luck
from simulation.society.society import Society
from simulation.studies.verdict import VERDICT_REPLICATIONS, verdict

AS_WRITTEN = "as_written"


class Task(NamedTuple):
    """One replication of one scenario; `compared` plays all four worlds."""

    scenario: Scenario
    replication: int
    compared: bool


def replicate(task: Task) -> ReplicationResult:
    """Play one replication: one society serves all its worlds."""
    scenario = task.scenario
    luck = Luck(scenario.run.seed).replication(task.replication)
    society = Society(scenario, luck)
    wanted = WORLDS if task.compared else {AS_WRITTEN: World(True, True)}
    flights: dict[str, Flight] = plan_flights(scenario, society) if scenario.paid.enabled else {}
    records = play_worlds(scenario, wanted, luck, society, flights)
    results, impressions = {}, {}
    for name, record in records.items():
        results[name], impressions[name] = world_result(scenario, society, record)
    if not task.compared:
        return ReplicationResult(task.replication, results, None)
    ladder = Ladder(flights, scenario.horizon.weeks * 7, scenario.market.consumers)
    comparison = compare_worlds(scenario, society, ladder, records, results, impressions)
    if task.replication < VERDICT_REPLICATIONS and scenario.programme.enabled:
        comparison["verdict"] = verdict(scenario, society, ladder, luck, impressions["neither"].sum(axis=0))
    return ReplicationResult(task.replication, results, comparison)


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
            for place, task in enumerate(tasks):
                done[place] = replicate(task)
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


def _replicate_and_tidy(task: Task) -> ReplicationResult:
    result = replicate(task)
    gc.collect()
    return result

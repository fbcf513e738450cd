"""Plays replications in worker processes when there are several; what is finished survives a cancellation.

On Linux workers are split from a process of its own that has loaded the engines once (a fork server, which has no other work),
elsewhere each starts anew and loads them itself.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from functools import cache, partial
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from simulation.errors import Cancelled, InputError
from simulation.inputs.parameters import Scenario

if TYPE_CHECKING:
    from simulation.measures.comparison import ReplicationResult


ENGINES = "simulation.studies.replication"
"""The module whose import loads all that a worker needs."""

LIVES = 3
"""Times that all processes may be lost, one after the other, before nothing more is tried."""

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


def replicate_all(tasks: Sequence[Task], workers: int, finished: Callable[[int], None] = lambda number: None,
                  meanwhile: Callable[[], None] = lambda: None) -> list[ReplicationResult]:
    """Play many replications; see `do_all`."""
    ahead = rehearse_ahead if any(task.scenario.engine == "compiled" for task in tasks) else None
    return do_all(_replicate, tasks, workers, finished, meanwhile, ahead)


def do_all[Work, Done](do: Callable[[Work], Done], tasks: Sequence[Work], workers: int, finished: Callable[[int], None] = lambda number: None,
                       meanwhile: Callable[[], None] = lambda: None, ahead: Callable[[], object] | None = None) -> list[Done]:
    """
    Do many pieces of work; the results are in the order of the tasks, whatever the number of workers.

    Parameters
    ----------
    do : a function of a module, so that workers find it
    workers : processes; 1 works here
    finished : called with the number of finished pieces after each
    meanwhile : called once when several workers have begun
    ahead : what one of several workers does first

    Raises
    ------
    Cancelled
        The user interrupted; `finished` on it holds (place, result) of what was done.
    """
    done: dict[int, Done] = {}
    try:
        with closing(each_done(do, tasks, workers, meanwhile, ahead)) as steps:
            for place, result in steps:
                done[place] = result
                finished(len(done))
    except KeyboardInterrupt:
        raise Cancelled(sorted(done.items())) from None
    return [done[place] for place in range(len(tasks))]


def each_done[Work, Done](do: Callable[[Work], Done], tasks: Sequence[Work], workers: int, meanwhile: Callable[[], None] = lambda: None,
                          ahead: Callable[[], object] | None = None) -> Generator[tuple[int, Done]]:
    """
    Place and result of each piece of work as it is done, in any order; see `do_all`. Work of a process that was killed is done again.

    Raises
    ------
    InputError
        Processes were killed several times in a row and nothing was done in between.
    """
    if workers <= 1:
        from simulation.compiling import use_threads

        use_threads(worker_count(None))
        yield from ((place, do(task)) for place, task in enumerate(tasks))
        return
    waiting, lives = dict(enumerate(tasks)), LIVES
    while waiting:
        try:
            with closing(_in_processes(do, waiting, min(workers, len(waiting)), meanwhile, ahead)) as steps:
                for place, result in steps:
                    del waiting[place]
                    lives = LIVES
                    yield place, result
        except BrokenProcessPool:
            lives -= 1
            if not lives:
                raise InputError(f"worker processes were killed {LIVES} times in a row, most often for want of memory; lower run.workers or market.consumers") from None


def worker_count(wanted: int | None) -> int:
    """Worker processes to use: as asked, else one per core that this process may use."""
    return wanted or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else wanted or os.cpu_count() or 1


@cache
def get_ready() -> Any:
    """
    How workers start; where they are split from a process that has loaded the engines, that process begins to load them now.

    It is started with interrupts turned off, and so leaves them to its parent from its first moment on.
    """
    if sys.platform != "linux":
        return get_context("spawn")
    from multiprocessing.forkserver import ensure_running

    context = get_context("forkserver")
    context.set_forkserver_preload([ENGINES])
    if threading.current_thread() is not threading.main_thread():
        ensure_running()
        return context
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        ensure_running()
    finally:
        signal.signal(signal.SIGINT, before)
    return context


class _TidyPool(ProcessPoolExecutor):
    """Collects garbage after each piece of work, since its processes do not by themselves."""

    def submit[**Given, Done](self, do: Callable[Given, Done], /, *args: Given.args, **kwargs: Given.kwargs) -> Future[Done]:
        return super().submit(_tidily, partial(do, *args, **kwargs))


def end_now(pool: Executor) -> None:
    """Leave what a pool has not begun, and end its processes."""
    children = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for child in children:
        child.terminate()


def standing_pool(workers: int, patience: int = 0) -> ProcessPoolExecutor:
    """
    Processes that stay, for work that comes again and again.

    Parameters
    ----------
    patience : how far they step back behind other processes, as `nice` counts it; nothing where the system does not know it
    """
    return _TidyPool(workers, mp_context=get_ready(), initializer=_settle_in, initargs=(dict(os.environ), patience))


def _in_processes[Work, Done](do: Callable[[Work], Done], tasks: Mapping[int, Work], workers: int, meanwhile: Callable[[], None],
                              ahead: Callable[[], object] | None) -> Generator[tuple[int, Done]]:
    """Processes in which nothing has been done; on the way out, however, no child is left behind."""
    pool = standing_pool(workers)
    try:
        if ahead is not None:
            pool.submit(ahead)
        places: dict[Future[Done], int] = {pool.submit(do, task): place for place, task in tasks.items()}
        meanwhile()
        for future in as_completed(places):
            yield places[future], future.result()
    except BaseException:
        end_now(pool)
        raise
    pool.shutdown()


def _settle_in(environment: dict[str, str], patience: int) -> None:
    """In a worker: take over the parent's environment, leave interrupts to it, end when it ends, and collect garbage between pieces of work only."""
    os.environ.update(environment)
    if patience and hasattr(os, "nice"):
        os.nice(patience)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    gc.freeze()  # what was loaded before is not looked at again


def _end_with_parent() -> None:
    """Wait for the end of the parent, killed or interrupted, so that no worker waits for work of nobody's."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def rehearse_ahead() -> bool:
    """Compile the engine, if that was not done yet, while another worker makes its society. Should it fail, playing compiles what it needs."""
    from simulation.studies.rehearsal import rehearse

    return rehearse()


def _replicate(task: Task) -> ReplicationResult:
    """Play one replication. The engines are imported here, so that the parent can start workers before it loads them itself."""
    from simulation.studies.replication import replicate

    return replicate(task)


def _tidily[Done](work: Callable[[], Done]) -> Done:
    result = work()
    gc.collect()
    return result

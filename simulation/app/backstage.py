"""
Where scenarios are played while the page is used: previews at once, whole scenarios in the background.

One of these serves all browser windows. Its processes outlive a rerun of the page, and what was played is kept by the
digest of its scenario, so that going back costs nothing.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool

from simulation.app.job import Job, digest
from simulation.app.outcome import Outcome, full_outcome, preview_outcome
from simulation.app.playing import play_preview, play_whole
from simulation.app.preview import shrink
from simulation.errors import InputError
from simulation.inputs.parameters import Scenario
from simulation.measures.comparison import ReplicationResult
from simulation.studies.memory import workers_that_fit
from simulation.studies.pool import Task, end_now, rehearse_ahead, standing_pool, worker_count

KEPT, KEPT_WHOLE = 60, 12
"""Previews and whole scenarios whose outcomes are kept; the latter take tens of megabytes each."""

FEWEST, MOST, PER_WORKER = 4, 12, 2
"""Replications of a preview: two for each process, within bounds."""

MEANWHILE_SECONDS = 0.1
TRIES = 3
MOST_ASKED = 9
"""Previews that are being played; an older one was asked for by nobody who still waits."""

PATIENCE = 10
"""Whole scenarios step back behind previews."""

GONE_SECONDS = 60.0
"""A window that has not asked for so long is closed."""



class Backstage:
    """
    Plays scenarios for the page; safe to be called from several threads.

    Parameters
    ----------
    workers : processes for previews, and as many for whole scenarios; left out, one per core
    make : makes them, from their number and their patience
    """

    def __init__(self, workers: int | None = None, make: Callable[[int, int], Executor] = standing_pool) -> None:
        self.workers, self._make = worker_count(workers), make
        self._lock = threading.RLock()
        self._pools: dict[str, Executor] = {}
        self._previews: OrderedDict[str, Outcome] = OrderedDict()
        self._wholes: OrderedDict[str, Outcome] = OrderedDict()
        self._jobs: dict[str, Job] = {}
        self._wanted: dict[str, tuple[frozenset[str], float]] = {}
        self._queue: deque[tuple[Job, int, Task]] = deque()
        self._busy = 0
        self._asked: dict[str, tuple[Scenario, float, list[Future[ReplicationResult]]]] = {}
        """Previews that are being played: the small scenario, its size, its replications."""

    def warm_up(self, scenarios: Sequence[Scenario] = ()) -> None:
        """Begin to load and compile what plays, and to play the previews of these scenarios, so that the first window finds them."""
        self._pool("preview").submit(rehearse_ahead)
        for scenario in scenarios:
            self.ask(scenario)

    @property
    def replications(self) -> int:
        """Replications of a preview."""
        return min(max(FEWEST, PER_WORKER * self.workers), MOST)

    def ask(self, scenario: Scenario) -> None:
        """Begin to play a preview, unless it is known or begun, so that several can be waited for together."""
        name = digest(scenario)
        with self._lock:
            if name not in self._previews and name not in self._asked:
                if len(self._asked) >= MOST_ASKED:
                    self._forget(next(iter(self._asked)))
                small, size = shrink(scenario, min(self.replications, scenario.run.replications))
                pool = self._pool("preview")
                self._asked[name] = small, size, [pool.submit(play_preview, Task(small, number, True)) for number in range(small.run.replications)]

    def preview(self, scenario: Scenario, meanwhile: Callable[[], object] = lambda: None) -> Outcome:
        """
        The small society's answer, in about a second unless it is known already.

        Parameters
        ----------
        meanwhile : called every now and then; if it raises, because something else is wanted by now, what was not begun is not played

        Raises
        ------
        InputError
            The model refuses the scenario, or the processes were killed.
        """
        for _ in range(TRIES):
            try:
                return self._preview(scenario, meanwhile)
            except CancelledError:
                continue  # another window gave it up
            except BrokenProcessPool:
                self._drop("preview")
                break
        raise InputError("the processes that play previews were killed, most often for want of memory; try again, or a smaller market")

    def _preview(self, scenario: Scenario, meanwhile: Callable[[], object]) -> Outcome:
        name = digest(scenario)
        self.ask(scenario)
        with self._lock:
            if (known := self._known(self._previews, name)) is not None:
                return known
            small, size, futures = self._asked[name]
        try:
            while not all(future.done() for future in futures):
                wait(futures, MEANWHILE_SECONDS)
                meanwhile()
            results = [future.result() for future in futures]
        finally:
            self._forget(name)
        outcome = preview_outcome(scenario, small, size, results)
        self._keep(self._previews, name, outcome)
        return outcome

    def _forget(self, name: str) -> None:
        """A preview is not being played any more; what was not begun never will be."""
        with self._lock:
            _, _, futures = self._asked.pop(name, (None, 0.0, []))
        for future in futures:
            future.cancel()

    def whole(self, scenario: Scenario) -> Outcome | None:
        """The whole scenario's results, if they are known."""
        return self._known(self._wholes, digest(scenario))

    def job(self, scenario: Scenario) -> Job | None:
        """The job that plays a scenario, or played it last."""
        return self._jobs.get(digest(scenario))

    def want(self, watcher: str, scenarios: list[Scenario]) -> None:
        """
        Play these whole scenarios in the background; what nobody wants any more is given up.

        Parameters
        ----------
        watcher : who asks, such as one browser window; what it asked for before is forgotten
        """
        names = {digest(scenario): scenario for scenario in scenarios}
        with self._lock:
            self._wanted[watcher] = (frozenset(names), time.monotonic())
            for name, scenario in names.items():
                job = self._jobs.get(name)
                if name not in self._wholes and (job is None or (job.state == "cancelled" and not job.problem)):
                    self._begin(name, scenario)
        self._feed()

    def cancel(self, scenario: Scenario) -> None:
        """Stop playing a scenario; what was played is kept and shown, and it is not begun again by itself."""
        with self._lock:
            job = self.job(scenario)
            if job is None or job.over:
                return
            self._stop(job)
            job.problem = "stopped"
            outcome = job.outcome()
            if outcome is not None:
                self._keep(self._wholes, digest(scenario), outcome)

    def resume(self, scenario: Scenario) -> None:
        """Play a scenario that was stopped or failed from its beginning."""
        with self._lock:
            name = digest(scenario)
            self._wholes.pop(name, None)
            self._begin(name, scenario)
        self._feed()

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            self._queue.clear()
        for kind in list(self._pools):
            self._drop(kind)

    # ---------------------------------------------------------------- behind the scenes

    def _begin(self, name: str, scenario: Scenario) -> None:
        job = Job(scenario)
        self._jobs[name] = job
        try:
            workers_that_fit(scenario, 1)
        except InputError as error:
            job.state, job.problem = "failed", str(error)
            return
        self._queue.extend((job, place, task) for place, task in enumerate(job.tasks))

    def _feed(self) -> None:
        """Give the processes work, no more than they can begin at once, so that what is given up leaves no queue behind it."""
        with self._lock:
            self._give_up()
            while self._queue and self._busy < self.workers:
                job, place, task = self._queue.popleft()
                if job.over:
                    continue
                job.state = "playing"
                self._busy += 1
                try:
                    future = self._pool("whole").submit(play_whole, task)
                except BrokenProcessPool as error:
                    self._busy -= 1
                    self._fail(job, error)
                    continue
                future.add_done_callback(lambda done, job=job, place=place: self._finished(job, place, done))  # type: ignore[misc]

    def _give_up(self) -> None:
        """Stop what nobody wants any more, and forget who has not asked for a while."""
        now = time.monotonic()
        self._wanted = {watcher: (names, when) for watcher, (names, when) in self._wanted.items() if now - when < GONE_SECONDS}
        wanted = frozenset[str]().union(*(names for names, _ in self._wanted.values()))
        for name, job in list(self._jobs.items()):
            if name not in wanted and not job.over:
                self._stop(job)
            if name not in wanted and job.over:
                del self._jobs[name]

    def _finished(self, job: Job, place: int, future: Future[ReplicationResult]) -> None:
        with self._lock:
            self._busy -= 1
            error = future.exception() if not future.cancelled() else None
            if error is not None:
                self._fail(job, error)
            elif not job.over and not future.cancelled():
                job.done[place] = future.result()
                if len(job.done) == len(job.tasks):
                    self._complete(job)
        self._feed()

    def _complete(self, job: Job) -> None:
        outcome = job.outcome() or full_outcome(job.scenario, [job.done[0]], [], job.started)
        self._keep(self._wholes, digest(job.scenario), outcome)
        job.state = "done"

    def _fail(self, job: Job, error: BaseException) -> None:
        if isinstance(error, BrokenProcessPool):
            self._drop("whole")
        known = {InputError: str(error), BrokenProcessPool: "the processes that played it were killed, most often for want of memory; try a smaller market"}
        job.problem = next((text for kind, text in known.items() if isinstance(error, kind)), f"a fault of the program: {type(error).__name__}: {error}")
        self._stop(job)
        job.state = "failed"

    def _stop(self, job: Job) -> None:
        job.state = "cancelled"
        self._queue = deque(entry for entry in self._queue if entry[0] is not job)

    def _pool(self, kind: str) -> Executor:
        with self._lock:
            if kind not in self._pools:
                self._pools[kind] = self._make(self.workers, 0 if kind == "preview" else PATIENCE)
            return self._pools[kind]

    def _drop(self, kind: str) -> None:
        with self._lock:
            pool = self._pools.pop(kind, None)
        if pool is not None:
            end_now(pool)

    def _known(self, kept: OrderedDict[str, Outcome], name: str) -> Outcome | None:
        with self._lock:
            if name in kept:
                kept.move_to_end(name)
            return kept.get(name)

    def _keep(self, kept: OrderedDict[str, Outcome], name: str, outcome: Outcome) -> None:
        with self._lock:
            kept[name] = outcome
            while len(kept) > (KEPT_WHOLE if kept is self._wholes else KEPT):
                kept.popitem(last=False)


_standing: Backstage | None = None
_standing_lock = threading.Lock()


def backstage() -> Backstage:
    """The one of this process."""
    global _standing
    with _standing_lock:
        _standing = _standing or Backstage()
        return _standing

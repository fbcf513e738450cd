"""Run and compare scenarios from Python; each returns a result with `.summary()`, `.to_dataframe()` and `.charts()`.

Tables and charts are imported only when there is something to show, so that workers start at once.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.errors import Cancelled, InputError
from simulation.inputs.network_file import read_network
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.studies.memory import workers_that_fit
from simulation.studies.pool import Task, replicate_all, worker_count

if TYPE_CHECKING:
    from simulation.measures.comparison import ReplicationResult
    from simulation.presentation.result import Comparison, Result
    from simulation.studies.facts.checking import Report

Progress = Callable[[int], None]


def run(scenario: str | Path | Scenario = "baseline", settings: Sequence[str] = (), *, progress: Progress = lambda number: None) -> Result:
    """
    Play the scenario as written: one world, with the campaigns that it enables.

    Parameters
    ----------
    scenario : a path, the name of a shipped scenario, or a `Scenario`
    settings : `key=value` texts that beat the file
    progress : called with the number of finished replications after each
    """
    return _play([_scenario(scenario, settings)], compared=False, progress=progress)[0]


def compare(*scenarios: str | Path | Scenario, settings: Sequence[str] = (), progress: Progress = lambda number: None) -> Result | Comparison:
    """
    Play the four worlds of one or more scenarios: advocacy against paid.

    Several scenarios share the luck of the first one's seed and are returned as a `Comparison`.

    Raises
    ------
    InputError
        A setting that cannot be used, or two scenarios of one name.
    Cancelled
        The user interrupted; its `finished` holds the results of what was played.
    """
    chosen = [_scenario(scenario, settings) for scenario in scenarios or ("baseline",)]
    names = [scenario.name for scenario in chosen]
    if doubles := {name for name in names if names.count(name) > 1}:
        raise InputError(f"compare: '{doubles.pop()}' is given twice; allowed: scenarios of different names")
    chosen = [scenario.replace(run__seed=chosen[0].run.seed) for scenario in chosen]
    results = _play(chosen, compared=True, progress=progress)
    if len(results) == 1:
        return results[0]
    from simulation.presentation.result import Comparison

    return Comparison(results)


def facts(scenario: str | Path | Scenario = "baseline", settings: Sequence[str] = (), *, assume: Sequence[str] = (), only: Sequence[str] = (), replications: int = 3,
          progress: Callable[[int, int], None] = lambda done, total: None) -> Report:
    """
    Measure published facts in the model and judge each: holds, breaks, or cannot say.

    Parameters
    ----------
    assume : names of claims without a source, such as "561%"; the report names the facts that each breaks
    only : keys of the facts to judge; left out, all of the catalogue
    replications : repetitions of each measurement
    progress : called with the measurements that are done and all that are known to be needed

    Raises
    ------
    InputError
        A setting, fact or claim that is not known.
    """
    from simulation.inputs.facts import load_facts
    from simulation.studies.facts.checking import check

    chosen, catalogue = _scenario(scenario, settings), load_facts()
    claims = [catalogue.claim(name) for name in dict.fromkeys(assume)]
    judged = [catalogue[key] for key in dict.fromkeys(only)] or list(catalogue)
    return check(chosen, catalogue, judged, claims, replications, worker_count(chosen.run.workers), progress)


def notes(scenario: Scenario) -> tuple[str, ...]:
    """What is said aloud about a network of one's own: people, ties, what was dropped."""
    network = scenario.society.network
    return read_network(network.file, network.attributes).notes if network.file is not None else ()


def _scenario(scenario: str | Path | Scenario, settings: Sequence[str]) -> Scenario:
    if not isinstance(scenario, Scenario):
        return load_scenario(scenario, settings)
    if settings:
        raise InputError("settings: given with a Scenario; allowed: with a file or a shipped name (use Scenario.replace)")
    return scenario


def _play(scenarios: list[Scenario], *, compared: bool, progress: Progress) -> list[Result]:
    started = datetime.datetime.now(datetime.UTC)
    tasks = [Task(scenario, number, compared) for scenario in scenarios for number in range(scenario.run.replications)]
    wanted = max(worker_count(scenario.run.workers) for scenario in scenarios)
    workers = min(workers_that_fit(scenario, wanted) for scenario in scenarios)

    def gather(done: list[tuple[Task, ReplicationResult]]) -> list[Result]:
        from simulation.presentation.result import Result

        played = [(scenario, [result for task, result in done if task.scenario is scenario]) for scenario in scenarios]
        return [Result(scenario, results, started) for scenario, results in played if results]

    try:
        return gather(list(zip(tasks, replicate_all(tasks, workers, progress), strict=True)))
    except Cancelled as cancelled:
        raise Cancelled(list(gather([(tasks[place], result) for place, result in cancelled.finished]))) from None

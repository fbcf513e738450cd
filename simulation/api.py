"""Run and compare scenarios from Python; each returns a result with `.summary()`, `.to_dataframe()` and `.charts()`.

Tables and charts are imported only when there is something to show, so that workers start at once.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.errors import Cancelled, InputError
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.studies.drawing import held_keys
from simulation.studies.pool import Task, get_ready, replicate_all, split_tasks, worker_count

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
    progress : called with the number of finished plays after each, see `plays`
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
    """What is said aloud before a run: about a network of one's own (people, ties, what was dropped), and which parameters are not drawn."""
    network = scenario.society.network
    about: tuple[str, ...] = ()
    if network.file is not None:
        from simulation.inputs.network_file import read_network

        about = read_network(network.file, network.attributes).notes
    held = held_keys(scenario) if scenario.run.parameters == "posterior" else []
    return (*about, f"{scenario.name}: held at the scenario's values instead of drawn from the posterior: {', '.join(held)}") if held else about


def plays(scenarios: Sequence[Scenario], *, compared: bool) -> list[Task]:
    """Everything that is played: the replications of each scenario, then those that are played again to tell luck, society and parameters apart."""
    tasks = [Task(scenario, number, compared) for scenario in scenarios for number in range(scenario.run.replications)]
    return tasks + [task for scenario in scenarios if compared for task in split_tasks(scenario)]


def _scenario(scenario: str | Path | Scenario, settings: Sequence[str]) -> Scenario:
    if not isinstance(scenario, Scenario):
        return load_scenario(scenario, settings)
    if settings:
        raise InputError("settings: given with a Scenario; allowed: with a file or a shipped name (use Scenario.replace)")
    return scenario


def _play(scenarios: list[Scenario], *, compared: bool, progress: Progress) -> list[Result]:
    started = datetime.datetime.now(datetime.UTC)
    tasks = plays(scenarios, compared=compared)
    wanted = max(worker_count(scenario.run.workers) for scenario in scenarios)
    if min(wanted, len(tasks)) > 1:
        get_ready()
    from simulation.studies.memory import workers_that_fit

    workers = min(workers_that_fit(scenario, wanted) for scenario in scenarios)

    def gather(done: list[tuple[Task, ReplicationResult]]) -> list[Result]:
        from simulation.presentation.result import Result

        first = [(scenario, [result for task, result in done if task.scenario is scenario and not task.redraw]) for scenario in scenarios]
        again = [[(task.redraw, result) for task, result in done if task.scenario is scenario and task.redraw] for scenario in scenarios]
        return [Result(scenario, results, started, more) for (scenario, results), more in zip(first, again, strict=True) if results]

    try:
        return gather(list(zip(tasks, replicate_all(tasks, workers, progress, _load_presentation), strict=True)))
    except Cancelled as cancelled:
        raise Cancelled(list(gather([(tasks[place], result) for place, result in cancelled.finished]))) from None


def _load_presentation() -> None:
    """Load what makes tables and charts, while the workers play."""
    import_module("simulation.presentation.result")

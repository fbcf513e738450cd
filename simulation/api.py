"""Run and compare scenarios from Python; each returns a result with `.summary()`, `.to_dataframe()` and `.charts()`.

Tables and charts are imported only when there is something to show, so that workers start at once.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import Cancelled, InputError
from simulation.inputs.design import Design, load_design
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.studies.drawing import held_keys
from simulation.studies.pool import Task, do_all, get_ready, replicate_all, split_tasks, worker_count

if TYPE_CHECKING:
    import pandas as pd

    from simulation.measures.comparison import ReplicationResult
    from simulation.presentation.plan_result import PlanResult
    from simulation.presentation.recruits import RecruitsResult
    from simulation.presentation.result import Comparison, Result
    from simulation.presentation.study_result import StudyResult
    from simulation.studies.decisions.splitting import Effort, Goal, Risk
    from simulation.studies.decisions.wishes import Wishes
    from simulation.studies.facts.checking import Report
    from simulation.studies.sweep.plan import Plan

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


def sweep(design: str | Path | Mapping[str, Any] | Design | Plan, folder: str | Path | None = None, *, resume: bool = False, scheduler: str | None = None,
          workers: int | None = None, yes: bool = False, command: str = "", progress: Callable[[int, int, int], None] = lambda done, total, failed: None) -> StudyResult:
    """
    Play a scenario over many points; what is finished is in the folder at any moment, and survives.

    Parameters
    ----------
    design : a path, the name of a shipped design, its contents, or a `Plan`
    folder : for the results; left out: results/NAME here
    resume : go on with what is in the folder
    scheduler : address of a Dask cluster to play on, instead of processes here
    workers : processes; left out, one per core
    yes : play however many runs there are, and begin anew where an unfinished study lies
    progress : called with the runs that are done and all that were to be done, in this call, and those that failed

    Raises
    ------
    InputError
        A design that cannot be used, more runs than are played without `yes`, or a folder that holds something else.
    Cancelled
        The user interrupted; its `finished` holds the sizes of the pieces that are kept.
    """
    from simulation.presentation.study_folder import open_folder
    from simulation.studies.memory import workers_that_fit
    from simulation.studies.sweep.plan import MOST_RUNS, Plan, plan_of
    from simulation.studies.sweep.running import connected, here, on_cluster

    plan = design if isinstance(design, Plan) else plan_of(load_design(design))
    if plan.runs > MOST_RUNS and not yes:
        raise InputError(f"{plan.study.name}: {study_size(plan, workers)}; more than {MOST_RUNS:,} runs have to be confirmed with --yes")
    workers = worker_count(workers or plan.study.base.run.workers)
    with ExitStack() as stack:
        client = stack.enter_context(connected(scheduler)) if scheduler else None
        fitting = workers if client else workers_that_fit(plan.largest, workers)
        kept = open_folder(Path(folder) if folder is not None else Path("results") / plan.study.name, plan, resume=resume, anew=yes, command=command)
        try:
            chunks = {number: kept.plan.chunk(number) for number in kept.missing()}
            pieces = stack.enter_context(closing(on_cluster(chunks, client) if client else here(chunks, fitting)))
            done, total = 0, sum(kept.plan.runs_in(number) for number in chunks)
            for number, piece in pieces:
                kept.keep(number, piece)
                done += kept.plan.runs_in(number)
                progress(done, total, len(kept.failures))
            kept.finish()
        except KeyboardInterrupt:
            raise Cancelled(kept.sizes()) from None
    from simulation.presentation.study_result import StudyResult

    return StudyResult(kept.place)


def open_study(folder: str | Path) -> StudyResult:
    """
    A study that was finished earlier, from its folder.

    Raises
    ------
    InputError
        The folder holds no finished study.
    """
    from simulation.presentation.study_result import StudyResult

    return StudyResult(folder)


def weekly(scenario: str | Path | Scenario = "baseline", settings: Sequence[str] = ()) -> pd.DataFrame:
    """
    A scenario as written, week by week and channel by channel, for marketing-mix tools; see `studies.weekly.weekly_panel` for the columns.

    One replication under the other, as many as the scenario has. Raises `InputError` for a setting that cannot be used.
    """
    import pandas as pd

    from simulation.studies.weekly import weekly_panel

    chosen = _scenario(scenario, settings)
    return pd.concat([weekly_panel(chosen, number) for number in range(chosen.run.replications)], ignore_index=True)


def report(results: str | Path | Result | Comparison, *targets: str | Path, brand: str | Path | None = None, template: str | Path | None = None) -> list[Path]:
    """
    Write results as a report, slides, charts or a workbook; nothing is played again.

    Parameters
    ----------
    results : a folder written by `compare` or `run`, or what these return
    targets : where to; the ending says what: `.html`, `.pptx`, `.xlsx`, or a folder for charts
    brand : a YAML file with name, colours, font and logo
    template : a PowerPoint file whose slide master is used

    Raises
    ------
    InputError
        No results, an ending that is not known, a place that cannot be written to, a brand or template that cannot be used.
    """
    from simulation.presentation.exports import export

    return export(results, targets, brand=brand, template=template)


def advocates(scenario: str | Path | Scenario = "baseline", recruit: int = 20, settings: Sequence[str] = (), *, wishes: Wishes | None = None, plays: int = 10,
              progress: Progress = lambda number: None) -> RecruitsResult:
    """
    Whom to recruit: the employees whose sharing adds most people whom nobody and nothing else reaches.

    Parameters
    ----------
    recruit : employees to choose
    wishes : further wishes; they beat `recruit`
    plays : plays of the whole model, with the chosen and with those who have most followers, on common luck; 0 for none
    progress : called with the number of finished plays after each

    Raises
    ------
    InputError
        A setting that cannot be used, or wishes that cannot be fulfilled.
    Cancelled
        The user interrupted.
    """
    from simulation.compiling import use_threads
    from simulation.presentation.recruits import RecruitsResult
    from simulation.studies.decisions.confirming import Work, added_in_play
    from simulation.studies.decisions.recruiting import MOST_FOLLOWERS
    from simulation.studies.decisions.recruiting import recruit as choose
    from simulation.studies.decisions.wishes import Wishes
    from simulation.studies.memory import workers_that_fit

    started, chosen = datetime.datetime.now(datetime.UTC), _scenario(scenario, settings)
    workers = min(workers_that_fit(chosen, worker_count(chosen.run.workers)), max(plays, 1))
    if workers > 1:
        get_ready()
    use_threads(worker_count(chosen.run.workers))
    found = choose(chosen, wishes or Wishes(recruit))
    sets = {"chosen": found.rows.tolist(), MOST_FOLLOWERS: found.orders[MOST_FOLLOWERS].tolist()}
    work = [Work(found.scenario, number, sets, found.wishes.true_acceptance(found.society)) for number in range(plays)]
    return RecruitsResult(found, do_all(added_in_play, work, workers, progress), started)


def plan(scenario: str | Path | Scenario = "baseline", budget: float | None = None, settings: Sequence[str] = (), *, goal: Goal = "reach", risk: Risk = "mean",
         folder: str | Path | None = None, resume: bool = False, yes: bool = False, effort: Effort | None = None, most_enrolled: float = 0.8, stage_price: float | None = None,
         value_of_one: float | None = None, command: str = "", progress: Progress = lambda number: None) -> PlanResult:
    """
    How to split a budget between programme and ads, and what would be worth knowing first; every evaluation is in the folder at any moment, and survives.

    Parameters
    ----------
    budget : money for both, as planned; left out, twice what the programme is planned to cost
    goal, risk, effort : what is maximised, how over draws, and how hard to look; see `split`
    folder : for the results; left out: results/plan_NAME here
    resume : go on with what is in the folder, or ask another question of what was played
    yes : begin anew where an unfinished plan lies
    most_enrolled, stage_price : see `Options`
    value_of_one : money that one person, or whatever the goal counts, is worth; left out, what ads alone pay for one
    progress : called with the number of finished plays after each piece of work

    Raises
    ------
    InputError
        A setting, goal or budget that cannot be used, or a folder that holds something else.
    Cancelled
        The user interrupted; its `finished` holds the number of evaluations that are kept.
    """
    from simulation.behaviour.planning import planned_programme_cost
    from simulation.presentation.plan_folder import PlanFolder
    from simulation.presentation.plan_result import PlanResult
    from simulation.studies.decisions.evaluating import Evaluator, followed
    from simulation.studies.decisions.learning import learn
    from simulation.studies.decisions.options import Options
    from simulation.studies.decisions.splitting import Effort, checked, split
    from simulation.studies.memory import workers_that_fit

    base = followed(_scenario(scenario, settings))
    effort = checked(goal, risk, effort or Effort())
    options = Options(base, 2.0 * planned_programme_cost(base) if budget is None else budget, most_enrolled, stage_price, goal == "cost_per_person").checked()
    if value_of_one is not None and not 0 < value_of_one < 1e9:
        raise InputError(f"--value-of-one: given {value_of_one:g}; allowed: more than 0, in {base.currency}")
    workers = workers_that_fit(base, worker_count(base.run.workers))
    if workers > 1:
        get_ready()
    kept = PlanFolder(Path(folder) if folder is not None else Path("results") / f"plan_{base.name}", base, resume=resume, anew=yes, command=command)
    evaluator = Evaluator(base, workers, kept.known, kept.keep, progress)
    try:
        found = split(options, evaluator, goal, risk, effort)
        result = PlanResult(found, learn(found, evaluator, workers, value_of_one, progress), kept)
        result.save()
    except KeyboardInterrupt:
        raise Cancelled([len(evaluator.known)]) from None
    return result


def study_size(plan: Plan, workers: int | None = None) -> str:
    """In words: points, replications, runs, and the time that they will take, about."""
    seconds = plan.seconds / worker_count(workers or plan.study.base.run.workers)
    time = f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} minutes" if seconds < 7200 else f"{seconds / 3600:,.0f} hours"
    return f"{len(plan.points):,} points x {plan.study.design.replications:,} replications = {plan.runs:,} runs of four worlds, about {time} here"


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

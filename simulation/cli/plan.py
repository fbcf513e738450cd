"""`advocacy plan`: how to split a budget between programme and ads."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from simulation.cli.options import CANCELLED, JsonOption, OutOption, QuietOption, SeedOption, SetOption, WorkersOption, check_names, settings_of, tell
from simulation.cli.progress import progress
from simulation.errors import Cancelled


def plan(
    scenario: Annotated[str, typer.Argument(metavar="[SCENARIO]", help="A scenario file or a shipped name.")] = "baseline",
    budget: Annotated[float, typer.Option("--budget", metavar="MONEY", help="Money for programme and ads together.")] = ...,  # type: ignore[assignment]
    goal: Annotated[str, typer.Option("--goal", help="reach, reach_3plus, engagements, or cost_per_person, which may spend less.")] = "reach",
    risk: Annotated[str, typer.Option("--risk", help="Over draws of what is uncertain: mean, quantile (the 10% quantile), or regret (the least largest one).")] = "mean",
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what is in the folder, or ask another question of what was played.")] = False,
    most_enrolled: Annotated[float, typer.Option("--most-enrolled", help="Fraction of employees who can be enrolled at most.")] = 0.8,
    stage_price: Annotated[float | None, typer.Option("--stage-price", metavar="MONEY", help="Money a month for each stage of maturity more; left out, the stage stays.")] = None,
    value_of_one: Annotated[float | None, typer.Option("--value-of-one", metavar="MONEY", help="What one person or reaction is worth; left out, what ads pay for one.")] = None,
    population: Annotated[int, typer.Option("--population", help="Decisions in a generation of the search.")] = 12,
    generations: Annotated[int, typer.Option("--generations", help="Generations after the first.")] = 5,
    search_draws: Annotated[int, typer.Option("--search-draws", help="Draws in which the search plays each decision.")] = 6,
    draws: Annotated[int, typer.Option("--draws", help="Further draws in which the best are compared.")] = 32,
    settings: SetOption = None,
    seed: SeedOption = None,
    workers: WorkersOption = None,
    out: OutOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Begin anew where an unfinished plan lies.")] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """How to split a budget between programme and ads, and what would be worth knowing first."""
    from simulation.inputs.scenario import load_scenario

    chosen = load_scenario(check_names([scenario])[0], settings_of(settings, seed, None, None, workers))
    folder = out or Path("results") / f"plan_{chosen.name}"
    from simulation import api
    from simulation.studies.decisions.splitting import Effort

    effort = Effort(population, generations, search_draws, draws)
    tell(quiet, f"{chosen.title}: splitting {budget:,.0f} {chosen.currency}, about {effort.plays:,} plays; every one is kept in {folder}")
    with progress(effort.plays, quiet, "plays") as report:
        try:
            result = api.plan(chosen, budget, goal=goal, risk=risk, folder=folder, resume=resume, yes=yes, effort=effort, most_enrolled=most_enrolled,  # type: ignore[arg-type]
                              stage_price=stage_price, value_of_one=value_of_one, command=shlex.join(["advocacy", *sys.argv[1:]]), progress=report)
        except Cancelled as cancelled:
            tell(False, f"advocacy: cancelled; {cancelled.finished[0]:,} evaluations are kept in {folder}. Go on with the same command and --resume")
            raise typer.Exit(CANCELLED) from None
    print(json.dumps(result.summary(), indent=2, ensure_ascii=False, allow_nan=False) if as_json else result.answer(), flush=True)
    tell(quiet, f"Tables, charts and all evaluations are in {folder}")

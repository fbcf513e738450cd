"""`advocacy sweep`: a scenario over many points, resumable, here or on a cluster."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from simulation.cli.options import CANCELLED, OutOption, QuietOption, WorkersOption, tell
from simulation.cli.progress import progress
from simulation.cli.sensitivity import OutcomeOption, explain


def sweep(
    design: Annotated[str, typer.Argument(metavar="DESIGN", help="A design file or a shipped name.")],
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what is in the folder.")] = False,
    scheduler: Annotated[str | None, typer.Option("--scheduler", metavar="ADDRESS", help="Play on a Dask cluster, as in tcp://host:8786.")] = None,
    workers: WorkersOption = None,
    out: OutOption = None,
    outcome: OutcomeOption = None,
    analysis: Annotated[bool, typer.Option("--analysis/--no-analysis", help="Analyse the table at the end, or leave that to advocacy sensitivity.")] = True,
    yes: Annotated[bool, typer.Option("--yes", help="Play however many runs there are; begin anew where an unfinished study lies.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Play a scenario over many points: grid, Latin hypercube, Sobol, Morris, one at a time, or a table."""
    from simulation import api
    from simulation.errors import Cancelled
    from simulation.inputs.design import load_design
    from simulation.studies.sweep.plan import plan_of

    study = load_design(design)
    plan = plan_of(study)
    folder = out or Path("results") / study.name
    tell(quiet, f"{study.design.title or study.name}: {api.study_size(plan, workers)}; results go to {folder}")
    command = shlex.join(["advocacy", *sys.argv[1:]])
    with progress(plan.runs, quiet, "runs") as report:
        try:
            result = api.sweep(plan, folder, resume=resume, scheduler=scheduler, workers=workers, yes=yes, command=command,
                               progress=lambda done, total, failed: report(done, total, note=f"{failed} failed" if failed else ""))
        except Cancelled as cancelled:
            tell(False, f"advocacy: cancelled; {sum(cancelled.finished):,} of {plan.runs:,} runs are kept in {folder}. Go on with: "
                        f"advocacy sweep {shlex.quote(design)} --resume --out {shlex.quote(str(folder))}")
            raise typer.Exit(CANCELLED) from None
    print(result.answer(), flush=True)
    if analysis and (outcome is not None or len(result.failures) < plan.runs):
        print(flush=True)
        explain(result, outcome)

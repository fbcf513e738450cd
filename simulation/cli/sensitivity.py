"""`advocacy sensitivity`: what a finished study says about one outcome."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.cli.options import QuietOption, tell

if TYPE_CHECKING:
    from simulation.presentation.study_result import StudyResult

OutcomeOption = Annotated[str | None, typer.Option("--outcome", metavar="NAME", help="Figure to analyse, as in --outcome total.reach; "
                                                                                      "left out: people added by the programme less those added by ads.")]


def sensitivity(
    results: Annotated[Path, typer.Argument(metavar="RESULTS", help="The folder of a finished study.")],
    outcome: OutcomeOption = None,
    world: Annotated[str | None, typer.Option("--world", help="World whose figure it is: neither, advocacy, paid or both (left out).")] = None,
    above: Annotated[float | None, typer.Option("--above", metavar="X", help="Find the box in which the outcome is most often above X.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the analysis as JSON instead of tables.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Which keys of a study matter, where its variance comes from, and where the outcome is good; charts go to RESULTS/charts."""
    from simulation.presentation.study_result import StudyResult

    result = StudyResult(results)
    result.table(outcome, world)
    tell(quiet, f"Analysing {results}; charts go to {results / 'charts'}")
    explain(result, outcome, world, above, as_json=as_json)


def explain(result: StudyResult, outcome: str | None, world: str | None = None, above: float | None = None, *, as_json: bool = False) -> None:
    """Analyse, save, and print."""
    found = result.sensitivity(outcome, world, above)
    result.save(found)
    print(json.dumps(found.to_dict(), indent=2, ensure_ascii=False, allow_nan=False) if as_json else result.explain(found), flush=True)

"""`advocacy advocates`: whom to recruit."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from simulation.cli.options import CANCELLED, JsonOption, OutOption, QuietOption, SeedOption, SetOption, WorkersOption, check_names, settings_of, tell
from simulation.cli.progress import progress
from simulation.errors import Cancelled, InputError

NamesOption = list[str] | None


def advocates(
    scenario: Annotated[str, typer.Argument(metavar="[SCENARIO]", help="A scenario file or a shipped name.")] = "baseline",
    recruit: Annotated[int, typer.Option("--recruit", metavar="N", help="Employees to choose.")] = 20,
    include: Annotated[NamesOption, typer.Option("--include", metavar="EMPLOYEE", help="Somebody who must be chosen; repeat it, or separate names by commas.")] = None,
    exclude: Annotated[NamesOption, typer.Option("--exclude", metavar="EMPLOYEE", help="Somebody who must not be chosen; repeat it, or separate names by commas.")] = None,
    most_per_department: Annotated[int | None, typer.Option("--most-per-department", metavar="N", help="Choose at most so many of one department.")] = None,
    willingness: Annotated[NamesOption, typer.Option("--willingness", metavar="SEGMENT=CHANCE", help="Chance that somebody of a segment says yes when asked, as in eager=0.9; "
                                                     "repeat it. Left out: assumed by segment.")] = None,
    blind: Annotated[bool, typer.Option("--blind", help="Choose without knowing anybody's segment.")] = False,
    spread: Annotated[str, typer.Option("--spread", help="passed_on: likes and reshares carry posts one hop further; direct: followers only, faster.")] = "passed_on",
    epsilon: Annotated[float, typer.Option("--epsilon", help="Error allowed to passed_on; smaller takes longer.")] = 0.2,
    plays: Annotated[int, typer.Option("--plays", min=0, help="Plays of the whole model that confirm the choice; 0 for none.")] = 10,
    settings: SetOption = None,
    seed: SeedOption = None,
    workers: WorkersOption = None,
    out: OutOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Whom to recruit: the employees whose sharing adds most people whom nobody and nothing else reaches."""
    from simulation.inputs.scenario import load_scenario
    from simulation.presentation.folder import check_place

    chosen = load_scenario(check_names([scenario])[0], settings_of(settings, seed, None, None, workers))
    folder = out or Path("results") / f"advocates_{chosen.name}"
    check_place(folder)
    tell(quiet, f"{chosen.title}: choosing {recruit} of {chosen.society.employees:,} employees; results go to {folder}")
    from simulation import api
    from simulation.studies.decisions.wishes import Wishes

    wishes = Wishes(recruit, _names(include), _names(exclude), most_per_department, _chances(willingness), blind, spread, epsilon)  # type: ignore[arg-type]
    with progress(max(plays, 1), quiet, "plays") as report:
        try:
            result = api.advocates(chosen, wishes=wishes, plays=plays, progress=report)
        except Cancelled:
            tell(False, "advocacy: cancelled; nothing was written")
            raise typer.Exit(CANCELLED) from None
    print(json.dumps(result.summary(), indent=2, ensure_ascii=False, allow_nan=False) if as_json else result.answer(), flush=True)
    result.save(folder, shlex.join(["advocacy", *sys.argv[1:]]))
    tell(quiet, f"The list, the chart and the complete scenario are in {folder}")


def _names(given: list[str] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for text in given or () for name in text.split(",") if name.strip()))


def _chances(given: list[str] | None) -> dict[str, float]:
    found = {}
    for text in given or ():
        segment, equals, chance = text.partition("=")
        try:
            found[segment.strip()] = float(chance) if equals else float("nan")
        except ValueError:
            found[segment.strip()] = float("nan")
        if found[segment.strip()] != found[segment.strip()]:
            raise InputError(f"--willingness: given '{text}'; allowed: SEGMENT=CHANCE, such as eager=0.9")
    return found

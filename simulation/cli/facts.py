"""`advocacy facts`: published facts against the model, and which of them a claim breaks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from simulation.cli.options import CANCELLED, JsonOption, QuietOption, SeedOption, SetOption, WorkersOption, check_names, settings_of, tell
from simulation.cli.progress import progress
from simulation.errors import Cancelled

AssumeOption = Annotated[list[str] | None, typer.Option("--assume", metavar="CLAIM", help="Assume a claim without a source and name the facts it breaks, as in "
                                                        "--assume 561%; also 24x, 8x, '135 advocates', '21% per view'; repeat it for each one.")]
OnlyOption = Annotated[list[str] | None, typer.Option("--only", metavar="FACT", help="Judge one fact, by the key that --json prints; repeat it for each one.")]
Replications = Annotated[int, typer.Option("--replications", min=1, help="Repetitions of each measurement with new luck and a new society.")]
ToOption = Annotated[Path | None, typer.Option("--to", metavar="FILE.md", help="Write a page in Markdown, its pictures in the folder images beside it.")]


def facts(
    scenario: Annotated[str, typer.Argument(metavar="[SCENARIO]", help="A scenario file or a shipped name.")] = "baseline",
    settings: SetOption = None,
    assume: AssumeOption = None,
    only: OnlyOption = None,
    seed: SeedOption = None,
    replications: Replications = 3,
    workers: WorkersOption = None,
    to: ToOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Published facts against the model: what was published, what comes out, and whether it holds, breaks, or nothing can be said."""
    from simulation import api
    from simulation.inputs.scenario import load_scenario
    from simulation.presentation.facts_answer import answer, data

    if to is not None:
        from simulation.presentation.folder import check_page

        check_page(to)
    chosen = load_scenario(check_names([scenario])[0], settings_of(settings, seed, None, None, workers))
    tell(quiet, f"{chosen.title}: measuring the facts, {replications} replications of each")
    with progress(1, quiet, "measurements") as report:
        try:
            found = api.facts(chosen, assume=assume or (), only=only or (), replications=replications, progress=report)
        except Cancelled:
            tell(False, "advocacy: cancelled; a fact is judged from all its measurements, so nothing was printed")
            raise typer.Exit(CANCELLED) from None
    print(json.dumps(data(found), indent=2, ensure_ascii=False, allow_nan=False) if as_json else answer(found), flush=True)
    if to is not None:
        from simulation.presentation.facts_page import write_page

        write_page(found, to)
        tell(quiet, f"The page is {to}, its pictures are in {to.parent / 'images'}")

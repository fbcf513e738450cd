"""`advocacy run`: one world, the scenario as written."""

from __future__ import annotations

from typing import Annotated

import typer

from simulation.cli.options import EngineOption, JsonOption, OutOption, QuietOption, ReplicationsOption, SeedOption, SetOption, WorkersOption, settings_of
from simulation.cli.play import play


def run(
    scenario: Annotated[str, typer.Argument(metavar="[SCENARIO]", help="A scenario file or a shipped name.")] = "baseline",
    settings: SetOption = None,
    seed: SeedOption = None,
    replications: ReplicationsOption = None,
    engine: EngineOption = None,
    workers: WorkersOption = None,
    out: OutOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Play the scenario as written, with the campaigns that it enables."""
    play([scenario], settings_of(settings, seed, replications, engine, workers), out, compared=False, as_json=as_json, quiet=quiet)

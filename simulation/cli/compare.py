"""`advocacy compare`: the main job, advocacy against paid."""

from __future__ import annotations

from typing import Annotated

import typer

from simulation.cli.options import EngineOption, JsonOption, OutOption, QuietOption, ReplicationsOption, SeedOption, SetOption, WorkersOption, settings_of
from simulation.cli.play import play


def compare(
    scenarios: Annotated[list[str] | None, typer.Argument(metavar="[SCENARIO]...", help="Scenario files or shipped names; left out: baseline.")] = None,
    settings: SetOption = None,
    seed: SeedOption = None,
    replications: ReplicationsOption = None,
    engine: EngineOption = None,
    workers: WorkersOption = None,
    out: OutOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Advocacy against ads: who reaches more people, at what cost, how sure are we? Several scenarios are set side by side."""
    play(scenarios or ["baseline"], settings_of(settings, seed, replications, engine, workers), out, compared=True, as_json=as_json, quiet=quiet)

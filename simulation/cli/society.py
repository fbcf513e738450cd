"""`advocacy society`: the society as files for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulation.cli.options import QuietOption, SeedOption, SetOption, check_names, settings_of, tell


def society(
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="society.graphml for the follow graph; nodes.csv or nodes.parquet for a table of people.")],
    scenario: Annotated[str, typer.Argument(metavar="[SCENARIO]", help="A scenario file, a shipped name, or a folder written by compare or run.")] = "baseline",
    platform: Annotated[str | None, typer.Option("--platform", help="Platform whose ties the graph has; left out: the scenario's first.")] = None,
    whole: Annotated[bool, typer.Option("--whole", help="Everybody, up to 20,000 people; otherwise employees and those who follow them.")] = False,
    replication: Annotated[int, typer.Option("--replication", min=0, help="Of which replication, from 0.")] = 0,
    settings: SetOption = None,
    seed: SeedOption = None,
    quiet: QuietOption = False,
) -> None:
    """The society of a scenario as GraphML, or its people as a table."""
    from simulation.inputs.scenario import load_scenario
    from simulation.presentation.society_files import kind_of, platform_of, size, write_society
    from simulation.presentation.stored import scenario_of
    from simulation.studies.one_post import society_of

    kind = kind_of(to)
    own = settings_of(settings, seed, None, None, None)
    chosen = scenario_of(Path(scenario), own) if Path(scenario).is_dir() else load_scenario(check_names([scenario])[0], own)
    built = society_of(chosen, replication)
    if kind == "graphml":
        tell(quiet, f"{chosen.title}: {size(built, platform_of(built, platform), whole)}")
    write_society(built, to, platform, whole)
    tell(quiet, f"Written: {to}")

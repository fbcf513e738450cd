"""`advocacy weekly`: a campaign week by week, for marketing-mix tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulation.cli.options import EngineOption, QuietOption, ReplicationsOption, SeedOption, SetOption, settings_of, tell


def weekly(
    scenario: Annotated[str, typer.Argument(metavar="[SCENARIO]", help="A scenario file or a shipped name; left out: baseline.")] = "baseline",
    settings: SetOption = None,
    seed: SeedOption = None,
    replications: ReplicationsOption = None,
    engine: EngineOption = None,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="CSV file; left out: the table is printed as CSV.")] = None,
    quiet: QuietOption = False,
) -> None:
    """Reach, frequency, impressions, engagements and cost by week and channel, as marketing-mix tools read them; one replication unless told otherwise."""
    from simulation import api
    from simulation.presentation.folder import check_page, write_csv

    if to is not None:
        check_page(to)
    panel = api.weekly(scenario, settings_of(settings, seed, replications or 1, engine, None))
    if to is None:
        print(panel.to_csv(index=False, lineterminator="\n"), end="")
        return
    write_csv(to, panel)
    tell(quiet, f"{len(panel):,} rows: {to}")

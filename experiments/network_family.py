"""Does the shape of the network decide? The same firm on shared foci and on six textbook families of the same mean degree."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from experiments.plumbing import FOLDER, Line, curves, over, play, publish
from simulation.presentation.style import LOOKS

QUESTION = "Network family: does the shape of the network decide how far advocacy reaches?"
FAMILY = "society.network.family"
FAMILIES = ["watts_strogatz", "stochastic_block_model", "powerlaw_cluster", "configuration", "lfr", "barabasi_albert"]
DESIGNS = [{"vary": {FAMILY: FAMILIES}, "settings": {"society.network.mean_followers": 40.0, "market.consumers": 30_000}}]


def main(size: str = "full", folder: Path = FOLDER) -> pd.DataFrame:
    """One row per family: people reached by the programme, followers summed, and people per summed follower."""
    design = DESIGNS[0] | {"settings": {"society.network.mean_followers": 40.0} | ({"market.consumers": 30_000} if size == "full" else {})}
    table = play("network", design, size, folder)
    reach, potential = (over(table, f"lever.{FAMILY}", name) for name in ("programme.reach", "comparison.potential_reach"))
    result = reach.assign(potential_reach=potential["mean"], people_per_follower=reach["mean"] / potential["mean"]).sort_values("mean", ignore_index=True)
    least, most = result.iloc[0], result.iloc[-1]
    apart = most["low"] > least["high"]
    title = (f"On {str(most['x']).replace('_', ' ')} the programme reaches {most['mean'] / max(least['mean'], 1.0):.1f} times as many people as on "
             f"{str(least['x']).replace('_', ' ')}" + ("" if apart else ", but replications overlap"))
    chart = curves("network_family", title, "People reached by the programme, 40 ties a person on average. The default, shared foci, has hundreds and is not shown.",
                   ("Family", "People reached"), [Line("", result, LOOKS["programme"])], size)
    return publish(chart, result, folder)

"""How much does each further advocate add? Tools sum followers; people are not summed, because audiences overlap."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from experiments.plumbing import FOLDER, Line, curves, over, play, publish
from simulation.presentation.style import LOOKS

QUESTION = "Participation against reach: how far does overlap of audiences saturate it?"
KEY = "programme.enrolment_fraction"
DESIGNS = [{"vary": {KEY: [0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0]}}]


def main(size: str = "full", folder: Path = FOLDER) -> pd.DataFrame:
    """One row per enrolment: advocates' summed followers, people really reached, the ratio of the two, and what a further person costs."""
    table = play("saturation", DESIGNS[0], size, folder)
    reach, potential = (over(table, f"lever.{KEY}", name) for name in ("programme.reach", "comparison.potential_reach"))
    cost = over(table, f"lever.{KEY}", "comparison.cost_per_incremental_person.programme")["mean"]
    result = pd.DataFrame({"enrolment": reach["x"], "potential_reach": potential["mean"], "reach": reach["mean"], "reach_low": reach["low"], "reach_high": reach["high"],
                           "people_per_follower": reach["mean"] / potential["mean"], "cost_per_added_person": cost})
    first, last = result.iloc[0], result.iloc[-1]
    title = (f"{last['enrolment'] / first['enrolment']:.0f} times as many enrolled reach {last['reach'] / first['reach']:.0f} times as many people: "
             f"{first['people_per_follower']:.2g} for each summed follower, then {last['people_per_follower']:.2g}")
    lines = [Line("Followers, summed", potential, LOOKS["natural"]), Line("People reached", reach, LOOKS["programme"])]
    chart = curves("saturation_of_advocates", title, "Followers summed over advocates (what most tools report) and different people in the market whom their shares reach.",
                   ("Employees enrolled, fraction", "People"), lines, size)
    return publish(chart, result, folder)

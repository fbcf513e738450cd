"""Who adds more people for the same money? The programme grows by enrolment, ads by budget; both curves over what is spent."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from experiments.plumbing import FOLDER, Line, curves, over, play, publish
from simulation.presentation.chart_numbers import rounded
from simulation.presentation.style import LOOKS

QUESTION = "Advocacy against paid over budget: who adds more people for the same money?"
ENROLMENT = {"vary": {"programme.enrolment_fraction": [0.02, 0.05, 0.1, 0.2, 0.4, 0.8]}}
BUDGET = {"vary": {"paid.budget": [2_000.0, 4_000.0, 8_000.0, 16_000.0, 32_000.0]}}
DESIGNS = [ENROLMENT, BUDGET]


def main(size: str = "full", folder: Path = FOLDER) -> pd.DataFrame:
    """One row for each campaign and amount: what was spent, and people added to what happens anyway."""
    found = {}
    for side, design, key in (("programme", ENROLMENT, "lever.programme.enrolment_fraction"), ("paid", BUDGET, "lever.paid.budget")):
        table = play(f"against_{side}", design, size, folder)
        spent = over(table, key, f"total.{side}_cost")["mean"]
        found[side] = over(table, key, f"comparison.added_reach.{side}").assign(x=spent, setting=table[key].unique())
    programme, paid = found["programme"], found["paid"]
    most, ads = programme.iloc[-1], paid.iloc[-1]
    title = f"{rounded(most['x'])} dollars spent on the programme add {rounded(most['mean'])} people; {rounded(ads['x'])} spent on ads add {rounded(ads['mean'])}"
    chart = curves("advocacy_against_paid", title, "People added to what happens anyway by the programme alone (enrolment from 2% to 80%) and by ads alone, over what each costs.",
                   ("Cost in USD, logarithmic", "People added"), [Line("Programme", programme, LOOKS["programme"]), Line("Paid ads", paid, LOOKS["paid"])], size, log=True)
    return publish(chart, pd.concat([part.assign(campaign=side) for side, part in found.items()], ignore_index=True), folder)

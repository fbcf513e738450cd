"""Who benefits as a programme matures? Five shipped stages: people reached, employees who take part, and what a person and a reaction cost."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from experiments.plumbing import FOLDER, Line, curves, over, play, publish, rows_of
from simulation import load_scenario
from simulation.presentation.style import LOOKS

QUESTION = "Who benefits from maturity stages: the audience, the employees, or the budget?"
KEYS = ("stage", "enrolment_fraction", "items_per_week", "training", "cost.coordinator_per_month")
DESIGNS = [{"vary": {"programme.stage": [1, 2, 3, 4, 5]}}]
"""For the estimate of time; what is played are the shipped scenarios maturity_1 to maturity_5."""
MEASURES = {"people added": "comparison.added_reach.programme", "advocates": "total.advocates", "cost": "total.programme_cost",
            "cost per person": "comparison.cost_per_incremental_person.programme", "cost per reaction": "comparison.cost_per_engagement.programme"}


def stage(number: int) -> dict[str, float]:
    """The settings of a stage."""
    programme = load_scenario(f"maturity_{number}").programme
    return {f"programme.{key}": programme.cost.coordinator_per_month if "." in key else getattr(programme, key) for key in KEYS}


def main(size: str = "full", folder: Path = FOLDER) -> pd.DataFrame:
    """One row for each stage and measure: mean and interval."""
    stages = (1, 5) if size == "small" else (1, 2, 3, 4, 5)
    table = play("maturity", rows_of(folder, "maturity", [stage(number) for number in stages]), size, folder)
    found = {name: over(table, "lever.programme.stage", column) for name, column in MEASURES.items()}
    middle = 2 if len(stages) == 5 else 1
    relative = {name: rows.assign(**{end: rows[end] / rows["mean"].iloc[middle] for end in ("low", "high", "mean")}) for name, rows in found.items()}
    added, cost, price = (relative[name]["mean"].iloc[-1] for name in ("people added", "cost", "cost per person"))
    title = f"The fifth stage adds {added:.1f} times the people of the third for {cost:.1f} times the money; a person costs {price:.1f} times as much"
    lines = [Line("People added", relative["people added"]), Line("Advocates", relative["advocates"], LOOKS["page"]), Line("Cost", relative["cost"], LOOKS["paid"])]
    chart = curves("maturity", title, f"Relative to the mean of stage {stages[middle]}. Advocates are employees who shared at least once. The source's own stages are not known.",
                   ("Stage of maturity", f"Times stage {stages[middle]}"), lines, size)
    return publish(chart, pd.concat([rows.assign(measure=name) for name, rows in found.items()], ignore_index=True), folder)

"""What does a frequency cap buy? The same ad budget under caps of 1 to 20 impressions a person and week."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from experiments.plumbing import FOLDER, Line, curves, over, play, publish
from simulation.presentation.style import LOOKS

QUESTION = "Frequency cap: how many more people does a stricter cap reach for the same money?"
CAP = "paid.cap.impressions"
DESIGNS = [{"vary": {CAP: [1, 2, 3, 5, 10, 20]}}]


def main(size: str = "full", folder: Path = FOLDER) -> pd.DataFrame:
    """One row per cap: people reached by ads once and three times, impressions per person, and what was spent."""
    own = {"settings": {"paid.budget": 4_000.0}} if size == "small" else {}
    table = play("cap", DESIGNS[0] | own, size, folder)
    reach, thrice, frequency, cost = (over(table, f"lever.{CAP}", name) for name in ("paid.reach", "paid.reach_3plus", "paid.frequency", "total.paid_cost"))
    result = reach.assign(reach_3plus=thrice["mean"], frequency=frequency["mean"], cost=cost["mean"])
    first, last = result.iloc[0], result.iloc[-1]
    title = (f"Ads capped at {first['x']:.0f} a week reach {first['mean'] / last['mean']:.2f} times as many people as at {last['x']:.0f}, for "
             f"{first['cost'] / last['cost']:.0%} of the money, and {first['reach_3plus'] / max(last['reach_3plus'], 1.0):.2f} times as many three times")
    chart = curves("frequency_cap", title, "People reached by ads at least once and at least three times, over the most impressions that one person gets in a week.",
                   ("Cap, impressions a person and week, logarithmic", "People reached"),
                   [Line("Once or more", reach, LOOKS["paid"]), Line("Three or more", thrice, LOOKS["natural"])], size, log=True)
    return publish(chart, result, folder)

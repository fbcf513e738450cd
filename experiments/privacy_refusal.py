"""What does it cost a programme that employees keep work and private life apart? 23% in North America, 44% in Europe."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from experiments.plumbing import FOLDER, Line, against_first, curves, over, play, publish

QUESTION = "Privacy refusal: what does it cost that employees keep work and private life apart?"
KEY = "behaviour.privacy_fraction"
DESIGNS = [{"vary": {KEY: [0.0, 0.23, 0.44, 0.6, 0.8]}}]


def main(size: str = "full", folder: Path = FOLDER) -> pd.DataFrame:
    """One row per fraction: people added, advocates, and what is left of the people added where nobody refuses."""
    table = play("privacy", DESIGNS[0], size, folder)
    added, advocates = (over(table, f"uncertainty.{KEY}", name) for name in ("comparison.added_reach.programme", "total.advocates"))
    left = against_first(table, f"uncertainty.{KEY}", "comparison.added_reach.programme")
    result = left.assign(added=added["mean"], added_low=added["low"], added_high=added["high"], advocates=advocates["mean"])
    at = result[result["x"] == 0.44].iloc[0] if 0.44 in set(result["x"]) else result.iloc[-1]
    title = f"Where {at['x']:.0%} keep private life apart, {at['mean']:.0%} of the added people are left ({at['low']:.0%} to {at['high']:.0%})"
    chart = curves("privacy_refusal", title, "People added by the programme, against the same replication where nobody keeps work and private life apart. "
                   "Altimeter 2016: 23% of employees do in North America, 44% in Europe.",
                   ("Employees who keep work and private life apart, fraction", "Part that is left"), [Line("", left)], size)
    return publish(chart, result, folder)

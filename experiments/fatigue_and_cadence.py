"""How often may one ask? Items a week against people reached, for employees who hardly tire, tire as assumed, and tire fast."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from experiments.plumbing import FOLDER, Line, curves, over, play, publish
from simulation.presentation.style import LOOKS

QUESTION = "Fatigue and cadence: how many items a week before asking more adds nothing?"
ITEMS, FATIGUE = "programme.items_per_week", "behaviour.fatigue_per_share"
DESIGNS = [{"vary": {ITEMS: [1.0, 2.0, 5.0, 10.0, 20.0], FATIGUE: [0.0, 0.06, 0.3]}}]
NAMES = {0.0: ("Never tire", "page"), 0.06: ("Tire as assumed", "programme"), 0.3: ("Tire fast", "paid")}


def main(size: str = "full", folder: Path = FOLDER) -> pd.DataFrame:
    """One row for each fatigue and cadence: shares per item and people added."""
    table = play("fatigue", DESIGNS[0], size, folder)
    lines, parts = [], []
    for fatigue, rows in table.groupby(f"uncertainty.{FATIGUE}"):
        label, look = NAMES[float(fatigue)]  # type: ignore[arg-type]
        added = over(rows, f"lever.{ITEMS}", "comparison.added_reach.programme")
        shares = over(rows, f"lever.{ITEMS}", "total.programme_shares")
        lines.append(Line(label, added, LOOKS[look]))
        parts.append(added.assign(fatigue_per_share=fatigue, shares=shares["mean"]))
    slow, fast = lines[0].rows, lines[-1].rows
    gain = [rows["mean"].iloc[-1] / rows["mean"].iloc[0] for rows in (slow, fast)]
    title = f"{slow['x'].iloc[-1] / slow['x'].iloc[0]:.0f} times as many items add {gain[0]:.1f} times as many people if nobody tires, {gain[1]:.1f} times if all tire fast"
    chart = curves("fatigue_and_cadence", title, "People added by the programme. Fatigue per share 0, 0.06 (assumed) and 0.3 logit units; nobody measured it.",
                   ("Items a week", "People added"), lines, size)
    return publish(chart, pd.concat(parts, ignore_index=True), folder)

"""What would have to be different for the programme to win? Levers and uncertainties varied together, and analysed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from experiments.plumbing import FOLDER, publish, study_of

QUESTION = "Sensitivity of the winner: which levers and uncertainties decide who adds more people?"
DESIGNS = [{"method": "latin_hypercube", "points": 128, "replications": 4, "vary": {
    "programme.enrolment_fraction": {"low": 0.05, "high": 0.9}, "programme.items_per_week": {"low": 1.0, "high": 10.0},
    "paid.budget": {"low": 1_600.0, "high": 40_000.0, "scale": "log"},
    "market.contacts_in_market_fraction": {"low": 0.05, "high": 0.9}, "platforms.linkedin.visibility_fraction": {"low": 0.02, "high": 0.5, "scale": "log"},
    "behaviour.offered_share_probability": {"low": 0.01, "high": 0.2, "scale": "log"}}}]


def main(size: str = "full", folder: Path = FOLDER) -> pd.DataFrame:
    """One row per key: what the lead of the programme changes from its lowest to its highest fifth. All charts of the analysis lie in `studies/winner/charts`."""
    result = study_of("winner", DESIGNS[0], size, folder)
    found = result.sensitivity()
    result.save(found)
    chart = next(chart for chart in result.charts(found) if chart.name.endswith("tornado"))._replace(name="sensitivity_of_the_winner")
    return publish(chart, pd.DataFrame([effect._asdict() for effect in found.effects]), folder)

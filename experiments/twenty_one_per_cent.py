"""What do the 21% who liked an employee's post imply? Liking once in a window is no rate per view: the survey twin tells the two apart."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.plumbing import FOLDER, Line, curves, publish
from simulation.inputs.posterior import FILE
from simulation.measures.intervals import figure
from simulation.presentation.style import LOOKS

QUESTION = "What do the 21% who liked an employee's post imply for one view?"
RATES = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.21)
DESIGNS: list[dict[str, object]] = []
"""None: nothing is played, the twin is solved exactly."""
DRAWS = {"small": 20, "medium": 200, "full": 1000}
LIKES = ("platforms.facebook.like_rate", "platforms.twitter.like_rate", "logs.linkedin.likes_per_impression")


def main(size: str = "full", folder: Path = FOLDER) -> pd.DataFrame:
    """One row per likes of a view: people who liked at least once, and those who would say so."""
    from simulation.studies.twin import Twin

    twin, kept = Twin(), json.loads(FILE.read_text(encoding="utf-8"))["draws"]
    values = {key: np.asarray(column, dtype=float)[: DRAWS[size]] for key, column in kept.items()}
    own, rows, said = values["logs.linkedin.likes_per_impression"], [], []
    for rate in RATES:
        factor = rate / own
        changed = values | {key: np.minimum(values[key] * factor, 0.5) for key in LIKES}
        did = twin.features(changed)["liked"]
        would = values["survey.recall.liked"] * did + values["survey.claim.liked"] * (1 - did)
        rows.append({"x": rate, **(figure(did.tolist()) or {})})
        said.append({"x": rate, **(figure(would.tolist()) or {})})
    truth, survey = pd.DataFrame(rows), pd.DataFrame(said)
    implied = float(np.interp(0.21, survey["mean"], np.log(survey["x"])))
    title = f"21% who say that they liked fit {np.exp(implied):.1%} likes a view; at 21% a view, {truth['mean'].iloc[-1]:.0%} would have liked"
    logs = np.quantile(own, (0.05, 0.95))
    chart = curves("twenty_one_per_cent", title, "People who liked an employee's post in the window, and who would say so, over likes of one view. Logs and "
                   f"surveys together: {logs[0]:.1%} to {logs[1]:.1%} a view.", ("Likes per view, logarithmic", "Fraction of people"),
                   [Line("Liked", truth, LOOKS["programme"]), Line("Say so", survey, LOOKS["natural"])], size, log=True, drawn=f"{DRAWS[size]:,} draws of the posterior")
    return publish(chart, truth.merge(survey, on="x", suffixes=("_liked", "_said")), folder)

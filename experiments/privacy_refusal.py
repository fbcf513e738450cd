"""What does it cost a programme that employees keep work and private life apart? 23% in North America, 44% in Europe."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from experiments.plumbing import FOLDER, Line, against_first, curves, over, play, publish, rows_of
from simulation import load_scenario
from simulation.behaviour.planning import planned_shares
from simulation.presentation.style import LOOKS

QUESTION = "Privacy refusal: what does it cost that employees keep work and private life apart?"
KEY, SHARING = "behaviour.privacy_fraction", "behaviour.offered_share_probability"
FRACTIONS = (0.0, 0.23, 0.44, 0.6, 0.8)
ADDED = "comparison.added_reach.programme"
DESIGNS = [{"vary": {KEY: list(FRACTIONS), SHARING: [0.04, 0.05]}}]
"""For the estimate of time; what is played are rows of both keys."""


def willing(fraction: float) -> float:
    """Sharing of an offered item at stage 1, averaged over employees, if each of the others is as willing as where nobody refuses: refusers share a twentieth."""
    nobody = load_scenario("baseline").replace(behaviour__privacy_fraction=0.0)
    shares = [planned_shares(nobody.replace(programme__encouragement=push)) for push in (-nobody.behaviour.privacy_penalty, 0.0)]
    penalty = shares[0] / shares[1]
    return round(nobody.behaviour.offered_share_probability * (1 - fraction * (1 - penalty)), 5)


def main(size: str = "full", folder: Path = FOLDER) -> pd.DataFrame:
    """One row per fraction and reading: the part of the added people that is left, and advocates."""
    chosen = (FRACTIONS[0], FRACTIONS[-1]) if size == "small" else FRACTIONS
    level = load_scenario("baseline").behaviour.offered_share_probability
    lines, parts = [], []
    for label, look, sharing in (("Others as before", "programme", willing), ("Level as surveyed", "page", lambda fraction: level)):
        name = f"privacy_{look}"
        table = play(name, rows_of(folder, name, [{KEY: fraction, SHARING: sharing(fraction)} for fraction in chosen]), size, folder)
        left = against_first(table, f"uncertainty.{KEY}", ADDED)
        lines.append(Line(label, left, LOOKS[look]))
        added, advocates = (over(table, f"uncertainty.{KEY}", column)["mean"] for column in (ADDED, "total.advocates"))
        parts.append(left.assign(reading=label, added=added, advocates=advocates))
    at = next((row for _, row in parts[0].iterrows() if row["x"] == 0.44), parts[0].iloc[-1])
    title = f"Where {at['x']:.0%} refuse and the others share as before, {at['mean']:.0%} of the added people are left ({at['low']:.0%} to {at['high']:.0%})"
    chart = curves("privacy_refusal", title, "Against the same replication where nobody refuses. Level as surveyed: the whole workforce shares as much, so the others more. "
                   "Altimeter 2016: 23% refuse in North America, 44% in Europe.", ("Employees who keep work and private life apart, fraction", "Part that is left"), lines, size)
    return publish(chart, pd.concat(parts, ignore_index=True), folder)

"""LinkedIn says that the 3% of employees who share earn 30% of a firm's engagement. Is that so here, without a programme?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from experiments.plumbing import FOLDER, Line, curves, over, play, publish

QUESTION = "LinkedIn's 3% and 30%: what part of engagement do the employees who share earn?"
KEY = "page.posts_per_week"
LINKEDIN_ALONE = {f"platforms.{name}.{key}": 0.0 for name in ("facebook", "twitter") for key in ("advocate_fraction", "page_visibility_fraction")}
FIRM = {"behaviour.monthly_sharers_fraction": 0.03, "society.employees": 400, "society.departments": 10}
DESIGNS = [{"vary": {KEY: [0.23, 0.5, 1.0, 2.0, 3.0]}, "settings": FIRM | LINKEDIN_ALONE}]
"""Posts of the page are what the source leaves open: from once a month, as often as a sharer, to three a week."""


def main(size: str = "full", folder: Path = FOLDER) -> pd.DataFrame:
    """One row per page posts a week: the sharers' part of likes, clicks and reshares in the market, page and employees together."""
    table = play("three_and_thirty", DESIGNS[0], size, folder)
    earned = {channel: table[[f"{channel}.{act}" for act in ("likes", "clicks", "reshares")]].sum(axis=1) for channel in ("natural", "page")}
    result = over(table, f"lever.{KEY}", earned["natural"] / (earned["natural"] + earned["page"]), world="neither")
    result = result[result["mean"].notna()].reset_index(drop=True)
    first, last = result.iloc[0], result.iloc[-1]
    if last["mean"] <= 0.3 <= first["mean"]:
        at = float(np.exp(np.interp(-0.3, -result["mean"], np.log(result["x"]))))
        title = f"3% of employees earn LinkedIn's 30% of engagement if the page posts about {at:.1f} times a week"
    else:
        title = "At no number of page posts that was tried do 3% of employees earn LinkedIn's 30% of engagement"
    title += f"; at {last['x']:.0f} a week they earn {last['mean']:.0%}"
    chart = curves("three_and_thirty", title, "Employees' part of likes, clicks and reshares on LinkedIn, without a programme or ads. LinkedIn's round figures predict 37.5%.",
                   ("Page posts a week, logarithmic", "Part of engagement"), [Line("", result)], size, log=True)
    return publish(chart, result, folder)

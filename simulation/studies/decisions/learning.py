"""What would change the decision: the worth of each uncertain figure, and of pilots, in money."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.studies.decisions.evaluating import Evaluator, parameters_at
from simulation.studies.decisions.pilot import Observed, Pilot, cheapest, observe, pilots, possible_sizes
from simulation.studies.decisions.splitting import Split
from simulation.studies.decisions.worth import Known, knowing, perfect_information
from simulation.studies.drawing import held_keys
from simulation.studies.pool import each_done

Reals = NDArray[np.float64]

LEAST_DRAWS = 8
"""Draws below which nothing is said about single figures."""


@dataclass(frozen=True)
class Learning:
    """
    What would be worth knowing before deciding; money for one campaign.

    Attributes
    ----------
    value_of_one : money that one person, or whatever the goal counts, is worth
    value_from : where that comes from
    perfect_information : expected gain of knowing everything, luck included
    parameters : the worth of each uncertain figure, largest first
    pilots : from the cheapest on; none where nothing would be gained
    """

    value_of_one: float
    value_from: str
    perfect_information: float
    parameters: list[tuple[str, Known]]
    pilots: list[Pilot]
    cheapest: Pilot | None


def learn(found: Split, evaluator: Evaluator, workers: int, value_of_one: float | None = None, progress: Callable[[int], object] = lambda done: None) -> Learning:
    """
    What would be worth knowing.

    Parameters
    ----------
    value_of_one : money; left out, the price at which ads alone buy one
    """
    units = found.figures["reach" if found.goal == "cost_per_person" else found.goal] - found.nothing["reach" if found.goal == "cost_per_person" else found.goal]
    price, source = (value_of_one, "as given") if value_of_one is not None else _price(found, units)
    benefits = price * units - found.figures["cost"]
    gain = perfect_information(benefits)
    base, held = evaluator.base, set(held_keys(evaluator.base)) if evaluator.base.run.parameters == "posterior" else set()
    refused = found.figures["refused"].max(axis=0)
    drawn = parameters_at(base, found.draws, refused.tolist()) if len(found.draws) >= LEAST_DRAWS else {}
    known = sorted(((key, knowing(benefits, column)) for key, column in drawn.items() if key not in held), key=lambda pair: (-pair[1].value, pair[0]))
    tried = pilots(base, benefits, _observed(found, evaluator, workers, refused, progress)) if gain > 0 and drawn else []
    return Learning(price, source, gain, known, tried, cheapest(tried))


def _price(found: Split, units: Reals) -> tuple[float, str]:
    """What one costs if ads alone buy it; where they cannot, at the chosen decision."""
    ads = [place for place, decision in enumerate(found.menu) if decision["paid.enabled"] and not decision["programme.enabled"]]
    place, source = (ads[0], "the price at which ads alone buy one") if ads else (found.chosen, "what one costs by the chosen decision")
    return float(found.figures["cost"][place].mean() / max(units[place].mean(), 1.0)), source


def _observed(found: Split, evaluator: Evaluator, workers: int, refused: Reals, progress: Callable[[int], object]) -> dict[int, Reals]:
    """What pilots observe, by number of advocates; each play is kept like an evaluation."""
    counts = sorted({count for count, _ in possible_sizes(evaluator.base)})
    work = {f"pilot:{count}:{number}": Observed(evaluator.base, number, int(attempt), count)
            for count in counts for number, attempt in zip(found.draws, refused.tolist(), strict=True)}
    missing = [name for name in work if name not in evaluator.known]
    with closing(each_done(observe, [work[name] for name in missing], min(workers, max(len(missing), 1)))) as steps:
        for place, seen in steps:
            evaluator.keep({missing[place]: seen})
            progress(evaluator.played)
    return {count: np.array([evaluator.known[f"pilot:{count}:{number}"] for number in found.draws]) for count in counts}

"""Other people's tools drive the model: a SALib problem with its function, and a model of the EMA workbench."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.errors import InputError, nearest
from simulation.inputs.design import Design, Range, Study, load_design, whole_key
from simulation.studies.sensitivity.table import ADDED, LEAD
from simulation.studies.sweep.points import value_at


@dataclass(frozen=True)
class Player:
    """
    Plays points of a study one at a time; the same point gives the same figures, whoever asks.

    Attributes
    ----------
    study : what is varied; its method and points are not used
    """

    study: Study
    _reusing: dict[str, Any] = field(default_factory=dict)

    def figures(self, point: Mapping[str, Any]) -> dict[str, float]:
        """
        Figures of the world with both campaigns and of the comparison, means over the replications of the design; NaN where undefined.

        Raises
        ------
        InputError
            Values that do not go together, or that the model refuses.
        """
        from pydantic import ValidationError

        from simulation.inputs.scenario import fit_to_network
        from simulation.studies.pool import Task
        from simulation.studies.replication import Reusing, replicate
        from simulation.studies.sweep.playing import figures_of

        reusing = self._reusing.setdefault("society", Reusing())
        try:
            scenario = fit_to_network(self.study.scenario_at(point))
        except ValidationError as invalid:
            raise InputError("; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in invalid.errors())) from None
        found = [figures_of(replicate(Task(scenario, number, True), reusing, verdicts=0), "both") for number in range(self.study.design.replications)]
        means = {name: float(np.mean([math.nan if (value := each.get(name)) is None else value for each in found])) for name in found[0]}
        return means | {LEAD: means[ADDED[0]] - means[ADDED[1]]}


class SalibFunction:
    """
    A function for SALib.

    Attributes
    ----------
    problem : as SALib wants it; bounds are 0 and 1, positions in the ranges of the design, so that log scales, whole numbers and lists are kept
    outcome : the figure that is returned
    """

    def __init__(self, design: str | Mapping[str, Any] | Design, outcome: str = LEAD) -> None:
        self._study = _ranges(load_design(design))
        self.outcome = outcome
        self._player = Player(self._study)
        names = list(self._study.design.vary)
        self.problem: dict[str, Any] = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}

    def point(self, places: Sequence[float]) -> dict[str, Any]:
        """The values at some positions."""
        return {key: value_at(key, span, float(place)) for (key, span), place in zip(self._study.design.vary.items(), places, strict=True)}

    def __call__(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """The outcome at each row of positions; raises `InputError` for an unknown outcome."""
        return np.array([picked(self._player.figures(self.point(row)), self.outcome) for row in np.atleast_2d(places)])


def ema_model(design: str | Mapping[str, Any] | Design, outcomes: Sequence[str] = (LEAD,), name: str = "advocacy") -> Any:
    """
    A model for the EMA workbench, ready for `perform_experiments`.

    Levers of the scenario are its levers, uncertainties its uncertainties, in their own units, named like the keys with `__` for each dot; outcomes
    likewise. A log scale is not kept, since the workbench has none.

    Raises
    ------
    InputError
        A design that cannot be used, or the EMA workbench is not installed.
    """
    try:
        from ema_workbench import CategoricalParameter, IntegerParameter, Model, RealParameter, ScalarOutcome
    except ImportError:
        raise InputError("ema_model needs the EMA workbench, which is not installed; install the extra: pip install 'advocacy-reach[analysis]'") from None
    study = _ranges(load_design(design))
    player = Player(study)

    def function(**values: Any) -> dict[str, float]:
        figures = player.figures({key: values[_flat(key)] for key in study.design.vary})
        return {_flat(outcome): picked(figures, outcome) for outcome in outcomes}

    def parameter(key: str, span: Range) -> Any:
        if span.values is not None:
            return CategoricalParameter(_flat(key), span.values)
        whole = whole_key(key) if span.integer is None else span.integer
        low, high = span.low or 0.0, span.high or 0.0
        return IntegerParameter(_flat(key), math.ceil(low), math.floor(high)) if whole else RealParameter(_flat(key), low, high)

    model = Model(name, function=function)
    for role, place in (("uncertainty", "uncertainties"), ("lever", "levers")):
        setattr(model, place, [parameter(key, span) for key, span in study.design.vary.items() if study.roles[key] == role])
    model.outcomes = [ScalarOutcome(_flat(outcome)) for outcome in outcomes]
    return model


def picked(figures: Mapping[str, float], outcome: str) -> float:
    """One figure by its name. Raises `InputError` with the nearest where there is none."""
    if outcome not in figures:
        guess = nearest(outcome, figures)
        raise InputError(f"outcome: '{outcome}' is no figure of the model. Allowed: {', '.join(sorted(figures))}." + (f" Did you mean '{guess}'?" if guess else ""))
    return figures[outcome]


def _ranges(study: Study) -> Study:
    if study.rows is not None:
        raise InputError(f"{study.name}: method table has no ranges; allowed: a design with vary")
    return study


def _flat(key: str) -> str:
    return key.replace(".", "__")

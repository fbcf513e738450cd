"""The points of a study: values of the keys that are varied, by the method of its design."""

from __future__ import annotations

import itertools
import math
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.inputs.design import Design, Range, Study, whole_key

type Point = dict[str, Any]
type Unit = NDArray[np.float64]

DIGITS = 12
"""Digits to which values between two bounds are rounded, so that libraries that round the last bit otherwise give the same points."""


def points_of(study: Study) -> list[Point]:
    """
    All points of a study in their order; the same for the same design and seed.

    Sobol points are the cross-sampling of Saltelli (2010, doi:10.1016/j.cpc.2009.09.018) without second order, Morris points the
    trajectories of Morris (1991, doi:10.1080/00401706.1991.10484804); both as SALib makes them, whose indices read them in this order.
    """
    if study.rows is not None:
        return study.rows
    design = study.design
    if design.method == "grid":
        steps = [_steps(key, span) for key, span in design.vary.items()]
        return [dict(zip(design.vary, values, strict=True)) for values in itertools.product(*steps)]
    if design.method == "one_at_a_time":
        return _one_at_a_time(study)
    return [{key: value_at(key, span, float(part)) for (key, span), part in zip(design.vary.items(), row, strict=True)} for row in unit_points(design)]


def point_count(study: Study) -> int:
    """How many points a study has, without making them."""
    design, keys = study.design, len(study.design.vary)
    sizes = [len(span.values) if span.values is not None else span.steps or 2 for span in design.vary.values()]
    return {"grid": math.prod(sizes), "one_at_a_time": 1 + sum(sizes), "latin_hypercube": design.points or 0, "sobol": (design.points or 0) * (keys + 2),
            "morris": (design.trajectories or 0) * (keys + 1), "table": len(study.rows or ())}[design.method]


def value_at(key: str, span: Range, part: float) -> Any:
    """The value at a part (0 to 1) of a range; whole numbers and listed values get equal parts each."""
    if span.values is not None:
        return span.values[min(int(part * len(span.values)), len(span.values) - 1)]
    low, high = span.low or 0.0, span.high or 0.0
    whole = whole_key(key) if span.integer is None else span.integer
    if not whole:
        return min(max(_rounded(_between(span, low, high, part)), low), high)
    first, last = math.ceil(low), math.floor(high)
    return min(math.floor(_between(span, first, last + 1, part)), last)


def _between(span: Range, low: float, high: float, part: float) -> float:
    return low * (high / low) ** part if span.scale == "log" else low + (high - low) * part


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _steps(key: str, span: Range) -> list[Any]:
    """The values that a grid takes of a range, both ends among them."""
    if span.values is not None:
        return list(span.values)
    low, high, steps = span.low or 0.0, span.high or 0.0, span.steps or 2
    whole = whole_key(key) if span.integer is None else span.integer
    values = [min(max(_rounded(_between(span, low, high, step / (steps - 1))), low), high) for step in range(steps)]
    return list(dict.fromkeys(round(value) for value in values)) if whole else values


def _one_at_a_time(study: Study) -> list[Point]:
    """The scenario itself, then each key at each of its values with the others as in the scenario."""
    base = {key: _value(study, key) for key in study.roles}
    return [base, *({**base, key: value} for key, span in study.design.vary.items() for value in _steps(key, span))]


def _value(study: Study, key: str) -> Any:
    found: Any = study.base.model_dump()
    for part in key.split("."):
        found = found[part]
    return found


def unit_points(design: Design) -> Unit:
    """Points of a sampling method in the unit cube, one row each: where in its range each key lies."""
    names = list(design.vary)
    if design.method == "latin_hypercube":
        from scipy.stats import qmc

        return np.asarray(qmc.LatinHypercube(len(names), rng=np.random.default_rng(design.seed)).random(design.points or 1))
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    seed = design.seed % 2**32
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if design.method == "sobol":
            from SALib.sample import sobol

            return np.asarray(sobol.sample(problem, design.points, calc_second_order=False, seed=seed))
        from SALib.sample import morris

        return np.asarray(morris.sample(problem, design.trajectories, num_levels=design.levels, seed=seed))

"""The calibration ladder: the strongest fit that an export allows, with interval and fit error.

From weak to strong: one pair of impressions and reach; the same with the audience; cumulative pairs; a frequency table; a planner's curve.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import least_squares

from simulation.inputs.exports.checks import NO_FIT, levels
from simulation.inputs.exports.read import Export
from simulation.measures.frequency_fits import MISFIT, fit_mixture, fit_truncated_nbd
from simulation.measures.frequency_forms import capped_reach, goerg, nbd_shape
from simulation.measures.organic_forms import fit_reach_curve
from simulation.measures.price_forms import fit_price_curve

Reals = NDArray[np.float64]

LEVEL, NORMAL = 0.9, 1.645
"""Intervals hold the truth in nine of ten cases; the matching quantile of a normal."""
RESAMPLES = 200
SEED = 2016
MOST_PAIRS = 2_000
"""Rows that a fit looks at, evenly spaced, where there are more."""
SHAPES = (0.25, 0.5, 1.0)
"""Of activity, where it cannot be told: the scenario's lowest, its default and its highest."""


class Estimate(NamedTuple):
    """A fitted figure with the interval that holds it in nine of ten cases."""

    name: str
    value: float
    low: float
    high: float
    unit: str


class Fit(NamedTuple):
    """What was fitted to one export."""

    rung: str
    """On the ladder: a, b, c, d, e; p for posts of a page."""
    model: str
    estimates: tuple[Estimate, ...]
    error: float | None
    """Root mean square error of the logarithm of reach, or of people at each frequency; None where the curve goes through every point."""
    rows: int
    notes: tuple[str, ...]
    source: str
    mean: float | None = None
    """Impressions per head of the audience, where a shape was fitted; the middle one of several rows."""
    audience: float | None = None
    """People, where known or fitted."""

    def get(self, name: str) -> Estimate | None:
        """The estimate of that name, if there is one."""
        return next((estimate for estimate in self.estimates if estimate.name == name), None)


def climb(export: Export) -> list[Fit]:
    """The strongest fits that an export allows; none where a check refused its curve or where it holds no reach."""
    if any(finding.level == "refused" and NO_FIT in finding.message for finding in export.findings):
        return []
    table = export.table
    if export.kind.name == "frequency_table":
        return _from_frequencies(export)
    if export.kind.name == "reach_curve":
        return _from_planner(export)
    if table["fan_reach"].notna().sum() >= 3 and table["followers"].notna().any():
        return _from_fans(export)
    if export.kind.channel == "paid" or table["reach_scope"].eq("member").any():
        return _from_pairs(export)
    return []


def _pairs(table: pd.DataFrame) -> pd.DataFrame:
    """Rows with impressions and reach."""
    return table[(table["impressions"] > 0) & (table["reach"] > 0)]


def _from_pairs(export: Export) -> list[Fit]:
    """Rungs a to c, by what rows hold."""
    rows = _pairs(export.table)
    rows = rows[(rows["channel"] == "paid") | (rows["reach_scope"] == "member")]
    cumulative = _cumulative(rows)
    if cumulative is not None and (fit := _cumulative_fit(export, cumulative)):
        return [fit]
    if export.total is not None:
        audience = rows["audience_size"].dropna().unique()
        size = float(audience[0]) if audience.size == 1 and audience[0] >= export.total["reach"] else np.nan
        rows = pd.DataFrame({"impressions": [export.total["impressions"]], "reach": [export.total["reach"]], "audience_size": [size]})
    if rows.empty:
        return []
    rows = rows.iloc[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), MOST_PAIRS)).astype(int))]
    sized = rows[rows["audience_size"] > 0]
    if sized.empty:
        return _one_point(export, rows)
    m, reach = (sized["impressions"] / sized["audience_size"]).to_numpy(), (sized["reach"] / sized["audience_size"]).to_numpy()
    above = reach > -np.expm1(-m) * (1 + 1e-6)
    fits = [_shape_fit(export, sized[~above], m[~above], reach[~above])] if not above.all() else []
    return [*fits, *([_cap_fit(export, m[above], reach[above])] if above.any() else [])]


def _one_point(export: Export, rows: pd.DataFrame) -> list[Fit]:
    """Rung a: the audience that exponential activity implies; several rows are separate campaigns and get no common audience."""
    rows = rows[rows["reach"] < rows["impressions"]]
    if len(rows) != 1:
        return []
    impressions, reach = float(rows["impressions"].iloc[0]), float(rows["reach"].iloc[0])
    curve = goerg(impressions, reach)
    spread = NORMAL * np.sqrt(reach * max(1.0 - reach / curve.audience, 0.0)) + 0.5
    low, high = (float(goerg(impressions, min(max(reach + way * spread, 0.5), impressions - 0.5)).audience) for way in (-1.0, 1.0))
    notes = ("no audience size is known, so activity is taken to be exponential and the audience follows from the pair; give --audience for a real fit",
             "the interval covers chance and rounding, not the platform's own error in estimating reach, which is not published")
    twice = curve.at_least(2 * impressions)
    estimates = (Estimate("audience", curve.audience, low, high, "people"),
                 Estimate("reach_at_twice_the_impressions", twice, goerg_at(low, 2 * impressions), goerg_at(high, 2 * impressions), "people"))
    return [Fit("a", "Goerg, one point", estimates, None, 1, notes, export.source)]


def goerg_at(audience: float, impressions: float) -> float:
    """People reached by so many impressions under exponential activity."""
    return audience * impressions / (audience + impressions)


def _shape_fit(export: Export, rows: pd.DataFrame, m: Reals, reach: Reals) -> Fit:
    """Rung b: the shape of activity, through one pair or closest to several."""
    if m.size == 1:
        spread = NORMAL * np.sqrt(reach[0] * (1 - reach[0]) / float(rows["audience_size"].iloc[0])) + 0.5 / float(rows["audience_size"].iloc[0])
        value, low, high = (_shape_or_limit(m[0], reach[0] + way * spread) for way in (0.0, -1.0, 1.0))
        notes: tuple[str, ...] = ("the interval covers chance and rounding, not the platform's own error in estimating reach, which is not published",)
        return Fit("b", "negative binomial", (Estimate("shape", value, low, high, "shape of a gamma"),), None, 1, notes, export.source,
                   float(m[0]), float(rows["audience_size"].iloc[0]))
    value, error = _common_shape(m, reach)
    rng = np.random.default_rng(SEED)
    draws = [_common_shape(m[pick], reach[pick])[0] for pick in rng.integers(0, m.size, (RESAMPLES, m.size))]
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Fit("b", "negative binomial", (Estimate("shape", value, float(low), float(high), "shape of a gamma"),), error, int(m.size),
               ("every row is taken to be aimed at its whole audience; the interval comes from drawing rows anew",), export.source,
               float(np.median(m)), float(rows["audience_size"].median()))


def _shape_or_limit(mean: float, reach: float) -> float:
    limit = float(-np.expm1(-mean))
    return nbd_shape(mean, min(max(reach, 1e-12), limit))


def _common_shape(m: Reals, reach: Reals) -> tuple[float, float]:
    """The shape with the least squares of log reach, and their root mean."""
    def misfit(log_shape: Reals) -> Reals:
        shape = float(np.exp(log_shape[0]))
        return np.log(-np.expm1(-shape * np.log1p(m / shape))) - np.log(reach)

    found = least_squares(misfit, [0.0], bounds=([-8.0], [12.0]))
    return float(np.exp(found.x[0])), float(np.sqrt(np.mean(found.fun**2)))


def _cap_fit(export: Export, m: Reals, reach: Reals) -> Fit:
    """Rung b above the Poisson line: the cap that comes closest, with activity as uneven as the scenario allows."""
    caps = {shape: _nearest_cap(m, reach, shape) for shape in SHAPES}
    cap, error = caps[SHAPES[1]]
    bounds = [found for found, _ in caps.values()]
    notes = ("reach is above what impressions at random give, so delivery was capped or optimised for reach; the cap is the one that comes closest",
             f"a report does not tell activity and cap apart: activity is taken from the scenario, shape {SHAPES[1]:g} ({SHAPES[0]:g} to {SHAPES[2]:g} for the interval)")
    estimate = Estimate("cap", float(cap), float(min(bounds)), float(max(bounds)), "impressions per person")
    return Fit("b", "negative binomial with a cap", (estimate,), error, int(m.size), notes, export.source)


def _nearest_cap(m: Reals, reach: Reals, shape: float) -> tuple[int, float]:
    """The cap with the least squares of log reach, and their root mean."""
    first = int(np.floor(m.max())) + 1
    errors = {}
    for cap in range(first, first + 30):
        fitted = np.array([capped_reach(float(mean), shape, cap) for mean in m[:50]])
        errors[cap] = float(np.sqrt(np.mean((np.log(fitted) - np.log(reach[:50])) ** 2)))
    best = min(errors, key=lambda cap: errors[cap])
    return best, errors[best]


def _cumulative(rows: pd.DataFrame) -> pd.DataFrame | None:
    """The longest series of one entity whose window grows from one start; None below four points."""
    dated = rows[rows["window_start"].notna() & rows["window_end"].notna()]
    if dated.empty:
        return None
    keys = ["entity_id", "window_start"]
    sizes = dated.groupby(keys, observed=True)["impressions"].transform("size")
    long = dated[sizes >= 4]
    groups = [part.sort_values("window_end") for _, part in long.groupby(keys, observed=True) if part["window_end"].nunique() == len(part)]
    longest = max(groups, key=len, default=None)
    grows = longest is not None and longest["impressions"].is_monotonic_increasing and longest["reach"].is_monotonic_increasing
    return longest if grows else None


def _cumulative_fit(export: Export, rows: pd.DataFrame) -> Fit | None:
    """Rung c: audience and shape together, with the ridge between them."""
    impressions, reach = rows["impressions"].to_numpy(dtype=np.float64), rows["reach"].to_numpy(dtype=np.float64)

    def misfit(logs: Reals) -> Reals:
        people, shape = np.exp(logs)
        return np.asarray(np.log(people) + np.log(-np.expm1(-shape * np.log1p(impressions / people / shape))) - np.log(reach))

    floor = np.log(reach.max())
    found = least_squares(misfit, [floor + 0.7, 0.0], bounds=([floor, -6.0], [floor + 12.0, 8.0]))
    freedom = reach.size - 2
    variance = float((found.fun**2).sum()) / max(freedom, 1) + 1e-12
    covariance = variance * np.linalg.pinv(np.asarray(found.jac).T @ np.asarray(found.jac))
    sd = np.sqrt(np.diag(covariance))
    people, shape = np.exp(found.x)
    ends = [np.exp(found.x + way * NORMAL * sd) for way in (-1.0, 1.0)]
    correlation = float(covariance[0, 1] / max(sd[0] * sd[1], 1e-300))
    ridge = [(size, _common_shape(impressions / size, np.minimum(reach / size, 1.0))) for size in people * np.array([0.7, 1.0, 1.5, 2.5]) if size > reach.max()]
    along = ", ".join(f"{size:,.0f} people with shape {found_shape:.2g} (error {error:.2%})" for size, (found_shape, error) in ridge)
    notes = (f"audience and shape trade off (correlation of their logarithms {correlation:+.2f}): {along}; give --audience to settle it",)
    estimates = (Estimate("audience", float(people), float(ends[0][0]), float(ends[1][0]), "people"),
                 Estimate("shape", float(shape), float(ends[0][1]), float(ends[1][1]), "shape of a gamma"))
    return Fit("c", "negative binomial, cumulative", estimates, float(np.sqrt(np.mean(found.fun**2))), int(reach.size), notes, export.source,
               float(impressions.max() / people), float(people))


def _from_frequencies(export: Export) -> list[Fit]:
    """Rung d: zero-truncated negative binomial, then a free mixture where that misfits."""
    table = export.table
    numbers = table["frequency_level"].str.extract(r"(\d+)", expand=False)
    order = pd.to_numeric(numbers, errors="coerce")
    people = table["people"].where(table["people"].notna(), table["reach"])
    counted = pd.DataFrame({"times": order, "people": people, "open": table["frequency_level"].str.contains("+", regex=False)}).dropna()
    counted = counted[counted["times"] > 0].sort_values("times")
    if len(counted) < 3 or not np.array_equal(counted["times"], np.arange(1, len(counted) + 1)):
        return []
    cumulative = bool(counted["open"].all())
    counts = counted["people"].to_numpy(dtype=np.float64)
    counts = np.append(counts[:-1] - counts[1:], counts[-1]) if cumulative else counts
    if np.any(counts < 0) or not counts[1:].sum() > 0:
        return []
    open_end = cumulative or bool(counted["open"].iloc[-1])
    fit = fit_truncated_nbd(counts, open_end, LEVEL)
    estimates = [Estimate("shape", fit.shape, fit.shape_low, fit.shape_high, "shape of a gamma"),
                 Estimate("shuffle_distance", fit.distance, fit.distance, fit.distance, "fraction")]
    audience = table["audience_size"].dropna()
    size = max(float(audience.iloc[0]) if len(audience) else fit.audience, float(counts.sum()))
    notes: tuple[str, ...] = (f"audience {size:,.0f} " + ("as given" if len(audience) else "as the fit implies"),)
    model = "zero-truncated negative binomial"
    if fit.distance > MISFIT:
        free = fit_mixture(counts, size, open_end)
        model = "free mixture of Poissons"
        notes += (f"the negative binomial misfits (shuffle distance {fit.distance:.3f}, above {MISFIT:g}); the mixture comes to {free.distance:.3f}",)
        estimates.append(Estimate("reach_at_twice_the_impressions", size * free.at_least(1, 2.0), np.nan, np.nan, "people"))
    return [Fit("d", model, tuple(estimates), fit.distance, int(counts.size), notes, export.source, fit.mean if fit.distance <= MISFIT else None, size)]


def _from_planner(export: Export) -> list[Fit]:
    """Rung e: shape of activity and curve of prices."""
    table, fits = export.table, []
    names = levels(table)
    reach = table["reach"].where(table["reach"].notna(), table[names[0]] if names and names[0].endswith("_1") else np.nan)
    audience = table["audience_size"]
    used = (table["impressions"] > 0) & (reach > 0) & (audience > 0)
    if used.sum() >= 2:
        m, share = (table["impressions"] / audience)[used].to_numpy(), (reach / audience)[used].to_numpy()
        fits.append(_shape_fit(export, table[used], m, share)._replace(rung="e"))
    elif (table["impressions"] > 0).sum() >= 4 and (reach > 0).sum() >= 4:
        rows = table.assign(reach=reach).sort_values("impressions")
        if (fit := _cumulative_fit(export, rows[(rows["impressions"] > 0) & (rows["reach"] > 0)])) is not None:
            fits.append(fit._replace(rung="e"))
    priced = table[(table["impressions"] > 0) & (table["spend"] > 0)]
    if len(priced) >= 4:
        fits.append(_price_fit(export, priced))
    return fits


def _price_fit(export: Export, rows: pd.DataFrame) -> Fit:
    """Log-logistic prices; the interval from drawing points anew."""
    volume, money = rows["impressions"].to_numpy(dtype=np.float64), rows["spend"].to_numpy(dtype=np.float64)
    curve = fit_price_curve(volume, money)
    rng = np.random.default_rng(SEED)
    top = np.array([volume.max()])
    residual = np.log(money) - np.log(curve.cost(volume))
    again = [fit_price_curve(volume, curve.cost(volume) * np.exp(residual[rng.integers(0, volume.size, volume.size)])) for _ in range(40)]

    def estimate(name: str, value: float, values: list[float], unit: str) -> Estimate:
        low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        return Estimate(name, value, float(min(low, value)), float(max(high, value)), unit)

    estimates = (estimate("price_scale", curve.scale, [one.scale for one in again], "currency per thousand"),
                 estimate("price_shape", curve.shape, [one.shape for one in again], "shape"),
                 estimate("marginal_cpm_at_the_top", float(curve.marginal_cpm(top)[0]), [float(one.marginal_cpm(np.minimum(top, 0.999 * one.opportunities))[0]) for one in again],
                          "currency per thousand"))
    return Fit("e", "log-logistic prices, second price", estimates, curve.error, int(volume.size), (f"opportunities implied: {curve.opportunities:,.0f}",), export.source)


def _from_fans(export: Export) -> list[Fit]:
    """Posts of a page: impressions per delivery and shape of activity among fans."""
    rows = export.table[(export.table["fan_reach"] > 0) & (export.table["fan_impressions"] > 0) & (export.table["followers"] > 0)]
    rows = rows.iloc[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), MOST_PAIRS)).astype(int))]
    x, y = (rows["fan_impressions"] / rows["followers"]).to_numpy(), (rows["fan_reach"] / rows["followers"]).to_numpy()
    curve = fit_reach_curve(x, y)
    rng = np.random.default_rng(SEED)
    draws = np.array([fit_reach_curve(x[pick], y[pick])[:2] for pick in rng.integers(0, x.size, (RESAMPLES, x.size))])
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    estimates = (Estimate("repeats", curve.repeats, float(low[0]), float(high[0]), "impressions per delivery"),
                 Estimate("shape", curve.shape, float(low[1]), float(high[1]), "shape of a gamma"))
    return [Fit("p", "negative binomial on deliveries, each shown again", estimates, curve.error, int(x.size), ("the interval comes from drawing posts anew",), export.source)]

"""A regression in place of the model: answers in milliseconds between the points of a study, and says how wrong it was on points that it had not seen."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.errors import InputError
from simulation.measures.intervals import INTERVAL
from simulation.studies.sensitivity.table import Key, Reals, StudyTable, one_thread, point_of

FEWEST = 20
"""Points below which nothing is fitted."""
SMOOTH = 250
"""Up to so many points a Gaussian process is fitted, beyond that boosted trees: the time of the first grows with the cube."""
MOST = 5_000
FOLDS = 10
OTHERS = 100
"""Other points over which a prediction from one group of keys is averaged."""
SEED = 2016


class HeldOut(NamedTuple):
    """
    Errors on points that the regression had not seen, over all folds.

    Attributes
    ----------
    rmse, absolute : root mean square and median absolute error, in the unit of the outcome
    explained : part of the variance of points that was predicted; 0 is no better than their mean
    points, folds : how many there were
    """

    rmse: float
    absolute: float
    explained: float
    points: int
    folds: int


class Prediction(NamedTuple):
    """Expected outcome (mean over the study's replications), with an interval from held-out errors."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Emulator:
    """
    A fitted regression of one outcome on the keys that a study varied.

    Attributes
    ----------
    kind : which regression
    error : how wrong it was on points that it had not seen
    errors : held-out error of each point, in the order of the table
    """

    table: StudyTable
    kind: str
    error: HeldOut
    errors: Reals
    whole: Any
    folds: tuple[Any, ...]

    @property
    def keys(self) -> tuple[Key, ...]:
        """Keys that a point has to give."""
        return self.table.keys

    @property
    def outcome(self) -> str:
        """What is predicted."""
        return self.table.outcome

    def predict(self, point: Mapping[str, Any]) -> Prediction:
        """
        The outcome at a point, within milliseconds.

        Parameters
        ----------
        point : a value for each key that was varied, inside its range

        Raises
        ------
        InputError
            A key that is unknown or missing, or a value outside of what the study played.
        """
        value = float(self.at(point_of(self.keys, point)[None])[0])
        low, high = self.margins
        return Prediction(value, value + low, value + high)

    def predict_many(self, points: pd.DataFrame) -> Reals:
        """The outcome at each row of a table with one column a key; raises `InputError` like `predict`."""
        return self.at(np.array([point_of(self.keys, dict(zip(points.columns, row, strict=True))) for row in points.itertuples(index=False)]))

    def at(self, places: Reals) -> Reals:
        """The outcome at positions (0 to 1), one row a point."""
        return _predicted(self.whole, self.table.features(places))

    @property
    def margins(self) -> tuple[float, float]:
        """What to add to a prediction for an interval: quantiles of held-out errors (cross-conformal, Vovk 2015, doi:10.1007/s10472-013-9368-4)."""
        ends = np.quantile(self.errors, ((1 - INTERVAL) / 2, (1 + INTERVAL) / 2), method="weibull")
        return float(ends[0]), float(ends[1])


def emulator(table: StudyTable) -> Emulator:
    """
    Fit a regression, and measure it on points that it has not seen, a tenth of them at a time.

    Points that were laid out together (a Sobol set, a path of Morris) are held out together, since they share coordinates.

    Raises
    ------
    InputError
        Too few points, or scikit-learn is not installed.
    """
    need_sklearn()
    if len(table.points) < FEWEST or len(table.points) < 3 * len(table.keys):
        raise InputError(f"{len(table.points)} points with a value are too few for an emulator of {len(table.keys)} keys; allowed: at least {max(FEWEST, 3 * len(table.keys))}")
    if len(table.points) > MOST:
        table = table.rows(np.sort(np.random.default_rng(SEED).permutation(len(table.points))[:MOST]))
    features, means, fold = table.features(table.places), table.means, _folds(table)
    errors, fitted = np.empty(len(means)), []
    with _quiet(), one_thread():
        kind, whole = fit(features, means)
        for number in range(fold.max() + 1):
            out = fold == number
            fitted.append(fit(features[~out], means[~out], whole)[1])
            errors[out] = means[out] - _predicted(fitted[-1], features[out])
    variance = means.var()
    square = float((errors**2).mean())
    error = HeldOut(square**0.5, float(np.median(np.abs(errors))), float(1 - square / variance) if variance > 0 else 0.0, len(means), len(fitted))
    return Emulator(table, kind, error, errors, whole, tuple(fitted))


def fit(features: Reals, means: Reals, like: Any = None) -> tuple[str, Any]:
    """The regression for so many points: its name and itself, fitted. The search for a kernel starts at that of `like`, which only saves time."""
    if hasattr(like, "kernel_") if like is not None else len(means) <= SMOOTH:
        from sklearn.gaussian_process import GaussianProcessRegressor
        from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

        kernel = like.kernel_ if like is not None else ConstantKernel(1.0, (1e-3, 1e4)) * Matern(np.ones(features.shape[1]), (0.05, 100.0), nu=2.5) + WhiteKernel(1e-2, (1e-8, 1.0))
        return "Gaussian process", GaussianProcessRegressor(kernel, normalize_y=True, random_state=SEED).fit(features, means)
    from sklearn.ensemble import GradientBoostingRegressor

    return "boosted trees", GradientBoostingRegressor(n_estimators=400, learning_rate=0.06, max_depth=4, subsample=0.7, random_state=SEED).fit(features, means)


def errors_of_groups(emulator: Emulator, groups: Mapping[str, list[int]]) -> dict[str, Reals]:
    """
    Held-out errors of what each group of keys alone predicts: of a point, the mean prediction with its own values of the group and the other keys as in other points.

    Parameters
    ----------
    groups : numbers of the keys by name

    Returns
    -------
    errors by point for each group, and for `all` keys
    """
    table, fold = emulator.table, _folds(emulator.table)
    found = {name: np.empty(len(table.points)) for name in groups}
    rng = np.random.default_rng(SEED)
    with one_thread():
        for number, model in enumerate(emulator.folds):
            out = np.flatnonzero(fold == number)
            others = table.places[rng.permutation(np.flatnonzero(fold != number))[:OTHERS]]
            for name, columns in groups.items():
                mixed = np.repeat(others[None], len(out), axis=0)
                mixed[:, :, columns] = table.places[out][:, None, columns]
                alone = _predicted(model, table.features(mixed.reshape(-1, others.shape[1]))).reshape(len(out), -1).mean(axis=1)
                found[name][out] = table.means[out] - alone
    return found | {"all": emulator.errors}


def need_sklearn() -> None:
    """Raise `InputError` where scikit-learn is missing."""
    try:
        import sklearn  # noqa: F401
    except ImportError:
        raise InputError("an emulator needs scikit-learn, which is not installed; install the extra: pip install 'advocacy-reach[analysis]'") from None


def _predicted(model: Any, features: Reals) -> Reals:
    return np.asarray(model.predict(features), dtype=np.float64)


def _folds(table: StudyTable) -> NDArray[np.int64]:
    """The fold of each point; points of one block are in one fold."""
    numbers, place = np.unique(table.block, return_inverse=True)
    order = np.random.default_rng(SEED).permutation(len(numbers))
    return np.asarray((order % min(FOLDS, len(numbers)))[place])


class _quiet(warnings.catch_warnings):  # noqa: N801
    """Without warnings that a search ended at the edge of its range."""

    def __enter__(self) -> None:
        super().__enter__()
        warnings.simplefilter("ignore")

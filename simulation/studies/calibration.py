"""The posterior of the uncertain parameters by approximate Bayesian computation on the survey twin.

Sequential Monte Carlo with a Gaussian acceptance kernel (Wilkinson 2013, "Approximate Bayesian computation gives exact results
under the assumption of model error"; Del Moral, Doucet, Jasra 2012, "An adaptive sequential Monte Carlo method for approximate
Bayesian computation"). The kernel is as wide as the sampling error of the published figures, so nothing is added to it in the end.

1. A bank of parameter sets is drawn from the prior and answered by the twin. It knows no published answer and can be shared.
2. The kernel is widened until enough of the bank would be accepted; that many are picked in proportion.
3. In turns, they are moved by a Markov chain that keeps the distribution (differential evolution, ter Braak 2006), and the kernel
   is narrowed so far that half of them would still count. It ends at the sampling error itself.

Parameters are held as standard normal numbers `z`, each the normal score of its prior probability, so the prior is the same for all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from simulation.errors import InputError
from simulation.society.luck import Luck
from simulation.studies.priors import Prior
from simulation.studies.questions import Question, answers
from simulation.studies.twin import Twin, Values

Reals = NDArray[np.float64]
Said = Callable[[float], None]
"""Called with the part of the work that is done, 0 to 1."""

BANK, DRAWS, SWEEPS = 40_000, 1_000, 12
"""Parameter sets of the bank, draws of the posterior, and moves at each width of the kernel."""

LAST_SWEEPS = 10
"""Times as many moves at the last width."""

POPULATIONS = 4
"""Parts of the bank from which the posterior is found apart, so that they can be held against each other."""

PIECE = 2_000
JITTER = 0.01
CONFLICT = 25.0
"""Squared distance from which figures are called in conflict: the best parameters miss by five standard deviations in all."""

SEARCHERS, SEARCH_SWEEPS, SEARCH_WIDTH = 100, 15, 1.5
"""Size of the search for parameters that answer all figures, where none of the bank does, and the width of its kernel."""


class Bank(NamedTuple):
    """Parameter sets from the prior and what the twin answers."""

    scores: Reals
    """Normal scores (parameter sets x fitted parameters)."""
    answers: dict[str, Reals]


class Study(NamedTuple):
    """What a calibration is about: the twin, the priors and the questions."""

    twin: Twin
    priors: list[Prior]
    questions: list[Question]

    @property
    def fitted(self) -> list[Question]:
        """Questions on which the posterior rests."""
        return [question for question in self.questions if question.fitted]

    @property
    def parameters(self) -> list[Prior]:
        """Parameters on which a fitted answer can depend."""
        return [prior for prior in self.priors if prior.asked]

    def values(self, scores: Reals) -> Values:
        """Parameters by key at normal scores of the fitted ones; all others at the median of their prior."""
        chances = ndtr(scores)
        columns = dict(zip((prior.key for prior in self.parameters), chances.T, strict=True))
        return {prior.key: np.asarray(prior.quantile(columns.get(prior.key, np.full(len(scores), 0.5)))) for prior in self.priors}

    def answered(self, scores: Reals) -> dict[str, Reals]:
        """What the twin answers to the fitted questions."""
        values = self.values(scores)
        return answers(self.fitted, self.twin.features(values), values)

    def distance(self, answered: dict[str, Reals]) -> Reals:
        """Squared distance from the published figures, in standard deviations."""
        parts = [question.residual(answered[question.name]) ** 2 for question in self.fitted]
        return np.asarray(np.sum(parts, axis=0))


class Found(NamedTuple):
    """Draws of the posterior and how they came about."""

    scores: Reals
    distance: Reals
    widths: list[float]
    """Of the kernel, in sampling errors."""
    accepted: list[float]
    """Part of the moves that were accepted, by width."""
    bank_size: float
    """Effective sample size of the bank at the last width."""


def draw_bank(study: Study, size: int, luck: Luck, said: Said = lambda part: None) -> Bank:
    """Parameter sets from the prior, answered."""
    numbers = len(study.parameters)
    scores = np.stack([ndtri(luck.uniforms("calibration", 0, place, who=np.arange(size))) for place in range(numbers)], axis=1)
    pieces = []
    for start in range(0, size, PIECE):
        pieces.append(study.answered(scores[start:start + PIECE]))
        said(min(1.0, (start + PIECE) / size))
    return Bank(scores, {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]})


def check_conflict(study: Study, bank: Bank, luck: Luck) -> None:
    """
    See whether any parameters answer all fitted figures: the best of the bank, or else of a short search from it.

    Raises
    ------
    InputError
        Figures that cannot be true together; the message names those without any one of which the others agree.
    """
    if _miss(study, bank, luck) < CONFLICT:
        return
    rest = {question.name: study._replace(questions=[other for other in study.questions if other.name != question.name]) for question in study.fitted}
    guilty = [question for question in study.fitted if len(study.fitted) > 1 and _miss(rest[question.name], bank, luck) < CONFLICT] or study.fitted
    named = " and ".join(f"[{question.figure}] value = {question.observed:g}" for question in guilty)
    if len(guilty) == 1:
        low, high = np.quantile(bank.answers[guilty[0].name], (0.001, 0.999))
        raise InputError(f"evidence: given {named}, which is in conflict with the priors; allowed: what the survey twin can answer, {low:.2g} to {high:.2g}")
    raise InputError(f"evidence: given {named}, which are in conflict; allowed: figures that some parameters within the priors answer together. "
                     "Without any one of these the others agree")


def _miss(study: Study, bank: Bank, luck: Luck) -> float:
    """Squared distance at which the best parameters miss the figures."""
    every = study.distance(bank.answers)
    best = np.argsort(every, kind="stable")[:SEARCHERS]
    if every[best[0]] < CONFLICT:
        return float(every[best[0]])
    return float(_moved(study, bank.scores[best], every[best], SEARCH_WIDTH, SEARCH_SWEEPS, luck, 0)[1].min())


def sequential(study: Study, bank: Bank, draws: int, luck: Luck, sweeps: int = SWEEPS, said: Said = lambda part: None) -> Found:
    """
    Draws of the posterior, equally weighted.

    Parameters
    ----------
    bank : parameter sets from the prior, more than `draws`
    sweeps : moves at each width of the kernel; several times as many at the last
    """
    distance = study.distance(bank.answers)
    width = _width(distance, 0.0, draws)
    chosen = _resampled(np.exp(-0.5 * distance / width**2), draws, luck.uniform("calibration", 1))
    scores, distance = bank.scores[chosen], distance[chosen]
    every = study.distance(bank.answers)
    found, first = Found(scores, distance, [], [], _size(np.exp(-0.5 * (every - every.min())))), np.log(max(width, 1.0 + 1e-9))
    for stage in range(1, 100):
        last = width <= 1.0
        scores, distance, accepted = _moved(study, scores, distance, width, sweeps * (LAST_SWEEPS if last else 1), luck, stage)
        found.widths.append(width)
        found.accepted.append(accepted)
        if last:
            break
        said(0.8 * (1.0 - np.log(width) / first))
        narrower = _width(distance, width**-2, draws / 2)
        chosen = _resampled(np.exp(-0.5 * distance * (narrower**-2 - width**-2)), draws, luck.uniform("calibration", 2, stage))
        scores, distance, width = scores[chosen], distance[chosen], narrower
    said(1.0)
    return found._replace(scores=scores, distance=distance)


def _moved(study: Study, scores: Reals, distance: Reals, width: float, sweeps: int, luck: Luck, stage: int) -> tuple[Reals, Reals, float]:
    """Scores after moves that keep their distribution; steps are differences of two others as they were before, along some of the parameters."""
    count, numbers = scores.shape
    before, who, accepted = scores.copy(), np.arange(scores.shape[0]), 0.0
    for sweep in range(sweeps):
        def uniforms(what: int, *more: int, sweep: int = sweep) -> Reals:
            return luck.uniforms("calibration", 3, stage, sweep, what, *more, who=who)

        one, two = ((who + 1 + (uniforms(what) * (count - 1)).astype(np.int64)) % count for what in (0, 1))
        part = np.array([0.2, 0.5, 1.0])[(uniforms(2) * 3).astype(np.int64)]
        along = np.stack([uniforms(3, place) for place in range(numbers)], axis=1) < part[:, None]
        noise = np.stack([ndtri(uniforms(4, place)) for place in range(numbers)], axis=1)
        step = 2.38 / np.sqrt(2.0 * np.maximum(along.sum(axis=1), 1))
        tried = scores + along * (step[:, None] * (before[one] - before[two]) + JITTER * noise)
        there = study.distance(study.answered(tried))
        gain = 0.5 * ((scores**2).sum(axis=1) - (tried**2).sum(axis=1)) + 0.5 * (distance - there) / width**2
        taken = np.log(uniforms(5)) < gain
        scores, distance = np.where(taken[:, None], tried, scores), np.where(taken, there, distance)
        accepted += float(taken.mean()) / sweeps
    return scores, distance, accepted


def _size(weights: Reals) -> float:
    """Effective sample size of weighted draws."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def _width(distance: Reals, sharpness: float, size: float) -> float:
    """The width of the kernel, at least 1, at which the effective sample size is `size`; `sharpness` is what is accounted for already."""
    def surplus(more: float) -> float:
        return _size(np.exp(-0.5 * more * (distance - distance.min()))) - size

    most = 1.0 - sharpness
    more = most if surplus(most) >= 0 else float(brentq(surplus, 0.0, most, xtol=1e-12))
    return float(max(1.0, (sharpness + more) ** -0.5))


def _resampled(weights: Reals, draws: int, uniform: float) -> NDArray[np.int64]:
    """Places picked in proportion to their weights, evenly (systematic resampling)."""
    edges = np.cumsum(weights)
    return np.asarray(np.minimum(np.searchsorted(edges, (np.arange(draws) + uniform) / draws * edges[-1]), weights.size - 1), dtype=np.int64)

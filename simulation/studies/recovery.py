"""Can the calibration find what was planted? Parameters from the prior, surveys answered person by person, posteriors against the truth.

Where the posterior is right, a planted value falls anywhere among its draws with equal chance (simulation-based calibration,
Talts and others 2018), so an interval of 90% holds 90% of the planted values.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import binomtest, chisquare

from simulation.behaviour.willingness import WEEKS_PER_MONTH, silent_chance
from simulation.society.luck import Luck
from simulation.studies.calibration import Bank, Study, sequential
from simulation.studies.questions import PLATFORM_LOG_SD, Question
from simulation.studies.twin import Values

Reals = NDArray[np.float64]
Said = Callable[[float], None]

PLANTED_CONSUMERS, PLANTED_EMPLOYEES = 2_000, 500
INTERVAL = 0.9

COMBINATIONS: dict[str, Callable[[Values], Reals]] = {
    "level": lambda values: np.log(values["behaviour.monthly_sharers_fraction"]),
    "concentration": lambda values: np.log(values["behaviour.posting_shape"]),
    "rate_times_window": lambda values: np.log(values["behaviour.monthly_sharers_fraction"] * values["survey.window_months"]),
}
"""What the surveys can tell, as functions of the parameters."""


class Recovered(NamedTuple):
    """What came of one plant: the fraction of posterior draws below each planted combination."""

    ranks: dict[str, float]
    observed: dict[str, float]


def recover(study: Study, bank: Bank, plants: int, draws: int, luck: Luck, sweeps: int, said: Said = lambda part: None) -> list[Recovered]:
    """
    Plant, survey, calibrate, compare; all plants share one bank.

    Parameters
    ----------
    bank : parameter sets from the prior, answered; it knows nothing of the plants
    plants : how many
    draws, sweeps : of each posterior, and moves at each width of its kernel
    """
    found = []
    for number in range(plants):
        own = luck.replication(number)
        planted = study.values(np.array([[ndtri(own.uniform("calibration", 9, place)) for place in range(len(study.parameters))]]))
        asked = surveyed(study, planted, own)
        posterior = study._replace(questions=asked)
        values = posterior.values(sequential(posterior, bank, draws, own, sweeps).scores)
        ranks = {name: float(np.mean(of(values) < of(planted)[0])) for name, of in COMBINATIONS.items()}
        found.append(Recovered(ranks, {question.name: question.observed for question in asked}))
        said((number + 1) / plants)
    return found


def surveyed(study: Study, planted: Values, luck: Luck) -> list[Question]:
    """The fitted questions, answered by single people who live with one parameter set."""
    liked = study.twin.live(planted, PLANTED_CONSUMERS, luck)[:, 0]
    counted = {"liked": (liked, PLANTED_CONSUMERS), "posted": (_posted(study, planted, luck), PLANTED_EMPLOYEES)}
    found = []
    for place, question in enumerate(study.fitted):
        if question.name in counted:
            did, size = counted[question.name]
            chance = np.where(did, planted[f"survey.recall.{question.name}"][0], planted[f"survey.claim.{question.name}"][0])
            yes = luck.uniforms("answer", place, who=np.arange(size)) < chance
            found.append(question._replace(observed=float(yes.mean()), sample=size))
        elif question.name == "sharers":
            strays = np.exp(PLATFORM_LOG_SD * ndtri(luck.uniform("answer", place)))
            found.append(question._replace(observed=float(planted["behaviour.monthly_sharers_fraction"][0] * strays)))
        else:
            yes = luck.uniforms("answer", place, who=np.arange(question.sample)) < planted["behaviour.connected_fraction"][0]
            found.append(question._replace(observed=float(yes.mean())))
    return found


def _posted(study: Study, planted: Values, luck: Luck) -> NDArray[np.bool_]:
    """Whether each of some employees posted in the window: kind, platforms and posts drawn, the person's own rate integrated by the rule."""
    who = np.arange(PLANTED_EMPLOYEES)
    weekly, parts, uses = study.twin.employees(planted)
    kind = np.minimum(np.searchsorted(np.cumsum(parts), luck.uniforms("answer", 10, who=who)), parts.size - 1)
    used = np.sum([luck.uniforms("answer", 11, place, who=who) < part for place, part in enumerate(uses)], axis=0)
    expected = used * weekly[0, kind] * planted["survey.window_months"][0] * WEEKS_PER_MONTH
    return np.asarray(luck.uniforms("answer", 12, who=who) >= silent_chance(expected, float(planted["behaviour.posting_shape"][0])))


def report(found: list[Recovered]) -> dict[str, Any]:
    """
    Coverage of the intervals and evenness of the ranks, by combination.

    `consistent` is false where so few or so many intervals hold the truth that a right posterior would do so in one of twenty
    recoveries at most (two-sided binomial test); `even` is the p-value of a chi-squared test of the ranks in five classes.
    """
    table = {}
    for name in COMBINATIONS:
        ranks = np.array([each.ranks[name] for each in found])
        inside = int(np.count_nonzero(np.abs(ranks - 0.5) <= INTERVAL / 2))
        counts = np.histogram(ranks, bins=5, range=(0.0, 1.0))[0]
        test = binomtest(inside, len(found), INTERVAL)
        table[name] = {"inside": inside, "plants": len(found), "interval": INTERVAL, "p_value": round(float(test.pvalue), 4), "consistent": bool(test.pvalue > 0.05),
                       "rank_counts": counts.tolist(), "even_p_value": round(float(chisquare(counts).pvalue), 4)}
    return table

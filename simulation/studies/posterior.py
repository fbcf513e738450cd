"""The whole calibration, from an evidence file to a posterior that can be kept: draws, diagnostics, and where surveys and logs disagree."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.errors import InputError
from simulation.inputs.evidence import Evidence
from simulation.inputs.posterior import SCHEMA_VERSION
from simulation.society.luck import Luck
from simulation.studies.calibration import BANK, DRAWS, POPULATIONS, SWEEPS, Bank, Found, Study, check_conflict, draw_bank, sequential
from simulation.studies.priors import priors, scenario_values
from simulation.studies.questions import answers, questions
from simulation.studies.twin import Twin, Values

Reals = NDArray[np.float64]
Said = Callable[[float], None]

SEED = 2016
BANK_PART = 0.3
"""Part of the time that the bank takes, about."""

DIGITS = 5
RANGE = (0.05, 0.5, 0.95)

LOGGED = ("linkedin-member-export-2024-reposts-per-like", "uci-facebook-2014-shares-per-like")
"""Shares per like as logs count them."""


def study_of(evidence: Evidence) -> Study:
    """The calibration that an evidence file calls for. Raises `InputError` naming a figure that cannot be used."""
    return Study(Twin(), priors(evidence), questions(evidence))


def calibrate(evidence: Evidence, *, seed: int = SEED, bank: int = BANK, draws: int = DRAWS, sweeps: int = SWEEPS, said: Said = lambda part: None) -> dict[str, Any]:
    """
    Draw the posterior and say how far it can be trusted.

    Parameters
    ----------
    bank, draws, sweeps : size of the bank, draws of the posterior, moves at each width
    said : called with the part of the work that is done

    Returns
    -------
    contents of a posterior file

    Raises
    ------
    InputError
        Figures in conflict, or one that cannot be used; the message names them.
    """
    if draws < 2 * POPULATIONS or bank < 2 * draws:
        raise InputError(f"calibrate: given {draws} draws from a bank of {bank}; allowed: at least {2 * POPULATIONS} draws, and a bank twice as large")
    study, luck = study_of(evidence), Luck(seed)
    prior = draw_bank(study, bank, luck, lambda part: said(BANK_PART * part))
    check_conflict(study, prior, luck)
    found = []
    for number in range(POPULATIONS):
        rows = slice(number * bank // POPULATIONS, (number + 1) * bank // POPULATIONS)
        own = Bank(prior.scores[rows], {name: column[rows] for name, column in prior.answers.items()})
        done = BANK_PART + (1.0 - BANK_PART) * number / POPULATIONS
        found.append(sequential(study, own, draws // POPULATIONS, luck.replication(number), sweeps,
                                lambda part, done=done: said(done + (1.0 - BANK_PART) / POPULATIONS * part)))  # type: ignore[misc]
    scores = np.concatenate([each.scores for each in found])
    values = _complete(study, scores, luck)
    return {"schema_version": SCHEMA_VERSION, "evidence_sha256": evidence.digest, "figures": _figures(study, evidence), "seed": seed,
            "versions": {name: version(name) for name in ("advocacy-reach", "numpy", "scipy", "numba")},
            "sampler": _sampler(found, bank), "parameters": _parameters(study, scores, values), "questions": _questions(study, values, prior),
            "identified": _identified(values), "per_view": _per_view(study, values), "shares_per_like": _shares_per_like(study, values, evidence),
            "draws": {key: [_short(value) for value in column.tolist()] for key, column in _kept(values).items()}}


def _complete(study: Study, scores: Reals, luck: Luck) -> Values:
    """All parameters: the fitted ones at their scores, the others drawn from their prior."""
    values, who = study.values(scores), np.arange(len(scores))
    for place, prior in enumerate(study.priors):
        if not prior.asked:
            values[prior.key] = np.asarray(prior.quantile(luck.uniforms("calibration", 8, place, who=who)))
    return values


def _kept(values: Values) -> Values:
    """What the file holds: parameters of forecasts by scenario key, and those of the surveys."""
    surveys = {key: value for key, value in values.items() if key.startswith(("survey.", "logs."))}
    return scenario_values(values) | surveys


def _figures(study: Study, evidence: Evidence) -> dict[str, list[float | None]]:
    """Value, bounds and sample of every figure that the posterior rests on."""
    used = {key for prior in study.priors for key in prior.evidence} | {question.figure for question in study.questions}
    return {key: [evidence[key].value, evidence[key].low, evidence[key].high, evidence[key].sample_size] for key in sorted(used)}


def _sampler(found: list[Found], bank: int) -> dict[str, Any]:
    """How the draws came about; `populations_apart` is the largest difference of two populations' means, in standard deviations of the posterior."""
    means = np.array([each.scores.mean(axis=0) for each in found])
    sd = np.concatenate([each.scores for each in found]).std(axis=0)
    first = found[0]
    return {"method": "sequential Monte Carlo, Gaussian acceptance kernel", "bank": bank, "bank_effective_size": _short(sum(each.bank_size for each in found)),
            "draws": sum(len(each.scores) for each in found), "distinct_draws": sum(len(np.unique(each.scores, axis=0)) for each in found),
            "effective_size": _short(_effective(found)), "populations": len(found), "populations_apart": _short(float(np.max(np.ptp(means, axis=0) / sd))),
            "widths": [_short(width) for width in first.widths], "accepted": [_short(part) for part in first.accepted]}


def _effective(found: list[Found]) -> float:
    """Effective draws, median over parameters: the variance of the posterior over that of its mean as the populations show it, at most all of them."""
    count = sum(len(each.scores) for each in found)
    means = np.array([each.scores.mean(axis=0) for each in found])
    variance = np.concatenate([each.scores for each in found]).var(axis=0)
    of_mean = means.var(axis=0, ddof=1) / len(found)
    return float(min(count, variance.sum() / of_mean.sum()))


def _parameters(study: Study, scores: Reals, values: Values) -> list[dict[str, Any]]:
    """Prior and posterior of each parameter; `learned` is the part of the prior's variance (of its normal score) that the surveys took away."""
    places = {prior.key: place for place, prior in enumerate(study.parameters)}
    rows = []
    for prior in study.priors:
        learned = 1.0 - float(scores[:, places[prior.key]].var()) if prior.asked else 0.0
        rows.append({"key": prior.key, "prior": prior.shape, "evidence": list(prior.evidence), "assumed": prior.assumed or None, "fitted": prior.asked,
                     "prior_range": [_short(value) for value in prior.quantile(np.array(RANGE)).tolist()],
                     "posterior_range": [_short(value) for value in np.quantile(values[prior.key], RANGE).tolist()], "learned": _short(learned)})
    return rows


def _questions(study: Study, values: Values, bank: Bank) -> list[dict[str, Any]]:
    """Simulated against observed; questions that are not fitted are forecast with self-reports of their own."""
    said = answers(study.questions, study.twin.features(values), values)
    rows = []
    for question in study.questions:
        low, middle, high = np.quantile(said[question.name], RANGE).tolist()
        before = np.quantile(bank.answers[question.name], RANGE).tolist() if question.fitted else None
        rows.append({"name": question.name, "figure": question.figure, "observed": question.observed, "fitted": question.fitted, "sd": _short(question.sd),
                     "prior_range": None if before is None else [_short(value) for value in before], "answer_range": [_short(low), _short(middle), _short(high)],
                     "below_observed": _short(float(np.mean(said[question.name] < question.observed)))})
    return rows


def _identified(values: Values) -> dict[str, Any]:
    """How window and rate go together: their logs' correlation and spreads, and the spread of their product."""
    window, rate = np.log(values["survey.window_months"]), np.log(values["behaviour.monthly_sharers_fraction"])
    return {"window_rate_correlation": _short(float(np.corrcoef(window, rate)[0, 1])), "window_log_sd": _short(float(window.std())), "rate_log_sd": _short(float(rate.std())),
            "product_log_sd": _short(float((window + rate).std()))}


def _per_view(study: Study, values: Values) -> dict[str, list[float]]:
    """Why a fraction of people is no rate per view: posts shown to a person in the window, who liked at least one, and the likes of one view as logs count them."""
    liked, views = study.twin.features(values)["liked"], study.twin.views(values)
    columns = {"views": views, "liked": liked, "likes_per_view": values["logs.linkedin.likes_per_impression"]}
    return {name: [_short(value) for value in np.quantile(column, RANGE).tolist()] for name, column in columns.items()}


def _shares_per_like(study: Study, values: Values, evidence: Evidence) -> dict[str, Any]:
    """Shares per like three ways: what surveys say if taken at their word, what logs count, and what people of the twin do."""
    word = {question.name: question.observed for question in study.questions}
    did = study.twin.features(values)
    twin = np.quantile(np.log1p(-did["shared"]) / np.log1p(-did["liked"]), RANGE).tolist()
    per_survey = float(np.log1p(-word["shared"]) / np.log1p(-word["liked"])) if {"liked", "shared"} <= word.keys() and 0 < word["liked"] < 1 and word["shared"] < 1 else None
    return {"surveys": None if per_survey is None else _short(per_survey), "logs": {key: evidence[key].value for key in LOGGED}, "twin": [_short(value) for value in twin]}


def _short(value: float) -> float:
    """A plain number with so many digits as a draw deserves."""
    return float(f"{value:.{DIGITS}g}")

"""What the surveys asked, what people of the twin would answer, and how far a published figure may stray."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.errors import InputError
from simulation.inputs.evidence import Evidence

Reals = NDArray[np.float64]

ASSUMED_SAMPLE = 500
"""People asked where a report does not say. Assumed."""

ROUNDING_SD = 0.01 / np.sqrt(12.0)
"""Standard deviation of what rounding to a whole per cent takes away."""

PLATFORM_LOG_SD = 0.3
"""Spread of a platform's own statement about a typical firm, sd of the log: no method, no window, firms differ. Assumed."""


class Question(NamedTuple):
    """One published figure that the twin has to answer to."""

    name: str
    figure: str
    """Key of the figure."""
    feature: str
    """What of the twin it is about."""
    answered: bool
    """By people about themselves, through recall and over-claiming; else counted by somebody."""
    fitted: bool
    """Whether the posterior rests on it; the others are reported beside it."""
    observed: float
    sample: int

    @property
    def sd(self) -> float:
        """Standard deviation of the published figure around the twin's: sampling and rounding, or of the log where a platform counted."""
        if self.name == "sharers":
            return PLATFORM_LOG_SD
        smoothed = (self.observed * self.sample + 1.0) / (self.sample + 2.0)
        return float(np.hypot(np.sqrt(smoothed * (1.0 - smoothed) / self.sample), ROUNDING_SD))

    def residual(self, answer: Any) -> Any:
        """How many standard deviations the twin's answer lies above the published figure; column or number."""
        if self.name == "sharers":
            return np.log(answer / max(self.observed, 1e-6)) / self.sd
        return (answer - self.observed) / self.sd


ASKED = (
    ("liked", "altimeter-2016-consumers-liked", "liked", True, True),
    ("posted", "altimeter-2016-employees-posted-about-work", "posted", True, True),
    ("sharers", "linkedin-2017-employees-sharing", "sharers", False, True),
    ("connected", "altimeter-2016-more-connected-and-enthusiastic", "connected", False, True),
    ("shared", "altimeter-2016-consumers-shared", "shared", True, False),
    ("often", "weber-shandwick-2014-posted-often", "often", True, False),
    ("unprompted", "weber-shandwick-2014-unprompted", "posted", True, False),
)
"""Name, figure, feature, whether people answer about themselves, whether it is fitted."""


def questions(evidence: Evidence) -> list[Question]:
    """
    All questions whose figure has a value; a figure without one (feeling more connected, in the shipped file) says nothing.

    Raises
    ------
    InputError
        A figure is no fraction, or its sample is not above 0.
    """
    found = []
    for name, key, feature, answered, fitted in ASKED:
        figure = evidence[key]
        if figure.value is None:
            continue
        if not 0 <= figure.value <= 1:
            raise InputError(f"evidence [{key}] value: given {figure.value:g}; allowed: a fraction, 0 to 1")
        if figure.sample_size is not None and figure.sample_size < 1:
            raise InputError(f"evidence [{key}] sample_size: given {figure.sample_size}; allowed: 1 or more")
        found.append(Question(name, key, feature, answered, fitted, figure.value, figure.sample_size or ASSUMED_SAMPLE))
    return found


def said(did: Any, recall: Any, claim: Any) -> Any:
    """Fraction who say yes where a fraction did: those who did and recall it, and those who did not and claim it."""
    return recall * did + claim * (1.0 - did)


def answers(asked: list[Question], features: dict[str, Reals], values: dict[str, Reals]) -> dict[str, Reals]:
    """What people of the twin say to each question, by name; one number per parameter set."""
    have = features | {"connected": values["behaviour.connected_fraction"]}
    return {question.name: said(have[question.feature], values[f"survey.recall.{question.name}"], values[f"survey.claim.{question.name}"])
            if question.answered else have[question.feature] for question in asked}

"""The audience that platforms make of a list of the employees' contacts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.inputs.parameters import Scenario
from simulation.society.follows import Identities
from simulation.society.society import Society


def sees_ads(scenario: Scenario, society: Society, consumers: Identities) -> NDArray[np.bool_]:
    """Which of some consumers the ads are aimed at and who do not block them."""
    sees = society.people.sees_ads(consumers)
    return sees if scenario.paid.targeting.lookalike is None else sees & alike(scenario, society, consumers)


def alike(scenario: Scenario, society: Society, consumers: Identities) -> NDArray[np.bool_]:
    """
    Which of some consumers are in the audience made of the employees' contacts, the same on all platforms (`paid.targeting.lookalike`, which must be given).

    Contacts are found by keyed luck and taken first; chance fills the audience up, or thins it out, to its size, but for a binomial error.
    """
    lookalike = scenario.paid.targeting.lookalike
    assert lookalike is not None
    found, contacts = society.tied.copy(), np.flatnonzero(society.tied)
    found[contacts] = society.luck.uniforms("targeted", 3, who=contacts) < lookalike.accuracy
    known, market = float(np.count_nonzero(found)), float(found.size)
    wanted = lookalike.size * market
    chances = np.where(found[consumers], wanted / max(known, wanted), max(wanted - known, 0.0) / max(market - known, 1.0))
    return np.asarray(society.luck.uniforms("targeted", 4, who=consumers) < chances)

"""What decides about likes, clicks and reshares, laid out for compiled code, and the people to whom it applies."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.engagement import topic_factor
from simulation.compiling import rule
from simulation.engines.world import ACTIONS
from simulation.inputs.parameters import Scenario
from simulation.society.luck import Luck
from simulation.society.luck_kernels import uniform
from simulation.society.population import affinity_cells, picked, topic_number

rule(topic_factor)


ROUNDING = 1e-9
"""Room for products that are rounded in another order."""


class Answering(NamedTuple):
    """Numbers that enter the rules of reacting; keys and cells of the luck that decides."""

    consumers: int
    rates: NDArray[np.float64]
    """Like, click and reshare rate by platform."""
    highest: NDArray[np.float64]
    """Chance of each action that nobody exceeds, apart from affinity and topic."""
    damping: float
    source: float
    """Ratio of a person against the page."""
    first_response: float
    topics: int
    topic_lift: float
    action_keys: NDArray[np.uint64]
    affinity_key: np.uint64
    affinity_cells: NDArray[np.float64]
    interest_key: np.uint64


def answering_of(scenario: Scenario, luck: Luck) -> Answering:
    """What decides about likes, clicks and reshares."""
    behaviour, platforms = scenario.behaviour, [platform for _, platform in scenario.platforms.items()]
    rates = np.array([[platform.like_rate for platform in platforms], [platform.click_rate for platform in platforms], [platform.reshare_rate for platform in platforms]])
    highest = rates.max(axis=1) * max(1.0, behaviour.source_multiplier) * (1 + ROUNDING)
    return Answering(consumers=scenario.market.consumers, rates=rates, highest=highest, damping=float(behaviour.hop_damping),
                     source=float(behaviour.source_multiplier), first_response=float(behaviour.first_delivery_response), topics=int(behaviour.topics),
                     topic_lift=float(behaviour.topic_lift), action_keys=np.array([luck.key(action) for action in ACTIONS], dtype=np.uint64),
                     affinity_key=np.uint64(luck.key("affinity")), affinity_cells=affinity_cells(behaviour.affinity_shape), interest_key=np.uint64(luck.key("interest")))


@rule
def character_of(person: Any, answering: Any) -> Any:
    """Affinity of somebody around the firm, and the topic that they care for."""
    affinity = picked(answering.affinity_cells, uniform(answering.affinity_key, person))
    return affinity, topic_number(uniform(answering.interest_key, person), answering.topics)


@rule
def topic_effect(topic: Any, interest: Any, answering: Any) -> Any:
    """Topic factor of an item for somebody."""
    return topic_factor(topic == interest, answering.topics, answering.topic_lift)


@rule
def most_eager(answering: Any) -> Any:
    """Affinity times topic factor that nobody exceeds."""
    return answering.affinity_cells[-1] * max(topic_factor(True, answering.topics, answering.topic_lift), topic_factor(False, answering.topics, answering.topic_lift))


@rule
def source_ratio(share: Any, answering: Any) -> Any:
    """Ratio of the source of a share: 1 for the page."""
    return 1.0 if share.by_page else answering.source

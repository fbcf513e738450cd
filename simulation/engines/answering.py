"""The numbers of a scenario that enter the rules of sharing and reacting, laid out for compiled code."""

from __future__ import annotations

import numpy as np

from simulation.engines.kernels import Answering, Mood
from simulation.engines.world import ACTIONS
from simulation.inputs.parameters import Scenario
from simulation.society.luck import Luck
from simulation.society.population import affinity_cells


def answering_of(scenario: Scenario, luck: Luck) -> Answering:
    """What decides about likes, clicks and reshares."""
    behaviour, platforms = scenario.behaviour, [platform for _, platform in scenario.platforms.items()]
    rates = np.array([[platform.like_rate for platform in platforms], [platform.click_rate for platform in platforms], [platform.reshare_rate for platform in platforms]])
    return Answering(consumers=scenario.market.consumers, rates=rates, highest=rates.max(axis=1) * max(1.0, behaviour.source_multiplier), damping=float(behaviour.hop_damping),
                     source=float(behaviour.source_multiplier), first_response=float(behaviour.first_delivery_response), topics=int(behaviour.topics),
                     topic_lift=float(behaviour.topic_lift), action_keys=np.array([luck.key(action) for action in ACTIONS], dtype=np.uint64),
                     affinity_key=np.uint64(luck.key("affinity")), affinity_cells=affinity_cells(behaviour.affinity_shape), interest_key=np.uint64(luck.key("interest")))


def mood_of(scenario: Scenario, programme: bool) -> Mood:
    """What decides about sharing, in a world with or without the programme."""
    behaviour = scenario.behaviour
    return Mood(push=float(scenario.programme.push), topic_match=float(behaviour.topic_match), peer_influence=float(behaviour.peer_influence), peer_days=float(behaviour.peer_days),
                engagement_half_life_days=float(behaviour.engagement_half_life_days), habit_half_life_days=float(behaviour.habit_half_life_days),
                fatigue_half_life_days=float(behaviour.fatigue_half_life_days), habit_gain=float(behaviour.habit_gain),
                fatigue_per_share=float(behaviour.fatigue_per_share), engagement_per_share=float(behaviour.engagement_per_share), programme=programme)

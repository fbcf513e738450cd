"""Who adds more people for the same money, over ad prices and participation.

One extra world enrols everybody. An employee is enrolled at a smaller fraction iff their keyed number lies below it, so
leaving out what came of the others' shares is the same programme with fewer enrolled (peers are taken as they were with
everybody). Ads are thinned to the money that each programme would cost; beyond their own budget the closed form carries on.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.behaviour.planning import ad_budget, media_by_platform, programme_cost
from simulation.behaviour.willingness import enrolment_chances
from simulation.engines.record import Record
from simulation.engines.run import play
from simulation.engines.world import PAGE, PROGRAMME, World
from simulation.inputs.parameters import Scenario
from simulation.measures.budgets import what_it_does
from simulation.measures.closed_forms import paid_reach
from simulation.measures.equivalent import Ladder, added_at
from simulation.society.follows import EMPLOYEES
from simulation.society.luck import Luck
from simulation.society.society import Society

VERDICT_REPLICATIONS = 2
ENROLMENTS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
PRICE_MULTIPLES = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0)
"""Ad prices tried, as multiples of the scenario's."""


def verdict(scenario: Scenario, society: Society, ladder: Ladder, luck: Luck, neither: Record, alone: NDArray[np.int64]) -> pd.DataFrame:
    """
    Added reach of the programme and of ads for the same money, by enrolment and price multiple.

    Parameters
    ----------
    neither, alone : record, and impressions of each consumer, in the world with neither campaign

    Returns
    -------
    table with columns enrolment, price_multiple, cost, programme_added, paid_added
    """
    everybody = scenario.replace(programme__enrolment_fraction=1.0)
    full = society.again(everybody)
    record = play(everybody.replace(page__enabled=False), World(True, False), luck, full, {}).joined(neither.posts_of((PAGE,)))
    found = ladder.thresholds(np.maximum(1 - alone, 0))
    media = media_by_platform(scenario)
    own = ladder.spent
    expected = paid_reach(scenario, media) if own > 0 else 0.0
    lift = _lift(scenario, society, alone, added_at(ladder.panel, found, 1.0))
    draws = luck.uniforms("enrolled", who=np.arange(scenario.society.employees))
    shares, deliveries = record.shares, record.deliveries
    panel = society.panel
    place = panel.places(deliveries.person)
    counts = (place >= 0) & ~shares.critical[deliveries.share]
    root, place = shares.root[deliveries.share[counts]], place[counts]
    offered = shares.channel[root] == PROGRAMME
    rows = []
    for enrolment in ENROLMENTS:
        at = scenario.replace(programme__enrolment_fraction=enrolment)
        enrolled = draws < enrolment_chances(at)[society.staff.segment]
        own_shares = (shares.channel == PROGRAMME) & (shares.depth == 0)
        authors = shares.author[own_shares] - EMPLOYEES
        active = np.unique(authors[enrolled[authors]]).size
        seats = float(active if scenario.programme.cost.seats == "active" else enrolled.sum())
        cost = programme_cost(at, seats, float(active), float(enrolled[authors].sum()))
        kept = ~offered
        kept[offered] = enrolled[shares.author[root[offered]] - EMPLOYEES]
        reached = np.zeros(panel.size, dtype=np.bool_)
        reached[place[kept]] = True
        added = panel.counted(reached) - panel.counted(alone > 0)
        for multiple in PRICE_MULTIPLES:
            fraction = max(cost - scenario.paid.cost.creative, 0.0) / (1.0 + scenario.paid.cost.fee_fraction) / multiple / own if own > 0 else 0.0
            paid = lift * added_at(panel, found, min(fraction, 1.0))
            if fraction > 1.0 and expected > 0:
                paid *= paid_reach(scenario, {name: money * fraction for name, money in media.items()}) / expected
            rows.append((enrolment, multiple, cost, float(added), paid))
    return pd.DataFrame(rows, columns=["enrolment", "price_multiple", "cost", "programme_added", "paid_added"])


def _lift(scenario: Scenario, society: Society, alone: NDArray[np.int64], bought: float) -> float:
    """People added by ads that spill over, for each whom the impressions bought add: as at the ads' own budget, at any other."""
    if not scenario.paid.enabled or not scenario.paid.spill_over or not bought:
        return 1.0
    return what_it_does(scenario, society, alone, "reach")(ad_budget(scenario)) / bought

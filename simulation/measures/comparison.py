"""One replication's numbers: each world's, and what the four together say about programme and ads."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.behaviour.advertising import media_budget
from simulation.behaviour.planning import media_by_platform
from simulation.engines.record import Record
from simulation.engines.world import CHANNELS, PAID, PROGRAMME
from simulation.inputs.parameters import Scenario
from simulation.measures.budgets import READINGS, next_person, readings, with_spill_over
from simulation.measures.closed_forms import paid_reach
from simulation.measures.cost import daily_cost, earned_media_value, paid_spend, programme_spend
from simulation.measures.equivalent import Ladder, added_at, equivalent_budget
from simulation.measures.margins import LAST, margins
from simulation.measures.reach import (
    advocates,
    channel_measures,
    critical_reach,
    daily_table,
    frequency_table,
    internal_reach,
    offspring_number,
    outside_reach,
    reach_by_department,
    reach_by_depth,
    reactions_by_channel,
    viral_impressions,
)
from simulation.measures.tally import newly_reached, tally
from simulation.society.follows import EMPLOYEES
from simulation.society.panel import Panel
from simulation.society.society import Society

Values = dict[str, float | None]


class WorldResult(NamedTuple):
    """One world of one replication."""

    totals: Values
    channels: dict[str, Values]
    extras: Values
    pace: NDArray[np.float64]
    """People reached for the first time, and cost, by day."""
    frequency: pd.DataFrame | None
    daily: pd.DataFrame | None


class ReplicationResult(NamedTuple):
    """One replication: its worlds and, where all four were played, their comparison."""

    replication: int
    worlds: dict[str, WorldResult]
    comparison: dict[str, Any] | None
    refused: int = 0
    """Draws of parameters that were refused before the one that was played."""


def world_result(scenario: Scenario, society: Society, record: Record, tables: bool = True) -> tuple[WorldResult, NDArray[np.int64]]:
    """The numbers of one world, and its impressions by channel and consumer; what goes into tables only where these are asked for."""
    days = scenario.horizon.days
    counted, reactions = tally(record, days), reactions_by_channel(record)
    impressions = counted.by_person
    panel = record.panel
    overall = channel_measures(panel, impressions.sum(axis=0), reactions.sum(axis=0))._asdict()
    programme, paid = programme_spend(scenario, record), paid_spend(scenario, record)
    totals: Values = {**overall, "internal_reach": internal_reach(record), "cost": programme + paid}
    channels: dict[str, Values] = {name: dict(channel_measures(panel, impressions[number], reactions[number])._asdict()) for number, name in enumerate(CHANNELS)}
    extras: Values = {"advocates": advocates(record).size, "enrolled": record.enrolled, "programme_shares": int(np.count_nonzero(record.shares.channel == PROGRAMME)),
                      "incident": int(record.incident), "critical_reach": critical_reach(record), "viral_impressions": viral_impressions(record),
                      "programme_cost": programme, "paid_cost": paid}
    reached, cost = newly_reached(counted.first, panel.weights, days), daily_cost(scenario, record, days)
    pace = np.stack((reached[0, 0], cost.sum(axis=(0, 1))), axis=1)
    if not tables:
        return WorldResult(totals, channels, extras, pace, None, None), impressions
    extras |= {f"reach_at_depth_{depth}": people for depth, people in reach_by_depth(record).items()}
    extras |= {f"reach_of_department_{number}": people for number, people in reach_by_department(record, society.staff.department).items()}
    return WorldResult(totals, channels, extras, pace, frequency_table(panel, impressions), daily_table(record, counted, reached, cost)), impressions


def added_reach(results: dict[str, WorldResult], measure: str = "reach") -> dict[str, float]:
    """People whom each campaign alone adds to the world with neither; `measure` may be reach_3plus too."""
    reach = {name: cast("float", result.totals[measure]) for name, result in results.items()}
    return {"programme": reach["advocacy"] - reach["neither"], "paid": reach["paid"] - reach["neither"]}


def compare_worlds(scenario: Scenario, society: Society, ladder: Ladder, records: dict[str, Record], results: dict[str, WorldResult],
                   impressions: dict[str, NDArray[np.int64]], forecast: bool = True) -> dict[str, Any]:
    """What the four worlds of a replication say together; see the vocabulary for each word. Without a `forecast`, budgets that the closed form finds are left out."""
    reach = {name: cast("float", result.totals["reach"]) for name, result in results.items()}
    groups = _groups(society.panel, impressions["both"])
    added, added_3plus = added_reach(results), added_reach(results, "reach_3plus")
    incremental = {"programme": reach["both"] - reach["paid"], "paid": reach["both"] - reach["advocacy"]}
    costs = {"programme": results["both"].extras["programme_cost"] or 0.0, "paid": results["both"].extras["paid_cost"] or 0.0}
    alone = impressions["neither"].sum(axis=0)
    found = {
        "groups": groups,
        "programme_spend": costs["programme"],
        "seats": _seats(scenario, records["both"]),
        "added_reach": added,
        "added_reach_3plus": added_3plus,
        "incremental_reach": incremental,
        "interaction": reach["both"] - reach["advocacy"] - reach["paid"] + reach["neither"],
        "duplication_index": _duplication(groups),
        "likes_and_clicks": {name: likes_and_clicks(results["both"].channels[name]) for name in costs},
        **_made_equal(scenario, society, ladder, alone, equal_targets(added, added_3plus, results["both"]), costs["programme"], forecast),
        "cost_per_incremental_person": {name: _ratio(costs[name], incremental[name]) for name in costs},
        "cost_per_engagement": {name: _ratio(costs[name], _engagements(results["both"].channels[name])) for name in costs},
        "engagements_per_thousand_impressions": {name: _ratio(1000.0 * _engagements(results["both"].channels[name]), results["both"].channels[name]["impressions"] or 0.0)
                                                 for name in costs},
        "potential_reach": _potential_reach(society, records["both"]),
        "earned_media_value": earned_media_value(scenario, records["both"]),
        "reach_outside_market": outside_reach(records["both"]),
        "offspring_number": offspring_number(records["both"]),
        "in_market_ties_fraction": float(society.tied.mean()),
        **margins(scenario, ladder, records, impressions, {name: result.pace for name, result in results.items()}, alone, added, costs["paid"]),
    }
    if _spills_over(scenario):
        found["marginal_cost_per_person"] |= {"paid": next_person(scenario, society, alone, LAST)}
    return found


def _spills_over(scenario: Scenario) -> bool:
    """Whether likes of ads earn impressions that neither the ladder of flights nor the closed form knows."""
    return scenario.paid.enabled and scenario.paid.spill_over > 0


def _made_equal(scenario: Scenario, society: Society, ladder: Ladder, alone: NDArray[np.int64], targets: dict[str, float], money: float, forecast: bool) -> dict[str, Any]:
    """What ads would cost that do what the programme did, and what they would do for its money; parameters are those of `readings`."""
    if _spills_over(scenario):
        return with_spill_over(scenario, society, alone, targets, money) | ({"equivalent_budget_confirmed": dict.fromkeys(READINGS)} if forecast else {})
    found = {f"equivalent_paid_budget{name}": equivalent_budget(scenario, society, ladder, alone, targets[f"reach{name}"], times) for name, times in (("", 1), ("_3plus", 3))}
    found |= {f"equal_money_reach{name}": _equal_money(scenario, ladder, alone, money, times) for name, times in (("", 1), ("_3plus", 3))}
    return found | (readings(scenario, society, alone, targets, money) if forecast else {})


def equal_targets(added: dict[str, float], added_3plus: dict[str, float], both: WorldResult) -> dict[str, float]:
    """What the programme did, by reading: people added, those with three impressions, and its likes and clicks; ads are not reshared, so reshares have no counterpart."""
    return {"reach": added["programme"], "reach_3plus": added_3plus["programme"], "engagement": likes_and_clicks(both.channels["programme"])}


def likes_and_clicks(channel: Values) -> float:
    """Engagements of the kinds that both posts and ads can earn."""
    return float((channel["likes"] or 0.0) + (channel["clicks"] or 0.0))


def _groups(panel: Panel, both: NDArray[np.int64]) -> dict[str, float]:
    """The market by which of the two campaigns reached whom."""
    programme, paid = both[PROGRAMME] > 0, both[PAID] > 0
    return {"only_programme": panel.counted(programme & ~paid), "only_paid": panel.counted(paid & ~programme),
            "programme_and_paid": panel.counted(programme & paid), "neither": panel.counted(~programme & ~paid)}


def _duplication(groups: dict[str, float]) -> float | None:
    """Overlap against what independence of the two would give: 1 where exposure to one says nothing about the other."""
    overlap, audience = groups["programme_and_paid"], sum(groups.values())
    return _ratio(overlap * audience, (groups["only_programme"] + overlap) * (groups["only_paid"] + overlap))


def _equal_money(scenario: Scenario, ladder: Ladder, alone: NDArray[np.int64], money: float, times: int = 1) -> float | None:
    """Consumers with `times` impressions whom ads would add for what the programme really cost; a little beyond the ads' own budget the closed form carries on."""
    media, cost = media_by_platform(scenario), scenario.paid.cost
    own, wanted = ladder.spent, float(media_budget(money, cost.creative, cost.fee_fraction))
    if own <= 0:
        return None
    fraction = wanted / own
    added = added_at(ladder.panel, ladder.thresholds(np.maximum(times - alone, 0)), min(fraction, 1.0))
    if fraction > 1.0:
        grown = {name: money * fraction for name, money in media.items()}
        added = round(added * paid_reach(scenario, grown, times) / max(paid_reach(scenario, media, times), 1e-12))
    return added


def _seats(scenario: Scenario, record: Record) -> int:
    """Seats that were billed."""
    return advocates(record).size if scenario.programme.cost.seats == "active" else record.enrolled


def _potential_reach(society: Society, record: Record) -> int:
    """Followers summed over advocates and the platforms they shared on, doubles included: what most tools report."""
    shares = record.shares
    own = (shares.channel == PROGRAMME) & (shares.depth == 0)
    pairs = np.unique(np.stack((shares.author[own], shares.platform[own].astype(np.int64))), axis=1)
    return sum(int(society.audiences(record.platforms[platform]).rows.sizes[author - EMPLOYEES]) for author, platform in pairs.T.tolist())


def _engagements(channel: Values) -> float:
    return sum(channel[name] or 0.0 for name in ("likes", "clicks", "reshares"))


def _ratio(amount: float, count: float) -> float | None:
    """Amount per count; None where nothing is counted."""
    return amount / count if count > 0 else None

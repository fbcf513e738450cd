"""What a planner asks beyond totals: the next person's price, when and with how many advocates the verdict flips, and what dashboards get wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.planning import programme_cost
from simulation.engines.record import Record
from simulation.engines.world import PAID, PROGRAMME
from simulation.inputs.parameters import Scenario
from simulation.measures.closed_forms import common_activity_union, sainsbury
from simulation.measures.cost import programme_spend
from simulation.measures.equivalent import Ladder
from simulation.measures.reach import advocates
from simulation.society.panel import Panel

LAST = 0.05
"""Part of the media money that counts as the last: fine enough for a slope, coarse enough to hold people."""

DAYS_PER_MONTH = 365.25 / 12.0


def marginal_cost(scenario: Scenario, ladder: Ladder, record: Record, alone: NDArray[np.int64]) -> dict[str, float | None]:
    """
    Price of the next person whom each channel adds to what happens anyway; None where a little more adds nobody.

    Ads: the last twentieth of the media money over the people whom only it adds. Programme: what an advocate costs beyond the
    programme's fixed costs, over the people whom one advocate alone adds, on average over advocates.

    Parameters
    ----------
    record : of the world with the programme only
    alone : impressions of everybody in the panel with neither campaign
    """
    found = ladder.thresholds(np.maximum(1 - alone, 0))
    last = ladder.panel.counted((found > 1.0 - LAST) & (found <= 1.0))
    paid = LAST * ladder.spent * (1.0 + scenario.paid.cost.fee_fraction) / last if last else None
    active = float(advocates(record).size)
    own = _people_of_one_advocate(record, alone)
    programme = variable_cost(scenario, record) / own if active and own else None
    return {"programme": programme, "paid": paid}


def variable_cost(scenario: Scenario, record: Record) -> float:
    """What the programme cost beyond coordinator and content: seats, working time, rewards."""
    return programme_spend(scenario, record) - fixed_cost(scenario)


def fixed_cost(scenario: Scenario) -> float:
    """What the programme costs however many take part: coordinator and content."""
    return programme_cost(scenario, 0.0, 0.0, 0.0)


def _people_of_one_advocate(record: Record, alone: NDArray[np.int64]) -> float:
    """People of the market whom posts of exactly one advocate add."""
    shares, deliveries = record.shares, record.deliveries
    mine = (shares.channel == PROGRAMME) & ~shares.critical
    place = record.panel.places(deliveries.person)
    rows = np.flatnonzero(mine[deliveries.share] & (place >= 0))
    rows = rows[alone[place[rows]] == 0]
    authors, author = np.unique(shares.author[shares.root[deliveries.share[rows]]], return_inverse=True)
    pairs = np.unique(place[rows] * max(authors.size, 1) + author)
    people, times = np.unique(pairs // max(authors.size, 1), return_counts=True)
    return float(np.sum(record.panel.each(people[times == 1]) * np.ones(np.count_nonzero(times == 1))))


def break_even_advocates(scenario: Scenario, record: Record, added: float, paid_price: float | None) -> float | None:
    """
    Advocates from which a person added by the programme costs no more than one added by ads, if each adds as many as the present ones do on average.

    None where no number does: an advocate costs more than ads for as many people.
    """
    active = advocates(record).size
    if not active or paid_price is None:
        return None
    surplus = paid_price * added / active - variable_cost(scenario, record) / active
    return fixed_cost(scenario) / surplus if surplus > 0 else None


def break_even_month(pace: dict[str, NDArray[np.float64]]) -> float | None:
    """
    Month (1 is the first) from whose end on the programme's cost so far per person added so far is no more than the ads'; None where that does not come.

    Parameters
    ----------
    pace : people reached for the first time, and cost, by day (rows), by world
    """
    totals = {world: np.cumsum(days, axis=0) for world, days in pace.items()}
    cheaper = _price_so_far(totals["advocacy"], totals["neither"]) <= _price_so_far(totals["paid"], totals["neither"])
    later = np.flatnonzero(~cheaper)
    first = int(later[-1]) + 1 if later.size else 0
    return float(first // DAYS_PER_MONTH + 1) if first < cheaper.size else None


def _price_so_far(world: NDArray[np.float64], neither: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cost per person added, day by day; infinite where nobody was added."""
    added = world[:, 0] - neither[:, 0]
    return np.where(added > 0, (world[:, 1] - neither[:, 1]) / np.maximum(added, 1e-9), np.inf)


def overlap_bounds(scenario: Scenario, panel: Panel, both: NDArray[np.int64]) -> dict[str, float]:
    """People whom both campaigns would reach if exposure to one told nothing about the other, and if both had the same heavy users (to hold the real overlap against)."""
    first, second = (panel.counted(both[channel] > 0) / panel.market for channel in (PROGRAMME, PAID))
    unions = {"random": sainsbury(first, second), "common_activity": common_activity_union(first, second, scenario.behaviour.activity_shape) if max(first, second) < 1 else 1.0}
    return {name: (first + second - union) * panel.market for name, union in unions.items()}


def naive_ad_effect(panel: Panel, both: Record, advocacy: Record, impressions: NDArray[np.int64]) -> dict[str, float | None]:
    """
    What a dashboard would credit ads with, and what they do: reactions to the firm's posts (not ads) per 1,000 people.

    Who is shown ads is online more, so they also see and answer more posts. `exposed` and `unexposed` compare people who saw an ad with
    those who did not; `caused` compares the world with ads to the one without, everything else equal.

    Parameters
    ----------
    impressions : of everybody in the panel by channel, in the world with both campaigns
    """
    exposed = impressions[PAID] > 0
    answers = _answers(both, panel)

    def rate(group: NDArray[np.bool_]) -> float | None:
        people = panel.counted(group)
        return 1000.0 * panel.total(answers * group) / people if people else None

    without = _answers(advocacy, panel)
    people = panel.counted(exposed)
    caused = 1000.0 * (panel.total(answers * exposed) - panel.total(without * exposed)) / people if people else None
    return {"exposed": rate(exposed), "unexposed": rate(~exposed), "caused": caused}


def _answers(record: Record, panel: Panel) -> NDArray[np.int64]:
    """Likes, clicks and reshares of posts by everybody in the panel, critical posts and ads seen unpaid left out."""
    place, shares = panel.places(record.reactions.person), record.shares
    counts = (place >= 0) & (~shares.critical & (shares.channel != PAID))[record.reactions.share]
    return np.bincount(place[counts], minlength=panel.size)


def margins(scenario: Scenario, ladder: Ladder, records: dict[str, Record], impressions: dict[str, NDArray[np.int64]], pace: dict[str, NDArray[np.float64]],
            alone: NDArray[np.int64], added: dict[str, float], paid_cost: float) -> dict[str, Any]:
    """All of these figures of one replication; `alone` as in `marginal_cost`."""
    panel = ladder.panel
    return {
        "marginal_cost_per_person": marginal_cost(scenario, ladder, records["advocacy"], alone),
        "break_even_advocates": break_even_advocates(scenario, records["advocacy"], added["programme"], paid_cost / added["paid"] if added["paid"] > 0 else None),
        "break_even_month": break_even_month(pace),
        "overlap_bounds": overlap_bounds(scenario, panel, impressions["both"]),
        "naive_ad_effect": naive_ad_effect(panel, records["both"], records["advocacy"], impressions["both"]),
    }

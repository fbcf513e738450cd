"""A campaign week by week, in the shape that marketing-mix tools read: reach, frequency, impressions, engagements and cost of each channel."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd

from simulation.engines.flights import plan_flights
from simulation.engines.record import Record
from simulation.engines.run import play_worlds
from simulation.engines.world import CHANNELS, PAID, World
from simulation.inputs.parameters import Scenario
from simulation.measures.cost import daily_cost
from simulation.measures.reach import ALL, ANY, daily_table
from simulation.measures.tally import newly_reached, tally
from simulation.society.luck import Luck
from simulation.society.society import Society
from simulation.studies.drawing import first_accepted

ENGAGEMENTS = ("likes", "clicks", "reshares")
GEO = "all"


def weekly_panel(scenario: Scenario, replication: int = 0) -> pd.DataFrame:
    """
    Play one replication of a scenario as written, and add it up by week.

    Returns
    -------
    one row a week, the tail after the campaign included: `time` (first day), `geo`, `population`, `replication`; then by channel (`page`, `natural`,
    `programme`, `paid`) `reach_` (different people in that week), `frequency_` (impressions per person reached; 0 without any), `impressions_`, `engagements_`
    (likes, clicks and reshares) and `spend_`. Reach of a week is not additive over weeks
    """
    return first_accepted(scenario, replication, lambda drawn: _played(drawn, replication))[0]


def _played(scenario: Scenario, replication: int) -> pd.DataFrame:
    luck = Luck(scenario.run.seed).replication(replication)
    society = Society(scenario, luck)
    world = World(scenario.programme.enabled, scenario.paid.enabled)
    flights = plan_flights(scenario, society, luck) if scenario.paid.enabled else {}
    return _panel(scenario, play_worlds(scenario, {"written": world}, luck, society, flights)["written"], replication)


def _panel(scenario: Scenario, record: Record, replication: int) -> pd.DataFrame:
    days = scenario.horizon.days
    weeks = -(-days // 7)
    counted, cost = tally(record, days), daily_cost(scenario, record, days)
    daily = daily_table(record, counted, newly_reached(counted.first, record.panel.weights, days), cost)
    daily = daily[(daily["platform"] == ALL) & (daily["channel"] != ANY)]
    by_week = daily.assign(week=daily["day"] // 7, engagements=daily[list(ENGAGEMENTS)].sum(axis=1)).groupby(["channel", "week"])[["impressions", "engagements"]].sum()
    reach, spend = _reach(record, days, weeks), cost.sum(axis=0)
    columns: dict[str, Any] = {"time": [(scenario.horizon.start_date + datetime.timedelta(weeks=week)).isoformat() for week in range(weeks)], "geo": GEO,
                               "population": scenario.market.consumers, "replication": replication}
    for number, channel in enumerate(CHANNELS):
        own = by_week[by_week.index.get_level_values("channel") == channel]
        shown = own["impressions"].to_numpy(dtype=np.float64)
        columns[f"reach_{channel}"] = reach[number]
        columns[f"frequency_{channel}"] = np.divide(shown, reach[number], out=np.zeros(weeks), where=reach[number] > 0)
        columns[f"impressions_{channel}"] = shown
        columns[f"engagements_{channel}"] = own["engagements"].to_numpy(dtype=np.float64)
        columns[f"spend_{channel}"] = [float(spend[number, 7 * week:7 * week + 7].sum()) for week in range(weeks)]
    return pd.DataFrame(columns)


def _reach(record: Record, days: int, weeks: int) -> Any:
    """Different people in the market by channel and week; shares that criticise the firm are left out, as everywhere."""
    panel, shares, deliveries, ads = record.panel, record.shares, record.deliveries, record.ads
    organic = panel.places(deliveries.person)
    counts = (organic >= 0) & ~shares.critical[deliveries.share]
    channel = np.concatenate([shares.channel[deliveries.share[counts]].astype(np.int64), np.full(ads.person.size, PAID, dtype=np.int64)])
    place = np.concatenate([organic[counts], panel.places(ads.person)])
    day = np.minimum(np.concatenate([deliveries.hours[counts], ads.hours]) // 24.0, days - 1).astype(np.int64)
    seen = np.unique((channel * weeks + day // 7) * panel.size + place)
    weights = np.broadcast_to(np.asarray(panel.each(seen % panel.size), dtype=np.float64), seen.shape)
    return np.bincount(seen // panel.size, weights=weights, minlength=len(CHANNELS) * weeks).reshape(len(CHANNELS), weeks)

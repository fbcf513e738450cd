"""What a world cost, in all and by day."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.planning import programme_cost, share_cost
from simulation.engines.record import Record
from simulation.engines.world import PAID, PROGRAMME
from simulation.inputs.parameters import Scenario
from simulation.measures.reach import advocates

Money = NDArray[np.float64]


def programme_spend(scenario: Scenario, record: Record) -> float:
    """Cost of the programme as it went: seats, coordinator, content, working time, rewards; 0 in worlds without it."""
    if not record.world.programme:
        return 0.0
    active = float(advocates(record).size)
    seats = active if scenario.programme.cost.seats == "active" else float(record.enrolled)
    return programme_cost(scenario, seats, active, float(_programme_shares(record).size))


def paid_spend(scenario: Scenario, record: Record) -> float:
    """Cost of the ads as they went: media, fee and creative; 0 in worlds without them."""
    media = float(record.media_spend.sum())
    if not record.world.paid or media <= 0:
        return 0.0
    return media * (1.0 + scenario.paid.cost.fee_fraction) + scenario.paid.cost.creative


def daily_cost(scenario: Scenario, record: Record, days: int) -> Money:
    """
    Cost by platform, channel and day; the sums are those of `programme_spend` and `paid_spend`.

    Working time falls on the day of the share, media on the day it is shown, creative on the first day; what the programme
    pays for steadily is spread over the campaign and over platforms.
    """
    names, channels = len(record.platforms), 4
    table = np.zeros((names, channels, days))
    campaign = scenario.horizon.weeks * 7
    if record.world.programme:
        rows = _programme_shares(record)
        cells: Any = (record.shares.platform[rows], PROGRAMME, (record.shares.hours[rows] // 24.0).astype(np.int64))
        np.add.at(table, cells, share_cost(scenario))
        steady = programme_spend(scenario, record) - float(rows.size) * share_cost(scenario)
        table[:, PROGRAMME, :campaign] += steady / campaign / names
    if record.world.paid and record.media_spend.sum() > 0:
        table[:, PAID, :campaign] += record.media_spend * (1.0 + scenario.paid.cost.fee_fraction)
        bought = record.media_spend.sum(axis=1) > 0
        table[bought, PAID, 0] += scenario.paid.cost.creative / bought.sum()
    return table


def earned_media_value(scenario: Scenario, record: Record) -> float:
    """What the programme's impressions would cost at ad prices: the customary figure, printed only beside the real ones."""
    share, deliveries = record.shares, record.deliveries
    mine = (deliveries.person < record.consumers) & (share.channel[deliveries.share] == PROGRAMME)
    by_platform = np.bincount(share.platform[deliveries.share[mine]], weights=deliveries.showings[mine], minlength=len(record.platforms))
    prices = np.array([scenario.paid.cpm.get(name, 0.0) for name in record.platforms])
    return float(by_platform @ prices) / 1000.0


def _programme_shares(record: Record) -> NDArray[np.int64]:
    """Rows of the shares that employees made of offered items."""
    return np.flatnonzero((record.shares.channel == PROGRAMME) & (record.shares.depth == 0))

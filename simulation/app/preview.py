"""
A small society in place of the whole one, so that an answer comes while a lever is still warm.

Firm, market, money and what is paid once are shrunk alike, so each consumer knows as many employees and sees as many ads as before;
what is counted is then multiplied back. Steps are a week, so fatigue, habit and peers are updated weekly instead of daily.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from simulation.inputs.parameters import Scenario

EMPLOYEES, CONSUMERS = 30, 30_000
"""Size at which a replication takes a fraction of a second."""

WEEK = 168
SAME = {"frequency", "duplication_index", "cost_per_incremental_person", "cost_per_engagement", "engagements_per_thousand_impressions", "break_even_price_multiple",
        "equivalent_budget_confirmed", "break_even_seat_price", "break_even_month", "marginal_cost_per_person", "naive_ad_effect", "offspring_number", "in_market_ties_fraction",
        "probability_programme_reaches_more", "interval_sources", "parameters"}
"""Parts of a summary that do not grow with the society."""

TRIPLE = {"mean", "median", "low", "high"}


def shrink(scenario: Scenario, replications: int) -> tuple[Scenario, float]:
    """
    A small scenario that behaves like the whole one, and its size as a part of it.

    A firm of few people is kept whole; if its market is large, a part of the consumers stands for all. A network of one's own is kept whole too.
    """
    employees, consumers, cost = scenario.society.employees, scenario.market.consumers, scenario.programme.cost
    wanted = 1.0 if scenario.society.network.file is not None else min(1.0, max(EMPLOYEES / employees, min(CONSUMERS, consumers) / consumers))
    few = max(1, round(employees * wanted))
    size = few / employees
    market = max(10, round(consumers * size))
    changes: dict[str, Any] = {
        "run__replications": replications, "run__engine": "compiled", "run__workers": 1, "horizon__step_hours": WEEK,
        "market__consumers": market, "market__sample_fraction": min(scenario.market.sample_fraction, CONSUMERS / market if scenario.may_be_sampled else 1.0),
        "society__employees": few, "society__departments": max(1, round(scenario.society.departments * size)),
        "programme__cost__coordinator_per_month": cost.coordinator_per_month * size, "programme__cost__content_per_item": cost.content_per_item * size,
        "paid__cost__creative": scenario.paid.cost.creative * size, "paid__cost__platform_minimum": scenario.paid.cost.platform_minimum * size,
    }
    if scenario.paid.budget is not None:
        changes["paid__budget"] = scenario.paid.budget * size
    if scenario.page.followers is not None:
        changes["page__followers"] = round(scenario.page.followers * size)
    if scenario.paid.reservation.impressions is not None:
        changes["paid__reservation__impressions"] = {name: round(volume * size) for name, volume in scenario.paid.reservation.impressions.items()}
    return scenario.replace(**changes), size


def enlarge(summary: Mapping[str, Any], scenario: Scenario, size: float) -> dict[str, Any]:
    """A small society's summary as one of the whole scenario: what is counted is multiplied, rates and prices are left alone."""
    grown = {name: value if name in SAME else _grown(value, size) for name, value in summary.items()}
    return grown | {"audience": scenario.market.consumers, "employees": scenario.society.employees}


def enlarge_table(table: pd.DataFrame, size: float, columns: tuple[str, ...]) -> pd.DataFrame:
    """A table of a small society with its counts multiplied."""
    return table.assign(**{column: table[column] / size for column in columns})


def _grown(value: Any, size: float) -> Any:
    if not isinstance(value, dict):
        return value
    if value.keys() & {"mean", "median"}:
        return {name: number / size if name in TRIPLE and number is not None else number for name, number in value.items()}
    return {name: part if name in SAME else _grown(part, size) for name, part in value.items()}

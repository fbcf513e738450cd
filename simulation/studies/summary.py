"""Replications added up: the summary, and the tables that go to files. Same results, same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from simulation.inputs.parameters import Scenario
from simulation.measures.comparison import ReplicationResult
from simulation.measures.intervals import INTERVAL, figure, quantiles
from simulation.studies.drawing import held_keys, posterior_of
from simulation.studies.pool import Redraw
from simulation.studies.sources import sources

SCHEMA_VERSION = 1
MONEY = {"cost", "programme_cost", "paid_cost", "earned_media_value", "equivalent_paid_budget", "equivalent_paid_budget_3plus", "cost_per_incremental_person",
         "cost_per_engagement", "break_even_seat_price", "marginal_cost_per_person"}
UNITS = {"frequency": "impressions per person reached", "impressions": "impressions", "likes": "likes", "clicks": "clicks", "reshares": "reshares",
         "interaction": "people", "offspring_number": "reshares per reshare", "duplication_index": "ratio", "incident": "probability", "programme_shares": "shares",
         "in_market_ties_fraction": "fraction of the market", "break_even_price_multiple": "ratio", "engagements_per_thousand_impressions": "engagements",
         "break_even_advocates": "advocates", "break_even_month": "month", "naive_ad_effect": "reactions to posts per 1,000 people"}


def summarise(scenario: Scenario, results: Sequence[ReplicationResult], complete: bool, again: Sequence[tuple[Redraw, ReplicationResult]] = ()) -> dict[str, Any]:
    """The contents of `summary.json`: figures with intervals, null where undefined; `again` are plays with luck or society drawn anew."""
    worlds = list(results[0].worlds) if results else []
    channels = list(results[0].worlds[worlds[0]].channels) if worlds else []
    summary: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION, "complete": complete, "scenario": scenario.name, "replications": len(results), "interval": INTERVAL,
        "audience": scenario.market.consumers, "employees": scenario.society.employees, "currency": scenario.currency,
        "worlds": {world: {name: figure([result.worlds[world].totals[name] for result in results]) for name in results[0].worlds[world].totals}
                   for world in worlds},
        "channels": {world: {channel: {name: figure([result.worlds[world].channels[channel][name] for result in results])
                                       for name in results[0].worlds[world].channels[channel]} for channel in channels} for world in worlds},
    }
    comparison = _comparison(scenario, [result.comparison for result in results if result.comparison is not None])
    return summary | comparison | {"parameters": _parameters(scenario, results), "interval_sources": sources(scenario, results, again)}


def _parameters(scenario: Scenario, results: Sequence[ReplicationResult]) -> dict[str, Any]:
    """Where the uncertain parameters came from, which were held at the scenario's values, and how many draws were refused."""
    if scenario.run.parameters == "fixed":
        return {"from": "scenario", "posterior_sha256": None, "held": [], "refused_draws": 0}
    return {"from": "posterior", "posterior_sha256": posterior_of(scenario).digest, "held": held_keys(scenario), "refused_draws": sum(result.refused for result in results)}


def _comparison(scenario: Scenario, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What the four worlds say together; nulls throughout where only one was played."""

    def over(name: str, part: str | None = None) -> dict[str, float] | None:
        return figure([row[name] if part is None else row[name][part] for row in rows])

    def spread(name: str, part: str | None = None) -> dict[str, float | None] | None:
        return quantiles([row[name] if part is None else row[name][part] for row in rows]) if rows else None

    sides = ("programme", "paid")
    added = [(row["added_reach"]["programme"], row["added_reach"]["paid"]) for row in rows]
    return {
        "groups": {name: over("groups", name) for name in ("only_programme", "only_paid", "programme_and_paid", "neither")},
        "added_reach": {side: over("added_reach", side) for side in sides},
        "added_reach_3plus": {side: over("added_reach_3plus", side) for side in sides},
        "incremental_reach": {side: over("incremental_reach", side) for side in sides},
        "interaction": over("interaction"),
        "duplication_index": spread("duplication_index"),
        "equivalent_paid_budget": spread("equivalent_paid_budget"),
        "equivalent_paid_budget_3plus": spread("equivalent_paid_budget_3plus"),
        "equal_money_reach": over("equal_money_reach"),
        "cost_per_incremental_person": {side: spread("cost_per_incremental_person", side) for side in sides},
        "cost_per_engagement": {side: spread("cost_per_engagement", side) for side in sides},
        "engagements_per_thousand_impressions": {side: over("engagements_per_thousand_impressions", side) for side in sides},
        "break_even_price_multiple": quantiles([_price_multiple(scenario, row) for row in rows]) if rows else None,
        "break_even_seat_price": quantiles([_seat_price(scenario, row) for row in rows]) if rows else None,
        "break_even_advocates": spread("break_even_advocates"),
        "break_even_month": spread("break_even_month"),
        "marginal_cost_per_person": {side: spread("marginal_cost_per_person", side) for side in sides},
        "overlap_bounds": {name: over("overlap_bounds", name) for name in ("random", "common_activity")},
        "naive_ad_effect": {name: over("naive_ad_effect", name) for name in ("exposed", "unexposed", "caused")},
        "potential_reach": over("potential_reach"),
        "earned_media_value": over("earned_media_value"),
        "reach_outside_market": over("reach_outside_market"),
        "offspring_number": over("offspring_number"),
        "in_market_ties_fraction": over("in_market_ties_fraction"),
        "probability_programme_reaches_more": sum(programme > paid for programme, paid in added) / len(added) if added else None,
    }


def _price_multiple(scenario: Scenario, row: dict[str, Any]) -> float | None:
    """How many times dearer ads would have to be for the programme to add as many people for its money."""
    equivalent, fixed = row["equivalent_paid_budget"], scenario.paid.cost.creative
    if equivalent is None or equivalent <= fixed:
        return None
    multiple: float = max(row["programme_spend"] - fixed, 0.0) / (equivalent - fixed)
    return multiple


def _seat_price(scenario: Scenario, row: dict[str, Any]) -> float | None:
    """Seat price per month at which the programme would cost as much as the ads that add as many people; None where even free seats cost more."""
    seats, equivalent = row["seats"], row["equivalent_paid_budget"]
    if not seats or equivalent is None:
        return None
    price = scenario.programme.cost.seat_per_month + (equivalent - row["programme_spend"]) / (seats * scenario.horizon.months)
    return price if price >= 0 else None


def daily_frame(scenario: Scenario, results: Sequence[ReplicationResult]) -> pd.DataFrame:
    """One row per scenario, replication, world, platform, channel and day; sorted by these keys."""
    frame = _stacked(scenario, results, "daily")
    columns = ["scenario", "replication", "world", "platform", "channel", "day", "impressions", "new_reach", "likes", "clicks", "reshares", "shares", "cost"]
    return frame[columns].sort_values(columns[:6], ignore_index=True)


def frequency_frame(scenario: Scenario, results: Sequence[ReplicationResult]) -> pd.DataFrame:
    """People at each number of impressions, by scenario, replication, world and channel; sorted by these keys."""
    frame = _stacked(scenario, results, "frequency")
    columns = ["scenario", "replication", "world", "channel", "impressions", "people"]
    return frame[columns].sort_values(columns[:5], ignore_index=True)


def verdict_frame(results: Sequence[ReplicationResult]) -> pd.DataFrame | None:
    """Added reach of programme and ads by enrolment and price multiple, of the replications that played it."""
    tables = [result.comparison["verdict"].assign(replication=result.replication) for result in results if result.comparison and "verdict" in result.comparison]
    return pd.concat(tables, ignore_index=True) if tables else None


def _stacked(scenario: Scenario, results: Sequence[ReplicationResult], table: str) -> pd.DataFrame:
    pieces: list[pd.DataFrame] = [getattr(world, table).assign(scenario=scenario.name, replication=result.replication, world=name)
              for result in results for name, world in result.worlds.items()]
    return pd.concat(pieces, ignore_index=True)


def summary_frame(scenario: Scenario, results: Sequence[ReplicationResult], summary: dict[str, Any]) -> pd.DataFrame:
    """Every figure as a row: scenario, world, channel, measure, mean, low, high, unit. Medians stand in `mean` where the summary has medians."""
    rows = []
    for world, totals in summary["worlds"].items():
        rows += [(world, "any", name, value) for name, value in totals.items()]
        rows += [(world, channel, name, value) for channel, values in summary["channels"][world].items() for name, value in values.items()]
        extras = sorted({name for result in results for name in result.worlds[world].extras})
        rows += [(world, "any", name, figure([result.worlds[world].extras.get(name) for result in results])) for name in extras]
    for name, value in summary.items():
        if isinstance(value, dict) and name not in ("worlds", "channels", "parameters", "interval_sources"):
            parts = {None: value} if {"mean", "median"} & value.keys() else value
            rows += [("comparison", part or "any", name, each) for part, each in parts.items()]
    table = [(scenario.name, world, channel, name, *_triple(value), unit(name, scenario.currency)) for world, channel, name, value in rows]
    return pd.DataFrame(table, columns=["scenario", "world", "channel", "measure", "mean", "low", "high", "unit"]).sort_values(
        ["scenario", "world", "channel", "measure"], ignore_index=True)


def _triple(value: dict[str, Any] | None) -> tuple[Any, Any, Any]:
    if value is None:
        return (None, None, None)
    return (value.get("mean", value.get("median")), value["low"], value["high"])


def unit(name: str, currency: str) -> str:
    """Unit of a measure in words."""
    return currency if name in MONEY else UNITS.get(name, "people")

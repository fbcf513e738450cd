"""How to split the money, in words, as JSON and as files."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.measures.intervals import figure
from simulation.presentation.chart_numbers import counted, percent
from simulation.presentation.chart_plan import frontier, returns_of_money
from simulation.presentation.folder import write_csv, write_json
from simulation.presentation.numbers import money, people, ratio
from simulation.presentation.plan_folder import SUMMARY, PlanFolder
from simulation.presentation.style import Chart, save
from simulation.studies.decisions.learning import Learning
from simulation.studies.decisions.splitting import Split, scores

SCHEMA_VERSION = 1
UNITS = {
    "reach": "people added",
    "reach_3plus": "people added who see it 3 times or more",
    "engagements": "likes, clicks and reshares added",
    "cost_per_person": "cost per person added",
}
RISK_WORDS = {"mean": "the mean over draws", "quantile": "the 10% quantile of draws", "regret": "the largest regret over draws"}


class PlanResult:
    """A split of a budget, what speaks for it, and what would be worth knowing first."""

    def __init__(self, found: Split, learning: Learning, kept: PlanFolder) -> None:
        self.found, self.learning, self.folder = found, learning, kept.place
        self._kept = kept

    def summary(self) -> dict[str, Any]:
        """The contents of `summary.json`."""
        return self._summary

    def to_dataframe(self) -> pd.DataFrame:
        """One row for each decision that was compared and each draw, with the goal and what was spent."""
        found = self.found
        rows = [{"decision": place, "part_to_programme": float(found.parts[place]), "draw": draw, found.goal: float(self._shown(found.values)[place, column]),
                 **{name: float(found.figures[name][place, column]) for name in ("reach", "reach_3plus", "engagements", "programme_cost", "paid_cost", "advocates")}}
                for place in range(len(found.menu)) for column, draw in enumerate(found.draws)]
        return pd.DataFrame(rows)

    def charts(self) -> list[Chart]:
        """The frontier, and what the next money returns."""
        base = self.found.options.base
        drawn = [frontier(base, self._summary), returns_of_money(base, self._summary)]
        return [chart for chart in drawn if chart is not None]

    def save(self) -> None:
        """Write all files into the plan's folder, beside its evaluations."""
        write_csv(self.folder / "decisions.csv", self.to_dataframe())
        for chart in self.charts():
            save(chart, self.folder / "charts")
        self._kept.sign()
        write_json(self.folder / SUMMARY, self._summary)

    def answer(self) -> str:
        """The answer for people."""
        summary, currency = self._summary, self._summary["currency"]
        chosen = summary["menu"][summary["chosen"]]
        lines = [f"{self.found.options.base.title}: {money(summary['budget'], currency)} for programme and ads; best by {RISK_WORDS[summary['risk']]} of {UNITS[summary['goal']]}.",
                 *_said(chosen, currency),
                 f"It is best, or as good as the best within 1%, in {percent(chosen['best_in'])} of {len(self.found.draws)} draws that the search did not see.", ""]
        lines += _table(summary)
        if summary["returns"]:
            lines += ["", f"The next money, a tenth of the budget at a time ({UNITS[summary['goal']]} for each {money(1000, currency)}):"]
            lines += [f"  {row['use']:<28}{_amount(summary['goal'], row['per_thousand'], currency):>12}" for row in summary["returns"]]
        return "\n".join([*lines, "", *self._worth()])

    def _worth(self) -> list[str]:
        worth, currency = self._summary["worth"], self._summary["currency"]
        priced = f"One more counts {money(worth['value_of_one'], currency)} ({worth['value_from']})."
        if worth["perfect_information"] < 0.005 * max(self._summary["budget"], 1.0):
            return [f"Worth knowing first: nothing. {priced} Knowing everything before deciding would gain {money(worth['perfect_information'], currency)}."]
        lines = [f"Worth knowing first. {priced} Knowing everything before deciding would gain {money(worth['perfect_information'], currency)}, luck included; knowing one figure:"]
        known = [row for row in worth["parameters"] if row["value"] > 0][:5]
        lines += [f"  {row['key']:<44}{money(row['value'], currency):>12}  changes the decision in {percent(row['changes'])} of draws" for row in known]
        lines += [] if known else ["  no single one would gain anything that so many draws can tell from nothing"]
        pilot = worth["cheapest_pilot"]
        if pilot is None:
            return [*lines, "No pilot that was tried finds 80% of the cases for another decision with at most 20% false alarms."]
        return [*lines, f"The cheapest pilot that would tell: {pilot['advocates']} advocates and {pilot['holdout']} employees who wait, {pilot['weeks']} weeks, "
                        f"{money(pilot['cost'], currency)}; it finds {percent(pilot['power'])} of the cases for another decision and is worth {money(pilot['value'], currency)}."]

    def _shown(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values as users count them: a cost per person is positive."""
        return -values if self.found.goal == "cost_per_person" else values

    @cached_property
    def _summary(self) -> dict[str, Any]:
        found, learning = self.found, self.learning
        shown, regrets = self._shown(found.values), found.values.max(axis=0) - found.values
        menu = [{"settings": decision, "part_to_programme": _short(found.parts[place]), **dict(zip(("planned_programme_cost", "planned_paid_cost"),
                 map(_short, found.options.planned_cost(decision)), strict=True)), "goal": _figure(shown[place]), "low_quantile": _short(scores(found.values, "quantile")[place]),
                 "largest_regret": _short(regrets[place].max()), "best_in": _short(found.best_in[place]), "advocates": _figure(found.figures["advocates"][place]),
                 "reach": _figure(found.figures["reach"][place] - found.nothing["reach"][0]), "cost": _figure(found.figures["cost"][place])}
                for place, decision in enumerate(found.menu)]
        returns = [{"use": one.use, "money": _short(one.money), "gain": _figure(self._shown(one.gains)), "per_thousand": _short(self._shown(one.gains).mean() / one.money * 1000.0)}
                   for one in found.returns]
        pilot = learning.cheapest
        return {"schema_version": SCHEMA_VERSION, "scenario": found.options.base.name, "currency": found.options.base.currency, "budget": found.options.budget, "goal": found.goal,
                "risk": found.risk, "draws": len(found.draws), "decisions_searched": found.searched, "chosen": found.chosen, "menu": menu, "returns": returns,
                "worth": {"value_of_one": _short(learning.value_of_one), "value_from": learning.value_from, "perfect_information": _short(learning.perfect_information),
                          "parameters": [{"key": key, "value": _short(known.value), "changes": _short(known.changes)} for key, known in learning.parameters],
                          "pilots": [_pilot(each) for each in learning.pilots], "cheapest_pilot": None if pilot is None else _pilot(pilot)}}


def _said(chosen: dict[str, Any], currency: str) -> list[str]:
    """The decision in words."""
    settings, lines = chosen["settings"], []
    if settings["programme.enabled"]:
        stage = f", stage {settings['programme.stage']}" if "programme.stage" in settings else ""
        lines.append(f"Programme: {money(chosen['planned_programme_cost'], currency)} ({percent(chosen['part_to_programme'])}), "
                     f"{percent(settings['programme.enrolment_fraction'])} of employees enrolled, {settings['programme.items_per_week']:g} items a week{stage}.")
    else:
        lines.append("Programme: none.")
    if not settings["paid.enabled"]:
        return [*lines, "Ads: none."]
    split, cap = settings["paid.split"], settings["paid.cap"]
    total = sum(split.values())
    shares = ", ".join(f"{name} {percent(weight / total)}" for name, weight in sorted(split.items(), key=lambda pair: -pair[1]))
    limit = "no frequency cap" if cap is None else f"at most {cap['impressions']} impression{'s' if cap['impressions'] > 1 else ''} a person, platform and {cap['days']} days"
    bids = ", ".join(f"{name} {money(bid, currency)}" for name, bid in settings.get("paid.auction.bid", {}).items())
    return [*lines, f"Ads: {money(chosen['planned_paid_cost'], currency)}: {shares}; {limit}" + (f"; highest bids {bids}" if bids else "") + "."]


def _table(summary: dict[str, Any]) -> Sequence[str]:
    lines = [f"{'to the programme':>17}{'advocates':>11}{UNITS[summary['goal']][:28]:>38}{'10% quantile':>14}{'largest regret':>16}{'best in':>9}"]
    for place, row in enumerate(summary["menu"]):
        goal, currency = row["goal"], summary["currency"]
        span = f"{_amount(summary['goal'], goal['mean'], currency)} ({_amount(summary['goal'], goal['low'], currency)} to {_amount(summary['goal'], goal['high'], currency)})"
        low = -row["low_quantile"] if summary["goal"] == "cost_per_person" else row["low_quantile"]
        lines.append(f"{percent(row['part_to_programme']):>15} {'*' if place == summary['chosen'] else ' '}{counted(row['advocates']['mean']):>11}{span:>38}"
                     f"{_amount(summary['goal'], low, currency):>14}{_amount(summary['goal'], row['largest_regret'], currency):>16}{percent(row['best_in']):>9}")
    return lines


def _amount(goal: str, value: float, currency: str) -> str:
    if goal == "cost_per_person":
        return money(value, currency)
    return people(value) if abs(value) >= 100 else ratio(value)


def _pilot(pilot: Any) -> dict[str, Any]:
    known = pilot.known
    return {"advocates": pilot.advocates, "holdout": pilot.holdout, "weeks": pilot.weeks, "cost": _short(pilot.cost), "value": _short(known.value),
            "changes": _short(known.changes), "power": None if known.power is None else _short(known.power),
            "false_alarm": None if known.false_alarm is None else _short(known.false_alarm)}


def _figure(values: NDArray[np.float64]) -> dict[str, float]:
    found = figure(values.tolist())
    assert found is not None
    return {name: _short(value) for name, value in found.items()}


def _short(value: float) -> float:
    return float(f"{float(value):.6g}")

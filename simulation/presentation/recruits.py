"""Whom to recruit, in words, as JSON and as files. Nothing about a person leaves but pseudonym, department and what is added."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from simulation.inputs.scenario import scenario_text
from simulation.measures.intervals import INTERVAL, figure
from simulation.presentation.chart_numbers import counted, percent
from simulation.presentation.chart_recruits import WAYS, reach_per_recruit
from simulation.presentation.folder import MARK, write_csv, write_folder, write_json, write_text
from simulation.presentation.numbers import people, ratio
from simulation.presentation.provenance import provenance
from simulation.presentation.style import Chart, save
from simulation.studies.decisions.recruiting import MOST_FOLLOWERS, Recruits

SCHEMA_VERSION = 1


class RecruitsResult:
    """
    Whom to recruit, and what playing the whole model says about it.

    Parameters
    ----------
    found : the choice
    played : people whom each way of choosing added, one mapping a play; none where nothing was played
    """

    def __init__(self, found: Recruits, played: Sequence[Mapping[str, float]], started: datetime.datetime) -> None:
        self.found, self._played, self._started = found, list(played), started

    def summary(self) -> dict[str, Any]:
        """The contents of `summary.json`."""
        return self._summary

    def to_dataframe(self) -> pd.DataFrame:
        """One row for each recruit, in the order of choice."""
        return pd.DataFrame(self._summary["recruits"])

    def charts(self) -> list[Chart]:
        """People added per recruit."""
        return [reach_per_recruit(self.found.scenario, self._summary)]

    def answer(self) -> str:
        """The answer for people."""
        summary = self._summary
        chosen, bound = summary["curves"]["chosen"][-1], summary["no_choice_adds_more_than"]
        lines = [f"{self.found.scenario.title}: {len(summary['recruits'])} to recruit, of {summary['candidates']:,} employees who do not take part yet and may be chosen.",
                 f"They add about {counted(chosen)} people to those whom ads, pages and everybody who shares already reach; "
                 f"{counted(summary['expected_to_say_yes'])} of them are expected to say yes.",
                 f"No other choice adds more than {counted(bound)}, so this one is worth {percent(min(chosen / bound, 1.0) if bound else 1.0)} of the best at least.",
                 self._guarantee, ""]
        lines += [*_table(summary), "", *self._sentences(), "", f"{'':>4}  {'employee':<14}{'department':<14}{'adds':>8}{'in all':>10}"]
        lines += [f"{row['rank']:>4}  {row['employee']:<14}{row['department']:<14}{counted(row['adds']):>8}{counted(row['in_all']):>10}" for row in summary["recruits"]]
        return "\n".join(lines)

    def save(self, folder: str | Path, command: str = "") -> None:
        """Write `recruits.csv`, `summary.json`, the chart, the scenario and where it all comes from; earlier results there are replaced, anything else is refused."""

        def fill(place: Path) -> None:
            write_csv(place / "recruits.csv", self.to_dataframe())
            write_json(place / "summary.json", self._summary)
            write_text(place / "scenario.yaml", scenario_text(self.found.scenario))
            for chart in self.charts():
                save(chart, place / "charts")
            write_json(place / MARK, provenance(self.found.scenario, self._started, command))

        write_folder(Path(folder), fill)

    @property
    def _guarantee(self) -> str:
        found = self.found
        limit = "" if found.wishes.most_per_department is None else " under a limit by department"
        if found.epsilon is None:
            return f"This way of choosing{limit} gives {percent(found.guarantee)} of the best in any case at all."
        return (f"This way of choosing{limit} gives {percent(found.guarantee)} of the best in any case at all, almost surely "
                f"(error {found.epsilon:.2g}, {found.sets:,} reverse-reachable sets).")

    def _sentences(self) -> list[str]:
        played = self._summary["played"]
        if played is None:
            return ["Not played; --plays N plays the whole model with the chosen and with those who have most followers."]
        more, wins, count = played["chosen_less_most_followers"], played["chosen_adds_more_than_most_followers"], played["plays"]
        plays = f"{count} plays of the whole model on common luck"
        return [f"In {plays} the chosen added {people(more['mean'])} people more than those with most followers ({people(more['low'])} to {people(more['high'])}, "
                f"{INTERVAL:.0%} of plays), and more in {percent(wins)} of the plays."]

    @cached_property
    def _summary(self) -> dict[str, Any]:
        found = self.found
        total = found.gains.cumsum()
        rows = [{"rank": number + 1, "employee": found.names.employees[row], "department": found.names.departments[int(found.society.staff.department[row])],
                 "adds": _short(found.gains[number]), "in_all": _short(total[number])} for number, row in enumerate(found.rows.tolist())]
        yes = found.wishes.acceptance(found.scenario, found.society)[found.rows]
        wishes = found.wishes
        return {"schema_version": SCHEMA_VERSION, "scenario": found.scenario.name, "spread": wishes.spread, "recruits": rows, "candidates": found.candidates,
                "expected_to_say_yes": _short(yes.sum()), "curves": {way: [_short(value) for value in found.curves[way]] for way in WAYS},
                "no_choice_adds_more_than": _short(found.bound), "guarantee": _short(found.guarantee), "reverse_sets": found.sets,
                "epsilon": None if found.epsilon is None else _short(found.epsilon), "people_reached_by_nothing_else": _short(found.open),
                "wishes": {"recruit": wishes.recruit, "include": list(wishes.include), "exclude": list(wishes.exclude), "most_per_department": wishes.most_per_department,
                           "willingness": dict(wishes.willingness), "blind": wishes.blind}, "played": self._said_by_plays()}

    def _said_by_plays(self) -> dict[str, Any] | None:
        if not self._played:
            return None
        more = [play["chosen"] - play[MOST_FOLLOWERS] for play in self._played]
        return {"plays": len(more), "added": {way: figure([play[way] for play in self._played]) for way in self._played[0]}, "chosen_less_most_followers": figure(more),
                "chosen_adds_more_than_most_followers": sum(value > 0 for value in more) / len(more)}


def _table(summary: dict[str, Any]) -> list[str]:
    """Each way of choosing: people expected, and played."""
    played, chosen = summary["played"], summary["curves"]["chosen"][-1]
    lines = [f"{'people added':<28}{'expected':>10}{'against chosen':>16}{'played':>26}"]
    for way, name in WAYS.items():
        value = summary["curves"][way][-1]
        real = played["added"].get(way) if played else None
        shown = "" if real is None else f"{people(real['mean'])} ({people(real['low'])} to {people(real['high'])})"
        lines.append(f"{name:<28}{counted(value):>10}{(ratio(value / chosen) if chosen else '-'):>16}{shown:>26}")
    return lines


def _short(value: float) -> float:
    return float(f"{float(value):.6g}")

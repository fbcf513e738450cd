"""How to split a budget between programme and ads: a search on a few draws, a frontier, and a comparison on draws that the search never saw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import differential_evolution
from scipy.stats import qmc

from simulation.errors import InputError, unknown
from simulation.studies.decisions.evaluating import Table
from simulation.studies.decisions.options import NOTHING, Options, Settings

Goal = Literal["reach", "reach_3plus", "engagements", "cost_per_person"]
Risk = Literal["mean", "quantile", "regret"]
GOALS, RISKS = ("reach", "reach_3plus", "engagements", "cost_per_person"), ("mean", "quantile", "regret")

PARTS = (0.0, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0)
"""Parts of the budget for the programme at which the frontier is drawn."""
LOW = 0.1
"""Quantile that is maximised by risk `quantile`."""
NEXT = 0.1
"""Part of the budget by which each use of money is raised to see what it returns."""
SAME = 0.01
"""Decisions whose outcomes differ by less are as good as each other."""
STEPS, CLIMBS = (0.15, 0.07), 5
"""Steps in the unit cube by which the best of the search is improved, and how often each is taken at most."""
UNBOUGHT = 1e6
"""Cost per person where nobody is added."""

type Evaluate = Callable[[Sequence[Settings], Iterable[int]], dict[str, Table]]


@dataclass(frozen=True)
class Effort:
    """
    How hard to look.

    Attributes
    ----------
    population, generations : of the search; it plays population x (generations + 1) decisions
    search_draws : draws in which the search plays each decision
    draws : further draws in which the best are compared
    """

    population: int = 12
    generations: int = 5
    search_draws: int = 6
    draws: int = 32

    def checked(self) -> Effort:
        """The same. Raises `InputError` where it is too little for an answer."""
        given = (("--population", self.population, 6), ("--generations", self.generations, 0), ("--search-draws", self.search_draws, 1), ("--draws", self.draws, 2))
        for name, value, least in given:
            if not least <= value <= 100_000:
                raise InputError(f"{name}: given {value}; allowed: {least} to 100,000")
        return self

    @property
    def plays(self) -> int:
        """Plays that this takes, about; some decisions come up twice."""
        polish = 30 * len(STEPS) if self.generations else 0
        return (self.population * (self.generations + 1) + polish + 3 * len(PARTS)) * self.search_draws + (len(PARTS) + 7) * self.draws


@dataclass(frozen=True)
class Return:
    """What a tenth of the budget more for one use adds to the goal, in each draw."""

    use: str
    money: float
    gains: NDArray[np.float64]


@dataclass(frozen=True)
class Split:
    """
    How to split the money.

    Attributes
    ----------
    menu : decisions that were compared, from no programme to nothing else
    parts : part of the planned money that goes to the programme, by decision
    values : goal by decision and draw, larger is better (cost per person with its sign turned)
    figures : all figures by decision and draw; `nothing` those without programme and ads
    chosen : place of the best decision in the menu
    best_in : part of the draws in which each decision is best
    returns : of each use of money, at the chosen decision
    draws : numbers of the draws
    searched : decisions that the search played
    """

    options: Options
    goal: Goal
    risk: Risk
    menu: list[Settings]
    parts: NDArray[np.float64]
    values: Table
    figures: dict[str, Table]
    nothing: dict[str, Table]
    chosen: int
    best_in: NDArray[np.float64]
    returns: list[Return]
    draws: list[int]
    searched: int


def split(options: Options, evaluate: Evaluate, goal: Goal = "reach", risk: Risk = "mean", effort: Effort | None = None) -> Split:
    """
    Find the best split of a budget.

    Parameters
    ----------
    evaluate : plays decisions in draws, see `Evaluator`
    goal : what is maximised; `cost_per_person` is minimised and may spend less than the budget
    risk : over draws, the mean, the 10% quantile, or the largest regret (the least of it)

    Raises
    ------
    InputError
        A goal, risk or effort that does not exist.
    """
    effort, options = checked(goal, risk, effort or Effort()), options.checked()
    search = range(effort.search_draws)
    points, searched = _searched(options, evaluate, goal, risk, effort, search)
    top, further = _polished(options, evaluate, goal, risk, points[0], search) if effort.generations else (points[0], 0)
    menu = _frontier(options, evaluate, goal, risk, top, search)
    draws = list(range(effort.search_draws, effort.search_draws + effort.draws))
    figures, nothing = _played(evaluate, menu, draws)
    values = goal_values(goal, figures, nothing)
    chosen = int(np.argmax(scores(values, risk)))
    parts = np.array([_part(options, decision) for decision in menu])
    best = values >= values.max(axis=0) - SAME * np.abs(values.max(axis=0))
    returns = _returns(options, evaluate, goal, menu[chosen], values[chosen], draws)
    return Split(options, goal, risk, menu, parts, values, figures, nothing, chosen, best.mean(axis=1), returns, draws, searched + further)


def checked(goal: str, risk: str, effort: Effort) -> Effort:
    """The effort. Raises `InputError` where it, the goal or the attitude to risk does not exist."""
    if goal not in GOALS:
        raise unknown("--goal", "goal", goal, GOALS)
    if risk not in RISKS:
        raise unknown("--risk", "attitude to risk", risk, RISKS)
    return effort.checked()


def _played(evaluate: Evaluate, decisions: Sequence[Settings], draws: Iterable[int]) -> tuple[dict[str, Table], dict[str, Table]]:
    """Figures of some decisions, and those without programme and ads, played in one go."""
    found = evaluate([NOTHING, *decisions], draws)
    return {name: table[1:] for name, table in found.items()}, {name: table[:1] for name, table in found.items()}


def goal_values(goal: Goal, figures: dict[str, Table], nothing: dict[str, Table]) -> Table:
    """The goal by decision and draw, larger is better; people are those added to what happens without programme and ads."""
    if goal == "cost_per_person":
        added = figures["reach"] - nothing["reach"]
        return np.asarray(-np.where(added >= 1.0, figures["cost"] / np.maximum(added, 1.0), UNBOUGHT))
    return figures[goal] - nothing[goal]


def scores(values: Table, risk: Risk, best: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """
    What each decision is worth over all draws; larger is better.

    Parameters
    ----------
    best : best value known in each draw, for regret; left out: that of these decisions
    """
    if risk == "mean":
        return np.asarray(values.mean(axis=1))
    if risk == "quantile":
        return np.asarray(np.quantile(values, LOW, axis=1))
    return np.asarray(-(np.maximum(values.max(axis=0), -np.inf if best is None else best) - values).max(axis=1))


def _searched(options: Options, evaluate: Evaluate, goal: Goal, risk: Risk, effort: Effort, draws: range) -> tuple[list[NDArray[np.float64]], int]:
    """
    Points from the best on, by differential evolution (Storn and Price 1997): a generation is played at once, in the same draws for all.

    Some of the first generation are the scenario's own settings at several parts. Regret is against the best of that generation.
    """
    size = len(options.names)
    anchors = [options.point(part) for part in (0.0, 0.3, 0.6, 1.0)]
    seed = options.base.run.seed % 2**32
    rest = qmc.Halton(size, rng=np.random.default_rng(seed)).random(effort.population - len(anchors))
    best = None
    seen: list[tuple[float, NDArray[np.float64]]] = []

    def misfit(points: Any) -> Any:
        nonlocal best
        columns = np.atleast_2d(points.T)
        values = goal_values(goal, *_played(evaluate, [options.settings(point) for point in columns], draws))
        best = values.max(axis=0) if best is None else best
        found = -scores(values, risk, best)
        seen.extend(zip(found.tolist(), columns.copy(), strict=True))
        return found

    first = np.vstack([*anchors, rest])
    if effort.generations:
        differential_evolution(misfit, [(0.0, 1.0)] * size, init=first, maxiter=effort.generations, rng=np.random.default_rng(seed), polish=False, tol=0.0, vectorized=True,
                               updating="deferred", mutation=(0.4, 0.9), recombination=0.8)
    else:
        misfit(first.T)
    return [point for _, point in sorted(seen, key=lambda pair: pair[0])], len(seen)


def _polished(options: Options, evaluate: Evaluate, goal: Goal, risk: Risk, top: NDArray[np.float64], draws: range) -> tuple[NDArray[np.float64], int]:
    """The best point uphill from the best of the search: each number a little up or down, or all ads on one platform, as long as that gains. And how many were tried."""
    weights, tried = [place for place, name in enumerate(options.names) if name.startswith("weight of ")], 0
    for step in STEPS:
        for _ in range(CLIMBS):
            around = [top]
            for place in range(top.size):
                for way in (-step, step):
                    around.append(np.clip(np.where(np.arange(top.size) == place, top + way, top), 0.0, 1.0))
            around += [np.where(np.isin(np.arange(top.size), weights), np.arange(top.size) == place, top) for place in weights]
            best = int(np.argmax(scores(goal_values(goal, *_played(evaluate, [options.settings(point) for point in around], draws)), risk)))
            top, tried = around[best], tried + len(around) - 1
            if best == 0:
                break
    return top, tried


def _frontier(options: Options, evaluate: Evaluate, goal: Goal, risk: Risk, top: NDArray[np.float64], draws: range) -> list[Settings]:
    """For each part of the budget the best of some decisions with it, and the best of the search; those that cost as much for the programme stand once."""
    items = options.names.index("items")
    tried: list[tuple[float, Settings]] = []
    for part in PARTS:
        for point, shift in ((top, 0.0), (top, -0.2), (top, 0.2), (options.point(part), 0.0)):
            moved = point.copy()
            moved[0], moved[items] = part, np.clip(point[items] + shift, 0.0, 1.0)
            tried.append((part, options.settings(moved)))
    worth = scores(goal_values(goal, *_played(evaluate, [decision for _, decision in tried], draws)), risk)
    menu: dict[float, Settings] = {}
    for part in PARTS:
        here = [place for place, (wanted, _) in enumerate(tried) if wanted == part]
        best = tried[max([place for place in here if abs(_part(options, tried[place][1]) - part) < NEXT] or here, key=lambda place: float(worth[place]))][1]
        menu[round(_part(options, best), 2)] = best
    own = options.settings(top)
    menu[round(_part(options, own), 2)] = own
    # a programme too small for its part stands at the part that it takes
    return [menu[part] for part in sorted(menu)]


def _part(options: Options, decision: Settings) -> float:
    programme, paid = options.planned_cost(decision)
    return programme / (programme + paid) if programme + paid > 0 else 0.0


def _returns(options: Options, evaluate: Evaluate, goal: Goal, chosen: Settings, values: NDArray[np.float64], draws: list[int]) -> list[Return]:
    """What each use of money returns, a tenth of the budget more for it and everything else as chosen."""
    step = NEXT * options.budget
    more = more_of(options, chosen, step)
    if not more:
        return []
    found = goal_values(goal, *_played(evaluate, [decision for _, decision, _ in more], draws))
    return [Return(use, money, row - values) for (use, _, money), row in zip(more, found, strict=True)]


def more_of(options: Options, chosen: Settings, step: float) -> list[tuple[str, Settings, float]]:
    """Each use of money by name, the decision with more of it, and the money that this takes as planned."""
    before, found = sum(options.planned_cost(chosen)), []
    items = float(chosen.get("programme.items_per_week", options.base.programme.items_per_week))
    spent = options.planned_cost(chosen)[0]
    wider, _ = options.bought(spent + step, items, chosen.get("programme.stage"))
    if wider["programme.enabled"] and wider != {key: value for key, value in chosen.items() if key.startswith("programme.")}:
        found.append(("more advocates", {**chosen, **wider}))
    if chosen["programme.enabled"]:
        found.append(("more items to share", {**chosen, "programme.items_per_week": options.items_for(chosen, spent + step)}))
    paid = float(chosen.get("paid.budget") or 0.0)
    media = {name: weight / sum(chosen["paid.split"].values()) * paid for name, weight in chosen["paid.split"].items()} if chosen["paid.enabled"] else {}
    for name in options.platforms:
        money = {**media, name: media.get(name, 0.0) + step}
        ads = {"paid.enabled": True, "paid.budget": float(f"{paid + step:.8g}"), "paid.split": {key: float(f"{value:.6g}") for key, value in money.items()},
               "paid.cap": chosen.get("paid.cap", None if options.base.paid.cap is None else options.base.paid.cap.model_dump())}
        found.append((f"more ads on {name}", {**chosen, **ads}))
    return [(use, decision, sum(options.planned_cost(decision)) - before) for use, decision in found if sum(options.planned_cost(decision)) > before]

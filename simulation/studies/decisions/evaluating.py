"""What decisions lead to in draws of the uncertain parameters: each draw, with its society and luck, is common to all decisions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.inputs.parameters import Scenario
from simulation.studies.decisions.options import Settings
from simulation.studies.drawing import drawn_values
from simulation.studies.pool import Task, each_done, rehearse_ahead

Table = NDArray[np.float64]

FIGURES = ("reach", "reach_3plus", "engagements", "cost", "programme_cost", "paid_cost", "programme_reach", "programme_impressions", "advocates", "programme_shares", "refused")
"""Figures of a played decision that are kept."""

OTHERS_FOLLOWED = 30_000
"""Consumers outside the audiences of employees and pages who are followed one by one; larger markets are followed by a weighted sample."""


class Piece(NamedTuple):
    """One draw, and the decisions that are played in it."""

    base: Scenario
    replication: int
    decisions: tuple[Settings, ...]


type Kept = dict[str, list[float]]
"""Figures by decision and draw, see `name_of`."""


def name_of(decision: Settings, replication: int) -> str:
    """The name of an evaluation."""
    return f"{replication}:{json.dumps(decision, sort_keys=True)}"


def play_piece(piece: Piece) -> list[list[float]]:
    """`FIGURES` of each decision. The engines are imported here, so that the process that hands out work starts at once."""
    from simulation.studies.replication import replicate

    found = []
    for decision in piece.decisions:
        scenario = piece.base.replace(**{key.replace(".", "__"): value for key, value in decision.items()})
        result = replicate(Task(scenario, piece.replication, False), _reusing(), tables=False)
        world = result.worlds["as_written"]
        totals, extras, programme = world.totals, world.extras, world.channels["programme"]
        values = {**totals, **extras, "engagements": sum(totals[name] or 0.0 for name in ("likes", "clicks", "reshares")), "programme_reach": programme["reach"],
                  "programme_impressions": programme["impressions"], "refused": result.refused}
        found.append([float(values[name] or 0.0) for name in FIGURES])
    return found


@lru_cache(maxsize=1)
def _reusing() -> Any:
    from simulation.studies.replication import Reusing

    return Reusing()


def followed(scenario: Scenario) -> Scenario:
    """The scenario with a sample of the market, where it is large and may be sampled."""
    enough = OTHERS_FOLLOWED / scenario.market.consumers
    sampled = scenario.may_be_sampled and enough < scenario.market.sample_fraction
    return scenario.replace(market__sample_fraction=float(f"{enough:.3g}")) if sampled else scenario


class Evaluator:
    """
    Plays decisions, each once.

    Attributes
    ----------
    known : evaluations that are there, by name; they are not played again
    played : plays so far

    Parameters
    ----------
    workers : processes
    keep : called with the evaluations of each piece as it is done
    progress : called with the plays done
    """

    def __init__(self, base: Scenario, workers: int, known: Kept, keep: Callable[[Kept], object] = lambda kept: None,
                 progress: Callable[[int], object] = lambda done: None) -> None:
        self.base, self.known, self.played = base, known, 0
        self._workers, self._keep, self._progress = workers, keep, progress

    def __call__(self, decisions: Sequence[Settings], replications: Iterable[int]) -> dict[str, Table]:
        """Each of `FIGURES` as a table with one row a decision and one column a draw."""
        draws = list(replications)
        pieces = []
        for number in draws:
            missing = {name: decision for decision in decisions if (name := name_of(decision, number)) not in self.known}
            if missing:
                pieces.append(Piece(self.base, number, tuple(missing.values())))
        ahead = rehearse_ahead if self.base.engine == "compiled" else None
        with closing(each_done(play_piece, pieces, min(self._workers, max(len(pieces), 1)), ahead=ahead)) as steps:
            for place, rows in steps:
                piece = pieces[place]
                fresh = {name_of(decision, piece.replication): row for decision, row in zip(piece.decisions, rows, strict=True)}
                self.keep(fresh)
                self._progress(self.played)
        found = np.array([[self.known[name_of(decision, number)] for number in draws] for decision in decisions])
        return {name: found[:, :, column] for column, name in enumerate(FIGURES)}

    def keep(self, fresh: Kept) -> None:
        """Know and keep what was played."""
        self.known |= fresh
        self._keep(fresh)
        self.played += len(fresh)


def parameters_at(base: Scenario, replications: Sequence[int], refused: Sequence[float]) -> dict[str, Table]:
    """The uncertain parameters of each draw, by key; none where parameters are fixed."""
    if base.run.parameters == "fixed":
        return {}
    rows = [drawn_values(base, number, int(attempt)) for number, attempt in zip(replications, refused, strict=True)]
    return {key: np.array([row[key] for row in rows]) for key in rows[0]} if rows else {}

"""One replication: parameters, a society, its worlds, their comparison."""

from __future__ import annotations

from collections.abc import Callable

from simulation.engines.flights import Flight, plan_flights
from simulation.engines.run import play_worlds
from simulation.engines.world import WORLDS, World
from simulation.inputs.parameters import Scenario
from simulation.measures.budgets import confirmed
from simulation.measures.comparison import ReplicationResult, added_reach, compare_worlds, equal_targets, world_result
from simulation.measures.equivalent import Ladder
from simulation.society.luck import Luck
from simulation.society.society import Society
from simulation.society.store import same_ties
from simulation.studies.drawing import first_accepted
from simulation.studies.pool import Task
from simulation.studies.verdict import VERDICT_REPLICATIONS, verdict

AS_WRITTEN = "as_written"


type Making = Callable[[Scenario, Luck], Society]


def replicate(task: Task, make: Making = Society, verdicts: int = VERDICT_REPLICATIONS, tables: bool = True) -> ReplicationResult:
    """
    Play one replication with the parameters drawn for it; a draw that the model refuses (reshares without end) is replaced by the next.

    Parameters
    ----------
    make : makes the society, or gives one that was made before; see `Reusing`
    verdicts : replications, from the first on, that also play the verdict over prices and participation, and the ads of equal budgets
    tables : whether days, frequencies, departments and hops are told apart, and budgets forecast

    Raises
    ------
    InputError
        The scenario's own values are refused, or so are all draws that were tried; the message is the last one's.
    """
    result, refused = first_accepted(task.scenario, task.replication, lambda drawn: _played(task, drawn, make, verdicts, tables))
    return result._replace(refused=refused)


def _played(task: Task, scenario: Scenario, make: Making, verdicts: int, tables: bool) -> ReplicationResult:
    """Play one replication of a scenario as it is: one society serves all its worlds."""
    root = Luck(scenario.run.seed).replication(task.replication)
    luck = root.replication(1) if task.redraw else root
    society = make(scenario, luck if task.redraw == "society" else root)
    wanted = WORLDS if task.compared else {AS_WRITTEN: World(True, True)}
    flights: dict[str, Flight] = plan_flights(scenario, society, luck) if scenario.paid.enabled else {}
    records = play_worlds(scenario, wanted, luck, society, flights)
    results, impressions = {}, {}
    for name, record in records.items():
        results[name], impressions[name] = world_result(scenario, society, record, tables and not task.redraw)
    if task.redraw:
        return ReplicationResult(task.replication, results, {"added_reach": added_reach(results)})
    if not task.compared:
        return ReplicationResult(task.replication, results, None)
    ladder = Ladder(flights, society.panel)
    comparison = compare_worlds(scenario, society, ladder, records, results, impressions, forecast=tables)
    if task.replication < verdicts and scenario.programme.enabled:
        alone, targets = impressions["neither"].sum(axis=0), equal_targets(comparison["added_reach"], comparison["added_reach_3plus"], results["both"])
        comparison["verdict"] = verdict(scenario, society, ladder, luck, records["neither"], alone)
        comparison["equivalent_budget_confirmed"] = confirmed(scenario, society, alone, targets, comparison["equivalent_budget_closed_form"])
    return ReplicationResult(task.replication, results, comparison)


class Reusing:
    """Makes societies, and gives the last one again where only what leaves its ties alone has changed."""

    def __init__(self) -> None:
        self._last: Society | None = None
        self.made = 0

    def __call__(self, scenario: Scenario, luck: Luck) -> Society:
        """The society of a scenario and luck."""
        last = self._last
        if last is not None and last.luck.seed == luck.seed and same_ties(last.scenario, scenario):
            return last.again(scenario)
        self._last = None
        self._last, self.made = Society(scenario, luck), self.made + 1
        return self._last

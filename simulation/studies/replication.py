"""One replication: a society, its worlds, their comparison."""

from __future__ import annotations

from simulation.engines.flights import Flight, plan_flights
from simulation.engines.run import play_worlds
from simulation.engines.world import WORLDS, World
from simulation.measures.comparison import ReplicationResult, compare_worlds, world_result
from simulation.measures.equivalent import Ladder
from simulation.society.luck import Luck
from simulation.society.society import Society
from simulation.studies.pool import Task
from simulation.studies.verdict import VERDICT_REPLICATIONS, verdict

AS_WRITTEN = "as_written"


def replicate(task: Task) -> ReplicationResult:
    """Play one replication: one society serves all its worlds."""
    scenario = task.scenario
    luck = Luck(scenario.run.seed).replication(task.replication)
    society = Society(scenario, luck)
    wanted = WORLDS if task.compared else {AS_WRITTEN: World(True, True)}
    flights: dict[str, Flight] = plan_flights(scenario, society) if scenario.paid.enabled else {}
    records = play_worlds(scenario, wanted, luck, society, flights)
    results, impressions = {}, {}
    for name, record in records.items():
        results[name], impressions[name] = world_result(scenario, society, record)
    if not task.compared:
        return ReplicationResult(task.replication, results, None)
    ladder = Ladder(flights, society.panel)
    comparison = compare_worlds(scenario, society, ladder, records, results, impressions)
    if task.replication < VERDICT_REPLICATIONS and scenario.programme.enabled:
        comparison["verdict"] = verdict(scenario, society, ladder, luck, records["neither"], impressions["neither"].sum(axis=0))
    return ReplicationResult(task.replication, results, comparison)

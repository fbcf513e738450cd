"""What worker processes do for the page. They load this module and what they play with, no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.studies.pool import Task

if TYPE_CHECKING:
    from simulation.measures.comparison import ReplicationResult


def play_preview(task: Task) -> ReplicationResult:
    """One replication without what only the chart of the verdict needs."""
    from simulation.studies.replication import replicate

    return replicate(task, verdicts=0)


def play_whole(task: Task) -> ReplicationResult:
    """One replication with all that belongs to it."""
    from simulation.studies.replication import replicate

    return replicate(task)

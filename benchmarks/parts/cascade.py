"""Independent Cascade against the libraries that have it: the rows of `independent_cascade.py`."""

from __future__ import annotations

import math
from itertools import groupby

import independent_cascade
from independent_cascade import Memory
from independent_cascade import Row as Cell
from measuring import Row, Section, Table, brief, progress

LARGEST, LIKELY = 1_000_000, 0.05
GOALS = (("cynetdiff", "Independent Cascade, same graph and mean reach, one thread, against cynetdiff in all cells", 1.5, None),
         ("NDlib", "the same against NDlib, 100,000 people, p = 0.05", 400.0, 100_000),
         ("Mesa, idiomatic", "the same against an idiomatic Mesa model, 100,000 people, p = 0.05", 1500.0, 100_000),
         ("Mesa, built once", "the same, the Mesa model built once and not counted", None, 100_000))
MOST_MEGABYTES = 300.0


def measure(quick: bool = False) -> Section:
    """The whole table of the cascade, and the peak memory of its largest graph."""
    sizes, replications, patience = ((2_000,), 50, 0.2) if quick else (independent_cascade.SIZES, 1000, 3.0)
    cells = list(independent_cascade.measure(sizes, replications, patience, tell=lambda text: progress(f"cascade, {text}")))
    memories = independent_cascade.peak_memory(max(sizes))
    return section(cells, memories)


def section(cells: list[Cell], memories: list[Memory]) -> Section:
    differing = independent_cascade.disagreeing(cells)
    rows = [ratio_row(cells, *goal, differing) for goal in GOALS]
    ours = memories[0]
    rows.append(Row(f"the same, {ours.people:,} people: peak memory", f"{MOST_MEGABYTES:g} MB or less", "; ".join(f"{memory.what} {memory.megabytes:,.0f} MB" for memory in memories),
                    ours.megabytes <= MOST_MEGABYTES))
    missing = sorted({cell.why.removeprefix("not installed: ") for cell in cells if cell.why.startswith("not installed")})
    text = ("The graph is Barabási–Albert with 20 ties a person, 100 people start. Times are processor seconds of one thread without set-up, medians of rounds in which "
            "each library takes turns with this project, as `benchmarks/independent_cascade.py` explains; an idiomatic Mesa model is built anew for every replication, which counts. The bare gather reads the rows of everybody reached, in the order of the cascade, and does nothing else: what memory allows. "
            f"z is the distance from our mean reach in standard errors; beyond {independent_cascade.LIMIT} no ratio is claimed.")
    if missing:
        text += " Left out because they are not installed; what brings them: " + "; ".join(missing) + "."
    return Section("Independent Cascade", text, rows, tables(cells))


def ratio_row(cells: list[Cell], peer: str, work: str, goal: float | None, people: int | None, differing: list[Cell]) -> Row:
    """The smallest ratio in the cells that a goal is about."""
    mine = [cell for cell in cells if cell.peer == peer and (people is None or (cell.people, cell.probability) == (people, LIKELY))]
    aim = f"at least {brief(goal)}x" if goal else ""
    known = [cell for cell in mine if not cell.why]
    if not known:
        return Row(work, aim, mine[0].why if mine else "not at this size")
    if wrong := [cell for cell in known if cell in differing]:
        return Row(work, aim, f"mean reach differs by {max(abs(cell.z) for cell in wrong):.1f} standard errors: no ratio is claimed", False)
    ratios = [cell.ratio for cell in known]
    measured = f"{brief(min(ratios))}x" if len(ratios) == 1 else f"{brief(min(ratios))}x to {brief(max(ratios))}x in {len(ratios)} cells"
    return Row(work, aim, f"{measured}; mean reach within {max(abs(cell.z) for cell in known):.1f} standard errors", min(ratios) >= goal if goal else None)


def tables(cells: list[Cell]) -> list[Table]:
    """One table for each graph and probability."""
    found = []
    for (people, probability), group in groupby(cells, key=lambda cell: (cell.people, cell.probability)):
        lines = [["", "replications", "mean reach", "standard error", "z", "µs each", "million edges a second", "time against ours", "set-up, s"]]
        for cell in group:
            if cell.why:
                lines.append([cell.peer, cell.why, *[""] * 7])
            else:
                lines.append([cell.peer, f"{cell.replications:,}", number(cell.mean_reach), number(cell.error), number(cell.z), brief(cell.seconds * 1e6), brief(cell.edges_per_second / 1e6), "reach differs" if independent_cascade.disagreeing([cell]) else f"{brief(cell.ratio)}x",
                              f"{cell.setup_seconds:.2f}"])
        found.append(Table(lines, f"{people:,} people, p = {probability:g}:"))
    return found


def number(value: float) -> str:
    """One digit after the point; nothing where it is not known."""
    return "" if math.isnan(value) else f"{value:,.1f}"

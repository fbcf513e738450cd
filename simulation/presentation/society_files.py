"""The society as files for other programs: the follow graph as GraphML, and its people as a table."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Literal

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.errors import InputError, unknown
from simulation.inputs.parameters import SEGMENTS
from simulation.presentation.folder import check_page, write_bytes, write_csv, write_parquet
from simulation.society.follows import EMPLOYEES
from simulation.society.population import uses_platform
from simulation.society.society import WHOLE_GRAPH_LIMIT, Society

MOST_BYTES = 300e6
"""Of a GraphML file."""
BYTES, SECONDS = (300, 65), (8e-5, 4e-5)
"""Of a GraphML file, for each person and each tie: measured on the baseline's audiences."""
ALLOWED = "society.graphml, nodes.csv or nodes.parquet"

Kind = Literal["graphml", "csv", "parquet"]


def kind_of(file: Path) -> Kind:
    """What a file is to hold, by its ending. Raises `InputError`, also where it cannot be written."""
    kinds: dict[str, Kind] = {".graphml": "graphml", ".csv": "csv", ".parquet": "parquet"}
    if file.suffix.lower() not in kinds:
        raise InputError(f"--to: given {file}; allowed: {ALLOWED}")
    check_page(file, ALLOWED.partition(",")[0])
    return kinds[file.suffix.lower()]


def platform_of(society: Society, name: str | None) -> str:
    """The platform whose ties are wanted; the first of the scenario where none is named. Raises `InputError` with the nearest name."""
    names = society.scenario.platforms.names()
    if name is not None and name not in names:
        raise unknown("--platform", "platform", name, names)
    return name or names[0]


def size(society: Society, platform: str, whole: bool) -> str:
    """People and ties of a file in words, and what it takes, before it is written. Raises `InputError` where it is too much."""
    if whole and society.scenario.people > WHOLE_GRAPH_LIMIT:
        raise InputError(f"--whole: {society.scenario.people:,} people live around the firm; allowed: up to {WHOLE_GRAPH_LIMIT:,} "
                         "(a smaller market.consumers, or a larger market.contacts_in_market_fraction), or without --whole employees and their contacts")
    if whole:
        ties, persons = int(society.ties.everybody(platform).sizes.sum()), society.scenario.people
    else:
        followers = society.audiences(platform).rows.followers
        ties, persons = followers.size, np.unique(followers).size
    persons += society.staff.department.size
    needed, seconds = (persons * cost[0] + ties * cost[1] for cost in (BYTES, SECONDS))
    if needed > MOST_BYTES:
        raise InputError(f"--to: {persons:,} people with {ties:,} ties on {platform} would take a GraphML file of about {needed / 1e6:,.0f} MB and {seconds:,.0f} s; "
                         f"allowed: up to {MOST_BYTES / 1e6:,.0f} MB, with fewer society.employees, or nodes.csv without the ties")
    return f"{persons:,} people with {ties:,} ties on {platform}, about {max(needed / 1e6, 1):,.0f} MB and {max(seconds, 1):,.0f} s"


def write_society(society: Society, file: Path, platform: str | None = None, whole: bool = False) -> None:
    """
    Write a society to a file whose ending says what it holds: `.graphml` the follow graph, `.csv` or `.parquet` its people.

    Parameters
    ----------
    platform : whose ties a graph has; a table of people knows all platforms
    whole : everybody, up to 20,000 people; otherwise employees and those who follow them

    Raises
    ------
    InputError
        An ending or a platform that is not known, or more than a file can hold.
    """
    kind, chosen = kind_of(file), platform_of(society, platform)
    if kind == "graphml":
        size(society, chosen, whole)
        write_bytes(file, graphml(society, chosen, whole))
    elif kind == "csv":
        write_csv(file, people(society, whole))
    else:
        write_parquet(file, people(society, whole))


def graphml(society: Society, platform: str, whole: bool = False) -> bytes:
    """The follow graph of a platform as GraphML, each person with the columns of `people`; an edge runs from the follower where ties have a direction."""
    graph = society.to_networkx(platform, whole)
    table = people(society, whole).set_index("identity")
    known = table[table.index.isin(list(graph.nodes))]
    for name in known.columns:
        column = known[name].dropna()
        nx.set_node_attributes(graph, dict(zip(column.index.tolist(), _plain(column), strict=True)), name)
    graph.graph |= {"scenario": society.scenario.name, "platform": platform, "seed": int(society.scenario.run.seed)}
    written = io.BytesIO()
    nx.write_graphml(graph, written)
    return written.getvalue()


def people(society: Society, whole: bool = False) -> pd.DataFrame:
    """
    Employees first, then others by identity: one row each.

    Columns are `identity`, `kind` (employee, consumer, outside the market), traits of employees (`department`, `manager`, `segment`,
    `enrolled`, `trained`, `private`), `interest` (topic), `affinity` (how readily somebody reacts, mean 1), and for each platform
    `active_PLATFORM` and `employees_PLATFORM`, the employees whom the person follows there; for employees `uses_PLATFORM` and `followers_PLATFORM`.
    """
    others = np.arange(society.scenario.people, dtype=np.int64) if whole else _contacts(society)
    return pd.concat([_employees(society), _others(society, others)], ignore_index=True)


def _employees(society: Society) -> pd.DataFrame:
    staff, scenario = society.staff, society.scenario
    columns: dict[str, Any] = {
        "identity": staff.identities, "kind": "employee", "department": staff.department + 1, "manager": staff.manager, "segment": np.array(SEGMENTS)[staff.segment],
        "enrolled": staff.enrolled, "trained": staff.trained, "private": staff.private, "interest": staff.interest, "affinity": society.people.affinity(staff.identities)}
    for name in scenario.platforms.names():
        columns[f"uses_{name}"] = uses_platform(scenario, society.luck, name, np.arange(staff.department.size))
        columns[f"followers_{name}"] = society.audiences(name).rows.sizes
    return _nullable(pd.DataFrame(columns))


def _others(society: Society, others: NDArray[np.int64]) -> pd.DataFrame:
    market = society.scenario.market.consumers
    columns: dict[str, Any] = {"identity": others, "kind": np.where(others < market, "consumer", "outside the market"), "interest": society.people.interest(others),
                               "affinity": society.people.affinity(others)}
    for name in society.scenario.platforms.names():
        columns[f"active_{name}"] = society.people.active(name, others)
        known, counts = np.unique(society.audiences(name).rows.followers, return_counts=True)
        places = np.searchsorted(known, others).clip(max=max(known.size - 1, 0))
        columns[f"employees_{name}"] = np.where(known[places] == others, counts[places], 0) if known.size else np.zeros(others.size, dtype=np.int64)
    return _nullable(pd.DataFrame(columns))


def _contacts(society: Society) -> NDArray[np.int64]:
    """Everybody outside the firm who follows an employee on any platform."""
    found = np.unique(np.concatenate([society.audiences(name).rows.followers for name in society.scenario.platforms.names()]))
    return found[found < EMPLOYEES]


def _nullable(table: pd.DataFrame) -> pd.DataFrame:
    """Columns that stay whole numbers, and yes or no, where others have none."""
    kinds = {name: "boolean" if table[name].dtype.kind == "b" else "Int64" for name in table.columns if table[name].dtype.kind in "biu"}
    return table.astype(kinds)


def _plain(column: pd.Series[Any]) -> list[Any]:
    """Values as Python has them, since GraphML knows no other."""
    return [value.item() if hasattr(value, "item") else value for value in column.tolist()]

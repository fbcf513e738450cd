"""The society as files: the graph that is written is the graph that is used, and the table says who its people are."""

from __future__ import annotations

import io
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest

from simulation.errors import InputError
from simulation.inputs.scenario import load_scenario
from simulation.presentation import society_files
from simulation.presentation.society_files import graphml, people, size, write_society
from simulation.society.society import Society
from simulation.studies.one_post import society_of


@pytest.fixture(scope="module")
def society() -> Society:
    return society_of(load_scenario("baseline", ["society.employees=20", "society.departments=4", "market.consumers=2000"]))


@pytest.mark.parametrize("platform", ["facebook", "twitter"])
def test_graphml_reads_back_as_the_graph(society: Society, platform: str) -> None:
    graph = society.to_networkx(platform)
    again = nx.read_graphml(io.BytesIO(graphml(society, platform)), node_type=int)
    assert again.is_directed() == (platform == "twitter")
    assert set(again.nodes) == set(graph.nodes)
    assert {frozenset(edge) if platform == "facebook" else edge for edge in again.edges} == {frozenset(edge) if platform == "facebook" else edge for edge in graph.edges}
    kinds = nx.get_node_attributes(again, "kind")
    assert kinds == nx.get_node_attributes(graph, "kind")
    staff = [attributes for _, attributes in again.nodes(data=True) if attributes["kind"] == "employee"]
    assert len(staff) == 20
    assert {attributes["department"] for attributes in staff} == set((society.staff.department + 1).tolist())
    assert sum(attributes["enrolled"] for attributes in staff) == society.staff.enrolled.sum()


def test_the_table_counts_ties_from_both_ends(society: Society, tmp_path: Path) -> None:
    write_society(society, tmp_path / "nodes.parquet")
    table = pd.read_parquet(tmp_path / "nodes.parquet")
    staff, others = table[table["kind"] == "employee"], table[table["kind"] != "employee"]
    assert len(staff) == 20
    assert table["identity"].is_unique
    for name in society.scenario.platforms.names():
        assert staff[f"followers_{name}"].sum() >= others[f"employees_{name}"].sum() > 0
    assert (others["kind"] == "consumer").equals(others["identity"] < 2000)
    write_society(society, tmp_path / "nodes.csv")
    assert len(pd.read_csv(tmp_path / "nodes.csv")) == len(table)


def test_the_whole_society_can_be_written_while_it_is_small(tmp_path: Path) -> None:
    tiny = society_of(load_scenario("baseline", ["society.employees=10", "society.departments=2", "market.consumers=200", "market.contacts_in_market_fraction=0.5"]))
    assert size(tiny, "twitter", whole=True).startswith("410 people with ")
    write_society(tiny, tmp_path / "whole.graphml", "twitter", whole=True)
    graph = nx.read_graphml(tmp_path / "whole.graphml", node_type=int)
    assert set(graph.nodes) == set(people(tiny, whole=True)["identity"])


def test_what_is_too_large_or_unknown_is_refused(society: Society, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=r"'facebok' is not a known platform.*Did you mean 'facebook'"):
        write_society(society, tmp_path / "society.graphml", "facebok")
    with pytest.raises(InputError, match=r"allowed: society\.graphml, nodes\.csv or nodes.parquet"):
        write_society(society, tmp_path / "society.gexf")
    monkeypatch.setattr(society_files, "MOST_BYTES", 1e6)
    with pytest.raises(InputError, match=r"ties on facebook would take a GraphML file of about .* allowed: up to 1 MB"):
        write_society(society, tmp_path / "society.graphml")
    monkeypatch.setattr(society_files, "WHOLE_GRAPH_LIMIT", 100)
    with pytest.raises(InputError, match="people live around the firm; allowed: up to 100"):
        size(society, "facebook", whole=True)
    assert not list(tmp_path.iterdir())

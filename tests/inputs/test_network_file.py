"""A network of one's own: whatever the format, the same people and ties; whatever is wrong with it, said by name."""

from __future__ import annotations

import gzip
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from simulation.errors import InputError
from simulation.inputs.network_file import NetworkFile, read_network
from simulation.inputs.scenario import load_scenario

TIES = [("1", "2"), ("2", "3"), ("10", "1"), ("3", "10")]


def written(folder: Path, name: str, text: str) -> str:
    """A file with this text; compressed when its name ends in .gz."""
    path = folder / name
    data = text.encode("utf-8")
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return str(path)


def ties(network: NetworkFile) -> set[tuple[str, str]]:
    """Ties by label."""
    return {(network.labels[a], network.labels[b]) for a, b in network.pairs.tolist()}


@pytest.mark.parametrize("separator", [",", "\t", ";", " ", "   ", ", "], ids=["comma", "tab", "semicolon", "space", "spaces", "comma and space"])
@pytest.mark.parametrize("header", ["", "source{}target", "FROM{}To", "node1{}node2"])
@pytest.mark.parametrize("suffix", [".csv", ".txt", ".csv.gz"])
def test_edge_lists_are_read_with_any_separator_header_and_packing(separator: str, header: str, suffix: str, tmp_path: Path) -> None:
    lines = [header.format(separator)] if header else []
    lines += [separator.join(pair) for pair in TIES]
    network = read_network(written(tmp_path, f"edges{suffix}", "\n".join(lines) + "\n"))
    assert network.labels == ["1", "2", "3", "10"]
    assert ties(network) == set(TIES)
    assert network.department is None
    assert network.manager is None
    assert network.notes == (f"edges{suffix}: 4 people, 4 ties as listed",)


@pytest.mark.parametrize("text", ["# a comment\n1 2\n\n% another\n  \n2 3\n", "\ufeff1,2\n2,3", "1,2\r\n2,3\r\n", '"1","2"\n"2","3"\n', "1,2,0.5,friend\n2,3,1,x\n"],
                         ids=["comments and blanks", "byte order mark", "windows", "quotes", "more columns"])
def test_what_does_not_matter_is_passed_over(text: str, tmp_path: Path) -> None:
    assert ties(read_network(written(tmp_path, "edges.csv", text))) == {("1", "2"), ("2", "3")}


def test_self_loops_and_doubles_are_dropped_and_counted(tmp_path: Path) -> None:
    network = read_network(written(tmp_path, "edges.csv", "1,2\n1,2\n2,1\n3,3\n3,3\n1,2\n3,1\n"))
    assert ties(network) == {("1", "2"), ("2", "1"), ("3", "1")}
    assert network.notes == ("edges.csv: 3 people, 3 ties as listed", "edges.csv: 2 self-loops dropped", "edges.csv: 2 repeated ties dropped")


def test_names_may_be_words_and_sort_after_numbers(tmp_path: Path) -> None:
    network = read_network(written(tmp_path, "edges.csv", "Zoë,Ann Lee\n12,9\nAnn Lee,12\n"))
    assert network.labels == ["9", "12", "Ann Lee", "Zoë"]
    assert ties(network) == {("Zoë", "Ann Lee"), ("12", "9"), ("Ann Lee", "12")}


def test_a_first_tie_between_people_of_one_letter_is_not_a_header(tmp_path: Path) -> None:
    """People called a, b, i or j exist in every textbook; a header says source and target."""
    network = read_network(written(tmp_path, "edges.csv", "a,b\nb,c\nc,a\n"))
    assert ties(network) == {("a", "b"), ("b", "c"), ("c", "a")}


@pytest.mark.parametrize(("writer", "name"), [(nx.write_graphml, "net.graphml"), (nx.write_gexf, "net.gexf"), (nx.write_pajek, "net.net"), (nx.write_graphml, "net.graphml.gz"),
                                              (nx.write_gexf, "net.gexf.gz")])
@pytest.mark.parametrize("directed", [True, False])
def test_graph_formats_are_read(writer: object, name: str, directed: bool, tmp_path: Path) -> None:
    graph: nx.Graph[str] = nx.DiGraph() if directed else nx.Graph()
    graph.add_edges_from(TIES)
    for node, department in (("1", "sales"), ("2", "sales"), ("3", "labs"), ("10", "labs")):
        graph.nodes[node]["department"] = department
    writer(graph, tmp_path / name)  # type: ignore[operator]
    network = read_network(str(tmp_path / name))
    assert network.labels == ["1", "2", "3", "10"]
    found = ties(network)
    assert found == set(TIES) if directed else {frozenset(pair) for pair in found} == {frozenset(pair) for pair in TIES}
    assert network.department == ["sales", "sales", "labs", "labs"]


@pytest.mark.parametrize(("table", "leads"), [("node,department,seniority\n1,sales,Manager\n2,sales,Clerk\n3,labs,VP\n10,labs,assistant\n", [True, False, True, False]),
                                              ("1 sales 1\n2 sales 3\n3 labs 2\n10 labs 4\n", [True, False, True, False]),
                                              ("id;dept;level\n1;sales;1\n2;sales;3\n3;labs;2\n10;labs;3\n", [True, False, True, False]),
                                              ("node\tmanager\tdepartment\n1\tyes\tsales\n2\tno\tsales\n3\tTRUE\tlabs\n10\tfalse\tlabs\n", [True, False, True, False]),
                                              ("node,dept,level\n1,sales,1.0\n2,sales,3.0\n3,labs,2.0\n10,labs,3.0\n", [True, False, True, False])],
                         ids=["words", "no header", "levels", "yes and no", "levels as decimals"])
def test_a_second_table_says_departments_and_who_leads(table: str, leads: list[bool], tmp_path: Path) -> None:
    network = read_network(written(tmp_path, "edges.csv", "1,2\n2,3\n3,10\n"), written(tmp_path, "people.csv", table))
    assert network.department == ["sales", "sales", "labs", "labs"]
    assert network.manager is not None
    assert network.manager.tolist() == leads


def test_people_without_ties_or_departments_are_said_aloud(tmp_path: Path) -> None:
    network = read_network(written(tmp_path, "edges.csv", "1,2\n2,3\n"), written(tmp_path, "people.csv", "node,department\n1,sales\n7,labs\n8,labs\n"))
    assert network.labels == ["1", "2", "3", "7", "8"]
    assert network.department == ["sales", "", "", "labs", "labs"]
    assert network.notes[1:] == ("people.csv: 2 people without any tie", "people.csv: 2 people without a department share one")


@pytest.mark.parametrize(("name", "text", "message"), [
    ("edges.csv", "source,target\n1,2\n\n3\n", "edges.csv:4: given '3'"), ("edges.csv", "1,2\n3,\n", "edges.csv:2: given '3 '"),
    ("edges.txt", "1 2\n# x\nlonely\n", "edges.txt:3: given 'lonely'"),
    ("edges.csv", "", "the file is empty"), ("edges.csv.gz", "", "the file is empty"), ("edges.csv", "# nothing\n\n", "the file is empty"),
    ("edges.csv", "1,1\n", "at least two people; given 1"), ("net.graphml", "<graphml><node", "not a valid .graphml network"), ("net.gexf", "hello", "not a valid .gexf network"),
    ("net.graphml", "", "not a valid .graphml network"),
])
def test_bad_files_are_refused_by_name_and_line(name: str, text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_network(written(tmp_path, name, text))
    assert message in str(caught.value)
    assert str(tmp_path / name) in str(caught.value)


def packed() -> bytes:
    return gzip.compress("".join(f"{number},{number + 1}\n" for number in range(3000)).encode())


@pytest.mark.parametrize(("name", "data"), [("edges.csv.gz", b"1,2\n2,3\n"), ("edges.csv.gz", packed()[:200]), ("edges.csv.gz", packed()[:60] + bytes(40) + packed()[100:]),
                                            ("edges.csv.gz", packed()[:-8] + bytes(8)), ("edges.csv", b"\xff\xfe1\x00,\x002\x00"), ("edges.csv", b"caf\xe9,2\n"),
                                            ("net.graphml.gz", b"no gzip"), ("net.graphml.gz", gzip.compress(b"<graphml>")[:15])],
                         ids=["not packed", "cut short", "overwritten", "wrong sum", "utf-16", "latin-1", "graph not packed", "graph cut short"])
def test_broken_bytes_are_the_users_to_mend_not_a_crash(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=name):
        read_network(str(tmp_path / name))


def test_attributes_of_strangers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none of its 2 nodes is in edges\.csv"):
        read_network(written(tmp_path, "edges.csv", "1,2\n"), written(tmp_path, "people.csv", "node,department\n8,sales\n9,labs\n"))


def test_attributes_with_one_column_are_refused_by_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"people\.csv:3"):
        read_network(written(tmp_path, "edges.csv", "1,2\n"), written(tmp_path, "people.csv", "node,department\n1,sales\n2\n"))


def test_a_scenario_has_as_many_employees_as_its_workplace(tmp_path: Path) -> None:
    path = written(tmp_path, "edges.csv", "".join(f"{number},{number + 1}\n" for number in range(24)))
    employees = load_scenario("baseline", ["society.network.family=file", f"society.network.file={path}"])
    assert employees.society.employees == 25
    consumers = load_scenario("baseline", ["society.network.family=file", f"society.network.file={path}", "society.network.nodes=consumers", "society.employees=5"])
    assert (consumers.market.consumers, consumers.people) == (20, 20)
    with pytest.raises(InputError, match=r"society\.employees"):
        load_scenario("baseline", ["society.network.family=file", f"society.network.file={path}", "society.network.nodes=consumers", "society.employees=16"])


# Real networks

def test_a_real_mail_network_is_read_whole(data_folder: Path) -> None:
    folder = data_folder / "email-eu-core"
    network = read_network(str(folder / "email-Eu-core.txt.gz"), str(folder / "email-Eu-core-department-labels.txt"))
    assert len(network.labels) == 1005
    assert network.pairs.shape == (25_571 - 642, 2)
    assert network.department is not None
    assert len(set(network.department)) == 42
    assert max(network.department.count(name) for name in set(network.department)) == 109
    assert "email-Eu-core.txt.gz: 642 self-loops dropped" in network.notes


def test_a_real_friendship_network_is_read_whole(data_folder: Path) -> None:
    network = read_network(str(data_folder / "facebook-ego" / "facebook_combined.txt.gz"))
    assert (len(network.labels), network.pairs.shape[0]) == (4039, 88_234)
    assert len(np.unique(np.sort(network.pairs, axis=1), axis=0)) == 88_234

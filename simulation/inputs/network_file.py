"""Reads a network of one's own: edge lists with commas, tabs, semicolons or spaces, GraphML, GEXF, Pajek; and a table of attributes."""

from __future__ import annotations

import gzip
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from simulation.errors import InputError

HEADER_WORDS = {"source", "target", "from", "to", "u", "v", "node", "node1", "node2", "id_1", "id_2", "id1", "id2", "sender", "receiver"}
MANAGER_WORDS = {"manager", "head", "director", "executive", "chief", "ceo", "cto", "cfo", "vice president", "vp", "president", "lead", "true", "yes"}
GRAPH_READERS = {".graphml": nx.read_graphml, ".gexf": nx.read_gexf, ".net": nx.read_pajek, ".paj": nx.read_pajek}


class NetworkFile(NamedTuple):
    """A network as read: everybody numbered in the order of their labels."""

    labels: list[str]
    pairs: NDArray[np.int64]
    """Ties as rows of two numbers; in a directed network the first sends to, or follows, the second."""
    department: list[str] | None
    manager: NDArray[np.bool_] | None
    notes: tuple[str, ...]
    """What was dropped or filled in, to be said aloud."""


@lru_cache(maxsize=8)
def read_network(file: str, attributes: str | None = None) -> NetworkFile:
    """
    Read a network and, if given, the attributes of its nodes.

    Raises
    ------
    InputError
        The file is unreadable, has a line without two columns, or attributes name nodes that are not there.
    """
    path = Path(file)
    suffix = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
    reader = GRAPH_READERS.get(suffix.lower())
    pairs, traits = _from_graph(path, reader) if reader else (_from_edge_list(path), {})
    if attributes is not None:
        traits = _from_table(Path(attributes))
    return _number(path, pairs, traits, Path(attributes) if attributes else path)


def _from_graph(path: Path, reader: Any) -> tuple[list[tuple[str, str]], dict[str, dict[str, str]]]:
    try:
        graph = reader(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({(error.strerror or str(error)).lower()})") from None
    except Exception as error:  # the parsers of three formats raise whatever their text makes them
        first = (str(error) or type(error).__name__).splitlines()[0]
        raise InputError(f"{path}: not a valid {path.suffix} network: {first}") from None
    traits = {str(node): {str(key).lower(): str(value) for key, value in data.items()} for node, data in graph.nodes(data=True)}
    return [(str(a), str(b)) for a, b in graph.edges()], traits


def _lines(path: Path) -> list[str]:
    try:
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        return data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not a text file in UTF-8 (byte {error.start})") from None
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Line number and cells of every line that holds something; the separator is told from the first such line."""
    lines = [(number, line.strip()) for number, line in enumerate(_lines(path), start=1)]
    lines = [(number, line) for number, line in lines if line and not line.startswith(("#", "%"))]
    if not lines:
        raise InputError(f"{path}: the file is empty")
    first = lines[0][1]
    separator = next((mark for mark in (",", "\t", ";") if mark in first), None)
    return [(number, [cell.strip().strip('"') for cell in line.split(separator)]) for number, line in lines]


def _from_edge_list(path: Path) -> list[tuple[str, str]]:
    rows = _rows(path)
    titles = set(rows[0][1][:2])
    if {title.lower() for title in titles} <= HEADER_WORDS and not any(titles & set(cells[:2]) for _, cells in rows[1:]) and len(rows) > 1:
        rows = rows[1:]
    pairs = []
    for number, cells in rows:
        if len(cells) < 2 or not cells[0] or not cells[1]:
            raise InputError(f"{path}:{number}: given '{' '.join(cells)}'; allowed: two names on each line, with commas, tabs, semicolons or spaces between")
        pairs.append((cells[0], cells[1]))
    return pairs


def _from_table(path: Path) -> dict[str, dict[str, str]]:
    """Attributes by node. Without a header the columns are node, department and seniority."""
    rows = _rows(path)
    header = [cell.lower() for cell in rows[0][1]]
    if header[0] in {"node", "id", "name", "employee", "actor"}:
        rows = rows[1:]
    else:
        header = ["node", "department", "seniority"]
    table = {}
    for number, cells in rows:
        if len(cells) < 2:
            raise InputError(f"{path}:{number}: given '{' '.join(cells)}'; allowed: a node and its department on each line, and perhaps a seniority")
        table[cells[0]] = dict(zip(header[1:], cells[1:], strict=False))
    return table


def _number(path: Path, named: list[tuple[str, str]], traits: dict[str, dict[str, str]], traits_path: Path) -> NetworkFile:
    """Number the nodes in the natural order of their labels; drop loops and doubles, and say how many."""
    nodes = {name for pair in named for name in pair}
    strangers = set(traits) - nodes
    if traits and len(strangers) == len(traits):
        raise InputError(f"{traits_path}: none of its {len(traits)} nodes is in {path.name}; the first is '{next(iter(traits))}'")
    nodes |= strangers
    labels = sorted(nodes, key=lambda name: (0, int(name), "") if name.isdigit() else (1, 0, name))
    if len(labels) < 2:
        raise InputError(f"{path}: a network needs at least two people; given {len(labels)}")
    number = {name: place for place, name in enumerate(labels)}
    pairs = np.array([(number[a], number[b]) for a, b in named], dtype=np.int64).reshape(-1, 2)
    loops = pairs[:, 0] == pairs[:, 1]
    once = np.unique(pairs[~loops], axis=0)
    notes = [f"{path.name}: {len(labels):,} people, {once.shape[0]:,} ties as listed"]
    if loops.any():
        notes.append(f"{path.name}: {int(loops.sum()):,} self-loops dropped")
    if doubles := int((~loops).sum()) - once.shape[0]:
        notes.append(f"{path.name}: {doubles:,} repeated ties dropped")
    if strangers:
        notes.append(f"{traits_path.name}: {len(strangers):,} people without any tie")
    department = [traits.get(name, {}).get("department", traits.get(name, {}).get("dept", "")) for name in labels]
    known = any(department)
    if known and (missing := department.count("")):
        notes.append(f"{traits_path.name}: {missing:,} people without a department share one")
    seniority = [traits.get(name, {}).get("manager", traits.get(name, {}).get("seniority", traits.get(name, {}).get("level", ""))) for name in labels]
    return NetworkFile(labels=labels, pairs=once, department=department if known else None,
                       manager=np.array([_leads(word) for word in seniority]) if any(seniority) else None, notes=tuple(notes))


def _leads(seniority: str) -> bool:
    """Whether a seniority means leading others: a word for it, or one of the two highest levels (1 and 2)."""
    word = seniority.strip().lower()
    try:
        return 1.0 <= float(word) <= 2.0
    except ValueError:
        return word in MANAGER_WORDS

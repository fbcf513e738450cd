"""All shares of a run, in the order in which they were made: one row each."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.exposure import appeal
from simulation.engines.share import PAGE_AUTHOR, Share, delivery_keys, topics_of
from simulation.inputs.parameters import Scenario
from simulation.society.follows_kernels import enlarged
from simulation.society.luck import Luck
from simulation.society.words import number_of

SHARE = np.dtype([("author", "i8"), ("item", "u8"), ("platform", "i8"), ("hours", "f8"), ("channel", "i8"), ("depth", "i8"), ("critical", "?"), ("by_page", "?"),
                  ("appeal", "f8"), ("topic", "i8"), ("root", "i8"), ("key", "u8")])
"""What `Share` says, its platform as a place in the scenario's list; `key` is the luck of the deliveries."""


class Shares:
    """A growing table of shares; `shares[number]` is one of them as a `Share`."""

    def __init__(self, scenario: Scenario, luck: Luck) -> None:
        self._luck, self._behaviour = luck, scenario.behaviour
        self._names = tuple(scenario.platforms.names())
        self._numbers = np.array([number_of(name) for name in self._names], dtype=np.uint64)
        self._table = np.zeros(256, dtype=SHARE)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: int) -> Share:
        row = self.table[number]
        return Share(number, int(row["author"]), int(row["item"]), self._names[row["platform"]], float(row["hours"]), int(row["channel"]), int(row["depth"]),
                     bool(row["critical"]), float(row["appeal"]), int(row["topic"]), int(row["root"]))

    @property
    def table(self) -> NDArray[Any]:
        """All rows so far."""
        return self._table[: self._count]

    def add(self, author: Any, item: Any, platform: Any, hours: Any, channel: Any, depth: Any = 0, critical: Any = False, root: Any = None) -> NDArray[np.int64]:
        """
        Append shares, one row for each author, and return their numbers.

        Appeal and topic belong to the item; `root` is the number of the original share, left out for originals.
        """
        author = np.atleast_1d(np.asarray(author, dtype=np.int64))
        item = np.full(author.size, item, dtype=np.uint64)
        numbers = np.arange(self._count, self._count + author.size)
        self._table = enlarged(self._table, self._count, author.size)
        rows = self._table[self._count : self._count + author.size]
        self._count += author.size
        rows["author"], rows["item"], rows["platform"], rows["hours"], rows["channel"], rows["depth"], rows["critical"] = author, item, platform, hours, channel, depth, critical
        rows["by_page"] = author == PAGE_AUTHOR
        rows["root"] = numbers if root is None else root
        rows["appeal"] = appeal(self._luck.uniforms("appeal", who=item), self._behaviour.appeal_log_sd)
        rows["topic"] = topics_of(item, self._luck, self._behaviour.topics)
        rows["key"] = delivery_keys(self._luck, item, self._numbers[rows["platform"]], author)
        return numbers

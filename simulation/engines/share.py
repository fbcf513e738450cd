"""A share: one post of one item by one author on one platform. And the numbers that name items."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.society.follows import EMPLOYEES
from simulation.society.luck import Luck, fold, fold_words
from simulation.society.population import topic_number
from simulation.society.words import number_of

PAGE_AUTHOR = 1 << 50
"""Identity of the brand's page."""


class Share(NamedTuple):
    """One post in the feeds of a platform."""

    index: int  # type: ignore[assignment]
    """Place in the record of all shares."""
    author: int
    item: int
    platform: str
    hours: float
    """When it was made, since the start of the campaign."""
    channel: int
    """Root cause, a place in `CHANNELS`."""
    depth: int
    """0 for an author's own post, 1 for a reshare of it, and so on."""
    critical: bool
    """Whether it criticises the firm: its reach is kept apart."""
    appeal: float
    topic: int
    root: int
    """Index of the original share; its own unless it is a reshare."""

    @property
    def by_page(self) -> bool:
        """Whether the page posted it, rather than a person."""
        return self.author == PAGE_AUTHOR

    @property
    def by_employee(self) -> bool:
        """Whether an employee posted it."""
        return EMPLOYEES <= self.author < PAGE_AUTHOR


def delivery_keys(luck: Luck, item: NDArray[np.uint64], platform: NDArray[np.uint64], author: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Luck of the deliveries of shares: who shares what on which platform (as a number) names the event, not its place in any list."""
    return fold_words(fold_words(fold_words(luck.key("delivery"), item), platform), author)


def topics_of(items: NDArray[np.uint64], luck: Luck, topics: int) -> NDArray[np.int64]:
    """Topic of each of some items, from 0; every engine and the ads ask here."""
    return topic_number(luck.uniforms("topic", who=items), topics)


def topic_of(item: int, luck: Luck, topics: int) -> int:
    """Topic of one item."""
    return int(topics_of(np.array([item], dtype=np.uint64), luck, topics)[0])


def programme_item(number: int) -> int:
    """Name of an item that the programme offers."""
    return fold(1, number)


def page_item(number: int) -> int:
    """Name of a post of the page; the same content on every platform."""
    return fold(2, number)


def unprompted_items(employees: NDArray[np.int64], platform: str, number: int) -> NDArray[np.uint64]:
    """Name of what each of some employees posts unprompted at the moment with this number."""
    keys = fold_words(fold_words(3, employees), np.full(employees.size, number_of(platform)))
    return fold_words(keys, np.full(employees.size, number))


def creative(platform: str, number: int) -> int:
    """Name of an ad."""
    return fold(4, number_of(platform), number)
